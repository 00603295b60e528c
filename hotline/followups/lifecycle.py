"""The life of a follow-up, and what becomes of a due one by the state its ticket is in then.

A follow-up is planned weeks ahead, and nobody keeps it in step with its ticket meanwhile: whoever
claims it looks at the ticket at that moment, and `DECISIONS` says what to do.
"""

from dataclasses import dataclass
from enum import StrEnum

from hotline.base.i18n import N_
from hotline.tickets import lifecycle as tickets
from hotline.tickets.lifecycle import Consent

MAX_ATTEMPTS = 3
"""How often somebody tries before a follow-up lapses (screens.md K7)."""


class State(StrEnum):
    """Where a follow-up is."""

    PLANNED = "planned"
    REMINDED = "reminded"
    DONE = "done"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


OPEN = frozenset({State.PLANNED, State.REMINDED})

STATE_WORDS: dict[State, str] = {
    State.PLANNED: N_("Planned"),
    State.REMINDED: N_("Follow-up due"),
    State.DONE: N_("Done"),
    State.LAPSED: N_("Lapsed: nobody answered"),
    State.CANCELLED: N_("Cancelled"),
}


class Outcome(StrEnum):
    """What came of a contact, as the caller says."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NO_ANSWER = "no-answer"
    DECLINED = "declined"


OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.BETTER: N_("Reached: things are better"),
    Outcome.SAME: N_("Reached: things are the same"),
    Outcome.WORSE: N_("Reached: things are worse"),
    Outcome.NO_ANSWER: N_("No answer"),
    Outcome.DECLINED: N_("The caller wants no follow-ups"),
}


class Why(StrEnum):
    """Who or what cancelled a follow-up."""

    COUNSELOR = "counselor"
    STOPPED = "stopped"
    DELETED = "deleted"


WHY_WORDS: dict[Why, str] = {
    Why.COUNSELOR: N_("By the counselor"),
    Why.STOPPED: N_("The caller wants no follow-ups"),
    Why.DELETED: N_("The caller deleted the conversation"),
}


def after(outcome: Outcome, attempts: int, max_attempts: int) -> State:
    """The state after the attempt with this number, counted from 1: no answer means another try."""
    if outcome is not Outcome.NO_ANSWER:
        return State.DONE
    return State.PLANNED if attempts < max_attempts else State.LAPSED


@dataclass(frozen=True)
class Found:
    """What the claim finds of the ticket. `has_word`: the caller was told, and has not stopped it."""

    state: tickets.State
    outcome: str | None
    consent: str
    has_word: bool
    is_same_counselor: bool
    counselor_works: bool


class Situation(StrEnum):
    """How a due follow-up meets its ticket."""

    DELETED = "the caller deleted the conversation"
    STOPPED = "the caller finished it, or wants no follow-ups"
    NOBODYS = "it waits in the queue, or nobody has opened it yet"
    ORPHANED = "its counselor is disabled, or no counselor any more"
    MOVED = "another counselor has it now"
    OWN = "its counselor has it, open or closed by them"


class Decision(StrEnum):
    """What becomes of a due follow-up."""

    CANCEL = "it is over"
    POSTPONE = "a day later somebody may have it"
    LEAVE = "it stays due, and the supervisors' board counts it"
    REMIND = "whoever has the ticket now is reminded"


DECISIONS: dict[Situation, Decision] = {
    Situation.DELETED: Decision.CANCEL,
    Situation.STOPPED: Decision.CANCEL,
    Situation.NOBODYS: Decision.POSTPONE,
    Situation.ORPHANED: Decision.LEAVE,
    Situation.MOVED: Decision.REMIND,
    Situation.OWN: Decision.REMIND,
}


def situation_of(found: Found) -> Situation:
    """The first that holds, in the order of what the caller decided, then of who is there."""
    if found.state is tickets.State.DELETED:
        return Situation.DELETED
    if found.consent == Consent.NO or not found.has_word or is_finished_by_caller(found.state, found.outcome):
        return Situation.STOPPED
    if found.state in {tickets.State.WAITING, tickets.State.ASSIGNED}:
        return Situation.NOBODYS
    if not found.counselor_works:
        return Situation.ORPHANED
    return Situation.OWN if found.is_same_counselor else Situation.MOVED


def is_finished_by_caller(state: str, outcome: str | None) -> bool:
    """Whether the ticket is closed because the caller wanted no more."""
    return state == tickets.State.CLOSED and outcome == tickets.Outcome.STOPPED_BY_CALLER


def why_over(situation: Situation) -> Why:
    """What a cancelled follow-up says about its end."""
    return Why.DELETED if situation is Situation.DELETED else Why.STOPPED
