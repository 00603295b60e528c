"""What happened to a ticket, from the trail and the times of messages, told in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hotline.audit.acts import WORDS, Act
from hotline.audit.models import AuditLine
from hotline.base.i18n import N_
from hotline.followups.lifecycle import OUTCOME_WORDS as FOLLOW_UP_WORDS
from hotline.tickets.levelling import REASON_WORDS, Reason
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import OUTCOME_WORDS
from hotline.tickets.models import Ticket

READS = frozenset({Act.CONVERSATION_READ, Act.NOTES_READ, Act.FOLLOW_UPS_READ})
OUTCOMES: dict[Act, Mapping[str, str]] = {
    Act.CLOSED: {code.value: said for code, said in OUTCOME_WORDS.items()},
    Act.FOLLOW_UP_MADE: {code.value: said for code, said in FOLLOW_UP_WORDS.items()},
}
LEVELS = frozenset({Act.LEVEL_SET, Act.LEVEL_PROPOSED, Act.LEVEL_CONFIRMED, Act.LEVEL_DECLINED})


@dataclass(frozen=True)
class Step:
    """One thing that happened: who (None is the caller), what, and what was chosen, as message ids."""

    at: datetime
    who: str | None
    what: str
    level: Level | None = None
    why: str | None = None


def story(
    ticket: Ticket,
    lines: Sequence[AuditLine],
    written: Sequence[datetime],
    aliases: Mapping[UUID, str],
) -> list[Step]:
    """The steps, oldest first. `written` are the times of the caller's messages.

    A person's reads are told once after each thing that the caller wrote: what they look at again
    and again while they answer is one reading.
    """
    caller = list(_of_caller(ticket, written))
    staff = [_step(line, aliases) for line in _without_rereading(lines, [step.at for step in caller])]
    return sorted([*caller, *staff], key=lambda step: step.at)


def _of_caller(ticket: Ticket, written: Iterable[datetime]) -> Iterator[Step]:
    yield Step(ticket.created_at, None, N_("Sent the request"))
    for at in written:
        if at > ticket.created_at:
            yield Step(at, None, N_("Wrote again"))
    if ticket.finished_at:
        yield Step(ticket.finished_at, None, N_("Finished the conversation"))


def _without_rereading(lines: Iterable[AuditLine], news: Sequence[datetime]) -> Iterator[AuditLine]:
    told: set[tuple[str, UUID | None, int]] = set()
    for line in lines:
        if line.act in READS:
            reading = (line.act, line.actor_id, sum(at <= line.at for at in news))
            if reading in told:
                continue
            told.add(reading)
        yield line


def _step(line: AuditLine, aliases: Mapping[UUID, str]) -> Step:
    act = Act(line.act)
    who = aliases.get(line.actor_id, "") if line.actor_id else ""
    code, _, reason = (line.detail or "").partition(" ")
    if act in LEVELS and code in set(Level):
        why = REASON_WORDS[Reason(reason)] if reason in set(Reason) else None
        return Step(line.at, who, WORDS[act], Level(code), why)
    return Step(line.at, who, WORDS[act], why=OUTCOMES.get(act, {}).get(code))
