"""A PostgreSQL of one's own in a folder, to be restarted in the middle of everything."""

import os
import subprocess
from pathlib import Path

from tests.stack import free_port


class Postgres:
    """A server on a free port of this machine."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.url = f"postgresql://tester@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Make the cluster and start it."""
        self.folder.mkdir()
        if os.geteuid() == 0:
            subprocess.run(["chown", "nobody:nogroup", str(self.folder)], check=True)
        self._run("initdb", "-U", "tester", "--auth=trust", "--no-sync")
        self._ctl("start")

    def restart(self, mode: str) -> None:
        """`fast` ends transactions, `immediate` is as good as a crash."""
        self._ctl("restart", "-m", mode)

    def stop(self) -> None:
        """The data is not needed any more."""
        self._ctl("stop", "-m", "immediate")

    def _ctl(self, *arguments: str) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        """PostgreSQL will not run as root."""
        somebody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))[-1]
        command = [str(found), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(
            [*(somebody if os.geteuid() == 0 else ()), *command],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
