"""What the tests of sign-in, enrolment and people read from pages."""

import re

import httpx

from tests.web.staff.office import Office

ENROL = re.compile(r"/staff/enrol/([0-9a-f]{32})")
WORDS = re.compile(r'<p class="code words".*?</p>', re.DOTALL)
SPAN = re.compile(r"<span>([^<]+)</span>")


def browse_as(office: Office, who: str, language: str = "en") -> httpx.Client:
    """A browser in which this member of the cast has just signed in, and which speaks this language."""
    browser = office.signed_in(who)
    browser.cookies.set("language", language)
    return browser


def shown_words(page: httpx.Response) -> str:
    """The generated passphrase on a page."""
    found = WORDS.search(page.text)
    assert found, page.text
    return " ".join(SPAN.findall(found.group()))


def shown_code(page: httpx.Response) -> str:
    """The one-time code in the address on a page."""
    found = ENROL.search(page.text)
    assert found, page.text
    return found.group(1)


def shown_digits(page: httpx.Response) -> tuple[str, ...]:
    """The fingerprint on a page."""
    return tuple(re.findall(r"<span>(\d{5})</span>", page.text))
