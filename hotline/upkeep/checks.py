"""What `hotline check` looks at, one question after the other. Nothing is changed and no text is opened."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from hotline.accounts.queries import aliases
from hotline.audit import verifying
from hotline.base.config import Settings
from hotline.base.i18n import N_
from hotline.base.wal import sqlite_file
from hotline.intake.queries import reasons_closed
from hotline.keyring import soundness as keys
from hotline.keyring.founding import Deployment
from hotline.library.numbers import load_numbers
from hotline.notifications.queries import stuck
from hotline.terminal import NO_MAIL_SERVER
from hotline.tickets import soundness as tickets
from hotline.upkeep.findings import Finding, fault, warning
from hotline.upkeep.server import look_at_server

FULL_BYTES = 100 * 1024 * 1024
"""Below this nothing can be relied on: one backup or one long night of messages fills it."""

SCARCE_BYTES = 1024 * 1024 * 1024
OTHERS = 0o077


def look_everywhere(
    db: Session, settings: Settings, deployment: Deployment, *, now: datetime
) -> Iterator[Finding]:
    """Everything that is not in order in a founded deployment, faults and warnings mixed."""
    yield from look_at_server(db)
    yield from (fault(reason) for reason in reasons_closed(db, deployment))
    yield from _keys(db, deployment)
    yield from _trail(db, now=now)
    yield from _tickets(db)
    yield from _mails(db, settings)
    yield from _numbers(settings, now=now)
    yield from _disk(settings)


def _keys(db: Session, deployment: Deployment) -> Iterator[Finding]:
    swapped = keys.swapped_founders(db, deployment)
    void = keys.void_admissions(db, deployment)
    named = aliases(db, {*swapped, *void})
    for account in swapped:
        said = N_("The keys of %(alias)s, who founded the deployment, are not those in founding.json.")
        yield fault(said, alias=named.get(account, account))
    for account in void:
        said = N_("An admission of %(alias)s does not count: no custodian who counts has signed it.")
        yield fault(said, alias=named.get(account, account))
    if pairs := keys.missing_escrow_pairs(db, deployment):
        said = N_("Pairs of custodians who cannot open the escrow together: %(number)s.")
        yield fault(said, number=pairs)
    if shares := keys.void_team_shares(db, deployment):
        yield fault(N_("Shares of the team's key that are missing or not signed: %(number)s."), number=shares)


def _trail(db: Session, *, now: datetime) -> Iterator[Finding]:
    trail = verifying.verify(db)
    if trail.broken_at is not None:
        said = N_("The audit trail was changed: line %(number)s does not follow from the one before it.")
        yield fault(said, number=trail.broken_at)
    since = verifying.unchained_since(db, now=now)
    if since is not None:
        said = N_("The audit trail is not chained since %(when)s: the worker does not run.")
        yield warning(said, when=since)


def _tickets(db: Session) -> Iterator[Finding]:
    found = tickets.find_unsound(db)
    if found.impossible:
        said = N_("Tickets in a state that cannot be: %(number)s.")
        yield fault(said, number=found.impossible)
    if found.unreadable:
        said = N_("Open tickets whose key is missing for somebody who must hold it: %(number)s.")
        yield fault(said, number=found.unreadable)
    if found.kept:
        said = N_("Deleted conversations of which something is still stored: %(number)s.")
        yield fault(said, number=found.kept)


def _mails(db: Session, settings: Settings) -> Iterator[Finding]:
    held = stuck(db)
    if held is not None:
        said = N_(
            "Reminders that could not be sent so far: %(number)s, the oldest since %(since)s (%(trouble)s)"
        )
        yield fault(said, number=held.number, since=held.since, trouble=held.trouble)
    if not settings.smtp_url:
        yield warning(NO_MAIL_SERVER)


def _numbers(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    numbers = load_numbers(settings.data_dir / "numbers.toml")
    for number in numbers.to_check_again(now.astimezone(settings.zone).date()):
        said = N_("The help number %(number)s (%(id)s) was to be checked again by %(day)s.")
        yield warning(said, number=number.shown, id=number.id, day=number.verify_by.isoformat())


def _disk(settings: Settings) -> Iterator[Finding]:
    folders = {settings.data_dir}
    if settings.is_sqlite:
        folders.add(sqlite_file(settings.database_url).absolute().parent)
    for folder in sorted(folders):
        free = shutil.disk_usage(folder).free
        if free < SCARCE_BYTES:
            said = N_("Space left on the disk of %(folder)s: %(free)s MiB.")
            found = fault if free < FULL_BYTES else warning
            yield found(said, folder=folder, free=free // 1024 // 1024)
        if _is_open_to_others(folder):
            said = N_("Others on this machine can read %(folder)s: chmod 700 keeps them out.")
            yield warning(said, folder=folder)


def _is_open_to_others(folder: Path) -> bool:
    return bool(folder.stat().st_mode & OTHERS)
