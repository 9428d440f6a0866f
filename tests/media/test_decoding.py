"""What can be had of a recording while it is being decoded, by an ffmpeg that waits for us."""

import base64
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from talktotext.errors import EmptyRecording, MediaError, MediaTimeout, MediaTooLong, NotMedia
from talktotext.media import Decoding, decode, open_samples

SLOW = """#!{python} -IS
import base64, os, signal, sys, time
sound = base64.b64decode({sound!r})
os.write(1, sound[:{first}])
while not os.path.exists({gate!r}):
    time.sleep(0.01)
if os.path.exists({gate!r} + ".die"):
    signal.raise_signal(signal.SIGSEGV)
sys.stdout.buffer.write(sound[{first}:])
"""


class Gate:
    """An ffmpeg that gives half of a sound, whatever it is asked for, and the rest once it is let.

    It is kept from all that ffmpeg is kept from, so that it has the sound in it, and learns what to
    do from the names of files.
    """

    def __init__(self, folder: Path, sound: bytes):
        self.path, self.ffmpeg = folder / "gate", folder / "bin" / "slow"
        text = SLOW.format(
            python=Path(sys.executable).resolve(),
            sound=base64.b64encode(sound),
            gate=str(self.path),
            first=48_001,
        )
        self.ffmpeg.parent.mkdir()
        self.ffmpeg.write_text(text)
        self.ffmpeg.chmod(0o755)
        (folder / "lib").symlink_to(sys.base_prefix)  # what lies there may be read; see launcher.py

    def open(self, how: str = "go") -> None:
        self.path.with_suffix(f".{how}").touch()
        self.path.touch()


@pytest.fixture
def gate(tone, tmp_path) -> Gate:
    sound = decode(tone, tmp_path / "sound", max_duration=60, timeout=20).path
    return Gate(tmp_path, sound.read_bytes())


@pytest.fixture
def decoding(tone, out, gate):
    """The tone of three seconds, of which one and a half are decoded."""
    with Decoding(tone, out, max_duration=60, timeout=20, ffmpeg=gate.ffmpeg) as decoding:
        yield decoding


@pytest.fixture
def whole(tone, tmp_path):
    """All samples of the tone."""
    return open_samples(decode(tone, tmp_path / "whole", max_duration=60, timeout=20).path)


def test_what_is_there_can_be_read_before_the_end(decoding, gate, out, whole):
    assert np.array_equal(decoding.read(0, 16_000), whole[:16_000])
    assert decoding.levels(0, 16_000) is None
    assert decoding.decoded is None
    assert decoding.seconds == pytest.approx(1.5, abs=0.01)
    assert not out.exists()
    gate.open()
    assert decoding.finish() == decoding.decoded
    assert (decoding.decoded.path, decoding.decoded.duration) == (out, 3.0)
    assert np.array_equal(decoding.read(0, 48_000), whole)


@pytest.mark.parametrize(("first", "last"), [(100, 40_000), (40_000, 90_000), (60_000, 70_000)])
def test_what_is_not_there_yet_is_waited_for(first, last, decoding, gate, whole):
    timer = threading.Timer(0.3, gate.open)
    timer.start()
    assert np.array_equal(decoding.read(first, last), whole[first:last])
    assert gate.path.exists()
    timer.join()


def test_threads_may_wait_side_by_side(decoding, gate, whole):
    parts: dict[int, np.ndarray] = {}

    def work(first):
        parts[first] = decoding.read(first, first + 10_000)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(0, 50_000, 10_000)]
    for thread in threads:
        thread.start()
    gate.open()
    for thread in threads:
        thread.join()
    assert np.array_equal(np.concatenate([parts[first] for first in sorted(parts)]), whole)


def test_leaving_early_ends_ffmpeg_and_leaves_nothing(tone, out, gate):
    with Decoding(tone, out, max_duration=60, timeout=20, ffmpeg=gate.ffmpeg) as decoding:
        decoding.read(0, 16_000)
        [child] = psutil.Process().children()
    assert not child.is_running()
    assert not list(out.parent.iterdir())
    decoding.close()
    with pytest.raises(ValueError, match="closed"):
        decoding.read(0, 16_000)


def test_leaving_after_the_end_keeps_the_file(tone, out, whole):
    with Decoding(tone, out, max_duration=60, timeout=20) as decoding:
        decoding.finish()
    assert list(out.parent.iterdir()) == [out]
    assert np.array_equal(open_samples(out), whole)


@pytest.mark.parametrize(
    "ask", [Decoding.finish, lambda sound: sound.read(0, 9), lambda s: s.levels(0, 9)]
)
def test_errors_come_to_whoever_asks(ask, tmp_path, out):
    text = tmp_path / "notes.mp3"
    text.write_text("Dear all")
    with Decoding(text, out, max_duration=60, timeout=20) as decoding:
        for _ in range(2):
            with pytest.raises(NotMedia):
                ask(decoding)
    assert not list(out.parent.iterdir())


def test_nothing_is_refused_at_once(tmp_path, out):
    (tmp_path / "nothing").touch()
    with pytest.raises(EmptyRecording):
        Decoding(tmp_path / "nothing", out, max_duration=60, timeout=20)


def test_that_it_is_too_long_comes_before_its_end_is_believed(tone, out):
    with (
        Decoding(tone, out, max_duration=2, timeout=20) as decoding,
        pytest.raises(MediaTooLong),
    ):
        decoding.read(16_000, 32_001)
    assert not list(out.parent.iterdir())


def test_a_limit_ends_it_while_ffmpeg_has_more(tone, out, gate, whole):
    with Decoding(
        tone, out, limit=1.25, max_duration=60, timeout=20, ffmpeg=gate.ffmpeg
    ) as decoding:
        assert decoding.seconds <= 1.25
        gate.open()
        assert np.array_equal(decoding.read(0, 32_000), whole[:20_000])
        assert not decoding.decoded.complete


def test_a_decoder_that_hangs_is_stopped_while_somebody_reads(tone, out, gate):
    with Decoding(tone, out, max_duration=60, timeout=1, ffmpeg=gate.ffmpeg) as decoding:
        assert len(decoding.read(0, 16_000)) == 16_000
        with pytest.raises(MediaTimeout):
            decoding.read(16_000, 48_000)
        assert not psutil.Process().children()


def test_a_decoder_that_crashes_is_told(decoding, gate, out):
    decoding.read(0, 16_000)
    gate.open("die")
    with pytest.raises(MediaError, match="could not be decoded"):
        decoding.read(16_000, 48_000)
    decoding.close()
    assert not list(out.parent.iterdir())


def test_what_is_never_read_is_decoded_all_the_same(day, out):
    with Decoding(day, out, limit=3600, max_duration=90_000, timeout=60) as decoding:
        assert decoding.finish().duration == 3600
