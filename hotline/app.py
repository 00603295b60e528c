"""Putting the web application together. No rules live here."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware import Middleware

from hotline.base import paths
from hotline.base.clock import Clock, system_clock
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.errors import Tampered
from hotline.base.listening import listening
from hotline.base.meters import open_meters
from hotline.intake.queries import reasons_closed
from hotline.library.numbers import load_numbers
from hotline.roster.hours import load_hours
from hotline.web import caller, health, language, staff
from hotline.web.access import check_declared
from hotline.web.csrf import CrossSite
from hotline.web.demand import Demand
from hotline.web.deps import deployment_of
from hotline.web.errors import ErrorPages, handle_errors
from hotline.web.headers import AnswerHeaders, OwnHost
from hotline.web.lanes import Lanes
from hotline.web.limits import Turns, limit_threads
from hotline.web.live import Streams
from hotline.web.measured import Measure
from hotline.web.render import Pages
from hotline.web.static import mount_static

NOTHING_MEASURED: TelemetryConfig = {"tracing": False, "logs": False, "metrics": False}


def create_app(
    settings: Settings,
    database: Database,
    *,
    clock: Clock = system_clock,
    routers: Sequence[APIRouter] | None = None,
) -> FastAPI:
    """The whole site, or with `routers` only these beside the language switch and the probes.

    Raises UndeclaredAccess when a route does not say whom it is for. The database stays its
    opener's: nothing here closes it.
    """
    app = FastAPI(
        telemetry=NOTHING_MEASURED,  # it would record addresses and what validation saw
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        middleware=[
            Middleware(AnswerHeaders, settings),
            Middleware(Measure),
            Middleware(ErrorPages),
            Middleware(OwnHost, settings),
            Middleware(CrossSite, settings),
        ],
    )
    hand_out(app, settings, database, clock)
    handle_errors(app)
    for audience in (caller, staff):
        audience.handle_errors(app)
    site = [*caller.ROUTERS, *staff.ROUTERS] if routers is None else routers
    for router in (health.router, language.router, *site):
        # itself, not as included: FastAPI looks through an included router more than once each time
        app.router.routes.extend(router.routes)
    check_declared(app)
    mount_static(app, paths.static_dir(), paths.vendor_dir())
    return app


def hand_out(app: FastAPI, settings: Settings, database: Database, clock: Clock) -> None:
    """What routes and dependencies find at `request.app.state`; handing out again starts afresh."""
    app.state.settings = settings
    app.state.database = database
    app.state.clock = clock
    app.state.turns = Turns(one_writer=settings.is_sqlite)
    app.state.demand = Demand()
    app.state.meters = open_meters(settings)
    app.state.lanes = Lanes(settings.intake_hash_threads, app.state.meters)
    app.state.readiness = lambda db: reasons_closed(db, deployment_of(app))
    app.state.deployment = None
    app.state.is_demo = lambda: app.state.deployment is not None and app.state.deployment.is_demo
    app.state.streams = Streams(database)
    app.state.pages = Pages(
        settings,
        load_numbers(settings.data_dir / "numbers.toml"),
        load_hours(settings.zone, settings.data_dir / "hours.toml"),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    limit_threads()
    with suppress(SQLAlchemyError, Tampered):  # each request that needs it tries again, and says why
        deployment_of(app)
    database: Database = app.state.database
    keeping = asyncio.create_task(app.state.streams.keep(app.state.clock))
    with _told_of_the_stop(database.events.close), listening(database.engine, database.events):
        yield
        keeping.cancel()
    app.state.lanes.close()


@contextmanager
def _told_of_the_stop(tell: Callable[[], object]) -> Iterator[None]:
    """Event streams learn of the stop with the signal: the server waits for them before it ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        tell()
        before = previous[signal.Signals(number)]
        if callable(before):
            before(number, frame)

    signals = (signal.SIGTERM, signal.SIGINT)
    previous = {number: signal.getsignal(number) for number in signals}
    for number in signals:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, previous[number])
