"""Subtitles of meetings: do they keep the rules, is every word there, how far from its time?

    python -m benchmarks.subtitles MEETINGS.jsonl …

A line of a file is a meeting: {"id", "transcript": [{"speaker", "text", "start", "end"}, …]}.
"""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from talktotext.documents import Document, render
from talktotext.documents.cue_groups import groups
from talktotext.documents.cues import Cue, cues, in_order
from talktotext.documents.subtitle_check import check
from talktotext.documents.subtitle_file import read
from talktotext.documents.subtitle_rules import RULES
from talktotext.schema import Notes, Segment

QUANTILES = (0.5, 0.9, 0.95, 0.99, 1.0)


def main() -> None:
    """Prints what was found of each meeting, and of all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    moved: list[float] = []
    speeds: list[float] = []
    broken = lost = 0
    began = time.process_time()
    for name, document in _meetings(parser.parse_args().files):
        found = cues(document)
        off = [
            abs(c.start - g[0].start) / 1000 for c, g in zip(found, _said(document), strict=True)
        ]
        violations = sum(len(check(read(render(kind, document)))) for kind in ("srt", "vtt"))
        print(f"{name}: {len(found)} cues, {violations} violations, at most {max(off):.2f} s off")
        broken, lost = broken + violations, lost + _lost(document, found)
        moved += off
        speeds += [RULES.speed(cue.lines, cue.end - cue.start) for cue in found]
    print(
        f"{len(moved)} cues, {broken} violations, {lost} speakers with words lost or moved, ",
        end="",
    )
    print(f"{time.process_time() - began:.0f} s of CPU")
    print("seconds off the first word's time:", _quantiles(moved))
    print("characters a second:", _quantiles(speeds))


def _meetings(files: list[Path]) -> Iterator[tuple[str, Document]]:
    for file in files:
        for line in file.read_text().splitlines():
            meeting: dict[str, Any] = json.loads(line)
            said = [s for s in meeting["transcript"] if s.get("start") is not None]
            said.sort(key=lambda segment: segment["start"])
            segments = [Segment(index=index, **segment) for index, segment in enumerate(said)]
            if segments:
                notes = Notes(title=meeting["id"], language="en")
                ends = max(segment.end for segment in segments)
                yield meeting["id"], Document(notes, segments, datetime.now(UTC), ends)


def _said(document: Document) -> list[Any]:
    return groups(in_order(document))


def _lost(document: Document, found: list[Cue]) -> int:
    """How many speakers' words are not shown as they were said, one after another."""
    out = 0
    for speaker in {segment.speaker for segment in document.segments}:
        said = "".join(s.text for s in document.segments if s.speaker == speaker)
        parts = [part for cue in found for part in cue.parts if part.speaker == speaker]
        shown = "".join(line for part in parts for line in part.lines)
        out += "".join(said.split()) != "".join(shown.split())
    return out


def _quantiles(values: list[float]) -> str:
    values = sorted(values)
    places = ((q, min(len(values) - 1, int(q * len(values)))) for q in QUANTILES)
    return ", ".join(f"{q:.0%} {values[place]:.2f}" for q, place in places)


if __name__ == "__main__":
    main()
