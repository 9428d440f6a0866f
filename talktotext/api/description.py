"""The API's description: OpenAPI 3.1 at /openapi.json, a page to read it at /docs."""

from pathlib import Path
from typing import Any

import flask_swagger_ui
from apiflask import APIFlask
from flask import Blueprint, Response, redirect, send_from_directory

from talktotext.api.schemas.common import Problem

# In the order in which one meets them. Set as the app's TAGS they would keep APIFlask from
# giving the operations those of their blueprints.
TAGS = (
    *("Authentication", "Account", "Recordings", "Resumable uploads", "Notes"),
    *("Administration", "Health"),
)


OURS, PAGE = Path(__file__).parent / "page", ("index.html", "start.js")
SWAGGER_UI = Path(flask_swagger_ui.__file__).parent / "dist"
page = Blueprint("swagger_ui", __name__, url_prefix="/docs")

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
    app.get("/")(app.doc(hide=True)(home))
    app.register_blueprint(page)


@page.get("/")
@page.get("/<path:path>")
def show(path: str = "index.html") -> Response:
    """Swagger UI, on a page of ours: its scripts are files, as headers.py lets no other run."""
    return send_from_directory(OURS if path in PAGE else SWAGGER_UI, path)


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
