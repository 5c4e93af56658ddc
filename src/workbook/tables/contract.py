"""What a contract is: a row's meaning, columns with type, unit and range, the key, and what refers to what.

A column that a shop may not have is optional; a missing optional column is not an error, it is something the data
set lacks (see ``Dataset.lacks``).
"""

import copy
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandas.api.types import pandas_dtype
from pandera.engines import pandas_engine

from workbook.tables.lazy_imports import import_without

# Wherever Dask is installed pandera loads Dask's frames, which takes a second; a contract is of pandas' alone.
import_without("pandera.typing.dask", "dask.dataframe")

Time = "datetime64[ns]"
MONEY = "money (the data set's currency)"
DATE = "date"  # the unit of a column that means a day

# From when something is known, where no column of the row says it.
ROW = "the row"  # with its row
END = "the data's end"  # then only: it sums up what came until then
LATEST = "as of the data's end"  # always, but overwritten when it changes, so that a past day shows the latest value
MENTION = "the first row that names it"  # for rows that describe somebody or something


def column(
    description: str, *, unit: str = "", refers: str = "", known_from: str | Sequence[str] = (), **checks: Any
) -> Any:
    """Declare a column.

    Parameters
    ----------
    description : what it means
    unit : of its values
    refers : the ``table.column`` it refers to
    known_from : time column of the row from which its values are known, such as ``resolved_at`` or
        ``posted_at + 7 days``, or ROW, END or LATEST; of several, the first that has a value. A time is known from
        itself, anything else with its row. A value whose time is missing is known at the data's end
    checks : pandera's
    """
    sources = (known_from,) if isinstance(known_from, str) else tuple(known_from)
    return pa.Field(
        description=description, metadata={"unit": unit, "refers": refers, "known_from": sources}, **checks
    )


class Text(pandas_engine.STRING):
    """Texts, known as such by the type of their column; pandera asks each row too, and words a message about none."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> Any:
        """Whether a type, or else each value, is right."""
        return super().check(pandera_dtype) or super().check(pandera_dtype, data_container)


class Table(pa.DataFrameModel):
    """The base of every contract: types are coerced, columns beyond the contract are refused."""

    class Config:
        coerce = True
        strict = True
        ordered = False

    @classmethod
    def to_schema(cls) -> pa.DataFrameSchema:
        """Pandera's form of the contract."""
        schema = super().to_schema()
        for column in schema.columns.values():
            if isinstance(column.dtype, pandas_engine.STRING):
                column.dtype = Text(column.dtype.storage)
        return schema


def validated(frame: pd.DataFrame, contract: type[Table]) -> pd.DataFrame:
    """A frame under its contract; types are converted only where one isn't right, since looking takes pandera as long again.

    Raises
    ------
    pandera.errors.SchemaErrors
        with all that breaks the contract.
    """
    found, types = frame.dtypes, types_of(contract)
    right = all(found[c] == types[c] for c in frame if c in types)
    return (as_it_is(contract) if right else contract.to_schema()).validate(frame, lazy=True)


@cache
def as_it_is(contract: type[Table]) -> pa.DataFrameSchema:
    """Pandera's form of the contract, which converts nothing."""
    schema = copy.deepcopy(contract.to_schema())
    schema.coerce = False
    for column in schema.columns.values():
        column.coerce = False
    return schema


@cache
def types_of(contract: type[Table]) -> dict[str, Any]:
    """Column → the pandas dtype that it has in a valid frame."""
    return {name: pandas_dtype(pandas_type(c.dtype)) for name, c in contract.to_schema().columns.items()}


def key(contract: type[Table]) -> list[str]:
    """Columns that together name a row of this table."""
    return list(contract.Config.metadata["key"])  # type: ignore[attr-defined]


@cache
def columns(contract: type[Table]) -> pd.DataFrame:
    """One row per column of a contract: column, type, unit, required, empty (allowed), refers, known_from, meaning."""
    schema = contract.to_schema()
    return pd.DataFrame(
        {
            "column": name,
            "type": type_name(c.dtype),
            "unit": c.metadata["unit"],
            "required": c.required,
            "empty": c.nullable,
            "refers": c.metadata["refers"],
            "known_from": c.metadata["known_from"]
            or ((name,) if type_name(c.dtype) == "datetime" else (ROW,)),
            "meaning": c.description,
        }
        for name, c in schema.columns.items()
    )


@cache
def references(contract: type[Table]) -> dict[str, str]:
    """Column → the ``table.column`` that it refers to."""
    refers = columns(contract).set_index("column")["refers"]
    return dict(refers[refers != ""])


@cache
def required_columns(contract: type[Table]) -> frozenset[str]:
    """Columns that can't be empty."""
    about = columns(contract)
    return frozenset(about.loc[~about["empty"], "column"])


@cache
def date_columns(contract: type[Table]) -> list[str]:
    """Columns that mean a day, whatever time of day a file gives them."""
    about = columns(contract)
    return list(about.loc[about["unit"] == DATE, "column"])


def with_days(frame: pd.DataFrame, contract: type[Table]) -> pd.DataFrame:
    """A valid frame whose columns of days have no time of day, as whatever is computed from them expects."""
    return frame.assign(**{c: frame[c].dt.normalize() for c in date_columns(contract) if c in frame})


@cache
def by_id_alone(contract: type[Table]) -> bool:
    """Whether a row can be made of its id alone, as of a customer or a product of whom nothing else is known."""
    about = columns(contract)
    return about.loc[about["required"], "column"].tolist() == key(contract)


@cache
def main_time(contract: type[Table]) -> str:
    """The column that says when a row happened: the first of its times; "" if it has none."""
    about = columns(contract)
    return str(next(iter(about.loc[about["type"] == "datetime", "column"]), ""))


def rows_known_from(contract: type[Table]) -> tuple[str, ...]:
    """What says from when a row is known: a time of its own, the row that it refers to, END or MENTION.

    Of several the first that has a value counts; without any a row is always known. Where the contract names none, it is
    the row that the key refers to, else the `main_time`.
    """
    named = contract.Config.metadata.get("known_from")  # type: ignore[attr-defined]
    if named is not None:
        return tuple(named)
    about = columns(contract).set_index("column")
    parents = [c for c in key(contract) if about.loc[c, "refers"]]
    return tuple(parents or filter(None, [main_time(contract)]))


def type_name(dtype: Any) -> str:
    """Frictionless' name of a column's type."""
    text = str(dtype).lower()
    for part, name in {
        "int": "integer",
        "float": "number",
        "bool": "boolean",
        "datetime": "datetime",
    }.items():
        if part in text:
            return name
    return "string"


@cache
def empty(contract: type[Table]) -> pd.DataFrame:
    """A frame with all of the contract's columns and no row; one for all who ask, so not to be changed."""
    schema = contract.to_schema()
    return pd.DataFrame({name: pd.Series(dtype=pandas_type(c.dtype)) for name, c in schema.columns.items()})


def pandas_type(dtype: Any) -> Any:
    """The pandas dtype that a contract's column is read as."""
    if str(dtype) == "boolean":  # the one that can be empty
        return "boolean"
    names = {"string": "str", "datetime": Time, "number": "float64", "boolean": "bool"}
    kind = type_name(dtype)
    return names.get(kind) or ("Int64" if str(dtype) == "Int64" else "int64")
