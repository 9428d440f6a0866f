"""When something is due: the words as said, and the day they mean.

A small grammar of spoken English dates rather than a general parser: it must not find dates in
"one second" or "may". Days are resolved against the day of the recording; a date without a year
is the next one to come.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
FRIDAY = 4
_ONES = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
ORDINALS = {word: number for number, word in enumerate(_ONES, 1)} | {
    "thirtieth": 30,
    **{f"twenty{gap}{word}": 20 + n for n, word in enumerate(_ONES[:9], 1) for gap in "- "},
    **{f"thirty{gap}first": 31 for gap in "- "},
}
NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        1,
    )
} | {"a": 1, "an": 1, "a couple of": 2, "fourteen": 14, "thirty": 30}

_DAY = rf"(?:{'|'.join(DAYS)})"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_NTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(sorted(ORDINALS, key=len, reverse=True))})"
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
_PART = r"(?:\s+(?:morning|afternoon|evening|night|lunchtime|noon|at noon))?"
_OPENING = re.compile(r"^(?:today|tonight|this\b)", re.I)
_LIMIT = re.compile(r"(?:by|before|until|till|due|no later|not later)\b", re.I)
_BY = (
    r"(?:(?:(?:no\s+later\s+than|not\s+later\s+than|by|before|until|till|due|on|for|in\s+time\s+for"
    r"|at|this\s+side\s+of)\s+)(?:the\s+)?)?"
)


class Due(NamedTuple):
    """When something is due: the words said, their day if it is known, and their place."""

    text: str
    day: date | None
    span: tuple[int, int]


def _month_end_ahead(today: date, ahead: int = 0) -> date:
    month = today.month - 1 + ahead
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _weekday(match: re.Match[str], today: date) -> date:
    """ "Friday" is the next one to come; "next Friday" is the one of next week."""
    ahead = (DAYS.index(match["day"].lower()) - today.weekday() - 1) % 7 + 1
    coming = today + timedelta(ahead)
    words = match[0].lower()
    if re.search(r"\bnext\b", words):
        monday = today + timedelta(7 - today.weekday())
        coming = monday + timedelta(DAYS.index(match["day"].lower()))
    elif re.search(r"\bweek\b", words):
        coming += timedelta(7)
    return coming


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    groups = match.groupdict()
    said = (groups.get("nth") or groups.get("number") or "").lower()
    number = ORDINALS.get(said) or int(re.sub(r"\D", "", said) or 0)
    month = MONTHS.index(groups["month"].lower()) + 1 if groups.get("month") else None
    if groups.get("year"):
        return _date(int(groups["year"]), month or today.month, number)
    for ahead in range(97):  # months; the 29th of February may be eight years off
        year, at = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        candidate = _date(year, at + 1, number) if month in (None, at + 1) else None
        if candidate and candidate >= today:
            return candidate
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span_ahead(match: re.Match[str], today: date) -> date:
    said = match["count"].lower()
    count = NUMBERS.get(said) or int(said)
    unit = match["unit"].lower()
    if unit.startswith("month"):
        end = _month_end_ahead(today, count)
        return end.replace(day=min(today.day, end.day))
    return today + timedelta(count * (7 if unit.startswith("week") else 1))


def _end_of(match: re.Match[str], today: date) -> date:
    ahead = 1 if match["next"] else 0
    if match["unit"].lower() == "week":
        return today + timedelta((FRIDAY - today.weekday()) % 7 + 7 * ahead)
    if match["unit"].lower() == "day":
        return today
    if match["unit"].lower() == "year":
        return date(today.year + ahead, 12, 31)
    if match["unit"].lower() == "quarter":
        return _month_end_ahead(today, (3 - today.month) % 3 + 3 * ahead)
    return _month_end_ahead(today, ahead)


def _end_of_month(match: re.Match[str], today: date) -> date:
    month = MONTHS.index(match["month"].lower()) + 1
    year = int(match["year"] or today.year + (month < today.month))
    return date(year, month, calendar.monthrange(year, month)[1])


def _iso(match: re.Match[str], today: date) -> date | None:
    return _date(int(match["y"]), int(match["m"]), int(match["d"]))


_Rule = Callable[[re.Match[str], date], date | None]
_AHEAD = rf"(?P<count>{_COUNT})\s+(?P<unit>days?|weeks?|months?)"
_TODAY = (
    r"(?:later\s+)?today|tonight|this\s+(?:morning|afternoon|evening)|close\s+of\s+business|eod"
)
_GRAMMAR: tuple[tuple[str, _Rule], ...] = (
    (r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _iso),
    (
        rf"(?:{_DAY},?\s+)?(?:the\s+)?(?P<nth>{_NTH})\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}",
        _day_of_month,
    ),
    (
        rf"(?:{_DAY},?\s+)?(?P<month>{_MONTH})\s+(?:the\s+)?(?P<nth>{_NTH}|\d{{1,2}}){_YEAR}",
        _day_of_month,
    ),
    (rf"(?P<number>\d{{1,2}})\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}", _day_of_month),
    (
        r"(?:end\s+of\s+(?:the\s+)?day\s+(?:on\s+)?)?"
        r"(?:(?:next|this|(?:this|the)\s+coming|coming)\s+)?"
        rf"(?P<day>{_DAY})(?:\s+(?:next\s+)?week)?{_PART}",
        _weekday,
    ),
    (r"(?:the\s+)?day\s+after\s+tomorrow", lambda _, today: today + timedelta(2)),
    (rf"tomorrow{_PART}", lambda _, today: today + timedelta(1)),
    (_TODAY, lambda _, today: today),
    (
        r"(?:the\s+)?end\s+of\s+(?:the\s+|this\s+|(?P<next>next\s+))?"
        r"(?P<unit>day|week|month|quarter|year)",
        _end_of,
    ),
    (rf"(?:with)?in\s+(?:the\s+next\s+)?{_AHEAD}(?:'s?\s+time)?", _span_ahead),
    (rf"{_AHEAD}\s+from\s+(?:now|today)", _span_ahead),
    (rf"(?:the\s+)?end\s+of\s+(?P<month>{_MONTH}){_YEAR}", _end_of_month),
    (r"next\s+week", lambda _, today: today + timedelta(FRIDAY - today.weekday() + 7)),
    (r"this\s+week", lambda _, today: today + timedelta((FRIDAY - today.weekday()) % 7)),
    (r"next\s+month", lambda _, today: _month_end_ahead(today, 1)),
    (r"this\s+month", lambda _, today: _month_end_ahead(today)),
)
_RULES = tuple(
    (re.compile(rf"\b{_BY}(?:{pattern})\b(?!['’])", re.I), rule) for pattern, rule in _GRAMMAR
)
# "The fifteenth" alone is a day only after a preposition, for it may be a floor or a question.
_BARE_NTH = re.compile(
    rf"\b(?:by|before|until|till|on|due)\s+the\s+(?P<nth>{_NTH})(?=$|[,.;!?]|\s(?:and|at|so|or)\b)",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:by|before|for|until|at|in time for)\s+(?:the|our|your|my)\s+"
    r"(?:next|following|coming)\s+(?:\w+\s+)?(?:meeting|sprint|call|session|review|standup|release)\b"
    r"|\b(?:by|before)\s+(?:the|our)\s+(?:\w+\s+){0,2}(?:meeting|launch|release|deadline|demo|review)\b"
    rf"|\b(?:by|before|until|in) (?:early |mid |late )?(?:{_MONTH}|christmas|easter|new year)\b"
    r"|\bbefore lunch\b|\bafter lunch\b|\bas soon as possible\b|\b(?:by|before|until)\s+then\b",
    re.I,
)


_HINT = re.compile(
    rf"\b(?:20\d\d|{_DAY}|{_MONTH}|to(?:morrow|day|night)|this (?:morning|afternoon|evening)|days?|"
    r"weeks?|months?|quarter|year|business|cob|eod|by|before|until|till|due|lunch|christmas|easter|"
    r"next|possible)\b",
    re.I,
)


def find_due(text: str, today: date | None) -> Due | None:
    """The first date in `text` that says when something is due; None without one.

    Args:
        today: the day of the recording; without it `day` is None.
    """
    if not _HINT.search(text):  # most sentences, and looking closer is slow
        return None
    matches = [(match, rule) for pattern, rule in _RULES for match in pattern.finditer(text)]
    # "Today we talk about …" opens a meeting; it sets no date.
    matches = [found for found in matches if not _OPENING.match(text, found[0].start())]
    matches += [(match, _day_of_month) for match in _BARE_NTH.finditer(text)]
    if matches:
        match, rule = min(matches, key=lambda found: _rank(found[0]))
        return Due(match[0].strip(), _resolve(match, rule, today), match.span())
    event = _EVENT.search(text)
    return Due(event[0], None, event.span()) if event else None


def _rank(match: re.Match[str]) -> tuple[bool, int, int]:
    """ "By Wednesday" before a bare "Monday"; "Friday the third of March" before "Friday"."""
    return not _LIMIT.match(match[0]), match.start(), -match.end()


def _resolve(match: re.Match[str], rule: _Rule, today: date | None) -> date | None:
    """The day meant; None where it lies outside the calendar or the day of recording is unknown."""
    try:
        return rule(match, today) if today else None
    except (OverflowError, ValueError):
        return None
