"""What servers that tests run have in common: OpenAI's manners, and faults on demand.

Real HTTP on a real port: engines and whole installations may be pointed at them.
"""

import json
import threading
from dataclasses import dataclass, field
from typing import Any, Self

from werkzeug import Request, Response
from werkzeug.serving import make_server


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call: an answer of its own, or none until the server closes."""

    status: int = 200
    body: bytes = b'{"error": {"message": "as told"}}'
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False

    @property
    def name(self) -> str:
        return "hang" if self.hang else str(self.status)


class Server:
    """A server in a thread of this process; what it does at its `path` is for `answer` to say."""

    path = ""

    def __init__(self) -> None:
        self._closing = threading.Event()
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}/v1"

    def answer(self, request: Request) -> Response:
        raise NotImplementedError

    def faulty(self, fault: Fault) -> Response:
        """The answer that `fault` is, once the server closes if it hangs."""
        if fault.hang:
            self._closing.wait()
        return Response(fault.body, fault.status, fault.headers, content_type="application/json")

    def _serve(self, environ: Any, start_response: Any) -> Any:
        with Request(environ) as request:  # which closes the files that were sent
            known = request.path == f"/v1/{self.path}"
            answer = self.answer if known else _unknown
            return answer(request)(environ, start_response)


def key_of(request: Request) -> str:
    """The API key that came with it."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def refusal(status: int, message: str) -> Response:
    """An error in OpenAI's shape."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return Response(json.dumps({"error": error}), status, content_type="application/json")


def _unknown(request: Request) -> Response:
    return refusal(404, f"Invalid URL {request.path}")
