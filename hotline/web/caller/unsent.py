"""A message that is still in the box when its writer presses something else: it is never lost unasked."""

from typing import Literal

from fastapi import Request, Response

from hotline.web.caller.deps import journey_of
from hotline.web.forms import Bound
from hotline.web.reading import Typed
from hotline.web.render import Pages

Act = Literal["leave", "finish"]


def is_unsent(typed: Typed) -> bool:
    """Whether something stands in the box, and its writer has not said that it can go."""
    return bool(typed.text("message").strip()) and not typed.has("unsent", "drop")


def has_begun(typed: Typed) -> bool:
    """Whether anything stands in the box or was answered beside it."""
    return bool(typed.text("message").strip() or typed.text("safety"))


def ask_first(request: Request, typed: Typed, act: Act) -> Response:
    """The text again, with the choice to send it or to go on without it. Nothing has been done."""
    pages: Pages = request.app.state.pages
    return pages.page(
        request,
        "caller/unsent/page.html",
        form=Bound(typed),
        act=act,
        journey=journey_of(request, pages.settings, typed),
        step="/conversation",
    )
