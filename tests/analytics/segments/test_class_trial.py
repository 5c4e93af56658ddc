"""A trial of treating customers by class: the lift, who flatters it, and for whom it is worth its money."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments import ab_tests
from workbook.analytics.segments import class_trial
from workbook.analytics.segments.rfm_tiers import CLASS_NAMES

START, END = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31")


def experiments(arms, name="class treatment"):
    """A row per customer, named by a number."""
    return pd.DataFrame({
        "experiment": name, "unit_id": [str(i) for i in range(len(arms))], "arm": arms, "assigned_at": START, "cost": [10.0 * (a != "none") for a in arms],
    })  # fmt: skip


def orders_of(customers, amount=100.0, at="2025-02-01"):
    """An order of each customer."""
    return pd.DataFrame({
        "order_id": [f"o{c}{at}" for c in customers], "customer_id": [str(c) for c in customers], "ordered_at": pd.Timestamp(at), "amount": amount,
    })  # fmt: skip


def made(treated, holdout, n=20):
    """A trial of ``n`` in each arm of whom so many came back."""
    arm = ["call"] * n + ["none"] * n
    came = [*range(treated), *range(n, n + holdout)]
    before = orders_of(range(2 * n), at="2024-12-01")
    return class_trial.trial(experiments(arm), pd.concat([before, orders_of(came)]), END), pd.concat([before, orders_of(came)])  # fmt: skip


def test_a_trial_has_two_arms_under_our_names():
    """Whatever a shop calls them; units that aren't customers are left out, and so is a trial that isn't over."""
    trial, orders = made(treated=10, holdout=5)
    assert class_trial.arms(trial).to_numpy().tolist() == [[20, 0.25], [20, 0.5]]
    assert class_trial.arms(trial).index.tolist() == ["holdout", "treated"]
    visitors = experiments(["call", "none"]).assign(unit_id=["v1", "v2"])
    assert class_trial.trial(visitors, orders, END).empty
    assert class_trial.trial(experiments(["call", "none"]), orders, pd.Timestamp("2025-06-28")).empty
    assert len(class_trial.trial(experiments(["call", "none"]), orders, pd.Timestamp("2025-06-29"))) == 2


def test_a_third_arm_is_left_out():
    """The largest arm beside the control is the treated one."""
    of = experiments(["call", "call", "none", "letter"])
    assert class_trial.trial(of, orders_of(range(4)), END)["arm"].tolist() == [
        "treated",
        "treated",
        "holdout",
    ]


def test_the_lift_by_hand():
    """Half against a quarter is twice as many."""
    trial, _ = made(treated=10, holdout=5)
    lift = class_trial.lift(trial)
    assert lift.value == pytest.approx(1.0)
    assert (lift.unit, lift.n) == ("change", 40)
    assert not class_trial.lift(trial.head(0)).known


@pytest.mark.parametrize(("others", "case"), [(2, "flattered"), (5, "alike"), (10, "less")])
def test_a_report_without_holdout(others, case):
    """Twenty others who had bought before: the fewer of them come back, the better the treated look."""
    trial, orders = made(treated=10, holdout=5)
    old, new = orders_of(range(100, 120), at="2024-12-01"), orders_of(range(100, 100 + others))
    late = orders_of(range(200, 250), at="2025-03-01")  # came after the trial began, so nobody's others
    found = class_trial.naive(trial, pd.concat([orders, old, new, late]))
    assert found.case == case
    assert (found.others.value, found.alone.value) == (others / 20, 0.25)
    assert found.naive.value == pytest.approx(0.5 / (others / 20) - 1)


def test_without_a_lift_there_is_nothing_to_compare():
    """Of a trial without customers, or without others, nothing is known."""
    trial, orders = made(treated=10, holdout=5)
    assert class_trial.naive(trial.head(0), orders).case == "unknown"
    assert class_trial.naive(trial, orders).case == "unknown"


def test_money_by_hand():
    """Ten of twenty spent 100, and five of twenty: 25 more, with the normal interval of two means; the treatment cost 10."""
    trial, _ = made(treated=10, holdout=5)
    found = class_trial.spend_difference(trial, "EUR")
    spread = [np.std([100.0] * k + [0.0] * (20 - k), ddof=1) / np.sqrt(20) for k in (10, 5)]
    assert (found.value, found.unit) == (25, "EUR")
    assert found.high - 25 == pytest.approx(1.96 * np.hypot(*spread))
    assert class_trial.mean_cost(trial, "EUR").value == 10
    assert not class_trial.spend_difference(trial.head(1), "EUR").known


def classes(names):
    """A class for each customer."""
    return pd.Series(pd.Categorical(names, CLASS_NAMES), index=[str(i) for i in range(len(names))])


def test_value_times_chance_times_effect():
    """A quarter comes alone, the call adds a quarter; of an order of 100 60 are left and the call costs 10: gain 5."""
    trial, _ = made(treated=10, holdout=5)
    row = class_trial.by_group(trial, classes(["key retain"] * 40), 0.6).loc["key retain"]
    assert row[["customers", "left alone", "value", "an order", "cost", "gain"]].tolist() == [40, 0.25, 0.25, 60, 10, 5]  # fmt: skip
    assert row["gain_low"] == pytest.approx(60 * row["low"] - 10)
    effect = ab_tests.compare_rates(trial["came_back"][:20], trial["came_back"][20:], 0.95)
    assert row[["low", "high"]].tolist() == effect[5:7]


def test_the_best_class_is_picked_from_intervals_that_hold_at_once():
    """Of two classes each has an interval of 97.5 %; one that is too small for an interval asks for nothing."""
    trial, _ = made(treated=10, holdout=5)
    twice = pd.concat(
        [trial, trial.assign(unit_id=[f"{i}b" for i in trial["unit_id"]]), trial.head(1).assign(unit_id="c")]
    )
    names = pd.Categorical(["key retain"] * 40 + ["key value"] * 40 + ["key growth"], CLASS_NAMES)
    found = class_trial.by_group(twice, pd.Series(names, index=twice["unit_id"]), 0.5)
    effect = ab_tests.compare_rates(trial["came_back"][:20], trial["came_back"][20:], 0.975)
    assert found.index.tolist() == ["key value", "key retain"]
    assert found.loc["key retain", ["low", "high"]].tolist() == effect[5:7]


def test_a_small_group_is_left_out():
    """With nineteen in an arm nothing is said."""
    trial, _ = made(treated=10, holdout=5)
    mixed = classes(["key value", *["key retain"] * 39])
    assert class_trial.by_group(trial, mixed, 0.5).empty
    assert class_trial.by_group(trial.head(0), mixed, 0.5).empty


def test_high_and_low_r_of_classes():
    """The first word of R is in the class; who has none has neither."""
    found = class_trial.recency(classes(["key value", "key retain", None]))
    assert found.astype(object).tolist()[:2] == ["high R", "low R"]
    assert found.isna().tolist() == [False, False, True]


def test_classes_before_a_trial(small):
    """Those of the day before; a trial without customers has none."""
    trial = pd.DataFrame({"assigned_at": [small.end]})
    found = class_trial.classes_before(trial, small.at(small.end))
    assert found.notna().any()
    assert class_trial.classes_before(trial.head(0), small.at(small.end)).empty


def groups(*rows):
    """Classes with what came alone, was added and gained."""
    names = ["key value", "key retain"][: len(rows)]
    columns = ["left alone", "value", "gain", "gain_low"]
    frame = pd.DataFrame(rows, columns=columns, index=names).assign(customers=50, gain_high=99.0)
    return frame.assign(low=0.0, high=1.0, **{"an order": 100.0})


@pytest.mark.parametrize(
    ("of", "case"),
    [
        (groups([0.7, 0.1, 5, 1], [0.1, 0.3, 20, 10]), "other"),
        (groups([0.7, 0.1, 20, 10], [0.1, 0.3, 5, 1]), "same"),
        (groups([0.7, 0.3, 5, 1], [0.1, 0.1, 20, 10]), "larger_orders"),
        (groups([0.7, 0.1, 5, -1], [0.1, 0.3, 20, -2]), "unclear"),
        (groups(), "unknown"),
    ],
)
def test_whom_to_call(of, case):
    """By the low end of the gain; what is surely nothing isn't called."""
    assert class_trial.call(of, "EUR").case == case


def test_numbers_of_the_call():
    """The gain with its interval in money, what is added in points, and who comes alone."""
    found = class_trial.call(groups([0.7, 0.1, 5, 1], [0.1, 0.3, 20, 10]), "EUR")
    assert (found.best, found.likeliest) == ("key retain", "key value")
    assert (found.gain.value, found.gain.low, found.gain.unit) == (20, 10, "EUR")
    assert (found.effect.value, found.likeliest_alone.value) == (0.3, 0.7)


def test_named_customers_with_the_numbers_of_their_class():
    """Who is of a class that wasn't in the trial has blanks."""
    who, today = pd.Series({"A": "0", "C": "1"}), classes(["key value", "general growth"])
    found = class_trial.for_customers(who, today, groups([0.7, 0.1, 5, 1]))
    assert found["class"].tolist() == ["key value", "general growth"]
    assert found["gain"].isna().tolist() == [False, True]


def test_other_trials_of_its_size():
    """The first row is the trial; of two hundred others about nineteen in twenty contain the truth, none for no trial."""
    trial, _ = made(treated=120, holdout=90, n=200)
    found = class_trial.again(trial, 0.3, seed=3, times=200)
    assert found.iloc[0, :3].tolist() == list(
        ab_tests.lift(trial["came_back"][:200], trial["came_back"][200:])
    )
    held = class_trial.held(found)
    assert (held.case, held.others) == ("holds", 200)
    assert 180 <= held.held <= 199
    assert class_trial.held(class_trial.again(trial, 1.0, seed=3)).case == "misses"
    assert class_trial.held(class_trial.again(trial.head(0), 0.3, seed=3)).case == "unknown"


def test_the_truth_by_class():
    """Means over the customers of a class, where there are twice twenty of them."""
    trial, _ = made(treated=10, holdout=5)
    effects = pd.DataFrame({"experiment": ["class treatment", "missions"] * 40, "unit_id": np.repeat(trial["unit_id"].to_numpy(), 2), "effect": [0.2, 9.0] * 40})  # fmt: skip
    active = pd.Series([True, False] * 20, index=trial["unit_id"])
    found = class_trial.true_effects(trial, classes(["key retain"] * 40), effects, active)
    assert found.loc["key retain"].tolist() == [40, pytest.approx(0.2), 0.5]
    assert class_trial.true_effects(trial, classes(["key retain"] * 39), effects, active).empty


@pytest.mark.parametrize(
    ("base", "short", "case"),
    [(0.2, 0, "possible"), (0.2, 1, "too_few"), (0.8, 0, "more_than_all"), (np.nan, 0, "unknown")],
)
def test_how_large_a_trial_must_be(base, short, case):
    """As `ab_tests.group_size` has it, twice; of 80 % there is no 30 % more."""
    each = ab_tests.group_size(0.2, 0.26)
    found = class_trial.needed(base, 0.3, 2 * each - short)
    assert (found.case, found.has.value) == (case, 2 * each - short)
    if case == "possible":
        assert found.customers.value == each


def test_a_trial_without_customers_has_no_truth():
    """On a day before it is over, or where the truth has nothing of it, nothing is shown, and nothing fails."""
    trial, _ = made(treated=10, holdout=5)
    effects = pd.DataFrame({"experiment": ["missions"], "unit_id": ["0"], "effect": [1.0]})
    active = pd.Series([True] * 40, index=trial["unit_id"])
    of = classes(["key retain"] * 40)
    assert class_trial.true_effects(trial.head(0), of, effects, active).empty
    assert class_trial.true_effects(trial, of, effects, active)["true effect"].isna().all()
