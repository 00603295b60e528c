"""Sending the request, the page with its receipt code, and putting the code out of sight again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from hotline.base.db import Database
from hotline.base.errors import IntakeClosed
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.queries import reasons_closed
from hotline.intake.screening import Safety
from hotline.keyring.founding import Deployment
from hotline.keyring.receipts import ReceiptKeys, receipt_keys
from hotline.keyring.stretching import stretch_code
from hotline.tickets.levels import Level
from hotline.web.access import public
from hotline.web.caller import steps
from hotline.web.caller.deps import Instead, Left, Step, journey_bytes, was_left
from hotline.web.caller.leaving import finished
from hotline.web.caller.standing import standing
from hotline.web.deps import DatabaseDep, Founded, HoursDep, LanesDep, Now, SettingsDep
from hotline.web.reading import Typed, read_form
from hotline.web.render import Pages
from hotline.web.routing import Router
from hotline.web.transaction import Db

router = Router(dependencies=[public])


@dataclass(frozen=True)
class Prepared:
    """A request that is in order, and the code it gets if nothing was quicker."""

    typed: Typed = field(repr=False)
    form: bytes = field(repr=False)
    request: intake.Request = field(repr=False)
    code: str = field(repr=False)
    keys: ReceiptKeys = field(repr=False)


async def prepared(
    request: Request, typed: Step, deployment: Founded, database: DatabaseDep, lanes: LanesDep, now: Now
) -> Prepared:
    """Everything slow, before the transaction; `Instead` wherever nothing new has to be kept."""
    bound = steps.taken_up(request, typed)
    if typed.only_shows:
        raise Instead(steps.check_page(request, bound))
    wrong = steps.unsendable(request, bound)
    form = steps.form_of_token(deployment, bound.raw)
    if wrong is not None or bound.model is None or form is None:
        raise Instead(wrong or steps.message_page(request, bound, steps.WRONG))
    language = request.app.state.pages.language_of(request)
    asked = bound.model.request(language, bound.text("privacy"))
    earlier = await run_in_threadpool(_look, database, deployment, form, asked, now=now)
    if earlier is not None:
        raise Instead(code_page(request, bound.raw, earlier, now=now))
    code = receipt.draw()
    stretched = await lanes.for_caller(stretch_code, code, deployment.salt, deployment.stretching)
    return Prepared(bound.raw, form, asked, code, receipt_keys(deployment.id, stretched))


def _look(
    database: Database, deployment: Deployment, form: bytes, asked: intake.Request, *, now: datetime
) -> intake.Sent | None:
    """What the same form made before: it costs no second hash. `IntakeClosed` while nothing can be kept."""
    with database.read() as db:
        if reasons_closed(db, deployment):
            raise IntakeClosed
        sent = intake.find_sent(db, form, asked, now=now)
    if sent is not None:
        database.vouch()  # showing the code again acknowledges again
    return sent


@router.post("/write/send", name="write.send")
def send(
    request: Request,
    ready: Annotated[Prepared, Depends(prepared)],
    deployment: Founded,
    settings: SettingsDep,
    hours: HoursDep,
    now: Now,
    db: Db,
) -> Response:
    sent = intake.receive(
        db,
        deployment,
        ready.form,
        ready.request,
        ready.code,
        ready.keys,
        journey=journey_bytes(ready.typed.text("journey")),
        hours=hours,
        tz=settings.zone,
        now=now,
    )
    return code_page(request, ready.typed, sent, now=now)


@router.post("/write/kept", name="write.kept")
def kept(
    request: Request,
    typed: Annotated[Typed, Depends(read_form)],
    deployment: Founded,
    settings: SettingsDep,
    now: Now,
    db: Db,
) -> Response:
    """The person has the code, so it is not shown again; the language switch changes nothing."""
    request_id = _bytes(typed.text("request"))
    if typed.only_shows:
        if was_left(request, settings, typed):
            raise Left
        form = steps.form_of_token(deployment, typed)
        shown = intake.find_shown(db, form, request_id, now=now) if form else None
        if shown is not None:
            return code_page(request, typed, shown, now=now)
        raise intake.AlreadyKept
    intake.keep_code(db, request_id, now=now)
    if typed.has("leave"):
        return finished(request, "sending")
    return kept_page(request)


def code_page(request: Request, typed: Typed, sent: intake.Sent, *, now: datetime) -> Response:
    """The code, for as long as it may be shown. Of the form only what shows the page again is on it."""
    pages: Pages = request.app.state.pages
    is_harmed = typed.text("safety") == Safety.HARMED
    return pages.page(
        request,
        "caller/sent/page.html",
        groups=receipt.grouped(sent.code),
        hidden={
            "token": typed.text("token"),
            "journey": typed.text("journey"),
            "request": sent.request_id.hex(),
            **({"safety": Safety.HARMED.value} if is_harmed else {}),
        },
        due=sent.ticket.reply_due_at,
        is_urgent=sent.ticket.urgency is Level.P1,
        is_harmed=is_harmed,
        now=now,
        standing=standing(pages.hours, now),
        step="/write/kept",
    )


def kept_page(request: Request) -> Response:
    pages: Pages = request.app.state.pages
    return pages.page(request, "caller/kept/page.html", step="/")


def arrived_page(request: Request) -> Response:
    """In place of a code that is not shown again: where to go with it."""
    pages: Pages = request.app.state.pages
    return pages.page(request, "caller/arrived/page.html", step="/read")


def _bytes(typed: str) -> bytes:
    try:
        return bytes.fromhex(typed)
    except ValueError:
        return b""
