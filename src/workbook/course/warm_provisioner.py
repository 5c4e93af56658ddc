"""Starts a kernel from a process that has imported already what notebooks use; see `workbook.course.warm_kernels`."""

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from workbook.course.warm_kernels import PLACE

LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]


class WarmKernel:
    """A kernel that the server has forked, for those who expect a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.connection, self.pid = connection, pid
        self.returncode: int | None = None

    def poll(self, flags: int = socket.MSG_DONTWAIT) -> int | None:
        """Its exit status, None while it runs; without flags this waits for its end."""
        if self.returncode is None:
            try:
                told = self.connection.recv(64, flags)
            except BlockingIOError:
                return None
            self.returncode = int(told) if told else -signal.SIGKILL  # with the server its kernels end
            self.connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit status, once it has ended."""
        return self.poll(0)

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def asked(argv: list[str], folder: str, environment: dict[str, str], prints: list[int]) -> WarmKernel | None:
    """A kernel of the server; None if there is none, or it was started for another environment."""
    message = json.dumps({"argv": argv, "folder": folder, "environment": environment}).encode()
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.connect(environment[PLACE])
        socket.send_fds(connection, [message], prints)
        pid = connection.recv(64)
    except (OSError, KeyError):
        pid = b""
    if pid:
        return WarmKernel(connection, int(pid))
    connection.close()
    return None


class WarmProvisioner(LocalProvisioner):
    """Starts kernels of this Python warm, and all others, or without a server, as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start a kernel by its command."""
        kernel = None
        if cmd[: len(LAUNCHER)] == LAUNCHER and PLACE in os.environ:
            kernel = await asyncio.to_thread(
                asked,
                cmd[len(LAUNCHER) :],
                str(options.get("cwd") or Path.cwd()),
                {**(options.get("env") or os.environ), "JPY_PARENT_PID": str(os.getpid())},  # as Jupyter does
                [1, 2],
            )
        if kernel is None:
            return await super().launch_kernel(cmd, **options)
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        self.cwd = options.get("cwd", Path.cwd())
        return self.connection_info
