"""The ffmpeg binary: where it is, what it may open, and how it is run and stopped.

ffmpeg is asked to read whatever strangers send. So it gets no network, no playlists (a playlist
renamed .mp4 would read local files into the sound), only sound decoders (a 590 KB file can hold a
picture of 600 MB), and limits on memory, processor time, output and wall time.
"""

import os
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from talktotext.errors import EngineUnavailable, MediaError, MediaTimeout

# Names as `ffmpeg -demuxers` and `ffmpeg -decoders` print them; one that a build does not have is
# ignored. No hls, dash, concat, image2, lavfi, sdp, imf: those open further files or addresses.
FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dss,dts,dtshd,eac3,flac,flv,gsm,loas,"
    "matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,mxf,nistsphere,ogg,qcp,tta,voc,w64,wav,webm,wv"
)
CODECS = (
    "aac,aac_latm,ac3,adpcm_g722,adpcm_g726,adpcm_g726le,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,"
    "adpcm_swf,adpcm_yamaha,alac,amrnb,amrwb,ape,dca,dss_sp,eac3,evrc,flac,g722,g723_1,g726,"
    "g726le,gsm,gsm_ms,libgsm,libgsm_ms,libopencore_amrnb,libopencore_amrwb,libopus,libspeex,"
    "libvorbis,mace3,mace6,mp1,mp1float,mp2,mp2float,mp3,mp3float,mpc7,mpc8,nellymoser,opus,"
    "pcm_alaw,pcm_bluray,pcm_dvd,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,"
    "pcm_s16be_planar,pcm_s16le,pcm_s16le_planar,pcm_s24be,pcm_s24le,pcm_s24le_planar,pcm_s32be,"
    "pcm_s32le,pcm_s32le_planar,pcm_s64be,pcm_s64le,pcm_s8,pcm_s8_planar,pcm_u16be,pcm_u16le,"
    "pcm_u24be,pcm_u24le,pcm_u32be,pcm_u32le,pcm_u8,qcelp,qdm2,qdmc,s302m,shorten,sipr,speex,"
    "truespeech,tta,vorbis,wavpack,wmalossless,wmapro,wmav1,wmav2,wmavoice"
)

MEMORY = 1024**3  # of address space; decoding sound takes some 35 MB of real memory
TICK = 0.25  # seconds between two looks at a running ffmpeg
LAUNCHER = str(Path(__file__).with_name("launcher.py"))


@dataclass(frozen=True)
class Outcome:
    """How an ffmpeg ended: its exit status and its last words."""

    status: int
    errors: str

    @property
    def clean(self) -> bool:
        """Whether it ended well and had nothing to complain about."""
        return self.status == 0 and not self.errors


def find_ffmpeg(path: str | Path | None = None) -> str:
    """The ffmpeg to use: the given one, else the one in imageio-ffmpeg's wheel, else PATH's.

    Raises:
        EngineUnavailable: there is none.
    """
    try:
        wanted = str(path) if path else imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:  # what imageio-ffmpeg raises when it finds none
        wanted = "ffmpeg"
    found = shutil.which(wanted)
    if found is None:
        raise EngineUnavailable(
            f"ffmpeg was not found ({wanted})",
            hint="Install ffmpeg, or `pip install imageio-ffmpeg`, or correct the path to it.",
        )
    return str(Path(found).absolute())


def open_command(ffmpeg: str, path: str | Path) -> list[str]:
    """The command, less what to do then, that opens a stranger's file as sound and nothing else."""
    return [
        ffmpeg,
        *("-nostdin", "-hide_banner", "-v", "error", "-y"),
        *("-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-codec_whitelist", CODECS),
        *("-max_streams", "32", "-threads", "1"),
        # `file:` and an absolute path: no name is an option or an address.
        *("-i", f"file:{Path(path).absolute()}"),
    ]


def run(
    command: list[str],
    output: IO[bytes],
    *,
    timeout: float,
    max_bytes: int,
    on_bytes: Callable[[int], None] | None = None,
) -> Outcome:
    """Run an ffmpeg command within limits, its standard output going to the file `output`.

    Args:
        timeout: wall seconds after which it is killed.
        max_bytes: of output, after which the system kills it.
        on_bytes: told the bytes written so far, every quarter of a second. What it raises ends
            the run: ffmpeg is killed and the error goes on.

    Raises:
        MediaTimeout: it took longer than `timeout`.
        MediaError: it was killed (a crash, too much memory or output), so that its output ends
            anywhere.
    """
    # Processor time backs the wall timeout up, in case nobody is left to enforce that one.
    limits = (os.getpid(), MEMORY, int(timeout * 2) + 10, max_bytes)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", LAUNCHER, *map(str, limits), *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        cwd="/",
        env={"LC_ALL": "C"},
    )
    try:
        errors = _watch(process, output, time.monotonic() + timeout, on_bytes)
        status = process.wait(timeout)
    except subprocess.TimeoutExpired as error:  # it closed its standard error and went on
        raise MediaTimeout from error
    finally:
        process.kill()
        process.communicate()
    if status < 0:
        raise MediaError("The recording could not be decoded", signal=-status)
    return Outcome(status, errors)


def _watch(
    process: subprocess.Popen[bytes],
    output: IO[bytes],
    deadline: float,
    on_bytes: Callable[[int], None] | None,
) -> str:
    """Follow ffmpeg until it closes its standard error; the end of what it wrote there."""
    assert process.stderr is not None
    tail, next_tick = b"", 0.0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while True:
            ready = selector.select(TICK)
            if ready:
                words = os.read(process.stderr.fileno(), 65536)
                if not words:
                    return tail.decode(errors="replace").strip()
                tail = (tail + words)[-2000:]
            now = time.monotonic()
            if now > deadline:
                raise MediaTimeout
            if on_bytes and now >= next_tick:
                next_tick = now + TICK
                on_bytes(os.fstat(output.fileno()).st_size)
