"""A server that speaks OpenAI's chat protocol, with a model that does as a test tells it.

Real HTTP on a real port. Without being told, the model is honest and dull: it states what each line
says, in the line's own words.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from werkzeug import Request, Response
from werkzeug.serving import make_server

from tests.speech.openai_server import Fault, refusal

MODEL = "gpt-4o-mini"
KINDS = ("summary", "key_points", "decisions", "action_items", "open_questions")
_LINE = re.compile(r"^\[(\d+)\] ([^:]*): (.*)$", re.M)
_CODE = re.compile(r"^TRANSCRIPT (\w+) BEGINS\n")


@dataclass(frozen=True)
class Asked:
    """A request, as the model sees it."""

    body: dict[str, Any]
    key: str

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][1]["content"])

    @property
    def format(self) -> str:
        return str(self.body.get("response_format", {}).get("type", "text"))

    @property
    def is_merge(self) -> bool:
        return "section by section" in self.system

    @property
    def lines(self) -> list[tuple[int, str, str]]:
        """Number, speaker and words of each line."""
        return [(int(n), speaker, words) for n, speaker, words in _LINE.findall(self.user)]


Model = Callable[[Asked], Any]


def answer(asked: Asked, **kinds: list[dict[str, Any]]) -> dict[str, Any]:
    """A good answer about a section that holds `kinds`."""
    code = _CODE.match(asked.user)
    empty: dict[str, Any] = {kind: [] for kind in KINDS}
    return {"code": code[1] if code else "", "title": "", **empty, **kinds}


def cited(text: str, quote: str, *segments: int, **more: Any) -> dict[str, Any]:
    return {"text": text, "segments": list(segments), "quote": quote, **more}


def honest(asked: Asked) -> dict[str, Any]:
    """States the longest lines; merges by taking the first statements."""
    if asked.is_merge:
        told = re.findall(r"^\[(\d+)\] (.*)$", asked.user, re.M)
        drawn = [{"text": text, "sources": [int(number)]} for number, text in told[:3]]
        return {"title": "", "summary": drawn, "key_points": [int(number) for number, _ in told]}
    longest = sorted(asked.lines, key=lambda line: -len(line[2]))[:3]
    said = [cited(words, words, number) for number, _, words in longest]
    return answer(asked, summary=said[:1], key_points=said)


class ChatServer:
    """The server, in a thread of this process.

    Attributes:
        model: what makes the answers: a dict for the content, or a text for it, or a Fault.
        faults: what goes wrong first, a call each.
        formats: the response formats that it knows.
        calls: what was asked, in order.
        finish_reason, tokens: what it says of each answer.
    """

    def __init__(self) -> None:
        self.model: Model = honest
        self.faults: list[Fault] = []
        self.formats = {"json_schema", "json_object", "text"}
        self.calls: list[Asked] = []
        self.tokens: int | None = None
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

    @property
    def sections(self) -> list[Asked]:
        """The requests about sections."""
        return [asked for asked in self.calls if not asked.is_merge]

    def _serve(self, environ: Any, start_response: Any) -> Any:
        with Request(environ) as request:
            return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path != "/v1/chat/completions":
            return refusal(404, f"Invalid URL {request.path}")
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        asked = Asked(json.loads(request.get_data()), key)
        self.calls.append(asked)
        if asked.format not in self.formats:
            return refusal(400, f"This server knows no {asked.format}")
        made = self.faults.pop(0) if self.faults else self.model(asked)
        if isinstance(made, Fault):
            if made.hang:
                self._closing.wait()
            return Response(made.body, made.status, made.headers, content_type="application/json")
        content = made if isinstance(made, str) else json.dumps(made)
        return Response(completion(content, tokens=self.tokens), content_type="application/json")


def completion(
    content: str | None,
    *,
    finish_reason: str = "stop",
    refused: str | None = None,
    tokens: int | None = None,
) -> bytes:
    """A chat completion as servers write it."""
    message = {"role": "assistant", "content": content, "refusal": refused}
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    if tokens is not None:
        body["usage"] = {"prompt_tokens": tokens, "completion_tokens": 9, "total_tokens": 9}
    return json.dumps(body).encode()
