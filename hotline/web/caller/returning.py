"""Coming back with the receipt code. Nobody is locked out; wrong, unknown and deleted look the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from hotline.accounts import sessions
from hotline.base.errors import Invalid
from hotline.base.i18n import N_
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.keyring.receipts import ReceiptKeys, receipt_keys
from hotline.keyring.stretching import stretch_code, versions_in_use
from hotline.web.access import public
from hotline.web.caller import steps
from hotline.web.caller.deps import Instead, Step, begin_journey, journey_of, visit_token
from hotline.web.caller.forms import STAY_WORDS, ReturnForm, Stay, choices
from hotline.web.deps import Founded, LanesDep, Now, SettingsDep
from hotline.web.forms import Bound, bind, blank
from hotline.web.headers import set_cookie
from hotline.web.reading import WHOLE_FORM, Typed
from hotline.web.render import Pages
from hotline.web.routing import Router
from hotline.web.transaction import Db

WRONG = 422
TAKEN_ALONG = ("journey", "seen", "safety", "message")
"""What a conversation's page sent after its session had ended."""

NOT_OPENED = N_(
    "The fault is on our side. It has nothing to do with what you typed, and nothing is deleted by it."
    " The code is still in the box below: try again in a few minutes, or use the numbers on this page."
)

router = Router(dependencies=[public])


@dataclass(frozen=True)
class Entered:
    """A code that can be one, and everything it may have been stretched to."""

    form: Bound[ReturnForm] = field(repr=False)
    stay: Stay
    candidates: Sequence[ReceiptKeys] = field(repr=False)


async def entered(request: Request, typed: Step, deployment: Founded, lanes: LanesDep) -> Entered:
    """A slip of the finger is told before anything is stretched."""
    if typed.only_shows:
        raise Instead(code_form(request, Bound(typed)))
    form = bind(ReturnForm, typed)
    if form.model is None:
        raise Instead(code_form(request, form, WRONG))
    try:
        code = receipt.read(form.model.code)
    except Invalid as wrong:
        raise Instead(code_form(request, form.with_problems(wrong.problems), WRONG)) from None
    candidates = [
        receipt_keys(deployment.id, await lanes.for_caller(stretch_code, code, deployment.salt, version))
        for version in versions_in_use(deployment.stretching)
    ]
    return Entered(form, form.model.stay, candidates)


@router.get("/read", name="read")
def ask_for_code(request: Request, settings: SettingsDep) -> Response:
    journey = journey_of(request, settings)
    answer = code_form(request, blank(ReturnForm, journey=journey, stay=Stay.SHORT))
    begin_journey(answer, settings, journey)
    return answer


@router.post("/read", name="read.enter")
def come_back(
    request: Request,
    given: Annotated[Entered, Depends(entered)],
    deployment: Founded,
    settings: SettingsDep,
    now: Now,
    db: Db,
) -> Response:
    """Signs in; a text that came after an earlier session had ended goes on to the conversation."""
    token = intake.come_back(db, deployment, given.candidates, stay=given.stay is Stay.LONG, now=now)
    if token is None:
        return code_form(request, given.form.with_problem("code", receipt.NOT_A_CODE), WRONG)
    sessions.end_by_token(db, visit_token(request, settings))
    brings_text = bool(given.form.text("message").strip())
    answer = RedirectResponse("/conversation", 307 if brings_text else 303)
    whole_day = int(sessions.CALLER_WHOLE.total_seconds())
    set_cookie(answer, settings, "visit", token.hex(), max_age=whole_day if given.stay is Stay.LONG else None)
    return answer


def code_form(
    request: Request,
    form: Bound[ReturnForm],
    status: int = 200,
    *,
    is_over: bool = False,
    is_outage: bool = False,
) -> Response:
    """Where the code is entered. `is_over`: the session ended, and what was written is on the page."""
    pages: Pages = request.app.state.pages
    return pages.page(
        request,
        "caller/read/page.html",
        status,
        form=form,
        carried=TAKEN_ALONG,
        text=form.text("message"),
        is_over=is_over,
        is_outage=is_outage,
        stay_options=choices(pages.language_of(request), STAY_WORDS),
        step="/read",
    )


def outage_page(request: Request, typed: Typed) -> Response:
    """The code in its field, with the numbers, why nothing opens and when to try again; asks no database."""
    form = Bound[ReturnForm](typed).with_problem(WHOLE_FORM, NOT_OPENED)
    answer = code_form(request, form, steps.UNAVAILABLE, is_outage=True)
    answer.headers["Retry-After"] = steps.RETRY_SECONDS
    return answer


def visit_ended(request: Request, typed: Typed) -> Response:
    """A post whose session is over: its text waits on this page for the code."""
    kept = {name: typed.all(name) for name in TAKEN_ALONG if typed.all(name)}
    form = replace(blank(ReturnForm), raw=Typed({**kept, "stay": (Stay.SHORT,)}))
    return code_form(request, form, 403, is_over=True)
