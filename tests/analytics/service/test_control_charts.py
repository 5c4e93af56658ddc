"""Control charts: limits by hand, rules by hand, and how often they cry wolf."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.service import control_charts, weekly_charts
from workbook.tables.errors import DataError

QUIET = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]


def rung(z: list[float]) -> dict[str, list[int]]:
    """Points at which each rule rings."""
    found = control_charts.signals(pd.Series(z))
    return {rule: list(np.flatnonzero(found[rule])) for rule in found}


def test_limits_of_single_values_by_hand():
    """Mean 11, moving range 2: sigma is 2 / 1.128, widened for 8 points; 20 lies (20 − 11) / 1.773 = 5.08 of the former up."""
    table = control_charts.individuals(pd.Series([*QUIET, 20.0]), 8)
    wider = control_charts.widening(8)
    assert table["centre"].tolist() == [11.0] * 9
    assert table["high"].iloc[0] == pytest.approx(11 + 3 * 2 / 1.128 * wider)
    assert table["low"].iloc[0] == pytest.approx(11 - 3 * 2 / 1.128 * wider)
    assert table["z"].iloc[-1] == pytest.approx(5.076 / wider)


def test_limits_from_few_points_are_wider():
    """8 points tell sigma worse than 26, and a thousand tell it."""
    wider = [control_charts.widening(points) for points in (8, 26, 104, 1000)]
    assert wider == sorted(wider, reverse=True)
    assert wider[1] == pytest.approx(1.13, abs=0.01)
    assert wider[-1] == pytest.approx(1, abs=0.01)
    assert np.isnan(control_charts.widening(1))


@pytest.mark.parametrize("points", [8, 26, 104])
def test_a_quiet_year_of_single_values_signals_as_often_as_it_says(points):
    """Whatever the baseline: 20,000 years of pure noise, 13.1 % of which signal, within 4 standard errors."""
    values = np.random.default_rng(points).standard_normal((20_000, points + control_charts.YEAR))
    quiet, year = values[:, :points], values[:, points:]
    sigma = np.abs(np.diff(quiet)).mean(axis=1) / 1.128 * control_charts.widening(points)
    rang = (np.abs(year - quiet.mean(axis=1)[:, None]) > 3 * sigma[:, None]).any(axis=1)
    assert abs(rang.mean() - 0.1311) < 4 * np.sqrt(0.13 * 0.87 / 20_000)


def test_the_limits_know_the_baseline_only():
    """Whatever comes later doesn't move them."""
    one, other = (control_charts.individuals(pd.Series([*QUIET, *later]), 8) for later in ([20.0], [1e6]))
    assert one["high"].iloc[0] == other["high"].iloc[0]


def test_limits_of_shares_by_hand():
    """With p = 40 / 160, of 100 cases 3 √(.25 × .75 / 100) = .13, of 20 wider, and never below 0; of 4, 1 hit expected, none."""
    hits = pd.Series([5] * 8 + [40, 4, 0])
    table = control_charts.shares(hits, pd.Series([20] * 8 + [100, 4, 0]), 8)
    assert table["centre"].iloc[0] == 0.25
    assert table["high"].iloc[8] == pytest.approx(0.25 + 3 * np.sqrt(0.25 * 0.75 / 100))
    assert table["z"].iloc[8] == pytest.approx((0.4 - 0.25) / np.sqrt(0.25 * 0.75 / 100))
    assert table.loc[0, ["low", "high"]].tolist() == [
        0.0,
        pytest.approx(0.25 + 3 * np.sqrt(0.25 * 0.75 / 20)),
    ]
    assert table.loc[9, "value"] == 1.0
    assert table.loc[9, ["centre", "low", "high", "z"]].isna().all()
    assert np.isnan(table.loc[10, "value"])


@pytest.mark.parametrize("values", [QUIET[:7], [5.0] * 12, []])
def test_a_baseline_that_says_nothing_sets_no_limits(values):
    """Seven points, points that don't vary, or none: the values stay, limits and z are missing, nothing rings."""
    table = control_charts.individuals(pd.Series(values, dtype=float), 8)
    assert table["value"].tolist() == values
    assert table[["centre", "low", "high", "z"]].isna().all(axis=None)
    assert not control_charts.signals(table["z"]).any(axis=None)


def test_a_baseline_has_eight_points():
    """Of fewer, sigma would be a guess."""
    with pytest.raises(DataError, match="baseline must be a whole number from 8 on; got 7"):
        control_charts.individuals(pd.Series(QUIET), 7)


@pytest.mark.parametrize(
    ("z", "rule", "at"),
    [
        ([0, 3.1, 0, -3.1], "1 beyond 3 sigma", [1, 3]),
        ([2.1, 2.1, 0], "2 of 3 beyond 2 sigma", [1]),
        ([2.1, 0, 2.1], "2 of 3 beyond 2 sigma", [2]),
        ([2.1, 0, 0, 2.1], "2 of 3 beyond 2 sigma", []),
        ([2.1, -2.1, 0], "2 of 3 beyond 2 sigma", []),
        ([-1.1, -1.1, 0, -1.1, -1.1], "4 of 5 beyond 1 sigma", [4]),
        ([1.1, 1.1, 0, 0, 1.1, 1.1], "4 of 5 beyond 1 sigma", []),
        ([0.1] * 9, "8 in a row on one side", [7, 8]),
        ([0.1] * 7 + [-0.1] + [0.1] * 7, "8 in a row on one side", []),
    ],
)
def test_each_rule_by_hand(z, rule, at):
    """It rings at the point that completes it, on one side only, and not again without a new point."""
    assert rung([float(v) for v in z])[rule] == at


def test_gaps_are_passed_over():
    """A week without cases neither rings nor breaks a row."""
    z = pd.Series([0.1] * 4 + [np.nan] + [0.1] * 4, index=pd.date_range("2025-01-06", periods=9, freq="7D"))
    found = control_charts.signals(z)["8 in a row on one side"]
    assert found.tolist() == [False] * 8 + [True]


def test_the_three_sigma_rule_rings_as_often_as_it_says():
    """A quiet year of 52 weeks rings with 1 − .9973⁵² = 13.1 %, within 4 standard errors."""
    found = control_charts.false_alarms(52, 20_000, np.random.default_rng(1), control_charts.RULES.head(1))
    assert abs(found - 0.1311) < 4 * np.sqrt(0.13 * 0.87 / 20_000)


@pytest.mark.slow
@pytest.mark.parametrize(("rules", "published"), [(1, 370.40), (2, 225.44), (3, 166.05), (4, 91.75)])
def test_the_mean_run_is_as_published(rules, published):
    """Champ & Woodall (1987), table 1: points until the first ring with rules C1; C12; C13; C1234, within 4 standard errors."""
    chosen = {1: [0], 2: [0, 1], 3: [0, 2], 4: [0, 1, 2, 3]}[rules]
    z, points = np.random.default_rng(2).standard_normal((4000, 3000)), 3000
    rang = np.any(
        [
            control_charts.rings(z, r.points, r.of, r.sigma)
            for r in control_charts.RULES.iloc[chosen].itertuples()
        ],
        axis=0,
    )
    first = np.where(rang.any(axis=1), rang.argmax(axis=1) + 1, points)
    assert abs(first.mean() - published) < 4 * first.std() / np.sqrt(4000)


def test_only_whole_weeks_are_charted():
    """From the first Monday with a whole week of data to the last Sunday that is over; quiet weeks in between count."""
    times = pd.Series(pd.to_datetime(["2025-03-05", "2025-03-10", "2025-03-25", "2025-03-31"]))
    monday, weeks = control_charts.whole_weeks(times, pd.Timestamp("2025-03-31"))
    assert monday.dt.strftime("%m-%d").tolist() == ["03-03", "03-10", "03-24", "03-31"]
    assert weeks.strftime("%m-%d").tolist() == ["03-10", "03-17", "03-24"]


def test_no_week_is_no_chart():
    """A shop of three days has no whole week, and that is no error."""
    monday, weeks = control_charts.whole_weeks(
        pd.Series(pd.to_datetime(["2025-03-05"])), pd.Timestamp("2025-03-07")
    )
    assert weekly_charts.weekly_shares(pd.Series([True]), monday, weeks, 8).empty


def test_shares_by_week_by_hand():
    """Half of the cases hit in eight quiet weeks; all 40 of the ninth do, which rings."""
    weeks = pd.date_range("2025-01-06", periods=9, freq="7D")
    monday = pd.Series(np.repeat(weeks, 40))
    hits = pd.Series([True, False] * 160 + [True] * 40)
    found = weekly_charts.weekly_shares(hits, monday, weeks, 8)
    assert found["value"].tolist() == [0.5] * 8 + [1.0]
    assert found["signal"].tolist() == [False] * 8 + [True]


def test_the_baseline_itself_never_rings():
    """Its weeks say what noise is: a week of it that strays by nearly five sigmas isn't marked, the same week after it is."""
    weeks = pd.date_range("2025-01-06", periods=9, freq="7D")
    monday = pd.Series(np.repeat(weeks, 40))
    odd = [True] * 38 + [False] * 2
    hits = pd.Series(odd + [True, False] * 140 + odd)
    assert weekly_charts.weekly_shares(hits, monday, weeks, 8)["signal"].tolist() == [False] * 8 + [True]


def test_a_few_cases_a_week_never_ring():
    """Of four cases a week, half of which hit, even four hits in every later week tell nothing by limits made for many."""
    weeks = pd.date_range("2025-01-06", periods=30, freq="7D")
    hits = pd.Series([True, False] * 16 + [True] * 88)
    found = weekly_charts.weekly_shares(hits, pd.Series(np.repeat(weeks, 4)), weeks, 8)
    assert found["value"].tolist() == [0.5] * 8 + [1.0] * 22
    assert not found["signal"].any()


def test_weeks_that_differ_beyond_chance_widen_the_limits():
    """Laney's p′: the usual sigma times the mean distance of neighbouring z over 1.128, widened for 12 points."""
    n = pd.Series([100.0] * 12)
    hits = pd.Series([45.0, 55.0] * 6)
    plain, wide = (control_charts.shares(hits, n, 12, between=between) for between in (False, True))
    assert (plain["high"] - plain["centre"]).iloc[0] == pytest.approx(3 * 0.05)
    laney = 3 * 0.05 * (0.1 / 0.05) / 1.128
    assert (wide["high"] - wide["centre"]).iloc[0] == pytest.approx(laney * control_charts.widening(12))


def quiet_years(extra: float, years: int, *, between: bool, baseline: int = 26) -> float:
    """Share of years without a change in which a chart of shares signals, by its first rule."""
    rng, rang = np.random.default_rng(7), 0
    for _ in range(years):
        n = pd.Series(rng.integers(150, 250, baseline + 52).astype(float))
        chance = rng.normal(0.5, extra, len(n)).clip(0, 1)
        hits = pd.Series(rng.binomial(n.astype(int), chance).astype(float))
        z = control_charts.shares(hits, n, baseline, between=between)["z"].iloc[baseline:]
        rang += bool((z.abs() > 3).any())
    return rang / years


def test_the_usual_limits_signal_in_most_quiet_years():
    """Where weeks differ beyond chance, the p-chart's first rule signals in more than six years of ten."""
    assert quiet_years(0.05, 100, between=False) > 0.6


@pytest.mark.slow
@pytest.mark.parametrize("extra", [0.0, 0.05])
def test_a_quiet_year_signals_as_often_as_it_should(extra):
    """p′ in 11 to 15 % of 1,500 years, 13.1 % being promised, whether or not weeks differ beyond chance."""
    assert 0.11 <= quiet_years(extra, 1500, between=True) <= 0.15
