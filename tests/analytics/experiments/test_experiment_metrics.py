"""Money in a test: capped, adjusted, guarded and wagered, by hand and against simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.experiments.experiment_metrics import (
    Guardrail,
    as_more_units,
    cap,
    cuped,
    guard,
    in_window,
    rollout_value,
    variance_saved,
)


def test_the_cap_is_of_the_orders_and_the_same_for_all():
    """The quantile is taken over what is above 0, and nobody but those beyond it changes."""
    values = pd.Series([0.0] * 90 + [10.0] * 9 + [1000.0])
    capped, most = cap(values, 0.5)
    assert most == 10
    assert capped.max() == 10
    assert values.max() == 1000
    assert capped[:99].equals(values[:99])


def test_nothing_spent_has_no_cap():
    """Without an order there is no quantile, and the values stay."""
    capped, most = cap(pd.Series([0.0, 0.0]))
    assert np.isnan(most)
    assert capped.tolist() == [0, 0]


def units(n: int = 4000, slope: float = 2.0, seed: int = 1) -> pd.DataFrame:
    """Make two arms whose outcome is slope times the past, plus noise, plus 1 for the treated."""
    rng = np.random.default_rng(seed)
    before, treated = rng.gamma(2.0, 1.0, n), rng.random(n) < 0.5
    outcome = slope * before + treated + rng.normal(0, 1, n)
    return pd.DataFrame({"arm": np.where(treated, "new", "none"), "before": before, "outcome": outcome})


def test_cuped_by_hand():
    """One arm with y = 1, 3, 8 for x = 0, 1, 2: theta is 3.5, so 4.5, 3, 4.5 is left."""
    frame = pd.DataFrame({"arm": "a", "before": [0.0, 1, 2], "y": [1.0, 3, 8]})
    assert cuped(frame, "y").tolist() == [4.5, 3.0, 4.5]
    assert variance_saved(frame, frame["y"], cuped(frame, "y")) == pytest.approx(1 - 1.5 / 26)


def test_one_theta_for_both_arms_from_within_them():
    """The other arm had spent 1 more before and gets 10 more: theta stays 3.5, so that each arm keeps its own mean but for that 1."""
    one = pd.DataFrame({"arm": "a", "before": [0.0, 1, 2], "y": [1.0, 3, 8]})
    other = one.assign(arm="b", before=one["before"] + 1, y=one["y"] + 10)
    found = cuped(pd.concat([one, other], ignore_index=True), "y")
    assert found.tolist() == [6.25, 4.75, 6.25, 12.75, 11.25, 12.75]


def test_cuped_takes_what_is_explained_and_leaves_the_effect():
    """With a slope of 2 and a variance of 2 before, 8 of 9 parts go; the effect of 1 stays, within 4 standard errors."""
    frame = units()
    adjusted = cuped(frame, "outcome")
    assert variance_saved(frame, frame["outcome"], adjusted) == pytest.approx(8 / 9, abs=0.02)
    by_arm = adjusted.groupby(frame["arm"])
    error = np.hypot(*by_arm.sem())
    assert abs(by_arm.mean()["new"] - by_arm.mean()["none"] - 1) < 4 * error
    assert error < 0.04


@pytest.mark.parametrize("before", [np.nan, 7.0])
def test_a_past_that_tells_nothing_changes_nothing(before):
    """Unknown or all the same: the outcome stays, and nothing is saved."""
    frame = units(50).assign(before=before)
    assert cuped(frame, "outcome").tolist() == frame["outcome"].tolist()
    assert variance_saved(frame, frame["outcome"], cuped(frame, "outcome")) == 0


def test_a_unit_without_a_past_keeps_its_outcome():
    """It can't be adjusted, and doesn't disturb the others."""
    frame = units(200)
    frame.loc[0, "before"] = np.nan
    adjusted = cuped(frame, "outcome")
    assert adjusted[0] == frame["outcome"][0]
    assert not np.isclose(adjusted[1:], frame["outcome"][1:]).any()


def two(treated: list[float], control: list[float]) -> pd.DataFrame:
    """Make units of two arms with a value."""
    return pd.DataFrame(
        {"arm": ["new"] * len(treated) + ["none"] * len(control), "value": [*treated, *control]}
    )


@pytest.mark.parametrize(("margin", "verdict"), [(10.0, "holds"), (5.0, "can't tell"), (2.0, "broken")])
def test_a_guardrail_asks_for_the_proof(margin, verdict):
    """5 lower with a one-sided reach of 1.9: safe for a margin of 10, harmed for 2, and open for 5."""
    rng = np.random.default_rng(1)
    noise = stats.zscore(rng.normal(size=50)) * 5
    row = guard(
        two([*(95 + noise)], [*(100 + noise)]),
        [Guardrail("v", "value", margin)],
        treated="new",
        control="none",
    ).loc["v"]
    assert row["worse"] == pytest.approx(5)
    assert row["at_worst"] == pytest.approx(5 + stats.t.ppf(0.95, 98) * 5 * np.sqrt(2 / 49))
    assert row["verdict"] == verdict


def test_of_costs_more_is_worse():
    """The direction is the guardrail's, and outcomes that don't vary leave nothing to chance."""
    rows = guard(two([2.0, 2, 2], [1.0, 1, 1]), [Guardrail("cost", "value", 0.5, more_is_worse=True), Guardrail("gain", "value", 0.5)],
                 treated="new", control="none")  # fmt: skip
    assert rows["worse"].tolist() == [1, -1]
    assert rows["verdict"].tolist() == ["broken", "holds"]


def test_too_little_acquits_nobody():
    """Of one unit, or none, nothing can be shown."""
    for frame in (two([1.0], [2.0]), two([1.0], [2.0]).iloc[:0]):
        rows = guard(frame, [Guardrail("v", "value", 100)], treated="new", control="none")
        assert rows["verdict"].tolist() == ["can't tell"]


def test_a_wager_by_simulation():
    """Chance of a loss and what is lost on either side, against 400,000 draws from the same normal curve."""
    found = rollout_value(3.0, 1.0, units=1000, margin=0.5, cost=1200)
    gains = 1000 * 0.5 * np.random.default_rng(1).normal(3.0, 1.0, 400_000) - 1200
    assert found["gain"] == pytest.approx(300)
    assert (found["low"], found["high"]) == pytest.approx((300 - 1.96 * 500, 300 + 1.96 * 500), abs=0.1)
    assert found["loss_chance"] == pytest.approx((gains < 0).mean(), abs=0.004)
    assert found["loss_if_run"] == pytest.approx(np.maximum(-gains, 0).mean(), abs=3)
    assert found["loss_if_not"] == pytest.approx(np.maximum(gains, 0).mean(), abs=4)


def test_a_sceptic_believes_half():
    """With a prior as wide as the error, half of the effect is believed, and its variance is half."""
    found = rollout_value(4.0, 1.0, units=100, margin=1.0, cost=0, prior=1.0)
    assert found["gain"] == pytest.approx(200)
    assert found["high"] - found["gain"] == pytest.approx(1.96 * 100 * np.sqrt(0.5), abs=0.01)


def test_a_wager_without_doubt_or_without_a_test():
    """Without error the gain is known; without a test nothing is."""
    sure = rollout_value(-1.0, 0.0, units=10, margin=1.0, cost=5)
    assert sure.tolist() == [-15, -15, -15, 1, 15, 0]
    assert rollout_value(np.nan, np.nan, units=10, margin=1.0, cost=5).isna().all()


def test_what_is_ordered_in_the_window_of_a_trial():
    """Orders count from the first assignment on and for so many days; a trial that isn't over has no rows."""
    trials = pd.DataFrame(
        {"experiment": ["t", "t", "other"], "unit_id": ["a", "b", "a"], "arm": ["x", "y", "x"],
         "assigned_at": pd.to_datetime(["2025-03-01"] * 3), "revenue": [1.0, 1.0, 1.0], "cost": [2.0, None, 5.0]}
    )  # fmt: skip
    orders = pd.DataFrame(
        {"customer_id": ["a", "a", "a", "a"], "amount": [1.0, 10.0, 20.0, 100.0],
         "ordered_at": pd.to_datetime(["2025-02-28 23:59", "2025-03-01 00:00", "2025-03-10 00:00", "2025-03-11 00:00"])}
    )  # fmt: skip
    found = in_window(trials, orders, "t", days=10, as_of=pd.Timestamp("2025-03-10"))
    assert found[["orders", "revenue", "cost"]].to_numpy().tolist() == [[2, 30, 2], [0, 0, 0]]
    assert found["came"].tolist() == [True, False]
    assert in_window(trials, orders, "t", days=10, as_of=pd.Timestamp("2025-03-09")).empty


def test_variance_saved_in_units():
    """Of 17.4 % less variance a test is as good as of 21 % more units: 1 / .826 is 1.21."""
    assert as_more_units(0.174) == pytest.approx(0.2107, abs=1e-4)
    assert as_more_units(0) == 0
    assert as_more_units(1) == np.inf
    assert np.isnan(as_more_units(np.nan))
