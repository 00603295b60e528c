"""The versions of the privacy wording. A ticket keeps the one its caller accepted, never who did."""

CURRENT = "2026-11-29"
KNOWN = ("2026-11", CURRENT)
"""Every version that was shown, oldest first. Its words are the template `caller/privacy/<version>.html`."""


def accepted(shown: str) -> str:
    """The version a form was shown with; the current one when the form does not say."""
    return shown if shown in KNOWN else CURRENT
