"""A real S3 server, moto's, as a process of its own that is spoken to over HTTP."""

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from talktotext.storage import Storage, make_storage
from tests.conftest import make_settings
from tests.stack import free_port

ADAPTERS = ("local", "s3")


class S3Server:
    """moto's server, and the settings with which TalkToText finds it."""

    def __init__(self, log: Path):
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file)
        deadline = time.monotonic() + 30
        while not self.answers():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",
        )

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/moto-api/", timeout=5).ok
        except requests.ConnectionError:
            return False

    def settings(self, **more: str) -> dict[str, str]:
        """Settings of a new bucket."""
        bucket = f"bucket-{secrets.token_hex(4)}"
        self.client.create_bucket(Bucket=bucket)
        return {
            "S3_BUCKET": bucket,
            "S3_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            **more,
        }


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3") / "log")
    yield server
    server.process.terminate()
    server.process.wait(10)


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings that choose each of the storages in turn."""
    if request.param == "local":
        return {}
    server: S3Server = request.getfixturevalue("s3_server")
    return server.settings(S3_PREFIX="ours")


@pytest.fixture
def storage(adapter: dict[str, Any], tmp_path: Path) -> Storage:
    return make_storage(make_settings(tmp_path / "instance", **adapter))
