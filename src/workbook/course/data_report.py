"""The page of ``workbook data check``: what a data set holds, and how good it is, for a person to read."""

from typing import Any

import pandas as pd

from workbook import charts
from workbook.course.data_gaps import days, period
from workbook.course.pages import Html, document, drawn, escape, frame_table, items
from workbook.formatting.masks import masked
from workbook.formatting.quantities import written
from workbook.formatting.words import money, number, percent, plural
from workbook.tables import schema
from workbook.tables.dataset import UNKNOWN_DAY, Dataset
from workbook.tables.importing import describe

LASTING = (
    "customers",
    "stores",
    "campaigns",
    "policies",
)  # of which the newest may be old without being late


def page(data: Dataset) -> str:
    """Describe a data set that has passed its contracts: tables, columns, quality, pictures, import."""
    kind = "synthetic, its truth is known" if data.synthetic else "real or imported: no truth is known"
    parts = [
        f"<h1>Data check: {escape(data.name)}</h1>",
        f"<p>{period(*days(data))} · {kind} · fingerprint <code>{data.fingerprint}</code></p>",
        '<p class="passed">All tables keep their contracts: types, ranges, keys and references.</p>',
        items(data.notes),
        "<h2>Tables</h2>",
        frame_table(tables(data), words=["period", "key"]),
        "<h2>Quality</h2>",
        "<p>Completeness: filled cells. Uniqueness: rows that repeat no other in everything but their number. Validity: rows of the "
        "file that could be used. Consistency: rows none of whose times lies before the first. Timeliness: days from the last "
        "event to the data's end.</p>",
        frame_table(scorecard(data)),
        items(quality(data) + beyond(data)),
        "<h2>Pictures</h2>",
        *pictures(data),
        *(imported(account) for account in data.facts.get("imports", {}).values()),
    ]
    for name, frame in data.tables.items():
        parts += [
            f"<h2>{escape(name)}</h2>",
            f"<p>{escape(schema.CONTRACTS[name].__doc__)}</p>",
            frame_table(columns(name, frame), words=["meaning"]),
        ]
    return document(f"Data check: {data.name}", "\n".join(parts))


def tables(data: Dataset) -> pd.DataFrame:
    """One row per table of the contract: rows, columns, period, key; tables that are lacking are named too."""
    rows = {}
    for name, contract in schema.CONTRACTS.items():
        frame = data.tables.get(name)
        if frame is None:
            rows[name] = {"rows": "lacking"}
            continue
        times = frame.select_dtypes("datetime")
        period = (
            f"{times.min().min():%Y-%m-%d} to {times.max().max():%Y-%m-%d}"
            if times.notna().any().any()
            else ""
        )
        rows[name] = {
            "rows": number(len(frame)),
            "columns": str(frame.shape[1]),
            "period": period,
            "key": ", ".join(schema.key(contract)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").fillna("")


def columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """One row per column of a table: meaning, share missing, different values, least and greatest but for texts.

    The first and the last of all names, phone numbers or complaints is somebody's.
    """
    about = schema.columns(schema.CONTRACTS[name]).set_index("column")
    return pd.DataFrame(
        {
            column: {
                "meaning": about["meaning"][column],
                "missing": percent(values.isna().mean()) if values.isna().any() else "",
                "different": number(values.nunique()),
                "least": cell(values.min(), about["unit"][column]) if has_extremes(values) else "",
                "greatest": cell(values.max(), about["unit"][column]) if has_extremes(values) else "",
            }
            for column, values in frame.items()
        }
    ).T


def has_extremes(values: pd.Series) -> bool:
    """Whether values are numbers or times, and there are some."""
    kind = pd.api.types
    return bool(values.notna().any()) and (kind.is_numeric_dtype(values) or kind.is_datetime64_dtype(values))


def cell(value: Any, unit: str) -> str:
    """A number or time, short; a year has no thousands."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.0f}" if unit == "year" else f"{value:,.10g}"


def scorecard(data: Dataset) -> pd.DataFrame:
    """Completeness, uniqueness, validity, consistency and timeliness of each table, as text."""
    return pd.DataFrame({name: marks(name, frame, data) for name, frame in data.tables.items()}).T


def marks(name: str, frame: pd.DataFrame, data: Dataset) -> dict[str, str]:
    """The five marks of one table; empty where there is nothing to judge by."""
    contract = schema.CONTRACTS[name]
    time = schema.main_time(contract)
    others = [c for c in frame.select_dtypes("datetime") if c != time and time in frame]
    early = pd.DataFrame({c: frame[c] < frame[time] for c in others}).any(axis=1)
    told = frame.drop(columns=[c for c in numbering(contract) if c in frame])
    told = told.dropna(how="all")  # of what is known by its id alone nothing is told
    last = frame[time].max() if time in frame and name not in LASTING else pd.NaT
    return {
        "completeness": percent(frame.notna().to_numpy().mean(), 1) if len(frame) else "",
        "uniqueness": percent(1 - told.duplicated().mean(), 1) if len(told) and told.shape[1] > 1 else "",
        "validity": validity(data.facts.get("imports", {}).get(name, {})),
        "consistency": percent(1 - early.mean(), 1) if others and len(frame) else "",
        "timeliness": "" if pd.isna(last) else plural((data.end - last.normalize()).days, "day"),
    }


ODD = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    ZeroDivisionError,
)  # of an account that was written by hand


def validity(account: dict[str, Any]) -> str:
    """Share of a file's rows that could be used; empty where the account of the import doesn't say it."""
    try:
        return percent(1 - account["rows"]["rejected"] / account["rows"]["read"], 1)
    except ODD:
        return ""


def numbering(contract: type[schema.Table]) -> list[str]:
    """Columns that only number a table's rows: its key, but of a key of several the counting part, such as an order's line."""
    key = schema.key(contract)
    about = schema.columns(contract).set_index("column").loc[key]
    alone = about["refers"] == "" if len(key) == 1 else about["type"] == "integer"
    return list(about.index[alone])


def quality(data: Dataset) -> list[str]:
    """Sentences on orders: what is there, and what is odd about it."""
    orders, lines = data.orders, data.order_lines
    if orders.empty:
        return ["There are no orders: what needs purchases is left out."]
    priceless = data.lacks("orders.amount")
    silent = (data.end - orders["ordered_at"].max().normalize()).days
    days = orders["ordered_at"].dt.normalize()
    gap = days.drop_duplicates().sort_values().diff().dt.days.max()
    say = [
        f"{plural(orders['customer_id'].nunique(), 'customer')} with {plural(len(orders), 'order')}"
        + ("." if priceless else f", {money(orders['amount'].sum(), data.currency)} in all."),
        f"The last order is {plural(silent, 'day')} before the data's end.",
        f"The longest time without any order is {plural(int(gap), 'day')}."
        if gap == gap
        else "All orders are of one day.",
        f"{plural(int(orders.duplicated(['customer_id', 'ordered_at', 'amount']).sum()), 'order')} with the same customer"
        f"{' and time' if priceless else ', time and amount'} as an earlier one.",
    ]
    if priceless:
        say.append("Orders have no amounts, so nothing that needs money can be computed.")
    else:
        say.append(f"{plural(int((orders['amount'] == 0).sum()), 'order')} of no amount.")
    if not data.lacks("order_lines.amount", "orders.amount"):
        added = lines.groupby("order_id")["amount"].sum().reindex(orders["order_id"]).to_numpy()
        off = ((orders["amount"].to_numpy() - added).round(2) != 0).sum()
        say.append(f"{plural(int(off), 'order')} whose amount isn't the sum of its lines.")
    if not data.lacks("returns"):
        late = data.returns.merge(orders[["order_id", "ordered_at"]], on="order_id")
        before = int((late["returned_at"] < late["ordered_at"]).sum())
        say.append(f"{plural(before, 'return')} before the order it belongs to.")
    return say


def beyond(data: Dataset) -> list[str]:
    """Sentences on rows after the data's last day, which no notebook looks at."""
    if data.start == UNKNOWN_DAY:
        return []
    day = data.end + pd.Timedelta(days=1)
    time = {name: schema.main_time(schema.CONTRACTS[name]) for name in data.tables}
    late = {n: int((f[time[n]] >= day).sum()) for n, f in data.tables.items() if time[n] in f}
    return [
        f"{plural(rows, 'row')} of {name} after the data's last day, {data.end:%Y-%m-%d}; notebooks leave such rows out."
        for name, rows in late.items()
        if rows
    ]


def pictures(data: Dataset) -> list[Html]:
    """Orders by month, purchases by customer and order amounts; without orders, rows by month of what there is."""
    orders = data.orders
    if orders.empty:
        return [rows_by_month(name, frame) for name, frame in data.tables.items() if len(frame)]
    months = orders.set_index("ordered_at").resample("MS").size()
    per_customer = orders.groupby("customer_id").size()
    unit = data.currency or "money"
    found = [
        drawn(charts.plot_lines(months, xlabel="", ylabel="orders a month", title=f"Most orders in {months.idxmax():%B %Y}")),
        drawn(charts.plot_histogram(per_customer, xlabel="orders per customer",
                                    title=f"{percent((per_customer == 1).mean())} of customers ordered once")),
    ]  # fmt: skip
    if data.lacks("orders.amount"):
        return found
    title = f"Half of all orders are under {written(orders['amount'].median(), unit)}"
    label = f"amount of an order ({unit})"
    return [
        *found,
        drawn(charts.plot_histogram(orders["amount"], xlabel=label, ylabel="orders", title=title)),
    ]


def rows_by_month(name: str, frame: pd.DataFrame) -> Html:
    """A picture of how many rows of a table there are of each month; nothing for a table without times."""
    time = schema.main_time(schema.CONTRACTS[name])
    if time not in frame or frame[time].isna().all():
        return Html()
    months = frame.dropna(subset=time).set_index(time).resample("MS").size()
    title = f"{name}: most in {months.idxmax():%B %Y}"
    return drawn(charts.plot_lines(months, xlabel="", ylabel="rows a month", title=title))


def imported(account: dict[str, Any]) -> str:
    """The account of an import as it was printed; nothing for data that wasn't imported."""
    try:
        lines = describe(account) if account else []
    except ODD:
        lines = ["The account of this import can't be read."]
    said = "\n".join(escape(masked(line)) for line in lines)
    return f"<h2>Import</h2><pre>{said}</pre>" if said else ""
