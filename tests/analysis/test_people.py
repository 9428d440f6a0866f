"""Names tied to speakers by how people speak to each other."""

import pytest

from talktotext.analysis.language import Language
from talktotext.analysis.people import find_people, participants
from talktotext.analysis.sentences import sentences
from tests.analysis.made import transcript


def names(script: str) -> dict[str, str]:
    return find_people(sentences(transcript(script), Language("en"))).by_speaker


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("A: I'm Maria, hello.\nB: My name is Jean-Luc Picard.",
         {"A": "Maria", "B": "Jean-Luc Picard"}),
        ("A: This is Diane speaking.\nB: Go on.", {"A": "Diane"}),
        ("A: Maria, can you start?\nB: Yes, of course.", {"B": "Maria"}),
        ("A: What do you think, Tom?\nB: I like it.", {"B": "Tom"}),
        ("A: Over to you, Ines.\nB: The figures are good.", {"B": "Ines"}),
        ("A: I'm sorry.\nB: I'm French and it's Monday.", {}),
        ("A: Honestly, can you believe it?\nB: No, tomorrow, can you?", {}),
        ("A: I'm Going to the shop.\nB: I am going too.", {}),
        ("A: Tom will do it.\nB: Right.", {}),
    ],
)  # fmt: skip
def test_names_go_to_those_who_bear_them(script: str, found: dict[str, str]) -> None:
    assert names(script) == found


def test_who_asks_is_not_who_is_asked() -> None:
    script = "A: Tom, could you go first?\nB: Sure.\nB: Anna, can you go next?\nA: Yes."
    assert names(script) == {"A": "Anna", "B": "Tom"}


def test_without_labels_those_who_give_their_name_take_part() -> None:
    segments = transcript("-: I'm Maria, hello.\n-: And I'm Tom.")
    people = find_people(sentences(segments, Language("en")))
    assert [(p.name, p.speaker) for p in participants(segments, people)] == [
        ("Maria", None),
        ("Tom", None),
    ]


def test_talk_time_is_in_seconds_and_shares() -> None:
    segments = transcript(
        "A: one two three four five\nB: one two three four five six seven eight nine ten"
    )
    people = participants(segments, find_people([]))
    assert [(p.name, p.talk_time, p.share) for p in people] == [
        ("A", 2.0, 0.3333),
        ("B", 4.0, 0.6667),
    ]


def test_one_person_has_one_name_however_heard() -> None:
    segments = transcript(
        "A: My name is Mariah Keller.\n"
        "B: Hi Maria, I'm Jon.\n"
        "B: Mariah, can you begin?\n"
        "A: Gladly. Over to you, John.\n"
        "B: Thanks."
    )
    people = find_people(sentences(segments, Language("en")))
    assert people.by_speaker == {"A": "Mariah Keller", "B": "Jon"}
    assert people.heard["Mariah"] == "Mariah Keller"


def test_two_who_give_like_names_are_two() -> None:
    assert names("A: I'm Daniel.\nB: And I'm Daniela.") == {"A": "Daniel", "B": "Daniela"}
