"""Two languages: choosing one, reading the catalogues, and writing times the way each of them does.

Message ids are the English sentences. The catalogues are `.po` files beside the code, compiled in
memory once; a sentence without a translation stays English and a test fails.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from babel import Locale, dates
from babel.dates import format_datetime
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hotline.base.paths import locale_dir

CATALOGUES = ("shared", "caller", "staff")
LONGEST_HEADER = 500  # an Accept-Language header longer than this is not a person's browser

HOUR = 60
DAY = 24 * HOUR


NO_BREAK = "\u00a0"

HAN = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)  # Unicode's blocks of Han characters
LATIN = re.compile("[A-Za-z]")


class Language(StrEnum):
    """What a page can be written in; the value is the page's `lang`."""

    CHINESE = "zh-Hans"
    ENGLISH = "en"

    @property
    def locale(self) -> Locale:
        return LOCALES[self]

    @property
    def own_name(self) -> str:
        """How speakers of the language call it: the text of the switch."""
        return {Language.CHINESE: "简体中文", Language.ENGLISH: "English"}[self]

    @property
    def other(self) -> "Language":
        """The language the switch leads to."""
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE


LOCALES = {language: Locale.parse(language.value, sep="-") for language in Language}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for the catalogues where it is written; it is translated where it is shown."""
    return message


def written_in(words: str, otherwise: Language) -> Language:
    """The language that somebody wrote in, by the script: a Chinese character tells more than Latin letters.

    Words without either, a number or a sign, are in `otherwise`. For a screen reader's voice, which reads
    nothing of Chinese in an English one; the language a person is answered in is their page's.
    """
    if HAN.search(words):
        return Language.CHINESE
    return Language.ENGLISH if LATIN.search(words) else otherwise


def negotiate(accept_language: str | None) -> Language:
    """The first of our languages that a browser asks for; Simplified Chinese when it asks for neither."""
    for wanted in _in_order_of_wish((accept_language or "")[:LONGEST_HEADER]):
        if wanted == "zh" or wanted.startswith("zh-"):
            return Language.CHINESE
        if wanted == "en" or wanted.startswith("en-"):
            return Language.ENGLISH
    return Language.CHINESE


def _in_order_of_wish(header: str) -> Iterable[str]:
    wishes = []
    for part in header.lower().split(","):
        tag, _, quality = part.partition(";")
        weight = _weight(quality)
        if weight > 0:
            wishes.append((weight, tag.strip()))
    return [tag for _weight, tag in sorted(wishes, key=lambda wish: -wish[0])]


def _weight(quality: str) -> float:
    name, _, number = quality.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0


@cache
def translations(language: Language) -> NullTranslations:
    """The gettext object of a language, read once; English needs none, its sentences are the ids."""
    if language is Language.ENGLISH:
        return NullTranslations()
    merged = Catalog(locale="zh_Hans")
    for _name, catalogue in catalogues():
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogues() -> Iterator[tuple[str, Catalog]]:
    """Each Chinese catalogue by name, as its file has it."""
    for name in CATALOGUES:
        with (locale_dir() / "zh_Hans" / f"{name}.po").open("rb") as text:
            yield name, read_po(text, locale="zh_Hans")


def translate(language: Language, message: str, **values: object) -> str:
    """One sentence in one language, its placeholders filled."""
    return translations(language).gettext(message) % with_numbers(language, values)


def with_numbers(language: Language, values: dict[str, object]) -> dict[str, object]:
    """The values of a sentence with its numbers as the language writes them: 4,000 and 4000.

    What is a name and counts nothing, a year or a port, is passed as text.
    """
    if language is not Language.ENGLISH:
        return values
    return {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}


def format_when(moment: datetime, language: Language, zone: tzinfo) -> str:
    """A date with its time of day: 2026年11月23日 18:00, 23 November 2026, 18:00."""
    return _format(moment, language, zone, chinese="y年M月d日 HH:mm", english="d MMMM y, HH:mm")


def format_day(moment: datetime, language: Language, zone: tzinfo) -> str:
    """A date alone: 2026年11月23日, 23 November 2026."""
    return _format(moment, language, zone, chinese="y年M月d日", english="d MMMM y")


def format_day_time(moment: datetime, language: Language, zone: tzinfo) -> str:
    """A weekday with its time of day, for moments within a week: 周二18:00, Tue 18:00."""
    return _format(moment, language, zone, chinese="EEEHH:mm", english="EEE HH:mm")


def format_time(moment: datetime, language: Language, zone: tzinfo) -> str:
    """A time of day alone: 18:00."""
    return _format(moment, language, zone, chinese="HH:mm", english="HH:mm")


def format_date(day: date, language: Language) -> str:
    """A calendar day: 2026年11月23日, 23 November 2026."""
    return _format_date(day, language, chinese="y年M月d日", english="d MMMM y")


def format_month(day: date, language: Language, *, short: bool = False) -> str:
    """The month of a day: 2026年11月, November 2026; short, without its year: 11月, Nov."""
    if short:
        return _format_date(day, language, chinese="M月", english="MMM")
    return _format_date(day, language, chinese="y年M月", english="MMMM y")


def format_weekday(day: date, language: Language) -> str:
    """The day of the week: 周一, Mon."""
    return _format_date(day, language, chinese="EEE", english="EEE")


def _format_date(day: date, language: Language, *, chinese: str, english: str) -> str:
    pattern = chinese if language is Language.CHINESE else english
    return dates.format_date(day, pattern, locale=language.locale)


def _format(moment: datetime, language: Language, zone: tzinfo, *, chinese: str, english: str) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    pattern = chinese if language is Language.CHINESE else english
    return format_datetime(moment.astimezone(zone), pattern, locale=language.locale)


def in_one_piece(said: str, language: Language) -> str:
    """A formatted date for a page: no line ends inside it, only before the time of day that follows.

    Files and mails keep plain spaces. Chinese has none inside a date.
    """
    if language is not Language.ENGLISH:
        return said
    return said.replace(" ", NO_BREAK).replace(f",{NO_BREAK}", ", ")


def format_wait(wait: timedelta, language: Language) -> str:
    """How long something has waited, short enough for a table, on one line, never rounded up."""
    return _wait(wait, language).replace(" ", NO_BREAK)


def _wait(wait: timedelta, language: Language) -> str:
    minutes = max(0, int(wait.total_seconds() // 60))
    if minutes == 0:
        return translate(language, N_("under 1 min"))
    if minutes < HOUR:
        return translate(language, N_("%(minutes)s min"), minutes=minutes)
    if minutes < DAY:
        hours, minutes = divmod(minutes, HOUR)
        if minutes == 0:
            return translate(language, N_("%(hours)s h"), hours=hours)
        return translate(language, N_("%(hours)s h %(minutes)s min"), hours=hours, minutes=minutes)
    days, minutes = divmod(minutes, DAY)
    if minutes < HOUR:
        return translate(language, N_("%(days)s d"), days=days)
    return translate(language, N_("%(days)s d %(hours)s h"), days=days, hours=minutes // HOUR)


def format_span(span: timedelta, language: Language) -> str:
    """A promise or a limit as words inside a sentence: 15 minutes, 24 hours, 3 days; 24小时."""
    minutes = int(span.total_seconds() // 60)
    ngettext = translations(language).ngettext
    if minutes % DAY == 0 and minutes > DAY:
        count = minutes // DAY
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    if minutes % HOUR == 0:
        count = minutes // HOUR
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def format_any_of(items: Iterable[str], language: Language) -> str:
    """Some alternatives as the language lists them: 120 or 110; 120或110."""
    return format_list(list(items), style="or", locale=language.locale)
