"""From a one-time code to keys: five minutes, one passphrase, one second factor."""

import httpx
import pytest
from sqlalchemy import func, select

from hotline.accounts import people, queries
from hotline.accounts.models import Account, Invitation, SessionRow
from hotline.accounts.people import NewPerson
from hotline.base.i18n import Language
from hotline.keyring.models import StaffKey
from hotline.permissions import Role
from tests import databases
from tests.cast import House, digits_of
from tests.web.staff.doors import shown_digits, shown_words
from tests.web.staff.office import Office, shown_seed


def invite(office: Office, *roles: Role, language: Language = Language.ENGLISH) -> str:
    """The address with which somebody new enrols."""
    person = NewPerson("newcomer", "白杨", language, frozenset(roles or {Role.COUNSELOR}))
    with office.house.database.write() as db:
        administrator = office.house.actor(db, "administrator")
        _, code = people.invite(db, administrator, person, now=office.now)
    return f"/staff/enrol/{code}"


def begin(office: Office, address: str) -> tuple[httpx.Client, httpx.Response]:
    """A browser within the five minutes, and the page it shows."""
    browser = office.stranger()
    assert browser.post(address).headers["location"] == address
    return browser, browser.get(address)


def confirm(office: Office, browser: httpx.Client, address: str, **other: str) -> httpx.Response:
    """Type what the page shows; `other` replaces fields."""
    page = browser.get(address)
    typed = {"passphrase": shown_words(page), "digits": digits_of(shown_seed(page), office.now)}
    return browser.post(f"{address}/confirm", data={**typed, **other})


def key_count(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(StaffKey)) or 0


def test_looking_at_the_address_changes_nothing(office: Office, house: House) -> None:
    address = invite(office)

    answer = office.stranger().get(address)

    assert answer.status_code == 200
    assert "Nothing happens before you begin." in answer.text
    assert "set-cookie" not in answer.headers
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(SessionRow)) == 0


def test_the_page_speaks_the_invited_persons_language(office: Office) -> None:
    chinese = office.stranger().get(invite(office, language=Language.CHINESE))

    assert "欢迎你，白杨" in chinese.text


def test_begun_the_page_stays_the_same_through_a_reload(office: Office) -> None:
    address = invite(office)
    browser, page = begin(office, address)

    again = browser.get(address)

    assert len(shown_words(page).split()) == 6
    assert shown_words(again) == shown_words(page)
    assert shown_seed(again) == shown_seed(page)
    assert "otpauth" not in page.text
    assert "style=" not in page.text


def test_the_shown_secrets_are_nowhere_in_the_database(office: Office, house: House) -> None:
    _, page = begin(office, invite(office))

    stored = databases.stored(house.folder)
    assert shown_words(page).encode() not in stored
    assert shown_seed(page).encode() not in stored


def test_enrolled_the_person_reads_a_fingerprint_and_can_sign_in(office: Office, house: House) -> None:
    address = invite(office)
    browser, page = begin(office, address)
    words, seed = shown_words(page), shown_seed(page)

    done = confirm(office, browser, address)

    assert done.status_code == 200
    assert "You are enrolled" in done.text
    assert "wait until your app shows new ones" in done.text
    with house.database.read() as db:
        account = queries.by_name(db, "newcomer")
        assert account is not None
        assert shown_digits(done) == queries.fingerprint_of(db, house.deployment, account.id)
    office.wait(minutes=1)
    typed = {"name": "newcomer", "passphrase": words, "digits": digits_of(seed, office.now)}
    assert browser.post("/staff/sign-in", data=typed).headers["location"] == "/staff"
    assert browser.get("/staff").status_code == 200
    assert browser.get("/staff/queue").status_code == 404  # not admitted yet


def test_a_code_works_once(office: Office) -> None:
    address = invite(office)
    browser, _ = begin(office, address)
    confirm(office, browser, address)

    assert office.stranger().get(address).status_code == 404
    answer = office.stranger().post(address)
    assert answer.status_code == 404
    assert "If you have just enrolled with it, sign in." in answer.text


@pytest.mark.parametrize("code", ["0" * 32, "x", "sign-in"])
def test_a_code_nobody_gave_out_is_no_code(office: Office, code: str) -> None:
    assert office.stranger().get(f"/staff/enrol/{code}").status_code == 404


def test_a_code_lasts_seven_days(office: Office) -> None:
    address = invite(office)
    office.wait(days=6, hours=23)
    assert office.stranger().get(address).status_code == 200

    office.wait(hours=1)

    assert office.stranger().get(address).status_code == 404


def test_wrong_digits_show_the_same_page_again_and_make_no_keys(office: Office, house: House) -> None:
    address, before = invite(office), key_count(house)
    browser, page = begin(office, address)

    answer = confirm(office, browser, address, digits="000000")

    assert answer.status_code == 422
    assert "Enter the six digits that the app shows now" in answer.text
    assert shown_words(answer) == shown_words(page)
    assert shown_seed(answer) == shown_seed(page)
    assert key_count(house) == before


@pytest.mark.parametrize(
    "typed", ["", "these are six other short words", "一二三四五六七八九十甲乙丙丁戊己庚"]
)
def test_whoever_will_hold_keys_takes_the_generated_passphrase(office: Office, typed: str) -> None:
    address = invite(office, Role.COUNSELOR)
    browser, page = begin(office, address)

    answer = confirm(office, browser, address, passphrase=typed)

    assert answer.status_code == 422
    assert "Type the passphrase exactly as it is shown" in answer.text
    assert shown_words(answer) == shown_words(page)


def test_spaces_between_the_words_do_not_matter(office: Office) -> None:
    address = invite(office)
    browser, page = begin(office, address)
    typed = "  " + shown_words(page).replace(" ", "   ") + " "

    assert confirm(office, browser, address, passphrase=typed).status_code == 200


def test_whoever_holds_no_keys_may_choose_a_long_passphrase(office: Office) -> None:
    address = invite(office, Role.SUPERVISOR)
    browser, page = begin(office, address)
    assert "Or choose one of your own" in page.text

    short = confirm(office, browser, address, passphrase="short words")
    easy = confirm(office, browser, address, passphrase="passwordpassword")
    good = confirm(office, browser, address, passphrase="violet tractors hum over granite")

    assert "at least 15 characters" in short.text
    assert "easy to guess" in easy.text
    assert short.status_code == easy.status_code == 422
    assert good.status_code == 200
    assert "fingerprint" not in good.text


def test_after_five_minutes_nothing_is_left_but_the_code(office: Office, house: House) -> None:
    address = invite(office)
    browser, page = begin(office, address)
    typed = {"passphrase": shown_words(page), "digits": digits_of(shown_seed(page), office.now)}

    office.wait(minutes=5)
    late = browser.post(f"{address}/confirm", data=typed)

    assert late.status_code == 409
    assert "Your one-time code still works: begin again." in late.text
    assert typed["passphrase"] not in late.text
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Invitation)) == 1
    browser, again = begin(office, address)
    assert shown_words(again) != shown_words(page)
    assert confirm(office, browser, address).status_code == 200


def test_the_five_minutes_open_nothing_else(office: Office) -> None:
    browser, _ = begin(office, invite(office))

    for path in ("/staff", "/staff/account", "/staff/people"):
        assert browser.get(path).headers["location"].startswith("/staff/sign-in")


def test_one_persons_five_minutes_are_no_use_with_another_code(office: Office, house: House) -> None:
    browser, _ = begin(office, invite(office))
    browser.cookies.set("language", "en")
    with house.database.write() as db:
        _, code = people.renew_code(
            db, house.actor(db, "administrator"), house.person("lin").id, now=office.now
        )

    page = browser.get(f"/staff/enrol/{code}")

    assert "Nothing happens before you begin." in page.text


def test_pressing_twice_makes_keys_once(office: Office, house: House) -> None:
    address, before = invite(office), key_count(house)
    browser, page = begin(office, address)
    typed = {"passphrase": shown_words(page), "digits": digits_of(shown_seed(page), office.now)}
    first = browser.cookies["session"]

    browser.post(f"{address}/confirm", data=typed)
    browser.cookies.set("session", first)
    second = browser.post(f"{address}/confirm", data=typed)

    assert second.status_code == 404
    assert key_count(house) == before + 1


def test_enrolling_anew_ends_what_the_old_passphrase_opened(office: Office, house: House) -> None:
    old = office.signed_in("lin")
    with house.database.write() as db:
        lin = db.get_one(Account, house.person("lin").id)
        _, code = people.renew_code(db, house.actor(db, "administrator"), lin.id, now=office.now)
    address = f"/staff/enrol/{code}"
    browser, _ = begin(office, address)
    browser.cookies.set("language", "en")

    assert confirm(office, browser, address).status_code == 200

    assert old.get("/staff").status_code == 303
    office.wait(minutes=1)
    assert office.sign_in(office.stranger(), "lin").status_code == 422
