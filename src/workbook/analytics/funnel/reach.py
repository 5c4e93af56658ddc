"""Before the visit: what each source shows to how many people, how many of them know the brand, and how many come."""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from workbook.analytics.experiments.several import level_of_each
from workbook.analytics.funnel.steps import reached


def whole_weeks(awareness: pd.DataFrame, sessions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Weeks that lie wholly within the log of sessions, up to ``as_of``."""
    first, week = sessions["started_at"].min().normalize(), awareness["week"]
    return awareness[(week >= first) & (week + pd.Timedelta(days=6) <= as_of)]


def by_source(awareness: pd.DataFrame, sessions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The whole way from an impression to an order, a row per source that has impressions.

    Parameters
    ----------
    awareness : week, source, impressions, reached, asked, aware
    sessions : of people, each once

    Returns
    -------
    pandas.DataFrame
        index source; impressions, reached, asked, aware, know (share of the asked who know the brand), know_low, know_high,
        comes (visits over those of the reached who know it), comes_low, comes_high, and sessions by stage reached.
    """
    weeks = whole_weeks(awareness, sessions, as_of)
    begin, end = weeks["week"].min(), weeks["week"].max() + pd.Timedelta(days=7)
    inside = sessions[(sessions["started_at"] >= begin) & (sessions["started_at"] < end)]
    sums = weeks.groupby("source")[["impressions", "reached", "asked", "aware"]].sum()
    table = sums.join(reached(inside, "source"), how="inner").sort_values("impressions", ascending=False)
    return table.assign(**rates(table))


def rates(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Share who know the brand with Wilson's interval, and share of these who come: a ratio, by its logarithm, up to 1.

    The intervals hold all at once, so that sources may be compared.
    """
    level = level_of_each(0.95, 2 * len(table))
    know = table["aware"] / table["asked"].replace(0, np.nan)
    know_low, know_high = proportion_confint(table["aware"], table["asked"], 1 - level, method="wilson")
    visited = table["visit"] / table["reached"].replace(0, np.nan)
    comes = visited / know
    error = np.sqrt(
        (1 - visited) / table["visit"].replace(0, np.nan) + (1 - know) / table["aware"].replace(0, np.nan)
    )
    z = stats.norm.ppf(0.5 + level / 2)
    return {
        "know": know,
        "know_low": know_low,
        "know_high": know_high,
        "comes": comes.clip(upper=1),
        "comes_low": (comes * np.exp(-z * error)).clip(upper=1),
        "comes_high": (comes * np.exp(z * error)).clip(upper=1),
    }


def with_truth(table: pd.DataFrame, truth: pd.DataFrame | None) -> pd.DataFrame:
    """`by_source` with the true shares, where they are known: true_know and true_comes."""
    if truth is None:
        return table
    own = truth[truth["by"] == "source"].pivot_table(index="name", columns="stage", values="rate")
    own = own.reindex(table.index)
    return table.assign(true_know=own["aware"], true_comes=own["visit"])
