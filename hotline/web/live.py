"""Streams that tell an open page to look again: a topic and a number, never content.

A stream holds no database session and no key. Whose it is was checked before it began; it ends soon
after their session does, and after some minutes in any case: the page comes back and is checked anew.
Nothing here counts as using a session, so whoever only looks on is locked out in time.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from hotline.accounts import sessions
from hotline.base.clock import Clock
from hotline.base.db import Database
from hotline.base.errors import Busy, Unavailable
from hotline.base.events import Ear

PULSE_SECONDS = 20
"""How often a stream says that it is there, and its session is looked at."""

LONGEST_SECONDS = 600
MOST_EACH = 4
"""Streams of one person, or of one conversation, in this process. A browser opens six connections to one
host: the others are left for its pages."""

MOST = 700
"""Streams of a process, which may often have no more than 1024 files open."""

COMES_BACK_MS = 2000  # for what reads the stream without our script, which waits longer each time
BEGINS = f"retry: {COMES_BACK_MS}\n".encode()
PULSE = b":\n\n"
ENDED = b"event: ended\ndata: session\n\n"

logger = logging.getLogger(__name__)

News = Callable[[Session], bool]
"""Whether there is something that the page does not show."""


class Whose(NamedTuple):
    """A session, and the account or ticket it belongs to: nothing that opens anything."""

    session: UUID
    owner: UUID


class Streams:
    """The open streams of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open: dict[Ear, Whose] = {}
        self._ended: set[Ear] = set()

    def __len__(self) -> int:
        return len(self._open)

    def answer(self, whose: Whose, topics: Mapping[str, str], has_news: News | None = None) -> Response:
        """A stream about these topics, each told by the name it stands for.

        `has_news` is asked when the stream begins and when pings were lost; without it the page is
        told to look again in the second case, and in the first the hub's moment: where it is the one
        in which the page was drawn, nothing was missed. `Busy` when this person has too many
        streams already, `Unavailable` when the process has.
        """
        if len(self._open) >= MOST:
            raise Unavailable
        if sum(one.owner == whose.owner for one in self._open.values()) >= MOST_EACH:
            raise Busy(PULSE_SECONDS)
        return StreamingResponse(
            self._speak(whose, topics, has_news),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def keep(self, clock: Clock) -> None:
        """Every so often: end the streams whose sessions are over, and let the others feel the pulse."""
        while True:
            await asyncio.sleep(PULSE_SECONDS)
            await self.look(now=clock())

    async def look(self, *, now: datetime) -> None:
        """One round of it, with one query for all. Without a database nobody is cut off."""
        watched = dict(self._open)
        wanted = {whose.session for whose in watched.values()}
        try:
            alive = await run_in_threadpool(self._alive, wanted, now) if wanted else wanted
        except SQLAlchemyError:
            logger.warning("the sessions of the open streams could not be looked at")
            alive = wanted
        for ear, whose in watched.items():
            if whose.session not in alive:
                self._ended.add(ear)
                ear.end()
            ear.tell()

    async def _speak(
        self, whose: Whose, topics: Mapping[str, str], has_news: News | None
    ) -> AsyncIterator[bytes]:
        ear = self._database.events.listen(topics)
        self._open[ear] = whose
        until = ear.loop.time() + LONGEST_SECONDS * random.uniform(0.8, 1)  # noqa: S311 - not all at once
        number = 0
        try:
            yield BEGINS + (b"\n" if has_news else _moment(self._database.events.moment))
            told = await self._missed(ear, has_news, otherwise=[])
            while not ear.is_over and ear.loop.time() < until:
                for topic in told:
                    number += 1
                    yield f"id: {number}\ndata: {topics[topic]}\n\n".encode()
                told = await ear.hear()
                if ear.is_in_doubt:
                    ear.is_in_doubt = False
                    told = told or await self._missed(ear, has_news, otherwise=list(topics))
                if not told:
                    yield PULSE
            if ear in self._ended:
                yield ENDED
        finally:
            self._database.events.leave(ear)
            self._open.pop(ear, None)
            self._ended.discard(ear)

    async def _missed(self, ear: Ear, has_news: News | None, *, otherwise: list[str]) -> list[str]:
        """What happened while nobody listened, as far as it can be known."""
        if has_news is None or ear.is_over:
            return otherwise
        return list(ear.topics) if await run_in_threadpool(self._read, has_news) else []

    def _read(self, has_news: News) -> bool:
        with self._database.read() as db:
            return has_news(db)

    def _alive(self, wanted: set[UUID], now: datetime) -> set[UUID]:
        with self._database.read() as db:
            return sessions.alive(db, wanted, now=now)


def _moment(moment: str) -> bytes:
    return f"event: moment\ndata: {moment}\n\n".encode()


async def _streams(request: Request) -> Streams:
    streams: Streams = request.app.state.streams
    return streams


StreamsDep = Annotated[Streams, Depends(_streams)]
