"""subtitle file -> its cues, read strictly: what is not as it should be is said, with its line.

SubRip has no standard; read is what players agree on. WebVTT: https://www.w3.org/TR/webvtt1/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from talktotext.errors import InvalidRequest

_CLOCK = r"(?:([0-9]{1,6}):)?([0-5][0-9]):([0-5][0-9])"  # hours may be left out
_TIME = {
    "SubRip": re.compile(_CLOCK + r"[,.]([0-9]{3})"),
    "WebVTT": re.compile(_CLOCK + r"\.([0-9]{3})"),
}
_ARROW = re.compile(r"\s+-->\s+")
# A tag has no "<" in it, so that no text takes longer to search than to read.
_TAGS = {
    "SubRip": re.compile(r"</?(?:b|i|u|s|font)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE),
    "WebVTT": re.compile(r"<[^<>]*>"),
}
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


@dataclass(frozen=True)
class ReadCue:
    """A cue as a file has it.

    Attributes:
        number: its own in SubRip, else its place in the file, from 1.
        start, end: milliseconds; a file may have them in any order.
        lines: what is shown, without tags.
    """

    number: int
    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Block:
    """Lines without an empty one between, and the number of the first in the file, from 1."""

    at: int
    lines: list[str]


def read(data: bytes) -> list[ReadCue]:
    """The cues of a SubRip or WebVTT file, in the file's order.

    Raises:
        InvalidRequest: it is neither, or not written as it should be; says where.
    """
    lines = re.split(r"\r\n|\r|\n", _text(data))
    if re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        return list(_webvtt_cues(_blocks(lines)))
    return [_subrip(block) for block in _blocks(lines)]


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        hint = "Save it as UTF-8."
        raise InvalidRequest("The file is no text in UTF-8", hint=hint) from None


def _blocks(lines: list[str]) -> Iterator[_Block]:
    held: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            held.append(line)
        elif held:
            yield _Block(number - len(held), held)
            held = []


def _subrip(block: _Block) -> ReadCue:
    first = block.lines[0].strip()
    if not re.fullmatch(r"[0-9]{1,9}", first):
        raise _wrong(block.at, "expected the number of a cue")
    if len(block.lines) < 2:
        raise _wrong(block.at + 1, "expected the times of a cue")
    return _cue("SubRip", int(first), block.lines[1:], block.at + 1)


def _webvtt_cues(blocks: Iterator[_Block]) -> Iterator[ReadCue]:
    number = 0
    for place, block in enumerate(blocks):
        if place == 0 or _NO_CUE.match(block.lines[0]):
            _check_cueless(block)
        else:
            number += 1
            yield _webvtt(block, number)


def _check_cueless(block: _Block) -> None:
    """Players take an arrow in a header or comment for the times of a cue, and show it."""
    for place, line in enumerate(block.lines[1:], block.at + 1):
        if "-->" in line:
            raise _wrong(place, "expected an empty line before a cue")


def _webvtt(block: _Block, number: int) -> ReadCue:
    named = "-->" not in block.lines[0]  # a cue may have a name
    if len(block.lines) <= named:
        raise _wrong(block.at + 1, "expected the times of a cue")
    return _cue("WebVTT", number, block.lines[named:], block.at + named)


def _cue(kind: str, number: int, lines: list[str], at: int) -> ReadCue:
    start, end = _times(kind, lines[0].strip(), at)
    for place, line in enumerate(lines[1:], at + 1):
        if "-->" in line:
            raise _wrong(place, "an arrow between times cannot stand in the text of a cue")
    text = _TAGS[kind].sub("", "\n".join(lines[1:]))
    shown = unescape(text) if kind == "WebVTT" else text
    return ReadCue(number, start, end, tuple(line.strip() for line in shown.split("\n") if line))


def _times(kind: str, line: str, at: int) -> tuple[int, int]:
    """Both times of a cue; settings and coordinates may follow them."""
    parts = _ARROW.split(line)
    if len(parts) == 2:
        found = [_TIME[kind].fullmatch(part.partition(" ")[0].rstrip("\t")) for part in parts]
        if found[0] and found[1] and found[0][0] == parts[0]:
            return _milliseconds(found[0]), _milliseconds(found[1])
    example = "00:01:02,345 --> 00:01:04,000" if kind == "SubRip" else "01:02.345 --> 01:04.000"
    raise _wrong(at, f"expected the times of a cue, like {example}")


def _milliseconds(time: re.Match[str]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in time.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _wrong(line: int, what: str) -> InvalidRequest:
    hint = "A SubRip file begins with the number of a cue, a WebVTT file with the word WEBVTT."
    message = f"The file cannot be read as subtitles: line {line}: {what}"
    return InvalidRequest(message, hint=hint if line == 1 else None)
