"""When a clock may be believed in what can never be taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hotline.base.clock import Steadiness
from tests.cast import NOON

DAY = timedelta(days=1)


class Ticks:
    """The machine's ticks, as far as a test lets them run."""

    def __init__(self) -> None:
        self.seconds = 500.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def holds(ticks: Ticks) -> Callable[[timedelta, timedelta], bool]:
    """Whether the clock, so far past noon, holds after the machine ran for so long."""
    steadiness = Steadiness(ticks)

    def asked(shown: timedelta, ran: timedelta = timedelta()) -> bool:
        ticks.seconds += ran.total_seconds()
        return steadiness.holds(NOON + shown, NOON)

    return asked


Asked = Callable[..., bool]


def test_a_clock_near_what_is_known_holds_from_the_start(holds: Asked) -> None:
    assert holds(DAY)
    assert holds(2 * DAY, DAY)


def test_a_clock_far_past_what_is_known_holds_after_a_day(holds: Asked) -> None:
    assert not holds(30 * DAY)
    assert not holds(30.9 * DAY, 0.9 * DAY)
    assert holds(31 * DAY, 0.1 * DAY)


@pytest.mark.parametrize("jump", [DAY, -DAY, timedelta(hours=1), timedelta(days=366)])
def test_a_clock_that_jumped_holds_again_after_a_day(holds: Asked, jump: timedelta) -> None:
    assert holds(DAY)

    assert not holds(DAY + jump, timedelta(seconds=30))
    assert not holds(DAY + jump + 0.9 * DAY, 0.9 * DAY)
    assert holds(DAY + jump + 1.1 * DAY, 0.2 * DAY)


def test_a_clock_that_is_set_right_by_a_minute_still_holds(holds: Asked) -> None:
    assert holds(DAY)
    assert holds(DAY + timedelta(minutes=2), timedelta(minutes=1))
