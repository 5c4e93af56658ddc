"""Lifetime value: the published parameters of CDNOW, lifetimes' own numbers, simulation, and sums by hand."""

import importlib.util
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import betaln, gammaln

from workbook.analytics import value
from workbook.analytics.value import PurchaseModel, SpendModel
from workbook.retailer.buying import purchase_times
from workbook.tables.errors import DataError
from workbook.tables.summary import customer_summary

BGNBD = pd.Series({"r": 0.6, "alpha": 5.0, "a": 0.9, "b": 3.0})
GAMMA = pd.Series({"p": 2.5, "q": 6.9, "v": 1600.0})


def purchases(params: pd.Series = BGNBD, kind: str = "bgnbd") -> PurchaseModel:
    """Make a purchase model of known parameters."""
    return PurchaseModel(kind, params, np.nan, 0)


def spend(params: pd.Series = GAMMA) -> SpendModel:
    """Make a spend model of known parameters."""
    return SpendModel("gamma-gamma", params, np.nan, 0)


def theirs(name: str, *columns: pd.Series, weights=None):
    """Fit with lifetimes itself, as its documentation has it."""
    model = value.fitter(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(*columns, weights=weights)


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """Read the 1/10 sample of CDNOW that lifetimes brings along."""
    path = Path(importlib.util.find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_sample.txt"
    names = ["master_id", "customer_id", "day", "quantity", "amount"]
    lines = pd.read_csv(path, sep=r"\s+", names=names, dtype={"customer_id": str})
    return lines.assign(ordered_at=pd.to_datetime(lines["day"].astype(str), format="%Y%m%d"))


@pytest.fixture(scope="module")
def calibration(cdnow) -> pd.DataFrame:
    """Summarise its first 39 weeks."""
    return customer_summary(cdnow, "1997-09-30", unit="days/7")


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """Draw 6,000 customers of known parameters, with their future of 26 weeks."""
    rng = np.random.default_rng(11)
    histories = value.simulate_histories(BGNBD, rng.uniform(20, 100, 6_000), 26.0, rng)
    return value.simulate_spend(GAMMA, histories, rng)


# Known answers. Published to three decimals and to two: half of the last digit is the tolerance.


def test_cdnow_bg_nbd(calibration):
    """Fader, Hardie & Lee (2005), table 2: r .243, alpha 4.414, a .793, b 2.426, log-likelihood −9582.4."""
    model = value.fit_purchases(calibration)
    assert model.customers == 2357
    assert model.params.to_dict() == pytest.approx(
        {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, abs=5e-4
    )
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.05)


def test_cdnow_gamma_gamma(calibration):
    """Fader & Hardie (2013): p 6.25, q 3.74, v 15.44 on the 946 who came back."""
    model = value.fit_spend(calibration)
    assert model.customers == 946
    assert model.params.to_dict() == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, abs=5e-3)


@pytest.mark.parametrize("unit", ["days/7", "weeks", "days"])
@pytest.mark.parametrize(("kind", "name"), [("bgnbd", "BetaGeoFitter"), ("mbgnbd", "ModifiedBetaGeoFitter")])
def test_the_weighted_fit_is_the_plain_one(cdnow, unit, kind, name):
    """Distinct histories with their counts give the parameters that every customer on their own gives, to 1e-6."""
    summary = customer_summary(cdnow, "1997-09-30", unit=unit)
    plain = theirs(name, summary["frequency"], summary["recency"], summary["T"])
    ours = value.fit_purchases(summary, kind)
    pd.testing.assert_series_equal(ours.params, plain.params_, rtol=1e-6)


def test_the_log_likelihood_is_that_of_the_data(calibration):
    """It is the sum over customers on the data's own scale of time, from the formula of the paper."""
    model = value.fit_purchases(calibration)
    r, alpha, a, b = model.params
    x, t, age = (calibration[c].to_numpy() for c in value.HISTORY)
    stays = (
        betaln(a, b + x)
        - betaln(a, b)
        + gammaln(r + x)
        - gammaln(r)
        + r * np.log(alpha)
        - (r + x) * np.log(alpha + age)
    )
    n = np.maximum(x, 1)
    leaves = (
        betaln(a + 1, b + n - 1)
        - betaln(a, b)
        + gammaln(r + x)
        - gammaln(r)
        + r * np.log(alpha)
        - (r + x) * np.log(alpha + t)
    )
    wanted = np.where(x > 0, np.logaddexp(stays, leaves), stays).sum()
    assert model.log_likelihood == pytest.approx(wanted, rel=1e-9)


def test_predictions_are_lifetimes_own(calibration):
    """Each customer's expected purchases, chance of being alive and expected spend are those of lifetimes."""
    history = [calibration[c] for c in value.HISTORY]
    for kind, name in (("bgnbd", "BetaGeoFitter"), ("mbgnbd", "ModifiedBetaGeoFitter")):
        model, plain = value.fit_purchases(calibration, kind), theirs(name, *history)
        expected = plain.conditional_expected_number_of_purchases_up_to_time(39, *history)
        np.testing.assert_allclose(model.expected_purchases(calibration, 39), expected, rtol=1e-6)
        np.testing.assert_allclose(
            model.alive(calibration), plain.conditional_probability_alive(*history), rtol=1e-6
        )
        assert model.expected_purchases(calibration, 39).index.equals(calibration.index)
        for t in (1.0, 52.0):
            wanted = plain.expected_number_of_purchases_up_to_time(t)
            assert model.expected_repeats(t) == pytest.approx(wanted, rel=1e-6)
    back = calibration[calibration["frequency"] > 0]
    plain = theirs("GammaGammaFitter", back["frequency"], back["monetary_value"])
    expected = plain.conditional_expected_average_profit(
        calibration["frequency"], calibration["monetary_value"]
    )
    np.testing.assert_allclose(value.fit_spend(calibration).expected_spend(calibration), expected, rtol=1e-6)


def test_the_order_of_customers_does_not_matter(calibration):
    """Predictions belong to customers, not to rows."""
    shuffled = calibration.sample(frac=1, random_state=1)
    model = value.fit_purchases(shuffled)
    wanted = value.fit_purchases(calibration).alive(calibration)
    pd.testing.assert_series_equal(model.alive(shuffled).sort_index(), wanted, rtol=1e-9)


def test_who_paid_nothing_is_expected_to_spend_like_anybody(calibration):
    """A mean spend of zero says nothing about spending: the expectation is that of a new customer."""
    model = spend()
    rows = pd.DataFrame({"frequency": [0, 4, 4], "monetary_value": [0.0, 0.0, 300.0]})
    new, nothing, some = model.expected_spend(rows)
    p, q, v = GAMMA
    assert new == pytest.approx(p * v / (q - 1))
    assert nothing == new
    assert some == pytest.approx(p * (v + 4 * 300) / (4 * p + q - 1))


@pytest.mark.parametrize(
    ("a", "b"), [(0.9, 3.0), (1.0, 2.0), (0.3, 0.4), (0.05, 0.2), (2.5, 3.0)], ids=lambda v: f"{v:g}"
)
@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_expected_purchases_from_first_principles(kind, a, b):
    """Bayes on a grid of 1,500 rates and dropouts agrees to one in a thousand, also where lifetimes' formula divides by a − 1 = 0."""
    params = pd.Series({**BGNBD, "a": a, "b": b})
    history = pd.DataFrame({"frequency": [0, 2, 9], "recency": [0.0, 20.0, 45.0], "T": [30.0, 40.0, 52.0]})
    found = purchases(params, kind).expected_purchases(history, 26.0)
    middle = (np.arange(1500) + 0.5) / 1500
    rate = stats.gamma(params["r"], scale=1 / params["alpha"]).ppf(middle)[:, None]
    p = stats.beta(a, b).ppf(middle)[None, :]
    future = np.where(p > 0, -np.expm1(-rate * p * 26.0) / np.maximum(p, 1e-300), rate * 26.0)
    for customer, (x, t, age) in zip(history.index, history.to_numpy(), strict=True):
        chances = x + (kind == "mbgnbd")  # to leave, and not taken if still active
        active = rate**x * (1 - p) ** chances * np.exp(-rate * age)
        left = p * (1 - p) ** (chances - 1) * rate**x * np.exp(-rate * t) if chances else 0.0
        expected = (active * future).sum() / (active + left).sum()
        assert found[customer] == pytest.approx(expected, rel=0.001)


def test_distinct_histories_and_the_way_back():
    """Each history once with its count, and for every customer the place of theirs."""
    summary = pd.DataFrame(
        {"frequency": [0, 2, 0, 2], "recency": [0.0, 3.0, 0.0, 3.0], "T": [5.0, 9.0, 5.0, 8.0]}
    )
    rows, place = value.distinct(summary)
    assert rows.to_numpy().tolist() == [[0, 0, 5, 2], [2, 3, 8, 1], [2, 3, 9, 1]]
    pd.testing.assert_frame_equal(rows.loc[place, value.HISTORY].reset_index(drop=True), summary)


@pytest.mark.slow
def test_importing_and_fitting_leave_everybodys_warnings_alone():
    """Lifetimes silences FutureWarning for the whole process, at import and at each fit; here it must not."""
    code = """
import warnings
warnings.simplefilter("error")
import pandas as pd
from workbook.analytics import value
before = list(warnings.filters)
assert not [m for m in __import__("sys").modules if m.split(".")[0] == "lifetimes"]
h = pd.DataFrame({"frequency": range(1, 13), "recency": [float(i) for i in range(1, 13)], "T": 20.0,
                  "monetary_value": [5.0, 9, 3, 8, 7, 12, 4, 6, 6, 9, 5, 8]})
value.fit_purchases(h), value.fit_purchases(h, "mbgnbd"), value.fit_spend(h)
m = value.PurchaseModel("bgnbd", pd.Series({"r": 1.0, "alpha": 5.0, "a": 2.0, "b": 3.0}), 0.0, 12)
m.alive(h), m.expected_purchases(h, 5.0), m.expected_repeats(4.0)
assert warnings.filters == before, warnings.filters
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# Where there is no model.


@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_nobody_came_back(kind):
    """A model without repeat purchases is a sentence: its predictions are missing, and so is all built on them."""
    summary = pd.DataFrame({"frequency": 0, "recency": 0.0, "T": [5.0] * 1200, "monetary_value": 0.0})
    bought, paid = value.fit_purchases(summary, kind), value.fit_spend(summary)
    assert not bought.fitted
    assert bought.problem.startswith("None of the 1,200 customers bought on a second day")
    assert (
        paid.problem == "Only 0 customers have a second purchase with an amount; fewer than 10 are too few."
    )
    for found in (
        bought.expected_purchases(summary, 10),
        bought.alive(summary),
        paid.expected_spend(summary),
        value.margin_value(bought, paid, summary),
        value.margin_value(purchases(), paid, summary),
        value.margin_value(bought, spend(), summary),
    ):
        assert found.index.equals(summary.index)
        assert found.isna().all()
    assert np.isnan(bought.expected_repeats(10.0))
    assert np.isnan(bought.expected_repeats(np.array([1.0, 2.0]))).tolist() == [True, True]
    assert value.alive_grid(bought, summary).isna().all(axis=None)
    draws = value.bootstrap(bought, paid, summary, 10.0)
    assert draws.empty
    assert list(draws.columns) == ["r", "alpha", "a", "b", "p", "q", "v", "purchases", "spend"]
    assert np.isnan(value.forecast_interval(100.0, draws["purchases"])).all()


def test_ten_repeat_customers_are_the_least(simulated):
    """Fewer than ten repeat customers can't carry four parameters, and the sentence counts them."""
    back, once = simulated[simulated["frequency"] > 0], simulated[simulated["frequency"] == 0].head(40)
    summary = pd.concat([back.head(9), once], ignore_index=True)
    sentence = "Only 9 of the 49 customers bought on a second day; fewer than 10 can't carry a model with four parameters."
    assert value.fit_purchases(summary).problem == sentence
    assert value.fit_spend(summary).problem.startswith("Only 9 customers have a second purchase")
    assert value.purchase_problem(pd.concat([back.head(10), once])) == ""
    assert value.fit_spend(back.head(10)).customers == 10


def test_equal_spend_has_no_spread_to_fit():
    """Gamma-Gamma describes differences: without any, a sentence says so."""
    summary = pd.DataFrame({"frequency": [1] * 20, "monetary_value": 50.0})
    assert (
        value.fit_spend(summary).problem
        == "All repeat customers spend the same, so there is no spread to fit."
    )


def test_a_fit_that_does_not_settle_is_a_sentence(monkeypatch, capsys, simulated):
    """Where the optimiser gives up, what it prints is kept from the reader, and the model says why it has no numbers."""

    class Stubborn:
        def fit(self, *_, **__):
            print("      fun: nan")
            raise value.lifetimes().utils.ConvergenceError("no")

    monkeypatch.setattr(value, "fitter", lambda _: Stubborn())
    for model in (value.fit_purchases(simulated), value.fit_spend(simulated)):
        assert model.problem == "The fit did not settle; these customers may be too few or too alike."
        assert model.params.empty
    assert capsys.readouterr().out == ""


def test_an_unknown_kind_is_told():
    """What is allowed, what came, what was meant."""
    with pytest.raises(
        DataError, match=r"kind must be one of bgnbd, mbgnbd; got 'bgndb'\. Did you mean 'bgnbd'\?"
    ):
        value.fit_purchases(pd.DataFrame(), "bgndb")


# Simulation: the truth is known, and a fixed seed keeps it.


def test_simulated_histories_are_histories(simulated):
    """Recency lies within the age, is 0 exactly for those who never came back, and so does spend."""
    assert (simulated["recency"] <= simulated["T"]).all()
    assert ((simulated["recency"] == 0) == (simulated["frequency"] == 0)).all()
    assert ((simulated["monetary_value"] == 0) == (simulated["frequency"] == 0)).all()
    assert ((simulated["future_spend"] == 0) == (simulated["future"] == 0)).all()


def test_the_fit_finds_the_parameters_again(simulated):
    """Fitted on customers of known parameters, each of these lies within 4 standard errors."""
    found = value.fit_purchases(simulated)
    errors = theirs("BetaGeoFitter", *(simulated[c] for c in value.HISTORY)).standard_errors_
    assert (errors < 0.4 * BGNBD).all()  # else 4 of them would prove nothing
    assert ((found.params - BGNBD).abs() < 4 * errors).all()


def test_the_spend_fit_finds_the_parameters_again(simulated):
    """So do those of Gamma-Gamma."""
    back = simulated[simulated["frequency"] > 0]
    found = value.fit_spend(simulated)
    errors = theirs("GammaGammaFitter", back["frequency"], back["monetary_value"]).standard_errors_
    assert found.customers == len(back)
    assert (errors < 0.25 * GAMMA).all()
    assert ((found.params - GAMMA).abs() < 4 * errors).all()


def test_the_simulated_future_is_what_the_model_expects(simulated):
    """Purchases and spend after T agree with the model that made them, customer by customer, within 4 standard errors."""
    expected = purchases().expected_purchases(simulated, 26.0)
    for came, wanted in (
        (simulated["future"], expected),
        (simulated["future_spend"], expected * spend().expected_spend(simulated)),
    ):
        off = came - wanted
        error = off.std() / np.sqrt(len(off))
        assert error < 0.05 * wanted.mean()
        assert abs(off.mean()) < 4 * error


def test_the_simulation_agrees_with_the_retailers(simulated):
    """Two programs, one process: analytics draws as many repeat purchases as the retailer does, 4 standard errors."""
    rng, n = np.random.default_rng(12), 20_000
    folk = pd.DataFrame(
        {"first": np.zeros(n), "rate": rng.gamma(0.6, 1 / 5.0, n), "dropout": rng.beta(0.9, 3.0, n)}
    )
    one = purchase_times(folk, 52.0, rng).groupby("who").size() - 1
    other = value.simulate_histories(BGNBD, np.full(n, 52.0), 0.0, rng)["frequency"]
    error = np.sqrt((one.var() + other.var()) / n)
    assert abs(one.mean() - other.mean()) < 4 * error


def test_expected_value_against_simulation():
    """Margin over a time of somebody whose rate and dropout are known, with and without the first purchase."""
    n, weeks = 20_000, 80.0
    rate, dropout, margin = (pd.Series([v]) for v in (0.15, 0.2, 70.0))
    folk = pd.DataFrame({"first": np.zeros(n), "rate": 0.15, "dropout": 0.2})
    bought = purchase_times(folk, weeks, np.random.default_rng(13)).groupby("who").size() * 70.0
    error = bought.std() / np.sqrt(n)
    assert (
        abs(bought.mean() - value.expected_value(rate, dropout, margin, weeks, first=True).iloc[0])
        < 4 * error
    )
    assert abs(bought.mean() - 70 - value.expected_value(rate, dropout, margin, weeks).iloc[0]) < 4 * error


def test_expected_value_of_somebody_who_never_leaves():
    """Without dropout it is rate × time × margin; the contract allows a dropout of 0, and rounding makes some."""
    found = value.expected_value(pd.Series([0.1, 0.1]), pd.Series([0.0, 1e-9]), pd.Series([10.0, 10.0]), 52.0)
    assert found.tolist() == pytest.approx([52.0, 52.0])


# Bootstrap and interval.


@pytest.fixture(scope="module")
def few(simulated) -> pd.DataFrame:
    """Take 400 of the simulated customers."""
    return simulated.head(400)


def test_a_bootstrap_is_a_row_a_world_and_reproducible(few):
    """The same seed gives the same worlds, another one others; each has parameters and two errors."""
    one, again, other = (value.bootstrap(purchases(), spend(), few, 26.0, draws=3, seed=s) for s in (5, 5, 6))
    pd.testing.assert_frame_equal(one, again)
    assert len(one) == 3
    assert np.isfinite(one).all(axis=None)
    assert not np.isclose(one, other).any()


def test_a_bootstrap_without_spend_knows_purchases_only(few):
    """A data set without amounts still has a forecast of purchases."""
    none = value.fit_spend(few.assign(monetary_value=0.0))
    draws = value.bootstrap(purchases(), none, few, 26.0, draws=2)
    assert draws[["r", "purchases"]].notna().all(axis=None)
    assert draws[["p", "q", "v", "spend"]].isna().all(axis=None)


def test_a_smaller_world_has_larger_errors_which_are_scaled_back(monkeypatch, few):
    """With a quarter of the customers in a simulated world, its errors are halved."""
    sizes = []

    def fixed(world, future, with_spend):
        sizes.append(len(world))
        return {"purchases": 0.3, "spend": -0.2}

    monkeypatch.setattr(value, "forecast_error", fixed)
    draws = value.bootstrap(purchases(), spend(), few, 26.0, draws=2, at_most=100)
    assert sizes == [100, 100]
    assert draws["purchases"].tolist() == pytest.approx([0.15, 0.15])
    assert draws["spend"].tolist() == pytest.approx([-0.1, -0.1])


@pytest.mark.slow
def test_forecasts_of_the_bootstrap_are_not_biased(simulated):
    """In worlds of the model's own making, what comes is what was forecast: mean error 0 within 4 standard errors."""
    draws = value.bootstrap(purchases(), spend(), simulated, 26.0, draws=20, at_most=1200, seed=3)
    for column in ("purchases", "spend"):
        error = draws[column].std() / np.sqrt(len(draws))
        assert error < 0.03
        assert abs(draws[column].mean()) < 4 * error


def test_forecast_error_by_hand(monkeypatch):
    """The logarithm of what came over what was forecast; nothing where the world couldn't be fitted."""
    world = pd.DataFrame({"frequency": 0, "recency": 0.0, "T": [9.0] * 3, "future": 1, "monetary_value": 0.0})
    assert value.forecast_error(world, 5.0, False) == {}
    monkeypatch.setattr(value, "fit_purchases", lambda _: purchases())
    expected = purchases().expected_purchases(world, 5.0).sum()
    assert value.forecast_error(world, 5.0, False)["purchases"] == pytest.approx(np.log(3 / expected))
    assert np.isnan(value.forecast_error(world.assign(future=0), 5.0, False)["purchases"])


def test_a_forecast_interval_by_hand():
    """Errors −0.1, 0, 0.1: mean 0, spread 0.1, Student's t with 2 degrees of freedom 4.3027, times √(1 + 1/3)."""
    low, high = value.forecast_interval(100.0, pd.Series([-0.1, 0.0, 0.1, np.nan]))
    reach = 4.302653 * 0.1 * np.sqrt(4 / 3)
    assert (low, high) == pytest.approx((100 * np.exp(-reach), 100 * np.exp(reach)), rel=1e-6)


def test_a_forecast_interval_covers_as_often_as_it_says():
    """With 20 draws known, the 21st lies inside in 90 % of 2,000 cases, within 4 standard errors."""
    errors = np.random.default_rng(14).normal(0.05, 0.2, (2_000, 21))
    ends = np.array([value.forecast_interval(10.0, pd.Series(row[:20]), 0.9) for row in errors])
    came = 10.0 * np.exp(errors[:, 20])
    covered = ((ends[:, 0] <= came) & (came <= ends[:, 1])).mean()
    assert abs(covered - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 2_000)


def test_two_draws_are_no_interval():
    """A spread from fewer than three draws, or of no forecast, is not known."""
    assert np.isnan(value.forecast_interval(100.0, pd.Series([0.1, 0.2]))).all()
    assert np.isnan(value.forecast_interval(np.nan, pd.Series([0.1, 0.2, 0.3]))).all()


# Value.

HISTORIES = pd.DataFrame(
    {
        "frequency": [0, 3, 12],
        "recency": [0.0, 20.0, 50.0],
        "T": [30.0, 40.0, 52.0],
        "monetary_value": [0.0, 400.0, 90.0],
    },
    index=["a", "b", "c"],
)


def test_margin_value_by_hand():
    """Purchases of each month, discounted to today, times spend and margin, summed for three months."""
    model, money, month = purchases(), spend(), 365.25 / 7 / 12
    reached = [model.expected_purchases(HISTORIES, m * month) for m in (1, 2, 3)]
    expected = (
        (
            reached[0] / 1.1 ** (1 / 12)
            + (reached[1] - reached[0]) / 1.1 ** (2 / 12)
            + (reached[2] - reached[1]) / 1.1 ** (3 / 12)
        )
        * money.expected_spend(HISTORIES)
        * 0.4
    )
    found = value.margin_value(model, money, HISTORIES, months=3, margin=0.4, annual_discount=0.1)
    pd.testing.assert_series_equal(found, expected)


def test_margin_value_without_discount_is_a_product():
    """Undiscounted, months don't matter: purchases of the whole time × spend."""
    found = value.margin_value(purchases(), spend(), HISTORIES, months=12)
    whole = purchases().expected_purchases(HISTORIES, 365.25 / 7) * spend().expected_spend(HISTORIES)
    pd.testing.assert_series_equal(found, whole)
    assert (value.margin_value(purchases(), spend(), HISTORIES, annual_discount=0.1) < found).all()


def test_margin_value_in_days_is_that_in_weeks():
    """The unit of time is the summary's; the value is not."""
    in_days = HISTORIES.assign(recency=HISTORIES["recency"] * 7, T=HISTORIES["T"] * 7)
    days = purchases(BGNBD * pd.Series({"r": 1, "alpha": 7, "a": 1, "b": 1}))
    found = value.margin_value(days, spend(), in_days, annual_discount=0.1, weeks_per_unit=1 / 7)
    pd.testing.assert_series_equal(
        found, value.margin_value(purchases(), spend(), HISTORIES, annual_discount=0.1)
    )


def test_alive_grid_reads_the_model():
    """Rows are repeat purchases, columns weeks of silence; all are as old as the oldest customer."""
    grid = value.alive_grid(purchases(), HISTORIES, steps=5)
    assert list(grid.index) == [1, 2, 3, 5, 8, 12, 20]
    assert list(grid.columns) == [0, 12, 23, 35, 47]
    cell = pd.DataFrame({"frequency": [3], "recency": [52.0 - 23], "T": [52.0]})
    assert grid.loc[3, 23] == pytest.approx(purchases().alive(cell).iloc[0])
    assert (grid.diff(axis=1).iloc[:, 1:] < 0).all(axis=None)


def test_the_courses_formulas():
    """LTV = order value × purchases a year × years − acquisition cost; CLV = frequency × spend × retention."""
    assert value.course_ltv(300.0, 4, 2.5, 250.0) == 2750.0
    assert value.course_ltv(300.0, 4, 2.5) == 3000.0
    assert value.course_clv(4, 300.0, 0.6) == 720.0
    found = value.course_clv(pd.Series([1, 2]), pd.Series([10.0, 20.0]), 0.5)
    assert found.tolist() == [5.0, 20.0]


def test_retention_by_hand():
    """Of three who bought in 2024 one bought in 2025; the periods' edges belong to the earlier one."""
    orders = pd.DataFrame(
        [("a", "2023-12-31"), ("b", "2024-01-01"), ("c", "2024-06-01"), ("d", "2024-12-31 22:00"), ("c", "2025-12-31 23:59"),
         ("a", "2025-05-01"), ("b", "2026-01-01")],
        columns=["customer_id", "ordered_at"],
    ).assign(ordered_at=lambda f: pd.to_datetime(f["ordered_at"], format="ISO8601"))  # fmt: skip
    assert value.retention_rate(orders, pd.Timestamp("2025-12-31")) == pytest.approx(1 / 3)
    assert value.retention_rate(orders, pd.Timestamp("2025-12-31"), months=6) == 0.0
    assert np.isnan(value.retention_rate(orders, pd.Timestamp("2020-12-31")))


def test_acquisition_costs_by_hand():
    """Cost over new customers by channel; nobody won makes no division by zero but a missing cost."""
    costs = pd.DataFrame(
        [("ads", "winning", 100.0), ("ads", "winning", 200.0), ("ads", "keeping", 60.0), ("walk-in", "keeping", 10.0),
         ("fair", "winning", 500.0)],
        columns=["channel", "purpose", "cost"],
    )  # fmt: skip
    customers = pd.DataFrame({"acquisition_channel": ["ads"] * 3 + ["walk-in"] + ["word of mouth", None]})
    found = value.acquisition_costs(costs, customers)
    wanted = pd.DataFrame(
        [("ads", 3, 300.0, 60.0, 100.0, 120.0), ("fair", 0, 500.0, 0.0, np.nan, np.nan), ("walk-in", 1, 0.0, 10.0, 0.0, 10.0)],
        columns=["channel", "new_customers", "winning", "keeping", "cac", "cac_all"],
    ).set_index("channel")  # fmt: skip
    pd.testing.assert_frame_equal(found, wanted)


def test_no_costs_are_no_table_of_costs():
    """A data set without marketing costs has no channel to name."""
    blank = pd.DataFrame(
        {"channel": pd.Series(dtype="str"), "purpose": pd.Series(dtype="str"), "cost": pd.Series(dtype=float)}
    )
    found = value.acquisition_costs(blank, pd.DataFrame({"acquisition_channel": ["ads"]}))
    assert found.empty
    assert list(found.columns) == ["new_customers", "winning", "keeping", "cac", "cac_all"]


LINES = pd.DataFrame(
    {
        "order_id": ["1", "1", "2", "3", "3"],
        "line": [1, 2, 1, 1, 2],
        "product_id": ["P1", "P2", "P1", "P3", None],
        "quantity": [2.0, 1.0, 1.0, 1.0, 1.0],
        "amount": [100.0, 80.0, 50.0, 70.0, 30.0],
    },
    index=[10, 11, 12, 13, 14],
)
PRODUCTS = pd.DataFrame({"product_id": ["P1", "P2", "P3"], "unit_cost": [20.0, 30.0, np.nan]})
RETURNS = pd.DataFrame({"order_id": ["1", "1", "3", None], "line": pd.array([2, 2, 1, None], dtype="Int64")})


def test_line_margins_by_hand():
    """Amount less cost; nothing for what came back, however often it says so; missing where no cost is known."""
    found = value.line_margins(LINES, PRODUCTS, RETURNS)
    expected = pd.Series([60.0, 0.0, 30.0, np.nan, np.nan], index=LINES.index)
    pd.testing.assert_series_equal(found, expected, check_names=False)
    nothing_back = value.line_margins(LINES, PRODUCTS, RETURNS.iloc[:0])
    assert nothing_back.tolist()[:3] == [60.0, 50.0, 30.0]


def test_margin_share_by_hand():
    """Margin over the order value of the lines whose cost is known; a guess where none is."""
    margins = value.line_margins(LINES, PRODUCTS, RETURNS)
    assert value.margin_share(LINES, margins, 0.5) == pytest.approx(90 / 230)
    assert value.margin_share(LINES, margins * np.nan, 0.5) == 0.5
    assert value.margin_share(LINES.iloc[:0], margins.iloc[:0], 0.5) == 0.5


def test_customer_profits_by_hand():
    """A customer's margin is that of all orders; who has no order of known cost has none."""
    orders = pd.DataFrame({"order_id": ["1", "2", "3", "4"], "customer_id": ["a", "a", "b", "c"]})
    profits = value.customer_profits(orders, LINES, value.line_margins(LINES, PRODUCTS, RETURNS))
    assert profits["a"] == 90.0
    assert profits[["b", "c"]].isna().all()


def test_margins_of_a_whole_shop_in_plain_pandas(small):
    """What lines bring is what was paid less what the pieces cost, over all lines that stayed sold."""
    margins = value.line_margins(small.order_lines, small.products, small.returns)
    lines = small.order_lines.merge(small.products, on="product_id").set_index(["order_id", "line"])
    stayed = ~lines.index.isin(small.returns.set_index(["order_id", "line"]).index)
    earned = (lines["amount"] - lines["quantity"] * lines["unit_cost"])[stayed]
    assert 0 < stayed.sum() < len(lines)
    assert margins.sum() == pytest.approx(earned.sum())
    profits = value.customer_profits(small.orders, small.order_lines, margins)
    customer = small.orders.set_index("order_id")["customer_id"]
    wanted = earned.groupby(customer.reindex(earned.index.get_level_values(0)).to_numpy()).sum()
    np.testing.assert_allclose(profits, wanted.reindex(profits.index).fillna(0.0), atol=1e-6)


@pytest.fixture(scope="module")
def two_channels(simulated) -> tuple[pd.DataFrame, pd.Series]:
    """Give 600 customers of two channels and five of a third, with a first purchase that is worth 100 more."""
    summary = simulated.head(605)[["frequency", "recency", "T", "monetary_value"]]
    summary = summary.assign(
        total_spend=summary["frequency"] * summary["monetary_value"] + np.arange(605.0) % 2 * 200
    )
    channel = pd.Series(["ads"] * 300 + ["search"] * 300 + ["fair"] * 5, index=summary.index)
    channel.iloc[7] = None
    return summary, channel


def test_channel_values_by_hand(two_channels):
    """Each channel by models of its own: margin × (first purchase + repeats × spend)."""
    summary, channel = two_channels
    found = value.channel_values(summary, channel, weeks=104.0, margin=0.4)
    part = summary[channel == "search"]
    repeats = value.fit_purchases(part).expected_repeats(104.0)
    p, q, v = value.fit_spend(part).params
    row = found.loc["search"]
    assert row["customers"] == 300
    assert row["first_spend"] == pytest.approx(100.0)
    assert row["repeats"] == pytest.approx(repeats)
    assert row["spend"] == pytest.approx(p * v / (q - 1))
    assert row["value"] == pytest.approx(0.4 * (100 + repeats * p * v / (q - 1)))
    assert row["value_discounted"] == pytest.approx(row["value"])
    assert found["customers"].to_dict() == {"ads": 299, "fair": 5, "search": 300}


def test_a_channel_too_small_for_a_model_has_no_value(two_channels):
    """A sixth customer doesn't make a forecast: missing, not zero."""
    found = value.channel_values(*two_channels, weeks=104.0, margin=0.4)
    assert found.loc["fair", ["repeats", "spend", "value", "value_discounted"]].isna().all()
    assert found.loc["fair", "first_spend"] == pytest.approx(80.0)


def test_discounting_a_channel_by_hand(two_channels):
    """Money counts from the middle of its quarter; the first purchase is today's."""
    summary, channel = two_channels
    year = 365.25 / 7
    found = value.channel_values(summary, channel, weeks=year, margin=1.0, annual_discount=0.2).loc["ads"]
    part = summary[channel == "ads"]
    reached = [value.fit_purchases(part).expected_repeats(q * year / 4) for q in range(5)]
    later = sum((b - a) / 1.2 ** (y / 8) for a, b, y in zip(reached, reached[1:], (1, 3, 5, 7), strict=False))
    assert found["value_discounted"] == pytest.approx(found["first_spend"] + later * found["spend"])


CHANNELS = pd.DataFrame(
    {
        "value": [300.0, 100.0, 250.0],
        "cac": [100.0, 100.0, 125.0],
        "winning": [1000.0, 500.0, 1250.0],
        "new_customers": [10, 5, 10],
    },
    index=["best", "worst", "middle"],
)


def test_moving_a_budget_by_hand():
    """A fifth of 500 goes from 1 : 1 to 3 : 1: one customer of 100 less, one of 300 more."""
    assert value.move_budget(CHANNELS, 0.2) == pytest.approx(200.0)
    assert value.move_budget(CHANNELS, 0.0) == 0.0


def test_a_crowded_channel_gets_dearer():
    """With crowding, a tenth more budget wins less than a tenth more customers; fully crowded, none."""
    assert value.move_budget(CHANNELS, 0.2, crowding=0.5) == pytest.approx(10 * (1.1**0.5 - 1) * 300 - 100)
    assert value.move_budget(CHANNELS, 0.2, crowding=1.0) == pytest.approx(-100.0)


def test_a_budget_needs_two_channels():
    """Channels without a value or a cost can't be compared."""
    assert np.isnan(value.move_budget(CHANNELS.assign(value=[300.0, np.nan, np.nan]), 0.2))
    assert np.isnan(value.move_budget(CHANNELS.iloc[:0], 0.2))


def test_a_channel_that_costs_nothing_takes_no_budget():
    """Word of mouth has no price to raise: money moves between the channels that are paid for."""
    free = pd.DataFrame(
        {"value": [400.0], "cac": [0.0], "winning": [0.0], "new_customers": [50]}, index=["word of mouth"]
    )
    assert value.move_budget(pd.concat([CHANNELS, free]), 0.2) == pytest.approx(200.0)
