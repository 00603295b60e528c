"""Streams of a running site: what they hold, how many there are, and when they end."""

import gc
import time
from collections.abc import Callable
from contextlib import ExitStack
from uuid import UUID

import pytest
from sqlalchemy.pool import QueuePool

from hotline.accounts import people, sessions
from hotline.accounts.models import SessionRow
from hotline.keyring.holder import Unlocked
from hotline.tickets import ending
from hotline.web import live
from tests.browser import PATIENCE, Site
from tests.cast import NOON, ZONE, Caller, House
from tests.web.listening import (
    CALLERS,
    STAFF,
    ask,
    come_back,
    listening,
    look_round,
    of_ticket,
    signed_in,
    taken,
)

__all__ = ["taken"]


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.01)


def test_no_stream_holds_a_connection_to_the_database(site: Site) -> None:
    with ExitStack() as stack:
        for name in ("lin", "mei", "supervisor"):
            for _ in range(3):
                stack.enter_context(listening(site, STAFF, signed_in(site, name)))
        pool = site.house.database.engine.pool

        assert isinstance(pool, QueuePool)
        assert len(site.app.state.streams) == 9
        assert pool.checkedout() == 0


@pytest.mark.thorough
def test_no_stream_holds_a_key_or_what_opens_one(site: Site, taken: Caller) -> None:
    gc.collect()
    before = secrets_in_memory()
    with (
        listening(site, of_ticket(taken), signed_in(site, "lin")),
        listening(site, f"{CALLERS}?seen=1", come_back(site.house, taken)),
    ):
        gc.collect()

        assert len(site.app.state.streams) == 2
        assert secrets_in_memory() == before


def secrets_in_memory() -> int:
    """How many unlocked keys and resumed sessions there are in this process, the cast's own included."""
    return sum(isinstance(one, Unlocked | sessions.Resumed) for one in gc.get_objects())


def test_a_person_has_a_few_streams_and_another_one_may_still_begin(site: Site) -> None:
    lin = signed_in(site, "lin")
    with ExitStack() as stack:
        for _ in range(live.MOST_EACH):
            stack.enter_context(listening(site, STAFF, lin))

        refused = ask(site, STAFF, lin)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "20")
        stack.enter_context(listening(site, STAFF, signed_in(site, "mei")))
    wait_until(lambda: len(site.app.state.streams) == 0)
    with listening(site, STAFF, lin):
        pass


def seen_at(house: House, account: UUID) -> object:
    with house.database.read() as db:
        return db.query(SessionRow.seen_at).filter(SessionRow.account_id == account).scalar()


def test_looking_on_does_not_keep_a_session_alive(site: Site) -> None:
    lin, account = signed_in(site, "lin"), site.house.person("lin").id
    before = seen_at(site.house, account)
    site.clock.forward(minutes=15)
    with listening(site, STAFF, lin) as stream:
        assert ask(site, "/staff/queue", lin, {"Hotline-By-Itself": "yes"}).status_code == 200
        look_round(site)
        assert stream.next_block() == [":"]
        assert seen_at(site.house, account) == before

        site.clock.forward(minutes=6)
        look_round(site)
        assert (stream.next(), stream.next()) == ("session", "the end")
        assert ask(site, "/staff/queue", lin).status_code == 303


def test_asking_oneself_does_keep_it_alive(site: Site) -> None:
    lin, account = signed_in(site, "lin"), site.house.person("lin").id
    before = seen_at(site.house, account)
    site.clock.forward(minutes=15)

    assert ask(site, "/staff/queue", lin).status_code == 200
    assert seen_at(site.house, account) != before


def test_the_streams_of_a_disabled_person_end(site: Site) -> None:
    with (
        listening(site, STAFF, signed_in(site, "lin")) as lins,
        listening(site, STAFF, signed_in(site, "mei")) as meis,
    ):
        with site.house.database.write() as db:
            administrator = site.house.actor(db, "administrator")
            people.disable(db, administrator, site.house.person("lin").id, now=NOON)
        look_round(site)

        assert lins.next() == "session"
        assert meis.next_block() == [":"]


def test_leaving_quickly_ends_the_callers_stream(site: Site, taken: Caller) -> None:
    visit = come_back(site.house, taken)
    with listening(site, f"{CALLERS}?seen=1", visit) as callers:
        ask(site, "/exit", visit)
        wait_until(lambda: not is_known(site.house, taken.ticket))
        look_round(site)

        assert callers.next() == "session"


def is_known(house: House, ticket: UUID) -> bool:
    with house.database.read() as db:
        return db.query(SessionRow).filter(SessionRow.ticket_id == ticket).count() > 0


def test_deleting_the_conversation_tells_the_counselor_and_ends_the_callers_stream(
    site: Site, taken: Caller
) -> None:
    visit = come_back(site.house, taken)
    with (
        listening(site, of_ticket(taken), signed_in(site, "lin")) as lins,
        listening(site, f"{CALLERS}?seen=1", visit) as callers,
    ):
        with site.house.database.write() as db:
            ending.delete_as_caller(db, taken.keys, tz=ZONE, now=NOON)
        look_round(site)

        assert lins.next() == "ticket"
        assert "session" in {callers.next(), callers.next()}


def test_after_some_minutes_a_stream_ends_so_that_its_page_is_checked_anew(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LONGEST_SECONDS", 0.2)
    with listening(site, STAFF, signed_in(site, "lin")) as lins:
        time.sleep(0.2)
        look_round(site)

        assert lins.next() == "the end"


def test_a_database_that_is_away_cuts_nobody_off(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with listening(site, STAFF, signed_in(site, "lin")) as lins:
        with site.house.database.write() as db:
            db.connection().exec_driver_sql("ALTER TABLE sessions RENAME TO lost")
        look_round(site)

        assert lins.next_block() == [":"]
        assert "could not be looked at" in caplog.text


def test_only_sessions_that_can_still_be_resumed_are_alive(house: House) -> None:
    for name in ("lin", "mei", "supervisor"):
        house.session_of(name)
    with house.database.write() as db:
        rows = {row.account_id: row for row in db.query(SessionRow)}
        lin, mei, supervisor = (rows[house.person(name).id] for name in ("lin", "mei", "supervisor"))
        sessions.lock(db, mei.id)
        supervisor.idle_seconds = 0
        db.flush()
        asked = {row.id for row in rows.values()}

        assert sessions.alive(db, asked, now=NOON) == {lin.id}
        assert sessions.alive(db, set(), now=NOON) == set()
        assert sessions.alive(db, asked, now=NOON + sessions.STAFF_IDLE) == set()
