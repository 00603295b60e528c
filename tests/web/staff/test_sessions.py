"""How long a session lasts, and what ends it."""

import httpx
import pytest
from sqlalchemy import func, select

from hotline.accounts import people, sessions
from hotline.accounts.models import Account, SessionRow
from hotline.audit.acts import Act
from hotline.audit.models import AuditLine
from hotline.roster.queries import on_duty_since
from tests.cast import House
from tests.web.foundation import FROM_OUR_PAGE
from tests.web.staff.doors import browse_as
from tests.web.staff.office import Office


def is_signed_in(browser: httpx.Client) -> bool:
    return browser.get("/staff").status_code == 200


def test_a_session_ends_after_twenty_idle_minutes(office: Office) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=19)
    assert is_signed_in(browser)

    office.wait(minutes=20)

    assert browser.get("/staff").headers["location"] == "/staff/sign-in?why=ended"


def test_a_session_ends_after_ten_hours_however_busy(office: Office) -> None:
    browser = browse_as(office, "lin")
    for _ in range(39):
        office.wait(minutes=15)
        assert is_signed_in(browser)

    office.wait(minutes=15)

    assert not is_signed_in(browser)


def test_without_a_session_there_is_only_the_way_in(office: Office) -> None:
    answer = office.stranger().get("/staff")

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")


def test_htmx_is_sent_to_the_whole_page(office: Office) -> None:
    answer = office.stranger().get("/staff/account", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.headers["hx-redirect"] == "/staff/sign-in?next=/staff/account"
    assert answer.text == ""


@pytest.mark.parametrize("cookie", ["", "zz", "00", "00" * 32, "00" * 33])
def test_a_cookie_that_is_none_of_ours_opens_nothing(office: Office, cookie: str) -> None:
    browser = office.stranger()
    browser.cookies.set("session", cookie)

    assert browser.get("/staff").status_code == 303


def test_a_callers_cookie_opens_no_staff_page(office: Office, house: House) -> None:
    caller = house.send()
    with house.database.write() as db:
        token = sessions.start_caller(db, house.deployment, caller.keys, stay=True, now=office.now)
    browser = office.stranger()
    browser.cookies.set("session", token.hex())

    assert browser.get("/staff").status_code == 303


def test_a_session_moved_to_another_account_opens_nothing(office: Office, house: House) -> None:
    """Somebody with the database in their hands gives Lin's session to Mei: it does not open."""
    token = house.session_of("lin", now=office.now)
    with house.database.write() as db:
        db.scalars(select(SessionRow)).one().account_id = house.person("mei").id
    browser = office.stranger()
    browser.cookies.set("session", token.hex())

    answer = browser.get("/staff")

    assert answer.status_code == 500
    assert "what is stored was changed" in answer.text


def test_the_site_answers_by_its_own_name_only(office: Office) -> None:
    browser = browse_as(office, "lin")

    answer = browser.get("/staff", headers={"Host": "hotline.example.org"})

    assert answer.status_code == 421


def test_signing_out_ends_the_session_and_the_duty(office: Office, house: House) -> None:
    house.go_on_duty("lin", now=office.now)
    browser = browse_as(office, "lin")
    copy = office.stranger()
    copy.cookies.set("session", browser.cookies["session"])

    answer = browser.post("/staff/sign-out")

    assert answer.headers["location"] == "/staff/sign-in"
    assert not is_signed_in(copy)
    with house.database.read() as db:
        assert on_duty_since(db, house.person("lin").id, now=office.now) is None
        assert db.scalar(select(func.count()).select_from(SessionRow).where(SessionRow.kind == "staff")) == 0


def test_what_is_left_after_signing_out_opens_nothing_and_names_nobody(office: Office, house: House) -> None:
    browser = office.stranger()
    office.sign_in(browser, "lin")
    before = browser.cookies["session"]

    browser.post("/staff/sign-out")

    assert browser.cookies["session"] != before
    assert not is_signed_in(browser)
    page = browser.get("/staff/sign-in").text
    assert 'value="lin"' not in page
    with house.database.read() as db:
        row = db.scalars(select(SessionRow)).one()
        assert (row.kind, row.sealed) == ("left", None)
        assert db.get_one(Account, house.person("lin").id).alias not in page
        assert sessions.alive(db, [row.id], now=office.now) == set()


def test_signing_in_again_ends_what_was_left(office: Office, house: House) -> None:
    browser = browse_as(office, "lin")
    browser.post("/staff/sign-out")

    office.sign_in(browser, "mei")

    with house.database.read() as db:
        assert db.scalars(select(SessionRow.account_id)).all() == [house.person("mei").id]


def test_signing_out_twice_is_no_error_and_stands_in_the_trail_once(office: Office, house: House) -> None:
    browser = office.stranger()
    office.sign_in(browser, "lin")
    browser.post("/staff/sign-out")
    once = browser.cookies["session"]

    assert browser.post("/staff/sign-out").headers["location"] == "/staff/sign-in"

    assert browser.cookies["session"] != once
    with house.database.read() as db:
        assert list(db.scalars(select(AuditLine.act))).count(Act.SIGNED_OUT) == 1
        assert db.scalar(select(func.count()).select_from(SessionRow)) == 1


def test_signing_out_everywhere_ends_every_other_browser(office: Office) -> None:
    here, there, mei = browse_as(office, "lin"), browse_as(office, "lin"), browse_as(office, "mei")

    answer = here.post("/staff/account/sign-out")

    assert answer.headers["location"] == "/staff/sign-in?why=everywhere"
    assert not is_signed_in(here)
    assert not is_signed_in(there)
    assert is_signed_in(mei)


def test_disabling_somebody_ends_their_sessions(office: Office, house: House) -> None:
    browser = browse_as(office, "lin")
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person("lin").id, now=office.now)

    assert not is_signed_in(browser)


def test_a_locked_screen_keeps_no_root_and_asks_for_everything_but_the_name(
    office: Office, house: House
) -> None:
    browser = browse_as(office, "lin")

    answer = browser.post("/staff/lock", headers={"Referer": "http://127.0.0.1:8000/staff/queue"})

    assert answer.headers["location"] == "/staff/sign-in?why=locked&next=/staff/queue"
    assert not is_signed_in(browser)
    page = browser.get(answer.headers["location"])
    assert "The screen is locked." in page.text
    assert 'value="lin"' in page.text
    with house.database.read() as db:
        assert db.scalars(select(SessionRow.sealed)).all() == [None]
    answer = office.sign_in(browser, "lin", next="/staff/queue")
    assert answer.headers["location"] == "/staff/queue"
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(SessionRow)) == 1


def test_another_site_can_neither_sign_in_nor_out(office: Office) -> None:
    browser = browse_as(office, "lin")
    browser.headers["Sec-Fetch-Site"] = "cross-site"

    assert browser.post("/staff/sign-out").status_code == 403
    assert office.sign_in(browser, "mei").status_code == 403

    browser.headers.update(FROM_OUR_PAGE)
    assert is_signed_in(browser)
