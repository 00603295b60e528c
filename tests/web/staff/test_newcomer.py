"""A counselor who was just admitted, before a colleague has shared the team's key with them."""

from collections.abc import Iterator

import pytest

from hotline.accounts.people import NewPerson
from hotline.base.i18n import Language
from hotline.permissions import Role
from hotline.tickets.lifecycle import State
from tests import flows
from tests.cast import House, Person, admit, invite_and_enrol
from tests.web.staff.desks import Desks, url, words


@pytest.fixture
def newcomer(house: House) -> Iterator[Person]:
    wanted = NewPerson("newcomer", "新竹", Language.CHINESE, frozenset({Role.COUNSELOR}))
    person = invite_and_enrol(house.database, house.folder, house.person("administrator"), wanted)
    admit(house.database, house.folder, house.person("custodian"), person)
    house.cast["newcomer"] = person
    yield person
    del house.cast["newcomer"]


def test_a_counselor_just_admitted_is_told_whom_they_wait_for(
    desks: Desks, house: House, newcomer: Person
) -> None:
    caller = house.send()
    told = "Your keys are admitted, but you do not hold the team's key yet."
    new = desks.at_desk(newcomer.name)
    for address in ("/staff", "/staff/queue"):
        page = words(new.get(address))
        assert told in page
        assert "ake the next one" not in page
    assert url(caller, "/take") not in new.get("/staff/queue").text
    for press, typed in ((url(caller, "/take"), {}), ("/staff/queue/next", {"on": "yes"})):
        new.post("/staff/duty", data={"on": "yes"})
        answer = new.post(press, data=typed)
        assert (answer.status_code, told in words(answer)) == (409, True)
        assert "This has changed" not in words(answer)

    desks.at_desk("lin").post("/staff/duty", data={"on": "yes"})

    assert told not in words(new.get("/staff/queue"))
    assert new.post("/staff/queue/next").headers["location"] == url(caller)


def test_whoever_has_no_key_yet_is_not_offered_and_cannot_be_given_a_ticket(
    desks: Desks, house: House, newcomer: Person
) -> None:
    caller = house.send()
    supervisor, given = desks.at_desk("supervisor"), {"counselor": str(newcomer.id)}
    house.go_on_duty("newcomer", "mei")

    page = supervisor.get("/staff/board")
    assert "新竹 0 open tickets Does not hold the team's key yet" in words(page)
    assert f'<option value="{newcomer.id}">' not in page.text
    refused = supervisor.post(url(caller, "/assign"), data=given)
    assert (refused.status_code, desks.ticket(caller).state) == (409, State.WAITING)
    assert "This counselor does not hold the team's key yet." in words(refused)

    flows.keep_team(house, "lin")
    assert "team's key yet" not in words(supervisor.get("/staff/board"))
    assert "The ticket is assigned." in words(
        supervisor.get(supervisor.post(url(caller, "/assign"), data=given).headers["location"])
    )
