"""From the first question to the check page. Nothing is stored before sending."""

from fastapi import Request, Response

from hotline.base.errors import IntakeClosed
from hotline.intake import actions as intake
from hotline.intake import privacy
from hotline.intake.queries import reasons_closed
from hotline.web.access import public
from hotline.web.caller import steps
from hotline.web.caller.deps import Step, begin_journey, journey_of
from hotline.web.caller.forms import CARRIED, RequestForm
from hotline.web.deps import Founded, SettingsDep
from hotline.web.forms import Bound, blank
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.transaction import Db

router = Router(dependencies=[public])


@router.get("/write", name="write")
def begin(request: Request, settings: SettingsDep, deployment: Founded, db: Db) -> Response:
    """The first question; `IntakeClosed` while no key could protect an answer."""
    if reasons_closed(db, deployment):
        raise IntakeClosed
    journey = journey_of(request, settings)
    first = blank(
        RequestForm,
        token=intake.new_form(deployment).hex(),
        journey=journey,
        privacy=privacy.CURRENT,
    )
    answer = steps.safety_page(request, first)
    begin_journey(answer, settings, journey)
    return answer


@router.post("/write", name="write.again")
def again(request: Request, typed: Step) -> Response:
    """The first question with every answer so far: for the language, and for changing the answer."""
    if not any(typed.has(name) for name in CARRIED):
        return go("/write")
    return steps.safety_page(request, Bound(steps.taken_up(request, typed).raw))


@router.post("/write/message", name="write.message")
def message(request: Request, typed: Step) -> Response:
    form = steps.taken_up(request, typed)
    return steps.unanswered(request, form) or steps.message_page(request, form)


@router.post("/write/details", name="write.details")
def details(request: Request, typed: Step) -> Response:
    form = steps.taken_up(request, typed)
    return steps.unanswered(request, form, upto="message") or steps.details_page(request, form)


@router.post("/write/check", name="write.check")
def check(request: Request, typed: Step) -> Response:
    form = steps.taken_up(request, typed)
    return steps.unanswered(request, form, upto="details") or steps.check_page(request, form)


@router.get("/write/message")
@router.get("/write/details")
@router.get("/write/check")
@router.get("/write/send")
@router.get("/write/kept")
def back_to_the_start() -> Response:
    """A later step has nothing to show without its answers."""
    return go("/write")
