"""What profiles say of sizes, and what they leave out: those who say it are not like those who don't."""

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
    records: pd.DataFrame, why: pd.Series, lines: pd.DataFrame, true: pd.Series | None = None
) -> pd.DataFrame:
    """Share of sizes XL and XXL: as profiles say, by reason, and as people buy.

    Parameters
    ----------
    records : source_records; those of ASKED are looked at
    why : as `reasons` has it
    lines : order lines with a size
    true : true size of the person behind each record, by record_id, where it is known

    Returns
    -------
    pandas.DataFrame
        Index sizes; value, low, high, n, unit; with ``true`` the share that is true of the same people.
    """
    asked = records["source"].isin(ASKED)
    groups = {
        "said unasked": asked & (why == "own"),
        "said for a reward": asked & (why == "reward"),
        "filled in for a gift": asked & (why == "gift"),
        "left empty": asked & records["size"].isna(),
    }
    rows = {
        name: share_large(records.loc[rows, "size"])
        | ({} if true is None else {"true": large(records.loc[rows, "record_id"].map(true))})
        for name, rows in groups.items()
    }
    rows["bought"] = share_large(lines["size"][lines["size"].isin(SIZES)])
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("sizes")


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
    """Whether large sizes are kept silent; case less (profiles say fewer than are bought), more, or alike."""

    case: str
    said: Estimate
    bought: Estimate
    reward: Estimate


def silence(table: pd.DataFrame) -> Silence:
    """Compare what is said unasked with what is bought."""
    said, bought, reward = (
        Estimate.of(table.loc[r]) for r in ("said unasked", "bought", "said for a reward")
    )
    if not said.known or not bought.known:
        return Silence("unknown", said, bought, reward)
    case = "less" if said.high < bought.low else "more" if said.low > bought.high else "alike"
    return Silence(case, said, bought, reward)


def true_sizes(shop: Dataset) -> pd.Series | None:
    """True size of the customer behind each record, index record_id; None where nobody knows."""
    if shop.truth is None or not {"identities", "profiles"} <= set(shop.truth):
        return None
    size = shop.truth["profiles"].set_index("customer_id")["size"]
    return shop.truth["identities"].set_index("record_id")["customer_id"].map(size)
