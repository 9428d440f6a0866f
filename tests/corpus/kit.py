"""What hostile files are made with, and the canaries that they are after."""

import secrets
import socket
import struct
import subprocess
import threading
import time
import wave
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np

from talktotext.media import find_ffmpeg

Made = tuple[str, Callable[[], bytes]]


class Listener:
    """A server that hostile files name. It answers nobody, and counts who came, by TCP and UDP."""

    def __init__(self) -> None:
        self.count = 0
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(type=socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._threads = [
            threading.Thread(target=self._watch, args=(take,)) for take in (self._call, self._hear)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tcp.shutdown(socket.SHUT_RDWR)
        with socket.socket(type=socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join()
        self._tcp.close()
        self._udp.close()

    def calls(self) -> int:
        """How many came, the last of them a moment ago."""
        time.sleep(0.1)
        return self.count

    def _watch(self, take: Callable[[], bool]) -> None:
        while take():
            self.count += 1

    def _call(self) -> bool:
        try:
            self._tcp.accept()[0].close()
        except OSError:
            return False
        return True

    def _hear(self) -> bool:
        return bool(self._udp.recv(65536))


class Kit:
    """Canaries in a folder, a listener's address, and an ffmpeg to make good recordings with.

    Attributes:
        text, sound: files that no answer may hold anything of: words, and a noise.
        mark: the words.
        pattern: 64 samples of the noise, which come again and again in it.
        http: an address at which there is nothing but the listener.
    """

    def __init__(self, folder: Path, port: int):
        self.folder, self.port = folder, port
        self.mark = f"CANARY{secrets.token_hex(12)}"
        self.text, self.sound = folder / "canary.txt", folder / "canary.wav"
        self.text.write_text(f"{self.mark}\n" * 2000)
        self.pattern = np.random.default_rng(7).integers(-9000, 9000, 64).astype("<i2").tobytes()
        with wave.open(str(self.sound), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(self.pattern * 750)
        self.http = f"http://127.0.0.1:{port}"
        self.ffmpeg = cache(self._ffmpeg)

    def leaked(self, data: bytes) -> bool:
        """Whether there is something of a canary in bytes: its words, or its sound as 16-bit
        samples in one channel."""
        words = self.mark.encode()
        return words in data or words[:12] in data or self.pattern[:48] in data

    def _ffmpeg(self, ending: str, *arguments: str) -> bytes:
        """What ffmpeg writes when it is asked for a file with that ending."""
        path = self.folder / f"made{ending}"
        command = [find_ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments, str(path)]
        subprocess.run(command, check=True, cwd=self.folder)
        try:
            return path.read_bytes()
        finally:
            path.unlink()

    def tone(self, ending: str, *arguments: str, seconds: float = 3) -> bytes:
        """A good recording."""
        source = f"sine=frequency=440:sample_rate=16000:duration={seconds}"
        return self.ffmpeg(ending, "-f", "lavfi", "-i", source, *arguments)


def wav(data: bytes, *, tag: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16,
        align: int = 2, data_size: int | None = None, extra: bytes = b"") -> bytes:  # fmt: skip
    """A WAV file whose header says what it is told to (http://soundfile.sapp.org/doc/WaveFormat/)."""
    fmt = struct.pack("<HHIIHH", tag, channels, rate, (rate * align) % 2**32, align, bits) + extra
    size = len(data) if data_size is None else data_size
    chunks = chunk(b"fmt ", fmt) + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", (4 + len(chunks)) % 2**32) + b"WAVE" + chunks


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a RIFF file."""
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of an ISO media file (ISO/IEC 14496-12)."""
    data = b"".join(parts)
    return struct.pack(">I", 8 + len(data)) + name + data


def id3(*frames: tuple[bytes, bytes], size: int | None = None) -> bytes:
    """An ID3v2.3 tag (https://id3.org/id3v2.3.0)."""
    body = b"".join(name + struct.pack(">IH", len(data), 0) + data for name, data in frames)
    length = len(body) if size is None else size
    seven = bytes((length >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + seven + body


def ebml(name: str, data: bytes, size: int | None = None) -> bytes:
    """An element of a Matroska file (RFC 8794), its size in eight bytes."""
    length = len(data) if size is None else size
    return bytes.fromhex(name) + struct.pack(">Q", length | 1 << 56) + data
