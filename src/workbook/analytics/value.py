"""Customer lifetime value: the course's formulas, and BG/NBD with Gamma-Gamma on margin.

The models are those of the package ``lifetimes``, behind one thin adapter. A model that can't be fitted is a model
all the same: it predicts missing values and says why, so that a notebook goes on with a sentence instead of a
traceback.

Sources: BG/NBD: Fader, Hardie & Lee (2005), doi 10.1287/mksc.1040.0098; MBG/NBD: Batislam, Denizel & Filiztekin
(2007), doi 10.1016/j.ijresmar.2006.12.005; Gamma-Gamma: Fader & Hardie (2013), "The Gamma-Gamma model of
monetary value".
"""

import contextlib
import importlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from scipy import special, stats

from workbook.tables.errors import choose

Kind = Literal["bgnbd", "mbgnbd"]
HISTORY = ["frequency", "recency", "T"]
FEWEST = 10  # repeat customers below which four parameters are not worth fitting
WEEKS_PER_YEAR = 365.25 / 7


@cache
def lifetimes() -> ModuleType:
    """Import the package; it must neither warn of its own age nor silence the warnings of everyone else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("lifetimes")


def fitter(name: str) -> Any:
    """One of lifetimes' fitters."""
    return getattr(lifetimes(), name)()


@dataclass(frozen=True)
class Model:
    """Something fitted, or the reason why not.

    Attributes
    ----------
    params : parameters by name; empty if it couldn't be fitted
    log_likelihood : at the optimum
    customers : number fitted on
    problem : empty, or a plain sentence
    """

    kind: str
    params: pd.Series
    log_likelihood: float
    customers: int
    problem: str = ""

    @property
    def fitted(self) -> bool:
        """Whether there are parameters."""
        return not self.problem

    def like(self, name: str) -> Any:
        """The lifetimes fitter with these parameters."""
        model = fitter(name)
        model.params_ = self.params
        return model


class PurchaseModel(Model):
    """BG/NBD or MBG/NBD: how often and how long customers will buy. Time is in the unit of the summary."""

    def expected_purchases(self, summary: pd.DataFrame, t: float) -> pd.Series:
        """Expected purchases of each customer in the next ``t`` time units; missing without a fit."""
        found = self._predict(summary, "conditional_expected_number_of_purchases_up_to_time", t)
        # lifetimes takes the logarithm of a hypergeometric function that is below 0 for some a + b < 1, and
        # divides by a - 1.
        lost = ~np.isfinite(found) & self.fitted
        if lost.any():
            rest = summary[lost]
            found[lost] = self.alive(rest) * self._expected_if_active(rest, t)
        return found

    def _expected_if_active(self, summary: pd.DataFrame, t: float) -> pd.Series:
        """Integrate (1 - exp(-rate p t)) / p over what is known of an active customer's rate and dropout p."""
        r, alpha, a, b = self.params[["r", "alpha", "a", "b"]]
        chances = int(self.kind == "mbgnbd") + summary["frequency"]
        expected = pd.Series(np.nan, index=summary.index)
        for stayed, part in summary.groupby(chances):
            node, weight = special.roots_jacobi(60, b + stayed - 1, a - 1)
            p, weight = (node + 1) / 2, weight / weight.sum()
            age = alpha + part["T"].to_numpy()[:, None]
            power = r + part["frequency"].to_numpy()[:, None]
            expected[part.index] = -np.expm1(-power * np.log1p(p * t / age)) / p @ weight
        return expected

    def alive(self, summary: pd.DataFrame) -> pd.Series:
        """Chance that each customer has not left for good; missing without a fit."""
        return self._predict(summary, "conditional_probability_alive")

    def expected_repeats(self, t: float | np.ndarray) -> Any:
        """Expected repeat purchases of a new customer by age ``t``."""
        if not self.fitted:
            return np.full(np.shape(t), np.nan)
        return self.like(FITTERS[self.kind]).expected_number_of_purchases_up_to_time(t)

    def _predict(self, summary: pd.DataFrame, method: str, *first: float) -> pd.Series:
        if not self.fitted:
            return pd.Series(np.nan, index=summary.index)
        # Many customers share a history: each is worked out once.
        rows, place = distinct(summary)
        with np.errstate(all="ignore"):  # it works out branches that it then doesn't use
            got = getattr(self.like(FITTERS[self.kind]), method)(*first, *(rows[c] for c in HISTORY))
        return pd.Series(np.asarray(got, dtype=float)[place], index=summary.index)


class SpendModel(Model):
    """Gamma-Gamma: what a customer will spend per purchase."""

    def expected_spend(self, summary: pd.DataFrame) -> pd.Series:
        """Expected spend of each customer's next purchase; missing without a fit."""
        if not self.fitted:
            return pd.Series(np.nan, index=summary.index)
        seen = summary["frequency"].where(summary["monetary_value"] > 0, 0)
        model = self.like(FITTERS[self.kind])
        return model.conditional_expected_average_profit(seen, summary["monetary_value"])


FITTERS = {"bgnbd": "BetaGeoFitter", "mbgnbd": "ModifiedBetaGeoFitter", "gamma-gamma": "GammaGammaFitter"}


def distinct(summary: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Distinct histories with their number in ``count``, and the place of each customer among them."""
    groups = summary.groupby(HISTORY, sort=True)
    rows = groups.size().rename("count").reset_index()
    return rows, groups.ngroup().to_numpy()


def fit_purchases(summary: pd.DataFrame, kind: Kind = "bgnbd") -> PurchaseModel:
    """Fit how often customers buy and when they leave, by maximum likelihood.

    Parameters
    ----------
    summary
        a row per customer with frequency, recency, T (see `customer_summary`)
    kind
        ``bgnbd``: a customer can leave only after a repeat purchase; ``mbgnbd``: also after the first

    Returns
    -------
    PurchaseModel
        with params r, alpha, a, b; or with ``problem`` where the data can't carry them.
    """
    if kind not in ("bgnbd", "mbgnbd"):
        raise choose("kind", kind, ("bgnbd", "mbgnbd"))
    if problem := purchase_problem(summary):
        return PurchaseModel(kind, pd.Series(dtype=float), np.nan, len(summary), problem)
    rows, _ = distinct(summary)
    return fit(PurchaseModel, kind, len(summary), *(rows[c] for c in HISTORY), weights=rows["count"])


def purchase_problem(summary: pd.DataFrame) -> str:
    """Why a purchase model can't be fitted, or nothing."""
    came_back = int((summary["frequency"] > 0).sum())
    if came_back == 0:
        return (
            f"None of the {len(summary):,} customers bought on a second day, so there is nothing to learn from "
            "about how often customers come back or when they leave."
        )
    if came_back < FEWEST:
        return (
            f"Only {came_back} of the {len(summary):,} customers bought on a second day; "
            f"fewer than {FEWEST} can't carry a model with four parameters."
        )
    return ""


def fit_spend(summary: pd.DataFrame) -> SpendModel:
    """Fit what repeat customers spend per purchase, by maximum likelihood.

    Customers with a mean of zero or less carry no information on spending and are left out.

    Parameters
    ----------
    summary : a row per customer with frequency and monetary_value (see `customer_summary`)

    Returns
    -------
    SpendModel
        with params p, q, v; or with ``problem`` where the data can't carry them.
    """
    seen = summary[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
    if len(seen) < FEWEST:
        problem = f"Only {len(seen)} customers have a second purchase with an amount; fewer than {FEWEST} are too few."
        return SpendModel("gamma-gamma", pd.Series(dtype=float), np.nan, len(seen), problem)
    if seen["monetary_value"].min() == seen["monetary_value"].max():
        problem = "All repeat customers spend the same, so there is no spread to fit."
        return SpendModel("gamma-gamma", pd.Series(dtype=float), np.nan, len(seen), problem)
    if "count" not in seen:
        seen = seen.assign(count=1)
    found = fit(
        SpendModel, "gamma-gamma", len(seen), seen["frequency"], seen["monetary_value"], weights=seen["count"]
    )
    if found.fitted and found.params["q"] <= 1:
        return SpendModel(found.kind, found.params[:0], np.nan, len(seen),
                          "Spending varies so wildly that its mean has no bound (q is not above 1).")  # fmt: skip
    return found


def converged(kind: str, *columns: pd.Series, weights: pd.Series, tol: float) -> Any:
    """Fit with this tolerance; nothing where the optimiser doesn't get there."""
    model = fitter(FITTERS[kind])
    # On its way the optimiser steps over overflows and prints; the end is what counts.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return model.fit(*columns, weights=weights, tol=tol)
        except lifetimes().utils.ConvergenceError:
            return None


M = TypeVar("M", bound=Model)


# Where nobody seems to leave, the likelihood is flat in a and b, and the optimiser stops short of the first of these
# slopes; the forecasts are the same to four digits.
TOLERANCES = (1e-7, 1e-6, 1e-5, 1e-4)


def fit(make: Callable[..., M], kind: str, customers: int, *columns: pd.Series, weights: pd.Series) -> M:
    """Run a fitter of lifetimes; a failure to converge becomes the model's problem."""
    model = next((m for t in TOLERANCES if (m := converged(kind, *columns, weights=weights, tol=t))), None)
    if model is None:
        problem = "The fit did not settle; these customers may be too few or too alike."
        return make(kind, pd.Series(dtype=float), np.nan, customers, problem)
    log_likelihood = -float(model._negative_log_likelihood_) * float(weights.sum())
    # lifetimes fits on time scaled to at most 1; a density on another scale differs by this factor.
    if kind != "gamma-gamma":
        log_likelihood += float((columns[0] * weights).sum()) * float(np.log(model._scale))
    return make(kind, model.params_, log_likelihood, customers)


def margin_value(
    purchases: PurchaseModel,
    spend: SpendModel,
    summary: pd.DataFrame,
    *,
    months: int = 12,
    margin: float = 1.0,
    annual_discount: float = 0.0,
    weeks_per_unit: float = 1.0,
) -> pd.Series:
    """Value each customer's expected purchases of the next ``months``, on margin and discounted by the month.

    Parameters
    ----------
    purchases, spend : fitted models
    summary : the customers to value, with the columns that both models need
    months : how far to look
    margin : what is left of one unit of spend after cost of goods and returns, as a share
    annual_discount : a year's wait makes money worth 1 / (1 + annual_discount)
    weeks_per_unit : weeks in the summary's time unit: 1 for weeks, 1/7 for days

    Returns
    -------
    pandas.Series
        in the currency of the data, index of ``summary``; missing without a fit.
    """
    month = WEEKS_PER_YEAR / 12 / weeks_per_unit
    reached = [purchases.expected_purchases(summary, m * month) for m in range(1, months + 1)]
    worth = pd.Series(0.0, index=summary.index)
    before: pd.Series | float = 0.0
    for m, total in enumerate(reached, start=1):
        worth = worth + (total - before) / (1 + annual_discount) ** (m / 12)
        before = total
    return worth * spend.expected_spend(summary) * margin


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
        rows.append(forecast_error(world, future, spend.fitted))
    errors = pd.DataFrame(
        rows, columns=["r", "alpha", "a", "b", "p", "q", "v", "purchases", "spend"], dtype=float
    )
    return errors.assign(purchases=errors["purchases"] * shrink, spend=errors["spend"] * shrink)


def forecast_error(world: pd.DataFrame, future: float, with_spend: bool) -> dict[str, float]:
    """Fit a simulated world and compare what it forecasts to what came, as logarithms."""
    again = fit_purchases(world)
    if not again.fitted:
        return {}
    expected = again.expected_purchases(world, future)
    found = dict(again.params) | {"purchases": log_ratio(world["future"].sum(), expected.sum())}
    if with_spend and (money := fit_spend(world)).fitted:
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


def course_ltv(
    average_order: Any, purchases_per_year: Any, lifetime_years: Any, acquisition_cost: Any = 0.0
) -> Any:
    """Work out the course's LTV = average order value × purchases a year × lifetime in years − acquisition cost.

    On revenue, undiscounted, and a product of averages: all three make it too high.
    """
    return average_order * purchases_per_year * lifetime_years - acquisition_cost


def course_clv(expected_frequency: Any, average_spend: Any, retention: Any) -> Any:
    """Work out the course's CLV = expected frequency × average spend × retention, which looks one period ahead."""
    return expected_frequency * average_spend * retention


def retention_rate(orders: pd.DataFrame, as_of: pd.Timestamp, months: int = 12) -> float:
    """Share of those who bought in the period before the last ``months`` that bought in the last as well.

    Missing where the orders cover less than nine tenths of the earlier period: the few who were there at its end are
    not its customers.
    """
    middle, start = as_of - pd.DateOffset(months=months), as_of - pd.DateOffset(months=2 * months)
    day = orders["ordered_at"].dt.normalize()
    if orders.empty or middle - day.min() < (middle - start) * 0.9:
        return np.nan
    before = set(orders.loc[(day > start) & (day <= middle), "customer_id"])
    last = set(orders.loc[(day > middle) & (day <= as_of), "customer_id"])
    return len(before & last) / len(before) if before else np.nan


def acquisition_costs(costs: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Work out CAC = marketing cost / new customers by channel, over winning costs and over all costs.

    Parameters
    ----------
    costs : month, channel, purpose (winning or keeping), cost
    customers : acquisition_channel

    Returns
    -------
    pandas.DataFrame
        index channel: new_customers, winning, keeping, cac (winning cost only), cac_all (all marketing cost).
    """
    spent = costs.pivot_table(index="channel", columns="purpose", values="cost", aggfunc="sum")
    spent = spent.reindex(columns=["winning", "keeping"]).fillna(0.0)
    won = customers["acquisition_channel"].value_counts()
    table = spent.assign(new_customers=won.reindex(spent.index).fillna(0).astype(int))
    some = table["new_customers"].where(table["new_customers"] > 0)
    return table.assign(cac=table["winning"] / some, cac_all=(table["winning"] + table["keeping"]) / some)[
        ["new_customers", "winning", "keeping", "cac", "cac_all"]
    ].rename_axis(columns=None)


def line_margins(lines: pd.DataFrame, products: pd.DataFrame, returns: pd.DataFrame) -> pd.Series:
    """Margin of each order line: amount less cost of goods, nothing for a line that came back.

    What came back counts as sold again, so its margin is lost and its cost is not. Missing where the product's cost
    isn't known.
    """
    cost = lines["product_id"].map(
        products.drop_duplicates("product_id").set_index("product_id")["unit_cost"]
    )
    margin = lines["amount"] - lines["quantity"] * cost.astype(float)
    back = returns[["order_id", "line"]].dropna().drop_duplicates().assign(back=True)
    came_back = lines[["order_id", "line"]].merge(back, how="left", on=["order_id", "line"])["back"].notna()
    return margin.mask(came_back.to_numpy() & margin.notna(), 0.0)


def margin_share(lines: pd.DataFrame, margins: pd.Series, otherwise: float) -> float:
    """What is left of one unit of order value after returns and cost of goods; ``otherwise`` where costs are unknown."""
    known = margins.notna()
    sold = lines.loc[known, "amount"].sum()
    return float(margins[known].sum() / sold) if sold > 0 else otherwise


def customer_profits(orders: pd.DataFrame, lines: pd.DataFrame, margins: pd.Series) -> pd.Series:
    """Margin of each customer's orders so far; missing where no cost is known."""
    of_order = margins.groupby(lines["order_id"]).sum(min_count=1)
    return orders["order_id"].map(of_order).groupby(orders["customer_id"]).sum(min_count=1)


def alive_grid(model: PurchaseModel, summary: pd.DataFrame, steps: int = 9) -> pd.DataFrame:
    """Chance of still being a customer, by number of repeat purchases (rows) and weeks of silence (columns).

    All are of one age, the oldest of ``summary``; missing where there is nothing to predict with.
    """
    age = summary["T"].max()
    silence = np.unique(np.linspace(0, age * 0.9, steps).round())
    frequency = [1, 2, 3, 5, 8, 12, 20]
    cells = pd.DataFrame(
        [(f, age - s, age) for f in frequency for s in silence], columns=HISTORY, dtype=float
    )
    grid = model.alive(cells).to_numpy().reshape(len(frequency), len(silence))
    return pd.DataFrame(grid, index=frequency, columns=silence.astype(int))


def channel_values(
    summary: pd.DataFrame, channel: pd.Series, *, weeks: float, margin: float, annual_discount: float = 0.0
) -> pd.DataFrame:
    """Value a new customer of each acquisition channel over ``weeks``, the first purchase included.

    Each channel gets models of its own, because its customers differ in rate, staying and spend alike.

    Parameters
    ----------
    summary : gross, in weeks (see `customer_summary`)
    channel : acquisition channel by customer; unknown ones are left out
    weeks : how far to look from the first purchase
    margin : left of one unit of spend
    annual_discount : as in `margin_value`; later money counts at the middle of its quarter

    Returns
    -------
    pandas.DataFrame
        index channel: customers, first_spend, repeats (expected in ``weeks``), spend (of a repeat purchase), value,
        value_discounted. Missing where a channel is too small for a model.
    """
    rows = {}
    for name, part in summary.groupby(channel.reindex(summary.index)):
        first = (part["total_spend"] - part["frequency"] * part["monetary_value"]).mean()
        times = np.linspace(0, weeks, 1 + max(1, round(weeks / WEEKS_PER_YEAR * 4)))
        repeats = np.asarray(fit_purchases(part).expected_repeats(times), dtype=float)
        spend = float(
            fit_spend(part).expected_spend(part.iloc[:1].assign(frequency=0, monetary_value=0.0)).iloc[0]
        )
        factor = (1 + annual_discount) ** -((times[:-1] + times[1:]) / 2 / WEEKS_PER_YEAR)
        rows[name] = {
            "customers": len(part),
            "first_spend": first,
            "repeats": repeats[-1],
            "spend": spend,
            "value": margin * (first + repeats[-1] * spend),
            "value_discounted": margin * (first + (np.diff(repeats) * factor).sum() * spend),
        }
    columns = ["customers", "first_spend", "repeats", "spend", "value", "value_discounted"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("channel")


def move_budget(channels: pd.DataFrame, share: float, *, crowding: float = 0.0) -> float:
    """Value won or lost by moving a share of the winning budget from the worst channel to the best.

    Parameters
    ----------
    channels : index channel: value (of a new customer), cac, winning (budget so far), new_customers
    share : of the worst channel's budget
    crowding : how fast the best channel gets dearer: customers grow with budget to the power 1 − crowding.
        At 0 each further customer costs what the others cost.

    Returns
    -------
    float
        change of the value of all customers won with this budget; missing without two channels to choose from.
    """
    known = channels[channels["cac"] > 0].dropna(subset="value")
    if len(known) < 2:
        return np.nan
    ratio = known["value"] / known["cac"]
    worst, best = known.loc[ratio.idxmin()], known.loc[ratio.idxmax()]
    moved = share * worst["winning"]
    lost = share * worst["new_customers"] * worst["value"]
    more = (1 + moved / best["winning"]) ** (1 - crowding) - 1
    return float(best["new_customers"] * more * best["value"] - lost)


def expected_value(
    rate: pd.Series, dropout: pd.Series, margin: pd.Series, weeks: float, *, first: bool = False
) -> pd.Series:
    """Expected margin over ``weeks`` of a customer with known BG/NBD rate and dropout who is active now.

    With ``first``, the purchase at the start is counted too: the value at the moment of winning the customer.
    """
    leaves = dropout.clip(lower=1e-12)  # without dropout it is the rate times the weeks
    return margin * (float(first) - np.expm1(-rate * leaves * weeks) / leaves)
