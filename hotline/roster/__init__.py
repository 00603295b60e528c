"""When somebody is there: opening hours, and who is on duty."""
