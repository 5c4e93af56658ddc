"""The loyalty programme: its members, the ledger of their points, and what goes wrong in it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import end_of, last_of, seconds
from workbook.retailer.core.streams import Block, Part
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.loyalty.points_earned import (
    KINDS,
    birthdays,
    check_ins,
    feedback,
    line_points,
    post,
    rewards,
)
from workbook.retailer.loyalty.points_fate import true_points
from workbook.retailer.loyalty.points_spent import expiries, redemptions, settle, take_backs
from workbook.retailer.loyalty.referrals import make_referrals, referrals_table
from workbook.retailer.privacy.personal_data import make_folk
from workbook.retailer.sales.sales import Sales


def make_loyalty(sales: Sales, tables: Mapping[str, pd.DataFrame], timeline: Timeline, block: Block) -> Part:
    """Make the programme's tables.

    The ledger is kept for a year beyond the data's end, which the truth needs to know what becomes of the last points.

    Parameters
    ----------
    tables : customers, orders and products, row for row those of ``sales``

    Returns
    -------
    tables : points and referrals; see `tables.contracts.loyalty`
    truth : points_errors and points_fate
    """
    season = timeline.season
    folk, orders = make_members(sales, tables["customers"], timeline, block), placed(sales)
    lines = sales.lines
    points = line_points(lines, orders, folk["since"].to_numpy(), tables["products"])
    referrals = make_referrals(folk, block)
    earned = post(np.bincount(lines["at"], points, len(orders)).astype("int64"), orders, season, block)
    gains = pd.concat(
        [
            earned[earned["error"] != "missed earn"],
            birthdays(folk, season, block),
            rewards(referrals, orders),
            feedback(folk, orders, season, block),
            check_ins(folk, timeline, block),
        ],
        ignore_index=True,
    )
    wishes = [
        take_backs(sales.back, points, lines["at"].to_numpy(), orders, season),
        redemptions(folk, orders, block),
        expiries(gains, season),
    ]
    spent = settle(gains, pd.concat(wishes, ignore_index=True), len(folk))
    missed = earned[earned["error"] == "missed earn"]
    ledger, missed = (by_time(e[e["at"] <= end_of(season)]) for e in (pd.concat([gains, spent]), missed))
    ledger.insert(0, "entry_id", block.ids("L", len(ledger)))
    order_ids = tables["orders"]["order_id"]
    return (
        {
            "points": points_table(ledger, sales.ids, order_ids),
            "referrals": referrals_table(referrals, sales.ids),
        },
        {
            "points_errors": errors_table(pd.concat([ledger, missed]), order_ids),
            "points_fate": true_points(gains, spent, sales.ids, season),
        },
    )


def by_time(entries: pd.DataFrame) -> pd.DataFrame:
    """Entries in the order in which they are kept."""
    return entries.sort_values(["at", "who", "kind"], ignore_index=True)


def make_members(sales: Sales, customers: pd.DataFrame, timeline: Timeline, block: Block) -> pd.DataFrame:
    """All customers with what the programme does to them, a row each.

    Returns
    -------
    pandas.DataFrame
        since (membership), left (for good), given (missions), all in seconds and past the end for never; joined
        (seconds); born (date); referred; city, rate, engagement, price_level as in ``sales.people``.
    """
    season, n = timeline.season, len(customers)
    never = last_of(season) + 1
    gone = sales.bought[sales.bought["left"]].drop_duplicates("who")
    left, given, since = np.full(n, never), np.full(n, never), customers["member_since"]
    left[gone["who"]] = seconds(season.days)[np.searchsorted(season.clock, gone["inner"], side="right") - 1]
    for trial in sales.trials:
        if trial.name == "missions":
            given[trial.units.loc[trial.units["arm"] == "missions", "who"]] = int(trial.at.timestamp())
    return sales.people[["city", "rate", "engagement", "price_level"]].assign(
        since=np.where(since.notna(), seconds(since), never),
        left=left,
        given=given,
        joined=seconds(customers["joined_on"]),
        born=make_folk(customers, block)["born"].array,
        referred=(customers["acquisition_channel"] == "referral").to_numpy(),
    )


def placed(sales: Sales) -> pd.DataFrame:
    """All orders, those of the data first and in its order: who (row of customers), at (seconds), amount."""
    return sales.orders[["who", "amount"]].assign(at=seconds(sales.orders["ordered_at"]))


def points_table(ledger: pd.DataFrame, ids: pd.Series, order_ids: pd.Series) -> pd.DataFrame:
    """What the programme keeps; see `tables.contracts.loyalty.Points`."""
    return pd.DataFrame(
        {
            "entry_id": ledger["entry_id"],
            "customer_id": ids.take(ledger["who"]).array,
            "posted_at": ledger["at"].to_numpy().astype("datetime64[s]"),
            "kind": np.array(KINDS, dtype=object)[ledger["kind"]],
            "points": ledger["points"],
            "order_id": order_ids.reindex(ledger["order"]).array,
        }
    )


def errors_table(entries: pd.DataFrame, order_ids: pd.Series) -> pd.DataFrame:
    """Entries that are wrong or missing; see `tables.contracts.loyalty.PointsErrors`."""
    wrong = entries[entries["error"].isin(["missed earn", "double earn", "overdrawn"])]
    return pd.DataFrame(
        {
            "order_id": order_ids.take(wrong["order"]).array,
            "kind": wrong["error"].array,
            "entry_id": wrong["entry_id"].array,
        }
    )
