"""Releasing tables: every closed period is decided once, in a fixed order, and never computed again."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline.counters.actions import Dimension
from hotline.statistics import releases
from hotline.statistics.disclosure import decide
from hotline.statistics.labels import DIMENSION, LABELS, name_of
from hotline.statistics.queries import counted
from hotline.statistics.tables import Candidate, Kind, Replies
from hotline.statistics.timeline import Due, due
from hotline.tickets.levels import REPLY_TIMES

SETTLED = timedelta(hours=1)
"""What began before a period was over has been counted by then, or never will be."""

AT_ONCE = 20
"""Tables a transaction decides: after a long rest, nobody waits for a year of them."""


def release_due(db: Session, *, opened: date, now: datetime, tz: ZoneInfo) -> int:
    """Every table whose period is over has been decided, or the next twenty of them; returns how many now.

    `opened` is the day before which nothing was counted, in the deployment's time. Two processes may do this
    at once: whoever comes second to a table leaves the rest to the other. `Contradiction` when what was
    counted cannot be true; then nothing more is released until somebody has looked.
    """
    today = (now - SETTLED).astimezone(tz).date()
    decided = releases.names(db)
    waiting = [one for one in due(opened, today) if (one.kind, name_of(one.kind, one.start)) not in decided]
    if not waiting:
        return 0
    history = releases.history(db)
    for done, table in enumerate(waiting[:AT_ONCE]):
        decision = decide(_candidate(db, table), history, opened=opened)
        if not releases.keep(db, decision, now=now):
            return done
        history.append(decision)
    return len(waiting[:AT_ONCE])


def _candidate(db: Session, table: Due) -> Candidate:
    """The true counts: every line there is, and any that an earlier version counted."""
    period = name_of(table.kind, table.start)
    cells = dict.fromkeys(LABELS[table.kind], 0)
    counts = counted(db, DIMENSION[table.kind], period)
    for (label, _), n in counts.items():
        cells[label] = cells.get(label, 0) + n
    if table.kind is not Kind.LEVEL:
        return Candidate(table.kind, table.start, table.end, cells)
    in_time = counted(db, Dimension.FIRST_REPLY_IN_TIME, period)
    replies = {level: _replies(level, counts, in_time.get((level, ""), 0)) for level in cells}
    return Candidate(table.kind, table.start, table.end, cells, replies)


def _replies(level: str, counts: dict[tuple[str, str], int], in_time: int) -> Replies:
    steps = range(len(REPLY_TIMES) + 1)
    return Replies(in_time, tuple(counts.get((level, f"{step}"), 0) for step in steps))
