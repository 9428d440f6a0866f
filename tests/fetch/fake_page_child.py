"""`page_child.py` with a site of the tests' own beside those that yt-dlp knows: /watch/… there is a
page of JSON, which the extractor hands on as it is, after doing what `try` says."""

import socket
import subprocess
from typing import Any

from yt_dlp.extractor.common import InfoExtractor

from talktotext.fetch.page_child import main


class FakeIE(InfoExtractor):
    """Pages at /watch/NAME."""

    IE_NAME = "fake"
    _VALID_URL = r"http://127\.0\.0\.1:\d+/watch/(?P<id>\w+)"

    def _real_extract(self, url: str) -> dict[str, Any]:
        name = self._match_id(url)
        page: dict[str, Any] = self._download_json(url, name)
        attempt = page.pop("try", [""])
        if attempt[0] == "run":
            subprocess.run(attempt[1:], check=True)
        if attempt[0] == "unix":
            socket.socket(socket.AF_UNIX).connect(attempt[1])
        if attempt[0] == "udp":
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", tuple(attempt[1:]))
        return {"id": name, "ext": "mp3", **page}


if __name__ == "__main__":
    main(FakeIE())
