"""What kind of talk it is, by the words such talks use."""

import re
from collections.abc import Sequence

from talktotext.analysis.sentences import Sentence
from talktotext.schema import MeetingType

ENOUGH = 2.0  # different cues for each kind; below, the kind is "general"
READ = 400  # sentences from the start; what a talk is shows early
MEMO_WORDS = 600  # one person alone, no longer than this
PANEL = 5  # voices in an interview; more are a hearing
MONOLOGUE = 0.8  # share of the words from which one person holds the floor

# Each cue counts once however often it occurs; one that names the kind counts for two.
_CUES: dict[MeetingType, tuple[str, ...]] = {
    "standup": (
        r"stand-?up|daily sync|daily scrum",
        r"yesterday I|I did yesterday|since yesterday",
        r"today I(?:'ll|'m)? |I'm going to .{0,40} today",
        r"blockers?\b|blocked|blocking",
    ),
    "planning": (
        r"sprint planning|planning (?:meeting|session|call)|roadmap|kick-?off",
        r"sprint|backlog|story points|milestones?",
        r"deadlines?|timeline|launch|schedule",
        r"priorit\w+|estimate",
        r"budget|target|requirements",
    ),
    "interview": (
        r"interview|candidate",
        r"tell (?:me|us) about (?:yourself|a time)",
        r"your (?:experience|background|strengths|resume|CV)",
        r"why (?:do|did) you (?:want|apply|leave)",
        r"this (?:role|position)|hiring|salary",
    ),
    "lecture": (
        r"lecture|seminar|this course",
        r"chapter|textbook|syllabus",
        r"exam|homework|assignment|students",
        r"theorem|definition|we (?:define|derive)|for example",
        r"last (?:class|lecture)|today we(?:'ll| will| are going to) (?:learn|look at|cover)",
    ),
    "sales_call": (
        r"sales call|our (?:product|platform|solution)",
        r"pricing|price list|quote|discount",
        r"demo\b|free trial|pilot",
        r"contract|subscription|licen[cs]e fee",
        r"your (?:company|business|current (?:provider|vendor|system))|decision maker",
    ),
    "one_on_one": (
        r"one[- ]on[- ]one|1:1|our catch-?up",
        r"career|promotion|growth",
        r"feedback (?:for|on) (?:you|me)|your goals|performance review",
        r"how are you (?:feeling|doing|finding)|workload|work-life",
        r"vacation|time off",
    ),
    "brainstorm": (
        r"brainstorm\w*",
        r"any (?:other )?ideas|(?:crazy|wild|another) idea",
        r"what if we",
        r"no bad ideas|think outside|throw(?:ing)? out",
        r"we could also|or we could",
    ),
    "voice_memo": (
        r"note to self|voice (?:memo|note)|memo to",
        r"remind me|remember to|don't forget",
        r"I just want(?:ed)? to (?:record|note|get)",
    ),
}
_COMPILED = {
    kind: [re.compile(rf"\b(?:{cue})\b", re.I) for cue in cues] for kind, cues in _CUES.items()
}


def meeting_type(said: Sequence[Sentence], total_speakers: int) -> MeetingType:
    """The kind with the most cues that the number of speakers allows.

    Args:
        total_speakers: speakers told apart; 0 where nobody was.
    """
    text = "\n".join(sentence.text for sentence in said[:READ])
    words = sum(sentence.length for sentence in said)
    scores = {
        kind: sum(
            (2.0 if place == 0 else 1.0) for place, cue in enumerate(cues) if cue.search(text)
        )
        for kind, cues in _COMPILED.items()
    }
    # "Monday's stand-up" may be mentioned anywhere; a kind named at the start is meant.
    for kind, cues in _COMPILED.items():
        scores[kind] += 1.5 * bool(cues[0].search(text[:400]))
    allowed = {
        kind: score for kind, score in scores.items() if _fits(kind, said, total_speakers, words)
    }
    best = max(allowed, key=lambda kind: allowed[kind], default=None)
    if best and allowed[best] > ENOUGH:
        return best
    return "voice_memo" if total_speakers == 1 and words <= MEMO_WORDS else "general"


def _fits(kind: MeetingType, said: Sequence[Sentence], speakers: int, words: int) -> bool:
    """Whether so many voices can hold such a talk; unknown numbers rule nothing out."""
    if kind == "voice_memo":
        return speakers <= 1 and words <= MEMO_WORDS
    if kind == "lecture":
        return speakers == 0 or _largest_share(said) >= MONOLOGUE
    if kind == "one_on_one":
        return speakers in (0, 2)
    if kind == "interview":
        return speakers != 1 and speakers <= PANEL
    return speakers != 1


def _largest_share(said: Sequence[Sentence]) -> float:
    spoken: dict[str | None, int] = {}
    for sentence in said:
        spoken[sentence.speaker] = spoken.get(sentence.speaker, 0) + sentence.length
    return max(spoken.values(), default=0) / (sum(spoken.values()) or 1)
