"""The audit trail: who did what and when, the newest lines first. It never holds anybody's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from hotline.accounts.queries import aliases
from hotline.audit.acts import WORDS, Act
from hotline.audit.models import AuditLine
from hotline.audit.queries import PAGE, lines_before
from hotline.base.i18n import N_
from hotline.permissions import Permission
from hotline.tickets.levelling import REASON_WORDS
from hotline.tickets.lifecycle import OUTCOME_WORDS
from hotline.tickets.queries import references_of
from hotline.web.deps import PagesDep
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import shown_reference
from hotline.web.staff.people import ROLE_WORDS
from hotline.web.transaction import Db

CODES: Mapping[str, Mapping[str, str]] = {
    Act.ROLES_CHANGED: {str(role): words for role, words in ROLE_WORDS.items()},
    Act.ADMITTED: {str(role): words for role, words in ROLE_WORDS.items()},
    Act.LEVEL_SET: {str(reason): words for reason, words in REASON_WORDS.items()},
    Act.LEVEL_PROPOSED: {str(reason): words for reason, words in REASON_WORDS.items()},
    Act.REFUSED: {
        "duty": N_("Go on duty"),
        "next": N_("Take the next one"),
        "take": N_("Take the ticket"),
        "assign": N_("Assign the ticket"),
        "messages": N_("Reply"),
        "drafts": N_("Save draft"),
        "safety": N_("Record the review"),
        "level": N_("Change the level"),
        "notes": N_("Write a note"),
        "follow-ups": N_("Plan a follow-up"),
        "close": N_("Close the ticket"),
        "people": N_("Invite"),
        "admission": N_("Admit the person"),
        "roles": N_("Change the roles"),
        "code": N_("Make a one-time code"),
        "second-factor": N_("Request a new second factor"),
        "disable": N_("Disable the account"),
        "enable": N_("Enable the account"),
    },
    Act.CLOSED: {str(outcome): words for outcome, words in OUTCOME_WORDS.items()},
}
"""What the codes in a line's detail mean, by act. A refusal's is the end of the address that was asked."""

LineNumber = Annotated[int | None, Query(ge=1, lt=2**63)]

router = Router(prefix="/staff/audit", dependencies=[may(Permission.AUDIT_SEE)])


@dataclass(frozen=True)
class Shown:
    """One line as it is read: `who` is empty for the service itself, `about` is an alias or a reference."""

    number: int
    at: datetime
    who: str
    act: str
    about: str
    is_ticket: bool
    detail: list[str]


@router.get("", name="staff.audit")
def page(request: Request, pages: PagesDep, db: Db, before: LineNumber = None) -> Response:
    """A page of lines, older than the number if one is given."""
    lines = lines_before(db, before, limit=PAGE + 1)
    return pages.page(
        request,
        "staff/audit/page.html",
        lines=_shown(db, lines[:PAGE]),
        older=lines[PAGE - 1].number if len(lines) > PAGE else None,
        is_newest=before is None,
    )


def _shown(db: Db, lines: list[AuditLine]) -> list[Shown]:
    subjects = {line.subject_id for line in lines if line.subject_id}
    people = aliases(db, subjects | {line.actor_id for line in lines if line.actor_id})
    tickets = references_of(db, subjects - people.keys())
    return [
        Shown(
            line.number,
            line.at,
            people.get(line.actor_id, "") if line.actor_id else "",
            _act(line.act),
            _about(line, people, tickets),
            line.subject_id in tickets,
            _detail(line.act, line.detail),
        )
        for line in lines
    ]


def _act(act: str) -> str:
    """The message id of an act's words."""
    return WORDS[Act(act)] if act in set(Act) else act


def _about(line: AuditLine, people: dict[UUID, str], tickets: dict[UUID, str]) -> str:
    if line.subject_id is None or line.subject_id == line.actor_id:
        return ""
    return people.get(line.subject_id) or shown_reference(tickets.get(line.subject_id, ""))


def _detail(act: str, detail: str | None) -> list[str]:
    """The message ids of a line's codes, each in words where it has some; P1 is its own word."""
    words = CODES.get(act, {})
    return [words.get(code, code) for code in re.split(r"[ ,]", detail or "") if code]
