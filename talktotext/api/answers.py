"""Answers as JSON, written by pydantic's serializer: several times as fast as Python's."""

from typing import Any, cast

from apiflask import APIFlask
from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from pydantic_core import PydanticSerializationError, to_json


def register(app: APIFlask) -> None:
    """Write the answers of `app`."""
    app.json = Json(app)
    app.session_interface = NoSessions()


class NoSessions(SecureCookieSessionInterface):
    """Flask's own, which nobody here uses: it would derive a key for them with every request."""

    def open_session(self, app: Flask, request: Request) -> None:
        """There is none."""


class Json(DefaultJSONProvider):
    """See above. Nobody's JSON has numbers that are none: they become null."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """See flask.json.provider."""
        try:
            body = to_json(self._prepare_response_obj(args, kwargs), inf_nan_mode="null")
        except PydanticSerializationError:  # half a surrogate pair, which UTF-8 cannot hold
            return cast(Response, super().response(*args, **kwargs))
        return Response(body + b"\n", mimetype=self.mimetype)
