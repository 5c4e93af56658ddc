"""Stored outputs of notebooks: executed anew, and normalised so that a second execution leaves no difference.

``python -m workbook.course.stored notebooks`` does it for all notebooks under a folder.
"""

import math
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any

from traitlets import Type

from workbook.course.panels import WIDGET
from workbook.tables.lean import import_without

# nbformat checks by jsonschema, which would compile the grammar of web addresses for two seconds; no notebook has any
# to be checked.
import_without("jsonschema", "rfc3987_syntax")

LONGEST = 300  # seconds for one cell
LOOK_AGAIN = 2.0  # seconds
KEPT_METADATA = ("kernelspec", "language_info", "workbook")


def execute(source: Path, target: Path, parameters: dict[str, Any] | None = None) -> None:
    """Run a notebook by papermill and write it, with outputs, to ``target``.

    Raises
    ------
    papermill.PapermillExecutionError
        if a cell fails; ``target`` is written all the same, with the error in it.
    nbclient.exceptions.CellTimeoutError
        if a cell takes longer than ``LONGEST``, twice.
    """
    from nbclient.exceptions import CellTimeoutError

    try:
        execute_once(source, target, parameters or {})
    except CellTimeoutError:
        # A machine that was busy or asleep gets a second chance; a cell that never ends is given up then.
        execute_once(source, target, parameters or {})


def execute_once(source: Path, target: Path, parameters: dict[str, Any]) -> None:
    """Run a notebook on a kernel of its own."""
    import papermill

    papermill.execute_notebook(
        str(source),
        str(target),
        parameters=parameters,
        progress_bar=False,
        execution_timeout=LONGEST,
        request_save_on_cell_execute=False,
        kernel_manager_class=kernel_manager(),
        # A kernel that is told to stop logs that as an error; errors of cells come back by another way.
        extra_arguments=["--log-level=CRITICAL"],
    )


def kernel_manager() -> type[Any]:
    """Kernel manager whose client looks again for messages every few seconds.

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

    return Manager


def normalise(notebook: Any) -> Any:
    """Strip what changes from run to run: timings, papermill's notes, ids and state of widgets."""
    notebook.metadata = type(notebook.metadata)(
        {k: notebook.metadata[k] for k in KEPT_METADATA if k in notebook.metadata}
    )
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = type(cell.metadata)({k: v for k, v in cell.metadata.items() if k == "tags" and v})
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            output["metadata"] = {} if "metadata" in output else None
            if output["metadata"] is None:
                del output["metadata"]
    return notebook


def restore(path: Path) -> None:
    """Execute one notebook in place."""
    import nbformat

    with tempfile.TemporaryDirectory() as scratch:
        done = Path(scratch) / path.name
        execute(path, done)
        notebook = normalise(nbformat.read(done, as_version=4))
    nbformat.write(notebook, path)


def main(folders: list[str]) -> None:
    """Execute all notebooks under the folders in place."""
    from tqdm import tqdm

    paths = sorted(
        p for folder in folders for p in Path(folder).rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts
    )
    for path in tqdm(paths, unit="notebook"):
        restore(path)


if __name__ == "__main__":
    main(sys.argv[1:])
