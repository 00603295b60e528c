"""The forms that the doors take, filled in so that whoever may send them gets through."""

from collections.abc import Mapping

from sqlalchemy import text

from hotline.accounts import enrolment, own, queries
from hotline.accounts import sign_in as actions
from hotline.intake import actions as intake
from hotline.intake.privacy import CURRENT
from tests.cast import digits_of
from tests.promises.stage import SIGNED_IN, Stage

Fields = Mapping[str, str]
TYPED = "这句话是刚刚写下的"
"""What somebody writes into these forms; nothing on the stage has these words."""


def nobody_does_anything(_stage: Stage) -> None:
    """Nothing has to happen before."""


def nothing(_stage: Stage, _role: str) -> Fields:
    """A button alone."""
    return {}


def language(_stage: Stage, _role: str) -> Fields:
    return {"language": "en", "step": "/privacy"}


def request(stage: Stage, _role: str) -> Fields:
    token = intake.new_form(stage.house.deployment).hex()
    return {"token": token, "privacy": CURRENT, "safety": "safe", "message": TYPED}


def kept_code(stage: Stage, _role: str) -> Fields:
    with stage.house.database.read() as db:
        sent = db.scalar(text("SELECT request_id FROM sent_forms WHERE kept_at IS NULL"))
    return {"request": bytes(sent).hex()}


def code_with_text(stage: Stage, _role: str) -> Fields:
    """The receipt code, with a text that was written before a session ended."""
    return {"code": stage.callers["lins"].code, "stay": "30-minutes", "message": TYPED}


def again(_stage: Stage, _role: str) -> Fields:
    return {"message": TYPED, "seen": "2"}


def be_late(stage: Stage) -> None:
    """The answer is overdue, and Lin has gone home."""
    with stage.house.database.write() as db:
        db.execute(text("DELETE FROM duties"))
        db.execute(
            text("UPDATE tickets SET reply_due_at = created_at WHERE reference = :reference"),
            {"reference": stage.callers["lins"].reference},
        )


def sign_in(stage: Stage, _role: str) -> Fields:
    mei = stage.house.person("mei")
    digits = digits_of(mei.seed, stage.watch.forward(seconds=30))
    return {"name": mei.name, "passphrase": mei.passphrase, "digits": digits}


def half_written(stage: Stage, _role: str) -> Fields:
    return {"text": TYPED, "belongs_to": f"/staff/tickets/{stage.callers['lins'].reference}/messages"}


def new_factor(stage: Stage, _role: str) -> Fields:
    token = bytes.fromhex(stage.cookies["renewing"]["session"])
    with stage.house.database.read() as db:
        renewal = actions.resume_renewal(db, stage.house.deployment, token, now=stage.watch.now)
    return {"digits": digits_of(renewal.seed, stage.watch.now)}


def enrolment_of(stage: Stage) -> enrolment.Enrolling:
    """What the newcomer's page shows in the five minutes."""
    token = bytes.fromhex(stage.cookies["enrolling"]["session"])
    with stage.house.database.read() as db:
        return enrolment.resume(db, stage.house.deployment, token, stage.code, now=stage.watch.now)


def enrolment_form(stage: Stage, _role: str) -> Fields:
    enrolling = enrolment_of(stage)
    return {"passphrase": enrolling.passphrase, "digits": digits_of(enrolling.seed, stage.watch.now)}


def follow_up(_stage: Stage, _role: str) -> Fields:
    return {"step": "plan", "when": "3-days", "about": TYPED}


def off_duty(_stage: Stage, _role: str) -> Fields:
    return {"on": "no"}


def reply(_stage: Stage, _role: str) -> Fields:
    return {"text": TYPED, "step": "send", "seen": "2"}


def level(_stage: Stage, _role: str) -> Fields:
    return {"level": "P2", "reason": "more-urgent"}


def outcome(_stage: Stage, _role: str) -> Fields:
    return {"outcome": "listened"}


def note(_stage: Stage, _role: str) -> Fields:
    return {"template": "helpline", "note_brought": TYPED, "step": "final"}


def review(_stage: Stage, _role: str) -> Fields:
    return {"safety_asked": "said-yes", "safety_plan": TYPED}


def draft(_stage: Stage, _role: str) -> Fields:
    return {"purpose": "reply", "text": TYPED}


def to_mei(stage: Stage, _role: str) -> Fields:
    return {"counselor": str(stage.house.person("mei").id)}


def invitation(_stage: Stage, _role: str) -> Fields:
    return {"name": "guest", "alias": "桃", "speaks": "en", "roles": "supervisor"}


def roles(_stage: Stage, _role: str) -> Fields:
    return {"roles": "supervisor"}


def admission(stage: Stage, _role: str) -> Fields:
    """The fingerprint and the roles as the custodian's page shows them."""
    puppet = stage.house.person("puppet").id
    with stage.house.database.read() as db:
        shown = queries.fingerprint_of(db, stage.house.deployment, puppet)
    return {"fingerprint": " ".join(shown or ()), "compared": "yes", "roles": "counselor"}


def speaks(_stage: Stage, _role: str) -> Fields:
    return {"speaks": "en"}


def switch_off(_stage: Stage, _role: str) -> Fields:
    return {"on": "no"}


def address(_stage: Stage, _role: str) -> Fields:
    return {"mail": "somebody@example.org"}


def calendar(_stage: Stage, _role: str) -> Fields:
    return {"step": "make", "fresh": "5e" * 32}


def new_passphrase(stage: Stage, role: str) -> Fields:
    """The present one and the offered one; nothing for whoever is not signed in."""
    if role not in SIGNED_IN:
        return {}
    token = bytes.fromhex(stage.cookies[role]["session"])
    with stage.house.database.read() as db:
        offered = own.offered_passphrase(db, stage.house.deployment, token, now=stage.watch.now)
    return {"old": stage.house.person(role).passphrase, "passphrase": offered or ""}
