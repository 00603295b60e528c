"""The load: so many clients at once, in a process of its own, so that its work is not the server's.

    python -m benchmarks.clients < job.json > outcome.json

A job says where, who (headers), how many at once, and what; clients take the requests in their order.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any

from benchmarks.wire import Wire

FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass(frozen=True)
class Ask:
    """One request. `headers` are added to the job's."""

    method: str
    path: str
    form: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came back: every status, and how long each request took, in seconds."""

    statuses: dict[int, int]
    seconds: list[float]
    whole: float

    def percentile(self, percent: float) -> float:
        """The time within which this part of the requests was answered, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.whole


@dataclass
class Job:
    """What to do: `pace` is requests a second over all clients, 0 as fast as they are answered.

    With `seconds` nothing new is asked after so long, and the requests are repeated until then.
    """

    url: str
    asks: Sequence[Ask]
    at_once: int = 1
    pace: float = 0
    cookie: str = ""
    seconds: float = 0

    def run(self) -> Outcome:
        """The load has been applied by another process; its outcome."""
        return self.start().outcome()

    def start(self) -> "Running":
        """The load is being applied."""
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.clients"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(self)).encode())
        process.stdin.close()
        return Running(process)


@dataclass(frozen=True)
class Running:
    """A load under way."""

    process: subprocess.Popen[bytes]

    def outcome(self) -> Outcome:
        """Wait for its end."""
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.read())
        self.process.wait()
        statuses = {int(status): number for status, number in told["statuses"].items()}
        return Outcome(statuses, told["seconds"], told["whole"])


async def _apply(job: Job) -> Outcome:
    statuses: dict[int, int] = {}
    seconds: list[float] = []
    waiting = enumerate(cycle(job.asks) if job.seconds else job.asks)
    headers = {**FROM_OUR_PAGE, "Origin": job.url} | ({"Cookie": job.cookie} if job.cookie else {})
    begun = time.perf_counter()

    async def one_client() -> None:
        async with Wire(job.url, headers) as wire:
            for number, ask in waiting:
                if job.seconds and time.perf_counter() - begun > job.seconds:
                    return
                if job.pace:
                    await asyncio.sleep(max(0.0, begun + number / job.pace - time.perf_counter()))
                sent = time.perf_counter()
                status = await wire.ask(ask.method, ask.path, ask.form, ask.headers)
                seconds.append(time.perf_counter() - sent)
                statuses[status] = statuses.get(status, 0) + 1

    await asyncio.gather(*(one_client() for _ in range(job.at_once)))
    return Outcome(statuses, seconds, time.perf_counter() - begun)


def _read_job() -> Job:
    told = json.load(sys.stdin)
    return Job(**{**told, "asks": list(_asks(told["asks"]))})


def _asks(told: list[dict[str, Any]]) -> Iterator[Ask]:
    """As `asdict()` wrote them."""
    for one in told:
        yield Ask(**one)


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(_apply(_read_job()))), sys.stdout)
