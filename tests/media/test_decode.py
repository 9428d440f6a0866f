"""What decode promises beyond the kinds of files: limits, progress, damage, cleaning up."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from talktotext.errors import EngineUnavailable, MediaTooLong, StorageFull
from talktotext.media import decode, find_ffmpeg, open_samples, probe


def test_a_limit_cuts_to_the_sample_and_says_that_there_was_more(tone, out):
    decoded = decode(tone, out, limit=1, max_duration=60, timeout=20)
    assert (decoded.duration, decoded.complete) == (1.0, False)
    assert len(open_samples(out)) == 16000


@pytest.mark.parametrize("limit", [None, 0, 3, 4, 100])
def test_a_limit_that_is_not_reached_leaves_it_complete(limit, tone, out):
    decoded = decode(tone, out, limit=limit, max_duration=60, timeout=20)
    assert (decoded.duration, decoded.complete) == (3.0, True)


def test_more_than_the_longest_allowed_is_refused(tone, out):
    with pytest.raises(MediaTooLong):
        decode(tone, out, max_duration=2, timeout=20)
    with pytest.raises(MediaTooLong):
        decode(tone, out, limit=2.5, max_duration=2, timeout=20)
    assert not list(out.parent.iterdir())


def test_a_part_of_a_recording_that_is_too_long_may_be_had(tone, out):
    assert decode(tone, out, limit=2, max_duration=2, timeout=20).duration == 2
    assert decode(tone, out, limit=1, max_duration=2, timeout=20).duration == 1


def test_a_recording_as_long_as_allowed_is_taken(tone, out):
    assert decode(tone, out, max_duration=3, timeout=20).complete


def test_an_earlier_result_is_replaced(tone, out):
    out.write_bytes(b"old")
    decode(tone, out, max_duration=60, timeout=20)
    assert len(open_samples(out)) == 48_000
    assert list(out.parent.iterdir()) == [out]


def test_sound_that_begins_late_is_found(make, tone, out):
    film = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=40")
    path = make("a.mkv", *film, "-itsoffset", "30", "-i", tone, "-c:v", "mpeg4", "-c:a", "flac")
    probe(path)
    assert decode(path, out, limit=2, max_duration=60, timeout=20).duration == 2


def test_progress_grows_and_ends_below_the_length(day, out):
    told: list[float] = []
    decode(day, out, limit=36_000, max_duration=36_000, timeout=60, on_progress=told.append)
    assert told == sorted(told)
    assert 0 < told[-1] <= 36_040, "ffmpeg may write a block more than it was asked for"


def test_what_progress_raises_stops_ffmpeg_and_leaves_nothing(day, out):

    def cancel(_seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decode(day, out, max_duration=90_000, timeout=120, on_progress=cancel)
    assert not list(out.parent.iterdir())


def test_a_full_disk_is_told(make, tone, out, monkeypatch):
    # ffmpeg fails as it does when a write fails; the disk says that it is full.
    path = make("a.m4a", "-i", tone)
    path.write_bytes(path.read_bytes()[:10_000])
    usage = shutil.disk_usage(out.parent)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(StorageFull):
        decode(path, out, max_duration=60, timeout=20)


def test_a_missing_ffmpeg_is_told_with_the_remedy(tmp_path):
    with pytest.raises(EngineUnavailable) as caught:
        find_ffmpeg(tmp_path / "ffmpeg")
    assert "Install ffmpeg" in caught.value.hint


def test_the_ffmpeg_that_was_given_is_used(tmp_path):
    mine = tmp_path / "ffmpeg"
    mine.symlink_to(find_ffmpeg())
    assert find_ffmpeg(mine) == str(mine)


def test_a_missing_file_is_the_callers_mistake(tmp_path, out):
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "nothing", out, max_duration=60, timeout=20)


WORKER = """
import sys
from talktotext.media import decode
decode(sys.argv[1], sys.argv[2], max_duration=400_000, timeout=100,
       on_progress=lambda seconds: print(seconds, flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_ffmpeg_dies_with_a_killed_worker(day, out):
    worker = subprocess.Popen([sys.executable, "-c", WORKER, day, out], stdout=subprocess.PIPE)
    with worker:
        while float(worker.stdout.readline()) == 0:  # until ffmpeg is at work
            pass
        [child] = children(worker.pid)
        assert Path(f"/proc/{child}/exe").resolve() == Path(find_ffmpeg()).resolve()
        worker.kill()
        worker.wait()
    wait_until(lambda: not alive(child))
    assert not out.exists()


def children(pid):
    return [int(pid) for pid in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true, seconds=3.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
