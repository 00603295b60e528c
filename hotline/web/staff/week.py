"""The week on one sheet of paper, for the wall: hours, what is due, nothing of any ticket."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from hotline.assignment.queries import standing, waiting_by_level
from hotline.base.i18n import Language, format_date, format_weekday, in_one_piece
from hotline.followups import queries as followups
from hotline.permissions import Permission
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import DeskDep
from hotline.web.staff.ticket_words import WORDS

ADDRESS = "/staff/board/week"
WEEK = timedelta(days=7)
REACH = 26 * WEEK
"""Half a year ahead: no rota is made beyond, and none for what is over."""

router = Router()


@router.get(ADDRESS, name="board.week", dependencies=[may(Permission.BOARD_SEE)])
def page(desk: DeskDep, asked: Annotated[str, Query(alias="from")] = "") -> Response:
    """A week from Monday on, in the zone of the settings: this one, or the one with the day `from`."""
    zone, language = desk.hours.zone, desk.pages.language_of(desk.request)
    this = _monday(desk.now.astimezone(zone).date())
    monday = _week_of(asked, this)
    days = [monday + timedelta(days=ahead) for ahead in range(WEEK.days)]
    begin, end = (datetime.combine(day, time.min, zone) for day in (monday, monday + WEEK))
    with desk.look() as db:
        due = followups.due_by_day(db, begin=begin, end=end, tz=zone)
        waiting, stands = sorted(waiting_by_level(db).items()), standing(db, now=desk.now)
    return desk.page(
        "staff/board/week.html",
        waiting=waiting,
        standing=stands,
        days=[
            (
                format_weekday(day, language),
                _named(day, language),
                desk.hours.of_day(day.weekday()),
                due[day],
            )
            for day in days
        ],
        begins=None if monday == this else _named(monday, language),
        before=_address(monday - WEEK, this),
        after=_address(monday + WEEK, this),
        words=WORDS,
    )


def _named(day: date, language: Language) -> str:
    return in_one_piece(format_date(day, language), language)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week_of(asked: str, this: date) -> date:
    """The Monday of the week that was asked for; of this week for what is no day, over, or too far ahead."""
    try:
        monday = _monday(date.fromisoformat(asked))
    except ValueError:
        return this
    return monday if _is_within_reach(monday, this) else this


def _address(monday: date, this: date) -> str | None:
    """Where that week is; None beyond what can be reached."""
    if monday == this:
        return ADDRESS
    return f"{ADDRESS}?from={monday}" if _is_within_reach(monday, this) else None


def _is_within_reach(monday: date, this: date) -> bool:
    return this <= monday <= this + REACH
