"""A file's name in the header that tells a browser to save it."""

import re
import unicodedata
from urllib.parse import quote


def attachment(name: str) -> str:
    """A Content-Disposition for letters of every script (RFC 6266, RFC 5987).

    Old clients read `filename`, all others `filename*`. For the old ones a name without a letter
    that they know becomes "file": ".pdf" alone would be saved where nobody sees it.
    """
    clean = "".join(c for c in name if unicodedata.category(c) != "Cc")
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    stem, _, extension = re.sub(r'["\\%]', "_", plain).rpartition(".")
    stem = " ".join(stem.split()) if re.search(r"[A-Za-z0-9]", stem) else "file"
    plain = f"{stem}.{extension}"
    header = f'attachment; filename="{plain}"'
    return header if plain == clean else f"{header}; filename*=UTF-8''{quote(clean, safe='')}"
