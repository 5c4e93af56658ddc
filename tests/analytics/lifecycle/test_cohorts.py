"""Cohorts: by the month of the first order, without the first one and without months that are not over."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.lifecycle import cohorts


def orders(*rows: tuple[str, str]) -> pd.DataFrame:
    """A row per order: customer and day."""
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    return table.assign(ordered_at=pd.to_datetime(table["ordered_at"]))


SHOP = orders(
    ("old", "2025-01-05"), ("old", "2025-02-05"), ("old", "2025-03-05"),
    ("a", "2025-02-10"), ("a", "2025-03-10"), ("a", "2025-03-20"),
    ("b", "2025-02-20"), ("b", "2025-04-02"),
    ("c", "2025-03-15"), ("c", "2025-04-05"),
    ("d", "2025-04-06"),
)  # fmt: skip


def test_retention_by_hand():
    """Of February's two one came again in March and one in April; March's one in April; April is whole on its last day."""
    found = cohorts.retention(SHOP, pd.Timestamp("2025-04-30"), ages=3)
    assert found.index.strftime("%m").tolist() == ["02", "03", "04"]
    assert found["customers"].tolist() == [2, 1, 1]
    np.testing.assert_array_equal(found[[1, 2]].to_numpy(), [[0.5, 0.5], [1.0, np.nan], [np.nan, np.nan]])


def test_a_month_that_is_not_over_is_left_out():
    """On 29 April no cell of April is given, and the cohort of April is not there."""
    found = cohorts.retention(SHOP, pd.Timestamp("2025-04-29"), ages=3)
    assert found.index.strftime("%m").tolist() == ["02", "03"]
    assert np.isnan(found.loc["2025-03-01", 1])


def test_the_first_cohort_is_kept_where_it_is_known_to_be_new():
    """Said to be new, the first month has its row."""
    found = cohorts.retention(SHOP, pd.Timestamp("2025-04-30"), first_is_new=True, ages=2)
    assert found.loc["2025-01-01", [1, 2]].tolist() == [1, 1]


def test_the_mean_counts_customers():
    """Month 1 of February's two and March's one: 2 of 3."""
    found = cohorts.mean_retention(cohorts.retention(SHOP, pd.Timestamp("2025-04-30"), ages=3))
    assert found[1] == pytest.approx(2 / 3)
    assert found[2] == 0.5


@pytest.mark.parametrize(
    ("drop", "share", "n"),
    [
        ({}, 2 / 3, 3),
        ({"drop_first": False}, 3 / 4, 4),
        ({"drop_last": False}, 2 / 4, 4),
        ({"drop_first": False, "drop_last": False}, 3 / 5, 5),
    ],
)
def test_each_trap_moves_the_share(drop, share, n):
    """The first cohort pulls it up; a month that is not over pulls it down."""
    found = cohorts.in_next_month(SHOP, pd.Timestamp("2025-04-30"), **drop)
    assert found.value == pytest.approx(share)
    assert found.n == n


def test_late_records_are_five_months_and_five_days():
    """The window begins with a month, and ends on the last 5th that is no later than the day; what it says differs by trap."""
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, 3000), unit="D")
    shop = pd.DataFrame({"customer_id": rng.integers(0, 300, 3000).astype(str), "ordered_at": days})
    for day, ends in (
        ("2025-11-30", "2025-11-05"),
        ("2025-11-04", "2025-10-05"),
        ("2025-11-05", "2025-11-05"),
    ):
        late = cohorts.late_records(shop, pd.Timestamp(day))
        assert late.ends == pd.Timestamp(ends)
        assert late.begins == late.ends.replace(day=1) - pd.DateOffset(months=5)
        assert late.orders["ordered_at"].between(late.begins, late.ends + pd.Timedelta(days=1)).all()
    ways = cohorts.four_ways(late)
    assert ways.loc["without both", "value"] == late.again().value
    pd.testing.assert_frame_equal(late.rows, cohorts.months_of(late.orders))


def test_regulars_who_paused_look_new_in_later_cohorts():
    """Of the four of July's cohort two had bought in spring: older records leave two who are new, of whom one came again."""
    rows = [("old", "2025-03-01"), ("pause", "2025-04-01"), ("other", "2025-06-02")]
    rows += [(who, "2025-07-10") for who in ("old", "pause", "new", "newer")]
    rows += [("old", "2025-08-10"), ("pause", "2025-08-10"), ("new", "2025-08-10"), ("new", "2025-11-05")]
    shop = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    late = cohorts.late_records(
        shop.assign(ordered_at=pd.to_datetime(shop["ordered_at"])), pd.Timestamp("2025-11-30")
    )
    ways = cohorts.four_ways(late)
    assert late.known == {"old", "pause"}
    assert ways.loc["without both", ["value", "n"]].tolist() == [0.75, 4]
    assert ways.loc["without both, new by older records", ["value", "n"]].tolist() == [0.5, 2]
    assert cohorts.four_ways(cohorts.Window(late.orders, late.begins, late.ends)).index[-1] == "without both"


def test_newer_cohorts_against_older_ones():
    """Two of four in the older half and three of four in the newer one come in the next month: 25 points more."""
    table = pd.DataFrame({"customers": [2, 2, 2, 2, 1], 1: [0.5, 0.5, 1.0, 0.5, np.nan]})
    found = cohorts.newer_less_older(table)
    assert found.value == pytest.approx(0.25)
    assert (found.unit, found.n) == ("points", 8)
    assert found.low < 0.25 < found.high
    assert not cohorts.newer_less_older(table[:1]).known


def test_nothing_is_no_failure():
    """Without orders nothing is known."""
    assert not cohorts.in_next_month(SHOP[:0], pd.Timestamp("2025-04-30")).known
    assert cohorts.retention(SHOP[:0], pd.Timestamp("2025-04-30")).empty
