"""Telling staff that something waits: an outbox in the database, and how what is in it goes out."""
