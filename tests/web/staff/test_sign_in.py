"""Signing in, signing out, waiting after wrong tries, and a new second factor."""

import json
import re

import anyio
import httpx
import pytest
from sqlalchemy import select, update

from hotline.accounts import people
from hotline.accounts.models import Account, KnownBrowser, SessionRow, SlowDown
from hotline.audit.acts import Act
from hotline.audit.models import AuditLine
from hotline.keyring.founding import FILE_NAME
from hotline.keyring.models import DeploymentRow
from hotline.web.lanes import STAFF_WAITING
from tests.cast import House, digits_of
from tests.web.foundation import browse_at_once
from tests.web.staff.office import Office, open_office, shown_seed

WRONG = "The name, the passphrase or the six-digit code is not right."


def test_the_right_three_things_lead_to_the_shift(office: Office) -> None:
    browser = office.stranger()

    answer = office.sign_in(browser, "lin")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/staff"
    assert browser.get("/staff").status_code == 200


def test_the_session_cookie_is_out_of_reach_for_scripts(office: Office) -> None:
    answer = office.sign_in(office.stranger(), "lin")

    cookies = {line.partition("=")[0]: line for line in answer.headers.get_list("set-cookie")}
    assert cookies.keys() == {"session", "browser"}
    assert all("HttpOnly" in line and "SameSite=lax" in line for line in cookies.values())
    assert "Max-Age" not in cookies["session"]


def without_name(page: httpx.Response) -> str:
    return re.sub(r'(name="name"[^>]*) value="[^"]*"', r"\1", page.text)


def test_whatever_is_wrong_the_answer_is_the_same(office: Office, house: House) -> None:
    disabled = house.person("mei")
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), disabled.id, now=office.now)

    answers = [
        office.sign_in(office.stranger(), "lin", passphrase="six other words"),
        office.sign_in(office.stranger(), "lin", digits="000000"),
        office.sign_in(office.stranger(), "lin", digits=""),
        office.sign_in(office.stranger(), "lin", name="nobody"),
        office.sign_in(office.stranger(), "mei"),
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert all(WRONG in answer.text for answer in answers)
    assert len({without_name(answer) for answer in answers}) == 1
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_a_wrong_try_keeps_the_name_and_no_secret(office: Office) -> None:
    answer = office.sign_in(office.stranger(), "lin", passphrase="six other words", digits="123456")

    assert 'value="lin"' in answer.text
    assert "six other words" not in answer.text
    assert "123456" not in answer.text


def test_an_empty_form_says_which_field_is_empty(office: Office) -> None:
    answer = office.stranger().post("/staff/sign-in", data={"name": " "})

    assert answer.status_code == 422
    assert "Enter your sign-in name" in answer.text
    assert "Enter your passphrase" in answer.text


def test_the_same_digits_work_once(office: Office) -> None:
    assert office.sign_in(office.stranger(), "lin").status_code == 303

    assert office.sign_in(office.stranger(), "lin").status_code == 422


def make_it_a_demo(house: House) -> None:
    """As if it had been founded as one: in the database and in the pinned record."""
    record = house.folder / FILE_NAME
    record.write_text(json.dumps({**json.loads(record.read_text()), "is_demo": True}))
    with house.database.write() as db:
        db.execute(update(DeploymentRow).values(is_demo=True))


def test_digits_may_be_left_out_only_in_a_demo(office: Office, house: House) -> None:
    assert office.sign_in(office.stranger(), "lin", digits="").status_code == 422
    make_it_a_demo(house)

    with open_office(house) as demo:
        assert "it may stay empty" in demo.stranger().get("/staff/sign-in").text
        assert demo.sign_in(demo.stranger(), "lin", digits="").status_code == 303


def test_the_first_page_asked_for_is_the_one_shown(office: Office) -> None:
    browser = office.stranger()
    asked = browser.get("/staff/account")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/staff/sign-in?next=/staff/account"

    form = browser.get(asked.headers["location"])
    assert '<input type="hidden" name="next" value="/staff/account">' in form.text
    answer = office.sign_in(browser, "lin", next="/staff/account")
    assert answer.headers["location"] == "/staff/account"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/staff",
        "/staff/../exit",
        "/exit",
        "/staff/sign-in",
        "/staff/lock",
    ],
)
def test_nobody_is_led_anywhere_else(office: Office, elsewhere: str) -> None:
    answer = office.sign_in(office.stranger(), "lin", next=elsewhere)

    assert answer.headers["location"] == "/staff"


def fail(office: Office, browser: httpx.Client, times: int, name: str = "lin") -> None:
    for _ in range(times):
        assert office.sign_in(browser, name, passphrase="six other words").status_code == 422


def test_wrong_tries_wait_and_say_how_long(office: Office) -> None:
    browser = office.stranger()
    fail(office, browser, 3)

    answer = office.sign_in(browser, "lin")

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert "Wait 1 seconds" in answer.text
    assert 'value="lin"' in answer.text
    assert office.house.person("lin").passphrase not in answer.text
    office.wait(seconds=2)
    assert office.sign_in(browser, "lin").status_code == 303


def test_a_name_that_does_not_exist_waits_just_the_same(office: Office) -> None:
    browser = office.stranger()
    for _ in range(3):
        office.sign_in(browser, "lin", name="nobody")

    assert office.sign_in(browser, "lin", name="nobody").status_code == 429


def test_a_browser_that_signed_in_before_has_a_lane_of_its_own(office: Office) -> None:
    known = office.stranger()
    office.sign_in(known, "lin")
    known.post("/staff/sign-out")
    office.wait(minutes=1)

    fail(office, office.stranger(), 3)

    assert office.sign_in(office.stranger(), "lin").status_code == 429
    assert office.sign_in(known, "lin").status_code == 303


def test_a_made_up_browser_cookie_opens_no_lane(office: Office, house: House) -> None:
    forger = office.stranger()
    forger.cookies.set("browser", "00" * 32)
    fail(office, office.stranger(), 3)

    assert office.sign_in(forger, "lin").status_code == 429
    with house.database.read() as db:
        assert db.scalars(select(KnownBrowser)).all() == []
        assert len(db.scalars(select(SlowDown)).all()) == 1


@pytest.mark.thorough
def test_a_burst_is_told_to_wait_and_a_caller_is_served_meanwhile(office: Office, house: House) -> None:
    """With what a hash really costs: the lane takes one at work and eight that wait."""
    with house.database.write() as db:
        db.execute(update(DeploymentRow).values(stretching=1))
    statuses: list[int] = []

    async def knock(browser: httpx.AsyncClient, number: int, refused: anyio.Event) -> None:
        typed = {"name": f"somebody {number}", "passphrase": "six words", "digits": "123456"}
        answer = await browser.post("/staff/sign-in", data=typed)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) >= 1
            refused.set()

    async def burst() -> None:
        refused = anyio.Event()
        async with browse_at_once(office.app) as browser, anyio.create_task_group() as group:
            for number in range(30):
                group.start_soon(knock, browser, number, refused)
            with anyio.fail_after(60):  # only so that a fault ends the test
                await refused.wait()
                assert (await browser.get("/")).status_code == 200
            assert len(statuses) < 30  # the caller did not wait until the burst was over

    anyio.run(burst)

    assert statuses.count(422) >= STAFF_WAITING + 1
    assert statuses.count(429) >= 30 - 3 * (STAFF_WAITING + 1)
    assert statuses.count(422) + statuses.count(429) == 30


def order_factor(office: Office, *who: str) -> None:
    with office.house.database.write() as db:
        lin = office.house.person("lin").id
        for name in who:
            people.order_factor(db, office.house.actor(db, name), lin, now=office.now)


def test_an_ordered_second_factor_is_set_up_before_anything_else(office: Office) -> None:
    order_factor(office, "administrator", "custodian")
    browser = office.stranger()

    answer = office.sign_in(browser, "lin", digits="")

    assert answer.headers["location"] == "/staff/sign-in/second-factor"
    for path in ("/staff", "/staff/queue", "/staff/account"):
        assert browser.get(path).headers["location"].startswith("/staff/sign-in")
    page = browser.get("/staff/sign-in/second-factor")
    seed = shown_seed(page)
    assert seed != office.house.person("lin").seed
    assert shown_seed(browser.get("/staff/sign-in/second-factor")) == seed
    wrong = browser.post("/staff/sign-in/second-factor", data={"digits": "000000"})
    assert wrong.status_code == 422
    assert shown_seed(wrong) == seed
    right = browser.post("/staff/sign-in/second-factor", data={"digits": digits_of(seed, office.now)})
    assert right.headers["location"] == "/staff"
    assert browser.get("/staff").status_code == 200
    office.wait(minutes=1)
    assert office.sign_in(office.stranger(), "lin").status_code == 422
    answer = office.sign_in(office.stranger(), "lin", digits=digits_of(seed, office.now))
    assert answer.headers["location"] == "/staff"


def test_the_set_up_lasts_five_minutes(office: Office) -> None:
    order_factor(office, "administrator", "custodian")
    browser = office.stranger()
    office.sign_in(browser, "lin", digits="")

    office.wait(minutes=5)

    answer = browser.get("/staff/sign-in/second-factor")
    assert answer.headers["location"] == "/staff/sign-in?why=ended"


def test_one_order_alone_changes_nothing(office: Office) -> None:
    order_factor(office, "custodian", "second_custodian")

    assert office.sign_in(office.stranger(), "lin", digits="").status_code == 422
    assert office.sign_in(office.stranger(), "lin").headers["location"] == "/staff"


def test_the_set_up_is_no_session_for_posts_either(office: Office) -> None:
    order_factor(office, "administrator", "custodian")
    browser = office.stranger()
    office.sign_in(browser, "lin", digits="")

    answer = browser.post("/staff/duty", data={"on": "yes"})

    assert answer.headers["location"].startswith("/staff/sign-in")
    with office.house.database.read() as db:
        acts = list(db.scalars(select(AuditLine.act).order_by(AuditLine.number)))
        assert acts[-1] == Act.SECOND_FACTOR_ORDERED
        kinds = list(db.scalars(select(SessionRow.kind)))
        assert kinds == ["factor"]


def test_signing_in_is_in_the_trail(office: Office, house: House) -> None:
    office.sign_in(office.stranger(), "lin")

    with house.database.read() as db:
        line = db.scalars(select(AuditLine).order_by(AuditLine.number.desc()).limit(1)).one()
        lin = db.get_one(Account, house.person("lin").id)
    assert (line.act, line.actor_id) == (Act.SIGNED_IN, lin.id)
