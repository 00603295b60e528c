"""Callers and staff at the same time: nobody is turned away, and neither makes the other wait."""

from collections.abc import Iterator

from benchmarks.clients import Ask, Job, Outcome
from benchmarks.measure import must_be
from benchmarks.pages import sign_in
from benchmarks.servers import Server
from benchmarks.stage import Stage
from benchmarks.table import Line

OK = 200
CALLERS = 16
SECONDS = 20
SIGN_INS_A_SECOND = 50
LOOKS = 200
"""Pages that are timed; the slowest twentieth of them is what is told."""

QUEUE_MOST = 4
HOME_MOST = 2


def callers_at_once(stage: Stage, server: Server) -> Iterator[Line]:
    """Sixteen callers send without pause: each is answered, and none with an error."""
    sent = _callers(stage, server).run()
    errors = len(sent.seconds) - sent.statuses.get(OK, 0)
    yield Line(f"errors while {CALLERS} callers send", errors, len(sent.seconds), "answers", most=0)


def side_by_side(stage: Stage, server: Server) -> Iterator[Line]:
    """What one side's page takes while the other side does its worst, beside what it takes alone."""
    look = Job(server.url, [Ask("GET", "/staff/queue")] * LOOKS, cookie=sign_in(server))
    quiet, busy = _alone_and_beside(look, _callers(stage, server))
    yield Line(f"queue page p95, {CALLERS} callers send", busy, quiet, "ms", most=QUEUE_MOST)
    look = Job(server.url, [Ask("GET", "/")] * LOOKS)
    quiet, busy = _alone_and_beside(look, _sign_ins(server))
    yield Line(f"home p95, {SIGN_INS_A_SECOND} sign-ins a second", busy, quiet, "ms", most=HOME_MOST)


def _alone_and_beside(look: Job, load: Job) -> tuple[float, float]:
    """Milliseconds within which nineteen of twenty pages came: quiet, and under the load."""
    look.run()
    quiet = look.run()
    under_way = load.start()
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
