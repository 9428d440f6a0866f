"""`flask demo`: the whole of TalkToText on one recording, over HTTP, as its users use it."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import click
import requests

from talktotext.cli.plain import sentence
from talktotext.cli.text import notes_text
from talktotext.config import ROOT
from talktotext.redis_server import die_with_parent
from talktotext.schema import Notes

SAMPLE = ROOT / "samples" / "meeting.mp3"
START_SECONDS = 60.0
TIMEOUT = 60.0  # seconds for one request
OUR_OWN = ("DATABASE_URL", "REDIS_URL", "UPLOAD_FOLDER", "WORK_FOLDER", "FLASK_ENV")


@click.command("demo")
@click.argument(
    "file", default=SAMPLE, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-o",
    "--output",
    default="demo",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where PDF and DOCX go.",
    show_default=True,
)
@click.option("--url", help="Use the TalkToText that runs there instead of starting one.")
def demo(file: Path, output: Path, url: str | None) -> None:
    """Turn FILE (a sample meeting, if omitted) into notes, a PDF and a DOCX, over HTTP.

    Starts web server, queue and worker of its own, and takes them down again.
    """
    output.mkdir(parents=True, exist_ok=True)
    try:
        if url:
            _run(Client(url), file, output)
        else:
            with _server(output.absolute() / ".instance") as address:
                _run(Client(address), file, output)
    except requests.RequestException as error:
        raise click.ClickException(f"The server does not answer: {error}") from None


class Client:
    """As much of the API as it takes, the way any client would use it."""

    def __init__(self, url: str):
        self.url = url.rstrip("/")
        self.session = requests.Session()

    def sign_up(self) -> None:
        """Register somebody new and use their token from now on."""
        body = {
            "name": "Demo",
            "email": f"demo-{secrets.token_hex(6)}@example.com",
            "password": secrets.token_urlsafe(16),
        }
        token = self._json("POST", "/auth/register", json=body)["token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def upload(self, file: Path) -> str:
        """Send a recording; the upload's id."""
        with file.open("rb") as stream:
            answer = self._json("POST", "/api/upload", files={"file": (file.name, stream)})
        return str(answer["upload_id"])

    def status(self, upload_id: str) -> dict[str, object]:
        """How far it has come."""
        return self._json("GET", f"/api/status/{upload_id}")

    def note(self, note_id: str) -> Notes:
        """What was found."""
        return Notes.model_validate(self._json("GET", f"/api/notes/{note_id}")["notes"])

    def download(self, extension: str, note_id: str, folder: Path) -> Path:
        """Save a document under the name that the server gives it."""
        response = self.session.get(
            f"{self.url}/api/download/{extension}/{note_id}", timeout=TIMEOUT
        )
        response.raise_for_status()
        name = response.headers["Content-Disposition"].rpartition("filename")[2]
        name = unquote(name.partition("''")[2] or name.lstrip("*=").strip('"'))
        path = folder / Path(name).name
        path.write_bytes(response.content)
        return path

    def _json(self, method: str, path: str, **options: object) -> dict[str, object]:
        response = self.session.request(method, self.url + path, timeout=TIMEOUT, **options)  # type: ignore[arg-type]
        body: dict[str, object] = response.json()
        if not response.ok:
            hint = body.get("hint")
            raise click.ClickException(sentence(str(body["error"]), str(hint) if hint else None))
        return body


def _run(client: Client, file: Path, output: Path) -> None:
    client.sign_up()
    click.echo(f"Uploading {file.name} …")
    note_id = _follow(client, client.upload(file))
    click.echo("\n" + notes_text(client.note(note_id)) + "\n")
    for extension in ("pdf", "docx"):
        click.echo(client.download(extension, note_id, output))


def _follow(client: Client, upload_id: str) -> str:
    """Draw the progress until the note is there; its id."""
    with click.progressbar(length=100, item_show_func=lambda stage: stage) as bar:
        while True:
            status = client.status(upload_id)
            progress = status["progress"]
            assert isinstance(progress, dict)
            bar.update(progress["percent"] - bar.pos, progress["stage"])
            if status["status"] == "done":
                return str(status["note_id"])
            if status["status"] in ("failed", "cancelled"):
                raise click.ClickException(str(status.get("error") or "It was cancelled"))
            time.sleep(0.3)


@contextmanager
def _server(instance: Path) -> Iterator[str]:
    """`flask serve` on a free port, with a scratch instance folder."""
    shutil.rmtree(instance, ignore_errors=True)
    instance.mkdir(parents=True)
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if name not in OUR_OWN}
    environment |= {"INSTANCE_FOLDER": str(instance), "HOST": "127.0.0.1", "PORT": str(port)}
    with (instance / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here
        )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}", server, instance / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    shutil.rmtree(instance)


def _wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    click.echo("Starting web server, queue and worker …")
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/health", timeout=2).json()["status"] == "ok":
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise click.ClickException(f"The server did not start; see {log}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
