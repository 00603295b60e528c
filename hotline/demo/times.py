"""When the steps of a story happen: backwards from how long ago its last one was."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from hotline.demo.stories import Course, Story
from hotline.intake.screening import first_level
from hotline.roster.hours import OpeningHours
from hotline.tickets.levels import Level


class Verb(Enum):
    """One thing that somebody does in a story."""

    SEND = auto()
    ASSIGN = auto()
    TAKE = auto()
    READ = auto()
    DRAFT = auto()
    REVIEW = auto()
    REPLY = auto()
    WRITE = auto()
    NOTE = auto()
    PLAN = auto()
    LOWER = auto()
    CLOSE = auto()
    FINISH = auto()
    DELETE = auto()


@dataclass(frozen=True)
class Step:
    """A verb at a moment."""

    when: datetime
    verb: Verb


BY_CALLERS = frozenset({Verb.SEND, Verb.WRITE, Verb.FINISH, Verb.DELETE})

FIRST_LOOK: dict[Level, tuple[float, float]] = {
    Level.P1: (0.05, 0.2),
    Level.P2: (0.3, 2.5),
    Level.P3: (1, 12),
    Level.P4: (3, 30),
}
"""Hours until a counselor looks at what a caller wrote, at least and at most."""

GAPS: dict[Verb, tuple[float, float]] = {
    Verb.READ: (0.02, 0.05),
    Verb.DRAFT: (0.1, 0.3),
    Verb.REVIEW: (0.1, 0.3),
    Verb.REPLY: (0.05, 0.4),
    Verb.WRITE: (2, 26),
    Verb.NOTE: (0.1, 0.5),
    Verb.PLAN: (0.02, 0.1),
    Verb.LOWER: (0.05, 0.1),
    Verb.CLOSE: (0.1, 1),
    Verb.FINISH: (3, 30),
    Verb.DELETE: (1, 40),
}
"""Hours from the step before, at least and at most."""

ENDED: dict[Course, tuple[float, float]] = {
    Course.LATE: (26, 46),
    Course.ASSIGNED: (0.1, 0.7),
    Course.TAKEN: (0.1, 2),
    Course.OPEN: (0.2, 12),
    Course.OVERDUE: (27, 50),
    Course.LOWERING: (0.1, 1),
    Course.CLOSED: (1, 27 * 24),
    Course.BACK: (0.5, 10),
    Course.FINISHED: (6, 20 * 24),
    Course.DELETED: (6, 25 * 24),
}
"""How many hours ago the last step was, at least and at most."""

STILL_IN_TIME: dict[Level, tuple[float, float]] = {
    Level.P1: (0.05, 0.15),
    Level.P2: (0.2, 2.5),
    Level.P3: (0.3, 18),
    Level.P4: (1, 50),
}
"""How many hours ago a request came that waits and is not late."""

SOME_DAYS_AGO = (76, 150)
"""The same where somebody has planned to write again: before any such day has come."""

HOUR = timedelta(hours=1)
JUST_NOW = timedelta(minutes=2)


def plan(story: Story, hours: OpeningHours, luck: random.Random, *, now: datetime) -> list[Step]:
    """The story's steps in order, all of them before now; counselors mostly act in opening hours."""
    verbs = _verbs(story)
    level = first_level(story.request.safety, story.request.topics)
    gaps = [_gap(verb, verbs[:number], level, luck) for number, verb in enumerate(verbs)]
    ended = SOME_DAYS_AGO if story.again else ENDED.get(story.course, STILL_IN_TIME[level])
    if level is Level.P1 and story.course is Course.TAKEN:
        ended = STILL_IN_TIME[level]
    last = now - HOUR * luck.uniform(*ended)
    reached = last - sum(gaps, start=timedelta())
    moments: list[datetime] = []
    for verb, gap in zip(verbs, gaps, strict=True):
        reached = _at_work(reached + gap, verb, hours, luck)
        moments.append(reached)
    return [Step(when, verb) for when, verb in zip(_before(moments, last, now), verbs, strict=True)]


def _verbs(story: Story) -> list[Verb]:
    course = story.course
    if course in {Course.WAITING, Course.LATE}:
        return [Verb.SEND]
    if course is Course.ASSIGNED:
        return [Verb.SEND, Verb.ASSIGN]
    verbs = [Verb.SEND, Verb.TAKE, Verb.READ]
    if story.draft:
        verbs.append(Verb.DRAFT)
    spoken = story.talk[1:-1] if course is Course.BACK else story.talk[1:]
    for number, _ in enumerate(spoken):
        verbs += [Verb.WRITE, Verb.READ] if number % 2 else [Verb.REVIEW, Verb.REPLY]
    if verbs[-2:] == [Verb.WRITE, Verb.READ]:
        verbs.pop()
    if story.note is not None:
        verbs.append(Verb.NOTE)
    if story.again is not None:
        verbs.append(Verb.PLAN)
    return verbs + {
        Course.LOWERING: [Verb.READ, Verb.REVIEW, Verb.LOWER],
        Course.CLOSED: [Verb.CLOSE],
        Course.BACK: [Verb.CLOSE, Verb.WRITE],
        Course.FINISHED: [Verb.FINISH],
        Course.DELETED: [Verb.DELETE],
    }.get(course, [])


def _gap(verb: Verb, earlier: list[Verb], level: Level, luck: random.Random) -> timedelta:
    """The time between a step and the one before it."""
    if verb is Verb.SEND:
        return timedelta()
    if verb in {Verb.TAKE, Verb.ASSIGN}:
        return HOUR * luck.uniform(*FIRST_LOOK[level])
    comes_back = verb is Verb.READ and earlier[-1] is Verb.WRITE
    return HOUR * luck.uniform(*(FIRST_LOOK[level] if comes_back else GAPS[verb]))


def _at_work(moment: datetime, verb: Verb, hours: OpeningHours, luck: random.Random) -> datetime:
    """A caller writes at any hour; what a counselor would do at night is done in the morning."""
    if verb in BY_CALLERS or hours.is_open(moment):
        return moment
    opens = hours.opens_at(moment) or moment
    return opens + HOUR * luck.uniform(0.05, 1.5)


def _before(moments: list[datetime], last: datetime, now: datetime) -> list[datetime]:
    """The same order, squeezed so that nothing happens after the story's last step, or after now."""
    first, end = moments[0], min(max(last, moments[0]), now - JUST_NOW)
    span, wanted = moments[-1] - first, end - first
    if len(moments) == 1 or span <= wanted:
        return moments
    return [first + (moment - first) * (wanted / span) for moment in moments]
