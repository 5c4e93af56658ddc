"""A process that has imported what notebooks use, and forks a kernel for each request: ``python -m workbook.course.kernel_server``.

For Linux alone. Who asks sends one message over a Unix socket, with where its kernel prints to, and gets the kernel's number,
and in the end its exit status; see `workbook.course.warm_kernels`.
"""

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from workbook.course.warm_kernels import DATA as KEPT
from workbook.tables.errors import DataError
from workbook.tables.folders import keep, open_folder
from workbook.tables.locations import data_folder

# None of these may look for IPython's shell while it is imported, as Jupyter's backend of Matplotlib does: there is none
# yet. Pyplot and ipywidgets do too, and are introduced to it later.
IMPORTED = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.display",
    "scipy.stats",
    "sklearn.feature_extraction.text",
    "sklearn.linear_model",
    "statsmodels.stats.proportion",
    "matplotlib.dates",
    "matplotlib.category",
    "seaborn",
    "workbook.charts.basic",
    "workbook.charts.effects",
    "workbook.charts.heatmap",
    "workbook.course.display",
    "workbook.course.panels",
    "workbook.course.exercises.checking",
)
DATA, SMALL = "lanyu", "stores"  # a bundled data set, and one of its tables
BACKEND = "module://matplotlib_inline.backend_inline"  # what a kernel sets before it imports matplotlib
# How names of variables begin that Python and libraries read when they are imported.
READ_ONCE = (
    "HOME",
    "IPYTHON",
    "JUPYTER",
    "KMP_",
    "LANG",
    "LC_",
    "LD_",
    "MKL_",
    "MPL",
    "OMP_",
    "OPENBLAS_",
    "PYTHON",
    "TZ",
    "XDG_",
)
LONGEST = 1 << 20  # bytes of a request
COLUMNS = 20  # of a wide table that pandas shows in a kernel; imported where there is no shell yet it takes the terminal for one
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, see prctl(2)


@dataclass(frozen=True)
class Request:
    """A kernel that is asked for: its arguments, folder, environment, and the files that it prints to."""

    argv: list[str]
    folder: str
    environment: dict[str, str]
    prints: list[int]


@dataclass(frozen=True)
class Kernel:
    """A kernel that was forked, the connection to who asked for it, and the file that tells when it ends."""

    pid: int
    connection: socket.socket
    ended: int

    @property
    def files(self) -> tuple[int, int]:
        """Numbers of both files."""
        return self.connection.fileno(), self.ended

    def kill(self) -> None:
        """End it, and what it has started."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:  # it was forked just now, and leads no group yet
            os.kill(self.pid, signal.SIGKILL)

    def tell(self, number: int) -> None:
        """Tell a number to who asked for it, if that is still there."""
        with suppress(OSError):
            self.connection.send(str(number).encode())

    def exit_status(self) -> int:
        """Its exit status, once it has ended."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def forget(self) -> None:
        """Close its files."""
        self.connection.close()
        os.close(self.ended)


def shared(environment: Mapping[str, str]) -> dict[str, str]:
    """What of an environment kernels must share that come from one process, since it was read when that began."""
    return {k: v for k, v in environment.items() if k.startswith(READ_ONCE)}


def prepare() -> None:
    """Import what notebooks use, as a kernel would."""
    os.environ.setdefault("MPLBACKEND", BACKEND)
    for name in IMPORTED:
        import_module(name)
    if data := os.environ.pop(KEPT, ""):
        with suppress(DataError):  # who loads it is told
            keep(Path(data))
    # What reads and validates tables is imported when it is first needed.
    open_folder(data_folder(DATA)).tables[SMALL]
    gc.collect()
    gc.freeze()  # what the garbage collector leaves alone stays shared between kernels


class Server:
    """Forks kernels, and watches them.

    Parameters
    ----------
    listener : socket on which kernels are asked for
    least : environment of this process when it began
    most : and after its imports, which set variables too; who asks with one that isn't between the two is refused
    """

    def __init__(self, listener: socket.socket, least: Mapping[str, str], most: Mapping[str, str]) -> None:
        self.listener, self.least, self.most = listener, shared(least), shared(most)
        self.kernels: dict[int, Kernel] = {}  # each by both of its files
        self.ready = selectors.DefaultSelector()
        for file in (sys.stdin, listener):
            self.ready.register(file, selectors.EVENT_READ)

    def serve(self) -> Request | None:
        """Fork a process per request, and return the request in that process; None in this one, when its owner is gone."""
        while True:
            for key, _ in self.ready.select():
                if key.fileobj is sys.stdin:
                    self.end_all()
                    return None
                if key.fileobj is not self.listener:
                    self.look_after(key.fd)
                elif begun := self.begin():
                    return begun

    def begin(self) -> Request | None:
        """Take one request, and fork; the request comes back in the process that becomes its kernel."""
        connection, _ = self.listener.accept()
        message, prints, *_ = socket.recv_fds(connection, LONGEST, 2)  # b"" of who is gone already
        request = Request(**json.loads(message), prints=prints) if message else None
        if request and self.suits(request):
            pid = forked()
            if not pid:
                connection.close()
                self.forget_all()
                return request
            kernel = Kernel(pid, connection, os.pidfd_open(pid))
            kernel.tell(pid)
            self.watch(kernel)
        else:
            connection.close()
        for file in prints:
            os.close(file)
        return None

    def suits(self, request: Request) -> bool:
        """Whether a kernel that starts by itself would import the same in the same way."""
        return self.least.items() <= shared(request.environment).items() <= self.most.items()

    def watch(self, kernel: Kernel) -> None:
        """See when a kernel ends, and when who asked for it is gone."""
        for file in kernel.files:
            self.kernels[file] = kernel
            self.ready.register(file, selectors.EVENT_READ)

    def look_after(self, file: int) -> None:
        """See to a kernel that has ended, or that nobody needs any more."""
        if file not in self.kernels:  # of one that was seen to a moment ago
            return
        kernel = self.kernels[file]
        if file != kernel.ended:
            kernel.kill()
        for file in kernel.files:
            del self.kernels[file]
            self.ready.unregister(file)
        kernel.tell(kernel.exit_status())
        kernel.forget()

    def end_all(self) -> None:
        """End all kernels."""
        for kernel in set(self.kernels.values()):
            kernel.kill()

    def forget_all(self) -> None:
        """Close what the server alone needs."""
        self.ready.close()
        self.listener.close()
        for kernel in set(self.kernels.values()):
            kernel.forget()


def forked() -> int:
    """The number of a new process; 0 in that, which leads a group of its own, and ends when this one does."""
    server = os.getpid()
    with warnings.catch_warnings():
        # Threads of linear algebra wait for work, and are started again in the child by their library.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork")
        pid = os.fork()
    if not pid:
        os.setsid()
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)
    return pid


def become(request: Request) -> None:
    """Run the kernel that was asked for, as ``python -m ipykernel_launcher`` does."""
    import ipykernel_launcher
    import ipywidgets
    import numpy as np
    import pandas as pd
    from ipykernel.kernelapp import IPKernelApp
    from matplotlib import pyplot

    with Path(os.devnull).open() as nothing:
        for number, file in enumerate([nothing.fileno(), *request.prints]):
            os.dup2(file, number)
    for file in request.prints:
        os.close(file)
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    sys.argv = [ipykernel_launcher.__file__, *request.argv]
    np.random.seed()  # noqa: NPY002 - the legacy generator, of which all kernels would draw the same numbers
    # Read from the environment when the class was made, which was before this kernel was asked for.
    parent = f"--IPKernelApp.parent_handle={request.environment.get('JPY_PARENT_PID', 0)}"
    app = IPKernelApp.instance()
    app.initialize([*request.argv, parent])
    # As both do when they are imported in a kernel; without it no panel would be shown, and pictures be drawn otherwise.
    pyplot.install_repl_displayhook()
    pd.set_option("display.max_columns", COLUMNS)
    ipywidgets.load_ipython_extension(app.shell)
    app.start()


def main() -> None:
    """Serve on the socket whose number is the only argument, until standard input ends."""
    least = dict(os.environ)
    sys.path[:] = [place for place in sys.path if place not in ("", str(Path.cwd()))]
    prepare()
    request = Server(socket.socket(fileno=int(sys.argv[1])), least, os.environ).serve()
    if request:
        become(request)


if __name__ == "__main__":
    main()
