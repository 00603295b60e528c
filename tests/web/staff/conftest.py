"""The site as staff meet it."""

from collections.abc import Iterator

import pytest

from tests import flows
from tests.cast import Caller, House
from tests.web.staff.desks import desks
from tests.web.staff.office import Office, open_office

__all__ = ["desks", "office"]


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    """The site of this test's own house."""
    with open_office(house) as opened:
        yield opened


@pytest.fixture
def taken(house: House) -> Caller:
    """Lin's ticket."""
    caller = house.send("我最近睡不着。")
    flows.take(house, "lin", caller)
    return caller


@pytest.fixture
def reviewed(house: House, taken: Caller) -> Caller:
    """Lin's ticket, its safety review recorded."""
    flows.review(house, "lin", taken)
    return taken
