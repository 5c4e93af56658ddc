"""Whole seconds since 1970: there and back, and keys that keep the order of customers and times."""

import numpy as np
import pandas as pd

from workbook.retailer.core import epoch_seconds
from workbook.retailer.sales.season import make_season


def test_times_come_back_from_seconds():
    """A time to the second survives the way to a number and back; what is below a second is dropped."""
    day = pd.Series(pd.to_datetime(["1970-01-02 00:00:00.0", "2025-12-31 23:59:59.7"]))
    assert epoch_seconds.seconds(day)[0] == epoch_seconds.DAY == epoch_seconds.second(day[0])
    assert epoch_seconds.times(epoch_seconds.seconds(day)).tolist() == day.dt.floor("s").tolist()


def test_a_missing_time_lies_after_all_others():
    """What has no time never happens: it is later than any time, for every part of the retailer."""
    late = pd.Series([pd.NaT, pd.Timestamp("2261-12-31")])
    assert epoch_seconds.seconds(late)[0] == epoch_seconds.NEVER > epoch_seconds.seconds(late)[1]


def test_the_data_ends_with_the_last_second_of_its_last_day():
    """One second more, and it is the next day."""
    season = make_season(3)
    last = epoch_seconds.times(np.array([epoch_seconds.end_of(season)]))[0]
    assert last == season.end + pd.Timedelta("23:59:59")


def test_keys_order_by_customer_and_then_by_time():
    """The latest second of one customer comes before the first of the next."""
    far = epoch_seconds.second(pd.Timestamp("2300-01-01"))
    key = epoch_seconds.keyed(np.array([0, 0, 1, 1]), np.array([0, far, 0, 1]))
    assert (np.diff(key) > 0).all()


def test_a_shop_hour_leaves_the_day_as_it_was():
    """Only the time of the day changes, and few buy at four in the morning."""
    at = np.arange(5000) * epoch_seconds.DAY + 17
    moved = epoch_seconds.at_shop_hour(at, np.random.default_rng(1))
    assert (moved // epoch_seconds.DAY == at // epoch_seconds.DAY).all()
    hour = moved % epoch_seconds.DAY // 3600
    assert (hour == 20).sum() > 10 * (hour == 4).sum()


def test_hours_of_another_day_can_be_given():
    """Weights of 24 hours that are given replace the shop's own: who works from nine to ten does so only then."""
    nine = (np.arange(24) == 9).astype(float)
    moved = epoch_seconds.at_shop_hour(np.arange(100) * epoch_seconds.DAY, np.random.default_rng(1), nine)
    assert set(moved % epoch_seconds.DAY // 3600) == {9}
