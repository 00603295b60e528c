"""Argon2id alone, as receipt codes are stretched: the limit of intake and return.

python -m benchmarks.hashing --threads 1 --number 40    prints rate and processor seconds a hash
"""

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor

from hotline.intake import receipt
from hotline.keyring.stretching import NEWEST_VERSION, stretch_code


def alone(threads: int, number: int) -> tuple[float, float]:
    """Hashes a second on so many threads, and the processor's milliseconds each."""
    salt, codes = os.urandom(32), [receipt.draw() for _ in range(number)]
    stretch_code(codes[0], salt, NEWEST_VERSION)
    begun, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda code: stretch_code(code, salt, NEWEST_VERSION), codes))
    return number / (time.perf_counter() - begun), 1000 * (time.process_time() - used) / number


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--threads", type=int, default=1)
    reader.add_argument("--number", type=int, default=40)
    asked = reader.parse_args()
    rate, cpu = alone(asked.threads, asked.number)
    print(f"{rate:.1f} a second, {cpu:.2f} ms each")
