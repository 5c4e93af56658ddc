"""The till's orders and returns against the ERP's invoices, to the cent."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

CENT = 0.005
CENTS = 0.05  # a difference of so much is one of rounding
LATE = pd.Timedelta(days=8)  # after the order; in another month it is booked late


def both_books(orders: pd.DataFrame, returns: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """One row per order: what the till says and what the ledger says, cancelled documents left out.

    Returns
    -------
    pandas.DataFrame
        Index order_id; ordered_at, amount, returned (till); documents, invoiced (of the first document), refunded, booked_at,
        state (ledger); gap (money in the ledger less money at the till, net of returns). What isn't known is missing.
    """
    valid = invoices[invoices["state"].ne("cancelled").fillna(True)]
    valid = valid.sort_values("invoiced_at", kind="stable", na_position="last")
    by = valid.groupby("order_id")
    book = pd.DataFrame(
        {
            "documents": by.size(),
            "invoiced": by["amount"].first(),
            "charged": by["amount"].sum(),
            "refunded": by["refunded"].sum(min_count=1),
            "booked_at": by["invoiced_at"].first(),
            "state": by["state"].first(),
        }
    )
    till = orders.set_index("order_id")[["ordered_at", "amount"]]
    till = till.assign(
        returned=returns.groupby("order_id")["amount"].sum().reindex(till.index).fillna(0.0).round(2)
    )
    both = till.join(book).fillna({"documents": 0})
    gap = both["charged"].fillna(0) - both["refunded"].fillna(0) - both["amount"] + both["returned"]
    return both.drop(columns="charged").assign(documents=both["documents"].astype(int), gap=gap.round(2))


def mistakes(both: pd.DataFrame) -> pd.DataFrame:
    """Orders whose books differ, and how: order_id, kind, gap.

    An order has the first kind that fits: no document, several, an amount that is off, a refund that is off, a month that is.
    """
    off = (both["invoiced"] - both["amount"]).abs()
    back, given = both["returned"], both["refunded"]
    late = both["booked_at"] - both["ordered_at"] > LATE
    month = both["booked_at"].dt.to_period("M") != both["ordered_at"].dt.to_period("M")
    tests = {
        "missing invoice": both["documents"] == 0,
        "doubled invoice": both["documents"] > 1,
        "cents off": off.between(CENT, CENTS + CENT),
        "amount mistyped": off > CENTS + CENT,
        "refund missing": (back > CENT) & (given.abs() < CENT),
        "refund doubled": (back > CENT) & ((given - 2 * back).abs() < CENT),
        "refund off": given.notna() & ((given - back).abs() > CENT),
        "booked in the next year": late & (both["booked_at"].dt.year > both["ordered_at"].dt.year),
        "booked a month late": late & month,
    }
    kind = np.select([t.fillna(False).to_numpy(dtype=bool) for t in tests.values()], list(tests), default="")
    return both.assign(kind=kind)[["kind", "gap"]].query("kind != ''").reset_index()


@dataclass(frozen=True)
class Books:
    """How far till and ledger are apart; case agree, months (all that is wrong are months of booking), one_way (no error
    hides another in the total) or differ.

    Attributes
    ----------
    orders, wrong : orders, and those with a mistake
    share : of orders with a mistake
    late : of the wrong ones, those without a gap: they are booked in a wrong month, and no total shows them
    gap : by how much the two totals differ, money
    moved : sum of all gaps without their signs: more than the former where mistakes hide each other
    """

    case: str
    orders: int
    wrong: int
    late: int
    share: Estimate
    gap: Estimate
    moved: Estimate


def books(both: pd.DataFrame, wrong: pd.DataFrame, currency: str) -> Books:
    """Sum up `both_books` and its `mistakes`."""
    unit, n = currency or "money", len(both)
    gap, moved = abs(float(wrong["gap"].sum())), float(wrong["gap"].abs().sum())
    one_way = "one_way" if moved > CENT else "months" if len(wrong) else "agree"
    return Books(
        case="differ" if moved - gap > CENT else one_way,
        orders=n,
        wrong=len(wrong),
        late=int((wrong["gap"].abs() < CENT).sum()),
        share=Estimate(len(wrong) / n if n else np.nan, unit="share", n=n),
        gap=Estimate(gap, unit=unit),
        moved=Estimate(moved, unit=unit),
    )
