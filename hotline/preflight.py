"""What must be in order before anything begins, whichever command it is that begins."""

import click

from hotline.base.config import Settings
from hotline.base.i18n import N_
from hotline.keyring.founding import Deployment
from hotline.keyring.stretching import TEST_VERSION
from hotline.library.numbers import BadNumbers, load_numbers
from hotline.roster.hours import BadHours, load_hours
from hotline.terminal import Terminal


def check_files(settings: Settings) -> None:
    """One clear line when the deployment's own hours or numbers cannot be used as they stand."""
    try:
        load_numbers(settings.data_dir / "numbers.toml")
        load_hours(settings.zone, settings.data_dir / "hours.toml")
    except (BadNumbers, BadHours) as error:
        raise click.ClickException(str(error)) from None


def check_stretching(settings: Settings, deployment: Deployment | None, terminal: Terminal) -> None:
    """Cheap stretching is for tests: it never meets data that were founded without it."""
    if deployment is None:
        return
    is_cheap = deployment.stretching == TEST_VERSION
    if settings.test_stretching and not is_cheap:
        raise terminal.stop(N_("HOTLINE_TEST_STRETCHING is for tests; this database holds real data."))
    if is_cheap and not settings.test_stretching:
        raise terminal.stop(
            N_("This database was made for tests: its passphrases and codes are easy to guess.")
        )
