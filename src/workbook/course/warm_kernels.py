"""Kernels that start from a process which has imported already what notebooks use, on Linux; elsewhere as ever.

Jupyter's clients (papermill, nbval, JupyterLab) start kernels by a provisioner, which an environment variable names.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

from workbook.course.kernels import scratch_folder

PLACE = "WORKBOOK_KERNELS"  # variable that says where kernels are asked for
PROVISIONER = "JUPYTER_DEFAULT_PROVISIONER_NAME"  # Jupyter's own variable
DATA = "WORKBOOK_KEPT_DATA"  # variable that names a data set to be read before kernels start
NAME = "workbook-warm"  # of the provisioner, in pyproject.toml


@contextmanager
def warm_kernels(
    wanted: bool = True, variables: Mapping[str, str] | None = None, data: Path | None = None
) -> Iterator[None]:
    """Let kernels start warm meanwhile, those of processes that are started from here too, if that is wanted and can be.

    Parameters
    ----------
    wanted : whether to do anything
    variables : what these kernels have in their environment beyond that of this process
    data : folder of a data set that most of them will load, which is then read once for all
    """
    if not wanted or PLACE in os.environ or not available():
        yield
        return
    from jupyter_client.provisioning import KernelProvisionerFactory

    with scratch_folder() as folder:
        given = {PLACE: str(folder / "kernels"), PROVISIONER: NAME}
        before = {name: os.environ.get(name) for name in given}
        os.environ.update(given)
        KernelProvisionerFactory.clear_instance()  # it reads its variable once
        server = started(given[PLACE], dict(variables or {}) | ({DATA: str(data)} if data else {}))
        try:
            yield
        finally:
            for name, value in before.items():
                del os.environ[name]
                os.environ.update({name: value} if value is not None else {})
            KernelProvisionerFactory.clear_instance()
            server.kill()
            server.communicate()


def available() -> bool:
    """Whether kernels can start warm here: on Linux, where the workbook was installed with its provisioner."""
    found = entry_points(group="jupyter_client.kernel_provisioners", name=NAME)
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and bool(found)


def started(place: str, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The server's process; it may be asked at once, and answers when it is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(place)
        listener.listen()
        return subprocess.Popen(
            [sys.executable, "-m", "workbook.course.kernel_server", str(listener.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            start_new_session=True,
            env=os.environ | variables,
        )
