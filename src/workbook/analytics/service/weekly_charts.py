"""A desk's weeks on control charts: the share answered in time on both clocks, and the median time to the end."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.service.control_charts import (
    EXPECTED,
    LEAST,
    apart,
    individuals,
    shares,
    signals,
    whole_weeks,
)
from workbook.analytics.service.waiting_times import quantile, waits, within
from workbook.formatting.durations import in_time_unit

FAR = 1.3  # times chance; weeks that lie further apart make the usual limits signal too often
BOTH = ("first response", "answer")  # clocks


def weekly_shares(
    hits: pd.Series, monday: pd.Series, weeks: pd.DatetimeIndex, baseline: int, *, between: bool = False
) -> pd.DataFrame:
    """Chart the share of hits by week: `shares`, and signal: whether any rule rings after the baseline.

    Parameters
    ----------
    hits : whether each case is one
    monday, weeks : from `whole_weeks`; the former has the index of all cases
    baseline, between : as in `shares`
    """
    counts = hits.groupby(monday.reindex(hits.index)).agg(["sum", "size"]).reindex(weeks, fill_value=0)
    table = shares(counts["sum"], counts["size"], baseline, between=between)
    later = np.arange(len(weeks)) >= baseline
    table = table.assign(signal=signals(table["z"]).any(axis=1) & later)
    return table.rename_axis(index="week", columns="share within the limit")


def both_clocks(
    known: pd.DataFrame, limit: pd.Timedelta, as_of: pd.Timestamp, baseline: int, *, between: bool = True
) -> dict[str, pd.DataFrame]:
    """Chart the share within a limit by week, on the clock of the first response and on that of a person.

    Parameters
    ----------
    known : from `as_known`
    limit : within which a wait should end
    baseline, between : as in `shares`

    Returns
    -------
    dict
        clock → table from `weekly_shares`.
    """
    weeks = whole_weeks(known["opened_at"], as_of)
    hits = {clock: within(known, clock, limit, as_of) for clock in BOTH}
    return {clock: weekly_shares(hit, *weeks, baseline, between=between) for clock, hit in hits.items()}


@dataclass(frozen=True)
class Signals:
    """What a chart says of the weeks after its baseline; case signals, quiet, too_few (no limits), all_baseline, or unknown
    where the clock isn't on record. Weeks that signal, None where none could.
    """

    case: str
    weeks: int | None = None
    first: pd.Timestamp | None = None
    watched: int = 0


def after_baseline(table: pd.DataFrame, baseline: int) -> Signals:
    """Sum up a chart with a column ``signal``, such as from `weekly_shares`."""
    late = table.iloc[baseline:]
    rang = late["signal"].astype(bool)
    watched = len(late)
    if late.empty:
        return Signals("all_baseline")
    if rang.any():
        return Signals("signals", int(rang.sum()), rang.idxmax(), watched)
    if table["value"].isna().all():
        return Signals("unknown", watched=watched)
    blind = late[["value", "centre"]].isna().any(axis=1).mean() > 0.5
    return Signals("too_few", None, watched=watched) if blind else Signals("quiet", 0, watched=watched)


def weekly_medians(known: pd.DataFrame, as_of: pd.Timestamp, baseline: int) -> pd.DataFrame:
    """Chart the median time to the end by week, on the scale of logarithms, since times are skewed (XmR).

    Parameters
    ----------
    known : from `as_known`
    baseline : as in `individuals`

    Returns
    -------
    pandas.DataFrame
        value, centre, low, high in the unit that fits them, which the columns' name says; z, and signal. A week of fewer than
        5 tickets has no value.
    """
    monday, weeks = whole_weeks(known["opened_at"], as_of)
    waited = waits(known, "resolution", as_of)
    groups = waited.groupby(monday.reindex(waited.index))
    found = {start: quantile(group).value for start, group in groups if len(group) >= EXPECTED}
    middle = pd.Series(found, dtype=float)
    single = individuals(np.log(middle.where(middle > 0)).reindex(weeks), baseline)
    late = signals(single["z"]).any(axis=1) & (np.arange(len(weeks)) >= baseline)
    times, unit = in_time_unit(np.exp(single[["value", "centre", "low", "high"]]))
    chart = times.assign(z=single["z"], signal=late)
    return chart.rename_axis(index="week", columns=f"median {unit} to the end")


def limits_compared(
    known: pd.DataFrame, limit: pd.Timedelta, as_of: pd.Timestamp, baseline: int
) -> pd.DataFrame:
    """In how many weeks after the baseline a p-chart and a p′-chart signal, a row a clock."""
    kinds = {"p-chart": False, "p′-chart": True}
    charts = {n: both_clocks(known, limit, as_of, baseline, between=b) for n, b in kinds.items()}
    rows = {
        name: {clock: after_baseline(table, baseline).weeks for clock, table in tables.items()}
        for name, tables in charts.items()
    }
    return pd.DataFrame(rows, dtype="Int64").rename_axis("weeks that signal")


@dataclass(frozen=True)
class Extra:
    """How many times as far as by chance alone the weeks of a baseline lie apart; case beyond, chance or unknown."""

    case: str
    times: Estimate


def beyond_chance(plain: Mapping[str, pd.DataFrame], baseline: int) -> Extra:
    """Whether weeks differ beyond what their numbers of cases explain, on the clock of a person.

    Parameters
    ----------
    plain : from `both_clocks` without ``between``
    """
    z = plain["answer"]["z"].iloc[:baseline]
    times = apart(z, baseline) if z.notna().sum() >= LEAST else np.nan
    case = "beyond" if times > FAR else "chance" if times > 0 else "unknown"
    return Extra(case, Estimate(times))
