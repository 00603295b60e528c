"""kill -9 of PostgreSQL, again and again, while callers write without pause: it comes back by itself."""

import random
from contextlib import suppress
from pathlib import Path

from chaos.cluster import kill_whole, wait_until
from chaos.kills import wait_for
from chaos.load import Load
from chaos.proof import settle
from chaos.report import Report
from chaos.site import site_in
from tests import databases, postgres

MOST_BETWEEN = 12


def kill_the_database(folder: Path, *, times: int = 20, callers: int = 4) -> Report:
    """Everything acknowledged is stored, whole, once, and opens with its code."""
    report = Report(f"kill -9 of PostgreSQL {times} times under load")
    if not postgres.can_start():
        report.skipped = "PostgreSQL is missing"
        return report
    luck = random.Random(times)
    server = postgres.start()
    on_postgresql = databases.instead(databases.Kind.POSTGRESQL)
    try:
        with on_postgresql, postgres.instead(server), site_in(folder) as site:
            load = Load(site.url, callers)
            site.start()
            load.start()
            for _ in range(times):
                wait_for(load, 1 + luck.randrange(MOST_BETWEEN), luck)
                server = _killed_and_back(server)
            tally = load.finish()
            report.note("stopped in order", site.stop())
            proof = settle(report, folder, tally)
    finally:
        server.stop()
    report.expect(proof.acknowledged > times, "no message between the kills")
    return report


def _killed_and_back(server: postgres.Server) -> postgres.Server:
    assert server.process is not None
    kill_whole(server.process.pid)
    server.process.wait()
    server.connection.close()
    wait_until(lambda: not _is_in_use(server), "what the server left behind did not end")
    return postgres.again(server)


def _is_in_use(server: postgres.Server) -> bool:
    """Whether a process that the server had just begun has not noticed yet that it is alone."""
    folder = str(server.folder)
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(folder):
                return True
    return False
