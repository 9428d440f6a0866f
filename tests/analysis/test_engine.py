"""The contract of every analysis engine: honest, robust, and nothing that was not said."""

import random
import re
import time

import pytest

from talktotext.analysis import ENGINES, Analyzer, get_analyzer
from talktotext.errors import EngineUnavailable
from talktotext.schema import Notes, Segment, Statement
from tests.analysis.made import CLINIC, LAUNCH, RECORDED_ON, UNLABELLED, VENUE, transcript

LOCAL = ["extractive"]


@pytest.fixture(params=LOCAL)
def analyzer(request: pytest.FixtureRequest) -> Analyzer:
    return get_analyzer(request.param)


def statements(notes: Notes) -> list[Statement]:
    return [
        *notes.summary,
        *notes.key_points,
        *notes.decisions,
        *notes.action_items,
        *notes.open_questions,
    ]


def test_every_local_engine_is_in_the_table() -> None:
    assert set(LOCAL) <= set(ENGINES)
    assert all(get_analyzer(name).name == name for name in LOCAL)


def test_an_unknown_engine_is_named_with_those_there_are() -> None:
    with pytest.raises(EngineUnavailable) as raised:
        get_analyzer("oracle")
    assert "oracle" in raised.value.message
    assert "extractive" in (raised.value.hint or "")


@pytest.mark.parametrize("segments", [[], [("  ", None)], [("Um, uh.", "A")], [("...", "A")]])
def test_no_speech_makes_an_honest_empty_note(
    analyzer: Analyzer, segments: list[tuple[str, str | None]]
) -> None:
    notes = analyzer.analyze(
        [
            Segment(index=i, start=i, end=i + 1, text=text, speaker=speaker)
            for i, (text, speaker) in enumerate(segments)
        ]
    )
    assert notes.title == "Untitled recording"
    assert [notice.code for notice in notes.warnings] == ["no_speech"]
    assert statements(notes) == []


@pytest.mark.parametrize("script", [LAUNCH, VENUE, UNLABELLED, CLINIC])
def test_every_statement_was_said_where_it_says(analyzer: Analyzer, script: str) -> None:
    said = {segment.index: segment for segment in transcript(script)}
    found = statements(analyzer.analyze(list(said.values()), recorded_on=RECORDED_ON))
    assert len(found) > 5
    for statement in found:
        assert statement.evidence
        for part in statement.evidence:
            there = " ".join(said[index].text for index in part.segments)
            assert part.quote in there
            assert part.start == said[part.segments[0]].start
            assert part.end == max(said[index].end for index in part.segments)
        quoted = " ".join(part.quote for part in statement.evidence).lower()
        assert set(re.findall(r"\w+", statement.text.lower())) <= set(re.findall(r"\w+", quoted))


@pytest.mark.parametrize("script", [LAUNCH, VENUE, UNLABELLED, CLINIC])
def test_statements_are_whole_sentences_without_noise(analyzer: Analyzer, script: str) -> None:
    for statement in statements(analyzer.analyze(transcript(script))):
        assert statement.text[0].isupper()
        assert statement.text[-1] in ".?!"
        assert not re.search(r"\b(um+|uh+|(\w+) \2)\b", statement.text, re.I)


@pytest.mark.parametrize("script", [LAUNCH, VENUE, UNLABELLED, CLINIC])
def test_the_summary_is_at_most_a_third(analyzer: Analyzer, script: str) -> None:
    words = sum(len(segment.text.split()) for segment in transcript(script))
    assert 0 < len(analyzer.analyze(transcript(script)).abstract_summary.split()) <= words / 3


def test_evidence_names_segments_by_their_index(analyzer: Analyzer) -> None:
    shifted = [
        segment.model_copy(update={"index": segment.index + 100}) for segment in transcript(LAUNCH)
    ]
    found = statements(analyzer.analyze(shifted))
    assert found
    assert all(index >= 100 for s in found for part in s.evidence for index in part.segments)


HOSTILE = [
    "x" * 10_000,
    ("word" * 2_500 + " ") * 3,
    "NUL \x00 in the middle\x00.",
    "<script>alert('no')</script> & <b>bold</b> ]]> <!-- --> said the man.",
    "",
    " ",
    "\ud800 a lone surrogate \udfff here.",
    "....????!!!!,,,;;;---",
    "(((((((((([[[[[[[[[[",
    "I'll " * 500,
    "ha-" * 3_000,
    ", um" * 3_000,
    "Maria, can you " * 300,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "\u202e right to left \u200b zero width \ufeff",
    "🙂🙃 " * 200,
    "by " * 2_000 + "Friday",
    "by the end of day on February 31 99999 in 99 months",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["en", "de", "ja", "und", "xx-no-such", ""])
def test_hostile_text_neither_breaks_nor_stalls_it(
    analyzer: Analyzer, text: str, language: str
) -> None:
    segments = [
        Segment.model_construct(
            index=i, start=i, end=i + 1, text=text, speaker=None, words=(), flags=()
        )
        for i in range(3)
    ]
    began = time.process_time()
    notes = analyzer.analyze(segments, language=language, recorded_on=RECORDED_ON)
    assert time.process_time() - began < 2
    # The notes can be written and read: nothing in them that JSON or UTF-8 refuses.
    assert Notes.model_validate_json(notes.model_dump_json()) == notes


def long_transcript(words: int) -> list[Segment]:
    """Talk with a vocabulary that grows as talk's does, of about so many words."""
    dice = random.Random(7)
    segments: list[Segment] = []
    for index in range(words // 12):
        said = [f"word{int(dice.paretovariate(0.7)) % (words // 8)}" for _ in range(7)]
        text = f"We will {said[0]} the {said[1]} {said[2]} and {' '.join(said[3:])}."
        speaker = f"S{dice.randrange(4)}"
        segments.append(
            Segment(index=index, start=index * 4, end=index * 4 + 4, text=text, speaker=speaker)
        )
    return segments


def test_time_grows_with_the_length_of_the_transcript(analyzer: Analyzer) -> None:
    def seconds(words: int) -> float:
        segments = long_transcript(words)
        taken = []
        for _ in range(2):
            began = time.process_time()
            analyzer.analyze(segments)
            taken.append(time.process_time() - began)
        return min(taken)

    # Four times the words: 4 if linear, 16 if quadratic; between them room for a busy machine.
    assert seconds(24_000) < 7 * max(seconds(6_000), 0.05)
