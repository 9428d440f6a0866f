"""Passwords cost whoever guesses them what they are meant to, also where nobody has that email."""

from argon2 import PasswordHasher, Type, extract_parameters

from talktotext import passwords


def test_a_guess_costs_as_much_as_it_should(true_hasher: PasswordHasher) -> None:
    asked = extract_parameters(true_hasher.hash("correct horse battery"))
    assert (asked.type, asked.memory_cost, asked.time_cost) == (Type.ID, 19_456, 2)
    assert extract_parameters(passwords._nobody) == asked


def test_only_the_password_is_the_password() -> None:
    stored = passwords.hash_password("correct horse battery")
    assert passwords.is_password(stored, "correct horse battery")
    assert not passwords.is_password(stored, "correct horse batter")
    assert not passwords.is_password(None, "nobody's password")
    assert not passwords.is_password("", "nobody's password")  # of who is being deleted
    assert not passwords.is_password("no hash at all", "correct horse battery")
