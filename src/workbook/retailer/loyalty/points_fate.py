"""What becomes of points in the end: the truth behind the share that is redeemed and the share that runs out."""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import end_of
from workbook.retailer.loyalty.points_earned import EXPIRE, REDEEM, TAKE_BACK
from workbook.retailer.sales.season import Season

FATES = {"redeemed": REDEEM, "taken_back": TAKE_BACK, "expired": EXPIRE}


def true_points(gains: pd.DataFrame, spent: pd.DataFrame, ids: pd.Series, season: Season) -> pd.DataFrame:
    """Points given to each member in each month of the data, and their fate; see `tables.contracts.loyalty.TruePoints`.

    Parameters
    ----------
    gains, spent : columns of GAIN; all that adds to balances and all that takes from them, to a year beyond the data's end
    ids : customer ids by row
    """
    gains = gains.sort_values(["who", "at"], kind="stable")
    gains = gains.assign(month=gains["at"].to_numpy().astype("datetime64[s]").astype("datetime64[M]"))
    reach = np.cumsum(gains["points"].to_numpy())
    for fate, kind in FATES.items():
        gains[fate] = np.diff(taken_below(np.append(0, reach), gains, spent, kind))
    seen = gains[gains["at"] <= end_of(season)]
    sums = seen.rename(columns={"points": "given"}).groupby(["who", "month"])[["given", *FATES]].sum()
    by_month = sums.round().astype("int64").reset_index()
    by_month.insert(0, "customer_id", ids.take(by_month.pop("who")).array)
    return by_month


def taken_below(reach: np.ndarray, gains: pd.DataFrame, spent: pd.DataFrame, kind: int) -> np.ndarray:
    """Of all points laid end to end, by member and from the oldest on, how many before each place went by this kind.

    The oldest go first, so each entry of ``spent`` takes the next stretch of its member's points.
    """
    each = gains.groupby("who")["points"].sum()
    stop = each.cumsum()
    spent = spent.sort_values(["who", "at"], kind="stable")
    who, points = spent["who"].to_numpy(), -spent["points"].to_numpy()
    upto = (
        np.cumsum(points) - np.cumsum(points)[np.searchsorted(who, who)] + points[np.searchsorted(who, who)]
    )
    last = stop.reindex(who).to_numpy()
    first = last - each.reindex(who).to_numpy()
    left, right = (np.minimum(first + place, last) for place in (upto - points, upto))
    went = np.cumsum((right - left) * (spent["kind"].to_numpy() == kind))
    places = np.column_stack([left, right]).ravel()
    counts = np.column_stack([np.append(0, went[:-1]), went]).ravel() if len(went) else places
    return np.interp(reach, places, counts) if len(places) else np.zeros(len(reach))
