"""Notes of a file of meetings, scored: `python benchmarks/notes.py --meetings F --pred OUT`.

Each line of the meetings file is a JSON object with `id` and `transcript`, a list of
`{"speaker", "text", "start"?, "end"?}`. Each line written is
`{"id", "summary", "key_points": [str], "action_items": [{"text", "assignee", "segments"}]}`, made
by the very engine the service runs. Seconds and peak memory are printed for each meeting, and how
many of all statements pass the check against the transcript; with `--gold`, the score script is
run on the result.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, from anywhere

from talktotext.analysis.check import check
from talktotext.analysis.extractive import ExtractiveAnalyzer
from talktotext.schema import Notes, Segment

UNTIMED = 4.0  # seconds given to a segment of a transcript without times
SCORE = Path(__file__).parents[1] / "../shared/bench/score.py"


def main() -> int:
    """Writes the predictions; the score's exit status if it is asked for."""
    options = _options()
    borne = Counter[bool]()
    with options.pred.open("w", encoding="utf-8") as out:
        for meeting in _meetings(options.meetings):
            transcript, notes = _noted(meeting)
            borne += _borne(notes, transcript)
            line = {"id": meeting["id"], **_as_prediction(notes)}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(f"{borne[True]} of {borne.total()} statements are borne by their evidence")
    if options.gold is None:
        return 0
    command = [options.python, options.score, "--gold", options.gold, "--pred", options.pred]
    return subprocess.run([str(part) for part in command], check=False).returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meetings", type=Path, required=True, help="transcripts, JSON lines")
    parser.add_argument("--pred", type=Path, required=True, help="where predictions are written")
    parser.add_argument("--gold", type=Path, help="references; runs the score")
    parser.add_argument("--score", type=Path, default=SCORE, help="the score script")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with rouge-score")
    return parser.parse_args()


def _meetings(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _noted(meeting: dict[str, Any]) -> tuple[list[Segment], Notes]:
    """A meeting and its notes; what they took goes to the standard output."""
    transcript = [_segment(place, turn) for place, turn in enumerate(meeting["transcript"])]
    words = sum(len(segment.text.split()) for segment in transcript)
    began = time.perf_counter()
    notes = ExtractiveAnalyzer().analyze(transcript)
    seconds = time.perf_counter() - began
    print(f"{meeting['id']:16} {words:6} words {seconds:6.3f} s {_peak_megabytes():5.0f} MB peak")
    return transcript, notes


def _borne(notes: Notes, transcript: Sequence[Segment]) -> Counter[bool]:
    """How many statements the check holds for, and how many it does not."""
    dropped = check(notes, transcript)[1]
    return Counter({True: len(notes.statements) - dropped, False: dropped})


def _segment(place: int, turn: dict[str, Any]) -> Segment:
    start = turn.get("start")
    end = turn.get("end")
    start = place * UNTIMED if start is None else start
    return Segment(
        index=place,
        start=start,
        end=start + UNTIMED if end is None else end,
        text=turn["text"],
        speaker=turn.get("speaker"),
    )


def _as_prediction(notes: Notes) -> dict[str, Any]:
    return {
        "summary": notes.abstract_summary,
        "key_points": [point.text for point in notes.key_points],
        "action_items": [
            {
                "text": item.text,
                "assignee": item.owner,
                "segments": [index for part in item.evidence for index in part.segments],
            }
            for item in notes.action_items
        ],
    }


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 if sys.platform != "darwin" else 1024**2)


if __name__ == "__main__":
    raise SystemExit(main())
