"""The site as staff meet it."""

from collections.abc import Iterator

import pytest

from tests.cast import House
from tests.web.staff.desks import desks
from tests.web.staff.office import Office, open_office

__all__ = ["desks", "office"]


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    """The site of this test's own house."""
    with open_office(house) as opened:
        yield opened
