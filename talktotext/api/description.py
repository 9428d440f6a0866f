"""The API's description: OpenAPI 3.1 at /openapi.json, a page to read it at /docs."""

from typing import Any

from apiflask import APIFlask
from flask import redirect
from flask_swagger_ui import get_swaggerui_blueprint

from talktotext.api.schemas.common import Problem

# In the order in which one meets them. Set as the app's TAGS they would keep APIFlask from
# giving the operations those of their blueprints.
TAGS = (
    *("Authentication", "Account", "Recordings", "Resumable uploads", "Notes"),
    *("Administration", "Health"),
)


UNCOUNTED = ("/health", "/api/health")
TOO_MANY = {
    "description": "Too many requests; `Retry-After` says for how many seconds to wait",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/HTTPError"}}},
}


def register(app: APIFlask) -> None:
    """Describe `app`, and show it with Swagger UI from its own package: the page loads nothing
    from another host."""
    app.config["HTTP_ERROR_SCHEMA"] = app.config["VALIDATION_ERROR_SCHEMA"] = (
        Problem.model_json_schema()
    )
    app.spec_processor(_finished)
    page = {"app_name": "TalkToText", "validatorUrl": None}
    app.get("/")(app.doc(hide=True)(home))
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", page))


def home() -> Any:
    """Show the way to whoever opens the bare address in a browser."""
    return redirect("/docs/")


def _finished(spec: Any) -> Any:
    """Order the tags, and give every error response the media type it has (RFC 9457)."""
    spec["tags"] = [{"name": name} for name in TAGS]
    for path, operations in spec["paths"].items():
        for operation in operations.values():
            if not path.startswith(UNCOUNTED):
                operation["responses"]["429"] = TOO_MANY
            for status, response in operation.get("responses", {}).items():
                content = response.get("content", {})
                if status[0] in "45" and "application/json" in content:
                    content["application/problem+json"] = content.pop("application/json")
    return spec
