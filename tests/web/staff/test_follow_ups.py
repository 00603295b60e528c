"""Follow-ups over HTTP: planned on a ticket, listed, made, and told to whoever runs the service."""

from datetime import timedelta

import httpx
import pytest

from hotline.followups.lifecycle import Outcome, State
from hotline.notifications import actions as outbox
from hotline.notifications.retries import Trouble
from hotline.tickets import consent
from tests import flows
from tests.cast import NOON, Caller
from tests.followups import plans
from tests.followups.plans import IN_3_DAYS, plan, row, taken, ticket_of
from tests.web.staff.desks import Desks, url, words

LIST = "/staff/follow-ups"
WHY = "问她这几天睡得怎么样"


@pytest.fixture
def lins(desks: Desks) -> Caller:
    return taken(desks.house)


def post(desks: Desks, caller: Caller, name: str = "lin", **fields: str) -> httpx.Response:
    return desks.at_desk(name).post(url(caller, "/follow-ups"), data=fields)


def in_order(page: str, *said: str) -> bool:
    places = [page.index(one) for one in said]
    return places == sorted(places)


def test_a_period_is_planned_and_shown_with_what_it_is_about(desks: Desks, lins: Caller) -> None:
    answer = post(desks, lins, when="3-days", about=WHY)

    assert (answer.status_code, answer.headers["location"]) == (303, url(lins, "#follow-ups"))
    page = words(desks.at_desk("lin").get(url(lins)))
    assert "26 November 2026, 09:00" in page
    assert WHY in page
    assert "木棉 planned a follow-up." in page


def test_a_day_and_a_time_are_planned(desks: Desks, lins: Caller) -> None:
    post(desks, lins, when="day", day="2026-12-24", at="18:30")

    assert "24 December 2026, 18:30" in words(desks.at_desk("lin").get(url(lins)))
    told = ticket_of(desks.house, lins).follow_up_at
    assert told is not None
    assert told.isoformat() == "2026-12-24T10:30:00+00:00"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Choose when to write again"),
        ({"when": "day"}, "Choose a day"),
        ({"when": "1-week", "day": "2026-12-24"}, "You chose a period and a day"),
        ({"when": "day", "day": "2026-11-22"}, "This moment has passed"),
        ({"when": "day", "day": "2026-11-23", "at": "11:00"}, "This moment has passed"),
        ({"when": "day", "day": "2028-01-01"}, "Choose a day within a year"),
        ({"when": "day", "day": "24.12."}, "Write the day as 2026-11-30"),
        ({"when": "1-week", "at": "half past"}, "Write the time as 09:00"),
        ({"when": "never"}, "Choose one of the answers shown"),
        ({"when": "1-week", "about": "长" * 301}, "300 characters or fewer"),
    ],
)
def test_what_cannot_be_planned_comes_back_with_what_was_typed(
    desks: Desks, lins: Caller, fields: dict[str, str], problem: str
) -> None:
    answer = post(desks, lins, **{"about": WHY, **fields})

    assert answer.status_code == 422
    assert "Error: " in answer.text
    assert problem in words(answer)
    assert fields.get("about", WHY) in answer.text
    assert plans.counted(desks.house, "follow-ups-planned") == {}


def test_the_callers_no_is_told_in_place_of_the_form(desks: Desks, lins: Caller) -> None:
    with desks.house.database.write() as db:
        consent.stop_follow_ups(db, lins.keys)

    page = desks.at_desk("lin").get(url(lins))
    refused = post(desks, lins, when="3-days", about=WHY)

    assert "does not want to be written to again" in words(page)
    assert "Plan a follow-up" not in words(page)
    assert refused.status_code == 422
    assert "does not want to be written to again" in words(refused)


def test_a_contact_that_was_made_leaves_the_list_and_stands_in_the_story(desks: Desks, lins: Caller) -> None:
    made = plan(desks.house, "lin", lins)

    nothing = post(desks, lins, step="made", follow_up=str(made))
    answer = post(desks, lins, step="made", follow_up=str(made), result="worse")

    assert nothing.status_code == 422
    assert "Choose how it went" in words(nothing)
    assert answer.status_code == 303
    assert row(desks.house, made).outcome == Outcome.WORSE
    page = words(desks.at_desk("lin").get(url(lins)))
    assert "木棉 wrote down how a follow-up went. Reached: things are worse" in page
    assert "Earlier follow-ups" in page
    assert "No follow-ups are planned." in words(desks.at_desk("lin").get(LIST))


def test_it_can_be_cancelled_once(desks: Desks, lins: Caller) -> None:
    made = plan(desks.house, "lin", lins)

    assert post(desks, lins, step="cancel", follow_up=str(made)).status_code == 303
    assert post(desks, lins, step="cancel", follow_up=str(made)).status_code == 409

    assert row(desks.house, made).state == State.CANCELLED


def test_a_closed_ticket_with_a_promise_can_be_opened_again(desks: Desks, lins: Caller) -> None:
    plan(desks.house, "lin", lins)
    flows.close(desks.house, "lin", lins)
    closed = desks.at_desk("lin").get(url(lins))

    answer = post(desks, lins, step="reopen")

    assert "Open the ticket again" in words(closed)
    assert answer.status_code == 303
    assert ticket_of(desks.house, lins).state == "taken"
    assert "Open the ticket again" not in words(desks.at_desk("lin").get(url(lins)))


def test_of_two_plans_each_has_its_own_form_and_ids(desks: Desks, lins: Caller) -> None:
    plan(desks.house, "lin", lins)
    second = plan(desks.house, "lin", lins, NOON + timedelta(days=9))

    wrong = post(desks, lins, step="made", follow_up=str(second))

    ids = [part.partition('"')[0] for part in wrong.text.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    assert f'href="#result-{second}"' in wrong.text
    assert f'id="result-{second}-error"' in wrong.text


def test_the_button_of_a_plan_names_the_one_it_is_about(desks: Desks, lins: Caller) -> None:
    first = plan(desks.house, "lin", lins)
    second = plan(desks.house, "lin", lins, NOON + timedelta(days=9))
    results = {f"result-{first}": "", f"result-{second}": "better"}

    assert post(desks, lins, made=str(first), **results).status_code == 422
    assert post(desks, lins, made=str(second), **results).status_code == 303
    assert post(desks, lins, cancel=str(first), **results).status_code == 303

    page = words(desks.at_desk("lin").get(url(lins)))
    assert "Reached: things are better" in page
    assert "Keep the result" not in page


def test_the_list_is_overdue_then_due_then_coming_and_shows_no_text(desks: Desks, lins: Caller) -> None:
    others = [taken(desks.house) for _ in range(2)]
    plan(desks.house, "lin", others[1], NOON + timedelta(days=30), WHY)
    plan(desks.house, "lin", others[0], IN_3_DAYS + timedelta(hours=2), WHY)
    plan(desks.house, "lin", lins, NOON + timedelta(hours=1), WHY)
    desks.now = IN_3_DAYS

    page = desks.at_desk("lin").get(LIST)

    shown = [desks.shown(one) for one in (lins, *others)]
    assert in_order(words(page), "Overdue", shown[0], "Due today", shown[1], "Coming", shown[2])
    assert WHY not in page.text


def test_my_shift_shows_what_is_due_before_the_day_ends(desks: Desks, lins: Caller) -> None:
    assert "Follow-ups today" not in words(desks.at_desk("lin").get("/staff"))
    other = taken(desks.house)
    plan(desks.house, "lin", lins, NOON + timedelta(hours=2))
    plan(desks.house, "lin", other, NOON + timedelta(days=1))

    page = desks.at_desk("lin").get("/staff").text

    today = page[page.index("Follow-ups today") :].partition("</section>")[0]
    assert desks.shown(lins) in today
    assert desks.shown(other) not in today


def test_the_board_has_numbers_and_no_reference(desks: Desks, lins: Caller) -> None:
    plan(desks.house, "lin", lins, NOON + timedelta(hours=1))
    plan(desks.house, "lin", lins, NOON + timedelta(days=9))
    desks.later(hours=2)
    plans.disable(desks.house, "lin")

    page = desks.at_desk("supervisor").get("/staff/board")

    assert "Follow-ups due 1" in words(page)
    assert "Follow-ups to come 1" in words(page)
    assert "Follow-ups without a counselor 1" in words(page)
    assert desks.shown(lins) not in words(page)


def test_nobody_else_finds_anything(desks: Desks, lins: Caller) -> None:
    made = plan(desks.house, "lin", lins, purpose=WHY)

    for name in ("mei", "supervisor", "administrator", "custodian"):
        answer = post(desks, lins, name, step="cancel", follow_up=str(made))
        assert answer.status_code == 404, name
    for name in ("supervisor", "administrator", "custodian"):
        assert desks.at_desk(name).get(LIST).status_code == 404, name
    assert desks.shown(lins) not in words(desks.at_desk("mei").get(LIST))
    assert row(desks.house, made).state == State.PLANNED


def test_the_menu_has_follow_ups_for_counselors_alone(desks: Desks) -> None:
    assert f'href="{LIST}"' in desks.at_desk("lin").get("/staff").text
    assert f'href="{LIST}"' not in desks.at_desk("supervisor").get("/staff").text


def test_an_administrator_learns_that_mails_reach_nobody(desks: Desks) -> None:
    page = words(desks.at_desk("administrator").get("/staff"))

    assert "No mail server is set." in page
    assert "No mail server is set." not in words(desks.at_desk("lin").get("/staff"))


def test_an_administrator_learns_of_mails_that_could_not_be_sent(desks: Desks) -> None:
    plans.give_address(desks.house, "lin")
    with desks.house.database.write() as db:
        outbox.notify(db, desks.house.person("lin").id, now=NOON)
        claimed = outbox.claim_next(db, now=NOON)
        assert claimed is not None
        outbox.fail(db, claimed.id, Trouble.SIGN_IN, now=NOON)

    page = words(desks.at_desk("administrator").get("/staff"))

    assert "1 reminder could not be sent so far" in page
    assert "the mail server refuses the name or the password" in page


def test_looking_changes_nothing(desks: Desks, lins: Caller) -> None:
    made = plan(desks.house, "lin", lins, NOON + timedelta(hours=1))
    desks.later(hours=2)
    before = vars(row(desks.house, made)).copy()

    for path in (LIST, url(lins), "/staff"):
        assert desks.at_desk("lin").get(path).status_code == 200

    after = vars(row(desks.house, made)).copy()
    assert {n: v for n, v in after.items() if n[0] != "_"} == {n: v for n, v in before.items() if n[0] != "_"}
