"""Turning a template into an answer: the language of a request, the words, the frame around a page."""

import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hotline.base.config import Settings
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
    written_in,
)
from hotline.base.paths import static_dir, templates_dir, vendor_dir
from hotline.library.numbers import HelpNumber, HelpNumbers
from hotline.roster.hours import OpeningHours
from hotline.web.addresses import plain_query
from hotline.web.environment import OneLanguage
from hotline.web.headers import read_cookie

HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "historyEnabled": False,
        "historyCacheSize": 0,
        "scrollIntoViewOnBoost": False,
        "ignoreTitle": True,
        "defaultSettleDelay": 0,
    }
)
"""htmx as the content security policy allows it: no style or script of its own, no page kept, none moved."""

KEPT_PAGES = 64
"""Rendered pages that are kept: a few templates, two languages, and how things stand at the moment."""

MOMENTS = {
    "when": format_when,
    "day": format_day,
    "day_time": format_day_time,
    "clock": format_time,
}
"""The filters that show a moment, in the language of the page and the zone of the settings."""

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


@dataclass(frozen=True)
class NavItem:
    """One entry of the staff menu; `label` is an English message id, `key` the key that leads there."""

    path: str
    label: str
    current: bool = False
    key: str = ""


class Static:
    """The addresses of static files, with their content's hash so that they can be cached for ever."""

    def __init__(self, folder: Path, vendor: Path) -> None:
        self._folder = folder
        self._vendor = vendor
        self._known: dict[str, str] = {}

    def url(self, name: str) -> str:
        """`/static/<name>?v=<hash>`; `vendor/<name>` are the third-party files fetched at set-up."""
        if name not in self._known:
            in_vendor = name.startswith("vendor/")
            path = self._vendor / name.removeprefix("vendor/") if in_vendor else self._folder / name
            self._known[name] = sha256(path.read_bytes()).hexdigest()[:12]
        return f"/static/{name}?v={self._known[name]}"


class Unindented(FileSystemLoader):
    """Templates without the indentation of their lines: up to a third of a page, and nobody sees it.

    Pages are not compressed, because an answer's length would then tell of what is in it.
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_current = super().get_source(environment, template)
        return INDENTATION.sub("", source), path, is_current


class Pages:
    """Every page of the service; one per process, its templates compiled once per language."""

    def __init__(
        self,
        settings: Settings,
        numbers: HelpNumbers,
        hours: OpeningHours,
        *,
        templates: Path | None = None,
        static: Static | None = None,
    ) -> None:
        """`templates` and `static` are for trying out a page that is not the product's."""
        self.settings = settings
        self.numbers = numbers
        self.hours = hours
        self.static = static or _own_static()
        self._rendered: dict[tuple[Hashable, ...], str] = {}
        self._environments = {
            language: _environment(language, templates or templates_dir(), settings.zone, self.static)
            for language in Language
        }

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> HTMLResponse:
        """A whole page in the language of the request."""
        language = self.language_of(request)
        content = self.text(request, template, **values)
        return HTMLResponse(content, status, {"Content-Language": language, **(headers or {})})

    def same_for_all(self, request: Request, template: str, **values: Hashable) -> HTMLResponse:
        """A page that holds nothing of whoever asks, so it is rendered once for the same values."""
        language = self.language_of(request)
        is_demo = request.app.state.is_demo()
        known = (language, template, request.url.path, is_demo, *values.items())
        content = self._rendered.get(known)
        if content is None:
            content = self.text(request, template, query="", **values)
            if len(self._rendered) >= KEPT_PAGES:
                self._rendered.clear()
            self._rendered[known] = content
        return HTMLResponse(content, headers={"Content-Language": language})

    def text(self, request: Request, template: str, **values: object) -> str:
        """What a template says in the language of the request: a fragment, or a page to look into."""
        language = self.language_of(request)
        context = {**self._frame(request, language), **values}
        return self._environments[language].get_template(template).render(context)

    def fragment(self, language: Language, template: str, **values: object) -> Markup:
        """A piece of a page in a language that need not be the request's; it knows only these values."""
        return Markup(self._environments[language].get_template(template).render(values))  # noqa: S704 - templates escape

    def language_of(self, request: Request) -> Language:
        """The language set for this request, else the person's choice, else the browser's wish."""
        chosen = getattr(request.state, "language", None) or read_cookie(request, self.settings, "language")
        if chosen in set(Language):
            return Language(chosen)
        return negotiate(request.headers.get("accept-language"))

    def _frame(self, request: Request, language: Language) -> dict[str, object]:
        """What every template may rely on."""
        settings = self.settings
        is_demo = getattr(request.app.state, "is_demo", False)
        return {
            "language": language,
            "other_language": language.other,
            "service_name": self._in(language, settings.name_zh, settings.name_en),
            "college": self._in(language, settings.college_zh, settings.college_en),
            "contact": settings.contact,
            "numbers": self.numbers,
            "hours": self.hours,
            "path": request.url.path,
            "step": request.url.path,  # where the language switch comes back to; a page may pass another
            "query": plain_query(request.url.query) if request.method == "GET" else "",  # asked there
            "is_demo": is_demo() if callable(is_demo) else is_demo,
            "nav": getattr(request.state, "nav", ()),
            "alias": getattr(request.state, "alias", None),
            "on_duty": getattr(request.state, "on_duty", None),
            "shortcuts": getattr(request.state, "shortcuts", False),
            "asks_help": getattr(getattr(request.state, "typed", None), "asks_help", False),
            "form": None,
            "back": None,
            "step_form": False,
            "carried_from": None,
        }

    @staticmethod
    def _in(language: Language, chinese: str, english: str) -> str:
        return chinese if language is Language.CHINESE else english


@cache
def _own_static() -> Static:
    return Static(static_dir(), vendor_dir())


@cache  # compiled templates are the same for every application of a process
def _environment(language: Language, templates: Path, zone: tzinfo, static: Static) -> Environment:
    environment = OneLanguage(
        language,
        loader=Unindented(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(static=static.url, htmx_config=HTMX_CONFIG)
    for name, write in MOMENTS.items():
        environment.filters[name] = partial(_moment, write, language, zone)
    environment.filters.update(
        wait=partial(_lasting, format_wait, language),
        span=partial(_lasting, format_span, language),
        any_of=partial(_any_of, language),
        tel=_tel,
        address=_address,
        written_in=written_in,
    )
    return environment


def _moment(
    write: Callable[[datetime, Language, tzinfo], str], language: Language, zone: tzinfo, moment: datetime
) -> str:
    return in_one_piece(write(moment, language, zone), language)


def _lasting(write: Callable[[timedelta, Language], str], language: Language, lasts: timedelta) -> Markup:
    """How long, in one piece: no line ends between a number and its unit. Seconds are not told."""
    return _whole_minutes(write, language, max(0, int(lasts.total_seconds() // 60)))


@lru_cache(2048)  # a page of the queue says sixty of them, most the same as a minute ago
def _whole_minutes(write: Callable[[timedelta, Language], str], language: Language, minutes: int) -> Markup:
    said = escape(write(timedelta(minutes=minutes), language).replace(" ", NO_BREAK))
    return Markup(f'<time datetime="PT{minutes}M">{said}</time>')  # noqa: S704 - a number, and escaped words


def _any_of(language: Language, links: Iterable[Markup | str]) -> Markup:
    """Alternatives as one piece of HTML: what was not marked safe is escaped first."""
    return Markup(format_any_of([Markup.escape(link) for link in links], language))  # noqa: S704 - each part was escaped in this line


def _tel(number: HelpNumber) -> Markup:
    """The number as text that can be dialled."""
    return Markup('<a href="{}">{}</a>').format(number.tel_link, number.shown)


def _address(address: str) -> Markup:
    """An address of ours, too long for a line: it may end before the path, not in a word of it."""
    host, staff, rest = address.partition("/staff/")
    return Markup("{}<wbr>{}").format(host, staff + rest)


def go(path: str) -> RedirectResponse:
    """After a change: look at this page (303, so that a reload repeats nothing)."""
    return RedirectResponse(path, status_code=303)
