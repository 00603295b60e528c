"""One form is one ticket and one code, however often and from how many threads it is sent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from hotline.accounts.models import Account
from hotline.base.errors import Invalid
from hotline.base.i18n import Language
from hotline.counters.models import Counter
from hotline.intake import actions as intake
from hotline.intake import queries, receipt
from hotline.intake.actions import AlreadyKept, Request, Sent
from hotline.intake.models import Receipt, SentForm
from hotline.intake.privacy import CURRENT, accepted
from hotline.intake.screening import AgeBand, Audience, FollowUp, Safety, Topic
from hotline.keyring import stretching
from hotline.keyring.models import Grant, TicketKey
from hotline.keyring.receipts import receipt_keys
from hotline.tickets import actions as tickets
from hotline.tickets.levels import Level
from hotline.tickets.models import Message, Ticket
from tests.cast import NOON, House
from tests.intake.forms import JOURNEY, REQUEST, Form, new_form


def number_of(house: House, table: type) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def opens(house: House, code: str) -> bool:
    """Whether the code leads to a conversation that it opens."""
    keys = receipt_keys(house.deployment.id, stretching.stretch_code(code, house.deployment.salt, 0))
    with house.database.read() as db:
        ticket = queries.ticket_of_lookup(db, keys.lookup)
        if ticket is None:
            return False
        caller = keys.unlock(house.deployment.id, ticket)
        return bool(tickets.read_as_caller(db, house.deployment, caller).said)


def test_a_request_is_kept_whole(house: House, form: Form) -> None:
    sent = form.send()

    with house.database.read() as db:
        ticket = db.get_one(Ticket, sent.ticket_id)
        keys = receipt_keys(house.deployment.id, stretching.stretch_code(sent.code, house.deployment.salt, 0))
        caller = keys.unlock(house.deployment.id, sent.ticket_id)
        told = tickets.read_as_caller(db, house.deployment, caller)
    assert [said.text for said in told.said] == ["我最近睡不着。"]
    assert told.answers == {
        "safety": "thoughts",
        "topics": ["sleep", "study"],
        "audience": "student",
        "age_band": "adult",
    }
    assert (ticket.level, ticket.follow_up, ticket.privacy_version) == (Level.P2, "yes", CURRENT)


def test_the_same_form_is_the_same_ticket_and_the_same_code(house: House, form: Form) -> None:
    first = form.send()
    again = form.send(now=NOON + timedelta(minutes=14))

    assert again == first
    assert number_of(house, Ticket) == number_of(house, Message) == 1


def test_the_language_of_the_page_makes_no_other_request(house: House, form: Form) -> None:
    form.send()
    form.send(replace(REQUEST, language=Language.ENGLISH, topics=REQUEST.topics[::-1]))

    assert number_of(house, Ticket) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"message": "我最近睡不着"},
        {"safety": Safety.SAFE},
        {"topics": (Topic.SLEEP,)},
        {"audience": Audience.FAMILY},
        {"age_band": AgeBand.UNSAID},
        {"follow_up": FollowUp.NO},
    ],
)
def test_anything_changed_is_another_ticket_with_another_code(
    house: House, form: Form, change: dict[str, object]
) -> None:
    first = form.send()
    other = form.send(replace(REQUEST, **change))  # type: ignore[arg-type]  # fields of the table above

    assert other.ticket_id != first.ticket_id
    assert other.code != first.code
    assert opens(house, first.code)
    assert opens(house, other.code)


def test_another_form_with_the_same_words_is_another_ticket(house: House, form: Form) -> None:
    assert new_form(house).send().ticket_id != form.send().ticket_id


def test_fifty_sends_at_the_same_moment_make_one_ticket_and_one_code(house: House, form: Form) -> None:
    together = threading.Barrier(50)

    def send(_: int) -> Sent:
        together.wait()
        return form.send()

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(send, range(50)))

    assert len(set(answers)) == 1
    assert number_of(house, Ticket) == number_of(house, Message) == number_of(house, Receipt) == 1
    assert number_of(house, TicketKey) == 1
    assert number_of(house, Grant) == 3
    assert opens(house, answers[0].code)
    with house.database.read() as db:
        assert set(db.scalars(select(Counter.n))) == {1}


def test_a_code_that_was_kept_is_not_shown_again(house: House, form: Form) -> None:
    sent = form.send()
    with house.database.write() as db:
        intake.keep_code(db, sent.request_id, now=NOON)
        intake.keep_code(db, sent.request_id, now=NOON + timedelta(minutes=1))

    with pytest.raises(AlreadyKept):
        form.send()
    assert number_of(house, Ticket) == 1
    with house.database.read() as db:
        row = db.scalars(select(SentForm)).one()
    assert (row.sealed_code, row.journey, row.kept_at) == (None, None, NOON)
    assert opens(house, sent.code)


def test_after_15_minutes_the_code_is_gone_and_the_form_is_a_new_ticket(house: House, form: Form) -> None:
    first = form.send()

    later = form.send(now=NOON + timedelta(minutes=15))

    assert later.ticket_id != first.ticket_id
    assert later.code != first.code
    assert number_of(house, SentForm) == 1
    assert opens(house, first.code)
    assert opens(house, later.code)
    assert form.send(now=NOON + timedelta(minutes=29)) == later


def test_two_who_send_a_form_whose_code_ran_out_make_one_ticket(house: House, form: Form) -> None:
    first = form.send()
    together = threading.Barrier(8)

    def send(_: int) -> Sent:
        together.wait()
        return form.send(now=NOON + timedelta(minutes=15))

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(send, range(8)))

    (later,) = answers
    assert later.ticket_id != first.ticket_id
    assert number_of(house, Ticket) == 2
    assert opens(house, later.code)


def test_the_worker_forgets_codes_and_journeys_in_time(house: House, form: Form) -> None:
    form.send()
    with house.database.write() as db:
        assert intake.forget_expired_codes(db, now=NOON + timedelta(minutes=14)) == 0
        assert intake.forget_expired_codes(db, now=NOON + timedelta(minutes=15)) == 1
        assert intake.forget_expired_codes(db, now=NOON + timedelta(minutes=16)) == 0

    with house.database.read() as db:
        row = db.scalars(select(SentForm)).one()
    assert row.sealed_code is None
    assert row.journey is None
    assert row.kept_at is None


def test_leaving_forgets_the_codes_of_this_journey_alone(house: House, form: Form) -> None:
    sent = form.send()
    with house.database.write() as db:
        intake.leave(db, bytes(32), now=NOON)
    assert form.send() == sent

    with house.database.write() as db:
        intake.leave(db, JOURNEY, now=NOON)

    with pytest.raises(AlreadyKept):
        form.send()


def test_the_first_return_forgets_the_shown_code(house: House, form: Form) -> None:
    sent = form.send()
    keys = receipt_keys(house.deployment.id, stretching.stretch_code(sent.code, house.deployment.salt, 0))
    with house.database.write() as db:
        assert intake.come_back(db, house.deployment, [keys], stay=False, now=NOON)

    with pytest.raises(AlreadyKept):
        form.send()


@pytest.mark.parametrize(
    ("request_", "wrong"),
    [
        (replace(REQUEST, message=" \n\u3000", topics=()), "message"),
        (replace(REQUEST, message="长" * 4001), "message"),
    ],
)
def test_nothing_and_too_much_are_sent_back(house: House, form: Form, request_: Request, wrong: str) -> None:
    with pytest.raises(Invalid) as told:
        form.send(request_)

    assert set(told.value.problems) == {wrong}
    assert number_of(house, Ticket) == 0


@pytest.mark.parametrize(
    ("request_", "messages"),
    [
        (replace(REQUEST, message="", topics=(Topic.INFO,)), 0),
        (replace(REQUEST, message="嗯", topics=()), 1),
        (replace(REQUEST, message="长" * 4000), 1),
    ],
)
def test_a_topic_or_a_sentence_is_enough(house: House, form: Form, request_: Request, messages: int) -> None:
    form.send(request_)

    assert number_of(house, Ticket) == 1
    assert number_of(house, Message) == messages


def test_a_message_with_a_receipt_code_in_it_is_sent_back(house: House, form: Form) -> None:
    code = " ".join(receipt.grouped(receipt.draw()))

    with pytest.raises(Invalid) as told:
        form.send(replace(REQUEST, message=f"我的码：{code}。"))

    assert told.value.problems["message"].message == intake.CODE_IN_TEXT
    assert number_of(house, Ticket) == 0


@pytest.mark.parametrize("token", [b"", bytes(64), bytes(63), bytes(65)])
def test_a_form_that_was_not_given_out_here_is_none(house: House, token: bytes) -> None:
    assert intake.open_form(house.deployment, token) is None


def test_a_forms_bytes_and_mac_belong_together(house: House) -> None:
    token = intake.new_form(house.deployment)

    assert intake.open_form(house.deployment, token) == token[:32]
    assert intake.open_form(house.deployment, token[:-1]) is None
    assert intake.open_form(house.deployment, token + b"x") is None
    assert intake.open_form(house.deployment, bytes(32) + token[32:]) is None


def test_a_ticket_keeps_the_wording_it_was_shown_and_never_an_unknown_one() -> None:
    assert accepted(CURRENT) == CURRENT
    assert accepted("2026-11") == "2026-11"
    assert accepted("<script>") == CURRENT


def test_intake_says_why_it_is_closed(house: House) -> None:
    with house.database.write() as db:
        assert queries.reasons_closed(db, house.deployment) == []
        assert len(queries.reasons_closed(db, None)) == 1
        db.execute(update(Account).where(Account.roles == "custodian").values(disabled_at=NOON))

        assert queries.reasons_closed(db, house.deployment) == ["Two custodians must be admitted."]
