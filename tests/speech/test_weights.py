"""Where Whisper's weights are looked for, and what is said where they are not."""

import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech import weights
from tests.speech.tiny_whisper import LANGUAGES


@pytest.fixture
def reference(monkeypatch):
    """As where only the reference package is installed."""
    monkeypatch.setattr(weights, "find_spec", lambda name: name == "whisper" or None)


def refusal(name, folder) -> EngineUnavailable:
    with pytest.raises(EngineUnavailable) as caught:
        weights.locate(name, folder)
    return caught.value


def test_the_catalogue_has_what_faster_whisper_needs():
    assert list(weights.catalogue()) == ["tiny", "base", "small", "medium", "turbo", "large-v3"]
    sizes = [model.size for model in weights.catalogue().values()]
    assert sizes == sorted(sizes)
    for model in weights.catalogue().values():
        names = {file.name for file in model.files}
        assert set(weights.NEEDED) < names
        assert names & {"vocabulary.txt", "vocabulary.json"}
        assert len(model.revision) == 40
        assert all(len(bytes.fromhex(file.sha256)) == 32 for file in model.files)


def test_a_name_is_looked_for_in_the_folder(whispers):
    assert weights.locate("tiny", whispers) == whispers / "tiny"


def test_a_path_is_taken_as_it_is(whispers, tmp_path):
    assert weights.locate(str(whispers / "tiny"), tmp_path) == whispers / "tiny"


def test_missing_weights_come_with_the_command_that_fetches_them(tmp_path):
    error = refusal("small", tmp_path)
    assert error.message == "The weights of the Whisper model 'small' are not here"
    assert error.hint == "Run `flask model fetch small`."


def test_weights_of_ones_own_cannot_be_fetched(tmp_path):
    assert "WHISPER_MODEL" in refusal("mine", tmp_path).hint


@pytest.mark.parametrize("file", [*weights.NEEDED, "vocabulary.json"])
def test_a_folder_that_is_not_whole_is_refused(file, whispers, tmp_path):
    # Without its tokenizer the package would fetch one.
    copy = tmp_path / "small"
    copy.mkdir()
    for path in (whispers / "tiny").iterdir():
        if path.name != file:
            (copy / path.name).hardlink_to(path)
    error = refusal("small", tmp_path)
    assert file.partition(".")[0] in error.message
    assert error.hint == "Run `flask model fetch small`."
    assert weights.installed(tmp_path) == []


def test_without_a_package_it_says_what_to_install(monkeypatch, whispers):
    monkeypatch.setattr(weights, "find_spec", lambda _name: None)
    assert refusal("tiny", whispers).hint == "Run `pip install -r requirements/whisper.txt`."


def test_the_reference_package_loads_one_file(reference, whispers, tmp_path):
    assert "docs/engines.md" in refusal("small", tmp_path).hint
    (tmp_path / "small.pt").touch()
    assert weights.locate("small", tmp_path) == tmp_path / "small.pt"
    assert weights.locate(str(tmp_path / "small.pt"), whispers) == tmp_path / "small.pt"
    assert weights.installed(tmp_path) == ["small"]


def test_languages_are_read_off_the_files(whispers, tmp_path):
    assert weights.languages(whispers / "tiny") == {*LANGUAGES, "jv", "nb"}
    assert weights.languages(whispers / "tiny.en") == {"en"}
    assert weights.languages(tmp_path / "small.pt") is None
    assert weights.languages(tmp_path / "small.en.pt") == {"en"}


def test_a_vocabulary_may_be_plain_text(whispers, tmp_path):
    for name, expected in (("tiny", len(LANGUAGES) + 2), ("tiny.en", 1)):
        copy = tmp_path / name
        copy.mkdir()
        (copy / "tokenizer.json").hardlink_to(whispers / name / "tokenizer.json")
        tokens = weights._tokens(whispers / name)
        (copy / "vocabulary.txt").write_text("\n".join(tokens) + "\n")
        assert len(weights.languages(copy)) == expected


def test_what_is_installed_is_listed(whispers, tmp_path):
    assert weights.installed(whispers) == ["tiny", "tiny.en"]
    assert weights.installed(tmp_path / "nowhere") == []
