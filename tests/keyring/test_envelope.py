"""Sealing: sizes, padding, and that nothing opens anywhere but in its own place."""

from dataclasses import fields, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.errors import Tampered
from hotline.keyring.envelope import (
    Compartment,
    Place,
    commitment,
    new_secret,
    open_box,
    open_record,
    pad,
    seal_box,
    seal_record,
    unpad,
)
from hotline.keyring.holder import REMEMBERED, Holder, HolderKind, SuiteNumber, Unlocked, seal_to

KEY = bytes(range(32))
HOME = Place(UUID(int=1), UUID(int=2), Compartment.CONVERSATION, 1, UUID(int=3), "message", "caller")
ELSEWHERE = Place(UUID(int=9), UUID(int=9), Compartment.NOTES, 9, UUID(int=9), "note", "somebody")
PERSON = Unlocked(Holder(HolderKind.STAFF, UUID(int=4), 1), UUID(int=1), KEY)
SEALED = {
    suite: seal_to(PERSON.public.kem, KEY, b"info", suite=suite)
    for suite in (SuiteNumber.X25519, SuiteNumber.HYBRID)
}


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, 512),
        (1, 512),
        (511, 512),
        (512, 1024),
        (1023, 1024),
        (1024, 2048),
        (2047, 2048),
        (2048, 4096),
        (4095, 4096),
        (4096, 8192),
        (8191, 8192),
        (8192, 16384),
        (16383, 16384),
        (16384, 24576),
        (24575, 24576),
    ],
)
def test_a_text_is_padded_to_the_next_step(length: int, padded: int) -> None:
    assert len(pad(b"a" * length)) == padded
    assert unpad(pad(b"a" * length)) == b"a" * length


@pytest.mark.parametrize("padded", [b"", b"\0" * 512, b"no end", b"text\x80\0\0x", b"text\x80\0\x01\0"])
def test_bytes_without_honest_padding_are_refused(padded: bytes) -> None:
    with pytest.raises(Tampered):
        unpad(padded)


@given(st.binary(max_size=9000))
def test_padding_comes_off_as_it_went_on(plain: bytes) -> None:
    assert unpad(pad(plain)) == plain


@given(st.text(max_size=400))
def test_a_record_gives_back_every_text(text: str) -> None:
    assert open_record(KEY, HOME, seal_record(KEY, HOME, text)) == text


def test_two_sealings_of_the_same_text_have_nothing_in_common() -> None:
    one, other = seal_record(KEY, HOME, "同一句话"), seal_record(KEY, HOME, "同一句话")

    assert one[2:26] != other[2:26]
    assert one[26:] != other[26:]


@pytest.mark.parametrize("name", [field.name for field in fields(Place)])
def test_a_record_opens_in_no_other_place(name: str) -> None:
    moved = replace(HOME, **{name: getattr(ELSEWHERE, name)})
    record = seal_record(KEY, HOME, "我最近睡不着。")

    with pytest.raises(Tampered):
        open_record(KEY, moved, record)


@given(
    st.builds(
        Place,
        st.uuids(),
        st.uuids(),
        st.sampled_from(Compartment),
        st.integers(0, 2**63),
        st.uuids(),
        st.text(max_size=9),
        st.text(max_size=9),
    )
)
def test_no_other_place_at_all_opens_a_record(place: Place) -> None:
    record = seal_record(KEY, HOME, "text")

    with pytest.raises(Tampered):
        open_record(KEY, place, record)


@given(st.data())
def test_one_flipped_bit_anywhere_is_noticed(data: st.DataObject) -> None:
    record = bytearray(seal_record(KEY, HOME, "text"))
    at = data.draw(st.integers(0, len(record) - 1))
    record[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Tampered):
        open_record(KEY, HOME, bytes(record))


@given(st.data())
def test_one_flipped_bit_of_a_sealed_key_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(SEALED[data.draw(st.sampled_from(sorted(SEALED)))])
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Tampered):
        PERSON.open(bytes(sealed), b"info")


@given(st.binary(max_size=1200))
def test_any_other_bytes_are_no_box_no_record_and_no_sealed_key(noise: bytes) -> None:
    for head in (b"", b"\x01", b"\x01\x01", b"\x01\x02"):
        with pytest.raises(Tampered):
            open_box(KEY, b"bound", head + noise)
        with pytest.raises(Tampered):
            open_record(KEY, HOME, head + noise)
        with pytest.raises(Tampered):
            PERSON.open(head + noise, b"info")


def test_a_box_opens_with_its_secret_and_its_context_alone() -> None:
    box = seal_box(KEY, b"bound", b"plain")

    assert open_box(KEY, b"bound", box) == b"plain"
    for secret, bound in ((new_secret(), b"bound"), (KEY, b"bounD"), (KEY, b"")):
        with pytest.raises(Tampered):
            open_box(secret, bound, box)


def test_a_box_is_no_record_even_under_the_same_key_and_context() -> None:
    box = seal_box(KEY, HOME.bound(), pad(b"plain"))

    with pytest.raises(Tampered):
        open_record(KEY, HOME, box)


def test_a_commitment_tells_key_ticket_compartment_and_epoch_apart() -> None:
    told = {
        commitment(key, deployment, ticket, part, epoch)
        for key in (KEY, bytes(32))
        for deployment in (UUID(int=1), UUID(int=2))
        for ticket in (UUID(int=1), UUID(int=2))
        for part in Compartment
        for epoch in (1, 2)
    }

    assert len(told) == 2 * 2 * 2 * len(Compartment) * 2


def test_keys_of_another_version_kind_or_deployment_are_other_keys() -> None:
    rings = [
        Unlocked(Holder(kind, UUID(int=4), version), UUID(int=deployment), KEY)
        for kind in HolderKind
        for version in (1, 2)
        for deployment in (1, 2)
    ]

    assert len({ring.public for ring in rings}) == len(rings)
    assert len({ring.own_grant_key for ring in rings}) == len(rings)


def test_nothing_that_is_printed_tells_a_root() -> None:
    root = bytes(range(100, 132))
    ring = Unlocked(Holder(HolderKind.CALLER, UUID(int=4), 1), UUID(int=1), root)

    assert root.hex() not in repr(ring)
    assert repr(root) not in repr(ring)
    assert repr(ring) == "Unlocked(caller)"


def test_the_public_half_of_a_root_is_the_same_however_many_others_were_asked_for() -> None:
    def public(number: int) -> bytes:
        return Unlocked(Holder(HolderKind.STAFF, UUID(int=number), 1), UUID(int=1), KEY).public.kem

    first = public(0)
    others = {public(number) for number in range(1, REMEMBERED + 2)}

    assert len(others) == REMEMBERED + 1
    assert first not in others
    assert public(0) == first
    assert public(REMEMBERED + 1) in others
