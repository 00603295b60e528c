"""Tickets and their conversations: the life of a ticket, and what a person may see of it."""
