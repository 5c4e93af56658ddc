"""Flows, budgets, ranges and pilots: known answers, and cases by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.project import budgets, early_adopters, net_present, scenarios, waiting
from workbook.tables.errors import DataError


def test_npv_is_the_published_one():
    """numpy-financial's documentation: 3065.22267 at 8 %, year 0 not discounted."""
    assert net_present.npv(0.08, [-40_000, 5_000, 8_000, 12_000, 30_000]) == pytest.approx(
        3065.22267, abs=5e-6
    )


@pytest.mark.parametrize(
    ("flows", "low", "high", "rate"),
    [
        ([-100, 39, 59, 55, 20], 0.0, 1.0, 0.28095),
        ([-100, 0, 0, 74], -0.5, 0.5, -0.0955),
        ([-100, 100, 0, -7], -0.5, 0.0, -0.0833),
        ([-100, 100, 0, 7], 0.0, 0.5, 0.06206),
        ([-5, 10.5, 1, -8, 1], 0.0, 0.6, 0.0886),
    ],
)
def test_irr_is_the_published_one_in_its_bracket(flows, low, high, rate):
    """numpy-financial's documentation; where there are several roots the bracket chooses."""
    assert net_present.irr(flows, low, high) == pytest.approx(rate, abs=6e-5)


def test_irr_asks_for_a_bracket():
    """Without a change of sign between the ends there is nothing to find."""
    with pytest.raises(DataError, match="change its sign"):
        net_present.irr([-100, 10, 10], 0.0, 1.0)


def test_sign_changes():
    """Zeros do not count."""
    assert net_present.sign_changes([-5, 10.5, 1, -8, 1]) == 3
    assert net_present.sign_changes([-5, 0, 3]) == 1


def test_payback_by_hand():
    """-100, 60, 80: 60 after a year, the other 40 in half of the second; discounted at 100 %: never."""
    assert net_present.payback([-100, 60, 80]) == pytest.approx(1.5)
    assert np.isnan(net_present.payback([-100, 60, 80], 1.0))
    assert net_present.payback([0, 5]) == 0.0
    assert net_present.payback([-100, 150, -100, 100]) == pytest.approx(
        2.5
    )  # it counts from when it stays paid
    assert net_present.payback_case([-1, 0.5], 0.0)[0] == "never"
    assert net_present.payback_case([-1, np.nan], 0.0)[0] == "unknown"


BUDGET = budgets.Budget(
    sales=1000.0, margin=0.5, added=(10.0, 20.0), offered=0.4, churn=0.1,
    set_up=20.0, running=2.0, overrun=1.5, adoption=0.5, discount=0.25,
)  # fmt: skip


def test_an_offer_and_a_careful_count_by_hand():
    """2 (1000 x .4 - 2) - 20 = 776; -30 + (5 - 2) + (10 - 2) = -19; discounted -30 + 3 / 1.25 + 8 / 1.5625 = -22.48."""
    assert BUDGET.offer == pytest.approx(776)
    assert BUDGET.flows == pytest.approx([-30, 3, 8])
    assert BUDGET.left == pytest.approx(-19)
    assert BUDGET.npv == pytest.approx(-22.48)
    assert BUDGET.table()["sum so far"].iloc[-1] == pytest.approx(-22.48)
    assert budgets.compared(BUDGET, "CNY").case == "turns"


def test_own_data_are_not_multiplied_by_adoption():
    """A measured lift of the claimed size gives all of ``added``: -30 + 8 / 1.25 + 18 / 1.5625 = -12.08; none gives the cost."""
    found = budgets.own_data(BUDGET, Estimate(0.05, 0.0, 0.10, "change"), 0.05)
    assert (found.value, found.low) == pytest.approx((-12.08, -32.88))
    assert found.high == pytest.approx(-32.88 + 2 * 20.8)


def test_the_truth_is_of_the_years_after_the_data():
    """Months up to today do not count; two years of 12 and of 24 at 25 %, set up at 1.2 times the plan."""
    months = pd.date_range("2025-12-01", periods=25, freq="MS")
    benefit = pd.DataFrame({"month": months, "added_elsewhere": [99.0] + [1.0] * 12 + [2.0] * 12})
    years = budgets.true_years(benefit, pd.Timestamp("2025-12-31"))
    assert years.to_dict() == {1: 12.0, 2: 24.0}
    assert budgets.true_npv(BUDGET, years, 1.2) == pytest.approx(-24 + 10 / 1.25 + 22 / 1.5625)
    short = budgets.true_years(benefit.head(20), pd.Timestamp("2025-12-31"))
    assert np.isnan(budgets.true_npv(BUDGET, short, 1.2))


def test_what_is_judged_against_the_truth():
    """Above the careful count is too careful, below it too hopeful."""
    assert budgets.judged(BUDGET, 0.0, "CNY").case == "careful"
    assert budgets.judged(BUDGET, -100.0, "CNY").case == "hopeful"
    assert budgets.judged(BUDGET, -100.0, "CNY").pays == "loses"
    rows = budgets.side_by_side(BUDGET, Estimate(), 1.0)
    assert rows.index.tolist() == ["the offer", "counted carefully", "the truth"]
    assert rows.loc["the offer", "value"] == pytest.approx(-20 + 398 / 1.25 + 398 / 1.5625)


@pytest.mark.parametrize(
    ("advice", "truth", "word"),
    [("now", 1.0, "go_pays"), ("now", -1.0, "go_loses"), ("leave", 1.0, "leave_pays"), ("beyond", -1.0, "leave_loses"),
     ("pilot", 1.0, "wait_pays"), ("unknown", 1.0, "unknown"), ("now", np.nan, "unknown")],
)  # fmt: skip
def test_a_decision_beside_the_truth(advice, truth, word):
    """Going on, leaving it and waiting are each told from what came."""
    assert budgets.hindsight(advice, truth) == word


PROJECT = scenarios.Project(set_up=20.0, running=12.0, added=np.full(24, 2.0), full=0.1, discount=0.25)


def test_a_project_is_its_flows():
    """Monthly and yearly count agree: all of a year counts as of its end."""
    assert PROJECT.npv(1.5, adoption=0.5) == pytest.approx(
        net_present.npv(0.25, PROJECT.flows(overrun=1.5, adoption=0.5))
    )
    assert PROJECT.flows().tolist() == pytest.approx([-20, 12, 12])


def test_a_delay_loses_the_last_months():
    """Of 24 months of 2, delayed by 12, the second year's 24 are left; halfway between whole months it is interpolated."""
    assert PROJECT.benefits(12.0) == pytest.approx(24 / 1.5625)
    assert PROJECT.benefits(24.0) == 0
    assert PROJECT.benefits(0.5) == pytest.approx((PROJECT.benefits(0) + PROJECT.benefits(1)) / 2)


def test_an_effect_of_zero_costs_the_cost():
    """What does nothing is worth its cost, whoever uses it."""
    cost = -20 - 12 / 1.25 - 12 / 1.5625
    assert PROJECT.npv(effect=0.0) == pytest.approx(cost)
    assert PROJECT.npv(adoption=0.0) == pytest.approx(cost)


def test_triangles():
    """The quantiles of a triangle from 0 to 1 with its top at 1 are square roots; one without width is its value."""
    assert scenarios.triangle(np.array([0.25, 1.0]), 0, 1, 1) == pytest.approx([0.5, 1.0])
    assert scenarios.triangle(np.array([0.3]), 2, 2, 2).tolist() == [2.0]


def test_draws_go_together_as_asked():
    """Independent inputs do not correlate; together, what is bad comes with what is bad; the ranges stay the same."""
    ranges = scenarios.usual_ranges(1.2, 0.125, 0.7)
    alone, both = (scenarios.draws(ranges, level, 1) for level in (0.0, 0.5))
    assert abs(alone.corr(method="spearman").loc["overrun", "adoption"]) < 0.04
    assert both.corr(method="spearman").loc["overrun", "adoption"] == pytest.approx(-0.48, abs=0.04)
    assert both.corr(method="spearman").loc["overrun", "delay"] == pytest.approx(0.48, abs=0.04)
    for drawn in (alone, both):
        assert (drawn.min() >= ranges["least"] - 1e-9).all()
        assert (drawn.max() <= ranges["most"] + 1e-9).all()
        assert stats.ks_2samp(alone["delay"], drawn["delay"]).statistic < 0.03


def test_going_together_widens():
    """The mean hardly moves, the range does."""
    table = scenarios.compare_together(
        PROJECT, scenarios.usual_ranges(1.2, 0.1, 0.7), {"a": 0.0, "b": 0.6}, 1
    )
    width = table["95th percentile"] - table["5th percentile"]
    assert width["b"] > 1.2 * width["a"]
    assert abs(table["mean"].diff().iloc[1]) < 0.2 * width["a"]


def test_an_outlook_by_hand():
    """19 of 20 draws above zero pay; 19 below lose; half are open."""
    up = pd.Series([-1.0] + [1.0] * 19)
    assert scenarios.outlook(up, "CNY").case == "pays"
    assert scenarios.outlook(-up, "CNY").case == "loses"
    assert scenarios.outlook(pd.Series([-1.0, 1.0]), "CNY").case == "open"
    assert scenarios.outlook(pd.Series([np.nan, 1.0]), "CNY").case == "unknown"


def test_a_tornado_moves_one_input_at_a_time():
    """Each row is the result at its ends with the others at their likeliest; the widest is first."""
    ranges = scenarios.usual_ranges(1.2, 0.1, 0.7)
    table = scenarios.tornado(PROJECT, ranges)
    usual = scenarios.middle(ranges)
    assert table.loc["cost against the plan", "at_low"] == pytest.approx(
        PROJECT.npv(**(usual | {"overrun": 1.0}))
    )
    width = (table["at_high"] - table["at_low"]).abs()
    assert width.is_monotonic_decreasing
    assert scenarios.widest(table) == "fewer who leave"


def test_breaking_even_on_a_curve():
    """A line from -1 at 0 to 1 at 100 crosses at 50; one that stays below has no such place."""
    curve = pd.Series([-1.0, 1.0], index=[0.0, 100.0])
    assert scenarios.break_even_share(curve).value == pytest.approx(0.5)
    assert not scenarios.break_even_share(curve - 2).known
    likely = scenarios.middle(scenarios.usual_ranges(1.2, 0.1, 0.7))
    low, high = scenarios.ends(PROJECT, likely)
    assert low < scenarios.curve_at(PROJECT, likely, 0.1).min() < high


def test_a_curve_over_adoption_meets_the_tornado():
    """Both begin from the same inputs: at the likeliest share of staff the curve is the tornado's middle."""
    likely = scenarios.middle(scenarios.usual_ranges(1.2, 0.1, 0.7))
    curve = scenarios.curve_at(PROJECT, likely, PROJECT.discount)
    assert curve.loc[70.0] == pytest.approx(PROJECT.npv(**likely))


CHOICE = waiting.Choice(works=100.0, nothing=-100.0, later=0.9, effect=0.05, believe=0.4)


def test_the_worth_of_knowing_for_sure():
    """Without knowing one leaves it (.4 x 100 - .6 x 100 < 0); knowing, one goes on in .4 of cases: 40."""
    assert CHOICE.now == pytest.approx(-20)
    assert CHOICE.perfect == pytest.approx(40)


def test_a_pilot_that_sees_all_and_one_that_sees_nothing():
    """Without noise a pilot is worth .9 x 40, since all comes later; with endless noise it changes nothing."""
    sharp, blind = (waiting.value_of_pilot(CHOICE, error, 0.0, 1) for error in (1e-4, 10.0))
    assert sharp["value"] == pytest.approx(36, abs=0.6)
    assert sharp["wrong"] < 1e-6
    assert blind["value"] == 0
    assert blind["goes_on"] == 0


def test_a_pilot_has_its_cost_taken_off():
    """The cost comes off, whatever it shows."""
    assert waiting.value_of_pilot(CHOICE, 10.0, 7.0, 1)["value"] == -7


def test_the_worth_of_a_pilot_by_integration():
    """The simulated value is that of the normal integral over what may be measured, within its noise."""
    error = 0.04
    grid = np.linspace(-0.3, 0.35, 40_001)
    works, nothing = stats.norm.pdf(grid, 0.05, error), stats.norm.pdf(grid, 0.0, error)
    gain = 0.4 * works * 100 - 0.6 * nothing * 100
    exact = 0.9 * np.clip(gain, 0, None).sum() * (grid[1] - grid[0])
    assert waiting.value_of_pilot(CHOICE, error, 0.0, 3)["value"] == pytest.approx(exact, rel=0.03)


def test_power_and_error_by_hand():
    """400 customers with a spread of 2: 2 x sqrt(4 / 400) = .2; an effect of 1.96 errors is seen in half of the pilots."""
    assert waiting.standard_error(2.0, 400) == pytest.approx(0.2)
    assert waiting.power(0.392, 0.2).value == pytest.approx(0.5, abs=0.001)
    assert not waiting.power(0.1, 0.0).known


def base(customers: int = 500, case: str = "fitted") -> SimpleNamespace:
    """So many customers without the system."""
    return SimpleNamespace(case=case, customers=customers)


def pilots(more: list[float]) -> pd.DataFrame:
    """Pilots of 10, 100 and 1,000 customers that add so much."""
    return pd.DataFrame({"more": more, "chance to see the effect": [0.1, 0.5, 0.9]}, index=[10, 100, 1000])


@pytest.mark.parametrize(
    ("more", "customers", "case", "size"),
    [
        ([0.0, 9.0, 20.0], 500, "pilot", 100),
        ([0.0, 0.0, 20.0], 500, "beyond", 1000),
        ([0.0, 0.0, 0.5], 500, "leave", 1000),
        ([np.nan] * 3, 500, "unknown", 0),
    ],
)
def test_advice(more, customers, case, size):
    """Pilots within reach go first; one that adds under a twentieth of knowing for sure adds nothing."""
    found = waiting.advice(CHOICE, pilots(more), base(customers), "CNY")
    assert (found.case, found.size) == (case, size)
    assert found.reach.value == more[1] or case == "unknown"


def test_a_pilot_out_of_reach_stops_nothing_that_pays():
    """Where going on pays in expectation and only pilots with more customers than there are add something, one goes on."""
    pays = waiting.Choice(works=100.0, nothing=-50.0, later=0.9, effect=0.05, believe=0.6)
    assert waiting.advice(pays, pilots([0.0, 0.0, 20.0]), base(), "CNY").case == "now"


def test_a_system_that_loses_even_if_it_works_needs_no_pilot():
    """No result of a pilot could change the decision, and what it loses is said."""
    loses = waiting.Choice(works=-10.0, nothing=-50.0, later=0.9, effect=0.05, believe=0.6)
    found = waiting.advice(loses, pilots([0.0, 0.0, 0.0]), base(), "CNY")
    assert (found.case, found.loss.value, found.perfect.value) == ("never", 10.0, 0.0)


def test_a_model_that_overlooks_leaving_decides_nothing():
    """What a system adds is not known then, whatever a pilot would seem to be worth; where nobody leaves it is known: nothing."""
    table = pilots([0.0, 9.0, 20.0])
    assert waiting.advice(CHOICE, table, base(500, "overlooked"), "CNY").case == "no_model"
    loses = waiting.Choice(works=-49.0, nothing=-50.0, later=0.9, effect=0.05, believe=0.6)
    nothing = pilots([0.0, 0.0, 0.0])
    assert waiting.advice(loses, nothing, base(500, "nobody_leaves"), "CNY").case == "never"


def test_without_a_model_nothing_is_advised():
    """Missing money stays missing."""
    none = waiting.Choice(np.nan, np.nan, 0.9, np.nan, 0.5)
    assert waiting.value_of_pilot(none, 0.1, 0.0, 1).isna().all()
    assert np.isnan(none.perfect)


def test_the_spread_of_change_by_hand():
    """Two customers: 100 then 100, 100 then 300: changes 0 and 200 around a mean of 200 later: sd 141 / 200."""
    at = ["2024-06-01", "2025-06-01", "2024-07-01", "2025-07-01", "2024-01-01"]
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "c"],
            "ordered_at": pd.to_datetime(at),
            "amount": [100.0, 100.0, 100.0, 300.0, 0.0],
        }
    )
    orders = orders[orders["customer_id"] != "c"]
    found = waiting.spread_of_change(orders, pd.Timestamp("2025-12-31"))
    assert found == pytest.approx(np.std([0, 200], ddof=1) / 200)


def test_a_gap_without_an_effect():
    """Over many worlds large firms adopt early and do better, and firms of equal size do not differ."""
    table = early_adopters.mean_gaps([0.0, 0.05], 1)
    assert table.loc[0.0, "gap, relative"] > 0.08
    assert abs(table.loc[0.0, "among equal firms"]) < 0.02
    assert table.loc[5.0, "among equal firms"] == pytest.approx(0.125, abs=0.02)


def test_no_early_adoption_no_gap():
    """If size has nothing to do with who has a system, the gap goes."""
    gaps = [early_adopters.gap(early_adopters.firms(0.0, i, adopts=0.0)).value for i in range(20)]
    assert abs(np.mean(gaps)) < 0.02
