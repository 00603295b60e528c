"""A real server in a process of its own: started, waited for, killed, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from hotline.base.db import Database, open_database
from hotline.keyring.founding import Deployment
from tests.cast import deployment_of, found_house
from tests.databases import url_of
from tests.terminal import named_database
from tests.web.foundation import NO_TLS

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class Site:
    """`hotline serve` on one port over one data folder, as often as it is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder.parent / f"{folder.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a deployment for tests, and nothing of ours."""
        return {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "HOTLINE_DATA_DIR": str(self.folder),
            "HOTLINE_PUBLIC_URL": self.url,
            "HOTLINE_TEST_STRETCHING": "true",
        } | named_database(self.folder)

    def start(self) -> None:
        """The server answers when this returns."""
        words = [sys.executable, "-m", "hotline", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.status("/healthz") == httpx.codes.OK:
                return
            time.sleep(0.05)
        raise RuntimeError(f"the server did not start: {self.log.read_text('utf-8')[-2000:]}")

    def kill(self) -> None:
        """Gone at this moment, as by a power cut of the process alone."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ended in order; its exit status."""
        return self._end(signal.SIGTERM)

    def ask(self, path: str, *, timeout: float = START_SECONDS) -> httpx.Response:
        """What this page answers."""
        return httpx.get(f"{self.url}{path}", timeout=timeout, verify=NO_TLS, trust_env=False)

    def status(self, path: str) -> int:
        """The page's status; 0 when nobody answers."""
        try:
            return self.ask(path).status_code
        except httpx.HTTPError:
            return 0

    def _end(self, number: signal.Signals) -> int:
        process = self.process
        if process is None:
            return 0
        self.process = None
        if process.poll() is None:
            process.send_signal(number)
        return process.wait(STOP_SECONDS)


@contextmanager
def site_in(folder: Path, *, found: bool = True) -> Iterator[Site]:
    """A site over this folder, founded with the cast of the tests if it is not; ended at the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if found:
        found_house(folder)
    site = Site(folder)
    try:
        yield site
    finally:
        site.kill()


@contextmanager
def store_of(folder: Path) -> Iterator[tuple[Database, Deployment]]:
    """The deployment's database, opened beside the server or after it."""
    database = open_database(url_of(folder))
    try:
        with database.read() as db:
            deployment = deployment_of(db, folder)
        yield database, deployment
    finally:
        database.dispose()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
