"""Whether to roll a treatment out: what a year brings, for those who believe the test alone and for those who doubt."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.experiment_metrics import rollout_value

UNKNOWN = Estimate()

DOUBT = 0.1  # a sceptic takes it that effects are about so large a part of the control's revenue
RISK = 0.05  # chance to lose that is accepted
OFFERED = 0.1  # of the margin that the units leave without the treatment, as a made-up offer
SMALLEST = 0.001  # chance that is said; a normal curve says nothing of rarer things
STEPS = 40  # of a curve


@dataclass(frozen=True)
class Year:
    """A year with the treatment.

    Attributes
    ----------
    units : treated in a year
    margin : share of revenue that is kept
    effect, error : revenue that the treatment adds per unit, and its standard error
    usual : revenue per unit of the control
    a_unit : cost of treating one unit, as on record
    price : what it costs to run it for a year
    currency : of the money
    """

    units: float
    margin: float
    effect: float
    error: float
    usual: float
    a_unit: float
    price: float
    currency: str

    @property
    def beliefs(self) -> dict[str, float]:
        """What is believed beforehand: the spread of such effects per unit, around 0."""
        return {"this test alone": np.inf, "sceptical": DOUBT * self.usual}

    def value(self, price: float, belief: float) -> pd.Series:
        """What the year brings at a price, from `experiment_metrics.rollout_value`."""
        return rollout_value(
            self.effect, self.error, units=self.units, margin=self.margin,
            cost=price + self.units * self.a_unit, prior=belief,
        )  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What is set.

    Attributes
    ----------
    units : to be treated in a year; 0 for those of the test's pace
    margin : share of revenue that is kept
    price : of running it for a year; 0 for an offer that is made up
    currency : of the money
    """

    units: float
    margin: float
    price: float
    currency: str


def year(row: pd.Series, pair: pd.DataFrame, a_week: float, terms: Terms) -> Year:
    """Put a year together.

    Parameters
    ----------
    row : the effect on revenue, a row of `ab_tests.effects`
    pair : units of the two arms
    a_week : units a week, at the pace of the test; where it is missing, a year has the units of the test
    terms : what is set; an offer that is made up is a part, `OFFERED`, of the margin that the units leave without the
        treatment, in round figures, so that the result of the test doesn't set its own price
    """
    units = terms.units or (round(a_week * 365.25 / 7) if a_week == a_week else len(pair))
    costs = pair.groupby("treated")["cost"].mean().reindex([False, True]).astype(float)
    a_unit = float(costs.iloc[1] - costs.iloc[0]) if costs.notna().all() else 0.0
    effect, error, usual = (float(row[name]) for name in ("difference", "error", "control"))
    price = terms.price or offer(units * terms.margin * usual)
    return Year(units, terms.margin, effect, error, usual, a_unit, price, terms.currency)


def offer(kept: float) -> float:
    """A tenth of what is kept in a year, to one figure; 0 where that is nothing."""
    if not kept > 0:
        return 0.0
    size = 10.0 ** np.floor(np.log10(OFFERED * kept))
    return float(np.round(OFFERED * kept / size) * size)


def wagers(of: Year) -> pd.DataFrame:
    """What a year brings and risks, by belief: money columns say so in their names.

    Returns
    -------
    pandas.DataFrame
        gain, low, high, lost if run, lost if not (money a year), chance of a loss (share); no rows where it isn't known.
    """
    rows = pd.DataFrame({name: of.value(of.price, belief) for name, belief in of.beliefs.items()}).T
    unit = f" ({of.currency})"
    named = {
        "gain": "gain a year" + unit, "low": "low" + unit, "high": "high" + unit, "loss_chance": "chance of a loss",
        "loss_if_run": "lost if run" + unit, "loss_if_not": "lost if not" + unit,
    }  # fmt: skip
    return rows.dropna().rename(columns=named).rename_axis("believing")


@dataclass(frozen=True)
class Choice:
    """What the numbers ask for.

    Attributes
    ----------
    case : run (it gains for both beliefs, and loses in a share of `RISK` at most), doubt (it gains by the test alone, and
        not all of that holds), dont (it isn't expected to gain), or unknown
    units : of a year
    margin, price : as set
    gain : of a year with the interval of the test alone
    doubted : what the sceptic expects
    risk : chance of a loss by the test alone, at most; never under `SMALLEST`
    most : that may be paid a year so that it loses in one of twenty cases at most; missing where even a gift is riskier
    a_unit : cost of treating a unit
    """

    case: str
    units: float = np.nan
    margin: Estimate = UNKNOWN
    price: Estimate = UNKNOWN
    gain: Estimate = UNKNOWN
    doubted: Estimate = UNKNOWN
    risk: Estimate = UNKNOWN
    most: Estimate = UNKNOWN
    a_unit: Estimate = UNKNOWN


def choice(of: Year) -> Choice:
    """Whether a year pays, by the same numbers as `wagers` and `risk`."""
    alone, doubt = (of.value(of.price, belief).to_dict() for belief in of.beliefs.values())
    if np.isnan(alone["gain"]):
        return Choice("unknown")
    most = of.units * (of.margin * (of.effect - 1.645 * of.error) - of.a_unit)
    sure = doubt["gain"] > 0 and alone["loss_chance"] <= RISK
    case = "dont" if alone["gain"] <= 0 else "run" if sure else "doubt"
    return Choice(
        case, of.units, Estimate(of.margin, unit="share"), Estimate(of.price, unit=of.currency),
        Estimate(alone["gain"], alone["low"], alone["high"], of.currency), Estimate(doubt["gain"], unit=of.currency),
        Estimate(max(SMALLEST, alone["loss_chance"]), unit="share"), Estimate(most if most > 0 else np.nan, unit=of.currency),
        Estimate(of.a_unit, unit=of.currency),
    )  # fmt: skip


def risk(of: Year) -> pd.DataFrame:
    """Chance of a loss by what it costs to run it for a year, a column a belief; no rows where it isn't known."""
    if not of.error > 0:
        return pd.DataFrame(columns=list(of.beliefs), dtype=float)
    top = of.units * (of.margin * (of.effect + 2 * of.error) - of.a_unit)
    prices = np.linspace(0, max(of.price, top, 1.0), STEPS)
    curves = {name: [of.value(p, b)["loss_chance"] for p in prices] for name, b in of.beliefs.items()}
    return pd.DataFrame(curves, index=pd.Index(prices, name=f"cost of running it for a year ({of.currency})"))


def break_even_case(of: Year, pair: pd.DataFrame) -> pd.Series:
    """What an exercise needs: units (a year), margin, order_value, revenue_per_unit, cost (a year, of all units)."""
    order = pair.loc[pair["ordered"] == 1, "revenue"].mean()
    named = {
        "units": of.units, "margin": of.margin, "order_value": order, "revenue_per_unit": pair["revenue"].mean(),
        "cost": of.price + of.units * of.a_unit,
    }  # fmt: skip
    return pd.Series(named, dtype=float)
