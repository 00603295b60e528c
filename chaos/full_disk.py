"""A disk that fills up under load, and has space again: a small file system in memory."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from chaos.load import Load
from chaos.proof import settle
from chaos.report import Report
from chaos.site import Site, site_in
from hotline.upkeep.sqlite import check_file

SIZE_MIB = 24
LEFT_BYTES = 3 * 1024 * 1024
REFUSALS = 20
WAIT_SECONDS = 120.0
ROOT_USER = 0


def fill_the_disk(folder: Path) -> Report:
    """Whoever cannot be kept is told so with their text; what was acknowledged is there; it recovers."""
    report = Report("disk full under load, SQLite")
    if os.geteuid() != ROOT_USER:
        report.skipped = "needs root, to mount a small file system"
        return report
    with small_disk(folder), site_in(folder) as site:
        ballast = folder / "ballast"
        site.start()
        ballast.write_bytes(bytes(SIZE_MIB * 1024 * 1024 - used(folder) - LEFT_BYTES))
        load = Load(site.url, 4)
        load.start()
        wait_for_refusals(load)
        report.expect(pages_are_there(site), "a page that needs nothing kept is away")
        at_full = len(load.tally.acknowledged)
        report.note("acknowledged when full", at_full)
        site.kill()  # the worst moment to be killed
        site.start()
        report.expect(pages_are_there(site), "it does not come back on a full disk")
        ballast.unlink()
        tally = load.finish(WAIT_SECONDS)
        report.expect(len(tally.acknowledged) > at_full, "it does not recover")
        site.stop()
        check_file(folder / "hotline.db")
        settle(report, folder, tally)
    report.note("refused with text and numbers", tally.statuses.get(503, 0))
    report.expect(tally.statuses.get(503, 0) >= REFUSALS, f"the disk was never full: {tally.statuses}")
    return report


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """The folder is a file system of its own, of SIZE_MIB."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={SIZE_MIB}m,mode=700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def used(folder: Path) -> int:
    """Bytes that are taken on this file system."""
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def wait_for_refusals(load: Load) -> None:
    """Until the disk is full and callers have been told."""
    deadline = time.monotonic() + WAIT_SECONDS
    while load.tally.statuses.get(503, 0) < REFUSALS and time.monotonic() < deadline:
        time.sleep(0.1)


def pages_are_there(site: Site) -> bool:
    """The pages with the numbers need no space."""
    return all(site.status(path) == HTTPStatus.OK for path in ("/help-now", "/", "/healthz"))
