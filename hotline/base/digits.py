"""Digits that people read out, copy and type: a check digit, groups, and forgiving reading.

The check digit is Damm's (H. M. Damm, 2004): it tells every single wrong digit and every swap of
two neighbours.
"""

import re
import secrets
import unicodedata

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
LONGEST_NUMBER = 20  # digits; Python refuses to read a number of thousands of them
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212.,_\u00b7\u200b-\u200d\ufeff]+")


def random_with_check(length: int) -> str:
    """`length` digits: all random but the last, which checks the others."""
    body = f"{secrets.randbelow(10 ** (length - 1)):0{length - 1}}"
    return body + str(_damm(body))


def check_holds(digits: str) -> bool:
    """Whether the last digit fits the others."""
    return bool(digits) and _damm(digits) == 0


def plain(text: str) -> str:
    """The text with full-width forms made plain, and spaces, dashes and invisible characters gone."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def whole_number(text: str, *, most: int) -> int | None:
    """The number from 0 to `most` that was typed, in full-width digits too; None for anything else.

    Nothing is left out of it: 4.5 and 4-5 are not 45.
    """
    digits = text.strip()
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER or int(digits) > most:
        return None
    return int(digits)


def grouped(digits: str, size: int = 4) -> tuple[str, ...]:
    """The digits in groups, as they are shown and read out."""
    return tuple(digits[at : at + size] for at in range(0, len(digits), size))


def _damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state
