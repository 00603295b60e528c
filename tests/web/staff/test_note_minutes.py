"""The time spent in a session note: a whole number of minutes once the note is finished, anything before."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from hotline.notes.models import Note
from hotline.tickets.confidential import notes_key
from tests.cast import Caller, House
from tests.web.staff.desks import Desks, url, words

IN_WORDS = "三刻钟"
NOTE = {"template": "helpline", "note_minutes": IN_WORDS, "note_brought": "睡眠"}


def how_many(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Note)) or 0


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Write a whole number of minutes, 1,440 or fewer."),
        ("zh-CN", "请用数字写整数的分钟数，不超过1440。"),
    ],
)
def test_it_is_a_whole_number_when_the_note_is_finished(
    desks: Desks, house: House, taken: Caller, language: str, said: str
) -> None:
    lin = desks.at_desk("lin", language=language)

    answer = lin.post(url(taken, "/notes"), data={**NOTE, "step": "final"})

    assert answer.status_code == 422
    assert said in words(answer)
    assert 'href="#note_minutes"' in answer.text
    assert 'aria-describedby="note_minutes-error" aria-invalid="true"' in answer.text
    assert f'value="{IN_WORDS}"' in answer.text
    assert ">\n睡眠</textarea>" in answer.text
    assert how_many(house) == 0


def test_full_width_digits_are_kept_as_plain_ones(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")

    lin.post(url(taken, "/notes"), data={**NOTE, "note_minutes": "４５", "step": "final"})

    assert "Time spent in minutes 45" in words(lin.get(url(taken)))


@pytest.mark.parametrize("part", ["/notes", "/drafts"])
def test_a_draft_holds_it_as_it_was_typed(desks: Desks, taken: Caller, part: str) -> None:
    lin = desks.at_desk("lin")
    lin.headers["Accept"] = "text/html"

    assert lin.post(url(taken, part), data={**NOTE, "step": "draft"}).status_code == 303

    assert f'value="{IN_WORDS}"' in lin.get(url(taken)).text


def test_a_note_that_was_finished_with_it_in_words_is_still_shown(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        key = notes_key(db, house.deployment, lin.keys, desks.row(db, taken))
        note = Note(
            id=uuid4(),
            ticket_id=taken.ticket,
            number=1,
            author_id=lin.id,
            kind="note",
            is_final=True,
            written_at=desks.now,
            epoch=key.epoch,
        )
        text = json.dumps({"template": "helpline", "answers": {"minutes": IN_WORDS}})
        note.body = key.seal(text, record=note.id, kind="note-final", author=str(lin.id))
        db.add(note)

    assert f"Time spent in minutes {IN_WORDS}" in words(desks.at_desk("lin").get(url(taken)))
