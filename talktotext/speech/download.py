"""Whisper's weights from the hub, or any server laid out like it, into a folder of models.

What was fetched stays in a hidden folder beside the models until every file has its checksum; only
then does it get its name. A download that is cut goes on where it stopped (RFC 9110, 14.2).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import partial
from hashlib import file_digest
from pathlib import Path

import requests

from talktotext.errors import Conflict, EngineFailed, EngineUnavailable, StorageFull
from talktotext.speech.weights import INSTALL, File, Model

BLOCK = 1 << 16  # bytes; of a block that is cut nothing is kept
TIMEOUT = (10, 60)  # seconds to connect, and without a byte
AGAIN = "Run the same command again: it goes on where it stopped."

Progress = Callable[[int], object]  # called with the bytes that were added, or taken away


def fetch(model: Model, folder: Path, *, base: str = "", progress: Progress) -> Path:
    """Fetch a model that is not there, or not whole.

    Args:
        folder: gets a folder of the model's name.
        base: address of the server; the hub's if empty.
        progress: told of every block, and at the start of what is there already.

    Raises:
        EngineFailed: the connection broke or what came is damaged; another try may help.
        EngineUnavailable: the server does not have it.
        StorageFull: the disk has not enough room.
        Conflict: somebody else is fetching it.
    """
    target, unfinished = folder / model.name, folder / f".{model.name}.part"
    if is_whole(model, target):
        return target
    at = f"{(base or hub()).rstrip('/')}/{model.repository}/resolve/{model.revision}"
    unfinished.mkdir(parents=True, exist_ok=True)
    with _alone(unfinished), requests.Session() as session:
        _check_room(model, unfinished)
        for file in model.files:
            _fetch_file(session, f"{at}/{file.name}", unfinished / file.name, file, progress)
        _put_in_place(unfinished, target)
    return target


def is_whole(model: Model, folder: Path) -> bool:
    """Whether every file of the model is there in its full length."""
    paths = {file: folder / file.name for file in model.files}
    return all(path.is_file() and path.stat().st_size == f.size for f, path in paths.items())


def hub() -> str:
    """The address of the hub that faster-whisper knows; HF_ENDPOINT names a mirror.

    Raises:
        EngineUnavailable: its package is not installed.
    """
    try:
        from huggingface_hub.constants import ENDPOINT
    except ModuleNotFoundError:
        raise EngineUnavailable("The package huggingface_hub is missing", hint=INSTALL) from None
    return str(ENDPOINT)


@contextmanager
def _alone(unfinished: Path) -> Iterator[None]:
    """Let only one fetch at a time write. The lock ends with the process, however that ends."""
    handle = os.open(unfinished, os.O_RDONLY)
    try:
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Conflict("Somebody else is fetching this model right now") from None
        yield
    finally:
        os.close(handle)


def _check_room(model: Model, unfinished: Path) -> None:
    there = sum(path.stat().st_size for path in unfinished.iterdir())
    if shutil.disk_usage(unfinished).free < model.size - there:
        raise StorageFull(f"The model needs {model.size / 1e6:.0f} MB in {unfinished.parent}")


def _fetch_file(
    session: requests.Session, url: str, path: Path, file: File, progress: Progress
) -> None:
    path.touch()
    progress(path.stat().st_size)
    try:
        if path.stat().st_size < file.size:
            _receive(partial(_ask, session, url), path, file.size, progress)
    except requests.RequestException as error:
        why = type(error).__name__  # its own words run over five lines
        raise EngineFailed(f"{url} could not be fetched ({why})", hint=AGAIN) from error
    if path.stat().st_size != file.size or _sha256(path) != file.sha256:
        path.unlink()
        raise EngineFailed(
            f"{file.name} is not what it should be: its checksum differs",
            hint="It was deleted. Try again, or from another server (--base-url).",
        )


def _ask(session: requests.Session, url: str, first: int) -> requests.Response:
    """The file from its byte `first` on, or all of it from a server that knows no ranges."""
    # As it is: a compressed answer cannot be gone on with.
    headers = {"Accept-Encoding": "identity", "Range": f"bytes={first}-"}
    answer = session.get(url, headers=headers, stream=True, timeout=TIMEOUT)
    if 400 <= answer.status_code < 500:
        answer.close()
        raise EngineUnavailable(f"{url} answered {answer.status_code}")
    answer.raise_for_status()
    return answer


def _receive(
    ask: Callable[[int], requests.Response], path: Path, size: int, progress: Progress
) -> None:
    """Append what is missing of a file, and not much more than `size` whatever comes."""
    have = path.stat().st_size
    with ask(have) as answer:
        if not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            progress(-have)
            have = 0
        with path.open("ab" if have else "wb") as out:
            for block in answer.iter_content(BLOCK):
                have += out.write(block)
                progress(len(block))
                if have > size:
                    return


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return file_digest(source, "sha256").hexdigest()


def _put_in_place(unfinished: Path, target: Path) -> None:
    """Give the whole model its name; one that was there and was not whole makes room."""
    for path in unfinished.iterdir():
        with path.open("rb") as written:
            os.fsync(written)
    if target.exists():
        shutil.rmtree(target)
    unfinished.rename(target)
