"""Addresses of ours that somebody may be led back to: a plain path, and what a plain query asks for."""

import re

PLAIN_PATH = re.compile(r"/(?!/)[A-Za-z0-9_\-/]*")
PLAIN_QUERY = re.compile(r"[A-Za-z0-9_\-]+=[A-Za-z0-9_\-]*(?:&[A-Za-z0-9_\-]+=[A-Za-z0-9_\-]*)*")
LONGEST_QUERY = 200


def plain_query(query: str) -> str:
    """The query with its `?` where letters, digits, `-` and `_` are all it says; nothing otherwise."""
    is_plain = len(query) <= LONGEST_QUERY and PLAIN_QUERY.fullmatch(query) is not None
    return f"?{query}" if is_plain else ""
