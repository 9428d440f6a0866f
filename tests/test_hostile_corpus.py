"""A part of the corpus through upload and job, with each ffmpeg there is; all of it by
`python -m benchmarks.hostile`."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import imageio_ffmpeg
import pytest
from apiflask import APIFlask

from tests.corpus import Kit, corpus
from tests.corpus.kit import Listener
from tests.corpus.references import LISTS, targets
from tests.corpus.trial import Trial

SECONDS = 30  # that any answer may take
EVERY = {"reference": 13, "header": 17, "damage": 31}  # so many of a kind are tried
BOMBS = ("cover-png.mp3", "cover-png.flac", "silence-100h.flac", "tracks-60.mkv", "boxes-deep.mp4")
FFMPEGS = {"wheel": imageio_ffmpeg.get_ffmpeg_exe(), "system": shutil.which("ffmpeg")}


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture(scope="module")
def kit(listener: Listener, tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return Kit(tmp_path_factory.mktemp("kit"), listener.port)


@pytest.fixture(params=FFMPEGS)
def ffmpeg(request: pytest.FixtureRequest) -> str:
    return FFMPEGS[request.param] or pytest.skip("there is no ffmpeg on PATH")


@pytest.fixture
def trial(make_app: Callable[..., APIFlask], kit: Kit, ffmpeg: str) -> Trial:
    return Trial(make_app(FFMPEG=ffmpeg, MAX_DURATION_HOURS=1.0), kit)


def some(kit: Kit, kind: str) -> Iterator[tuple[str, Path]]:
    """Files of a kind: name, and where the bytes are for now."""
    names = [hostile for hostile in corpus(kit) if hostile.name.startswith(f"{kind}/")]
    every = EVERY.get(kind)
    for hostile in islice(names, 0, None, every):
        if every or hostile.name.removeprefix("bomb/") in BOMBS:
            path = kit.folder / "upload"
            path.write_bytes(hostile.make())
            yield hostile.name, path


@pytest.mark.parametrize("kind", ["reference", "bomb", "header", "damage"])
def test_each_ends_well(kind: str, trial: Trial, kit: Kit, listener: Listener) -> None:
    """In an answer for a person, within bounds; nothing leaked, nobody called, nothing left."""
    before, wrong, tried = listener.calls(), {}, 0
    for name, path in some(kit, kind):
        tried += 1
        if complaints := trial.of(path, name).complaints(SECONDS):
            wrong[name] = complaints
    assert wrong == {}
    assert listener.calls() == before
    assert tried >= 5


def test_the_bait_is_taken_where_nothing_is_in_the_way(
    kit: Kit, ffmpeg: str, listener: Listener
) -> None:
    """ffmpeg reads the canary out, and calls, if it is let; so the corpus would notice."""
    script, playlist = kit.folder / "a.ffconcat", kit.folder / "a.m3u8"
    script.write_text(LISTS["ffconcat"].format(kit.sound))
    quiet = [ffmpeg, "-v", "quiet", "-nostdin", "-protocol_whitelist", "file,http,tcp"]
    read = [*quiet, "-safe", "0", "-i", script, "-f", "s16le", "-"]
    assert kit.leaked(subprocess.run(read, capture_output=True).stdout)
    playlist.write_text(LISTS["hls"].format(targets(kit)["http"]))
    before = listener.calls()
    subprocess.run([*quiet, "-i", playlist, "-f", "null", "-"])
    assert listener.calls() > before


def test_a_leak_would_be_noticed(trial: Trial, kit: Kit) -> None:
    assert trial.of(kit.sound, "canary.wav").leaked
    assert kit.leaked(kit.text.read_bytes())
