"""What was decided: keeping a decision once, and reading what everybody who may see statistics sees."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.base.errors import NotFound
from hotline.permissions import Actor
from hotline.statistics import policy
from hotline.statistics.disclosure import Decision, Withheld
from hotline.statistics.labels import LABELS, days_of, name_of
from hotline.statistics.models import Release, ReleasedCell
from hotline.statistics.tables import Kind, Released, Times

SIDE_BY_SIDE = 13  # a quarter of weeks


@dataclass(frozen=True)
class Shown:
    """A decided table; `table` is None where it is withheld."""

    kind: Kind
    period: str
    decided_at: datetime
    table: Released | None


def find(db: Session, actor: Actor, kind: str, period: str) -> Shown:
    """The table of a kind and period; `NotFound` where there is none, and for whoever may not see any."""
    _check(actor)
    row = db.get(Release, (kind, period))
    if row is None:
        raise NotFound
    return _shown(db, [row])[0]


def before(db: Session, actor: Actor, one: Shown) -> list[Shown]:
    """The tables of this kind up to this one, at most thirteen, oldest first."""
    _check(actor)
    rows = (
        select(Release)
        .where(Release.kind == one.kind, Release.period <= one.period)
        .order_by(Release.period.desc())
        .limit(SIDE_BY_SIDE)
    )
    return _shown(db, list(reversed(db.scalars(rows).all())))


def periods(db: Session, actor: Actor, kind: Kind) -> dict[str, bool]:
    """The periods that were decided, newest first, and whether each can be seen."""
    _check(actor)
    rows = select(Release.period, Release.is_withheld).where(Release.kind == kind)
    return {row.period: not row.is_withheld for row in db.execute(rows.order_by(Release.period.desc()))}


def newest(db: Session, actor: Actor) -> dict[Kind, str]:
    """The newest decided period of every kind that has one."""
    _check(actor)
    rows = select(Release.kind, func.max(Release.period).label("period")).group_by(Release.kind)
    return {Kind(row.kind): row.period for row in db.execute(rows)}


def names(db: Session) -> set[tuple[str, str]]:
    """Kind and period of everything decided so far."""
    return {(row.kind, row.period) for row in db.execute(select(Release.kind, Release.period))}


def newest_decision_at(db: Session) -> datetime | None:
    """When the newest decision was taken; None before the first."""
    return db.scalar(select(func.max(Release.decided_at)))


def history(db: Session) -> list[Decision]:
    """Every decision so far: what the next one has to reckon with."""
    rows = db.scalars(select(Release)).all()
    lines = _lines(db.scalars(select(ReleasedCell)))
    return [_decision(row, lines[row.kind, row.period]) for row in rows]


def keep(db: Session, decision: Decision, *, now: datetime) -> bool:
    """Keep the decision for ever; False when another process has decided this table meanwhile."""
    period = name_of(decision.kind, decision.start)
    row = Release(kind=decision.kind, period=period, decided_at=now, at_least=0, at_most=None)
    row.is_withheld = isinstance(decision, Withheld)
    if isinstance(decision, Withheld):
        row.at_least, row.at_most = decision.at_least, decision.at_most
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        return False
    if isinstance(decision, Released):
        db.add_all(_cells(decision, period))
        db.flush()
    return True


def _check(actor: Actor) -> None:
    if not policy.may_see(actor):
        raise NotFound


def _cells(table: Released, period: str) -> Iterable[ReleasedCell]:
    for label, printed in table.cells.items():
        cell = ReleasedCell(kind=table.kind, period=period, label=label, printed=printed)
        times = table.times.get(label)
        if times is not None:
            cell.share, cell.median, cell.ninetieth = times.share, times.median, times.ninetieth
        yield cell


def _shown(db: Session, rows: list[Release]) -> list[Shown]:
    """The tables of rows of one kind."""
    wanted = {row.period for row in rows}
    kind = rows[0].kind
    cells = select(ReleasedCell).where(ReleasedCell.kind == kind, ReleasedCell.period.in_(wanted))
    lines = _lines(db.scalars(cells))
    decisions = [(row, _decision(row, lines[row.kind, row.period])) for row in rows]
    return [
        Shown(Kind(row.kind), row.period, row.decided_at, one if isinstance(one, Released) else None)
        for row, one in decisions
    ]


def _lines(cells: Iterable[ReleasedCell]) -> dict[tuple[str, str], list[ReleasedCell]]:
    lines: dict[tuple[str, str], list[ReleasedCell]] = defaultdict(list)
    for cell in cells:
        lines[cell.kind, cell.period].append(cell)
    return lines


def _decision(row: Release, cells: list[ReleasedCell]) -> Decision:
    kind = Kind(row.kind)
    days = days_of(kind, row.period)
    if row.is_withheld:
        return Withheld(kind, days.start, days.end, row.at_least, row.at_most)
    place = {label: place for place, label in enumerate(LABELS[kind])}
    cells = sorted(cells, key=lambda cell: (place.get(cell.label, len(place)), cell.label))
    times = {cell.label: one for cell in cells if (one := _times(cell))}
    return Released(kind, days.start, days.end, {cell.label: cell.printed for cell in cells}, times)


def _times(cell: ReleasedCell) -> Times | None:
    if cell.share is None or cell.median is None or cell.ninetieth is None:
        return None
    return Times(cell.share, cell.median, cell.ninetieth)
