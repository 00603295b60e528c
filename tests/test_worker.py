"""What happens by the clock, and that one failing task stops no other."""

import logging
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from hotline import worker as worker_module
from hotline.accounts import late_posts, sessions, sign_in
from hotline.accounts.models import LatePost, SessionRow, SlowDown
from hotline.accounts.sign_in import Attempt
from hotline.audit.actions import CHAIN_BATCH, NOTHING_BEFORE, link
from hotline.audit.acts import Act
from hotline.audit.models import AuditLine
from hotline.base import schema
from hotline.base.config import Settings
from hotline.base.db import open_database
from hotline.intake import actions as intake
from hotline.intake.models import SentForm
from hotline.intake.sent import CODE_SHOWN
from hotline.statistics import releases
from hotline.worker import Worker
from tests.cast import NOON, ZONE, House
from tests.databases import url_of

LATER = NOON + timedelta(days=1)


def worker_of(house: House) -> Worker:
    settings = Settings(data_dir=house.folder, database_url=house.url, test_stretching=True)
    return Worker(house.database, settings, clock=lambda: NOON)


def test_an_ended_session_loses_the_root_it_held(house: House) -> None:
    house.session_of("lin")

    worker_of(house).run_once(LATER)

    with house.database.read() as db:
        assert [row.sealed for row in db.scalars(select(SessionRow))] == [None]


def test_a_running_session_is_left_alone(house: House) -> None:
    token = house.session_of("lin")

    worker_of(house).run_once(NOON + timedelta(minutes=5))

    with house.database.read() as db:
        sessions.resume(db, house.deployment, sessions.Kind.STAFF, token, now=NOON + timedelta(minutes=5))


def test_a_code_that_nobody_kept_is_forgotten_after_fifteen_minutes(house: House) -> None:
    house.send("我最近睡不着。")

    worker_of(house).run_once(NOON + CODE_SHOWN)

    with house.database.read() as db:
        assert [form.sealed_code for form in db.scalars(select(SentForm))] == [None]


def test_statistics_of_a_week_that_is_over_are_released(house: House) -> None:
    for _ in range(6):
        house.send("我最近睡不着。")

    worker_of(house).run_once(NOON + timedelta(days=7))

    with house.database.read() as db:
        one = releases.find(db, house.actor(db, "supervisor"), "contacts", "2026-W48")
    assert one.table is not None
    assert dict(one.table.cells) == {"request": 5}


def test_a_clock_that_is_far_ahead_decides_nothing_for_ever(house: House) -> None:
    settings = Settings(data_dir=house.folder, database_url=house.url, test_stretching=True)
    worker = Worker(house.database, settings)

    worker.run_once(NOON + timedelta(days=366))
    worker.run_once(NOON + timedelta(days=366, seconds=30))
    worker.run_once(NOON + timedelta(days=7))

    with house.database.read() as db:
        assert releases.names(db) == set()


def test_before_the_founding_there_is_nothing_to_release(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=url_of(tmp_path), test_stretching=True)
    schema.upgrade(settings.database_url)
    database = open_database(settings.database_url)

    Worker(database, settings).run_once(LATER)

    with database.read() as db:
        assert releases.names(db) == set()
    database.dispose()


def test_wrong_tries_and_unfetched_posts_are_forgotten(house: House) -> None:
    token = house.session_of("lin")
    with house.database.write() as db:
        wrong = Attempt("lin", bytes(32), digits="", browser=None)
        assert sign_in.sign_in(db, house.deployment, wrong, now=NOON) is None
        assert late_posts.keep(db, house.deployment, token, "/staff", {"text": "半句话"}, now=NOON)

    house.go_on_duty("mei", now=NOON + late_posts.KEPT)  # somebody is there: the clock is right
    worker_of(house).run_once(NOON + late_posts.KEPT)

    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(SlowDown)) == 0
        assert db.scalar(select(func.count()).select_from(LatePost)) == 0


def test_every_settled_audit_line_is_chained_to_the_one_before(house: House) -> None:
    house.go_on_duty("lin", "mei")

    worker_of(house).run_once(LATER)

    with house.database.read() as db:
        lines = db.scalars(select(AuditLine).order_by(AuditLine.number)).all()
    previous = NOTHING_BEFORE
    assert lines
    for line in lines:
        previous = link(line, previous)
        assert line.chained == previous


@pytest.mark.sqlite
def test_deleted_text_leaves_the_write_ahead_log(house: House) -> None:
    caller = house.send("一句要删掉的话。")
    with house.database.write() as db:
        token = sessions.start_caller(db, house.deployment, caller.keys, stay=False, now=NOON)
        session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, token, now=NOON)
        intake.delete_conversation(db, house.deployment, session, tz=ZONE, now=NOON)
    log = house.folder / "hotline.db-wal"
    assert log.stat().st_size > 0

    worker_of(house).run_once(NOON)

    assert log.stat().st_size == 0


def test_a_failing_task_is_logged_by_its_type_and_the_others_run(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house.session_of("lin")

    def broken(_db: object, _now: object) -> None:
        raise RuntimeError("木棉的话")

    monkeypatch.setattr(worker_module, "TASKS", (broken, *worker_module.TASKS))
    with caplog.at_level(logging.ERROR):
        worker_of(house).run_once(LATER)

    assert [record.getMessage() for record in caplog.records] == ["a task failed and will be tried again"]
    assert caplog.records[0].exc_info is not None
    with house.database.read() as db:
        assert [row.sealed for row in db.scalars(select(SessionRow))] == [None]


def test_a_stop_waits_for_one_batch_however_much_there_is_to_do(house: House) -> None:
    stop = threading.Event()

    def told_to_stop() -> datetime:
        stop.set()
        return NOON

    with house.database.write() as db:
        db.execute(insert(AuditLine), [{"at": NOON, "act": Act.SIGNED_IN}] * (2 * CHAIN_BATCH))
    settings = Settings(data_dir=house.folder, database_url=house.url, test_stretching=True)

    Worker(house.database, settings, told_to_stop).run_forever(stop)

    with house.database.read() as db:
        chained = select(func.count()).where(AuditLine.chained.is_not(None))
        assert db.scalar(chained) == CHAIN_BATCH


def test_it_works_until_it_is_told_to_stop(house: House) -> None:
    rounds = threading.Event()
    stop = threading.Event()

    def clock() -> datetime:
        rounds.set()
        return NOON

    settings = Settings(data_dir=house.folder, database_url=house.url)
    thread = threading.Thread(target=Worker(house.database, settings, clock).run_forever, args=[stop])
    thread.start()
    assert rounds.wait(10)

    stop.set()
    thread.join(10)

    assert not thread.is_alive()
