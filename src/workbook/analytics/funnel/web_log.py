"""A web log before anything is counted: rows that stand there twice, and machines."""

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

MOST = 50  # sessions of one device, above which it is no person


def doubled(sessions: pd.DataFrame) -> pd.Series:
    """Whether a row repeats an earlier one in everything but its own id."""
    return sessions.drop(columns="session_id", errors="ignore").duplicated()


def machines(sessions: pd.DataFrame, most: int = MOST) -> pd.Series:
    """Whether a session is of a device with more than ``most`` sessions; False without devices."""
    if "visitor_id" not in sessions:
        return pd.Series(False, index=sessions.index)
    device = sessions["visitor_id"]
    return device.map(device.value_counts()).fillna(0) > most


def people(sessions: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Sessions of people, each once."""
    return sessions[~doubled(sessions) & ~machines(sessions, most)].reset_index(drop=True)


def days(sessions: pd.DataFrame) -> Estimate:
    """How many days a log goes over, the first and the last included."""
    day = sessions["started_at"].dt.normalize()
    return Estimate(float((day.max() - day.min()).days + 1), unit="days")


def dirt(sessions: pd.DataFrame, flags: pd.DataFrame | None = None, most: int = MOST) -> pd.DataFrame:
    """What was taken out, and how much of it was rightly taken where the truth is known.

    Parameters
    ----------
    flags : truth: session_id and kind (doubled, bot)

    Returns
    -------
    pandas.DataFrame
        index doubled rows, machines; rows, share of the log, and with ``flags`` precision and recall.
    """
    found = {"doubled rows": doubled(sessions), "machines": machines(sessions, most)}
    table = pd.DataFrame({"rows": {k: int(v.sum()) for k, v in found.items()}})
    table["share of the log"] = table["rows"] / max(len(sessions), 1)
    if flags is None:
        return table
    kinds = {"doubled rows": "doubled", "machines": "bot"}
    right = {
        k: sessions["session_id"].isin(flags.loc[flags["kind"] == kinds[k], "session_id"]) for k in found
    }
    hits = pd.Series({k: float((found[k] & right[k]).sum()) for k in found})
    return table.assign(
        precision=hits / table["rows"].replace(0, np.nan),
        recall=hits / pd.Series({k: right[k].sum() for k in found}).replace(0, np.nan),
    )


def conversion(sessions: pd.DataFrame) -> Estimate:
    """Share of sessions that end in an order, as they stand there."""
    ordered = sessions["stage"] == "order"
    return Estimate(float(ordered.mean()) if len(ordered) else np.nan, unit="share", n=len(ordered))
