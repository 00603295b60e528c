"""How much the server takes: of one form, and of everybody at once.

Routes run on a pool of eight threads. Whoever holds the database's write lock still needs a thread
to go on, so the requests that may wait for that lock inside a thread must never be all eight:
transactions take a turn first, on the event loop, where waiting costs no thread.
"""

from contextlib import suppress

import anyio

from hotline.base.errors import Unavailable

THREADS = 8
READS = 4
WRITES = 3  # READS + WRITES stays below THREADS
SQLITE_WRITES = 1

FORM_BYTES = 1024 * 1024
FORM_FIELDS = 200

DISCARDED_BYTES = 8 * FORM_BYTES  # read and thrown away, so that the answer to "too large" arrives
DISCARDING_SECONDS = 10


TURN_SECONDS = 10
"""No working database makes anybody wait so long for a turn; a stuck one makes nobody wait longer."""


class Turn:
    """So many at once, the others wait in order on the event loop: `Unavailable` after TURN_SECONDS."""

    def __init__(self, at_once: int) -> None:
        self._places = anyio.Semaphore(at_once)

    async def __aenter__(self) -> None:
        with suppress(anyio.WouldBlock):
            return self._places.acquire_nowait()  # mostly nobody is before: then there is no time to watch
        try:
            with anyio.fail_after(TURN_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable from None

    async def __aexit__(self, *_error: object) -> None:
        self._places.release()


class Turns:
    """The turns for transactions of one process."""

    def __init__(self, *, one_writer: bool) -> None:
        self.read = Turn(READS)
        self.write = Turn(SQLITE_WRITES if one_writer else WRITES)


def limit_threads() -> None:
    """Give the running event loop's thread pool its size."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
