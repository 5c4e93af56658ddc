"""From a slider to its picture: a message as JupyterLab sends it when a slider moves, until the picture has come.

Measured in the notebooks' own kernels, cold ones, after all cells up to the panel have run.
"""

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from run import MOST, QUIET, busy
from running import met

NOTEBOOKS = ("rfm_tiers", "service_kpis", "customer_lifetime_value")
MOVES = {"full": 30, "quick": 3}
MEDIAN, P95 = 100, 150  # aims, in milliseconds
PANEL = "wb.panel("
LONGEST = 120  # seconds for a cell


@dataclass(frozen=True)
class Moved:
    """Moves of one slider: milliseconds of each, CPU milliseconds of one, and cores that others kept busy."""

    waits: list[float]
    cpu: float
    others: float

    @property
    def median(self) -> float:
        """Half of the pictures come within this time."""
        return median(self.waits)

    @property
    def p95(self) -> float:
        """All but one of twenty pictures come within this time."""
        return quantiles(self.waits, n=20)[-1]


def kernel(folder: Path) -> tuple[Any, Any]:
    """A kernel with an environment as `workbook lab` gives it, and its client."""
    from jupyter_client.manager import KernelManager

    from workbook.course.trainee_copy import own_environment

    manager = KernelManager(transport="ipc", connection_file=str(folder / "k.json"))
    manager.start_kernel(env=os.environ | {"JUPYTER_WIDGETS_ECHO": own_environment()["JUPYTER_WIDGETS_ECHO"]})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=LONGEST)
    return manager, client


def answers(client: Any, sent: str) -> list[dict[str, Any]]:
    """All messages that answer one, each with the moment at which it came."""
    found = []
    while True:
        message = client.get_iopub_msg(timeout=LONGEST)
        if message["parent_header"].get("msg_id") == sent:
            found.append({**message, "came": time.perf_counter()})
            if message["msg_type"] == "error":
                raise RuntimeError(message["content"]["evalue"])
            if message["content"].get("execution_state") == "idle":
                return found


def opened(client: Any, path: Path) -> dict[str, Any]:
    """Run a notebook up to its panel; the first slider's state, and by what it is known."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            came = answers(client, client.execute(source))
            if PANEL in source:
                sliders = (m["content"] for m in came if m["msg_type"] == "comm_open")
                return next(s for s in sliders if "Slider" in s["data"]["state"].get("_model_name", "")
                            and "Style" not in s["data"]["state"]["_model_name"])  # fmt: skip
    raise LookupError(f"{path.name} has no panel")


def steps(state: dict[str, Any], moves: int) -> list[dict[str, Any]]:
    """Values that a slider takes one after the other, up and down, as the browser tells them."""
    if "_options_labels" in state:
        name, values = "index", list(range(len(state["_options_labels"])))
    else:
        many = round((state["max"] - state["min"]) / state["step"])
        name, values = (
            "value",
            [type(state["value"])(state["min"] + n * state["step"]) for n in range(many + 1)],
        )
    values = [v for v in [*values, *values[-2:0:-1]] if v != state[name]]
    return [{name: values[n % len(values)]} for n in range(moves)]


def moved(client: Any, comm: str, state: dict[str, Any]) -> float:
    """Milliseconds from a slider's message until its picture has come."""
    content = {"comm_id": comm, "data": {"method": "update", "state": state, "buffer_paths": []}}
    message = client.session.msg("comm_msg", content)
    began = time.perf_counter()
    client.shell_channel.send(message)
    came = answers(client, message["header"]["msg_id"])
    return 1000 * (next(m["came"] for m in came if "image/png" in str(m["content"])[:2000]) - began)


def measure(path: Path, moves: int, folder: Path) -> Moved:
    """Move a notebook's first slider."""
    import psutil

    manager, client = kernel(folder)
    try:
        slider, process = opened(client, path), psutil.Process(manager.provisioner.pid)
        before = time.perf_counter(), sum(process.cpu_times()[:2]) + time.process_time(), busy()
        waits = [moved(client, slider["comm_id"], step) for step in steps(slider["data"]["state"], moves)]
        after = time.perf_counter(), sum(process.cpu_times()[:2]) + time.process_time(), busy()
        wall, cpu, total = (b - a for a, b in zip(before, after, strict=True))
        return Moved(waits, 1000 * cpu / moves, max(0.0, total - cpu) / wall)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def quietest(path: Path, size: str, folder: Path) -> Moved:
    """The moves during which other processes did least, of up to ``MOST`` times."""
    found: list[Moved] = []
    while not found or (size == "full" and found[-1].others > QUIET and len(found) < MOST):
        found.append(measure(path, MOVES[size], folder))
        print(
            f"{path.stem} {found[-1].median:.0f} ms, others {found[-1].others:.1f}",
            file=sys.stderr,
            flush=True,
        )
    return min(found, key=lambda one: one.others)


def section(folder: Path, size: str) -> str:
    """Measure, and write the part of RESULTS.md."""
    from workbook.course import catalogue

    chosen = catalogue.select(list(NOTEBOOKS), catalogue.notebooks())
    found = {n.id: quietest(n.path, size, folder) for n in chosen}
    lines = [
        f"| {id} | {len(f.waits)} | {f.median:.0f} | {f.p95:.0f} | {f.cpu:.0f} | {f.others:.2f} |"
        for id, f in found.items()
    ]
    return "\n".join(
        [
            "## From a slider to its picture",
            "",
            "A slider of each notebook's panel is moved up and down, one step after the other, in the notebook's own kernel: "
            "milliseconds from the message that JupyterLab would send until the picture has come.",
            "",
            "| notebook | moves | median | 95th percentile | CPU a move | others' cores |",
            "|---|--:|--:|--:|--:|--:|",
            *lines,
            "",
            f"Aim: a median of at most {MEDIAN} ms in each: {met(max(f.median for f in found.values()), MEDIAN)}. Aim: a 95th "
            f"percentile of at most {P95} ms in each: {met(max(f.p95 for f in found.values()), P95)}. The first picture of a "
            "panel is laid out and drawn as any picture; those that follow have the same labels, keep its layout, and are "
            "only drawn. What a browser adds, the message's way and an image to be shown, is not in it.",
        ]
    )
