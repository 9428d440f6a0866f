"""How long documents take: `python -m benchmarks.documents --words 30000`.

Writes a meeting of three hours in every format, and its paragraphs bare with reportlab, which is
what a PDF costs at least. Prints processor seconds, the best of some runs in turns, and the ratio
to bare; then the peak of memory of a process that writes the format, and of one for a word.
"""

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import islice
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

from talktotext.documents import FORMATS, Document, render
from talktotext.documents.transcript import utterances
from tests.documents.samples import long_meeting

ROUNDS = 5
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]


def bare(document: Document) -> bytes:
    """The same paragraphs by reportlab alone, in a font that need not be embedded."""
    words = ParagraphStyle("words", fontSize=9.5, leading=14.5, leftIndent=46, spaceAfter=3)
    said = utterances(document.segments, document.voices)
    story = [Paragraph(escape(one.text), words) for one in said]
    out = BytesIO()
    SimpleDocTemplate(out).build(story)
    return out.getvalue()


def seconds(act: Callable[[], object]) -> float:
    """Processor time of an act."""
    started = time.process_time()
    act()
    return time.process_time() - started


def meeting(words: int) -> Document:
    """Three hours of talk, drawn from as many different words as such a meeting has."""
    draw = random.Random(1)
    vocabulary = ["".join(draw.choices(SYLLABLES, k=1 + n % 4)) for n in range(3000)]
    ranks = [1 / (rank + 3) for rank in range(len(vocabulary))]  # as in any language (Zipf)
    drawn = iter(draw.choices(vocabulary, ranks, k=words))
    document = long_meeting(words)
    said = [
        one.model_copy(update={"text": " ".join(islice(drawn, 12)).capitalize() + "."})
        for one in document.segments
    ]
    return replace(document, segments=tuple(said))


def peak(format: str, words: int) -> float:
    """Megabytes that a process takes at most which writes one document."""
    code = f"from benchmarks.documents import one; one({format!r}, {words})"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(run.stdout)


def one(format: str, words: int) -> None:
    """Write one document, and print the process's peak in megabytes."""
    render(format, meeting(words))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=30_000, help="words of the transcript")
    words = parser.parse_args().words
    document = meeting(words)
    acts: dict[str, Callable[[], object]] = {"bare": lambda: bare(document)}
    acts |= {name: (lambda name=name: render(name, document)) for name in FORMATS}
    best = {name: seconds(act) for name, act in acts.items()}
    for _ in range(ROUNDS - 1):
        best = {name: min(best[name], seconds(act)) for name, act in acts.items()}
    print(f"{words} words; seconds of processor time, times of bare, MB, MB of a word, kB")
    for name in FORMATS:
        size = len(render(name, document)) / 1000
        ratio = best[name] / best["bare"]
        used = f"{peak(name, words):6.0f} {peak(name, 12):6.0f}"
        print(f"{name:5} {best[name]:6.2f} {ratio:6.2f} {used} {size:8.0f}")
    print(f"bare  {best['bare']:6.2f}")


if __name__ == "__main__":
    main()
