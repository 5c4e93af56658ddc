"""Requests of people about their own data: when each had to be answered, and what came of it. No legal advice."""

import numpy as np
import pandas as pd

# Time to answer a request: months or days; whether that is law or practice.
LIMITS = pd.DataFrame(
    [
        ("GDPR", 1, 0, "art. 12(3): one month", "law", "two more months if complex, with reasons"),
        ("CCPA", 0, 45, "1798.130(a)(2): 45 days", "law", "another 45 days once, with notice"),
        ("PIPL", 0, 30, "GB/T 35273-2020, 8.7: 30 days", "practice",
         "arts. 45–46 say promptly, without a number; for apps the regulators use 15 working days"),
    ],
    columns=["law", "months", "days", "source", "kind", "more"],
).set_index("law")  # fmt: skip
UNKNOWN_LAW = "GDPR"  # whose limit is taken where nobody noted the law


def deadlines(requests: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """When each request so far had to be answered, and what came of it.

    An open request is late only from the day on which its time is up; until then nothing is known of it. Where no
    request at all has an answer on record, answers aren't recorded, and every state is open.

    Returns
    -------
    pandas.DataFrame
        The requests, with due and state: in time, late, open and overdue, open.
    """
    now = as_of + pd.Timedelta(days=1)
    asked = requests[requests["received_at"] < now]
    limit = LIMITS.reindex(asked["law"].where(asked["law"].isin(LIMITS.index), UNKNOWN_LAW))
    months = pd.Series(limit["months"].to_numpy(), index=asked.index, dtype=int)
    month_later = asked["received_at"] + pd.DateOffset(months=1)
    days_later = asked["received_at"] + pd.to_timedelta(limit["days"].to_numpy(), unit="D")
    due = days_later.where(months == 0, month_later)
    done = asked["answered_at"].notna() & (asked["answered_at"] < now)
    state = np.select(
        [done & (asked["answered_at"] <= due), done, (due < now) & requests["answered_at"].notna().any()],
        ["in time", "late", "open and overdue"],
        "open",
    )
    return asked.assign(due=due, state=pd.Series(state, index=asked.index, dtype="str"))


def lateness(requests: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Whether each request whose time was up by the end of ``as_of`` was late, answered or not; True or False."""
    timed = deadlines(requests, as_of)
    up = (timed["due"] < as_of + pd.Timedelta(days=1)) & timed["state"].ne("open")
    return timed.loc[up, "state"].ne("in time")


def unanswered(requests: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Share of requests not yet answered so many days after they came, by Kaplan and Meier.

    Open requests count for as long as they have been watched (Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452).
    Indexed by days, beginning with 0; empty where there is no answer.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    now = as_of + pd.Timedelta(days=1)
    asked = requests[requests["received_at"] < now]
    done = asked["answered_at"] < now
    if not done.any():
        return pd.Series(dtype=float)
    watched = (asked["answered_at"].where(done, now) - asked["received_at"]) / pd.Timedelta(days=1)
    curve = SurvfuncRight(watched.to_numpy(), done.to_numpy(dtype=int))
    return pd.Series([1.0, *curve.surv_prob], index=[0.0, *curve.surv_times])
