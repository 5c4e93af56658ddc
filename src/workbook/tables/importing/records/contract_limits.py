"""What a contract allows in a column, which rows break it, and how that is said."""

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import date_columns, main_time, type_name, with_days
from workbook.tables.dataset import RULES
from workbook.tables.importing.mapping.targets import plain_name

KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "datetime": "a date and time",
}
Reasons = dict[str, pd.Series]  # reason → the rows that show it


def out_of_range(lines: pd.DataFrame, table: str) -> dict[str, Reasons]:
    """Values that the contract doesn't allow, by column."""
    contract = schema.CONTRACTS[table].to_schema()
    found: dict[str, Reasons] = {}
    for name in lines:
        there = lines[name].dropna()
        plain = there.astype("float64") if pd.api.types.is_numeric_dtype(there) else there
        for check in contract.columns[name].checks:
            broken = ~check(plain).check_output.astype(bool)
            rule, _, limit = str(check.error).partition("(")
            words = f"{name} {RULES.get(rule, f'breaks {rule}')} ({limit.rstrip(')')})"
            found.setdefault(name, {})[words] = broken.reindex(lines.index, fill_value=False)
    return found


def out_of_time(lines: pd.DataFrame, table: str, today: pd.Timestamp) -> Reasons:
    """Rows of the future."""
    time = main_time(schema.CONTRACTS[table])
    if time not in lines:
        return {}
    return {f"{time} in the future": lines[time] >= today.normalize() + pd.Timedelta(days=1)}


def backwards(lines: pd.DataFrame, table: str) -> Reasons:
    """Rows whose end lies before their beginning, by the end; a customer's days have no such order."""
    time = main_time(schema.CONTRACTS[table])
    if time not in lines or table == "customers":
        return {}
    return {n: lines[n] < lines[time] for n in lines.select_dtypes("datetime") if n != time}


def to_days(lines: pd.DataFrame, table: str) -> tuple[pd.DataFrame, list[str]]:
    """Columns that mean a day without their time of day, and how many had one."""
    contract = schema.CONTRACTS[table]
    days = with_days(lines, contract)
    cut = {
        n: int((lines[n] != days[n])[lines[n].notna()].sum()) for n in date_columns(contract) if n in lines
    }
    return days, [
        f"{n}: {count:,} times of day are left out; it is a day" for n, count in cut.items() if count
    ]


def unreadable(table: str, name: str, theirs: str, cells: pd.Series, bad: pd.Series) -> str:
    """What of a column can't be used, with its name in the file, what is allowed, and examples."""
    few = ", ".join(repr(text[:40]) for text in cells[bad].drop_duplicates().head(3))
    many = "one row has" if bad.sum() == 1 else f"{int(bad.sum()):,} rows have"
    where = "" if plain_name(theirs) == plain_name(name) else f" (in the file: {theirs})"
    return f"{name}{where} should be {allowed_values(table, name)}, and {many} something else ({few})"


def allowed_values(table: str, name: str) -> str:
    """What a column may hold, in words."""
    column = schema.CONTRACTS[table].to_schema().columns[name]
    told = {k: v for check in column.checks for k, v in check.statistics.items()}
    words = KINDS.get(type_name(column.dtype), "one of its values")
    if "allowed_values" in told:
        return f"one of {', '.join(map(str, told['allowed_values']))}"
    low, high = told.get("min_value"), told.get("max_value")
    if low is not None and high is not None:
        return f"{words} from {low} to {high}"
    return f"{words}, {low} or more" if low is not None else words
