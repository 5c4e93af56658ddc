"""How far off a forecast may be: the fitted models make worlds, and the errors made there give an interval.

Sources: what is simulated is BG/NBD: Fader, Hardie & Lee (2005), doi 10.1287/mksc.1040.0098; MBG/NBD: Batislam, Denizel &
Filiztekin (2007), doi 10.1016/j.ijresmar.2006.12.005; and Gamma-Gamma: Fader & Hardie (2013), "The Gamma-Gamma model of
monetary value". The interval around an estimate whose bias is bounded: Armstrong & Kolesár (2018), doi 10.3982/ECTA14434.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.value.btyd import Kind, PurchaseModel, SpendModel, fit_purchases, fit_spend

YEAR = 12  # months that the truth is of


def simulate_histories(
    params: pd.Series, age: np.ndarray, future: float, rng: np.random.Generator, kind: Kind = "bgnbd"
) -> pd.DataFrame:
    """Draw customers of a model: what is seen of each up to its age, and what it does afterwards.

    Parameters
    ----------
    params : r, alpha, a, b
    age : T of each customer
    future : time to go on after T
    kind : ``bgnbd``: a customer can leave only after a repeat purchase; ``mbgnbd``: also after the first

    Returns
    -------
    pandas.DataFrame
        frequency, recency, T, and future: purchases in the time after T.
    """
    n = len(age)
    rate = rng.gamma(params["r"], 1 / params["alpha"], n)
    dropout = rng.beta(params["a"], params["b"], n)
    frequency, recency, later = np.zeros(n, dtype=int), np.zeros(n), np.zeros(n, dtype=int)
    who = np.flatnonzero(rng.random(n) >= dropout) if kind == "mbgnbd" else np.arange(n)
    time = np.zeros(len(who))
    while len(who):
        time = time + rng.exponential(1, len(who)) / np.maximum(rate[who], 1e-12)
        here = time < age[who] + future
        who, time = who[here], time[here]
        seen = time < age[who]
        frequency[who[seen]] += 1
        recency[who[seen]] = time[seen]
        later[who[~seen]] += 1
        stays = rng.random(len(who)) >= dropout[who]
        who, time = who[stays], time[stays]
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": age, "future": later})


def simulate_spend(params: pd.Series, histories: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add to simulated histories what Gamma-Gamma customers spend: monetary_value, and future_spend."""
    scale = 1 / rng.gamma(params["q"], 1 / params["v"], len(histories))
    seen, later = histories["frequency"].to_numpy(), histories["future"].to_numpy()
    mean = rng.gamma(params["p"] * np.maximum(seen, 1)) * scale / np.maximum(seen, 1)
    total = rng.gamma(params["p"] * np.maximum(later, 1)) * scale
    return histories.assign(
        monetary_value=np.where(seen > 0, mean, 0.0), future_spend=np.where(later > 0, total, 0.0)
    )


def bootstrap(
    purchases: PurchaseModel,
    spend: SpendModel,
    summary: pd.DataFrame,
    future: float,
    *,
    draws: int = 30,
    at_most: int = 5000,
    seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Let the fitted models make worlds, fit them again there, and see how far off their forecasts are.

    This is a parametric bootstrap: it knows the chance in what customers will do and in what the fit can learn
    from this many of them. It takes for granted that the models hold, and can't warn when they don't.

    Parameters
    ----------
    purchases, spend : fitted on ``summary``
    summary : the customers, with T
    future : time to forecast, in the summary's unit
    draws : number of worlds
    at_most : customers in a simulated world; with more in the data, errors shrink by the square root
    seed : for the draws

    Returns
    -------
    pandas.DataFrame
        a row per world: r, alpha, a, b, p, q, v as fitted there, and the logarithms of what came over what was
        forecast: ``purchases`` and ``spend``. Columns that can't be had are missing.
    """
    rng = np.random.default_rng(seed)
    size = min(len(summary), at_most)
    shrink = np.sqrt(size / len(summary))
    rows = []
    for _ in range(draws if purchases.fitted else 0):
        age = rng.choice(summary["T"].to_numpy(), size=size, replace=False)
        world = simulate_histories(purchases.params, age, future, rng, purchases.kind)
        if spend.fitted:
            world = simulate_spend(spend.params, world, rng)
        rows.append(forecast_error(world, future, purchases, spend))
    errors = pd.DataFrame(
        rows, columns=["r", "alpha", "a", "b", "p", "q", "v", "purchases", "spend"], dtype=float
    )
    return errors.assign(purchases=errors["purchases"] * shrink, spend=errors["spend"] * shrink)


def forecast_error(
    world: pd.DataFrame, future: float, purchases: PurchaseModel, spend: SpendModel
) -> dict[str, float]:
    """Fit the world that these models made and compare what is forecast there to what came, as logarithms."""
    again = fit_purchases(world, purchases.kind, start=purchases)
    if not again.fitted:
        return {}
    expected = again.expected_purchases(world, future)
    found = dict(again.params) | {"purchases": log_ratio(world["future"].sum(), expected.sum())}
    if spend.fitted and (money := fit_spend(world, start=spend)).fitted:
        forecast = (expected * money.expected_spend(world)).sum()
        found |= dict(money.params) | {"spend": log_ratio(world["future_spend"].sum(), forecast)}
    return found


def log_ratio(came: float, forecast: float) -> float:
    """Logarithm of what came over what was forecast; missing where one of them is nothing."""
    return float(np.log(came / forecast)) if came > 0 and forecast > 0 else np.nan


def forecast_interval(
    forecast: float, errors: pd.Series, level: float = 0.95, *, bias: float = 0.0
) -> tuple[float, float]:
    """Interval that covers what will come in ``level`` of worlds like those of `bootstrap`.

    Student's t on the logarithm, because a few dozen draws know a spread better than its tails.

    Parameters
    ----------
    forecast : the total
    errors : of the worlds, one of the columns of `bootstrap`
    level : share of worlds
    bias : the model may be off by so much in either direction, on the logarithm, such as `feared`. The interval then covers in ``level`` of
        worlds at least, as long as the model is off by no more; none where this is missing.

    Returns
    -------
    tuple[float, float]
        low and high; missing with fewer than three errors.
    """
    errors = errors.dropna()
    if len(errors) < 3 or not np.isfinite(forecast) or not np.isfinite(bias):
        return np.nan, np.nan
    spread = errors.std() * np.sqrt(1 + 1 / len(errors))
    reach = spread * reach_of(bias / spread, level, len(errors) - 1) if spread > 0 else bias
    return float(forecast * np.exp(errors.mean() - reach)), float(forecast * np.exp(errors.mean() + reach))


def feared(miss: float, errors: pd.Series) -> float:
    """By how much the model may be off, where a test of it missed by so much.

    A test has chance in it as a forecast has, and may come out well by chance. The bias behind it is anywhere around the miss,
    with the spread of chance; this is the root of its mean square.

    Parameters
    ----------
    miss : of the test, on the logarithm; see `workbook.analytics.value.backtests.worst_miss`
    errors : of the worlds, one of the columns of `bootstrap`: by chance alone
    """
    return float(np.hypot(miss, errors.std()))


def reach_of(bias: float, level: float, freedom: int) -> float:
    """How many spreads an interval must reach to cover in ``level`` of cases if its centre is off by ``bias`` spreads.

    Without bias it is Student's quantile; with a large one it is the bias and the one-sided quantile.
    """

    def short(reach: float) -> float:
        covered = stats.t.cdf(reach - bias, freedom) - stats.t.cdf(-reach - bias, freedom)
        return float(covered) - level

    return float(optimize.brentq(short, 0.0, bias + 2 * stats.t.ppf(0.5 + level / 2, freedom)))


@dataclass(frozen=True)
class Certainty:
    """A forecast of a total, and how sure it is.

    Attributes
    ----------
    chance : with its interval if the model is right
    wide : with the interval that allows the model to be off as far as in the tests, and as chance may have hidden there;
        without one where there is no test
    miss : the worst of the tests, as a share
    """

    chance: Estimate
    wide: Estimate
    miss: Estimate


def certainty(total: float, errors: pd.Series, miss: float, unit: str) -> Certainty:
    """Put both intervals around a forecast.

    Parameters
    ----------
    total : the forecast
    errors : of the worlds of `bootstrap`
    miss : the worst of the tests, as a logarithm; see `workbook.analytics.value.backtests.worst_miss`
    unit : of the total
    """
    chance, wide = (forecast_interval(total, errors, bias=bias) for bias in (0.0, feared(miss, errors)))
    off = Estimate(float(np.expm1(miss)), unit="share")
    return Certainty(Estimate(total, *chance, unit=unit), Estimate(total, *wide, unit=unit), off)


def certainty_table(forecasts: Mapping[str, Certainty]) -> pd.DataFrame:
    """Forecasts by name with both intervals, in words, so that each row has its own unit; unknown ones are left out."""
    rows = {
        name: [
            f"{c.chance:value}",
            f"{c.chance:interval}",
            f"{c.miss:value}" if c.miss.known else "",
            f"{c.wide:interval}",
        ]
        for name, c in forecasts.items()
        if c.chance.known
    }
    columns = ["forecast", "95 %, if the model is right", "worst miss in the tests", "95 % at least"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@dataclass(frozen=True)
class Held:
    """A forecast beside what is true.

    Attributes
    ----------
    case : inside the wide interval, below it, above it, or unknown
    wide : the forecast
    truth : what is true
    off : of the forecast against it
    """

    case: str
    wide: Estimate
    truth: Estimate
    off: Estimate


def held(found: Certainty, truth: float) -> Held:
    """Whether the wide interval of a forecast contains what is true."""
    wide, true = found.wide, Estimate(truth, unit=found.wide.unit)
    off = Estimate(wide.value / truth - 1 if truth else np.nan, unit="change")
    if not (true.known and wide.has_interval):
        return Held("unknown", wide, true, off)
    case = "inside" if wide.contains(truth) else "below" if truth < wide.low else "above"
    return Held(case, wide, true, off)


def true_total(of_each: pd.Series, months: int) -> float:
    """Sum of what truly comes of each customer in twelve months; missing where it isn't known, or for another time."""
    return float(of_each.sum(min_count=1)) if months == YEAR else np.nan
