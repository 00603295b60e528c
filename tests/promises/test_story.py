"""The whole story in a real Chromium: two browsers, both languages, with scripts and without."""

import codecs
import threading
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from hotline.base.i18n import Language, format_day, translate
from tests import flows
from tests.browser import OpenPage, Site
from tests.cast import ZONE, digits_of
from tests.followups.plans import IN_3_DAYS, give_address, worker_of
from tests.mailserver import Mailbox, mailbox
from tests.web.caller.behind import everything_behind

__all__ = ["mailbox"]

pytestmark = pytest.mark.browser

MESSAGE = "夜里三点还醒着 awake at three"
AGAIN = "谢谢，我明天再写 I will write again"
REPLY = "谢谢你写信来 thank you for writing"
PURPOSE = "问睡得怎样 ask about sleep"
NOTE = "谈了睡眠 sleep"
HALF = "写到一半的回信 half a reply"
BOTH_WAYS = pytest.mark.parametrize(
    ("js", "language"),
    [
        pytest.param(True, Language.CHINESE, id="js-zh"),
        pytest.param(False, Language.ENGLISH, id="no-js-en", marks=pytest.mark.thorough),
    ],
)


@dataclass
class Someone:
    """A person in front of their browser, who finds things by the words they read."""

    page: Page
    language: Language

    def reads(self, words: str, **values: object) -> str:
        """Words of the program in the person's language."""
        return translate(self.language, words, **values)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=self.reads(words), exact=True).first.click()

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=self.reads(words)).first.click()

    def write(self, words: str, text: str) -> None:
        self.page.get_by_label(self.reads(words)).fill(text)

    def choose(self, words: str) -> None:
        self.page.get_by_label(self.reads(words), exact=True).first.check()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        expect(self.page.locator("html")).not_to_contain_text(text)


@BOTH_WAYS
def test_a_caller_is_heard(
    site: Site, open_page: OpenPage, mailbox: Mailbox, *, js: bool, language: Language
) -> None:
    someone = partial(sit_down, open_page, js=js, language=language)
    caller, lin, supervisor = someone(width=360), someone(), someone()

    code = write_to_us(caller)
    sign_in(site, lin, "lin")
    lin.press("Go on duty")
    answer(lin)
    plan_to_write_again(lin)
    read_and_write_again(caller, code)
    leave_quickly(site, caller)
    lose_the_session_and_find_the_draft(site, lin)
    be_assigned_a_second_one(site, supervisor, lin)
    be_reminded(site, lin, mailbox)
    read_statistics(site, supervisor)


def sit_down(open_page: OpenPage, *, js: bool, language: Language, width: int = 1280) -> Someone:
    return Someone(open_page(js=js, language=language.value, width=width), language)


def write_to_us(caller: Someone) -> str:
    caller.page.goto("/")
    caller.follow("Write to us")
    caller.follow("I understand, go on")
    caller.choose("I am safe right now")
    caller.press("Go on")
    caller.write("What would you like to tell us?", MESSAGE)
    caller.press("Add a few details first")
    caller.press("Go on")
    caller.press("Send my message")
    code = caller.page.locator("#code").inner_text().replace("\n", " ")
    caller.press("I have kept the code")
    caller.does_not_see(code)
    return code


def sign_in(site: Site, person: Someone, name: str) -> None:
    """With the passphrase and what the phone shows half a minute after it was last used."""
    known = site.house.person(name)
    now = site.clock.forward(seconds=30)
    if not person.page.url.startswith(f"{site.base_url}/staff/sign-in"):
        person.page.goto("/staff")
    person.write("Sign-in name", known.name)
    person.page.get_by_label(person.reads("Passphrase"), exact=True).fill(known.passphrase)
    person.write("Six-digit code", digits_of(known.seed, now))
    person.press("Sign in")
    expect(person.page.locator("nav.menu")).to_be_visible()
    if person.page.locator("html").get_attribute("lang") != person.language:
        person.page.get_by_role("button", name=person.language.own_name).click()
    expect(person.page.locator("html")).to_have_attribute("lang", person.language)


def answer(lin: Someone) -> None:
    lin.press("Take the next one")
    lin.sees(MESSAGE)
    lin.choose("Asked: the caller said no")
    lin.press("Record the review")
    lin.write("Your reply to the caller", REPLY)
    lin.press("Preview")
    lin.sees(REPLY)
    lin.press("Send to the caller")
    expect(lin.page.locator(".message-mine")).to_contain_text(REPLY)
    lin.page.get_by_text(lin.reads("Write a note")).click()
    lin.write("What the person brought", NOTE)
    lin.press("Finish the note")
    lin.page.locator("summary", has_text=lin.reads("Helpline report")).click()
    lin.sees(NOTE)


def plan_to_write_again(lin: Someone) -> None:
    lin.page.get_by_text(lin.reads("Plan a follow-up")).click()
    lin.choose("In 3 days")
    lin.write("What it is about", PURPOSE)
    lin.press("Plan it")
    lin.sees(PURPOSE)


def read_and_write_again(caller: Someone, code: str) -> None:
    caller.page.goto("/")
    caller.follow("Read my reply")
    caller.page.get_by_role("textbox", name=caller.reads("Receipt code")).fill(code)
    caller.press("Open my conversation")
    expect(caller.page.locator(".message-theirs")).to_contain_text(REPLY)
    caller.does_not_see(NOTE)
    caller.does_not_see(PURPOSE)
    caller.sees(
        caller.reads("We will write again on %(day)s.", day=format_day(IN_3_DAYS, caller.language, ZONE))
    )
    caller.page.get_by_role("textbox", name=caller.reads("Your message")).fill(AGAIN)
    caller.press("Send")
    expect(caller.page.locator(".message-mine")).to_have_count(2)


def leave_quickly(site: Site, caller: Someone) -> None:
    """Whatever Back and a reload bring up, nothing that was written is on it."""
    caller.page.get_by_role("link", name=caller.reads("Leave quickly"), exact=True).click()
    caller.page.wait_for_url(site.elsewhere.url)
    assert site.elsewhere.referrers[-1] is None
    (shown,) = everything_behind(caller.page)
    assert len(shown) > 8
    for page in shown:
        assert not [secret for secret in (MESSAGE, AGAIN, REPLY) if secret in page]


def lose_the_session_and_find_the_draft(site: Site, lin: Someone) -> None:
    lin.page.reload()
    expect(lin.page.locator(".message-theirs")).to_have_count(2)
    lin.write("Your reply to the caller", HALF)
    site.clock.forward(minutes=21)
    lin.press("Preview")
    lin.sees(lin.reads("Sign in"))
    lin.does_not_see(HALF)
    sign_in(site, lin, "lin")
    lin.sees(MESSAGE)
    expect(lin.page.get_by_label(lin.reads("Your reply to the caller"))).to_have_value(HALF)


def be_assigned_a_second_one(site: Site, supervisor: Someone, lin: Someone) -> None:
    second = site.house.send("第二个人的信 a second letter", now=site.clock.now)
    sign_in(site, supervisor, "supervisor")
    supervisor.follow("Board")
    supervisor.page.get_by_role("combobox").first.select_option(label="木棉")
    supervisor.page.locator("form[action$='/assign'] button").first.click()
    supervisor.sees(supervisor.reads("Assigned to %(alias)s, not opened yet", alias="木棉"))
    for address in ("/staff/board", "/staff", f"/staff/tickets/{second.reference}"):
        supervisor.page.goto(address)
        supervisor.does_not_see("a second letter")
        supervisor.does_not_see(MESSAGE)
    lin.page.goto("/staff")
    lin.page.locator("form[action$='/take'] button").first.click()
    lin.sees("a second letter")
    assert flows.words_of(site.house, second.keys, second) == ["第二个人的信 a second letter"]


def run_worker(site: Site, **settings: str) -> None:
    """One round in a thread of its own, as in the server: Playwright's loop runs in this one."""
    worker = worker_of(site.house, **settings)
    round_ = threading.Thread(target=worker.run_once, args=(site.clock.now,))
    round_.start()
    round_.join()


def be_reminded(site: Site, lin: Someone, mailbox: Mailbox) -> None:
    """Three days on: a mail that says nothing, what is due on the shift, and how it went."""
    give_address(site.house, "lin")
    site.clock.forward(days=3)
    run_worker(site, smtp_url=mailbox.url, mail_from="reminders@example.org")
    (mail,) = mailbox.raw
    (seen,) = mailbox.mails
    assert seen["To"] == "lin@example.org"
    assert not [word for word in (PURPOSE, MESSAGE, "ask about", "awake") if word.encode() in mail]
    sign_in(site, lin, "lin")
    lin.page.goto("/staff/follow-ups")
    lin.sees(lin.reads("Due today"))
    lin.does_not_see(PURPOSE)
    lin.page.get_by_role("link", name=lin.reads("Open")).last.click()
    lin.sees(PURPOSE)
    lin.page.get_by_label(lin.reads("How it went")).select_option("better")
    lin.press("Keep the result")
    lin.page.get_by_text(lin.reads("Earlier follow-ups")).click()
    lin.sees(lin.reads("Reached: things are better"))


def read_statistics(site: Site, supervisor: Someone) -> None:
    """When the week is over: a table in which nobody can be recognised, and its file."""
    site.clock.forward(days=7)
    run_worker(site)
    sign_in(site, supervisor, "supervisor")
    supervisor.page.goto("/staff")
    supervisor.follow("Statistics")
    supervisor.page.locator("main a.shelf-name").first.click()
    supervisor.sees(supervisor.reads("fewer than 5"))
    supervisor.does_not_see(MESSAGE)
    with supervisor.page.expect_download() as fetched:
        supervisor.page.locator("main a[href$='.csv']").click()
    table = fetched.value.path().read_bytes()
    assert table.startswith(codecs.BOM_UTF8)
    assert supervisor.reads("fewer than 5") in table.decode()
