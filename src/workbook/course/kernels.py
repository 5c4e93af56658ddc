"""Kernels that nobody but their owner can listen to.

A kernel's usual channels are TCP ports of the machine, and what it prints goes unencrypted to anybody on that machine who
connects. Here the channels are Unix sockets in a folder that only its owner may enter; Windows has TCP alone.
"""

import math
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from traitlets import Type, default

LOOK_AGAIN = 2.0  # seconds
LONGEST_SOCKET = 100  # bytes of a Unix socket's path; systems take 104 or 108
SHORT = Path("/tmp")
PREFIX = "workbook-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder for what is needed while something runs, which only its owner may enter, gone in the end.

    Those that killed processes have left go first.
    """
    import psutil

    usual = Path(tempfile.gettempdir())
    base = SHORT if not fits(usual / f"{PREFIX}{'0' * 20}") and SHORT.is_dir() else usual
    for left in base.glob(f"{PREFIX}*-*"):
        pid = left.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(left, ignore_errors=True)  # another user's stays, as it may not be removed
    with tempfile.TemporaryDirectory(
        prefix=f"{PREFIX}{os.getpid()}-", dir=base, ignore_cleanup_errors=True
    ) as made:
        yield Path(made)


def fits(folder: Path, name: str = f"{'0' * 8}/k-ipc-0") -> bool:
    """Whether sockets of this name can be in a folder; False where the system has none."""
    return os.name != "nt" and len(os.fsencode(folder / name)) <= LONGEST_SOCKET


def private(manager: type[Any], folder: Path) -> type[Any]:
    """A class of kernel managers whose kernels can only be reached by who may enter the folder."""
    if not fits(folder):
        return manager

    class Private(manager):
        @default("transport")
        def _transport_of_a_folder(self) -> str:
            return "ipc"

        @default("connection_file")
        def _file_in_a_folder(self) -> str:
            return str(Path(tempfile.mkdtemp(prefix="", dir=folder)) / "k.json")

    return Private


def kernel_manager(folder: Path) -> type[Any]:
    """Kernel manager for nbclient, whose client looks again for messages every few seconds.

    A ZeroMQ socket tells of a message once, and asyncio misses that now and then; who waits in one piece then waits for
    ever, while the message lies there.
    """
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.channels import AsyncZMQSocketChannel
    from jupyter_client.manager import AsyncKernelManager

    class Channel(AsyncZMQSocketChannel):
        async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
            over = math.inf if timeout is None else time.monotonic() + timeout
            while True:
                left = max(0.0, over - time.monotonic())
                try:
                    return await super().get_msg(timeout=min(left, LOOK_AGAIN))
                except Empty:
                    if left <= LOOK_AGAIN:
                        raise

    class Client(AsyncKernelClient):
        shell_channel_class = Type(Channel)
        iopub_channel_class = Type(Channel)

    class Manager(AsyncKernelManager):
        client_factory = Type(Client)

    return private(Manager, folder)
