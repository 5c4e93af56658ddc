"""Sales to firms: leads through their stages, how soon they are talked to, who gets them, how long contracts take."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.experiments.several import level_of_each
from workbook.analytics.service.waiting_times import quantile

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)
RIPE = 90  # days after which nearly all leads are won or lost
DECIDED = 14  # days after which nearly all steps of an approval are decided
FEWEST = 20  # leads below which no model is fitted
OLD = "by hand"


def stories(leads: pd.DataFrame, stages: pd.DataFrame) -> pd.DataFrame:
    """The way of a lead that was won and of one that was lost after as long a way as can be, a row a step, with days since it came in."""
    reached = stages.groupby("lead_id").size()
    rows = []
    for name, outcome in {"A": "won", "B": "lost"}.items():
        some = leads[leads["outcome"] == outcome]
        if some.empty:
            continue
        order = some["lead_id"].map(reached).fillna(0).sort_values(ascending=False, kind="stable")
        rows += story(name, some.loc[order.index[0]], stages)
    table = pd.DataFrame(rows, columns=["lead", "after", "what happened"])
    return table.set_index(["lead", "after"])


def story(name: str, lead: pd.Series, stages: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The steps of one lead."""
    of = stages[stages["lead_id"] == lead["lead_id"]].sort_values("entered_at")
    steps = [
        (lead["created_at"], f"came in by {lead['source']}" if pd.notna(lead.get("source")) else "came in")
    ]
    steps += [(lead.get("contacted_at"), "first talk")]
    steps += [(at, stage) for stage, at in zip(of["stage"], of["entered_at"], strict=True)]
    steps += [(lead["closed_at"], lead["outcome"])]
    return [(name, f"{(at - lead['created_at']) / DAY:.1f} days", what) for at, what in steps if pd.notna(at)]


def with_outcomes(leads: pd.DataFrame, today: pd.Timestamp, days: int = RIPE) -> pd.DataFrame:
    """Leads that were watched for so many days: hours until the first talk, and whether each was won within them.

    A lead that is open after these days is not won: leaving out open ones would favour quick ends, which are losses.
    """
    ripe = leads[leads["created_at"] < today + DAY - days * DAY]
    soon = ripe["closed_at"] < ripe["created_at"] + days * DAY
    hours = (ripe["contacted_at"] - ripe["created_at"]) / HOUR if "contacted_at" in ripe else np.nan
    return ripe.assign(hours=hours, won=(ripe["outcome"] == "won") & soon)


def funnel(ripe: pd.DataFrame, stages: pd.DataFrame) -> pd.DataFrame:
    """How many leads reached each stage and how many of them the next one, with intervals: index stage, in order of reach.

    Parameters
    ----------
    ripe : leads that were watched for long enough, from `with_outcomes`. Of newer ones those that are over are mostly lost: to be
        won takes longer.
    stages : lead_id, stage, entered_at
    """
    of = stages[stages["lead_id"].isin(ripe["lead_id"])]
    counts = of["stage"].value_counts()
    first = of.groupby("stage")["entered_at"].median()
    order = sorted(counts.index, key=lambda stage: (-counts[stage], first[stage]))
    reached = [
        ("lead", set(ripe["lead_id"])),
        *((s, set(of.loc[of["stage"] == s, "lead_id"])) for s in order),
    ]
    reached.append(("won", set(ripe.loc[ripe["outcome"] == "won", "lead_id"])))
    rows = {}
    for (name, here), (_, there) in zip(reached, [*reached[1:], ("", set())], strict=True):
        went = pd.Series([lead in there for lead in here], dtype=bool)
        last = name == "won" or not len(went)
        low, high = (np.nan, np.nan) if last else share_interval(went)
        rows[name] = [len(here), np.nan if last else went.mean(), low, high]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["leads", "go on", "low", "high"]
    ).rename_axis("stage")


def weakest(table: pd.DataFrame) -> str:
    """The stage from which the smallest share goes on."""
    return str(table["go on"].idxmin())


def counted(leads: pd.DataFrame, ripe: pd.DataFrame) -> pd.DataFrame:
    """How many leads there are, how many are over, how many were watched for long enough, and how many of each were won."""
    won = leads["outcome"] == "won"
    rows = {
        "came in": (len(leads), int(won.sum())),
        "are over": (int(leads["outcome"].notna().sum()), int(won.sum())),
        f"came in {RIPE} days ago or earlier": (len(ripe), int(ripe["won"].sum())),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["leads", "won"]).rename_axis("leads that")


def by_source(ripe: pd.DataFrame) -> pd.DataFrame:
    """Leads, share won with its interval, and median hours to the first talk by source; where there was none it is longer than any."""
    rows = {}
    for source, some in ripe.groupby("source"):
        low, high = share_interval(some["won"])
        middle = some["hours"].fillna(np.inf).median()
        rows[source] = [len(some), some["won"].mean(), low, high, middle if np.isfinite(middle) else np.nan]
    columns = ["leads", "won", "low", "high", "hours to the first talk, median"]
    return (
        pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        .rename_axis("source")
        .sort_values("won", ascending=False)
    )


@dataclass(frozen=True)
class Response:
    """What a wait for the first talk costs.

    Attributes
    ----------
    case : up, down, unclear or unknown, by ``fair``
    plain, fair : log odds of winning for each doubling of the hours, as they stand and among leads of the same source, need and size
    leads : in the model
    """

    case: str
    plain: Estimate
    fair: Estimate
    leads: int

    @property
    def odds(self) -> pd.DataFrame:
        """By how much a doubling changes the odds of winning, in percent: rows as they stand, and leads of the same kind."""
        both = {"as they stand": self.plain, "leads of the same kind": self.fair}
        changes = {name: odds_change(e) for name, e in both.items()}
        rows = {name: [100 * e.value, 100 * e.low, 100 * e.high] for name, e in changes.items()}
        columns = ["change of the odds, %", "from", "to"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("a doubled wait")


def odds_change(log_odds: Estimate) -> Estimate:
    """By what share odds change where their logarithm changes by so much."""
    with np.errstate(over="ignore"):
        value, low, high = np.expm1([log_odds.value, log_odds.low, log_odds.high])
    return Estimate(float(value), float(low), float(high), "change", log_odds.n)


def response(ripe: pd.DataFrame) -> Response:
    """Log odds of winning by the doublings of the hours to the first talk (an hour or less counts as one)."""
    rows = ripe.dropna(subset=["hours"])
    none = Estimate(unit="ratio", against=0.0)
    if len(rows) < FEWEST or rows["won"].nunique() < 2:
        return Response("unknown", none, none, len(rows))
    doublings = np.log2(rows["hours"].clip(lower=1)).rename("doublings")
    kinds = [pd.get_dummies(rows[c], drop_first=True, dtype=float) for c in ("source", "need") if c in rows]
    size = [np.log(rows["estimate"].clip(lower=1)).rename("size")] if "estimate" in rows else []
    plain = slope(rows["won"], doublings.to_frame())
    fair = slope(rows["won"], pd.concat([doublings, *kinds, *size], axis=1).dropna())
    return Response(fair.verdict, plain, fair, len(rows))


def slope(won: pd.Series, x: pd.DataFrame) -> Estimate:
    """Coefficient of the first column in a logistic regression, by Newton's steps, with Wald's interval."""
    y = won.reindex(x.index).to_numpy(float)
    values = x.to_numpy(float)
    spread = values.std(axis=0)
    values = values[:, (spread > 0) | (np.arange(values.shape[1]) == 0)]
    if spread[0] == 0:
        return Estimate(unit="ratio", against=0.0)
    design = np.column_stack([np.ones(len(y)), values])
    beta = np.zeros(design.shape[1])
    ridge = 1e-6 * np.eye(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve, design.T @ (y - chance))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    error = float(np.sqrt(np.linalg.inv(curve)[1, 1]))
    reach = stats.norm.ppf(0.975) * error
    return Estimate(
        float(beta[1]), float(beta[1] - reach), float(beta[1] + reach), "ratio", len(y), against=0.0
    )


def median_hours(begin: pd.Series, end: pd.Series, until: pd.Series | pd.Timestamp) -> float:
    """Median of the hours of some waits (Kaplan and Meier): one that isn't over counts as long as it was watched."""
    hours = (end.fillna(until) - begin) / HOUR
    return quantile(pd.DataFrame({"hours": hours, "event_observed": end.notna()})).value


def waits(leads: pd.DataFrame, since: pd.Timestamp, today: pd.Timestamp) -> pd.DataFrame:
    """Median hours until a lead is assigned and until the first talk, before a day and from it on; a lead that still waits counts."""
    until = leads["closed_at"].fillna(today + DAY)
    names = (leads["created_at"] >= since).map({False: "before", True: "after"})
    ends = {"hours to a salesperson": "assigned_at", "hours to the first talk": "contacted_at"}
    rows = {
        name: {"leads": len(some)}
        | {w: median_hours(some["created_at"], some[c], until[some.index]) for w, c in ends.items()}
        for name, some in leads.groupby(names)
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["leads", *ends])
    return table.reindex(["before", "after"]).dropna(how="all").rename_axis("lead came in")


def league(ripe: pd.DataFrame) -> pd.DataFrame:
    """Share won by salesperson; the best first. The intervals of all hold at once, as somebody will pick the best."""
    groups = ripe.groupby("salesperson")
    level = level_of_each(0.95, groups.ngroups)
    rows = {
        person: [len(some), some["won"].mean(), *share_interval(some["won"], level)]
        for person, some in groups
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["leads", "won", "low", "high"])
    return table.rename_axis("salesperson").sort_values("won", ascending=False)


def expected_by_mix(ripe: pd.DataFrame) -> pd.Series:
    """Share that each salesperson would win if each source were won as often as by all: what the mix of leads explains."""
    usual = ripe.groupby("source")["won"].mean()
    chance = ripe["source"].map(usual).astype(float)
    return chance.groupby(ripe["salesperson"]).mean().rename("by their sources")


def differ(ripe: pd.DataFrame) -> float:
    """p-value of no difference between salespeople given their leads' sources (chi-square of won against expected)."""
    usual = ripe["source"].map(ripe.groupby("source")["won"].mean()).astype(float)
    by = pd.DataFrame({"won": ripe["won"].astype(float), "usual": usual, "spread": usual * (1 - usual)})
    sums = by.groupby(ripe["salesperson"]).sum()
    sums = sums[sums["spread"] > 0]
    if len(sums) < 2:
        return np.nan
    return float(stats.chi2.sf(((sums["won"] - sums["usual"]) ** 2 / sums["spread"]).sum(), len(sums) - 1))


def approval_change(approvals: pd.DataFrame, since: pd.Timestamp, today: pd.Timestamp) -> Estimate:
    """Typical (geometric mean) hours of a step asked after a day against before, steps compared with themselves.

    Of steps asked `DECIDED` days ago or earlier: of newer ones only the quick are decided. One that is still open counts as long as
    it was watched.
    """
    rows = approvals[approvals["asked_at"] < today + DAY - DECIDED * DAY]
    end = rows["decided_at"].fillna(today + DAY)
    hours = np.log(((end - rows["asked_at"]) / HOUR).clip(lower=1 / 60))
    after = rows["asked_at"] >= since
    centred = hours - hours.groupby([rows["step"]]).transform("mean")
    share = after.astype(float) - after.astype(float).groupby(rows["step"]).transform("mean")
    n, square = len(rows), float((share**2).sum())
    if n < FEWEST or square == 0:
        return Estimate(unit="ratio")
    change = float((share * centred).sum() / square)
    rest = centred - change * share
    whose = rest.mul(share).groupby(rows["lead_id"]).sum()
    error = np.sqrt((whose**2).sum()) / square
    value, low, high = map(float, np.exp(change + 1.96 * error * np.array([0, -1, 1])))
    return Estimate(value, low, high, "ratio", n)


def approvals_by_step(approvals: pd.DataFrame, since: pd.Timestamp, today: pd.Timestamp) -> pd.DataFrame:
    """Median hours of each step of approval asked before a day and from it on; a step that is still open counts."""
    names = (approvals["asked_at"] >= since).map({False: "hours, before", True: "hours, after"})
    table = pd.DataFrame(
        {
            name: {
                step: median_hours(rows["asked_at"], rows["decided_at"], today + DAY)
                for step, rows in some.groupby("step")
            }
            for name, some in approvals.groupby(names)
        }
    ).rename_axis("step")
    order = approvals.groupby("step").size().sort_values(ascending=False, kind="stable").index
    return table.reindex(index=order, columns=[c for c in ("hours, before", "hours, after") if c in table])
