"""A worker that is killed between claiming a mail and knowing that it went: the mail goes again."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

from hotline.base.config import Settings
from hotline.base.db import open_database
from hotline.followups.lifecycle import State as FollowUpState
from hotline.notifications.postman import Postman
from hotline.notifications.retries import State
from tests.cast import NOON, House
from tests.followups.plans import give_address, outbox, plan, row, taken
from tests.mailserver import PATIENCE, Mailbox, Mood, mailbox
from tests.terminal import ROOT

__all__ = ["mailbox"]

SENDER = "reminders@example.org"
A_YEAR = timedelta(days=365)


def test_a_worker_killed_in_the_middle_of_sending_loses_no_mail(house: House, mailbox: Mailbox) -> None:
    """A real worker process against a mail server that takes the mail and never says so; then kill -9."""
    give_address(house, "lin")
    made = plan(house, "lin", taken(house), NOON - A_YEAR, now=NOON - A_YEAR)
    house.database.dispose()
    mailbox.mood = Mood.GOES_SILENT

    worker = subprocess.Popen(
        [sys.executable, "-m", "hotline", "worker"], cwd=ROOT, env=settings_of(house, mailbox)
    )
    try:
        assert mailbox.arrived.wait(PATIENCE * 3), "the mail server has seen no mail"
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(PATIENCE)

    assert worker.returncode == -signal.SIGKILL
    assert row(house, made).state == FollowUpState.REMINDED
    (claimed,) = outbox(house)
    assert (claimed.state, claimed.attempts) == (State.WAITING, 1)
    assert claimed.claimed_until is not None

    mailbox.mood = Mood.TAKES
    settings = Settings(data_dir=house.folder, database_url=house.url, smtp_url=mailbox.url, mail_from=SENDER)
    database = open_database(settings.database_url)
    early = claimed.claimed_until - timedelta(seconds=1)
    assert Postman(database, settings).send_due(early) == 0
    assert Postman(database, settings).send_due(claimed.claimed_until) == 1
    database.dispose()

    assert outbox(house)[0].state == State.SENT
    assert len(mailbox.ids) == 2
    assert len(set(mailbox.ids)) == 1, "the second copy can be told by its Message-ID"


def settings_of(house: House, mailbox: Mailbox) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "HOTLINE_DATA_DIR": str(house.folder),
        "HOTLINE_DATABASE_URL": house.url,
        "HOTLINE_TEST_STRETCHING": "true",
        "HOTLINE_SMTP_URL": mailbox.url,
        "HOTLINE_MAIL_FROM": SENDER,
    }
