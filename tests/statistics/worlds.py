"""A made-up line: what its callers and counselors do in a year, counted as the program counts."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from hotline.statistics.disclosure import Decision, decide
from hotline.statistics.tables import TOPICS_EACH, Candidate, Kind, Replies
from hotline.statistics.timeline import PERIODS, Due, due

OPENED = date(2026, 9, 1)
YEAR = timedelta(days=365)

AUDIENCES = {"student": 80, "staff": 6, "family": 6, "public": 3, "unsaid": 5}
LANGUAGES = {"zh-Hans": 93, "en": 7}
LEVELS = {"P1": 5, "P2": 15, "P3": 50, "P4": 30}
TOPICS = {f"topic-{place}": 1 / place for place in range(1, 18)}
OUTCOMES = {f"outcome-{place}": place**-1.3 for place in range(1, 9)}
HOURS = [f"{weekday}-{hour:02}" for weekday in range(1, 8) for hour in range(24)]
BY_WEEKDAY = (1.1, 1.15, 1.1, 1.05, 1.0, 0.8, 0.8)
HOLIDAY = (date(2027, 1, 20), date(2027, 2, 20))
ENDS = (0.25, 1, 4, 12, 24, 48, 72)  # of the buckets of reply times, in hours
TARGETS = {"P1": 1, "P2": 4, "P3": 24, "P4": 72}

LABELS: dict[Kind, Sequence[str]] = {
    Kind.CONTACTS: ["contacts"],
    Kind.AUDIENCE: list(AUDIENCES),
    Kind.LANGUAGE: list(LANGUAGES),
    Kind.TOPIC: list(TOPICS),
    Kind.LEVEL: list(LEVELS),
    Kind.OUTCOME: list(OUTCOMES),
    Kind.PLANNED: ["planned"],
    Kind.COMPLETED: ["completed"],
    Kind.HOUR: HOURS,
}


@dataclass
class Line:
    """Counts of a simulated line; `counted` is by kind, first day of the period, and label."""

    dice: random.Random
    counted: Counter[tuple[Kind, date, str]] = field(default_factory=Counter)
    within: Counter[tuple[date, str]] = field(default_factory=Counter)
    buckets: Counter[tuple[date, str, int]] = field(default_factory=Counter)

    def live(self, rate: float, until: date) -> None:
        """Contacts from the opening on, `rate` in an ordinary week."""
        day = OPENED
        while day < until:
            quiet = 0.3 if HOLIDAY[0] <= day < HOLIDAY[1] else 1
            for _ in range(self._poisson(rate / 7 * BY_WEEKDAY[day.weekday()] * quiet)):
                hour = int(self.dice.triangular(0, 24, 21)) % 24
                self._contact(datetime.combine(day, time(hour)))
            day += timedelta(days=1)

    def candidate(self, table: Due) -> Candidate:
        """The table of true counts."""
        cells = {label: self.counted[table.kind, table.start, label] for label in LABELS[table.kind]}
        replies = {}
        if table.kind is Kind.LEVEL:
            replies = {level: self._replies(table.start, level) for level in LEVELS}
        return Candidate(table.kind, table.start, table.end, cells, replies)

    def _contact(self, when: datetime) -> None:
        self._count(Kind.CONTACTS, when, "contacts")
        self._count(Kind.AUDIENCE, when, self._one_of(AUDIENCES))
        self._count(Kind.LANGUAGE, when, self._one_of(LANGUAGES))
        self._count(Kind.HOUR, when, f"{when.isoweekday()}-{when.hour:02}")
        for topic in {self._one_of(TOPICS) for _ in range(self.dice.choice((0, 1, 1, 2, 2, TOPICS_EACH)))}:
            self._count(Kind.TOPIC, when, topic)
        if self.dice.random() < 0.95:
            self._reply(when)
        if self.dice.random() < 0.9:
            self._count(Kind.OUTCOME, self._later(when, days=12), self._one_of(OUTCOMES))
        while self.dice.random() < 0.4:
            planned = self._later(when, days=3)
            self._count(Kind.PLANNED, planned, "planned")
            if self.dice.random() < 0.75:
                self._count(Kind.COMPLETED, self._later(planned, days=7), "completed")

    def _reply(self, when: datetime) -> None:
        hours = self.dice.lognormvariate(1.5, 1.2)
        level = self._one_of(LEVELS)
        month = PERIODS[Kind.LEVEL]((when + timedelta(hours=hours)).date()).start
        self.counted[Kind.LEVEL, month, level] += 1
        self.within[month, level] += hours <= TARGETS[level]
        self.buckets[month, level, sum(hours > end for end in ENDS)] += 1

    def _replies(self, month: date, level: str) -> Replies:
        buckets = tuple(self.buckets[month, level, place] for place in range(len(ENDS) + 1))
        return Replies(self.within[month, level], buckets)

    def _count(self, kind: Kind, when: datetime, label: str) -> None:
        self.counted[kind, PERIODS[kind](when.date()).start, label] += 1

    def _one_of(self, weights: Mapping[str, float]) -> str:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def _later(self, when: datetime, *, days: float) -> datetime:
        return when + timedelta(days=self.dice.expovariate(1 / days))

    def _poisson(self, mean: float) -> int:
        """How many, by counting waits until one day is over."""
        limit, product, n = math.exp(-mean), self.dice.random(), 0
        while product > limit:
            product *= self.dice.random()
            n += 1
        return n


@cache
def a_year(rate: float, *, seed: int) -> tuple[Line, list[Decision]]:
    """A line's first year, and every decision on its tables."""
    line = Line(random.Random(seed))
    line.live(rate, OPENED + YEAR)
    decisions: list[Decision] = []
    for table in due(OPENED, OPENED + YEAR):
        decisions.append(decide(line.candidate(table), decisions, opened=OPENED))
    return line, decisions
