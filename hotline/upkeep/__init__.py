"""Keeping it running: copies of everything, bringing them back, and saying what is not in order."""
