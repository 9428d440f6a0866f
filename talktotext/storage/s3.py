"""An S3-compatible bucket, so that web and worker need share no disk."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import IO, Any, BinaryIO, cast

import boto3
from boto3.s3.transfer import TransferConfig, create_transfer_manager
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.exceptions import RetriesExceededError

from talktotext.config import Settings
from talktotext.errors import StorageFull, StorageMissing, StorageUnavailable, TalkToTextError
from talktotext.storage.base import no_space_is_storage_full, temporary_file
from talktotext.storage.bucket_pieces import BucketPieces
from talktotext.storage.multipart import Multipart
from talktotext.storage.names import attachment

PART = 8 * 1024**2  # bytes; what is larger travels in parts of this size, each tried by itself
TRANSFER = TransferConfig(
    multipart_threshold=PART,
    multipart_chunksize=PART,
    max_concurrency=4,
    num_download_attempts=2,  # of a part that breaks off, each with the attempts of its requests
    max_io_queue=16,  # chunks of 256 kB on their way to the disk
)


@dataclass(frozen=True)
class Place:
    """How a server is reached: what connections may be shared by.

    Attributes:
        read_seconds: of silence after which an answer is no longer waited for.
        attempts: how often a request is sent before it is given up.
    """

    endpoint: str
    region: str
    key_id: str
    secret: str
    token: str
    connect_seconds: float = 5.0
    read_seconds: float = 60.0
    attempts: int = 3

    def config(self) -> Config:
        """For boto3. By default it adds checksums that most servers but Amazon's refuse; what
        they guard against, TLS does as well (https://github.com/boto/boto3/issues/4392)."""
        return Config(
            signature_version="s3v4",
            connect_timeout=self.connect_seconds,
            read_timeout=self.read_seconds,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
            max_pool_connections=32,  # of all threads of a web process
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )


def connect(settings: Settings) -> "S3Storage":
    """The bucket that the settings name; nothing is sent yet."""
    place = Place(
        endpoint=settings.S3_ENDPOINT_URL,
        region=settings.S3_REGION,
        key_id=settings.AWS_ACCESS_KEY_ID,
        secret=settings.AWS_SECRET_ACCESS_KEY,
        token=settings.AWS_SESSION_TOKEN,
    )
    folder = settings.UPLOAD_FOLDER / "incoming"
    return S3Storage(place, settings.S3_BUCKET, settings.S3_PREFIX, folder)


class S3Storage:
    """Keys are keys of the bucket, after `prefix`; temporary files lie in a local folder."""

    def __init__(self, place: Place, bucket: str, prefix: str, temporary: Path):
        self.client = _client(place, os.getpid())
        self.bucket, self.prefix, self.temporary = bucket, prefix, temporary

    def incoming(self) -> IO[bytes]:
        """See `Storage.incoming`."""
        return temporary_file(self.temporary)

    def keep(self, file: IO[bytes], key: str) -> None:
        """See `Storage.keep`."""
        with no_space_is_storage_full():
            file.flush()
        # By its name: parts are read from the disk as they go out, and the file stays open.
        with self._errors_named(), create_transfer_manager(self.client, TRANSFER) as manager:
            manager.upload(file.name, self.bucket, self.prefix + key).result()

    @contextmanager
    def fetch(self, key: str, folder: Path) -> Iterator[Path]:
        """See `Storage.fetch`."""
        path = folder / key.replace("/", "_")
        if not path.exists():
            with no_space_is_storage_full():
                self._download(key, path)
        yield path

    def _download(self, key: str, path: Path) -> None:
        """Make `path`, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                with (
                    self._errors_named(),
                    create_transfer_manager(self.client, TRANSFER) as manager,
                ):
                    manager.download(self.bucket, self.prefix + key, file).result()
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)

    def open(self, key: str, first: int = 0) -> BinaryIO:
        """See `Storage.open`."""
        wanted = {"Bucket": self.bucket, "Key": self.prefix + key}
        if first:  # an empty object has no bytes from 0 on
            wanted["Range"] = f"bytes={first}-"
        with self._errors_named():
            answer = self.client.get_object(**wanted)
        return io.BufferedReader(_Body(self, answer["Body"]), 256 * 1024)

    def size(self, key: str) -> int:
        """See `Storage.size`."""
        with self._errors_named():
            answer = self.client.head_object(Bucket=self.bucket, Key=self.prefix + key)
        return int(answer["ContentLength"])

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        with self._errors_named():
            self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str:
        """See `Storage.link`."""
        wanted = {"Bucket": self.bucket, "Key": self.prefix + key}
        shown = {"ResponseContentType": media_type, "ResponseContentDisposition": attachment(name)}
        with self._errors_named():
            self.client.head_object(**wanted)
            return cast(
                str,
                self.client.generate_presigned_url(
                    "get_object", Params={**wanted, **shown}, ExpiresIn=seconds
                ),
            )

    def keys(self, prefix: str) -> Iterator[tuple[str, float]]:
        """See `Storage.keys`."""
        for item in self._listed("list_objects_v2", "Contents", prefix):
            yield item["Key"].removeprefix(self.prefix), item["LastModified"].timestamp()

    def pieces(self, name: str, offset: int, state: dict[str, Any]) -> BucketPieces:
        """See `Storage.pieces`."""
        return BucketPieces(self, Multipart(self), name, (offset, state), PART)

    def multipart(self) -> Multipart:
        """See `Storage.multipart`."""
        return Multipart(self)

    def forget_unfinished(self, prefix: str, before: float) -> int:
        """See `Storage.forget_unfinished`: parts of an upload whose process was killed are not
        listed as keys, but paid for."""
        begun_before, dropped = datetime.fromtimestamp(before, UTC), 0
        for item in self._listed("list_multipart_uploads", "Uploads", prefix):
            if item["Initiated"] < begun_before:
                with self._errors_named():
                    upload = {"Key": item["Key"], "UploadId": item["UploadId"]}
                    self.client.abort_multipart_upload(Bucket=self.bucket, **upload)
                dropped += 1
        return dropped

    def _listed(self, operation: str, member: str, prefix: str) -> Iterator[dict[str, Any]]:
        """What a paged operation lists, page by page."""
        pages = self.client.get_paginator(operation)
        with self._errors_named():
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + prefix):
                yield from page.get(member, ())

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Say in our own words what boto3 raises."""
        try:
            yield
        except ClientError as error:
            raise self._named(error) from error
        except (BotoCoreError, RetriesExceededError) as error:
            raise StorageUnavailable from error

    def _named(self, error: ClientError) -> TalkToTextError:
        code = str(error.response["Error"].get("Code"))
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        # To HEAD a server answers 404 and no more: the key or the bucket may be missing.
        if code in ("NoSuchKey", "NoSuchUpload") or (code == "404" and self._bucket_answers()):
            return StorageMissing()
        if status == 507:
            return StorageFull()
        return StorageUnavailable(f"The storage refused a request ({code})")

    def _bucket_answers(self) -> bool:
        try:
            self.client.head_bucket(Bucket=self.bucket)
        except (ClientError, BotoCoreError):
            return False
        return True


class _Body(io.RawIOBase):
    """The body of an answer as a file."""

    def __init__(self, storage: S3Storage, body: Any):
        self._storage, self._body = storage, body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._storage._errors_named():
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()


_making = Lock()


@lru_cache(maxsize=1)
def _session() -> Any:
    """What boto3 reads from its files, a quarter of a second's work; forks inherit it."""
    return boto3.session.Session()


@lru_cache(maxsize=4)
def _client(place: Place, process: int) -> Any:
    """Connections of this process: a fork must not speak over those of its parent."""
    with _making:  # sessions are not thread-safe, clients are
        return _session().client(
            "s3",
            endpoint_url=place.endpoint or None,
            region_name=place.region,
            aws_access_key_id=place.key_id or None,
            aws_secret_access_key=place.secret or None,
            aws_session_token=place.token or None,
            config=place.config(),
        )
