"""A file's name in the header that tells a browser to save it."""

import re
import unicodedata
from urllib.parse import quote


def attachment(name: str) -> str:
    """A Content-Disposition for letters of every script (RFC 6266, RFC 5987).

    Old clients read `filename`, all others `filename*`.
    """
    clean = "".join(c for c in name if unicodedata.category(c) != "Cc")
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    plain = re.sub(r'["\\%]', "_", plain)
    header = f'attachment; filename="{plain}"'
    return header if plain == clean else f"{header}; filename*=UTF-8''{quote(clean, safe='')}"
