"""The receipt code as people handle it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.digits import check_holds, grouped, random_with_check
from hotline.base.errors import Invalid
from hotline.intake import receipt

CODE = "572457245724572457245729"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def fixed(body: str) -> str:
    """These 23 digits with the check digit that fits."""
    return next(body + last for last in "0123456789" if check_holds(body + last))


def spaced(code: str, between: str) -> str:
    return between.join(receipt.grouped(code))


def test_the_check_digit_is_damms() -> None:
    assert check_holds("5724")
    assert not check_holds("5727")


@given(st.text("0123456789", min_size=23, max_size=23), st.integers(0, 22), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(body: str, at: int, shift: int) -> None:
    code = fixed(body)
    wrong = code[:at] + str((int(code[at]) + shift) % 10) + code[at + 1 :]

    assert check_holds(code)
    assert not check_holds(wrong)


@given(st.text("0123456789", min_size=23, max_size=23), st.integers(0, 22))
def test_every_swap_of_neighbours_is_noticed(body: str, at: int) -> None:
    code = fixed(body)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    assert check_holds(swapped) == (swapped == code)


def test_a_drawn_code_has_24_digits_and_reads_back() -> None:
    codes = {receipt.draw() for _ in range(200)}

    assert len(codes) == 200
    for code in codes:
        assert len(code) == 24
        assert receipt.read(code) == code
        assert "".join(receipt.grouped(code)) == code
        assert [len(group) for group in receipt.grouped(code)] == [4] * 6


@pytest.mark.parametrize(
    "between", ["", " ", "  ", "-", " - ", "\u2013", "\u2014", "\n", "\t", "\u3000", "\u00a0", ".", "\u200b"]
)
def test_a_code_is_read_however_it_is_spaced(between: str) -> None:
    code = receipt.draw()

    assert receipt.read(f"  {spaced(code, between)} \n") == code
    assert receipt.read(spaced(code, between).translate(WIDE)) == code


@pytest.mark.parametrize(
    "typed",
    ["", " ", "1234", "x" * 24, "0" * 23 + "1", "0" * 25, "12345678901234567890123x", "٠" * 24, "²" * 24],
)
def test_what_cannot_be_a_code_is_told_before_anything_is_looked_up(typed: str) -> None:
    with pytest.raises(Invalid) as told:
        receipt.read(typed)

    assert set(told.value.problems) == {"code"}


@pytest.mark.parametrize(
    "dress",
    [
        lambda code: code,
        lambda code: f"我的回执码是{code}，请帮我。",
        lambda code: spaced(code, " "),
        lambda code: f"code:{spaced(code, '-')}!",
        lambda code: spaced(code, "\r\n"),
        lambda code: spaced(code, " \r\n "),
        lambda code: code.translate(WIDE),
        lambda code: spaced(code.translate(WIDE), "\u3000"),
        lambda code: f"13800138000 {code}",
        lambda code: f"{code}12",
        " ".join,
        lambda code: spaced(code, "\u200b"),
        lambda code: spaced(code, "\ufeff"),
    ],
)
def test_a_code_in_a_text_is_noticed(dress: object) -> None:
    assert callable(dress)
    for _ in range(20):
        assert receipt.stands_in(dress(receipt.draw()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我最近睡不着。",
        "13800138000",
        "学号 20231234567，电话 13800138000。",
        "0" * 23,
        "1" * 24,
        "0000 0000 0000 0000 0000 0001",
        "12 个 34 人 56 天 78 次 90 遍 12 回 34 年 56 月 78 日 90 时 12 分 34 秒",
        "²" * 24,
        "٠" * 24,
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not receipt.stands_in(text)


def test_a_long_text_is_searched_quickly() -> None:
    assert not receipt.stands_in("1 2 3 4 5 6 7 8 9 字" * 20_000)


def test_a_reference_is_grouped_and_checked_as_well() -> None:
    reference = random_with_check(10)

    assert check_holds(reference)
    assert not check_holds("")
    assert grouped("1234567890") == ("1234", "5678", "90")
