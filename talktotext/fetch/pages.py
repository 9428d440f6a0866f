"""page -> file: a site's page instead of the recording itself, through yt-dlp.

An extra (requirements/pages.txt), and only for the sites that the operator names: yt-dlp's generic
extractor, which would fetch anything from anywhere, is never among them. It runs in a child with
limits, and there only connects where links may lead; see `page_child.py`.
"""

import errno
import json
import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from talktotext.errors import (
    EngineUnavailable,
    LinkNotPublic,
    LinkRefused,
    LinkSlow,
    LinkTooLarge,
    LinkUnreachable,
)
from talktotext.fetch.addresses import Network
from talktotext.fetch.download import Bounds, Progress
from talktotext.media import launcher

MEMORY = 2 * 1024**3  # of address space
CHILD = Path(__file__).with_name("page_child.py")
SLACK = 1024**2  # bytes past the bound at which the system steps in
LOOK = 0.5  # seconds between two looks at whether to stop
PROBLEMS = {"not_public": LinkNotPublic, "too_large": LinkTooLarge, "refused": LinkRefused}


@dataclass(frozen=True)
class Pages:
    """The sites whose pages are links.

    Attributes:
        extractors: names that yt-dlp has for them.
        private: networks that may be connected to though they are not public.
        child: the script that runs yt-dlp.
    """

    extractors: tuple[str, ...]
    private: tuple[Network, ...] = ()
    child: Path = CHILD

    def download(self, url: str, path: Path, bounds: Bounds, progress: Progress) -> str | None:
        """Fetch the recording of a page to `path`; its title. None if it is no such page.

        Raises:
            EngineUnavailable: yt-dlp is not installed.
            LinkError: why it cannot be had.
            OSError: the disk is full.
        """
        if find_spec("yt_dlp") is None:
            raise EngineUnavailable(
                "Pages are links here, but yt-dlp is not installed",
                hint="Run `pip install -r requirements/pages.txt`, or leave LINK_PAGES empty.",
            )
        task = {
            "url": url,
            "path": str(path),
            "extractors": [re.escape(name) for name in self.extractors],
            "private": list(map(str, self.private)),
            "max_bytes": bounds.max_bytes,
        }
        result = self._run(task, bounds, progress)
        if result.get("suits") is False:
            return None
        if problem := result.get("problem"):
            if problem == "no_space":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise PROBLEMS.get(problem, LinkUnreachable)
        if not path.exists():
            raise LinkTooLarge if _is_over(path, bounds) else LinkRefused
        return str(result.get("title", ""))

    def _run(self, task: dict[str, Any], bounds: Bounds, progress: Progress) -> dict[str, Any]:
        deadline = time.monotonic() + bounds.seconds
        process = self._start(bounds)
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(f"{json.dumps(task)}\n".encode())
            process.stdin.close()
            for line in _lines(process.stdout.fileno(), deadline, progress):
                said = json.loads(line)
                if "result" in said:
                    return dict(said["result"])
                progress(said["done"] / said["whole"] if said.get("whole") else 0.0)
        except BrokenPipeError:
            pass
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        raise LinkUnreachable("The page could not be read")

    def _start(self, bounds: Bounds) -> subprocess.Popen[bytes]:
        limits = (os.getpid(), MEMORY, int(bounds.seconds) + 60, bounds.max_bytes + SLACK)
        paths = os.pathsep.join(path for path in sys.path if path)
        return subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", launcher.__file__, *map(str, limits)),
                *(sys.executable, "-P", "-s", str(self.child)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # No proxies, no home: nothing of this machine's reaches yt-dlp.
            env={"LC_ALL": "C.UTF-8", "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        )


def _is_over(path: Path, bounds: Bounds) -> bool:
    """Whether what is there of it, which yt-dlp calls .part, has reached the bound."""
    part = path.with_name(f"{path.name}.part")
    return not part.exists() or part.stat().st_size >= bounds.max_bytes


def _lines(descriptor: int, deadline: float, progress: Callable[[float], None]) -> Iterator[bytes]:
    """What the child says, line by line, looking up now and then whether to go on.

    Raises:
        LinkSlow: it took too long.
    """
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(min(left, LOOK)):
                progress(0.0)
                continue
            if not (data := os.read(descriptor, 65536)):
                return
            *lines, rest = (rest + data).split(b"\n")
            yield from lines
    raise LinkSlow
