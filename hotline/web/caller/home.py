"""The first page, what to know before writing, and help now. None of them waits for a database."""

from fastapi import Request, Response
from starlette.background import BackgroundTask

from hotline.web.access import public
from hotline.web.caller.standing import standing
from hotline.web.demand import Demand
from hotline.web.deps import DatabaseDep, HoursDep, Now, PagesDep
from hotline.web.render import Pages
from hotline.web.routing import Router

router = Router(dependencies=[public])


@router.get("/", name="home")
def home(request: Request, pages: PagesDep, hours: HoursDep, database: DatabaseDep, now: Now) -> Response:
    """What was known of the queue; whoever finds that old makes it known anew, behind the answer."""
    demand: Demand = request.app.state.demand
    page = pages.same_for_all(
        request,
        "caller/home/page.html",
        standing=standing(hours, now),
        is_busy=demand.is_high(now),
        is_outage=demand.is_away(now),
    )
    if demand.is_due(now):
        page.background = BackgroundTask(demand.look, request.app.state.turns, database, now)
    return page


@router.get("/before", name="before")
def before(request: Request, pages: PagesDep) -> Response:
    return pages.same_for_all(request, "caller/before/page.html")


@router.get("/help-now", name="help-now")
def help_now(request: Request, pages: PagesDep, hours: HoursDep, now: Now) -> Response:
    is_outage = request.app.state.demand.is_away(now)
    return pages.same_for_all(
        request, "caller/help/page.html", standing=standing(hours, now), is_outage=is_outage
    )


def empty_home(request: Request) -> Response:
    """The first page in place of a step whose journey has ended: nothing of the step is on it."""
    pages: Pages = request.app.state.pages
    now = standing(pages.hours, request.app.state.clock())
    return pages.page(
        request, "caller/home/page.html", standing=now, is_busy=False, is_outage=False, step="/"
    )
