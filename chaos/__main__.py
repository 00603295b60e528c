"""`python -m chaos`: all runs, one of them, or the load alone against any deployment."""

import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from chaos.clocks import turn_the_clock
from chaos.database_kills import kill_the_database
from chaos.failover import kill_the_primary
from chaos.full_disk import fill_the_disk
from chaos.kills import kill_again_and_again
from chaos.load import Load, saved
from chaos.locked import lock_the_database
from chaos.proof import prove
from chaos.reminders import kill_at_every_point
from chaos.report import Report
from hotline.base.config import load_settings
from hotline.base.db import open_database
from hotline.keyring.queries import find_deployment
from tests.databases import Kind, choose, clear_away

RUNS: dict[str, Callable[[Path], Report]] = {
    "kills": kill_again_and_again,
    "full-disk": fill_the_disk,
    "locked": lock_the_database,
    "reminders": kill_at_every_point,
    "clocks": turn_the_clock,
    "database-kills": kill_the_database,
    "failover": kill_the_primary,
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Break things, and look at what is left."""


@main.command("run")
@click.argument("names", nargs=-1, type=click.Choice(list(RUNS)))
@click.option(
    "--database", default="sqlite", show_default=True, type=click.Choice([kind.value for kind in Kind])
)
def run(names: tuple[str, ...], database: str) -> None:
    """Run these, or all; exit status 1 when something did not hold."""
    choose(Kind(database))
    logging.disable(logging.ERROR)  # failures are what is made here
    good = True
    for name in names or RUNS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            report = RUNS[name](Path(folder) / "house")
        click.echo(f"{report}  [{time.monotonic() - began:.0f} s]")
        good = good and report.is_good
    clear_away()
    sys.exit(0 if good else 1)


@main.command("load")
@click.option("--url", required=True, help="The site, exactly as HOTLINE_PUBLIC_URL names it.")
@click.option("--callers", default=4, show_default=True, help="How many write at once.")
@click.option("--seconds", default=30.0, show_default=True, help="How long they begin new messages.")
@click.option("--patience", default=120.0, show_default=True, help="How long the last ones keep trying.")
@click.option("--acknowledged", required=True, type=click.Path(path_type=Path), help="What `prove` reads.")
def load(url: str, callers: int, seconds: float, patience: float, acknowledged: Path) -> None:
    """Write messages without pause. The site, or its database, may be killed meanwhile."""
    callers_at_work = Load(url, callers)
    callers_at_work.start()
    time.sleep(seconds)
    tally = callers_at_work.finish(patience)
    tally.save(acknowledged)
    click.echo(
        f"begun {tally.begun}, acknowledged {len(tally.acknowledged)}, sent again {tally.resent}, "
        f"answers lost {tally.lost}, statuses {tally.statuses}, slowest {tally.slowest:.1f} s"
    )
    for answer in tally.broken[:5]:
        click.echo(f"   {answer}")
    sys.exit(1 if tally.broken else 0)


@main.command("prove")
@click.option("--acknowledged", required=True, type=click.Path(path_type=Path, exists=True))
def prove_(acknowledged: Path) -> None:
    """Open every acknowledged message in the deployment that the settings (HOTLINE_…) name."""
    settings = load_settings()
    database = open_database(settings.database_url)
    with database.read() as db:
        deployment = find_deployment(db, settings.data_dir)
    if deployment is None:
        raise click.ClickException("nothing has been founded here")
    proof = prove(database, deployment, saved(acknowledged))
    database.dispose()
    click.echo(f"acknowledged {proof.acknowledged}, stored {proof.stored}")
    for fault in proof.faults[:20]:
        click.echo(f"   {fault}")
    sys.exit(1 if proof.faults else 0)


if __name__ == "__main__":
    main()
