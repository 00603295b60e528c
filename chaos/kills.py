"""kill -9 of the server, again and again, while callers write without pause."""

import random
import time
from pathlib import Path

from chaos.load import Load
from chaos.proof import settle
from chaos.report import Report
from chaos.site import site_in
from hotline.upkeep.sqlite import check_file
from tests.databases import FILE, Kind, chosen

MOST_BETWEEN = 12
"""Between two kills up to so many messages are acknowledged; then comes the kill, within a request's time."""

WAIT_SECONDS = 30.0


def kill_again_and_again(folder: Path, *, times: int = 50, callers: int = 4) -> Report:
    """Everything acknowledged is stored, whole, once, and opens with its code."""
    report = Report(f"kill -9 of the server {times} times under load, {chosen()}")
    luck = random.Random(times)
    with site_in(folder) as site:
        load = Load(site.url, callers)
        site.start()
        load.start()
        for _ in range(times):
            wait_for(load, luck.randrange(MOST_BETWEEN), luck)
            site.kill()
            site.start()
        tally = load.finish()
        report.note("stopped in order", site.stop())
    if chosen() is Kind.SQLITE:
        check_file(folder / FILE)
    proof = settle(report, folder, tally)
    report.note("requests that a kill has met", tally.lost)
    report.expect(proof.acknowledged > times and tally.lost, "no kill has met a request")
    return report


def wait_for(load: Load, more: int, luck: random.Random) -> None:
    """So many more messages are acknowledged, and a part of the next one has been done."""
    enough = len(load.tally.acknowledged) + more
    deadline = time.monotonic() + WAIT_SECONDS
    while len(load.tally.acknowledged) < enough and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(luck.uniform(0, 0.1))
