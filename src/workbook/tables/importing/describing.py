"""The account of an import as lines for a person: what looks odd first, then the columns, then the numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

TWICE = {
    "orders": "a customer may buy the same twice",
    "complaints": "two customers may write the same",
}  # why a row that repeats another one may be true


def describe(account: Mapping[str, Any]) -> list[str]:
    """Put an account into lines for a person to read."""
    table = account.get("table", "orders")
    taken = [f"taken for {table}{account['taken']}"] if "taken" in account else []
    return [
        *doubt_lines(account),
        *(file_line(f) for f in account["files"]),
        *taken,
        "",
        *column_lines(account),
        "",
        *(table_lines(account, table) if "table" in account else order_lines(account)),
        *(f"  - {line}" for line in remarks(account)),
        *lack_lines(account),
        *preview_lines(account),
    ]


def order_lines(account: Mapping[str, Any]) -> list[str]:
    """Where the rows of orders went, and what came of them."""
    rows, result = account["rows"], account["result"]
    money = "" if result["amount"] is None else f", {result['amount']:,.2f} {result['currency']}".rstrip()
    return [
        *row_lines(account, f"{rows['kept']:,} kept + {rows['returns']:,} returns", "rejected.csv"),
        "",
        f"{count(result['orders'], 'order')} of {count(result['customers'], 'customer')}, "
        f"{result['start']} to {result['end']}{money}",
    ]


def table_lines(account: Mapping[str, Any], table: str) -> list[str]:
    """The same for a table that isn't orders."""
    rows = account["rows"]
    doubtful = f", {rows['doubtful']:,} of them with a doubt" if rows.get("doubtful") else ""
    return [
        *row_lines(account, f"{rows['kept']:,} kept{doubtful}", f"rejected-{table}.csv"),
        "",
        f"{count(account['result']['rows'], 'row')} of {table}",
        *(
            f"  - {name} is empty in {'under 0.1%' if share < 0.001 else f'{share:.1%}'} of rows"
            for name, share in account["result"]["empty"].items()
        ),
    ]


def row_lines(account: Mapping[str, Any], kept: str, file: str) -> list[str]:
    """Where the rows went, and why."""
    rows = account["rows"]
    share = f"{rows['rejected']:,} rejected ({rows['rejected'] / rows['read']:.1%})"
    lines = [f"{count(rows['read'], 'row')} read = {kept} + {share}"]
    lines += [f"{n:>11,}  {reason}" for reason, n in account["reasons"].items()]
    note = f"{'':11}  (a row can have several reasons; {file} has them all)"
    return [*lines, note] if rows["rejected"] else lines


def doubt_lines(account: Mapping[str, Any]) -> list[str]:
    """What to look at before anything else."""
    doubtful = account.get("doubts")  # an account of an earlier version has none
    return ["Look at this first:", *(f"  - {line}" for line in doubtful), ""] if doubtful else []


def lack_lines(account: Mapping[str, Any]) -> list[str]:
    """What can't be computed from it."""
    lacking = [f"  - {line}" for line in account["lacks"]]
    return ["", "Can't be computed:", *lacking] if lacking else []


def count(n: int, what: str) -> str:
    """Return "1 row", "2 rows"."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def file_line(facts: Mapping[str, Any]) -> str:
    """One file in one line."""
    shown = [count(facts["rows"], "row"), facts["format"]]
    shown += [f"{name} {facts[name]}" for name in ("separator", "encoding", "sheet") if name in facts]
    shown += ["no header line"] if facts.get("header") == "none" else []
    shown += [f"dates {facts['dates']}"] if "dates" in facts else []
    if facts.get("decimal") == ",":
        shown += ["decimal comma"]
    return f"{facts['name']}: {', '.join(shown)}"


def column_lines(account: Mapping[str, Any]) -> list[str]:
    """The mapping as a small table, with what else would have fitted and what is not used."""
    shown = [["column", "in the file", "found by"]]
    words = {
        "guessed": "its name",
        "dates": "its dates",
        "told": "--map",
        "known": "ids that are known here",
        "mapping": f"mapping {account['mapping']}",
    }
    for c in account["columns"]:
        also = f" (or is it {', '.join(c['also'])}?)" if c["also"] else ""
        how = words.get(c["how"], "--set, for all rows")
        shown += [[c["column"], " + ".join(c.get("together") or [c["theirs"]]), how + also]]
    seen = {c["column"]: c for c in account.get("preview", {}).get("columns", [])}
    if seen:
        shown[0] += ["filled", "samples"]
        for row in shown[1:]:
            row += [f"{seen[row[0]]['filled']:.0%}", ", ".join(seen[row[0]]["samples"])]
    lines = in_columns(shown)
    unused = account["unused"]
    more = f" and {len(unused) - 20} more" if len(unused) > 20 else ""
    return [*lines, *([f"  not used: {', '.join(unused[:20])}{more}"] if unused else [])]


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of texts, one below the other."""
    width = [max(wide(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  " + "  ".join(map(padded, row, width)).rstrip() for row in rows]


def preview_lines(account: Mapping[str, Any]) -> list[str]:
    """What would come, and the mapping that brings it again, where nothing was written."""
    preview = account.get("preview")
    if not preview:
        return []
    rows = account["rows"]
    doubtful = rows.get("doubtful", 0)
    lines = [
        "",
        f"ready: {rows['kept'] + rows.get('returns', 0) - doubtful:,}, doubtful: {doubtful:,}, rejected: {rows['rejected']:,}",
    ]
    for table, first in preview["rows"].items():
        lines += ["", f"The first rows of {table}, as they will be:", *in_columns(first)]
    return [*lines, "", "The mapping, to keep as a file for --mapping:", "", *preview["mapping"].splitlines()]


def wide(text: str) -> int:
    """Width of a text on a terminal, where a Chinese character takes two places."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, width: int) -> str:
    """Fill a text up to a width on a terminal."""
    return text + " " * (width - wide(text))


def remarks(account: Mapping[str, Any]) -> Iterator[str]:
    """Duplicates, disagreements and assumptions."""
    twice = account["duplicates"]
    if twice["read"]:
        yield (
            f"rows that repeat another one exactly: {twice['read']:,}; {twice['kept']:,} of them are kept"
            + (
                f", since {TWICE.get(account.get('table', 'orders'), 'they may be two')}"
                if twice["kept"]
                else ""
            )
        )
    yield from (f"{what}: {n:,}" for what, n in account["conflicts"].items())
    yield from account["notes"]
