"""The quick versions of `make chaos`, as far as they take seconds."""

from pathlib import Path

import pytest

from chaos.clocks import turn_the_clock
from chaos.kills import kill_again_and_again
from chaos.reminders import kill_at

pytestmark = pytest.mark.thorough


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    report = kill_again_and_again(tmp_path / "house", times=3, callers=3)

    assert report.is_good, str(report)


def test_a_worker_killed_on_the_way_loses_no_reminder(tmp_path: Path) -> None:
    report = kill_at(tmp_path, [1, 10])

    assert report.is_good, str(report)


def test_a_wrong_clock_sends_nothing_twice_and_deletes_nothing_early(tmp_path: Path) -> None:
    report = turn_the_clock(tmp_path)

    assert report.is_good, str(report)
