"""Nothing that somebody uploaded, or that was made of it, is ever shown by a browser as it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from talktotext.documents import FORMATS
from tests.conftest import Person
from tests.corpus import Kit, corpus

PAGES = ("html", "xml", "svg", "javascript", "x-shockwave-flash", "pdf")  # what a browser runs
POLYGLOTS = ("html.mp3", "html.wav", "wav-zip.wav", "pdf.flac", "php.ogg", "two.mp4")


@pytest.fixture(scope="module")
def polyglots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[[], bytes]]:
    """Recordings that are something else besides."""
    kit = Kit(tmp_path_factory.mktemp("kit"), 9)
    found = {hostile.name.partition("polyglot-")[2]: hostile.make for hostile in corpus(kit)}
    return {name: found[name] for name in POLYGLOTS}


def ask(person: Person, path: str, method: str = "GET", **headers: str) -> Any:
    answer = person.client.open(path, method=method, headers={**person.headers, **headers})
    answer.get_data()
    answer.close()
    return answer


def assert_only_saved(answer: Any) -> None:
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_recording_is_only_saved_whatever_else_it_is(
    alice: Person, bob: Person, polyglots: dict[str, Callable[[], bytes]], name: str
) -> None:
    data = polyglots[name]()
    path = f"/api/notes/{alice.make_note(data, f'{name}.html')}/audio"
    whole = ask(alice, path)
    assert whole.data == data
    part = ask(alice, path, Range="bytes=0-99")
    same = ask(alice, path, **{"If-None-Match": whole.headers["ETag"]})
    assert (part.status_code, same.status_code) == (206, 304)
    for answer in (whole, part, same, ask(alice, path, "HEAD")):
        assert_only_saved(answer)
        kind = answer.headers.get("Content-Type", "")
        assert kind.partition("/")[0] in ("audio", "application", "")
        assert not any(page in kind for page in PAGES)
    assert ask(bob, path).status_code == 404


@pytest.mark.parametrize("extension", FORMATS)
def test_what_was_made_of_it_is_only_saved(alice: Person, extension: str) -> None:
    note_id = alice.make_note(name="<script>alert(1)</script>.wav")
    answer = ask(alice, f"/api/download/{extension}/{note_id}")
    assert answer.status_code == 200
    assert_only_saved(answer)
    assert "html" not in answer.headers["Content-Type"]


def test_a_name_breaks_out_of_no_header(alice: Person) -> None:
    name = 'a"\r\nSet-Cookie: a=b\r\nContent-Type: text/html;.wav'
    answer = ask(alice, f"/api/notes/{alice.make_note(name=name)}/audio")
    assert_only_saved(answer)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Type"] == "audio/wav"


def test_storage_has_names_of_our_own(alice: Person, tmp_path: Path) -> None:
    alice.make_note(name="../../evil.html")
    folder = alice.app.config["SETTINGS"].UPLOAD_FOLDER / "recordings"
    [path] = folder.iterdir()
    assert path.suffix == ""
    assert len(path.name) == 36  # a UUID
