"""What happens to what a caller writes, ways of using the site, and staying safe on a shared device.

From a step of a form these are posted to: the page carries what was typed, and its Back brings it again.
"""

from fastapi import Request, Response

from hotline.intake import privacy
from hotline.web.access import public
from hotline.web.caller.deps import Step
from hotline.web.deps import PagesDep
from hotline.web.reading import STEPS, Typed
from hotline.web.render import Pages
from hotline.web.routing import Router

router = Router(dependencies=[public])

WHAT_HAPPENS = f"caller/privacy/{privacy.CURRENT}.html"
ACCESSIBILITY = "caller/accessibility/page.html"
STAYING_SAFE = "caller/safety/page.html"


@router.get("/privacy", name="privacy")
def what_happens(request: Request, pages: PagesDep) -> Response:
    return pages.page(request, WHAT_HAPPENS, version=privacy.CURRENT)


@router.post("/privacy", name="privacy.meanwhile")
def what_happens_meanwhile(request: Request, typed: Step, pages: PagesDep) -> Response:
    return _meanwhile(request, typed, pages, WHAT_HAPPENS)


@router.get("/accessibility", name="accessibility")
def ways_of_use(request: Request, pages: PagesDep) -> Response:
    return pages.page(request, ACCESSIBILITY)


@router.post("/accessibility", name="accessibility.meanwhile")
def ways_of_use_meanwhile(request: Request, typed: Step, pages: PagesDep) -> Response:
    return _meanwhile(request, typed, pages, ACCESSIBILITY)


@router.get("/safety", name="safety")
def staying_safe(request: Request, pages: PagesDep) -> Response:
    return pages.page(request, STAYING_SAFE)


@router.post("/safety", name="safety.meanwhile")
def staying_safe_meanwhile(request: Request, typed: Step, pages: PagesDep) -> Response:
    return _meanwhile(request, typed, pages, STAYING_SAFE)


def _meanwhile(request: Request, typed: Typed, pages: Pages, template: str) -> Response:
    """The page with what was typed at a step, or as it is for everybody where none was left."""
    step, version = typed.text("step"), privacy.CURRENT
    if step not in STEPS:
        return pages.page(request, template, version=version)
    carried = typed.hidden_fields()
    return pages.page(
        request, template, version=version, carried_from=step, carried=carried, step=step, step_form=True
    )
