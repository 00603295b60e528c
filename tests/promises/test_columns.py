"""Every column of every table has its class (design.md §4): a new one is a decision, made here."""

import importlib
import importlib.util
import pkgutil
import re

import pytest
from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, MetaData, String, Uuid

import hotline
from hotline.base.db import Table

CLASSES = {
    "id": "a random or counted name for a row, and references to one",
    "time": "when something happened or is due",
    "code": "a word from a list in the program, or a number: needed to route, remind and open",
    "staff": "what staff are called and reached by; written by administrators",
    "count": "how often; no link to a ticket",
    "public": "public keys, signatures, salts, version numbers of keys: meant to be seen",
    "hash": "a one-way value: finds or compares, tells nothing",
    "cipher": "opens only with a key that is not in the database",
}

COLUMNS: dict[str, dict[str, str]] = {
    "accounts": {
        "id": "id, invited_by",
        "staff": "name, alias, mail",
        "code": "language, roles, shortcuts",
        "time": "created_at, disabled_at",
    },
    "admissions": {
        "id": "id, account_id, custodian_id",
        "code": "roles",
        "public": "key_version, custodian_version, signature",
        "time": "admitted_at",
    },
    "audit_lines": {
        "id": "number, actor_id, subject_id",
        "time": "at",
        "code": "act, detail",
        "hash": "chained",
    },
    "calendar_feeds": {"id": "account_id", "hash": "secret_hash", "time": "made_at"},
    "caller_keys": {"id": "ticket_id", "public": "kem_public", "hash": "mac"},
    "counters": {"code": "period, dimension, value, slot", "count": "n"},
    "credentials": {
        "id": "account_id",
        "public": "key_version, salt, stretching",
        "code": "generated, factor_step",
        "hash": "verifier",
        "cipher": "sealed_root, sealed_factor",
    },
    "deployment": {
        "id": "id",
        "time": "created_at",
        "public": "salt, form_key, stretching, team_version",
        "code": "members_stamp, team_stamp, is_demo",
    },
    "drafts": {
        "id": "id, ticket_id, account_id",
        "code": "purpose, compartment, epoch",
        "time": "saved_at",
        "cipher": "body",
    },
    "duties": {"id": "account_id", "time": "since"},
    "escrow_shares": {"id": "first_id, second_id", "cipher": "mask, masked_root"},
    "factor_orders": {"id": "account_id, ordered_by", "code": "as_role", "time": "ordered_at"},
    "follow_ups": {
        "id": "id, ticket_id, account_id, planned_by",
        "code": "epoch, attempts, max_attempts, state, outcome, why",
        "time": "planned_at, due_at, claimed_until, reminded_at, ended_at",
        "cipher": "purpose",
    },
    "grants": {
        "id": "id, ticket_id, holder_id, maker_id",
        "code": "compartment, epoch, holder_kind, own",
        "public": "holder_version, maker_version, signature",
        "cipher": "sealed",
    },
    "invitations": {"id": "account_id", "hash": "code_hash", "time": "expires_at"},
    "known_browsers": {"id": "account_id", "hash": "token_hash", "time": "seen_at"},
    "late_posts": {
        "id": "id, account_id",
        "code": "address",
        "time": "arrived_at",
        "cipher": "sealed",
    },
    "level_proposals": {
        "id": "ticket_id, proposed_by",
        "code": "level, reason",
        "time": "proposed_at",
    },
    "messages": {
        "id": "id, ticket_id, author_id",
        "code": "number, author_kind, language",
        "time": "sent_at",
        "cipher": "body",
    },
    "notes": {
        "id": "id, ticket_id, author_id",
        "code": "number, kind, is_final, epoch",
        "time": "written_at",
        "cipher": "body",
    },
    "outgoing_mails": {
        "id": "id, account_id",
        "code": "state, attempts, problem",
        "time": "made_at, next_try_at, claimed_until, ended_at",
    },
    "receipts": {"id": "ticket_id", "hash": "lookup"},
    "released_cells": {"code": "kind, period, label", "count": "printed, share, median, ninetieth"},
    "releases": {"code": "kind, period, is_withheld", "count": "at_least, at_most", "time": "decided_at"},
    "sent_forms": {
        "id": "ticket_id",
        "hash": "request_id, journey",
        "cipher": "sealed_code",
        "time": "expires_at, kept_at",
    },
    "sessions": {
        "id": "id, account_id, ticket_id",
        "hash": "token_hash",
        "code": "kind, idle_seconds",
        "cipher": "sealed",
        "time": "started_at, seen_at, ends_at",
    },
    "slow_downs": {"hash": "key", "code": "failures", "time": "until"},
    "staff_keys": {
        "id": "account_id",
        "public": "version, kem_public, signing_public",
        "time": "made_at",
    },
    "team_shares": {
        "id": "id, holder_id, maker_id",
        "code": "holder_kind",
        "public": "team_version, holder_version, maker_version, signature",
        "cipher": "sealed",
    },
    "teams": {
        "id": "maker_id",
        "public": "version, kem_public, maker_version, signature",
        "time": "made_at",
    },
    "ticket_keys": {"id": "ticket_id", "code": "compartment, epoch", "hash": "commitment"},
    "tickets": {
        "id": "id, reference, assignee_id",
        "code": "state, level, language, outcome, follow_up, privacy_version",
        "time": "created_at, waiting_since, taken_at, reply_due_at, first_reply_at, reviewed_at, "
        "finished_at, closed_at, follow_up_at",
        "cipher": "answers",
    },
}

TYPES: dict[str, tuple[type, ...]] = {
    "id": (Uuid, Integer, String),
    "time": (DateTime,),
    "code": (String, Integer, Boolean),
    "staff": (String,),
    "count": (Integer,),
    "public": (LargeBinary, Integer),
    "hash": (LargeBinary,),
    "cipher": (LargeBinary,),
}

LONGER_TEXTS = {("accounts", "mail")}
"""Columns in which more than a word of 64 characters fits: a mail address has up to 254."""

WATCHES_PEOPLE = re.compile(r"(^|_)(ip|ip_?addr|user_?agent|device|fingerprint|geo|referr?er|phone)(_|$)")


@pytest.fixture(scope="module")
def tables() -> MetaData:
    for package in pkgutil.iter_modules(hotline.__path__, "hotline."):
        if package.ispkg and importlib.util.find_spec(f"{package.name}.models"):
            importlib.import_module(f"{package.name}.models")
    return Table.metadata


def columns(tables: MetaData) -> dict[tuple[str, str], Column[object]]:
    return {(table.name, column.name): column for table in tables.sorted_tables for column in table.columns}


def listed() -> dict[tuple[str, str], str]:
    return {
        (table, column): kind
        for table, kinds in COLUMNS.items()
        for kind, names in kinds.items()
        for column in names.split(", ")
    }


def test_every_column_is_listed_and_every_listed_column_is_there(tables: MetaData) -> None:
    assert set(columns(tables)) == set(listed())


def test_no_column_is_listed_twice_and_every_class_is_explained() -> None:
    named = [
        (table, column)
        for table, kinds in COLUMNS.items()
        for names in kinds.values()
        for column in names.split(", ")
    ]

    assert len(named) == len(set(named))
    assert {kind for kinds in COLUMNS.values() for kind in kinds} == set(CLASSES) == set(TYPES)


def test_every_column_can_hold_what_its_class_says_and_no_more(tables: MetaData) -> None:
    found = columns(tables)
    wrong = [
        (place, kind, found[place].type)
        for place, kind in listed().items()
        if not isinstance(getattr(found[place].type, "impl_instance", found[place].type), TYPES[kind])
    ]

    assert wrong == []


def test_no_text_longer_than_a_word_fits_anywhere_unless_it_is_listed(tables: MetaData) -> None:
    longer = {
        place
        for place, column in columns(tables).items()
        if isinstance(column.type, String) and (column.type.length is None or column.type.length > 64)
    }

    assert longer == LONGER_TEXTS


def test_nothing_is_kept_about_a_persons_machine_or_address(tables: MetaData) -> None:
    assert [place for place in columns(tables) if WATCHES_PEOPLE.search(place[1])] == []
    assert {type(column.type).__name__.upper() for column in columns(tables).values()}.isdisjoint(
        {"INET", "CIDR", "MACADDR", "JSON", "JSONB", "TEXT", "ARRAY"}
    )


@pytest.mark.parametrize("name", ["ip", "client_ip", "user_agent", "device_id", "useragent"])
def test_the_watch_bites(name: str) -> None:
    assert WATCHES_PEOPLE.search(name)


@pytest.mark.parametrize("name", ["ship", "relationship", "description", "chip_in"])
def test_the_watch_leaves_honest_names_alone(name: str) -> None:
    assert not WATCHES_PEOPLE.search(name)


def test_counts_have_no_link_to_a_ticket(tables: MetaData) -> None:
    counters = tables.tables["counters"]

    assert not counters.foreign_keys
    assert not [column for column in counters.columns if isinstance(column.type, Uuid | DateTime)]
