"""`flask subtitles check`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import Result

GOOD = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n"
BAD = GOOD + "2\n00:00:02,500 --> 00:00:03,000\nAnd now for something else.\n"

Run = Callable[[bytes], Result]


@pytest.fixture
def run(app: APIFlask, tmp_path: Path) -> Run:
    def run(data: bytes) -> Result:
        path = tmp_path / "talk.srt"
        path.write_bytes(data)
        return app.test_cli_runner().invoke(args=["subtitles", "check", str(path)])

    return run


def test_good_subtitles_pass(run: Run) -> None:
    result = run(GOOD.encode())
    assert (result.exit_code, result.output) == (0, "Cues: 1, violations: 0.\n")


def test_each_violation_is_a_line(run: Run) -> None:
    result = run(BAD.encode())
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "cue 2  00:00:02.500  shortest: 0.500 s, 1 s at least",
        "cue 2  00:00:02.500  speed: 54.00 characters a second, 20 at most",
        "cue 2  00:00:02.500  gap: begins 0.500 s before an earlier one ends",
        "Cues: 2, violations: 3.",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Dear all,", "Error: The file cannot be read as subtitles: line 1: expected the number"),
        (b"\xff\x00\xd8", "Error: The file is no text in UTF-8. Save it as UTF-8.\n"),
        (b" " * (33 * 1024 * 1024), "Error: The file is larger than 32 MB.\n"),
    ],
)
def test_what_cannot_be_read_is_told(run: Run, data: bytes, said: str) -> None:
    result = run(data)
    assert result.exit_code == 2
    assert result.output.startswith(said)
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_a_usage_error(app: APIFlask, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.srt", tmp_path):
        result = app.test_cli_runner().invoke(args=["subtitles", "check", str(path)])
        assert result.exit_code == 2
        assert "Error: " in result.output
