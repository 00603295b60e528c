"""What becomes of a due follow-up, situation by situation, and after an attempt."""

from itertools import product

import pytest

from hotline.followups.lifecycle import (
    DECISIONS,
    OPEN,
    OUTCOME_WORDS,
    STATE_WORDS,
    WHY_WORDS,
    Decision,
    Found,
    Outcome,
    Situation,
    State,
    Why,
    after,
    situation_of,
    why_over,
)
from hotline.tickets import lifecycle as tickets
from hotline.tickets.lifecycle import Consent

FINISHED = tickets.Outcome.STOPPED_BY_CALLER
LISTENED = tickets.Outcome.LISTENED
TAKEN, CLOSED, DELETED = tickets.State.TAKEN, tickets.State.CLOSED, tickets.State.DELETED
WAITING, ASSIGNED = tickets.State.WAITING, tickets.State.ASSIGNED


def found(  # one line a case
    state: tickets.State,
    outcome: str | None = None,
    consent: str = Consent.LATER,
    *,
    word: bool = True,
    same: bool = True,
    works: bool = True,
) -> Found:
    return Found(state, outcome, consent, word, same, works)


@pytest.mark.parametrize(
    ("met", "situation", "decision"),
    [
        (found(TAKEN), Situation.OWN, Decision.REMIND),
        (found(TAKEN, consent=Consent.YES), Situation.OWN, Decision.REMIND),
        (found(CLOSED, LISTENED), Situation.OWN, Decision.REMIND),
        (found(TAKEN, same=False), Situation.MOVED, Decision.REMIND),
        (found(CLOSED, LISTENED, same=False), Situation.MOVED, Decision.REMIND),
        (found(WAITING, same=False, works=False), Situation.NOBODYS, Decision.POSTPONE),
        (found(ASSIGNED), Situation.NOBODYS, Decision.POSTPONE),
        (found(TAKEN, works=False), Situation.ORPHANED, Decision.LEAVE),
        (found(CLOSED, LISTENED, works=False), Situation.ORPHANED, Decision.LEAVE),
        (found(CLOSED, FINISHED), Situation.STOPPED, Decision.CANCEL),
        (found(TAKEN, consent=Consent.NO), Situation.STOPPED, Decision.CANCEL),
        (found(TAKEN, consent=Consent.NO, works=False), Situation.STOPPED, Decision.CANCEL),
        (found(TAKEN, word=False), Situation.STOPPED, Decision.CANCEL),
        (found(WAITING, consent=Consent.NO), Situation.STOPPED, Decision.CANCEL),
        (found(DELETED), Situation.DELETED, Decision.CANCEL),
        (found(DELETED, consent=Consent.NO, word=False), Situation.DELETED, Decision.CANCEL),
    ],
)
def test_the_ticket_decides(met: Found, situation: Situation, decision: Decision) -> None:
    assert situation_of(met) is situation
    assert DECISIONS[situation] is decision


def test_nobody_is_reminded_against_the_callers_word_and_nobody_who_has_left() -> None:
    flags = (False, True)
    for state, outcome, consent, word, same, works in product(
        tickets.State, (None, *tickets.Outcome), Consent, flags, flags, flags
    ):
        if DECISIONS[situation_of(Found(state, outcome, consent, word, same, works))] is Decision.REMIND:
            assert works
            assert word
            assert consent is not Consent.NO
            assert state in {TAKEN, CLOSED}
            assert (state, outcome) != (CLOSED, FINISHED)


def test_every_situation_has_a_decision_and_every_code_its_words() -> None:
    assert set(DECISIONS) == set(Situation)
    assert set(DECISIONS.values()) == set(Decision)
    assert (set(STATE_WORDS), set(OUTCOME_WORDS), set(WHY_WORDS)) == (set(State), set(Outcome), set(Why))
    assert {why_over(s) for s, d in DECISIONS.items() if d is Decision.CANCEL} == {Why.STOPPED, Why.DELETED}


@pytest.mark.parametrize(
    ("outcome", "attempts", "following"),
    [
        (Outcome.BETTER, 1, State.DONE),
        (Outcome.SAME, 2, State.DONE),
        (Outcome.WORSE, 3, State.DONE),
        (Outcome.DECLINED, 1, State.DONE),
        (Outcome.NO_ANSWER, 1, State.PLANNED),
        (Outcome.NO_ANSWER, 2, State.PLANNED),
        (Outcome.NO_ANSWER, 3, State.LAPSED),
        (Outcome.NO_ANSWER, 4, State.LAPSED),
    ],
)
def test_no_answer_means_another_try_until_it_lapses(
    outcome: Outcome, attempts: int, following: State
) -> None:
    assert after(outcome, attempts, 3) is following
    assert State.PLANNED in OPEN
    assert following in State
