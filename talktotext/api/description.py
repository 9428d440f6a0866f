"""The API's description: OpenAPI 3.1 at /openapi.json, a page to read it at /docs."""

from typing import Any

from apiflask import APIFlask
from flask_swagger_ui import get_swaggerui_blueprint

from talktotext.api.schemas.common import Problem


def register(app: APIFlask) -> None:
    """Describe `app`, and show it with Swagger UI from its own package: the page loads nothing
    from another host."""
    app.config["HTTP_ERROR_SCHEMA"] = app.config["VALIDATION_ERROR_SCHEMA"] = (
        Problem.model_json_schema()
    )
    app.spec_processor(_errors_are_problems)
    page = {"app_name": "TalkToText", "validatorUrl": None}
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", page))


def _errors_are_problems(spec: Any) -> Any:
    """Give every error response the media type it has (RFC 9457)."""
    for operations in spec["paths"].values():
        for operation in operations.values():
            for status, response in operation.get("responses", {}).items():
                content = response.get("content", {})
                if status[0] in "45" and "application/json" in content:
                    content["application/problem+json"] = content.pop("application/json")
    return spec
