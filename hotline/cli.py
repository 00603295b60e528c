"""The commands: `python -m hotline …`. Each opens what it needs, calls one thing, and says what happened.

What only one command needs is loaded when that one is called: the web takes a second to load, and
nobody else waits for it.
"""

import signal
import threading

import click

from hotline.base import logs, schema
from hotline.base.config import database_address, load_settings
from hotline.base.i18n import N_, Language
from hotline.base.memory import settle
from hotline.base.meters import open_meters
from hotline.preflight import check_files
from hotline.terminal import NO_MAIL_SERVER, Commands, here, opened

as_json_option = click.option("--json-logs", is_flag=True, help="Log lines as JSON, for a collector.")


def _elsewhere() -> tuple[click.Command, ...]:
    """The commands that are kept in modules of their own."""
    from hotline.account_commands import account  # noqa: PLC0415 - whoever serves calls none of these
    from hotline.upkeep.commands import backup, check, restore  # noqa: PLC0415 - whoever serves calls none of these

    return account, backup, check, restore


@click.group(cls=Commands, elsewhere=_elsewhere, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """An anonymous psychological-support hotline. Settings are environment variables: see the README."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes; PostgreSQL only."
)
@as_json_option
def serve(host: str, port: int, workers: int, *, json_logs: bool) -> None:
    """Serve the site until Ctrl-C or SIGTERM. With SQLite the worker runs inside."""
    from hotline.serving import serve as serve_until_stopped  # noqa: PLC0415 - this command alone needs it

    serve_until_stopped(host, port, workers, as_json=json_logs)


@main.command()
@as_json_option
def worker(*, json_logs: bool) -> None:
    """Do what is due by the clock, until Ctrl-C or SIGTERM. For PostgreSQL, beside `serve`."""
    from hotline.worker import Worker  # noqa: PLC0415 - this command alone needs it

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with opened() as at:
        if not schema.is_current(at.database.engine):
            raise at.terminal.stop(N_("The database is not up to date: run `python -m hotline migrate`."))
        check_files(at.settings)
        logs.set_up(as_json=json_logs or at.settings.logs_json)
        if not at.settings.smtp_url:
            at.terminal.warn(NO_MAIL_SERVER)
        at.terminal.say(N_("Working. Ctrl-C stops."))
        meters = open_meters(at.settings)
        settle()
        Worker(at.database, at.settings, meters=meters).run_forever(stop)


@main.command()
def migrate() -> None:
    """Bring the database to the newest migration; make it where there is none."""
    settings = load_settings()
    here().say(N_("Preparing the database ..."))
    schema.upgrade(settings.database_url)
    here().say(N_("The database is up to date."))


@main.command("demo")
def demo_command() -> None:
    """Fill an empty database with a demo and say who may sign in; touch nothing else."""
    from hotline.demo import prepare  # noqa: PLC0415 - this command alone needs it

    with opened() as at:
        prepare(at)


@main.command()
@click.option("--administrator", metavar="NAME", help="Sign-in name, or name=alias.")
@click.option("--custodian", "custodians", metavar="NAME", multiple=True, help="At least three of them.")
@click.option("--paper", metavar="NAME", help="The custodian whose passphrase goes into a sealed envelope.")
@click.option("--language", type=click.Choice([language.value for language in Language]))
@click.option(
    "--yes",
    "at_once",
    is_flag=True,
    help="Ask nothing and show everybody's secrets once on one screen. Less safe: for scripts.",
)
def init(
    administrator: str | None,
    custodians: tuple[str, ...],
    paper: str | None,
    language: str | None,
    *,
    at_once: bool,
) -> None:
    """Found the deployment: the first administrator and three custodians, all present in person."""
    from hotline.founding_dialog import found  # noqa: PLC0415 - this command alone needs it

    found(administrator, custodians, paper, language, at_once=at_once)


def _address(_context: click.Context, _option: click.Parameter, url: str) -> str:
    try:
        return database_address(url)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@main.command()
@click.option(
    "--from", "source", metavar="URL", required=True, callback=_address, help="The present database."
)
@click.option("--to", "target", metavar="URL", required=True, callback=_address, help="A new, empty one.")
def copy(source: str, target: str) -> None:
    """Copy the deployment into another database and prove it; stop everything that serves it first."""
    from hotline.copy_command import copy_deployment  # noqa: PLC0415 - this command alone needs it

    copy_deployment(source, target, load_settings(), here())
