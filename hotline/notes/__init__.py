"""A counselor's confidential notes on a ticket, and the safety review."""
