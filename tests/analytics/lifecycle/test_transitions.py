"""Stages month by month, the matrix of their changes, and how long they last."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.lifecycle import transitions as part
from workbook.analytics.segments import lifecycle
from workbook.tables.summary import customer_summary

# Rain on Alofi: counts of changes between no rain, up to 6 mm, and more (Avery & Henderson 1999, as in R's markovchain).
ALOFI = [[362, 126, 60], [136, 90, 68], [50, 79, 124]]


def moves_of(counts: list[list[int]], names: list[str]) -> pd.DataFrame:
    """One customer per change."""
    pairs = [(a, b) for i, a in enumerate(names) for j, b in enumerate(names) for _ in range(counts[i][j])]
    table = pd.DataFrame(pairs, columns=["stage", "next_stage"])
    dtype = pd.CategoricalDtype(lifecycle.STAGES, ordered=True)
    return table.astype(dtype).assign(customer_id=[f"C{i}" for i in range(len(table))])


def test_the_matrix_is_the_maximum_likelihood_estimate():
    """Alofi's rain gives the published chances."""
    found = part.matrix(moves_of(ALOFI, ["new", "active", "sleeping"])).to_numpy()[:3, :3]
    known = [
        [0.6605839, 0.2299270, 0.1094891],
        [0.4625850, 0.3061224, 0.2312925],
        [0.1976285, 0.3122530, 0.4901186],
    ]
    np.testing.assert_allclose(found, known, atol=5e-8)


def test_an_absorbing_chain_by_the_book():
    """The drunkard between four corners and home: visits and steps of Grinstead and Snell, example 11.15."""
    walk = np.array([[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0]])
    visits, steps = part.absorbing(walk)
    np.testing.assert_allclose(visits, [[1.5, 1, 0.5], [1, 2, 1], [0.5, 1, 1.5]])
    np.testing.assert_allclose(steps, [3, 4, 3])
    ends = visits @ np.array([[0.5, 0], [0, 0], [0, 0.5]])
    np.testing.assert_allclose(ends, [[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])


def test_expected_months_are_the_absorbing_chains():
    """From counts, the expected months of a new customer are the first row of the fundamental matrix."""
    counts = np.array([[60, 40, 0, 0], [0, 80, 20, 0], [0, 10, 70, 20]])
    chances = counts / counts.sum(axis=1, keepdims=True)
    visits, _ = part.absorbing(chances[:, :3])
    found = part.expected_times(counts.reshape(1, 12))[0]
    np.testing.assert_allclose(found[:3], visits[0])
    assert found[3] == pytest.approx(visits[0].sum())
    assert np.isnan(
        part.expected_times(np.array([[1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0]]))
    ).all()  # nobody is lost


def random_orders(n: int = 400, seed: int = 2) -> pd.DataFrame:
    """Orders of customers who come seldom, over 30 months."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, n, 6 * n)
    days = rng.integers(0, 900, 6 * n) ** 1.0
    keep = rng.random(6 * n) < 0.3 + 0.7 * (who % 3 == 0)
    at = pd.Timestamp("2023-07-01") + pd.to_timedelta(days, unit="D")
    return pd.DataFrame({"customer_id": [f"C{w:04d}" for w in who], "ordered_at": at, "amount": 1.0})[keep]


def test_stages_by_month_are_those_of_each_day():
    """At each month's end each customer is in the stage that `lifecycle.stages` gives on that day."""
    orders, today = random_orders(), pd.Timestamp("2025-12-15")
    found = part.in_words(part.stages_by_month(orders, today))
    for day in (found.columns[3], found.columns[15], found.columns[-1]):
        known = lifecycle.stages(customer_summary(orders, day), day).astype(str)
        assert (found.loc[known.index, day] == known).all()
        assert (found.loc[found.index.difference(known.index), day] == "").all()
    assert found.columns[-1] == pd.Timestamp("2025-11-30")  # December is not over


def test_moves_and_changes_by_hand():
    """A customer with one order is new for three month ends, active for four, then sleeps, and is lost after a year."""
    orders = pd.DataFrame({"customer_id": ["a"], "ordered_at": pd.to_datetime(["2024-01-10"])})
    stages = part.stages_by_month(orders, pd.Timestamp("2025-03-31"))
    words = part.in_words(stages).loc["a"].tolist()
    assert words == ["new"] * 3 + ["active"] * 3 + ["sleeping"] * 6 + ["lost"] * 3
    moves = part.steps(stages)
    assert len(moves) == 14
    assert part.matrix(moves).loc["sleeping", "lost"] == pytest.approx(1 / 6)
    assert part.changes(moves).loc["new to active", "value"] == pytest.approx(1 / 3)
    assert part.months_until_lost(moves, 1)["value"].tolist() == pytest.approx([3, 3, 6, 12])


def test_records_of_a_year_show_the_time_until_sleep():
    """Where nobody has been lost yet, the expected time is that until a customer sleeps."""
    orders = pd.DataFrame({"customer_id": ["a"], "ordered_at": pd.to_datetime(["2024-01-10"])})
    moves = part.steps(part.stages_by_month(orders, pd.Timestamp("2024-09-30")))
    found = part.months_until_lost(moves, 1)
    assert found.index.tolist() == ["new", "active", "in all, until sleeping"]
    assert found["value"].tolist() == pytest.approx([3, 3, 6])
    assert part.months_until_lost(moves[:3], 1).empty


def test_waking_by_the_months_asleep():
    """Of two who sleep for the first month one wakes, of one in the second month nobody; who slept from the start is left out."""
    months = pd.date_range("2025-01-31", periods=4, freq="ME")
    stages = pd.DataFrame([[1, 2, 1, 1], [1, 2, 2, 2], [2, 1, 1, 1]], index=list("abc"), columns=months)
    found = part.by_months_asleep(stages)
    assert found["value"].tolist() == [0.5, 0]
    assert found["n"].tolist() == [2, 1]


def test_who_sleeps_twice_is_one_customer():
    """Sixty customers fall asleep twice, and each wakes both times or neither: they tell as much as 60, not as 120 rows."""
    months = pd.date_range("2025-01-31", periods=6, freq="ME")
    wakes, sleeps_on = [1, 2, 1, 2, 1, 1], [1, 2, 2, 1, 2, 2]
    found = part.by_months_asleep(pd.DataFrame([wakes] * 24 + [sleeps_on] * 36, columns=months)).loc[1]
    once = share_interval(pd.Series([True] * 24 + [False] * 36))
    assert found["n"] == 120
    assert found[["low", "high"]].tolist() == pytest.approx(once, abs=0.002)


def test_who_is_drawn_for_the_story_has_that_story():
    """Customer A stayed, B came back, C fell asleep, D was lost; the words are those of the table."""
    orders = random_orders(2000)
    found = part.stories(part.stages_by_month(orders, pd.Timestamp("2025-12-31")), seed=3)
    assert found.index.tolist() == list("ABCD")
    assert found.iloc[:, -1].tolist() == ["active", "active", "sleeping", "lost"]
    assert found.iloc[0, 0] == "new"


@pytest.mark.parametrize(("sleeping", "lost", "case"), [(0.3, 0.1, "sooner"), (0.1, 0.1, "alike")])
def test_who_wakes_more_easily(sleeping, lost, case):
    """Only where the two intervals lie apart do the sleeping wake more easily than the lost."""
    rows = {"sleeping to active": [sleeping, sleeping - 0.02, sleeping + 0.02, 900], "lost to active": [lost, lost - 0.02, lost + 0.02, 900]}  # fmt: skip
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"])
    assert part.waking(table).case == case
    assert part.waking(table[:0]).case == "unknown"
    assert part.waking(table[:1]).case == "no_lost"


def test_the_truth_of_a_stage():
    """Of two who are active one has left, of one who is lost nobody has."""
    stages = pd.DataFrame({pd.Timestamp("2025-12-31"): [1, 1, 3, -1]}, index=list("abcd"))
    truth = pd.DataFrame({"customer_id": list("abcd"), "active": [True, False, True, False]})
    found = part.beside_truth(stages, truth)
    assert found["customers"].tolist() == [2, 1]
    assert found["left for good, in truth"].tolist() == [0.5, 0]
    assert part.beside_truth(stages, truth.assign(active=pd.array([pd.NA] * 4, dtype="boolean"))).empty
