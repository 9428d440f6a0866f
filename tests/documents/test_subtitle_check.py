"""Files of subtitles, read strictly and measured by the rules."""

import pytest

from talktotext.documents.subtitle_check import check
from talktotext.documents.subtitle_file import ReadCue, read
from talktotext.errors import InvalidRequest

ONE = ReadCue(1, 1000, 3000, ("Good morning.",))
SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\nGood morning.\n"


@pytest.mark.parametrize(
    "text",
    [
        SRT,
        SRT.strip(),
        SRT.replace("\n", "\r\n"),
        SRT.replace("\n", "\r"),
        "\ufeff" + SRT,
        "\n\n" + SRT + "\n\n\n",
        SRT.replace("00:00:", "00:"),
        SRT.replace(",", "."),
        SRT.replace("03,000", "03,000  X1:1 X2:2 Y1:3 Y2:4"),
        SRT.replace("Good", "<i>Good</i>").replace("morning", r"{\an8}morning"),
        VTT,
        VTT.strip(),
        VTT.replace("\n", "\r\n"),
        "\ufeff" + VTT,
        VTT.replace("WEBVTT", "WEBVTT - a title\nKind: captions"),
        VTT.replace("03.000", "03.000 align:start position:10%"),
        VTT.replace("00:01.000", "some name\n00:00:01.000"),
        VTT.replace("Good", "<v.loud Ann B>Good").replace("morning", "<00:02.000><c>morning</c>"),
        VTT.replace("WEBVTT", "WEBVTT\n\nNOTE a\n1 -> 2\n\nSTYLE\n::cue{}\n\nREGION\nid:a"),
        VTT + "\nNOTE\nthe end",
    ],
)
def test_files_as_they_come_are_read(text):
    assert read(text.encode()) == [ONE]
    assert read(text.removeprefix("\ufeff").encode("utf-16")) == [ONE]


def test_entities_are_what_they_stand_for_in_webvtt_alone():
    assert read(VTT.replace("Good", "&lt;b&gt; &amp;").encode())[0].lines == ("<b> & morning.",)
    assert read(SRT.replace("Good", "&lt;").encode())[0].lines == ("&lt; morning.",)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"WEBVTT", b"WEBVTT\n\nNOTE nothing"])
def test_no_cues_are_no_cues(data):
    assert read(data) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Dear all,\nhello", "line 1: expected the number of a cue"),
        (b"WEBVTTx\n\n00:01.000 --> 00:02.000\nx", "line 1: expected the number of a cue"),
        (SRT.encode() + b"Good morning.", "line 5: expected the number of a cue"),
        (b"1\n\ntext", "line 2: expected the times of a cue"),
        (b"1\n00:00:01,000 -> 00:00:02,000\nx", "line 2: expected the times of a cue, like 00:01"),
        (b"1\n00:00:61,000 --> 00:00:62,000\nx", "line 2: expected the times"),
        (b"1\n00:00:01,00 --> 00:00:02,000\nx", "line 2: expected the times"),
        (b"1\n-0:00:01,000 --> 00:00:02,000\nx", "line 2: expected the times"),
        (b"1\n00:00:01,000 --> 00:00:02,000junk\nx", "line 2: expected the times"),
        ("1\n٠٠:00:01,000 --> 00:00:02,000\nx".encode(), "line 2: expected the times"),
        (SRT.encode().replace(b"Good", b"a --> b"), "line 3: an arrow between times"),
        (b"WEBVTT\n\n00:01,000 --> 00:02,000\nx", "line 3: expected the times of a cue, like 01:"),
        (b"WEBVTT\n\njust a name", "line 4: expected the times"),
        (b"WEBVTT\n00:00.000 --> 00:00.100\nx", "line 2: expected an empty line before a cue"),
        (b"WEBVTT\nid\n00:00.000 --> 00:00.100\nx", "line 3: expected an empty line before a cue"),
        (b"WEBVTT\n\nNOTE x\n00:00.000 --> 00:00.100", "line 4: expected an empty line before"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "The file is no text in UTF-8"),
        (b"\xff\xfe\x00", "The file is no text in UTF-8"),
        (b"9" * 5000, "line 1: expected the number of a cue"),
    ],
)
def test_what_is_no_subtitles_is_said(data, said):
    with pytest.raises(InvalidRequest) as caught:
        read(data)
    assert said in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("sign", ["<", "<b", r"{\a", "&", "-->x", "\x00"])
def test_no_text_takes_longer_to_read_than_it_is_long(sign):
    text = sign.replace("-->", "- ->") * 100_000
    assert len(read(f"{VTT}{text}\n".encode())) == 1
    assert len(read(f"{SRT.strip()}\n{text}\n".encode())) == 1


def cue(start, end, *lines, number=1):
    return ReadCue(number, start, end, lines or ("Good.",))


@pytest.mark.parametrize(
    ("cues", "found"),
    [
        ([ONE], []),
        ([cue(0, 7000, "x" * 42, "y" * 42)], []),
        ([cue(0, 7000, "a", "b", "c")], [("lines", "3 lines, 2 at most")]),
        ([cue(0, 7000, "x" * 43)], [("width", "line 1: 43 characters, 42 at most")]),
        ([cue(0, 7000, "字" * 16)], []),
        (
            [cue(0, 7000, "ok", "字" * 17)],
            [
                (
                    "width",
                    "line 2: 44.625 characters, 42 at most (a full-width one counts 2.6)",
                )
            ],
        ),
        ([cue(0, 7000, "e\u0301" * 42)], []),
        ([cue(0, 999)], [("shortest", "0.999 s, 1 s at least")]),
        ([cue(0, 7001)], [("longest", "7.001 s, 7 s at most")]),
        ([cue(5000, 5000)], [("shortest", "0.000 s, 1 s at least")]),
        ([cue(5000, 4000)], [("shortest", "-1.000 s, 1 s at least")]),
        ([cue(0, 1000, "x" * 20)], []),
        ([cue(0, 1000, "x" * 10, "y" * 9)], []),
        ([cue(0, 1000, "x" * 21)], [("speed", "21.00 characters a second, 20 at most")]),
        ([cue(0, 1000, "x" * 10, "y" * 10)], [("speed", "21.00 characters a second, 20 at most")]),
        ([cue(0, 1000, "字" * 9)], []),
        ([cue(0, 1000, "字" * 10)], [("speed", "22.22 characters a second, 20 at most")]),
        ([cue(0, 2000), cue(2080, 4000)], []),
        (
            [cue(0, 2000), cue(2079, 4000)],
            [("gap", "0.079 s after an earlier one, 0.08 s at least")],
        ),
        ([cue(0, 2000), cue(1500, 4000)], [("gap", "begins 0.500 s before an earlier one ends")]),
        (
            [cue(0, 7000), cue(1000, 2000), cue(3000, 4500)],
            [
                ("gap", "begins 6.000 s before an earlier one ends"),
                ("gap", "begins 4.000 s before an earlier one ends"),
            ],
        ),
    ],
)
def test_every_rule_is_checked(cues, found):
    assert [(violation.rule, violation.message) for violation in check(cues)] == found


def test_a_violation_says_where():
    [violation] = check([cue(61_500, 62_000, number=7)])
    assert (violation.number, violation.start) == (7, 61_500)
