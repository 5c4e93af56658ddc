"""Popular ways to misread a test, each on a test in which it does harm."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests, misreadings
from workbook.analytics.experiments.on_record import two_arms

DAY = pd.Timestamp("2025-07-31")


def table(**trials: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Make an experiments table: name={arm: (orders, units)}, all drawn on one day, measured 90 days later."""
    parts = [
        pd.DataFrame(
            {
                "experiment": name,
                "unit_id": [f"{name}-{arm}-{n}" for n in range(units)],
                "arm": arm,
                "assigned_at": DAY,
                "measured_on": DAY + pd.Timedelta(days=89),
                "ordered": [1] * hits + [0] * (units - hits),
            }
        )
        for name, arms in trials.items()
        for arm, (hits, units) in arms.items()
    ]
    return pd.concat(parts, ignore_index=True).astype({"ordered": "Int64"})


SURE = {"none": (100, 1000), "new": (200, 1000)}
HIDDEN = {"none": (300, 625), "new": (335, 625)}  # p .048; the intervals of both shares overlap
OPEN = {"none": (80, 240), "new": (96, 240)}  # p .13
TRIALS = table(sure=SURE, hidden=HIDDEN, open=OPEN)
PAIRS = misreadings.every_pair(TRIALS)


def test_every_pair_is_read_by_itself():
    """As `effects` reads a test of two arms; of three arms there are two pairs, each with a p of its own."""
    row = PAIRS.loc[("sure", "new")]
    alone = ab_tests.effects(
        TRIALS[TRIALS["experiment"] == "sure"].astype({"ordered": int}), "ordered", control="none", rate=True
    ).loc["new"]
    assert (row["against"], row["units"]) == ("none", 2000)
    assert row[["value", "low", "high", "p"]].tolist() == pytest.approx(
        alone[["difference", "low", "high", "p"]].tolist()
    )
    three = misreadings.every_pair(table(a={"none": (10, 50), "x": (20, 50), "y": (10, 50)}))
    assert list(three.index) == [("a", "x"), ("a", "y")]
    assert three.loc[("a", "x"), "p"] == pytest.approx(stats.norm.sf(2.182) * 2, rel=0.01)


def test_trials_that_are_running_and_single_arms_are_no_pairs():
    """Nothing is read of an outcome that isn't known, or of an arm without another."""
    running = TRIALS.assign(ordered=TRIALS["ordered"].where(TRIALS["experiment"] != "sure"))
    assert set(misreadings.every_pair(running).index.get_level_values(0)) == {"hidden", "open"}
    assert misreadings.every_pair(table(a={"none": (1, 9)})).empty
    assert misreadings.every_pair(TRIALS.iloc[:0]).empty


def test_intervals_overlap_though_the_difference_is_sure():
    """The pair is chosen whose arms' intervals overlap and whose own interval leaves out nothing."""
    pair = misreadings.overlapping(TRIALS, PAIRS)
    assert (pair.name, misreadings.overlap_case(pair)) == ("hidden", "hidden")
    assert misreadings.gap(misreadings.each_arm(pair.rows)) < 0 < pair.found.low
    apart = misreadings.overlapping(table(sure=SURE), misreadings.every_pair(table(sure=SURE)))
    assert misreadings.overlap_case(apart) == "open"


def test_the_undecided_pair_may_be_worth_most():
    """P is above 5 %; where all pairs are decided, the one whose interval reaches furthest."""
    pair = misreadings.undecided(TRIALS, PAIRS)
    assert (pair.name, pair.found.verdict) == ("open", "unclear")
    assert pair.p >= 0.05
    alone = table(sure=SURE)
    assert misreadings.undecided(alone, misreadings.every_pair(alone)).name == "sure"


def test_without_trials_there_is_no_pair():
    """An empty pair says so, and nothing that is made of it fails."""
    none = TRIALS.iloc[:0]
    pairs, orders = misreadings.every_pair(none), pd.DataFrame({"customer_id": [], "ordered_at": []})
    pair = misreadings.overlapping(none, pairs)
    assert (pair.known, pair.found.known, misreadings.overlap_case(pair)) == (False, False, "unknown")
    assert misreadings.promises(pair.rows, draws=5, seed=1).empty
    assert misreadings.promised(misreadings.promises(pair.rows, draws=5, seed=1)).case == "unknown"
    assert not misreadings.hidden_by_year(none, pairs, orders, DAY).known
    assert misreadings.by_window(pair, orders, DAY).empty
    assert misreadings.two_windows(misreadings.by_window(pair, orders, DAY)).case == "unknown"


def rows_of(arms: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Units of two arms."""
    return two_arms(table(a=arms).astype({"ordered": int}), "none", "new")


def test_bootstraps_of_shares_are_binomial():
    """Their mean is the difference, their spread its standard error, within four standard errors."""
    drawn = misreadings.bootstraps(rows_of(OPEN), draws=20_000, seed=1)
    error = np.sqrt((1 / 3 * 2 / 3 + 0.4 * 0.6) / 240)
    assert drawn.mean() == pytest.approx(0.4 - 1 / 3, abs=4 * error / 20_000**0.5)
    assert drawn.std() == pytest.approx(error, rel=0.03)


def test_tests_without_an_effect_keep_all_orders():
    """The same 176 orders are put into two arms: around no difference, and as far apart as chance takes them."""
    drawn = misreadings.without_effect(rows_of(OPEN), draws=20_000, seed=1)
    share = 176 / 480
    error = np.sqrt(share * (1 - share) * 480 / 479 * 2 / 240)
    assert drawn.mean() == pytest.approx(0, abs=4 * error / 20_000**0.5)
    assert drawn.std() == pytest.approx(error, rel=0.03)


def test_a_share_of_bootstraps_is_p_in_another_form():
    """One minus half of the p of a test with as many units, whatever is true."""
    row = misreadings.in_points(rows_of(OPEN))
    drawn = misreadings.bootstraps(rows_of(OPEN), draws=20_000, seed=1)
    above = (drawn > 0).mean() + (drawn == 0).mean() / 2
    assert above == pytest.approx(1 - row["p"] / 2, abs=0.01)


def test_where_nothing_works_one_test_of_ten_promises_much():
    """Over 95 % for one of two arms: 5 % on either side, within four standard errors."""
    values = misreadings.promises(rows_of({"none": (900, 3000), "new": (900, 3000)}), draws=3000, seed=2)
    found = misreadings.promised(values)
    assert found.sure.value == pytest.approx(0.10, abs=4 * np.sqrt(0.09 / 3000))
    assert values.mean() == pytest.approx(0.5, abs=0.03)


def orders_of(trials: pd.DataFrame, early: bool) -> pd.DataFrame:
    """One order for each unit that ordered, five days after the draw; with ``early`` one of everybody in January too."""
    came = trials[trials["ordered"] == 1]
    rows = [pd.DataFrame({"customer_id": came["unit_id"], "ordered_at": DAY + pd.Timedelta(days=5)})]
    if early:
        rows.append(
            pd.DataFrame({"customer_id": trials["unit_id"], "ordered_at": pd.Timestamp("2025-01-09")})
        )
    return pd.concat(rows, ignore_index=True)


def test_a_year_that_began_before_hides_the_effect():
    """Everybody ordered in January: by the calendar year both arms are at 100 %, by the trial's own time they are not."""
    trials = table(hidden=HIDDEN, late=SURE)
    trials.loc[trials["experiment"] == "late", "assigned_at"] = DAY + pd.Timedelta(days=1)
    orders, today = orders_of(trials, early=True), pd.Timestamp("2025-12-31")
    pair = misreadings.hidden_by_year(trials, misreadings.every_pair(trials), orders, today)
    windows = misreadings.by_window(pair, orders, today)
    assert pair.name == "late"  # of two that are hidden, the one that began later
    assert windows["value"].tolist() == pytest.approx([0, 0.1, 0.1])
    assert misreadings.two_windows(windows).case == "hidden"


def test_where_nothing_is_hidden_both_windows_agree():
    """Without orders before, the year and the trial's own time are alike."""
    trials = table(sure=SURE)
    orders = orders_of(trials, early=False)
    pair = misreadings.hidden_by_year(trials, misreadings.every_pair(trials), orders, DAY)
    windows = misreadings.by_window(pair, orders, pd.Timestamp("2025-12-31"))
    assert windows["value"].tolist() == pytest.approx([0.1, 0.1, 0.1])
    assert misreadings.two_windows(windows).case == "alike"


def test_visitors_and_trials_without_a_day_have_no_window():
    """Their orders aren't on record, or nobody knows what came after."""
    trials, nobody = table(sure=SURE), pd.DataFrame({"customer_id": ["C1"], "ordered_at": [DAY]})
    pairs = misreadings.every_pair(trials)
    assert not misreadings.hidden_by_year(trials, pairs, nobody, DAY).known
    undated = trials.assign(assigned_at=pd.NaT)
    assert not misreadings.hidden_by_year(undated, pairs, orders_of(trials, early=False), DAY).known


def test_a_window_ends_after_its_last_day():
    """From the draw to 28 October, so that it is over on the 29th; today counts where nobody noted the last day."""
    pair = misreadings.overlapping(TRIALS, PAIRS)
    assert misreadings.window(pair, DAY) == (DAY, pd.Timestamp("2025-10-29"))
    undated = misreadings.Pair("a", "new", "none", pair.rows.assign(measured_on=pd.NaT), pair.found)
    assert misreadings.window(undated, pd.Timestamp("2025-12-31"))[1] == pd.Timestamp("2026-01-01")


EFFECTS = pd.DataFrame(
    {
        "experiment": ["sure", "sure", "missions"],
        "arm": ["new", "new", "missions"],
        "effect": [0.08, 0.10, 0.4],
    }
)


def test_the_truth_of_a_pair():
    """The mean of its units' effects, in points; of missions it is orders, and of an unknown arm nothing."""
    assert misreadings.true_effect(EFFECTS, "sure", "new") == Estimate(pytest.approx(0.09), unit="points")
    assert misreadings.true_effect(EFFECTS, "missions", "missions").unit == "orders"
    assert not misreadings.true_effect(EFFECTS, "open", "new").known


def test_intervals_are_held_against_the_truth():
    """10 ± 3 points contain 9; pairs whose truth isn't known don't count."""
    beside = misreadings.with_truth(PAIRS, EFFECTS)
    assert list(beside.index) == ["hidden: new", "open: new", "sure: new"]
    assert misreadings.judged(beside) == misreadings.Judged("known", 1, 1)
    assert misreadings.judged(misreadings.with_truth(PAIRS, EFFECTS.iloc[:0])).case == "unknown"


@pytest.mark.parametrize(
    ("effect", "case"), [(0.05, "works"), (-0.05, "harms"), (0.0002, "nothing"), (np.nan, "unknown")]
)
def test_what_an_undecided_pair_truly_does(effect, case):
    """The truth decides what the test couldn't; of a pair that is decided nothing is said."""
    assert (
        misreadings.truth_case(misreadings.undecided(TRIALS, PAIRS), Estimate(effect, unit="points")) == case
    )
    assert misreadings.truth_case(misreadings.overlapping(TRIALS, PAIRS), Estimate(effect)) == "unknown"
