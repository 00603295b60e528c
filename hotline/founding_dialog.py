"""`hotline init`: founding a deployment in person, each founder alone with the screen for a minute.

Everything is one transaction: nothing is kept unless every founder has shown that they wrote down
their passphrase and that their authenticator works.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO

import click
import segno

from hotline.accounts import founders, passwords, totp
from hotline.accounts.founders import Founder
from hotline.accounts.people import NewPerson
from hotline.base.clock import system_clock
from hotline.base.i18n import N_, Language
from hotline.keyring import founding
from hotline.keyring.deployment import MIN_CUSTODIANS
from hotline.keyring.queries import find_deployment
from hotline.keyring.stretching import NEWEST_VERSION
from hotline.permissions import Role
from hotline.terminal import STRAY_FOUNDING, Opened, Terminal, opened

FORGET_WHAT_SCROLLED_BY = "\x1b[3J"


@dataclass(frozen=True)
class Seat:
    """One of the founders before they are enrolled."""

    name: str
    alias: str
    role: Role
    on_paper: bool = False


def found(
    administrator: str | None,
    custodians: Sequence[str],
    paper: str | None,
    language: str | None,
    *,
    at_once: bool,
) -> None:
    """Make the deployment, its first administrator and its custodians; refuse where there is one."""
    with opened() as at:
        chosen = Language(language) if language else at.terminal.language
        terminal = Terminal(chosen)
        _refuse_if_founded(at, terminal)
        seats = _seats(terminal, administrator, custodians, paper, ask=not at_once)
        issuer = at.settings.name_zh if chosen is Language.CHINESE else at.settings.name_en
        show = _all_at_once if at_once else _face_to_face
        _found(at, seats, chosen, lambda founder, seat: show(terminal, founder, seat, issuer))
        _say_what_comes_next(terminal, at.settings.public_url)


def _refuse_if_founded(at: Opened, terminal: Terminal) -> None:
    if at.settings.test_stretching:
        raise terminal.stop(N_("HOTLINE_TEST_STRETCHING is for tests: nothing real is founded with it."))
    with at.database.read() as db:
        deployment = find_deployment(db, at.settings.data_dir)
    if deployment is not None and deployment.is_demo:
        raise terminal.stop(
            N_("This database holds a demo. Found the real one in another data folder (HOTLINE_DATA_DIR).")
        )
    if deployment is not None:
        raise terminal.stop(N_("This deployment is founded already. Nothing was changed."))
    if (at.settings.data_dir / founding.FILE_NAME).exists():
        raise terminal.stop(STRAY_FOUNDING)


def _found(
    at: Opened, seats: Sequence[Seat], language: Language, show: Callable[[Founder, Seat], None]
) -> None:
    """Enrol everybody, share the escrow, pin the record; all of it or nothing."""
    pinned = False
    try:
        with at.database.write() as db:
            row = founders.begin(db, stretching_version=NEWEST_VERSION, is_demo=False, now=system_clock())
            enrolled = []
            for seat in seats:
                person = NewPerson(seat.name, seat.alias, language, frozenset({seat.role}))
                founder = founders.enrol(db, row, person, on_paper=seat.on_paper, now=system_clock())
                show(founder, seat)
                enrolled.append(founder)
            founders.finish(db, row, founders.public_keys_of(enrolled), at.settings.data_dir)
            pinned = True
    except BaseException:
        if pinned:
            (at.settings.data_dir / founding.FILE_NAME).unlink(missing_ok=True)
        raise


def _seats(
    terminal: Terminal, administrator: str | None, custodians: Sequence[str], paper: str | None, *, ask: bool
) -> list[Seat]:
    """Who founds: from the options, or asked for; at least three custodians, one of them on paper."""
    if ask and administrator is None:
        terminal.say(N_("Founding takes an administrator and at least three custodians, all present now."))
        terminal.say(N_("Write each as sign-in name, or sign-in name=alias."))
        terminal.say(
            N_(
                "Callers and colleagues see the alias, or the sign-in name without one."
                " Choose nothing that identifies anybody."
            )
        )
        administrator = click.prompt(terminal.text(N_("Administrator")))
    names = list(custodians)
    on_paper = _split(paper)[0] if paper else None
    if paper and on_paper not in {_split(name)[0] for name in names}:
        names.append(paper)
    while ask and len(names) < MIN_CUSTODIANS:
        names.append(click.prompt(terminal.text(N_("Custodian %(number)s"), number=len(names) + 1)))
    if administrator is None or len(names) < MIN_CUSTODIANS:
        raise terminal.stop(
            N_("Name one --administrator and at least %(least)s times a --custodian."), least=MIN_CUSTODIANS
        )
    seats = [Seat(*_split(administrator), Role.ADMINISTRATOR)]
    seats += [Seat(*_split(name), Role.CUSTODIAN, _split(name)[0] == on_paper) for name in names]
    if len({seat.name.casefold() for seat in seats}) < len(seats):
        raise terminal.stop(N_("Each founder needs a sign-in name of their own."))
    return seats


def _split(given: str) -> tuple[str, str]:
    name, _, alias = given.partition("=")
    return name.strip(), alias.strip() or name.strip()


def _face_to_face(terminal: Terminal, founder: Founder, seat: Seat, issuer: str) -> None:
    """The founder alone writes everything down and shows that it is right."""
    _clear()
    terminal.say(N_("This screen is now for %(name)s alone. Everybody else turns away."), name=seat.name)
    click.pause(terminal.text(N_("Press a key when you are alone with it.")))
    while True:
        _clear()
        _show(terminal, founder, seat, issuer)
        click.pause(terminal.text(N_("Press a key when everything is on paper and in the app.")))
        _clear()
        if _has_it(terminal, founder):
            break
        click.pause(terminal.text(N_("That was not the same. Press a key to see it again.")))
    _clear()


def _has_it(terminal: Terminal, founder: Founder) -> bool:
    typed = click.prompt(terminal.text(N_("Type the passphrase from your paper")))
    if passwords.normalize(typed) != founder.passphrase:
        return False
    if not founder.seed:
        return True
    digits = click.prompt(terminal.text(N_("The six digits that the app shows now")))
    return totp.matching_step(founder.seed, digits, now=system_clock()) is not None


def _all_at_once(terminal: Terminal, founder: Founder, seat: Seat, issuer: str) -> None:
    click.echo("-" * 60)
    _show(terminal, founder, seat, issuer)


def _clear() -> None:
    """Nothing of it stays on the screen, nor above it where the terminal keeps what scrolled by."""
    click.clear()
    if sys.stdout.isatty():
        click.echo(FORGET_WHAT_SCROLLED_BY, nl=False)


def _show(terminal: Terminal, founder: Founder, seat: Seat, issuer: str) -> None:
    click.echo(f"{seat.name}  ({seat.alias}, {seat.role.value})\n")
    terminal.say(N_("Passphrase: %(passphrase)s"), passphrase=founder.passphrase)
    if seat.on_paper:
        terminal.say(N_("Write it down, put it into an envelope, seal it, and lock the envelope away."))
        return
    terminal.say(N_("Write it on paper, never into a file. Nobody can find it out for you."))
    terminal.say(N_("Scan this with an authenticator app:"))
    code = segno.make(totp.address(founder.seed, seat.name, issuer), error="m")
    picture = StringIO()
    code.terminal(out=picture, compact=True)
    click.echo(picture.getvalue())
    terminal.say(N_("Or type this key into the app: %(key)s"), key=founder.seed)


def _say_what_comes_next(terminal: Terminal, url: str) -> None:
    terminal.say(N_("Founded. What comes next:"))
    for step in (
        N_("1. Copy founding.json from the data folder to a safe place; it holds no secret."),
        N_("2. Start the server: python -m hotline serve"),
        N_("3. The administrator signs in at %(url)s/staff/sign-in and invites the counselors."),
        N_("4. Each counselor enrols; a custodian compares the fingerprint with them and admits them."),
        N_("5. From the first admitted counselor on, callers can write."),
    ):
        terminal.say(step, url=url)
