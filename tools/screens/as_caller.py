"""The caller's screens, in the order in which a person meets them."""

from playwright.sync_api import Page

from hotline.base.i18n import Language
from hotline.demo.stories import Story, code_of, load_stories
from hotline.intake.receipt import grouped
from tools.screens.camera import Camera
from tools.screens.places import Places

TOO_LONG = "这一行字写得太长了。" * 401
WORDS = {
    Language.CHINESE: "最近睡不好，上课也听不进去。\n不知道该和谁说。",
    Language.ENGLISH: "I have not been sleeping and cannot follow my classes.\nI do not know whom to tell.",
}


def take_caller(camera: Camera, places: Places) -> None:
    """Every page that needs no account."""
    _first_pages(camera, places)
    _writing(camera, places)
    _sent(camera, places)
    _coming_back(camera, places)
    _not_as_usual(camera, places)
    _errors(camera, places)


def _first_pages(camera: Camera, places: Places) -> None:
    page = camera.person(places.open)
    camera.visit(page, "/", "home-open")
    for path in ("/before", "/help-now", "/privacy", "/accessibility", "/safety"):
        camera.visit(page, path, f"home-{path.strip('/')}")
    camera.visit(camera.person(places.closed), "/", "home-closed")
    camera.visit(_home_seen_before(camera, places.late), "/", "home-busy")


def _writing(camera: Camera, places: Places) -> None:
    page = camera.person(places.open)
    camera.visit(page, "/write", "write-1-safety")
    _go_on(page)
    camera.take(page, "write-1-error")
    for answer in ("thoughts", "other", "harmed", "danger"):
        _answer_safety(page, answer)
        camera.take(page, f"write-2-{answer}")
    _answer_safety(page, "safe")
    page.fill("#message", WORDS[camera.language])
    page.locator(".chip").nth(2).click()
    camera.take(page, "write-2-message")
    page.fill("#message", TOO_LONG)
    _go_on(page)
    camera.take(page, "write-2-error")
    page.fill("#message", WORDS[camera.language])
    page.locator(".strip button").click()
    camera.take(page, "write-2-help")
    page.locator("button[formaction='/write/details']").click()
    camera.take(page, "write-3-details")
    page.check("[name=audience][value=student]")
    page.check("[name=age_band][value=under14]")
    _go_on(page)
    camera.take(page, "write-4-check")
    page.set_viewport_size({"width": 360, "height": 800})


def _sent(camera: Camera, places: Places) -> None:
    form = _written(camera, places.open, "safe")
    page = _send_into_new_tab(form)
    camera.take(page, "sent-code")
    camera.take_paper(page, "sent-code")
    _go_on(page)
    camera.take(page, "sent-kept")
    camera.take(_send_into_new_tab(form), "sent-again")
    urgent = _send(camera, places.open, "danger")
    camera.take(urgent, "sent-urgent")
    urgent.locator("button[name=leave]").click()
    camera.take(urgent, "sent-finished")
    closed = camera.person(places.closed)
    closed.goto("/write")
    _answer_safety(closed, "danger")
    camera.take(closed, "sent-closed-danger")
    camera.take(_send(camera, places.closed, "safe"), "sent-closed-code")


def _coming_back(camera: Camera, places: Places) -> None:
    page = camera.person(places.open)
    camera.visit(page, "/read", "read-code")
    page.fill("#code", "1234 5678 9012 3456 7890 1234")
    _go_on(page)
    camera.take(page, "read-error")
    for show in ("arrived", "reply", "talk", "late", "finished"):
        page = _come_back(camera, places.open, _story(camera.language, show=show))
        camera.take(page, f"read-{show}")
        if show == "late":
            page.locator("button[formaction='/conversation/remind']").click()
            camera.take(page, "read-reminded")
    page = _come_back(camera, places.open, _story(camera.language, is_planned=True))
    camera.take(page, "read-planned")
    _go_on(page)
    camera.take(page, "read-empty-message")
    page.fill("#message", WORDS[camera.language])
    page.check("[name=safety][value=danger]")
    _go_on(page)
    camera.take(page, "read-after-danger")
    page.goto("/conversation")
    page.fill("#message", WORDS[camera.language])
    page.context.clear_cookies(name="visit")
    _go_on(page)
    camera.take(page, "read-over")
    page = _come_back(camera, places.open, _story(camera.language, show="talk"))
    camera.visit(page, "/conversation/delete", "read-delete")
    page.locator(".btn-danger[formaction='/conversation/delete']").click()
    camera.take(page, "read-deleted")


def _not_as_usual(camera: Camera, places: Places) -> None:
    camera.visit(camera.person(places.unfounded), "/write", "state-not-founded")
    page = camera.person(places.fading)
    page.goto("/write")
    _answer_safety(page, "safe")
    page.fill("#message", WORDS[camera.language])
    places.lose_database()
    _go_on(page)
    camera.take(page, "state-outage-kept")
    away = _home_seen_before(camera, places.fading)
    for path in ("/", "/help-now", "/write"):
        camera.visit(away, path, f"state-outage-{path.strip('/') or 'home'}")
    away.goto("/read")
    away.fill("#code", " ".join(grouped(code_of(_story(camera.language, show="talk")))))
    _go_on(away)
    camera.take(away, "state-outage-read")


def _errors(camera: Camera, places: Places) -> None:
    page = camera.person(places.broken)
    camera.visit(page, "/nothing-here", "state-404")
    for status in (403, 405, 409, 413, 415, 422, 429, 500, 503):
        camera.visit(page, f"/broken/{status}", f"state-{status}")
    elsewhere = camera.person(places.broken.replace("127.0.0.1", "localhost"))
    camera.visit(elsewhere, "/", "state-421-other-host")


def _home_seen_before(camera: Camera, place: str) -> Page:
    """A person of a site that has looked at its queue, as it does behind the first view of `/`."""
    page = camera.person(place)
    page.goto("/")
    page.wait_for_timeout(500)
    return page


def _written(camera: Camera, place: str, safety: str) -> Page:
    page = camera.person(place)
    _answer_safety(page, safety)
    if safety == "danger":
        _go_on(page)
    page.fill("#message", WORDS[camera.language])
    return page


def _send(camera: Camera, place: str, safety: str) -> Page:
    page = _written(camera, place, safety)
    _go_on(page)
    return page


def _send_into_new_tab(page: Page) -> Page:
    """Send the form as it stands; the page with the form stays, and can send the same again."""
    page.eval_on_selector("#step", "form => { form.target = '_blank' }")
    with page.context.expect_page() as opened:
        page.locator("#step .btn-primary").first.click()
    opened.value.wait_for_load_state()
    return opened.value


def _come_back(camera: Camera, place: str, story: Story) -> Page:
    page = camera.person(place)
    page.goto("/read")
    page.fill("#code", code_of(story))
    _go_on(page)
    page.wait_for_url("**/conversation")
    return page


def _story(language: Language, *, show: str = "", is_planned: bool = False) -> Story:
    """A told story in this language where there is one, else in the other."""
    fits = [one for one in load_stories() if (one.show == show if show else bool(one.again) and is_planned)]
    return next((one for one in fits if one.language is language), fits[0])


def _answer_safety(page: Page, answer: str) -> None:
    page.goto("/write")
    page.check(f"[name=safety][value={answer}]")
    _go_on(page)


def _go_on(page: Page) -> None:
    """The first large button of the page's own form."""
    page.locator("#step .btn-primary").first.click()
    page.wait_for_load_state()
