"""The server: when it does not start, and how it stops."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from hotline.base import schema
from hotline.base.clock import system_clock
from hotline.web.live import MOST_EACH
from tests.cast import House
from tests.databases import url_of
from tests.terminal import ROOT, START_SECONDS, STOP_SECONDS, environment, hotline, the_line
from tests.web.foundation import NO_TLS
from tests.web.listening import come_back

STREAMS = 500
LAST_CHUNK = b"0\r\n\r\n"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with a prepared database in which nothing was founded."""
    schema.upgrade(url_of(tmp_path))
    return tmp_path


def test_a_busy_port_is_told_in_one_line(empty: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = hotline(empty, "serve", "--port", str(port))

    assert result.exit_code == 1
    assert f"Port {port} is busy" in result.output


@pytest.mark.sqlite
def test_sqlite_has_one_process(empty: Path) -> None:
    assert "SQLite" in the_line(hotline(empty, "serve", "--workers", "2"))


@pytest.mark.sqlite
def test_the_server_starts_answers_works_and_stops_with_status_nought(house: House) -> None:
    house.go_on_duty("lin")
    server = Server(house.folder)
    try:
        answer = httpx.get(f"{server.url}/readyz", trust_env=False, timeout=START_SECONDS, verify=NO_TLS)
        assert answer.status_code == 200, answer.text
        assert wait_until_chained(house)
    finally:
        said = server.stop()

    assert server.process.returncode == 0, said
    assert "Traceback" not in said
    assert "No mail server is set" in said
    assert said.split()[-1] == f"{server.url}/"  # what a person opens is the last thing said


@pytest.mark.thorough
def test_a_stop_with_five_hundred_open_streams_takes_under_three_seconds(house: House) -> None:
    visits = visits_of(house, -(-STREAMS // MOST_EACH))
    server = Server(house.folder)
    seconds, endings = 0.0, [b""]
    try:
        seconds, endings = asyncio.run(stop_while_listening(server, visits))
    finally:
        said = server.stop()

    assert seconds < 3
    assert endings == [LAST_CHUNK] * STREAMS, "every stream ends whole"
    assert server.process.returncode == 0, said
    assert "Traceback" not in said


def visits_of(house: House, number: int) -> list[str]:
    """The cookies of this many callers who have just come back."""
    now = system_clock()
    callers = [house.send(now=now) for _ in range(number)]
    return [f"visit={come_back(house, caller, now=now)['visit']}" for caller in callers]


async def stop_while_listening(server: "Server", visits: list[str]) -> tuple[float, list[bytes]]:
    """Ask to stop while every visitor listens; how long it took, and how each stream ended."""
    host, port = "127.0.0.1", int(server.url.rpartition(":")[2])

    async def begin(visit: str) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(host, port)
        kept.append(writer)
        wish = f"GET /conversation/events?seen=1 HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {visit}\r\n\r\n"
        writer.write(wish.encode())
        async with asyncio.timeout(START_SECONDS):
            await reader.readuntil(b"retry: 2000\n\n\r\n")
        return reader

    kept: list[asyncio.StreamWriter] = []
    readers = [await begin(visits[number // MOST_EACH]) for number in range(STREAMS)]
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(STOP_SECONDS):
        read = await asyncio.gather(*(reader.read() for reader in readers))
        await asyncio.to_thread(server.process.wait, STOP_SECONDS)
    took = time.monotonic() - began
    for writer in kept:
        writer.close()
    return took, [rest[-len(LAST_CHUNK) :] for rest in read]


def wait_until_chained(house: House) -> bool:
    """The worker inside has had its first round."""
    asked = "SELECT count(*) FROM audit_lines WHERE chained IS NULL"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with house.database.read() as db:
            if db.connection().exec_driver_sql(asked).scalar_one() == 0:
                return True
        time.sleep(0.2)
    return False


class Server:
    """`hotline serve` in a process of its own, on a free port, waited for."""

    def __init__(self, folder: Path, *more: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "serve", "--port", str(port), *more],
            cwd=ROOT,
            env=environment(folder) | {"HOTLINE_TEST_STRETCHING": "true"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/healthz", verify=NO_TLS, trust_env=False).raise_for_status()
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        self.process.kill()
        pytest.fail(f"the server did not start:\n{self.process.communicate()[0]}")

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=STOP_SECONDS)[0]
