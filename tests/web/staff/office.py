"""The site as one test's house runs it: whoever comes in, signs in, and lets time pass."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from fastapi import FastAPI

from hotline.base.config import Settings
from tests.apps import app_for
from tests.cast import NOON, House, digits_of
from tests.web.foundation import ORIGIN, browse

SECRET = re.compile(r'<p class="secret"[^>]*>([^<]+)</p>')


@dataclass
class Office:
    """One running site over one house; its clock stands still until a test moves it."""

    house: House
    app: FastAPI = field(repr=False)
    now: datetime = NOON + timedelta(minutes=1)  # the digits of noon were used up by enrolling

    def wait(self, **time: int) -> datetime:
        """Let time pass: `wait(minutes=5)`."""
        self.now += timedelta(**time)
        return self.now

    def stranger(self) -> httpx.Client:
        """A browser that nobody has signed in with."""
        return browse(self.app)

    def sign_in(self, browser: httpx.Client, who: str, **other: str) -> httpx.Response:
        """Sign in as a member of the cast; `other` replaces or adds fields of the form."""
        person = self.house.person(who)
        typed = {
            "name": person.name,
            "passphrase": person.passphrase,
            "digits": digits_of(person.seed, self.now),
        }
        return browser.post("/staff/sign-in", data={**typed, **other})

    def signed_in(self, who: str) -> httpx.Client:
        """A browser with a session of this member of the cast."""
        browser = self.stranger()
        browser.cookies.set("session", self.house.session_of(who, now=self.now).hex())
        return browser


@contextmanager
def open_office(house: House) -> Iterator[Office]:
    """The whole site over this house."""
    settings = Settings(
        data_dir=house.folder, database_url=house.url, public_url=ORIGIN, test_stretching=True
    )
    opened: list[Office] = []
    app = app_for(settings, house.database, lambda: opened[0].now)
    opened.append(Office(house, app))
    yield opened[0]
    app.state.lanes.close()


def shown_seed(page: httpx.Response) -> str:
    """The second factor's seed as a page shows it to be typed."""
    found = SECRET.search(page.text)
    assert found is not None
    return found.group(1).replace(" ", "").strip()
