"""What speed is promised, each figure beside its limit, measured in the same run (`make bench`).

Figures are the server's own CPU time, read from the kernel: on a shared machine it is steadier than any
clock. The load comes from a process of its own. Nothing here is a test: a figure past its limit is
marked in the table and changes no exit status.
"""
