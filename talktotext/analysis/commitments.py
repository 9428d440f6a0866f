"""How much a sentence sounds like somebody taking on, or being given, something to do.

A sum of cues on the scale of log odds. The cues of wording, place and company were weighed by a
logistic regression over meetings whose actions people had marked, then rounded; dates and
promises in the first person and reminders, which those meetings hardly have, were set by judgement.
"""

import math
import re
from collections.abc import Sequence

from talktotext.analysis.dates import find_due
from talktotext.analysis.names import NAME
from talktotext.analysis.sentences import Sentence

THRESHOLD = -1.0
PRIOR = -7.3
NEAR = 4  # sentences to either side that count as company

_DOING = (
    r"(?:arrang|ask|attach|book|bring|build|buy|call|check|circulat|collect|complet|confirm|"
    r"contact|creat|deliver|design|discuss|do|draft|draw|e-?mail|evaluat|explor|fill|find|finish|"
    r"fix|focus|follow|gather|get|go|investigat|look|mak|negotiat|order|organi[sz]|post|prepar|"
    r"present|print|produc|put|report|research|review|revis|schedul|send|set|shar|speak|specify|"
    r"submit|sort|tak|talk|test|try|typ|updat|upload|watch|work|writ|come up|think(?:ing)? about|"
    r"think(?:ing)? of|follow up|circle back|hand|ping|chase|sign|publish|translat|pay|invit|"
    r"cancel|move|clean|renew|record|measur|run|start|tell|double-check|hir|ship|merg|deploy|"
    r"return|repair|apply|pick up)"
    r"(?:e|t?ing|[a-z]?ing)?\b"
)
_BETWEEN = (
    r"(?:\s+(?:also|just|then|now|basically|probably|all|each|both|really|still|maybe|have to|"
    r"need to|be|get to|go|to|start|please|together|gladly|definitely|certainly|quickly))*\s+"
)
_THIRD = (
    rf"\b(?:{NAME}|designers?|experts?|manager|marketing|designer|interface|everyone|everybody|"
    r"team|coach|engineering|sales|finance|support|legal|intern|assistant|he|she)"
    r"(?:'s|'ll| will| is| are| has| have| should| can| could)(?: (?:going to|gonna|supposed to|be|"
    r"have to|to))*"
)
_CASED = ("third", "request", "called")  # cues that tell a name by its capital
# Log odds by the wording of the sentence itself.
CUES: dict[str, tuple[float, re.Pattern[str]]] = {
    name: (weight, re.compile(pattern, 0 if name in _CASED else re.I))
    for name, weight, pattern in (
        ("first", 1.5, r"\b(?:I'll|I will|I'm (?:going to|gonna)|I am going to|let me|"
            rf"I (?:can|could|have to|need to|must|should)){_BETWEEN}{_DOING}|"
            r"\b(?:I'll|I will) have (?:it|the|them|that|those|my)\b"),
        ("second", 0.6, r"\b(?:you'll|you will|you're|you are|you'd|"
            r"you(?: guys| two| all| both| each)?"
            r"(?: can| could| have to| need to| should| must| might want to| might)?)"
            rf"(?: (?:going to|gonna|supposed to))?{_BETWEEN}{_DOING}"),
        ("second_will", 0.6, r"\b(?:you'll|you will|you're gonna|you are gonna|you're going to|"
            r"you are going to|you have to|you need to|you two|both of you|two of you|for you|"
            r"you get to|you should)\b"),
        ("request", 1.0, r"\b(?:(?<![Ww]hat )(?<![Hh]ow )(?<![Ww]hy )"
            r"(?:[Cc]an|[Cc]ould|[Ww]ould|[Ww]ill) you|[Pp]lease|"
            r"I(?:'d| would)? (?:want|like|need|will ask|ask) (?:you|the|[A-Z]\w+)) "),
        ("called", 1.0, rf"(?:^|[.,] ){NAME}, (?:can|could|would|will|please|you)\b"),
        ("third", 0.8, rf"{_THIRD}{_BETWEEN}{_DOING}"),
        ("third_will", 1.0, r"\b(?:will|gonna|going to|should) (?:be )?"
            r"(?:work|look|do|tak|focus)(?:ing)?\b"),
        ("we_any", -0.3, r"\bwe(?:'ll| will|'re| are| have to| need to| should| must| can)\b"),
        ("first_any", 0.0, r"\b(?:I'll|I will|I'm going to|I am going to) "
            r"(?!(?:be|see|say|never|not|have|need|know|like|want)\b)\w+"),
        ("we_must", 0.0, r"\bwe(?:'ll| will| have to| need to| must| should)"
            rf"{_BETWEEN}{_DOING}"),
        ("all", 0.4, r"\b(?:everyone|everybody|all of (?:you|us)|each of (?:you|us)|we each|"
            r"you each|all have to|individual)\b"),
        ("role", 1.4, r"\b(?:designer|expert|marketing|interface|industrial|manager|executive|"
            r"project|engineer|developer|sales|finance|legal|support|assistant|director)\b"),
        ("workon", 1.7, r"\b(?:work(?:ing)? (?:on|together)|look(?:ing)? (?:into|at|for|up)|"
            r"find(?:ing)? out|think(?:ing)? about|focus(?:ing)? on|come up with|concentrate)\b"),
        ("send", 0.4, r"\b(?:e-?mail|send|receive|instructions|questionnaire|report|minutes|slides|"
            r"presentation|summary|document|folder|draft|proposal|invoice|contract|budget)\w*\b"),
        ("next", 0.6, r"\b(?:next meeting|next time|next (?:half|thirty)|half an hour|"
            r"thirty minutes|(?:before|after) lunch|in the meantime|meanwhile|until then|"
            r"afterwards|between now)\b"),
        ("item", 0.9, r"\b(?:action|task|assignment|to do|responsib\w+|in charge|your (?:job|next)|"
            r"homework)\b"),
        ("told", -2.0, r"\byou(?:'ll| will) (?:hear|see|find|notice|know|be able)\b"),
        ("remind", 6.5, r"^(?:note to self,? )?(?:please )?"
            r"(?:remember|don't forget|remind me) to\b"),
        ("past", -0.7, r"\b(?:did|was|were|had|been|have (?:you|we)|"
            r"(?!(?:need|indeed|speed|feed|hundred)\b)(?-i:[a-z]{2,}ed))\b"),
        ("product", -0.5, r"\b(?:it|that|this|people|they|there)"
            r"(?:'ll| will| should| can| could| has to| have to)\b"),
    )
}  # fmt: skip
_CUE = re.compile(
    r"\b(?:will|\w+'ll|gonna|going to|have to|has to|need to|needs to|should|must|can|could|"
    r"would you|please|"
    r"let's|let me|to|asked|takes?|owns?)\b|"
    r"\b(?:work|look|complete|send|check|find|fill)(?:ing|s)?\b",
    re.I,
)
DUE, PROMISED, ACCEPTED, SHORT = 2.5, 2.0, 3.0, -0.6
LATE, LATER, LAST, COMPANY, ANNOUNCED = 1.4, 0.8, 1.0, 1.1, 0.7
LAST_WORDS = 450  # words at the end in which most tasks are handed out
# What tells of tasks being handed out nearby.
_HINTS = {"second": 1.0, "second_will": 1.0, "third": 1.0, "workon": 1.0, "next": 1.0} | {
    "first": 0.5,
    "role": 0.5,
}
# With a date, any of these is a task whatever its verb.
_COMMITTING = {"first", "first_any", "second", "request", "third", "we_must", "all"}
_NONE: frozenset[str] = frozenset()


def may_commit(sentence: Sentence) -> bool:
    """Whether the sentence could speak of something to do at all; cheap."""
    return 4 <= sentence.length <= 70 and bool(_CUE.search(sentence.raw))


def cues_of(sentence: Sentence) -> frozenset[str]:
    """The names of the cues that the sentence shows."""
    return frozenset(name for name, (_, cue) in CUES.items() if cue.search(sentence.text))


def commitment_scores(said: Sequence[Sentence], accepted: Sequence[bool]) -> list[float]:
    """By position, the log odds that the sentence gives or takes a task.

    Args:
        accepted: by position, whether the sentence asks and somebody else says yes.
    """
    cues = [cues_of(sentence) if may_commit(sentence) else _NONE for sentence in said]
    hints = [sum(_HINTS.get(cue, 0.0) for cue in found) for found in cues]
    total = sum(sentence.length for sentence in said)
    before = 0
    scores: list[float] = []
    for place, sentence in enumerate(said):
        score = -math.inf
        if cues[place]:
            score = (
                _wording(sentence, cues[place], accepted=accepted[place])
                + _place(before / total, total - before)
                + _company(cues, hints, place)
            )
        scores.append(score)
        before += sentence.length
    return scores


def _company(cues: Sequence[frozenset[str]], hints: Sequence[float], place: int) -> float:
    """Tasks come in bursts, often after words like "for the next meeting"."""
    around = sum(hints[max(0, place - NEAR) : place + NEAR + 1]) - hints[place]
    earlier = cues[max(0, place - NEAR - 1) : place]
    announced = any("next" in found or "item" in found for found in earlier)
    return COMPANY * around / 4 + ANNOUNCED * announced


def _wording(sentence: Sentence, cues: frozenset[str], *, accepted: bool) -> float:
    score = PRIOR + sum(CUES[cue][0] for cue in cues)
    if find_due(sentence.text, None):
        commits = cues & _COMMITTING
        score += DUE + (PROMISED if commits and "past" not in cues else 0.0)
    if accepted:
        score += ACCEPTED + PROMISED * ("called" in cues)
    return score + (SHORT if sentence.length < 6 else 0.0)


def _place(share: float, words_left: int) -> float:
    """Tasks are handed out late, most of them in the last minutes."""
    return LATE * share + LATER * (share > 0.88) + LAST * (words_left < LAST_WORDS)
