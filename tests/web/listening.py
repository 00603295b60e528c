"""Listening to a running site as an open page does, over a connection of one's own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import pytest

from hotline.accounts.sessions import start_caller
from hotline.web.live import Streams
from tests import flows
from tests.browser import PATIENCE, Site
from tests.cast import NOON, Caller, House
from tests.web.foundation import NO_TLS

STAFF, CALLERS = "/staff/events", "/conversation/events"


@dataclass
class Stream:
    """An open stream, and everything that came through it."""

    answer: httpx.Response
    lines: Iterator[str]
    said: list[str] = field(default_factory=list)

    def next_block(self) -> list[str]:
        """The next thing that is said, as its lines; nothing when it has ended."""
        block: list[str] = []
        for line in self.lines:
            self.said.append(line)
            if line:
                block.append(line)
            elif block:
                return block
        return block

    def next(self) -> str:
        """What the next ping is about, or why the stream ended; the pulse is passed over."""
        while block := self.next_block():
            told = [line.removeprefix("data: ") for line in block if line.startswith("data: ")]
            if told:
                return told[0]
        return "the end"


@contextmanager
def listening(site: Site, address: str, cookies: dict[str, str]) -> Iterator[Stream]:
    """The stream at this address; it listens when the block begins."""
    with (
        httpx.Client(
            base_url=site.base_url, cookies=cookies, timeout=PATIENCE, verify=NO_TLS, trust_env=False
        ) as client,
        client.stream("GET", address) as answer,
    ):
        assert answer.status_code == 200, answer.read()
        stream = Stream(answer, answer.iter_lines())
        assert "retry: 2000" in stream.next_block()
        yield stream


def look_round(site: Site) -> None:
    """The round that the running site makes every so often, now and on its own event loop."""
    streams: Streams = site.app.state.streams
    loop = next(ear.loop for ear in streams._open)
    asyncio.run_coroutine_threadsafe(streams.look(now=site.clock.now), loop).result(PATIENCE)


def signed_in(site: Site, name: str) -> dict[str, str]:
    """The cookies of a member of the cast who has just signed in."""
    return {"session": site.house.session_of(name, now=site.clock.now).hex()}


@pytest.fixture
def taken(house: House) -> Caller:
    """Lin's ticket; she has looked at the caller's safety."""
    caller = house.send("谁也不该在这里读到这句话")
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    return caller


def come_back(house: House, caller: Caller, *, now: datetime = NOON) -> dict[str, str]:
    """The cookies of a caller who has just entered the code."""
    with house.database.write() as db:
        return {"visit": start_caller(db, house.deployment, caller.keys, stay=False, now=now).hex()}


def of_ticket(caller: Caller, seen: int = 1) -> str:
    """The stream about a ticket, of which the page shows so many messages."""
    return f"{STAFF}?ticket={caller.reference}&seen={seen}"


def ask(
    site: Site, address: str, cookies: dict[str, str], headers: dict[str, str] | None = None
) -> httpx.Response:
    """What the site answers at once."""
    with httpx.Client(
        base_url=site.base_url, cookies=cookies, headers=headers, verify=NO_TLS, trust_env=False
    ) as client:
        return client.get(address)
