"""How the C library gives out memory."""

import ctypes
import sys
from contextlib import suppress

M_ARENA_MAX = -8
"""glibc's number for it (malloc.h, mallopt(3))."""

POOLS = 2


def share_pools() -> None:
    """Threads that begin from now on share two pools of memory, where glibc gives it out.

    Each of a dozen threads would keep a pool of its own, and in it what it once needed: with 500 open
    pages 156 MiB instead of 146. Other C libraries do not know the call, and are left as they are.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, POOLS)
