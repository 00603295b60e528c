"""Figures for whoever keeps the service running: how much, how long, how often it failed. Off by default.

No label can name a person, a ticket or an address: routes are counted by their names in the program.
How many wait on which level is not among them: read every few seconds, it would tell at which moment
somebody wrote that they are in danger, which statistics take care not to tell.

With PostgreSQL there are many processes behind one port, and a question reaches any of them. Each
writes its figures into a file of the data folder, and whoever is asked adds them up (the client
library's multiprocess mode). A figure per process with its number as a label would need an address
for each process, and a new series at every restart. With SQLite the one process keeps them in memory.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from hotline.base.config import Settings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

FOLDER = "metrics"
FILES_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
WAIT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Figures = Callable[[], dict[str, float]]
"""Figures that are read when somebody asks: name → value."""


class Meters:
    """Nothing is measured: what a deployment without a token has."""

    is_on = False

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """An answer has gone out."""

    def stream(self, change: int) -> None:
        """A live stream was opened (+1) or ended (-1)."""

    def hash_waited(self, lane: str, seconds: float) -> None:
        """A passphrase or a code waited so long for its turn to be stretched."""

    def round(self, at: float, failures: int) -> None:
        """The worker has done a round at this moment (seconds since 1970)."""

    def text(self, now: Figures) -> bytes:
        """Everything measured, as Prometheus reads it."""
        del now
        return b""


NOTHING = Meters()


def open_meters(settings: Settings) -> Meters:
    """Meters if there is a token; with PostgreSQL in files that all processes of this machine share."""
    if not settings.metrics_token:
        return NOTHING
    return Measured(None if settings.is_sqlite else settings.data_dir / FOLDER)


class Measured(Meters):
    """What is measured in this process, and with a folder in all that share it."""

    is_on = True

    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_dead(folder)
            os.environ[FILES_VARIABLE] = str(folder)
        self._folder = folder
        import prometheus_client as client  # noqa: PLC0415 - at its import it decides where figures are kept

        # They would tell when each route was first asked for.
        client.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own
        self._registry = registry = client.CollectorRegistry()
        self._requests = client.Counter(
            "hotline_requests", "Answers.", ["route", "method", "status"], registry=registry
        )
        self._seconds = client.Histogram(
            "hotline_request_seconds",
            "From the request to the end of the answer; streams left out.",
            ["route"],
            buckets=REQUEST_SECONDS,
            registry=registry,
        )
        self._streams = client.Gauge(
            "hotline_open_streams", "Live streams.", registry=registry, multiprocess_mode="livesum"
        )
        self._waits = client.Histogram(
            "hotline_hash_wait_seconds",
            "Waiting for a turn to be stretched.",
            ["lane"],
            buckets=WAIT_SECONDS,
            registry=registry,
        )
        self._measure_the_worker(client)

    def _measure_the_worker(self, client: ModuleType) -> None:
        registry = self._registry
        self._rounds = client.Counter("hotline_worker_rounds", "Rounds of the worker.", registry=registry)
        self._failures = client.Counter(
            "hotline_worker_failures", "Tasks of the worker that failed.", registry=registry
        )
        self._last = client.Gauge(
            "hotline_worker_last_round_timestamp_seconds",
            "When the worker was last here.",
            registry=registry,
            multiprocess_mode="max",
        )

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)

    def stream(self, change: int) -> None:
        self._streams.inc(change)

    def hash_waited(self, lane: str, seconds: float) -> None:
        self._waits.labels(lane).observe(seconds)

    def round(self, at: float, failures: int) -> None:
        self._rounds.inc()
        self._failures.inc(failures)
        self._last.set(at)

    def text(self, now: Figures) -> bytes:
        from prometheus_client import generate_latest  # noqa: PLC0415 - as above

        return generate_latest(self._whole()) + generate_latest(_only(now))

    def _whole(self) -> "CollectorRegistry":
        """What this process has measured, or all of them together."""
        if self._folder is None:
            return self._registry
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 - as above
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 - the same

        _forget_dead(self._folder, "gauge_live")
        every = CollectorRegistry()
        MultiProcessCollector(every)  # type: ignore[no-untyped-call]  # the library's own
        return every


def _only(now: Figures) -> "CollectorRegistry":
    from prometheus_client import CollectorRegistry  # noqa: PLC0415 - as above
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - the same
    from prometheus_client.registry import Collector  # noqa: PLC0415 - the same

    class AtThisMoment(Collector):
        def collect(self) -> "Iterator[Metric]":
            for name, value in now().items():
                yield GaugeMetricFamily(name, "Read at this moment.", value)

    registry = CollectorRegistry()
    registry.register(AtThisMoment())
    return registry


def _forget_dead(folder: Path, kind: str = "") -> None:
    """Files of processes that have ended are gone: theirs would be counted for ever, and pile up."""
    for file in folder.glob(f"{kind}*_*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdigit() and not _lives(int(number)):
            file.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    with suppress(PermissionError):  # it lives, and is somebody else's
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
