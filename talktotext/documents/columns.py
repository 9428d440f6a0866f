"""text -> lines of so many columns, as terminals and editors show it.

A Chinese, Japanese or Korean character takes two columns, a combining one none (Unicode UAX 11).
"""

from collections.abc import Iterator

from wcwidth import iter_graphemes, width

from talktotext.documents.typesetting.breaks import pieces

WIDTH = 80  # columns of a line


def columns(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else width(text)


def padded(text: str, most: int) -> str:
    """The text and blanks behind it, so many columns in all."""
    return text + " " * (most - columns(text))


def wrapped(text: str, most: int = WIDTH, indent: str = "") -> list[str]:
    """Lines of `most` columns or less; those after the first stand behind `indent`."""
    first, *others = _lines(text, most, most - len(indent))
    return [first, *(indent + line for line in others)]


def _lines(text: str, first: int, others: int) -> Iterator[str]:
    line, room = "", first
    for piece in _pieces(text, min(first, others)):
        if line and columns(piece.rstrip()) > room:
            yield line.rstrip()
            line, room = "", others
        line, room = line + piece, room - columns(piece)
    yield line.rstrip()


def _pieces(text: str, most: int) -> Iterator[str]:
    """The text in pieces between which a line may end, none wider than a line."""
    for piece in pieces(text):
        if columns(piece.rstrip()) <= most:
            yield piece
        else:
            yield from _cut(piece, most)


def _cut(piece: str, most: int) -> Iterator[str]:
    """What is wider than a line, cut between characters as readers count them."""
    part, room = "", most
    for cluster in iter_graphemes(piece):
        if columns(cluster) > room:
            yield part
            part, room = "", most
        part, room = part + cluster, room - columns(cluster)
    yield part
