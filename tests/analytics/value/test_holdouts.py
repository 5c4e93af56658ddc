"""A part of the time is hidden: what is forecast of it, what came, and the words for how the two lie."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import btyd, holdouts
from workbook.tables.summary import split_history

FIRST = pd.Timestamp("2024-01-01")


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Give 400 customers who buy at random for 180 days, the first day included."""
    rng = np.random.default_rng(5)
    who = rng.integers(0, 400, 1500).astype(str)
    day = np.append(rng.integers(1, 180, 1499), 0)
    return pd.DataFrame(
        {"customer_id": who, "ordered_at": FIRST + pd.to_timedelta(day, unit="D"), "amount": 10.0}
    )


def after(days: int) -> pd.Timestamp:
    """Give the day so many days after the first."""
    return FIRST + pd.Timedelta(days=days)


def test_the_last_third_by_hand(orders):
    """Of 179 days 59 are hidden, and who comes only in them is left out."""
    found = holdouts.last_third(orders, after(179))
    assert found.weeks == pytest.approx(59 / 7)
    pd.testing.assert_frame_equal(found.past, split_history(orders, after(120), after(179), amount=None))
    assert holdouts.last_third(orders, after(2)) is None
    assert holdouts.last_third(orders.iloc[:0], after(9)) is None


def test_forecasts_are_those_of_models_that_saw_the_past_only(orders):
    """Each column by its own definition; a short history counts as thirteen weeks for the pace."""
    hidden = holdouts.last_third(orders, after(179))
    found, past = holdouts.forecasts_of(hidden), hidden.past
    model = btyd.fit_purchases(past)
    assert found["came"].tolist() == past["holdout_purchases"].tolist()
    assert found["BG/NBD"].tolist() == pytest.approx(model.expected_purchases(past, hidden.weeks).tolist())
    assert found["fitted"].tolist() == pytest.approx(model.expected_repeats(past["T"].to_numpy()).tolist())
    pace = past["frequency"] / past["T"].clip(lower=13) * hidden.weeks
    assert found["pace goes on"].tolist() == pytest.approx(pace.tolist())
    assert list(holdouts.forecasts_of(None)) == list(found)


def forecasts(came, model, pace) -> pd.DataFrame:
    """Give two groups of one customer each, who came back once and twice."""
    return pd.DataFrame(
        {
            "frequency": [1, 2],
            "fitted": 1.0,
            "came": came,
            "BG/NBD": model,
            "MBG/NBD": model,
            "pace goes on": pace,
        }
    )


@pytest.mark.parametrize(
    ("pace", "case", "off"),
    [([6, 6], "too_much", 0.5), ([2, 2], "too_little", 0.5), ([6, 2], "both_ways", 0.5)],
)
def test_the_pace_is_judged_by_group(pace, case, off):
    """Two groups in which 4 came each: misses are added up, whichever their direction."""
    found = holdouts.judge_pace(forecasts([4, 4], [4.0, 5.0], pace))
    assert (found.case, found.pace.value, found.model.value) == (case, off, 0.125)


def test_where_nobody_came_nothing_is_judged():
    """Nobody in the hidden part, or nothing hidden: no share of nothing."""
    assert holdouts.judge_pace(forecasts([0, 0], [1.0, 1.0], [1, 1])).case == "nothing_came"
    assert holdouts.judge_pace(holdouts.forecasts_of(None)).case == "unknown"


def quarter(expected, to_buy, bought) -> pd.DataFrame:
    """Give customers of a hidden quarter."""
    return pd.DataFrame(
        {"active": 1.0, "to_buy": to_buy, "expected": expected, "came": 1.0, "bought": bought}
    )


def test_an_expectation_is_no_chance():
    """Ten expect 0.9 each, four buy: the chance of 0.5 is nearer; 3 expected of one customer count as 1 at most."""
    found = holdouts.readings(quarter([0.9] * 9 + [3.0], 0.5, [True] * 4 + [False] * 6))
    assert (found.case, found.wrong.value, found.chance.value) == ("too_high", pytest.approx(0.91), 0.5)
    assert (found.bought.value, found.bought.n) == (0.4, 10)
    table = holdouts.readings_table(found)
    assert table["share of customers"].tolist() == pytest.approx([0.91, 0.5, 0.4])
    assert table["low"].notna().tolist() == [False, False, True]


def test_readings_of_another_kind():
    """Where the expectation is nearer that is no lesson, and where nothing is hidden there is none."""
    assert holdouts.readings(quarter([0.5] * 4, 0.1, [True, True, False, False])).case == "other"
    blank = holdouts.readings(holdouts.hidden_quarter(pd.DataFrame(columns=["ordered_at"]), FIRST))
    assert blank.case == "unknown"
    assert holdouts.readings_table(blank).empty


@pytest.mark.parametrize(
    ("forecast", "case"), [(120.0, "opposite"), (80.0, "same"), (103.0, "near"), (np.nan, "unknown")]
)
def test_two_tests_may_miss_in_two_directions(forecast, case):
    """The year came out 20 % too high or low, the last third 25 % too low."""
    year = pd.DataFrame({"days": [365], "purchases_came": [100], "purchases_forecast": [forecast]})
    found = holdouts.directions(year, forecasts([4, 4], [3.0, 3.0], [1, 1]))
    assert found.case == case
    if case != "unknown":
        assert (found.year.value, found.third.value) == (pytest.approx(forecast / 100 - 1), -0.25)
    assert holdouts.directions(year.iloc[:0], forecasts([4, 4], [3.0, 3.0], [1, 1])).case == "unknown"
