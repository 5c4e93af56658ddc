"""How far a project is: what was delivered, what it cost and took against the plan."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.tables.dataset import Dataset

SETTLED = 30  # days after a delivery until its last invoice is taken to be booked
FEWEST = 3  # deliverables below which no interval is stated
DAY = pd.Timedelta(days=1)


def progress(deliverables: pd.DataFrame, costs: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """One row per deliverable: what was planned, what came of it by the end of a day.

    Returns
    -------
    pandas.DataFrame
        phase, name, planned (cost), booked (so far), planned_end, delivered_on, days_late (negative: early; missing if not
        delivered), finished, settled (delivered long enough ago for its invoices to be in), work (days of work over those
        planned; missing where the days of work aren't known).
    """
    booked = costs.groupby("deliverable_id")["amount"].sum()
    over = deliverables["delivered_on"]
    started = deliverables["started_on"] if "started_on" in deliverables else pd.Series(pd.NaT, over.index)
    planned_days = (deliverables["planned_end"] - deliverables["planned_start"]) / DAY
    return pd.DataFrame(
        {
            "phase": deliverables["phase"],
            "name": deliverables["name"] if "name" in deliverables else deliverables["deliverable_id"],
            "planned": deliverables["planned_cost"],
            "booked": deliverables["deliverable_id"].map(booked).astype(float).fillna(0.0),
            "planned_end": deliverables["planned_end"],
            "delivered_on": over,
            "days_late": (over - deliverables["planned_end"]) / DAY,
            "finished": over.notna(),
            "settled": over <= today - SETTLED * DAY,
            "work": (over - started) / DAY / planned_days.where(planned_days > 0),
        }
    )


def by_phase(made: pd.DataFrame) -> pd.DataFrame:
    """Deliverables, finished ones, planned and booked money and days late of the last delivery, a row a phase in its order."""
    groups = made.groupby("phase", sort=False)
    table = groups.agg(
        deliverables=("name", "size"),
        finished=("finished", "sum"),
        planned=("planned", "sum"),
        booked=("booked", "sum"),
    )
    late = made[made["finished"]].groupby("phase", sort=False)["days_late"].last()
    return table.assign(**{"days late, the last one": late.reindex(table.index)})


def ratio_of_sums(actual: pd.Series, planned: pd.Series) -> Estimate:
    """Actual over planned in sum, with an interval for the ratio that such work has in expectation.

    The interval is Student's on the linearised ratio: it covers where rows are independent of each other.
    """
    n, total = len(planned), float(planned.sum())
    if not n or total <= 0:
        return Estimate(unit="ratio")
    ratio = float(actual.sum()) / total
    if n < FEWEST:
        return Estimate(ratio, unit="ratio", n=n)
    rest = (actual - ratio * planned) / total
    reach = float(stats.t.ppf(0.975, n - 1) * np.sqrt((rest**2).sum() * n / (n - 1)))
    return Estimate(ratio, ratio - reach, ratio + reach, "ratio", n)


def overrun(made: pd.DataFrame) -> Estimate:
    """Cost of finished deliverables whose invoices are in, over their plan."""
    done = made[made["settled"]]
    return ratio_of_sums(done["booked"], done["planned"])


def booked_so_far(made: pd.DataFrame) -> float:
    """Everything booked over everything planned: the popular figure, in which unfinished work counts as a saving."""
    total = float(made["planned"].sum())
    return float(made["booked"].sum()) / total if total > 0 else np.nan


@dataclass(frozen=True)
class CostAndTime:
    """How cost and time of the finished deliverables go together.

    Attributes
    ----------
    case : together (what took longer cost more for sure), unclear, or unknown
    rank : Spearman's correlation of cost and days of work, both against the plan
    """

    case: str
    rank: Estimate


def cost_and_time(made: pd.DataFrame) -> CostAndTime:
    """Correlate cost and time against the plan; the interval is that of Fisher's transformation for ranks.

    Standard error of Spearman's by Bonett & Wright (2000), doi 10.1007/BF02294183.
    """
    done = made[made["settled"] & made["work"].notna()]
    n = len(done)
    if n < 5 or done["work"].nunique() < 2:
        return CostAndTime("unknown", Estimate(unit="ratio", against=0.0))
    rank = float((done["booked"] / done["planned"]).corr(done["work"], method="spearman"))
    reach = 1.96 * np.sqrt((1 + rank**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(np.clip(rank, -0.9999, 0.9999)) + reach * np.array([-1, 1]))
    found = Estimate(rank, float(low), float(high), "ratio", n, against=0.0)
    return CostAndTime("together" if found.verdict == "up" else "unclear", found)


def stories(made: pd.DataFrame, number: int = 3) -> pd.DataFrame:
    """A few finished deliverables, from the one kept best to the one exceeded most in time: rows to read."""
    done = made[made["settled"]].sort_values("days_late", kind="stable")
    rows = done.iloc[np.unique(np.linspace(0, len(done) - 1, min(number, len(done))).round().astype("int64"))]
    return rows.set_index("name")[["planned", "booked", "planned_end", "delivered_on"]]


def over_time(shop: Dataset) -> pd.DataFrame:
    """What reports at the end of each quarter would have said of cost against plan: index day; two columns.

    The first sets all that is booked against all that is planned, the second only finished deliverables against their plan.
    """
    first = shop.deliverables["planned_start"].min() + pd.DateOffset(months=2)
    days = pd.DatetimeIndex([*pd.date_range(first, shop.today, freq="QE"), shop.today]).unique()
    rows = {}
    for day in days:
        past = shop.at(day)
        made = progress(past.deliverables, past.project_costs, past.today)
        rows[day] = [booked_so_far(made), overrun(made).value]
    columns = ["all booked / all planned", "finished deliverables only"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("report of")
