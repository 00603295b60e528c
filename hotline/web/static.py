"""The stylesheet, the small scripts, third-party files: the only answers that are compressed."""

import logging
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

logger = logging.getLogger(__name__)


def mount_static(app: FastAPI, own: Path, vendor: Path) -> None:
    """Serve our own files under /static and the ones fetched at set-up under /static/vendor."""
    if vendor.is_dir():
        app.mount("/static/vendor", _compressed(vendor))
    else:
        logger.warning("third-party files are missing: run `make setup`")
    app.mount("/static", _compressed(own))


def _compressed(folder: Path) -> GZipMiddleware:
    return GZipMiddleware(StaticFiles(directory=folder), minimum_size=500)
