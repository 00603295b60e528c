"""Every door for everybody: what opens follows from the declared permission and from the keys.

Nothing here repeats what the routes do. What a door asks for is read from the route itself, who
holds it from `permissions.py`, and who reads a ticket from trying the real keys on the real grants.
"""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from hotline.keyring.envelope import Compartment
from hotline.tickets.models import Ticket
from tests.promises.doors import DOORS, ON_TICKETS, Door, is_sent_to_sign_in, outcome
from tests.promises.forms import TYPED
from tests.promises.rows import changed_tables, rows_of, saved_rows
from tests.promises.stage import ROLES, SIGNED_IN, TICKETS, Stage

OF_A_REFUSAL = {"audit_lines", "late_posts", "sessions"}
"""What a refusal may leave: its line in the trail, and a text sealed to whoever wrote it."""


def test_every_route_stands_in_the_table_and_nothing_else_does(staged: Stage) -> None:
    assert sorted(staged.routes) == sorted(str(door) for door in DOORS)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_opens_for_exactly_those_it_declares(stage: Stage, door: Door) -> None:
    for role in ROLES:
        stage.reset()
        gets_through, status = outcome(stage, door, role)
        door.prepare(stage)
        before = rows_of(stage) if not stage.is_untouched else None

        answer = door.knock(stage, role)

        assert answer.status_code == status, (role, answer.text)
        assert read_by(answer, stage) <= may_be_read(stage, door, role), role
        if gets_through:
            assert not is_sent_to_sign_in(answer) or door.path == "/staff/sign-out", role
            continue
        if status == 303 and door.path.startswith("/staff"):
            assert is_sent_to_sign_in(answer), (role, answer.headers["location"])
        if not stage.is_untouched:
            changed = changed_tables(before or saved_rows(stage), rows_of(stage))
            assert changed <= OF_A_REFUSAL, role


@pytest.mark.parametrize("door", [door for door in DOORS if door.changes], ids=str)
def test_whoever_gets_through_changes_something(stage: Stage, door: Door) -> None:
    """So that the doors in the table are really opened, and a refusal really keeps something closed."""
    door.prepare(stage)
    before = rows_of(stage)

    door.knock(stage, door.changes)

    assert changed_tables(before, rows_of(stage)) - {"audit_lines"}


@pytest.mark.parametrize("ticket", TICKETS)
def test_a_page_shows_a_text_exactly_where_the_keys_open_it(stage: Stage, ticket: str) -> None:
    caller = stage.callers[ticket]
    for role in SIGNED_IN:
        stage.reset()
        answer = stage.browser(role).get(f"/staff/tickets/{caller.reference}")

        shown = read_by(answer, stage)
        assert shown <= {name for name in stage.words if name.startswith(f"{ticket} ")}, role
        conversation = {f"{ticket} message", f"{ticket} reply"} & shown
        assert bool(conversation) == stage.opens(role, ticket, Compartment.CONVERSATION), role
        assert (f"{ticket} note" in shown) == stage.opens(role, ticket, Compartment.NOTES), role


def test_a_caller_sees_their_conversation_and_never_a_note(stage: Stage) -> None:
    answer = stage.browser("caller").get("/conversation")

    assert read_by(answer, stage) == {"lins message", "lins reply"}
    assert stage.opens("caller", "lins", Compartment.CONVERSATION)
    assert not stage.opens("caller", "lins", Compartment.NOTES)


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("role", SIGNED_IN)
def test_taking_gives_what_the_teams_key_opens(stage: Stage, role: str, ticket: str) -> None:
    """One gap, said in security.md §2: a colleague's key still opens what is assigned and not opened."""
    caller, browser = stage.callers[ticket], stage.browser(role)
    by_team = stage.opens_as_team(role, ticket)
    before = stage.opens(role, ticket, Compartment.CONVERSATION)

    browser.post(f"/staff/tickets/{caller.reference}/take")
    shown = read_by(browser.get(f"/staff/tickets/{caller.reference}"), stage)

    is_the_gap = ticket == "assigned" and role == "mei"
    assert is_the_gap <= by_team
    assert (f"{ticket} message" in shown) == (before or (by_team and not is_the_gap))


@pytest.mark.parametrize("door", ON_TICKETS, ids=str)
def test_somebody_elses_ticket_looks_like_no_ticket(stage: Stage, door: Door) -> None:
    nothing = reference_of_nothing(stage)
    for role in SIGNED_IN:
        for ticket in TICKETS if door.method == "GET" else ("lins", "closed"):
            if knows_of(stage, door, role, ticket):
                continue
            stage.reset()
            theirs = door.knock(stage, role, reference=stage.callers[ticket].reference)
            stage.reset()
            missing = door.knock(stage, role, reference=nothing)

            assert theirs.status_code == 404, (role, ticket)
            assert as_seen(theirs, stage.callers[ticket].reference) == as_seen(missing, nothing), role


def test_a_taken_ticket_tells_a_counselor_on_duty_who_was_quicker_and_nothing_more(stage: Stage) -> None:
    answer = stage.browser("mei").post(f"/staff/tickets/{stage.callers['lins'].reference}/take")

    assert answer.status_code == 409
    assert "木棉" in answer.text
    assert read_by(answer, stage) == set()


def test_nobody_forgets_somebody_elses_late_text(stage: Stage) -> None:
    for role in ROLES:
        if role != "lin":
            stage.browser(role).post(f"/staff/account/late/{stage.post}/forget")

    with stage.house.database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM late_posts")) == 1


def test_the_search_for_texts_sees_them(stage: Stage) -> None:
    page = stage.browser("lin").get(f"/staff/tickets/{stage.callers['lins'].reference}")

    assert read_by(page, stage) == {"lins message", "lins reply", "lins note", "lins purpose"}
    assert read_by(stage.browser("lin").get("/staff/account"), stage) == {"late post"}


def read_by(answer: httpx.Response, stage: Stage) -> set[str]:
    """Which of the texts of the stage stand in an answer, in its page or in its headers."""
    known = stage.canaries
    return {*known.in_bytes(answer.content), *known.in_text(str(answer.headers.raw))}


def may_be_read(stage: Stage, door: Door, role: str) -> set[str]:
    """The texts that the person's own keys open and that belong at this address."""
    if role == "caller" and door.path.startswith("/conversation"):
        return {"lins message", "lins reply"}
    if role == "lin" and door.is_on_a_ticket:
        return {name for name in stage.words if name.startswith(f"{door.ticket} ")}
    return {"late post"} if role == "lin" and door.path.startswith("/staff/account") else set()


def knows_of(stage: Stage, door: Door, role: str, ticket: str) -> bool:
    """Whether this person may learn at this door that there is such a ticket."""
    if role == "supervisor":
        return door.path.endswith("/assign")
    if stage.house.person(role).id == assignee_of(stage, ticket):
        return True
    return door.path.endswith("/take") and role in {"lin", "mei"} and ticket != "closed"


def reference_of_nothing(stage: Stage) -> str:
    """A reference that no ticket has."""
    reference = f"{uuid4().int % 10**10:010}"
    with stage.house.database.read() as db:
        assert db.query(Ticket).filter(Ticket.reference == reference).count() == 0
    return reference


def assignee_of(stage: Stage, ticket: str) -> UUID | None:
    with stage.house.database.read() as db:
        return db.get_one(Ticket, stage.callers[ticket].ticket).assignee_id


def as_seen(answer: httpx.Response, reference: str) -> tuple[int, list[tuple[str, str]], str]:
    """Everything about an answer but the reference that was asked for."""
    page = answer.text.replace(reference, "REFERENCE").replace(TYPED, "TYPED")
    return answer.status_code, answer.headers.multi_items(), page
