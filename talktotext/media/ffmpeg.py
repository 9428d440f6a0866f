"""The ffmpeg binary: where it is, what it may open, and how it is run and stopped.

ffmpeg is asked to read whatever strangers send. So it gets no network, no playlists (a playlist
renamed .mp4 would read local files into the sound), only sound decoders (a 590 KB file can hold a
picture of 600 MB), and limits on memory, processor time, output and wall time. And should it be
talked into more than that by a flaw of its own, there is nothing for it: `launcher.py` sees to it
that it can read no other file, reach no network and start no process.
"""

import os
import re
import selectors
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from talktotext.errors import EngineUnavailable, MediaError, MediaTimeout
from talktotext.media.samples import SAMPLE_RATE, file_bytes

# Names as `ffmpeg -demuxers` and `ffmpeg -decoders` print them; one that a build does not have is
# ignored. No hls, dash, concat, image2, lavfi, sdp, imf: those open further files or addresses.
FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dss,dts,dtshd,dv,eac3,flac,flv,gsm,gxf,"
    "ilbc,ircam,ivr,loas,matroska,mlp,mov,mp3,mpc,mpc8,mpeg,mpegts,mxf,nistsphere,nut,ogg,oma,"
    "qcp,rm,shn,sox,tak,truehd,tta,voc,w64,wav,webm,wtv,wv,xwma"
)
CODECS = (
    "aac,aac_latm,ac3,adpcm_ct,adpcm_g722,adpcm_g726,adpcm_g726le,adpcm_ima_qt,adpcm_ima_wav,"
    "adpcm_ms,adpcm_sbpro_2,adpcm_sbpro_3,adpcm_sbpro_4,adpcm_swf,adpcm_yamaha,alac,als,amrnb,"
    "amrwb,ape,atrac3,atrac3al,atrac3plus,atrac3plusal,cook,dca,dss_sp,dvaudio,eac3,evrc,flac,"
    "g722,g723_1,g726,g726le,g729,gsm,gsm_ms,iac,ilbc,imc,libgsm,libgsm_ms,libopencore_amrnb,"
    "libopencore_amrwb,libopus,libspeex,libvorbis,mace3,mace6,mlp,mp1,mp1float,mp2,mp2float,mp3,"
    "mp3float,mp3on4,mp3on4float,mpc7,mpc8,nellymoser,opus,"
    "pcm_alaw,pcm_bluray,pcm_dvd,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,"
    "pcm_s16be_planar,pcm_s16le,pcm_s16le_planar,pcm_s24be,pcm_s24le,pcm_s24le_planar,pcm_s32be,"
    "pcm_s32le,pcm_s32le_planar,pcm_s64be,pcm_s64le,pcm_s8,pcm_s8_planar,pcm_u16be,pcm_u16le,"
    "pcm_u24be,pcm_u24le,pcm_u32be,pcm_u32le,pcm_u8,qcelp,qdm2,qdmc,ralf,real_144,real_288,"
    "s302m,shorten,sipr,speex,tak,truehd,truespeech,tta,vorbis,wavpack,wmalossless,wmapro,wmav1,"
    "wmav2,wmavoice"
)

# Mono stays mono and all else becomes stereo, so that speakers with a channel each can be told
# apart; `SoundFile` mixes them. A file that changes midway goes on as it began.
RESAMPLE = f"aformat=sample_fmts=s16:sample_rates={SAMPLE_RATE}:channel_layouts=mono|stereo"

# Bytes of memory that it may take: more for larger files, as the index of half a day of film takes
# some 150 MB. Decoding by itself takes 20. A small file that wants much more is out for it.
LEAST_MEMORY, MOST_MEMORY = 80 * 1024**2, 256 * 1024**2
SLACK = 1024**2  # bytes between where ffmpeg stops by itself and where the system stops it
# What it says of the tracks that it is to leave alone: a film's picture, a song's cover, subtitles.
# Builds that cut long lines cut the end of this one, with the line break.
LEFT_ALONE = re.compile(
    r"\[[^\]]*\] Codec \([^)]*\) not on whitelist '[\w,]*'?\n?"
    r"(?: +Last message repeated \d+ times\n?)?"
)
WORDS = 2**18  # bytes of its last words that are kept: more than it can say of such tracks
LAUNCHER = str(Path(__file__).with_name("launcher.py"))


@dataclass(frozen=True)
class Outcome:
    """How an ffmpeg ended: its exit status, and the last of what it complained of."""

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
        *("-max_streams", "32", "-threads", "1", "-filter_threads", "1"),
        # `file:` and an absolute path: no name is an option or an address.
        *("-i", f"file:{Path(path).absolute()}"),
    ]


def opened_by(command: list[str]) -> str:
    """The path of the file that a command opens."""
    return command[command.index("-i") + 1].removeprefix("file:")


def memory_for(path: Path) -> int:
    """Bytes of memory that ffmpeg may take for a file."""
    return min(LEAST_MEMORY + path.stat().st_size, MOST_MEMORY)


def decode_command(opened: list[str], samples: int, track: int = 0) -> list[str]:
    """The command that writes a sound track of what `opened` opens as a `SoundFile`.

    The end is set in samples, and backed up in bytes (-fs), but not by time stamps (-t), which may
    leap or lie. Written to `pipe:1`, the header stays the 44 bytes it was at the start, sizes left
    unknown.

    Args:
        samples: of each channel, after which ffmpeg stops.
        track: which of the sound tracks, the first being 0.
    """
    sound = f"{RESAMPLE},atrim=end_sample={samples}"
    return [
        *opened,
        *("-map", f"0:a:{track}", "-af", sound, "-map_metadata", "-1", "-fflags", "+bitexact"),
        *("-c:a", "pcm_s16le", "-fs", str(file_bytes(samples)), "-f", "wav", "pipe:1"),
    ]


def start(
    command: list[str], output: IO[bytes], *, timeout: float, max_bytes: int
) -> subprocess.Popen[bytes]:
    """Start an ffmpeg command within limits, its standard output going to the file `output`.

    It dies with the thread that started it, which is what PR_SET_PDEATHSIG means by a parent:
    start it from one that outlasts it (https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html).

    Args:
        timeout: wall seconds that `follow` will give it. Processor time backs that up, in case
            nobody is left to follow.
        max_bytes: of output, after which the system kills it.
    """
    opened = opened_by(command)
    limits = (os.getpid(), memory_for(Path(opened)), int(timeout * 2) + 10, max_bytes)
    launcher = [sys.executable, "-I", "-S", LAUNCHER, *map(str, limits)]
    return subprocess.Popen(
        [*launcher, "--alone", opened, *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        cwd="/",
        env={"LC_ALL": "C"},
    )


def follow(process: subprocess.Popen[bytes], timeout: float) -> Outcome:
    """Wait for a started ffmpeg, whatever happens seeing to it that it is gone afterwards.

    Raises:
        MediaTimeout: it took longer than `timeout` seconds.
        MediaError: it was killed (a crash, too much memory or output), so that its output ends
            anywhere.
    """
    deadline = time.monotonic() + timeout
    try:
        errors = _last_words(process, deadline)
        status = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:  # it closed its standard error and went on
        raise MediaTimeout from error
    finally:
        process.kill()
        process.communicate()
    if status < 0:
        raise MediaError("The recording could not be decoded", signal=-status)
    return Outcome(status, errors)


def run(command: list[str], output: IO[bytes], *, timeout: float, max_bytes: int) -> Outcome:
    """Start an ffmpeg command and wait for it; see `start` and `follow`."""
    process = start(command, output, timeout=timeout, max_bytes=max_bytes)
    return follow(process, timeout)


def _last_words(process: subprocess.Popen[bytes], deadline: float) -> str:
    """Read standard error until it is closed, that it never fills up; the end of it."""
    assert process.stderr is not None
    tail = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if selector.select(left):
                words = os.read(process.stderr.fileno(), 65536)
                if not words:
                    return LEFT_ALONE.sub("", tail.decode(errors="replace")).strip()
                tail = (tail + words)[-WORDS:]
    raise MediaTimeout
