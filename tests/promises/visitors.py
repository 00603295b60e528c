"""The visitors of a full run: their browsers, what they type, and what must be found nowhere afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from tests.canaries import digits_dresses
from tests.cast import House, Person, digits_of
from tests.web.caller.pages import fill
from tests.web.foundation import FROM_OUR_PAGE, NO_TLS


@dataclass
class Visitors:
    """Everybody who comes to the site at `base_url` over this house's data directory."""

    base_url: str
    house: House
    clock: Callable[[], datetime]
    secrets: dict[str, str | bytes] = field(default_factory=dict)
    answers: list[tuple[str, int]] = field(default_factory=list)
    """Every address that was asked and the status it had: that the failures really happened."""

    headers: set[str] = field(default_factory=set)
    """The name of every header that was ever answered."""

    taken_home: dict[str, bytes] = field(default_factory=dict)
    """What leaves the house by intent: the calendar, and what supervisors see."""

    opened: list[httpx.Client] = field(default_factory=list)

    def close(self) -> None:
        """Every browser is closed."""
        for browser in self.opened:
            browser.close()

    def word(self, name: str) -> str:
        """A canary for a field; both scripts, so that each way of storing it looks different."""
        text = f"canary in {name} 金丝雀"
        self.secrets[name] = text
        return text

    def browser(self) -> httpx.Client:
        """Somebody's browser; whatever it sends and gets is noted."""
        browser = httpx.Client(
            verify=NO_TLS,
            base_url=self.base_url,
            headers={"Accept-Language": "en", "Accept": "text/html", **FROM_OUR_PAGE},
            timeout=30,
            trust_env=False,
            event_hooks={"response": [self._note]},
        )
        self.opened.append(browser)
        return browser

    def _note(self, answer: httpx.Response) -> None:
        self.answers.append((answer.request.url.path, answer.status_code))
        self.headers |= {name.lower() for name in answer.headers}
        for name, value in answer.cookies.items():
            if name in {"session", "visit", "browser", "journey"} and len(value) == 64:
                self.secrets[f"cookie {name} {value[:6]}"] = bytes.fromhex(value)
                self.secrets[f"cookie {name} {value[:6]} as text"] = value

    def submit(
        self, browser: httpx.Client, page: httpx.Response, action: str, form: str = "", **given: str
    ) -> httpx.Response:
        """The page's form with these answers, sent to the action; redirects are followed."""
        return browser.post(action, data=fill(page, form or action, **given), follow_redirects=True)

    def keep_secret(self, name: str, code: str) -> None:
        for number, dress in enumerate(digits_dresses(code)):
            self.secrets[f"{name} {number}"] = dress

    def sign_in(self, name: str, **other: str) -> httpx.Client:
        """A member of the cast signs in with passphrase and digits."""
        browser = self.browser()
        answer = browser.post("/staff/sign-in", data={**self.typed(self.house.person(name)), **other})
        assert answer.headers["location"].startswith("/staff"), answer.text
        return browser

    def typed(self, person: Person) -> dict[str, str]:
        """What the person types. Digits count once, and nobody here waits half a minute for others."""
        self.on_the_store("UPDATE credentials SET factor_step = 0")
        digits = digits_of(person.seed, self.clock())
        return {"name": person.name, "passphrase": person.passphrase, "digits": digits}

    def on_the_store(self, statement: str) -> None:
        with self.house.database.write() as db:
            db.connection().exec_driver_sql(statement)

    def expect(self, status: int, answer: httpx.Response) -> None:
        assert answer.status_code == status, (answer.request.url.path, answer.text[:3000])
