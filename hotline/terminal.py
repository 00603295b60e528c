"""What commands say to the person at the terminal: translated sentences, one line for what is wrong."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from sqlalchemy.exc import ArgumentError, DBAPIError

from hotline.base.config import ConfigError, Settings, load_settings
from hotline.base.db import Database, open_database
from hotline.base.errors import HotlineError, Invalid, Tampered
from hotline.base.i18n import N_, Language, translate
from hotline.base.schema import SchemaError

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

NO_DRIVER = N_("PostgreSQL needs its driver here: pip install 'psycopg[binary]'")
NO_DATABASE = N_(
    "The database cannot be reached, or was never prepared: look at HOTLINE_DATABASE_URL, then run "
    "`python -m hotline migrate`."
)
NO_FOUNDING = N_(
    "The founding record (founding.json in the data folder) is missing or belongs to another database. "
    "Put the right one back: nothing can be trusted without it."
)
NO_MAIL_SERVER = N_("No mail server is set: reminders are files in the data folder, in mail.")
STRAY_FOUNDING = N_("The data folder holds the founding.json of another database. Move it away first.")


@dataclass(frozen=True)
class Terminal:
    """A person at a terminal, in their language."""

    language: Language

    def text(self, message: str, **values: object) -> str:
        """A sentence in this person's language."""
        return translate(self.language, message, **values)

    def say(self, message: str, **values: object) -> None:
        """Show a sentence on a line of its own."""
        click.echo(self.text(message, **values))

    def warn(self, message: str, **values: object) -> None:
        """Show a sentence where errors go."""
        click.echo(self.text(message, **values), err=True)

    def stop(self, message: str, **values: object) -> click.ClickException:
        """What to raise so that the command ends with this one line."""
        return click.ClickException(self.text(message, **values))


@dataclass(frozen=True)
class Opened:
    """What most commands work with."""

    terminal: Terminal
    settings: Settings
    database: Database


def here(environ: Mapping[str, str] | None = None) -> Terminal:
    """The terminal with the language its environment names; English when it names neither."""
    values = os.environ if environ is None else environ
    named = next((values[name] for name in _LOCALE_VARIABLES if values.get(name)), "")
    return Terminal(Language.CHINESE if named.lower().startswith("zh") else Language.ENGLISH)


@contextmanager
def opened() -> Iterator[Opened]:
    """The settings and the database they name; closed at the end."""
    settings = load_settings()
    database = open_database(settings.database_url)
    try:
        yield Opened(here(), settings, database)
    finally:
        database.dispose()


class Commands(click.Group):
    """A group whose commands end in one line, never in a traceback, for whatever can be foreseen.

    `elsewhere` brings those that are kept in modules of their own, when one is called or all are listed.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        elsewhere: Callable[[], Iterable[click.Command]] = tuple,
        **kwargs: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self._elsewhere = elsewhere

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all, wherever they are."""
        self._fetch()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, wherever it is."""
        if cmd_name not in self.commands:
            self._fetch()
        return super().get_command(ctx, cmd_name)

    def _fetch(self) -> None:
        for command in self._elsewhere():
            self.add_command(command)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; known errors become the line that click shows."""
        try:
            return super().invoke(ctx)
        except (ConfigError, SchemaError) as error:
            raise click.ClickException(str(error)) from None
        except HotlineError as error:
            raise click.ClickException(words(error, here())) from None
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "psycopg":
                raise
            raise here().stop(NO_DRIVER) from None
        except (DBAPIError, ArgumentError):
            raise here().stop(NO_DATABASE) from None


def words(error: HotlineError, terminal: Terminal) -> str:
    """What an error says to a person; for a form, what is wrong with each answer."""
    if isinstance(error, Tampered):
        return terminal.text(NO_FOUNDING)
    if isinstance(error, Invalid):
        told = (terminal.text(said.message, **said.values) for said in error.problems.values())
        return "; ".join(told)
    return terminal.text(error.message, **error.values)
