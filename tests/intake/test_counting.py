"""What is counted at intake, with no link to a ticket."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from hotline.base.errors import Invalid
from hotline.counters.models import Counter
from hotline.intake.screening import Topic
from tests.cast import House
from tests.intake.forms import REQUEST, Form, new_form


def test_what_is_counted_has_no_link_to_the_ticket(house: House, form: Form) -> None:
    form.send(replace(REQUEST, topics=(Topic.SLEEP, Topic.SLEEP)))
    new_form(house).send()

    with house.database.read() as db:
        counted = {(row.period, row.dimension, row.value): row.n for row in db.scalars(select(Counter))}
    assert counted == {
        ("2026-W48", "contacts", "request"): 2,
        ("2026-11", "topic", "sleep"): 2,
        ("2026-11", "topic", "study"): 1,
        ("2026-11", "audience", "student"): 2,
        ("2026-11", "language", "zh-Hans"): 2,
        ("2026-Q4", "hour", "1-12"): 2,
    }


def test_a_resend_is_counted_once_and_a_refused_one_never(house: House, form: Form) -> None:
    form.send()
    form.send()
    with pytest.raises(Invalid):
        form.send(replace(REQUEST, message="", topics=()))

    with house.database.read() as db:
        assert set(db.scalars(select(Counter.n))) == {1}
