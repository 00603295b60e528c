"""The language switch keeps every answer and leads nowhere else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse

from hotline.web.access import public
from hotline.web.reading import Typed, read_form
from tests.web.foundation import SECURE_ORIGIN, browse, open_site

router = APIRouter(dependencies=[public])


def said(request: Request, text: str) -> PlainTextResponse:
    language = request.app.state.pages.language_of(request)
    return PlainTextResponse(f"{language} {text}")


@router.get("/")
@router.get("/privacy")
@router.get("/library/{slug}")
@router.get("/exit")
@router.get("/conversation/events")
def show(request: Request) -> PlainTextResponse:
    return said(request, request.url.path)


@router.post("/write/check")
def check(request: Request, typed: Annotated[Typed, Depends(read_form)]) -> PlainTextResponse:
    return said(request, f"{typed.text('message')} {list(typed.all('topics'))}")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router) as app:
        yield app


@pytest.fixture
def browser(app: FastAPI) -> httpx.Client:
    return browse(app)


def choose(browser: httpx.Client, language: str, step: str, **answers: object) -> httpx.Response:
    return browser.post("/language", data={"language": language, "step": step, **answers})


def test_a_step_shows_the_same_answers_in_the_other_language(browser: httpx.Client) -> None:
    first = choose(browser, "zh-Hans", "/write/check", message="hello", topics=["a", "b"])

    assert first.status_code == 307
    assert first.headers["Location"] == "/write/check"
    assert first.next_request is not None
    assert browser.send(first.next_request).text == "zh-Hans hello ['a', 'b']"
    assert browser.get("/").text == "zh-Hans /"


def test_without_cookies_the_step_itself_still_changes(app: FastAPI) -> None:
    first = choose(browse(app), "zh-Hans", "/write/check", message="hello")

    assert first.next_request is not None
    del first.next_request.headers["Cookie"]
    assert browse(app).send(first.next_request).text == "zh-Hans hello []"


@pytest.mark.parametrize(
    ("step", "goes_to"),
    [
        ("/privacy", "/privacy"),
        ("/library/sleep", "/library/sleep"),
        ("/privacy?from=2026-11-30", "/privacy?from=2026-11-30"),
        ("/privacy?after=12_3&said=others&done=", "/privacy?after=12_3&said=others&done="),
        ("", "/"),
        ("/no-such-page", "/"),
        ("/exit", "/"),
        ("/healthz", "/"),
        ("/conversation/events", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("//evil.example/privacy", "/"),
        ("/\\evil.example", "/"),
        ("/library/..%2f..", "/"),
        ("/privacy\r\nSet-Cookie: a=b", "/"),
        ("/privacy?next=//evil.example", "/"),
        ("/privacy?next=https:evil", "/"),
        ("/privacy?a=b\r\nSet-Cookie: a=b", "/"),
        ("/privacy?a=%0d%0aSet-Cookie:b", "/"),
        ("/privacy?a=b#/exit", "/"),
        ("/privacy?a=b?c=d", "/"),
        ("/privacy?", "/"),
        ("/privacy?a=" + "b" * 200, "/"),
        ("/exit?a=b", "/"),
        ("/no-such-page?a=b", "/"),
        ("/conversation/events?a=b", "/"),
        ("//host", "/"),
        ("//host?a=b", "/"),
        ("//host/privacy?a=b", "/"),
        ("?a=b", "/"),
        ("privacy", "/"),
    ],
)
def test_it_leads_only_to_pages_of_ours(browser: httpx.Client, step: str, goes_to: str) -> None:
    answer = choose(browser, "en", step)

    assert answer.status_code == 303
    assert answer.headers["Location"] == goes_to


def test_an_unknown_language_changes_nothing(browser: httpx.Client) -> None:
    answer = choose(browser, "fr", "/privacy")

    assert answer.headers["Location"] == "/privacy"
    assert "Set-Cookie" not in answer.headers


def test_the_choice_is_kept_until_the_browser_closes(tmp_path: Path) -> None:
    with open_site(tmp_path, router, public_url=SECURE_ORIGIN) as app:
        kept = choose(browse(app), "en", "/").headers["Set-Cookie"]

    assert kept == "__Host-language=en; HttpOnly; Path=/; SameSite=lax; Secure"


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en-GB,en;q=0.9", "en"), ("zh-CN", "zh-Hans"), ("fr", "zh-Hans"), ("", "zh-Hans")],
)
def test_the_first_guess_is_the_browsers_wish(app: FastAPI, asked: str, language: str) -> None:
    assert browse(app, language=asked).get("/").text == f"{language} /"
