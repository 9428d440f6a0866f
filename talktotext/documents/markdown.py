"""document -> Markdown (https://spec.commonmark.org, https://github.github.com/gfm), with tables
and task lists, for wikis, issues and notebooks.
"""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO
from urllib.parse import quote

from talktotext.documents.base import Document
from talktotext.documents.blocks import Bullets, Content, Line, Prose, Table, Tick, Transcript
from talktotext.documents.content import build
from talktotext.documents.text import clock
from talktotext.documents.textual import Ticked, Worded, sections, spoken, ticked
from talktotext.documents.transcript import Utterance

Link = Callable[[float], str | None]

# What has a meaning in CommonMark, GFM, or a common dialect: mathematics, marks, attributes.
_SPECIAL = re.compile(r"[\\*_{}\[\]<>&~|$^=#]")
# What would make a list, a rule or a definition at the start of a line.
_START = re.compile(r"^([0-9]{0,9})([-+:.)])")
# What sites turn into links and mentions by themselves, whatever is escaped in it.
_WORD = re.compile(r"([A-Za-z0-9._+\-/:@%?=&#~]+)")
_ADDRESS = re.compile(r"@|//|www\.|[a-z0-9]\.[a-z]{2}", re.IGNORECASE)
_AROUND = ".:?&=#~%+-"
_DOT = re.compile(r"\.(?=[^\x00-\x7f])")  # in a domain of another script


class MarkdownWriter:
    """Markdown in UTF-8. All that was said is text: no markup, no links, no mentions."""

    extension = "md"
    media_type = "text/markdown"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` as Markdown to `out`."""
        out.write("\n\n".join(_blocks(build(document), document.link)).encode() + b"\n")


def escape(text: str) -> str:
    """A text on one line that Markdown shows as it is, also at the start of a line.

    Addresses, names after an "@" and the like become code: that alone is left in peace by what
    makes links of them.
    """
    # Words stand at odd places, what is between them at even ones.
    parts = enumerate(_WORD.split(text))
    out = "".join(_word(part) if place % 2 else _escaped(part) for place, part in parts)
    return _START.sub(r"\1\\\2", _DOT.sub(r"\\.", out))


def _escaped(text: str) -> str:
    # Not "\`", which would lengthen a fence that follows.
    return _SPECIAL.sub(r"\\\g<0>", text).replace("`", "&#96;")


def _word(word: str) -> str:
    if not _ADDRESS.search(word):
        return _escaped(word)
    core = word.strip(_AROUND) or word
    before, after = word.split(core, 1)
    return f"{_escaped(before)}`{core}`{_escaped(after)}"


def _blocks(content: Content, link: Link) -> Iterator[str]:
    yield f"# {escape(content.title)}"
    yield "\n".join(f"- **{label}:** {escape(value)}" for label, value in content.facts)
    for notice in content.notices:
        yield f"> **Note:** {escape(notice)}"
    for heading, blocks in sections(content):
        yield f"## {escape(heading)}"
        for block in blocks:
            yield from _block(block, link)


def _block(block: Worded, link: Link) -> Iterator[str]:
    match block:
        case Prose(lines):
            yield " ".join(map(_line, lines))
        case Bullets(lines):
            yield "\n".join(f"- {_line(line)}" for line in lines)
        case Table():
            yield "\n".join(map(_task, ticked(block))) or _table(block)
        case Transcript(chapters):
            for chapter in chapters:
                if chapter.heading:
                    yield f"### {escape(chapter.heading)}"
                for utterance in chapter.utterances:
                    yield _paragraph(utterance, link)


def _line(line: Line) -> str:
    text = " — ".join(map(escape, filter(None, (line.text, line.note))))
    return text if line.time is None else f"{text} {_time(line.time, line.link)}"


def _time(seconds: float, address: str | None) -> str:
    if address is None:
        return f"({clock(seconds)})"
    # Of what may stand in an address, this leaves all but what could end it here.
    target = quote(address, safe="/:?#@!$&'*+,;=%~").replace("&", "&amp;")
    return f"([{clock(seconds)}]({target}))"


def _task(task: Ticked) -> str:
    box = "[x]" if task.done else "[ ]"
    text = _line(Line(task.line.text, time=task.line.time, link=task.line.link))
    return " — ".join([f"- {box} {text}", *([_details(task)] if task.details else [])])


def _details(task: Ticked) -> str:
    return " · ".join(map(escape, task.details))


def _table(table: Table) -> str:
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    header, rule = list(table.header), ["---"] * len(table.header)
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def _cell(cell: Line | Tick) -> str:
    return _line(cell) if isinstance(cell, Line) else "☑" if cell.done else "☐"


def _paragraph(utterance: Utterance, link: Link) -> str:
    who = f"**{escape(utterance.speaker)}** " if utterance.speaker else ""
    colon = ":" if who else ""
    time = _time(utterance.start, link(utterance.start))
    return f"{who}{time}{colon} {escape(spoken(utterance))}"
