"""Playing the stories: who does what at which moment, in the order of time, by the real actions."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial

from sqlalchemy.orm import Session

from hotline.accounts import sessions
from hotline.assignment import actions as assignment
from hotline.demo.people import COUNSELORS, HASH_THREADS, SUPERVISOR, House
from hotline.demo.stories import Course, Story, code_of
from hotline.demo.times import Verb, plan
from hotline.followups import actions as followups
from hotline.followups import reminding
from hotline.followups.cadence import due_on
from hotline.intake import actions as intake
from hotline.keyring import grants
from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import Unlocked
from hotline.keyring.receipts import ReceiptKeys, receipt_keys
from hotline.keyring.stretching import stretch_code
from hotline.notes import actions as notes
from hotline.permissions import Actor
from hotline.roster import actions as roster
from hotline.tickets import actions as tickets
from hotline.tickets import drafts, ending, levelling
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import Outcome
from hotline.tickets.models import Ticket
from hotline.tickets.queries import own_ticket

DAYS = 28
SHIFTS_END = (time(15), time(22))
WORKER_LOOKS = time(9, 1)
LONGEST_SHIFT = timedelta(hours=10)
EVER = datetime.min.replace(tzinfo=UTC)
ON_DUTY_NOW = ("mumian", "shancha", "lamei", "willow")
KEPT_BY_THEM = 0.4
STILL_ON = timedelta(hours=3)
LUCK = 20200127  # any number: the same demo every time

Act = Callable[[Session, datetime], object]


@dataclass(frozen=True)
class Due:
    """Something to do at a moment; reading changes nothing and notes itself down beforehand."""

    when: datetime
    act: Act
    changes: bool = True


@dataclass
class Told:
    """A story while it is played: whose ticket it is, and the caller's keys."""

    story: Story
    code: str = field(repr=False)
    receipt: ReceiptKeys = field(repr=False)
    said: int = 0
    counselor: str = ""
    reference: str = ""
    caller: Unlocked | None = field(default=None, repr=False)


def perform(house: House, stories: Iterable[Story], *, now: datetime) -> None:
    """Play every story up to now. Each step is a transaction of its own, as in real life."""
    luck = random.Random(LUCK)
    stage = Stage(house, now)
    due = list(stage.shifts())
    for told in _with_codes(house, stories):
        again = told.story.again
        told.counselor = again.by if again else luck.choice(_those_about(told.story, luck))
        due += [
            Due(step.when, partial(stage.act, told, step.verb), step.verb is not Verb.READ)
            for step in plan(told.story, house.hours, luck, now=now)
        ]
    due += [Due(morning, partial(_remind, house)) for morning in stage.mornings()]
    for one in sorted(due, key=lambda one: one.when):
        with house.database.write() if one.changes else house.database.read() as db:
            one.act(db, one.when)


def _those_about(story: Story, luck: random.Random) -> tuple[str, ...]:
    """What has just been taken is with people who are on duty now; older things may be anybody's."""
    just_taken = story.course in {Course.ASSIGNED, Course.TAKEN, Course.LOWERING} or bool(story.show)
    return ON_DUTY_NOW if just_taken or luck.random() < KEPT_BY_THEM else COUNSELORS


def _with_codes(house: House, stories: Iterable[Story]) -> list[Told]:
    deployment = house.deployment

    def told(story: Story) -> Told:
        code = code_of(story)
        stretched = stretch_code(code, deployment.salt, deployment.stretching)
        return Told(story, code, receipt_keys(deployment.id, stretched))

    with ThreadPoolExecutor(HASH_THREADS) as pool:
        return list(pool.map(told, stories))


class Stage:
    """Carries out steps in the house, remembering who is on duty."""

    def __init__(self, house: House, now: datetime) -> None:
        self._house = house
        self._now = now
        self._on_duty_since: dict[str, datetime] = {}
        self._verbs: dict[Verb, Callable[[Session, Told, datetime], object]] = {
            Verb.SEND: self._send,
            Verb.ASSIGN: self._assign,
            Verb.TAKE: self._take,
            Verb.READ: self._read,
            Verb.DRAFT: self._draft,
            Verb.REVIEW: self._review,
            Verb.REPLY: self._reply,
            Verb.WRITE: self._write,
            Verb.NOTE: self._note,
            Verb.PLAN: self._plan,
            Verb.LOWER: self._lower,
            Verb.CLOSE: self._close,
            Verb.FINISH: self._finish,
            Verb.DELETE: self._delete,
        }

    def act(self, told: Told, verb: Verb, db: Session, when: datetime) -> None:
        """Do what the verb says in this story."""
        self._verbs[verb](db, told, when)

    def shifts(self) -> Iterable[Due]:
        """Duty begins with the first ticket somebody takes and ends with the shift; some are there now."""
        zone = self._house.settings.zone
        today = self._now.astimezone(zone).date()
        for ago in range(DAYS, -1, -1):
            for hour in SHIFTS_END:
                end = datetime.combine(today - timedelta(ago), hour, zone)
                if end < self._now - STILL_ON:
                    yield Due(end, self._everybody_leaves)
        yield Due(self._now - STILL_ON, partial(self._come, ON_DUTY_NOW))

    def mornings(self) -> Iterable[datetime]:
        """When the worker finds what is due; it would look every half minute."""
        zone = self._house.settings.zone
        today = self._now.astimezone(zone).date()
        for ago in range(DAYS, -1, -1):
            moment = datetime.combine(today - timedelta(ago), WORKER_LOOKS, zone)
            if moment < self._now:
                yield moment

    def _come(self, people: Iterable[str], db: Session, when: datetime) -> None:
        for name in people:
            if when - self._on_duty_since.get(name, EVER) > LONGEST_SHIFT:
                roster.start_duty(db, self._house.actor(db, name), now=when)
                self._on_duty_since[name] = when

    def _everybody_leaves(self, db: Session, when: datetime) -> None:
        for name in sorted(self._on_duty_since):
            roster.end_duty(db, self._house.actor(db, name), now=when)
        self._on_duty_since.clear()

    def _send(self, db: Session, told: Told, when: datetime) -> None:
        deployment = self._house.deployment
        form = intake.open_form(deployment, intake.new_form(deployment))
        assert form is not None
        sent = intake.receive(
            db,
            deployment,
            form,
            told.story.request,
            told.code,
            told.receipt,
            journey=None,
            hours=self._house.hours,
            tz=self._house.settings.zone,
            now=when,
        )
        intake.keep_code(db, sent.request_id, now=when)
        told.caller = told.receipt.unlock(deployment.id, sent.ticket_id)
        told.reference = db.get_one(Ticket, sent.ticket_id).reference
        told.said = 1

    def _assign(self, db: Session, told: Told, when: datetime) -> None:
        self._come([told.counselor], db, when)
        house = self._house
        to = house.members[told.counselor].id
        assignment.assign(db, house.actor(db, SUPERVISOR), house.deployment, told.reference, to, now=when)

    def _take(self, db: Session, told: Told, when: datetime) -> None:
        self._come([told.counselor], db, when)
        house = self._house
        actor, keys = house.actor(db, told.counselor), house.keys(told.counselor)
        assignment.take(db, house.deployment, actor, keys, told.reference, now=when)

    def _read(self, db: Session, told: Told, when: datetime) -> None:
        house = self._house
        actor, keys, ticket = self._at(db, told)
        tickets.read_as_counselor(db, house.deployment, house.journal, actor, keys, ticket, now=when)

    def _draft(self, db: Session, told: Told, when: datetime) -> None:
        actor, keys, ticket = self._at(db, told)
        key = grants.open_key(db, self._house.deployment, ticket.id, Compartment.CONVERSATION, keys)
        drafts.keep(db, actor, ticket, key, drafts.Purpose.REPLY, told.story.draft, now=when)

    def _review(self, db: Session, told: Told, when: datetime) -> None:
        actor, keys, ticket = self._at(db, told)
        answers = told.story.first_review if told.said == 1 else told.story.later_review
        notes.review_safety(db, self._house.deployment, actor, keys, ticket, answers, now=when)

    def _reply(self, db: Session, told: Told, when: datetime) -> None:
        actor, keys, ticket = self._at(db, told)
        text = told.story.talk[told.said]
        tz = self._house.settings.zone
        tickets.reply(db, self._house.deployment, actor, keys, ticket, text, tz=tz, now=when)
        told.said += 1

    def _write(self, db: Session, told: Told, when: datetime) -> None:
        """The caller comes back with the code and writes again."""
        token = intake.come_back(db, self._house.deployment, [told.receipt], stay=False, now=when)
        assert token is not None
        ending.write_as_caller(
            db,
            self._house.deployment,
            _caller(told),
            told.story.talk[told.said],
            level=None,
            language=told.story.language,
            hours=self._house.hours,
            now=when,
        )
        sessions.end_by_token(db, token)
        told.said += 1

    def _note(self, db: Session, told: Told, when: datetime) -> None:
        assert told.story.note is not None
        actor, keys, ticket = self._at(db, told)
        template, answers = told.story.note
        notes.write_note(
            db,
            self._house.deployment,
            actor,
            keys,
            ticket,
            template,
            answers,
            is_final=not told.story.note_is_draft,
            now=when,
        )

    def _plan(self, db: Session, told: Told, when: datetime) -> None:
        again = told.story.again
        assert again is not None
        house, (actor, keys, ticket) = self._house, self._at(db, told)
        tz = house.settings.zone
        day = self._now.astimezone(tz).date() + timedelta(days=again.in_days)
        due_at = due_on(day, None, when, house.hours)
        followups.plan(db, house.deployment, actor, keys, ticket, due_at, again.why, tz=tz, now=when)

    def _lower(self, db: Session, told: Told, when: datetime) -> None:
        actor, _, ticket = self._at(db, told)
        reason = levelling.Reason.SAFE_NOW
        levelling.set_level(db, actor, ticket, Level.P2, reason, self._house.hours, now=when)

    def _close(self, db: Session, told: Told, when: datetime) -> None:
        actor, _, ticket = self._at(db, told)
        tz, outcome = self._house.settings.zone, told.story.outcome or Outcome.LISTENED
        ending.close(db, actor, ticket, outcome, tz=tz, now=when)

    def _finish(self, db: Session, told: Told, when: datetime) -> None:
        ending.finish_as_caller(db, _caller(told), tz=self._house.settings.zone, now=when)

    def _delete(self, db: Session, told: Told, when: datetime) -> None:
        house = self._house
        token = intake.come_back(db, house.deployment, [told.receipt], stay=False, now=when)
        assert token is not None
        session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, token, now=when)
        intake.delete_conversation(db, house.deployment, session, tz=house.settings.zone, now=when)

    def _at(self, db: Session, told: Told) -> tuple[Actor, Unlocked, Ticket]:
        """The story's counselor before the ticket."""
        actor = self._house.actor(db, told.counselor)
        return actor, self._house.keys(told.counselor), own_ticket(db, actor, told.reference)


def _remind(house: House, db: Session, when: datetime) -> None:
    reminding.claim_due(db, house.deployment, house.hours, now=when)


def _caller(told: Told) -> Unlocked:
    assert told.caller is not None
    return told.caller
