"""Who did what, append only. A line names people, tickets and acts; it never holds free text."""
