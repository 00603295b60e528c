"""Mails go out through a real mail server: each at least once, each told apart by its Message-ID."""

import threading
from datetime import timedelta

import pytest

from hotline.accounts import own
from hotline.base.db import open_database
from hotline.base.i18n import Language
from hotline.notifications import actions, queries
from hotline.notifications.channels import MailServer
from hotline.notifications.mails import reminder
from hotline.notifications.models import OutgoingMail
from hotline.notifications.postman import Postman
from hotline.notifications.retries import CLAIM, KEPT, LONGEST_PAUSE, State, Trouble
from tests.cast import NOON, House
from tests.followups.plans import disable, enable, give_address, outbox
from tests.mailserver import Mailbox, Mood, free_port, mailbox, running
from tests.notifications.post import SENDER, postman, put, waiting

__all__ = ["mailbox", "waiting"]

AGAIN = NOON + timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)


def test_a_mail_arrives_in_the_persons_language_and_is_sent(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    assert postman(house, mailbox).send_due(NOON) == 1
    assert postman(house, mailbox).send_due(NOON + timedelta(days=1)) == 0

    (mail,) = mailbox.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == ("lin@example.org", SENDER, "你有一件事到时间了")
    assert mail["Message-ID"] == f"<{waiting.id}@example.org>"
    (kept,) = outbox(house)
    assert (kept.state, kept.ended_at, kept.attempts) == (State.SENT, NOON, 1)


def test_the_language_is_the_one_that_the_person_reads_now(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    with house.database.write() as db:
        own.set_language(db, waiting.account_id, Language.ENGLISH)

    postman(house, mailbox).send_due(NOON)

    assert mailbox.mails[0]["Subject"] == "You have something due"


def test_the_outbox_holds_no_word_and_no_address(house: House, waiting: OutgoingMail) -> None:
    del waiting
    stored = [str(value) for value in vars(outbox(house)[0]).values()]

    assert not [value for value in stored if "@" in value or "example" in value]


def test_with_the_server_down_nothing_is_sent_and_everything_goes_when_it_is_up(
    house: House, waiting: OutgoingMail
) -> None:
    away = Mailbox(free_port())
    assert postman(house, away).send_due(NOON) == 0
    (kept,) = outbox(house)
    assert (kept.state, kept.problem, kept.ended_at) == (State.WAITING, Trouble.UNREACHABLE, None)
    assert kept.next_try_at == AGAIN

    with running(away):
        assert postman(house, away).send_due(AGAIN - timedelta(seconds=1)) == 0
        assert postman(house, away).send_due(AGAIN) == 1

    assert away.ids == [f"<{waiting.id}@example.org>"]
    (sent,) = outbox(house)
    assert (sent.state, sent.attempts, sent.problem) == (State.SENT, 2, None)


def test_it_never_gives_up(house: House, waiting: OutgoingMail) -> None:
    del waiting
    away, now = postman(house, Mailbox(free_port())), NOON
    for _ in range(12):
        away.send_due(now)
        (kept,) = outbox(house)
        assert kept.state == State.WAITING
        assert now < kept.next_try_at <= now + LONGEST_PAUSE
        now = kept.next_try_at

    assert outbox(house)[0].attempts == 12


def test_a_server_that_is_down_ends_the_round_and_a_bad_address_does_not(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    give_address(house, "mei", "mei@example.org")
    put(house, "mei")
    postman(house, Mailbox(free_port())).send_due(NOON)
    assert sorted(mail.attempts for mail in outbox(house)) == [0, 1]

    mailbox.mood = Mood.REFUSES
    postman(house, mailbox).send_due(AGAIN)

    assert {mail.problem for mail in outbox(house)} == {Trouble.ADDRESS}
    assert waiting.id in {mail.id for mail in outbox(house)}


def test_a_crash_after_the_claim_costs_one_claim_and_the_copy_is_recognised(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    with house.database.write() as db:
        claimed = actions.claim_next(db, now=NOON)
    assert claimed is not None
    settings = postman(house, mailbox)._settings
    first = reminder(
        claimed.id,
        sender=settings.mail_from,
        to=claimed.to,
        language=claimed.language,
        public_url=settings.public_url,
        made_at=claimed.made_at,
    )
    MailServer.at(mailbox.url).deliver(first)  # and then the power goes

    assert postman(house, mailbox).send_due(NOON + CLAIM - timedelta(seconds=1)) == 0
    assert outbox(house)[0].state == State.WAITING
    assert postman(house, mailbox).send_due(NOON + CLAIM) == 1

    assert mailbox.ids == [f"<{waiting.id}@example.org>"] * 2
    assert mailbox.raw[0] == mailbox.raw[1]


def test_a_clock_that_was_ahead_keeps_no_mail_back(house: House, waiting: OutgoingMail) -> None:
    ahead = NOON + timedelta(days=400)
    away = Mailbox(free_port())
    postman(house, away).send_due(ahead)
    with house.database.write() as db:
        db.get_one(OutgoingMail, waiting.id).claimed_until = ahead + CLAIM

    with running(away):
        assert postman(house, away).send_due(NOON) == 1


@pytest.mark.parametrize("behind", [timedelta(microseconds=1), timedelta(seconds=30), timedelta(minutes=14)])
def test_a_worker_whose_round_began_earlier_leaves_a_claim_alone(
    house: House, waiting: OutgoingMail, mailbox: Mailbox, behind: timedelta
) -> None:
    with house.database.write() as db:
        claimed = actions.claim_next(db, now=LATER)

    assert claimed is not None
    assert postman(house, mailbox).send_due(LATER - behind) == 0
    assert [mail.attempts for mail in outbox(house) if mail.id == waiting.id] == [1]


def test_a_clock_set_forward_sends_nothing_twice(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    del waiting
    for days in (0, 30, 3000, 0):
        postman(house, mailbox).send_due(NOON + timedelta(days=days))

    assert len(mailbox.mails) == 1


def test_two_workers_at_once_send_every_mail_once(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    del waiting
    with house.database.write() as db:
        for _ in range(11):
            db.add(_another(house))
    url = house.url
    databases = [open_database(url), open_database(url)]
    settings = postman(house, mailbox)._settings
    start = threading.Barrier(2)
    sent: list[int] = []

    def work(number: int) -> None:
        start.wait(10)
        sent.append(Postman(databases[number], settings).send_due(NOON))

    threads = [threading.Thread(target=work, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for database in databases:
        database.dispose()

    assert sum(sent) == 12
    assert len(mailbox.ids) == len(set(mailbox.ids)) == 12
    assert {mail.state for mail in outbox(house)} == {State.SENT}


def test_a_mail_to_somebody_who_is_away_waits_and_goes_when_they_are_back(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    give_address(house, "mei", "mei@example.org")
    put(house, "mei")
    disable(house, "lin")
    give_address(house, "mei", None)

    postman(house, mailbox).send_due(NOON)
    assert mailbox.mails == []
    assert {(mail.state, mail.attempts, mail.problem) for mail in outbox(house)} == {(State.WAITING, 0, None)}
    enable(house, "lin")
    give_address(house, "mei", "mei@example.org")
    postman(house, mailbox).send_due(NOON + LONGEST_PAUSE)

    assert len(mailbox.mails) == 2
    assert f"<{waiting.id}@example.org>" in mailbox.ids


def test_a_mail_to_somebody_who_stays_away_is_void_after_a_month(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    disable(house, "lin")

    postman(house, mailbox).send_due(NOON + KEPT)
    assert [mail.state for mail in outbox(house)] == [State.WAITING]
    postman(house, mailbox).send_due(NOON + KEPT + LONGEST_PAUSE)

    assert mailbox.mails == []
    assert [(mail.id, mail.state) for mail in outbox(house)] == [(waiting.id, State.VOID)]


def test_what_is_stuck_is_told_until_it_has_gone(
    house: House, waiting: OutgoingMail, mailbox: Mailbox
) -> None:
    with house.database.read() as db:
        assert queries.stuck(db) is None
    mailbox.mood = Mood.IS_BUSY
    postman(house, mailbox).send_due(NOON)
    with house.database.read() as db:
        assert queries.stuck(db) == queries.Stuck(1, waiting.made_at, Trouble.REFUSED)

    mailbox.mood = Mood.TAKES
    postman(house, mailbox).send_due(AGAIN)

    with house.database.read() as db:
        assert queries.stuck(db) is None


def _another(house: House) -> OutgoingMail:
    lin = house.person("lin").id
    return OutgoingMail(account_id=lin, made_at=NOON, state=State.WAITING, attempts=0, next_try_at=NOON)
