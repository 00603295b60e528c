"""What is said when the demo is ready: who may sign in, some codes, and three walks through it."""

from collections.abc import Sequence
from dataclasses import dataclass

import click

from hotline.base.i18n import N_, Language
from hotline.demo.people import PEOPLE, SUPERVISOR, passphrase_of
from hotline.demo.stories import Story, code_of
from hotline.intake.receipt import grouped
from hotline.permissions import Role
from hotline.terminal import Terminal

COUNSELOR = "mumian"
ROLES = {
    Role.COUNSELOR: N_("Counselor"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.CUSTODIAN: N_("Custodian"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
SHOWN_STATES: dict[str, str] = {
    "reply": N_("a reply is waiting"),
    "talk": N_("in the middle of a conversation"),
    "late": N_("later than was promised"),
    "arrived": N_("nobody has read it yet"),
    "finished": N_("finished, can be written to again"),
}
"""Why a story's receipt code is worth showing; a story names one of these as its `show`."""


@dataclass(frozen=True)
class Step:
    """One thing to do, with the words on the buttons that it names."""

    text: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walk:
    """A few steps that show what one kind of person does; `who` signs in, a caller has no name."""

    title: str
    address: str
    steps: tuple[Step, ...]
    who: str = ""


WALKS = (
    Walk(
        N_("As a caller: %(address)s"),
        "/",
        (
            Step(N_("Press “%(a)s”, read, press “%(b)s”."), ("Write to us", "I understand, go on")),
            Step(N_("Choose an answer, press “%(a)s”."), ("Go on",)),
            Step(N_("Write a sentence, press “%(a)s”. A page shows your receipt code."), ("Send now",)),
            Step(
                N_("On the first page choose “%(a)s” and enter a code from above, or your own."),
                ("Read my reply",),
            ),
        ),
    ),
    Walk(
        N_("As a counselor: %(address)s"),
        "/staff/sign-in",
        (
            Step(N_("Press “%(a)s”. The most urgent ticket is now yours alone."), ("Take the next one",)),
            Step(
                N_("Under “%(a)s” answer the first question and press “%(b)s”."),
                ("Safety review", "Record the review"),
            ),
            Step(
                N_("Write a reply, look at it with “%(a)s”, then “%(b)s”."),
                ("Preview", "Send to the caller"),
            ),
            Step(
                N_("Keep a note with “%(a)s”, and set a day with “%(b)s”."),
                ("Write a note", "Plan a follow-up"),
            ),
        ),
        who=COUNSELOR,
    ),
    Walk(
        N_("As a supervisor: %(address)s"),
        "/staff/sign-in",
        (
            Step(N_("Open “%(a)s”: what waits, for how long, and who is on duty."), ("Board",)),
            Step(N_("Choose a counselor beside a waiting ticket and press “%(a)s”."), ("Assign",)),
            Step(
                N_("Lowering a ticket from P1 takes a second person: press “%(a)s” or “%(b)s”."),
                ("Agree to lower it", "Keep P1"),
            ),
            Step(
                N_("Open “%(a)s” and in it “%(b)s”: numbers in which nobody is found."),
                ("Statistics", "Contacts"),
            ),
        ),
        who=SUPERVISOR,
    ),
)


def tell(terminal: Terminal, url: str, stories: Sequence[Story]) -> None:
    """Say all of it in the terminal's language; each address ends its line, so that it can be followed."""
    click.echo()
    terminal.say(N_("This is a demo: nobody in it exists, and everybody knows its passphrases."))
    _people(terminal)
    _codes(terminal, f"{url}/read", stories)
    terminal.say(N_("Three walks, a few minutes each:"))
    for walk in WALKS:
        _walk(terminal, walk, url)
    click.echo()


def _people(terminal: Terminal) -> None:
    """The sign-in names by role; each passphrase is made of the name in the same way."""
    example = passphrase_of(COUNSELOR)
    terminal.say(
        N_("Everybody's passphrase is made like %(name)s's: %(example)s. The six digits stay empty."),
        name=COUNSELOR,
        example=example,
    )
    for role, title in ROLES.items():
        names = ", ".join(f"{one.name} {one.alias}" for one in PEOPLE if one.role is role)
        click.echo("  " + terminal.text(N_("%(role)s: %(names)s"), role=terminal.text(title), names=names))
    click.echo()


def _codes(terminal: Terminal, address: str, stories: Sequence[Story]) -> None:
    terminal.say(N_("Receipt codes, to read as a caller: %(address)s"), address=address)
    for story in stories:
        if story.show:
            reason = terminal.text(SHOWN_STATES[story.show])
            language = Language(story.language).own_name
            click.echo(f"  {' '.join(grouped(code_of(story)))}   {reason} ({language})")
    click.echo()


def _walk(terminal: Terminal, walk: Walk, url: str) -> None:
    click.echo()
    click.echo("  " + terminal.text(walk.title, address=url + walk.address))
    steps = [terminal.text(step.text, **_named(terminal, step)) for step in walk.steps]
    if walk.who:
        signing_in = N_(
            "Sign in as %(name)s (Chinese until you press “English”) with the passphrase: %(passphrase)s"
        )
        steps.insert(0, terminal.text(signing_in, name=walk.who, passphrase=passphrase_of(walk.who)))
    for number, step in enumerate(steps, 1):
        click.echo(f"    {number}. {step}")


def _named(terminal: Terminal, step: Step) -> dict[str, str]:
    """The buttons' words, in the terminal's language as the pages have them."""
    return {letter: terminal.text(name) for letter, name in zip("ab", step.names, strict=False)}
