"""Every refusal and failure as a page, in the person's language, with what they had written.

The only file that knows which status code a domain error has. A failed page is logged by the kind
of failure and its place in the code, never by a word of its message: that may hold what was typed.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from traceback import FrameSummary, extract_tb

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.base.errors import (
    Busy,
    Conflict,
    HotlineError,
    IntakeClosed,
    Invalid,
    NotFound,
    NotSignedIn,
    Refused,
    Unavailable,
    WrongCredentials,
)
from hotline.base.i18n import N_, translate
from hotline.web.csrf import READING, FromElsewhere
from hotline.web.forms import texts_to_give_back
from hotline.web.headers import JOURNEY_ENDED, OtherHost, read_cookie
from hotline.web.lastresort import last_resort
from hotline.web.reading import NotAForm, TooLarge, typed_so_far
from hotline.web.render import Pages

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parents[1]
RETRY_SECONDS = 5
AGAIN = frozenset({HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE})
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)

STATUS: Mapping[type[Exception], int] = {
    NotFound: 404,
    Refused: 403,
    Conflict: 409,
    Invalid: 422,
    Busy: 429,
    NotSignedIn: 403,
    WrongCredentials: 403,
    IntakeClosed: 503,
    Unavailable: 503,
    FromElsewhere: 403,
    NotAForm: 415,
    TooLarge: 413,
    RequestValidationError: 404,  # an address whose changing part is not of the right kind
    **dict.fromkeys(DATABASE_AWAY, 503),
}
HEADING: Mapping[int, str] = {
    400: N_("This could not be read"),
    403: N_("This is not possible here"),
    404: N_("Page not found"),
    405: N_("This page cannot be opened like this"),
    409: N_("This has changed"),
    413: N_("This is too much to send at once"),
    415: N_("Files cannot be sent here"),
    422: N_("There is a problem"),
    429: N_("Wait a little"),
    500: N_("Something went wrong on our side"),
    503: N_("This is not possible right now"),
}
EXPLANATION: Mapping[int, str] = {
    400: N_("What your browser sent could not be read. Go back and try again."),
    403: N_(
        "For safety we act only on what comes from our own pages, and this could not be seen to come from"
        " one. Nothing was changed. Open the page again and try once more; if that does not help, use"
        " another browser."
    ),
    404: N_("There is nothing at this address. Check it, or start again below."),
    405: N_("It opens only from another page. Start again below."),
    409: N_("Look at what is new before you go on."),
    413: N_("One page can take only so much, so nothing was sent yet. Send it in several shorter parts."),
    415: N_("Only text can be sent. Pictures and other files are not taken."),
    422: N_("Part of it cannot be taken as it stands, so nothing was changed. Go back and look at it again."),
    429: N_("Wait a little, then try again."),
    500: N_("Nothing was changed. Try again in a minute."),
    503: N_("The fault is on our side. Nothing was changed. Try again in a few minutes."),
}


@dataclass(frozen=True)
class Failure:
    """A failure as its page tells it."""

    status: int
    explanation: str
    values: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class ErrorPages:
    """Turns whatever is raised further in, middleware included, into a page; nothing leaves it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last place that can still answer a person
            if started:
                log_place(error)
                return
            page = await answer(Request(scope, receive), error)
            await page(scope, receive, send)


def handle_errors(app: FastAPI) -> None:
    """Answer what FastAPI would answer itself, and the domain's errors, with our pages.

    A more precise handler added later wins, as for NotSignedIn on staff pages.
    """
    for kind in (HTTPException, RequestValidationError, HotlineError):
        app.add_exception_handler(kind, answer)


async def answer(request: Request, error: Exception, *, explanation: str | None = None) -> Response:
    """The page for an error; it never fails, and gives back what the person had written.

    `explanation` is said in place of what everybody is told of this kind of error.
    """
    failure = failure_of(error)
    if explanation is not None:
        failure = replace(failure, explanation=explanation)
    if failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log_place(error)
    if isinstance(error, OtherHost):
        return last_resort(failure.status, address=str(error))
    kept = await _kept(request, error)
    try:
        return _page(request, failure, kept, await _to_conversation(request, failure))
    except Exception as broken:  # noqa: BLE001 - a page must be shown even when the templates are broken
        log_place(broken)
        return last_resort(failure.status, kept=kept)


def failure_of(error: Exception) -> Failure:
    """The status, words and headers of an error."""
    if isinstance(error, HTTPException):
        return _http_failure(error)
    if isinstance(error, OtherHost):
        return Failure(421, "")
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}  # noqa: PLR2004 - HTTP's number
    if isinstance(error, Busy):
        headers = {"Retry-After": str(error.seconds)}
    if isinstance(error, HotlineError):
        told_above = type(error) in {Conflict, Invalid}  # the heading of the page has said that much already
        return Failure(status, EXPLANATION[status] if told_above else error.message, error.values, headers)
    return Failure(status, EXPLANATION[status], headers=headers)


def log_place(error: BaseException) -> None:
    """Log what kind of failure it was and where, to the line; no message, no value, no address."""
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames[:-1] if Path(frame.filename).is_relative_to(PACKAGE)]
    places = [_place(frame) for frame in (*ours, *frames[-1:])]
    logger.error("%s at %s", _kinds(error), " > ".join(places) or "an unknown place")


def _http_failure(error: HTTPException) -> Failure:
    status = error.status_code if error.status_code in HEADING else 400
    if error.status_code == HTTPStatus.UNAUTHORIZED:  # a static file that may not be read
        status = 404
    if error.status_code > HTTPStatus.INTERNAL_SERVER_ERROR:
        status = 503
    return Failure(status, EXPLANATION[status], headers=dict(error.headers or {}))


async def _kept(request: Request, error: Exception) -> list[str]:
    if request.method in READING:
        return []
    if isinstance(error, NotSignedIn) and _audience(request) == "staff":
        return []  # whoever sits there now may not be the one who wrote it
    if _is_left(request):
        return []
    return [text for _name, text in texts_to_give_back(await typed_so_far(request))]


def _is_left(request: Request) -> bool:
    """Whether the person has left in this browser: whoever sits there now is shown nothing of theirs."""
    return read_cookie(request, request.app.state.settings, "journey") == JOURNEY_ENDED


async def _to_conversation(request: Request, failure: Failure) -> list[tuple[str, str]] | None:
    """What a caller takes back to the conversation that has changed or cannot be shown; None elsewhere.

    It is what this request brought, and the conversation itself opens only to whoever is signed in.
    """
    if failure.status not in AGAIN or not request.url.path.startswith("/conversation"):
        return None
    if _is_left(request):
        return []
    return (await typed_so_far(request)).hidden_fields()


def _page(
    request: Request, failure: Failure, kept: list[str], to_conversation: list[tuple[str, str]] | None
) -> Response:
    pages: Pages = request.app.state.pages
    language = pages.language_of(request)
    heading = translate(language, HEADING[failure.status])
    return pages.page(
        request,
        "shared/error.html",
        failure.status,
        failure.headers,
        audience=_audience(request),
        title=heading,
        heading=heading,
        explanation=translate(language, failure.explanation, **failure.values),
        kept=kept,
        to_conversation=to_conversation,
        is_again=failure.status == HTTPStatus.SERVICE_UNAVAILABLE and request.url.path == "/conversation",
    )


def _audience(request: Request) -> str:
    path = request.url.path
    return "staff" if path == "/staff" or path.startswith("/staff/") else "caller"


def _kinds(error: BaseException) -> str:
    """The error's kind with the kinds of what caused it, such as the database driver's own."""
    cause = getattr(error, "orig", None) or error.__cause__
    name = type(error).__name__
    return f"{name} from {type(cause).__name__}" if isinstance(cause, BaseException) else name


def _place(frame: FrameSummary) -> str:
    path = Path(frame.filename)
    is_ours = path.is_relative_to(PACKAGE)
    file = path.relative_to(PACKAGE.parent) if is_ours else Path(path.name)
    return f"{file}:{frame.lineno}:{frame.name}"
