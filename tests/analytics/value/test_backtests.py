"""Forecasts made on days that are past: which days, what came, how far off, and who was active."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import backtests, btyd, forecast, holdouts
from workbook.tables.summary import split_history

FIRST = pd.Timestamp("2024-01-01")


def after(days: int) -> pd.Timestamp:
    """Give the day so many days after the first."""
    return FIRST + pd.Timedelta(days=days)


def test_cut_offs_by_hand():
    """Each lies as long before today as should be forecast, or longer, and has as long a past; a quarter of it apart."""
    found = backtests.cut_offs(FIRST, after(100), 40)
    assert found == [after(60), after(50), after(40)]


def test_two_years_have_one_cut_off_for_a_year():
    """730 days: the forecast of a year is tested once, in the middle; the time of day doesn't matter."""
    late = pd.Timedelta(hours=22)
    assert backtests.cut_offs(FIRST + late, after(730) + late, 365) == [after(365)]


def test_a_short_past_tests_half_of_its_days():
    """Where there are 60 days and 40 should be forecast, 30 are; where there is one day, nothing is."""
    assert backtests.cut_offs(FIRST, after(60), 40) == [after(30)]
    assert backtests.cut_offs(FIRST, after(1), 40) == []
    assert backtests.cut_offs(FIRST, FIRST, 40) == []


def test_a_long_past_is_tested_a_few_times():
    """The newest five cut-offs are enough."""
    found = backtests.cut_offs(FIRST, after(1000), 40)
    assert found == [after(960 - 10 * i) for i in range(5)]


def test_the_last_third_is_one_more_test():
    """Of 90 days 45 are forecast from the middle, and 30 from the day before the last third; one that is tested anyway counts once."""
    assert backtests.windows(FIRST, after(90), 60) == [(after(45), 45), (after(60), 30)]
    assert backtests.windows(FIRST, after(90), 30).count((after(60), 30)) == 1
    assert backtests.windows(FIRST, after(1), 40) == []


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Draw half a year of 150 customers, a second order on the day of each among them."""
    rng = np.random.default_rng(8)
    day = np.sort(rng.integers(0, 180, 900))
    once = pd.DataFrame({"customer_id": rng.integers(0, 150, 900).astype(str), "day": day})
    once = once.assign(ordered_at=FIRST + pd.to_timedelta(day * 24 + 9, unit="h"), amount=50.0)
    twice = once.assign(ordered_at=once["ordered_at"] + pd.Timedelta(hours=1))
    return pd.concat([once, twice], ignore_index=True).drop(columns="day")


def test_a_backtest_counts_days_by_hand(orders):
    """What came is counted in days with a purchase, of those known at the cut-off; that needs no amounts."""
    found = backtests.backtests(orders.drop(columns="amount"), after(179), 60, spend=False)
    assert found.index.tolist() == [*backtests.cut_offs(FIRST, after(179), 60), after(179 - 59)]
    assert found["days"].tolist() == [60] * (len(found) - 1) + [59]
    cut = found.index[0]
    day = orders["ordered_at"].dt.normalize()
    known = orders.loc[day <= cut, "customer_id"].unique()
    later = orders[(day > cut) & (day <= cut + pd.Timedelta(days=60)) & orders["customer_id"].isin(known)]
    days = later.assign(day=day).drop_duplicates(["customer_id", "day"])
    past = split_history(orders, cut, cut + pd.Timedelta(days=60))
    forecast_there = btyd.fit_purchases(past).expected_purchases(past, 60 / 7).sum()
    row = found.iloc[0]
    assert (row["customers"], row["purchases_came"]) == (len(known), len(days))
    assert row["purchases_forecast"] == pytest.approx(forecast_there)
    assert row[["spend_came", "spend_forecast"]].isna().all()


def test_a_backtest_of_spend_is_purchases_times_spend(orders):
    """With amounts, each customer's expected purchases are taken times the expected spend."""
    rng = np.random.default_rng(9)
    paid = orders.assign(amount=rng.gamma(3, 20, len(orders)))
    found = backtests.backtests(paid, after(179), 89).iloc[0]
    past = split_history(paid, after(90), after(179))
    each = btyd.fit_purchases(past).expected_purchases(past, 89 / 7) * btyd.fit_spend(past).expected_spend(
        past
    )
    assert found["spend_forecast"] == pytest.approx(each.sum())
    assert found["spend_came"] == pytest.approx(past["holdout_spend"].sum())


def test_without_orders_or_a_fit_nothing_is_tested(orders):
    """No orders are no tests; customers who can't be fitted have no forecast, and no miss is known."""
    none = backtests.backtests(orders.iloc[:0], after(179), 60)
    assert none.empty
    assert np.isnan(backtests.worst_miss(none))
    once = orders.drop_duplicates("customer_id")
    unfit = backtests.backtests(once, after(179), 60)
    assert unfit["purchases_forecast"].isna().all()
    assert np.isnan(backtests.worst_miss(unfit))


def test_a_page_shows_no_miss_that_is_worse_than_the_worst(orders):
    """The forecast of the last third that is shown elsewhere is one of the tests, so the interval allows for its miss."""
    tests = backtests.backtests(orders.drop(columns="amount"), after(179), 89, spend=False)
    hidden = holdouts.forecasts_of(holdouts.last_third(orders, after(179)))
    shown = hidden[["came", "BG/NBD"]].sum()
    assert tests.iloc[-1][["purchases_came", "purchases_forecast"]].tolist() == pytest.approx(shown.tolist())
    assert backtests.worst_miss(tests) >= abs(np.log(shown["came"] / shown["BG/NBD"])) - 1e-9


def test_the_worst_miss_by_hand():
    """Too much and too little count alike, on the logarithm; a test without a forecast is none."""
    tests = pd.DataFrame(
        {
            "purchases_came": [100, 100, 100],
            "purchases_forecast": [110.0, 80.0, np.nan],
            "spend_came": [10.0, 0.0, 10.0],
            "spend_forecast": [10.0, 5.0, 30.0],
        }
    )
    assert backtests.worst_miss(tests) == pytest.approx(np.log(100 / 80))
    assert backtests.worst_miss(tests, "spend") == pytest.approx(np.log(3))


def test_activity_by_tenths_by_hand():
    """Twenty customers make tenths of two; the share who bought has Wilson's interval."""
    active = pd.Series(np.arange(20) / 20)
    chances = pd.DataFrame({"active": active, "to_buy": active / 2})
    found = backtests.activity_by_tenths(chances.assign(bought=[False, True] * 10))
    assert found.index.tolist() == list(range(1, 11))
    assert (found["customers"] == 2).all()
    assert (found["bought"] == 0.5).all()
    assert found.loc[10, ["active", "to_buy"]].tolist() == pytest.approx([0.925, 0.4625])
    z = 1.959964
    reach = z * np.sqrt(0.5 * 0.5 / 2 + z**2 / 16) / (1 + z**2 / 2)
    assert found.loc[1, ["low", "high"]].tolist() == pytest.approx([0.5 - reach, 0.5 + reach])


def test_customers_with_the_same_chance_stay_together():
    """Where half of all are surely active, they are one group, the last."""
    active = pd.Series([0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 0.99999, 1.0, 1.0, 1.0])
    quarter = pd.DataFrame({"active": active, "to_buy": active, "bought": [False] * 5 + [True] * 5})
    found = backtests.activity_by_tenths(quarter)
    assert found["customers"].tolist() == [1] * 5 + [5]
    assert found.index.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.loc[6, "bought"] == 1.0


def tenths(orders, **days):
    """Give the tenths of the last days of 179."""
    return backtests.activity_by_tenths(holdouts.hidden_quarter(orders, after(179), **days))


def test_activity_needs_two_quarters_and_a_model(orders):
    """A shop of 179 days has no quarter to hide behind a quarter; customers without a fit are no groups."""
    assert tenths(orders).empty
    assert not tenths(orders, days=60).empty
    unfit = tenths(orders.drop_duplicates("customer_id"), days=60)
    assert unfit.empty
    assert list(unfit.columns) == ["customers", "active", "to_buy", "bought", "low", "high"]


@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_who_is_expected_to_buy_buys(bgnbd, kind):
    """In a world of the model's own making the share who buy is the chance to buy, tenth by tenth, 4 standard errors."""
    rng = np.random.default_rng(21)
    model = btyd.PurchaseModel(kind, bgnbd.params, np.nan, 0)
    world = forecast.simulate_histories(model.params, rng.uniform(20, 100, 20_000), 13.0, rng, kind)
    chances = pd.DataFrame({"active": model.alive(world), "to_buy": model.chance_to_buy(world, 13.0)})
    found = backtests.activity_by_tenths(chances.assign(bought=world["future"] > 0))
    error = np.sqrt(found["to_buy"] * (1 - found["to_buy"]) / found["customers"])
    assert ((found["bought"] - found["to_buy"]).abs() < 4 * error).all()
    assert (found["to_buy"] <= found["active"] + 1e-9).all()
