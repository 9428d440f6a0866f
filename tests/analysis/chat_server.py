"""A server that speaks OpenAI's chat protocol, with a model that does as a test tells it.

Without being told, the model is honest and dull: it states what each line says, in the line's own
words.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug import Request, Response

from tests.servers import Fault, Server, key_of, refusal

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


class ChatServer(Server):
    """The server.

    Attributes:
        model: what makes the answers: a dict for the content, or a text for it, or a Fault.
        faults: what goes wrong first, a call each.
        formats: the response formats that it knows.
        calls: what was asked, in order.
        finish_reason, tokens: what it says of each answer.
    """

    path = "chat/completions"

    def __init__(self) -> None:
        super().__init__()
        self.model: Model = honest
        self.faults: list[Fault] = []
        self.formats = {"json_schema", "json_object", "text"}
        self.calls: list[Asked] = []
        self.tokens: int | None = None

    @property
    def sections(self) -> list[Asked]:
        """The requests about sections."""
        return [asked for asked in self.calls if not asked.is_merge]

    def answer(self, request: Request) -> Response:
        asked = Asked(json.loads(request.get_data()), key_of(request))
        self.calls.append(asked)
        if asked.format not in self.formats:
            return refusal(400, f"This server knows no {asked.format}")
        made = self.faults.pop(0) if self.faults else self.model(asked)
        if isinstance(made, Fault):
            return self.faulty(made)
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
