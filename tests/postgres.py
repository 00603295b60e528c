"""A PostgreSQL server for the tests of one process: made in a folder that goes with it, or a given one.

TEST_POSTGRES_URL names a server on which databases may be made. Without one a server is set up
with `initdb`, on a socket in its own folder, by a user who is not root. Where neither is possible
the test is skipped with one line, and fails when REQUIRE_POSTGRES is set.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

OLDEST = 15
USER = "hotline"
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
"""Where Debian, Fedora and Homebrew put the server's own programs, which are not on the PATH there."""

QUICK = {
    "listen_addresses": "",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "150",
    "shared_buffers": "64MB",
}
PATIENCE = 30.0

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ROOM = 4 * 1024**3
"""A server that keeps its word is quick where nothing has to reach a disk: in memory, if so much is free."""


@dataclass(frozen=True)
class Server:
    """A server that runs, and a connection that may make databases on it."""

    url: str = field(repr=False)
    connection: psycopg.Connection = field(repr=False)
    process: subprocess.Popen[bytes] | None = None
    folder: Path | None = None

    def position(self) -> object:
        """How far its log has grown: unchanged as long as nobody writes."""
        row = self.connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
        assert row is not None
        return row[0]

    def stop(self) -> None:
        """End a server of our own at once, without writing its tables first, and take its folder away."""
        self.connection.close()
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(PATIENCE)
        if self.folder is not None:
            shutil.rmtree(self.folder)


_instead: list[Server] = []


def server() -> Server:
    """The server of this process, or the one that is used instead of it at the moment."""
    return _instead[-1] if _instead else _usual()


@contextmanager
def instead(other: Server) -> Iterator[Server]:
    """Everybody who asks for the server gets this one."""
    _instead.append(other)
    try:
        yield other
    finally:
        _instead.pop()


@cache
def _usual() -> Server:
    """Started when it is first asked for."""
    given = os.environ.get("TEST_POSTGRES_URL")
    return Server(given, psycopg.connect(given, autocommit=True)) if given else start()


def is_running() -> bool:
    """Whether anybody has asked for it."""
    return _usual.cache_info().currsize > 0


def stop() -> None:
    """A server of our own ends; a given one is left alone."""
    _usual().stop()
    _usual.cache_clear()


def start(**settings: str) -> Server:
    """Set up a server of our own, with these settings beside the quick ones, and wait until it answers."""
    programs = _programs()
    if programs is None:
        _do_without(f"PostgreSQL {OLDEST} or newer is missing: apt install postgresql")
    user = _user()
    folder = _folder(user)
    made = ("-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    _start(user, programs / "initdb", "-D", folder / "data", *made).wait(PATIENCE)
    return _run(programs, user, folder, settings)


def again(killed: Server, **settings: str) -> Server:
    """The same server, with what it had written, after somebody has killed it."""
    programs = _programs()
    assert programs is not None
    assert killed.folder is not None
    return _run(programs, _user(), killed.folder, settings)


def can_start() -> bool:
    """Whether PostgreSQL is here."""
    return _programs() is not None


def follow(primary: Server, **settings: str) -> Server:
    """A hot standby of a server of our own: it follows, answers questions, and takes no changes."""
    programs, user = _programs(), _user()
    assert programs is not None
    assert primary.folder is not None
    folder = _folder(user)
    how = ("-U", USER, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
    copied = _start(user, programs / "pg_basebackup", "-D", folder / "data", "-h", primary.folder, *how)
    assert copied.wait(PATIENCE) == 0
    return _run(programs, user, folder, settings)


def _folder(user: pwd.struct_passwd | None) -> Path:
    place = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM else None
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-", dir=place))  # a socket's path has at most 107 bytes
    if user is not None:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def _run(programs: Path, user: pwd.struct_passwd | None, folder: Path, settings: dict[str, str]) -> Server:
    options = [part for name, value in (QUICK | settings).items() for part in ("-c", f"{name}={value}")]
    process = _start(user, programs / "postgres", "-D", folder / "data", "-k", folder, *options)
    url = f"postgresql://{USER}@/postgres?host={folder}"
    return Server(url, _connect(url, process), process, folder)


def _start(user: pwd.struct_passwd | None, *words: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        cwd=tempfile.gettempdir(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )


def _connect(url: str, process: subprocess.Popen[bytes]) -> psycopg.Connection:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            assert process.poll() is None, "PostgreSQL did not start"
            assert time.monotonic() < until, "PostgreSQL did not start in time"
            time.sleep(0.05)


def _programs() -> Path | None:
    """The folder of the newest server's programs that is new enough."""
    on_path = shutil.which("postgres")
    found = [Path(on_path).parent] if on_path else []
    for place in PLACES:
        found += Path("/").glob(place.removeprefix("/"))
    versions = {_version(folder): folder for folder in found if (folder / "postgres").exists()}
    newest = max(versions, default=0)
    return versions[newest] if newest >= OLDEST else None


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    number = re.search(r"(\d+)", said.stdout)
    return int(number.group(1)) if number else 0


def _user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it is the user Debian made for it, or nobody."""
    if os.geteuid() != 0:
        return None
    names = {one.pw_name: one for one in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _do_without(reason: str) -> NoReturn:
    """Skip, unless a server was promised."""
    if os.environ.get("REQUIRE_POSTGRES"):
        pytest.fail(reason)
    pytest.skip(reason)
