"""Tables as files: CSV that spreadsheet programs open as text in the right characters, and never run."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from starlette.responses import Response

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes Chinese for the characters of an older encoding."""


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV (RFC 4180). What a spreadsheet would take for a formula begins with `'`."""
    text = StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def guarded(cell: str) -> str:
    """The cell as text whatever it begins with."""
    return f"'{cell}" if cell.startswith(FORMULA_BEGINS) else cell


def download(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """An answer that a browser saves under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(csv_of(rows), media_type="text/csv; charset=utf-8", headers=headers)
