"""What is written about the contracts for others: datapackage.json and the data dictionary."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbook.tables import schema
from workbook.tables.contract import END, LATEST, MENTION, ROW


def datapackage(name: str, shapes: Mapping[str, tuple[list[str], int]], format: str) -> dict[str, Any]:
    """Describe tables, given their columns and number of rows, as a Frictionless data package (https://datapackage.org)."""
    return {
        "name": "".join(c if c.isalnum() else "-" for c in name.lower()),
        "resources": [resource(table, *shape, format, set(shapes)) for table, shape in shapes.items()],
    }


def resource(table: str, there: list[str], rows: int, format: str, beside: set[str]) -> dict[str, Any]:
    """Describe one table, with the columns that it has, as a Frictionless resource."""
    contract = schema.CONTRACTS[table]
    columns = schema.columns(contract).set_index("column", drop=False).loc[there].to_dict("records")
    return {
        "name": table,
        "path": f"{table}.{format}",
        "format": format,
        "rows": rows,
        "description": row_meaning(contract),
        "schema": {
            "fields": [
                {"name": c["column"], "type": c["type"], "description": c["meaning"]}
                | ({"unit": c["unit"]} if c["unit"] else {})
                | ({"constraints": {"required": True}} if c["required"] and not c["empty"] else {})
                for c in columns
            ],
            "primaryKey": schema.key(contract),
            "foreignKeys": [
                {
                    "fields": c["column"],
                    "reference": dict(zip(("resource", "fields"), c["refers"].split("."), strict=True)),
                }
                for c in columns
                if c["refers"] and c["refers"].split(".")[0] in beside
            ],
        },
    }


def row_meaning(contract: type[schema.Table]) -> str:
    """What one row of the table is."""
    return (contract.__doc__ or "").strip()


def dictionary() -> str:
    """Write the data dictionary of all tables, in Markdown."""
    parts = [INTRODUCTION]
    parts += [section(name, contract) for name, contract in schema.CONTRACTS.items()]
    parts.append(TRUTH)
    parts += [section(f"truth/{name}", contract) for name, contract in schema.TRUTH.items()]
    return "\n".join(parts)


def section(name: str, contract: type[schema.Table]) -> str:
    """Write one table's part of the dictionary."""
    lines = [
        f"## {name}",
        "",
        f"{row_meaning(contract)} Key: {', '.join(f'`{k}`' for k in schema.key(contract))}. {row_known_from(contract)}",
        "",
        "| column | type | unit | may lack | may be empty | refers to | known from | meaning |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for c in schema.columns(contract).to_dict("records"):
        refers = f"`{c['refers']}`" if c["refers"] else ""
        lack, blank = ("" if c["required"] else "yes"), ("yes" if c["empty"] else "")
        known = "" if c["known_from"] == (ROW,) else known_from(c["known_from"])
        lines.append(
            f"| `{c['column']}` | {c['type']} | {c['unit']} | {lack} | {blank} | {refers} | {known} | {c['meaning']} |"
        )
    return "\n".join([*lines, ""])


def row_known_from(contract: type[schema.Table]) -> str:
    """Say from when a row of the table is known."""
    sources = schema.rows_known_from(contract)
    return f"A row is known from {known_from(sources)}." if sources else "A row is always known."


def known_from(sources: Sequence[str]) -> str:
    """Say from when something is known."""
    said = [s if s in (ROW, END, LATEST, MENTION) else timed(s) for s in sources]
    return " or ".join(said)


def timed(source: str) -> str:
    """A source with its column in code: `posted_at` + 7 days."""
    column, plus, span = source.partition(" + ")
    return f"`{column}`{plus}{span}"


INTRODUCTION = """# Data dictionary

Generated from `src/workbook/tables/schema.py` by `make data`; a test holds the two equal.

A data set is a folder with one file a table, CSV or Parquet, and a `datapackage.json` that describes them.
Only `orders` has to be there. Times are local wall time without a zone, ids are text, and money is in the
data set's currency. "May lack" means that the column, and "may be empty" that single values, can be absent.

`wb.load(data, as_of)` gives every table as it could be known at the end of a day. What is "known from" a time is empty
before it. Of several sources the first that has a value counts; a column that refers to another table stands for the row
it names. Where "known from" is blank a value is known with its row. A value without its time is known at the data's end;
a row without its time always, or, where it describes somebody or something, from the first row that names it. What is
"as of the data's end" changes without a history: a past day shows it as it is at the end.

`lanyu/` is the bundled retailer Lanyu (岚屿): synthetic, 5,000 customers over 24 months, seed 2026.
`workbook data make` makes it, and any other.
"""

TRUTH = """# The truth

Synthetic data has a folder `truth/` beside its tables. Lessons open it only to hold an estimate against it.
"""
