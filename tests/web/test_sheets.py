"""Files for spreadsheets: the right characters, and nothing that runs."""

import csv
from io import StringIO

import pytest

from hotline.web.sheets import csv_of, download, guarded


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_text(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"
    assert f"'{start}1+1" in csv_of([[f"{start}1+1"]]).decode("utf-8-sig")


@pytest.mark.parametrize("cell", ["", "35", "fewer than 5", "话题", "1-2", " =1", "'=1"])
def test_other_text_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_file_says_its_encoding_and_keeps_commas_quotes_and_lines() -> None:
    rows = [["话题", 'a "b", c'], ["one\ntwo", "35"]]

    written = csv_of(rows)

    assert written.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(written.decode("utf-8-sig"), newline=""))) == rows


def test_a_browser_saves_it() -> None:
    answer = download("contacts-2026-W47", [["a"]])

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="contacts-2026-W47.csv"'
