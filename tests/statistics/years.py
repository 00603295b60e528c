"""A made-up year, counted into a house by the program's own `count(now=…)`, and released."""

import random
from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import update

from hotline.counters.actions import Dimension, count
from hotline.demo import history
from hotline.keyring.models import DeploymentRow
from hotline.statistics.actions import release_due
from tests.cast import ZONE, House


def open_on(house: House, day: date) -> None:
    """The house was founded on this day."""
    with house.database.write() as db:
        moment = datetime.combine(day, time(8), ZONE)
        db.execute(update(DeploymentRow).values(created_at=moment))


def add(house: House, what: Dimension, numbers: Mapping[str, int], when: datetime, *, slot: str = "") -> None:
    """So many of each value were counted at this moment."""
    values = [value for value, n in numbers.items() for _ in range(n)]
    with house.database.write() as db:
        count(db, what, values, slot=slot, now=when, tz=ZONE)


def live(house: House, start: date, end: date, *, rate: float, seed: int = 1) -> None:
    """Contacts from one day to before another, `rate` in an ordinary week."""
    luck = random.Random(seed)
    first, last = (datetime.combine(day, time(), ZONE) for day in (start, end))
    with house.database.write() as db:
        history.live(db, first, last, luck, ZONE, a_week=rate)


def release_all(house: House, *, opened: date, now: datetime) -> int:
    """Everything that is due has been decided, a transaction at a time as the worker does it."""
    total = 0
    while True:
        with house.database.write() as db:
            done = release_due(db, opened=opened, now=now, tz=ZONE)
        total += done
        if not done:
            return total
