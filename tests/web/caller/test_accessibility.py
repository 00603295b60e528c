"""The page that says in which ways the site can be used, and what to do where it cannot."""

from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from tests.web.caller.pages import text_of

MAIL = "desk@college.example"


@dataclass(frozen=True)
class Reader:
    """Where the page is read: the language, and how its sentence about telling us begins."""

    language: str
    tell_us: str


READERS = (Reader("en", "Tell us which page it was"), Reader("zh-CN", "请告诉我们是哪一页"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.language)
@pytest.mark.parametrize("contact", [MAIL, ""])
def test_whoever_cannot_use_the_site_is_told_whom_to_reach(
    visitor: httpx.Client, app: FastAPI, reader: Reader, contact: str
) -> None:
    pages = app.state.pages
    pages.settings = pages.settings.model_copy(update={"contact": contact})

    page = visitor.get("/accessibility", headers={"Accept-Language": reader.language})

    assert (MAIL in text_of(page)) == (reader.tell_us in text_of(page)) == bool(contact)
    assert all(f'href="tel:{number}"' in page.text.partition("<main")[2] for number in ("120", "12356"))


def test_it_says_what_nobody_has_tried(visitor: httpx.Client) -> None:
    page = text_of(visitor.get("/accessibility"))

    assert "Nobody who uses a screen reader every day has tried these pages yet." in page
