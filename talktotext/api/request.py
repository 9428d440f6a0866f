"""The request, as this service wants it: large bodies only where recordings come in."""

from contextlib import suppress
from typing import IO, Any

import flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter

from talktotext import config
from talktotext.errors import InvalidRequest
from talktotext.storage import make_storage, no_space_is_storage_full

UPLOAD_ENDPOINTS = frozenset({"upload.create", "files.create", "files.append"})
# Clients that cannot send these ask for them with POST and a header of tus.
OVERRIDES = ("PATCH", "DELETE", "HEAD")
# Whoever has no token is not listened to for long.
FOR_ANYBODY = ("auth.", "recovery.")
LETTER = 16_384  # bytes
MOST_FILES = 8  # of a form; each is an open file, of which a process has only so many
ENVELOPE = 64_000  # bytes a multipart form needs around its file


class Number(IntegerConverter):
    """A number in a path, and no larger than every database holds in a column of integers. Were
    it refused only when it is read, Werkzeug would blame the method."""

    regex = r"1?\d{1,9}"


class Request(flask.Request):
    """A request whose uploaded files are written to storage once, while they come in."""

    def __init__(self, environ: Any, *args: Any, **kwargs: Any):
        wanted = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "")
        overrides = environ["REQUEST_METHOD"] == "POST" and wanted in OVERRIDES
        if overrides and environ["PATH_INFO"].startswith("/api/files/"):
            environ = {**environ, "REQUEST_METHOD": wanted}
        super().__init__(environ, *args, **kwargs)

    @property  # type: ignore[misc]
    def max_content_length(self) -> int | None:  # type: ignore[override]
        """Bytes; MAX_CONTENT_LENGTH is of the file, MAX_JSON_LENGTH of every other body."""
        settings = config.current()
        if self.endpoint in UPLOAD_ENDPOINTS:
            return int(settings.MAX_CONTENT_LENGTH) + ENVELOPE
        if (self.endpoint or "").startswith(FOR_ANYBODY):
            return min(LETTER, int(settings.MAX_JSON_LENGTH))
        return int(settings.MAX_JSON_LENGTH)

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        if self.endpoint not in UPLOAD_ENDPOINTS:
            return super()._get_file_stream(*args, **kwargs)
        if len(getattr(self, "_incoming_files", ())) >= MOST_FILES:
            raise RequestEntityTooLarge
        file = make_storage(config.current()).incoming()
        # Whatever happens to the form, the file goes when the request does.
        self._incoming_files = [*getattr(self, "_incoming_files", []), file]
        return file

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = False  # a form cut short is no form without a file
        return parser

    def _load_form_data(self) -> None:
        try:
            with no_space_is_storage_full():
                super()._load_form_data()
        except ValueError:
            raise InvalidRequest(
                "The form is broken or incomplete",
                hint="Send it as multipart/form-data, and whole.",
            ) from None

    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        data = super().get_data(*args, **kwargs)
        # Werkzeug ends a body of undeclared length where the limit is, as if that were all.
        may_go_on = self.content_length is None and len(data) == self.max_content_length
        if may_go_on and self.environ["wsgi.input"].read(1):
            raise RequestEntityTooLarge
        return data

    def get_json(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_json(*args, **kwargs)
        except RecursionError:
            raise InvalidRequest("The JSON is nested too deeply") from None

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        raise InvalidRequest(
            "The body is not valid JSON", hint="Send a JSON object as application/json."
        ) from None

    def close(self) -> None:
        super().close()
        for file in getattr(self, "_incoming_files", ()):
            with suppress(OSError):  # on a full disk its last bytes cannot be written; it goes
                file.close()
