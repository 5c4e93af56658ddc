"""What is known of a file before it is read: its columns by our names, how to read it, what counts as a purchase."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from workbook.tables.importing.readers.options import FileOptions


@dataclass(frozen=True)
class Rules:
    """What is a purchase.

    Attributes
    ----------
    cancelled : regular expression that the id of a cancelled order matches; empty for none
    negatives : "reject" lines below zero, or take them as "returns"
    zero_amount : "keep" lines of amount zero as purchases, or "reject" them
    leave_out : regular expression found in the name, category or id of what is no goods, in small or capital letters; such
        lines are rejected, and taken off their order's total; empty for none
    """

    cancelled: str = ""
    negatives: str = "reject"
    zero_amount: str = "keep"
    leave_out: str = ""


@dataclass(frozen=True)
class Mapping:
    """A file's columns by our names, how to read it, and what counts as a purchase.

    ``table`` is found out if it is empty; ``set`` gives a column the same value in all rows; ``values`` say, by column of ours,
    what stands in the place of theirs; ``rates`` say what one unit of another currency, by its code, is in that of the data set.
    """

    name: str = ""
    table: str = ""
    description: str = ""
    currency: str = ""
    columns: Dict[str, str | int] = field(default_factory=dict)
    set: Dict[str, str] = field(default_factory=dict)
    file: FileOptions = field(default_factory=FileOptions)
    rules: Rules = field(default_factory=Rules)
    values: Dict[str, Dict[str, str]] = field(default_factory=dict)
    rates: Dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """One of our columns in a file.

    Attributes
    ----------
    column : ours
    theirs : their name for it, or several names, one behind the other; the value of all rows where it was set
    how : how it was found
    also : what else would have fitted
    together : the names, where they are several
    values : pairs of theirs and what stands in its place
    """

    column: str
    theirs: str
    how: str
    also: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's columns that it is made of."""
        return () if self.how == "set" else self.together or (self.theirs,)
