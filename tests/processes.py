"""Processes under test: which there are, whether they have ended, and how to end them."""

import os
import signal
import time
from collections.abc import Callable, Iterable

import psutil


def ended(pid: int) -> bool:
    """Whether a process is gone, or only waits to be counted."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true in so many seconds."""
    over = time.monotonic() + seconds
    while time.monotonic() < over and not condition():
        time.sleep(0.05)
    return condition()


def descendants(process: psutil.Process, words: str) -> list[psutil.Process]:
    """The running processes below one whose command line has these words."""
    found = []
    for below in process.children(recursive=True):
        try:
            if words in " ".join(below.cmdline()):
                found.append(below)
        except psutil.NoSuchProcess:  # it ended in the meantime; psutil counts a zombie among these
            continue
    return found


def kill(pids: Iterable[int]) -> None:
    """End processes at once, whether they still run or not."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
