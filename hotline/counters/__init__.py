"""Counting at the moment it happens. Only `statistics` reads what is counted here."""
