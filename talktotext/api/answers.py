"""Answers as JSON, written by pydantic's serializer: several times as fast as Python's."""

from typing import Any

from apiflask import APIFlask
from flask import Response
from flask.json.provider import DefaultJSONProvider
from pydantic_core import PydanticSerializationError, to_json


def register(app: APIFlask) -> None:
    """Write the answers of `app`."""
    app.json = Json(app)


class Json(DefaultJSONProvider):
    """See above. Nobody's JSON has numbers that are none: they become null."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """See flask.json.provider."""
        try:
            body = to_json(self._prepare_response_obj(args, kwargs), inf_nan_mode="null")
        except PydanticSerializationError:  # half a surrogate pair, which UTF-8 cannot hold
            return super().response(*args, **kwargs)
        return self._app.response_class(body + b"\n", mimetype=self.mimetype)
