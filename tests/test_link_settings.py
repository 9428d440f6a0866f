"""The settings of links."""

from pathlib import Path
from typing import Any

import pytest

from talktotext import config
from talktotext.config import ConfigError
from talktotext.jobs.link import way


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """load(NAME=value, …): the settings, read from the environment."""

    def run(**values: str) -> config.Settings:
        for name, value in {"INSTANCE_FOLDER": str(tmp_path), **values}.items():
            monkeypatch.setenv(name, value)
        return config.load()

    return run


def test_lists_are_written_with_commas(load: Any) -> None:
    settings = load(
        LINK_PRIVATE_HOSTS="media.lan, bücher.lan, 10.1.0.0/16,fd00::1",
        LINK_PORTS="80, 8443",
        LINK_PAGES="YouTube,vimeo:album",
    )
    assert settings.LINK_PAGES == ["youtube", "vimeo:album"]
    policy = way(settings).policy
    assert policy.hosts == {"media.lan", "xn--bcher-kva.lan"} and policy.ports == {80, 8443}
    assert list(map(str, policy.networks)) == ["10.1.0.0/16", "fd00::1/128"]


@pytest.mark.parametrize(
    "values",
    [
        {"LINK_PRIVATE_HOSTS": "10.0.0.1/8"},
        {"LINK_PRIVATE_HOSTS": "media.lan,999.1.1.1"},
        {"LINK_PRIVATE_HOSTS": "media lan"},
        {"LINK_PRIVATE_HOSTS": "http://media.lan"},
        {"LINK_PORTS": "80,http"},
        {"LINK_PORTS": "0"},
        {"LINK_PAGES": "youtube,generic"},
        {"LINK_PAGES": "all"},
        {"LINK_PAGES": ".*"},
        {"LINK_SECONDS": "0"},
    ],
)
def test_what_makes_no_sense_is_refused_by_name(load: Any, values: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(values))):
        load(**values)
