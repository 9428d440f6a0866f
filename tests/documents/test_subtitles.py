"""Transcripts as subtitles: how they are cut, what is shown, and that any text makes a file."""

import io
import re
from dataclasses import replace
from itertools import pairwise

import pysubs2
import pytest
import webvtt

from talktotext.documents import get_writer, render
from talktotext.documents.cues import cues
from talktotext.documents.subtitle_check import check
from talktotext.documents.subtitle_file import read
from talktotext.schema import Notes, Segment, Word

from .samples import EMPTY, MEETING, SCRIPTS, WORLD

LONG = (
    "When the committee met on Tuesday, Dr. Smith said that the results of the trial, which had "
    "been delayed for a year, would be published in the spring; nobody in the room was surprised "
    "by the decision of the board to go ahead."
)
UNSPACED = {
    "zh": "支付服务已经准备好了，翻译昨天晚上也已经全部完成，所以我觉得没有理由再推迟发布日期了。",
    "zh-Hant": "支付服務已經準備好了，翻譯昨天晚上也已經完成，所以我覺得沒有理由再推遲發佈日期了。",
    "ja": "決済サービスの準備は整っていますし、翻訳も届きましたので、これ以上延期する理由はない。",
    "th": "วันนี้อากาศดีมากเราไปเที่ยวกันเถอะ เพราะว่าเมื่อวานฝนตกทั้งวันและพรุ่งนี้ก็คงจะตกอีกเหมือนกัน",
}
FAMILY = "👨‍👩‍👧‍👦"


def said(text, start=0.0, end=None, language="en", **more):
    end = start + len(text) / 14 if end is None else end
    segment = Segment.model_construct(index=0, start=start, end=end, text=text, **more)
    return talk([segment], language)


def talk(segments, language="en"):
    notes = Notes(title="x", language=language, participants=MEETING.notes.participants)
    return replace(MEETING, notes=notes, segments=tuple(segments))


def text_of(kind, document):
    return render(kind, document).decode()


def flat(text):
    return re.sub(r"\s", "", text)


def shown(document):
    return "".join(line for cue in cues(document) for part in cue.parts for line in part.lines)


def spoken(document):
    return flat("".join(segment.text for segment in document.segments))


def broken(document):
    """The rules that its subtitles break, as the checker finds them in both files."""
    found = [check(read(render(kind, document))) for kind in ("srt", "vtt")]
    assert [v.rule for v in found[0]] == [v.rule for v in found[1]]
    return [violation.rule for violation in found[0]]


@pytest.mark.parametrize("document", [MEETING, WORLD, EMPTY, said(LONG)])
def test_talk_makes_subtitles_that_keep_all_rules(document):
    assert broken(document) == []
    assert flat(shown(document)) == spoken(document)


def test_lines_and_cues_end_where_clauses_do():
    assert [cue.lines for cue in cues(said(LONG))] == [
        ("When the committee met on Tuesday,",),
        ("Dr. Smith said", "that the results of the trial,"),
        ("which had been delayed for a year,", "would be published in the spring;"),
        ("nobody in the room was surprised", "by the decision of the board to go ahead."),
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "We looked for the keys to the house in a garden.",
            ("We looked for the keys", "to the house in a garden."),
        ),
        (
            "Wir suchten nach dem Schlüssel für das Haus im Garten.",
            ("Wir suchten nach dem Schlüssel", "für das Haus im Garten."),
        ),
        (
            "Nous avons cherché la clé de la maison dans le jardin.",
            ("Nous avons cherché la clé", "de la maison dans le jardin."),
        ),
    ],
)
def test_no_article_or_preposition_ends_a_line(text, lines):
    language = {"We": "en", "Wir": "de", "Nous": "fr"}[text.split()[0]]
    [cue] = cues(said(text, language=language))
    assert cue.lines == lines


def test_a_short_cue_is_one_line():
    assert [cue.lines for cue in cues(said("Good morning to everybody."))] == [
        ("Good morning to everybody.",)
    ]


@pytest.mark.parametrize(("language", "text"), UNSPACED.items())
def test_words_written_without_spaces_stay_whole(language, text):
    document = said(text, end=len(text) / 6, language=language)
    lines = [line for cue in cues(document) for line in cue.lines]
    assert "".join(map(flat, lines)) == flat(text)
    for whole in ("准备", "准备好", "所以", "準備好", "翻訳", "理由", "อากาศ", "เมื่อวาน", "เหมือนกัน"):
        if whole in text:
            assert any(whole in line for line in lines)
    assert broken(document) == []


def test_chinese_has_16_characters_a_line():
    lines = [line for cue in cues(said(UNSPACED["zh"], end=9, language="zh")) for line in cue.lines]
    assert max(map(len, lines)) <= 16
    assert lines[0] == "支付服务已经准备好了，"


@pytest.mark.parametrize("piece", ["e\u0301", "นี้", "कि", FAMILY, "🇩🇪"])
def test_what_a_reader_takes_for_a_character_is_not_cut(piece):
    document = said(piece * 200, end=200)
    for cue in cues(document):
        for line in cue.lines:
            assert len(line) % len(render_form(piece)) == 0
    assert broken(document) == []


def render_form(piece):
    """As documents have it: composed."""
    return "é" if piece == "e\u0301" else piece


def test_arabic_stays_in_the_order_in_which_it_is_read():
    text = "صباح الخير جميعا، لقد قررنا أن نبدأ في الأول من ديسمبر، ولا أحد في الغرفة كان متفاجئا."
    first, *_ = cues(said(text))
    assert first.lines[0] == "صباح الخير جميعا،"


def test_cues_go_by_the_times_of_the_words():
    words = tuple(Word(start=i, end=i + 0.5, text="abcdefgh") for i in range(20))
    found = cues(said(" ".join(["abcdefgh"] * 20), end=20.0, words=words))
    assert [cue.start % 1000 for cue in found] == [0] * len(found)
    assert all(one.end <= other.start - 84 for one, other in pairwise(found))


def test_a_pause_ends_a_cue():
    words = (
        Word(start=1.0, end=1.5, text="And"),
        Word(start=1.5, end=2.0, text=" then"),
        Word(start=9.0, end=9.5, text=" nothing"),
    )
    first, second = cues(said("And then nothing", end=9.5, words=words))
    assert (first.lines, first.start, first.end) == (("And then",), 1000, 2000)
    assert (second.lines, second.start, second.end) == (("nothing",), 9000, 10000)


def test_two_who_follow_at_once_share_a_cue():
    one = Segment(index=0, start=1.0, end=1.4, text="Agreed?", speaker="S1")
    two = Segment(index=1, start=1.4, end=1.8, text="Agreed.", speaker="S2")
    three = Segment(index=2, start=1.9, end=5.0, text="Then we go on from here.", speaker="S1")
    document = talk([one, two, three])
    first, second = cues(document)
    assert first.lines == ("-Agreed?", "-Agreed.")
    assert second.lines == ("Then we go on from here.",)
    assert "<v Ben>-Agreed?</v>\n<v Chloé>-Agreed.</v>\n" in text_of("vtt", document)
    assert "-Agreed?\n-Agreed.\n" in text_of("srt", document)


def test_two_who_take_their_time_have_a_cue_each():
    one = Segment(index=0, start=1.0, end=3.0, text="Agreed?", speaker="S1")
    two = Segment(index=1, start=3.5, end=5.0, text="Agreed.", speaker="S2")
    assert [cue.lines for cue in cues(talk([one, two]))] == [("Agreed?",), ("Agreed.",)]


def test_a_speaker_goes_on_where_others_only_assent():
    long = Segment(index=0, start=0.0, end=15.0, text=LONG, speaker="S1")
    yes = Segment(index=1, start=7.0, end=7.4, text="Mm-hmm.", speaker="S2")
    document = talk([long, yes])
    found = [part for cue in cues(document) for part in cue.parts]
    place = [part.speaker for part in found].index("Chloé")
    assert 0 < place < len(found) - 1
    assert flat("".join(line for p in found if p.speaker == "Ben" for line in p.lines)) == flat(
        LONG
    )
    assert broken(document) == []


def voice(part):
    return f"<v {part.speaker}>" if part.speaker else ""


@pytest.mark.parametrize("document", [MEETING, WORLD, said(LONG, start=3600 * 12)])
def test_others_read_the_same_times_and_text(document):
    found = cues(document)
    subrip = pysubs2.SSAFile.from_string(text_of("srt", document), "srt")
    assert [(e.start, e.end) for e in subrip] == [(cue.start, cue.end) for cue in found]
    assert [e.plaintext for e in subrip] == ["\n".join(cue.lines) for cue in found]
    captions = webvtt.from_buffer(io.StringIO(text_of("vtt", document)))
    assert [caption.lines for caption in captions] == [
        [voice(part) + part.lines[0], *part.lines[1:]] for cue in found for part in cue.parts
    ]
    assert flat("".join(caption.text for caption in captions)) == spoken(document)


def test_subrip_is_as_players_read_it():
    document = said("One --> two.", start=3661.5, end=3663.0)
    assert text_of("srt", document) == "1\n01:01:01,500 --> 01:01:03,000\nOne → two.\n\n"
    assert text_of("srt", EMPTY) == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<i>a</i> < b", "‹i>a‹/i> < b"),
        ('<font color="red">x', '‹font color="red">x'),
        (r"{\an8}up {a}", r"❴\an8❵up ❴a❵"),
    ],
)
def test_nothing_said_is_a_tag_of_subrip(text, line):
    document = said(text)
    assert text_of("srt", document).splitlines()[2] == line
    [event] = pysubs2.SSAFile.from_string(text_of("srt", document), "srt")
    assert event.plaintext == line


def test_webvtt_names_the_voice_and_escapes_what_is_said():
    document = said("<i>a</i> --> b & c", start=0.0, end=2.0, speaker="S1")
    assert text_of("vtt", document) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Ben>&lt;i&gt;a&lt;/i&gt; --&gt; b &amp; c\n"
    )
    assert text_of("vtt", EMPTY) == "WEBVTT\n"


def test_a_voice_s_name_cannot_break_out():
    document = said("Hello.", speaker="a>\n\n00:00.000 --> 00:09.000\nevil<v b")
    blocks = text_of("vtt", document).split("\n\n")
    assert len(blocks) == 2
    assert blocks[1].count("-->") == 1 and blocks[1].count("<v ") == 1


@pytest.mark.parametrize("kind", ["srt", "vtt"])
@pytest.mark.parametrize(
    "text",
    [
        "a\r\n\r\n2\n00:00:00,000 --> x\x00\u202e",
        "half\ud83d a pair",
        "\n\nNOTE x\n\nSTYLE\n::cue{}",
        "1\n\n2",
        "-- > --> <!-- -->",
        "\u200b\u200d\ufe0f",
        "&lt;b&gt; &amp;amp;",
        *SCRIPTS.values(),
    ],
)
def test_every_text_makes_a_file_that_says_no_more_than_it(kind, text):
    document = said(text, end=30.0, speaker="S1")
    assert get_writer(kind).extension == kind
    found = read(render(kind, document))
    assert len(found) == len(cues(document))
    assert broken(document) == []


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x01"])
def test_what_cannot_be_seen_makes_no_cue(text):
    assert cues(said(text, end=3.0)) == []
