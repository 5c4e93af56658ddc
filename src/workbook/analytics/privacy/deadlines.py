"""Requests of people about their own data: when each had to be answered, and what came of it. No legal advice.

How a period is counted: the day of the request doesn't count, and the last day counts to its end; if that is a Saturday,
a Sunday or a public holiday, the period ends with the next working day. So it is in the European Union (Regulation
1182/71, art. 3), in California (Code of Civil Procedure 12 and 12a) and in China (Civil Code 201 and 203). Which days are
public holidays, the tables don't know: give them, or a request due on one counts as late a day too soon. Working days are
Monday to Friday; weekends that are worked in China instead of a bridge day are not taken into account. Nor is an
extension: the tables don't record one, so a request that was lawfully extended counts as late.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval

# Time to answer a request of a kind (empty: any other) in months, days or business days; whether that is law or practice.
LIMITS = pd.DataFrame(
    [
        ("GDPR", "", 1, 0, 0, "art. 12(3): one month", "law", "two more months if complex, told with reasons in the first"),
        ("CCPA", "", 0, 45, 0, "1798.130(a)(2): 45 days", "law", "another 45 days once, told with reasons in the first 45"),
        ("CCPA", "objection", 0, 0, 15, "11 CCR 7026(f): 15 business days", "law",
         "an opt-out of sale and sharing; no more time"),
        ("PIPL", "", 0, 30, 0, "GB/T 35273-2020, 8.7: 30 days", "practice",
         "arts. 45–46 say promptly, without a number; for apps the regulators use 15 working days"),
    ],
    columns=["law", "request", "months", "days", "business_days", "source", "kind", "more"],
).set_index("law")  # fmt: skip
UNKNOWN_LAW = (
    "GDPR"  # whose limit is taken where nobody noted the law; it is then neither law nor practice but assumed
)


def limits(requests: pd.DataFrame) -> pd.DataFrame:
    """The row of LIMITS that holds for each request, by its law and its kind; indexed as the requests."""
    table = LIMITS.set_index("request", append=True)
    known = requests["law"].isin(LIMITS.index)
    law = requests["law"].where(known, UNKNOWN_LAW)
    own = pd.MultiIndex.from_arrays([law, requests["kind"]]).isin(table.index)
    asked = pd.MultiIndex.from_arrays([law, requests["kind"].where(own, "")])
    found = table.reindex(asked).set_index(requests.index)
    return found.assign(kind=found["kind"].where(known, "assumed"))


def last_day(requests: pd.DataFrame, holidays: Sequence[str | pd.Timestamp] = ()) -> pd.Series:
    """The last day on which an answer to each request is in time.

    Parameters
    ----------
    requests : law, kind, received_at
    holidays : public holidays, on which no period ends and which are no business days
    """
    limit = limits(requests)
    off = pd.DatetimeIndex(pd.to_datetime(list(holidays))).to_numpy().astype("datetime64[D]")
    came = requests["received_at"].dt.normalize()
    later = came + pd.to_timedelta(limit["days"], unit="D")
    for months in set(limit["months"]) - {0}:  # a month later is the same day of it, or its last one
        later = later.where(limit["months"] != months, came + pd.DateOffset(months=int(months)))
    days, back = (x.to_numpy().astype("datetime64[D]") for x in (later, came))
    worked = np.busday_offset(back, limit["business_days"].to_numpy(dtype=int), roll="backward", holidays=off)
    ends = np.where(
        limit["business_days"] > 0, worked, np.busday_offset(days, 0, roll="forward", holidays=off)
    )
    return pd.Series(ends.astype("datetime64[ns]"), index=requests.index)


def deadlines(
    requests: pd.DataFrame, as_of: pd.Timestamp, holidays: Sequence[str | pd.Timestamp] = ()
) -> pd.DataFrame:
    """When each request so far had to be answered, and what came of it.

    An open request is late only when its last day is over; until then nothing is known of it. Where no request at all
    has an answer on record, answers aren't recorded, and every state is open.

    Returns
    -------
    pandas.DataFrame
        The requests, with due (the last day on which an answer is in time), state (in time, late, open and overdue,
        open), limit (whether the limit is law, practice or assumed), and time_is_up (the last day is over, or begun).
    """
    now = as_of + pd.Timedelta(days=1)
    asked = requests[requests["received_at"] < now]
    due = last_day(asked, holidays)
    done = asked["answered_at"].notna() & (asked["answered_at"] < now)
    state = np.select(
        [
            done & (asked["answered_at"].dt.normalize() <= due),
            done,
            (due < now) & requests["answered_at"].notna().any(),
        ],
        ["in time", "late", "open and overdue"],
        "open",
    )
    found = asked.assign(
        due=due, state=pd.Series(state, index=asked.index, dtype="str"), limit=limits(asked)["kind"]
    )
    return found.assign(time_is_up=(due < now) & found["state"].ne("open"))


def lateness(
    requests: pd.DataFrame, as_of: pd.Timestamp, holidays: Sequence[str | pd.Timestamp] = ()
) -> pd.Series:
    """Whether each request whose time was up by the end of ``as_of`` was late, answered or not; True or False."""
    timed = deadlines(requests, as_of, holidays)
    return timed.loc[timed["time_is_up"], "state"].ne("in time")


@dataclass(frozen=True)
class Late:
    """How many requests were late.

    Case none_due, in_time, or which limits were missed: practice, law, assumed (nobody noted the law), or several kinds.

    ``share`` is of the requests whose time is up, with Wilson's interval by customer.
    """

    case: str
    due: int
    late: int
    by_law: int
    share: Estimate


def late_requests(timed: pd.DataFrame) -> Late:
    """What came of the requests whose time is up, and which kind of limit was missed.

    Parameters
    ----------
    timed : from `deadlines`, with time_is_up
    """
    up = timed[timed["time_is_up"]]
    late = up["state"].ne("in time")
    missed = up.loc[late, "limit"]
    low, high = share_interval(late, cluster=up["customer_id"])
    share = Estimate(float(late.mean()), low, high, "share", len(late))
    kinds = set(missed)
    kind = kinds.pop() if len(kinds) == 1 else "several"
    case = "none_due" if up.empty else kind if late.any() else "in_time"
    return Late(case, len(up), int(late.sum()), int(missed.eq("law").sum()), share)


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


def still_waiting(curve: pd.Series, days: float) -> float:
    """Share of requests not yet answered after so many days, from `unanswered`; missing without a curve."""
    return float(curve[curve.index <= days].iloc[-1]) if len(curve) else float("nan")
