"""notes and segments -> figures: who speaks when and how much, and the mood, also in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from talktotext.documents.base import Document
from talktotext.documents.blocks import Bars, Curve, Figure, Timeline
from talktotext.documents.text import NAME_LENGTH, clean, clock, excerpt, length
from talktotext.schema import SentimentPoint

UNKNOWN = "Unknown"
ROWS = 12  # people in a chart, the last row being all others where there are more
_PAUSE = 1.0  # seconds of silence that do not break off what somebody says
_LEAST_POINTS = 3  # of a curve that says more than its mean

Stretches = list[tuple[float, float]]
Shares = list[tuple[str, float, float]]  # name, seconds, share


def of_people(document: Document) -> tuple[Figure, ...]:
    """Who speaks when, and how much of the time; nothing where that is one person or nobody."""
    shares = sorted(_shares(document), key=lambda row: -row[1])
    names = list(dict.fromkeys(name for name, _, _ in shares))
    out = []
    if len(rows := _spoken(document, names)) > 1:
        out.append(_timeline(rows, _heard(document)))
    if len(shares) > 1 and shares[0][1] > 0:
        out.append(_bars(shares))
    return tuple(out)


def of_mood(document: Document) -> tuple[Figure, ...]:
    """The mood over the recording; nothing of a short one."""
    points = sorted(document.notes.sentiment.timeline, key=lambda point: point.start)
    if len(points) < _LEAST_POINTS:
        return ()
    duration = max(_heard(document), points[-1].start)
    curve = Curve(_middles(points, duration), duration)
    return (Figure(curve, "Mood over the recording", _mood_in_words(points)),)


def _shares(document: Document) -> Shares:
    people = document.notes.participants
    return [
        (excerpt(clean(one.name), NAME_LENGTH) or UNKNOWN, one.talk_time, one.share)
        for one in people
    ]


def _spoken(document: Document, order: Sequence[str]) -> list[tuple[str, Stretches]]:
    """What each says, as stretches of time; those first in `order` that stand in it."""
    spoken: dict[str, Stretches] = defaultdict(list)
    for segment in document.segments:
        label = clean(segment.speaker or "")
        name = document.voices.get(label, excerpt(label, NAME_LENGTH)) or UNKNOWN
        _extend(spoken[name], segment.start, max(segment.start, segment.end))
    places = {name: place for place, name in enumerate(order)}
    return sorted(
        spoken.items(),
        key=lambda row: (places.get(row[0], len(places)), row[0] == UNKNOWN, -_total(row[1])),
    )


def _extend(stretches: Stretches, start: float, end: float) -> None:
    """Add a stretch to the last one, or after it."""
    if stretches and start - stretches[-1][1] <= _PAUSE:
        first, last = stretches.pop()
        start, end = min(first, start), max(last, end)
    stretches.append((start, end))


def _total(stretches: Iterable[tuple[float, float]]) -> float:
    return sum(end - start for start, end in stretches)


def _heard(document: Document) -> float:
    """Seconds that the notes cover."""
    whole = document.duration if document.covered is None else document.covered
    return max(whole, max((segment.end for segment in document.segments), default=0.0))


def _timeline(rows: list[tuple[str, Stretches]], duration: float) -> Figure:
    shown = rows
    if len(rows) > ROWS:
        others = sorted(stretch for _, stretches in rows[ROWS - 1 :] for stretch in stretches)
        shown = [*rows[: ROWS - 1], (_others(len(rows)), others)]
    chart = Timeline(tuple((name, tuple(stretches)) for name, stretches in shown), duration)
    words = ", ".join(
        f"{name} speaks between {clock(stretches[0][0])} and {clock(stretches[-1][1])}"
        for name, stretches in shown
    )
    return Figure(chart, "Who speaks when", f"Timeline over {length(duration)}: {words}.")


def _bars(shares: Shares) -> Figure:
    shown = shares
    if len(shares) > ROWS:
        rest = shares[ROWS - 1 :]
        shown = [
            *shares[: ROWS - 1],
            (_others(len(shares)), sum(row[1] for row in rest), sum(row[2] for row in rest)),
        ]
    rows = tuple((name, share, f"{share:.0%}  {length(time)}") for name, time, share in shown)
    words = ", ".join(f"{name} {share:.0%} ({length(time)})" for name, time, share in shown)
    return Figure(Bars(rows), "Talk time", f"Bars of talk time: {words}.")


def _others(people: int) -> str:
    return f"{people - ROWS + 1} others"


def _middles(points: Sequence[SentimentPoint], duration: float) -> tuple[tuple[float, float], ...]:
    """Each score in the middle of its stretch, which ends where the next begins."""
    ends = [*(point.start for point in points[1:]), duration]
    return tuple(
        ((point.start + end) / 2, point.score) for point, end in zip(points, ends, strict=True)
    )


def _mood_in_words(points: Sequence[SentimentPoint]) -> str:
    low, high = min(points, key=_score), max(points, key=_score)
    return (
        "Curve of the mood on a scale from −1 (negative) to +1 (positive): "
        f"it begins at {signed(points[0].score)}, is highest at {clock(high.start)} "
        f"({signed(high.score)}), lowest at {clock(low.start)} ({signed(low.score)}), "
        f"and ends at {signed(points[-1].score)}."
    )


def _score(point: SentimentPoint) -> float:
    return point.score


def signed(score: float) -> str:
    """A mood in figures: "+0.42", "−0.20", "0"."""
    return f"{score:+.2f}".replace("-", "−") if abs(score) >= 0.005 else "0"
