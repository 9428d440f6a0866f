"""Long recordings in chapters: where they begin, what they are called, what they rest on."""

import random
from itertools import pairwise

import pytest

from talktotext.analysis import get_analyzer
from talktotext.schema import Chapter, Segment
from tests.analysis.made import LAUNCH, transcript

SUBJECTS = {
    "garden": "fence gate roses hedge lawn compost shed spade gravel orchard",
    "budget": "invoice ledger auditor deficit expenses forecast interest revenue savings tax",
    "network": "router firewall cable switch packet antenna latency server bandwidth outage",
}


def talk(*subjects: str, minutes: float = 5.0, speakers: int = 3) -> list[Segment]:
    """So many minutes of talk on each subject, ten seconds a sentence."""
    dice = random.Random(7)
    segments: list[Segment] = []
    for subject in subjects:
        nouns = SUBJECTS[subject].split()
        for _ in range(int(minutes * 6)):
            one, two, three = dice.sample(nouns, 3)
            text = (
                f"We should think about the {subject} and the {one} because the {two} has {three}."
            )
            index, start = len(segments), 10.0 * len(segments)
            speaker = f"S{dice.randrange(speakers)}"
            segments.append(
                Segment(index=index, start=start, end=start + 9, text=text, speaker=speaker)
            )
    return segments


def chapters(segments: list[Segment], language: str = "en") -> tuple[Chapter, ...]:
    return get_analyzer("extractive").analyze(segments, language=language).chapters


def test_each_subject_is_a_chapter_named_after_it() -> None:
    found = chapters(talk("garden", "budget", "network"))
    assert [chapter.start for chapter in found] == pytest.approx([0, 300, 600], abs=20)
    for chapter, subject in zip(found, SUBJECTS, strict=True):
        named = set(chapter.title.lower().replace(",", "").split())
        assert named <= {subject, *SUBJECTS[subject].split()}


def test_chapters_join_and_reach_the_end() -> None:
    segments = talk("garden", "budget", "network")
    found = chapters(segments)
    assert all(one.end == other.start for one, other in pairwise(found))
    assert (found[0].start, found[-1].end) == (0.0, segments[-1].end)


def test_a_chapter_is_named_by_what_was_said_in_it() -> None:
    segments = talk("garden", "budget", "network")
    for chapter in chapters(segments):
        quoted = " ".join(part.quote for part in chapter.evidence).lower()
        assert set(chapter.title.lower().replace(",", "").split()) <= set(
            quoted.replace(".", "").split()
        )
        for part in chapter.evidence:
            assert chapter.start <= part.start < chapter.end
            assert part.quote == segments[part.segments[0]].text


def test_a_short_recording_has_no_chapters() -> None:
    assert chapters(transcript(LAUNCH)) == ()
    assert chapters(talk("garden", "budget", minutes=1.9)) == ()


def test_one_subject_is_not_divided() -> None:
    assert chapters(talk("garden", minutes=8)) == ()


def test_a_long_silence_is_no_speech() -> None:
    """Two sentences, an hour apart, are a short recording."""
    one, two = talk("garden", minutes=1), talk("budget", minutes=1)
    late = [s.model_copy(update={"start": s.start + 3600, "end": s.end + 3600}) for s in two]
    assert chapters([*one, *(s.model_copy(update={"index": 6 + s.index}) for s in late)]) == ()


def test_times_that_stand_still_do_no_harm() -> None:
    assert chapters([s.model_copy(update={"start": 0, "end": 0}) for s in talk("garden")]) == ()


def test_chapters_are_found_in_other_languages() -> None:
    garten = ["Zaun", "Tor", "Rosen", "Hecke", "Rasen", "Kompost", "Schuppen", "Spaten"]
    konto = ["Rechnung", "Steuer", "Prüfer", "Ausgaben", "Zinsen", "Umsatz", "Sparbuch", "Kredit"]
    segments: list[Segment] = []
    for place in range(60):
        words = (garten if place < 30 else konto)[place % 6 : place % 6 + 3]
        text = f"Wir sprechen noch über {words[0]} und {words[1]} und auch {words[2]}."
        segments.append(Segment(index=place, start=place * 10, end=place * 10 + 9, text=text))
    one, two = chapters(segments, "de")
    assert two.start == pytest.approx(300, abs=20)
    assert set(one.title.split(", ")) <= set(garten)
    assert set(two.title.split(", ")) <= set(konto)
