"""The funnel's steps, its leaks, and what a mended leak is worth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.funnel import steps


def counts(app=(100, 80, 40, 30, 20), web=(200, 160, 40, 30, 20)) -> pd.DataFrame:
    """Sessions that reached each stage, of two channels."""
    return pd.DataFrame([web, app], index=pd.Index(["web", "app"], name="channel"), columns=steps.STAGES)


def test_who_reached_a_later_stage_reached_the_earlier_ones():
    """A session counts at each stage up to the furthest, and a row without a channel is left out."""
    sessions = pd.DataFrame({"channel": ["a", "a", "b", None], "stage": ["order", "view", "visit", "order"]})
    found = steps.reached(sessions)
    assert found.loc["a"].tolist() == [2, 2, 1, 1, 1]
    assert found.loc["b"].tolist() == [1, 0, 0, 0, 0]


def test_step_rates_by_hand():
    """Each step is the share of the stage before it."""
    assert steps.step_rates(counts()).loc["web"].tolist() == [0.8, 0.25, 0.75, pytest.approx(2 / 3)]
    assert steps.step_rates(counts(app=(0, 0, 0, 0, 0))).loc["app"].isna().all()
    assert steps.benchmark(counts()) == "app"


def test_a_leak_is_worth_the_orders_that_the_gap_costs():
    """The web's carts at the app's share: 200 visits, 80 % views, half of them carts, 75 %, two thirds: 20 orders more."""
    found = steps.leaks(counts(), "app")
    assert found[["channel", "step"]].to_numpy().tolist() == [["web", "view to cart"]]
    assert found.loc[0, "orders"] == pytest.approx(20)
    assert found.loc[0, "low"] < 20 < found.loc[0, "high"]


def test_the_true_orders_are_those_of_the_true_rates():
    """With the true rates equal to those counted, estimate and truth agree; without a truth there is no such column."""
    table = steps.leaks(counts(), "app")
    rates = steps.step_rates(counts())
    truth = rates.set_axis(steps.STAGES[1:], axis=1).rename_axis("name").reset_index()
    truth = truth.melt("name", var_name="stage", value_name="rate").assign(by="channel")
    found = steps.with_truth(table, counts(), truth, "app")
    assert found["true"].tolist() == pytest.approx(found["orders"].tolist())
    assert found.index.tolist() == ["web, view to cart"]
    assert "true" not in steps.with_truth(table, counts(), None, "app")


@pytest.mark.parametrize(
    ("web", "case"),
    [((200, 160, 40, 30, 20), "same"), ((200, 100, 45, 34, 23), "other"), ((100, 80, 40, 30, 20), "none")],
)
def test_the_worst_leak_and_the_lowest_share(web, case):
    """The leak that costs most need not be the step with the smallest share; without a gap there is none."""
    table = counts(web=web)
    table = table * 20
    found = steps.worst(steps.leaks(table, "app"), table, "app", 2.0, "CNY")
    assert found.case == case
    assert not found.worth.known or found.worth.value == 2 * found.orders.value


def test_a_gap_that_may_be_chance_is_no_leak():
    """With few visits the interval of the worth reaches below nothing, and the case says so."""
    table = counts(web=(20, 16, 7, 5, 3), app=(10, 8, 4, 3, 2))
    assert steps.worst(steps.leaks(table, "app"), table, "app", 1.0, "CNY").case == "unclear"


def test_an_interval_covers_the_worth_of_a_gap():
    """Over 400 worlds of independent sessions the interval covers the worth by the true rates in 92 to 98 %."""
    rng, hits = np.random.default_rng(3), 0
    true = {"web": [0.8, 0.3, 0.6, 0.5], "app": [0.8, 0.45, 0.6, 0.5]}
    for _ in range(400):
        rows = {}
        for name, chances in true.items():
            rows[name] = [2000]
            for chance in chances:
                rows[name].append(rng.binomial(rows[name][-1], chance))
        table = pd.DataFrame.from_dict(rows, orient="index", columns=steps.STAGES)
        rates = steps.step_rates(table)
        spread = (rates * (1 - rates)).to_numpy() / table[steps.STAGES[:-1]].to_numpy()
        spread = pd.DataFrame(spread, rates.index, rates.columns)
        row = steps.one_leak(table, rates, spread, "web", "app", "view to cart", 0.95)
        hits += row[5] <= 2000 * 0.8 * 0.15 * 0.6 * 0.5 <= row[6]
    assert 0.92 < hits / 400 < 0.98


def test_the_best_of_three_channels_was_picked_too():
    """Two channels are four steps to look at; of three each may turn out the best, which makes twelve."""
    two = steps.leaks(counts(), "app").loc[0]
    three = steps.leaks(pd.concat([counts(), counts().loc[["app"]].rename({"app": "desk"})]), "app").loc[0]
    wider = stats.norm.ppf(1 - 0.025 / 12) / stats.norm.ppf(1 - 0.025 / 4)
    assert three["high"] - three["low"] == pytest.approx(wider * (two["high"] - two["low"]))


def test_channels_that_are_alike_rarely_leak():
    """Of 400 worlds whose channels go on alike, at most 5 % name a largest leak beyond doubt, whichever is the best channel."""
    rng, alarms = np.random.default_rng(5), 0
    for _ in range(400):
        table = np.full((3, 5), 3000)
        for i, chance in enumerate([0.8, 0.45, 0.6, 0.55]):
            table[:, i + 1] = rng.binomial(table[:, i], chance)
        table = pd.DataFrame(table, index=list("abc"), columns=steps.STAGES)
        best = steps.benchmark(table)
        alarms += steps.worst(steps.leaks(table, best), table, best, 1.0, "CNY").case in ("same", "other")
    assert alarms <= 0.05 * 400
