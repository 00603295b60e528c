"""Starting a server as a process of its own, and what the kernel says it has used."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE_SECONDS = 60
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For `verify` where an address is http: to load the authorities takes longer than ten requests."""


@dataclass(frozen=True)
class Server:
    """A running server: our own, or a floor to compare it with."""

    url: str
    pid: int
    started_in: float
    """Seconds until the first answer."""

    helpers: Callable[[], Collection[int]] = tuple
    """The processes that work for it and count as well, as PostgreSQL's may."""

    def cpu_seconds(self) -> float:
        """Processor time of all its threads so far, and of its helpers' that are there."""
        return sum(map(_clock, (self.pid, *self.helpers())))

    def memory_mib(self) -> float:
        """What it holds in memory now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the kernel does not say")


@contextmanager
def running(command: list[str], *, probe: str = "/", **environ: str) -> Iterator[Server]:
    """The command with `--port` of a free port, answering at `probe`; stopped at the end."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {**_own_environ(), "HOTLINE_PUBLIC_URL": url, **environ}
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", *command, "--port", str(port)], env=settings)
    try:
        _wait_for(f"{url}{probe}", process)
        yield Server(url, process.pid, time.monotonic() - begun)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _clock(pid: int) -> float:
    """Linux's clock of a process, in nanoseconds; nought for one that is gone.

    Its number is made of the process's, as CPUCLOCK_SCHED in Linux's posix-timers.h.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0


def hotline(data_dir: Path, database_url: str) -> dict[str, str]:
    """The settings of our own server over this deployment."""
    return {"HOTLINE_DATA_DIR": str(data_dir), "HOTLINE_DATABASE_URL": database_url}


def _own_environ() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            httpx.get(address, timeout=5, verify=NO_TLS, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the server did not answer")
