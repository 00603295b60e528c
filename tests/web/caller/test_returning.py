"""Coming back with the code: forgiving to read, silent about what exists, nothing lost."""

import anyio
import httpx
import pytest
from fastapi import FastAPI

from hotline.assignment import leaving, queries
from hotline.base.digits import random_with_check
from hotline.web.limits import THREADS
from tests import flows
from tests.browser import Watch
from tests.cast import NOON, House
from tests.web.caller.pages import (
    enter,
    fill,
    forms_of,
    heading_of,
    press,
    problems_on,
    switch_language,
    text_of,
)
from tests.web.foundation import browse_at_once, values_of

SETTLING_SECONDS = 0.5
PATIENCE = 5
CHECK = "Check the receipt code. It has 24 digits."


def ways_to_type(code: str) -> list[str]:
    groups = [code[at : at + 4] for at in range(0, 24, 4)]
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return [
        code,
        " ".join(groups),
        "-".join(groups),
        "－".join(groups),
        wide,
        f"\u200b{code}\n",
        "　".join(groups),
    ]


@pytest.mark.parametrize("way", range(7))
def test_the_code_is_read_however_it_is_typed(visitor: httpx.Client, house: House, way: int) -> None:
    caller = house.send("I cannot sleep.")

    assert "I cannot sleep." in text_of(enter(visitor, ways_to_type(caller.code)[way]))


def test_coming_back_to_a_counselor_who_is_gone_brings_the_message_to_the_others(
    visitor: httpx.Client, house: House
) -> None:
    caller = house.send("I cannot sleep.")
    flows.take(house, "lin", caller)
    with house.database.write() as db:
        leaving.disable(db, house.actor(db, "administrator"), house.person("lin").id, now=NOON)
        assert queries.queue(db, house.actor(db, "mei")) == []

    page = text_of(enter(visitor, caller.code))

    assert "I cannot sleep." in page
    flows.take(house, "mei", caller)
    assert flows.words_of(house, house.person("mei").keys, caller) == ["I cannot sleep."]


@pytest.mark.parametrize("typed", ["", "1234", "letters", "0" * 23 + "1", "1" * 5000])
def test_a_slip_is_told_before_anything_is_stretched(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("stretched for nothing")

    monkeypatch.setattr("hotline.web.caller.returning.stretch_code", never)
    answer = enter(visitor, typed)

    assert answer.status_code == 422
    assert list(problems_on(answer)) == [CHECK]
    assert fill(answer)["code"] == [typed]


def test_unknown_and_deleted_codes_get_the_same_answer(visitor: httpx.Client, house: House) -> None:
    deleted = house.send().code
    page = enter(visitor, deleted)
    press(visitor, visitor.get("/conversation/delete"), "Delete the conversation")
    assert page.status_code == 200

    answers = [enter(visitor, code) for code in (deleted, random_with_check(24))]

    assert [answer.status_code for answer in answers] == [422, 422]
    first, second = (
        answer.text.replace(fill(answer)["code"][0], "").replace(fill(answer)["journey"][0], "")
        for answer in answers
    )
    assert first == second
    assert list(problems_on(answers[0])) == [CHECK]


def test_nobody_is_locked_out(visitor: httpx.Client, house: House) -> None:
    for _ in range(20):
        assert enter(visitor, random_with_check(24)).status_code == 422

    assert enter(visitor, house.send().code).url.path == "/conversation"


def test_the_cookie_lasts_until_tomorrow_only_on_ones_own_device(visitor: httpx.Client, house: House) -> None:
    code = house.send().code
    shared = visitor.post("/read", data={"code": code, "stay": "30-minutes"})
    own = visitor.post("/read", data={"code": code, "stay": "tomorrow"})

    assert "Max-Age" not in values_of(shared, "Set-Cookie")[0]
    assert "Max-Age=86400" in values_of(own, "Set-Cookie")[0]


@pytest.mark.parametrize(("stay", "minutes"), [("30-minutes", 30), ("tomorrow", 24 * 60)])
def test_the_session_ends_when_it_was_said(
    visitor: httpx.Client, house: House, watch: Watch, stay: str, minutes: int
) -> None:
    enter(visitor, house.send().code, stay=stay)
    watch.forward(minutes=minutes - 1)
    assert visitor.get("/conversation").status_code == 200
    watch.forward(minutes=minutes)

    assert visitor.get("/conversation").headers["Location"] == "/read"


def test_the_code_is_never_in_an_address_or_a_cookie(visitor: httpx.Client, house: House) -> None:
    code = house.send().code
    page = enter(visitor, code)

    assert code not in str(page.url)
    assert code not in str(dict(visitor.cookies))
    assert code not in page.text


def test_a_text_that_comes_after_the_session_waits_for_the_code(
    visitor: httpx.Client, house: House, watch: Watch
) -> None:
    code = house.send("first").code
    page = enter(visitor, code)
    watch.forward(minutes=31)
    over = press(visitor, page, "Send", message="written for\nhalf an hour", safety="other")
    back = press(visitor, over, "Open my conversation", code=code)

    assert over.status_code == 403
    assert heading_of(over) == "Enter your code to go on"
    assert "written for\nhalf an hour" in over.text
    assert back.url.path == "/conversation"
    assert fill(back)["message"] == ["written for\nhalf an hour"]
    assert fill(back)["safety"] == ["other"]
    assert "written for" not in back.text.partition('class="thread"')[2].partition("</ol>")[0]
    sent = press(visitor, back, "Send")
    assert "written for" in sent.text.partition('class="thread"')[2].partition("</ol>")[0]


def test_a_wrong_code_does_not_lose_that_text(visitor: httpx.Client, house: House, watch: Watch) -> None:
    page = enter(visitor, house.send().code)
    watch.forward(minutes=31)
    over = press(visitor, page, "Send", message="kept")
    wrong = press(visitor, over, "Open my conversation", code=random_with_check(24))

    assert wrong.status_code == 422
    assert fill(wrong)["message"] == ["kept"]


def test_the_language_switch_keeps_what_was_typed_and_signs_nobody_in(
    visitor: httpx.Client, house: House
) -> None:
    code = house.send().code
    chinese = switch_language(visitor, visitor.get("/read"), code=code, stay="tomorrow")

    assert heading_of(chinese) == "查看回复"
    assert fill(chinese)["code"] == [code]
    assert fill(chinese)["stay"] == ["tomorrow"]
    assert "visit" not in visitor.cookies


def test_the_field_is_a_plain_one_that_browsers_do_not_keep(visitor: httpx.Client) -> None:
    field = visitor.get("/read").text.partition('id="code"')[2].partition(">")[0]

    for part in ('type="text"', 'inputmode="numeric"', 'autocomplete="off"', 'spellcheck="false"'):
        assert part in field
    assert forms_of(visitor.get("/read"))["step"].fields["stay"] == ["30-minutes"]


def test_coming_back_ends_the_session_before(visitor: httpx.Client, house: House) -> None:
    first, second = house.send("one").code, house.send("two").code
    enter(visitor, first)
    before = visitor.cookies["visit"]
    assert "two" in text_of(enter(visitor, second))
    visitor.cookies.set("visit", before)

    assert visitor.get("/conversation").headers["Location"] == "/read"


def test_a_crowd_that_looks_again_leaves_threads_for_everybody_else(
    visitor: httpx.Client, app: FastAPI, house: House, watch: Watch
) -> None:
    """Noting that a session is in use writes; whoever waits for the writer must not wait on a thread."""
    enter(visitor, house.send().code)
    cookies = dict(visitor.cookies)
    watch.forward(minutes=2)

    async def story() -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with browse_at_once(app) as browser, anyio.create_task_group() as crowd:
            browser.cookies.update(cookies)
            with house.database.write() as held:
                held.connection()  # only now does it hold the writer
                for _ in range(2 * THREADS):
                    crowd.start_soon(browser.get, "/conversation")
                await anyio.sleep(SETTLING_SECONDS)
                with anyio.fail_after(PATIENCE):
                    assert (await browser.get("/help-now")).status_code == 200

    anyio.run(story)
