"""First orders by month, and what their pattern says."""

import pandas as pd
import pytest

from workbook.analytics.lifecycle import new_customers


def days(*found):
    """Days, one per customer."""
    return pd.Series(pd.to_datetime(list(found), format="ISO8601"))


def test_months_without_anybody_are_there_and_the_month_under_way_is_not():
    """Two in January, none in February, one in March; the April that has begun would look like a fall."""
    first = days("2025-01-05", "2025-01-31 23:00", "2025-03-01", "2025-04-02")
    counts = new_customers.by_month(first, pd.Timestamp("2025-04-03"))
    assert counts.tolist() == [2, 0, 1]
    assert counts.index[0] == pd.Timestamp("2025-01-01")
    assert new_customers.by_month(first, pd.Timestamp("2025-04-30")).tolist() == [2, 0, 1, 1]


def test_a_month_under_way_counts_if_it_is_the_only_one():
    """Better than nothing; of nobody there is no month."""
    assert new_customers.by_month(days("2025-04-02"), pd.Timestamp("2025-04-03")).tolist() == [1]
    assert new_customers.by_month(days(), pd.Timestamp("2025-04-03")).empty


@pytest.mark.parametrize(
    ("first", "case", "typical", "without"),
    [
        (["2025-01-05"] * 3 + ["2025-02-05"] * 5 + ["2025-03-05"] * 4, "steady", 4, 0),
        (
            ["2025-01-05"] * 9 + ["2025-02-05"] * 2 + ["2025-06-05"],
            "gone_dry",
            0,
            9,
        ),  # nobody in 9 of 12 months
        (["2025-11-05", "2025-12-05"], "few", 1, 0),
    ],
)
def test_how_they_arrive(first, case, typical, without):
    """The typical month is one that at least half of them reach; where most months bring nobody this is the case."""
    today = pd.Timestamp("2025-03-31" if case == "steady" else "2025-12-31")
    found = new_customers.acquisition(days(*first), today)
    assert (found.case, found.typical, found.without) == (case, typical, without)
    reached = (new_customers.by_month(days(*first), today) >= found.typical).mean()
    assert reached >= 0.5


def test_records_that_begin_in_the_middle_of_a_shops_life():
    """Of ten customers six are first seen in the first 30 of 365 days: a crowd; one in ten is none."""
    crowd = days(*["2025-01-02"] * 6, *["2025-06-01"] * 4)
    found = new_customers.acquisition(crowd, pd.Timestamp("2025-12-31"))
    assert (found.records, found.opening.value, found.busiest, found.most) == (
        "opening",
        0.6,
        "January 2025",
        6,
    )
    even = days("2025-01-02", *[f"2025-{month:02}-15" for month in range(2, 11)])
    assert new_customers.acquisition(even, pd.Timestamp("2025-12-31")).records == "as_others"
    assert new_customers.acquisition(days(), pd.Timestamp("2025-12-31")).case == "unknown"


def test_short_records_say_nothing_of_their_beginning():
    """In 60 days the first 30 can't hold more than twice their share."""
    first = days("2025-01-01", "2025-01-02")
    assert new_customers.records(first, pd.Timestamp("2025-03-01")) == "unknown"
    assert new_customers.records(first, pd.Timestamp("2025-03-02")) == "opening"
