"""The trail: every read has its line first, lines are chained in order, none is left out."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from hotline.audit import queries
from hotline.audit.actions import NOTHING_BEFORE, Journal, chain_lines, link, record
from hotline.audit.acts import WORDS, Act
from hotline.audit.models import AuditLine
from hotline.base import locks
from hotline.base.errors import NotFound
from hotline.keyring.models import Grant
from hotline.tickets import actions as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import done_to
from tests import flows
from tests.cast import NOON, House

MUCH_LATER = NOON + timedelta(days=1)


def write(house: House, *moments: datetime) -> None:
    """One line each, in this order."""
    with house.database.write() as db:
        for moment in moments:
            record(db, Act.SIGNED_IN, actor=None, subject=None, now=moment)
            db.flush()


def chain(house: House, at_most: int = 500) -> int:
    with house.database.write() as db:
        return chain_lines(db, at_most=at_most)


def broken_at(house: House) -> int | None:
    """The number of the first line whose hash does not follow from the one before; None if all do."""
    with house.database.read() as db:
        previous = NOTHING_BEFORE
        for line in db.scalars(select(AuditLine).order_by(AuditLine.number)):
            if line.chained != link(line, previous):
                return line.number
            previous = line.chained
    return None


@pytest.fixture
def empty(house: House) -> House:
    """A house whose founding lines are not counted."""
    with house.database.write() as db:
        db.execute(delete(AuditLine))
    return house


def test_settled_lines_are_chained_in_order_and_once(house: House) -> None:
    write(house, *(NOON + timedelta(seconds=n) for n in range(20)))

    assert chain(house) > 20
    assert chain(house) == 0
    assert broken_at(house) is None


def test_batches_follow_each_other(empty: House) -> None:
    write(empty, *(NOON for _ in range(7)))

    assert [chain(empty, at_most=3) for _ in range(4)] == [3, 3, 1, 0]
    assert broken_at(empty) is None


def test_clocks_that_differ_leave_no_line_out(empty: House) -> None:
    write(empty, NOON, NOON + timedelta(seconds=20), NOON + timedelta(seconds=5))

    assert chain(empty) == 3
    assert broken_at(empty) is None


@pytest.mark.postgres
def test_a_line_that_comes_after_one_with_a_higher_number_is_waited_for(
    empty: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "OUTLAST_SECONDS", 0.1)
    write(empty, NOON)
    with empty.database.write() as late:
        record(late, Act.TAKEN, actor=None, subject=None, now=NOON)
        late.flush()
        write(empty, MUCH_LATER)
        chained_meanwhile = chain(empty)

    assert chained_meanwhile == 0
    assert chain(empty) == 3
    assert broken_at(empty) is None


@pytest.mark.postgres
def test_whoever_gave_up_is_waited_for_no_more(empty: House) -> None:
    write(empty, NOON)
    with empty.database.read() as gives_up:
        record(gives_up, Act.TAKEN, actor=None, subject=None, now=NOON)
        gives_up.flush()
    write(empty, NOON)

    assert chain(empty) == 2
    assert broken_at(empty) is None


@pytest.mark.postgres
def test_lines_are_chained_while_others_write_without_pause(empty: House) -> None:
    over = threading.Event()

    def write_on() -> None:
        while not over.is_set():
            write(empty, NOON, NOON)

    with ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write_on) for _ in range(4)]
        chained = [chain(empty) for _ in range(20)]
        over.set()
    while chain(empty):
        pass

    assert all(writer.exception() is None for writer in writing)
    assert sum(chained) > 0
    assert broken_at(empty) is None


@pytest.mark.parametrize(
    "change",
    [
        {"act": Act.SIGNED_OUT},
        {"at": NOON + timedelta(seconds=1)},
        {"detail": "P1"},
        {"chained": bytes(32)},
    ],
)
def test_a_changed_line_breaks_the_chain(empty: House, change: dict[str, object]) -> None:
    write(empty, *(NOON for _ in range(5)))
    chain(empty)
    with empty.database.write() as db:
        line = db.scalars(select(AuditLine).order_by(AuditLine.number)).all()[2]
        for name, value in change.items():
            setattr(line, name, value)
        number = line.number

    assert broken_at(empty) == number


def test_a_missing_line_breaks_the_chain(empty: House) -> None:
    write(empty, *(NOON for _ in range(5)))
    chain(empty)
    with empty.database.write() as db:
        lines = db.scalars(select(AuditLine).order_by(AuditLine.number)).all()
        db.delete(lines[2])

    assert broken_at(empty) == lines[3].number


def test_a_read_has_its_line_even_when_nothing_could_be_opened(house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    with house.database.write() as db:
        db.execute(delete(Grant))
    lin = house.person("lin")
    with house.database.read() as db:
        ticket, actor = db.get_one(Ticket, caller.ticket), house.actor(db, "lin")
        with pytest.raises(NotFound):
            tickets.read_as_counselor(db, house.deployment, house.journal, actor, lin.keys, ticket, now=NOON)

    with house.database.read() as db:
        acts = [line.act for line in done_to(db, caller.ticket)]
    assert acts == [Act.TAKEN, Act.CONVERSATION_READ]


def test_nothing_is_read_when_the_line_cannot_be_written(house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)

    class FullDisk(Journal):
        def write(self, *_args: object, **_named: object) -> None:
            raise OperationalError("INSERT", None, OSError("database or disk is full"))

    lin, opened = house.person("lin"), None
    with house.database.read() as db:
        ticket, actor = db.get_one(Ticket, caller.ticket), house.actor(db, "lin")
        with pytest.raises(OperationalError):
            opened = tickets.read_as_counselor(
                db, house.deployment, FullDisk(house.database), actor, lin.keys, ticket, now=NOON
            )
    assert opened is None


def test_a_colleague_who_is_refused_leaves_no_line_about_a_read(house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    mei = house.person("mei")
    with house.database.read() as db:
        ticket, actor = db.get_one(Ticket, caller.ticket), house.actor(db, "mei")
        with pytest.raises(NotFound):
            tickets.read_as_counselor(db, house.deployment, house.journal, actor, mei.keys, ticket, now=NOON)
        assert [line.act for line in done_to(db, caller.ticket)] == [Act.TAKEN]


def test_a_change_that_is_rolled_back_takes_its_line_along(house: House) -> None:
    caller = house.send()

    def fail() -> None:
        with house.database.write() as db:
            record(db, Act.TAKEN, actor=None, subject=caller.ticket, now=NOON)
            db.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with house.database.read() as db:
        assert done_to(db, caller.ticket) == []


def test_what_a_caller_does_is_not_in_the_trail(house: House) -> None:
    caller = house.send()
    flows.words_of(house, caller.keys, caller)
    flows.write_again(house, caller, "还有一句。")

    with house.database.read() as db:
        assert done_to(db, caller.ticket) == []


def test_the_trail_is_read_a_page_at_a_time(empty: House) -> None:
    write(empty, *(NOON for _ in range(7)))
    with empty.database.read() as db:
        first = queries.lines_before(db, None, limit=3)
        second = queries.lines_before(db, first[-1].number, limit=3)
        third = queries.lines_before(db, second[-1].number, limit=3)

    numbers = [line.number for line in first + second + third]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 7


def test_every_act_has_its_words() -> None:
    assert set(WORDS) == set(Act)
