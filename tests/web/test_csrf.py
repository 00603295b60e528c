"""No other site can make a browser post here, and a refused text is given back."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse

from hotline.web.access import public
from tests.web.foundation import ORIGIN, browse, open_site

EVIL = "https://evil.example"
router = APIRouter(dependencies=[public])


@router.post("/write/message")
@router.post("/write")
@router.post("/writer")
@router.post("/conversation/messages")
def take() -> PlainTextResponse:
    return PlainTextResponse("taken")


@router.get("/conversation/messages")
def look() -> PlainTextResponse:
    return PlainTextResponse("seen")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router) as app:
        yield app


def post(app: FastAPI, path: str, headers: list[tuple[str, str]], method: str = "POST") -> int:
    browser = browse(app)
    del browser.headers["Sec-Fetch-Site"]
    return browser.request(method, path, headers=httpx.Headers(headers)).status_code


@pytest.mark.parametrize("path", ["/write/message", "/write", "/conversation/messages", "/writer"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("Sec-Fetch-Site", "same-origin")], 200),
        ([("Sec-Fetch-Site", "same-origin"), ("Origin", EVIL)], 200),
        ([("Sec-Fetch-Site", "same-site")], 403),
        ([("Sec-Fetch-Site", "cross-site"), ("Origin", ORIGIN)], 403),
        ([("Sec-Fetch-Site", "none")], 403),
        ([("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")], 403),
        ([("Origin", ORIGIN)], 200),
        ([("Origin", EVIL)], 403),
        ([("Origin", "null")], 403),
        ([("Origin", "http://127.0.0.1:8001")], 403),
        ([("Origin", "https://127.0.0.1:8000")], 403),
        ([("Origin", ORIGIN), ("Origin", EVIL)], 403),
    ],
)
def test_a_post_must_come_from_our_own_page(
    app: FastAPI, path: str, headers: list[tuple[str, str]], status: int
) -> None:
    assert post(app, path, headers) == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/write", 200),
        ("/write/message", 200),
        ("/writer", 403),
        ("/conversation/messages", 403),
        ("/language", 403),
    ],
)
def test_without_either_header_only_a_request_to_be_heard_is_taken(
    app: FastAPI, path: str, status: int
) -> None:
    assert post(app, path, []) == status


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "PURGE"])
def test_every_method_that_could_change_something_is_held_to_it(app: FastAPI, method: str) -> None:
    assert post(app, "/conversation/messages", [("Origin", EVIL)], method) == 403


def test_reading_is_free(app: FastAPI) -> None:
    assert post(app, "/conversation/messages", [("Sec-Fetch-Site", "cross-site")], "GET") == 200


def test_a_refused_text_comes_back_to_be_copied_and_is_not_posted_again(app: FastAPI) -> None:
    answer = browse(app).post(
        "/conversation/messages",
        data={"message": "I wrote </textarea>\nfor an hour", "passphrase": "one two three"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert "I wrote &lt;/textarea&gt;\nfor an hour</textarea>" in answer.text
    assert "readonly" in answer.text
    assert "/conversation/messages" not in answer.text.replace('value="/conversation/messages"', "")
    assert "one two three" not in answer.text
    assert "tel:120" in answer.text
