"""When tickets come, and how many wait at the end of each day."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.service.waiting_times import DAY


def backlog(known: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Open tickets at the end of each day, from the first ticket to ``as_of``: neither resolved yet nor abandoned."""
    days = pd.date_range(known["opened_at"].min().normalize(), as_of) if len(known) else pd.DatetimeIndex([])
    came, went = (
        at.dt.normalize().value_counts().reindex(days, fill_value=0)
        for at in (known["opened_at"], known["resolved_at"].fillna(known["abandoned_at"]))
    )
    return (came - went).cumsum().rename("open tickets").rename_axis("day")


def arrivals(known: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Tickets an hour of an average week, abandoned ones included: a row a weekday, a column an hour of the day."""
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    opened = known["opened_at"]
    counts = pd.crosstab(opened.dt.day_of_week, opened.dt.hour).reindex(
        index=range(7), columns=range(24), fill_value=0
    )
    weeks = ((as_of + DAY - opened.min()) / DAY) / 7 if len(known) else np.nan
    return counts.div(weeks).set_axis(names).rename_axis(index=None, columns=None)


@dataclass(frozen=True)
class Peak:
    """The day on which most tickets were open, how many, and how many on the last day."""

    day: pd.Timestamp | None
    most: int | None
    last: int | None


def peak(open_tickets: pd.Series) -> Peak:
    """The highest point of a `backlog`."""
    if open_tickets.empty:
        return Peak(None, None, None)
    return Peak(open_tickets.idxmax(), int(open_tickets.max()), int(open_tickets.iloc[-1]))


def busiest_hour(week: pd.DataFrame) -> int | None:
    """The hour of the day with the most `arrivals`; None where all came at midnight, as days without hours seem to."""
    by_hour = week.sum()
    return None if by_hour.drop(0).sum() == 0 else int(by_hour.idxmax())
