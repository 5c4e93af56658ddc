"""How a file is to be read, where that is given."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileOptions:
    """How a file is to be read; what is left empty is found out.

    Attributes
    ----------
    format : delimited, whitespace, fixed-width, spreadsheet, markup, json, parquet or arrow
    query : SQL that gives the rows, where the file is a DuckDB or a SQLite database
    separator : one character
    encoding : a Python codec, such as gb18030
    header : whether the first line names the columns
    sheet : name of a spreadsheet's sheet
    date_format : as in strptime, such as %d/%m/%Y
    decimal : "." or ","
    """

    format: str = ""
    query: str = ""
    separator: str = ""
    encoding: str = ""
    header: bool | None = None
    sheet: str = ""
    date_format: str = ""
    decimal: str = ""
