"""The life of a ticket: its states, what follows what, and how it looks to the caller."""

from datetime import datetime, tzinfo
from enum import StrEnum

from hotline.base.errors import HotlineError, NotFound, Refused
from hotline.base.i18n import N_
from hotline.tickets.levels import Level


class State(StrEnum):
    """Where a ticket is."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    TAKEN = "taken"
    CLOSED = "closed"
    DELETED = "deleted"


OPEN = frozenset({State.WAITING, State.ASSIGNED, State.TAKEN})

NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ASSIGNED, State.TAKEN, State.CLOSED, State.DELETED}),
    State.ASSIGNED: frozenset({State.WAITING, State.ASSIGNED, State.TAKEN, State.CLOSED, State.DELETED}),
    State.TAKEN: frozenset({State.WAITING, State.CLOSED, State.DELETED}),
    State.CLOSED: frozenset({State.WAITING, State.TAKEN, State.DELETED}),
    State.DELETED: frozenset(),
}


class Outcome(StrEnum):
    """How a conversation ended, by the counselor's choice (screens.md §5)."""

    LISTENED = "listened"
    INFORMATION = "information"
    SAFETY_PLAN = "safety-plan"
    PRACTICAL = "practical"
    REFERRED_ACCEPTED = "referred-accepted"
    REFERRED_UNKNOWN = "referred-unknown"
    STOPPED_BY_CALLER = "stopped-by-caller"
    NON_COUNSELLING = "non-counselling"


OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.LISTENED: N_("Listened"),
    Outcome.INFORMATION: N_("Gave information"),
    Outcome.SAFETY_PLAN: N_("Made a safety plan together"),
    Outcome.PRACTICAL: N_("Practical help is done"),
    Outcome.REFERRED_ACCEPTED: N_("Referred, and accepted there"),
    Outcome.REFERRED_UNKNOWN: N_("Referred, not known whether accepted"),
    Outcome.STOPPED_BY_CALLER: N_("The caller stopped writing"),
    Outcome.NON_COUNSELLING: N_("Not a counseling contact"),
}

STATE_WORDS: dict[State, str] = {
    State.WAITING: N_("Waiting"),
    State.ASSIGNED: N_("Assigned, not opened yet"),
    State.TAKEN: N_("Taken"),
    State.CLOSED: N_("Closed"),
    State.DELETED: N_("Deleted by the caller"),
}


class Consent(StrEnum):
    """Whether somebody may write to the caller again on their own account."""

    YES = "yes"
    NO = "no"
    LATER = "later"


class Seen(StrEnum):
    """A ticket's state in the caller's eyes."""

    ARRIVED = "arrived"
    READ = "read"
    REPLY = "reply"
    LATE = "late"
    FINISHED = "finished"


SEEN_WORDS: dict[Seen, str] = {
    Seen.ARRIVED: N_("Arrived"),
    Seen.READ: N_("Someone has read it"),
    Seen.REPLY: N_("Reply waiting"),
    Seen.LATE: N_("Later than we said"),
    Seen.FINISHED: N_("Finished"),
}


class Meanwhile(HotlineError):
    """What became of a counselor's ticket since they opened its page; `reference` while they can open it."""

    def __init__(self, reference: str = "") -> None:
        super().__init__()
        self.reference = reference


class ClosedMeanwhile(Meanwhile, Refused):
    """Nothing can be sent on a ticket that was closed, and it cannot be closed again."""

    message = N_("The ticket was closed in the meantime. You can still read it and write notes.")


class DeletedMeanwhile(Meanwhile, Refused):
    """There is nobody any more to whom something could be sent."""

    message = N_("The caller has deleted this conversation in the meantime. Your notes stay.")


class BackInQueue(Meanwhile, NotFound):
    """The person had the ticket once. For anybody else who asks for it there is none."""

    message = N_("This ticket went back to the queue in the meantime and is not yours any more.")


class AlreadyBack(BackInQueue):
    """And that is what was asked for: somebody has pressed twice."""


def may_become(state: State, following: State) -> bool:
    """Whether a ticket can go from one state to the other."""
    return following in NEXT[state]


def is_told_day_over(told: datetime | None, now: datetime, zone: tzinfo) -> bool:
    """Whether the day on which the caller was told that somebody writes again has ended there."""
    return told is not None and told.astimezone(zone).date() < now.astimezone(zone).date()


def waits_for_a_look(level: Level, reply_due: datetime | None) -> bool:
    """Whether somebody is in danger or thinks of ending their life, and nobody has answered it yet.

    Such a ticket stays open when its caller finishes: only a person who has read it ends it.
    """
    return level in {Level.P1, Level.P2} and reply_due is not None


def seen_by_caller(
    state: State,
    *,
    is_finished: bool,
    reply_due: datetime | None,
    has_reply: bool,
    was_opened: bool,
    now: datetime,
) -> Seen:
    """What the caller is told. `reply_due` is None when nothing they wrote waits for an answer.

    Whoever took the ticket has read what was there, also when somebody else answers it: `was_opened`
    since the caller last wrote. Of what was written afterwards nobody knows it.
    """
    if is_finished or state is State.CLOSED:
        return Seen.FINISHED
    if reply_due is None and has_reply:
        return Seen.REPLY
    if reply_due is not None and now > reply_due:
        return Seen.LATE
    return Seen.READ if was_opened and not has_reply else Seen.ARRIVED
