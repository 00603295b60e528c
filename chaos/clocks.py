"""A clock that goes wrong by an hour and by a day, and right again, every six hours for a week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from chaos.reminders import SENDER, planned_house
from chaos.report import Report
from hotline.accounts import late_posts
from hotline.accounts.models import LatePost
from hotline.base.config import Settings
from hotline.followups.models import FollowUp
from hotline.statistics.models import Release
from hotline.tickets.models import Message, Ticket
from hotline.worker import Worker
from tests.cast import NOON, House
from tests.mailserver import Mailbox, free_port, running

WRONG_BY = tuple(timedelta(hours=hours) for hours in (1, -1, 24, -24))
EVERY = timedelta(hours=6)
WRONG_FOR = timedelta(minutes=10)
ROUND = timedelta(minutes=5)
END = NOON + timedelta(days=6, hours=12)
"""An hour before the week's statistics are due, so that a clock a day ahead would release them."""

LATE = NOON - late_posts.KEPT + timedelta(days=3)
"""When a text came late, so that a clock a day ahead would throw it away in the middle of the week."""


@dataclass
class Time:
    """The true time, and by how much the clock on the wall is wrong."""

    true: datetime = NOON
    wrong_by: timedelta = timedelta()

    def wall(self) -> datetime:
        """What the clock says."""
        return self.true + self.wrong_by

    def uptime(self) -> float:
        """What the machine itself has counted."""
        return (self.true - NOON).total_seconds()


def turn_the_clock(folder: Path) -> Report:
    """Nothing is sent twice, and nothing that somebody wrote is gone or fixed before its time."""
    report = Report("clock wrong by an hour and by a day, forward and back")
    with planned_house(folder) as house, running(Mailbox(free_port())) as mailbox:
        time = Time()
        settings = Settings(
            data_dir=house.folder, database_url=house.url, smtp_url=mailbox.url, mail_from=SENDER
        )
        worker = Worker(house.database, settings, time.wall, time.uptime)
        write_everything(house)
        texts, rounds = kept(house), 0
        for _ in moments(time):
            worker.run_once(time.wall())
            rounds += 1
            report.expect(kept(house)[:3] == texts[:3], f"texts are gone at {time}")
            if time.true < LATE + late_posts.KEPT:
                report.expect(kept(house) == texts, f"a text that came late is gone at {time}")
            report.expect(released(house) == 0, f"statistics of a running week are released at {time}")
            report.expect(len(mailbox.ids) <= 1, f"{len(mailbox.ids)} mails at {time}")
        report.expect(len(mailbox.ids) == 1, "no mail")
    report.note("rounds", rounds)
    report.note("mails for one reminder", len(mailbox.ids))
    return report


def moments(time: Time) -> Iterator[None]:
    """A week of rounds; every six hours the clock is wrong for ten minutes, each time in another way."""
    changes = 0
    while time.true < END:
        yield
        time.true += ROUND
        time.wrong_by = WRONG_BY[changes % len(WRONG_BY)]
        for _ in range(WRONG_FOR // ROUND):
            yield
            time.true += ROUND
        time.wrong_by = timedelta()
        yield
        changes += 1
        time.true += EVERY


def write_everything(house: House) -> None:
    """Besides the conversation that there is: a text that came after its session had ended."""
    token = house.session_of("lin", now=LATE)
    with house.database.write() as db:
        assert late_posts.keep(db, house.deployment, token, "/staff", {"text": "半句话"}, now=LATE)


def kept(house: House) -> list[int]:
    """How much there is of what people wrote; the late posts last."""
    with house.database.read() as db:
        tables = (Ticket, Message, FollowUp, LatePost)
        return [db.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def released(house: House) -> int:
    """Tables that were released for ever."""
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Release)) or 0
