"""The one place that reads the clock. Everything below the edges takes `now` as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment in UTC, to the microsecond."""
    return datetime.now(UTC)
