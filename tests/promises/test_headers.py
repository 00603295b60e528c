"""The same headers on every answer: every route, every method, every failure, every file."""

import re
from collections.abc import Iterator, Mapping

import httpx
import pytest
from fastapi import FastAPI

from hotline.app import create_app
from hotline.base.config import Settings
from hotline.base.db import open_database
from tests.databases import chosen
from tests.promises import forms
from tests.promises.doors import DOORS, Door
from tests.promises.full_run import FAULTS
from tests.promises.stage import EXIT, Stage
from tests.web.foundation import SECURE_ORIGIN, browse

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")

SET = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": None,  # its own test: nothing of the device
    "cache-control": "no-store",
}
"""security.md §7, to the letter: what every answer carries, no more of it and no less."""

OF_EXIT = {**SET, "referrer-policy": "no-referrer", "clear-site-data": '"storage"'}
OF_STREAMS = {**SET, "x-accel-buffering": "no"}  # a proxy between passes every ping on at once
KEPT_FOR_GOOD = {**SET, "cache-control": "public, max-age=31536000, immutable"}
ASKED_AGAIN = {**SET, "cache-control": "no-cache"}
SECURE = {**SET, "strict-transport-security": "max-age=31536000"}

BESIDE = {
    "accept-ranges",
    "allow",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "location",
    "retry-after",
    "set-cookie",
    "vary",
}
"""What HTTP itself needs."""


def check(answer: httpx.Response, wanted: Mapping[str, str | None] = SET) -> None:
    """Exactly these headers, each once."""
    given = [name.lower() for name, _ in answer.headers.multi_items()]
    values = {name: answer.headers.get_list(name) for name in wanted}
    assert set(given) - BESIDE == set(wanted), answer
    assert all(len(one) == 1 for one in values.values()), values
    assert {name: one[0] for name, one in values.items() if wanted[name]} == {
        name: value for name, value in wanted.items() if value
    }


def of(door: Door, answer: httpx.Response) -> Mapping[str, str | None]:
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        return OF_STREAMS
    return OF_EXIT if door.path == "/exit" else SET


@pytest.mark.parametrize("door", DOORS, ids=str)
@pytest.mark.parametrize("role", ["nobody", "lin", "caller"])
def test_every_route_answers_everybody_with_them(stage: Stage, door: Door, role: str) -> None:
    answer = door.knock(stage, role)

    check(answer, of(door, answer))


@pytest.mark.thorough
@pytest.mark.parametrize("method", METHODS)
def test_every_method_too(stage: Stage, method: str) -> None:
    for door in DOORS:
        answer = stage.browser("nobody").request(method, door.address(stage))
        check(answer, of(door, answer))
        if method == "HEAD":
            assert answer.content == b""


def test_nothing_of_the_device_is_asked_for(stage: Stage) -> None:
    policy = stage.browser("nobody").get("/").headers["permissions-policy"]

    assert re.fullmatch(r"([a-z-]+=\(\), )*[a-z-]+=\(\)", policy)
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics"):
        assert f"{feature}=()" in policy


def failures(stage: Stage) -> Iterator[tuple[int, httpx.Response]]:
    """One answer of every kind that is no success, with the status it must have."""
    nobody, sent = stage.browser("nobody"), dict(forms.request(stage, "nobody"))
    yield 403, nobody.post("/write/send", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    yield 404, nobody.get("/nothing/here")
    yield 404, nobody.get("/static/nothing.css?v=1")
    yield 404, nobody.get("/static/..%2f..%2fpyproject.toml")
    yield 405, nobody.put("/privacy")
    yield 409, stage.browser("caller").post("/conversation/remind")
    yield 413, nobody.post("/write/send", data={**sent, "message": "a" * 1_100_000})
    yield 415, nobody.post("/write/send", files={"message": b"a file"})
    yield 421, nobody.get("/", headers={"Host": "somewhere.example"})
    yield 422, nobody.post("/write/send", data={**sent, "message": ""})
    for _ in range(4):
        tried = nobody.post("/staff/sign-in", data={"name": "lin", "passphrase": "x", "digits": "1"})
        check(tried)
    yield 429, nobody.post("/staff/sign-in", data={"name": "lin", "passphrase": "x", "digits": "1"})
    with stage.house.database.write() as db:
        db.connection().exec_driver_sql(FAULTS[chosen()][0][1])
    yield 500, nobody.post("/write/send", data=sent)
    there = stage.app.state.database
    stage.app.state.database = open_database(f"sqlite:///{stage.house.folder}")  # a folder is none
    yield 503, stage.browser("lin").get("/staff")
    stage.app.state.database.dispose()
    stage.app.state.database = there


def test_every_failure_has_them(stage: Stage) -> None:
    seen = []
    for status, answer in failures(stage):
        assert answer.status_code == status
        check(answer)
        seen.append(status)

    assert set(seen) == {403, 404, 405, 409, 413, 415, 421, 422, 429, 500, 503}


def test_even_the_page_that_needs_nothing_has_them(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_values: object) -> str:
        raise OSError

    monkeypatch.setattr(stage.app.state.pages, "text", broken)

    answer = stage.browser("nobody").post("/write/send", data=dict(forms.request(stage, "nobody")))

    assert answer.status_code == 500
    assert forms.TYPED in answer.text
    check(answer)


def test_files_are_kept_for_good_when_their_address_names_their_content(stage: Stage) -> None:
    nobody = stage.browser("nobody")
    home = nobody.get("/").text
    addresses = re.findall(r'"(/static/[^"]+)"', home)
    assert addresses

    for address in addresses:
        file, _, version = address.partition("?")
        assert re.fullmatch("v=[0-9a-f]{12}", version)
        answer = nobody.get(address)
        check(answer, KEPT_FOR_GOOD)
        check(nobody.head(address), KEPT_FOR_GOOD)
        check(nobody.get(file), ASKED_AGAIN)
        check(nobody.get(file, headers={"If-None-Match": answer.headers["etag"]}), ASKED_AGAIN)
        check(nobody.get(file, headers={"Range": "bytes=0-9"}), ASKED_AGAIN)


def test_only_files_are_compressed(stage: Stage) -> None:
    """A compressed page would tell by its length what is on it."""
    nobody = stage.browser("nobody")
    nobody.headers["Accept-Encoding"] = "gzip"

    assert nobody.get("/static/hotline.css").headers["content-encoding"] == "gzip"
    for door in DOORS:
        answer = nobody.request(door.method, door.address(stage))
        assert "content-encoding" not in answer.headers, str(door)


def test_exit_clears_what_the_browser_stored_and_our_cookies_by_name(stage: Stage) -> None:
    answer = stage.browser("caller").get("/exit")

    assert answer.status_code == 303
    assert answer.headers["location"] == EXIT
    assert answer.headers["clear-site-data"] == '"storage"'  # "cookies" would sign out of the whole domain
    cookies = {one.partition("=")[0]: one for one in answer.headers.get_list("set-cookie")}
    assert cookies.keys() == {"journey", "visit", "language"}
    assert cookies["journey"].startswith("journey=ended;")
    assert all("Max-Age=0" in cookies[name] for name in ("visit", "language"))


@pytest.fixture
def secure(stage: Stage) -> Iterator[FastAPI]:
    """The same house behind an https address."""
    settings = Settings(
        data_dir=stage.house.folder,
        database_url=stage.house.url,
        public_url=SECURE_ORIGIN,
        exit_url=EXIT,
        test_stretching=True,
    )
    app = create_app(settings, stage.house.database, clock=stage.watch)
    yield app
    app.state.lanes.close()


def test_over_https_browsers_are_told_to_stay_there(stage: Stage, secure: FastAPI) -> None:
    for door in DOORS:
        answer = browse(secure).request(door.method, door.address(stage))
        check(
            answer,
            {
                **SECURE,
                **({**OF_EXIT, **SECURE, "referrer-policy": "no-referrer"} if door.path == "/exit" else {}),
            },
        )


def test_every_cookie_is_ours_alone(stage: Stage, secure: FastAPI) -> None:
    """HttpOnly and Lax always; the prefix and Secure exactly over https."""
    setting = [door for door in DOORS if cookies_of(stage, stage.app, "", door)]
    assert len(setting) > 10
    seen = set()
    for app, prefix in ((stage.app, ""), (secure, "__Host-")):
        for door in setting:
            for cookie in cookies_of(stage, app, prefix, door):
                name, *marks = re.split("[=;] ?", cookie)
                assert name.startswith(prefix), cookie
                assert {"HttpOnly", "SameSite", "lax", "Path", "/"} <= set(marks), cookie
                assert ("Secure" in marks) == bool(prefix), cookie
                assert "Domain" not in marks, cookie
                seen.add(name.removeprefix("__Host-"))

    assert seen == {"session", "browser", "visit", "journey", "language"}


def cookies_of(stage: Stage, app: FastAPI, prefix: str, door: Door) -> list[str]:
    """What whoever gets through is asked to keep, each cookie as its header says it."""
    stage.reset()
    door.prepare(stage)
    role = door.changes or door.only
    client = browse(app)
    for name, value in stage.cookies.get(role, {}).items():
        client.cookies.set(f"{prefix}{name}", value)
    answer = client.request(door.method, door.address(stage), data=dict(door.form(stage, role)))
    return answer.headers.get_list("set-cookie")
