"""What the codes of a ticket are called, as message ids, for every page that shows one."""

from hotline.base.i18n import Language
from hotline.intake.screening import (
    AGE_WORDS,
    AUDIENCE_WORDS,
    FOLLOW_UP_WORDS,
    SAFETY_WORDS,
    TOPIC_WORDS,
    AgeBand,
    Audience,
    FollowUp,
    Safety,
    Topic,
)
from hotline.notes.templates import TEMPLATE_WORDS, Template
from hotline.tickets.levelling import REASON_WORDS
from hotline.tickets.levels import WORDS as LEVEL_WORDS
from hotline.tickets.lifecycle import OUTCOME_WORDS, STATE_WORDS

WORDS = {
    "level": {code.value: said for code, said in LEVEL_WORDS.items()},
    "state": {code.value: said for code, said in STATE_WORDS.items()},
    "reason": {code.value: said for code, said in REASON_WORDS.items()},
    "outcome": {code.value: said for code, said in OUTCOME_WORDS.items()},
    "note": {code.value: said for code, said in TEMPLATE_WORDS.items() if code is not Template.SAFETY},
    "review": TEMPLATE_WORDS[Template.SAFETY],
    "safety": {code.value: SAFETY_WORDS[code] for code in Safety},
    "topic": {code.value: TOPIC_WORDS[code] for code in Topic},
    "audience": {code.value: AUDIENCE_WORDS[code] for code in Audience if code is not Audience.UNSAID},
    "age": {code.value: AGE_WORDS[code] for code in AgeBand if code is not AgeBand.UNSAID},
    "follow_up": {code.value: FOLLOW_UP_WORDS[code] for code in FollowUp},
}
"""The safety answer, topics, audience and age are the caller's own words; `unsaid` is no answer."""

LANGUAGES = {language.value: language.own_name for language in Language}
"""A language is called what its speakers call it."""
