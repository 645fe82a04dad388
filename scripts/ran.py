"""Runs a command for at most so many seconds and prints what it took. `bench.py` runs this file in a process of its own.

A process begins with the peak memory of the one that started it, at least on Linux. So the one that starts must be small.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

# What ru_maxrss counts in.
UNIT = 1 if sys.platform == "darwin" else 1024


def main(limit: float, command: list[str]) -> dict[str, float]:
    """Seconds by the clock and of a processor, the memory of the largest process in MB, and how it ended.

    Processes that the command waited for are counted: their seconds are added, the largest of them all is told.
    """
    started = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    over = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
    over.daemon = True
    over.start()
    try:
        _, status, used = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    clock = time.perf_counter() - started
    over.cancel()
    memory = used.ru_maxrss * UNIT / 1e6
    return {"clock": clock, "computed": used.ru_utime + used.ru_stime, "memory": memory, "code": os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    json.dump(main(float(sys.argv[1]), sys.argv[2:]), sys.stdout)
