"""Late requests with some still open, and leaks from inside as far as a rule finds them."""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.experiments import ab_tests
from workbook.analytics.privacy import deadlines, processing_checks

WHERE = "06_trends/01_privacy_compliance"
END = pd.Timestamp("2025-06-30")


def requests(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """150 requests of four months, 5 to 40 % of them answered late, by 20 days on average; and the chance of that.

    Nothing is answered just after 45 days: a period may go on to the end of a Monday.
    """
    n, chance = 150, rng.uniform(0.05, 0.4)
    received = END + pd.Timedelta(days=1) - pd.to_timedelta(rng.uniform(0, 120, n), unit="D")
    late = rng.random(n) < chance
    days = np.where(late, 48 + rng.exponential(17, n), rng.uniform(0, 45, n))
    answered = received + pd.to_timedelta(days, unit="D")
    frame = pd.DataFrame(
        {"received_at": received, "answered_at": answered, "law": "CCPA", "kind": "access", "outcome": "done"}
    )
    done = frame["answered_at"] <= END
    return frame.assign(**{c: frame[c].where(done) for c in ("answered_at", "outcome")}), chance


def late(rng: np.random.Generator) -> Found:
    """Of those whose time is up."""
    asked, chance = requests(rng)
    hits = deadlines.lateness(asked, END)
    return Found(hits.mean(), chance, *ab_tests.share_interval(hits))


def late_answered(rng: np.random.Generator) -> Found:
    """Of those that are answered."""
    asked, chance = requests(rng)
    state = deadlines.deadlines(asked, END)["state"]
    hits = state[state.isin(["in time", "late"])] == "late"
    return Found(hits.mean(), chance, *ab_tests.share_interval(hits))


def leaks(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Leaks that the rule finds among 80, 10 to 90 % of them from inside; three in five others use a stolen account."""
    n, share = 80, rng.uniform(0.1, 0.9)
    inside = rng.random(n) < share
    own = inside | (rng.random(n) < 0.6)
    log = pd.DataFrame(
        {
            "log_id": np.arange(n).astype(str),
            "processed_at": END + pd.to_timedelta(rng.choice([2.0, 11.0], n, p=[0.7, 0.3]), unit="h"),
            "actor": np.where(own, "E001", "partner 1"),
            "role": np.where(own, "analyst", "partner"),
            "records": rng.integers(2, 1000, n),
            "abroad": rng.random(n) < 0.5,
            "inside": inside,
        }
    )
    found = processing_checks.exports(log)
    return found[found["signs"] >= 2], share


def inside(rng: np.random.Generator) -> Found:
    """After each found leak has been investigated."""
    found, share = leaks(rng)
    return Found(found["inside"].mean(), share, *ab_tests.share_interval(found["inside"]))


def by_account(rng: np.random.Generator) -> Found:
    """By whose account it was."""
    found, share = leaks(rng)
    return Found(found["employee"].mean(), share, *ab_tests.share_interval(found["employee"]))


CASES = (
    Case("late requests, of those whose time is up", WHERE, late),
    Case("late requests, of those answered", WHERE, late_answered, biased="the late ones are still open"),
    Case("leaks from inside, of those found and investigated", WHERE, inside),
    Case(
        "leaks from inside, by the account", WHERE, by_account, biased="a stolen account looks like its owner"
    ),
)
