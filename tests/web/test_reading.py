"""Everything a form sends is read within bounds and comes back as it was typed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import quote_from_bytes, unquote_to_bytes

import anyio
import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.web.access import public
from hotline.web.limits import FORM_BYTES, FORM_FIELDS
from hotline.web.reading import WHOLE_FORM, Typed, read_form, unquoted
from tests.web.foundation import browse, browse_at_once, open_site, post_bytes

router = APIRouter(dependencies=[public])
TypedHere = Annotated[Typed, Depends(read_form)]


def second_reader(typed: TypedHere) -> Typed:
    return typed


@router.post("/echo")
def echo(typed: TypedHere, again: Annotated[Typed, Depends(second_reader)]) -> JSONResponse:
    return JSONResponse(
        {
            "fields": {name: list(values) for name, values in typed.fields.items()},
            "problems": list(typed.problems),
            "hidden": typed.hidden_fields(without={"message"}),
            "same": again is typed,
        }
    )


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router) as app:
        yield app


@pytest.fixture
def browser(app: FastAPI) -> httpx.Client:
    return browse(app)


def test_repeated_fields_keep_their_order(browser: httpx.Client) -> None:
    echoed = post_bytes(browser, "/echo", b"topics=study&message=a+b%26c&topics=sleep&empty=").json()

    assert echoed["fields"] == {"topics": ["study", "sleep"], "message": ["a b&c"], "empty": [""]}
    assert echoed["problems"] == []
    assert echoed["same"] is True


def test_answers_are_carried_on_without_the_named_ones_and_the_language_switch(
    browser: httpx.Client,
) -> None:
    body = b"safety=safe&message=hello&topics=a&topics=b&language=en&step=%2Fwrite"

    echoed = post_bytes(browser, "/echo", body).json()

    assert echoed["hidden"] == [["safety", "safe"], ["topics", "a"], ["topics", "b"]]


def test_line_ends_become_one_kind_and_control_characters_go(browser: httpx.Client) -> None:
    echoed = post_bytes(browser, "/echo", b"message=a%0D%0Ab%0Dc%00d%07e%7F%C2%85f%09g").json()

    assert echoed["fields"]["message"] == ["a\nb\ncdef\tg"]


def test_gb18030_is_read_and_marked_as_another_encoding(browser: httpx.Client) -> None:
    body = "message=" + quote_from_bytes("最近睡不好".encode("gb18030"))

    echoed = post_bytes(browser, "/echo", body.encode()).json()

    assert echoed["fields"]["message"] == ["最近睡不好"]
    assert echoed["problems"] == [WHOLE_FORM]


def test_bytes_of_no_encoding_are_shown_as_far_as_they_go(browser: httpx.Client) -> None:
    echoed = post_bytes(browser, "/echo", b"message=still+here+%FF%FF").json()

    assert echoed["fields"]["message"][0].startswith("still here ")
    assert echoed["problems"] == [WHOLE_FORM]


def test_four_thousand_chinese_characters_arrive_whole(browser: httpx.Client) -> None:
    text = "难" * 4000

    assert browser.post("/echo", data={"message": text}).json()["fields"]["message"] == [text]


def test_a_form_of_exactly_the_limit_is_taken(browser: httpx.Client) -> None:
    body = b"message=" + b"a" * (FORM_BYTES - len(b"message="))

    assert post_bytes(browser, "/echo", body).status_code == 200
    assert post_bytes(browser, "/echo", body + b"a").status_code == 413


def test_a_lying_content_length_does_not_help(app: FastAPI) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"message=%E9%9A%BE"
        for _ in range(40):
            yield b"x" * (FORM_BYTES // 32)

    async def post() -> httpx.Response:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "20"}
        async with browse_at_once(app) as browser:
            return await browser.post("/echo", content=chunks(), headers=kind)

    answer = anyio.run(post)

    assert answer.status_code == 413
    assert "难xxxx" in answer.text


def test_text_cut_in_the_middle_of_a_character_comes_back_clean(browser: httpx.Client) -> None:
    encoded = quote_from_bytes("难过".encode()).encode()
    body = b"message=" + encoded * (FORM_BYTES // len(encoded) + 1)

    answer = post_bytes(browser, "/echo", body)

    assert answer.status_code == 413
    assert "难过难过" in answer.text
    assert "\ufffd" not in answer.text


def test_too_many_fields_are_refused_with_the_text_kept(browser: httpx.Client) -> None:
    body = b"message=two+words&" + b"&".join(b"a=1" for _ in range(FORM_FIELDS))

    answer = post_bytes(browser, "/echo", body)

    assert answer.status_code == 413
    assert "two words" in answer.text


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_what_is_no_form_is_refused(browser: httpx.Client, kind: str) -> None:
    answer = browser.post("/echo", content=b"--x\r\n", headers={"Content-Type": kind})

    assert answer.status_code == 415
    assert "Only text can be sent." in answer.text


def test_a_button_alone_sends_an_empty_form(browser: httpx.Client) -> None:
    assert browser.post("/echo").json()["fields"] == {}


@given(st.text("%4aFZ你", max_size=24) | st.binary(max_size=24).map(quote_from_bytes))
@example("%44%4Z")
@example("%e4%bd%a0" * 1000 + "%e4%b")
def test_escapes_mean_what_they_mean_everywhere(sent: str) -> None:
    assert unquoted(sent.encode()) == unquote_to_bytes(sent)
