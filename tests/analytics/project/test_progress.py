"""Progress of a project, and adoption by its staff: by hand, and on worlds whose curve is known."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.project import adoption, progress

TODAY = pd.Timestamp("2025-06-30")


def plan() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four deliverables of 100: two long finished, one just finished, one not begun; bookings of 90, 150 and 40."""
    days = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-05-01", "2025-08-01"])
    deliverables = pd.DataFrame(
        {
            "deliverable_id": ["D1", "D2", "D3", "D4"],
            "phase": ["one", "one", "two", "two"],
            "name": ["a", "b", "c", "d"],
            "planned_start": days,
            "planned_end": days + pd.Timedelta(days=20),
            "planned_cost": [100.0, 100.0, 100.0, 100.0],
            "started_on": [*days[:3], pd.NaT],
            "delivered_on": pd.to_datetime(["2025-01-31", "2025-02-21", "2025-06-20", None]),
        }
    )
    costs = pd.DataFrame({"deliverable_id": ["D1", "D2", "D3", None], "amount": [90.0, 150.0, 40.0, 999.0]})
    return deliverables, costs


def test_progress_by_hand():
    """What is booked, how late, whether its invoices are in, and days of work over those planned."""
    made = progress.progress(*plan(), TODAY)
    assert made["booked"].tolist() == [90, 150, 40, 0]  # running costs belong to no deliverable
    assert made["days_late"].tolist()[:3] == [10, 0, 30]
    assert made["finished"].tolist() == [True, True, True, False]
    assert made["settled"].tolist() == [True, True, False, False]
    assert made["work"].tolist()[:3] == [1.5, 1.0, 2.5]


def test_a_project_that_has_not_begun_has_no_row():
    """On a day before the plan money is a number still, of which a trainee may take the sum."""
    deliverables, costs = plan()
    words = dict.fromkeys(["deliverable_id", "phase", "name"], "str")
    made = progress.progress(
        deliverables.head(0).astype(words), costs.head(0).astype({"deliverable_id": "str"}), TODAY
    )
    assert made["booked"].dtype == float
    assert made.empty


def test_unfinished_work_is_no_saving():
    """All booked over all planned is 280 / 400; finished ones cost 240 of their 200."""
    made = progress.progress(*plan(), TODAY)
    assert progress.booked_so_far(made) == pytest.approx(0.7)
    assert progress.overrun(made).value == pytest.approx(1.2)
    table = progress.by_phase(made)
    assert table.loc["one"].tolist() == [2, 2, 200, 240, 0]
    assert table.loc["two", "finished"] == 1


def test_an_interval_needs_some_rows():
    """Of two rows a ratio is known and no interval; of equal ratios the interval has no width."""
    two = progress.ratio_of_sums(pd.Series([1.0, 2.0]), pd.Series([1.0, 1.0]))
    assert two.value == pytest.approx(1.5)
    assert not two.has_interval
    same = progress.ratio_of_sums(pd.Series([2.0, 4.0, 6.0]), pd.Series([1.0, 2.0, 3.0]))
    assert (same.low, same.high) == pytest.approx((2.0, 2.0))
    assert not progress.ratio_of_sums(pd.Series(dtype=float), pd.Series(dtype=float)).known


def test_cost_and_time_together():
    """Ranks in the same order correlate fully; without dates of work nothing is said."""
    made = pd.DataFrame(
        {"settled": True, "work": np.arange(1.0, 9.0), "booked": np.arange(2.0, 10.0), "planned": 1.0}
    )
    assert progress.cost_and_time(made).case == "together"
    assert progress.cost_and_time(made.assign(booked=[3, 1, 4, 2, 4, 3, 1, 2])).case == "unclear"
    assert progress.cost_and_time(made.head(4)).case == "unknown"


def test_stories_go_from_kept_to_late():
    """The rows to read are finished ones, in the order of their delay."""
    made = progress.progress(*plan(), TODAY)
    assert progress.stories(made).index.tolist() == ["b", "a"]


def log_of(
    curve: tuple[float, float, float], teams: int = 12, weeks: int = 40, staff: int = 50
) -> pd.DataFrame:
    """A log without noise: each team uses the system exactly as the curve says."""
    rows = [
        (pd.Timestamp("2025-01-01") + pd.Timedelta(days=7 * w), f"t{t}", staff, staff * adoption.logistic(np.array(float(w)), *curve))
        for w in range(weeks) for t in range(teams)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["week", "team", "staff", "used"])


def test_a_curve_without_noise_comes_back():
    """The grid's nearest curve is that of the data, and all teams agree."""
    found = adoption.fit(log_of((0.7, 0.2, 14.0)))
    assert found.case == "fitted"
    assert found.ceiling.value == pytest.approx(0.7, abs=0.01)
    assert found.midpoint.value == pytest.approx(14, abs=1)
    assert found.speed.value == pytest.approx(0.2, rel=0.08)
    assert found.ceiling.high - found.ceiling.low < 1e-9
    assert found.share(14.0).value == pytest.approx(0.35, abs=0.02)


def test_teams_that_differ_give_a_band():
    """Half of the teams never start: the ceiling lies in the middle, with a wide band that contains it."""
    log = log_of((0.8, 0.3, 8.0))
    half = log["team"].isin([f"t{i}" for i in range(6)])
    found = adoption.fit(log.assign(used=log["used"].where(half, 0.0)))
    assert found.ceiling.value == pytest.approx(0.4, abs=0.02)
    assert found.ceiling.contains(0.4)
    assert found.ceiling.high - found.ceiling.low > 0.3


def test_too_little_for_a_curve():
    """Few weeks, few teams, or nobody: no curve, and no numbers."""
    log = log_of((0.7, 0.2, 14.0))
    assert adoption.fit(log[log["team"] == "t1"]).case == "few"
    assert adoption.fit(log[log["week"] < "2025-02-01"]).case == "few"
    nobody = adoption.fit(log.assign(used=0))
    assert nobody.case == "nobody"
    assert nobody.at(np.arange(3)).isna().all(axis=None)
    assert adoption.band_widths(log.assign(used=0)).isna().all()


def test_few_teams_widen_the_percentiles():
    """Of many teams the ends are those of a normal; of six they are further out."""
    assert adoption.ends_for(10_000)[0] == pytest.approx(0.025, abs=0.001)
    assert adoption.ends_for(6)[0] < 0.01


def test_a_line_goes_on_for_ever():
    """Growth of .02 a week in the last four weeks is .2 in ten."""
    log = log_of((0.7, 0.2, 14.0), weeks=4)
    linear = log.assign(used=log["staff"] * (0.1 + 0.02 * log.groupby("team").cumcount()))
    assert adoption.straight_on(linear, 10) == pytest.approx(0.16 + 0.2)


def test_how_a_forecast_turned_out():
    """What came lies in the band, or does not; a log that is too short is no forecast."""
    table = adoption.forecasts(log_of((0.7, 0.2, 14.0), weeks=40), 26)
    found = adoption.turned_out(table, 26)
    assert found.weeks == 14
    assert found.came.value == pytest.approx(0.7 / (1 + np.exp(-0.2 * 25)), abs=0.01)
    assert adoption.turned_out(table.assign(low=0.9, high=1.0), 26).case == "missed"
    assert adoption.turned_out(table.assign(low=0.6, high=0.8), 26).case == "contained"
    assert adoption.turned_out(table, 40).case == "unknown"
