"""Demo data: a hotline that has been at work for some months, for looking around.

Everything is made by the same actions that people use, with the time as an argument. Nobody in it
exists. The passphrases are known to everybody, so a database with demo data says for ever that it is
a demo, and real data are never put beside it.
"""

import random
from datetime import timedelta

from hotline.base import schema
from hotline.base.clock import system_clock
from hotline.base.i18n import N_
from hotline.demo import history
from hotline.demo.people import open_house
from hotline.demo.play import DAYS, LUCK, perform
from hotline.demo.stories import load_stories
from hotline.demo.telling import tell
from hotline.keyring.founding import FILE_NAME
from hotline.keyring.queries import find_deployment
from hotline.terminal import STRAY_FOUNDING, Opened

FIRST_HOUR = timedelta(hours=1)
"""Until then people are admitted and nobody writes."""


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
        say = at.terminal.say
        say(N_("Making demo data. This takes half a minute, longer on a slow machine:"))
        now, zone = system_clock(), at.settings.zone
        opened = history.begins(now, zone)
        say(N_("  people and their keys ..."))
        house = open_house(at.database, at.settings, begun=opened)
        say(N_("  what callers wrote, and the answers ..."))
        perform(house, stories, now=now)
        say(N_("  the months before, for the statistics ..."))
        with at.database.write() as db:
            luck = random.Random(LUCK)
            told_from = now - timedelta(DAYS)
            history.live(db, opened + FIRST_HOUR, told_from, luck, zone)
            history.live(db, told_from, now, luck, zone, a_week=history.BESIDE_THE_STORIES)
            history.release(db, opened, now=now, tz=zone)
    tell(at.terminal, at.settings.public_url, stories)
