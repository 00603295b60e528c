"""The pages between the first answer and sending, as functions of what was typed so far.

Answers travel as hidden fields. A page shows only the problems of its own fields.
"""

from collections.abc import Collection
from dataclasses import replace

from fastapi import Request, Response

from hotline.base.errors import Invalid
from hotline.base.i18n import Language
from hotline.intake import actions as intake
from hotline.intake import privacy
from hotline.intake.screening import (
    AGE_WORDS,
    AUDIENCE_WORDS,
    FOLLOW_UP_WORDS,
    SAFETY_WORDS,
    TOPIC_WORDS,
    AgeBand,
    Safety,
    Topic,
    is_practical_only,
    shows_help_first,
)
from hotline.keyring.founding import Deployment
from hotline.web.caller.deps import journey_of
from hotline.web.caller.forms import CARRIED, RequestForm, choices, said
from hotline.web.caller.standing import standing
from hotline.web.forms import Bound, bind
from hotline.web.reading import WHOLE_FORM, Typed
from hotline.web.render import Pages

MESSAGE_FIELDS = ("message", "topics", WHOLE_FORM)
DETAILS = ("audience", "age_band", "follow_up")
WRONG = 422
UNAVAILABLE = 503
RETRY_SECONDS = "60"

RequestBound = Bound[RequestForm]


def taken_up(request: Request, typed: Typed) -> RequestBound:
    """The answers so far, with a form token of ours whatever was sent; this asks no database."""
    fields = dict(typed.fields)
    state = request.app.state
    fields["journey"] = (journey_of(request, state.settings, typed),)
    fields["privacy"] = (privacy.accepted(typed.text("privacy")),)
    deployment: Deployment | None = getattr(state, "deployment", None)
    if deployment is not None and form_of_token(deployment, typed) is None:
        fields["token"] = (intake.new_form(deployment).hex(),)
    return bind(RequestForm, Typed(fields, typed.problems))


def form_of_token(deployment: Deployment, typed: Typed) -> bytes | None:
    """The random bytes of the form that was sent; None for one that was not given out here."""
    try:
        return intake.open_form(deployment, bytes.fromhex(typed.text("token")))
    except ValueError:
        return None


def unanswered(request: Request, form: RequestBound, *, upto: str = "safety") -> Response | None:
    """The first page that has to be seen before going on; None when everything is in order.

    The numbers to call come before whatever else is wrong. `upto` is the last step whose answers
    must be in order: "safety", "message" or "details".
    """
    if "safety" in form.problems:
        return safety_page(request, form, WRONG)
    if needs_help_first(form):
        return help_page(request, form)
    return None if upto == "safety" else unsendable(request, form, upto=upto)


def unsendable(request: Request, form: RequestBound, *, upto: str = "details") -> Response | None:
    """The first page with something wrong on it. Whether help was seen does not hold back a message."""
    if "safety" in form.problems:
        return safety_page(request, form, WRONG)
    form = checked(form)
    if any(name in form.problems for name in MESSAGE_FIELDS):
        return message_page(request, form, WRONG)
    if upto == "details" and any(name in form.problems for name in DETAILS):
        return details_page(request, form, WRONG)
    return None


def checked(form: RequestBound) -> RequestBound:
    """The same form with what only intake can see: nothing written, a receipt code in the text."""
    if form.model is None:
        return form
    try:
        intake.check(form.model.request(Language.CHINESE, privacy.CURRENT))
    except Invalid as wrong:
        return form.with_problems(wrong.problems)
    return form


def needs_help_first(form: RequestBound) -> bool:
    """Whether the numbers to call have not been seen yet for this safety answer."""
    answer = form.text("safety")
    is_urgent = answer in set(Safety) and shows_help_first(Safety(answer))
    return is_urgent and form.text("helped") != answer


def safety_page(request: Request, form: RequestBound, status: int = 200) -> Response:
    pages = _pages(request)
    shown = choices(pages.language_of(request), SAFETY_WORDS)
    return _page(request, "write", form, ("safety",), status, "/write", safety_options=shown)


def help_page(request: Request, form: RequestBound) -> Response:
    """The numbers before anything else; going on sends the same form to the same address again."""
    pages = _pages(request)
    now = standing(pages.hours, request.app.state.clock())
    variant = form.text("safety")
    path = request.url.path
    return pages.page(
        request, "caller/help/step.html", form=form, carried=CARRIED, variant=variant, step=path, standing=now
    )


def message_page(request: Request, form: RequestBound, status: int = 200) -> Response:
    shown = choices(_pages(request).language_of(request), TOPIC_WORDS)
    return _page(
        request,
        "message",
        form,
        MESSAGE_FIELDS,
        status,
        "/write/message",
        topic_options=shown,
        is_outage=False,
    )


def details_page(request: Request, form: RequestBound, status: int = 200) -> Response:
    language = _pages(request).language_of(request)
    return _page(
        request,
        "details",
        form,
        DETAILS,
        status,
        "/write/details",
        audience_options=choices(language, AUDIENCE_WORDS),
        age_options=choices(language, AGE_WORDS),
        follow_up_options=choices(language, FOLLOW_UP_WORDS),
        asks_follow_up=not is_practical_only(_topics(form)),
    )


def check_page(request: Request, form: RequestBound) -> Response:
    language = _pages(request).language_of(request)
    topics = [said(language, TOPIC_WORDS, topic) for topic in form.all("topics")]
    return _page(
        request,
        "check",
        form,
        (),
        200,
        "/write/check",
        safety=said(language, SAFETY_WORDS, form.text("safety")),
        topics=[topic for topic in topics if topic],
        audience=said(language, AUDIENCE_WORDS, form.text("audience")),
        age_band=said(language, AGE_WORDS, form.text("age_band")),
        follow_up=said(language, FOLLOW_UP_WORDS, form.text("follow_up")),
        is_under_14=form.text("age_band") == AgeBand.UNDER14,
        asks_follow_up=not is_practical_only(_topics(form)),
    )


def closed_page(request: Request) -> Response:
    """In place of the first question while no answer could be kept."""
    return _pages(request).page(
        request, "caller/closed/page.html", UNAVAILABLE, {"Retry-After": RETRY_SECONDS}, step="/before"
    )


def outage_page(request: Request, form: RequestBound, problem: str) -> Response:
    """What could not be sent is still on the page, with the numbers, why, and when to try again."""
    answer = _page(
        request,
        "message",
        form.with_problem(WHOLE_FORM, problem),
        MESSAGE_FIELDS,
        UNAVAILABLE,
        "/write/message",
        topic_options=choices(_pages(request).language_of(request), TOPIC_WORDS),
        is_outage=True,
    )
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _page(
    request: Request,
    screen: str,
    form: RequestBound,
    own: Collection[str],
    status: int,
    step: str,
    **values: object,
) -> Response:
    """A step: its own fields with their problems, everything else carried along unseen."""
    problems = {name: problem for name, problem in form.problems.items() if name in own}
    return _pages(request).page(
        request,
        f"caller/{screen}/page.html",
        status,
        None,
        form=replace(form, problems=problems),
        carried=[name for name in CARRIED if name not in own],
        step=step,
        **values,
    )


def _topics(form: RequestBound) -> list[Topic]:
    return [Topic(topic) for topic in form.all("topics") if topic in set(Topic)]


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages
