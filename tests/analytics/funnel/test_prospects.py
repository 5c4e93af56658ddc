"""Prospects: a score that is learned from the past and judged later, and an offer drawn at random."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.funnel import prospects as part

DAY = pd.Timedelta(days=1)
TODAY = pd.Timestamp("2025-12-31")


def people(n: int = 4000, effect: float = 0.05, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People who are keener the more pages they see, half with an offer; and their true chances."""
    rng = np.random.default_rng(seed)
    keen = rng.standard_normal(n)
    plain = 1 / (1 + np.exp(2 - keen))
    offered = rng.random(n) < 0.5
    came = rng.random(n) < plain + effect * offered
    at = pd.Timestamp("2025-04-01") + pd.to_timedelta(np.sort(rng.uniform(0, 240, n)), unit="D")
    table = pd.DataFrame(
        {
            "prospect_id": [f"J{i}" for i in range(n)],
            "registered_at": at,
            "source": rng.choice(["a", "b"], n),
            "pages": pd.array(rng.poisson(np.exp(1 + 0.8 * keen)), dtype="Int64"),
            "app": rng.random(n) < 0.3,
            "newsletter": rng.random(n) < 0.5,
            "offered": offered,
            "converted_on": pd.Series(at.normalize() + 5 * DAY).where(came),
        }
    )
    truth = pd.DataFrame(
        {"prospect_id": table["prospect_id"], "without_offer": plain, "with_offer": plain + effect}
    )
    return table, truth


def test_only_those_whose_days_are_over_count():
    """Who registered 30 days ago or less may still order, and is left out; the others come by time."""
    table = pd.DataFrame(
        {
            "registered_at": pd.to_datetime(["2025-12-01 10:00", "2025-11-30 23:00", "2025-11-01 00:00"]),
            "converted_on": pd.to_datetime([None, "2025-12-02", None]),
        }
    )
    found = part.ripe(table, TODAY)
    assert found["registered_at"].dt.day.tolist() == [1, 30]
    assert found["ordered"].tolist() == [False, True]


def test_the_score_is_judged_on_later_people():
    """Those to learn from registered before all of those it is judged by."""
    past, later = part.past_and_later(part.ripe(people()[0], TODAY))
    assert past["registered_at"].max() < later["registered_at"].min()
    assert 0.55 < len(past) / (len(past) + len(later)) < 0.75


def test_a_score_sorts_and_is_calibrated():
    """It tells those who order from others, and its mean chance is the share who order without an offer."""
    table, truth = people()
    past, later = part.past_and_later(part.ripe(table, TODAY))
    judged = part.scored(part.learn(past), later)
    plain = judged[~judged["offered"]]
    found = part.judge(plain)
    assert found.case == "sorts"
    assert found.auc.value > 0.6
    assert found.came.contains(found.said.value)
    tenth = part.tenths(plain, truth)
    assert len(tenth) == 10
    assert tenth["people"].sum() == len(plain)
    assert np.corrcoef(tenth["score"], tenth["true"])[0, 1] > 0.9


def test_where_nobody_ordered_nothing_is_judged():
    """Without both kinds of people there is nothing to sort."""
    assert part.judge(pd.DataFrame({"ordered": [False, False], "chance": [0.1, 0.2]})).case == "unknown"


def test_missing_columns_are_no_failure():
    """A list with times and orders only can be scored, though the score then knows nothing."""
    bare = part.ripe(people()[0][["prospect_id", "registered_at", "converted_on"]], TODAY)
    chance = part.scored(part.learn(bare), bare)["chance"]
    assert chance.max() == pytest.approx(chance.min())


def test_the_offer_by_hand():
    """20 of 100 order with the offer and 10 of 100 without it: 10 points; 40 a use cost 80 for one order more."""
    old = pd.DataFrame({"offered": [True] * 100 + [False] * 100, "ordered": [True] * 20 + [False] * 80 + [True] * 10 + [False] * 90})  # fmt: skip
    effect = part.offer_effect(old)
    assert effect.value == pytest.approx(0.10)
    assert effect.low < 0.10 < effect.high
    cost = part.cost_of_one_more(old, 40.0, "CNY")
    assert cost.value == pytest.approx(80)
    assert not part.cost_of_one_more(old.assign(ordered=True), 40.0, "CNY").known


def test_the_cost_of_one_more_has_the_ends_of_the_lift():
    """200 of 1,000 against 100: twice as many, times e to the ± 1.96 √(1/200 + 1/100 - 2/1000); cost × ratio over ratio less 1."""
    arms = [
        pd.DataFrame({"offered": o, "ordered": np.arange(1000) < n}) for o, n in ((True, 200), (False, 100))
    ]
    cost = part.cost_of_one_more(pd.concat(arms), 40.0, "CNY")
    low, high = 2 * np.exp(1.959964 * np.sqrt(0.013) * np.array([-1, 1]))
    assert (cost.low, cost.high) == pytest.approx((40 * high / (high - 1), 40 * low / (low - 1)))


def test_no_upper_end_where_the_offer_may_bring_nothing():
    """If the effect's interval reaches to nothing, one order more may cost any sum."""
    old = pd.DataFrame({"offered": [True] * 10 + [False] * 10, "ordered": [True] * 3 + [False] * 7 + [True] * 2 + [False] * 8})  # fmt: skip
    cost = part.cost_of_one_more(old, 40.0, "CNY")
    assert cost.value == pytest.approx(120)
    assert np.isnan(cost.high)


def test_profit_by_third_against_the_truth():
    """Each third's interval contains what the offer truly earns there; a dear offer loses money everywhere."""
    table, truth = people(12_000)
    old = part.ripe(table, TODAY)
    scored = part.scored(part.learn(old), old)
    found = part.offer_by_part(scored, value=300.0, cost=40.0, truth=truth)
    assert ((found["low"] <= found["true"]) & (found["true"] <= found["high"])).all()
    assert found["chance"].is_monotonic_increasing
    assert part.whom(part.offer_by_part(scored, value=300.0, cost=300.0)).case in ("nobody", "some")
    assert "true" not in part.offer_by_part(scored, value=300.0, cost=40.0)


def test_an_offer_without_effect_is_found_in_one_of_twenty():
    """With the effect at zero 95 % intervals leave out 0 in 2 to 9 % of 200 worlds."""
    wrong = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        old = pd.DataFrame({"offered": rng.random(600) < 0.5, "ordered": rng.random(600) < 0.15})
        wrong += part.offer_effect(old).verdict != "unclear"
    assert 0.02 <= wrong / 200 <= 0.09
