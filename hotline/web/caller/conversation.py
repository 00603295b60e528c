"""The caller's conversation: reading it, writing again, finishing, reminding and deleting it."""

from typing import Annotated

from fastapi import Depends, Request, Response

from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.screening import raised_level
from hotline.tickets import ending
from hotline.tickets.actions import Author, Conversation
from hotline.web.access import public
from hotline.web.caller.conversation_page import Screen
from hotline.web.caller.deps import CurrentVisit, current_visit, journey_of
from hotline.web.caller.forms import AgainForm
from hotline.web.caller.leaving import finished
from hotline.web.caller.standing import standing
from hotline.web.caller.unsent import ask_first, has_begun, is_unsent
from hotline.web.deps import Founded, HoursDep, Now, PagesDep, SettingsDep
from hotline.web.forms import Bound, bind
from hotline.web.reading import Typed, read_form
from hotline.web.render import Pages, go
from hotline.web.routing import Router
from hotline.web.transaction import Db

WRONG = 422

router = Router()

Posted = Annotated[Typed, Depends(read_form)]


ScreenDep = Annotated[Screen, Depends(Screen)]


@router.get("/conversation", name="conversation")
def read(screen: ScreenDep) -> Response:
    return screen.show()


@router.post("/conversation", name="conversation.again")
def read_again(screen: ScreenDep, typed: Posted) -> Response:
    """The same page with what was typed: for the language, for news, for a text that came too late."""
    if not (typed.only_shows or has_begun(typed)):
        return go("/conversation")
    return screen.show(Bound(typed))


@router.post("/conversation/messages", name="conversation.messages")
def write(
    request: Request,
    screen: ScreenDep,
    typed: Posted,
    visit: CurrentVisit,
    deployment: Founded,
    hours: HoursDep,
    pages: PagesDep,
    now: Now,
    db: Db,
) -> Response:
    """The message is in the conversation, once however often it is sent; in danger the numbers follow."""
    form = bind(AgainForm, typed)
    if typed.only_shows:
        return screen.show(Bound(typed))
    if form.model is None:
        return screen.show(form, WRONG)
    if receipt.stands_in(form.model.message):
        return screen.show(form.with_problem("message", intake.CODE_IN_TEXT), WRONG)
    if not _is_there(screen.conversation, form.model):
        ending.write_as_caller(
            db,
            deployment,
            visit.caller,
            form.model.message,
            level=raised_level(form.model.safety),
            language=pages.language_of(request),
            hours=hours,
            now=now,
        )
    if raised_level(form.model.safety) is None:
        return go("/conversation")
    return pages.page(
        request,
        "caller/help/after.html",
        variant=form.model.safety,
        standing=standing(hours, now),
        step="/conversation",
    )


@router.post("/conversation/finish", name="conversation.finish")
def finish(
    request: Request, visit: CurrentVisit, typed: Posted, settings: SettingsDep, now: Now, db: Db
) -> Response:
    """The caller needs nothing more for now; a text that is not sent is asked about first."""
    if is_unsent(typed):
        return ask_first(request, typed, "finish")
    ending.finish_as_caller(db, visit.caller, tz=settings.zone, now=now)
    return go("/conversation")


@router.post("/conversation/remind", name="conversation.remind")
def remind(
    request: Request, visit: CurrentVisit, typed: Posted, deployment: Founded, now: Now, db: Db
) -> Response:
    """The message is back on top; `Conflict` while nothing is late. What stands in the box stays there."""
    ending.remind(db, deployment, visit.caller, now=now)
    return Screen(request, visit, deployment, now, db).show(Bound(typed), is_reminded=True)


@router.get("/conversation/delete", name="conversation.delete.ask", dependencies=[Depends(current_visit)])
def ask_to_delete(request: Request) -> Response:
    return _question(request, Typed())


@router.post("/conversation/delete", name="conversation.delete")
def delete(
    request: Request,
    visit: CurrentVisit,
    typed: Posted,
    deployment: Founded,
    settings: SettingsDep,
    now: Now,
    db: Db,
) -> Response:
    """The conversation is gone, the code is dead, and this browser has forgotten both.

    What comes with the box of a conversation is asked about first: only the question's own button deletes it.
    """
    is_sure = typed.has("delete", "conversation") or not typed.has("message")
    if typed.only_shows or not is_sure:
        return _question(request, typed)
    intake.delete_conversation(db, deployment, visit.session, tz=settings.zone, now=now)
    return finished(request, "deleting")


@router.get("/conversation/messages", dependencies=[public])
@router.get("/conversation/finish", dependencies=[public])
@router.get("/conversation/remind", dependencies=[public])
@router.get("/conversation/leave", dependencies=[public])
def back_to_the_conversation() -> Response:
    """What is only ever posted has nothing to show."""
    return go("/conversation")


def _question(request: Request, typed: Typed) -> Response:
    """Whether to delete, with what stood in the box, so that it stands there again if not."""
    pages: Pages = request.app.state.pages
    return pages.page(
        request,
        "caller/delete/page.html",
        form=Bound(typed) if has_begun(typed) else None,
        journey=journey_of(request, pages.settings, typed),
        step="/conversation/delete",
    )


def _is_there(conversation: Conversation, form: AgainForm) -> bool:
    """Whether this text came in after the page was shown: a double click, or a reload."""
    since = conversation.said[form.seen :]
    return any(one.author is Author.CALLER and one.text == form.message for one in since)
