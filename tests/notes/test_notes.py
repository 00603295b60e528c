"""A counselor's notes: theirs alone, drafts replaced, finals never."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from hotline.accounts import enrolment
from hotline.audit.acts import Act
from hotline.audit.models import AuditLine
from hotline.base.errors import Invalid, NotFound, Refused
from hotline.keyring import vault
from hotline.keyring.envelope import Compartment
from hotline.keyring.models import Grant
from hotline.notes import actions as notes
from hotline.notes.actions import Opened
from hotline.notes.models import Note
from hotline.notes.templates import FIELDS, TEMPLATE_WORDS, Answers, Template, check
from hotline.tickets.confidential import notes_key
from hotline.tickets.models import Ticket
from tests import flows
from tests.cast import NOON, Caller, House

LATER = NOON + timedelta(minutes=5)

NO_MINUTES = ("three quarters", "45 min", "4.5", "4-5", "-45", "+45", "4²", "四十五", "1441", "9" * 5000)


@pytest.fixture
def lins(house: House) -> Caller:
    caller = house.send()
    flows.take(house, "lin", caller)
    return caller


def read(house: House, name: str, caller: Caller) -> list[Opened]:
    with house.database.read() as db:
        return notes.read_notes(
            db,
            house.deployment,
            house.journal,
            house.actor(db, name),
            house.person(name).keys,
            db.get_one(Ticket, caller.ticket),
            now=NOON,
        )


def holders(house: House, caller: Caller) -> set[tuple[str, int]]:
    with house.database.read() as db:
        wanted = select(Grant).where(Grant.ticket_id == caller.ticket, Grant.compartment == Compartment.NOTES)
        return {(grant.holder_kind, grant.epoch) for grant in db.scalars(wanted)}


def test_a_note_is_read_by_who_wrote_it(house: House, lins: Caller) -> None:
    flows.note(house, "lin", lins, "睡眠。")

    (note,) = read(house, "lin", lins)

    assert (note.answers, note.template, note.is_final) == (
        {"brought": "睡眠。"},
        Template.HELPLINE,
        True,
    )
    assert holders(house, lins) == {("staff", 1), ("escrow", 1)}


@pytest.mark.parametrize("name", ["mei", "supervisor", "administrator", "custodian"])
def test_nobody_else_reads_or_writes_one(house: House, lins: Caller, name: str) -> None:
    flows.note(house, "lin", lins, "睡眠。")

    with pytest.raises(NotFound):
        read(house, name, lins)
    with pytest.raises(Refused):
        flows.note(house, name, lins, "我也写。")
    with pytest.raises(Refused):
        flows.review(house, name, lins)
    with house.database.read() as db:
        assert not flows.can_open(house, db, house.person(name).keys, lins.ticket, Compartment.NOTES)


def test_the_caller_has_no_key_to_the_notes(house: House, lins: Caller) -> None:
    flows.note(house, "lin", lins, "睡眠。")

    with house.database.read() as db:
        assert not flows.can_open(house, db, lins.keys, lins.ticket, Compartment.NOTES)


def test_the_line_in_the_trail_comes_before_the_read_and_only_when_there_is_one(
    house: House, lins: Caller
) -> None:
    def reads() -> int:
        with house.database.read() as db:
            wanted = select(func.count()).where(AuditLine.act == Act.NOTES_READ)
            return db.scalar(wanted) or 0

    assert read(house, "lin", lins) == []
    assert reads() == 0
    flows.note(house, "lin", lins, "睡眠。")
    read(house, "lin", lins)
    assert reads() == 1
    with house.database.write() as db:
        db.execute(delete(Grant).where(Grant.compartment == Compartment.NOTES))
    read(house, "lin", lins)
    assert reads() == 2


def test_a_draft_is_replaced_and_a_final_never(house: House, lins: Caller) -> None:
    flows.note(house, "lin", lins, "草稿一", is_final=False)
    flows.note(house, "lin", lins, "草稿二", is_final=False)
    assert [note.answers for note in read(house, "lin", lins)] == [{"brought": "草稿二"}]

    flows.note(house, "lin", lins, "定稿", now=LATER)
    flows.note(house, "lin", lins, "补充", now=LATER + timedelta(minutes=1))

    assert [note.answers for note in read(house, "lin", lins)] == [
        {"brought": "定稿"},
        {"brought": "补充"},
    ]


def test_no_action_changes_a_final_note(house: House, lins: Caller) -> None:
    flows.note(house, "lin", lins, "定稿")
    with house.database.read() as db:
        before = db.scalars(select(Note.body)).one()

    flows.review(house, "lin", lins, now=LATER)
    flows.note(house, "lin", lins, "草稿", is_final=False, now=LATER)
    flows.note(house, "lin", lins, "另一", now=LATER)

    with house.database.read() as db:
        assert before in db.scalars(select(Note.body)).all()


def test_notes_are_finished_after_closing_too_and_reviews_are_not(house: House, lins: Caller) -> None:
    flows.review(house, "lin", lins)
    flows.close(house, "lin", lins)

    flows.note(house, "lin", lins, "结束后写的。", now=LATER)

    assert len(read(house, "lin", lins)) == 2
    with pytest.raises(Refused):
        flows.review(house, "lin", lins)


def test_a_review_says_that_the_caller_said_no_never_that_there_is_no_danger(
    house: House, lins: Caller
) -> None:
    flows.review(house, "lin", lins)

    (note,) = read(house, "lin", lins)

    assert note.answers == {"asked": "said-no"}
    words = dict(next(field for field in FIELDS[Template.SAFETY] if field.name == "asked").options)
    assert words["said-no"] == "Asked: the caller said no"
    with house.database.read() as db:
        assert db.get_one(Ticket, lins.ticket).reviewed_at == NOON


def test_a_later_counselor_has_notes_of_their_own_and_cannot_open_the_earlier_ones(
    house: House, lins: Caller
) -> None:
    flows.review(house, "lin", lins)
    flows.note(house, "lin", lins, "林写的。", now=LATER)
    flows.close(house, "lin", lins)
    flows.write_again(house, lins, "我又来了。")
    flows.take(house, "mei", lins)
    flows.note(house, "mei", lins, "梅写的。", now=LATER + timedelta(hours=1))

    shown = read(house, "mei", lins)

    assert [note.answers for note in shown] == [None, None, {"brought": "梅写的。"}]
    assert [note.template for note in shown[:2]] == [None, None]
    assert holders(house, lins) == {("staff", 1), ("escrow", 1), ("staff", 2), ("escrow", 2)}
    with pytest.raises(NotFound):
        read(house, "lin", lins)


def test_a_counselor_with_new_keys_begins_anew(house: House, lins: Caller) -> None:
    flows.note(house, "lin", lins, "旧钥匙写的。")
    lin = house.person("lin")
    with house.database.write() as db:
        fresh = enrolment.make_keys(db, house.deployment.id, lin.id, now=NOON)
        enrolment.keep_credential(db, house.deployment, fresh, vault.new_salt(), bytes(32), generated=True)
        ticket = db.get_one(Ticket, lins.ticket)
        key = notes_key(db, house.deployment, fresh, ticket)

    assert key.epoch == 2


def test_every_form_has_its_words_and_no_field_for_a_diagnosis() -> None:
    assert set(FIELDS) == set(TEMPLATE_WORDS) == set(Template)
    labels = [f"{field.name} {field.label}".lower() for form in FIELDS.values() for field in form]
    assert not [label for label in labels if "diagnos" in label or "icd" in label]


@pytest.mark.parametrize(
    ("template", "answers", "kept"),
    [
        (Template.DAP, {"data": "x", "plan": "", "else": "y"}, {"data": "x"}),
        (Template.HELPLINE, {"done": ["listened", "coping"]}, {"done": ["listened", "coping"]}),
        (Template.HELPLINE, {"contact": "first", "brought": " \n"}, {"contact": "first"}),
        (Template.DAP, {"data": "字" * 1500}, {"data": "字" * 1500}),
        (Template.HELPLINE, {"minutes": " ４５ "}, {"minutes": "45"}),
        (Template.HELPLINE, {"minutes": "1440"}, {"minutes": "1440"}),
        (Template.SAFETY, {"asked": "not-yet"}, {"asked": "not-yet"}),
    ],
)
def test_what_belongs_to_the_form_is_kept(template: Template, answers: Answers, kept: Answers) -> None:
    assert check(template, answers) == kept


@pytest.mark.parametrize(
    ("template", "answers", "wrong"),
    [
        (Template.DAP, {}, "data"),
        (Template.DAP, {"data": "  \n"}, "data"),
        (Template.DAP, {"data": "字" * 1501}, "data"),
        (Template.DAP, {"data": ["字" * 9999]}, "data"),
        (Template.HELPLINE, {"contact": "friendly"}, "contact"),
        (Template.HELPLINE, {"contact": ["first", "repeat"]}, "contact"),
        (Template.HELPLINE, {"done": ["listened", "dancing"]}, "done"),
        *((Template.HELPLINE, {"minutes": typed}, "minutes") for typed in NO_MINUTES),
        (Template.HELPLINE, {"minutes": ["45", "50"]}, "minutes"),
        (Template.SAFETY, {"plan": "x"}, "asked"),
        (Template.SAFETY, {"asked": "no"}, "asked"),
        (Template.SAFETY, {"asked": ""}, "asked"),
    ],
)
def test_what_does_not_is_told_field_by_field(template: Template, answers: Answers, wrong: str) -> None:
    with pytest.raises(Invalid) as told:
        check(template, answers)

    assert set(told.value.problems) == {wrong}


@pytest.mark.parametrize("typed", NO_MINUTES)
def test_a_note_that_is_not_final_holds_any_number_as_it_was_typed(typed: str) -> None:
    assert check(Template.HELPLINE, {"minutes": typed}, is_final=False) == {"minutes": typed}
