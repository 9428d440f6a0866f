"""Files that come in pieces in a bucket: the parts of a multipart upload, which are of 5 MB or more
but for the last, and an object, the rest, for what does not fill one yet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import IO, Any, Protocol

from talktotext.errors import StorageMissing, StorageUnavailable
from talktotext.storage.base import no_space_is_storage_full
from talktotext.storage.pieces import Safe


@dataclass(frozen=True)
class Part:
    """A part that the bucket has."""

    number: int
    size: int
    etag: str


class Parts(Protocol):
    """The multipart uploads of a bucket; see multipart.py."""

    def begin(self, key: str) -> str: ...
    def put(self, key: str, upload: str, number: int, data: bytes) -> str: ...
    def complete(self, key: str, upload: str, etags: list[str]) -> None: ...
    def there(self, key: str, upload: str) -> "list[Part]": ...
    def address(self, key: str, upload: str, number: int, size: int, seconds: int) -> str: ...
    def abort(self, key: str, upload: str) -> None: ...


class BucketPieces:
    """See `Pieces`.

    Each rest is an object of its own, written once: until the row names it, what counts is the one
    that the row names still. And what the bucket has once made one object of stays that, whatever
    fails afterwards: the bytes that are sent again then are those that are in it.
    """

    def __init__(self, storage: Any, parts: Parts, name: str, at: Safe, size: int):
        offset, state = at
        self.storage, self.parts, self.size = storage, parts, size
        self.key, self.rests = f"multipart/{name}", f"partial/{name}."
        self.upload = self.known = str(state.get("upload") or "")
        self.settled = self.rest = state.get("rest") if offset else None
        self.over = bool(offset and state.get("over"))
        sent = [["", offset]] if self.over else state.get("parts", ())
        self.done: list[list[Any]] = [list(part) for part in sent if offset]
        self.buffer = bytearray(self._read(self.rest) if self.rest else b"")
        if self._count() != offset:
            raise StorageMissing
        self.kept = at

    def write(self, data: bytes) -> None:
        """See `Pieces.write`."""
        if data:
            self.buffer += data
            self.rest = None
        while len(self.buffer) >= self.size:
            self._send(self.size)
            self.kept = self._count() - len(self.buffer), self._state()

    def adopt(self, there: list[Part]) -> None:
        """Take the parts that others sent."""
        self.done = [[part.etag, part.size] for part in there]

    def safe(self) -> Safe:
        """See `Pieces.safe`: full parts are."""
        self.known = self.kept[1].get("upload", "")
        return self.kept

    def close(self) -> Safe:
        """See `Pieces.close`."""
        if self.buffer and not self.rest and not self.over:
            self.rest = self._keep_rest()
        self.kept = self._count(), self._state()
        return self.safe()

    def settle(self, state: dict[str, Any]) -> None:
        """See `Pieces.settle`."""
        before, self.settled = self.settled, state.get("rest")
        if before and before != self.settled:
            with suppress(StorageUnavailable):  # it goes with the upload then
                self.storage.delete(before)

    @contextmanager
    def whole(self) -> Iterator[tuple[IO[bytes], str | None]]:
        """See `Pieces.whole`; what looks into it needs a copy here."""
        if self.buffer or not self.done:
            self._send(len(self.buffer))
        if not self.over:
            with self._over_if_there():
                self.parts.complete(self.key, self.upload, [etag for etag, _ in self.done])
            self.over = True
        with copied(self.storage, self.key) as file:
            yield file, self.key
        with suppress(StorageUnavailable):  # it has become an upload by now, come what may
            self._drop_rests()

    def leave(self) -> None:
        """See `Pieces.leave`. A multipart upload of which nobody was told goes."""
        if self.upload != self.known and not self.over:
            with suppress(StorageUnavailable):
                self.parts.abort(self.key, self.upload)

    def discard(self) -> None:
        """See `Pieces.discard`."""
        if self.upload:
            self.parts.abort(self.key, self.upload)
        self._drop_rests()
        self.storage.delete(self.key)

    def _send(self, size: int) -> None:
        data, etag = bytes(self.buffer[:size]), ""
        if not self.over:
            self.upload = self.upload or self.parts.begin(self.key)
            with self._over_if_there():
                etag = self.parts.put(self.key, self.upload, len(self.done) + 1, data)
        self.done.append([etag, size])
        del self.buffer[:size]

    @contextmanager
    def _over_if_there(self) -> Iterator[None]:
        """Where a request fails because the object is made already, go on from that. It was made by
        a process that was killed, by one that failed later, or by this very request, whose answer
        was lost."""
        try:
            yield
        except (StorageMissing, StorageUnavailable):
            with suppress(StorageMissing):
                self.over = self.storage.size(self.key) >= 0
            if not self.over:
                raise

    def _keep_rest(self) -> str:
        key = f"{self.rests}{token_hex(8)}"
        with self.storage.incoming() as file:
            file.write(self.buffer)
            self.storage.keep(file, key)
        return key

    def _drop_rests(self) -> None:
        for key, _ in list(self.storage.keys(self.rests)):
            self.storage.delete(key)

    def _read(self, key: str) -> bytes:
        with self.storage.open(key) as file:
            return bytes(file.read())

    def _count(self) -> int:
        return sum(int(size) for _, size in self.done) + len(self.buffer)

    def _state(self) -> dict[str, Any]:
        if self.over:
            return {"upload": self.upload, "over": True}
        parts = [list(part) for part in self.done]
        return {"upload": self.upload, "parts": parts, "rest": self.rest}


@contextmanager
def copied(storage: Any, key: str) -> Iterator[IO[bytes]]:
    """A copy of what lies in storage, in a temporary file."""
    with storage.incoming() as file, storage.open(key) as source:
        read: Callable[[], bytes] = lambda: source.read(1 << 20)  # noqa: E731
        with no_space_is_storage_full():
            for data in iter(read, b""):
                file.write(data)
            file.flush()
        yield file
