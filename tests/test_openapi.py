"""The description is valid and tells all; the page that shows it loads from here only."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.conftest import Person, whole

OPEN = {"/auth/register", "/auth/login", "/health", "/health/live", "/api/health"}
OPEN |= {"/auth/verify", "/auth/forgot", "/auth/reset"}  # with the token of a link in a mail


@pytest.fixture
def spec(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return dict(answer.json)


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = spec
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_it_is_valid_openapi_3_1(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(spec).iter_errors()] == []


def test_every_reference_leads_somewhere(spec: dict[str, Any]) -> None:
    found = set(references(spec))
    assert len(found) > 10
    for reference in found:
        assert resolved(spec, {"$ref": reference})


def test_every_route_is_described(app: APIFlask, spec: dict[str, Any]) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule != "/" and not rule.rule.startswith(("/docs", "/openapi"))
    }
    assert set(spec["paths"]) == routes


def test_every_operation_says_what_it_does_and_what_can_go_wrong(spec: dict[str, Any]) -> None:
    for name, operation in operations(spec):
        path = name.split()[1]
        assert operation["summary"], name
        assert set(operation["tags"]) <= {tag["name"] for tag in spec["tags"]}, name
        statuses = set(operation["responses"])
        assert any(status[0] == "2" for status in statuses), name
        if path not in OPEN:
            assert operation["security"] == [{"bearer": []}], name
            assert "401" in statuses, name
        else:
            assert "security" not in operation, name
        if "{" in path:
            assert "404" in statuses, name
        if "requestBody" in operation or (operation.get("parameters") and "{" not in path):
            assert "400" in statuses, name


def test_every_error_is_described_in_the_one_shape(spec: dict[str, Any]) -> None:
    seen = 0
    for name, operation in operations(spec):
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            if status[0] not in "45" or path_is_health(name):
                continue
            seen += 1
            assert list(response["content"]) == ["application/problem+json"], (name, status)
            schema = resolved(spec, response["content"]["application/problem+json"]["schema"])
            assert {"error", "type", "title", "status", "detail", "code", "retryable"} == set(
                schema["required"]
            ), (name, status)
    assert seen > 20


def path_is_health(name: str) -> bool:
    return name.endswith("/health")  # its 503 says what is away, and is no error document


def test_health_is_described_as_it_answers(client: FlaskClient, spec: dict[str, Any]) -> None:
    response = spec["paths"]["/health"]["get"]["responses"]["200"]
    schema = resolved(spec, response["content"]["application/json"]["schema"])
    assert set(schema["properties"]) == set(client.get("/health").json)


def test_the_recording_is_described_as_a_file(spec: dict[str, Any]) -> None:
    body = spec["paths"]["/api/upload"]["post"]["requestBody"]
    assert list(body["content"]) == ["multipart/form-data"]
    form = resolved(spec, body["content"]["multipart/form-data"]["schema"])["properties"]
    asked = {"language", "engine", "vocabulary", "background", "extractDuration"}
    asked |= {"meetingType", "outputLanguage"}
    assert set(form) == {"file", "url"} | asked
    kinds = form["file"].get("anyOf", [form["file"]])
    assert {"type": "string", "format": "binary"} in kinds


def test_a_document_is_described_as_a_file(spec: dict[str, Any]) -> None:
    answer = spec["paths"]["/api/download/{extension}/{note_id}"]["get"]["responses"]["200"]
    (content,) = answer["content"].values()
    assert content["schema"] == {"type": "string", "format": "binary"}


def test_a_transcript_is_described_in_all_its_formats(spec: dict[str, Any]) -> None:
    shown = spec["paths"]["/api/notes/{note_id}/transcript"]["get"]["responses"]["200"]["content"]
    assert set(shown) == {"application/json", "text/plain", "application/x-subrip", "text/vtt"}


def test_a_recording_is_described_as_sound_in_parts(spec: dict[str, Any]) -> None:
    answers = spec["paths"]["/api/notes/{note_id}/audio"]["get"]["responses"]
    assert {"200", "206", "410", "416"} <= set(answers)
    assert list(answers["200"]["content"]) == ["audio/*"]


@pytest.mark.parametrize("path", ["/api/notes", "/api/history"])
def test_a_list_is_described_with_its_headers(spec: dict[str, Any], path: str) -> None:
    answer = spec["paths"][path]["get"]["responses"]["200"]
    assert set(answer["headers"]) == {"Link", "X-Total-Count"}
    assert answer["content"]["application/json"]["schema"]["type"] == "array"


def test_a_note_is_described_as_it_comes(alice: Person, spec: dict[str, Any]) -> None:
    answer = spec["paths"]["/api/notes/{note_id}"]["get"]["responses"]["200"]
    schema = resolved(spec, answer["content"]["application/json"]["schema"])
    note = alice.get(f"/api/notes/{alice.make_note()}").json
    assert set(schema["properties"]) == set(note)


class Links(HTMLParser):
    """Every address that a page loads something from."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "source", "embed"):
            self.found += [value for name, value in attrs if name in ("src", "href") and value]


def test_the_page_loads_from_this_server_only(client: FlaskClient) -> None:
    page = whole(client.get("/docs", follow_redirects=True))
    assert (page.status_code, page.mimetype) == (200, "text/html")
    here = page.request.url
    addresses = [*Links(page.text).found, "/openapi.json"]
    assert any(address.endswith(".js") for address in addresses)
    assert '"url": "/openapi.json"' in whole(client.get("/docs/start.js")).text
    for address in addresses:
        full = urlsplit(urljoin(here, address))
        assert full.netloc == urlsplit(here).netloc, address
        part = whole(client.get(full.path))
        assert part.status_code == 200, address
        if address.endswith(".css"):
            for inner in re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s]+)", part.text):
                assert inner.startswith("data:"), (address, inner)
