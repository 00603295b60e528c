"""One's own account: language, passphrase, fingerprint."""

import html

import httpx
import pytest
from sqlalchemy import select

from hotline.accounts import queries
from hotline.accounts.models import Account, Credential
from tests import databases, flows
from tests.cast import House
from tests.web.staff.doors import browse_as, shown_digits, shown_words
from tests.web.staff.office import Office

CONFIRM = "/staff/account/passphrase/confirm"


def test_the_language_is_the_persons_own_wherever_they_sign_in(office: Office, house: House) -> None:
    browser = office.signed_in("lin")
    assert "我的账号" in browser.get("/staff/account").text

    browser.post("/staff/account/language", data={"speaks": "en"})

    assert "My account" in browser.get("/staff/account").text
    assert "My account" in office.signed_in("lin").get("/staff/account").text
    with house.database.read() as db:
        assert db.get_one(Account, house.person("lin").id).language == "en"


def test_an_unknown_language_changes_nothing(office: Office) -> None:
    browser = office.signed_in("lin")

    browser.post("/staff/account/language", data={"speaks": "tlh"})

    assert "我的账号" in browser.get("/staff/account").text


def mail_of(house: House) -> str | None:
    with house.database.read() as db:
        return db.get_one(Account, house.person("lin").id).mail


def test_reminders_go_to_the_address_the_person_gives(office: Office, house: House) -> None:
    browser = office.signed_in("lin")

    said = browser.post("/staff/account/mail", data={"mail": " lin@example.org "}, follow_redirects=True).text

    assert mail_of(house) == "lin@example.org"
    assert 'value="lin@example.org"' in said
    browser.post("/staff/account/mail", data={"mail": ""})
    assert mail_of(house) is None


@pytest.mark.parametrize(
    "typed", ["lin", "lin@example", "lin example@example.org", "a@b.org\nBcc: c@d.org", "a@b.org,c@d.org"]
)
def test_what_is_no_address_comes_back_and_changes_nothing(office: Office, house: House, typed: str) -> None:
    browser = office.signed_in("lin")
    browser.post("/staff/account/mail", data={"mail": "lin@example.org"})

    answer = browser.post("/staff/account/mail", data={"mail": typed})

    assert answer.status_code == 422
    assert html.escape(typed.partition("\n")[0]) in answer.text
    assert "name@example.org" in answer.text
    assert mail_of(house) == "lin@example.org"


def test_without_a_mail_server_nobody_is_promised_a_mail(office: Office, house: House) -> None:
    caller = house.send("睡不着。")
    flows.take(house, "lin", caller)
    browser = office.signed_in("lin")
    browser.post("/staff/account/mail", data={"mail": "lin@example.org"})

    assert "这里没有设置邮件提醒" in browser.get(f"/staff/tickets/{caller.reference}").text
    assert "这里还没有设置邮件提醒" in browser.get("/staff/account").text


def test_who_has_no_address_is_told_where_to_give_one(office: Office, house: House) -> None:
    caller = house.send("睡不着。")
    flows.take(house, "lin", caller)
    office.app.state.pages.settings = office.app.state.settings.model_copy(
        update={"smtp_url": "smtp://127.0.0.1", "mail_from": "reminders@example.org"}
    )
    browser = office.signed_in("lin")
    at = f"/staff/tickets/{caller.reference}"
    assert "/staff/account#mail-address" in browser.get(at).text

    browser.post("/staff/account/mail", data={"mail": "lin@example.org"})

    assert "/staff/account#mail-address" not in browser.get(at).text
    assert "到时会有邮件提醒你" in browser.get(at).text


def test_the_switch_of_the_frame_works_on_a_staff_page(office: Office) -> None:
    browser = office.signed_in("lin")

    browser.post("/language", data={"language": "en", "step": "/staff/account"})

    assert "My account" in browser.get("/staff/account").text


def test_whoever_holds_keys_finds_their_fingerprint(office: Office, house: House) -> None:
    page = browse_as(office, "lin").get("/staff/account")

    with house.database.read() as db:
        lin = house.person("lin").id
        assert shown_digits(page) == queries.fingerprint_of(db, house.deployment, lin)
    assert "A custodian has compared these digits with you." in page.text
    assert shown_digits(browse_as(office, "supervisor").get("/staff/account")) == ()


def offer(browser: httpx.Client) -> httpx.Response:
    """The page with a new passphrase."""
    assert browser.post("/staff/account/passphrase").headers["location"] == "/staff/account/passphrase"
    return browser.get("/staff/account/passphrase")


def test_an_offered_passphrase_stays_the_same_and_is_nowhere_in_clear(office: Office, house: House) -> None:
    browser = browse_as(office, "lin")
    page = offer(browser)

    assert shown_words(browser.get("/staff/account/passphrase")) == shown_words(page)
    stored = databases.stored(house.folder)
    assert shown_words(page).encode() not in stored
    assert browse_as(office, "lin").get("/staff/account/passphrase").status_code == 303


def test_a_changed_passphrase_ends_every_session_and_works(office: Office, house: House) -> None:
    browser, other = browse_as(office, "lin"), browse_as(office, "lin")
    words = shown_words(offer(browser))

    answer = browser.post(CONFIRM, data={"old": house.person("lin").passphrase, "passphrase": words})

    assert answer.headers["location"] == "/staff/sign-in?why=changed"
    assert browser.get("/staff").status_code == 303
    assert other.get("/staff").status_code == 303
    assert office.sign_in(browser, "lin").status_code == 422
    office.wait(minutes=1)
    assert office.sign_in(browser, "lin", passphrase=words).headers["location"] == "/staff"
    assert browser.get("/staff/queue").status_code == 200  # the keys are the same: still admitted


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("old", "The present passphrase is not right"),
        ("passphrase", "Type the passphrase exactly as it is shown"),
    ],
)
def test_a_wrong_word_shows_the_same_passphrase_again(
    office: Office, house: House, field: str, said: str
) -> None:
    browser = browse_as(office, "lin")
    page = offer(browser)
    right = {"old": house.person("lin").passphrase, "passphrase": shown_words(page)}

    answer = browser.post(CONFIRM, data={**right, field: "violet tractors hum over granite"})

    assert answer.status_code == 422
    assert said in answer.text
    assert shown_words(answer) == shown_words(page)
    assert right["old"] not in answer.text
    office.wait(minutes=1)
    assert office.sign_in(office.stranger(), "lin").headers["location"] == "/staff"


def test_an_empty_form_says_what_is_missing(office: Office) -> None:
    browser = browse_as(office, "lin")
    offer(browser)

    answer = browser.post(CONFIRM, data={})

    assert answer.status_code == 422
    assert "Enter your present passphrase" in answer.text


def test_a_supervisor_may_choose_and_the_choice_is_remembered(office: Office, house: House) -> None:
    browser = browse_as(office, "supervisor")
    assert "Or choose one of your own" in offer(browser).text

    own = "violet tractors hum over granite"
    old = house.person("supervisor").passphrase
    browser.post(CONFIRM, data={"old": old, "passphrase": own})

    office.wait(minutes=1)
    answer = office.sign_in(browser, "supervisor", passphrase=own)
    assert answer.headers["location"] == "/staff"
    with house.database.read() as db:
        wanted = select(Credential.generated).where(Credential.account_id == house.person("supervisor").id)
        assert db.scalar(wanted) is False


def test_after_five_minutes_the_passphrase_is_still_the_old_one(office: Office, house: House) -> None:
    browser = browse_as(office, "lin")
    words = shown_words(offer(browser))
    office.wait(minutes=5)

    answer = browser.post(CONFIRM, data={"old": house.person("lin").passphrase, "passphrase": words})

    assert answer.headers["location"] == "/staff/account?done=over"
    assert "Your passphrase is the one you had." in browser.get(answer.headers["location"]).text
    assert office.sign_in(office.stranger(), "lin").headers["location"] == "/staff"
