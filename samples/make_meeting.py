"""Make the sample meeting: samples/meeting.txt -> samples/meeting.mp3.

    sudo apt-get install flite
    python -m samples.make_meeting

Every line "Name: words" of the script, up to the line of dashes, is read by a voice of flite
(http://www.festvox.org/flite/) of its own. The same script always gives the same sound.
"""

import argparse
import subprocess
import tempfile
import wave
from pathlib import Path

from talktotext.media import find_ffmpeg

HERE = Path(__file__).parent
VOICES = {"Maria": "slt", "David": "rms", "Robert": "awb"}
RATE = 16_000  # what these voices are recorded at
PAUSE = 0.7  # seconds between two speakers
SLOWER = "1.1"  # times: the pace of people who want to be understood


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--script", type=Path, default=HERE / "meeting.txt")
    parser.add_argument("--output", type=Path, default=HERE / "meeting.mp3")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder, "meeting.wav")
        write(sound, [speak(*line, Path(folder, "line.wav")) for line in script(arguments.script)])
        encode(sound, arguments.output)


def script(path: Path) -> list[tuple[str, str]]:
    """The lines of the meeting as (name, words)."""
    spoken = path.read_text().partition("\n---")[0]
    return [
        (name, words.strip())
        for name, _, words in (line.partition(":") for line in spoken.splitlines() if line)
    ]


def speak(name: str, words: str, path: Path) -> bytes:
    """The sound of a line and the pause after it: 16-bit samples, mono, 16 kHz."""
    pace = ("--setf", f"duration_stretch={SLOWER}")
    subprocess.run(["flite", "-voice", VOICES[name], *pace, "-t", words, path], check=True)
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        return file.readframes(file.getnframes()) + bytes(2 * int(PAUSE * RATE))


def write(path: Path, lines: list[bytes]) -> None:
    """All lines in one WAV file, one after another."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        for line in lines:
            file.writeframes(line)


def encode(sound: Path, output: Path) -> None:
    """WAV -> a small MP3 that holds no time of making."""
    exact = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact")
    command = [find_ffmpeg(), "-nostdin", "-v", "error", "-y", "-i", sound, "-b:a", "32k", *exact]
    subprocess.run([*command, output], check=True)


if __name__ == "__main__":
    main()
