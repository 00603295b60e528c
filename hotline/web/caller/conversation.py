"""The caller's conversation: reading it, writing again, finishing, reminding and deleting it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from hotline.accounts.queries import aliases
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.screening import SAFETY_WORDS, raised_level
from hotline.tickets import ending
from hotline.tickets.actions import Author, Conversation, read_as_caller
from hotline.tickets.lifecycle import SEEN_WORDS, State, is_told_day_over, seen_by_caller
from hotline.web.access import public
from hotline.web.caller.deps import CurrentVisit, begin_journey, current_visit, journey_of
from hotline.web.caller.forms import AgainForm, choices
from hotline.web.caller.leaving import finished
from hotline.web.caller.standing import standing
from hotline.web.deps import Founded, HoursDep, Now, PagesDep, SettingsDep
from hotline.web.forms import Bound, bind
from hotline.web.reading import Typed, read_form
from hotline.web.render import Pages, go
from hotline.web.transaction import Db

WRONG = 422

router = APIRouter()

Posted = Annotated[Typed, Depends(read_form)]


class _Screen:
    """The conversation as this request finds it."""

    def __init__(self, request: Request, visit: CurrentVisit, deployment: Founded, now: Now, db: Db) -> None:
        self.request = request
        self.now = now
        self.db = db
        self.conversation = read_as_caller(db, deployment, visit.caller)

    def show(
        self, form: Bound[AgainForm] | None = None, status: int = 200, *, is_reminded: bool = False
    ) -> Response:
        """The page, with what was typed in the box when there is a form."""
        pages: Pages = self.request.app.state.pages
        ticket, said = self.conversation.ticket, self.conversation.said
        seen = seen_by_caller(
            State(ticket.state),
            is_finished=ticket.finished_at is not None,
            reply_due=ticket.reply_due_at,
            has_reply=self.conversation.has_reply,
            now=self.now,
        )
        journey = journey_of(self.request, pages.settings)
        answer = pages.page(
            self.request,
            "caller/conversation/page.html",
            status,
            form=form,
            said=said,
            aliases=aliases(self.db, {one.author_id for one in said if one.author_id}),
            seen=seen,
            seen_words=SEEN_WORDS[seen],
            due=ticket.reply_due_at,
            is_reminded=is_reminded,
            is_still_read=ticket.is_open,
            follow_up_at=ticket.follow_up_at,
            follow_up=ticket.follow_up,
            is_follow_up_late=is_told_day_over(ticket.follow_up_at, self.now, pages.settings.zone),
            journey=journey,
            safety_options=choices(pages.language_of(self.request), SAFETY_WORDS),
            standing=standing(pages.hours, self.now),
            step="/conversation",
        )
        begin_journey(answer, pages.settings, journey)
        return answer


Screen = Annotated[_Screen, Depends(_Screen)]


@router.get("/conversation", name="conversation")
def read(screen: Screen) -> Response:
    return screen.show()


@router.post("/conversation", name="conversation.again")
def read_again(screen: Screen, typed: Posted) -> Response:
    """The same page with what was typed: for the language, and for a text that came after the session."""
    return screen.show(Bound(typed))


@router.post("/conversation/messages", name="conversation.messages")
def write(
    request: Request,
    screen: Screen,
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
def finish(visit: CurrentVisit, settings: SettingsDep, now: Now, db: Db) -> Response:
    ending.finish_as_caller(db, visit.caller, tz=settings.zone, now=now)
    return go("/conversation")


@router.post("/conversation/remind", name="conversation.remind")
def remind(request: Request, visit: CurrentVisit, deployment: Founded, now: Now, db: Db) -> Response:
    """The message is back on top; `Conflict` while nothing is late."""
    ending.remind(db, deployment, visit.caller, now=now)
    return _Screen(request, visit, deployment, now, db).show(is_reminded=True)


@router.get("/conversation/delete", name="conversation.delete.ask", dependencies=[Depends(current_visit)])
def ask_to_delete(request: Request, settings: SettingsDep, pages: PagesDep) -> Response:
    return pages.page(request, "caller/delete/page.html", journey=journey_of(request, settings))


@router.post("/conversation/delete", name="conversation.delete")
def delete(
    request: Request, visit: CurrentVisit, deployment: Founded, settings: SettingsDep, now: Now, db: Db
) -> Response:
    """The conversation is gone, the code is dead, and this browser has forgotten both."""
    intake.delete_conversation(db, deployment, visit.session, tz=settings.zone, now=now)
    return finished(request, is_deleted=True)


@router.get("/conversation/messages", dependencies=[public])
@router.get("/conversation/finish", dependencies=[public])
@router.get("/conversation/remind", dependencies=[public])
@router.get("/conversation/leave", dependencies=[public])
def back_to_the_conversation() -> Response:
    """What is only ever posted has nothing to show."""
    return go("/conversation")


def _is_there(conversation: Conversation, form: AgainForm) -> bool:
    """Whether this text came in after the page was shown: a double click, or a reload."""
    since = conversation.said[form.seen :]
    return any(one.author is Author.CALLER and one.text == form.message for one in since)
