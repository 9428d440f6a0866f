"""Cleaning, times and file names, as plain functions."""

from math import inf, nan

import pytest

from talktotext.documents import file_name
from talktotext.documents.text import clean, clock, excerpt, language_name, length
from talktotext.documents.transcript import GOOD_LENGTH, MOST_LENGTH, locate, utterances

from .samples import segments


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "00:00"),
        (9.99, "00:09"),
        (75.2, "01:15"),
        (3599.9, "59:59"),
        (3675, "1:01:15"),
        (-1, "00:00"),
        (nan, "00:00"),
        (inf, "00:00"),
    ],
)
def test_clock(seconds, shown):
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (59.6, "1 min"),
        (nan, "0 s"),
        (-inf, "0 s"),
        (90, "1 min 30 s"),
        (3600, "1 h"),
        (7320, "2 h 2 min"),
    ],
)
def test_length(seconds, shown):
    assert length(seconds) == shown


def test_clean_keeps_what_scripts_need():
    assert clean("ن\u200cم") == "ن\u200cم"  # the joiner of Persian
    assert clean("e\u0301") == "é"
    assert clean("  a\u00a0 b\n") == "a b"
    assert clean("\ud800") == "\ufffd"


@pytest.mark.parametrize(
    ("tag", "name"),
    [("en", "English"), ("pt-BR", "Portuguese"), ("gsw", "gsw"), ("und", None), ("<b>", None)],
)
def test_language_name(tag, name):
    assert language_name(tag) == name


def test_excerpt():
    assert excerpt("short", 10) == "short"
    assert excerpt("cut at a word", 10) == "cut at a…"
    assert len(excerpt("x" * 50, 10)) == 10


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Q3: plan/review", "Q3 plan review.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ("..\\..\\boot.ini", "boot.ini.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("nul\x00l\r\nSet-Cookie: x", "null Set-Cookie x.pdf"),
        ("Réunion d'été — 会议 Совещание", "Réunion d'été — 会议 Совещание.pdf"),
        ("CON", "Note CON.pdf"),
        ("aux.txt", "Note aux.txt.pdf"),
        *((name, f"Note {name}.pdf") for name in ("COM1", "LPT¹", "com².txt", "Nul .x", "CONIN$")),
        *((name, f"Note {name}.pdf") for name in ("conout$", "CLOCK$.x")),
        *((name, f"{name}.pdf") for name in ("CLOCK", "COM", "COM10", "lpt1x", "console")),
        ("می\u200cخواهم", "می\u200cخواهم.pdf"),
        ("क्\u200dष 👩\u200d💻", "क्\u200dष 👩\u200d💻.pdf"),
        ("\u200c.\u200dx\u200d", "x.pdf"),
        ("\u200d\u200c", "Note.pdf"),
        ("~root", "root.pdf"),
        (".hidden", "hidden.pdf"),
        ("--help", "help.pdf"),
        ('"quoted" <b>|x|*?', "quoted b x.pdf"),
        ("", "Note.pdf"),
        ("///", "Note.pdf"),
        ("\ud83d", "Note.pdf"),
    ],
)
def test_file_name(title, name):
    assert file_name(title, "pdf") == name


@pytest.mark.parametrize("char", ["x", "字", "🎉", "é"])
def test_file_name_is_bounded(char):
    assert 1 < len(file_name(char * 1000, "docx").encode()) <= 200


def test_segments_of_a_speaker_run_together():
    talk = [("A", 0.0, "One."), ("A", 2.0, "Two."), ("B", 4.0, "Three."), ("A", 6.0, "Four.")]
    found = utterances(segments(talk), {"A": "Anna"})
    assert [(u.speaker, u.start, u.text) for u in found] == [
        ("Anna", 0.0, "One. Two."),
        ("B", 4.0, "Three."),
        ("Anna", 6.0, "Four."),
    ]


def test_a_long_speech_is_cut_at_sentences():
    talk = [("A", float(i), "Ten words of a speech that does not want to end.") for i in range(60)]
    found = utterances(segments(talk), {})
    assert len(found) > 3
    assert all(GOOD_LENGTH <= len(u.text) <= MOST_LENGTH for u in found[:-1])
    assert [u.speaker for u in found] == ["A"] + [None] * (len(found) - 1)


def test_a_speaker_who_returns_after_nobody_is_named_again():
    talk = [("A", 0.0, "One."), (None, 2.0, "Two."), ("A", 4.0, "Three.")]
    assert [u.speaker for u in utterances(segments(talk), {})] == ["A", None, "A"]


def test_chinese_runs_on_without_blanks():
    found = utterances(segments([("A", 0.0, "大家好。"), ("A", 1.0, "我们开始。")]), {})
    assert found[0].text == "大家好。我们开始。"


def test_locate():
    found = utterances(segments([("A", 1.0, "x"), ("B", 5.0, "y")]), {})
    assert [locate(found, at) for at in (0.0, 1.0, 4.9, 5.0, 99.0)] == [0, 0, 0, 1, 1]
    assert locate([], 1.0) is None
