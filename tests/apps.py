"""The whole application, put together once per process and handed each test's own deployment."""

from fastapi import FastAPI

from hotline.app import create_app, hand_out
from hotline.base.clock import Clock
from hotline.base.config import Settings
from hotline.base.db import Database

_made_for: dict[str, FastAPI] = {}


def app_for(settings: Settings, database: Database, clock: Clock) -> FastAPI:
    """The site of this deployment; putting its routes together again would cost more than most tests."""
    app = _made_for.get(settings.public_url)
    if app is None:
        app = _made_for[settings.public_url] = create_app(settings, database, clock=clock)
    hand_out(app, settings, database, clock)
    return app
