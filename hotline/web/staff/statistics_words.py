"""What the tables of statistics are called and mean, as message ids, and how their lines are named."""

from dataclasses import dataclass
from datetime import date, timedelta

from hotline.base.i18n import (
    N_,
    Language,
    format_date,
    format_month,
    format_span,
    format_weekday,
    in_one_piece,
    translate,
)
from hotline.followups.lifecycle import OUTCOME_WORDS as FOLLOW_UP_WORDS
from hotline.intake.screening import TOPIC_WORDS
from hotline.statistics.labels import days_of
from hotline.statistics.tables import SHARES, Kind
from hotline.tickets.levels import REPLY_TIMES
from hotline.tickets.levels import WORDS as LEVEL_WORDS
from hotline.tickets.lifecycle import OUTCOME_WORDS
from hotline.web.staff.ticket_words import LANGUAGES


@dataclass(frozen=True)
class Said:
    """A table's title, its definition, and the headings of its first column and its numbers."""

    title: str
    meaning: str
    line: str
    number: str


TABLES: dict[Kind, Said] = {
    Kind.CONTACTS: Said(
        N_("Contacts"),
        N_(
            "A contact is a first message: it opens a conversation and gets a receipt code. Messages in a "
            "conversation that goes on are not counted again, and nobody can tell who wrote before."
        ),
        N_("Week"),
        N_("Contacts"),
    ),
    Kind.TOPIC: Said(
        N_("Topics"),
        N_(
            "What callers chose as the topic of their first message. A caller can choose up to three topics, "
            "or none, so the numbers do not add up to the contacts."
        ),
        N_("Topic"),
        N_("Contacts"),
    ),
    Kind.AUDIENCE: Said(
        N_("Caller groups"),
        N_("Who callers said they are when they first wrote."),
        N_("Group"),
        N_("Contacts"),
    ),
    Kind.LANGUAGE: Said(
        N_("Languages"),
        N_("The language of the pages on which callers first wrote."),
        N_("Language"),
        N_("Contacts"),
    ),
    Kind.LEVEL: Said(
        N_("First replies by level"),
        N_(
            "Conversations that got their first reply in this month, by their level at that moment. The time "
            "runs by the clock from the first message to the first reply, closed hours included. “In "
            "time” means by the time the caller was given. How soon replies came is shown once there are "
            "about 20."
        ),
        N_("Level"),
        N_("First replies"),
    ),
    Kind.OUTCOME: Said(
        N_("Outcomes"),
        N_(
            "How conversations ended in this month: as the counselor chose, or because the caller finished "
            "or deleted an open conversation. One that went on and ended again counts again."
        ),
        N_("Outcome"),
        N_("Conversations ended"),
    ),
    Kind.PLANNED: Said(
        N_("Follow-ups planned"),
        N_("Follow-ups that counselors planned in this month, whenever they are due."),
        N_("Month"),
        N_("Follow-ups planned"),
    ),
    Kind.COMPLETED: Said(
        N_("Follow-ups completed"),
        N_(
            "Follow-ups that ended in this month, by what came of them, whenever they were planned. “No "
            "answer” is counted once, after the last attempt. Cancelled ones are not counted."
        ),
        N_("What came of it"),
        N_("Follow-ups completed"),
    ),
    Kind.HOUR: Said(
        N_("Hours and weekdays"),
        N_("When contacts arrived, by the clock of this service."),
        N_("Hour"),
        N_("Contacts"),
    ),
}

HOW_OFTEN: dict[str, tuple[Kind, ...]] = {
    N_("Every week"): (Kind.CONTACTS,),
    N_("Every month"): (
        Kind.TOPIC,
        Kind.AUDIENCE,
        Kind.LANGUAGE,
        Kind.LEVEL,
        Kind.OUTCOME,
        Kind.PLANNED,
        Kind.COMPLETED,
    ),
    N_("Every quarter"): (Kind.HOUR,),
}

GROUPS = {
    "student": N_("Students"),
    "staff": N_("Teachers and other staff"),
    "family": N_("Family of students or staff"),
    "public": N_("People from outside"),
    "unsaid": N_("Not said"),
}

LINES: dict[Kind, dict[str, str]] = {
    Kind.TOPIC: {code.value: said for code, said in TOPIC_WORDS.items()},
    Kind.AUDIENCE: GROUPS,
    Kind.LEVEL: {code.value: said for code, said in LEVEL_WORDS.items()},
    Kind.OUTCOME: {code.value: said for code, said in OUTCOME_WORDS.items()},
    Kind.COMPLETED: {code.value: said for code, said in FOLLOW_UP_WORDS.items()},
}


def line_name(kind: Kind, label: str, language: Language) -> str:
    """What a line is called; a code that no list has any more is shown as it is."""
    said = translate(language, LINES[kind][label]) if label in LINES.get(kind, {}) else label
    if kind is Kind.LEVEL:
        return f"{label} {said}" if said != label else label
    return LANGUAGES.get(label, said) if kind is Kind.LANGUAGE else said


def period_name(kind: Kind, period: str, language: Language) -> str:
    """The period as people call it: Week 47 of 2026, November 2026, Quarter 4 of 2026."""
    year, part = period.split("-")
    if part[0] in "WQ":
        said = N_("Week %(number)s of %(year)s") if part[0] == "W" else N_("Quarter %(number)s of %(year)s")
        return translate(language, said, number=int(part[1:]), year=year)
    return format_month(days_of(kind, period).start, language)


def period_mark(kind: Kind, period: str, language: Language) -> str:
    """The period in the few letters that fit under a column: the week's number, or the month."""
    if kind is Kind.CONTACTS:
        return str(int(period.partition("W")[2]))
    return format_month(days_of(kind, period).start, language, short=True)


def period_days(kind: Kind, period: str, language: Language) -> str:
    """The first and the last day of the period, for a page."""
    days = days_of(kind, period)
    first, last = days.start, days.end - timedelta(days=1)
    return translate(
        language,
        N_("%(first)s to %(last)s"),
        first=in_one_piece(format_date(first, language), language),
        last=in_one_piece(format_date(last, language), language),
    )


def weekday_name(weekday: int, language: Language) -> str:
    """Monday is 1."""
    return format_weekday(date.fromisocalendar(2026, 1, weekday), language)


def share_name(reached: int, language: Language) -> str:
    """The share within target, by how many of `SHARES` it reaches."""
    ends = [f"{share}%" for share in SHARES]
    if reached == 0:
        return translate(language, N_("under %(end)s"), end=ends[0])
    if reached == len(ends):
        return translate(language, N_("%(start)s or more"), start=ends[-1])
    start, end = ends[reached - 1 : reached + 1]
    return translate(language, N_("%(start)s to under %(end)s"), start=start, end=end)


def step_name(step: int, language: Language) -> str:
    """The time by which a part of the replies had come."""
    if step < len(REPLY_TIMES):
        return translate(language, N_("within %(time)s"), time=format_span(REPLY_TIMES[step], language))
    return translate(language, N_("after more than %(time)s"), time=format_span(REPLY_TIMES[-1], language))


def step_mark(end: timedelta, language: Language) -> str:
    """The end of a step in the few letters that fit under a drawing."""
    hours = end // timedelta(hours=1)
    if hours == 0:
        return translate(language, N_("%(minutes)s min"), minutes=end // timedelta(minutes=1))
    if hours <= 24:  # noqa: PLR2004 - as promises say it: 24 hours, 2 days
        return translate(language, N_("%(hours)s h"), hours=hours)
    return translate(language, N_("%(days)s d"), days=end.days)
