"""The screens of people who sign in: counselors, supervisors, custodians, administrators, newcomers."""

import pyotp
from playwright.sync_api import Page

from hotline.demo.people import ADMINISTRATOR, CUSTODIAN, SUPERVISOR, passphrase_of
from tools.screens.camera import Camera
from tools.screens.places import Places

COUNSELOR, COLLEAGUE, OFF_DUTY, WITHOUT_PHONE = "mumian", "shancha", "haitang", "ziwei"
TICKET = "main a[href^='/staff/tickets/']"
NEWCOMER = "yinxiang"


def take_staff(camera: Camera, places: Places) -> None:
    """Every page behind the sign-in."""
    _signing_in(camera, places)
    _at_work(camera, places)
    _tickets(camera, places)
    _supervising(camera, places)
    _looking_after_people(camera, places)
    _nothing_yet(camera, places)
    _errors(camera, places)


def _signing_in(camera: Camera, places: Places) -> None:
    page = camera.person(places.open)
    camera.visit(page, "/staff/sign-in", "door-sign-in")
    page.fill("#name", "nobody")
    page.fill("#passphrase", "not the right one")
    _press(page, "main .btn-primary")
    camera.take(page, "door-sign-in-error")
    camera.visit(page, "/staff/queue", "door-not-signed-in")
    page = _sign_in(camera, places.open, COLLEAGUE)
    _press(page, "form[action='/staff/lock'] button")
    camera.take(page, "door-locked")
    camera.visit(page, "/staff/enrol/nothing", "door-enrol-gone")


def _at_work(camera: Camera, places: Places) -> None:
    page, other = (_sign_in(camera, places.open, name) for name in (COUNSELOR, COLLEAGUE))
    camera.visit(page, "/staff", "work-shift")
    camera.visit(page, "/staff/queue", "work-queue")
    camera.visit(page, "/staff/follow-ups", "work-follow-ups")
    other.route("**/staff/events*", lambda route: route.abort())  # or the list would be new before the press
    other.goto("/staff/queue")
    _press(page, "form[action='/staff/queue/next'] button", at="/staff/queue")
    camera.take(page, "ticket-taken-now")
    _press(other, "form[action$='/take'] button")
    camera.take(other, "work-taken-by-another")
    off_duty = _sign_in(camera, places.open, OFF_DUTY)
    camera.visit(off_duty, "/staff", "work-shift-off-duty")
    _press(off_duty, "form[action$='/take'] button", at="/staff/queue")
    camera.take(off_duty, "work-off-duty")
    camera.visit(page, "/staff/account", "work-account")
    _press(page, "form[action='/staff/account/calendar'] button")
    camera.take(page, "work-calendar")
    _press(page, "form[action='/staff/account/passphrase'] button", at="/staff/account")
    camera.take(page, "work-passphrase")
    camera.visit(_sign_in(camera, places.late, COUNSELOR), "/staff", "work-shift-late")
    camera.visit(_sign_in(camera, places.late, COLLEAGUE), "/staff/queue", "work-queue-late")


def _tickets(camera: Camera, places: Places) -> None:
    page = _sign_in(camera, places.open, COUNSELOR)
    page.goto("/staff")
    addresses = page.eval_on_selector_all(TICKET, "links => [...new Set(links.map(link => link.pathname))]")
    states: dict[str, str] = {}
    for address in addresses:
        page.goto(address)
        marks = " ".join(page.locator("main .notice, main .actions .late").all_inner_texts())
        states.setdefault(marks[:12], address)
    for number, address in enumerate(states.values(), start=1):
        camera.visit(page, address, f"ticket-{number}")
    page.goto(addresses[0])
    _press(page, "button[name=step][value=preview]")
    camera.take(page, "ticket-reply-error")
    page.fill("#text", "谢谢你留言。\n\n这几天最难的是什么时候？")
    _press(page, "button[name=step][value=preview]")
    camera.take(page, "ticket-preview")
    page.goto(addresses[0])
    page.locator("#close summary").click()
    _press(page, "#close .btn-danger")
    camera.take(page, "ticket-close-error")
    page.goto(addresses[0])
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    camera.take(page, "ticket-all-open")


def _supervising(camera: Camera, places: Places) -> None:
    page = _sign_in(camera, places.open, SUPERVISOR)
    camera.visit(page, "/staff", "board-shift")
    camera.visit(page, "/staff/board", "board-board")
    _press(page, ".pick .btn")
    camera.take(page, "board-error")
    camera.visit(page, "/staff/board/week", "board-week")
    camera.take_paper(page, "board-week")
    page.goto("/staff/board")
    camera.visit(page, page.locator(".pick").first.get_attribute("action") or "", "board-assign")
    camera.visit(_sign_in(camera, places.late, SUPERVISOR), "/staff/board", "board-late")
    camera.visit(page, "/staff/statistics", "numbers-shelf")
    for address in page.eval_on_selector_all(".shelf-name[href]", "all => all.map(one => one.pathname)"):
        kind = address.split("/")[3]
        camera.visit(page, address, f"numbers-{kind}")
        camera.take_paper(page, f"numbers-{kind}")
    camera.visit(_sign_in(camera, places.late, SUPERVISOR), places.withhold(), "numbers-withheld")


def _looking_after_people(camera: Camera, places: Places) -> None:
    page = _sign_in(camera, places.open, ADMINISTRATOR)
    camera.visit(page, "/staff", "people-shift")
    _press(page, "#invite ~ form .btn-primary", at="/staff/people")
    camera.take(page, "people-error")
    page.goto("/staff/people")
    page.fill("#name", NEWCOMER)
    page.fill("#alias", "银香")
    page.locator(".chip", has=page.locator("[value=counselor]")).first.click()
    page.locator(".chip", has=page.locator(f"[value={camera.language}]")).first.click()
    _press(page, "#invite ~ form .btn-primary")
    camera.take(page, "people-code")
    code = page.locator(".address").inner_text().strip()
    newcomer = _enrol(camera, places, code)
    custodian = _sign_in(camera, places.open, CUSTODIAN)
    camera.visit(custodian, "/staff/people", "people-to-admit")
    _admit(camera, custodian, newcomer)
    camera.visit(custodian, "/staff/audit", "people-audit")
    _new_factor(camera, places, page, custodian)
    _leave(camera, places, page)


def _enrol(camera: Camera, places: Places, address: str) -> Page:
    page = camera.person(places.open)
    camera.visit(page, address, "door-enrol-begin")
    _press(page, "main .btn-primary")
    camera.take(page, "door-enrol")
    _press(page, "main .btn-primary")
    camera.take(page, "door-enrol-error")
    words = page.locator(".words span").all_inner_texts()
    page.fill("#passphrase", " ".join(word.strip() for word in words))
    page.fill("#digits", pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", "")).now())
    passphrase = page.input_value("#passphrase")
    _press(page, "main .btn-primary")
    camera.take(page, "door-enrol-done")
    page.goto("/staff/sign-in")
    page.fill("#name", NEWCOMER)
    page.fill("#passphrase", passphrase)
    _press(page, "main .btn-primary")
    camera.take(page, "door-not-admitted-yet")
    return page


def _admit(camera: Camera, custodian: Page, newcomer: Page) -> None:
    card = custodian.locator("form[action$='/admission']", has_text="银香")
    card.locator("[name=compared]").check()
    card.locator("button").last.click()
    custodian.wait_for_load_state()
    camera.take(custodian, "people-admitted")
    camera.visit(newcomer, "/staff/queue", "work-no-key-yet")


def _leave(camera: Camera, places: Places, administrator: Page) -> None:
    """A counselor with tickets that wait leaves."""
    administrator.goto("/staff/people")
    row = administrator.locator("tbody tr", has=administrator.get_by_text(COLLEAGUE, exact=True))
    camera.visit(administrator, row.locator("a").get_attribute("href") or "", "people-leaving")
    _press(administrator, "form[action$='/disable'] button")
    camera.take(administrator, "people-gone")
    camera.visit(_sign_in(camera, places.open, SUPERVISOR), "/staff/board", "board-left-behind")


def _new_factor(camera: Camera, places: Places, administrator: Page, custodian: Page) -> None:
    administrator.goto("/staff/people")
    row = administrator.locator("tbody tr", has=administrator.get_by_text(WITHOUT_PHONE, exact=True))
    address = row.locator("a").get_attribute("href") or ""
    camera.visit(administrator, address, "people-person")
    for person in (administrator, custodian):
        _press(person, "form[action$='/second-factor'] button", at=address)
    camera.take(custodian, "people-person-ordered")
    page = camera.person(places.open)
    page.goto("/staff/sign-in")
    page.fill("#name", WITHOUT_PHONE)
    page.fill("#passphrase", passphrase_of(WITHOUT_PHONE))
    _press(page, "main .btn-primary")
    camera.take(page, "door-new-factor")


def _nothing_yet(camera: Camera, places: Places) -> None:
    page = _sign_in(camera, places.empty, COUNSELOR)
    for path in ("", "/queue", "/follow-ups"):
        camera.visit(page, f"/staff{path}", f"empty-{path.strip('/') or 'shift'}")
    page = _sign_in(camera, places.empty, SUPERVISOR)
    for path in ("board", "statistics"):
        camera.visit(page, f"/staff/{path}", f"empty-{path}")
    page = _sign_in(camera, places.empty, CUSTODIAN)
    camera.visit(page, "/staff/people", "empty-people")


def _errors(camera: Camera, places: Places) -> None:
    page = _sign_in(camera, places.broken, COUNSELOR)
    camera.visit(page, "/staff/nothing", "empty-404")
    camera.visit(page, "/staff/people", "empty-not-mine")
    for status in (409, 500, 503):
        camera.visit(page, f"/staff/broken/{status}", f"empty-{status}")


def _sign_in(camera: Camera, place: str, name: str) -> Page:
    page = camera.person(place)
    page.goto("/staff/sign-in")
    page.fill("#name", name)
    page.fill("#passphrase", passphrase_of(name))
    _press(page, "main .btn-primary")
    _in_the_cameras_language(camera, page)
    return page


def _in_the_cameras_language(camera: Camera, page: Page) -> None:
    switch = page.locator(f".switch[value='{camera.language}']")
    if switch.count():
        switch.click()
        page.wait_for_load_state()


def _press(page: Page, button: str, *, at: str | None = None) -> None:
    """Press the first of these buttons, after going there first if `at` says where."""
    if at is not None:
        page.goto(at)
    page.locator(button).first.click()
    page.wait_for_load_state()
