"""An anonymous psychological-support hotline."""

VERSION = "0.1.0"
"""Stands in pyproject.toml as well, where a test compares them; backups name it."""
