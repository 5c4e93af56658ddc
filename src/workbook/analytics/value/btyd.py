"""Buy till you die: BG/NBD, MBG/NBD and Gamma-Gamma of the package ``lifetimes``, behind one thin adapter.

A model that can't be fitted is a model all the same: it predicts missing values and says why, so that a notebook goes
on with a sentence instead of a traceback.

Sources: BG/NBD: Fader, Hardie & Lee (2005), doi 10.1287/mksc.1040.0098; MBG/NBD: Batislam, Denizel & Filiztekin
(2007), doi 10.1016/j.ijresmar.2006.12.005; Gamma-Gamma: Fader & Hardie (2013), "The Gamma-Gamma model of
monetary value".
"""

import contextlib
import importlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from scipy import linalg

from workbook.tables.errors import choose

Kind = Literal["bgnbd", "mbgnbd"]
HISTORY = ["frequency", "recency", "T"]
FEWEST = 10  # repeat customers below which four parameters are not worth fitting


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
    covariance : of the parameters' logarithms, by the curvature of the likelihood; none without a fit, or where that is flat
    """

    kind: str
    params: pd.Series
    log_likelihood: float
    customers: int
    problem: str = ""
    covariance: np.ndarray | None = None

    @property
    def fitted(self) -> bool:
        """Whether there are parameters."""
        return not self.problem

    @property
    def case(self) -> str:
        """``fitted`` or ``not_fitted``, for sentences."""
        return "fitted" if self.fitted else "not_fitted"

    def like(self, name: str) -> Any:
        """The lifetimes fitter with these parameters."""
        model = fitter(name)
        model.params_ = self.params
        return model


class PurchaseModel(Model):
    """BG/NBD or MBG/NBD: how often and how long customers will buy. Time is in the unit of the summary."""

    kind: Kind

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
        return pd.Series(self.purchases_if_active(summary, np.array([t]), 1.0, 60)[:, 0], index=summary.index)

    def purchases_if_active(
        self, summary: pd.DataFrame, times: np.ndarray, leaving: float, nodes: int = 30
    ) -> np.ndarray:
        """Expected purchases of active customers within each of some times from now, a row a customer; missing without a fit.

        Parameters
        ----------
        leaving : how many times as likely as so far leaving after a purchase is from now on
        nodes : of the integral over what is known of the dropout p
        """
        expected = np.full((len(summary), len(times)), np.nan)
        if not self.fitted:
            return expected
        r, alpha, a, b = self.params[["r", "alpha", "a", "b"]]
        stayed = (int(self.kind == "mbgnbd") + summary["frequency"]).to_numpy()
        age, power = alpha + summary["T"].to_numpy(), r + summary["frequency"].to_numpy()
        for chances in np.unique(stayed):
            dropout, weight = beta_nodes(a, b + chances, nodes)
            p, rows = leaving * dropout, stayed == chances
            for i, t in enumerate(times):
                grown = np.log1p(p * t / age[rows][:, None])
                expected[rows, i] = -np.expm1(-power[rows][:, None] * grown) / p @ weight
        return expected

    def alive(self, summary: pd.DataFrame) -> pd.Series:
        """Chance that each customer has not left for good; missing without a fit."""
        return self._predict(summary, "conditional_probability_alive")

    def chance_to_buy(self, summary: pd.DataFrame, t: float) -> pd.Series:
        """Chance that each customer buys at all in the next ``t`` time units; missing without a fit.

        Who is active has a rate that is known up to a gamma distribution with shape r + frequency and rate alpha + T;
        leaving comes after a purchase, so it doesn't matter for the first.
        """
        if not self.fitted:
            return self.alive(summary)
        shape, age = self.params["r"] + summary["frequency"], self.params["alpha"] + summary["T"]
        return self.alive(summary) * -np.expm1(-shape * np.log1p(t / age))

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

    @property
    def mean(self) -> float:
        """Expected spend of a purchase of somebody new; missing without a fit."""
        return float(self.expected_spend(pd.DataFrame({"frequency": [0], "monetary_value": [0.0]})).iloc[0])

    def expected_spend(self, summary: pd.DataFrame) -> pd.Series:
        """Expected spend of each customer's next purchase; missing without a fit."""
        if not self.fitted:
            return pd.Series(np.nan, index=summary.index)
        seen = summary["frequency"].where(summary["monetary_value"] > 0, 0)
        model = self.like(FITTERS[self.kind])
        return model.conditional_expected_average_profit(seen, summary["monetary_value"])


FITTERS = {"bgnbd": "BetaGeoFitter", "mbgnbd": "ModifiedBetaGeoFitter", "gamma-gamma": "GammaGammaFitter"}


def beta_nodes(a: float, b: float, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Points from 0 to 1, and weights that sum to 1, by which to average over a beta distribution.

    Gauss and Jacobi's, from the eigenvectors of the recurrence (Golub & Welsch 1969, doi 10.1090/S0025-5718-69-99647-1):
    SciPy's own weights overflow where the distribution is narrow.
    """
    above, below = b - 1, a - 1
    k = np.arange(1, nodes)
    both = 2 * k + above + below
    middle = (below**2 - above**2) / (both * (both + 2))
    beside = k * (k + above) * (k + below) / (both**2 * (both + 1))
    beside[1:] *= (k[1:] + above + below) / (
        both[1:] - 1
    )  # of the first both are above + below + 1, which may be 0
    first = (below - above) / (above + below + 2)
    node, vectors = linalg.eigh_tridiagonal(np.append(first, middle), 2 * np.sqrt(beside))
    return (node + 1) / 2, vectors[0] ** 2


def distinct(summary: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Distinct histories with their number in ``count``, and the place of each customer among them."""
    groups = summary.groupby(HISTORY, sort=True)
    rows = groups.size().rename("count").reset_index()
    return rows, groups.ngroup().to_numpy()


def fit_purchases(
    summary: pd.DataFrame, kind: Kind = "bgnbd", start: PurchaseModel | None = None
) -> PurchaseModel:
    """Fit how often customers buy and when they leave, by maximum likelihood.

    Parameters
    ----------
    summary
        a row per customer with frequency, recency, T (see `customer_summary`)
    kind
        ``bgnbd``: a customer can leave only after a repeat purchase; ``mbgnbd``: also after the first
    start
        a model of like customers, from whose parameters the search begins: the same end, sooner

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
    begin = start.params * [1, 1 / rows["T"].max(), 1, 1] if start else None  # lifetimes fits on T up to 1
    return fit(
        PurchaseModel, kind, len(summary), *(rows[c] for c in HISTORY), weights=rows["count"], begin=begin
    )


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


def fit_spend(summary: pd.DataFrame, start: SpendModel | None = None) -> SpendModel:
    """Fit what repeat customers spend per purchase, by maximum likelihood.

    Customers with a mean of zero or less carry no information on spending and are left out.

    Parameters
    ----------
    summary : a row per customer with frequency and monetary_value (see `customer_summary`)
    start : a model of like customers, from whose parameters the search begins

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
    columns, begin = (seen["frequency"], seen["monetary_value"]), start.params if start else None
    found = fit(SpendModel, "gamma-gamma", len(seen), *columns, weights=seen["count"], begin=begin)
    if found.fitted and found.params["q"] <= 1:
        return SpendModel(found.kind, found.params[:0], np.nan, len(seen),
                          "Spending varies so wildly that its mean has no bound (q is not above 1).")  # fmt: skip
    return found


def converged(kind: str, *columns: pd.Series, weights: pd.Series, tol: float, begin: pd.Series | None) -> Any:
    """Fit with this tolerance; nothing where the optimiser doesn't get there."""
    model, logs = fitter(FITTERS[kind]), None if begin is None else np.log(begin.to_numpy())
    # On its way the optimiser steps over overflows and prints; the end is what counts.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return model.fit(*columns, weights=weights, tol=tol, initial_params=logs)
        except lifetimes().utils.ConvergenceError:
            return None


M = TypeVar("M", bound=Model)

# Where nobody seems to leave, the likelihood is flat in a and b, and the optimiser stops short of the first of these
# slopes; the forecasts are the same to four digits.
TOLERANCES = (1e-7, 1e-6, 1e-5, 1e-4)
NEARBY = TOLERANCES[
    2:
]  # from a start near the end, where many fits are made: forecasts are the same to three digits


def fit(
    make: Callable[..., M],
    kind: str,
    customers: int,
    *columns: pd.Series,
    weights: pd.Series,
    begin: pd.Series | None = None,
) -> M:
    """Run a fitter of lifetimes; a failure to converge becomes the model's problem."""
    starts = (None,) if begin is None else (begin, None)
    tries = (converged(kind, *columns, weights=weights, tol=t, begin=b) for t in TOLERANCES for b in starts)
    model = next((m for m in tries if m), None)
    if model is None:
        problem = "The fit did not settle; these customers may be too few or too alike."
        return make(kind, pd.Series(dtype=float), np.nan, customers, problem)
    log_likelihood = -float(model._negative_log_likelihood_) * float(weights.sum())
    # lifetimes fits on time scaled to at most 1; a density on another scale differs by this factor.
    if kind != "gamma-gamma":
        log_likelihood += float((columns[0] * weights).sum()) * float(np.log(model._scale))
    found = make(kind, model.params_, log_likelihood, customers)
    return replace(found, covariance=log_covariance(model, float(weights.sum())))


def log_covariance(model: Any, weight: float) -> np.ndarray | None:
    """Covariance of the logarithms of a fitter's parameters; lifetimes' own, of the parameters, is wrong off its diagonal."""
    try:
        found = np.linalg.inv(model._hessian_) / weight
    except np.linalg.LinAlgError:
        return None
    return found if (np.linalg.eigvalsh(found) > 0).all() else None
