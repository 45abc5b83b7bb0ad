"""Runs a command and measures it: wall time, CPU of it and all its children, peak memory of the whole process tree."""

import dataclasses
import os
import subprocess
import sys
import tempfile
import threading
import time

import psutil


@dataclasses.dataclass
class Measurement:
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def _tree_bytes(pid):
    """Proportional set size of a process and its children: pages shared between them count once."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
    except psutil.Error:
        return total
    return total


def measure(command, *, sample_memory=False, cwd=None):
    """Sampling memory costs time, so a run that is timed is not sampled. Raises with the command's output if it fails."""
    peak = 0
    stop = threading.Event()
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=cwd)

        def sample():
            nonlocal peak
            while not stop.wait(0.05):
                peak = max(peak, _tree_bytes(process.pid))

        sampler = threading.Thread(target=sample)
        if sample_memory:
            sampler.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if sample_memory:
            stop.set()
            sampler.join()
        if process.returncode != 0:
            output.seek(0)
            sys.exit(f"bench: {command} failed with {process.returncode}:\n{output.read().decode(errors='replace')}")
    return Measurement(seconds, usage.ru_utime + usage.ru_stime, peak)
