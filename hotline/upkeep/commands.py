"""`hotline backup`, `restore` and `check`: what they say at the terminal."""

from datetime import datetime
from pathlib import Path

import click

from hotline.base import schema
from hotline.base.clock import system_clock
from hotline.base.i18n import N_, format_when
from hotline.intake.queries import reasons_closed
from hotline.keyring.queries import find_deployment
from hotline.notifications.retries import TROUBLE_WORDS, Trouble
from hotline.preflight import check_files, check_stretching
from hotline.terminal import Opened, opened
from hotline.upkeep import checks
from hotline.upkeep.backup import back_up
from hotline.upkeep.findings import Finding, Weight
from hotline.upkeep.restoring import Restored
from hotline.upkeep.restoring import restore as bring_back

RESTORED = N_("Restored: %(tickets)s tickets as they were on %(when)s.")
MOVED = N_(
    "What was here before is now %(place)s. Delete it when it is not needed: it holds what people have "
    "deleted since."
)
NEXT = N_(
    "Next: `python -m hotline check`, then `serve`. Everybody signs in again; receipt codes work as before."
)


@click.command()
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    help="A folder, or a file that is not there yet. Without it: backups in the data folder.",
)
def backup(to: Path | None) -> None:
    """Write everything needed to go on elsewhere into one file, while the service goes on."""
    with opened() as at:
        made = back_up(at.settings, at.database, to, now=system_clock())
        at.terminal.say(
            N_("%(file)s: %(tickets)s tickets, %(size)s KiB."),
            file=made.file,
            tickets=made.manifest.rows["tickets"],
            size=made.file.stat().st_size // 1024,
        )
        if to is None:
            at.terminal.warn(
                N_("It lies on the same disk: copy it to another machine, or it is lost with this one.")
            )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--replace", "may_replace", is_flag=True, help="Move a deployment that is here aside, and keep it there."
)
def restore(file: Path, *, may_replace: bool) -> None:
    """Put a backup into the data folder and the database that the settings name; both must be empty."""
    with opened() as at:
        done = bring_back(at.settings, at.database, file, may_replace=may_replace, now=system_clock())
        _say_what_comes_next(at, done)


def _say_what_comes_next(at: Opened, done: Restored) -> None:
    say, manifest = at.terminal.say, done.manifest
    when = format_when(manifest.made_at, at.terminal.language, at.settings.zone)
    say(RESTORED, tickets=manifest.rows["tickets"], when=when)
    for place in done.moved:
        say(MOVED, place=place)
    say(N_("What was written after that moment is not in it, and what people deleted after it is back."))
    if not done.is_current:
        say(N_("Next: `python -m hotline migrate`, for it was made by an older version."))
    say(NEXT)


@click.command()
def check() -> None:
    """Say whether everything is in order; exit status 1 when something is not."""
    now = system_clock()
    with opened() as at:
        check_files(at.settings)
        if not schema.is_current(at.database.engine):
            raise at.terminal.stop(N_("The database is not up to date: run `python -m hotline migrate`."))
        with at.database.read() as db:
            deployment = find_deployment(db, at.settings.data_dir)
            check_stretching(at.settings, deployment, at.terminal)
            if deployment is None:
                raise at.terminal.stop(reasons_closed(db, None)[0])
            found = list(checks.look_everywhere(db, at.settings, deployment, now=now))
    _say_what_was_found(at, found)


def _say_what_was_found(at: Opened, found: list[Finding]) -> None:
    """Faults first; the last line says whether callers can rely on the service."""
    terminal = at.terminal
    faults = [one for one in found if one.weight is Weight.FAULT]
    for one in faults:
        terminal.warn(N_("Fault: %(what)s"), what=_in_words(at, one))
    for one in found:
        if one.weight is Weight.WARNING:
            terminal.warn(N_("Warning: %(what)s"), what=_in_words(at, one))
    if faults:
        raise terminal.stop(N_("Not everything is in order."))
    terminal.say(N_("Everything is in order: callers can write."))


def _in_words(at: Opened, finding: Finding) -> str:
    """The finding in this person's language, moments in the deployment's zone."""
    values = {name: _shown(at, value) for name, value in finding.values.items()}
    return at.terminal.text(finding.message, **values)


def _shown(at: Opened, value: object) -> object:
    if isinstance(value, datetime):
        return format_when(value, at.terminal.language, at.settings.zone)
    return at.terminal.text(TROUBLE_WORDS[value]) if isinstance(value, Trouble) else value
