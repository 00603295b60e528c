"""What one request costs: the server's processor time over many of them, in milliseconds.

A figure and its limit are measured in turn, A B A B …, because the machine's own speed drifts; the
round with the median ratio is the one that is told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.clients import Ask, Job, Outcome
from benchmarks.servers import Server

ROUNDS = 9
WARM_UP = 20


@dataclass(frozen=True)
class Load:
    """What is asked of a server, and with which status it must answer."""

    server: Server
    asks: Sequence[Ask]
    cookie: str = ""
    expect: int = 200

    def rounds(self, number: int) -> Iterator["Load"]:
        """The same in so many parts, after what warms up; a short one is repeated as it is."""
        warm, rest = self.asks[:WARM_UP], self.asks[WARM_UP:]
        Load(self.server, warm, self.cookie, self.expect).cost()
        share = len(rest) // number
        for place in range(number):
            yield Load(self.server, rest[place * share : (place + 1) * share], self.cookie, self.expect)

    def cost(self) -> float:
        """Milliseconds of the server's processor time a request, one client at a time."""
        before = self.server.cpu_seconds()
        outcome = Job(self.server.url, self.asks, cookie=self.cookie).run()
        must_be(outcome, self.expect)
        return 1000 * (self.server.cpu_seconds() - before) / len(self.asks)


def beside(ours: Load, limit: Load, less: Callable[[], float] = lambda: 0) -> tuple[float, float]:
    """Ours and the limit in turn, as they were in the round with the median ratio.

    `less` costs so many milliseconds at that time, which are no part of ours.
    """
    turns = zip(ours.rounds(ROUNDS), limit.rounds(ROUNDS), strict=True)
    found = [(a.cost() - less(), b.cost()) for a, b in turns]
    return sorted(found, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]


def must_be(outcome: Outcome, expect: int) -> None:
    """Every request was answered as it should be: a quick refusal is no speed."""
    if set(outcome.statuses) != {expect}:
        raise RuntimeError(f"expected {expect}, got {outcome.statuses}")
