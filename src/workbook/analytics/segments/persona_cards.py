"""Personas: a card for each cluster, made of its numbers with their spread; and how many customers are like their card."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.segments.cuts import FEWEST
from workbook.formatting.safe import markup
from workbook.formatting.words import money, percent

TOLD = 2  # traits that give a card its name
CLEAR = 0.03  # by which a share must differ from that of all to be worth a line
SURE = 3.0  # standard errors by which it must, too: the cards of a page look at a hundred shares or two
SAID = {
    "gender": "gender",
    "income_band": "income",
    "occupation": "occupation",
    "customer_kind": "kind",
    "stated_need": "what matters most",
}
CHOSEN = {"scene": "scene", "payment": "payment", "delivery": "delivery"}


@dataclass(frozen=True)
class Cards:
    """Persona cards, as a page shows them side by side and as they are pasted into a presentation.

    Attributes
    ----------
    table : a row a line of the card, a column a cluster, in words
    """

    table: pd.DataFrame

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        cards = "".join(self.card(name) for name in self.table)
        page = f'<div style="display:flex;flex-wrap:wrap;gap:12px">{cards}</div>'
        return {"text/html": page, "text/plain": self.table.to_string()}

    def card(self, name: str) -> str:
        """One card as HTML that needs no style sheet."""
        column = self.table[name]
        lines = "".join(
            f'<div style="margin-top:4px"><span style="opacity:.75">{markup(line)}</span><br>{markup(value)}</div>'
            for line, value in column.iloc[1:].items()
            if value
        )
        style = "border:1px solid #87929a;border-radius:8px;padding:12px;width:230px;font-size:90%"
        return f'<div style="{style}"><b>{markup(name)}: {markup(column.iloc[0])}</b>{lines}</div>'


def typical(traits: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """How far each cluster's median of each trait lies from that of all, in standard deviations of all customers."""
    away = traits.groupby(labels).median() - traits.median()
    return away / traits.std(ddof=0).replace(0, np.nan)


def title(away: pd.Series) -> str:
    """A name from the traits that a cluster has most above all others."""
    above = away[away > 0].sort_values(ascending=False).index[:TOLD]
    return " · ".join(above) or "near the middle in everything"


def middle_half(values: pd.Series, unit: str = "", digits: int = 0) -> str:
    """Median and middle half of some numbers, in words; "" of none."""
    if values.dropna().empty:
        return ""
    middle, low, high = values.quantile([0.5, 0.25, 0.75])
    if unit:
        return f"{money(middle, unit)} (middle half {money(low, unit)} to {money(high, unit)})"
    return f"{middle:,.{digits}f} (middle half {low:,.{digits}f} to {high:,.{digits}f})"


def most_common(values: pd.Series, among: pd.Series, whose: pd.Series | None = None) -> str:
    """The most common name among those known, and the one that is most points above its share of all; both with both shares.

    Of a cluster that is as all are, as far as chance lets one see, nothing is said; nor of one of whom hardly anybody is known.

    Parameters
    ----------
    values : of the cluster; missing where it isn't known
    among : the known values of all clusters
    whose : customer of each value; if not given each is of another one
    """
    known = values.dropna()
    own, of_all = known.value_counts(normalize=True), among.value_counts(normalize=True)
    people = len(known) if whose is None else whose[values.notna()].nunique()
    above = own - of_all.reindex(own.index)
    chance = np.sqrt(of_all * (1 - of_all) / max(people, 1)).reindex(own.index)
    clear = above[above.abs() >= np.maximum(CLEAR, SURE * chance)]
    if people < FEWEST or clear.empty:
        return ""
    often, more = own.idxmax(), clear.idxmax()
    if clear[more] < 0 and often not in clear:  # nothing that the line would say differs
        return ""
    parts = [f"most often {often} {shares(often, own, of_all)}"]
    parts += (
        [f"more than others: {more} {shares(more, own, of_all)}"] if more != often and clear[more] > 0 else []
    )
    gap = [f"known of {percent(values.notna().mean())}"] if values.isna().any() else []
    return "; ".join(parts + gap)


def shares(name: str, own: pd.Series, of_all: pd.Series) -> str:
    """A name's share in a cluster, and in all clusters together."""
    return f"{percent(own[name])} (all: {percent(of_all[name])})"


def cards(
    traits: pd.DataFrame,
    labels: pd.Series,
    orders: pd.DataFrame,
    customers: pd.DataFrame | None,
    today: pd.Timestamp,
    unit: str,
) -> Cards:
    """Make a card for each cluster.

    Parameters
    ----------
    traits, labels : of the clustered customers
    orders : customer_id and ordered_at; amount, scene, payment and delivery where they are known
    customers : customer_id, and what is known of them
    unit : of amounts
    """
    of_orders = orders[orders["customer_id"].isin(labels.index)].dropna(axis=1, how="all")
    cluster = of_orders["customer_id"].map(labels)
    about = pd.DataFrame(index=labels.index) if customers is None else customers.set_index("customer_id")
    about = about.reindex(labels.index).dropna(axis=1, how="all")
    away = typical(traits, labels)
    made = {
        name: card_lines(name, away.loc[name], labels, of_orders, cluster, about, today, unit)
        for name in sorted(labels.unique())
    }
    return Cards(pd.DataFrame(made))


def card_lines(
    name: str,
    away: pd.Series,
    labels: pd.Series,
    orders: pd.DataFrame,
    cluster: pd.Series,
    about: pd.DataFrame,
    today: pd.Timestamp,
    unit: str,
) -> dict[str, str]:
    """The lines of one card; the first is its title."""
    mine, own = labels == name, orders[cluster == name]
    lines = {
        "title": title(away),
        "customers": f"{int(mine.sum()):,}, {percent(mine.mean())} of those clustered",
        "orders": middle_half(own.groupby("customer_id").size()),
    }
    if "amount" in own:
        lines["order value"] = middle_half(own["amount"], unit)
    if "birth_year" in about:
        lines["age"] = middle_half(today.year - about.loc[mine, "birth_year"].astype(float))
    said = {
        line: most_common(about.loc[mine, c], about[c].dropna()) for c, line in SAID.items() if c in about
    }
    chosen = {
        line: most_common(own[c], orders[c].dropna(), own["customer_id"])
        for c, line in CHOSEN.items()
        if c in own
    }
    return lines | said | chosen


def like_the_card(traits: pd.DataFrame, labels: pd.Series, name: str, most: int = 5) -> pd.DataFrame:
    """How many customers of a cluster lie in the middle half of its first trait, of its first two, and so on.

    The traits are those in which the cluster differs most from all. Daniels (1952, "The average man?", technical note WCRD 53-7)
    did so with the measures of 4,063 pilots: in ten of them none was near the mean.

    Returns
    -------
    pandas.DataFrame
        index traits counted (1 to ``most``); trait (the one that is added), customers, share, by chance (the share if the traits
        had nothing to do with each other).
    """
    chosen = typical(traits, labels).loc[name].abs().sort_values(ascending=False).index[:most]
    own = traits.loc[labels == name, chosen]
    inside = own.ge(own.quantile(0.25)) & own.le(own.quantile(0.75))
    still = inside.cumprod(axis=1).astype(bool)
    columns = {
        "trait": chosen,
        "customers": still.sum(),
        "share": still.mean(),
        "by chance": inside.mean().cumprod(),
    }
    return pd.DataFrame(
        {column: pd.Series(values).to_numpy() for column, values in columns.items()},
        index=pd.RangeIndex(1, len(chosen) + 1, name="traits counted"),
    )


def near_the_mean(found: pd.DataFrame) -> Estimate:
    """Share of customers who are like their card in all its traits, from `like_the_card`."""
    customers, share = found[["customers", "share"]].iloc[-1]
    return Estimate(float(share), unit="share", n=round(customers / share) if share else None)


def main_trait(traits: pd.DataFrame, labels: pd.Series, name: str) -> str:
    """The trait in which a cluster stands highest against all customers; it may be below them in all."""
    return str(typical(traits, labels).loc[name].fillna(-np.inf).idxmax())


def medians(traits: pd.DataFrame, labels: pd.Series, most: int = 10) -> pd.DataFrame:
    """The traits that differ most between clusters: how far each cluster's median is from all, in standard deviations."""
    away = typical(traits, labels).dropna(axis=1)
    chosen: Sequence[str] = (away.max() - away.min()).sort_values(ascending=False).index[:most].tolist()
    return away[chosen].T.rename_axis(index="trait", columns="cluster")


@dataclass(frozen=True)
class FurthestTrait:
    """The trait in which the median of a cluster is furthest from all, in standard deviations; nothing where there is none."""

    trait: str = ""
    cluster: str = ""
    by: float = np.nan


def furthest(away: pd.DataFrame) -> FurthestTrait:
    """Find it in `medians`."""
    if away.empty:
        return FurthestTrait()
    trait, cluster = away.abs().max(axis=1).idxmax(), away.abs().max().idxmax()
    return FurthestTrait(str(trait), str(cluster), float(away.loc[trait, cluster]))


def three(lines: pd.DataFrame, traits: pd.DataFrame, labels: pd.Series, most: int = 6) -> pd.DataFrame:
    """What the most typical customers of the three largest clusters bought last.

    Returns
    -------
    pandas.DataFrame
        index customer (1 to 3) and day; what was chosen, and the amount.
    """
    z = (traits - traits.mean()) / traits.std(ddof=0).replace(0, 1)
    rows = []
    for number, name in enumerate(sorted(labels.unique())[:3], start=1):
        own = z[labels == name]
        who = ((own - own.mean()) ** 2).sum(axis=1).idxmin()
        bought = lines[lines["customer_id"] == who].sort_values("ordered_at").tail(most)
        rows.append(bought.assign(customer=number, day=bought["ordered_at"].dt.strftime("%d %b %Y")))
    shown = [c for c in ("category", "style", "place", "hours", "amount") if c in lines]
    return pd.concat(rows).set_index(["customer", "day"])[shown]
