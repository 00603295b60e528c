"""My shift: the duty switch, and everything that waits for a person."""

import pytest

from hotline.accounts.models import LatePost
from hotline.permissions import Role
from hotline.roster.queries import on_duty_since
from hotline.tickets.lifecycle import State
from tests import flows
from tests.cast import NOON, PEOPLE, House
from tests.followups.plans import plan, taken
from tests.web.staff.desks import Desks, url, words


def is_on_duty(desks: Desks, name: str) -> bool:
    house = desks.house
    with house.database.read() as db:
        return on_duty_since(db, house.person(name).id, now=desks.now) is not None


def test_a_counselor_switches_duty_on_and_off(desks: Desks) -> None:
    lin = desks.at_desk("lin")
    assert "You are off duty" in words(lin.get("/staff"))

    on = lin.post("/staff/duty", data={"on": "yes"})
    assert (on.status_code, on.headers["location"]) == (303, "/staff")
    assert is_on_duty(desks, "lin")
    assert "You are on duty" in words(lin.get("/staff"))

    lin.post("/staff/duty", data={"on": "no"})
    assert not is_on_duty(desks, "lin")


def test_saying_it_twice_does_not_prolong_duty(desks: Desks) -> None:
    lin = desks.at_desk("lin")
    lin.post("/staff/duty", data={"on": "yes"})
    desks.later(minutes=15)

    lin.post("/staff/duty", data={"on": "yes"})

    with desks.house.database.read() as db:
        assert on_duty_since(db, desks.house.person("lin").id, now=desks.now) == NOON


@pytest.mark.parametrize("answer", [{}, {"on": "perhaps"}, {"on": ""}])
def test_a_switch_that_says_nothing_changes_nothing(desks: Desks, answer: dict[str, str]) -> None:
    lin = desks.at_desk("lin")

    assert lin.post("/staff/duty", data=answer).headers["location"] == "/staff"
    assert not is_on_duty(desks, "lin")


@pytest.mark.parametrize("name", ["supervisor", "administrator", "custodian"])
def test_duty_is_the_counselors(desks: Desks, name: str) -> None:
    assert desks.at_desk(name).post("/staff/duty", data={"on": "yes"}).status_code == 404


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("queue", "/staff/queue"),
        ("1234567890", "/staff/tickets/1234567890"),
        ("//example.org", "/staff"),
        ("../exit", "/staff"),
        ("١٢٣", "/staff"),
    ],
)
def test_the_switch_leads_back_to_pages_of_ours_alone(desks: Desks, back: str, to: str) -> None:
    answer = desks.at_desk("lin").post("/staff/duty", data={"on": "yes", "back": back})

    assert answer.headers["location"] == to


def test_tickets_stand_where_they_wait_and_the_latest_first(desks: Desks, house: House) -> None:
    recent, late, later = house.send(), house.send(), house.send()
    answered, closed, assigned = house.send(), house.send(), house.send()
    for caller in (recent, answered, closed):
        flows.take(house, "lin", caller, now=desks.now)
    flows.take(house, "lin", late, now=desks.now)
    flows.take(house, "lin", later, now=desks.now)
    for caller in (answered, closed):
        flows.review(house, "lin", caller)
        flows.reply(house, "lin", caller, "谢谢你。")
    flows.close(house, "lin", closed)
    desks.at_desk("supervisor").post(
        url(assigned, "/assign"), data={"counselor": str(house.person("lin").id)}
    )
    with house.database.write() as db:
        desks.row(db, late).reply_due_at = desks.now
        desks.row(db, later).reply_due_at = desks.now.replace(hour=1)
    desks.later(minutes=10)

    page = desks.at_desk("lin").get("/staff")

    order = [words(page).index(desks.shown(one)) for one in (later, late, recent, assigned, answered, closed)]
    assert order == sorted(order)
    assert "Overdue by 3 h 10 min" in words(page)
    assert "Overdue by 10 min" in words(page)
    assert f'action="{url(assigned, "/take")}"' in page.text
    assert f'href="{url(assigned)}"' not in page.text
    assert desks.ticket(assigned).state == State.ASSIGNED


def test_an_empty_desk_says_what_to_do(desks: Desks) -> None:
    page = words(desks.at_desk("lin").get("/staff"))

    assert "Nothing is waiting." in page
    assert "You have no open tickets." in page


def test_the_queue_is_shown_in_numbers_without_a_reference(desks: Desks, house: House) -> None:
    caller = house.send()

    page = words(desks.at_desk("lin").get("/staff"))

    assert "P3 Soon 1 Longest under 1 min" in page
    assert desks.shown(caller) not in page


def test_drafts_and_kept_texts_are_pointed_at(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    lin = desks.at_desk("lin")
    lin.post(url(caller, "/drafts"), data={"purpose": "reply", "text": "半句"})
    with house.database.write() as db:
        db.add(
            LatePost(account_id=house.person("lin").id, address="/staff", arrived_at=NOON, sealed=b"sealed")
        )

    page = lin.get("/staff")

    assert f'<a class="num" href="{url(caller)}">' in page.text
    assert "kept for you" in words(page)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("supervisor", ["/staff/board", "/staff/statistics"]),
        ("custodian", ["/staff/people", "/staff/audit"]),
        ("administrator", ["/staff/people", "/staff/audit"]),
        ("lin", []),
    ],
)
def test_everybody_sees_the_doors_to_what_is_theirs(desks: Desks, name: str, shown: list[str]) -> None:
    page = desks.at_desk(name).get("/staff").text

    assert desks.doors(page) == shown
    is_counselor = Role.COUNSELOR in PEOPLE.get(name, ("", frozenset()))[1]
    assert ("/staff/queue/next" in page or "Nothing is waiting." in page) == is_counselor


@pytest.mark.parametrize(
    ("name", "called", "not_theirs"),
    [
        ("lin", "My shift", "/staff/board"),
        ("supervisor", "Home", "/staff/queue"),
        ("custodian", "Home", "/staff/queue"),
        ("administrator", "Home", "/staff/queue"),
    ],
)
def test_only_who_has_shifts_reads_of_one(desks: Desks, name: str, called: str, not_theirs: str) -> None:
    desk = desks.at_desk(name)
    page = desk.get("/staff").text

    assert f"<h1>{called}</h1>" in page
    assert f'aria-current="page">{called}</a>' in page
    assert f"Back to {called.lower()}</a>" in desk.get(not_theirs).text


def test_the_page_is_written_in_both_languages(desks: Desks) -> None:
    page = desks.at_desk("lin", language="zh-CN").get("/staff")

    assert "你现在没有值班" in words(page)
    assert '<html lang="zh-Hans"' in page.text


def test_an_empty_shift_says_when_the_next_follow_up_is(desks: Desks, house: House) -> None:
    caller = taken(house)
    plan(house, "lin", caller)
    assert "Next follow-up" not in words(desks.at_desk("lin").get("/staff"))

    flows.close(house, "lin", caller)

    page = words(desks.at_desk("lin").get("/staff"))
    assert "You have no open tickets. Next follow-up: 26 November 2026, 12:00" in page
