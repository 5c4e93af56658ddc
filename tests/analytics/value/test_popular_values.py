"""Popular mistakes of valuing customers, each with what is right, on numbers that can be checked by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import popular_values

SPENT = pd.DataFrame({"total_spend": [100.0, 300.0], "purchases": [1, 2], "T": [365.25 / 7, 1.0]})


def test_money_squared_by_hand():
    """Half came again: 100 / 0.5 × 10 = 2,000 and 300 / 0.5 × 30 = 18,000, in money squared; with the share 20 and 60."""
    assert popular_values.money_squared(SPENT).tolist() == pytest.approx([2000.0, 18000.0])
    assert popular_values.money_once(SPENT).tolist() == pytest.approx([20.0, 60.0])


def test_a_value_does_not_depend_on_the_coin():
    """Counted in hundredths and changed back, only the one with a wrong unit is another."""
    found = popular_values.in_small_coins(SPENT)
    assert found.loc["10 %"].tolist() == pytest.approx([40.0, 40.0])
    assert found.loc["spend × 10 %"].tolist() == pytest.approx([10_000.0, 1_000_000.0])
    assert popular_values.in_small_coins(SPENT.assign(purchases=2)).empty


def test_spend_by_month_by_hand():
    """The newest month is the twelfth; who was won in the last three months isn't asked about."""
    days = ["2024-12-31", "2025-01-01", "2025-12-31 22:00", "2025-09-30", "2025-10-01"]
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c"],
            "ordered_at": pd.to_datetime(days, format="ISO8601"),
            "amount": [1.0, 2.0, 4.0, 8.0, 16.0],
        }
    )
    found = popular_values.by_month(orders, pd.Timestamp("2025-12-31"))
    assert found.index.tolist() == ["a", "b"]
    assert found.loc["a"].to_list() == [2.0] + [0.0] * 10 + [4.0]
    assert found.loc["b", "month 9"] == 8.0
    assert popular_values.by_month(orders, pd.Timestamp("2025-12-30")).empty
    assert popular_values.by_month(orders.iloc[:0], pd.Timestamp("2025-12-31")).empty


@pytest.fixture(scope="module")
def months() -> pd.DataFrame:
    """Give 500 customers whose months have nothing to do with each other."""
    rng = np.random.default_rng(3)
    return pd.DataFrame(rng.gamma(0.5, 100, (500, 12)))


def test_a_target_that_contains_its_features_is_no_forecast(months):
    """Of months at random nothing can be foreseen; nine of twelve summands explain three quarters of their sum."""
    found = popular_values.summands(months)
    assert found.case == "flattered"
    assert found.popular.value == pytest.approx(0.75, abs=0.05)
    assert found.honest.value < 0.05
    assert popular_values.summands_table(found)["R²"].tolist() == [found.popular.value, found.honest.value]


def test_r_squared_is_of_customers_that_were_not_seen(months):
    """A line is foreseen, noise is not, and with a feature for each customer it is far below nothing."""
    line = months[[0]] * 3 + 1
    assert popular_values.r_squared(months[[0]], line[0]) == pytest.approx(1.0)
    rng = np.random.default_rng(4)
    noise = pd.DataFrame(rng.normal(size=(40, 30)))
    assert popular_values.r_squared(noise, pd.Series(rng.normal(size=40))) < 0


def test_too_few_customers_or_equal_ones_say_nothing(months):
    """Nineteen are too few; a target without differences explains none."""
    assert np.isnan(popular_values.r_squared(months.head(19), months[0].head(19)))
    assert np.isnan(popular_values.r_squared(months, months[0] * 0))
    few = popular_values.summands(months.head(10))
    assert few.case == "unknown"
    assert popular_values.summands_table(few).empty


def test_discounted_years_by_hand():
    """Without discount they are years; a sum of many small pieces agrees with the formula."""
    assert popular_values.discounted_years(3.0, 0.0) == 3.0
    pieces = (np.arange(300_000) + 0.5) / 100_000
    assert popular_values.discounted_years(3.0, 0.1) == pytest.approx((1.1**-pieces).mean() * 3, rel=1e-6)


def test_tenures_by_hand():
    """One came a year ago, one a week ago, which counts as a quarter of a year."""
    found = popular_values.tenures(SPENT, 2.0, 0.0, 0.4)
    assert found["tenure"].tolist() == pytest.approx([1.0, 0.25])
    assert found["a_year"].tolist() == pytest.approx([100.0, 1200.0])
    assert (found["a_year"] * found["tenure"]).tolist() == pytest.approx(SPENT["total_spend"].tolist())
    assert found[["years", "kept"]].to_numpy().tolist() == [[2.0, 0.4]] * 2
