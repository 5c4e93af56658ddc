"""What profiles say of sizes, and what they leave out: those who say it are not like those who don't."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.tables.dataset import Dataset

SIZES = ("XS", "S", "M", "L", "XL", "XXL")
LARGE = ("XL", "XXL")
ASKED = ("e-shop", "app")  # systems that ask everybody for a size


def reasons(records: pd.DataFrame, changes: pd.DataFrame, field: str = "size") -> pd.Series:
    """Why each record has this field: own, staff, reward, gift or not logged; missing where it is empty."""
    why = changes[changes["field"] == field].set_index("record_id")["reason"]
    found = records["record_id"].map(why).astype(object)
    found = found.mask(records[field].notna() & found.isna(), "not logged")
    return found.where(records[field].notna())


def large_sizes(
    records: pd.DataFrame, why: pd.Series, bought: pd.Series, true: pd.Series | None = None
) -> pd.DataFrame:
    """Share of customers with a size XL or XXL, by why their profile has a size or has none: as it says, as they buy, in truth.

    Parameters
    ----------
    records : source_records with their customer_id; those of ASKED are looked at
    why : as `reasons` has it
    bought : size that each customer bought most, by customer_id
    true : true size of each customer, where it is known

    Returns
    -------
    pandas.DataFrame
        Index profile; says (share of large sizes that the profiles name); value, low, high, unit: the share who bought large
        ones most, of n customers who bought; with ``true`` the share of these who wear one.
    """
    asked = records[records["source"].isin(ASKED)].assign(why=why).dropna(subset="customer_id")
    silent = ~asked["customer_id"].isin(asked.loc[asked["size"].notna(), "customer_id"])
    groups = {
        "said unasked": asked["why"] == "own",
        "said for a reward": asked["why"] == "reward",
        "filled in for a gift": asked["why"] == "gift",
        "left empty": silent,
    }
    rows = {name: of_group(asked[rows], bought, true) for name, rows in groups.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("profile")


def of_group(part: pd.DataFrame, bought: pd.Series, true: pd.Series | None) -> dict[str, object]:
    """One row of `large_sizes`."""
    sizes = bought[bought.index.isin(part["customer_id"])]
    row: dict[str, object] = {"says": large(part["size"]), **share_large(sizes)}
    return row | ({} if true is None else {"true": large(true.reindex(sizes.index))})


def large(sizes: pd.Series) -> float:
    """Share of LARGE among the sizes that are known."""
    known = sizes.dropna()
    return float(known.isin(LARGE).mean()) if len(known) else np.nan


def share_large(sizes: pd.Series) -> dict[str, object]:
    """Share of LARGE with its interval."""
    known = sizes.dropna()
    low, high = share_interval(known.isin(LARGE))
    return {"value": large(known), "low": low, "high": high, "n": len(known), "unit": "share"}


@dataclass(frozen=True)
class Silence:
    """Whether who is silent buys large sizes more often; case more, less or alike, or unknown.

    Attributes
    ----------
    said, silent : share who bought large sizes most, of those who say a size unasked, and of those who left it empty
    gap : the latter less the former, with its interval (Newcombe 1998)
    """

    case: str
    said: Estimate
    silent: Estimate
    gap: Estimate


def silence(table: pd.DataFrame) -> Silence:
    """Compare those who left the size empty with those who said it unasked, both by what they buy."""
    said, silent = (Estimate.of(table.loc[r]) for r in ("said unasked", "left empty"))
    if not said.known or not silent.known:
        return Silence("unknown", said, silent, Estimate(unit="points"))
    gap = gap_of_shares(silent, said)
    case = "more" if gap.low > 0 else "less" if gap.high < 0 else "alike"
    return Silence(case, said, silent, gap)


def gap_of_shares(one: Estimate, other: Estimate) -> Estimate:
    """One share less another of other people, with Newcombe's interval (1998, method 10): from the two Wilson intervals."""
    gap = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(gap, gap - below, gap + above, "points")


def true_sizes(shop: Dataset) -> pd.Series | None:
    """True size of each customer, index customer_id; None where nobody knows."""
    if shop.truth is None or "profiles" not in shop.truth:
        return None
    return shop.truth["profiles"].set_index("customer_id")["size"]
