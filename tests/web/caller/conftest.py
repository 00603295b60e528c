"""The real service around one test's deployment, and somebody who visits it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from hotline.base.config import Settings
from hotline.base.db import open_database
from tests.apps import app_for
from tests.browser import Watch
from tests.cast import House
from tests.web.foundation import browse

EXIT = "https://weather.example.org/"


@pytest.fixture
def watch() -> Watch:
    """The clock of the service."""
    return Watch()


@pytest.fixture
def app(house: House, watch: Watch) -> FastAPI:
    settings = Settings(data_dir=house.folder, database_url=house.url, exit_url=EXIT, test_stretching=True)
    return app_for(settings, house.database, watch)


@pytest.fixture
def visit(app: FastAPI) -> Callable[..., httpx.Client]:
    """Browsers of different people: `visit(language="zh-CN")`."""

    def browser_of(language: str = "en") -> httpx.Client:
        return browse(app, language=language)

    return browser_of


@pytest.fixture
def visitor(visit: Callable[..., httpx.Client]) -> httpx.Client:
    """Somebody whose browser asks for English."""
    return visit()


@pytest.fixture
def outage(app: FastAPI, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Call it and the database is away."""
    gone = open_database(f"sqlite:///{tmp_path}")  # a folder is no database

    def go_away() -> None:
        app.state.database = gone

    yield go_away
    gone.dispose()
