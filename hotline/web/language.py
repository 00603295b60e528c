"""The language switch: a button of the form on the page, so that no answer is lost by it."""

from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse

from hotline.base.i18n import Language
from hotline.web.access import Audience, declared_access, public, routes_of
from hotline.web.addresses import PLAIN_PATH, plain_query
from hotline.web.headers import STREAM_ENDING, set_cookie
from hotline.web.reading import STEPS, Typed, read_form
from hotline.web.routing import Router

NO_PAGE = ("/exit", STREAM_ENDING)  # leaving, and what never ends

router = Router()


@router.post("/language", name="language.choose", dependencies=[public])
def choose(request: Request, typed: Annotated[Typed, Depends(read_form)]) -> RedirectResponse:
    """Remember the language and show the same page in it; an unknown one changes nothing."""
    answer = _back_to(typed.text("step"), request.app)
    if typed.text("language") in set(Language):
        set_cookie(answer, request.app.state.settings, "language", typed.text("language"))
    return answer


def _back_to(step: str, app: FastAPI) -> RedirectResponse:
    if step in STEPS:
        return RedirectResponse(step, 307)
    return RedirectResponse(step if _is_page(step, app) else "/", 303)


def _is_page(step: str, app: FastAPI) -> bool:
    """Whether this is a page of ours, at most with a plain query; so nobody is led anywhere else."""
    path, mark, query = step.partition("?")
    is_plain = PLAIN_PATH.fullmatch(path) is not None and (not mark or plain_query(query) != "")
    return is_plain and any(
        route.path_regex.fullmatch(path)
        and "GET" in (route.methods or ())
        and not path.endswith(NO_PAGE)
        and declared_access(route).audience is not Audience.MACHINE
        for route in routes_of(app)
    )
