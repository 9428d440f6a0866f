"""Sections that suit the kind of meeting: who did what, objections, ideas, questions and answers.

By what people say when they tell of such things. Where nothing of it was said there is no section.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from talktotext.analysis.evidence import MOST, distinct, evidence
from talktotext.analysis.people import People
from talktotext.analysis.sentences import Sentence
from talktotext.analysis.weights import Weights
from talktotext.schema import MeetingType, Section, Statement

SHORTEST, LONGEST = 4, 45  # words of a sentence that can stand alone
ANSWER = 5  # words from which a reply is an answer
ANSWER_WITHIN = 4  # sentences after a question in which its answer begins

Told = tuple[Sentence, ...]  # the sentences that make one statement


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, how people speak of what belongs under it, and whether each has their own."""

    text: str
    says: re.Pattern[str]
    by_speaker: bool = False


def _heading(text: str, says: str, *, by_speaker: bool = False) -> Heading:
    return Heading(text, re.compile(rf"\b(?:{says})\b", re.I), by_speaker)


_DEED = (
    r"(?:built|changed|checked|closed|completed|deployed|did|finished|fixed|got|helped|"
    r"implemented|looked|made|merged|met|moved|paired|prepared|put|released|reviewed|sent|set|"
    r"shipped|spent|spoke|started|talked|tested|updated|worked|wrote)"
)
HEADINGS: dict[MeetingType, tuple[Heading, ...]] = {
    "standup": (
        _heading(
            "Done",
            rf"yesterday|last (?:week|friday|night)|I(?:'ve| have)? (?:also |just |already |"
            rf"finally )*{_DEED}|I(?:'ve| have) been|(?:is|are|it's) (?:done|finished|merged|live)",
            by_speaker=True,
        ),
        _heading(
            "Next",
            r"today I|(?:I'll|I will|I'm going to|I plan to|I want to|I'm gonna)|my plan|"
            r"next I|tomorrow I|I(?:'m| am) (?:still |now |currently )?(?:working|continuing) on",
            by_speaker=True,
        ),
        _heading(
            "Blockers",
            r"(?<!no )(?<!any )(?<!not )(?<!nothing )(?<!without )(?:blockers?|blocked|blocking)|"
            r"(?:I'm|I am|we're|still) (?:waiting (?:for|on)|stuck)|need (?:help|access)|"
            r"can't (?:continue|go on|start|proceed|test)",
            by_speaker=True,
        ),
    ),
    "lecture": (
        _heading(
            "Definitions",
            r"(?:is|are|was|were) (?:called|known as|defined as|referred to as)|we (?:call|define)|"
            r"(?:is|are) (?:just |simply )?(?:a|an|the) (?:kind|type|form|process|set|measure|"
            r"method|way|branch|study) of|refers? to|stands for|definition of|by definition",
        ),
        _heading(
            "Called important",
            r"important|remember (?:that|this)|keep in mind|(?:key|main|central|crucial) "
            r"(?:point|idea|thing|question|concept)|on the exam|don't forget",
        ),
    ),
    "sales_call": (
        _heading(
            "Needs",
            r"we(?:'d| would)? (?:really )?(?:need|want|like)|we(?:'re| are) looking (?:for|to)|"
            r"we (?:currently |often |still )?(?:struggle|spend|lose|lack|miss|waste)|it takes us|"
            r"(?:our|the|my) (?:biggest |main )?(?:problem|challenge|pain|difficulty)|we can't",
        ),
        _heading(
            "Objections",
            r"(?:too |quite |very |so |more )expensive|too (?:much|long|slow|complex|complicated)|"
            r"concern(?:s|ed)?|worr(?:y|ied|ies)|not (?:sure|convinced|happy)|hesitat\w+|"
            r"we already (?:have|use|pay)|(?:no|not in the|over) budget|competitors?|doubts?|"
            r"more than we|locked in|out of our",
        ),
        _heading(
            "Next steps",
            r"next steps?|follow(?:ing)?[- ]up|get back to (?:you|us)|(?:set up|schedule|book) |"
            r"send (?:you|us|me|over)|trial|pilot|proposal",
        ),
    ),
    "one_on_one": (
        _heading(
            "Feedback",
            r"feedback|well done|(?:good|great|nice|excellent) (?:job|work)|I appreciate|"
            r"you(?:'ve| have)? (?:did|done|handled)|(?:could|should) improve|I noticed",
        ),
        _heading(
            "Goals and growth",
            r"goals?|career|promot(?:ion|ed)|grow(?:th)?|learn(?:ing)?|training|mentor\w*|skills?",
        ),
        _heading(
            "Worries",
            r"stress(?:ed|ful)?|overwhelm\w*|worr(?:y|ied|ies)|frustrat\w+|exhaust\w+|tired|"
            r"too (?:much|many)|workload|burn(?:ed|t)? ?out|struggl\w+|difficult",
        ),
    ),
    "brainstorm": (
        _heading(
            "Ideas",
            r"what if|how about|what about|we (?:could|can|might)|you could|maybe we|perhaps we|"
            r"why (?:not|don't we)|(?:my|another|an|the|one) (?:\w+ )?idea|imagine|"
            r"(?:another|one) (?:option|possibility|way)|it (?:could|would be (?:nice|cool|great))",
        ),
    ),
}  # fmt: skip
ANSWERS = "Questions and answers"
_ASKS = re.compile(
    r"\b(?:(?:tell|walk) (?:me|us) (?:about|through|how|why|what|more)|"
    r"describe (?:a|the|your|how)|explain (?:how|why|what))\b",
    re.I,
)


def headings(kind: MeetingType) -> tuple[str, ...]:
    """The headings that a meeting of this kind may have."""
    return (ANSWERS,) if kind == "interview" else tuple(h.text for h in HEADINGS.get(kind, ()))


def sorted_under(
    kind: MeetingType, told: Iterable[tuple[str, str | None, Statement]]
) -> tuple[Section, ...]:
    """Statements with their headings and speakers as the sections of a meeting of this kind.

    A heading that it does not have, and a speaker where not each has their own, are passed over.
    """
    own = {heading.text for heading in HEADINGS.get(kind, ()) if heading.by_speaker}
    found: dict[tuple[str | None, str], list[Statement]] = {}
    for heading, speaker, statement in told:
        if heading in headings(kind):
            found.setdefault((speaker if heading in own else None, heading), []).append(statement)
    speakers = list(dict.fromkeys(speaker for speaker, _ in found))
    order = [(speaker, heading) for speaker in speakers for heading in headings(kind)]
    return tuple(
        Section(heading=heading, speaker=speaker, statements=distinct(found[speaker, heading]))
        for speaker, heading in order
        if (speaker, heading) in found
    )


def kind_sections(
    kind: MeetingType, said: Sequence[Sentence], people: People, weights: Weights
) -> tuple[Section, ...]:
    """What suits a meeting of this kind, in the order in which it is told of."""
    if kind == "interview":
        found = _section(ANSWERS, _answered(said), weights)
        return (found,) if found else ()
    shared = [heading for heading in HEADINGS.get(kind, ()) if not heading.by_speaker]
    own = [heading for heading in HEADINGS.get(kind, ()) if heading.by_speaker]
    speakers = list(dict.fromkeys(sentence.speaker for sentence in said)) if own else []
    sections = [
        *(_section(h.text, _about(h, said), weights) for h in shared),
        *(
            _section(h.text, _about(h, said, speaker), weights, people.name_of(speaker))
            for speaker in speakers
            for h in own
        ),
    ]
    return tuple(section for section in sections if section)


def _about(
    heading: Heading, said: Sequence[Sentence], speaker: str | None = None
) -> Iterator[Told]:
    """The sentences that belong under `heading`; those of one speaker where each has their own."""
    for sentence in said:
        mine = not heading.by_speaker or sentence.speaker == speaker
        alone = SHORTEST <= sentence.length <= LONGEST and sentence.content
        # An idea may be put as a question; elsewhere who asks does not tell.
        tells = heading.text == "Ideas" or not sentence.is_question
        if mine and alone and tells and heading.says.search(sentence.text):
            yield (sentence,)


def _answered(said: Sequence[Sentence]) -> Iterator[Told]:
    """The questions of the one who asks most, each with the beginning of the answer to it."""
    questions = [one for one in said if _asks(one)]
    asked = Counter(one.speaker for one in questions)
    for question in questions:
        after = said[question.position + 1 : question.position + 1 + ANSWER_WITHIN]
        answer = next((one for one in after if _answers(one, question)), None)
        if answer and question.speaker == asked.most_common(1)[0][0]:
            yield question, answer


def _asks(sentence: Sentence) -> bool:
    fits = SHORTEST <= sentence.length <= LONGEST and len(sentence.content) > 1
    return fits and (sentence.is_question or bool(_ASKS.search(sentence.text)))


def _answers(sentence: Sentence, question: Sentence) -> bool:
    other = sentence.speaker != question.speaker or sentence.speaker is None
    fits = ANSWER <= sentence.length <= LONGEST and sentence.content
    return bool(other and fits and not sentence.is_question)


def _section(
    heading: str, told: Iterable[Told], weights: Weights, speaker: str | None = None
) -> Section | None:
    """What was told, in order of time; of much of it, what tells most."""
    found = list(told)
    best = sorted(found, key=lambda one: -_worth(one, weights)) if len(found) > MOST else found
    kept = distinct([_statement(one) for one in best])
    if not kept:
        return None
    in_order = sorted(kept, key=lambda one: one.evidence[0].start)
    return Section(heading=heading, statements=tuple(in_order), speaker=speaker)


def _worth(told: Told, weights: Weights) -> float:
    stems = {stem for sentence in told for stem in sentence.content}
    return sum(weights.words.get(stem, 0.0) for stem in stems)


def _statement(told: Told) -> Statement:
    text = " ".join(sentence.text for sentence in told)
    return Statement(text=text, evidence=tuple(map(evidence, told)))
