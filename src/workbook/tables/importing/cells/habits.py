"""How a file writes its numbers and dates."""

from dataclasses import dataclass, field

from workbook.tables.importing.cells.date_order import DateOrder


@dataclass(frozen=True)
class Habits:
    """How a file writes numbers and dates.

    Attributes
    ----------
    decimal : "." or ","
    dates : the order of day and month
    date_format : as in strptime, where it was told
    typed : whether cells that hold times come as such
    """

    decimal: str = "."
    dates: DateOrder = field(default_factory=DateOrder)
    date_format: str = ""
    typed: bool = False
