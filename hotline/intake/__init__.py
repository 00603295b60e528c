"""Receiving a request: the safety answer and the level, the receipt code, coming back with it."""
