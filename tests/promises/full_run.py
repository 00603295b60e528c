"""Everything people do here, once, over HTTP, with a canary in every field and every failure forced.

`Run` only knows the site's address, what its people have on paper, and a clock to read digits from
their phones. What must be found nowhere afterwards is in `Run.secrets`.
"""

import re

import httpx

from hotline.intake.receipt import draw
from hotline.notes.templates import FIELDS, Field, Template
from tests.cast import digits_of
from tests.databases import Kind, chosen
from tests.promises.visitors import Visitors
from tests.web.caller.pages import Fields, code_on, fill, forms_of
from tests.web.staff.doors import shown_code, shown_words
from tests.web.staff.office import shown_seed

SHORT_FIELD = 100  # fields below this many characters take a number, not words
CALENDAR = re.compile(r"/staff/calendar/([0-9a-f]{64})\.ics")
TABLE = re.compile(r"/staff/statistics/([a-z]+)/([0-9WQ-]+)")

TRIGGER = "CREATE TRIGGER no BEFORE INSERT ON messages "
RAISES = (
    "CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$; "
)
IN_POSTGRESQL = RAISES + TRIGGER + "EXECUTE FUNCTION no()"
CHECK_VIOLATION, DISK_FULL = "23514", "53100"
END = {Kind.SQLITE: "DROP TRIGGER no", Kind.POSTGRESQL: "DROP TRIGGER no ON messages"}
FAULTS = {
    Kind.SQLITE: (
        (500, TRIGGER + "BEGIN SELECT RAISE(ABORT, 'no'); END", END[Kind.SQLITE]),
        (503, "ALTER TABLE messages RENAME TO lost", "ALTER TABLE lost RENAME TO messages"),
    ),
    Kind.POSTGRESQL: (
        (500, IN_POSTGRESQL.format(code=CHECK_VIOLATION), END[Kind.POSTGRESQL]),
        (503, IN_POSTGRESQL.format(code=DISK_FULL), END[Kind.POSTGRESQL]),
    ),
}
"""What happens to the store, how it is repaired, and the status that people get meanwhile."""

DETAILS = {"topics": "family", "audience": "student", "age_band": "under14", "follow_up": "yes"}


class Run(Visitors):
    """One run through the site."""

    def play(self) -> "Run":
        """All of it."""
        for name, person in self.house.cast.items():
            self.secrets |= {f"passphrase of {name}": person.passphrase, f"seed of {name}": person.seed}
        code = self._write()
        self._go_wrong_as_caller(code)
        caller = self._come_back(code)
        reference = self._work()
        self._enrol_somebody()
        self._go_wrong_as_staff(reference)
        self._break_the_store(reference)
        self._plan_to_write_again()
        self._end(caller)
        return self

    # A caller

    def _write(self) -> str:
        browser = self.browser()
        page = browser.get("/write")
        token = bytes.fromhex(forms_of(page)["step"].fields["token"][0])
        self.secrets |= {"form token": token[:32], "form token with its MAC": token, "its text": token.hex()}
        page = self.submit(browser, page, "/write/message", "step", safety="thoughts")
        page = self.submit(browser, page, "/write/details", "step", message=self.word("message"), **DETAILS)
        page = self.submit(browser, page, "/write/check", "step")
        page = self.submit(browser, page, "/write/send", "step")
        code = code_on(page)
        assert code is not None
        self.keep_secret("receipt code", code)
        assert self.submit(browser, page, "/write/kept", "step").status_code == 200
        return code

    def _go_wrong_as_caller(self, code: str) -> None:
        browser = self.browser()
        page = browser.get("/write")
        sent = fill(page, safety="safe")
        other = {name: [self.word(f"field {name}")] for name in ("safety", "topics", "audience", "anything")}
        long, huge = self.word("too long"), self.word("huge")
        word = self.word
        self.expect(422, browser.post("/write/send", data={**sent, "message": [long * 400]}))
        self.expect(422, browser.post("/write/send", data={**sent, "message": [word("code") + code]}))
        self.expect(422, browser.post("/write/send", data={**sent, "message": [word("odd")], **other}))
        self.expect(413, browser.post("/write/send", data={**sent, "message": [huge * 40_000]}))
        self.expect(415, browser.post("/write/send", files={"message": word("file").encode()}))
        raw = self.word("GB18030").encode("gb18030")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        browser.post("/write/send", content=b"safety=safe&message=" + raw, headers=kind)
        self.expect(404, browser.get(f"/{self.word('address')}"))
        self.expect(200, browser.get("/privacy", params={"q": self.word("query")}))
        self.expect(200, browser.get("/", headers={"User-Agent": "canary-agent", "Referer": "canary-from"}))
        self.expect(403, browser.post("/write/send", data=sent, headers={"Sec-Fetch-Site": "cross-site"}))
        self.expect(403, browser.post("/conversation/messages", data={"message": word("no visit")}))
        wrong = draw()
        self.keep_secret("code of nobody", wrong)
        self.expect(422, browser.post("/read", data={"code": wrong, "stay": "tomorrow"}))
        self.expect(422, browser.post("/read", data={"code": self.word("no code"), "stay": "tomorrow"}))

    def _come_back(self, code: str) -> httpx.Client:
        browser = self.browser()
        page = browser.get("/read")
        page = self.submit(browser, page, "/read", "step", code=code, stay="tomorrow")
        again = self.word("second message")
        page = self.submit(browser, page, "/conversation/messages", "step", message=again, safety="other")
        assert again in page.text
        self.expect(422, browser.post("/conversation/messages", data={"message": self.word("two") * 400}))
        self.expect(409, browser.post("/conversation/remind"))
        return browser

    # Staff

    def _work(self) -> str:
        browser = self.sign_in("lin")
        browser.post("/staff/duty", data={"on": "yes"})
        page = browser.post("/staff/queue/next", follow_redirects=True)
        assert self.word("message") in page.text, (page, page.text)
        reference = page.url.path.rpartition("/")[2]
        at = f"/staff/tickets/{reference}"
        self.expect(422, browser.post(f"{at}/safety", data={"safety_plan": self.word("half a review")}))
        page = self.submit(browser, page, f"{at}/safety", "work", **self._answers(Template.SAFETY, "safety_"))
        for template in set(Template) - {Template.SAFETY}:
            page = browser.get(f"{at}?note={template}")
            page = self.submit(
                browser, page, f"{at}/notes", "work", step="final", **self._answers(template, "note_")
            )
        half = self.word("half a note")
        page = self.submit(browser, page, f"{at}/drafts", "work", template="dap", note_data=half, next="soap")
        self.expect(422, browser.post(f"{at}/notes", data={"note_brought": self.word("long note") * 99}))
        page = self.submit(browser, page, f"{at}/messages", "work", text=self.word("reply"), step="preview")
        page = self.submit(browser, page, f"{at}/messages", step="send")
        assert self.word("reply") in page.text
        page = self.submit(browser, page, f"{at}/drafts", "work", text=self.word("half a reply"))
        assert self.word("half a reply") in page.text
        belongs = {"belongs_to": f"{at}/messages", "text": self.word("locked text")}
        browser.post("/staff/lock", data=belongs)
        browser.post(f"{at}/messages", data={"text": self.word("late reply"), "step": "send"})
        browser.post("/staff/account/language", data={"speaks": self.word("late nonsense")})
        again = self.sign_in("lin", next=at)
        offered = again.get(at).text + again.get("/staff/account").text
        assert all(self.word(name) in offered for name in ("locked text", "late reply", "late nonsense"))
        return reference

    def _plan_to_write_again(self) -> None:
        """A follow-up with a purpose, and the address of a calendar that shows when."""
        planned = self.word("planned for")
        form = fill(self.browser().get("/write"), safety="danger", message=planned, follow_up="yes")
        assert code_on(self.browser().post("/write/send", data=form)) is not None
        lin = self.sign_in("lin")
        lin.post("/staff/duty", data={"on": "yes"})
        lin.post("/staff/account/mail", data={"mail": "lin@example.org"})
        self.expect(422, lin.post("/staff/account/mail", data={"mail": self.word("no address")}))
        page = lin.post("/staff/queue/next", follow_redirects=True)
        assert planned in page.text
        at = page.url.path
        too_much = {"when": "3-days", "about": self.word("long purpose") * 30}
        self.expect(422, lin.post(f"{at}/follow-ups", data=too_much))
        page = self.submit(
            lin, page, f"{at}/follow-ups", "work", step="plan", when="3-days", about=self.word("purpose")
        )
        assert self.word("purpose") in page.text
        for address in ("/staff", "/staff/follow-ups"):
            assert page.url.path.rpartition("/")[2] in lin.get(address).text
        found = CALENDAR.search(
            self.submit(lin, lin.get("/staff/account"), "/staff/account/calendar", step="make").text
        )
        assert found is not None
        self.secrets |= {"calendar": found[1], "its bytes": bytes.fromhex(found[1])}
        calendar = self.browser().get(f"/staff/calendar/{found[1]}.ics")
        assert "BEGIN:VEVENT" in calendar.text
        self.taken_home["calendar"] = calendar.content

    def take_statistics_home(self) -> None:
        """The supervisor looks at every table that was released, and saves each as a file."""
        supervisor = self.sign_in("supervisor")
        pages = [supervisor.get("/staff/board"), supervisor.get("/staff/statistics")]
        for kind, period in sorted(set(TABLE.findall(pages[-1].text))):
            at = f"/staff/statistics/{kind}/{period}"
            pages += [supervisor.get(at), supervisor.get(f"{at}.csv")]
        for page in pages:
            self.expect(200, page)
            self.taken_home[page.url.path] = page.content

    def _answers(self, template: Template, prefix: str) -> dict[str, str]:
        """A canary in every field that takes words, the first choice in every other."""
        return {prefix + one.name: self._answer(template, one) for one in FIELDS[template]}

    def _answer(self, template: Template, one: Field) -> str:
        if one.options:
            return one.options[0][0]
        return self.word(f"{template} {one.name}") if one.limit >= SHORT_FIELD else "45"

    def _enrol_somebody(self) -> None:
        """An invitation, the five minutes, an admission; a new passphrase and second factor for others."""
        administrator, custodian = self.sign_in("administrator"), self.sign_in("custodian")
        invitation = {"name": "newcomer", "alias": "柳", "speaks": "en", "roles": "counselor"}
        code = shown_code(administrator.post("/staff/people", data=invitation))
        self.secrets |= {"one-time code": code, "its bytes": bytes.fromhex(code)}
        newcomer, at = self.browser(), f"/staff/enrol/{code}"
        page = newcomer.post(at, follow_redirects=True)
        words, seed = shown_words(page), shown_seed(page)
        self.secrets |= {"new passphrase": words, "new seed": seed}
        self.expect(
            422, newcomer.post(f"{at}/confirm", data={"passphrase": self.word("slip"), "digits": "1"})
        )
        digits = digits_of(seed, self.clock())
        page = newcomer.post(f"{at}/confirm", data={"passphrase": words, "digits": digits})
        self.expect(200, page)
        admissions = custodian.get("/staff/people")
        action = next(name for name in forms_of(admissions) if name.endswith("/admission"))
        page = self.submit(custodian, admissions, action, compared="yes")
        assert "?done=admitted" in str(page.url)
        mei = self.house.person("mei")
        for browser in (administrator, custodian):
            browser.post(f"/staff/people/{mei.id}/second-factor")
        renewing = self.sign_in("mei")
        page = renewing.get("/staff/sign-in/second-factor")
        self.secrets["renewed seed"] = shown_seed(page)
        digits = digits_of(shown_seed(page), self.clock())
        renewing.post("/staff/sign-in/second-factor", data={"digits": digits})
        page = renewing.post("/staff/account/passphrase", follow_redirects=True)
        self.secrets["next passphrase"] = shown_words(page)
        change = {"old": mei.passphrase, "passphrase": shown_words(page)}
        answer = renewing.post("/staff/account/passphrase/confirm", data=change)
        assert answer.headers["location"] == "/staff/sign-in?why=changed"

    def _go_wrong_as_staff(self, reference: str) -> None:
        browser = self.browser()
        person = self.house.person("supervisor")
        tries: list[Fields] = [
            {"name": [self.word("a name")], "passphrase": [self.word("wrong passphrase")], "digits": ["123"]},
            {"name": ["supervisor"], "passphrase": [person.passphrase], "digits": [self.word("digits")]},
            *({"name": ["supervisor"], "passphrase": [self.word(f"try {n}")]} for n in range(2)),
        ]
        for one in tries:
            self.expect(422, browser.post("/staff/sign-in", data=one))
        self.expect(429, browser.post("/staff/sign-in", data=tries[-1]))
        self.expect(404, browser.get(f"/staff/enrol/{self.word('enrol')}"))
        supervisor = self.browser()
        supervisor.cookies.set("session", self.house.session_of("second_custodian", now=self.clock()).hex())
        at = f"/staff/tickets/{reference}"
        self.expect(404, supervisor.get(at))
        self.expect(404, supervisor.post(f"{at}/notes", data={"note_brought": self.word("not mine")}))
        self.expect(404, supervisor.get(f"/staff/tickets/{self.word('reference')}"))

    def _break_the_store(self, reference: str) -> None:
        """First every message is refused by the database, then it cannot keep any."""
        caller, lin = self.browser(), self.sign_in("lin")
        sent = fill(caller.get("/write"), safety="safe")
        at = f"/staff/tickets/{reference}/messages"
        for status, fault, repair in FAULTS[chosen()]:
            self.on_the_store(fault)
            text = self.word(f"message at {status}")
            self.expect(status, caller.post("/write/send", data={**sent, "message": [text]}))
            reply = {"text": self.word(f"reply at {status}"), "step": "send", "seen": "9"}
            self.expect(status, lin.post(at, data=reply))
            self.on_the_store(repair)

    def _end(self, caller: httpx.Client) -> None:
        page = caller.get("/conversation")
        assert self.word("reply") in page.text
        self.submit(caller, page, "/conversation/finish", "step")
        page = self.submit(caller, page, "/conversation/messages", "step", message=self.word("third message"))
        assert self.word("third message") in page.text
        caller.get("/exit")
        assert caller.get("/conversation").headers["location"] == "/read"
