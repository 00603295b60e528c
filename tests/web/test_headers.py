"""The same headers on every answer, cookies by the rules, one host name."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.web.access import public
from hotline.web.headers import COOKIE_NAMES, EVERY_ANSWER, clear_cookie, set_cookie
from tests.web.foundation import (
    FROM_OUR_PAGE,
    ORIGIN,
    SECURE_ORIGIN,
    browse,
    open_site,
    post_bytes,
    values_of,
)

router = APIRouter(dependencies=[public])


@router.get("/")
def home() -> HTMLResponse:
    return HTMLResponse("<p>home</p>", headers={"Cache-Control": "public, max-age=60"})


@router.get("/exit")
def leave() -> RedirectResponse:
    return RedirectResponse("https://weather.example/", 303)


@router.get("/broken")
def broken() -> HTMLResponse:
    raise RuntimeError("a message nobody may see")


@router.post("/form")
def form() -> HTMLResponse:
    return HTMLResponse("taken")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router) as app:
        yield app


@pytest.fixture
def browser(app: FastAPI) -> httpx.Client:
    return browse(app)


ANSWERS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/exit", 303),
    ("GET", "/no-such-page", 404),
    ("HEAD", "/no-such-page", 404),
    ("GET", "/form", 405),
    ("OPTIONS", "/", 405),
    ("GET", "/broken", 500),
    ("POST", "/form", 200),
    ("GET", "/static/hotline.css", 200),
    ("GET", "/static/hotline.css?v=1", 200),
    ("GET", "/static/none.css?v=1", 404),
    ("GET", "/static/../pyproject.toml", 404),
    ("GET", "/static/%2e%2e/pyproject.toml", 404),
    ("POST", "/static/hotline.css", 405),
    ("GET", "/healthz", 200),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_the_headers_once(
    browser: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = browser.request(method, path)

    assert answer.status_code == status
    for name, value in EVERY_ANSWER.items():
        if not (name == "Referrer-Policy" and path == "/exit"):
            assert values_of(answer, name) == [value]
    assert len(values_of(answer, "Cache-Control")) == 1
    assert "Strict-Transport-Security" not in answer.headers


def test_answers_made_before_any_route_have_them_too(app: FastAPI) -> None:
    refusals = [
        browse(app).post("/form", headers={"Sec-Fetch-Site": "cross-site"}),
        browse(app).get("/", headers={"Host": "evil.example"}),
        post_bytes(browse(app), "/language", b"a" * 2_000_000),
    ]

    assert [answer.status_code for answer in refusals] == [403, 421, 413]
    for answer in refusals:
        assert all(values_of(answer, name) == [value] for name, value in EVERY_ANSWER.items())
        assert values_of(answer, "Cache-Control") == ["no-store"]


def test_nothing_runs_or_loads_that_is_not_ours() -> None:
    policy = dict(part.split(" ", 1) for part in EVERY_ANSWER["Content-Security-Policy"].split("; "))

    assert policy == {
        "default-src": "'none'",
        **dict.fromkeys(
            ["script-src", "style-src", "img-src", "font-src", "connect-src", "worker-src"], "'self'"
        ),
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


def test_pages_are_never_kept_and_versioned_files_always(browser: httpx.Client) -> None:
    kept = {
        path: browser.get(path).headers["Cache-Control"]
        for path in ("/", "/static/hotline.css", "/static/hotline.css?v=1", "/static/none.css?v=1")
    }

    assert kept == {
        "/": "no-store",
        "/static/hotline.css": "no-cache",
        "/static/hotline.css?v=1": "public, max-age=31536000, immutable",
        "/static/none.css?v=1": "no-store",
    }


def test_only_static_files_are_compressed(browser: httpx.Client) -> None:
    asked = {"Accept-Encoding": "gzip"}

    assert browser.get("/static/hotline.css", headers=asked).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in browser.get("/no-such-page", headers=asked).headers


def test_leaving_says_nothing_to_the_next_site_and_clears_storage_but_no_cookies(
    browser: httpx.Client,
) -> None:
    answer = browser.get("/exit")

    assert values_of(answer, "Referrer-Policy") == ["no-referrer"]
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in browser.get("/").headers


def test_head_is_get_without_its_body(browser: httpx.Client) -> None:
    whole, head = browser.get("/"), browser.head("/")

    assert head.content == b""
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:8000", "127.0.0.1:80"])
def test_another_host_gets_a_way_to_the_right_one(browser: httpx.Client, host: str) -> None:
    answer = browser.get("/", headers={"Host": host})

    assert answer.status_code == 421
    assert f'href="{ORIGIN}"' in answer.text
    assert "tel:12356" in answer.text


def test_the_page_that_refuses_another_host_has_its_style(browser: httpx.Client) -> None:
    host = {"Host": "evil.example"}
    style = re.findall(r'rel="stylesheet" href="([^"]+)"', browser.get("/", headers=host).text)

    assert [browser.get(one, headers=host).status_code for one in style] == [200]


def test_probes_may_use_any_name(browser: httpx.Client) -> None:
    assert browser.get("/healthz", headers={"Host": "10.0.0.5:8000"}).status_code == 200


def test_over_https_the_usual_port_may_be_named_and_hsts_is_sent(tmp_path: Path) -> None:
    with open_site(tmp_path, router, public_url=SECURE_ORIGIN) as app:
        answer = browse(app).get("/", headers={"Host": "Hotline.example.org:443"})

    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("public_url", "prefix", "secure"), [(ORIGIN, "", ""), (SECURE_ORIGIN, "__Host-", "; Secure")]
)
def test_cookies_are_bound_to_this_host_exactly_when_https(
    tmp_path: Path, public_url: str, prefix: str, secure: str
) -> None:
    with open_site(tmp_path, public_url=public_url) as app:
        response = Response()
        set_cookie(response, app.state.settings, "session", "abc", max_age=60)
        clear_cookie(response, app.state.settings, "journey")

    kept, cleared = response.headers.getlist("set-cookie")
    assert kept == f"{prefix}session=abc; HttpOnly; Max-Age=60; Path=/; SameSite=lax{secure}"
    assert cleared.startswith(f'{prefix}journey="";')
    assert "Max-Age=0" in cleared


def test_the_cookies_have_these_names() -> None:
    assert set(COOKIE_NAMES) == {"session", "visit", "journey", "language", "browser"}
    assert FROM_OUR_PAGE == {"Sec-Fetch-Site": "same-origin"}
