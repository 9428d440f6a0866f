"""What people corrected, carried over to a new transcription of the same recording.

Only times connect the two: another engine cuts elsewhere, and calls the voices otherwise.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from talktotext.documents.words import timed
from talktotext.models import Correction
from talktotext.schema import EDITED, Segment, Word


def carry_texts(segments: Sequence[Segment], corrections: Sequence[Correction]) -> list[Segment]:
    """The transcript, every corrected stretch in the words of the person who corrected it.

    Words that the engine put into such a stretch give way, those around it stay; the middle of a
    word decides.

    Args:
        segments: what an engine heard, in order.
        corrections: in the order in which they were made; of the same stretch the last one holds.
    """
    newest = {(c.start, c.end): c for c in corrections if c.kind == "text"}
    kept = list(segments)
    for correction in newest.values():
        kept = list(_replaced(kept, correction))
    if newest:
        kept.sort(key=lambda segment: (segment.start, segment.end))
    return [segment.model_copy(update={"index": index}) for index, segment in enumerate(kept)]


def carry_names(
    names: Mapping[str, str], before: Sequence[Segment], after: Sequence[Segment]
) -> dict[str, str]:
    """The names of voices under their new labels: two labels are one voice if nobody else speaks
    so long at the same times.

    Args:
        names: {label: name}, as people gave them to the voices of `before`.
        before, after: two transcripts of one recording, each in order.
    """
    labels = carry_labels(before, after)
    return {new: names[old] for old, new in labels.items() if new and names.get(old)}


def carry_labels(before: Sequence[Segment], after: Sequence[Segment]) -> dict[str, str | None]:
    """{label of a voice: its new label}, or None where none of the new voices is that one."""
    found: dict[str, str | None] = {s.speaker: None for s in before if s.speaker}
    taken: set[str] = set()
    for (old, new), _ in _time_together(before, after).most_common():
        if found[old] is None and new not in taken:
            found[old] = new
            taken.add(new)
    return found


def _replaced(segments: Sequence[Segment], correction: Correction) -> Iterator[Segment]:
    """The segments with a corrected stretch in the place of what was heard in it."""
    start, end = correction.start or 0.0, correction.end or 0.0
    heard: Counter[str | None] = Counter()
    for segment in segments:
        shared = min(segment.end, end) - max(segment.start, start)
        if segment.is_edited or shared <= 0:
            yield segment
            continue
        heard[segment.speaker] += round(1000 * shared)
        yield from _around(segment, start, end)
    speaker = heard.most_common(1)[0][0] if heard else None
    yield Segment(
        index=0,
        start=start,
        end=end,
        text=correction.after or "",
        speaker=speaker,
        flags=(EDITED,),
    )


def _around(segment: Segment, start: float, end: float) -> Iterator[Segment]:
    """What a segment says before and after a stretch."""
    words = timed(segment)
    inside = [start <= _middle(word) < end for word in words]
    if not any(inside):
        yield segment
        return
    yield from _part(segment, [word for word in words if _middle(word) < start])
    yield from _part(segment, [word for word in words if _middle(word) >= end])


def _part(segment: Segment, words: Sequence[Word]) -> Iterator[Segment]:
    if not words:
        return
    first, last = words[0].start, words[-1].end
    heard = [word for word in segment.words if first <= _middle(word) < last]
    text = "".join(word.text for word in words).strip()
    changes = {"start": first, "end": last, "text": text, "words": tuple(heard)}
    yield segment.model_copy(update=changes)


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _time_together(before: Sequence[Segment], after: Sequence[Segment]) -> Counter[tuple[str, str]]:
    """Milliseconds in which a voice of one transcript and one of the other both speak."""
    out: Counter[tuple[str, str]] = Counter()
    first = 0
    for old in before:
        while first < len(after) and after[first].end <= old.start:
            first += 1
        last = bisect_left(after, old.end, key=lambda segment: segment.start)
        for new in after[first:last]:
            shared = min(old.end, new.end) - max(old.start, new.start)
            if old.speaker and new.speaker and shared > 0:
                out[old.speaker, new.speaker] += round(1000 * shared)
    return out
