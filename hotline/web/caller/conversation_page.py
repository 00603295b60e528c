"""Drawing the caller's conversation, also with what stands in its box."""

from fastapi import Request, Response

from hotline.accounts.queries import aliases
from hotline.intake.screening import SAFETY_WORDS
from hotline.tickets.actions import read_as_caller
from hotline.tickets.lifecycle import SEEN_WORDS, State, is_told_day_over, seen_by_caller
from hotline.web.caller.deps import CurrentVisit, begin_journey, journey_of
from hotline.web.caller.forms import AgainForm, choices
from hotline.web.caller.standing import standing
from hotline.web.deps import Founded, Now
from hotline.web.forms import Bound
from hotline.web.render import Pages
from hotline.web.transaction import Db


class Screen:
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
            was_opened=self.conversation.was_opened,
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
