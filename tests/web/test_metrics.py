"""/metrics: for whoever has the token, and with nothing in it that names a person or a ticket."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse

from hotline.app import create_app, hand_out
from hotline.base.config import ConfigError, Settings, load_settings
from hotline.web.access import public
from hotline.worker import Worker
from tests import databases
from tests.apps import app_for
from tests.cast import NOON, House
from tests.followups.plans import IN_3_DAYS, claim, give_address, plan, taken
from tests.terminal import ROOT
from tests.web.caller.pages import code_on, fill
from tests.web.foundation import browse

TOKEN = "a-token-for-the-machine-next-door"
LABELS = {"route", "method", "status", "lane", "le"}


@dataclass
class Measured:
    """A site that measures, and its figures by their whole name."""

    app: FastAPI
    house: House

    def ask(self, token: str | None = TOKEN) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return browse(self.app).get("/metrics", headers=headers)

    def figures(self) -> dict[str, float]:
        lines = [line for line in self.ask().text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.fixture
def site(house: House) -> Iterator[Measured]:
    """One process of its own, with figures in its memory, whatever the database is."""
    settings = Settings(data_dir=house.folder, test_stretching=True, metrics_token=TOKEN)
    app = app_for(settings, house.database, lambda: NOON)
    yield Measured(app, house)
    hand_out(app, Settings(data_dir=house.folder), house.database, lambda: NOON)


def test_without_a_token_in_the_settings_nothing_is_measured(house: House) -> None:
    app = app_for(Settings(data_dir=house.folder, test_stretching=True), house.database, lambda: NOON)

    assert browse(app).get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert not app.state.meters.is_on


@pytest.mark.parametrize("given", [None, "", "another-token-of-the-length", TOKEN[:-1], "ü" * 16])
def test_without_the_right_token_no_figure_is_told(site: Measured, given: str | None) -> None:
    headers: dict[bytes, bytes] = {} if given is None else {b"Authorization": f"Bearer {given}".encode()}
    answer = browse(site.app).get("/metrics", headers=headers)

    assert answer.status_code == 401
    assert "hotline_" not in answer.text


def test_answers_are_counted_by_the_routes_name_and_never_by_its_address(site: Measured) -> None:
    browser = browse(site.app)
    browser.get("/help-now")
    browser.head("/help-now")
    browser.get("/nothing/4821-0375")
    browser.request("BREW", "/")

    figures = site.figures()

    assert figures['hotline_requests_total{method="GET",route="help-now",status="2xx"}'] == 2
    assert figures['hotline_requests_total{method="GET",route="none",status="4xx"}'] == 1
    assert figures['hotline_request_seconds_count{route="help-now"}'] == 2
    assert not any("BREW" in name or "4821" in name for name in figures)


def test_no_label_names_a_person_or_a_ticket(site: Measured) -> None:
    lins = taken(site.house)
    code = write(site.app, "我最近睡不着。")
    browse(site.app).post("/read", data={"code": code, "stay": "30-minutes"})
    token = site.house.session_of("lin").hex()
    lin = browse(site.app)
    lin.cookies.set("session", token)
    lin.get(f"/staff/tickets/{lins.reference}")

    text = site.ask().text

    assert set(re.findall(r'(\w+)="', text)) <= LABELS
    for secret in (code, lins.reference, str(lins.ticket), token, str(site.house.person("lin").id), "木棉"):
        assert secret not in text


def test_waits_for_stretching_are_told_by_lane(site: Measured) -> None:
    write(site.app, "我最近睡不着。")

    assert site.figures()['hotline_hash_wait_seconds_count{lane="caller"}'] == 1


def test_the_workers_rounds_and_its_waiting_mails_are_told(site: Measured) -> None:
    give_address(site.house, "lin")
    plan(site.house, "lin", taken(site.house))
    claim(site.house)
    settings = Settings(data_dir=site.house.folder, smtp_url="smtp://127.0.0.1:9", mail_from="a@example.org")

    Worker(site.house.database, settings, meters=site.app.state.meters).run_once(IN_3_DAYS)

    figures = site.figures()
    assert figures["hotline_worker_rounds_total"] == 1
    assert figures["hotline_worker_failures_total"] == 0
    assert figures["hotline_worker_last_round_timestamp_seconds"] == IN_3_DAYS.timestamp()
    assert figures["hotline_mails_waiting"] == 1
    assert figures["hotline_mails_failing"] == 1


def test_figures_are_told_while_the_database_is_away(site: Measured) -> None:
    site.house.database.dispose()
    databases.take_away(site.house.folder)

    assert "hotline_worker_rounds_total" in site.figures()
    assert "hotline_mails_waiting" not in site.figures()


def test_a_stream_is_counted_while_it_is_open(house: House) -> None:
    router = APIRouter()
    seen: list[str] = []

    @router.get("/somewhere/events", name="somewhere.events", dependencies=[public])
    def stream() -> PlainTextResponse:
        seen.append(open_streams(app))
        return PlainTextResponse("")

    settings = Settings(data_dir=house.folder, metrics_token=TOKEN)
    app = create_app(settings, house.database, routers=[router])
    browse(app).get("/somewhere/events")

    assert (seen, open_streams(app)) == (["1.0"], "0.0")


@pytest.mark.thorough
def test_processes_that_share_a_folder_are_added_up_and_dead_ones_forgotten(house: House) -> None:
    words = [sys.executable, "-c", ONE_OF_MANY, str(house.folder)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}

    def told(*more: str) -> str:
        return subprocess.check_output([*words, *more], cwd=ROOT, env=environment, text=True)

    both, anew = told(), told("alone")

    assert "hotline_worker_rounds_total 2.0" in both
    assert "hotline_open_streams 1.0" in both
    assert "hotline_worker_rounds_total 1.0" in anew


@pytest.mark.parametrize("token", ["short", "sixteen letters!!", "ünïcode-ünïcode-ü"])
def test_a_token_that_is_easy_to_guess_or_hard_to_send_is_refused(token: str) -> None:
    with pytest.raises(ConfigError, match="HOTLINE_METRICS_TOKEN"):
        load_settings({"HOTLINE_METRICS_TOKEN": token})


ONE_OF_MANY = """
import os, sys
from pathlib import Path
from hotline.base.meters import Measured

folder = Path(sys.argv[1]) / "metrics"
child = os.fork() if len(sys.argv) == 2 else 0
meters = Measured(folder)
meters.round(1.0, 0)
meters.stream(+1)
if len(sys.argv) == 2 and child == 0:
    os._exit(0)  # it has ended: what it counted stays until somebody starts anew, its streams do not
if child:
    os.waitpid(child, 0)
print(meters.text(dict).decode())
"""


def write(app: FastAPI, message: str) -> str:
    """The receipt code of somebody who has just written."""
    browser = browse(app)
    step = browser.post("/write/message", data=fill(browser.get("/write"), safety="safe"))
    code = code_on(browser.post("/write/send", data=fill(step, message=message)))
    assert code is not None
    return code


def open_streams(app: FastAPI) -> str:
    found = re.search(r"^hotline_open_streams (.+)$", app.state.meters.text(dict).decode(), re.MULTILINE)
    return found.group(1) if found else ""
