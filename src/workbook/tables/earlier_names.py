"""Names that an earlier edition gave to tables and columns; a folder that has them is read under the present ones."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Kept = TypeVar("Kept")

TABLES = {"contacts": "tickets"}  # earlier → present
COLUMNS = {"contact_id": "ticket_id"}


def files_of(folder: Path, table: str, formats: Sequence[str]) -> list[Path]:
    """The files that hold a table, under any of its names; the last one is to be read."""
    names = [*(earlier for earlier, present in TABLES.items() if present == table), table]
    paths = [folder / f"{name}.{format}" for name in names for format in formats]
    return [path for path in paths if path.exists()]


def said_of(table: str, paths: Sequence[Path]) -> list[str]:
    """A sentence for each of a table's files that goes by an earlier name."""
    return [
        f"{path.name} is read as {table}, the table's present name."
        if path == paths[-1]
        else f"{path.name} isn't read: {table} is the table's present name, and {paths[-1].name} is there."
        for path in paths
        if path.stem != table
    ]


def renamed(there: Iterable[str], allowed: Iterable[str]) -> dict[str, str]:
    """Earlier → present names of the columns that are there, where the present ones are allowed and aren't there."""
    there, allowed = set(there), set(allowed)
    return {
        earlier: present
        for earlier, present in COLUMNS.items()
        if earlier in there and present in allowed and present not in there
    }


def by_present_name(kept: Mapping[str, Kept]) -> dict[str, Kept]:
    """What is kept by a table's name, under the present names."""
    return {TABLES.get(table, table): value for table, value in kept.items()}
