"""The frame around every page, and how a form comes back."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from jinja2 import UndefinedError
from starlette.responses import HTMLResponse

from hotline.base.config import Settings
from hotline.base.errors import Problem
from hotline.base.i18n import Language
from hotline.base.paths import static_dir, templates_dir
from hotline.library.numbers import load_numbers
from hotline.roster.hours import load_hours
from hotline.web.forms import Bound
from hotline.web.reading import Typed
from hotline.web.render import NavItem, Pages, Static, go

MESSAGE = """{% extends "shared/caller.html" %}{% import "shared/_fields.html" as fields %}
{% set title = "Step 3" %}{% set back = "/write" %}{% set step_form = true %}
{% block content %}{{ fields.error_summary(form) }}<form id="step" method="post" novalidate>
{{ fields.hidden(form, ["safety"]) }}{{ fields.hidden_step(step) }}
{{ fields.textarea(form, "message", "Story", limit=10, heading=true) }}
{{ fields.checkboxes(form, "topics", "Topics", [("mood", "M"), ("sleep", "S")]) }}
{{ fields.text_input(form, "secret", "Secret", type="password") }}</form>{% endblock %}"""
PLAIN = '{% extends "shared/caller.html" %}{% set title = "T" %}{% block content %}<h1>H</h1>{% endblock %}'
STAFF = PLAIN.replace("caller", "staff")
DATES = (
    "on {{ at|when }}; {{ at|day }}; {{ at|day_time }}; {{ at|clock }}; {{ lasts|wait }}; {{ a_day|span }}"
)
FORGETFUL = "{{ never_given }}"


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """The shared templates and, beside them, pages made up for these tests."""
    templates = tmp_path / "templates"
    (templates / "shared").mkdir(parents=True)
    for template in (templates_dir() / "shared").iterdir():
        (templates / "shared" / template.name).write_bytes(template.read_bytes())
    made_up = {"dates": DATES, "message": MESSAGE, "plain": PLAIN, "staff": STAFF, "forgetful": FORGETFUL}
    for name, text in made_up.items():
        (templates / f"{name}.html").write_text(text, encoding="utf-8")
    settings = Settings(data_dir=tmp_path, name_zh="留言处", name_en="Desk")
    return Pages(settings, load_numbers(), load_hours(settings.zone), templates=templates)


def asking(path: str = "/write/message", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": raw}
    return Request({**scope, "query_string": b"", "app": FastAPI(), "state": {}})


def body(page: HTMLResponse) -> str:
    return bytes(page.body).decode()


def typed(**fields: tuple[str, ...]) -> Bound[Any]:
    return Bound(raw=Typed(fields))


def test_the_language_is_the_choice_then_the_browsers_wish_then_chinese(pages: Pages) -> None:
    assert pages.language_of(asking()) is Language.CHINESE
    assert pages.language_of(asking(accept_language="en")) is Language.ENGLISH
    chosen = asking(accept_language="en", cookie="language=zh-Hans")
    assert pages.language_of(chosen) is Language.CHINESE
    assert pages.language_of(asking(accept_language="en", cookie="language=xx")) is Language.ENGLISH
    chosen.state.language = Language.ENGLISH
    assert pages.language_of(chosen) is Language.ENGLISH


def test_the_frame_speaks_the_language_of_the_request(pages: Pages) -> None:
    chinese = pages.page(asking("/"), "plain.html")
    english = pages.page(asking("/", accept_language="en"), "plain.html")

    assert chinese.headers["content-language"] == "zh-Hans"
    assert '<html lang="zh-Hans">' in body(chinese)
    assert "快速离开" in body(chinese)
    assert "留言处" in body(chinese)
    assert '<html lang="en">' in body(english)
    assert "Leave quickly" in body(english)
    assert "<span>Desk</span>" in body(english)


def test_the_frame_stands_in_its_fixed_order(pages: Pages) -> None:
    page = body(pages.page(asking(accept_language="en"), "message.html"))
    order = [
        "Go to the main part", "Leave this page quickly", "<header", "Desk", "简体中文",
        "Leave quickly", "In danger now?", "</aside>", 'class="back"', "<main", "<footer",
    ]  # fmt: skip
    body_of_page = page[page.index("<body") :]

    places = [body_of_page.index(mark) for mark in order]

    assert places == sorted(places)
    assert page.count("<h1") == 1


def test_the_help_strip_says_its_numbers_as_text_that_can_be_dialled(pages: Pages) -> None:
    english = body(pages.page(asking(accept_language="en"), "plain.html"))
    chinese = body(pages.page(asking(), "plain.html"))

    call = '<a href="tel:{0}">{0}</a>'.format
    danger = f"In danger now? Call {call(120)} or {call(110)}. To talk now, call {call(12356)}."
    assert danger in english
    assert f"拨打{call(120)}或{call(110)}。想马上和人说话，拨打{call(12356)}。" in chinese


def test_what_was_typed_comes_back_to_the_letter(pages: Pages) -> None:
    form = typed(message=("\n<b>难过",), topics=("sleep",), safety=("thoughts",), secret=("x9",))

    page = body(pages.page(asking(), "message.html", form=form))

    assert re.search(r"<textarea[^>]*>\n\n&lt;b&gt;难过</textarea>", page)
    assert '<input type="hidden" name="safety" value="thoughts">' in page
    assert re.findall(r'value="(\w+)" autocomplete="off" checked', page) == ["sleep"]
    assert "x9" not in page


def test_a_problem_is_said_in_the_title_in_the_summary_and_at_the_field(pages: Pages) -> None:
    problem = Problem(
        "This must be %(limit)s characters or fewer. You have not lost anything.", {"limit": 10}
    )
    form = typed(message=("too long for this",)).with_problems({"message": problem})

    page = body(pages.page(asking(), "message.html", 422, form=form))

    said = "这里不能超过10字。你写的内容还在。"
    assert "<title>错误：Step 3</title>" in page
    assert f'<a href="#message">{said}</a>' in page
    assert re.search(rf'id="message-error">.*{said}', page)
    assert 'aria-describedby="message-limit message-error" aria-invalid="true"' in page


def test_the_language_switch_of_a_step_sends_the_steps_own_form(pages: Pages) -> None:
    page = body(pages.page(asking(), "message.html", step="/write/message"))

    switch = re.search(r"<button[^>]*formaction=\"/language\"[^>]*>", page)
    assert switch is not None
    assert 'form="step"' in switch[0]
    assert 'name="language" value="en" lang="en"' in switch[0]
    assert '<input type="hidden" name="step" value="/write/message">' in page
    assert page.index('class="vh" form="step"') < switch.start()  # what Enter presses


def test_elsewhere_the_switch_is_a_form_of_its_own_that_comes_back(pages: Pages) -> None:
    page = body(pages.page(asking("/privacy"), "plain.html"))

    assert '<form method="post" action="/language">' in page
    assert '<input type="hidden" name="step" value="/privacy">' in page


def test_the_staff_menu_shows_only_what_opens(pages: Pages) -> None:
    request = asking("/staff")
    request.state.alias = "木棉"
    request.state.on_duty = False
    request.state.nav = (NavItem("/staff", "Help now", current=True),)

    page = body(pages.page(request, "staff.html"))

    assert re.findall(r'<a href="(/staff[^"]*)"', page) == ["/staff"]
    assert 'aria-current="page">马上求助' in page
    assert "未值班" in page
    assert 'action="/staff/lock"' in page


def test_nobody_signed_in_sees_no_menu_and_no_lock(pages: Pages) -> None:
    page = body(pages.page(asking("/staff/sign-in"), "staff.html"))

    assert "<nav class" not in page
    assert "/staff/lock" not in page


@pytest.mark.parametrize("demo", [True, lambda: True])
def test_a_demo_says_that_it_is_one(pages: Pages, demo: object) -> None:
    request = asking()
    request.app.state.is_demo = demo

    assert "这是演示" in body(pages.page(request, "plain.html"))
    assert "这是演示" not in body(pages.page(asking(), "plain.html"))


def test_an_error_page_gives_back_what_was_written_and_keeps_no_switch(pages: Pages) -> None:
    page = body(
        pages.page(
            asking("/write/send"),
            "shared/error.html",
            503,
            audience="caller",
            title="T",
            heading="H",
            explanation="E",
            kept=["<i>我写的"],
        )
    )

    assert "&lt;i&gt;我写的</textarea>" in page
    assert "/language" not in page
    assert '<a href="tel:12356">12356</a>' in page


def test_a_template_that_is_not_given_what_it_wants_fails(pages: Pages) -> None:
    with pytest.raises(UndefinedError):
        pages.page(asking(), "forgetful.html")


def test_static_addresses_change_with_their_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "x.js").write_text("1")

    first = Static(tmp_path, tmp_path / "vendor")
    before = first.url("a.css")
    (tmp_path / "a.css").write_text("b{}")
    after = Static(tmp_path, tmp_path / "vendor").url("a.css")

    assert re.fullmatch(r"/static/a\.css\?v=[0-9a-f]{12}", before)
    assert before != after
    assert first.url("vendor/x.js").startswith("/static/vendor/x.js?v=")


def test_after_a_change_the_browser_is_sent_to_look() -> None:
    answer = go("/staff/queue")

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/queue")


def test_templates_hold_nothing_that_the_content_policy_forbids() -> None:
    forbidden = re.compile(
        r"\sstyle=|<style|\son\w+=|hx-on|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE
    )
    found = [
        (path.name, hit[0])
        for path in templates_dir().rglob("*.html")
        if (hit := forbidden.search(path.read_text(encoding="utf-8")))
    ]

    assert found == []


def test_templates_let_the_server_judge() -> None:
    bubbles = re.compile(r"<[^>]*\s(required|maxlength|minlength|placeholder|pattern)[=\s>]")
    found = [
        path.name
        for path in templates_dir().rglob("*.html")
        if bubbles.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_the_stylesheet_asks_for_no_other_file() -> None:
    assert "url(" not in (static_dir() / "hotline.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (
            "en",
            (
                "on 2&nbsp;December&nbsp;2026, 18:05; 2&nbsp;December&nbsp;2026; Wed&nbsp;18:05; 18:05;"
                ' <time datetime="PT185M">3&nbsp;h&nbsp;5&nbsp;min</time>;'
                ' <time datetime="PT1440M">24&nbsp;hours</time>'
            ),
        ),
        (
            "zh-CN",
            (
                "on 2026年12月2日 18:05; 2026年12月2日; 周三18:05; 18:05;"
                ' <time datetime="PT185M">3小时5分钟</time>; <time datetime="PT1440M">24小时</time>'
            ),
        ),
    ],
)
def test_dates_and_waits_stay_on_one_line(pages: Pages, language: str, shown: str) -> None:
    values = {"at": datetime(2026, 12, 2, 10, 5, tzinfo=UTC), "lasts": timedelta(minutes=185)}

    said = pages.text(asking(accept_language=language), "dates.html", **values, a_day=timedelta(days=1))

    assert said.replace("\u00a0", "&nbsp;") == shown
