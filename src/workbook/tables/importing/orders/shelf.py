"""Sales that are too many for memory go to disk, a part at a time, and come back column by column."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import validate
from workbook.tables.folders import Shapes, read_table, write_part
from workbook.tables.importing.orders.building import Part, sales_of

NOTHING = pd.Series(dtype="float64")


@dataclass
class Shelf:
    """Where orders and their lines go that are too many for memory, a part at a time.

    Attributes
    ----------
    folder, format : of the data set
    scratch : a folder for lines that are no table yet
    shapes : table → its columns and rows, of those that were put
    """

    folder: Path
    format: str
    scratch: Path
    shapes: Shapes = field(default_factory=dict)
    parts: int = 0

    def put(self, part: Part) -> None:
        """Validate and write a part's sales."""
        for name, frame in validate(sales_of(part), schema.CONTRACTS, codes=part.sales).items():
            write_part(frame, self.path(name), self.parts)
            _, before = self.shapes.get(name, ([], 0))
            self.shapes[name] = list(frame.columns), before + len(frame)
        self.parts += 1

    def column(self, name: str, column: str) -> pd.Series:
        """Read a column of a table back; nothing if it has no such column."""
        if column not in self.shapes[name][0]:
            return NOTHING
        return read_table(self.path(name), schema.CONTRACTS[name], [column])[column]

    def path(self, name: str) -> Path:
        """The file or folder of a table."""
        return self.folder / f"{name}.{self.format}"
