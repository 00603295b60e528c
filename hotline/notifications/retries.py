"""When a mail that could not be sent is tried again, and what became of it."""

from datetime import timedelta
from enum import StrEnum

from hotline.base.i18n import N_

CLAIM = timedelta(minutes=2)
"""How long one try may take; whoever is away for longer has crashed, and another one tries."""

CLOCKS_DIFFER = timedelta(minutes=15)
"""How far the time of one worker's round may be from another's: rounds begin at different moments,
and machines' clocks are seldom worse. A time further ahead than that was written by a wrong clock."""

KEPT = timedelta(days=30)
"""How long a mail waits for somebody who is away, or has no address just now."""

_STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
LONGEST_PAUSE = _STEPS[-1]


class State(StrEnum):
    """What became of a mail. Nothing is `sent` that a mail server has not accepted."""

    WAITING = "waiting"
    SENT = "sent"
    WRITTEN = "written"
    VOID = "void"


class Trouble(StrEnum):
    """Why a try failed, as far as it can be told without repeating what the server said."""

    UNREACHABLE = "unreachable"
    SIGN_IN = "sign-in"
    ADDRESS = "address"
    TLS = "tls"
    REFUSED = "refused"
    FOLDER = "folder"


TROUBLE_WORDS: dict[Trouble, str] = {
    Trouble.UNREACHABLE: N_("the mail server does not answer"),
    Trouble.SIGN_IN: N_("the mail server refuses the name or the password"),
    Trouble.ADDRESS: N_("the mail server refuses an address"),
    Trouble.TLS: N_("no protected connection to the mail server is possible"),
    Trouble.REFUSED: N_("the mail server refuses the mail"),
    Trouble.FOLDER: N_("the folder for mails cannot be written to"),
}


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed tries: 1, 5, 15 minutes, 1, 3, then always 6 hours."""
    return _STEPS[min(max(attempts, 1), len(_STEPS)) - 1]
