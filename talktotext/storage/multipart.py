"""Multipart uploads of an S3 bucket: a file's parts, each sent by itself, by us or by anybody who
was given an address for it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from contextlib import suppress
from typing import Any, cast

from talktotext.errors import StorageMissing
from talktotext.storage.bucket_pieces import Part


class Multipart:
    """The multipart uploads of a storage."""

    def __init__(self, storage: Any):
        self.storage, self.client = storage, storage.client

    def begin(self, key: str) -> str:
        """Begin one; its id."""
        with self.storage._errors_named():
            return str(self.client.create_multipart_upload(**self._at(key))["UploadId"])

    def put(self, key: str, upload: str, number: int, data: bytes) -> str:
        """Send a part, the first being number 1; its ETag."""
        with self.storage._errors_named():
            sent = self.client.upload_part(
                **self._at(key), UploadId=upload, PartNumber=number, Body=data
            )
        return str(sent["ETag"])

    def complete(self, key: str, upload: str, etags: list[str]) -> None:
        """Make an object of its parts."""
        parts = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]
        with self.storage._errors_named():
            self.client.complete_multipart_upload(
                **self._at(key), UploadId=upload, MultipartUpload={"Parts": parts}
            )

    def abort(self, key: str, upload: str) -> None:
        """Drop it; nothing happens where there is none."""
        with suppress(StorageMissing), self.storage._errors_named():
            self.client.abort_multipart_upload(**self._at(key), UploadId=upload)

    def there(self, key: str, upload: str) -> list[Part]:
        """The parts that the bucket has, in order. Raises StorageMissing."""
        pages = self.client.get_paginator("list_parts").paginate(**self._at(key), UploadId=upload)
        with self.storage._errors_named():
            return [
                Part(part["PartNumber"], part["Size"], part["ETag"])
                for page in pages
                for part in page.get("Parts", ())
            ]

    def address(self, key: str, upload: str, number: int, size: int, seconds: int) -> str:
        """An address to which anybody can PUT one part of that size, for so many seconds."""
        wanted = {"UploadId": upload, "PartNumber": number, "ContentLength": size}
        with self.storage._errors_named():
            return cast(
                str,
                self.client.generate_presigned_url(
                    "upload_part", Params={**self._at(key), **wanted}, ExpiresIn=seconds
                ),
            )

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.storage.bucket, "Key": self.storage.prefix + key}
