"""Pings: after the commit or never, from any thread, each topic once."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from hotline.base.db import Database, open_database
from hotline.base.events import Ear, Hub, ping

PATIENCE = 5.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'events.db'}")
    yield opened
    opened.dispose()


def run(story: Callable[[], Awaitable[None]]) -> None:
    """On an event loop, and not for ever."""
    asyncio.run(asyncio.wait_for(story(), PATIENCE))


def test_a_ping_is_heard_once_the_change_is_committed(database: Database) -> None:
    heard_early: list[bool] = []

    async def story() -> None:
        ear = database.events.listen(["queue"])
        hearing = asyncio.create_task(ear.hear())

        def change() -> None:
            with database.write() as db:
                ping(db, "queue", "board")
                ping(db, "queue")
                heard_early.append(hearing.done())

        await asyncio.to_thread(change)

        assert await hearing == ["queue"]
        assert heard_early == [False]

    run(story)


def test_nobody_hears_of_what_was_rolled_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as db:
            ping(db, "queue")
            raise LookupError

    async def story() -> None:
        ear = database.events.listen(["queue", "board"])
        with pytest.raises(LookupError):
            fail()
        with database.write() as db:
            ping(db, "board")

        assert await ear.hear() == ["board"]

    run(story)


def test_reading_pings_nobody(database: Database) -> None:
    async def story() -> None:
        ear = database.events.listen(["queue"])
        with database.read() as db:
            ping(db, "queue")
        database.events.publish(["nothing"])
        ear.tell()

        assert await ear.hear() == []

    run(story)


def test_what_a_slow_listener_was_told_does_not_grow() -> None:
    async def story() -> None:
        hub = Hub()
        ear = hub.listen(["queue", "board"])

        def publish_often() -> None:
            for _ in range(100):
                hub.publish(["queue", "board", "others"])

        await asyncio.to_thread(publish_often)
        await asyncio.sleep(0)

        assert sorted(await ear.hear()) == ["board", "queue"]
        assert ear._told == {}

    run(story)


def test_everybody_is_reached_on_their_own_event_loop() -> None:
    hub, heard, ready = Hub(), [], threading.Barrier(3)

    async def listen() -> None:
        ear = hub.listen(["queue"])
        await asyncio.to_thread(ready.wait, PATIENCE)
        heard.append(await ear.hear())

    threads = [threading.Thread(target=run, args=[listen]) for _ in range(2)]
    for thread in threads:
        thread.start()
    ready.wait(PATIENCE)
    hub.publish(["queue"])
    for thread in threads:
        thread.join(PATIENCE)
    hub.publish(["queue"])  # to loops that are closed by now

    assert heard == [["queue"], ["queue"]]


def test_whoever_left_is_told_nothing() -> None:
    async def story() -> None:
        hub = Hub()
        gone, there = hub.listen(["queue"]), hub.listen(["queue"])
        hub.leave(gone)
        hub.leave(gone)
        hub.publish(["queue"])

        assert await there.hear() == ["queue"]
        assert not gone._told

    run(story)


@pytest.mark.parametrize("tell", [Hub.doubt, Hub.close])
def test_doubt_and_the_end_reach_everybody_even_those_without_a_topic(tell: Callable[[Hub], None]) -> None:
    async def story() -> None:
        hub = Hub()
        ears: list[Ear] = [hub.listen(["queue"]), hub.listen([])]
        tell(hub)

        for ear in ears:
            assert await ear.hear() == []
            assert (ear.is_in_doubt, ear.is_over) == (tell is Hub.doubt, tell is Hub.close)

    run(story)


@pytest.mark.parametrize("tell", [lambda hub: hub.publish(["queue"]), Hub.doubt])
def test_a_moment_lasts_until_something_may_have_happened(tell: Callable[[Hub], None]) -> None:
    hub, other = Hub(), Hub()
    before = hub.moment
    assert hub.moment == before
    assert other.moment != before

    tell(hub)
    assert hub.moment != before


def test_what_happens_between_reading_and_listening_shows_in_the_moment_or_is_heard(
    database: Database,
) -> None:
    """A change is published after its commit: whoever has not read it finds another moment or is told."""
    hub = database.events

    def change() -> None:
        with database.write() as db:
            ping(db, "queue")

    async def story() -> None:
        drawn_at = hub.moment
        await asyncio.to_thread(change)
        hub.listen(["queue"])
        assert hub.moment != drawn_at

        drawn_at = hub.moment
        ear = hub.listen(["queue"])
        assert hub.moment == drawn_at
        await asyncio.to_thread(change)
        assert await ear.hear() == ["queue"]

    run(story)


def test_a_hub_that_has_closed_has_nothing_more_to_say() -> None:
    async def story() -> None:
        hub = Hub()
        hub.close()
        late = hub.listen(["queue"])

        assert await late.hear() == []
        assert late.is_over

    run(story)
