"""What can go wrong, in the domain's words. Only `web/errors.py` knows status codes.

`message` is an English gettext id for the person who meets the error; `values` fills its
placeholders and never holds anything a person wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from hotline.base.i18n import N_


class HotlineError(Exception):
    """Anything the domain says no to."""

    message: ClassVar[str] = N_("That did not work. Nothing was changed.")

    def __init__(self, **values: object) -> None:
        super().__init__(type(self).__name__)
        self.values = values


class NotFound(HotlineError):
    """There is no such thing, or this person may not know of it: both look the same."""

    message = N_("There is nothing at this address.")


class Refused(HotlineError):
    """The person may see the thing but not do this to it."""

    message = N_("Nothing was changed.")


class Conflict(HotlineError):
    """Somebody or something was quicker, and the state no longer allows it."""

    message = N_("Something here was changed in the meantime. Look again before you go on.")


class TakenBy(Conflict):
    """Another counselor has the ticket; `alias` says who."""

    message = N_("%(alias)s has already taken this ticket.")


class Busy(HotlineError):
    """Too much at once; `seconds` is an honest wait. Never raised towards a caller who writes."""

    message = N_("There were several tries just now. Wait %(seconds)s seconds, then try again.")

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


class NotSignedIn(HotlineError):
    """The session is missing, ended or idle too long."""

    message = N_("You are not signed in.")


class WrongCredentials(HotlineError):
    """Name, passphrase or second factor: which one is never said."""

    message = N_("The name, the passphrase or the six-digit code is not right.")


class IntakeClosed(HotlineError):
    """No key could protect a request yet: two custodians and one counselor must be admitted."""

    message = N_("Messages cannot be received yet. Use the numbers on this page now.")


class Tampered(HotlineError):
    """Stored bytes do not belong where they were found, or were changed."""

    message = N_("This text cannot be opened: what is stored was changed. The operators have been told.")


class Unavailable(HotlineError):
    """Something the service stands on is away for the moment."""

    message = N_("The fault is on our side. Nothing was changed. Try again in a few minutes.")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one answer: a gettext id and the values of its placeholders."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)


class Invalid(HotlineError):
    """Answers that cannot be taken as they stand; `problems` says which and why."""

    message = N_("There is a problem")

    def __init__(self, **problems: Problem) -> None:
        super().__init__()
        self.problems: dict[str, Problem] = problems
