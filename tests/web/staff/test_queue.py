"""The queue: what it shows and hides, paging, taking, and two people at once."""

import re
import threading
from datetime import timedelta

import httpx
import pytest

from hotline.assignment.queries import PAGE
from hotline.base.i18n import Language
from hotline.intake.screening import Safety, Topic
from hotline.tickets.lifecycle import State
from tests import flows
from tests.cast import NOON, House
from tests.web.staff.desks import Desks, url, words

REFERENCE = re.compile(r"\b\d{5}-\d{5}\b")


def order_of(page: httpx.Response) -> list[str]:
    return [match.replace("-", "") for match in REFERENCE.findall(page.text.partition("<tbody")[2])][::2]


def test_the_most_urgent_comes_first_then_whoever_waited_longest(desks: Desks, house: House) -> None:
    soon = house.send(now=NOON - timedelta(hours=2))
    older = house.send(now=NOON - timedelta(hours=3))
    today = house.send(safety=Safety.THOUGHTS)
    danger = house.send(safety=Safety.DANGER)

    page = desks.at_desk("lin").get("/staff/queue")

    assert order_of(page) == [one.reference for one in (danger, today, older, soon)]


def test_from_off_duty_one_press_takes_the_next_one(desks: Desks, house: House) -> None:
    caller = house.send()
    lin = desks.at_desk("lin")
    assert "Go on duty and take the next one" in words(lin.get("/staff"))

    taken = lin.post("/staff/queue/next", data={"on": "yes"})

    assert taken.headers["location"] == url(caller)
    assert "You are on duty" in words(lin.get("/staff"))


def test_before_the_next_one_a_counselor_is_led_to_their_own_overdue_one(desks: Desks, house: House) -> None:
    late, urgent, answered = house.send(), house.send(safety=Safety.DANGER), house.send()
    for caller in (late, urgent, answered):
        flows.take(house, "lin", caller)
    flows.review(house, "lin", answered)
    flows.reply(house, "lin", answered, "谢谢你写下来。")
    lin = desks.at_desk("lin")
    assert "is overdue by" not in words(lin.get(url(answered)))
    desks.later(minutes=20)
    lin = desks.at_desk("lin")

    assert f"Your ticket {desks.shown(urgent)} is overdue by 5 min ." in words(lin.get(url(answered)))

    typed = {"template": "helpline", "note_brought": "半份记录", "then": urgent.reference}
    went = lin.post(url(answered, "/drafts"), data=typed, headers={"Accept": "text/html"})
    assert (went.status_code, went.headers["location"]) == (303, url(urgent))
    assert "半份记录" in lin.get(url(answered)).text
    assert "is overdue by" not in words(desks.at_desk("mei").get("/staff/queue"))


def test_a_p1_of_ones_own_is_led_to_from_every_less_urgent_ticket_before_it_is_late(
    desks: Desks, house: House
) -> None:
    late, other, urgent = (
        house.send(now=NOON - timedelta(days=3)),
        house.send(),
        house.send(safety=Safety.DANGER),
    )
    flows.take(house, "lin", late)
    flows.take(house, "lin", other)
    lin = desks.at_desk("lin")
    assert f"Your ticket {desks.shown(late)}" not in words(lin.get(url(other)))

    flows.take(house, "lin", urgent)

    for caller in (late, other):
        page = words(lin.get(url(caller)))
        assert (
            f"P1 At once Your ticket {desks.shown(urgent)} : reply due Mon 12:15. Go to {desks.shown(urgent)}"
            in page
        )
        assert "Take the next one" not in page
    assert "Your ticket" not in words(lin.get(url(urgent)))
    shift = words(lin.get("/staff"))
    places = [shift.index(desks.shown(one)) for one in (urgent, late, other)]
    assert places == sorted(places)


def test_a_counselor_is_told_that_what_they_gave_back_is_left_to_the_others(
    desks: Desks, house: House
) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    flows.give_back(house, "lin", caller)
    house.go_on_duty("mei")
    lin = desks.at_desk("lin")

    led = lin.post("/staff/queue/next")

    assert led.headers["location"] == "/staff/queue?said=others"
    page = words(lin.get(led.headers["location"]))
    assert "It is left to the others on duty; you can take it by hand." in page
    assert desks.shown(caller) in page
    assert "left to the others" not in words(lin.get("/staff/queue?said=nonsense"))


def test_the_next_one_is_offered_when_nothing_waits_for_an_answer(desks: Desks, house: House) -> None:
    first, second = house.send(), house.send()
    flows.take(house, "lin", first)
    flows.review(house, "lin", first)
    lin = desks.at_desk("lin")
    assert "Take the next one" not in words(lin.get(url(first)))
    flows.reply(house, "lin", first, "谢谢你写下来。")
    assert "Take the next one" in words(lin.get(url(first)))

    typed = {"template": "helpline", "note_brought": "半份记录", "then": "next"}
    kept = lin.post(url(first, "/drafts"), data=typed, headers={"Accept": "text/html"})
    assert (kept.status_code, kept.headers["location"]) == (307, "/staff/queue/next")
    assert lin.post("/staff/queue/next", data=typed).headers["location"] == url(second)
    assert "半份记录" in lin.get(url(first)).text


def test_a_line_says_nothing_of_what_it_is_about(desks: Desks, house: House) -> None:
    house.send("canary 我睡不着", topics=(Topic.SLEEP,), language=Language.ENGLISH)

    page = words(desks.at_desk("lin").get("/staff/queue"))

    assert "English" in page
    assert "Waiting" in page
    assert "Sleep" not in page
    assert "canary" not in page


def test_of_a_line_the_level_alone_stands_out(desks: Desks, house: House) -> None:
    house.send()

    line = desks.at_desk("lin").get("/staff/queue").text.partition("<tbody")[2].partition("</tbody>")[0]

    assert re.findall(r'"badge ([\w-]+)"', line) == ["badge-p3"]
    assert '<td role="cell" class="quiet">Waiting</td>' in line


def test_taking_the_next_one_leads_to_the_most_urgent(desks: Desks, house: House) -> None:
    house.send()
    urgent = house.send(safety=Safety.DANGER)
    house.go_on_duty("lin")
    lin = desks.at_desk("lin")

    answer = lin.post("/staff/queue/next")

    assert (answer.status_code, answer.headers["location"]) == (303, url(urgent))
    assert desks.ticket(urgent).state == State.TAKEN
    assert lin.get(url(urgent)).status_code == 200


def test_an_empty_queue_is_a_page_and_not_an_error(desks: Desks, house: House) -> None:
    house.go_on_duty("lin")
    lin = desks.at_desk("lin")

    assert lin.post("/staff/queue/next").headers["location"] == "/staff/queue"
    assert "Nothing is waiting." in words(lin.get("/staff/queue"))


@pytest.mark.parametrize("wanted", ["next", "this one"])
def test_off_duty_the_switch_is_offered_and_leads_back(desks: Desks, house: House, wanted: str) -> None:
    caller = house.send()
    lin = desks.at_desk("lin")

    answer = lin.post("/staff/queue/next" if wanted == "next" else url(caller, "/take"))

    assert answer.status_code == 403
    assert "Go on duty first" in words(answer)
    switch = 'name="on" value="yes"' if wanted == "next" else f'name="back" value="{caller.reference}"'
    assert switch in answer.text
    assert desks.ticket(caller).state == State.WAITING


def test_the_second_taker_is_told_by_whom(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "mei", caller)
    house.go_on_duty("lin")

    answer = desks.at_desk("lin").post(url(caller, "/take"))

    assert answer.status_code == 409
    assert "山茶 has already taken this ticket." in words(answer)


def test_off_duty_a_colleagues_ticket_is_no_ticket(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "mei", caller)

    answer = desks.at_desk("lin").post(url(caller, "/take"))

    assert answer.status_code == 404
    assert "山茶" not in answer.text


def test_of_two_who_take_at_once_one_has_it_and_the_other_is_told(desks: Desks, house: House) -> None:
    caller = house.send()
    house.go_on_duty("lin", "mei")
    start = threading.Barrier(2)
    answers: dict[str, httpx.Response] = {}

    def take(name: str) -> None:
        desk = desks.at_desk(name)
        start.wait()
        answers[name] = desk.post(url(caller, "/take"))

    threads = [threading.Thread(target=take, args=(name,)) for name in ("lin", "mei")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers.values()) == [303, 409]
    winner, loser = sorted(answers, key=lambda name: answers[name].status_code)
    assert f"{house.person(winner).alias} has already taken" in words(answers[loser])
    assert desks.at_desk(winner).get(url(caller)).status_code == 200
    assert desks.at_desk(loser).get(url(caller)).status_code == 404
    assert [act for act, _ in desks.acts(caller)].count("ticket.taken") == 1


def test_the_queue_goes_on_page_by_page_and_shows_each_once(desks: Desks, house: House) -> None:
    sent = [house.send(f"{n}", now=NOON - timedelta(minutes=60 - n)) for n in range(2 * PAGE - 3)]
    lin = desks.at_desk("lin")

    first = lin.get("/staff/queue")
    after = re.search(r'href="(/staff/queue\?after=\d+)"', first.text)
    assert after is not None
    second = lin.get(after[1])

    assert order_of(first) + order_of(second) == [one.reference for one in sent]
    assert "Those after these" not in words(second)
    assert "Take the next one" not in words(second)


@pytest.mark.parametrize("after", ["nonsense", "0000000000", "' or 1=1 --", "\x00", "٣"])
def test_an_unknown_place_to_go_on_from_is_the_beginning(desks: Desks, house: House, after: str) -> None:
    caller = house.send()

    page = desks.at_desk("lin").get("/staff/queue", params={"after": after})

    assert page.status_code == 200
    assert order_of(page) == [caller.reference]


def test_looking_at_the_queue_changes_nothing(desks: Desks, house: House) -> None:
    caller = house.send()
    house.go_on_duty("lin")

    desks.at_desk("lin").get("/staff/queue")

    assert desks.ticket(caller).state == State.WAITING
    assert desks.acts(caller) == []


@pytest.mark.parametrize("name", ["supervisor", "administrator", "custodian"])
def test_the_queue_is_the_counselors(desks: Desks, house: House, name: str) -> None:
    caller = house.send()
    desk = desks.at_desk(name)

    assert desk.get("/staff/queue").status_code == 404
    assert desk.post("/staff/queue/next").status_code == 404
    assert desk.post(url(caller, "/take")).status_code == 404
    assert desks.ticket(caller).state == State.WAITING
