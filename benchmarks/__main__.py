"""`make bench`: the promises of speed, measured and printed.

python -m benchmarks                     SQLite, everything but the million tickets
python -m benchmarks --tickets 1000000   and the growth to so many (needs disk and minutes)
python -m benchmarks --database URL      an empty PostgreSQL database instead
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import growth, pages, together
from benchmarks.servers import Server, running
from benchmarks.stage import COUNSELOR, Stage, found
from benchmarks.table import HEAD, Line


def main() -> None:
    """Measure and print, line by line as each is known."""
    asked = _asked()
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{folder}/hotline.db"
        stage = found(Path(folder), url, now=datetime.now(UTC))
        for line in _everything(stage, asked.tickets):
            print(line, flush=True)
        stage.house.database.dispose()


def _everything(stage: Stage, tickets: int) -> Iterator[Line]:
    with ours(stage) as server, floor(stage) as bare:
        yield from pages.idle(server)
        yield from pages.pages(stage, server, bare)
        yield from pages.intake_and_return(stage, server, bare)
        yield from together.open_pages(stage, server)
        yield from together.callers_at_once(stage, server)
        yield from together.side_by_side(stage, server)
        yield from pages.start_up(server, bare)
    if tickets:
        yield from growth.to(stage, tickets, ours, floor)


@contextmanager
def ours(stage: Stage) -> Iterator[Server]:
    """Our own server over the stage."""
    with running(["hotline", "serve"], probe="/healthz", **stage.settings) as server:
        yield server


@contextmanager
def floor(stage: Stage) -> Iterator[Server]:
    """The floor over the same database."""
    with running(["benchmarks.floor"], **stage.settings, FLOOR_COUNSELOR=COUNSELOR) as server:
        yield server


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m benchmarks")
    reader.add_argument("--tickets", type=int, default=0)
    reader.add_argument("--database", default="")
    return reader.parse_args()


if __name__ == "__main__":
    main()
