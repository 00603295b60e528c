"""Many at the same time: nobody is turned away, neither side makes the other wait, open pages hear soon."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

import httpx

from benchmarks import streams
from benchmarks.clients import FROM_OUR_PAGE, Ask, Job, Outcome
from benchmarks.measure import must_be
from benchmarks.pages import come_back, sign_in
from benchmarks.servers import Server
from benchmarks.stage import Stage
from benchmarks.table import Line
from hotline.web.lanes import QUIET_SECONDS

OK = 200
CALLERS = 16
SECONDS = 20
SIGN_INS_A_SECOND = 50
LOOKS = 500
LOOKS_A_SECOND = 50
"""Pages that are timed, over ten seconds; the slowest twentieth of them is what is told."""

UNDER_WAY_SECONDS = 3
"""Until then a load reads its program, and is none yet."""

TABS = 125
"""Callers; with four tabs each that is 500 streams."""

MESSAGES = 250
DELIVERY_MS = 200
STREAMS_MIB = 150
QUEUE_MOST = 4
HOME_MOST = 2


def callers_at_once(stage: Stage, server: Server) -> Iterator[Line]:
    """Sixteen callers send without pause: each is answered, and none with an error."""
    sent = _callers(stage, server).run()
    errors = len(sent.seconds) - sent.statuses.get(OK, 0)
    yield Line(f"errors while {CALLERS} callers send", errors, len(sent.seconds), "answers", most=0)


def open_pages(stage: Stage, server: Server) -> Iterator[Line]:
    """Callers who have their conversation open, each in four tabs: delivery, and what the server holds."""
    job = streams.Job(server.url, [_come_back(server, code) for code in stage.codes[:TABS]], MESSAGES)
    time.sleep(QUIET_SECONDS + 1)  # these pages stay open; what the hashes of coming back took is given back
    before = server.memory_mib()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.streams"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    most = _memory_while(server, process, json.dumps(asdict(job)).encode())
    heard = streams.Heard(**json.loads(process.communicate()[0]))
    slow = 1000 * heard.percentile(95)
    yield Line(f"live delivery p95, {heard.streams} streams", slow, DELIVERY_MS, "ms", most=1)
    yield Line(f"memory, {heard.streams} streams (before: {before:.0f})", most, STREAMS_MIB, "MiB", most=1)


def _memory_while(server: Server, process: "subprocess.Popen[bytes]", told: bytes) -> float:
    """The most that the server held while the process ran."""
    assert process.stdin is not None
    process.stdin.write(told)
    process.stdin.close()
    process.stdin = None
    most = 0.0
    while process.poll() is None:
        most = max(most, server.memory_mib())
        time.sleep(0.1)
    return most


def _come_back(server: Server, code: str) -> str:
    """The cookies of a caller's session."""
    with httpx.Client(base_url=server.url, headers=FROM_OUR_PAGE, trust_env=False, timeout=30) as browser:
        ask = come_back(code)
        answer = browser.post(ask.path, data=dict(ask.form))
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise RuntimeError(f"coming back was answered with {answer.status_code}")
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def side_by_side(stage: Stage, server: Server) -> Iterator[Line]:
    """What one side's page takes while the other side does its worst, beside what it takes alone."""
    look = Job(server.url, [Ask("GET", "/staff/queue")] * LOOKS, pace=LOOKS_A_SECOND, cookie=sign_in(server))
    quiet, busy = _alone_and_beside(look, _callers(stage, server))
    yield Line(f"queue page p95, {CALLERS} callers send", busy, quiet, "ms", most=QUEUE_MOST)
    look = Job(server.url, [Ask("GET", "/")] * LOOKS, pace=LOOKS_A_SECOND)
    quiet, busy = _alone_and_beside(look, _sign_ins(server))
    yield Line(f"home p95, {SIGN_INS_A_SECOND} sign-ins a second", busy, quiet, "ms", most=HOME_MOST)


def _alone_and_beside(look: Job, load: Job) -> tuple[float, float]:
    """Milliseconds within which nineteen of twenty pages came: quiet, and under the load."""
    look.run()
    quiet = look.run()
    under_way = load.start()
    time.sleep(UNDER_WAY_SECONDS)
    busy = look.run()
    under_way.outcome()
    return _slow(quiet), _slow(busy)


def _slow(outcome: Outcome) -> float:
    must_be(outcome, OK)
    return 1000 * outcome.percentile(95)


def _callers(stage: Stage, server: Server) -> Job:
    """Each sends what nobody has sent yet; so many that none is sent twice."""
    asks = [Ask("POST", "/write/send", stage.form()) for _ in range(SECONDS * 100)]
    return Job(server.url, asks, at_once=CALLERS, seconds=SECONDS)


def _sign_ins(server: Server) -> Job:
    """Strangers who try names: each name is stretched as a real one would be."""
    asks = [
        Ask("POST", "/staff/sign-in", [("name", f"nobody-{n}"), ("passphrase", "guess"), ("digits", "")])
        for n in range(SECONDS * SIGN_INS_A_SECOND)
    ]
    return Job(server.url, asks, at_once=SIGN_INS_A_SECOND * 4, pace=SIGN_INS_A_SECOND, seconds=SECONDS)
