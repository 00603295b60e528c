"""The supervisor's board: numbers, assigning, deciding about P1, and nothing to read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.accounts import people
from hotline.assignment.queries import TO_ASSIGN
from hotline.audit.models import AuditLine
from hotline.intake.screening import Safety, Topic
from hotline.permissions import Role
from hotline.roster import actions as roster
from hotline.tickets import ending
from hotline.tickets.lifecycle import State
from tests import flows
from tests.cast import NOON, ZONE, Caller, House, admit
from tests.web.staff.desks import Desks, url, words


@pytest.fixture
def urgent(house: House) -> Caller:
    """Lin's P1 ticket that she would like to lower to P3."""
    caller = house.send("我在危险中。", safety=Safety.DANGER)
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    return caller


def ask_to_lower(desks: Desks, caller: Caller) -> None:
    desks.at_desk("lin").post(url(caller, "/level"), data={"level": "P3", "reason": "safe-now"})


def test_the_numbers_are_what_there_is(desks: Desks, house: House) -> None:
    for hours in (1, 30):
        house.send(now=NOON - timedelta(hours=hours))
    house.send(safety=Safety.THOUGHTS)
    taken, danger = house.send(), house.send(safety=Safety.DANGER)
    flows.take(house, "lin", taken)
    flows.take(house, "mei", danger)

    page = words(desks.at_desk("supervisor").get("/staff/board"))

    assert "P2 Today 1 waiting" in page
    assert "P3 Soon 2 waiting Longest 1 d 6 h" in page
    assert "Overdue 1" in page
    assert "Open P1 1" in page
    assert "Assigned, not opened yet 0" in page
    assert "木棉 1 open ticket" in page


def test_the_board_names_what_is_urgent_or_late_and_who_holds_it(desks: Desks, house: House) -> None:
    danger, late = house.send("canary", safety=Safety.DANGER), house.send(now=NOON - timedelta(days=4))
    flows.take(house, "lin", danger)
    flows.take(house, "mei", late)
    with house.database.write() as db:
        roster.end_duty(db, house.actor(db, "mei"), now=NOON)

    page = words(desks.at_desk("supervisor").get("/staff/board"))

    assert f"{desks.shown(danger)} P1 At once Reply due Mon 12:15 木棉 On duty" in page
    assert f"{desks.shown(late)} P3 Soon Overdue by 3 d 山茶 Off duty" in page
    assert "Only the counselor can open these. Speak with them" in page
    assert "Where the account is disabled" not in page
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person("mei").id, now=NOON)
    page = words(desks.at_desk("supervisor").get("/staff/board"))
    assert "山茶 Account disabled" in page
    assert "Where the account is disabled" in page


def test_without_anything_urgent_or_late_the_board_says_nothing_of_it(desks: Desks, house: House) -> None:
    flows.take(house, "lin", house.send())

    assert "Taken: urgent, late or left behind" not in words(desks.at_desk("supervisor").get("/staff/board"))


def test_closed_tickets_count_for_nothing(desks: Desks, house: House, urgent: Caller) -> None:
    flows.close(house, "lin", urgent)

    page = words(desks.at_desk("supervisor").get("/staff/board"))

    assert "Open P1 0" in page
    assert "木棉 0 open tickets" in page
    assert "Nothing is waiting." in page


def test_a_supervisor_gives_a_ticket_and_reads_nothing(desks: Desks, house: House) -> None:
    caller = house.send("canary 睡不着", topics=(Topic.SLEEP,))
    house.go_on_duty("lin", "mei")
    supervisor = desks.at_desk("supervisor")

    answer = supervisor.post(url(caller, "/assign"), data={"counselor": str(house.person("lin").id)})

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/board?done=assigned")
    assert desks.ticket(caller).state == State.ASSIGNED
    board = supervisor.get("/staff/board")
    assert "Assigned to 木棉, not opened yet" in words(board)
    assert "canary" not in board.text
    assert "Sleep" not in board.text
    for path in ("", "?note=soap"):
        assert supervisor.get(url(caller, path)).status_code == 404
    assert desks.at_desk("mei").get(url(caller)).status_code == 404
    told = desks.at_desk("mei").post(url(caller, "/take"))
    assert told.status_code == 409
    assert "木棉" in words(told)
    assert desks.at_desk("lin").post(url(caller, "/take")).status_code == 303


def test_what_was_given_can_be_given_to_somebody_else_until_it_is_opened(desks: Desks, house: House) -> None:
    caller = house.send()
    house.go_on_duty("lin", "mei")
    supervisor = desks.at_desk("supervisor")

    for name in ("lin", "mei"):
        supervisor.post(url(caller, "/assign"), data={"counselor": str(house.person(name).id)})

    assert desks.at_desk("lin").get(url(caller)).status_code == 404
    assert desks.at_desk("mei").get(url(caller)).status_code == 200


@pytest.mark.parametrize("typed", [{}, {"counselor": ""}, {"counselor": "lin"}, {"counselor": "\x00"}])
def test_without_a_counselor_the_board_asks_for_one(
    desks: Desks, house: House, typed: dict[str, str]
) -> None:
    caller = house.send()
    house.go_on_duty("lin")

    answer = desks.at_desk("supervisor").post(url(caller, "/assign"), data=typed)

    assert answer.status_code == 422
    assert '/staff/board" aria-current="page"' in answer.text
    assert "Choose a counselor" in words(answer)
    assert 'href="#counselor"' in answer.text
    assert 'id="counselor"' in answer.text
    assert desks.ticket(caller).state == State.WAITING


@pytest.mark.parametrize("name", ["mei", "supervisor", "administrator"])
def test_only_a_counselor_on_duty_can_be_given_one(desks: Desks, house: House, name: str) -> None:
    caller = house.send()
    house.go_on_duty("lin")

    answer = desks.at_desk("supervisor").post(
        url(caller, "/assign"), data={"counselor": str(house.person(name).id)}
    )

    assert answer.status_code == 409
    assert "not on duty any more" in words(answer)
    assert desks.ticket(caller).state == State.WAITING


def test_a_ticket_that_was_taken_meanwhile_is_not_given(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    house.go_on_duty("mei")

    answer = desks.at_desk("supervisor").post(
        url(caller, "/assign"), data={"counselor": str(house.person("mei").id)}
    )

    assert answer.status_code == 409
    assert "Something here was changed in the meantime." in words(answer)
    assert desks.ticket(caller).assignee_id == house.person("lin").id


def test_with_nobody_on_duty_the_board_says_so(desks: Desks, house: House) -> None:
    caller = house.send()

    page = desks.at_desk("supervisor").get("/staff/board")

    assert "Nobody is on duty." in words(page)
    assert url(caller, "/assign") not in page.text


@pytest.mark.parametrize(("decision", "level"), [("agree", "P3"), ("keep", "P1")])
def test_lowering_p1_takes_two_named_people(desks: Desks, urgent: Caller, decision: str, level: str) -> None:
    ask_to_lower(desks, urgent)
    supervisor = desks.at_desk("supervisor")
    board = words(supervisor.get("/staff/board"))
    assert "木棉 asked for P3" in board
    assert "The caller says they are safe now" in board

    answer = supervisor.post(url(urgent, "/level"), data={"decision": decision})

    said = {"agree": "lowered", "keep": "kept"}[decision]
    assert answer.headers["location"] == f"/staff/board?done={said}"
    assert desks.ticket(urgent).level == level
    assert "Requests to lower P1" not in words(supervisor.get("/staff/board"))
    told = words(desks.at_desk("lin").get(url(urgent)))
    assert "木棉 asked to lower the level to P3 (Soon). The caller says they are safe now" in told
    assert ("银杏 agreed to lower the level" in told) == (decision == "agree")
    assert ("银杏 kept the level" in told) == (decision == "keep")


def test_nobody_agrees_with_themselves(desks: Desks, house: House, urgent: Caller) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        roles = frozenset({Role.COUNSELOR, Role.SUPERVISOR})
        people.change_roles(db, house.actor(db, "administrator"), lin.id, roles, now=NOON)
    admit(house.database, house.folder, house.person("custodian"), lin)
    ask_to_lower(desks, urgent)
    desk = desks.at_desk("lin")

    assert "You asked for this yourself" in words(desk.get("/staff/board"))
    assert desk.post(url(urgent, "/level"), data={"decision": "agree"}).status_code == 403
    assert desks.ticket(urgent).level == "P1"
    with house.database.read() as db:
        refused = db.scalars(select(AuditLine).where(AuditLine.act == "refused")).all()
    assert [(line.actor_id, line.detail) for line in refused] == [(lin.id, "level")]


@pytest.mark.parametrize(
    "typed", [{"decision": "agree"}, {"decision": "perhaps"}, {"level": "P3", "reason": "other"}]
)
def test_where_nobody_asked_a_supervisor_finds_nothing(
    desks: Desks, urgent: Caller, typed: dict[str, str]
) -> None:
    supervisor = desks.at_desk("supervisor")

    answer = supervisor.post(url(urgent, "/level"), data=typed)
    nothing = supervisor.post("/staff/tickets/1234567890/level", data=typed)

    assert answer.status_code == nothing.status_code == 404
    assert answer.content.replace(urgent.reference.encode(), b"1234567890") == nothing.content
    assert desks.ticket(urgent).level == "P1"


@pytest.mark.parametrize("decision", ["agree", "keep"])
@pytest.mark.parametrize("how", ["agree", "keep", "withdrawn", "deleted"])
def test_what_was_decided_or_withdrawn_meanwhile_is_told_on_the_board(
    desks: Desks, house: House, urgent: Caller, how: str, decision: str
) -> None:
    ask_to_lower(desks, urgent)
    if how == "withdrawn":
        desks.at_desk("lin").post(url(urgent, "/level"), data={"level": "P1", "reason": "other"})
    elif how == "deleted":
        with house.database.write() as db:
            ending.delete_as_caller(db, urgent.keys, tz=ZONE, now=NOON)
    else:
        desks.at_desk("supervisor").post(url(urgent, "/level"), data={"decision": how})
    level, acts = desks.ticket(urgent).level, desks.acts(urgent)

    answer = desks.at_desk("supervisor").post(url(urgent, "/level"), data={"decision": decision})

    assert answer.status_code == 409
    assert "This request was decided or withdrawn in the meantime. Nothing was changed now." in words(answer)
    assert '/staff/board" aria-current="page"' in answer.text
    assert (desks.ticket(urgent).level, desks.acts(urgent)) == (level, acts)
    for name in ("mei", "administrator", "custodian"):
        refused = desks.at_desk(name).post(url(urgent, "/level"), data={"decision": decision})
        assert refused.status_code == 404


@pytest.mark.parametrize("name", ["lin", "administrator", "custodian"])
def test_the_board_is_the_supervisors(desks: Desks, house: House, name: str) -> None:
    caller = house.send()
    house.go_on_duty("lin")
    desk = desks.at_desk(name)

    assert desk.get("/staff/board").status_code == 404
    typed = {"counselor": str(house.person("lin").id)}
    assert desk.post(url(caller, "/assign"), data=typed).status_code == 404
    assert desks.ticket(caller).state == State.WAITING


def test_the_list_goes_on_page_by_page(desks: Desks, house: House) -> None:
    sent = [house.send(now=NOON - timedelta(minutes=60 - n)) for n in range(TO_ASSIGN + 2)]
    supervisor = desks.at_desk("supervisor")

    first = supervisor.get("/staff/board").text
    assert f"/staff/board?after={sent[TO_ASSIGN - 1].reference}" in first
    second = supervisor.get(f"/staff/board?after={sent[TO_ASSIGN - 1].reference}").text

    assert [desks.shown(one) in first for one in sent] == [True] * TO_ASSIGN + [False] * 2
    assert [desks.shown(one) in second for one in sent] == [False] * TO_ASSIGN + [True] * 2
