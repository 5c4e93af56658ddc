"""Memory of several kernels with a notebook's data and models, warm against cold.

Counted is the proportional set size (PSS) of the kernels: of memory that several processes share, each has its part. The process that
warm kernels are forked from is counted with them.
"""

import json
import sys
import tempfile
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

NOTEBOOK, KERNELS = "rfm_tiers", {"full": 8, "quick": 2}
CELLS = 12  # the first ones, which load the data and draw
LONGEST = 300  # seconds for a cell


def started(folder: Path, number: int) -> tuple[Any, Any]:
    """A kernel of the folder, and its client."""
    from jupyter_client.manager import KernelManager

    (folder / str(number)).mkdir()
    manager = KernelManager(transport="ipc", connection_file=str(folder / str(number) / "k.json"))
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=LONGEST)
    return manager, client


def ended(manager: Any, client: Any) -> None:
    """End a kernel."""
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def megabytes(sources: list[str], kernels: int, warm: bool) -> float:
    """Memory of so many kernels that have run these cells."""
    import psutil

    from workbook.course.warm_kernels import warm_kernels

    with ExitStack() as used:
        used.enter_context(warm_kernels() if warm else nullcontext())
        folder = Path(used.enter_context(tempfile.TemporaryDirectory()))
        for number in range(kernels):
            manager, client = started(folder, number)
            used.callback(ended, manager, client)
            for source in sources:
                client.execute(source, reply=True, timeout=LONGEST)
        found = [p for p in psutil.Process().children(recursive=True) if "kernel" in " ".join(p.cmdline())]
        if len(found) != kernels + warm:
            raise RuntimeError(f"{len(found)} processes are no {kernels} kernels")
        return sum(p.memory_full_info().pss for p in found) / 1e6


def section(folder: Path, size: str) -> str:
    """Measure, and write the part of RESULTS.md."""
    from workbook.course import catalogue

    (notebook,) = catalogue.select([NOTEBOOK], catalogue.notebooks())
    cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"][:CELLS]
    many = KERNELS[size]
    found = {name: megabytes(sources, many, name == "warm") for name in ("warm", "cold")}
    print(found, file=sys.stderr, flush=True)
    return "\n".join(
        [
            "## Memory of kernels",
            "",
            f"{many} kernels at once, each with the first {CELLS} code cells of {NOTEBOOK} run: proportional set size (PSS), which "
            "parts shared memory among those who share it; with warm kernels, the process they are forked from too.",
            "",
            "| kernels | MB in all | MB a kernel |",
            "|---|--:|--:|",
            *(f"| {name} | {total:,.0f} | {total / many:,.0f} |" for name, total in found.items()),
            "",
            f"Warm kernels take {found['warm'] / found['cold']:.2f} × the memory of cold ones. There is no aim for this one.",
        ]
    )
