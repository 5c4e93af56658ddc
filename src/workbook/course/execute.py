"""Stored outputs of notebooks: executed anew, and normalised so that a second execution leaves no difference.

``python -m workbook.course.execute notebooks`` does it for all notebooks under a folder, and takes single ones too.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbook.course.display import WIDGET
from workbook.course.fitted import fitted
from workbook.course.kernels import kernel_manager, scratch_folder
from workbook.course.sections import NARRATION, parts, tags
from workbook.course.warm_kernels import warm_kernels
from workbook.tables.errors import DataError
from workbook.tables.lazy_imports import import_without
from workbook.tables.locations import data_folder

# nbformat checks by jsonschema, which would compile the grammar of web addresses for two seconds; no notebook has any
# to be checked.
import_without("jsonschema", "rfc3987_syntax")

LONGEST = 300  # seconds for one cell
KEPT_METADATA = ("kernelspec", "language_info", "workbook")
INJECTED = "injected-parameters"  # papermill's tag


def execute(source: Path, target: Path, parameters: dict[str, Any] | None = None) -> None:
    """Run a notebook by papermill and write it, with outputs, to ``target``, which lies in a folder from `scratch_folder`.

    Raises
    ------
    papermill.PapermillExecutionError
        if a cell fails; ``target`` is written all the same, here and below, with what was found until then.
    nbclient.exceptions.CellTimeoutError
        if a cell takes longer than ``LONGEST``, twice.
    RuntimeError
        if the kernel doesn't start, or ends before the notebook does.
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
    from papermill.engines import NBClientEngine, papermill_engines

    class Keeping(NBClientEngine):
        """Writes what was found until the kernel ended, or a cell took too long; papermill itself would forget it."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            try:
                super().execute_managed_notebook(nb_man, kernel_name, **options)
            except (RuntimeError, TimeoutError):
                papermill.iorw.write_ipynb(nb_man.nb, str(target))
                raise

    papermill_engines.register("keeping", Keeping)
    papermill.execute_notebook(
        str(source),
        str(target),
        parameters=parameters,
        engine_name="keeping",
        progress_bar=False,
        execution_timeout=LONGEST,
        request_save_on_cell_execute=False,
        kernel_manager_class=kernel_manager(target.parent),
        # A kernel that is told to stop logs that as an error; errors of cells come back by another way.
        extra_arguments=["--log-level=CRITICAL"],
    )


def normalise(notebook: Any) -> Any:
    """Strip what changes from run to run: timings, papermill's notes, state of widgets; and fold what isn't read first.

    Of a cell stay its id, its tags, what its section needs, and the alternative texts of its pictures.
    """
    notebook.metadata = type(notebook.metadata)(
        {k: notebook.metadata[k] for k in KEPT_METADATA if k in notebook.metadata}
    )
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        if INJECTED in tags(cell):
            cell.id = INJECTED  # papermill's own cell, with a new id in every run
        cell.metadata = type(cell.metadata)(kept_metadata(cell))
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            if "metadata" in output:
                output["metadata"] = type(output["metadata"])(alternative_texts(output["metadata"]))
    return notebook


def kept_metadata(cell: Any) -> dict[str, Any]:
    """Metadata of a cell that are kept, and those that fold in JupyterLab what is for the curious, and code that only speaks."""
    kept = {key: cell.metadata[key] for key in ("tags", "workbook") if cell.metadata.get(key)}
    if NARRATION in tags(cell) and cell.cell_type == "code":
        kept["jupyter"] = {"source_hidden": True}
    first = next(parts([cell]), None)
    if first and first.heading and first.heading.curious:
        kept["jp-MarkdownHeadingCollapsed"] = True
    return kept


def alternative_texts(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What an output's metadata say for those who can't see it, by its form."""
    return {
        form: {"alt": said["alt"]}
        for form, said in metadata.items()
        if isinstance(said, Mapping) and "alt" in said
    }


def restore(path: Path) -> None:
    """Execute one notebook in place; sections whose extra isn't installed stay as they are stored."""
    import nbformat

    stored = nbformat.read(path, as_version=4)
    with scratch_folder() as scratch:
        fit, done = scratch / f"fitted-{path.name}", scratch / path.name
        nbformat.write(fitted(stored, None, exercises=True), fit)
        execute(fit, done)
        notebook = with_stored(nbformat.read(done, as_version=4), stored)
    nbformat.write(normalise(notebook), path)


def with_stored(notebook: Any, stored: Any) -> Any:
    """A fitted notebook with what was left out of it, counted as if it had been executed with the others."""
    code = {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}
    notebook.cells = [code.get(cell.id, cell) for cell in stored.cells]
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    return notebook


def notebooks_at(places: list[str]) -> list[Path]:
    """Notebooks that are named, and those under folders that are named.

    Raises
    ------
    DataError
        for a place that is neither a notebook nor a folder with one.
    """
    paths: set[Path] = set()
    for named in map(Path, places or [""]):
        under = [named] if named.is_file() else named.rglob("*.ipynb") if places else []
        some = {p for p in under if p.suffix == ".ipynb" and ".ipynb_checkpoints" not in p.parts}
        if not some:
            raise DataError(f"Name notebooks (.ipynb) or folders that hold some; got {' '.join(places)!r}.")
        paths |= some
    return sorted(paths)


def main(places: list[str]) -> None:
    """Execute notebooks in place, those that are named and those under folders that are."""
    from tqdm import tqdm

    try:
        paths = notebooks_at(places)
    except DataError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    with warm_kernels(len(paths) > 1, data=data_folder("lanyu")):
        for path in tqdm(paths, unit="notebook"):
            restore(path)


if __name__ == "__main__":
    main(sys.argv[1:])
