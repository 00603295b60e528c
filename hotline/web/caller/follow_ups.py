"""The caller's word on being written to again: stopping it, and allowing it."""

from typing import Annotated

from fastapi import Depends, Request, Response

from hotline.tickets import consent
from hotline.tickets.lifecycle import Consent
from hotline.web.access import public
from hotline.web.caller.conversation_page import Screen
from hotline.web.caller.deps import CurrentVisit
from hotline.web.caller.unsent import has_begun
from hotline.web.deps import Founded, Now
from hotline.web.forms import Bound, Form, form_of
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.transaction import Db

ADDRESS = "/conversation/follow-ups"

router = Router()


class ConsentForm(Form):
    """Without an answer it is a stop."""

    follow_up: Consent = Consent.NO


@router.post(ADDRESS, name="conversation.follow_ups")
def decide(
    request: Request,
    visit: CurrentVisit,
    form: Annotated[Bound[ConsentForm], Depends(form_of(ConsentForm))],
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """Nobody writes again from now on; only a plain yes allows it. What stands in the box stays there."""
    if form.model is not None and form.model.follow_up is Consent.YES:
        consent.allow_follow_ups(db, visit.caller)
    else:
        consent.stop_follow_ups(db, visit.caller)
    if has_begun(form.raw):
        return Screen(request, visit, deployment, now, db).show(Bound(form.raw))
    return go("/conversation#follow-ups")


@router.get(ADDRESS, dependencies=[public])
def back_to_the_conversation() -> Response:
    """What is only ever posted has nothing to show."""
    return go("/conversation")
