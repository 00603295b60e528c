"""What pages and posts cost beside the floor, one client at a time."""

from collections.abc import Iterator
from itertools import cycle

import httpx

from benchmarks import hashing
from benchmarks.clients import FROM_OUR_PAGE, Ask, Job
from benchmarks.measure import Load, beside
from benchmarks.servers import Server
from benchmarks.stage import COUNSELOR, TEXT, Stage
from benchmarks.table import Line
from hotline.demo.people import passphrase_of

MANY = 660
SOME = 330
FEW = 66
FEW_HASHES = 10
IDLE_MIB = 100
NOTE = 4 / 0.45
"""4 ms are promised on a machine whose bare page costs 0.45; elsewhere as many times what it costs there."""

START_SECONDS = 5


def sign_in(server: Server, name: str = COUNSELOR) -> str:
    """The cookie of a member's session, on duty."""
    with httpx.Client(base_url=server.url, headers=FROM_OUR_PAGE, trust_env=False, timeout=30) as browser:
        form = {"name": name, "passphrase": passphrase_of(name), "digits": ""}
        answer = browser.post("/staff/sign-in", data=form)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise RuntimeError(f"signing in was answered with {answer.status_code}")
        browser.post("/staff/duty", data={"on": "yes"})
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def idle(server: Server) -> Iterator[Line]:
    """Memory before anybody has come."""
    yield Line("memory, idle", server.memory_mib(), IDLE_MIB, "MiB", most=1)


def start_up(server: Server, bare: Server) -> Iterator[Line]:
    """How long until the first answer, beside the floor that has nothing to load."""
    yield Line("start-up to the first answer", server.started_in, bare.started_in, "s", most=START_SECONDS)


def pages(stage: Stage, server: Server, bare: Server) -> Iterator[Line]:
    """Home and the numbers beside a bare page; queue and ticket beside a page of the same rows."""
    for name, path in (("home", "/"), ("help-now", "/help-now")):
        spent, limit = beside(_gets(server, path), _gets(bare, "/"))
        yield Line(f"{name}: rate beside a bare page", 1000 / spent, 1000 / limit, "/s", least=0.5)
    cookie = sign_in(server)
    for name, path, floor, most in (
        ("queue page of 50", "/staff/queue", "/queue", 3),
        ("ticket page of 20 messages", f"/staff/tickets/{stage.long_talk}", f"/ticket/{stage.long_talk}", 5),
    ):
        spent, limit = beside(_gets(server, path, cookie), _gets(bare, floor))
        yield Line(name, spent, limit, "ms", most=most)
    spent, limit = beside(_notes(stage, server, cookie), _gets(bare, "/"))
    yield Line("note, beside a bare page", spent, limit, "ms", most=NOTE)


def intake_and_return(stage: Stage, server: Server, bare: Server) -> Iterator[Line]:
    """Beside an insert of the same rows and one argon2id; the rate beside argon2id alone on one thread."""
    rate, _ = hashing.alone(1, 40)
    inserts = Load(bare, [Ask("POST", "/insert")] * SOME)
    sends = Load(server, [Ask("POST", "/write/send", stage.form()) for _ in range(FEW * 2)])
    returns = Load(server, [come_back(code) for code in stage.codes * 2], expect=303)
    for name, load in (("intake", sends), ("return", returns)):
        spent, insert = beside(load, inserts, less=lambda: hashing.alone(1, FEW_HASHES)[1])
        yield Line(f"{name} without its argon2id, beside the insert", spent, insert, "ms", most=4)
    for name, asks in (
        ("intakes", [Ask("POST", "/write/send", stage.form()) for _ in range(FEW * 2)]),
        ("returns", [come_back(code) for code in stage.codes * 2]),
    ):
        reached = Job(server.url, asks, at_once=4).run()
        yield Line(f"{name} beside argon2id alone, one thread", reached.rate, rate, "/s", least=0.75)


def _gets(server: Server, path: str, cookie: str = "") -> Load:
    return Load(server, [Ask("GET", path)] * MANY, cookie)


def come_back(code: str) -> Ask:
    """A caller comes back with a code."""
    return Ask("POST", "/read", [("code", code), ("stay", "30-minutes")])


def _notes(stage: Stage, server: Server, cookie: str) -> Load:
    """A finished note, each another one, on one of the counselor's tickets after the other."""
    paths = cycle(f"/staff/tickets/{reference}/notes" for reference in stage.references)
    form = [
        ("template", "helpline"),
        ("step", "final"),
        ("note_contact", "first"),
        ("note_brought", TEXT),
        ("note_done", "listened"),
        ("note_follow_up", "no"),
        ("note_minutes", "25"),
    ]
    asks = [
        Ask("POST", path, [*form, ("note_unknown", f"{number}")])
        for number, path in zip(range(MANY), paths, strict=False)
    ]
    return Load(server, asks, cookie, expect=303)
