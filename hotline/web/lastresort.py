"""The page that needs nothing: no database, no template, no catalogue. Both languages at once."""

from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

PAGE = """<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>页面打不开 · Page unavailable</title>
<link rel="stylesheet" href="/static/hotline.css">
</head>
<body class="caller">
<main class="page narrow">
<h1>这个页面现在打不开</h1>
<p>{again}</p>
{link}<p>现在有危险，拨打<a href="tel:120">120</a>或<a href="tel:110">110</a>。\
想马上和人说话，拨打<a href="tel:12356">12356</a>。</p>
<div lang="en">
<h2>This page cannot be shown right now</h2>
<p>{again_en}</p>
{link}<p>In danger now? Call <a href="tel:120">120</a> or <a href="tel:110">110</a>. \
To talk now, call <a href="tel:12356">12356</a>.</p>
</div>
{kept}
</main>
</body>
</html>
"""
KEPT = """<h2>你写的内容还在，可以复制</h2>
<h2 lang="en">What you wrote is still here to copy</h2>
{areas}
"""
AREA = """<p><textarea readonly rows="8" cols="40" aria-label="你写的内容 · What you wrote">
{text}</textarea></p>"""
LINK = '<p><a href="{address}">{address}</a></p>\n'
LATER = (
    "这是我们这边的故障，不是你做错了什么。过几分钟再试一次。",
    "The fault is on our side, not with anything you did. Try again in a few minutes.",
)
ELSEWHERE = ("请用下面的地址打开。", "Open the address below instead.")


def last_resort(status: int, *, kept: Iterable[str] = (), address: str | None = None) -> HTMLResponse:
    """A short page with the numbers, with what a person wrote and with where to go instead."""
    again, again_en = ELSEWHERE if address else LATER
    areas = "\n".join(AREA.format(text=escape(text)) for text in kept)
    return HTMLResponse(
        PAGE.format(
            again=again,
            again_en=again_en,
            kept=KEPT.format(areas=areas) if areas else "",
            link=LINK.format(address=escape(address)) if address else "",
        ),
        status,
    )
