"""kill -9 of the primary under load: what was acknowledged is on the node that takes over."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from chaos import cluster
from chaos.cluster import Cluster, cluster_in, wait_until
from chaos.load import Load
from chaos.proof import settle
from chaos.report import Report
from chaos.site import site_in
from tests import databases, postgres

BEFORE_SECONDS = 5.0
PATIENCE_SECONDS = 240.0
"""A commit waits until there are two nodes again; then the callers' last ones are answered."""


def kill_the_primary(folder: Path, *, times: int = 3, callers: int = 4) -> Report:
    """Patroni with two nodes in strict synchronous mode loses nothing that was acknowledged."""
    report = Report(f"kill -9 of the primary {times} times under load, Patroni in strict synchronous mode")
    report.skipped = cluster.missing()
    if report.skipped:
        report.skipped = f"missing: {report.skipped}"
        return report
    folder.mkdir(parents=True)
    folder.parent.chmod(0o711)  # PostgreSQL's user has to reach its own folder in here
    with cluster_in(folder / "nodes") as nodes, _kept_in(nodes), site_in(folder / "house") as site:
        load = Load(site.url, callers)
        site.start()
        load.start()
        waits = [_one_kill(nodes, load) for _ in range(times)]
        tally = load.finish(PATIENCE_SECONDS)
        report.note("stopped in order", site.stop())
        settle(report, folder / "house", tally)
    report.note("seconds until another one took over", ", ".join(f"{taken:.0f}" for taken, _ in waits))
    report.note("seconds until commits were answered again", ", ".join(f"{again:.0f}" for _, again in waits))
    return report


def _one_kill(nodes: Cluster, load: Load) -> tuple[float, float]:
    """The primary is gone and comes back as a standby; seconds until each was so."""
    time.sleep(BEFORE_SECONDS)
    primary = nodes.primary
    assert primary is not None
    began = time.monotonic()
    nodes.kill(primary)
    wait_until(lambda: nodes.primary is not None, "nobody took over")
    taken = time.monotonic() - began
    nodes.bring(primary)
    nodes.wait_until_whole()
    acknowledged = len(load.tally.acknowledged)
    wait_until(lambda: len(load.tally.acknowledged) > acknowledged, "no message was acknowledged after it")
    return taken, time.monotonic() - began


@contextmanager
def _kept_in(nodes: Cluster) -> Iterator[None]:
    """Houses of the tests have their databases on these nodes meanwhile."""
    connection = psycopg.connect(nodes.url, autocommit=True)
    server = postgres.Server(nodes.url, connection)
    try:
        with databases.instead(databases.Kind.POSTGRESQL), postgres.instead(server):
            yield
    finally:
        connection.close()
