"""Another program holds the database's only writer: a backup gone wrong, a forgotten shell."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path

from chaos.load import Load
from chaos.proof import settle
from chaos.report import Report
from chaos.site import site_in

CALLERS = 6
PAGE_SECONDS = 3.0
"""A page that needs no writer is there within this, on a loaded machine too."""


def lock_the_database(folder: Path, *, seconds: float = 10.0) -> Report:
    """Callers are told, with their text; the numbers stay in sight; it goes on by itself."""
    report = Report(f"database locked for {seconds:.0f} s under load, SQLite")
    with site_in(folder) as site:
        site.start()
        load = Load(site.url, CALLERS)
        load.start()
        while len(load.tally.acknowledged) < CALLERS:
            time.sleep(0.05)
        slowest, pages = 0.0, set()
        with locked(folder / "hotline.db"), ThreadPoolExecutor(1) as asking:
            until = time.monotonic() + seconds
            readiness = asking.submit(site.status, "/readyz")
            while time.monotonic() < until:
                asked = time.monotonic()
                pages |= {site.status("/help-now"), site.status("/")}
                slowest = max(slowest, time.monotonic() - asked)
                time.sleep(0.2)
            ready = readiness.result()
        before = len(load.tally.acknowledged)
        tally = load.finish(60)
        report.expect(site.status("/readyz") == HTTPStatus.OK, "not ready afterwards")
        site.stop()
    settle(report, folder, tally)
    report.note("503 with text, numbers and Retry-After", tally.statuses.get(503, 0))
    report.note("/readyz meanwhile", ready)
    report.note("slowest pair of pages meanwhile", f"{slowest:.2f} s")
    report.note("longest wait for an answer", f"{tally.slowest:.1f} s")
    report.expect(pages == {HTTPStatus.OK}, f"pages that need no writer answered {pages}")
    report.expect(slowest < PAGE_SECONDS, f"a page took {slowest:.1f} s")
    report.expect(ready == HTTPStatus.SERVICE_UNAVAILABLE, "it said that it was ready")
    report.expect(len(tally.acknowledged) > before, "it does not go on")
    return report


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Nobody else can write while the block runs."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
