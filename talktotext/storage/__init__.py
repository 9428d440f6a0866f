"""Where bytes live: in a folder on this machine (local.py) or in an S3-compatible bucket (s3.py).

Keys are names of our own, never a person's; a key once kept is whole.
"""

from typing import TYPE_CHECKING

from talktotext.config import ConfigError, Settings
from talktotext.storage.base import Storage, clear_folder, no_space_is_storage_full, put
from talktotext.storage.local import LocalStorage

if TYPE_CHECKING:
    from talktotext.storage.s3 import S3Storage

__all__ = ["Storage", "clear_folder", "make_storage", "no_space_is_storage_full", "put"]


def make_storage(settings: Settings) -> Storage:
    """The storage that the settings ask for.

    Raises:
        ConfigError: it is a bucket, but the package for buckets is not installed.
    """
    return _bucket(settings) if settings.S3_BUCKET else LocalStorage(settings.UPLOAD_FOLDER)


def _bucket(settings: Settings) -> "S3Storage":
    try:
        from talktotext.storage import s3
    except ModuleNotFoundError as error:
        remedy = "Run `pip install -r requirements/s3.txt`"
        raise ConfigError(f"S3_BUCKET needs the package {error.name}. {remedy}.") from error
    return s3.connect(settings)
