"""The calendar: who has an address, and that moments are all that it gives."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from hotline.base.errors import NotFound, Refused
from hotline.followups import feed
from hotline.followups.lifecycle import Outcome
from hotline.followups.models import CalendarFeed
from tests.canaries import Canaries
from tests.cast import NOON, House
from tests.followups import plans
from tests.followups.plans import make, plan, taken


def address(house: House, name: str = "lin") -> str:
    with house.database.write() as db:
        secret = feed.draw()
        feed.make(db, house.actor(db, name), secret, now=NOON)
        return secret


def fetched(house: House, secret: str) -> bytes:
    with house.database.read() as db:
        return feed.calendar(db, house.deployment, secret)


def test_the_calendar_holds_the_moments_of_ones_own_follow_ups(house: House) -> None:
    mine, theirs = taken(house), taken(house, "mei")
    made = plan(house, "lin", mine, purpose="问睡眠")
    plan(house, "mei", theirs, NOON + timedelta(days=9))

    written = Calendar.from_ical(fetched(house, address(house)))

    (event,) = written.walk("VEVENT")
    assert event["dtstart"].to_ical() == b"20261126T040000Z"
    assert str(event["summary"]) == "提醒"
    assert {name.lower() for name in event} == {
        "uid",
        "dtstamp",
        "dtstart",
        "dtend",
        "summary",
        "transp",
        "class",
    }
    known = Canaries({"ticket": mine.ticket.bytes, "row": made.bytes, "why": "问睡眠", "ref": mine.reference})
    assert known.in_bytes(fetched(house, address(house))) == []


def test_an_event_keeps_its_name_when_it_moves_and_goes_when_it_is_done(house: House) -> None:
    caller, secret = taken(house), address(house)
    made = plan(house, "lin", caller)

    def uids() -> list[str]:
        return [str(event["uid"]) for event in Calendar.from_ical(fetched(house, secret)).walk("VEVENT")]

    before = uids()
    make(house, "lin", caller, made, Outcome.NO_ANSWER)
    assert uids() == before
    make(house, "lin", caller, made, Outcome.BETTER)
    assert uids() == []


def test_only_the_hash_is_stored_and_a_new_address_ends_the_old_one(house: House) -> None:
    first = address(house)
    second = address(house)

    assert first != second
    with pytest.raises(NotFound):
        fetched(house, first)
    assert fetched(house, second)
    house.database.dispose()
    assert Canaries({"secret": second}).in_files(house.folder.iterdir()) == {}
    with house.database.read() as db:
        assert len(db.scalars(select(CalendarFeed)).all()) == 1


def test_an_ended_address_an_unknown_one_and_a_disabled_persons_lead_nowhere(house: House) -> None:
    secret = address(house)
    with pytest.raises(NotFound):
        fetched(house, "0" * 64)
    plans.disable(house, "lin")
    with pytest.raises(NotFound):
        fetched(house, secret)
    plans.enable(house, "lin")
    assert fetched(house, secret)

    with house.database.write() as db:
        feed.revoke(db, house.actor(db, "lin"), now=NOON)

    with pytest.raises(NotFound):
        fetched(house, secret)


@pytest.mark.parametrize("name", ["supervisor", "administrator", "custodian"])
def test_whoever_has_no_tickets_has_no_calendar(house: House, name: str) -> None:
    with pytest.raises(Refused):
        address(house, name)
