"""Which engine a recording gets where nobody chose one."""

import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech import choose, weights


@pytest.mark.parametrize("language", ["auto", "en", "en-GB", "ur", "de"])
def test_whisper_if_its_weights_are_there(language, whispers):
    assert choose(language, model="tiny", folder=whispers) == "whisper"


@pytest.mark.parametrize("language", ["auto", "en", "EN_us"])
def test_moonshine_for_english_or_nobody_knows_if_they_are_not(language, tmp_path):
    assert choose(language, model="small", folder=tmp_path) == "moonshine"


def test_else_the_command_that_fixes_it(tmp_path):
    with pytest.raises(EngineUnavailable) as caught:
        choose("ur", model="small", folder=tmp_path)
    assert "'ur'" in caught.value.message
    assert caught.value.hint == "Run `flask model fetch small`."


def test_weights_that_do_not_fit_the_language_are_not_used(whispers):
    assert choose("en", model="tiny.en", folder=whispers) == "whisper"
    with pytest.raises(EngineUnavailable) as caught:
        choose("ur", model="tiny.en", folder=whispers)
    assert "WHISPER_MODEL" in caught.value.hint


def test_weights_are_no_use_without_a_package(monkeypatch, whispers):
    monkeypatch.setattr(weights, "find_spec", lambda _name: None)
    assert choose("auto", model="tiny", folder=whispers) == "moonshine"
    with pytest.raises(EngineUnavailable) as caught:
        choose("ur", model="tiny", folder=whispers)
    assert "pip install" in caught.value.hint
