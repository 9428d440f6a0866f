"""`flask model`: what can be fetched, what is here, and whether it works."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import Result

from talktotext.speech import weights
from tests.speech.test_download import Hub
from tests.speech.tiny_whisper import build


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Whisper of the least size."""
    return build(tmp_path_factory.mktemp("made") / "tiny")


@pytest.fixture
def hub(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A server with that model, which the catalogue knows."""
    made = Hub(tiny)
    monkeypatch.setattr(weights, "catalogue", lambda: {"tiny": made.model})
    yield made
    made.close()


@pytest.fixture
def model(make_app: Callable[..., APIFlask], tmp_path: Path) -> Callable[..., Result]:
    """model(*arguments): what `flask model …` says, where WHISPER_MODEL is "tiny"."""
    app = make_app(WHISPER_MODEL="tiny", MODEL_FOLDER=tmp_path / "models")

    def run(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(args=["model", *arguments])

    return run


def rows(result: Result) -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in result.output.splitlines()}


def test_the_list_has_every_model_and_says_which_is_here(
    model: Callable[..., Result], tmp_path: Path
) -> None:
    assert rows(model("list"))["small"] == ["486", "no"]
    assert rows(model("list"))["tiny"] == ["78", "no", "(WHISPER_MODEL)"]
    build(tmp_path / "models" / "mine")
    assert rows(model("list"))["mine"] == ["yes"]


def test_fetched_it_is_here_and_works(hub: Hub, model: Callable[..., Result]) -> None:
    result = model("fetch", "tiny", "--base-url", hub.url)
    assert (result.exit_code, "The model tiny is in" in result.output) == (0, True)
    assert rows(model("list"))["tiny"] == ["1", "yes", "(WHISPER_MODEL)"]
    checked = model("check")
    assert checked.exit_code == 0
    assert "The model tiny works with faster-whisper" in checked.output
    assert "languages: 101" in checked.output


def test_a_fetch_that_is_cut_says_how_to_go_on(hub: Hub, model: Callable[..., Result]) -> None:
    hub.cut = 1000
    result = model("fetch", "--base-url", hub.url)
    assert result.exit_code == 1
    assert "goes on where it stopped" in result.output
    assert rows(model("list"))["tiny"][1] == "no"


def test_a_damaged_one_is_refused(hub: Hub, model: Callable[..., Result]) -> None:
    hub.files["model.bin"] = bytes(len(hub.files["model.bin"]))
    result = model("fetch", "tiny", "--base-url", hub.url)
    assert result.exit_code == 1
    assert "checksum" in result.output


def test_a_model_that_nobody_knows_cannot_be_fetched(model: Callable[..., Result]) -> None:
    result = model("fetch", "giant")
    assert result.exit_code == 1
    assert "There is no model giant to fetch. There are: tiny, base, small" in result.output


def test_what_is_not_here_cannot_be_checked(model: Callable[..., Result]) -> None:
    result = model("check", "base")
    assert result.exit_code == 1
    assert "flask model fetch base" in result.output


def test_what_is_broken_is_told(model: Callable[..., Result], tmp_path: Path) -> None:
    (build(tmp_path / "models" / "tiny") / "model.bin").write_bytes(b"no model")
    result = model("check")
    assert result.exit_code == 1
    assert "could not be loaded" in result.output
