"""Questions to a chat API, and answers of a known shape; asked again, in bounds, where that helps.

https://platform.openai.com/docs/api-reference/chat/create, as OpenAI, Ollama, vLLM, llama.cpp,
LM Studio and others speak it. They differ in how an answer's shape is asked for.
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple

import openai
from openai.types.chat import ChatCompletionMessageParam as Message
from pydantic import BaseModel, ValidationError

from talktotext.analysis.llm_answer import A, json_schema
from talktotext.errors import EngineBusy, EngineFailed, EngineUnavailable
from talktotext.remote import Remote

log = logging.getLogger(__name__)

ATTEMPTS = 3  # at one question
LONGEST_PAUSE = 60.0  # seconds: a server that asks for more is as good as away
FORMATS = 3  # ways to ask for the shape: by its schema, as some JSON, in words
SHOWN = 4_000  # characters of a broken answer that are shown to the model again
COMPLAINTS = 5  # told at once

THOUGHT = "</think>"  # where reasoning models that think aloud begin to answer


class TooLong(EngineFailed):
    """The answer or the question did not fit in what the server allows: ask for less at once."""

    message = "The language model has no room for that much at once"


class Refused(EngineUnavailable):
    """The server refuses the request as such: too long for it, or not to its liking."""


class Unreadable(EngineFailed):
    """The answer is none: broken, not of the shape asked for, refused by the model, or missing.

    Args:
        answer: what was said instead.
        complaint: what is wrong with it, for the model to read; None to ask just the same again.
    """

    message = "The language model's answers could not be used"

    def __init__(self, answer: str = "", complaint: str | None = None) -> None:
        super().__init__()
        self.answer, self.complaint = answer, complaint

    def follow_up(self) -> list[Message]:
        """What to add to the question before it is asked again."""
        if self.complaint is None:
            return []
        return [
            {"role": "assistant", "content": self.answer[:SHOWN]},
            {"role": "user", "content": f"{self.complaint} Answer again, with JSON alone."},
        ]


class Reply(NamedTuple, Generic[A]):
    """An answer, and the tokens of the question as the server counted them, if it does."""

    answer: A
    prompt_tokens: int | None


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = []
    usage: _Usage | None = None


class Chat:
    """One model on one server.

    Args:
        remote: the server.
        model: as it calls it.
        pause: seconds before it is asked again where it names none; doubled each time.
        options: further members of each request, such as `temperature`.
    """

    def __init__(
        self, remote: Remote, model: str, *, pause: float, options: Mapping[str, Any]
    ) -> None:
        self._remote, self._model = remote, model
        self._pause, self._options = pause, dict(options)
        self._format = 0  # the first that this server was found to take

    def ask(self, question: Sequence[Message], shape: type[A]) -> Reply[A]:
        """The model's answer.

        Raises:
            EngineBusy: the server is busy or away, and was after the pauses too.
            Refused: it refuses the question, as it does when that is too long.
            EngineUnavailable: it refuses the key or the model.
            TooLong: the answer was cut off.
            EngineFailed: none of the answers could be used.
        """
        messages = list(question)
        for attempt in range(ATTEMPTS - 1):
            try:
                return self._once(messages, shape)
            except EngineBusy as error:
                pause = self._pause * 2**attempt if error.retry_after is None else error.retry_after
                if pause > LONGEST_PAUSE:
                    raise
                time.sleep(pause)
            except Unreadable as error:
                messages = [*question, *error.follow_up()]
        return self._once(messages, shape)

    def _once(self, messages: Sequence[Message], shape: type[A]) -> Reply[A]:
        try:
            completion = _Completion.model_validate_json(self._in_some_format(messages, shape))
        except openai.OpenAIError as error:
            log.warning("the language model's server: %s", self._remote.redacted(str(error)))
            # From None: what the server said may hold the key, and tracebacks are logged.
            raise self._as_ours(error) from None
        except ValidationError:
            log.warning("the language model's server gave no completion")
            raise Unreadable from None
        answer = _read(completion, shape)
        return Reply(answer, completion.usage.prompt_tokens if completion.usage else None)

    def _as_ours(self, error: openai.OpenAIError) -> Exception:
        ours = self._remote.as_ours(error)
        if isinstance(error, openai.APIStatusError) and error.status_code in (400, 413, 422):
            return Refused(ours.message, hint=ours.hint)
        return ours

    def _in_some_format(self, messages: Sequence[Message], shape: type[A]) -> bytes:
        """The server's answer, the shape asked for in the best way that it takes.

        A server that does not know a way answers 400, in words of its own; so any 400 is asked
        again in a plainer way, and what worked is remembered.
        """
        for way in range(self._format, FORMATS - 1):
            try:
                answer = self._post(messages, shape, way)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                log.info("asking again in a plainer way: %s", self._remote.redacted(str(error)))
            else:
                self._format = way
                return answer
        answer = self._post(messages, shape, FORMATS - 1)
        self._format = FORMATS - 1
        return answer

    def _post(self, messages: Sequence[Message], shape: type[A], way: int) -> bytes:
        schema = json_schema(shape)
        named = {"name": shape.__name__, "strict": True, "schema": schema}
        formats: list[Any] = [
            {"type": "json_schema", "json_schema": named},
            {"type": "json_object"},
            openai.omit,
        ]
        answer = self._remote.client.chat.completions.with_raw_response.create(
            model=self._model,
            messages=_with_schema(messages, schema) if way else messages,
            response_format=formats[way],
            extra_body=self._options,
        )
        return answer.content


def _with_schema(messages: Sequence[Message], schema: Mapping[str, Any]) -> list[Message]:
    """`messages`, the first of which tells the shape of the answer in words."""
    told = f"Answer with one JSON object of this schema, and nothing else:\n{json.dumps(schema)}"
    rules: Message = {"role": "system", "content": f"{messages[0].get('content')}\n\n{told}"}
    return [rules, *messages[1:]]


def _read(completion: _Completion, shape: type[A]) -> A:
    """The answer in a completion.

    Raises:
        TooLong: it ends where the room for it ended.
        Unreadable: there is none, or none of that shape.
    """
    choice = completion.choices[0] if completion.choices else None
    if choice is None or choice.message.refusal or not choice.message.content:
        if choice and choice.finish_reason == "length":
            raise TooLong
        log.warning("the language model gave no answer")
        raise Unreadable
    try:
        return shape.model_validate_json(_json(choice.message.content))
    except ValidationError as error:
        if choice.finish_reason == "length":
            raise TooLong from None
        log.warning("the language model's answer has %d faults", error.error_count())
        raise Unreadable(choice.message.content, _complaint(error)) from None


def _json(text: str) -> str:
    """From the first brace to the last, past thoughts, greetings and code fences."""
    text = text.rpartition(THOUGHT)[2]
    return text[max(0, text.find("{")) : text.rfind("}") + 1]


def _complaint(error: ValidationError) -> str:
    """What is wrong, without the words that are."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    told = (f"{'.'.join(map(str, one['loc'])) or 'JSON'}: {one['msg']}" for one in faults)
    return f"That is not what was asked for. {'; '.join(list(told)[:COMPLAINTS])}."
