"""What a reader sees of a document in any format, and where a text may stand in each."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from io import StringIO
from typing import Any

from icalendar import Calendar
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from talktotext.documents import Document, render

from .reading import flat, pdf, pdf_text, word_text

SUBTITLES = r"(?:\d+\n)?[\d:.,]+ --> [\d:.,]+[^\n]*\n"


LIKENESSES = str.maketrans({"‹": "<", "❴": "{", "❵": "}", "→": "-->"})


def markdown() -> MarkdownIt:
    """A reader of Markdown that takes all for markup that any site does."""
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    return reader.use(tasklists_plugin).use(footnote_plugin).use(dollarmath_plugin)


def html(document: Document) -> str:
    rendered: str = markdown().render(plain("md", document))
    return rendered


def plain(format: str, document: Document) -> str:
    return render(format, document).decode()


def rows(document: Document) -> list[list[str]]:
    return list(csv.reader(StringIO(render("csv", document).decode("utf-8-sig"), newline="")))


def events(document: Document) -> list[Any]:
    return Calendar.from_ical(render("ics", document)).walk("VEVENT")


def strings(value: Any) -> Iterator[str]:
    """All texts in what JSON holds."""
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield from (*strings(key), *strings(item))
        case list():
            for item in value:
                yield from strings(item)


def _srt(document: Document) -> str:
    """Signs that SubRip has no way to write have given way to their likenesses."""
    text = re.sub(SUBTITLES, "", plain("srt", document))
    return text.translate(LIKENESSES)


def _vtt(document: Document) -> str:
    return unescape(re.sub(f"{SUBTITLES}|</?v[^>]*>", "", plain("vtt", document)))


READERS: dict[str, Callable[[Document], str]] = {
    "pdf": lambda document: pdf_text(pdf(document)),
    "docx": word_text,
    "md": lambda document: unescape(re.sub("<[^>]*>", "", html(document))),
    "txt": lambda document: plain("txt", document),
    "json": lambda document: " ".join(strings(json.loads(render("json", document)))),
    "srt": _srt,
    "vtt": _vtt,
    "csv": lambda document: " ".join(" ".join(row) for row in rows(document)),
    "ics": lambda document: " ".join(
        str(e["summary"] + e["description"]) for e in events(document)
    ),
}


def shown(format: str, document: Document) -> str:
    """A document's text without blanks."""
    return flat(READERS[format](document))
