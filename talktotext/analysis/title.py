"""Keywords, and a title made of what the recording says it is, or of its keywords."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from unicodedata import category

from talktotext.analysis.cleaning import scrub
from talktotext.analysis.language import MARKS, UNSPACED, Language, tokens
from talktotext.analysis.sentences import Sentence
from talktotext.analysis.weights import Weights

Stems = tuple[str, ...]
UNTITLED = "Untitled recording"
KEYWORDS = 10
PHRASE_WORDS = 3
LONGEST_WORD = 30  # characters
FEW = 300  # different phrases; with more, one said once is no keyword
TITLE_LETTERS = 60
OPENING = 12  # sentences in which people say what they have met for

# A number is one word with its separators: "12,500", "3.30", "2026-11-20".
_PART = r"[\w'-]+(?:(?<=\d)[.,:]\d[\w'-]*)*"
_KIND = (
    r"(?:meeting|call|review|stand-?up|session|interview|lecture|workshop|retrospective|retro|sync|"
    r"briefing|kick-?off|seminar|podcast|committee|hearing)"
)
# "Welcome to the launch planning meeting": the kind of talk with the words before it.
_NAMED = re.compile(
    rf"\b(?:welcome (?:\w+ )?to|this is|starting|here for|join(?:ing)?|coming to|attending) "
    rf"(?:the |our |this |today's |my |a )?((?:{_PART} ){{0,5}}?{_KIND}"
    rf"(?: (?:on|about|for|of) (?:the )?{_PART}(?: {_PART}){{0,2}})?)\b",
    re.I,
)
# "Today we need to talk about the release date and the manual": what follows, up to a break.
_ABOUT = re.compile(
    r"\b(?:today|here to|going to|want to|like to|wanted to|we'll|(?:meeting|call) is|we need to)\b"
    r".{0,25}?\b(?:talk about|discuss|go over|go through|look at|plan|about) "
    r"((?:[^.?!;:]|(?<=\d)[.:](?=\d)){4,80}?)"
    r"(?=[.?!;:](?!\d)| (?:so|before|because|today|that|which|at)\b)",
    re.I,
)
_LEADING = re.compile(
    r"^(?:the|our|a|an|this|that|my|your|some|all|today's|to|for|next|new)\s+", re.I
)
# Where the last member of a list begins; the comma of "12,500" is none.
_JOINT = re.compile(r",(?!\d)(?!.*,(?!\d))| and (?!.* and )")
_WORD_OR_BREAK = re.compile(
    rf"[^\W\d_][\w{MARKS}'’-]*|\d+(?:[.,:/'’٫٬·–-]\d+)*[^\W_{UNSPACED}]*|[,.;:!?—–]"
)


def keywords(
    said: Sequence[Sentence], weights: Weights, language: Language, names: Collection[str] = ()
) -> tuple[str, ...]:
    """The phrases and words that tell most, best first, none a part of another.

    Args:
        names: of people present, who are no subject.
    """
    found: Counter[Stems] = Counter()
    written: defaultdict[Stems, Counter[str]] = defaultdict(Counter)
    left_out = {part.lower() for name in names for part in name.split()}
    for sentence in said:
        for stems, phrase in _phrases(sentence, language, left_out):
            found[stems] += 1
            written[stems][phrase] += 1
    least = 2 if len(found) > FEW else 1
    worth = {
        stems: _worth(stems, weights, found) for stems, count in found.items() if count >= least
    }
    ranked = sorted((stems for stems in worth if worth[stems] > 0), key=lambda s: (-worth[s], s))
    return tuple(written[stems].most_common(1)[0][0] for stems in _apart(ranked)[:KEYWORDS])


def _apart(ranked: Sequence[Stems]) -> list[Stems]:
    """The first of those that share a word."""
    chosen: list[Stems] = []
    taken: set[str] = set()
    for stems in ranked:
        if not taken.intersection(stems):
            chosen.append(stems)
            taken.update(stems)
    return chosen


def _phrases(
    sentence: Sentence, language: Language, left_out: Collection[str]
) -> Iterator[tuple[Stems, str]]:
    """Runs of up to three content words, as stems and as written."""
    run: list[tuple[str, str, bool]] = []
    for place, written in enumerate(_WORD_OR_BREAK.findall(sentence.text)):
        word = written.lower().replace("’", "'")
        if word in left_out or not _is_topical(word, language):
            run = []
            continue
        # The capital of a sentence's first word is not the word's own.
        shown = word if place == 0 and not written.isupper() else written
        shown = re.sub(r"['’]s$", "", shown)
        common = language.is_common(word) or _is_number(word)
        run = [*run, (language.stem(word), shown, common)][-PHRASE_WORDS:]
        for part in (run[-length:] for length in range(1, len(run) + 1)):
            # A word of any conversation or a number may stand inside a phrase, not at its ends.
            if not (common or part[0][2] or (len(part) == 1 and _is_deed(word, language))):
                yield tuple(stem for stem, _, _ in part), " ".join(shown for _, shown, _ in part)


def _is_topical(word: str, language: Language) -> bool:
    if not language.is_content(word) or not word[0].isalnum() or len(word) > LONGEST_WORD:
        return False
    return not (language.english and word.endswith("ly"))  # manner, not matter


def _is_number(word: str) -> bool:
    """Whether it is a number or begins with one, as in "30pm"; 一 is a letter."""
    return category(word[0]).startswith("N")


def _is_deed(word: str, language: Language) -> bool:
    """Whether it looks like something done: "decided" by itself is no subject."""
    return language.english and word.endswith("ed")


def _worth(stems: Stems, weights: Weights, found: Counter[Stems]) -> float:
    """The weight of the words, for phrases by how often they are said as such."""
    each = [weights.words.get(stem, 0.0) for stem in stems]
    if len(set(stems)) < len(stems) or min(each) <= 0:
        return 0.0
    # Of two deeds, as in "hurried crowded", neither is counted by itself.
    together = found[stems] / (max(found[(stem,)] for stem in stems) or found[stems])
    whole = 1.0 if len(stems) == 1 else 0.3 + math.sqrt(together)
    return sum(each) / math.sqrt(len(each)) * whole


def title(said: Sequence[Sentence], phrases: Sequence[str], language: Language) -> str:
    """What the opening says the talk is or is about, else its foremost keywords."""
    named = _said_title(said[:OPENING], language) if language.english else None
    joint = " and " if language.english else ", "
    return capital(named or joint.join(phrases[:2]) or UNTITLED)


def _said_title(opening: Sequence[Sentence], language: Language) -> str | None:
    for pattern in (_NAMED, _ABOUT):
        for sentence in opening:
            match = pattern.search(sentence.text)
            phrase = _fitting(_LEADING.sub("", match[1])) if match else ""
            said_of = language.content(tokens(phrase))
            if len(phrase.split()) > 1 and not all(map(_is_number, said_of)):
                return phrase
    return None


def _fitting(phrase: str) -> str:
    """As many members of a list as a title has room for."""
    while len(phrase) > TITLE_LETTERS and _JOINT.search(phrase):
        phrase = _JOINT.split(phrase)[0].strip(" ,")
    return phrase if len(phrase) <= TITLE_LETTERS else ""


def capital(text: str) -> str:
    """`text` as a title begins, and no longer than one."""
    text = scrub(text)[:TITLE_LETTERS].strip()
    return text[:1].upper() + text[1:] if text else UNTITLED
