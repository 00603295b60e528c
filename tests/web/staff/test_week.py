"""The week on paper: hours and numbers by day, nothing of any ticket."""

from datetime import date, timedelta

import pytest

from hotline.base.paths import static_dir
from tests.followups.plans import plan, taken
from tests.web.staff.desks import Desks, words

WEEK = "/staff/board/week"
MONDAY = date(2026, 11, 23)


def test_every_day_has_its_hours_and_how_many_follow_ups_are_due(desks: Desks) -> None:
    caller = taken(desks.house)
    plan(desks.house, "lin", caller)

    page = desks.at_desk("supervisor").get("/staff/board/week")

    assert "Mon 23 November 2026 08:00–22:00 0" in words(page)
    assert "Thu 26 November 2026 08:00–22:00 1" in words(page)
    assert words(page).count("08:00–22:00") == 7
    assert "睡不着" not in page.text
    assert caller.reference not in page.text


def test_the_weeks_beside_it_are_one_link_away_and_named(desks: Desks) -> None:
    caller = taken(desks.house)
    plan(desks.house, "lin", caller)
    supervisor = desks.at_desk("supervisor")

    this = supervisor.get(WEEK)
    assert "Previous week" not in this.text
    assert f'href="{WEEK}?from=2026-11-30" rel="next">Next week' in this.text
    following = supervisor.get(f"{WEEK}?from=2026-11-30")

    assert "<h1>This week on duty</h1>" in this.text
    assert "On duty in the week from 30 November 2026" in words(following)
    assert "Mon 30 November 2026 08:00–22:00 0" in words(following)
    assert "Sun 6 December 2026 08:00–22:00 0" in words(following)
    assert f'href="{WEEK}" rel="prev">Previous week' in following.text
    assert ("As of" in words(this), "As of" in words(following)) == (True, False)


def test_any_day_names_its_week(desks: Desks) -> None:
    page = desks.at_desk("supervisor", language="zh-CN").get(f"{WEEK}?from=2026-12-06")

    assert "2026年11月30日起一周的值班" in words(page)


@pytest.mark.parametrize(
    "asked", ["", "tomorrow", "2026-13-01", "0001-01-01", "9999-12-31", "2027-05-31", "2026-11-22", "\x00"]
)
def test_what_is_no_day_over_or_too_far_ahead_is_this_week(desks: Desks, asked: str) -> None:
    page = desks.at_desk("supervisor").get(WEEK, params={"from": asked})

    assert page.status_code == 200
    assert "This week on duty" in words(page)


def test_half_a_year_ahead_can_be_reached(desks: Desks) -> None:
    last = MONDAY + timedelta(weeks=26)

    latest = desks.at_desk("supervisor").get(f"{WEEK}?from={last}").text

    assert ("Previous week" in latest, "Next week" in latest) == (True, False)


def test_on_paper_there_is_no_way_to_another_week(desks: Desks) -> None:
    page = desks.at_desk("supervisor").get(WEEK).text

    assert '<nav class="pager" aria-label="Weeks beside this one">' in page
    on_paper = (static_dir() / "hotline.css").read_text("utf-8").partition("@media print")[2]
    assert " .pager," in on_paper
