"""The one place that reads the clock. Everything below the edges takes `now` as an argument."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

SLACK = timedelta(minutes=5)
KNOWN_GAP = timedelta(days=8)
PROBATION_SECONDS = 24 * 3600


def system_clock() -> datetime:
    """The present moment in UTC, to the microsecond."""
    return datetime.now(UTC)


class Steadiness:
    """Whether the clock may be believed in what can never be taken back.

    A clock that jumps, or that stands more than eight days past the newest thing known when it is first
    asked, is believed again after a day in which it went as the machine's own ticks go. A machine that
    slept looks like a jump: that delays, and loses nothing.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._last: tuple[datetime, float] | None = None
        self._good_since = 0.0

    def holds(self, now: datetime, newest: datetime) -> bool:
        """Whether `now` may be believed; `newest` is the latest moment that anything was written down."""
        ticks = self._ticks()
        if self._last is None:
            self._good_since = ticks if now - newest > KNOWN_GAP else ticks - PROBATION_SECONDS
        elif abs(now - self._last[0] - timedelta(seconds=ticks - self._last[1])) > SLACK:
            self._good_since = ticks
        self._last = now, ticks
        return ticks - self._good_since >= PROBATION_SECONDS
