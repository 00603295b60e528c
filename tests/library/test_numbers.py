"""Help numbers: what is shipped, and what a deployment's own file must say."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from hotline.base.i18n import Language
from hotline.library.numbers import BUNDLED, BadNumbers, HelpNumbers, load_numbers

UNVERIFIED = {"12338", "12348", "12345", "12333", "400-161-9995"}

OWN = """
[[number]]
id = "emergency"
country = "GB"
names = { zh = "紧急电话", en = "Emergency" }
tel = "999"
languages = ["en"]
audience = ["everyone"]
show_when = ["danger"]
strip = "danger"
source = "gov.uk, 2026-11-20"
verified_on = 2026-11-20
verify_by = 2027-05-01

[[number]]
id = "listening"
country = "GB"
names = { zh = "倾听热线", en = "Listening line" }
tel = "+44 116-123"
languages = ["en"]
audience = ["everyone"]
show_when = ["always"]
strip = "talk"
source = "example.org, 2026-11-20"
verified_on = 2026-11-20
verify_by = 2027-05-01
"""


@pytest.fixture
def shipped() -> HelpNumbers:
    return load_numbers()


def test_the_shipped_numbers_are_the_checked_ones(shipped: HelpNumbers) -> None:
    numbers = {number.tel or number.sms for number in shipped if not number.url}

    assert numbers == {"110", "119", "120", "12356", "12355", "12110"}


def test_no_unverified_number_is_anywhere_in_the_file() -> None:
    text = BUNDLED.read_text(encoding="utf-8")

    assert not [number for number in UNVERIFIED if number in text]


def test_every_shipped_number_says_who_checked_it_and_for_how_long(shipped: HelpNumbers) -> None:
    for number in shipped:
        assert number.source
        assert number.verified_on < number.verify_by <= number.verified_on + timedelta(days=180)


def test_the_strip_names_danger_and_talk_in_the_order_of_the_file(shipped: HelpNumbers) -> None:
    assert [number.tel for number in shipped.danger] == ["120", "110"]
    assert [number.tel for number in shipped.talk] == ["12356"]


def test_each_situation_has_its_numbers(shipped: HelpNumbers) -> None:
    def shown(*situations: str) -> list[str]:
        return [number.shown for number in shipped.numbers_for(*situations)]

    assert shown("always") == ["12356"]
    assert shown("violence") == ["110", "12356", "12110"]
    assert "12355" in shown("minor")
    assert shown("abroad") == ["findahelpline.com"]
    assert len(shown("always", "danger")) == len(set(shown("always", "danger")))


def test_a_check_that_ran_out_is_reported_and_the_number_stays(shipped: HelpNumbers) -> None:
    assert shipped.to_check_again(date(2027, 4, 30)) == ()
    assert shipped.to_check_again(date(2027, 5, 1)) == shipped.all


def test_a_file_in_the_data_directory_replaces_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "numbers.toml"
    own.write_text(OWN, encoding="utf-8")

    numbers = load_numbers(own)

    assert [number.id for number in numbers] == ["emergency", "listening"]
    assert numbers.talk[0].tel_link == "tel:+44116123"
    assert numbers.talk[0].names[Language.CHINESE] == "倾听热线"
    assert numbers.talk[0].free is None


def test_without_such_a_file_the_shipped_one_counts(tmp_path: Path, shipped: HelpNumbers) -> None:
    assert load_numbers(tmp_path / "numbers.toml") == shipped


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('tel = "999"', 'tel = "nine"', r"number 1 \(emergency\): tel may have digits"),
        ('tel = "999"', "", "one of tel, sms, url is needed"),
        ('tel = "999"', "tel = 999", "tel must be text in quotes"),
        ('tel = "999"', 'sms = "999"', "a number in the strip needs tel"),
        ('source = "gov.uk, 2026-11-20"', "", "source is missing"),
        ('source = "gov.uk, 2026-11-20"', 'soruce = "x"', "soruce is not a field"),
        ("verified_on = 2026-11-20", 'verified_on = "soon"', "verified_on must be a date"),
        ('zh = "紧急电话", ', "", "names needs zh and en text"),
        ('["danger"]', '["dangerous"]', "show_when is 'dangerous', not one of always, danger"),
        ('["danger"]', '"danger"', "show_when must be a list"),
        ('strip = "danger"', "", "are needed"),
        ('strip = "talk"', "", "are needed"),
        ('id = "listening"', 'id = "emergency"', "'emergency' is used twice"),
        ("[[number]]", "[[number]", "cannot be read"),
        (OWN, 'number = "999"', "a \\[\\[number\\]\\] heading of its own"),
    ],
)
def test_a_bad_file_says_where_and_why(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    own = tmp_path / "numbers.toml"
    assert old in OWN
    own.write_text(OWN.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadNumbers, match=complaint) as problem:
        load_numbers(own)

    assert str(own) in str(problem.value)
