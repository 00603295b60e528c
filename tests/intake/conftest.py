"""A form that was given out."""

import pytest

from tests.cast import House
from tests.intake.forms import Form, new_form


@pytest.fixture
def form(house: House) -> Form:
    return new_form(house)
