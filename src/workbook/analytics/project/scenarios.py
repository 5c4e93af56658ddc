"""Costs and benefits as distributions that go together: a Gaussian copula over triangles, by hand.

Each input is drawn from a triangle (least, likeliest, most). One driver, how hard the firm finds it, moves all of them:
what is hard costs more, comes later, is used less and works less. The share of each input's variance that the driver explains is
its ``together``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.estimate import Estimate

MONTHS = 12
DRAWS = 10_000
TOGETHER = 0.5  # share of each input's variance that one driver explains: ours
# Input → whether more of it is good (+1) or bad (-1).
GOOD = {"overrun": -1, "running": -1, "effect": 1, "adoption": 1, "delay": -1}
NAMES = {
    "overrun": "cost against the plan",
    "running": "running cost against the plan",
    "effect": "fewer who leave",
    "adoption": "share of staff who use it",
    "delay": "months of delay",
}


@dataclass(frozen=True)
class Project:
    """A project that costs something at once and each month, and adds a margin that builds up.

    Attributes
    ----------
    set_up, running : planned cost at once, and a year
    added : margin added in each month by an effect of ``full`` that everybody uses, from the month of the go-live on
    full : the effect that ``added`` is of
    discount : of a year
    """

    set_up: float
    running: float
    added: np.ndarray
    full: float
    discount: float

    @property
    def factors(self) -> np.ndarray:
        """What money of each month is worth today: all of a year counts as of its end."""
        year = np.ceil(np.arange(1, len(self.added) + 1) / MONTHS)
        return (1 + self.discount) ** -year

    def benefits(self, delay: np.ndarray | float) -> np.ndarray:
        """Present value of what is added when it begins so many months late; the horizon stays, so the last months are lost."""
        months = len(self.added)
        late = np.array([(self.added[: months - d] * self.factors[d:]).sum() for d in range(months + 1)])
        return np.interp(delay, np.arange(months + 1), late)

    def npv(
        self,
        overrun: np.ndarray | float = 1.0,
        running: np.ndarray | float = 1.0,
        effect: np.ndarray | float | None = None,
        adoption: np.ndarray | float = 1.0,
        delay: np.ndarray | float = 0.0,
    ) -> np.ndarray | float:
        """Net present value of inputs, which may be arrays of draws; ``effect`` as a share of less leaving, above 0 if it works."""
        effect = self.full if effect is None else effect
        gain = self.benefits(delay) * adoption * effect / self.full
        return gain - self.set_up * overrun - self.running / MONTHS * running * self.factors.sum()

    def flows(self, overrun: float = 1.0, effect: float | None = None, adoption: float = 1.0) -> np.ndarray:
        """Flows by year, from the year 0 of the set-up on."""
        share = adoption * (self.full if effect is None else effect) / self.full
        yearly = self.added.reshape(-1, MONTHS).sum(axis=1) * share - self.running
        return np.concatenate([[-self.set_up * overrun], yearly])


def triangle(u: np.ndarray, least: float, likely: float, most: float) -> np.ndarray:
    """Quantiles of a triangular distribution; one without width is its value."""
    if most <= least:
        return np.full(np.shape(u), float(least))
    return stats.triang.ppf(u, (likely - least) / (most - least), loc=least, scale=most - least)


def draws(ranges: pd.DataFrame, together: float, seed: int, number: int = DRAWS) -> pd.DataFrame:
    """Draw inputs that go together, a row each.

    Parameters
    ----------
    ranges : index input (of `GOOD`); least, likely, most
    together : share of each input's variance, as a normal, that one driver explains: 0 independent, 1 all as one
    """
    rng = np.random.default_rng(seed)
    driver = rng.standard_normal(number)
    drawn = {}
    for name, row in ranges.iterrows():
        own = rng.standard_normal(number)
        z = np.sqrt(together) * driver * GOOD[str(name)] + np.sqrt(1 - together) * own
        drawn[name] = triangle(stats.norm.cdf(z), row["least"], row["likely"], row["most"])
    return pd.DataFrame(drawn)


def results(project: Project, drawn: pd.DataFrame) -> pd.Series:
    """Net present value of each draw."""
    return pd.Series(project.npv(**{c: drawn[c].to_numpy() for c in drawn}), name="net present value")


@dataclass(frozen=True)
class Outlook:
    """What the draws say.

    Attributes
    ----------
    case : pays (nine of ten draws are above 0), loses (nine of ten below), open, or unknown
    mean : mean of the draws
    middle : the range of 90 % of them, around their median
    loses : share of them below 0
    """

    case: str
    mean: Estimate
    middle: Estimate
    loses: Estimate


def outlook(values: pd.Series, unit: str) -> Outlook:
    """Sum draws up, see `Outlook`."""
    if values.isna().any() or values.empty:
        return Outlook("unknown", Estimate(unit=unit), Estimate(unit=unit), Estimate(unit="share"))
    low, half, high = values.quantile([0.05, 0.5, 0.95])
    share = float((values < 0).mean())
    case = "pays" if share <= 0.1 else "loses" if share >= 0.9 else "open"
    return Outlook(
        case,
        Estimate(float(values.mean()), unit=unit),
        Estimate(half, low, high, unit),
        Estimate(share, unit="share", n=len(values)),
    )


def compare_together(
    project: Project, ranges: pd.DataFrame, levels: Mapping[str, float], seed: int
) -> pd.DataFrame:
    """Mean, 5th and 95th percentile and share of losses by how much the inputs go together: a row a level."""
    rows = {}
    for name, level in levels.items():
        values = results(project, draws(ranges, level, seed))
        loses = (values < 0).mean() if values.notna().all() else np.nan
        rows[name] = [values.mean(), *values.quantile([0.05, 0.95]), loses]
    columns = ["mean", "5th percentile", "95th percentile", "share that loses"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("inputs are drawn")


def usual_ranges(overrun: float, effect: float, adoption: float) -> pd.DataFrame:
    """Least, likeliest and most of each input around what is planned: the bad side is longer, as in life. Ours, to be overwritten."""
    rows = {
        "overrun": (min(1.0, overrun), overrun, max(1.7, overrun)),
        "running": (0.9, 1.0, 1.4),
        "effect": (0.0, effect, 1.2 * effect),
        "adoption": (0.6 * adoption, adoption, min(1.0, 1.3 * adoption)),
        "delay": (0.0, 3.0, 12.0),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["least", "likely", "most"])


def middle(ranges: pd.DataFrame) -> dict[str, float]:
    """The likeliest value of each input."""
    return {str(name): float(value) for name, value in ranges["likely"].items()}


def tornado(project: Project, ranges: pd.DataFrame) -> pd.DataFrame:
    """Net present value at each input's ends, the others at their likeliest: low, high, at_low, at_high; widest first."""
    usual, rows = middle(ranges), {}
    for name, row in ranges.iterrows():
        low, high = (float(project.npv(**(usual | {str(name): row[end]}))) for end in ("least", "most"))
        rows[NAMES[str(name)]] = [row["least"], row["most"], low, high]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high", "at_low", "at_high"])
    width = (table["at_high"] - table["at_low"]).abs()
    return table.loc[width.sort_values(ascending=False, kind="stable").index].rename_axis("input")


def widest(table: pd.DataFrame) -> str:
    """The input that moves the result most."""
    return str(table.index[0])


SHARES = np.linspace(0.0, 1.0, 51)  # of staff, in a picture
HIGHEST_RATE = 0.3


def curve_at(project: Project, inputs: Mapping[str, float], rate: float) -> pd.Series:
    """Net present value over the share of staff who use it, at a rate, the other inputs as given (of `GOOD`)."""
    at_rate = replace(project, discount=rate)
    values = [float(at_rate.npv(**{**inputs, "adoption": share})) for share in SHARES]
    index = pd.Index(100 * SHARES, name="share of staff who use it, %")
    return pd.Series(values, index=index, name="net present value")


def ends(project: Project, inputs: Mapping[str, float]) -> tuple[float, float]:
    """Ends of an axis that holds every `curve_at`."""
    both = [curve_at(project, inputs, rate) for rate in (0.0, HIGHEST_RATE)]
    low, high = min(c.min() for c in both), max(c.max() for c in both)
    pad = 0.05 * (high - low) or 1.0
    return float(low - pad), float(high + pad)


def break_even_share(curve: pd.Series) -> Estimate:
    """The share of staff from which on a `curve_at` is above zero; unknown where there is none."""
    return Estimate(break_even(curve) / 100, unit="share")


def break_even(curve: pd.Series) -> float:
    """The place where a rising curve crosses 0, interpolated; missing where it does not."""
    values = curve.to_numpy(float)
    crossed = np.flatnonzero((values[:-1] < 0) & (values[1:] >= 0))
    if not len(crossed):
        return np.nan
    i = crossed[0]
    step = curve.index[i + 1] - curve.index[i]
    return float(curve.index[i] - values[i] / (values[i + 1] - values[i]) * step)
