"""What somebody wants imported, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from workbook.tables.errors import DataError, choose
from workbook.tables.importing.mapping.columns import parse_pairs
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.mapping_file import known_format, known_table, load_mapping
from workbook.tables.replacing import FORMATS


@dataclass(frozen=True)
class ImportRequest:
    """One table from files into a new folder, or into a data set that is there.

    Attributes
    ----------
    files : of any format that a reader knows; more than one must have the same columns, but for a rejected.csv whose
        rows were mended, which take their places in the files that they are of
    to : folder to be made; its name is the data set's
    today : rows after this day are rejected
    table : what the files hold, orders or another table under contract; found out if empty
    mapping : a ready mapping's name or a TOML file; if None, columns are guessed
    pairs : ``column=THEIRS``, which override the mapping and the guesses
    sets : ``column=VALUE``, the value of a column in all rows, read as its cells would be
    format : csv or parquet
    add : whether the table is to be added to the data set in ``to``
    replace : whether a data set in ``to`` may be replaced; with ``add`` the table of the same name
    currency : ISO code, in capitals or not; the mapping's if empty
    date_format : as in strptime, such as %d.%m.%Y; the mapping's if empty
    query : SQL that gives the rows of a DuckDB database; the mapping's if empty
    progress : whether to show how far the reading of orders is
    dry_run : whether all rows are judged, and nothing is written
    save_mapping : where to write what was found as a mapping, for the next file of this kind
    """

    files: Sequence[Path]
    to: Path
    today: pd.Timestamp
    table: str = ""
    mapping: str | Path | None = None
    pairs: Sequence[str] = ()
    sets: Sequence[str] = ()
    format: str = "parquet"
    add: bool = False
    replace: bool = False
    currency: str = ""
    date_format: str = ""
    query: str = ""
    progress: bool = False
    dry_run: bool = False
    save_mapping: Path | None = None

    def check(self) -> None:
        """Refuse what no import could do.

        Raises
        ------
        DataError
            if the format or the table isn't one of ours, or the mapping can't be saved where it should be.
        """
        if self.format not in FORMATS:
            raise choose("--format", self.format, FORMATS)
        if self.table:
            known_table(self.table, "--table")
        where = self.save_mapping
        if where and (where.exists() or where.suffix != ".toml" or not where.absolute().parent.is_dir()):
            raise DataError(
                f"--save-mapping must be a new file that ends in .toml, in a folder that is there; got {str(where)!r}."
            )

    def full_mapping(self) -> Mapping:
        """The mapping, with what the request says itself in place of what the mapping says."""
        mapping = load_mapping(self.mapping) if self.mapping else Mapping()
        date_format = known_format(self.date_format, "--date-format") or mapping.file.date_format
        file = replace(mapping.file, date_format=date_format, query=self.query or mapping.file.query)
        return replace(
            mapping,
            table=self.table or mapping.table,
            set={**mapping.set, **parse_pairs(self.sets, "--set", "VALUE")},
            currency=self.currency or mapping.currency,
            file=file,
        )

    def columns(self) -> dict[str, str]:
        """Our columns → theirs, as the pairs say; "" leaves a column out."""
        return parse_pairs(self.pairs)
