"""Counts of closed periods in which nobody can be recognised: disclosure control, releases, tables."""
