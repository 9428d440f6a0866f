"""What tests of fetching share: a way that leads to servers on this machine."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from talktotext.fetch import Bounds, Policy, Way, download

Fetch = Callable[..., bytes]


@pytest.fixture(scope="session")
def data() -> bytes:
    """Bytes that are like nothing else."""
    return b"\xff\xfb" + random.Random(7).randbytes(300_000)


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    """fetch(url): what is there; bounds by their names."""

    def run(url: str, progress: Any = lambda _fraction: None, **values: Any) -> bytes:
        path, policy = tmp_path / "link", values.pop("policy", Policy.of(["127.0.0.1"]))
        ca_file = values.pop("ca_file", None)
        bounds = Bounds(**{"max_bytes": 10**6, "seconds": 20, **values})
        download(url, path, Way(policy, bounds, ca_file), progress)
        return path.read_bytes()

    return run
