"""What was promised of a hidden part in money: in total, customer by customer, and for the best tenth."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import btyd, holdouts, promises
from workbook.analytics.value.promises import MODEL


def promised(ltv, clv, model, came=(100.0, 0.0)) -> pd.DataFrame:
    """Give two customers, of whom one came."""
    return pd.DataFrame(
        {"tier": ["high", "low"], "came": came, "LTV formula": ltv, "CLV formula": clv, MODEL: model}
    )


def test_misses_by_hand():
    """In total 20 too much here makes up for 20 too little there; customer by customer it adds up to 40."""
    found = promises.misses(promised([200.0, 50.0], [80.0, 20.0], [90.0, 5.0]))
    assert found.loc["LTV formula"].tolist() == pytest.approx([1.5, 1.5])
    assert found.loc["CLV formula"].tolist() == pytest.approx([0.0, 0.4])
    assert found.loc[MODEL].tolist() == pytest.approx([-0.05, 0.15])


def test_the_napkin_may_be_nearest_in_total_and_the_model_for_customers():
    """Then both are said, with what each misses in the other way."""
    found = promises.nearest(promises.misses(promised([200.0, 50.0], [80.0, 20.0], [90.0, 5.0])))
    assert (found.case, found.total, found.customer) == ("two", "CLV formula", MODEL)
    assert (found.model_total.value, found.formula_customer.value) == pytest.approx((-0.05, 0.4))


@pytest.mark.parametrize(
    ("clv", "model", "case"),
    [
        ([50.0, 0.0], [100.0, 0.0], "one"),
        ([100.0, 0.0], [150.0, 50.0], "one"),
        ([95.0, 0.0], [50.0, 50.0], "other"),
    ],
)
def test_who_is_nearest(clv, model, case):
    """The same method in both, or a formula for customers and the model in total."""
    assert promises.nearest(promises.misses(promised([500.0, 0.0], clv, model))).case == case


def test_without_a_model_or_anybody_who_came_nothing_is_compared():
    """A method without a promise has no row."""
    unfit = promises.misses(promised([1.0, 1.0], [1.0, 1.0], np.nan))
    assert MODEL not in unfit.index
    assert promises.nearest(unfit).case == "unknown"
    assert not promises.extremes(unfit)["formula_off"].known
    assert promises.misses(promised([1.0, 1.0], [1.0, 1.0], [1.0, 1.0], came=0.0)).empty


def test_the_furthest_formula_for_a_title():
    """150 % too much is further than nothing; the model is named beside it."""
    found = promises.extremes(promises.misses(promised([200.0, 50.0], [80.0, 20.0], [90.0, 5.0])))
    assert (found["formula"], found["formula_off"].value) == ("LTV formula", 1.5)
    assert found["model_off"].value == pytest.approx(-0.05)


def test_the_best_tenth_by_hand():
    """Of twenty customers two are the best tenth; a perfect ranking is the last row."""
    outcome = pd.Series(np.arange(20.0))
    found = promises.best_tenth(pd.DataFrame({"up": outcome, "down": -outcome, "none": np.nan}), outcome)
    assert found["brought"].to_dict() == {"up": 18.5, "down": 0.5, "who really bought most": 18.5}


def test_value_by_tier_by_hand():
    """Ten customers: two high, three middle, five low; negative or unknown values make no table."""
    found = promises.value_tier_table(pd.Series([100.0, 90, 30, 20, 10, 5, 5, 5, 5, 5]))
    assert found["customers"].to_dict() == {"low": 5, "middle": 3, "high": 2}
    assert promises.high_tier(found).value == pytest.approx(190 / 275)
    assert promises.value_tier_table(pd.Series([np.nan])).empty
    assert not promises.high_tier(promises.value_tier_table(pd.Series([np.nan]))).known


def test_promises_are_the_formulas_of_each_customer(small):
    """Order value × orders a year × hidden years; the same × retention; expected days × expected spend."""
    orders, today = small.orders, small.end
    hidden = holdouts.last_third(orders, today, amount="amount")
    expected = holdouts.forecasts_of(holdouts.last_third(orders, today))["BG/NBD"]
    found, past = promises.promises(orders, today, expected), hidden.past
    a_year = past["purchases"] / past["T"].clip(lower=13) * 365.25 / 7
    ltv = past["total_spend"] / past["purchases"] * a_year * hidden.weeks / (365.25 / 7)
    assert found["LTV formula"].tolist() == pytest.approx(ltv.tolist())
    ratio = found["CLV formula"] / found["LTV formula"]
    assert ratio.isna().all() or ratio.max() == pytest.approx(ratio.min())
    spend = btyd.fit_spend(past).expected_spend(past)
    assert found[MODEL].tolist() == pytest.approx((expected * spend).tolist())
    assert promises.promises(orders, orders["ordered_at"].min().normalize(), expected).empty
    assert list(promises.by_tier(found).index) == ["low", "middle", "high"]
