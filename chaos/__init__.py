"""What must hold when things break: the server killed, the disk full, the database locked, the clock wrong.

`make chaos` runs all of it; the quick versions are ordinary tests. The load and its proof work
against any deployment: `python -m chaos load --help`, `python -m chaos prove --help`.
"""
