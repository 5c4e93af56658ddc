"""Where the workbook's own notebooks and data lie, and how a data set is named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.tables import earlier_names
from workbook.tables.errors import DataError, choose, readable_path

if TYPE_CHECKING:
    from workbook.tables.dataset import Dataset


def home() -> Path:
    """Return the project's folder, the one with ``notebooks`` and ``datasets``; ``WORKBOOK_HOME`` overrides it.

    Raises
    ------
    DataError
        if it isn't there, which happens when the package was installed without ``--editable``.
    """
    place = Path(os.environ.get("WORKBOOK_HOME") or Path(__file__).parents[3])
    if not (place / "notebooks").is_dir() or not (place / "datasets").is_dir():
        raise DataError(
            f"The workbook's folder must hold notebooks/ and datasets/; {str(place)!r} doesn't. "
            "Install it with `pip install --editable .`, or set WORKBOOK_HOME to its folder."
        )
    return place.resolve()


def bundled() -> list[str]:
    """Names of the bundled data sets."""
    return sorted(p.parent.name for p in (home() / "datasets").glob("*/datapackage.json"))


def data_folder(data: str | Path) -> Path:
    """Folder of a data set given by a bundled name or a path, absolute.

    Raises
    ------
    DataError
        if it is neither.
    """
    if str(data) in bundled():
        return home() / "datasets" / str(data)
    if Path(data).is_dir():
        return Path(data).resolve()
    looked = f"Folders are looked for in {str(Path.cwd())!r}."
    if os.sep in str(data) or "/" in str(data):
        raise DataError(
            f"There is no folder {str(data)!r}; a data set is a bundled name or a folder."
            + ("" if Path(data).is_absolute() else f" {looked}")
        )
    raise DataError(f"{choose('The data set', str(data), [*bundled(), '(a folder)'])} {looked}")


def has(folder: Path) -> set[str]:
    """Tables and ``table.column`` that a folder's datapackage.json names; read without loading any data."""
    try:
        package = json.loads(readable_path(folder / "datapackage.json").read_text(encoding="utf-8"))
        fields = {
            r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in package["resources"] if r["rows"]
        }
        tables = {
            name: [earlier_names.COLUMNS.get(column, column) for column in columns]
            for name, columns in earlier_names.by_present_name(fields).items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        data = load(folder)
        tables = {name: list(frame.columns) for name, frame in data.tables.items()}
    return set(tables) | {f"{table}.{column}" for table, columns in tables.items() for column in columns}


def load(data: str | Path = "lanyu") -> Dataset:
    """Load a data set by its bundled name or from a folder, validated; see `Dataset`.

    From then on Jupyter shows pandas' own tables without formulas: a name such as ``$10_$20`` is none.
    """
    import pandas as pd  # takes a second that `workbook list` doesn't have

    from workbook.tables.folders import open_folder

    pd.set_option("display.html.use_mathjax", False)
    return open_folder(data_folder(data))
