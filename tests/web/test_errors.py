"""Every failure is a page in the person's language, with their text and the numbers."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, StreamingResponse

from hotline.base import errors
from hotline.base.db import open_database
from hotline.web.access import public
from hotline.web.errors import EXPLANATION, HEADING, STATUS, handle_errors
from tests.web.foundation import browse, open_site

MARKER = "a-word-of-a-caller"
WRITTEN = "夜里睡不着 " + MARKER

router = APIRouter(dependencies=[public])

RAISED: dict[str, Exception] = {
    "not-found": errors.NotFound(),
    "refused": errors.Refused(),
    "conflict": errors.Conflict(),
    "taken": errors.TakenBy(alias="山茶"),
    "busy": errors.Busy(7),
    "invalid": errors.Invalid(),
    "closed": errors.IntakeClosed(),
    "tampered": errors.Tampered(),
    "unavailable": errors.Unavailable(),
    "not-signed-in": errors.NotSignedIn(),
    "bug": RuntimeError(WRITTEN),
    "http": HTTPException(418),
}


@router.post("/raise/{name}")
@router.get("/raise/{name}")
@router.post("/staff/raise/{name}")
def raise_it(name: str) -> PlainTextResponse:
    try:
        raise RAISED[name]
    except RuntimeError as error:
        raise LookupError(WRITTEN) from error


@router.get("/number/{number}")
def number(number: int) -> PlainTextResponse:
    return PlainTextResponse(str(number))


@router.get("/stream")
def stream() -> StreamingResponse:
    def parts() -> Iterator[bytes]:
        yield b"begun"
        raise RuntimeError(WRITTEN)

    return StreamingResponse(parts())


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router) as app:
        yield app


def post(app: FastAPI, path: str, language: str = "en") -> httpx.Response:
    return browse(app, language=language).post(path, data={"message": WRITTEN})


@pytest.mark.parametrize(
    ("name", "status", "retry"),
    [
        ("not-found", 404, None),
        ("refused", 403, None),
        ("conflict", 409, None),
        ("taken", 409, None),
        ("busy", 429, "7"),
        ("invalid", 422, None),
        ("closed", 503, "5"),
        ("tampered", 500, None),
        ("unavailable", 503, "5"),
        ("not-signed-in", 403, None),
        ("bug", 500, None),
        ("http", 400, None),
    ],
)
def test_a_failed_post_has_its_status_the_text_and_the_numbers(
    app: FastAPI, name: str, status: int, retry: str | None
) -> None:
    answer = post(app, f"/raise/{name}")

    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == retry
    assert f"{WRITTEN}</textarea>" in answer.text
    assert 'href="tel:120"' in answer.text
    assert 'lang="en"' in answer.text
    assert HEADING[status] in answer.text


def test_the_words_of_the_domain_are_shown_with_their_values(app: FastAPI) -> None:
    assert "山茶 has already taken this ticket." in post(app, "/raise/taken").text
    assert "Wait 7 seconds" in post(app, "/raise/busy").text


def test_a_page_that_tells_of_a_change_tells_it_once(app: FastAPI) -> None:
    page = post(app, "/raise/conflict").text

    assert "Look at what is new before you go on." in page
    assert errors.Conflict.message not in page
    assert 'action="/conversation"' not in page  # whoever was in none is led to none


def test_a_page_that_was_only_asked_for_keeps_nothing(app: FastAPI) -> None:
    assert "<textarea" not in browse(app).get("/raise/refused").text


def test_whoever_finds_an_ended_staff_session_does_not_find_its_text(app: FastAPI) -> None:
    assert MARKER not in post(app, "/staff/raise/not-signed-in").text
    assert MARKER in post(app, "/raise/not-signed-in").text
    assert MARKER in post(app, "/staff/raise/conflict").text


def test_an_address_with_a_wrong_part_does_not_exist(app: FastAPI) -> None:
    assert browse(app).get("/number/12").text == "12"
    assert browse(app).get("/number/twelve").status_code == 404


def test_a_method_that_does_not_fit_is_told_which_ones_do(app: FastAPI) -> None:
    answer = browse(app).get("/language")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_the_log_says_what_and_where_and_not_a_word_of_it(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    post(app, f"/raise/bug?reference={MARKER}")

    said = without_the_browsers_own(caplog)
    assert MARKER not in said
    assert "LookupError from RuntimeError at" in said
    assert "test_errors.py:" in said


def test_a_stream_that_breaks_ends_and_is_logged_the_same_way(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(AssertionError):  # the test's browser insists on an answer's end
        browse(app).get("/stream")

    said = without_the_browsers_own(caplog)
    assert MARKER not in said
    assert "RuntimeError at" in said


def without_the_browsers_own(caplog: pytest.LogCaptureFixture) -> str:
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    return "\n".join(str(vars(record)) for record in ours)


def test_error_pages_need_no_database(app: FastAPI, tmp_path: Path) -> None:
    app.state.database = open_database(f"sqlite:///{tmp_path}/no-folder-here/../x/none.db")
    app.state.database.dispose()

    assert browse(app).get("/no-such-page").status_code == 404
    assert post(app, "/raise/bug").status_code == 500


def test_with_broken_templates_there_is_still_a_page_in_both_languages(app: FastAPI) -> None:
    app.state.pages = None

    answer = browse(app).post("/raise/bug", data={"message": f"<b>{MARKER}</b> two"})

    assert answer.status_code == 500
    assert f"&lt;b&gt;{MARKER}&lt;/b&gt; two</textarea>" in answer.text
    assert "Content-Security-Policy" in answer.headers
    for number in ("120", "110", "12356"):
        assert answer.text.count(f'href="tel:{number}"') == 2


def test_a_more_precise_handler_wins(app: FastAPI) -> None:
    def to_sign_in(_request: Request, _error: Exception) -> HTMLResponse:
        return HTMLResponse("sign in first", 403)

    app.add_exception_handler(errors.NotSignedIn, to_sign_in)

    assert post(app, "/raise/not-signed-in").text == "sign in first"
    assert "sign in first" not in post(app, "/raise/refused").text
    handle_errors(app)
    assert post(app, "/raise/not-signed-in").text == "sign in first"


def test_every_status_has_words() -> None:
    assert set(STATUS.values()) <= set(HEADING) == set(EXPLANATION)


@pytest.mark.parametrize("word", ["please", "sorry", "valid", "oops"])
def test_english_errors_stay_calm(word: str) -> None:
    said = [*HEADING.values(), *EXPLANATION.values()]
    said += [kind.message for kind in errors.HotlineError.__subclasses__()]

    assert not [sentence for sentence in said if word in sentence.lower()]
