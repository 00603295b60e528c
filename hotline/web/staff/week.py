"""The week on one sheet of paper, for the wall: hours, what is due, nothing of any ticket."""

from datetime import datetime, time, timedelta

from starlette.responses import Response

from hotline.assignment.queries import standing, waiting_by_level
from hotline.base.i18n import format_date, format_weekday
from hotline.followups import queries as followups
from hotline.permissions import Permission
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import DeskDep
from hotline.web.staff.ticket_words import WORDS

DAYS = 7

router = Router()


@router.get("/staff/board/week", name="board.week", dependencies=[may(Permission.BOARD_SEE)])
def page(desk: DeskDep) -> Response:
    """This week from Monday on, in the zone of the settings."""
    zone, language = desk.hours.zone, desk.pages.language_of(desk.request)
    today = desk.now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=ahead) for ahead in range(DAYS)]
    begin, end = (datetime.combine(day, time.min, zone) for day in (monday, monday + timedelta(days=DAYS)))
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
                format_date(day, language),
                desk.hours.of_day(day.weekday()),
                due[day],
            )
            for day in days
        ],
        words=WORDS,
    )
