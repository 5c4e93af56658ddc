"""What a pilot changed: the waits of its cities before and after, beside those of all others."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.service.waiting_times import quantile, waiting, waits


def waiting_curves(parts: Mapping[str, pd.DataFrame], as_of: pd.Timestamp, hours: np.ndarray) -> pd.DataFrame:
    """Share still waiting after each of ``hours``, for a first response and for a person, a column a clock and part.

    Parameters
    ----------
    parts : name → tickets, from `as_known`

    Returns
    -------
    pandas.DataFrame
        hours, and the columns "first response, name" and "person, name"; empty if a part is.
    """
    if any(part.empty for part in parts.values()):
        return pd.DataFrame()
    lines = {
        f"{words}, {name}": waiting(waits(part, clock, as_of), hours)
        for clock, words in {"first response": "first response", "answer": "person"}.items()
        for name, part in parts.items()
    }
    return pd.DataFrame({"hours": hours, **lines})


def change(waited: pd.DataFrame, treated: pd.Series, after: pd.Series) -> Estimate:
    """Relative change of the median wait of the treated, beyond that of the others: difference in differences of logs.

    The median of each of the four groups is Kaplan and Meier's; their intervals are put together by MOVER (Zou & Donner
    2008, doi 10.1002/sim.3095). Says what the treatment did if both would have changed by the same factor without it.

    Parameters
    ----------
    waited : from `waits`
    treated, after : whether a ticket is of the treated group, of the time after; index of ``waited``

    Returns
    -------
    Estimate
        a change, −0.5 for half the time, of the tickets of all four groups; unknown where a group is too small.
    """
    medians = {
        (t, a): quantile(waited[(treated == t) & (after == a)]) for t in (True, False) for a in (True, False)
    }
    ends = {key: np.array([m.value, m.low, m.high]) for key, m in medians.items()}
    if not all(np.isfinite(e).all() and (e > 0).all() for e in ends.values()):
        return Estimate(unit="change", n=len(waited))
    found = below = above = 0.0
    for (t, a), (middle, low, high) in ((key, np.log(e)) for key, e in ends.items()):
        sign = 1 if t == a else -1
        down, up = (middle - low, high - middle) if sign > 0 else (high - middle, middle - low)
        found, below, above = found + sign * middle, below + down**2, above + up**2
    low, high = found - np.sqrt(below), found + np.sqrt(above)
    estimate, least, most = np.expm1([found, low, high]).tolist()
    return Estimate(estimate, least, most, "change", len(waited))
