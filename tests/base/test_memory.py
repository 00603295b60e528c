"""Threads share what memory they once needed."""

import platform
import subprocess
import sys

import pytest

from hotline.base.memory import POOLS

EIGHT_THREADS_AT_ONCE = """
import ctypes, threading
from hotline.base.memory import share_pools
{first}
together = threading.Barrier(8)
def keep():
    together.wait()
    kept = [bytes(600) for _ in range(1000)]
    together.wait()
threads = [threading.Thread(target=keep) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory in other ways")
def test_many_threads_share_two_pools() -> None:
    assert pools_of("share_pools()") == POOLS
    assert pools_of("") > POOLS


def pools_of(first: str) -> int:
    script = EIGHT_THREADS_AT_ONCE.format(first=first)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stderr.count("Arena ")
