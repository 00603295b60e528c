"""Statistics: one period of one table at a time, as released. No range, no filter, no way to a ticket."""

from collections.abc import Mapping

from starlette.responses import Response

from hotline.base.i18n import Language
from hotline.permissions import Permission
from hotline.statistics import releases
from hotline.statistics.labels import HOURS, WEEKDAYS
from hotline.statistics.releases import Shown
from hotline.statistics.tables import Kind
from hotline.tickets.levels import REPLY_TIMES
from hotline.web.routing import Router
from hotline.web.sheets import download
from hotline.web.staff.deps import may
from hotline.web.staff.desk import DeskDep
from hotline.web.staff.statistics_sheet import columns_of, explained, is_single, sheet_of, withheld_rows
from hotline.web.staff.statistics_words import (
    HOW_OFTEN,
    TABLES,
    period_days,
    period_name,
    step_mark,
    weekday_name,
)

ADDRESS = "/staff/statistics"

router = Router()


@router.get(ADDRESS, name="statistics", dependencies=[may(Permission.STATISTICS_SEE)])
def page(desk: DeskDep) -> Response:
    """Every table there is, with the newest period of each."""
    language = desk.pages.language_of(desk.request)
    with desk.look() as db:
        newest = releases.newest(db, desk.actor)
    names = {kind: period_name(kind, period, language) for kind, period in newest.items()}
    return desk.page(
        "staff/statistics/page.html", how_often=HOW_OFTEN, tables=TABLES, newest=newest, names=names
    )


@router.get(
    f"{ADDRESS}/{{kind}}/{{period}}.csv",
    name="statistics.file",
    dependencies=[may(Permission.STATISTICS_SEE)],
)
def file(desk: DeskDep, kind: str, period: str) -> Response:
    """The table for a spreadsheet: the very words of its page."""
    language = desk.pages.language_of(desk.request)
    with desk.look() as db:
        one = releases.find(db, desk.actor, kind, period)
    rows = withheld_rows(one.kind, period, language)
    if one.table is not None:
        rows = sheet_of(one.table, period, language).rows() + explained(one.kind, period, language)
    return download(f"{one.kind}-{one.period}", rows)


@router.get(
    f"{ADDRESS}/{{kind}}/{{period}}",
    name="statistics.table",
    dependencies=[may(Permission.STATISTICS_SEE)],
)
def table(desk: DeskDep, kind: str, period: str) -> Response:
    """One table: its definition, its numbers, a drawing of them, and the other periods it has."""
    language = desk.pages.language_of(desk.request)
    with desk.look() as db:
        one = releases.find(db, desk.actor, kind, period)
        periods = releases.periods(db, desk.actor, one.kind)
        newest = releases.newest(db, desk.actor)
        beside = releases.before(db, desk.actor, one) if is_single(one.kind) else []
    values = _ways_on(one, periods, newest, language) | _scales(language)
    return desk.page(
        "staff/statistics/table.html",
        200,
        one=one,
        tables=TABLES,
        sheet=sheet_of(one.table, one.period, language) if one.table else None,
        columns=columns_of(beside, language),
        name=period_name(one.kind, one.period, language),
        days=period_days(one.kind, one.period, language),
        **values,
    )


def _ways_on(
    one: Shown, periods: Mapping[str, bool], newest: Mapping[Kind, str], language: Language
) -> dict[str, object]:
    """The periods of this table by year, the two beside this one, and the other tables."""
    order = list(periods)
    here = order.index(one.period)
    years: dict[str, list[str]] = {}
    for period in order:
        years.setdefault(period[:4], []).append(period)
    return {
        "years": years,
        "seen": periods,
        "names": {period: period_name(one.kind, period, language) for period in order},
        "earlier": order[here + 1] if here + 1 < len(order) else None,
        "later": order[here - 1] if here else None,
        "others": {kind: period for kind, period in newest.items() if kind is not one.kind},
    }


def _scales(language: Language) -> dict[str, object]:
    """What the drawings are marked with."""
    return {
        "steps": [step_mark(end, language) for end in REPLY_TIMES],
        "weekdays": [weekday_name(weekday, language) for weekday in WEEKDAYS],
        "clock_hours": HOURS,
    }
