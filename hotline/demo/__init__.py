"""Demo data: a hotline that has been at work for some months, for looking around.

Everything is made by the same actions that people use, with the time as an argument. Nobody in it
exists. The passphrases are known to everybody, so a database with demo data says for ever that it is
a demo, and real data are never put beside it.
"""

import random
from datetime import timedelta

import click

from hotline.base import schema
from hotline.base.clock import system_clock
from hotline.base.i18n import N_, Language
from hotline.demo import history
from hotline.demo.people import PEOPLE, open_house, passphrase_of
from hotline.demo.play import DAYS, LUCK, perform
from hotline.demo.stories import Story, code_of, load_stories
from hotline.intake.receipt import grouped
from hotline.keyring.founding import FILE_NAME
from hotline.keyring.queries import find_deployment
from hotline.terminal import STRAY_FOUNDING, Opened

FIRST_HOUR = timedelta(hours=1)
"""Until then people are admitted and nobody writes."""

SHOWN_STATES: dict[str, str] = {
    "reply": N_("a reply is waiting"),
    "talk": N_("in the middle of a conversation"),
    "late": N_("later than was promised"),
    "arrived": N_("nobody has read it yet"),
    "finished": N_("finished, can be written to again"),
}
"""Why a story's receipt code is worth showing; a story names one of these as its `show`."""


def prepare(at: Opened) -> None:
    """Fill an empty database, then say who may sign in. A database with real data is left alone."""
    if not schema.is_current(at.database.engine):
        raise at.terminal.stop(N_("The database is not up to date: run `python -m hotline migrate`."))
    with at.database.read() as db:
        deployment = find_deployment(db, at.settings.data_dir)
    if deployment is not None and not deployment.is_demo:
        at.terminal.say(N_("This database holds real data: no demo was made and nothing was touched."))
        return
    stories = load_stories()
    if deployment is None and (at.settings.data_dir / FILE_NAME).exists():
        raise at.terminal.stop(STRAY_FOUNDING)
    if deployment is None:
        at.terminal.say(N_("Making demo data ..."))
        now, zone = system_clock(), at.settings.zone
        opened = history.begins(now, zone)
        house = open_house(at.database, at.settings, begun=opened)
        perform(house, stories, now=now)
        with at.database.write() as db:
            luck = random.Random(LUCK)  # noqa: S311 (it decides when somebody writes, nothing secret)
            told_from = now - timedelta(DAYS)
            history.live(db, opened + FIRST_HOUR, told_from, luck, zone)
            history.live(db, told_from, now, luck, zone, a_week=history.BESIDE_THE_STORIES)
            history.release(db, opened, now=now, tz=zone)
    _tell(at, stories)


def _tell(at: Opened, stories: list[Story]) -> None:
    """Where to go, who may sign in and with what, and some codes to come back with as a caller."""
    say, url = at.terminal.say, at.settings.public_url
    click.echo()
    say(N_("This is a demo: nobody in it exists, and everybody knows the passphrases below."))
    say(N_("For callers: %(url)s/"), url=url)
    say(N_("For staff: %(url)s/staff/sign-in (leave the six digits empty)"), url=url)
    click.echo()
    heads = (N_("Sign-in name"), N_("Passphrase"), N_("Role"), N_("Alias"))
    name, passphrase, role, alias = (at.terminal.text(head) for head in heads)
    click.echo(f"  {_wide(name, 14)}{_wide(passphrase, 30)}{_wide(role, 15)}{alias}")
    for person in PEOPLE:
        line = f"{person.name:<14}{passphrase_of(person.name):<30}{person.role.value:<15}{person.alias}"
        click.echo(f"  {line}")
    click.echo()
    say(N_("Receipt codes, to read as a caller at %(url)s/read:"), url=url)
    for story in stories:
        if story.show:
            language = Language(story.language).own_name
            reason = at.terminal.text(SHOWN_STATES[story.show])
            click.echo(f"  {' '.join(grouped(code_of(story)))}   {reason} ({language})")
    click.echo()


def _wide(text: str, columns: int) -> str:
    """The text padded to so many columns, a Chinese character taking two."""
    taken = sum(1 if character.isascii() else 2 for character in text)
    return text + " " * max(1, columns - taken)
