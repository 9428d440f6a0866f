"""Spoken words made readable: what is dropped is noise of speech, and nothing is ever added.

After Shriberg's classes of disfluency (1994): filled pauses, discourse markers, repetitions and
false starts. Restarts with other words are left, for telling them apart takes understanding.
"""

import re

from talktotext.analysis.english import STOP
from talktotext.analysis.language import MARKS
from talktotext.analysis.noises import NOISES

LONGEST_REPEAT = 6  # words
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]+")
_BRACKETS = re.compile(rf"[\[({{（【]\s*[\w{MARKS} .’'-]{{0,40}}[\])}}）】]|[♩♪♫♬🎵🎶]+")
_BRACKET_EDGE = "[](){}（）【】 ."
_FILLER = re.compile(
    r"""(?P<before>,?)\s*(?<![\w'’-])(?:u+h+(?:-h?u+h+)?|u+m+|e+rm*|h+m+|m+h*m+(?:[ -]h+m+)?|
        ah+|a+w+|o+h+|eh+|huh|(?:ha[ -]?){2,})(?![\w'’-])\s*(?P<after>,?)""",
    re.I | re.X,
)
_HEDGE = re.compile(
    r"""(?:,\s*|^)(?:you[ ]know|i[ ]mean|like|sort[ ]of|kind[ ]of|i[ ]dunno|or[ ]whatever|
        and[ ]stuff([ ]like[ ]that)?|and[ ]all[ ]that|or[ ]something([ ]like[ ]that)?|
        et[ ]?cetera|basically|actually|yeah|okay|right|well)(?=\s*(?:,|[.?!]*$))""",
    re.I | re.X,
)
_BARE_HEDGE = re.compile(
    r"\b(?:you know (?=the |a |it|that|they|we |i )|i mean (?=\w)|"
    r"(?<!what )(?<!some )(?<!any )(?<!that )(?<!this )(?<!the )(?<!a )(?<!of )(?:sort|kind) of )",
    re.I,
)
_OPENER = re.compile(
    r"""^(?:(?:so|and|but|well|okay|ok|alright|all[ ]right|right|yeah|yep|yes|no|now|anyway|anyways|
        basically|actually|oh|like|then|also|plus|cause|'cause|because|cos|'cos|'kay|great|sure|or|
        you[ ]know|i[ ]mean|i[ ]guess|you[ ]see|one[ ]more[ ]thing|not[ ]yet(?=,)|
        another[ ]thing|by[ ]the[ ]way)
        (?:\s*[,.;:—–-]+\s*|\s+))""",
    re.I | re.X,
)
# Words after which the same opener is part of the sentence: "so that", "right now", "no one".
_KEEP = re.compile(
    r"^(?:so (?:that|far|much|many|long|as)\b|right (?:now|after|before|here|there|at)\b|"
    r"no (?!i |we |it|that|they|you |he |she |but |no )\w+ ?(?!,)|like (?:this|that|the)\b|"
    r"now that\b|well (?:done|known)\b|great \w+|sure \w+|yes(?:terday)?$|"
    r"also$|plus \w+|because of\b|or\b|like \w+ing\b)",
    re.I,
)
_SPACES = re.compile(r"\s+")
_STRAY = re.compile(r"\s+([,.;:?!…。、！？，；：،؟؛۔।॥])")
_DOUBLED = re.compile(r"([,;:])(?:\s*[,;:])+")
# What is left hanging when somebody breaks off.
_HANGING = re.compile(r"[\s,]+(?:so|and|but|because|or|the|a|an|if)(?=[.?!]*$)", re.I)
_COMMA_END = re.compile(r"[,;:—–\-\s]+([.?!…]|$)")
_EDGE = ".,;:?!…\"'“”‘’()-—–"
_ENDED = re.compile(r"[.?!…。！？؟۔।॥][\"'”’)\]]*$")
# Thai, Lao, Tibetan, Burmese and Khmer end a sentence without a full stop or with one of their own.
_STOPLESS = re.compile("[\u0e01-\u0eff\u0f00-\u109f\u1780-\u17ff]")


def scrub(text: str) -> str:
    """`text` without control characters and lone surrogates, on one line."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()


def is_ended(text: str) -> bool:
    """Whether `text` ends as a sentence does."""
    return bool(_ENDED.search(text))


def clean(text: str, *, english: bool = True) -> str:
    """One sentence as it would be written down; "" when nothing but noise was said."""
    text = _BRACKETS.sub(_unless_said, text)
    if english:
        text = _HEDGE.sub(" ", _tidy(_FILLER.sub(_one_comma, text)))
        text = _BARE_HEDGE.sub("", text)
    text = _tidy(" ".join(_without_repeats(text.split(), english=english)))
    return finish(_without_openers(_HANGING.sub("", text)) if english else text)


def finish(text: str) -> str:
    """`text` with a capital first and a full stop last; "" if it has no word."""
    text = _COMMA_END.sub(r"\1", text.strip(" ,;:—–-…")).strip()
    if not any(character.isalnum() for character in text):
        return ""
    text = text.removesuffix("—").removesuffix("–")
    # Not capitalize(): the rest of the sentence keeps its names.
    text = text[0].upper() + text[1:] if text[0].islower() else text
    return text if is_ended(text) or _is_stopless(text) else text + "."


def _is_stopless(text: str) -> bool:
    """Whether most of its letters are of a script without a full stop."""
    letters = sum(character.isalpha() for character in text)
    return 2 * len(_STOPLESS.findall(text)) > letters


def _unless_said(match: re.Match[str]) -> str:
    """What is in round brackets may have been said, unless it is a noise: "(before tax)"."""
    within = match[0].strip(_BRACKET_EDGE).casefold()
    said = match[0][0] in "(（【" and within and within not in NOISES
    return match[0] if said else " "


def _one_comma(match: re.Match[str]) -> str:
    """A pause between two commas leaves with both; one comma beside it was the sentence's own."""
    return ", " if bool(match["before"]) != bool(match["after"]) else " "


def _tidy(text: str) -> str:
    return _DOUBLED.sub(r"\1", _STRAY.sub(r"\1", _SPACES.sub(" ", text))).strip(" ,;")


def _without_openers(text: str) -> str:
    while (match := _OPENER.match(text)) and not _KEEP.match(text):
        rest = text[match.end() :]
        if not rest:
            break
        text = rest
    return text


def _without_repeats(words: list[str], *, english: bool) -> list[str]:
    """`words` with "the the", "I was I was" and "wh what" said once.

    Linear: each word is compared with the few kept before it.
    """
    kept: list[str] = []
    bare: list[str] = []
    for word in words:
        kept.append(word)
        bare.append(word.lower().strip(_EDGE))
        if english:
            _drop_false_start(kept, bare)
        _drop_repeat(kept, bare)
    return kept


def _drop_repeat(kept: list[str], bare: list[str]) -> None:
    for size in range(1, min(LONGEST_REPEAT, len(bare) // 2) + 1):
        if bare[-1] != bare[-1 - size]:  # most are told apart by one word
            continue
        if bare[-size:] == bare[-2 * size : -size] and _may_repeat(kept, bare, size):
            # The first telling goes: the second carries the punctuation that follows.
            first = kept[-2 * size]
            del kept[-2 * size : -size], bare[-2 * size : -size]
            if first[:1].isupper() and kept[-size][:1].islower():
                kept[-size] = first.rstrip(_EDGE) + kept[-size][len(first.rstrip(_EDGE)) :]
            return


def _may_repeat(kept: list[str], bare: list[str], size: int) -> bool:
    """Numbers may be said twice on purpose, and a sentence may begin as the last one ended."""
    if any(is_ended(word) for word in kept[-2 * size : -size]):
        return False
    return not (size == 1 and (bare[-1].isdigit() or not bare[-1]))


def _drop_false_start(kept: list[str], bare: list[str]) -> None:
    """Drops the word before last if it is a broken beginning: "b a better", "wh what"."""
    if len(kept) < 2:
        return
    broken, said = kept[-2], bare[-1]
    fragment = bare[-2]
    single = len(fragment) == 1 and fragment.islower() and broken[:1].islower()
    if single:
        drop = fragment not in {"a", "i", "o"} and not broken.endswith(".")
    else:
        begins = len(fragment) <= 3 and said.startswith(fragment) and said != fragment
        drop = broken.endswith("-") or (
            begins and broken.islower() and broken.isalpha() and fragment not in STOP
        )
    if drop and not is_ended(broken):
        del kept[-2], bare[-2]
