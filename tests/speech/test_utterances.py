"""Stretches of speech are heard together, and what was heard is divided at the pauses."""

import numpy as np

from talktotext.speech.utterances import LONGEST, Utterance, sentences, utterances


def grouped(*spans):
    return [utterance.spans for utterance in utterances(spans)]


def test_short_pauses_do_not_end_an_utterance():
    assert grouped((1, 2), (2.5, 4), (4.3, 6)) == [((1, 2), (2.5, 4), (4.3, 6))]


def test_long_ones_do():
    assert grouped((1, 2), (3, 4)) == [((1, 2),), ((3, 4),)]


def test_a_long_talk_is_divided_at_its_longest_pause():
    assert grouped((0, 6), (6.3, 9), (9.7, 14), (14.2, 18)) == [
        ((0, 6), (6.3, 9)),
        ((9.7, 14), (14.2, 18)),
    ]


def test_a_talk_without_a_pause_is_divided_evenly():
    parts = grouped((0, 40))
    assert [round(end) for [(_, end)] in parts] == [13, 27, 40]
    assert all(end - start <= LONGEST for [(start, end)] in parts)


def test_nothing_gives_nothing():
    assert grouped() == []


def test_it_is_heard_with_a_margin_that_stays_within_the_sound():
    sound = np.arange(16000, dtype=np.float32)
    inside = Utterance(((0.4, 0.5),)).samples(sound)
    assert (inside[0], len(inside)) == (3200, 8000)
    assert len(Utterance(((0.0, 1.0),)).samples(sound)) == 16000


def said(text, *spans):
    return list(sentences(text, Utterance(spans)))


def test_sentences_end_at_the_pause_near_by():
    text = "One two three. Four five six seven?"
    assert said(text, (1, 3), (3.5, 6)) == [
        (1, 3, "One two three."),
        (3.5, 6, "Four five six seven?"),
    ]


def test_without_a_pause_near_by_they_end_by_their_letters():
    first, second = said("Aaaa. Bbbb.", (0, 10))
    assert first == (0, 5, "Aaaa.")
    assert second == (5, 10, "Bbbb.")


def test_the_last_sentence_keeps_a_time_of_its_own():
    first, last = said("A long one to begin with. Yes.", (0, 3))
    assert 2.5 < first[1] == last[0] < 2.7
    assert last[1] == 3


def test_one_sentence_takes_it_all():
    assert said("It costs 3.50 at most", (1, 2), (2.4, 3)) == [(1, 3, "It costs 3.50 at most")]


def test_no_words_no_sentences():
    assert said("", (1, 2)) == []


def test_more_sentences_than_pauses_stay_in_order():
    found = said("A. B. C. D.", (0, 1), (1.3, 2))
    assert [text for _, _, text in found] == ["A.", "B.", "C.", "D."]
    times = [time for start, end, _ in found for time in (start, end)]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (0, 2)
