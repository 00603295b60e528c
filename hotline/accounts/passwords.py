"""Passphrases: generated for whoever holds keys, chosen under a rule by the others (security.md §1.3)."""

import secrets
import unicodedata
from functools import cache

from hotline.base.errors import Invalid, Problem
from hotline.base.i18n import N_

WORDS = 6
"""Six words of the EFF's long list of 7,776: 77.5 bits."""

LONGEST_WORD = 20
"""The library leaves out words of other than 5 to 9 letters unless told: that is under 77 bits."""

MIN_CHOSEN = 15
MAX_CHOSEN = 200
MIN_SCORE = 3
"""zxcvbn's 3 of 4: "safely unguessable"."""


NOT_ON_PAPER = """
agonize agonizing agony ashamed backstab bully chokehold cruelly cruelness cruelty despair drown enslave
graves graveyard handgun harmful hate hatred hurt overkill perish poison prison pureblood racism shame
slashed slashing strangle sufferer suffering unisexual unworthy wound
"""
"""Words of the list that nobody who answers people in distress should carry with them."""


@cache
def _word_list() -> tuple[str, ...]:
    from xkcdpass import xkcd_password  # noqa: PLC0415 - for whoever gets a new passphrase

    file = xkcd_password.locate_wordfile("eff-long")
    found = xkcd_password.generate_wordlist(file, min_length=1, max_length=LONGEST_WORD)
    return tuple(sorted(set(found) - set(NOT_ON_PAPER.split())))


def generate() -> str:
    """Six random words with spaces between them, at least 77 bits."""
    return " ".join(secrets.choice(_word_list()) for _ in range(WORDS))


def normalize(passphrase: str) -> str:
    """The passphrase as it is stretched: one form for every keyboard, single spaces, no capitals lost."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())


def check_chosen(passphrase: str, name: str, alias: str) -> None:
    """`Invalid` unless a chosen passphrase has 15 characters and is not easy to guess."""
    if len(passphrase) < MIN_CHOSEN:
        raise Invalid(
            passphrase=Problem(
                N_("Choose a passphrase of at least %(least)s characters"), {"least": MIN_CHOSEN}
            )
        )
    if len(passphrase) > MAX_CHOSEN:
        raise Invalid(
            passphrase=Problem(N_("Choose a passphrase of at most %(most)s characters"), {"most": MAX_CHOSEN})
        )
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists take twelve megabytes, and few choose one

    if zxcvbn(passphrase[:72], user_inputs=[name, alias])["score"] < MIN_SCORE:
        raise Invalid(
            passphrase=Problem(
                N_("This passphrase is easy to guess. Use more words that do not belong together")
            )
        )
