"""A ticket that somebody has."""

import pytest

from tests import flows
from tests.cast import Caller, House


@pytest.fixture
def lins(house: House) -> Caller:
    """Lin has opened it and not answered it."""
    caller = house.send()
    flows.take(house, "lin", caller)
    return caller
