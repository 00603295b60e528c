"""Every screen of the site, drawn once in a language for somebody who may see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import httpx
import pytest
from fastapi import Request
from fastapi.responses import HTMLResponse

from hotline.base.db import open_database
from hotline.base.paths import templates_dir
from hotline.intake import privacy
from hotline.web.access import Audience
from hotline.web.demand import Demand
from hotline.web.render import Pages
from tests.promises import forms
from tests.promises.doors import DOORS, Door, outcome
from tests.promises.forms import TYPED
from tests.promises.markup import Node, tree_of
from tests.promises.stage import ROLES, Stage
from tests.web.caller.pages import fill

TOO_LONG = "长" * 4001


@dataclass(frozen=True)
class Screen:
    """A page as somebody was shown it."""

    template: str
    path: str
    role: str
    status: int
    language: str
    html: str = field(repr=False)

    @cached_property
    def tree(self) -> Node:
        return tree_of(self.html)

    @property
    def is_callers(self) -> bool:
        return self.tree.one("body")["class"] == "caller"

    @property
    def name(self) -> str:
        """What to call it when something is wrong with it."""
        return f"{self.template} at {self.path} for {self.role}, {self.status}, {self.language}"


def screens_there_are() -> set[str]:
    """The pages that stand in the templates' folders, without earlier wordings of the privacy text."""
    root = templates_dir()
    earlier = {f"caller/privacy/{version}.html" for version in privacy.KNOWN if version != privacy.CURRENT}
    found = {
        str(file.relative_to(root))
        for audience in ("caller", "staff")
        for file in (root / audience).rglob("*.html")
        if not file.name.startswith("_") and not any(part.startswith("_") for part in file.parts)
    }
    return found - earlier


class Tour:
    """Goes everywhere; what is drawn on the way is in `screens`."""

    def __init__(self, stage: Stage, language: str) -> None:
        self.stage = stage
        self.language = language
        self.screens: list[Screen] = []
        self.role = "nobody"

    def walk(self) -> list[Screen]:
        """Every screen, most of them more than once."""
        with self._watching():
            for go in (self._look, self._write, self._converse, self._work, self._come_in, self._administer):
                self.stage.reset()
                go()
            self.stage.reset()
            self._fail()
            self._as_a_demo()
        self.stage.reset()
        return self.screens

    @contextmanager
    def _watching(self) -> Iterator[None]:
        pages: Pages = self.stage.app.state.pages
        draw, draw_once = pages.page, pages.same_for_all

        def drawing(request: Request, template: str, *args: Any, **values: Any) -> object:  # noqa: ANN401 - as they come
            return noted(request, template, draw(request, template, *args, **values))

        def drawing_once(request: Request, template: str, **values: Any) -> object:  # noqa: ANN401 - as they come
            return noted(request, template, draw_once(request, template, **values))

        def noted(request: Request, template: str, answer: HTMLResponse) -> HTMLResponse:
            shown = bytes(answer.body).decode()
            language = answer.headers["content-language"]
            path = request.url.path
            self.screens.append(Screen(template, path, self.role, answer.status_code, language, shown))
            return answer

        pages.page = drawing  # type: ignore[method-assign,assignment]  # it draws as before and is watched
        pages.same_for_all = drawing_once  # type: ignore[method-assign,assignment]  # so does this
        try:
            yield
        finally:
            pages.page = draw  # type: ignore[method-assign]  # as it was
            pages.same_for_all = draw_once  # type: ignore[method-assign]  # as it was

    def _as(self, role: str) -> httpx.Client:
        self.role = role
        return self.stage.browser(role, language=self.language)

    def _look(self) -> None:
        """Every address, for everybody who can be shown something at it."""
        for door in DOORS:
            if door.method != "GET" or door.path == "/exit":
                continue
            for role in ROLES:
                if role in {"nobody", door.only} or self._is_shown_something(door, role):
                    self._as(role).get(door.address(self.stage))

    def _is_shown_something(self, door: Door, role: str) -> bool:
        """A door of staff or of the caller that opens for them; a public one is the same for all."""
        is_public = self.stage.routes[str(door)].audience is Audience.PUBLIC
        return not is_public and outcome(self.stage, door, role)[0]

    def _write(self) -> None:
        browser = self._as("nobody")
        first = browser.get("/write")
        sent = fill(first)
        for safety in ("safe", "thoughts", "other", "danger", "harmed"):
            step = browser.post("/write/message", data={**sent, "safety": safety})
            if 'name="helped"' in step.text:
                browser.post("/write/message", data={**sent, "safety": safety, "helped": safety})
        safe = {**sent, "safety": "safe"}
        browser.post("/write/message", data=sent)
        for message in ("", TOO_LONG, f"{TYPED} 1234", "中" * 300):
            browser.post("/write/details", data={**safe, "message": message})
        for age in ("under14", "adult", "nonsense"):
            browser.post("/write/check", data={**safe, "message": TYPED, "age_band": age, "topics": "sleep"})
        browser.post("/write", data={**safe, "checking": "yes", "message": TYPED})
        code_page = browser.post("/write/send", data={**safe, "message": TYPED})
        browser.post("/write/kept", data=fill(code_page))
        browser.post("/write/send", data={**safe, "message": TYPED})
        browser.post("/conversation/messages", data={"message": TYPED})
        browser.post("/read", data={"code": "1234", "message": TYPED})

    def _converse(self) -> None:
        browser = self._as("caller")
        for safety in ("thoughts", "danger", "harmed"):
            browser.post("/conversation/messages", data={"message": f"{TYPED}{safety}", "safety": safety})
        browser.post("/conversation/messages", data={"message": TOO_LONG})
        browser.post("/conversation/messages", data={"message": ""})
        forms.be_late(self.stage)
        browser.get("/conversation")
        browser.post("/conversation/remind")
        browser.post("/conversation/finish", data={"message": TYPED})
        browser.post("/conversation/finish", follow_redirects=True)
        browser.post("/conversation/delete")

    def _work(self) -> None:
        lin = self._as("lin")
        for ticket in ("lins", "assigned", "closed", "deleted"):
            at = f"/staff/tickets/{self.stage.callers[ticket].reference}"
            lin.get(at)
            for template in ("helpline", "dap", "soap", "birp"):
                lin.get(f"{at}?note={template}")
        at = f"/staff/tickets/{self.stage.callers['lins'].reference}"
        lin.post(f"{at}/messages", data={"text": TYPED, "step": "preview"})
        for over in ("closed", "deleted"):
            gone = f"/staff/tickets/{self.stage.callers[over].reference}"
            lin.post(f"{gone}/messages", data={"text": TYPED, "note_brought": TYPED})
        for part in ("messages", "notes", "safety", "level", "close"):
            lin.post(f"{at}/{part}", data={"text": TOO_LONG, "note_brought": TOO_LONG})
        lin.post(
            f"{at}/safety", data={"safety_asked": "said-yes", "safety_level": "P1", "safety_reason": "other"}
        )
        lin.post(f"{at}/level", data={"level": "P2", "reason": "safe-now"})
        lin.get(at)
        self._plan(at)
        for place in ("board", "statistics", "statistics/topic/2026-10", "statistics/topic/2026-10.csv"):
            self._as("supervisor").get(f"/staff/{place}")
        mei = self._as("mei")
        mei.post(f"{at}/take")
        mei.post("/staff/duty", data={"on": "no"})
        mei.get("/staff")
        mei.post(f"/staff/tickets/{self.stage.callers['waiting'].reference}/take")
        supervisor = self._as("supervisor")
        waiting = f"/staff/tickets/{self.stage.callers['waiting'].reference}"
        supervisor.get(f"{waiting}/assign")
        supervisor.post(f"{waiting}/assign", data={"counselor": ""})
        supervisor.post(f"{at}/assign", data=forms.to_mei(self.stage, "supervisor"))

    def _plan(self, at: str) -> None:
        """Follow-ups on the ticket at this address, in the list and in the calendar."""
        lin = self._as("lin")
        lin.post(f"{at}/follow-ups", data={"about": TOO_LONG})
        lin.post(f"{at}/follow-ups", data=dict(forms.follow_up(self.stage, "lin")))
        for address in (at, "/staff", "/staff/follow-ups"):
            lin.get(address)
        lin.post("/staff/account/calendar", data=dict(forms.calendar(self.stage, "lin")))
        lin.get("/staff/account?done=calendar")
        self._as("caller").get("/conversation")

    def _come_in(self) -> None:
        stranger = self._as("nobody")
        for why in ("ended", "kept", "locked", "changed", "everywhere"):
            stranger.get(f"/staff/sign-in?why={why}")
        stranger.get("/staff/enrol/0123456789abcdef0123456789abcdef")
        for _ in range(5):
            stranger.post("/staff/sign-in", data={"name": "lin", "passphrase": "wrong"})
        stranger.post("/staff/sign-in", data={})
        self._as("renewing").post("/staff/sign-in/second-factor", data={"digits": "1"})
        newcomer, at = self._as("enrolling"), f"/staff/enrol/{self.stage.code}"
        newcomer.post(f"{at}/confirm", data={})
        self._as("nobody").post(f"{at}/confirm", data={})
        self.role = "enrolling"
        newcomer.post(f"{at}/confirm", data=dict(forms.enrolment_form(self.stage, "enrolling")))

    def _administer(self) -> None:
        administrator, custodian = self._as("administrator"), self._as("custodian")
        for role, browser in (("administrator", administrator), ("custodian", custodian)):
            self.role = role
            for name in ("puppet", "disabled", "mei", "administrator", "renewing"):
                browser.get(f"/staff/people/{self.stage.house.person(name).id}")
        mei = f"/staff/people/{self.stage.house.person('mei').id}"
        self.role = "administrator"
        administrator.get(f"{mei}?done=roles")
        administrator.post("/staff/people", data={"name": "x" * 50, "mail": "no mail"})
        administrator.post(f"{mei}/roles", data={})
        administrator.post("/staff/people", data=dict(forms.invitation(self.stage, "administrator")))
        self.role = "custodian"
        puppet = f"/staff/people/{self.stage.house.person('puppet').id}"
        admission = {**forms.admission(self.stage, "custodian"), "compared": ""}
        custodian.post(f"{puppet}/admission", data=admission)
        custodian.post(f"{puppet}/admission", data=dict(forms.admission(self.stage, "custodian")))
        custodian.get("/staff/people?done=admitted")
        for address in ("/staff", "/staff/queue"):
            self._as("puppet").get(address)
        self._as("puppet").post("/staff/queue/next", data={"on": "yes"})
        for done in ("language", "forgotten", "over"):
            self._as("mei").get(f"/staff/account?done={done}")
        self._as("mei").post("/staff/account/passphrase/confirm", data={})

    def _fail(self) -> None:
        """Pages in place of the page that was asked for."""
        nobody, lin = self._as("nobody"), self.stage.browser("lin", language=self.language)
        sent = dict(forms.request(self.stage, "nobody"))
        nobody.get("/nothing")
        nobody.put("/privacy")
        nobody.post("/write/send", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
        nobody.post("/write/send", files={"message": b"file"})
        nobody.post("/write/send", data={**sent, "message": "a" * 1_100_000})
        self._as("caller").post("/conversation/remind")
        self.role = "lin"
        lin.get("/staff/nothing")
        lin.post("/staff/duty", data={"message": TYPED}, headers={"Sec-Fetch-Site": "cross-site"})
        self._without_database(nobody, sent)

    def _without_database(self, nobody: httpx.Client, sent: dict[str, str]) -> None:
        state, folder = self.stage.app.state, self.stage.house.folder
        there, state.database = state.database, open_database(f"sqlite:///{folder}")  # a folder is none
        known, state.demand = state.demand, Demand()  # whoever knows nothing looks behind the first answer
        self.role = "nobody"
        try:
            for path in ("/", "/", "/help-now", "/write", "/read"):  # the second `/` says what was learnt
                nobody.get(path)
            assert state.demand.is_away(self.stage.watch.now), "the first page knows of no outage"
            nobody.post("/write/send", data=sent)
            nobody.post("/conversation/messages", data={"message": TYPED})
        finally:
            state.database.dispose()
            state.database, state.demand = there, known

    def _as_a_demo(self) -> None:
        """With the line that says so."""
        state = self.stage.app.state
        usual, state.is_demo = state.is_demo, lambda: True
        try:
            for role, path in (("nobody", "/"), ("nobody", "/staff/sign-in"), ("lin", "/staff")):
                self._as(role).get(path)
        finally:
            state.is_demo = usual


@pytest.fixture(scope="session")
def screens_in(staged: Stage) -> Callable[[str], list[Screen]]:
    """Every screen in a language, drawn once for all tests of a process."""

    @cache
    def drawn(language: str) -> list[Screen]:
        return Tour(staged, language).walk()

    return drawn
