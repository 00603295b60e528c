"""Starting the web server: the socket, the processes, the worker inside.

The web is loaded where it is served: of many processes, the one that looks after the others never does.
"""

import errno
import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click
import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.supervisors import Multiprocess

from hotline.base import logs
from hotline.base.config import Settings, load_settings, variable
from hotline.base.db import Database, open_database
from hotline.base.i18n import N_
from hotline.base.memory import begin, settle, share_pools
from hotline.base.meters import Meters
from hotline.base.schema import SchemaError, is_current
from hotline.keyring.queries import find_deployment
from hotline.preflight import check_files, check_stretching
from hotline.terminal import NO_MAIL_SERVER, Terminal, here

if TYPE_CHECKING:
    from fastapi import FastAPI

GRACE_SECONDS = 8
"""How long a request may take to end after the stop; then it is cut off."""

BACKLOG = 2048
PUBLIC_URL = variable("public_url")


def serve(host: str, port: int, workers: int, *, as_json: bool) -> None:
    """Serve until a signal asks to stop; what is under way then is finished first."""
    share_pools()
    terminal = here()
    _name_own_address(host, port)
    settings = load_settings()
    as_json = as_json or settings.logs_json
    if workers > 1 and settings.is_sqlite:
        raise terminal.stop(
            N_("SQLite has one writer and so one process: leave --workers out, or use PostgreSQL.")
        )
    database = open_database(settings.database_url)
    try:
        check_files(settings)
        _look_at(database, settings, terminal, is_public=not _is_loopback(host))
        with closing(_listen(host, port, terminal)) as listening:
            logs.set_up(as_json=as_json)
            _say_where(settings, terminal, port)
            if workers > 1:
                database.dispose()
                Multiprocess(_configuration(f"{__name__}:application", workers, as_json), [listening]).run()
            else:
                _run_one(settings, database, listening, as_json=as_json)
    finally:
        database.dispose()


def _say_where(settings: Settings, terminal: Terminal, port: int) -> None:
    if settings.is_sqlite and not settings.smtp_url:
        terminal.warn(NO_MAIL_SERVER)
    terminal.say(
        N_("Serving on port %(port)s until Ctrl-C. The address, to open in a browser:"), port=str(port)
    )
    click.echo(f"\n  {settings.public_url}/\n")


def application() -> "FastAPI":
    """The site as each of many processes makes it for itself."""
    begin()
    share_pools()
    from hotline.app import create_app  # noqa: PLC0415 - only where it is served

    settings = load_settings()
    app = create_app(settings, open_database(settings.database_url))
    settle()
    return app


def _name_own_address(host: str, port: int) -> None:
    """Where nobody said under which address people come, it is the one served on."""
    if _is_loopback(host) and not os.environ.get(PUBLIC_URL, "").strip():
        os.environ[PUBLIC_URL] = f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _look_at(database: Database, settings: Settings, terminal: Terminal, *, is_public: bool) -> None:
    """Say what is not in order. The pages with the numbers are served even without a database."""
    try:
        if not is_current(database.engine):
            terminal.warn(N_("The database is not up to date: stop, and run `python -m hotline migrate`."))
            return
        with database.read() as db:
            deployment = find_deployment(db, settings.data_dir)
    except (SQLAlchemyError, SchemaError):
        terminal.warn(N_("The database cannot be reached: only the pages that need none are served."))
        return
    check_stretching(settings, deployment, terminal)
    if deployment is None:
        terminal.warn(N_("Nobody can write yet: run `python -m hotline init` first."))
    elif deployment.is_demo and is_public:
        terminal.warn(N_("This is a demo. Its passphrases are known to everybody: never use it in earnest."))


def _listen(host: str, port: int, terminal: Terminal) -> socket.socket:
    """A bound socket, before anything else is started, so that a busy port is one clear line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise terminal.stop(
                N_("Port %(port)s is busy: stop what uses it, or choose another with --port."), port=str(port)
            ) from None
        raise terminal.stop(
            N_("%(host)s, port %(port)s cannot be served on: %(reason)s"),
            host=host,
            port=str(port),
            reason=os.strerror(error.errno) if error.errno else type(error).__name__,
        ) from None
    listening.set_inheritable(True)
    return listening


def _run_one(settings: Settings, database: Database, listening: socket.socket, *, as_json: bool) -> None:
    from hotline.app import create_app  # noqa: PLC0415 - only where it is served

    app = create_app(settings, database)
    server = uvicorn.Server(_configuration(app, 1, as_json))
    settle()
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)  # the server raises it again at its end
    with _worker_inside(settings, database, app.state.meters):
        try:
            server.run([listening])
        except KeyboardInterrupt:
            return
    if not server.started:
        raise click.ClickException("the server did not start; the lines above say where it stopped")


@contextmanager
def _worker_inside(settings: Settings, database: Database, meters: Meters) -> Iterator[None]:
    """With SQLite the worker is a thread of the one process; otherwise it is a process of its own."""
    if not settings.is_sqlite:
        yield
        return
    from hotline.worker import Worker  # noqa: PLC0415 - with PostgreSQL it is not needed here

    stop = threading.Event()
    worker = Worker(database, settings, meters=meters)
    thread = threading.Thread(target=worker.run_forever, args=[stop], name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _configuration(app: "FastAPI | str", workers: int, as_json: bool) -> uvicorn.Config:  # noqa: FBT001 (it is one of three plain values)
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        log_config=logs.configuration(as_json=as_json),
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody's address is wanted
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
