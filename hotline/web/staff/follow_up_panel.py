"""What pages show of follow-ups: the panel of a ticket, the counselor's own day, and how mails go out."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.audit.actions import Journal
from hotline.followups import policy, queries
from hotline.followups.actions import MOST_OPEN, PURPOSE_LIMIT, Opened, read
from hotline.followups.cadence import INTERVAL_WORDS, today
from hotline.followups.lifecycle import OUTCOME_WORDS, STATE_WORDS, WHY_WORDS
from hotline.followups.queries import Line
from hotline.notifications.queries import Stuck, stuck
from hotline.notifications.retries import TROUBLE_WORDS
from hotline.permissions import Permission
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from hotline.web.staff.desk import Desk
from hotline.web.transaction import Db

WORDS = {
    "interval": {code.value: said for code, said in INTERVAL_WORDS.items()},
    "state": {code.value: said for code, said in STATE_WORDS.items()},
    "result": {code.value: said for code, said in OUTCOME_WORDS.items()},
    "why": {code.value: said for code, said in WHY_WORDS.items()},
}


@dataclass(frozen=True)
class Panel:
    """The follow-ups of one ticket: those to be made, those that have ended, and what is possible."""

    planned: list[Opened] = field(repr=False)
    ended: list[Opened] = field(repr=False)
    is_wanted: bool
    is_possible: bool
    may_reopen: bool
    has_address: bool
    has_mail_server: bool
    began: datetime
    limit: int = PURPOSE_LIMIT
    words = WORDS

    @property
    def has_room(self) -> bool:
        """Whether one more can be planned."""
        return len(self.planned) < MOST_OPEN


@dataclass(frozen=True)
class Day:
    """What is due before the local day ends, when that day began, and when the first is due after it."""

    lines: list[Line]
    began: datetime
    next_at: datetime | None


@dataclass(frozen=True)
class MailState:
    """What an administrator has to know: mails go nowhere, or could not be sent."""

    has_server: bool
    stuck: Stuck | None
    words = TROUBLE_WORDS


def gather(db: Db, desk: Desk, journal: Journal, ticket: Ticket) -> Panel:
    """The panel of a ticket that this person has opened; the line about the read is in the trail."""
    opened = read(db, desk.deployment, journal, desk.actor, desk.keys, ticket, now=desk.now)
    stands = ticket.follow_up_at is not None and policy.is_possible(ticket)
    planned = [one for one in opened if one.row.is_open and stands]
    return Panel(
        planned=planned,
        ended=[one for one in opened if one not in planned],
        is_wanted=policy.is_wanted(ticket),
        is_possible=policy.is_possible(ticket),
        may_reopen=bool(planned) and ticket.state == State.CLOSED,
        has_address=bool(desk.signed.account.mail),
        has_mail_server=bool(desk.pages.settings.smtp_url),
        began=today(desk.now, desk.hours)[0],
    )


def due_today(db: Db, desk: Desk) -> Day:
    """The person's follow-ups that are overdue or due before the local day ends."""
    began, ends = today(desk.now, desk.hours)
    planned = queries.mine(db, desk.actor)
    return Day(
        lines=[one for one in planned if one.due_at < ends],
        began=began,
        next_at=next((one.due_at for one in planned if one.due_at >= ends), None),
    )


def mails_as_told(db: Db, desk: Desk) -> MailState | None:
    """For whoever runs accounts, when mails do not reach people; None when there is nothing to say."""
    if not desk.actor.holds(Permission.PEOPLE_MANAGE):
        return None
    held, has_server = stuck(db), bool(desk.pages.settings.smtp_url)
    return None if has_server and held is None else MailState(has_server, held)
