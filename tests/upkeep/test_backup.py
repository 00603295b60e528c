"""The drill: back up, bring back elsewhere, open a ticket with its receipt code."""

import hashlib
import io
import json
import sqlite3
import tarfile
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from hotline import VERSION
from hotline.accounts import sessions
from hotline.accounts.models import SessionRow
from hotline.base.config import Settings
from hotline.base.db import open_database
from hotline.intake.models import SentForm
from hotline.keyring.founding import FILE_NAME as FOUNDING
from tests import flows
from tests.apps import app_for
from tests.cast import NOON, Caller, House
from tests.databases import FILE, Kind, chosen, url_of
from tests.terminal import ROOT, hotline, in_house, the_line
from tests.web.foundation import browse

FOR_TESTS = {"HOTLINE_TEST_STRETCHING": "true"}
ANSWER = "谢谢你写下来。"


@pytest.fixture
def answered(house: House) -> Caller:
    """Somebody wrote, kept no code yet, and was answered."""
    caller = house.send("我最近睡不着。")
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, ANSWER)
    return caller


@pytest.fixture
def file(house: House, answered: Caller, tmp_path: Path) -> Path:
    """A backup of the house, with Lin and the caller signed in while it was made."""
    house.session_of("lin")
    with house.database.write() as db:
        sessions.start_caller(db, house.deployment, answered.keys, stay=True, now=NOON)
    to = tmp_path / "backup.tar"
    made = in_house(house, "backup", "--to", str(to))
    assert made.exit_code == 0, made.output
    return to


def parts_of(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {entry.name: (tar.extractfile(entry) or io.BytesIO()).read() for entry in tar}


def packed(parts: dict[str, bytes], to: Path) -> Path:
    with tarfile.open(to, "w") as tar:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return to


def conversation(folder: Path, code: str) -> str:
    """What the caller reads with their code in the deployment of this folder."""
    settings = Settings(data_dir=folder, database_url=url_of(folder), test_stretching=True)
    database = open_database(settings.database_url)
    browser = browse(app_for(settings, database, lambda: NOON))
    browser.post("/read", data={"code": code, "stay": "30-minutes"})
    page = browser.get("/conversation").text
    database.dispose()
    return page


def what_was_there(house: House) -> tuple[str, int]:
    """Where restoring moved the old database, and how many tickets are in it."""
    if chosen() is Kind.SQLITE:
        (old,) = house.folder.glob("hotline.db.before-*")
        with closing(sqlite3.connect(old)) as before:
            return str(old), before.execute("SELECT count(*) FROM tickets").fetchone()[0]
    with house.database.read() as db:
        schema = db.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_%'")).one()
        return schema, db.execute(text(f"SELECT count(*) FROM {schema}.tickets")).scalar_one()  # noqa: S608 - a name of our own


def test_a_restored_ticket_opens_with_its_receipt_code(file: Path, answered: Caller, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"

    done = hotline(elsewhere, "restore", str(file), **FOR_TESTS)

    assert done.exit_code == 0, done.output
    assert "Restored: 1 tickets" in done.output
    assert "hotline check" in done.output
    assert hotline(elsewhere, "check", **FOR_TESTS).exit_code == 0
    assert ANSWER in conversation(elsewhere, answered.code)


@pytest.mark.sqlite
def test_a_restored_file_is_its_owners_alone(file: Path, tmp_path: Path) -> None:
    hotline(tmp_path / "elsewhere", "restore", str(file), **FOR_TESTS)

    assert (tmp_path / "elsewhere" / FILE).stat().st_mode & 0o077 == 0


def test_a_backup_says_what_is_in_it_and_is_its_owners_alone(file: Path, house: House) -> None:
    parts = parts_of(file)
    manifest = json.loads(parts["manifest.json"])

    assert list(parts) == ["manifest.json", FOUNDING, "database"]
    assert parts[FOUNDING] == (house.folder / FOUNDING).read_bytes()
    assert manifest["rows"]["tickets"] == 1
    assert manifest["rows"]["messages"] == 2
    assert manifest["kind"] == chosen()
    assert file.stat().st_mode & 0o077 == 0
    assert list(file.parent.glob(".*")) == []


def test_a_backup_holds_no_session_and_no_form_code(file: Path, house: House) -> None:
    with house.database.read() as db:
        secrets = [row.sealed for row in db.scalars(select(SessionRow))]
        secrets += [form.sealed_code for form in db.scalars(select(SentForm))]
        hashes = [row.token_hash for row in db.scalars(select(SessionRow))]
    content = file.read_bytes()

    assert len(secrets) == 3
    for secret in (*secrets, *hashes):
        assert secret is not None
        assert secret[:32] not in content


def test_the_service_goes_on_while_a_backup_is_made(house: House, answered: Caller, tmp_path: Path) -> None:
    with house.database.write() as db:
        sessions.start_caller(db, house.deployment, answered.keys, stay=False, now=NOON)
        made = in_house(house, "backup", "--to", str(tmp_path))

    assert made.exit_code == 0, made.output
    with house.database.read() as db:
        assert db.scalars(select(SessionRow)).all()


def test_without_a_place_the_backup_goes_into_the_data_folder_and_says_so(house: House) -> None:
    made = in_house(house, "backup")

    assert len(list((house.folder / "backups").glob("hotline-*.tar"))) == 1
    assert "same disk" in made.output


def test_a_backup_replaces_no_file(house: House, file: Path) -> None:
    assert "is there already" in the_line(in_house(house, "backup", "--to", str(file)))


def test_where_nothing_was_founded_there_is_nothing_to_keep(tmp_path: Path) -> None:
    hotline(tmp_path, "migrate")

    assert "nothing to keep" in the_line(hotline(tmp_path, "backup"))


def test_restoring_refuses_a_deployment_that_is_there(house: House, file: Path) -> None:
    later = house.send("后来写的。")
    house.database.dispose()

    assert "--replace" in the_line(in_house(house, "restore", str(file)))
    assert "后来写的。" in conversation(house.folder, later.code)


def test_when_told_restoring_moves_what_is_there_aside(house: House, file: Path, answered: Caller) -> None:
    house.send("后来写的。")
    house.database.dispose()

    done = in_house(house, "restore", "--replace", str(file))

    assert done.exit_code == 0, done.output
    assert ANSWER in conversation(house.folder, answered.code)
    where, tickets = what_was_there(house)
    assert where in done.output
    assert tickets == 2


def test_restoring_refuses_while_the_database_is_in_use(house: House, file: Path) -> None:
    with house.database.read() as db:
        db.connection()

        assert "stop `serve` first" in the_line(in_house(house, "restore", "--replace", str(file)))


def test_a_database_with_other_rows_than_its_backup_names_replaces_nothing(
    house: House, file: Path, tmp_path: Path
) -> None:
    later = house.send("后来写的。")
    house.database.dispose()
    parts = parts_of(file)
    manifest = json.loads(parts["manifest.json"])
    manifest["rows"]["tickets"] += 1
    other = packed(parts | {"manifest.json": json.dumps(manifest).encode()}, tmp_path / "other.tar")

    assert "Nothing was restored" in the_line(in_house(house, "restore", "--replace", str(other)))
    assert "后来写的。" in conversation(house.folder, later.code)


@pytest.mark.thorough
@pytest.mark.postgres
def test_a_dump_that_cannot_be_read_replaces_nothing(house: House, file: Path, tmp_path: Path) -> None:
    later = house.send("后来写的。")
    house.database.dispose()
    parts = parts_of(file) | {"database": b"PGDMP and then nothing"}
    manifest = json.loads(parts["manifest.json"])
    manifest["sha256"]["database"] = hashlib.sha256(parts["database"]).hexdigest()
    broken = packed(parts | {"manifest.json": json.dumps(manifest).encode()}, tmp_path / "broken.tar")

    done = in_house(house, "restore", "--replace", str(broken))

    assert done.exit_code == 1
    assert "pg_restore has failed" in done.output
    assert "后来写的。" in conversation(house.folder, later.code)


@pytest.mark.parametrize("part", ["database", FOUNDING])
def test_a_damaged_backup_is_refused_and_nothing_is_restored(file: Path, tmp_path: Path, part: str) -> None:
    parts = parts_of(file)
    damaged = bytearray(parts[part])
    damaged[len(damaged) // 2] ^= 1
    broken = packed(parts | {part: bytes(damaged)}, tmp_path / "broken.tar")

    line = the_line(hotline(tmp_path / "elsewhere", "restore", str(broken), **FOR_TESTS))

    assert "damaged" in line
    assert part in line
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_backup_of_a_newer_version_is_refused(file: Path, tmp_path: Path) -> None:
    parts = parts_of(file)
    manifest = json.loads(parts["manifest.json"]) | {"migration": "ffffffffffff", "version": "9.9"}
    newer = packed(parts | {"manifest.json": json.dumps(manifest).encode()}, tmp_path / "newer.tar")

    assert "newer version (9.9)" in the_line(hotline(tmp_path / "elsewhere", "restore", str(newer)))


@pytest.mark.parametrize("words", [b"", b"no tar at all" * 100])
def test_another_file_is_no_backup(tmp_path: Path, words: bytes) -> None:
    other = tmp_path / "other.tar"
    other.write_bytes(words)

    assert "no backup" in the_line(hotline(tmp_path / "elsewhere", "restore", str(other)))


def test_what_does_not_belong_into_a_backup_is_not_unpacked(file: Path, tmp_path: Path) -> None:
    parts = parts_of(file)
    manifest = json.loads(parts["manifest.json"])
    manifest["sha256"]["../../somewhere"] = "00"
    odd = packed(parts | {"manifest.json": json.dumps(manifest).encode()}, tmp_path / "odd.tar")

    assert "no backup" in the_line(hotline(tmp_path / "elsewhere", "restore", str(odd)))


def test_a_backup_is_of_one_kind_of_database(file: Path, tmp_path: Path) -> None:
    (kind,) = set(Kind) - {chosen()}
    parts = parts_of(file)
    manifest = json.loads(parts["manifest.json"]) | {"kind": kind}
    other = packed(parts | {"manifest.json": json.dumps(manifest).encode()}, tmp_path / "other.tar")

    assert kind in the_line(hotline(tmp_path / "elsewhere", "restore", str(other)))


def test_backups_name_the_version_that_is_released() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] == VERSION
