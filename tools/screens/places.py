"""Hotlines on loopback ports, one for every state that a screen can be in.

Each is the application itself over its own copy of the demo, with its own clock and opening hours.
"""

import shutil
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import HTTPException
from sqlalchemy import delete, func, select, update

from hotline.app import create_app
from hotline.base import schema
from hotline.base.clock import system_clock
from hotline.base.config import Settings
from hotline.base.db import Database, open_database
from hotline.base.errors import Busy
from hotline.base.i18n import Language
from hotline.demo import prepare
from hotline.demo.people import open_house
from hotline.roster.hours import OpeningHours
from hotline.statistics.models import Release, ReleasedCell
from hotline.statistics.tables import Kind
from hotline.terminal import Opened, Terminal
from hotline.web import caller, staff
from hotline.web.access import public

PATIENCE_SECONDS = 20
TWO_DAYS = timedelta(days=2)
OPEN, CLOSED = (-5, 5), (9, 13)
"""Opening hours as hours from now: the screens show the same whenever they are taken."""

BUSY_SECONDS = 20


@dataclass
class Places:
    """Where the screens are: addresses without a path, and the site that loses its database."""

    open: str
    closed: str
    late: str
    empty: str
    unfounded: str
    broken: str
    fading: str
    _apps: dict[str, FastAPI]
    _gone: Path

    def lose_database(self) -> None:
        """From now on the database of `fading` cannot be reached."""
        self._apps["fading"].state.database = open_database(f"sqlite:///{self._gone}/hotline.db")

    def withhold(self) -> str:
        """In `late` the newest table of languages is withheld, too rare a thing for the demo. Its address."""
        database: Database = self._apps["late"].state.database
        with database.write() as db:
            newest = db.scalar(select(func.max(Release.period)).where(Release.kind == Kind.LANGUAGE))
            this = (Release.kind == Kind.LANGUAGE) & (Release.period == newest)
            db.execute(delete(ReleasedCell).where(ReleasedCell.kind == Kind.LANGUAGE))
            db.execute(update(Release).where(this).values(is_withheld=True))
        return f"/staff/statistics/{Kind.LANGUAGE}/{newest}"


def make_templates(folder: Path) -> dict[str, Path]:
    """The data of a hotline at work, of one in which nothing happened yet and of one nobody founded."""
    made = {name: folder / name for name in ("demo", "empty", "unfounded")}
    for name, path in made.items():
        settings = _settings(path, "http://127.0.0.1:1")
        schema.upgrade(settings.database_url)
        database = open_database(settings.database_url)
        if name == "demo":
            _hours_file(path)
            prepare(Opened(Terminal(Language.ENGLISH), settings, database))
        elif name == "empty":
            open_house(database, settings, begun=system_clock() - TWO_DAYS)
        database.dispose()
    return made


@contextmanager
def serve_places(templates: Mapping[str, Path], folder: Path) -> Iterator[Places]:
    """Every place, served until the end; what happens in them happens in copies."""
    with ExitStack() as until_the_end:
        served: dict[str, tuple[str, FastAPI]] = {}

        def place(
            name: str, data: str, *, ahead: timedelta = timedelta(), hours: tuple[int, int] = OPEN
        ) -> None:
            copy = folder / name
            shutil.copytree(templates[data], copy)
            served[name] = until_the_end.enter_context(_serve(copy, ahead, hours, breaks=name == "broken"))

        place("open", "demo")
        place("closed", "demo", hours=CLOSED)
        place("late", "demo", ahead=TWO_DAYS)
        place("broken", "demo")
        place("fading", "demo")
        place("empty", "empty")
        place("unfounded", "unfounded")
        addresses = {name: address for name, (address, _app) in served.items()}
        apps = {name: app for name, (_address, app) in served.items()}
        yield Places(**addresses, _apps=apps, _gone=folder / "gone")


@contextmanager
def _serve(
    data: Path, ahead: timedelta, hours: tuple[int, int], *, breaks: bool
) -> Iterator[tuple[str, FastAPI]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = _settings(data, address)
        database = open_database(settings.database_url)
        app = create_app(
            settings,
            database,
            clock=lambda: system_clock() + ahead,
            routers=[*caller.ROUTERS, *staff.ROUTERS, _breaking()] if breaks else None,
        )
        app.state.pages.hours = _hours(settings, hours)
        with _running(app, listening):
            yield address, app
        _close(database, app)


@contextmanager
def _running(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    configuration = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="on")
    server = uvicorn.Server(configuration)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise RuntimeError("a site did not start")
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


def _close(database: Database, app: FastAPI) -> None:
    database.dispose()
    app.state.database.dispose()


def _breaking() -> APIRouter:
    """Addresses that fail on purpose: `/broken/<status>` and `/staff/broken/<status>`."""
    router = APIRouter(dependencies=[public])

    @router.get("/broken/{status}")
    @router.get("/staff/broken/{status}")
    def break_off(status: int) -> None:
        if status == 429:  # noqa: PLR2004 - HTTP's number
            raise Busy(BUSY_SECONDS)
        raise HTTPException(status)

    return router


def _settings(data: Path, address: str) -> Settings:
    return Settings(
        data_dir=data,
        public_url=address,
        contact="hotline@college.example",
        test_stretching=True,  # the demo's passphrases are public: nothing here is worth stretching
    )


def _hours(settings: Settings, around: tuple[int, int]) -> OpeningHours:
    """Open every day between these hours from now, on the hour."""
    begins, ends = _minutes(settings, around)
    return OpeningHours(settings.zone, ((((begins, ends)),),) * 7)


def _minutes(settings: Settings, around: tuple[int, int]) -> tuple[int, int]:
    now = datetime.now(UTC).astimezone(settings.zone)  # noqa: TID251 - a tool reads the clock itself
    begins, ends = ((now.hour + hour) % 24 * 60 for hour in around)
    return begins, ends if ends > begins else ends + 24 * 60


def _hours_file(data: Path) -> None:
    """The demo is made with the hours it is shown with."""
    begins, ends = (minute % (24 * 60) for minute in _minutes(_settings(data, "http://127.0.0.1:1"), OPEN))
    line = f'["{begins // 60:02}:00-{ends // 60:02}:00"]'
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    (data / "hours.toml").write_text("".join(f"{day} = {line}\n" for day in days), encoding="utf-8")
