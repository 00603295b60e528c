"""Many `hotline serve --workers N` and many `hotline worker` on one PostgreSQL are one service."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select

from hotline.accounts.models import SlowDown
from hotline.followups.lifecycle import State
from hotline.followups.models import FollowUp
from hotline.notifications.models import OutgoingMail
from tests import databases, flows
from tests.cast import Caller, House, digits_of
from tests.databases import Kind
from tests.followups import plans
from tests.terminal import ROOT, START_SECONDS, STOP_SECONDS, environment
from tests.test_serving import Server
from tests.web.caller.pages import code_on, fill
from tests.web.foundation import FROM_OUR_PAGE, NO_TLS

pytestmark = pytest.mark.postgres

Browse = Callable[..., httpx.Client]
REFUSED, ENOUGH = 422, 9
DRAFT = "写到一半，换一台也在。"


@pytest.fixture(scope="module")
def servers(shared_house: House) -> Iterator[tuple[Server, Server]]:
    """One server of two processes and one of one."""
    begun: list[Server] = []
    try:
        with databases.instead(Kind.POSTGRESQL):
            begun.append(Server(shared_house.folder, "--workers", "2"))
            begun.append(Server(shared_house.folder))
        yield begun[0], begun[1]
    finally:
        said = [one.stop() for one in begun]
    assert [one for one in said if "Traceback" in one or "ERROR" in one] == []
    assert [one.process.returncode for one in begun] == [0] * len(begun)


@pytest.fixture
def browse() -> Iterator[Browse]:
    """Browsers that ask one of the servers, with the cookies that the other one gave."""
    opened: list[httpx.Client] = []

    def browser_of(server: Server, cookies: httpx.Cookies | None = None) -> httpx.Client:
        headers = {"Accept-Language": "en", **FROM_OUR_PAGE}
        client = httpx.Client(
            base_url=server.url, headers=headers, verify=NO_TLS, trust_env=False, timeout=START_SECONDS
        )
        for name, value in (cookies or {}).items():
            client.cookies.set(name, value)
        opened.append(client)
        return client

    yield browser_of
    for client in opened:
        client.close()


def by_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a real clock serves


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def test_what_begins_in_one_process_goes_on_in_another(
    shared_house: House, servers: tuple[Server, Server], browse: Browse
) -> None:
    first, second = servers
    lins = taken(shared_house)
    browser = browse(first)
    lin = shared_house.person("lin")
    typed = {"name": "lin", "passphrase": lin.passphrase, "digits": digits_of(lin.seed, by_now())}
    assert browser.post("/staff/sign-in", data=typed).status_code == 303

    # a session
    other = browse(second, browser.cookies)
    at = f"/staff/tickets/{lins.reference}"
    assert [other.get(at).status_code for _ in range(3)] == [200] * 3
    assert [browse(first, browser.cookies).get(at).status_code for _ in range(8)] == [200] * 8

    # a draft
    kept = browser.post(f"{at}/drafts", data={"purpose": "reply", "text": DRAFT})
    assert kept.is_success, kept.text
    assert DRAFT in other.get(at).text

    # a request, and its code when the same form comes again
    form = fill(browse(first).get("/write"), safety="safe", message="在这台写的。")
    code = code_on(browse(first).post("/write/send", data=form))
    assert code is not None
    assert code_on(browse(second).post("/write/send", data=form)) == code
    caller = browse(second)
    assert caller.post("/read", data={"code": code}).status_code == 303
    assert "在这台写的。" in browse(first, caller.cookies).get("/conversation").text

    # signing out
    other.post("/staff/sign-out")
    assert browser.get(at).status_code == 303


def test_wrong_sign_ins_are_slowed_whichever_process_they_come_to(
    shared_house: House, servers: tuple[Server, Server], browse: Browse
) -> None:
    wrong = {"name": "mei", "passphrase": "wrong", "digits": "000000"}

    counted = 0
    while (answer := browse(servers[counted % 2]).post("/staff/sign-in", data=wrong)).status_code == REFUSED:
        counted += 1
        assert counted < ENOUGH  # after that many the wait is half a minute: no machine is so slow

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    with shared_house.database.read() as db:
        assert db.scalars(select(SlowDown.failures)).all() == [counted]


def test_two_workers_send_a_reminder_once_and_stop_when_told(house: House) -> None:
    lins = taken(house)
    plans.give_address(house, "lin")
    plans.plan(house, "lin", lins, by_now())
    workers = [begin_worker(house), begin_worker(house)]
    try:
        assert all(has_begun(worker) for worker in workers)
        until(lambda: is_sent(house))
    finally:
        for worker in workers:
            worker.terminate()
        said = [worker.communicate(timeout=STOP_SECONDS)[0] for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0], said
    assert [one for one in said if "Traceback" in one or "ERROR" in one] == []
    assert len(list((house.folder / "mail").glob("*.eml"))) == 1
    with house.database.read() as db:
        assert [mail.attempts for mail in db.scalars(select(OutgoingMail))] == [1]
        assert db.scalars(select(FollowUp.state)).all() == [State.REMINDED]


def taken(house: House) -> Caller:
    """A ticket of Lin's, by the real clock."""
    now = by_now()
    caller = house.send("我最近睡不着。", now=now)
    flows.take(house, "lin", caller, now=now)
    flows.review(house, "lin", caller, now=now)
    return caller


def begin_worker(house: House) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hotline", "worker"],
        cwd=ROOT,
        env=environment(house.folder) | {"HOTLINE_TEST_STRETCHING": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def has_begun(worker: subprocess.Popen[str]) -> bool:
    assert worker.stdout is not None
    return any(line.startswith("Working") for line in iter(worker.stdout.readline, ""))


def is_sent(house: House) -> bool:
    with house.database.read() as db:
        mail = db.scalars(select(OutgoingMail)).one_or_none()
    return mail is not None and mail.ended_at is not None
