"""One customer's story, put together from all tables that know something of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from workbook.analytics.lifecycle.silence import LONG, silent_days
from workbook.formatting.quantities import written
from workbook.tables.dataset import Dataset

ROWS = 10  # events that are read at a glance, at most
# What a row of a table says, and when it was so. Of a text that isn't on record nothing is said.
EVENTS: dict[str, tuple[str, Callable[[pd.Series, str], str]]] = {
    "customers": ("member_since", lambda row, unit: "joined the loyalty programme"),
    "orders": ("ordered_at", lambda row, unit: f"bought{channel_of(row)}{amount_of(row, unit)}"),
    "returns": ("returned_at", lambda row, unit: f"brought something back{amount_of(row, unit)}"),
    "tickets": ("opened_at", lambda row, unit: f"asked for help{channel_of(row)}{topic_of(row['topic'])}"),
    "complaints": ("complained_at", lambda row, unit: f"complained{topic_of(row['category'])}"),
    "surveys": ("answered_at", lambda row, unit: f"answered a survey{score_of(row['csat'])}"),
}


def channel_of(row: pd.Series) -> str:
    """The channel, in brackets."""
    return f" ({row['channel']})" if isinstance(row["channel"], str) else ""


def topic_of(topic: object) -> str:
    """What it was about."""
    return f": {topic}" if isinstance(topic, str) else ""


def amount_of(row: pd.Series, unit: str) -> str:
    """An amount with its currency."""
    return "" if pd.isna(row["amount"]) else f", {written(float(row['amount']), unit or 'money')}"


def score_of(csat: object) -> str:
    """A satisfaction from 1 to 5."""
    return "" if pd.isna(csat) else f": satisfied {csat} of 5"


@dataclass(frozen=True, eq=False)
class Story:
    """A customer's story.

    Attributes
    ----------
    customer_id : whose it is
    events : index day; what happened, table
    orders, tables : how many orders, and tables that know something
    silent : days since the last order
    case : silent (for more than half a year) or recent
    """

    customer_id: str
    events: pd.DataFrame
    orders: int
    tables: int
    silent: int
    case: str


def story(shop: Dataset) -> Story:
    """The story of a customer who has been silent for long, if there is one, and of whom many tables know something.

    Parameters
    ----------
    shop : as of its day; only orders have to be there
    """
    silent = silent_days(shop.orders, shop.today)
    known = {table: shop.table(table).dropna(subset=time) for table, (time, _) in EVENTS.items()}
    chosen = chosen_customer(known, silent)
    events = events_of(known, chosen, shop.currency)
    days = int(silent[chosen])
    return Story(
        customer_id=chosen,
        events=events,
        orders=int((events["table"] == "orders").sum()),
        tables=events["table"].nunique(),
        silent=days,
        case="silent" if days > LONG else "recent",
    )


def chosen_customer(known: Mapping[str, pd.DataFrame], silent: pd.Series) -> str:
    """Of those who ordered: silent for long first, then no long story, then most tables, orders and events."""
    counts = {table: frame["customer_id"].value_counts() for table, frame in known.items()}
    per = pd.DataFrame(counts).reindex(silent.index).fillna(0)
    ranks = {
        "silent": silent > LONG,
        "short": -per.sum(axis=1).clip(lower=ROWS),
        "tables": (per > 0).sum(axis=1),
        "orders": per["orders"],
        "events": per.sum(axis=1),
    }
    best = pd.DataFrame(ranks).sort_index().sort_values(list(ranks), ascending=False, kind="stable")
    return str(best.index[0])


def events_of(known: Mapping[str, pd.DataFrame], customer_id: str, unit: str) -> pd.DataFrame:
    """What happened to a customer, and which table says so, a row per event in order; index day."""
    rows = [
        (row[time], what(row, unit), table)
        for table, (time, what) in EVENTS.items()
        for _, row in known[table][known[table]["customer_id"] == customer_id].iterrows()
    ]
    events = pd.DataFrame(rows, columns=["day", "what happened", "table"]).sort_values("day", kind="stable")
    return events.assign(day=events["day"].dt.strftime("%Y-%m-%d")).set_index("day")
