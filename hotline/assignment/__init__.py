"""The queue: who takes what, the most urgent oldest first."""
