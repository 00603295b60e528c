"""What happened to a ticket, from the trail and the times of messages: a story of plain sentences by days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import groupby
from uuid import UUID

from hotline.audit.acts import READS, Act
from hotline.base.i18n import N_
from hotline.followups.lifecycle import OUTCOME_WORDS as FOLLOW_UP_WORDS
from hotline.tickets.levelling import REASON_WORDS, Reason
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import OUTCOME_WORDS
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Done

SENTENCES: dict[Act, str] = {
    Act.TAKEN: N_("%(who)s took the ticket."),
    Act.ASSIGNED: N_("%(who)s assigned the ticket to a counselor."),
    Act.REPLIED: N_("%(who)s replied to the caller."),
    Act.SAFETY_REVIEWED: N_("%(who)s recorded a safety review."),
    Act.LEVEL_SET: N_("%(who)s set the level to %(level)s."),
    Act.LEVEL_PROPOSED: N_("%(who)s asked to lower the level to %(level)s."),
    Act.LEVEL_CONFIRMED: N_("%(who)s agreed to lower the level to %(level)s."),
    Act.LEVEL_DECLINED: N_("%(who)s kept the level and did not lower it to %(level)s."),
    Act.NOTE_DRAFTED: N_("%(who)s drafted a note."),
    Act.NOTE_WRITTEN: N_("%(who)s finished a note."),
    Act.CLOSED: N_("%(who)s closed the ticket."),
    Act.REOPENED: N_("%(who)s opened the ticket again."),
    Act.GIVEN_BACK: N_("%(who)s gave the ticket back to the queue."),
    Act.FOLLOW_UP_PLANNED: N_("%(who)s planned a follow-up."),
    Act.FOLLOW_UP_MADE: N_("%(who)s wrote down how a follow-up went."),
    Act.FOLLOW_UP_CANCELLED: N_("%(who)s cancelled a follow-up."),
}
"""What the acts about a ticket are called in its story."""

_TEXT, _NOTES, _PLANS = Act.CONVERSATION_READ, Act.NOTES_READ, Act.FOLLOW_UPS_READ

READINGS: dict[frozenset[Act], str] = {
    frozenset({_TEXT}): N_("%(who)s read the conversation."),
    frozenset({_NOTES}): N_("%(who)s read the notes."),
    frozenset({_PLANS}): N_("%(who)s read why follow-ups were planned."),
    frozenset({_TEXT, _NOTES}): N_("%(who)s read the conversation and the notes."),
    frozenset({_TEXT, _PLANS}): N_("%(who)s read the conversation and why follow-ups were planned."),
    frozenset({_NOTES, _PLANS}): N_("%(who)s read the notes and why follow-ups were planned."),
    frozenset({_TEXT, _NOTES, _PLANS}): N_("%(who)s read the conversation, the notes and the follow-ups."),
}
"""One reading of a ticket's page, by what was opened in it."""

OUTCOMES: dict[Act, Mapping[str, str]] = {
    Act.CLOSED: {code.value: said for code, said in OUTCOME_WORDS.items()},
    Act.FOLLOW_UP_MADE: {code.value: said for code, said in FOLLOW_UP_WORDS.items()},
}


@dataclass(frozen=True)
class Step:
    """One thing that happened: a sentence with its `who` and `level`, and what was chosen, as message ids."""

    at: datetime
    said: str
    who: str = ""
    level: Level | None = None
    why: str | None = None


@dataclass(frozen=True)
class Day:
    """The steps of one local day; `ago` is how many days that was before today."""

    at: datetime
    ago: int
    steps: list[Step] = field(repr=False)


def days(steps: Iterable[Step], *, now: datetime, tz: tzinfo) -> list[Day]:
    """The story by local days, oldest first."""

    def day_of(moment: datetime) -> date:
        return moment.astimezone(tz).date()

    today = day_of(now)
    grouped = groupby(steps, lambda step: day_of(step.at))
    told = [(day, list(of_day)) for day, of_day in grouped]
    return [Day(of_day[0].at, (today - day).days, of_day) for day, of_day in told]


def story(
    ticket: Ticket,
    lines: Sequence[Done],
    written: Sequence[datetime],
) -> list[Step]:
    """The steps, oldest first. `written` are the times of the caller's messages.

    A person's reads are told once after each thing that the caller wrote: what they look at again
    and again while they answer is one reading. What somebody does again at once is told once.
    """
    caller = list(_of_caller(ticket, written))
    staff = _of_staff(lines, [step.at for step in caller])
    steps = sorted([*caller, *staff], key=lambda step: step.at)
    again = (_unlike_time(step) for step in steps[:-1])
    return [step for step, before in zip(steps, [None, *again], strict=True) if _unlike_time(step) != before]


def _of_caller(ticket: Ticket, written: Iterable[datetime]) -> Iterator[Step]:
    yield Step(ticket.created_at, N_("The caller wrote for the first time."))
    for at in written:
        if at > ticket.created_at:
            yield Step(at, N_("The caller wrote again."))
    if ticket.finished_at:
        yield Step(ticket.finished_at, N_("The caller finished the conversation for now."))


def _of_staff(lines: Sequence[Done], news: Sequence[datetime]) -> Iterator[Step]:
    opened: dict[tuple[UUID | None, int], set[Act]] = {}
    for line in lines:
        if line.act in READS:
            opened.setdefault(_reading(line, news), set()).add(Act(line.act))
    for line in lines:
        if line.act in SENTENCES:
            yield _step(line)
        elif acts := opened.pop(_reading(line, news), None) if line.act in READS else None:
            yield Step(line.at, READINGS[frozenset(acts)], line.alias)


def _reading(line: Done, news: Sequence[datetime]) -> tuple[UUID | None, int]:
    return line.actor_id, sum(at <= line.at for at in news)


def _step(line: Done) -> Step:
    act, who = Act(line.act), line.alias
    said = SENTENCES[act]
    code, _, reason = (line.detail or "").partition(" ")
    if "%(level)s" in said:
        why = REASON_WORDS[Reason(reason)] if reason in set(Reason) else None
        return Step(line.at, said, who, Level(code), why)
    return Step(line.at, said, who, why=OUTCOMES.get(act, {}).get(code))


def _unlike_time(step: Step) -> tuple[object, ...]:
    return step.said, step.who, step.level, step.why
