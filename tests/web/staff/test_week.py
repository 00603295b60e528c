"""The week on paper: hours and numbers by day, nothing of any ticket."""

from tests.followups.plans import plan, taken
from tests.web.staff.desks import Desks, words


def test_every_day_has_its_hours_and_how_many_follow_ups_are_due(desks: Desks) -> None:
    caller = taken(desks.house)
    plan(desks.house, "lin", caller)

    page = desks.at_desk("supervisor").get("/staff/board/week")

    assert "Mon 23 November 2026 08:00–22:00 0" in words(page)
    assert "Thu 26 November 2026 08:00–22:00 1" in words(page)
    assert words(page).count("08:00–22:00") == 7
    assert "睡不着" not in page.text
    assert caller.reference not in page.text
