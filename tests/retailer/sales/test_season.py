"""The clock behind the shop's days."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.sales import season
from workbook.retailer.sales.season import make_season

USUAL = pd.date_range("2025-01-01", "2025-12-31")


def weeks(year: season.Season, first: str, last: str) -> float:
    """Inner weeks that go by from the first to the end of the last day."""
    start, end = ((pd.Timestamp(d) - year.start).days for d in (first, last))
    return year.clock[end + 1] - year.clock[start]


def test_a_usual_year_has_as_many_inner_weeks_as_weeks():
    """Rates are per week, so the clock may go faster and slower, but not on the whole."""
    assert weeks(make_season(24), "2025-01-01", "2025-12-31") == pytest.approx(365 / 7, rel=1e-12)


def test_november_is_busier_than_august():
    """People buy apparel for the cold and on 11.11, not in the summer's heat."""
    assert (
        weeks(make_season(24), "2024-11-01", "2024-11-30") / 30
        > 1.5 * weeks(make_season(24), "2024-08-01", "2024-08-31") / 31
    )


def test_the_data_shows_the_season(lanyu):
    """More orders a day in November than in August of each year, on more than the growth of the customer base."""
    months = lanyu.orders.groupby(
        [lanyu.orders["ordered_at"].dt.year, lanyu.orders["ordered_at"].dt.month]
    ).size()
    for year in (2024, 2025):
        assert months[year, 11] / 30 > 1.2 * months[year, 8] / 31
        assert months[year, 11] > months[year, 12]  # though customers are more in December


def test_weekends_are_busier():
    """A Saturday of an ordinary week sees half as many again as its Tuesday."""
    days = pd.DatetimeIndex(["2025-03-04", "2025-03-08"])
    tuesday, saturday = season.busyness(days)
    assert saturday / tuesday == pytest.approx(1.31 / 0.80)


@pytest.mark.parametrize("months", [1, 12, 24, 60])
def test_a_world_covers_whole_months_to_the_end_of_2025(months):
    """Data ends with 2025, and the year after is known to the truth alone."""
    made = make_season(months)
    first_of_next = pd.Timestamp("2026-01-01")
    assert made.start == first_of_next - pd.DateOffset(months=months)
    assert made.end == pd.Timestamp("2025-12-31")
    assert (made.days[0], made.days[-1]) == (made.start, pd.Timestamp("2026-12-31"))
    assert len(made.clock) == len(made.days) + 1
    assert made.now == made.clock[(first_of_next - made.start).days]


def test_the_clock_of_a_day_does_not_depend_on_the_worlds_length():
    """A longer history must not change how fast people buy."""
    short, long = make_season(12), make_season(60)
    assert weeks(short, "2025-06-18", "2025-06-18") == pytest.approx(weeks(long, "2025-06-18", "2025-06-18"))


def test_an_inner_time_falls_on_its_day():
    """What lies between two midnights of the clock happens on that day; midnight belongs to the day it begins."""
    made = make_season(12)
    rng = np.random.default_rng(1)
    inner = np.concatenate([made.clock[[0, 10, 100]], made.clock[[11, 101]] - 1e-9])
    found = made.to_time(inner, rng)
    assert list(found.normalize()) == list(made.days[[0, 10, 100, 10, 100]])


def test_the_shops_hours():
    """Hours are drawn as the shop's day has them: shares agree with the table within 4 standard errors."""
    made, n = make_season(12), 50_000
    hours = made.to_time(np.full(n, 5.0), np.random.default_rng(2)).hour
    share = season.HOUR / season.HOUR.sum()
    error = np.sqrt(share * (1 - share) / n)
    assert (np.abs(np.bincount(hours, minlength=24) / n - share) < 4 * error).all()


def test_discounts_are_on_the_days_of_sales():
    """Prices are cut on the named days of any year, and on no other."""
    off = pd.Series(season.discount_on(USUAL), index=USUAL)
    assert off[off > 0].index.strftime("%m-%d").tolist() == [
        "06-16", "06-17", "06-18", "11-09", "11-10", "11-11", "12-12"
    ]  # fmt: skip
    assert set(off) == {0.0, 0.2}
    assert season.discount_on(pd.DatetimeIndex(["2024-11-11 23:59"])) == [0.2]


def test_usual_months_make_up_a_year():
    """Months have the share of purchases that their days have; discounts are weighted by purchases."""
    share, off = np.array(season.usual_months()).T
    assert share.sum() == pytest.approx(1)
    weight = season.busyness(USUAL)
    assert share @ off == pytest.approx((weight * season.discount_on(USUAL)).sum() / weight.sum())
    assert share @ off > 2 * season.discount_on(USUAL).mean()
    assert (np.flatnonzero(off) + 1).tolist() == [6, 11, 12]
