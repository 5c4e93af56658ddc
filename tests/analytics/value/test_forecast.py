"""The worlds a model makes, the errors of forecasts in them, and the interval they give."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import btyd, forecast
from workbook.retailer.sales.buying import purchase_times

# Simulation: the truth is known, and a fixed seed keeps it.


def test_simulated_histories_are_histories(simulated):
    """Recency lies within the age, is 0 exactly for those who never came back, and so does spend."""
    assert (simulated["recency"] <= simulated["T"]).all()
    assert ((simulated["recency"] == 0) == (simulated["frequency"] == 0)).all()
    assert ((simulated["monetary_value"] == 0) == (simulated["frequency"] == 0)).all()
    assert ((simulated["future_spend"] == 0) == (simulated["future"] == 0)).all()


def test_the_simulated_future_is_what_the_model_expects(simulated, bgnbd, gamma_gamma):
    """Purchases and spend after T agree with the model that made them, customer by customer, within 4 standard errors."""
    expected = bgnbd.expected_purchases(simulated, 26.0)
    for came, wanted in (
        (simulated["future"], expected),
        (simulated["future_spend"], expected * gamma_gamma.expected_spend(simulated)),
    ):
        off = came - wanted
        error = off.std() / np.sqrt(len(off))
        assert error < 0.05 * wanted.mean()
        assert abs(off.mean()) < 4 * error


def test_simulated_customers_of_mbgnbd_leave_after_the_first_purchase_too(bgnbd):
    """What they do is what the model expects, and who bought once may have left."""
    rng, model = np.random.default_rng(13), btyd.PurchaseModel("mbgnbd", bgnbd.params, np.nan, 0)
    found = forecast.simulate_histories(model.params, rng.uniform(20, 100, 20_000), 26.0, rng, "mbgnbd")
    off = found["future"] - model.expected_purchases(found, 26.0)
    error = off.std() / np.sqrt(len(off))
    assert error < 0.05 * found["future"].mean()
    assert abs(off.mean()) < 4 * error
    active = model.alive(found)[found["frequency"] == 0]
    assert 0.2 < active.mean() < 0.8


def test_the_simulation_agrees_with_the_retailers(simulated, bgnbd):
    """Two programs, one process: analytics draws as many repeat purchases as the retailer does, 4 standard errors."""
    rng, n = np.random.default_rng(12), 20_000
    folk = pd.DataFrame(
        {"first": np.zeros(n), "rate": rng.gamma(0.6, 1 / 5.0, n), "dropout": rng.beta(0.9, 3.0, n)}
    )
    one = purchase_times(folk, 52.0, rng).groupby("who").size() - 1
    other = forecast.simulate_histories(bgnbd.params, np.full(n, 52.0), 0.0, rng)["frequency"]
    error = np.sqrt((one.var() + other.var()) / n)
    assert abs(one.mean() - other.mean()) < 4 * error


# Bootstrap and interval.


@pytest.fixture(scope="module")
def few(simulated) -> pd.DataFrame:
    """Take 400 of the simulated customers."""
    return simulated.head(400)


@pytest.mark.slow
def test_a_bootstrap_is_a_row_a_world_and_reproducible(few, bgnbd, gamma_gamma):
    """The same seed gives the same worlds, another one others; each has parameters and two errors."""
    one, again, other = (
        forecast.bootstrap(bgnbd, gamma_gamma, few, 26.0, draws=3, seed=s) for s in (5, 5, 6)
    )
    pd.testing.assert_frame_equal(one, again)
    assert len(one) == 3
    assert np.isfinite(one).all(axis=None)
    assert not np.isclose(one, other).any()


def test_a_bootstrap_without_spend_knows_purchases_only(few, bgnbd):
    """A data set without amounts still has a forecast of purchases."""
    none = btyd.fit_spend(few.assign(monetary_value=0.0))
    draws = forecast.bootstrap(bgnbd, none, few, 26.0, draws=2)
    assert draws[["r", "purchases"]].notna().all(axis=None)
    assert draws[["p", "q", "v", "spend"]].isna().all(axis=None)


@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_without_a_model_there_are_no_worlds(nobody_back, kind):
    """What can't be fitted makes nothing: an empty table with all its columns, and no interval."""
    bought, paid = btyd.fit_purchases(nobody_back, kind), btyd.fit_spend(nobody_back)
    draws = forecast.bootstrap(bought, paid, nobody_back, 10.0)
    assert draws.empty
    assert list(draws.columns) == ["r", "alpha", "a", "b", "p", "q", "v", "purchases", "spend"]
    assert np.isnan(forecast.forecast_interval(100.0, draws["purchases"])).all()


def test_a_smaller_world_has_larger_errors_which_are_scaled_back(monkeypatch, few, bgnbd, gamma_gamma):
    """With a quarter of the customers in a simulated world, its errors are halved."""
    sizes = []

    def fixed(world, *_):
        sizes.append(len(world))
        return {"purchases": 0.3, "spend": -0.2}

    monkeypatch.setattr(forecast, "forecast_error", fixed)
    draws = forecast.bootstrap(bgnbd, gamma_gamma, few, 26.0, draws=2, at_most=100)
    assert sizes == [100, 100]
    assert draws["purchases"].tolist() == pytest.approx([0.15, 0.15])
    assert draws["spend"].tolist() == pytest.approx([-0.1, -0.1])


@pytest.mark.slow
def test_forecasts_of_the_bootstrap_are_not_biased(simulated, bgnbd, gamma_gamma):
    """In worlds of the model's own making, what comes is what was forecast: mean error 0 within 4 standard errors."""
    draws = forecast.bootstrap(bgnbd, gamma_gamma, simulated, 26.0, draws=20, at_most=1200, seed=3)
    for column in ("purchases", "spend"):
        error = draws[column].std() / np.sqrt(len(draws))
        assert error < 0.03
        assert abs(draws[column].mean()) < 4 * error


def test_forecast_error_by_hand(monkeypatch, bgnbd):
    """The logarithm of what came over what was forecast; nothing where the world couldn't be fitted."""
    world = pd.DataFrame({"frequency": 0, "recency": 0.0, "T": [9.0] * 3, "future": 1, "monetary_value": 0.0})
    unfit = btyd.fit_spend(world)
    assert forecast.forecast_error(world, 5.0, bgnbd, unfit) == {}
    monkeypatch.setattr(forecast, "fit_purchases", lambda _, kind, start: bgnbd)
    expected = bgnbd.expected_purchases(world, 5.0).sum()
    assert forecast.forecast_error(world, 5.0, bgnbd, unfit)["purchases"] == pytest.approx(
        np.log(3 / expected)
    )
    assert np.isnan(forecast.forecast_error(world.assign(future=0), 5.0, bgnbd, unfit)["purchases"])


def test_a_forecast_interval_by_hand():
    """Errors −0.1, 0, 0.1: mean 0, spread 0.1, Student's t with 2 degrees of freedom 4.3027, times √(1 + 1/3)."""
    low, high = forecast.forecast_interval(100.0, pd.Series([-0.1, 0.0, 0.1, np.nan]))
    reach = 4.302653 * 0.1 * np.sqrt(4 / 3)
    assert (low, high) == pytest.approx((100 * np.exp(-reach), 100 * np.exp(reach)), rel=1e-6)


@pytest.mark.slow
def test_a_forecast_interval_covers_as_often_as_it_says():
    """With 20 draws known, the 21st lies inside in 90 % of 2,000 cases, within 4 standard errors."""
    errors = np.random.default_rng(14).normal(0.05, 0.2, (2_000, 21))
    ends = np.array([forecast.forecast_interval(10.0, pd.Series(row[:20]), 0.9) for row in errors])
    came = 10.0 * np.exp(errors[:, 20])
    covered = ((ends[:, 0] <= came) & (came <= ends[:, 1])).mean()
    assert abs(covered - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 2_000)


def test_two_draws_are_no_interval():
    """A spread from fewer than three draws, or of no forecast, is not known."""
    assert np.isnan(forecast.forecast_interval(100.0, pd.Series([0.1, 0.2]))).all()
    assert np.isnan(forecast.forecast_interval(np.nan, pd.Series([0.1, 0.2, 0.3]))).all()


def test_a_feared_bias_widens_the_interval_by_hand():
    """With many draws and a large bias, the ends lie the bias and 1.645 spreads away; without one Student's t remains."""
    errors = pd.Series(np.random.default_rng(15).normal(0, 0.02, 4_000))
    low, high = forecast.forecast_interval(100.0, errors, bias=0.2)
    reach = 0.2 + 1.645 * errors.std()
    assert (low, high) == pytest.approx(
        (100 * np.exp(errors.mean() - reach), 100 * np.exp(errors.mean() + reach)), rel=1e-3
    )
    assert forecast.reach_of(0.0, 0.95, 2) == pytest.approx(4.302653, rel=1e-6)


def test_errors_without_spread_leave_the_bias():
    """Where all worlds err alike, the interval reaches as far as the bias."""
    low, high = forecast.forecast_interval(100.0, pd.Series([0.0, 0.0, 0.0]), bias=0.1)
    assert (low, high) == pytest.approx((100 * np.exp(-0.1), 100 * np.exp(0.1)))


def test_a_bias_that_is_not_known_gives_no_interval():
    """Without a test on the past nobody knows how far off the model is."""
    assert np.isnan(forecast.forecast_interval(100.0, pd.Series([-0.1, 0.0, 0.1]), bias=np.nan)).all()


@pytest.fixture(scope="module")
def widened():
    """Errors of 2,000 times 21 worlds, and the interval that the first 20 give, widened by a bias of 0.2."""
    errors = np.random.default_rng(16).normal(0.0, 0.1, (2_000, 21))
    return errors, np.array(
        [forecast.forecast_interval(10.0, pd.Series(e[:20]), 0.9, bias=0.2) for e in errors]
    )


@pytest.mark.slow
@pytest.mark.parametrize("off", [0.0, 0.1, -0.1, 0.2, -0.2])
def test_a_widened_interval_covers_at_least_as_often_as_it_says(widened, off):
    """A forecast that is off by up to the bias is covered in 90 % of cases or more, and just so at the bias itself."""
    errors, ends = widened
    came = 10.0 * np.exp(errors[:, 20] + off)
    covered = ((ends[:, 0] <= came) & (came <= ends[:, 1])).mean()
    assert covered > 0.9 - 4 * np.sqrt(0.9 * 0.1 / 2_000)
    assert abs(off) < 0.2 or covered < 0.9 + 4 * np.sqrt(0.9 * 0.1 / 2_000)


def test_both_intervals_of_a_forecast():
    """The wide one is what `forecast_interval` gives with the bias that is feared; each row of the table is in its own unit."""
    errors = pd.Series([-0.1, 0.0, 0.1, 0.05])
    found = forecast.certainty(1000.0, errors, np.log(1.2), "days")
    assert (found.chance.low, found.chance.high) == forecast.forecast_interval(1000.0, errors)
    bias = forecast.feared(np.log(1.2), errors)
    assert (found.wide.low, found.wide.high) == forecast.forecast_interval(1000.0, errors, bias=bias)
    assert found.miss.value == pytest.approx(0.2)
    money, nothing = (forecast.certainty(total, errors, np.nan, "EUR") for total in (50.0, np.nan))
    table = forecast.certainty_table({"days": found, "money": money, "none": nothing})
    assert table.index.tolist() == ["days", "money"]
    assert table.loc["money", ["forecast", "worst miss in the tests", "95 % at least"]].tolist() == [
        "EUR 50",
        "",
        "",
    ]


def test_a_test_may_come_out_well_by_chance():
    """A miss of nothing leaves a bias as large as chance; a miss of 0.3 with chance of 0.4 leaves 0.5; without a test nobody knows."""
    errors = pd.Series([-0.4, 0.0, 0.4])
    assert forecast.feared(0.0, errors) == pytest.approx(0.4)
    assert forecast.feared(0.3, errors) == pytest.approx(0.5)
    assert np.isnan(forecast.feared(np.nan, errors))


@pytest.mark.slow
def test_one_test_that_was_lucky_is_allowed_for():
    """One test of a model that is off by 0.04, where chance is 0.04: with the bias that is feared at least 93 % are covered; with
    the miss alone fewer.
    """
    rng = np.random.default_rng(8)
    covered = {"miss": 0, "feared": 0}
    for _ in range(2_000):
        errors, test, came = pd.Series(rng.normal(0.0, 0.04, 10)), *rng.normal(-0.04, 0.04, 2)
        for name, bias in (("miss", abs(test)), ("feared", forecast.feared(test, errors))):
            low, high = forecast.forecast_interval(1.0, errors, bias=bias)
            covered[name] += low <= np.exp(came) <= high
    assert covered["feared"] / 2_000 > 0.93
    assert covered["feared"] - covered["miss"] > 20


@pytest.mark.parametrize(
    ("truth", "case"), [(1000, "inside"), (10, "below"), (1e6, "above"), (np.nan, "unknown")]
)
def test_a_forecast_beside_the_truth(truth, case):
    """Inside the wide interval or beyond one end of it; without a truth nothing is said."""
    sure = forecast.certainty(1100.0, pd.Series([-0.1, 0.0, 0.1]), 0.2, "days")
    found = forecast.held(sure, truth)
    assert found.case == case
    assert not found.off.known or found.off.value == pytest.approx(1100 / truth - 1)


def test_the_truth_is_of_twelve_months():
    """A forecast of six is held against nothing."""
    each = pd.Series([1.0, 2.0])
    assert forecast.true_total(each, 12) == 3.0
    assert np.isnan(forecast.true_total(each, 6))
    assert np.isnan(forecast.true_total(each * np.nan, 12))
