"""How long a mail that was not sent waits for its next try."""

from datetime import timedelta

from hotline.notifications.channels import PATIENCE_SECONDS
from hotline.notifications.retries import CLAIM, LONGEST_PAUSE, TROUBLE_WORDS, Trouble, pause_after


def test_the_pauses_grow_and_then_stay() -> None:
    minutes = [pause_after(attempts) // timedelta(minutes=1) for attempts in range(1, 9)]

    assert minutes == [1, 5, 15, 60, 180, 360, 360, 360]
    assert pause_after(1000) == LONGEST_PAUSE == timedelta(hours=6)
    assert pause_after(0) == pause_after(1)


def test_a_claim_outlasts_the_slowest_try() -> None:
    assert CLAIM.total_seconds() > 2 * PATIENCE_SECONDS


def test_every_trouble_has_its_words() -> None:
    assert set(TROUBLE_WORDS) == set(Trouble)
