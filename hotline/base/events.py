"""Telling those who look at something that it has changed: which topic, never what.

An action says `ping(db, topic)` beside its change. The database publishes what a transaction pinged
once it is committed, and forgets it when it is rolled back. A topic is a short name without content.
"""

import asyncio
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress

from sqlalchemy.orm import Session

PINGED = "pinged"


def ping(db: Session, *topics: str) -> None:
    """Whoever looks at these is told to look again, if and when this transaction is committed."""
    db.info.setdefault(PINGED, {}).update(dict.fromkeys(topics))


def take_pinged(db: Session) -> list[str]:
    """What was pinged in this session since the last time, each topic once and in order."""
    return list(db.info.pop(PINGED, ()))


class Ear:
    """What one listener was told and has not heard yet: every topic once, so it cannot grow."""

    __slots__ = ("_told", "_woken", "is_in_doubt", "is_over", "loop", "topics")

    def __init__(self, topics: Collection[str]) -> None:
        self.topics = frozenset(topics)
        self.loop = asyncio.get_running_loop()
        self.is_over = False
        self.is_in_doubt = False
        """Something may have happened that it was not told of."""
        self._told: dict[str, None] = {}
        self._woken = asyncio.Event()

    async def hear(self) -> list[str]:
        """Wait, then say what is new. Nothing is new when it is over, in doubt, or only felt the pulse."""
        await self._woken.wait()
        self._woken.clear()
        told, self._told = list(self._told), {}
        return told

    def tell(self, topics: Iterable[str] = ()) -> None:
        """Wake the listener, with these of its topics or with none. On its own event loop."""
        self._told.update(dict.fromkeys(topic for topic in topics if topic in self.topics))
        self._woken.set()

    def doubt(self) -> None:
        """Wake the listener: something may have been missed. On its own event loop."""
        self.is_in_doubt = True
        self._woken.set()

    def end(self) -> None:
        """There is nothing more to hear. On its own event loop."""
        self.is_over = True
        self._woken.set()


class Hub:
    """Who listens to what in this process. Threads publish, event loops listen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ears: set[Ear] = set()
        self._is_closed = False
        self._moment = _another_moment()

    @property
    def moment(self) -> str:
        """Names the time since anything was last published here, and tells nothing else.

        While it is the same, nothing has been committed that whoever read after asking would not have
        seen; or whoever listens since before asking again will be told of it. No two processes share one.
        """
        return self._moment

    def listen(self, topics: Collection[str]) -> Ear:
        """Hear of these topics from now on, until `leave`; a closed hub has nothing more to say."""
        ear = Ear(topics)
        with self._lock:
            self._ears.add(ear)
            if self._is_closed:
                ear.end()
        return ear

    def leave(self, ear: Ear) -> None:
        """Hear no more. Leaving twice changes nothing."""
        with self._lock:
            self._ears.discard(ear)

    def publish(self, topics: Collection[str]) -> None:
        """Tell whoever listens to any of these; from any thread."""
        self._moment = _another_moment()  # before those are gathered who listen: see `moment`
        those = [ear for ear in self._everybody() if not ear.topics.isdisjoint(topics)]
        _on_their_loops(those, lambda ear: ear.tell(topics))

    def doubt(self) -> None:
        """Pings may have been lost: everybody looks again. From any thread."""
        self._moment = _another_moment()
        _on_their_loops(self._everybody(), Ear.doubt)

    def close(self) -> None:
        """The process stops: whoever listens, or begins to, hears that it is over. From any thread."""
        with self._lock:
            self._is_closed = True
        _on_their_loops(self._everybody(), Ear.end)

    def _everybody(self) -> list[Ear]:
        with self._lock:
            return list(self._ears)


def _another_moment() -> str:
    return secrets.token_hex(6)


def _on_their_loops(ears: Iterable[Ear], do: Callable[[Ear], None]) -> None:
    """One hop to each event loop for all of its listeners."""
    loops: dict[asyncio.AbstractEventLoop, list[Ear]] = defaultdict(list)
    for ear in ears:
        loops[ear.loop].append(ear)
    for loop, those in loops.items():
        with suppress(RuntimeError):  # the loop is closed, and with it everybody who listened on it
            loop.call_soon_threadsafe(_each, those, do)


def _each(ears: list[Ear], do: Callable[[Ear], None]) -> None:
    for ear in ears:
        do(ear)
