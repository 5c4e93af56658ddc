"""What of the course a data set supports: which notebooks ran, and for the rest what is missing and how to bring it."""

import shlex
from collections.abc import Sequence
from typing import Any

from workbook.course.pages import Html, escape, table
from workbook.formatting.words import once, plural
from workbook.tables import schema
from workbook.tables.dataset import UNKNOWN_DAY, Dataset
from workbook.tables.package import row_meaning

STATES = {"passed": "ran", "failed": "failed", "skipped": "lacks data"}


def days(data: Dataset) -> tuple[str | None, str | None]:
    """First and last day of a data set, in ISO form; None for data that says nothing of when."""
    if data.start == UNKNOWN_DAY:
        return None, None
    return f"{data.start:%Y-%m-%d}", f"{data.end:%Y-%m-%d}"


def period(start: str | None, end: str | None) -> str:
    """First and last day as they are read."""
    return f"{start} to {end}" if start and end else "not dated"


def by_table(lacks: Sequence[str]) -> dict[str, list[str]]:
    """``["returns", "orders.amount"]`` as table → its columns that are lacking."""
    found: dict[str, list[str]] = {}
    for need in lacks:
        name, _, column = need.partition(".")
        found.setdefault(name, []).extend([column] if column else [])
    return found


def lacking_in_words(lacks: Sequence[str]) -> str:
    """What is lacking as a sentence's end."""
    return f"the data has no {' and no '.join(once(lacks))}" if lacks else ""


def meaning(name: str, column: str = "") -> str:
    """What a table or a column holds, as the data dictionary says it."""
    contract = schema.CONTRACTS[name]
    if not column:
        return row_meaning(contract).partition(".")[0].partition(":")[0].replace("One row", "one row")
    return str(schema.columns(contract).set_index("column").loc[column, "meaning"])


def missing_lines(lacks: Sequence[str]) -> list[str]:
    """A line for each table or column that is lacking: its name and what it is for."""
    lines = []
    for name, columns in by_table(lacks).items():
        if name in lacks:
            told = f", with {', '.join(columns)}" if columns else ""
            lines.append(f"{name}: {meaning(name)}{told}")
        else:
            lines += [f"{name}.{column}: {meaning(name, column)}" for column in columns]
    return lines


def commands(lacks: Sequence[str], folder: str) -> list[str]:
    """The commands that bring what is lacking, one a table.

    Parameters
    ----------
    lacks : tables, and ``table.column``; a column whose table isn't lacking is brought by importing that table again
    folder : of the data set
    """
    to = f"workbook data import FILE --to {shlex.quote(folder)} --add"
    return [
        f"{to} --table {name}"
        if name in lacks
        else " ".join([f"{to} --replace --table {name}", *(f"--map {column}=COLUMN" for column in columns)])
        for name, columns in by_table(lacks).items()
    ]


def overview(content: dict[str, Any]) -> Html:
    """The table of a report: every notebook, whether it ran, what it lacks, and the command that brings it."""
    rows = []
    for n in content["notebooks"]:
        told = [escape(n["reason"])] if n["status"] == "failed" else map(escape, missing_lines(n["lacks"]))
        bring = map(unbroken, commands(n["lacks"], content["data"]["name"]))
        state = Html(f'<span class="{n["status"]}">{STATES[n["status"]]}</span>')
        rows.append([short_title(n["title"]), state, Html("<br>".join([*told, *bring]))])
    heads = ["notebook", "result", "what is missing, and the command that brings it"]
    width = 3 if any(row[2] for row in rows) else 2
    return table(heads[:width], [row[:width] for row in rows], words=heads)


def short_title(title: str) -> str:
    """A notebook's title without its question."""
    return title.partition(":")[0]


def unbroken(command: str) -> Html:
    """A command that is broken into lines before its options only."""
    parts = command.replace(" --", "\n--").split("\n")
    return Html("<code>" + " ".join(f"<span>{escape(part)}</span>" for part in parts) + "</code>")


def status_counts(notebooks: Sequence[dict[str, Any]]) -> str:
    """How many notebooks ran, failed, or lacked data, as a sentence."""
    states = [n["status"] for n in notebooks]
    ran, failed, skipped = (states.count(s) for s in STATES)
    said = (
        f"{ran} of {plural(len(states), 'notebook')} ran"
        if ran
        else f"None of {plural(len(states), 'notebook')} ran"
    )
    said += f"; {failed} failed" if failed else ""
    said += f"; the data lacks something for {skipped}" if skipped else ""
    return said + "."


def lines(notebooks: Sequence[dict[str, Any]], folder: str) -> list[str]:
    """The same for a terminal: the notebooks, then each thing that is lacking with its command and who needs it."""
    said = []
    for n in notebooks:
        took = f"{n['seconds']:6.1f} s" if n["status"] != "skipped" else f"{'':8}"
        why = f"  ({n['reason']})" if n["reason"] else ""
        said.append(f"{n['status']:8} {took}  {n['id']}{why}")
    lacks = list(dict.fromkeys(need for n in notebooks for need in n["lacks"]))
    if lacks:
        said += ["", "What the data lacks, and what brings it:"]
    for name in by_table(lacks):
        of_table = [need for need in lacks if need.partition(".")[0] == name]
        needed = [n["id"] for n in notebooks if set(of_table) & set(n["lacks"])]
        said += [f"  {line}" for line in missing_lines(of_table)]
        said += [f"      for {', '.join(needed)}", *(f"      {c}" for c in commands(of_table, folder))]
    return [*said, "", status_counts(notebooks)]
