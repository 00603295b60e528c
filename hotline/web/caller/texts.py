"""What happens to what a caller writes, and staying safe on a shared device."""

from fastapi import Request, Response

from hotline.intake import privacy
from hotline.web.access import public
from hotline.web.deps import PagesDep
from hotline.web.routing import Router

router = Router(dependencies=[public])


@router.get("/privacy", name="privacy")
def what_happens(request: Request, pages: PagesDep) -> Response:
    return pages.page(request, f"caller/privacy/{privacy.CURRENT}.html", version=privacy.CURRENT)


@router.get("/safety", name="safety")
def staying_safe(request: Request, pages: PagesDep) -> Response:
    return pages.page(request, "caller/safety/page.html")
