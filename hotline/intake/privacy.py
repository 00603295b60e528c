"""The versions of the privacy wording. A ticket keeps the one its caller accepted, never who did."""

CURRENT = "2026-11"
KNOWN = (CURRENT,)
"""Every version that was ever shown. The words are the template `caller/privacy/<version>.html`."""


def accepted(shown: str) -> str:
    """The version a form was shown with; the current one when the form does not say."""
    return shown if shown in KNOWN else CURRENT
