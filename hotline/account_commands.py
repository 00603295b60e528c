"""`hotline account`: inviting and disabling people from the server's own terminal.

Whoever has a terminal on the server could write into its database anyway, so no passphrase is asked
for; the audit trail names the administrator in whose name it was done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy.orm import Session

from hotline.accounts import people, queries
from hotline.accounts.models import Account
from hotline.accounts.people import NewPerson
from hotline.assignment import leaving
from hotline.base.clock import system_clock
from hotline.base.i18n import N_, Language
from hotline.keyring.founding import Deployment
from hotline.keyring.queries import find_deployment, newest_key_version
from hotline.permissions import KEY_ROLES, Actor, Role
from hotline.terminal import Commands, Opened, Terminal, opened

NOT_FOUNDED = N_("Nothing has been founded here yet: run `python -m hotline init` first.")

by_option = click.option("--by", help="The administrator in whose name this is done, if there are several.")


@dataclass(frozen=True)
class Work:
    """One command's transaction, in an administrator's name."""

    db: Session
    deployment: Deployment
    actor: Actor
    opened: Opened

    @property
    def terminal(self) -> Terminal:
        """Whom to tell."""
        return self.opened.terminal


@click.group(cls=Commands)
def account() -> None:
    """Invite, list, disable and enable people."""


@account.command()
@click.argument("name")
@click.option(
    "--alias",
    help="What callers and colleagues see instead of a name; the sign-in name if left out."
    " Choose nothing that identifies the person.",
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given several times.",
)
@click.option(
    "--language", default=Language.CHINESE.value, type=click.Choice([lang.value for lang in Language])
)
@by_option
def invite(name: str, alias: str | None, roles: tuple[str, ...], language: str, by: str | None) -> None:
    """Make an account and show its one-time code, once."""
    person = NewPerson(name, alias or name, Language(language), frozenset(Role(role) for role in roles))
    with _as_administrator(by) as work:
        invited, code = people.invite(work.db, work.actor, person, now=system_clock())
    _show_code(work, invited, code)


@account.command()
@click.argument("name")
@by_option
def code(name: str, by: str | None) -> None:
    """Show a new one-time code; enrolling with it makes new keys, which need a new admission."""
    with _as_administrator(by) as work:
        found = _find(work, name)
        found, fresh = people.renew_code(work.db, work.actor, found.id, now=system_clock())
    _show_code(work, found, fresh)


@account.command()
@click.argument("name")
@by_option
def disable(name: str, by: str | None) -> None:
    """End a person's sessions and let them sign in no more."""
    with _as_administrator(by) as work:
        leaving.disable(work.db, work.actor, _find(work, name).id, now=system_clock())
    work.terminal.say(N_("%(name)s is disabled."), name=name)


@account.command()
@click.argument("name")
@by_option
def enable(name: str, by: str | None) -> None:
    """Let a disabled person sign in again, with the keys they had."""
    with _as_administrator(by) as work:
        people.enable(work.db, work.actor, _find(work, name).id, now=system_clock())
    work.terminal.say(N_("%(name)s can sign in again."), name=name)


@account.command("list")
def list_() -> None:
    """Show everybody: sign-in name, alias, roles, and what is still missing."""
    with opened() as at, at.database.read() as db:
        deployment = _founded(db, at)
        for person in queries.everybody(db):
            state = at.terminal.text(_state(db, deployment, person))
            click.echo(f"{person.name:<20} {person.roles:<36} {state:<24} {person.alias}")


@contextmanager
def _as_administrator(name: str | None) -> Iterator[Work]:
    with opened() as at, at.database.write() as db:
        deployment = _founded(db, at)
        yield Work(db, deployment, _administrator(db, deployment, name, at.terminal), at)


def _founded(db: Session, at: Opened) -> Deployment:
    deployment = find_deployment(db, at.settings.data_dir)
    if deployment is None:
        raise at.terminal.stop(NOT_FOUNDED)
    return deployment


def _administrator(db: Session, deployment: Deployment, name: str | None, terminal: Terminal) -> Actor:
    """The one named, or the only one there is. What they may do is for the actions to say."""
    administrators = [
        person
        for person in queries.everybody(db)
        if Role.ADMINISTRATOR in person.named_roles and person.disabled_at is None
    ]
    if name is not None:
        wanted = queries.canonical_name(name)
        administrators = [person for person in administrators if person.name == wanted]
    if len(administrators) != 1:
        raise terminal.stop(N_("Say with --by which administrator does this."))
    return queries.actor_of(db, deployment, administrators[0])


def _find(work: Work, name: str) -> Account:
    found = queries.by_name(work.db, name)
    if found is None:
        raise work.terminal.stop(N_("Nobody here signs in as %(name)s."), name=name)
    return found


def _show_code(work: Work, invited: Account, code: str) -> None:
    terminal = work.terminal
    address = f"{work.opened.settings.public_url}/staff/enrol/{code}"
    terminal.say(
        N_("%(name)s enrols once, within %(days)s days, at this address:"),
        name=invited.name,
        days=people.CODE_LASTS.days,
    )
    click.echo(address)
    terminal.say(N_("One-time code: %(code)s"), code=code)
    terminal.say(N_("It is shown only now. Give it to the person yourself, not by group chat."))
    if invited.named_roles & KEY_ROLES:
        terminal.say(N_("Afterwards a custodian compares the fingerprint with the person and admits them."))


def _state(db: Session, deployment: Deployment, person: Account) -> str:
    if person.disabled_at is not None:
        return N_("disabled")
    if newest_key_version(db, person.id) == 0:
        return N_("has not enrolled yet")
    if person.named_roles != queries.effective_roles(db, deployment, person):
        return N_("waits for an admission")
    return N_("ready")
