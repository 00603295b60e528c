"""The receipt code as people handle it: 24 digits, 23 random and one that checks the others."""

import re
import unicodedata

from hotline.base import digits
from hotline.base.errors import Invalid, Problem
from hotline.base.i18n import N_

LENGTH = 24
GROUP = 4
NOT_A_CODE = N_("Check the receipt code. It has 24 digits.")
_RUN = re.compile(r"\d(?:[\s\-\u2010-\u2015\u2212.,_\u00b7\u200b-\u200d\ufeff]{0,8}\d)*")


def draw() -> str:
    """A new code: 76 random bits."""
    return digits.random_with_check(LENGTH)


def grouped(code: str) -> tuple[str, ...]:
    """The code in six groups of four, as it is shown."""
    return digits.grouped(code, GROUP)


def read(typed: str) -> str:
    """The code a person typed, however it is spaced; `Invalid` when it cannot be one.

    A slip of the finger is told here, before anything is stretched or looked up.
    """
    code = digits.plain(typed)
    if not (code.isascii() and code.isdecimal() and len(code) == LENGTH and digits.check_holds(code)):
        raise Invalid(code=Problem(NOT_A_CODE))
    return code


def stands_in(text: str) -> bool:
    """Whether a text holds something that can be a receipt code: 24 digits with a right check digit."""
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        number = digits.plain(run)
        for start in range(len(number) - LENGTH + 1):
            window = number[start : start + LENGTH]
            if window.isascii() and digits.check_holds(window):
                return True
    return False
