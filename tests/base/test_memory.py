"""Threads share what memory they once needed, and a start is not searched for rubbish."""

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


A_START = """
import gc
from hotline.base.memory import begin, settle
usual = gc.get_threshold()
begin()
seldom = gc.get_threshold()
settle()
print(seldom > usual, gc.get_threshold() == usual, gc.get_freeze_count() > 0)
"""

TWO_HASHES_MEET = """
import asyncio, threading
from hotline.base.memory import share_pools
from hotline.keyring.stretching import stretch_code
from hotline.web.lanes import Lanes
share_pools()
def held():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * 4 // 1024
def hash_together(meet):
    for _ in range(3):
        meet.wait()
        stretch_code("1234" * 6, b"salt" * 4, 1)
async def meet():
    lanes, both = Lanes(2, quiet=0.1), threading.Barrier(2)
    await asyncio.gather(lanes.for_caller(hash_together, both), lanes.for_caller(hash_together, both))
    before = held()
    await asyncio.sleep(1)
    lanes.close()
    print(before - held())
asyncio.run(meet())
"""


glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others keep memory in other ways")


@glibc
def test_many_threads_share_two_pools() -> None:
    assert pools_of("share_pools()") == POOLS
    assert pools_of("") > POOLS


@pytest.mark.thorough
@glibc
def test_what_hashes_took_is_given_back_when_nobody_asks_for_another() -> None:
    assert int(run(TWO_HASHES_MEET).stdout) >= 15


def test_rubbish_is_looked_for_seldom_at_the_start_and_as_usual_afterwards() -> None:
    assert run(A_START).stdout.split() == ["True"] * 3


def pools_of(first: str) -> int:
    return run(EIGHT_THREADS_AT_ONCE.format(first=first)).stderr.count("Arena ")


def run(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
