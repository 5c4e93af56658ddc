"""Looking early: what it does to a fixed test, and that the confidence sequence keeps its promise."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.experiments import sequential
from workbook.analytics.experiments.sequential import (
    alarms,
    boundary,
    compare_sequential_designs,
    differences,
    interim_analysis,
    looks,
    reshuffled,
)


def visitors(n: int, rate: float, lift: float = 0.0, seed: int = 1) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Draw visitors: outcome, treated, and fifty looks."""
    rng = np.random.default_rng(seed)
    treated = rng.random(n) < 0.5
    ordered = rng.random(n) < rate + lift * treated
    return pd.Series(ordered.astype(float)), pd.Series(treated), pd.Series(np.arange(n) * 50 // n)


def test_the_boundary_as_in_the_paper():
    """Waudby-Smith et al. (2024), eq. (6): √(2(tρ² + 1) / (t²ρ²) · ln(√(tρ² + 1) / α)) in units of σ, here times √t."""
    t, planned = np.array([50.0, 1000.0, 30_000.0]), 1000
    rho2 = (boundary(np.array([1e12]), planned) ** 2).item()  # grows like ln(t ρ² / α²), which gives ρ² back
    rho2 = np.exp(rho2) * 0.05**2 / 1e12
    expected = np.sqrt(2 * (t * rho2 + 1) / (t * rho2) * np.log(np.sqrt(t * rho2 + 1) / 0.05))
    assert boundary(t, planned) == pytest.approx(expected, rel=1e-6)


def test_the_boundary_is_tightest_at_the_plan_and_never_that_of_one_look():
    """Width is boundary / √n: no other plan gives a narrower band at 1,000 units than the plan of 1,000."""
    at = [boundary(np.array([1000.0]), planned)[0] for planned in (300, 700, 1000, 1400, 3000)]
    assert min(at) == at[2]
    assert (boundary(np.arange(10.0, 1e5, 100), 1000) > stats.norm.ppf(0.975)).all()
    assert boundary(np.array([500.0]), 1000, 0.01)[0] > boundary(np.array([500.0]), 1000)[0]


def test_looks_go_by_day_or_in_parts():
    """Each day is a look; where all were drawn on a few days there are twenty in a shuffled order, or one a unit."""
    days = pd.Series(
        pd.to_datetime(
            ["2025-01-03", "2025-01-01", "2025-01-09", "2025-01-05", "2025-01-05 10:00", "2025-01-20"],
            format="mixed",
        )
    )
    assert looks(days, seed=1).tolist() == [1, 0, 3, 2, 2, 4]
    assert sorted(looks(days[:3], seed=1)) == [0, 1, 2]
    parts = looks(pd.Series([days[0]] * 60), seed=1)
    assert parts.value_counts().tolist() == [3] * 20
    assert not parts.is_monotonic_increasing
    assert looks(days[:0], seed=1).empty


def test_watch_counts_as_pandas_does():
    """Difference, p and interval at the last look are those of Welch's z on all units; before it, on those so far."""
    ordered, treated, look = visitors(2000, 0.2, 0.05)
    seen = interim_analysis(ordered, treated, look, planned=2000)
    for at in (30, 50):
        so_far = look < at
        a, b = ordered[so_far & treated], ordered[so_far & ~treated]
        error = np.hypot(a.sem(), b.sem())
        row = seen.loc[at]
        assert row["units"] == so_far.sum()
        assert row["difference"] == pytest.approx(a.mean() - b.mean())
        assert row["p"] == pytest.approx(2 * stats.norm.sf(abs(a.mean() - b.mean()) / error))
        assert row["fixed_high"] - row["difference"] == pytest.approx(1.96 * error, rel=1e-4)
        assert row["high"] - row["difference"] == pytest.approx(
            boundary(np.array([so_far.sum()]), 2000)[0] * error
        )


def test_the_order_of_rows_does_not_matter():
    """Units are counted by their look, wherever they stand."""
    ordered, treated, look = visitors(500, 0.3)
    mixed = np.random.default_rng(2).permutation(500)
    expected = interim_analysis(ordered, treated, look, planned=500)
    pd.testing.assert_frame_equal(
        interim_analysis(ordered[mixed], treated[mixed], look[mixed], planned=500), expected
    )


def test_nothing_is_said_before_the_burn_in():
    """Until each arm has 25 orders there is no band and no stop; without units, there is no row."""
    ordered, treated, look = visitors(1000, 0.2)
    seen = interim_analysis(ordered, treated, look, planned=1000)
    both = pd.concat(
        [ordered[treated].groupby(look).sum().cumsum(), ordered[~treated].groupby(look).sum().cumsum()],
        axis=1,
    )
    ready = (both.ffill().min(axis=1) >= sequential.BURN_IN).to_numpy()
    assert (seen["low"].notna().to_numpy() == ready).all()
    assert not seen.loc[~ready, "stop"].any()
    assert interim_analysis(ordered[:0], treated[:0], look[:0], planned=10).empty


def test_money_may_be_watched_as_well():
    """A mean of money is followed like a rate: the last look is Welch's on all."""
    ordered, treated, look = visitors(800, 0.4)
    spent = ordered * np.random.default_rng(1).lognormal(5, 0.6, 800)
    last = interim_analysis(spent, treated, look, planned=800).iloc[-1]
    assert last["difference"] == pytest.approx(spent[treated].mean() - spent[~treated].mean())


def test_one_lot_of_many_is_the_one_alone():
    """Several lots at once give what each gives by itself."""
    ordered, treated, look = visitors(600, 0.3)
    starts = np.flatnonzero(np.diff(look, prepend=-1))
    lots = np.stack([treated, ~treated])
    difference, error = differences(ordered.to_numpy(), lots, starts)
    assert difference[0][-1] == pytest.approx(-difference[1][-1])
    assert error[0][-1] == pytest.approx(error[1][-1])


def test_reshuffling_keeps_the_arms_and_takes_the_effect():
    """An effect of 20 points is gone after the lot is drawn anew: z at the end is a standard normal draw."""
    z = reshuffled(*visitors(1000, 0.2, 0.2), draws=400, seed=1)
    assert z.shape == (400, 50)
    assert abs(z[50].mean()) < 4 / np.sqrt(400)
    assert z[50].std() == pytest.approx(1, abs=0.15)
    again = reshuffled(*visitors(1000, 0.2, 0.2), draws=400, seed=1)
    pd.testing.assert_frame_equal(z, again)


def test_an_alarm_stays_raised():
    """Once beyond the limit, a test counts at every later look; before any value there is no share."""
    z = pd.DataFrame([[np.nan, 3.0, 0.0], [np.nan, 1.0, -3.0], [np.nan, 0.0, 0.0]])
    assert alarms(z, 2.0).tolist() == pytest.approx([np.nan, 1 / 3, 2 / 3], nan_ok=True)
    assert reshuffled(*(part[:0] for part in visitors(10, 0.2)), draws=5, seed=1).empty


def test_peeking_raises_false_alarms_and_one_look_does_not():
    """With 50 looks many times 5 % of A/A tests are significant at one or another; at the last look 5 % are."""
    z = reshuffled(*visitors(3000, 0.2), draws=1000, seed=3)
    assert alarms(z, 1.96).iloc[-1] > 0.18
    assert abs((z[50].abs() > 1.96).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 1000)


def test_the_race_knows_the_price():
    """At the planned lift the fixed test finds its 80 %, the sequential one less by the plan and more by its double."""
    row = compare_sequential_designs(0.15, 0.03, 2403, draws=1500)
    assert row["fixed"] == pytest.approx(0.8, abs=4 * np.sqrt(0.8 * 0.2 / 1500))
    assert row["by_plan"] < row["fixed"] < row["by_end"]
    assert compare_sequential_designs(0.15, 0.09, 2403, draws=300)["mean_size"] < 0.5
    assert compare_sequential_designs(0.15, 0.0, 2403, draws=1500)["by_end"] <= 0.05
    assert compare_sequential_designs(0.9, 0.2, 100).isna().all()
    assert compare_sequential_designs(0.2, 0.1, np.nan).isna().all()


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "planned"), [(0.15, 4000), (0.15, 200), (0.02, 4000), (0.5, 50)])
def test_the_sequence_keeps_its_promise_at_every_look(rate, planned):
    """Of 1,000 A/A tests looked at after each of 200 parts, 5 % at most ever stop, within 3 standard errors."""
    rng = np.random.default_rng(4)
    stopped = 0
    look = pd.Series(np.arange(8000) // 40)
    for _ in range(1000):
        ordered, treated = (
            pd.Series((rng.random(8000) < rate).astype(float)),
            pd.Series(rng.random(8000) < 0.5),
        )
        stopped += bool(interim_analysis(ordered, treated, look, planned=planned)["stop"].any())
    assert stopped / 1000 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)


def test_peeking_is_counted_by_both_ways_to_look():
    """Of four tests two had |z| above 1.96 at one look, and one of these above any limit of the band."""
    z = pd.DataFrame({1: [0.0, 2.5, 0.0, 9.0], 2: [0.0, 0.0, 1.0, 0.0]})
    look = pd.Series([0] * 50 + [1] * 50)
    found = sequential.peeking(z, look, planned=100)
    assert (found.case, found.peek.value, found.safe.value, found.looks) == ("known", 0.5, 0.25, 2)
    by_look = sequential.false_alarms(z, look, planned=100)
    assert by_look.iloc[-1].tolist() == [0.5, 0.25, 0.05]
    assert sequential.peeking(z * np.nan, look, planned=100).case == "few"
    assert sequential.false_alarms(z * np.nan, look, planned=100).isna().all(axis=None)


def test_p_values_are_two_sided_and_missing_where_nothing_was_read():
    """Z of 1.96 in either direction is p of 5 %."""
    p = sequential.p_values(pd.DataFrame({1: [1.96, -1.96, np.nan]}))[1]
    assert p.tolist()[:2] == pytest.approx([0.05, 0.05], abs=1e-4)
    assert np.isnan(p.iloc[2])


@pytest.mark.parametrize(
    ("p", "stop", "case", "early", "late"),
    [
        ([0.5, 0.04, 0.001], [0, 0, 1], "both", 2, 3),
        ([0.5, 0.04, 0.2], [0, 0, 0], "peeker", 2, 0),
        ([0.5, 0.3, 0.2], [0, 0, 0], "neither", 0, 0),
    ],
)
def test_who_would_have_stopped_and_when(p, stop, case, early, late):
    """The peeker at the first p below 5 %, the band at its own first look; the end is said in any case."""
    seen = pd.DataFrame(
        {"units": [10, 20, 30], "difference": [0.1, 0.2, 0.1], "p": p, "fixed_low": 0.0, "fixed_high": 0.2,
         "low": -0.1, "high": 0.3, "stop": stop}, index=pd.RangeIndex(1, 4, name="look"),
    )  # fmt: skip
    found = sequential.stopped(seen)
    assert (found.case, found.early_look, found.look) == (case, early, late)
    assert (found.band.low, found.once.low) == (-0.1, 0.0)
    assert found.early_units == 10 * early
    assert sequential.stopped(seen.assign(difference=np.nan)).case == "few"


def test_the_race_has_a_row_for_each_true_lift():
    """With twice the lift the sequential test uses fewer units than planned; an impossible size has no rows."""
    table = sequential.race(0.15, 0.03, 2400, draws=200, seed=1)
    assert list(table.index) == ["nothing", "half of the planned", "as planned", "twice the planned"]
    assert table.loc["twice the planned", "mean size / plan"] < 1
    assert sequential.race(0.15, 0.03, float("nan"), draws=10, seed=1).empty
