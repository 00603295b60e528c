"""How much the server takes: of one form, and of everybody at once.

Routes run on a pool of eight threads. Whoever holds the database's write lock still needs a thread
to go on, so the requests that may wait for that lock inside a thread must never be all eight:
transactions take a turn first, on the event loop, where waiting costs no thread.
"""

import anyio

THREADS = 8
READS = 4
WRITES = 3  # READS + WRITES stays below THREADS
SQLITE_WRITES = 1

FORM_BYTES = 1024 * 1024
FORM_FIELDS = 200

DISCARDED_BYTES = 8 * FORM_BYTES  # read and thrown away, so that the answer to "too large" arrives
DISCARDING_SECONDS = 10


class Turns:
    """The turns for transactions of one process."""

    def __init__(self, *, one_writer: bool) -> None:
        self.read = anyio.Semaphore(READS)
        self.write = anyio.Semaphore(SQLITE_WRITES if one_writer else WRITES)


def limit_threads() -> None:
    """Give the running event loop's thread pool its size."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
