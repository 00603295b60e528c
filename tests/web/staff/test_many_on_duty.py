"""Assigning where more counselors are on duty than a line of the board can name."""

import re

import pytest

from hotline.intake.screening import Topic
from hotline.tickets.lifecycle import State
from hotline.web.staff.board import CHOICES
from tests import flows
from tests.cast import House, another_counselor
from tests.web.staff.desks import Desks, url, words


@pytest.fixture
def many(house: House) -> None:
    """More are on duty than a line of the board offers."""
    house.go_on_duty("lin", *(another_counselor(house, f"colleague{n}") for n in range(CHOICES)))
    flows.keep_team(house, "lin")


@pytest.mark.usefixtures("many")
def test_with_many_on_duty_each_line_leads_to_a_page_to_choose_on(desks: Desks, house: House) -> None:
    caller = house.send("canary 睡不着", topics=(Topic.SLEEP,))
    flows.take(house, "colleague0", house.send())
    supervisor = desks.at_desk("supervisor")
    board = supervisor.get("/staff/board")
    assert f'href="{url(caller, "/assign")}"' in board.text
    assert "<select" not in board.text
    assert "Each with the number of their open tickets." in words(board)

    page = supervisor.get(url(caller, "/assign"))

    assert f"Assign ticket {desks.shown(caller)}" in words(page)
    assert "Does not hold the team's key yet" not in words(page)
    offered = re.findall("<option value=.[0-9a-f-]{36}.>([^<]+)<", page.text)
    assert len(offered) == CHOICES + 1
    assert offered[-1] == "Colleague0, 1 open ticket"  # those with the fewest come first
    assert "canary" not in page.text
    assert "Sleep" not in page.text
    answer = supervisor.post(url(caller, "/assign"), data={"counselor": str(house.person("lin").id)})
    assert answer.headers["location"] == "/staff/board?done=assigned"
    assert desks.ticket(caller).assignee_id == house.person("lin").id


@pytest.mark.usefixtures("many")
def test_who_chooses_nobody_there_is_asked_there_again(desks: Desks, house: House) -> None:
    caller = house.send()

    answer = desks.at_desk("supervisor").post(url(caller, "/assign"), data={"counselor": ""})

    assert answer.status_code == 422
    assert f"Assign ticket {desks.shown(caller)}" in words(answer)
    assert 'href="#counselor"' in answer.text
    assert desks.ticket(caller).state == State.WAITING


def test_there_is_nobody_to_choose_for_a_ticket_that_was_opened_meanwhile(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)

    answer = desks.at_desk("supervisor").get(url(caller, "/assign"))

    assert answer.status_code == 409
    assert "Something here was changed in the meantime." in words(answer)


@pytest.mark.usefixtures("many")
def test_who_cannot_open_it_yet_is_named_and_not_offered(desks: Desks, house: House) -> None:
    caller = house.send()
    house.go_on_duty(another_counselor(house, "newcomer"))
    supervisor = desks.at_desk("supervisor")

    page = supervisor.get(url(caller, "/assign"))

    assert "Does not hold the team's key yet Newcomer" in words(page)
    assert ">Newcomer," not in page.text
    assert "Newcomer 0 Does not hold the team's key yet" in words(supervisor.get("/staff/board"))
