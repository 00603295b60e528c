"""The worker killed at each point of a reminder: the mail goes out, and a second copy can be told."""

import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.report import Report
from chaos.site import ROOT
from hotline.followups.reminding import LOOK_AGAIN
from hotline.notifications.retries import CLAIM, State
from tests.cast import House, copy_house, found_house
from tests.databases import chosen
from tests.followups.plans import IN_3_DAYS, give_address, outbox, plan, taken, worker_of
from tests.mailserver import Mailbox, free_port, running

SENDER = "reminders@example.org"


def kill_at_every_point(folder: Path) -> Report:
    """All points there are."""
    with planned_house(folder) as house, running(Mailbox(free_port())) as mailbox:
        points = int(run_doomed(house, mailbox, 0).stdout)
    return kill_at(folder.parent / "each", range(1, points + 1))


def kill_at(folder: Path, points: Iterable[int]) -> Report:
    """Never no mail; two copies of one only with the same Message-ID."""
    points = list(points)
    report = Report(f"worker killed at {len(points)} points of a reminder, {chosen()}")
    copies = 0
    for point in points:
        with planned_house(folder / str(point)) as house, running(Mailbox(free_port())) as mailbox:
            died = run_doomed(house, mailbox, point).returncode
            report.expect(died == -signal.SIGKILL, f"point {point}: it was not killed ({died})")
            worker = worker_of(house, smtp_url=mailbox.url, mail_from=SENDER)
            for later in (IN_3_DAYS, IN_3_DAYS + CLAIM, IN_3_DAYS + LOOK_AGAIN):
                worker.run_once(later)
            copies += len(mailbox.ids) - 1
            report.expect(mailbox.ids, f"point {point}: no mail")
            report.expect(len(set(mailbox.ids)) == 1, f"point {point}: {len(set(mailbox.ids))} Message-IDs")
            states = [mail.state for mail in outbox(house)]
            report.expect(states == [State.SENT], f"point {point}: the outbox says {states}")
    report.note("second copies, each with the first one's Message-ID", copies)
    return report


def run_doomed(house: House, mailbox: Mailbox, point: int) -> "subprocess.CompletedProcess[str]":
    """The worker's process, to its end or its kill."""
    words = [str(house.folder), house.url, mailbox.url, IN_3_DAYS.isoformat(), str(point)]
    return subprocess.run(
        [sys.executable, "-m", "chaos.doomed_worker", *words],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )


@contextmanager
def planned_house(folder: Path) -> Iterator[House]:
    """A house in which one reminder falls due."""
    template = folder / "template"
    template.mkdir(parents=True)
    for house in copy_house(template, found_house(template), _made(folder / "house")):
        give_address(house, "lin")
        plan(house, "lin", taken(house))
        yield house


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
