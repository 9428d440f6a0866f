"""Text made fit for paper: the one `clean`, and how times, days and names are written."""

import re
import unicodedata
from datetime import date, datetime
from math import isfinite

NAME_LENGTH = 300  # characters; what fills pages is no name, and narrow columns are slow to set
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# What may not stand in XML at all, or would let text rearrange or hide what is around it:
# controls, bidi embeddings/overrides/isolates, tag characters, noncharacters, the byte order mark.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\U000e0000-\U000e007f]"
    "|[\ufffe\uffff\U0001fffe\U0001ffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

# Names Windows will not have, and characters no file system or shell is glad of.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(
    r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$|clock\$) *(\.|$)", re.IGNORECASE
)
_JOINERS = "\u200c\u200d"  # part of how Persian, Indic scripts and emoji are written
_NAME_BYTES = 180  # most file systems take 255; a browser may add " (12)"

# ISO 639 codes of the languages most recorded; the others are shown as their tag.
_LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "ms": "Malay",
    "nb": "Norwegian",
    "nl": "Dutch",
    "nn": "Norwegian",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "ta": "Tamil",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def clean(text: str) -> str:
    """Text on one line that any format can hold and that cannot reorder its surroundings.

    Controls and bidi overrides go, a lone surrogate becomes U+FFFD, blanks of any kind one space.
    Nothing is escaped here: `<` stays `<`, and each writer escapes for its own format.
    """
    text = _UNFIT.sub("", _SURROGATE.sub(REPLACEMENT, text))
    return " ".join(unicodedata.normalize("NFC", text).split())


def whole(seconds: float) -> int:
    """Whole seconds from 0; 0 for what is no number of them."""
    return max(0, int(seconds)) if isfinite(seconds) else 0


def clock(seconds: float) -> str:
    """A time in the recording: 0 -> "00:00", 75.2 -> "01:15", 3675 -> "1:01:15"."""
    minutes, second = divmod(whole(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"


def length(seconds: float) -> str:
    """A duration for a person: 90 -> "1 min 30 s", 7320 -> "2 h 2 min"."""
    minutes, second = divmod(whole(seconds + 0.5), 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minute} min" if minute else f"{hours} h"
    if not minute:
        return f"{second} s"
    return f"{minute} min {second} s" if second else f"{minute} min"


def day(moment: date) -> str:
    """A day, unambiguous on both sides of the Atlantic: "14 November 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def day_and_time(moment: datetime) -> str:
    """A moment in UTC: "14 November 2026, 09:30 UTC"."""
    return f"{day(moment)}, {moment:%H:%M} UTC"


def language_name(tag: str) -> str | None:
    """The English name of a BCP 47 tag's language, the tag itself if unknown, None for "und"."""
    code = language_tag(tag)
    return code and _LANGUAGES.get(code.split("-")[0].lower(), code)


def language_tag(tag: str) -> str | None:
    """The tag, if it is one and says something."""
    return tag if _TAG.fullmatch(tag) and tag.lower() != "und" else None


def excerpt(text: str, limit: int) -> str:
    """At most `limit` characters of a text, cut at a word where there is one."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > limit // 2 else cut).rstrip(" ,;:.") + "…"


def file_name(title: str, extension: str) -> str:
    """A download name for every system: "Q3: plan/review", "pdf" -> "Q3 plan review.pdf".

    Letters of every script stay; it is never empty, and before its extension at most 180 bytes.
    """
    name = "".join(c for c in clean(title) if c in _JOINERS or not _is_invisible(c))
    name = " ".join(_FORBIDDEN.sub(" ", name).replace(REPLACEMENT, " ").split())
    name = name.encode()[:_NAME_BYTES].decode(errors="ignore").strip(f" .-~{_JOINERS}")
    if _DEVICE.match(name):
        name = f"Note {name}"
    return f"{name or 'Note'}.{extension}"


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Co", "Cn"}
