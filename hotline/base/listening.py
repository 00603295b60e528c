"""With PostgreSQL a topic travels by NOTIFY in the transaction itself, so every process hears of it.

One connection of each web process listens, beside the pool. When it is lost it comes back, waiting
longer each time, and everybody who listens is in doubt: nobody knows what was missed.
"""

import logging
import random
import threading
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from hotline.base.events import Hub

CHANNEL = "hotline"
HEARS_SECONDS = 0.5  # how long it waits before it looks whether it shall stop
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
ALIVE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
"""How libpq connects: it soon gives up, and the kernel notices within half a minute that nobody is there."""

logger = logging.getLogger(__name__)


def notify(db: Session, topics: Collection[str]) -> None:
    """Every process that listens hears of these when this transaction is committed."""
    told = [{"channel": CHANNEL, "topic": topic} for topic in topics]
    db.execute(text("SELECT pg_notify(:channel, :topic)"), told)


@contextmanager
def listening(engine: Engine, hub: Hub) -> Iterator[None]:
    """What any process commits reaches this hub. With SQLite there is only this process.

    It begins when the first try to connect is over, so that nothing is missed where it succeeds.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    tried, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=_listen_forever, args=[engine, hub, tried, stop], name="listening")
    thread.start()
    tried.wait(LONGEST_WAIT)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _listen_forever(engine: Engine, hub: Hub, tried: threading.Event, stop: threading.Event) -> None:
    lost = engine.dialect.loaded_dbapi.Error
    wait = FIRST_WAIT
    while not stop.is_set():
        try:
            with closing(_connect(engine)) as connection:
                wait = FIRST_WAIT
                hub.doubt()
                tried.set()
                while not stop.is_set():
                    for heard in connection.notifies(timeout=HEARS_SECONDS):
                        hub.publish([heard.payload])
        except lost:
            logger.warning("the connection that listens was lost; it comes back in %.1f s", wait)
            tried.set()
            stop.wait(wait * random.uniform(0.5, 1))  # noqa: S311 - so that not all come back at once
            wait = min(wait * 2, LONGEST_WAIT)


def _connect(engine: Engine) -> Any:  # noqa: ANN401 (the driver's own connection)
    """A connection of its own, which says at once what it hears."""
    arguments, words = engine.dialect.create_connect_args(engine.url)
    driver: Any = engine.dialect.loaded_dbapi
    connection = driver.connect(*arguments, **{**ALIVE, **words}, autocommit=True)
    connection.execute(f"LISTEN {CHANNEL}")
    return connection
