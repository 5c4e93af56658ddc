"""An invitation at random, for a programme to which nobody can be assigned: how many customers it would take."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests

UNKNOWN = Estimate()


def sizes(late: pd.DataFrame, lifts: Mapping[str, float], uptake: float) -> pd.DataFrame:
    """Purchases of non-members that each half of an invitation test needs, to find a lift in four tests of five.

    Parameters
    ----------
    late : from `joining.comparable`
    lifts : of the share that comes back, among those who join because of the invitation, by name
    uptake : share of those invited who join because of it

    Returns
    -------
    pandas.DataFrame
        index effect: lift, seen (what the halves differ by, as a lift), needed (purchases in each half). Lifts that are missing,
        0 or below are left out.
    """
    base = late.loc[~late["joins"], "came_back"].mean() if len(late) else np.nan
    good = {name: lift for name, lift in lifts.items() if 0 < lift < np.inf}
    rows = {n: [x, uptake * x, ab_tests.group_size(base, base * (1 + uptake * x))] for n, x in good.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["lift", "seen", "needed"])
    return table.dropna().astype({"needed": "int64"}).rename_axis("effect")


@dataclass(frozen=True)
class Enough:
    """Whether a shop has purchases enough: case enough, too_few, or unknown; what the largest test needs in all, and what there is."""

    case: str
    needs: Estimate = UNKNOWN
    has: Estimate = UNKNOWN
    base: Estimate = UNKNOWN


def enough(needed: pd.DataFrame, late: pd.DataFrame) -> Enough:
    """Hold the largest test of `sizes` against the purchases of non-members on record."""
    if needed.empty:
        return Enough("unknown")
    others = late[~late["joins"]]
    most = 2 * int(needed["needed"].max())
    case = "enough" if len(others) >= most else "too_few"
    base = Estimate(float(others["came_back"].mean()), unit="share", n=len(others))
    return Enough(case, Estimate(most, unit="purchases"), Estimate(len(others), unit="purchases"), base)


def next_step(earned: str, test: str) -> str:
    """What an invitation is good for next: invite, too_large for this shop, or none, where nothing is left to find out or to compare.

    Parameters
    ----------
    earned : case of `programme_year.earned`
    test : case of `enough`
    """
    if earned in ("down", "may_cost") or (earned == "up" and test == "too_few"):
        return "none"
    return {"enough": "invite", "too_few": "too_large"}.get(test, "none")
