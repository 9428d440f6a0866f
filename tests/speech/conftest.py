"""Recordings whose words are known: the sample meeting, decoded once."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from talktotext.media import decode, open_samples
from talktotext.speech import Transcriber, load
from talktotext.speech.base import Int16, to_float
from tests.speech import tiny_whisper
from tests.speech.openai_server import OpenAIServer

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = {"Maria": "Speaker 1", "David": "Speaker 2", "Robert": "Speaker 3"}


@pytest.fixture(scope="session")
def meeting(tmp_path_factory) -> Int16:
    """The sample meeting: some two minutes of three voices, int16."""
    path = tmp_path_factory.mktemp("meeting") / "pcm"
    decode(SAMPLES / "meeting.mp3", path, max_duration=600, timeout=60)
    return open_samples(path)


@pytest.fixture(scope="session")
def speech(meeting) -> np.ndarray:
    """Its first twelve seconds, float32."""
    return to_float(meeting[: 12 * 16000])


@pytest.fixture(scope="session")
def script() -> list[tuple[str, str]]:
    """What is said in it: (speaker's label, words), line by line."""
    spoken = (SAMPLES / "meeting.txt").read_text().partition("\n---")[0]
    lines = (line.partition(": ") for line in spoken.splitlines() if line)
    return [(NAMES[name], words) for name, _, words in lines]


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """What the engine "openai" is pointed at."""
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="session")
def whispers(tmp_path_factory) -> Path:
    """A folder of Whisper models: "tiny", and "tiny.en", which knows English only."""
    folder = tmp_path_factory.mktemp("models")
    tiny_whisper.build(folder / "tiny")
    tiny_whisper.build(folder / "tiny.en", multilingual=False)
    return folder


@pytest.fixture
def needed(openai_server: OpenAIServer, whispers: Path) -> dict[str, dict[str, object]]:
    """The options without which an engine cannot be loaded here."""
    return {
        # The server of the tests hears tones.
        "openai": {"base_url": openai_server.url, "only_speech": False},
        # At the first temperature it is not random.
        "whisper": {"model": "tiny", "folder": whispers, "temperatures": (0.0,)},
    }


@pytest.fixture
def engine(needed: dict[str, dict[str, object]]) -> Iterator[Callable[..., Transcriber]]:
    """engine(name, **options): a transcriber, closed when the test is over."""
    opened: list[Transcriber] = []

    def get(name: str, **options: object) -> Transcriber:
        [transcriber] = load(name, **{**needed.get(name, {}), **options})
        opened.append(transcriber)
        return transcriber

    yield get
    for transcriber in opened:
        transcriber.close()


def words(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower()).split()


def word_errors(said: str, heard: str) -> int:
    """Substitutions, insertions and deletions that turn one into the other (Levenshtein)."""
    row = list(range(len(words(heard)) + 1))
    for i, word in enumerate(words(said), 1):
        above, row[0] = row[:], i
        for j, other in enumerate(words(heard), 1):
            row[j] = min(row[j - 1] + 1, above[j] + 1, above[j - 1] + (word != other))
    return row[-1]
