"""The process in which yt-dlp runs: `page_child.py`, told what to do on standard input.

yt-dlp makes connections of its own, to whatever a page names. The interpreter reports each of them
before it is made (https://docs.python.org/3/library/audit_events.html), and one to an address that
is not public is refused there: nothing that yt-dlp does gets around it, neither a redirect nor a
name that means something else the second time. Other programs are refused the same way.

    in:   one line of JSON, a `Task`
    out:  lines of JSON: {"done": bytes, "whole": bytes or null}; the last one {"result": …}, with
          {"title": …} or {"problem": a word} or {"suits": false}
"""

import errno
import ipaddress
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from talktotext.fetch.addresses import Policy

CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg")
# Whatever starts a program.
STARTING = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
)
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
SOCKET_SECONDS = 15
# Sound alone where there is such a thing; else the smallest film, whose picture nobody needs.
FORMAT = "bestaudio/worst[acodec!=none]/worst"


class TooLarge(Exception):
    """The file grew beyond its bound."""


class NotPublic(PermissionError):
    """A connection was to lead elsewhere."""


def guard(policy: Policy) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that lets connections go where the policy allows, and nothing else start."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STARTING:
            raise PermissionError(f"{event} is not for links")
        if event in CONNECTING:
            _check(arguments[1], policy)

    return hook


def _check(place: Any, policy: Policy) -> None:
    """Raise NotPublic unless `place` is a literal address that may be connected to."""
    host = place[0] if isinstance(place, tuple) else ""  # a path, of a socket on this machine
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise NotPublic("not an address") from None
    if not policy.may_connect(address):
        raise NotPublic("not a public address")


def run(task: dict[str, Any], tell: Callable[[dict[str, Any]], None], *extractors: Any) -> None:
    """Fetch the recording of a page as the task says.

    Args:
        extractors: further ones to allow.
    """
    import yt_dlp
    from yt_dlp.utils import YoutubeDLError

    with yt_dlp.YoutubeDL(options(task, tell)) as ydl:
        for extractor in extractors:
            ydl.add_info_extractor(extractor)
        # It has no public way to ask, and says it in words only when it has failed.
        if not any(each.suitable(task["url"]) for each in ydl._ies.values()):
            return tell({"result": {"suits": False}})
        try:
            found = ydl.extract_info(task["url"])
        except (YoutubeDLError, OSError, ValueError, TooLarge) as error:
            return tell({"result": {"problem": _why(error)}})
    found = (found.get("entries") or [found])[0]
    return tell({"result": {"title": str(found.get("title") or "")}})


def options(task: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """What yt-dlp is told: nothing of this machine's own settings, one recording, one file."""

    def progress(state: dict[str, Any]) -> None:
        whole = state.get("total_bytes") or state.get("total_bytes_estimate")
        done = int(state.get("downloaded_bytes") or 0)
        if done > task["max_bytes"]:
            raise TooLarge
        tell({"done": done, "whole": whole and int(whole)})

    return {
        "allowed_extractors": task["extractors"],
        "proxy": "",
        "cachedir": False,
        "noplaylist": True,
        "playlist_items": "1",
        "format": FORMAT,
        "max_filesize": task["max_bytes"],
        "outtmpl": {"default": task["path"].replace("%", "%%")},
        "paths": {},
        "continuedl": True,
        "updatetime": False,
        "fixup": "never",
        "postprocessors": [],
        "hls_prefer_native": True,
        "enable_file_urls": False,
        "socket_timeout": SOCKET_SECONDS,
        "retries": 2,
        "fragment_retries": 2,
        "extractor_retries": 1,
        "js_runtimes": {},
        "quiet": True,
        "noprogress": True,
        "no_warnings": True,
        "logger": _Silent(),
        "progress_hooks": [progress],
    }


class _Silent:
    """Takes what yt-dlp says; why it failed is asked of the error."""

    def debug(self, _message: str) -> None: ...
    def info(self, _message: str) -> None: ...
    def warning(self, _message: str) -> None: ...
    def error(self, _message: str) -> None: ...


def _why(error: BaseException) -> str:
    """What went wrong, in a word of ours: yt-dlp's may name addresses."""
    from yt_dlp.networking.exceptions import HTTPError, TransportError

    causes = list(_causes(error, set()))
    if any(isinstance(each, NotPublic) for each in causes):
        return "not_public"
    if any(isinstance(each, OSError) and each.errno in NO_SPACE for each in causes):
        return "no_space"
    if any(isinstance(each, HTTPError) for each in causes):
        statuses = [each.status for each in causes if isinstance(each, HTTPError)]
        return "unreachable" if max(statuses) >= 500 or 429 in statuses else "refused"
    if any(isinstance(each, TransportError) for each in causes):
        return "unreachable"
    return "too_large" if any(isinstance(each, TooLarge) for each in causes) else "refused"


def _causes(error: BaseException | None, seen: set[int]) -> Iterator[BaseException]:
    """An error with all that it goes back to; yt-dlp has ways of its own to say that."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    info = getattr(error, "exc_info", None) or (None, None)
    for cause in (info[1], getattr(error, "cause", None), error.__cause__, error.__context__):
        if isinstance(cause, BaseException):
            yield from _causes(cause, seen)


def main(*extractors: Any) -> NoReturn:
    """Do the task that standard input holds."""
    task = json.loads(sys.stdin.readline())
    os.environ["YTDLP_NO_PLUGINS"] = "1"

    def tell(line: dict[str, Any]) -> None:
        print(json.dumps(line), flush=True)

    sys.addaudithook(guard(Policy.of(task["private"])))
    run(task, tell, *extractors)
    sys.stdout.flush()
    os._exit(0)  # whatever threads there still are


if __name__ == "__main__":
    main()
