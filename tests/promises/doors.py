"""Every route of the site, with a form that it takes and who gets through.

A test fails on a route that is not listed here, and on a listed one that is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import httpx

from hotline.keyring.envelope import Compartment
from hotline.web.access import Audience
from tests.promises import forms
from tests.promises.forms import Fields
from tests.promises.stage import Stage

MakeFields = Callable[[Stage, str], Fields]


class Key(Enum):
    """What besides a permission opens a door on a ticket."""

    NONE = "nothing"
    OWN = "the person's own key to the conversation"
    TEAM = "the team's key, while the ticket waits"


@dataclass(frozen=True)
class Door:
    """One route, and how to knock at it."""

    method: str
    path: str
    done: int = 200
    """The answer's status for whoever gets through."""

    form: MakeFields = forms.nothing
    prepare: Callable[[Stage], object] = forms.nobody_does_anything
    ticket: str = "lins"
    person: str = "mei"
    key: Key = Key.NONE
    only: str = ""
    """For public doors that open for one cookie alone: whose."""

    otherwise: int = 404
    """What everybody else gets at an `only` door."""

    signed_out: int = 303
    """What whoever has no session gets at a door that shows something to somebody: the way in, mostly."""

    changes: str = ""
    """By whom something is changed here; empty where nothing is."""

    keeps: tuple[str, ...] = ()
    """The fields in which somebody wrote something."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_on_a_ticket(self) -> bool:
        return "{reference}" in self.path

    def address(self, stage: Stage, reference: str = "") -> str:
        """The path with its places filled in."""
        return self.path.format(
            reference=reference or stage.callers[self.ticket].reference,
            person_id=stage.house.person(self.person).id,
            code=stage.code,
            post_id=stage.post,
            secret=stage.secret,
            kind="topic",
            period="2026-10",
        )

    def knock(
        self, stage: Stage, role: str, *, reference: str = "", language: str = "en", method: str = ""
    ) -> httpx.Response:
        """What this visitor is answered."""
        address, form = self.address(stage, reference), self.form(stage, role)
        data = dict(form) if self.method == "POST" else None
        return stage.browser(role, language=language).request(method or self.method, address, data=data)


WRITE = ("message",)
ON_A_TICKET = "/staff/tickets/{reference}"
PERSON = "/staff/people/{person_id}"

CALLERS = (
    *(Door("GET", path) for path in ("/", "/before", "/help-now", "/write", "/read")),
    *(Door("GET", path) for path in ("/privacy", "/accessibility", "/safety")),
    *(Door("GET", f"/write/{step}", 303) for step in ("message", "details", "check", "send", "kept")),
    *(Door("GET", f"/conversation/{act}", 303) for act in ("messages", "finish", "remind", "leave")),
    Door("GET", "/conversation/follow-ups", 303),
    Door("GET", "/exit", 303),
    Door("POST", "/privacy", form=forms.request),
    Door("POST", "/accessibility", form=forms.request),
    Door("POST", "/safety", form=forms.request),
    Door("POST", "/language", 303, forms.language),
    Door("POST", "/write", form=forms.request),
    Door("POST", "/write/message", form=forms.request),
    Door("POST", "/write/details", form=forms.request),
    Door("POST", "/write/check", form=forms.request),
    Door("POST", "/write/send", form=forms.request, changes="nobody", keeps=WRITE),
    Door("POST", "/write/kept", form=forms.kept_code, changes="nobody"),
    Door("POST", "/read", 307, forms.code_with_text, changes="nobody", keeps=WRITE),
    Door("GET", "/conversation"),
    Door("POST", "/conversation", form=forms.again),
    Door("POST", "/conversation/messages", 303, forms.again, changes="caller", keeps=WRITE),
    Door("POST", "/conversation/finish", 303, changes="caller"),
    Door("POST", "/conversation/remind", prepare=forms.be_late, changes="caller"),
    Door("POST", "/conversation/follow-ups", 303, changes="caller"),
    Door("GET", "/conversation/events", signed_out=403),
    Door("GET", "/conversation/delete"),
    Door("POST", "/conversation/delete", changes="caller"),
    Door("POST", "/conversation/leave", changes="caller"),
)
WAY_IN = (
    Door("GET", "/staff/sign-in"),
    Door("POST", "/staff/sign-in", 303, forms.sign_in, changes="nobody"),
    Door("POST", "/staff/sign-out", 303, changes="lin"),
    Door("POST", "/staff/lock", 303, forms.half_written, changes="lin", keeps=("text",)),
    Door("GET", "/staff/sign-in/second-factor", only="renewing", otherwise=303),
    Door(
        "POST",
        "/staff/sign-in/second-factor",
        303,
        forms.new_factor,
        only="renewing",
        otherwise=303,
        changes="renewing",
    ),
    Door("GET", "/staff/enrol/{code}"),
    Door("POST", "/staff/enrol/{code}", 303, changes="nobody"),
    Door(
        "POST",
        "/staff/enrol/{code}/confirm",
        form=forms.enrolment_form,
        only="enrolling",
        otherwise=409,
        changes="enrolling",
    ),
)
SHIFT = (
    Door("GET", "/staff"),
    Door("POST", "/staff/duty", 303, forms.off_duty, changes="lin"),
    Door("GET", "/staff/queue"),
    Door("POST", "/staff/queue/next", 303, ticket="waiting", key=Key.TEAM, changes="mei"),
    Door("GET", ON_A_TICKET, key=Key.OWN),
    Door("POST", f"{ON_A_TICKET}/take", 303, ticket="waiting", key=Key.TEAM, changes="mei"),
    Door("POST", f"{ON_A_TICKET}/messages", 303, forms.reply, key=Key.OWN, changes="lin", keeps=("text",)),
    Door("POST", f"{ON_A_TICKET}/level", 303, forms.level, key=Key.OWN, changes="lin"),
    Door("POST", f"{ON_A_TICKET}/close", 303, forms.outcome, key=Key.OWN, changes="lin"),
    Door("POST", f"{ON_A_TICKET}/hand-over", 303, prepare=forms.be_late, key=Key.OWN, changes="lin"),
    Door(
        "POST", f"{ON_A_TICKET}/notes", 303, forms.note, key=Key.OWN, changes="lin", keeps=("note_brought",)
    ),
    Door(
        "POST", f"{ON_A_TICKET}/safety", 303, forms.review, key=Key.OWN, changes="lin", keeps=("safety_plan",)
    ),
    Door("POST", f"{ON_A_TICKET}/drafts", 204, forms.draft, key=Key.OWN, changes="lin", keeps=("text",)),
    Door(
        "POST",
        f"{ON_A_TICKET}/follow-ups",
        303,
        forms.follow_up,
        key=Key.OWN,
        changes="lin",
        keeps=("about",),
    ),
    Door("GET", "/staff/follow-ups"),
    Door("GET", "/staff/account/calendar", 303),
    Door("POST", "/staff/account/calendar", form=forms.calendar, changes="lin"),
    Door("GET", "/staff/calendar/{secret}.ics"),
    Door("GET", "/staff/board"),
    Door("GET", "/staff/board/week"),
    Door("GET", "/staff/events", signed_out=403),
    Door("GET", "/staff/statistics"),
    Door("GET", "/staff/statistics/{kind}/{period}"),
    Door("GET", "/staff/statistics/{kind}/{period}.csv"),
    Door("GET", f"{ON_A_TICKET}/assign", ticket="waiting"),
    Door("POST", f"{ON_A_TICKET}/assign", 303, forms.to_mei, ticket="waiting", changes="supervisor"),
)
OFFICE = (
    Door("GET", "/staff/people"),
    Door("POST", "/staff/people", form=forms.invitation, changes="administrator"),
    Door("GET", PERSON),
    Door("POST", f"{PERSON}/roles", 303, forms.roles, changes="administrator"),
    Door("POST", f"{PERSON}/disable", 303, changes="administrator"),
    Door("POST", f"{PERSON}/enable", 303, person="disabled", changes="administrator"),
    Door("POST", f"{PERSON}/code", changes="administrator"),
    Door("POST", f"{PERSON}/second-factor", 303, changes="custodian"),
    Door("POST", f"{PERSON}/admission", 303, forms.admission, person="puppet", changes="custodian"),
    Door("GET", "/staff/audit"),
    Door("GET", "/staff/account"),
    Door("POST", "/staff/account/language", 303, forms.speaks, changes="lin"),
    Door("POST", "/staff/account/shortcuts", 303, forms.switch_off, changes="lin"),
    Door("POST", "/staff/account/mail", 303, forms.address, changes="lin"),
    Door("POST", "/staff/account/sign-out", 303, changes="lin"),
    Door("POST", "/staff/account/passphrase", 303, changes="lin"),
    Door("GET", "/staff/account/passphrase"),
    Door("POST", "/staff/account/passphrase/confirm", 303, forms.new_passphrase, changes="lin"),
    Door("POST", "/staff/account/late/{post_id}/forget", 303, changes="lin"),
)
MACHINES = (Door("GET", "/healthz"), Door("GET", "/readyz"), Door("GET", "/metrics", 404))

DOORS: tuple[Door, ...] = (*MACHINES, *CALLERS, *WAY_IN, *SHIFT, *OFFICE)
ON_TICKETS = tuple(door for door in DOORS if door.is_on_a_ticket)


def outcome(stage: Stage, door: Door, role: str) -> tuple[bool, int]:
    """Whether this visitor gets through, by what the route declares, the permissions and the keys.

    With it the status of the answer.
    """
    return stage.once((door, role), lambda: _outcome(stage, door, role))


def _outcome(stage: Stage, door: Door, role: str) -> tuple[bool, int]:
    access = stage.routes[str(door)]
    if access.audience in {Audience.PUBLIC, Audience.MACHINE, Audience.ADDRESS}:
        gets_through, refusal = not door.only or role == door.only, door.otherwise
    elif access.audience is Audience.CALLER:
        gets_through, refusal = role == "caller", door.signed_out if door.method == "GET" else 403
    else:
        held = stage.permissions(role)
        gets_through = bool(held) and access.needs <= held and has_key(stage, door, role)
        refusal = 404 if held else door.signed_out
    return gets_through, door.done if gets_through else refusal


def has_key(stage: Stage, door: Door, role: str) -> bool:
    """Whether the keys of a signed-in person let them through."""
    if door.key is Key.OWN:
        return stage.opens(role, door.ticket, Compartment.CONVERSATION)
    return door.key is not Key.TEAM or stage.opens_as_team(role, door.ticket)


def is_sent_to_sign_in(answer: httpx.Response) -> bool:
    """Whether the answer is the way in for people whose session is over, or who had none."""
    to = answer.headers.get("location", "")
    return answer.status_code == 303 and (
        to.partition("&")[0] in {"/staff/sign-in", "/staff/sign-in?why=ended", "/staff/sign-in?why=kept"}
        or to.startswith("/staff/sign-in?next=")
    )
