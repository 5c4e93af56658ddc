"""How far off a forecast may be: the fitted models make worlds, and the errors made there give an interval.

Sources: what is simulated is BG/NBD: Fader, Hardie & Lee (2005), doi 10.1287/mksc.1040.0098; and Gamma-Gamma: Fader &
Hardie (2013), "The Gamma-Gamma model of monetary value".
"""

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.value.btyd import PurchaseModel, SpendModel, fit_purchases, fit_spend


def simulate_histories(
    params: pd.Series, age: np.ndarray, future: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw customers from BG/NBD: what is seen of each up to its age, and what it does afterwards.

    Parameters
    ----------
    params : r, alpha, a, b
    age : T of each customer
    future : time to go on after T

    Returns
    -------
    pandas.DataFrame
        frequency, recency, T, and future: purchases in the time after T.
    """
    n = len(age)
    rate = rng.gamma(params["r"], 1 / params["alpha"], n)
    dropout = rng.beta(params["a"], params["b"], n)
    frequency, recency, later = np.zeros(n, dtype=int), np.zeros(n), np.zeros(n, dtype=int)
    who, time = np.arange(n), np.zeros(n)
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
    purchases, spend : fitted on ``summary``; ``purchases`` must be a BG/NBD
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
        world = simulate_histories(purchases.params, age, future, rng)
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
    again = fit_purchases(world, start=purchases)
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


def forecast_interval(forecast: float, errors: pd.Series, level: float = 0.95) -> tuple[float, float]:
    """Interval that covers what will come in ``level`` of worlds like those of `bootstrap`.

    Student's t on the logarithm, because a few dozen draws know a spread better than its tails.
    """
    errors = errors.dropna()
    if len(errors) < 3 or not np.isfinite(forecast):
        return np.nan, np.nan
    reach = stats.t.ppf(0.5 + level / 2, len(errors) - 1) * errors.std() * np.sqrt(1 + 1 / len(errors))
    return float(forecast * np.exp(errors.mean() - reach)), float(forecast * np.exp(errors.mean() + reach))
