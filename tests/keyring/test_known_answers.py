"""Known answers: what is stored today must open in ten years, whatever library does the work.

The symmetric answers were computed from the RFCs with `hmac` alone, not with the program.
"""

import hashlib
from uuid import UUID

import pytest

from hotline.base.errors import Tampered
from hotline.keyring import stretching, vault
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import Compartment, Place, commitment, open_record, seal_box, seal_record
from hotline.keyring.fingerprint import fingerprint
from hotline.keyring.holder import (
    Holder,
    HolderKind,
    PublicKeys,
    SuiteNumber,
    Unlocked,
    seal_to,
    signature_holds,
)
from hotline.keyring.receipts import receipt_keys

DEPLOYMENT, ACCOUNT, TICKET, RECORD = UUID(int=0xD), UUID(int=0xA), UUID(int=0x7), UUID(int=0x6)
SECRET = bytes(range(32))
SALT = bytes(range(24))
STAFF = Unlocked(Holder(HolderKind.STAFF, ACCOUNT, 1), DEPLOYMENT, SECRET)
CALLER = Unlocked(Holder(HolderKind.CALLER, ACCOUNT, 1), DEPLOYMENT, SECRET)

HYBRID = bytes.fromhex(
    "0102701217c879f4ea2f6e205f84760401941cc2a60b40a5d32cc478295b3f9ed9d9d06be42edbc1126f75d591163917"
    "401c44d9926ee20d9c1db28a596da1c440210c03966cee3be6d41a689108c00ca93c52fec1f4ca5ee96bae555ce625e8"
    "15376cdaa3d559c4fca281a88db4bfe193a7292019a9147dca44909dfbf2db273dc6dc440a9cb067f86fa7ce658c1846"
    "5e6dbec4dfb17d548f9d8fd07ef0cf3e250421e34b2b1dc3e23f2fbd6d7b39f56ec5163e2e50788debff765ed458eb62"
    "e342d97a4ec474e5d8a51fd5c2f04980264472aaa955b7eb526dc30dad58cdfbfbe3404af46822041402a980313dfbbb"
    "8162be99033b26898d68ea9fa24a5c8aa19d1cb5b4b705aa02d5d6d7f8d11e00388e16c8aea2b28d1e1fa229ac0a580e"
    "5f29f2b5a6903b2f99144e463a07bbc6847535fe6390059563b2752bbba7a2f2b4df429b21a9c19be90c034ac4e107d1"
    "49a69bda89c0830c75e6ef51e43929af0f137f361ca627df64cdf326fa876314871f5829710475eca009611a7b3a460a"
    "7e71b9f15cd38f92f1b662d47d7c42fb5d42de659c4e79e035ec49cbd2043da0db0f13dcc30875b198e5b3c721661e8d"
    "95fd406aad6da3921ea14ad6a2ef0c02c470a88db4c578cc0211cf893e20635ecce498ed4a23783341fc06124eacc72c"
    "bd82f551fe3cc92072dcc2cd4ab4e3038a51d5812d120b6b4a1c8fb9c438acfb7a29441b41f6eea004010cf208996d0c"
    "9de238784549a28ba7192474119f9d04c0f6b743b80de943e1f69ec0edbbe3b1ec41ef86333f46cc71047d24a38c4592"
    "d0d82deab9c48addb09e0cf5d9ba29d3ff7ee1135728c74c06ae8f5a80c63bb865a3977c9869bc8f45dca976473c2513"
    "7b75106af45dd60dc65805d9099dc23771d9b2dfa925b3a019cd7326b846f7eb9989949c5f23df35b2b8de16049e7213"
    "e824e023612ce5dffc28ba2301ea2bc99711cddd31abee267c729f206a62bebb2695026be6e2d88bbf5bcad4e544d456"
    "297bd122965027c7554d2f6df70989e4b953290372455256bf6c4a096bb0b513d99f6e024a2765cc757548e23c35a093"
    "9ebf68e7974e7f3fa3dc2a22f4963732034b41720bd1417fe4a6c48fe8c8141570b1c5ffda0cbf3b5dfb10a272e7f02e"
    "7bde0ae83e7fc421c9605c3114e9c33dd61979f529528361cb2bf4f22158b0c4b6cfbd3d9ad368e4d0c987d57a1a706e"
    "7b8350cfdc1eec0e6ab90b748c8953802d1df5231dd37eebcec43aa9d9f0bf05d44051c5b45e2e18b7b2139cd9643c46"
    "c0a96e515c80c43d4932a8a008a7f16a33c9ffaab8f23787340bde016b8756389acc5d64d2d9cb10cfc66ca914316633"
    "ca4f1f6b0e90cb1315427534f8d1f17d609d69e1eefdef03c58ed1faf4aa9141bfe4a637b8afc8eba4d123178b6d713f"
    "b730f7c6ab5628e8080514783f143df1be56066c01ac16ab6ade77fadb869a756ea37442a6265f23686f5a9df141a41d"
    "fce38adf50fb7b79d3c9fb0ab9f793d652664cb1360b23b63874bf8c97f8d98eec1300c55b882493d88a389e6bfe663b"
    "03e056bd3336c909b59f2b142444d237c172d27f67ec150743a07c569ca4e3170232656ee03381830d70aa4310517889"
    "b6aaa7c2c0326ff50a38f4a3be99d7ca84cf"
)
"""SECRET sealed to STAFF under b"info": MLKEM768_X25519, HKDF_SHA256, AES_256_GCM (a draft)."""

X25519 = bytes.fromhex(
    "0101468a8cffccd32053e533a465def1c0646eba02ca6837aac3b5090cd99e098b06a7cb14d542bf8b8cb6a48a1e08e8"
    "9baf1efb493d6b7fcd2e0007dd386c76c38bf0804f8b179e6b529640bc8b52060310"
)
"""The same by X25519 alone (RFC 9180)."""


LABELS = {
    "RECORD": "record",
    "BOX": "box",
    "COMMITMENT": "commitment",
    "GRANT": "grant",
    "GRANT_SIGNATURE": "grant-signature",
    "ADMISSION": "admit",
    "FINGERPRINT": "fingerprint",
    "TEAM": "team",
    "TEAM_SHARE": "team-share",
    "TEAM_SHARE_SIGNATURE": "team-share-signature",
    "ESCROW_SHARE": "escrow-share",
    "HOLDER_KEM": "holder-kem",
    "HOLDER_SIGNING": "holder-signing",
    "HOLDER_OWN_GRANT": "holder-own-grant",
    "HOLDER_TOTP": "holder-totp",
    "HOLDER_ROOT": "holder-root",
    "PASSPHRASE_VERIFIER": "passphrase-verifier",
    "PASSPHRASE_UNLOCK": "passphrase-unlock",
    "PASSPHRASE_SALT": "passphrase-salt",
    "RECEIPT_LOOKUP": "receipt-lookup",
    "RECEIPT_ROOT": "receipt-root",
    "CALLER_KEY": "caller-key",
    "SESSION": "session",
    "SESSION_WITHIN": "session-within",
    "SECOND_FACTOR": "second-factor",
    "FORM_MAC": "form-mac",
    "FORM_ID": "form-id",
    "FORM_CODE": "form-code",
    "KEPT_POST": "kept-post",
    "SLOWDOWN": "slowdown",
}
"""Add to these, and never change one: what was sealed under it would not open any more."""


def test_a_context_is_a_prefix_and_sized_fields() -> None:
    expected = (
        b"hotline1"
        b"\0\0\0\x06record"
        b"\0\0\0\x02\x01\x02"
        b"\0\0\0\x03\xe4\xb8\xad"
        b"\0\0\0\x08\0\0\0\0\0\0\0\x07"
        b"\0\0\0\x10" + DEPLOYMENT.bytes
    )

    assert context(Label.RECORD, b"\x01\x02", "中", 7, DEPLOYMENT) == expected


def test_fields_cannot_flow_into_each_other() -> None:
    assert context(Label.BOX, b"ab", b"c") != context(Label.BOX, b"a", b"bc")
    assert context(Label.BOX, b"", b"a") != context(Label.BOX, b"a", b"")
    assert context(Label.BOX, 1) != context(Label.BOX, "1")
    with pytest.raises(OverflowError):
        context(Label.BOX, -1)


def test_no_two_labels_are_the_same_or_change_their_bytes() -> None:
    assert len({label.value for label in Label}) == len(Label.__members__)
    assert {label.name: label.value for label in Label} == LABELS


@pytest.mark.parametrize(
    ("derived", "expected"),
    [
        (STAFF.own_grant_key, "056d4607031e4991dfe83113b788a97ad371340dda1ae977783c96e137aeb5a9"),
        (CALLER.own_grant_key, "e70f52869dda25d57c17e6673bf0e0408ced6252a6a93439114b301d6300740d"),
        (STAFF.totp_key, "16b7ba0e81b68b2bb4b4e0a41b8292f76ae4a23eb8b4cbf4ffc7d51f5b466aab"),
        (
            vault.passphrase_keys(DEPLOYMENT, ACCOUNT, SECRET).verifier,
            "a8a1ea3880efda6da6cceb199a3639cda7648f916fcf0cae6e54ff9a5a7cf31a",
        ),
        (
            vault.passphrase_keys(DEPLOYMENT, ACCOUNT, SECRET).unlock,
            "af9cf04e9b272a8e60d3022990526bbddacdb221c9777d7d77bc91a997eac0d8",
        ),
        (vault.salt_of_nobody(DEPLOYMENT, SECRET, "nobody"), "f076949103f0399c0ed8dd8d68d0c957"),
        (receipt_keys(DEPLOYMENT, SECRET).lookup, "d476be482b8abd8424b9f3cac7f6a393"),
        (
            receipt_keys(DEPLOYMENT, SECRET).root,
            "e3341cd7bcbdc09bcffedf3a9c14896d07d25ac38fd3b1ffed3f50c1b3b25cad",
        ),
        (
            vault.form_id(SECRET, b"canonical"),
            "3e2ab243160adf15ea10532ffe281011f3b99bc67568b46ada803acf7b3dd144",
        ),
        (
            vault.slow_key(DEPLOYMENT, SECRET, "lin", "stranger"),
            "6ad05227b1c40ad1bbd2fa02d87d868b5b6e9202bb486796c10a1916c9ff117f",
        ),
        (
            commitment(SECRET, DEPLOYMENT, TICKET, Compartment.CONVERSATION, 1),
            "b510264f200ca656eb25e0cb4573e5b0ffc2e48be53b684b495ecd4b16dfa60a",
        ),
    ],
    ids=[
        "own grants of staff",
        "own grants of a caller",
        "second factor",
        "verifier",
        "unlock",
        "salt of nobody",
        "lookup",
        "caller root",
        "form id",
        "slow lane",
        "commitment",
    ],
)
def test_every_derivation_is_pinned(derived: bytes, expected: str) -> None:
    assert derived.hex() == expected


def test_a_box_is_version_algorithm_salt_ciphertext_tag() -> None:
    box = seal_box(SECRET, b"bound", b"plain", salt=SALT)

    assert box.hex() == (
        "0101000102030405060708090a0b0c0d0e0f1011121314151617c9d0b1f0b149ca8556d4f547d9623ac0e2b36d78c7"
    )
    assert len(box) == 2 + 24 + len(b"plain") + 16


def test_a_record_is_padded_and_bound_to_its_place() -> None:
    place = Place(DEPLOYMENT, TICKET, Compartment.NOTES, 2, RECORD, "note-final", "author")

    record = seal_record(SECRET, place, "你好", salt=SALT)

    assert len(record) == 2 + 24 + 512 + 16
    assert hashlib.sha256(record).hexdigest() == (
        "7cffb87369b5756ec845322f67146707ff06189f6de45b2f05666a989a7bbfb1"
    )
    assert open_record(SECRET, place, record) == "你好"


def test_a_form_is_32_bytes_and_their_mac() -> None:
    mac = bytes.fromhex("8cff8c9b28554d2b8384816d8a433d70961fd3dc17625623059e8c1b7eb0e345")

    assert vault.check_form(DEPLOYMENT, SECRET, bytes(32) + mac) == bytes(32)


def test_a_key_ring_has_these_public_halves() -> None:
    public = STAFF.public

    assert len(public.kem) == 1216
    assert hashlib.sha256(public.kem).hexdigest() == (
        "ad2e9d87c06d4f000cdc54f13c87b694087b0c125e16b18067d2eb13b5c3a487"
    )
    assert public.kem[-32:].hex() == "340a4bdf3afcfe8d544e3f4597cd4f8f80aef11409e3dcfe3b13228dfd064009"
    assert public.signing.hex() == "41aca52af17666fb78f9c508af5dedb9f4eca7b47ace121b70b4888ce06bc169"


def test_a_signature_is_ed25519() -> None:
    signature = STAFF.sign(b"message")

    assert signature.hex() == (
        "655443591a157630b5646445bcce25f34c772935e78fdc631b61c57457629f5b"
        "2a4ad62241edc68513074e4bed35a69db7da54e48fe34cec457e1fcb5b93850d"
    )
    assert signature_holds(STAFF.public.signing, signature, b"message")
    assert not signature_holds(STAFF.public.signing, signature, b"massage")
    assert not signature_holds(b"short", signature, b"message")


@pytest.mark.parametrize("stored", [HYBRID, X25519], ids=["hybrid", "x25519"])
def test_a_key_that_was_sealed_long_ago_still_opens(stored: bytes) -> None:
    assert STAFF.open(stored, b"info") == SECRET
    with pytest.raises(Tampered):
        STAFF.open(stored, b"other")
    with pytest.raises(Tampered):
        CALLER.open(stored, b"info")


def test_sealed_keys_have_the_stored_sizes_and_suite() -> None:
    hybrid = seal_to(STAFF.public.kem, SECRET, b"info")
    single = seal_to(STAFF.public.kem, SECRET, b"info", suite=SuiteNumber.X25519)

    assert (len(hybrid), hybrid[:2]) == (1170, b"\x01\x02")
    assert (len(single), single[:2]) == (82, b"\x01\x01")
    assert STAFF.open(hybrid, b"info") == STAFF.open(single, b"info") == SECRET


def test_a_fingerprint_is_six_groups_of_five_digits() -> None:
    digits = fingerprint(DEPLOYMENT, ACCOUNT, 1, PublicKeys(b"kem", b"signing"))

    assert digits == ("22628", "51472", "91436", "25070", "39908", "30583")
    assert digits != fingerprint(DEPLOYMENT, ACCOUNT, 2, PublicKeys(b"kem", b"signing"))
    assert digits != fingerprint(DEPLOYMENT, TICKET, 1, PublicKeys(b"kem", b"signing"))


def test_the_costs_of_every_version_stay_as_they_were() -> None:
    assert (stretching.TEST_VERSION, stretching.NEWEST_VERSION) == (0, 1)
    assert stretching.CALLER_COSTS[1] == stretching.Cost(memory=19 * 1024, passes=2, lanes=1)
    assert stretching.STAFF_COSTS[1] == stretching.Cost(memory=64 * 1024, passes=3, lanes=1)
    assert stretching.versions_in_use(1) == (1,)
    assert stretching.versions_in_use(0) == (0,)
    assert stretching.versions_in_use(3) == (3, 2, 1)


def test_stretching_at_its_real_cost_gives_known_bytes() -> None:
    code = stretching.stretch_code("0" * 24, bytes(32), 1)
    passphrase = stretching.stretch_passphrase("six words", bytes(16), 1)

    assert code.hex() == "c9ff22245d613d787505a67f3e15c92f841375a71a95e2600cec5b644adf4c5b"
    assert passphrase.hex() == "e57b12dc83c61845c848fa3767b267afcf53e2cb2afb6895f9e95ccad915c10c"
