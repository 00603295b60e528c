"""Key pairs, grants, envelope encryption, and what receipt codes and passphrases are stretched to.

Holding a grant is the right to read. Nothing in this package knows what a hotline is.
"""
