"""Callers who write without pause, and write down what was acknowledged: a receipt code on a page.

One whose answer is lost sends the same form again until it is answered, as a person with a reload
button would. The site may go away and come back meanwhile.
"""

import json
import random
import re
import threading
import time
from dataclasses import asdict, dataclass, field
from html import unescape
from pathlib import Path
from uuid import uuid4

import httpx

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CODE = re.compile(r"\b\d{4}(?:\s+\d{4}){5}\b")
TAG = re.compile(r"<[^>]+>")
FILLER = "我最近睡不着，想和人说说话。"
LONGEST = 3_000
"""Characters of one message; a request may have 4 000."""

PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 40.0
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}


@dataclass(frozen=True)
class Acknowledged:
    """A message whose receipt code was on a page."""

    code: str
    text: str


@dataclass
class Tally:
    """What the callers met; filled by all of them together."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    begun: int = 0
    """Messages that were sent at least once."""

    resent: int = 0
    lost: int = 0
    """Answers that never came: the connection broke after the form was on its way."""

    statuses: dict[int, int] = field(default_factory=dict)
    slowest: float = 0.0
    """Seconds of the answer to a message that took longest."""

    broken: list[str] = field(default_factory=list)
    """Answers that were neither the code nor a page with the text, the numbers and a time to try again."""

    def save(self, file: Path) -> None:
        """One acknowledged message a line, for `prove`."""
        lines = (json.dumps(asdict(one), ensure_ascii=False) for one in self.acknowledged)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def saved(file: Path) -> list[Acknowledged]:
    """What `Tally.save` wrote."""
    return [Acknowledged(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


class Load:
    """So many callers at once at one site, until they are told to finish."""

    def __init__(self, url: str, callers: int = 4, *, longest: int = LONGEST) -> None:
        self.url = url
        self.tally = Tally()
        self._longest = longest
        self._tls = httpx.create_ssl_context(trust_env=False)  # one for all: it takes 50 ms to make
        self._lock = threading.Lock()
        self._stop, self._give_up = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._write_on, args=[seed], daemon=True) for seed in range(callers)
        ]

    def start(self) -> None:
        """They begin to write."""
        for thread in self._threads:
            thread.start()

    def finish(self, seconds: float = PATIENCE_SECONDS) -> Tally:
        """Nobody begins anew; whoever waits for an answer gets it, or gives up after so long."""
        self._stop.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))
        self._give_up.set()
        for thread in self._threads:
            thread.join()
        return self.tally

    def _write_on(self, seed: int) -> None:
        luck = random.Random(seed)
        with httpx.Client(
            base_url=self.url,
            headers=FROM_OUR_PAGE,
            timeout=PATIENCE_SECONDS,
            verify=self._tls,
            trust_env=False,
        ) as browser:
            while not self._stop.is_set():
                form = self._open_form(browser)
                if form is None:
                    time.sleep(PAUSE_SECONDS)
                    continue
                text = f"{uuid4()} " + (FILLER * 300)[: luck.randrange(10, self._longest)]
                self._send(browser, {**form, "safety": "safe", "message": text})

    def _open_form(self, browser: httpx.Client) -> dict[str, str] | None:
        """The hidden fields of a fresh form; None while the site is away."""
        try:
            page = browser.get("/write")
        except httpx.HTTPError:
            return None
        if page.status_code != httpx.codes.OK:
            return None
        return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}

    def _send(self, browser: httpx.Client, form: dict[str, str]) -> None:
        """The same form until its code is there."""
        with self._lock:
            self.tally.begun += 1
        while not self._give_up.is_set():
            began = time.monotonic()
            try:
                page = browser.post("/write/send", data=form)
            except httpx.ConnectError:  # nobody listens: this sending has reached nothing
                time.sleep(PAUSE_SECONDS)
                continue
            except httpx.HTTPError:
                page = None
            with self._lock:
                code = self._note(page, form["message"], time.monotonic() - began)
            if code is not None:
                return
            time.sleep(PAUSE_SECONDS)

    def _note(self, page: httpx.Response | None, text: str, seconds: float) -> str | None:
        """Write down what came of one sending; the code if there is one."""
        tally = self.tally
        if page is None:
            tally.lost += 1
            tally.resent += 1
            return None
        status = page.status_code
        tally.statuses[status] = tally.statuses.get(status, 0) + 1
        tally.slowest = max(tally.slowest, seconds)
        code = code_on(page.text) if status == httpx.codes.OK else None
        if code is not None:
            tally.acknowledged.append(Acknowledged(code, text))
            return code
        tally.resent += 1
        if not is_clear_refusal(page, text):
            tally.broken.append(f"{status}: {' '.join(TAG.sub(' ', page.text).split())[:300]}")
        return None


def is_clear_refusal(page: httpx.Response, text: str) -> bool:
    """A refusal that loses nothing: the text, the numbers, and when to try again."""
    has_all = text in unescape(page.text) and "tel:12356" in page.text and "retry-after" in page.headers
    return page.status_code == httpx.codes.SERVICE_UNAVAILABLE and has_all


def code_on(page: str) -> str | None:
    """The receipt code on the page, 24 digits; None where there is none."""
    found = CODE.search(TAG.sub(" ", page))
    return "".join(found.group().split()) if found else None
