"""The whole way of a reminder: planned, claimed by the worker, sent, and what `check` says of it."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.base import schema
from hotline.base.config import Settings
from hotline.base.db import open_database
from hotline.followups.lifecycle import State as FollowUpState
from hotline.notifications.retries import State
from hotline.worker import Worker
from tests.cast import NOON, House
from tests.databases import url_of
from tests.followups.plans import IN_3_DAYS, give_address, outbox, plan, row, taken, worker_of
from tests.mailserver import Mailbox, free_port, mailbox, running
from tests.terminal import hotline, in_house, the_line

__all__ = ["mailbox"]

SENDER = "reminders@example.org"


def planned(house: House) -> object:
    give_address(house, "lin")
    return plan(house, "lin", taken(house))


def test_one_round_of_the_worker_claims_and_sends(house: House, mailbox: Mailbox) -> None:
    give_address(house, "lin")
    made = plan(house, "lin", taken(house))
    worker = worker_of(house, smtp_url=mailbox.url, mail_from=SENDER)

    worker.run_once(IN_3_DAYS - timedelta(minutes=1))
    assert mailbox.mails == []
    worker.run_once(IN_3_DAYS)
    worker.run_once(IN_3_DAYS + timedelta(minutes=1))

    assert len(mailbox.mails) == 1
    assert row(house, made).state == FollowUpState.REMINDED
    assert [mail.state for mail in outbox(house)] == [State.SENT]


def test_a_reminder_that_came_while_the_mail_server_was_down_arrives_later(house: House) -> None:
    planned(house)
    away = Mailbox(free_port())
    worker = worker_of(house, smtp_url=away.url, mail_from=SENDER)
    for minutes in range(3):
        worker.run_once(IN_3_DAYS + timedelta(minutes=minutes))
    assert [mail.state for mail in outbox(house)] == [State.WAITING]

    with running(away):
        for minutes in range(3, 8):
            worker.run_once(IN_3_DAYS + timedelta(minutes=minutes))

    assert len(away.mails) == 1
    assert [mail.state for mail in outbox(house)] == [State.SENT]


def test_a_clock_set_a_year_forward_and_back_reminds_once(house: House, mailbox: Mailbox) -> None:
    planned(house)
    worker = worker_of(house, smtp_url=mailbox.url, mail_from=SENDER)

    for now in (NOON + timedelta(days=365), NOON, IN_3_DAYS, NOON + timedelta(days=365)):
        worker.run_once(now)

    assert len(mailbox.mails) == 1


def test_before_the_founding_there_is_nothing_to_remind_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=url_of(tmp_path))
    schema.upgrade(settings.database_url)
    database = open_database(settings.database_url)
    with caplog.at_level(logging.ERROR):
        Worker(database, settings).run_once(NOON)
    database.dispose()

    assert caplog.records == []


def test_check_says_where_mails_go(house: House) -> None:
    said = in_house(house, "check")

    assert said.exit_code == 0
    assert "No mail server is set" in said.output
    with_server = {"HOTLINE_SMTP_URL": "smtp://127.0.0.1", "HOTLINE_MAIL_FROM": SENDER}
    silent = hotline(house.folder, "check", HOTLINE_TEST_STRETCHING="true", **with_server)
    assert silent.exit_code == 0
    assert "mail server" not in silent.output


def test_check_says_that_mails_could_not_be_sent(house: House) -> None:
    planned(house)
    worker_of(house, smtp_url=Mailbox(free_port()).url, mail_from=SENDER).run_once(IN_3_DAYS)

    checked = in_house(house, "check")

    assert checked.exit_code == 1
    assert "Fault: Reminders that could not be sent so far: 1" in checked.output
    assert "26 November 2026, 12:00" in checked.output
    assert "the mail server does not answer" in checked.output


def test_a_worker_with_a_file_of_hours_that_cannot_be_used_says_so_in_one_line(house: House) -> None:
    (house.folder / "hours.toml").write_text('monday = ["25:00-26:00"]')

    assert "hours.toml" in the_line(in_house(house, "worker"))
