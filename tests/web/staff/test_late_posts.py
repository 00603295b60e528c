"""What was being written when the session ended: never lost, never shown to anybody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.accounts import own, people
from hotline.accounts.models import LatePost
from hotline.tickets import drafts
from hotline.tickets.models import Ticket
from tests.cast import Caller, House
from tests.flows import take
from tests.web.staff.doors import browse_as
from tests.web.staff.office import Office

REPLY = "谢谢你告诉我。你现在一个人吗？"
KEPT = "What was written last was not sent. It is kept, sealed,"


@pytest.fixture
def ticket(house: House) -> Caller:
    """A ticket that Lin has taken."""
    caller = house.send()
    take(house, "lin", caller)
    return caller


def reply_draft(house: House, ticket: Caller) -> str:
    with house.database.read() as db:
        row, keys = db.get_one(Ticket, ticket.ticket), house.person("lin").keys
        return drafts.find_reply(db, house.deployment, house.actor(db, "lin"), keys, row)


def late_posts(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(LatePost)) or 0


def test_a_reply_that_comes_too_late_is_a_draft_after_signing_in(
    office: Office, house: House, ticket: Caller
) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=21)

    late = browser.post(
        f"/staff/tickets/{ticket.reference}/messages",
        data={"text": REPLY, "step": "preview"},
        headers={"Referer": f"http://127.0.0.1:8000/staff/tickets/{ticket.reference}"},
    )

    assert late.headers["location"] == f"/staff/sign-in?why=kept&next=/staff/tickets/{ticket.reference}"
    page = browser.get(late.headers["location"])
    assert KEPT in page.text
    assert REPLY not in late.text + page.text
    assert late_posts(house) == 1
    office.sign_in(browser, "lin")
    assert reply_draft(house, ticket) == REPLY
    assert late_posts(house) == 0
    assert REPLY in browser.get(f"/staff/tickets/{ticket.reference}").text


def test_a_text_under_lock_is_a_draft_after_signing_in(office: Office, house: House, ticket: Caller) -> None:
    browser = browse_as(office, "lin")
    where = f"/staff/tickets/{ticket.reference}/messages"

    browser.post("/staff/lock", data={"belongs_to": where, "text": REPLY})

    assert late_posts(house) == 1
    office.sign_in(browser, "lin")
    assert reply_draft(house, ticket) == REPLY


def test_a_reply_sent_too_late_from_its_preview_leads_back_to_the_ticket(
    office: Office, ticket: Caller
) -> None:
    browser = browse_as(office, "lin")
    where = f"/staff/tickets/{ticket.reference}/messages"
    drawn = browser.post(where, data={"text": REPLY, "step": "preview"})
    assert REPLY in drawn.text
    office.wait(minutes=21)

    late = browser.post(
        where, data={"text": REPLY, "step": "send"}, headers={"Referer": f"http://127.0.0.1:8000{where}"}
    )

    ticket_page = f"/staff/tickets/{ticket.reference}"
    assert late.headers["location"] == f"/staff/sign-in?why=kept&next={ticket_page}"
    assert office.sign_in(browser, "lin", next=ticket_page).headers["location"] == ticket_page
    assert REPLY in browser.get(ticket_page).text


@pytest.mark.parametrize(
    "referer",
    ["", "x", "http://evil.example/exit/x", "http://evil.example//host/x", "http://evil.example/x/y"],
)
def test_what_stands_above_a_strange_address_leads_nowhere(office: Office, referer: str) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=21)

    late = browser.post("/staff/duty", data={"on": "yes"}, headers={"Referer": referer})

    assert late.headers["location"] == "/staff/sign-in?why=ended"


@pytest.mark.parametrize("times", [1, 2])
def test_a_reply_in_a_page_still_open_after_sign_out_is_a_draft_after_signing_in(
    office: Office, house: House, ticket: Caller, times: int
) -> None:
    browser = browse_as(office, "lin")
    for _ in range(times):
        browser.post("/staff/sign-out")

    late = browser.post(
        f"/staff/tickets/{ticket.reference}/messages",
        data={"text": REPLY},
        headers={"Referer": f"http://127.0.0.1:8000/staff/tickets/{ticket.reference}"},
    )

    assert late.headers["location"] == f"/staff/sign-in?why=kept&next=/staff/tickets/{ticket.reference}"
    page = browser.get(late.headers["location"])
    assert KEPT in page.text
    assert REPLY not in late.text + page.text
    assert late_posts(house) == 1
    office.sign_in(browser, "lin")
    assert reply_draft(house, ticket) == REPLY


def test_signing_out_of_a_second_page_keeps_what_is_typed_there(
    office: Office, house: House, ticket: Caller
) -> None:
    browser = browse_as(office, "lin")
    browser.post("/staff/sign-out")
    where = f"/staff/tickets/{ticket.reference}/messages"

    browser.post("/staff/sign-out", data={"belongs_to": where, "text": REPLY})

    office.sign_in(browser, "lin")
    assert reply_draft(house, ticket) == REPLY


@pytest.mark.parametrize("end", [people.disable, None])
def test_after_every_session_was_ended_a_page_still_open_is_nobodys(
    office: Office, house: House, ticket: Caller, end: Callable[..., None] | None
) -> None:
    browser = browse_as(office, "lin")
    browser.post("/staff/sign-out")
    with house.database.write() as db:
        if end:
            end(db, house.actor(db, "administrator"), house.person("lin").id, now=office.now)
        else:
            own.sign_out_everywhere(db, house.person("lin").id, now=office.now)

    browser.post(f"/staff/tickets/{ticket.reference}/messages", data={"text": REPLY})

    assert late_posts(house) == 0


def test_somebody_else_at_the_same_browser_gets_nothing_of_it(
    office: Office, house: House, ticket: Caller
) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=21)
    browser.post(f"/staff/tickets/{ticket.reference}/messages", data={"text": REPLY})

    office.sign_in(browser, "mei")

    assert REPLY not in browser.get("/staff/account").text
    assert late_posts(house) == 1
    assert reply_draft(house, ticket) == ""


@pytest.mark.parametrize("ends", ["/staff/sign-out", "/staff/lock"])
def test_what_one_persons_open_page_posts_is_never_kept_for_another(
    office: Office, house: House, ticket: Caller, ends: str
) -> None:
    """Lin's page is still open in a browser in which Mei has signed in since, and left."""
    browser = browse_as(office, "lin")
    browser.post("/staff/sign-out")
    office.sign_in(browser, "mei")
    browser.post(ends)

    late = browser.post(f"/staff/tickets/{ticket.reference}/messages", data={"text": REPLY})

    assert "why=kept" not in late.headers["location"]
    assert late_posts(house) == 0


def test_an_hour_after_sign_out_a_page_still_open_is_nobodys(
    office: Office, house: House, ticket: Caller
) -> None:
    browser = browse_as(office, "lin")
    browser.post("/staff/sign-out")
    office.wait(hours=1)

    browser.post(f"/staff/tickets/{ticket.reference}/messages", data={"text": REPLY})

    assert late_posts(house) == 0


def test_a_late_note_keeps_every_answer(office: Office, house: House, ticket: Caller) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=21)
    note = {
        "template": "helpline",
        "note_brought": "很久没有睡好",
        "note_done": ["listened", "information"],
        "step": "draft",
    }
    browser.post(f"/staff/tickets/{ticket.reference}/notes", data=note)

    office.sign_in(browser, "lin")

    page = browser.get(f"/staff/tickets/{ticket.reference}").text
    assert "很久没有睡好" in page
    assert page.count(' name="note_done"') > 2
    assert page.count("checked") >= 2
    assert late_posts(house) == 0


def test_a_draft_saved_since_is_not_overwritten_and_nothing_is_lost(
    office: Office, house: House, ticket: Caller
) -> None:
    old, other = browse_as(office, "lin"), office.stranger()
    office.wait(minutes=21)
    old.post(f"/staff/tickets/{ticket.reference}/messages", data={"text": REPLY})
    newer = "我换了一种说法。"
    with house.database.write() as db:
        row, keys = db.get_one(Ticket, ticket.ticket), house.person("lin").keys
        actor = house.actor(db, "lin")
        later = office.now + timedelta(seconds=1)
        drafts.keep_reply(db, house.deployment, actor, keys, row, newer, now=later)

    office.wait(minutes=1)
    office.sign_in(other, "lin")

    assert reply_draft(house, ticket) == newer
    assert REPLY in other.get("/staff/account").text


def test_of_two_late_replies_the_newer_is_the_draft_and_the_older_can_be_copied(
    office: Office, house: House, ticket: Caller
) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=21)
    where = f"/staff/tickets/{ticket.reference}/messages"
    browser.post(where, data={"text": REPLY})
    office.wait(minutes=1)
    browser.post(where, data={"text": "另一段话。"})
    browser.post(where, data={"text": "另一段话。"})

    office.sign_in(browser, "lin")

    assert reply_draft(house, ticket) == "另一段话。"
    assert late_posts(house) == 1
    assert REPLY in browser.get("/staff/account").text


def test_what_no_draft_can_take_is_shown_until_it_is_forgotten(office: Office, house: House) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=21)
    browser.post("/staff/tickets/0000000000/messages", data={"text": REPLY})
    office.sign_in(browser, "lin")

    page = browser.get("/staff/account")

    assert REPLY in page.text
    with house.database.read() as db:
        post = db.scalars(select(LatePost)).one()
    other = browse_as(office, "mei")
    other.post(f"/staff/account/late/{post.id}/forget")
    assert late_posts(house) == 1
    browser.post(f"/staff/account/late/{post.id}/forget")
    assert late_posts(house) == 0
    assert REPLY not in browser.get("/staff/account").text


def test_secrets_are_never_kept(office: Office, house: House) -> None:
    browser = browse_as(office, "lin")
    office.wait(minutes=21)

    answer = browser.post(
        "/staff/account/passphrase/confirm",
        data={"old": "six old words that were", "passphrase": "six new words that will be"},
    )

    assert answer.headers["location"] == "/staff/sign-in?why=ended"
    assert late_posts(house) == 0


def test_a_post_without_any_session_is_kept_for_nobody(office: Office, house: House) -> None:
    answer = office.stranger().post("/staff/tickets/0000000000/messages", data={"text": REPLY})

    assert answer.headers["location"] == "/staff/sign-in"
    assert late_posts(house) == 0
