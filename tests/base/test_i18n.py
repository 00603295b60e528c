"""Choosing a language, and how each language writes moments and durations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.i18n import (
    NO_BREAK,
    Language,
    format_any_of,
    format_day,
    format_day_time,
    format_span,
    format_time,
    format_wait,
    format_when,
    in_one_piece,
    negotiate,
    translate,
    translations,
    written_in,
)

CHINESE, ENGLISH = Language.CHINESE, Language.ENGLISH
SHANGHAI = ZoneInfo("Asia/Shanghai")
Write = Callable[[datetime, Language, tzinfo], str]
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # 18:00 in Shanghai


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, CHINESE),
        ("", CHINESE),
        ("fr-FR,fr;q=0.9", CHINESE),
        ("*", CHINESE),
        ("en", ENGLISH),
        ("en-GB,en;q=0.9,zh-CN;q=0.8", ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh-TW", CHINESE),
        ("fr, en;q=0.5, zh;q=0.7", CHINESE),
        ("zh;q=0, en;q=0.1", ENGLISH),
        ("de;q=1, EN-us;q=0.4", ENGLISH),
        ("en;q=many", CHINESE),
        ("zha-CN, en", ENGLISH),
    ],
)
def test_a_browsers_wish_chooses_the_language(header: str | None, language: Language) -> None:
    assert negotiate(header) is language


@pytest.mark.parametrize(
    ("words", "language"),
    [("我睡不着", CHINESE), ("Can't sleep", ENGLISH), ("我 emo 了, help", CHINESE), ("10086 :(", CHINESE)],
)
def test_words_are_in_the_language_of_their_script(words: str, language: Language) -> None:
    assert written_in(words, otherwise=CHINESE) is language


@given(st.text())
def test_no_header_breaks_the_choice(header: str) -> None:
    assert negotiate(header) in Language


def test_the_chinese_catalogues_are_read_and_have_one_plural() -> None:
    chinese = translations(CHINESE)

    assert chinese.gettext("Leave quickly") == "快速离开"
    assert chinese.ngettext("%(count)s hour", "%(count)s hours", 1) == "%(count)s小时"
    assert chinese.ngettext("%(count)s hour", "%(count)s hours", 7) == "%(count)s小时"


def test_english_sentences_are_their_own_ids() -> None:
    assert translate(ENGLISH, "%(minutes)s min", minutes=3) == "3 min"
    assert translate(CHINESE, "%(minutes)s min", minutes=3) == "3分钟"


@pytest.mark.parametrize(
    ("write", "chinese", "english"),
    [
        (format_when, "2026年11月24日 18:00", "24 November 2026, 18:00"),
        (format_day, "2026年11月24日", "24 November 2026"),
        (format_day_time, "周二18:00", "Tue 18:00"),
        (format_time, "18:00", "18:00"),
    ],
)
def test_a_moment_is_written_as_the_language_does(write: Write, chinese: str, english: str) -> None:
    assert write(TUESDAY, CHINESE, SHANGHAI) == chinese
    assert write(TUESDAY, ENGLISH, SHANGHAI) == english


@pytest.mark.parametrize(
    ("said", "on_a_page"),
    [
        ("24 November 2026, 18:00", "24\u00a0November\u00a02026, 18:00"),
        ("24 November 2026", "24\u00a0November\u00a02026"),
        ("Tue 18:00", "Tue\u00a018:00"),
    ],
)
def test_on_a_page_no_line_ends_inside_an_english_date(said: str, on_a_page: str) -> None:
    assert in_one_piece(said, ENGLISH) == on_a_page
    assert in_one_piece("2026年11月24日 18:00", CHINESE) == "2026年11月24日 18:00"


def test_a_moment_is_shown_in_the_zone_of_the_place() -> None:
    late = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)

    assert format_when(late, ENGLISH, SHANGHAI) == "25 November 2026, 01:30"
    assert format_when(late, ENGLISH, UTC) == "24 November 2026, 17:30"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        format_when(TUESDAY.replace(tzinfo=None), ENGLISH, SHANGHAI)


@pytest.mark.parametrize(
    ("wait", "chinese", "english"),
    [
        (timedelta(seconds=-5), "不到1分钟", "under 1 min"),
        (timedelta(seconds=59), "不到1分钟", "under 1 min"),
        (timedelta(minutes=12, seconds=59), "12分钟", "12 min"),
        (timedelta(hours=3, minutes=5), "3小时5分钟", "3 h 5 min"),
        (timedelta(hours=23, minutes=59), "23小时59分钟", "23 h 59 min"),
        (timedelta(days=2, hours=1, minutes=50), "2天1小时", "2 d 1 h"),
    ],
)
def test_a_wait_is_short_on_one_line_and_never_rounded_up(
    wait: timedelta, chinese: str, english: str
) -> None:
    assert format_wait(wait, CHINESE) == chinese
    assert format_wait(wait, ENGLISH) == english.replace(" ", NO_BREAK)


@pytest.mark.parametrize(
    ("span", "chinese", "english"),
    [
        (timedelta(minutes=1), "1分钟", "1 minute"),
        (timedelta(minutes=15), "15分钟", "15 minutes"),
        (timedelta(minutes=90), "90分钟", "90 minutes"),
        (timedelta(hours=1), "1小时", "1 hour"),
        (timedelta(hours=24), "24小时", "24 hours"),
        (timedelta(days=3), "3天", "3 days"),
    ],
)
def test_a_promise_is_written_in_its_natural_unit(span: timedelta, chinese: str, english: str) -> None:
    assert format_span(span, CHINESE) == chinese
    assert format_span(span, ENGLISH) == english


def test_alternatives_are_joined_by_the_languages_own_word() -> None:
    assert format_any_of(["120", "110"], CHINESE) == "120或110"
    assert format_any_of(["120", "110"], ENGLISH) == "120 or 110"
