"""Two PostgreSQL nodes that Patroni keeps, etcd that elects, HAProxy that leads to the primary.

All on loopback and on free ports, as the user Debian made for PostgreSQL. Strict synchronous mode: a
commit is answered when both nodes have it, and where there is only one, it waits.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from chaos.site import free_port
from tests.web.foundation import NO_TLS

NEEDED = ("etcd", "patroni", "haproxy")
USER = "hotline"
PASSWORD = "only on loopback"
PATIENCE_SECONDS = 120.0

TTL_SECONDS = 20
"""How long a primary that says nothing stays one: the least that Patroni allows."""


def missing() -> str:
    """What this machine lacks; empty where the cluster can be made."""
    lacking = [name for name in NEEDED if shutil.which(name, path=_path()) is None]
    if os.geteuid() != 0 or _user() is None:
        lacking.append("root, and the user postgres")
    return ", ".join(lacking)


@dataclass
class Node:
    """One of the two: Patroni, and the PostgreSQL that it starts."""

    name: str
    folder: Path
    sql: int = field(default_factory=free_port)
    rest: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def answers(self, question: str) -> bool:
        """Whether Patroni says yes at this address of its REST interface."""
        try:
            at = f"http://127.0.0.1:{self.rest}/{question}"
            return httpx.get(at, timeout=2, verify=NO_TLS, trust_env=False).is_success
        except httpx.HTTPError:
            return False


class Cluster:
    """The nodes and what stands before them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.etcd, self.peer, self.door = free_port(), free_port(), free_port()
        self.nodes = [Node(name, folder / name) for name in ("one", "two")]
        self._others: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """Where the primary is, whichever it is."""
        return f"postgresql://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.door}/postgres"

    @property
    def primary(self) -> Node | None:
        """The node that takes writes now."""
        return next((node for node in self.nodes if node.answers("primary")), None)

    def start(self) -> None:
        """Both nodes are there, and one follows the other, when this returns."""
        _give(self.folder)
        self._write_haproxy()
        self._others = [self._run("etcd", *self._etcd()), self._run("haproxy", "-db", "-f", "haproxy.cfg")]
        for node in self.nodes:
            self.bring(node)
            wait_until(lambda: self.primary is not None, "there is no primary")
        self.wait_until_whole()

    def bring(self, node: Node) -> None:
        """The node is started, for the first time or again."""
        node.folder.mkdir(exist_ok=True)
        file = self.folder / f"{node.name}.json"
        file.write_text(json.dumps(self._patroni(node)))
        _give(self.folder, node.folder, file)
        node.process = self._run("patroni", str(file))

    def wait_until_whole(self) -> None:
        """A standby is synchronous: a commit is answered again."""
        wait_until(
            lambda: any(node.answers("sync") for node in self.nodes), "there is no synchronous standby"
        )

    def kill(self, node: Node) -> None:
        """Patroni and PostgreSQL of this node are gone at this moment, as by a power cut."""
        assert node.process is not None
        node.process.send_signal(signal.SIGKILL)
        node.process.wait()
        first_line = (node.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
        kill_whole(int(first_line))

    def stop(self) -> None:
        """Nothing of it runs any more."""
        for node in self.nodes:
            if node.process is not None and node.process.poll() is None:
                self.kill(node)
        for process in self._others:
            process.kill()
            process.wait()

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        user = _user()
        assert user is not None
        log = (self.folder / f"{words[0]}.log").open("ab")
        with log:
            return subprocess.Popen(
                words,
                cwd=self.folder,
                env={"PATH": _path(), "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
                stdout=log,
                stderr=log,
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
            )

    def _etcd(self) -> list[str]:
        client, peer = f"http://127.0.0.1:{self.etcd}", f"http://127.0.0.1:{self.peer}"
        named = {
            "name": "etcd",
            "data-dir": str(self.folder / "etcd"),
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"etcd={peer}",
        }
        return [f"--{name}={value}" for name, value in named.items()]

    def _patroni(self, node: Node) -> dict[str, object]:
        own = {"username": USER, "password": PASSWORD}
        return {
            "scope": "hotline",
            "name": node.name,
            "restapi": {"listen": f"127.0.0.1:{node.rest}", "connect_address": f"127.0.0.1:{node.rest}"},
            "etcd3": {"host": f"127.0.0.1:{self.etcd}"},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL_SECONDS,
                    "loop_wait": 2,
                    "retry_timeout": 5,
                    "maximum_lag_on_failover": 1048576,
                    "synchronous_mode": True,
                    "synchronous_mode_strict": True,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "parameters": {
                            "wal_log_hints": "on",
                            "max_connections": 60,
                            "shared_buffers": "64MB",
                        },
                    },
                },
                "initdb": [{"encoding": "UTF8"}, "data-checksums", "no-locale"],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{node.sql}",
                "connect_address": f"127.0.0.1:{node.sql}",
                "data_dir": str(node.folder / "data"),
                "bin_dir": str(_programs()),
                "pgpass": str(node.folder / "pgpass"),
                "parameters": {"unix_socket_directories": str(node.folder)},
                "authentication": {"superuser": own, "replication": own, "rewind": own},
                "pg_hba": [
                    "host all all 127.0.0.1/32 scram-sha-256",
                    "host replication all 127.0.0.1/32 scram-sha-256",
                ],
            },
        }

    def _write_haproxy(self) -> None:
        """Connections to a node that is no primary any more are cut, as Patroni's own example does."""
        servers = "\n".join(
            f"  server {node.name} 127.0.0.1:{node.sql} maxconn 100 check port {node.rest}"
            for node in self.nodes
        )
        (self.folder / "haproxy.cfg").write_text(
            f"""defaults
  mode tcp
  retries 2
  timeout connect 4s
  timeout check 3s
  timeout client 30m
  timeout server 30m
listen primary
  bind 127.0.0.1:{self.door}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""
        )


@contextmanager
def cluster_in(folder: Path) -> Iterator[Cluster]:
    """A cluster that takes writes; nothing of it is left running at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def wait_until(holds: Callable[[], bool], otherwise: str) -> None:
    """It has become true; a RuntimeError says what did not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        time.sleep(0.2)


def kill_whole(parent: int) -> None:
    """The process and its children are gone at this moment."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for process in [parent, *map(int, children)]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _user() -> pwd.struct_passwd | None:
    return next((one for one in pwd.getpwall() if one.pw_name == "postgres"), None)


def _programs() -> Path:
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))


def _path() -> str:
    return f"{os.environ['PATH']}:/usr/sbin:/usr/bin"


def _give(*paths: Path) -> None:
    """The user who runs it all may read and write here."""
    user = _user()
    assert user is not None
    for path in paths:
        os.chown(path, user.pw_uid, user.pw_gid)
