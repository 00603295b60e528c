"""Planned contacts: when somebody writes again, and reminding the counselor of it."""
