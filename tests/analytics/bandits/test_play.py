"""Bandits: known bounds, growth as theory says, rules as mabwiser has them."""

import numpy as np
import pandas as pd
import pytest
from mabwiser.mab import MAB, LearningPolicy

from workbook.analytics.bandits import contextual, play, rules

TWO = np.array([0.9, 0.6])


def ucb1_bound(values, rounds):
    """Regret that UCB1 never exceeds on average (Auer et al. 2002, theorem 1)."""
    gaps = values.max() - values
    gaps = gaps[gaps > 0]
    return (8 * np.log(rounds) / gaps).sum() + (1 + np.pi**2 / 3) * gaps.sum()


def test_bounds_by_hand():
    """UCB1's bound for a gap of .3 in 10,000 rounds is 246.9 (Auer et al. 2002); the floor for .9 and .6 is .96389 log n."""
    assert ucb1_bound(TWO, 10_000) == pytest.approx(246.9, abs=0.05)
    assert play.lai_robbins(TWO) == pytest.approx(0.96389, abs=5e-6)
    assert play.lai_robbins(TWO) * np.log(10_000) == pytest.approx(8.88, abs=0.005)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_regret_grows_as_theory_says(seed):
    """Thompson's grows with the logarithm, near the floor; UCB1's stays below its bound; a share at random goes straight on."""
    some = {"ucb": rules.UCB1(), "thompson": rules.Thompson(), "epsilon": rules.EpsilonGreedy(0.1)}
    found = play.compared(TWO, some, 5000, repetitions=60, batch=1, seed=seed)
    end = play.mean_lines(found).iloc[-1]
    assert 0.4 * play.lai_robbins(TWO) < play.growth(found["thompson"]) < 2 * play.lai_robbins(TWO)
    assert end["ucb"] < ucb1_bound(TWO, 5000)
    assert end["epsilon"] == pytest.approx(0.1 * 0.5 * 0.3 * 5000, rel=0.15)
    assert found["epsilon"].index[-1] == 5000


LANYU = np.array([0.119, 0.091, 0.088, 0.079])  # chances of a click on its contents, about


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_best_arm_is_found(seed):
    """Towards the end Thompson sends hardly anything but the best content: it loses a tenth of what chance would."""
    regret = play.play(LANYU, rules.Thompson(), 20_000, seed=seed).mean(axis=1)
    late = regret[regret.index >= 16_000]
    a_message = (late.iloc[-1] - late.iloc[0]) / (late.index[-1] - late.index[0])
    assert a_message < 0.1 * (LANYU.max() - LANYU.mean())


def test_regret_is_in_expectation():
    """A rule that always plays the second arm loses the gap in each round, whatever luck has it."""
    second = lambda counts, sums, round_, rng: np.ones(len(counts), dtype=int)  # noqa: E731
    found = play.play(TWO, second, 100, repetitions=3)
    assert found.iloc[-1].tolist() == pytest.approx([30.0] * 3)
    assert found.index.tolist() == [20, 40, 60, 80, 100]


def test_arms_that_are_alike_cost_nothing():
    """With nothing to find there is no regret, and the verdict says so."""
    found = play.compared(np.full(3, 0.2), {"thompson": rules.Thompson()}, 200)
    assert play.at_the_end(found)["mean"].tolist() == [0.0]
    assert play.learning(found, pd.Series(0.2, ["a", "b", "c"])).case == "even"


def ends(**lost):
    """Repetitions of some rules, a column each, after the one round at which they are looked at."""
    return {name: pd.DataFrame([values], index=[100]) for name, values in lost.items()}


def test_regret_at_the_end_by_hand():
    """One unlucky repetition of five moves the mean above all others, and the median not at all."""
    found = play.at_the_end(ends(test=[1.0, 2.0, 3.0, 4.0, 90.0])).loc["test"]
    assert found.tolist() == pytest.approx([20.0, 3.0, 1.2, 72.8, 90.0])


def test_a_rule_that_is_mostly_cheap_and_rarely_dear_gambles():
    """The least median and the least worst repetition are named apart, beside what sending at random loses."""
    values = pd.Series(TWO, ["a", "b"])
    said = play.learning(ends(test=[5.0, 5.0, 90.0], thompson=[6.0, 7.0, 8.0]), values)
    assert said == play.Learning("gambles", "test", 5, 90, "thompson", 7, 8, 15, "thompson", 7)
    said = play.learning(ends(test=[5.0, 5.0, 6.0], thompson=[6.0, 7.0, 8.0]), values)
    assert (said.case, said.best, said.safest) == ("learns", "test", "test")


def test_a_test_spends_its_rounds_on_all_arms():
    """Half of a test of two arms is lost to the worse one, and afterwards nothing where the test could tell."""
    found = play.play(TWO, rules.SplitThenBest(1000), 2000, repetitions=50, seed=1)
    assert found.iloc[-1].mean() == pytest.approx(150, rel=0.05)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_forgetting_pays_where_the_world_changes(seed):
    """After a swap the bandit that forgets finds the new best arm; without one it only goes on exploring."""
    values = np.array([0.3, 0.1])
    changed = play.changing(values, 4000, seed=seed)
    assert play.forgetting(changed).case == "pays"
    still = {
        "forgets nothing": play.play(values, rules.Thompson(), 4000, seed=seed),
        "forgets slowly": play.play(values, rules.Thompson(), 4000, seed=seed, discount=0.999),
    }
    assert play.forgetting(still).case == "costs"


def test_swapped_by_hand():
    """Best and worst change places half-way; the middle stays."""
    paths = play.swapped(np.array([0.3, 0.2, 0.1]), 4)
    assert paths.tolist() == [[0.3, 0.2, 0.1]] * 2 + [[0.1, 0.2, 0.3]] * 2


def test_the_same_seed_gives_the_same_curve():
    """Luck comes in as a seed."""
    one, other = (play.play(TWO, rules.Thompson(), 300, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


HISTORY = [("a", 1), ("b", 0), ("a", 0), ("b", 1), ("b", 1), ("c", 0)]


def counts_and_sums():
    """Plays and rewards of the history, of one repetition."""
    frame = pd.DataFrame(HISTORY, columns=["arm", "reward"]).groupby("arm")["reward"]
    return frame.size().to_numpy(float)[None], frame.sum().to_numpy(float)[None]


def test_ucb1_scores_are_mabwisers():
    """Mean and margin of each arm are those of the library."""
    mab = MAB(list("abc"), LearningPolicy.UCB1(alpha=1.0))
    mab.fit(*map(list, zip(*HISTORY, strict=True)))
    expected = mab.predict_expectations()
    assert rules.UCB1().scores(*counts_and_sums())[0] == pytest.approx([expected[a] for a in "abc"])


def test_greedy_is_mabwisers():
    """Without exploring both play the arm with the best mean."""
    mab = MAB(list("abc"), LearningPolicy.EpsilonGreedy(epsilon=0.0), seed=1)
    mab.fit(*map(list, zip(*HISTORY, strict=True)))
    arm = rules.EpsilonGreedy(0.0)(*counts_and_sums(), 6, np.random.default_rng(0))
    assert "abc"[arm[0]] == mab.predict() == "b"


def test_thompson_believes_what_a_beta_does():
    """It plays each arm by the chance that it is the best: of Beta(9, 1) against Beta(1, 9) nearly always the first."""
    counts, sums = np.tile([8.0, 8.0], (2000, 1)), np.tile([8.0, 0.0], (2000, 1))
    assert rules.Thompson()(counts, sums, 16, np.random.default_rng(0)).mean() < 0.01
    even = rules.Thompson()(np.zeros((4000, 2)), np.zeros((4000, 2)), 0, np.random.default_rng(0))
    assert even.mean() == pytest.approx(0.5, abs=0.03)


def test_linucb_scores_are_mabwisers():
    """Forecast and margin of each arm in each context are those of the library."""
    rng = np.random.default_rng(4)
    features = rng.random((5, 3))
    context, arm, reward = rng.integers(0, 5, 60), rng.integers(0, 2, 60), rng.integers(0, 2, 60)
    mab = MAB([0, 1], LearningPolicy.LinUCB(alpha=0.5, l2_lambda=1.0))
    mab.fit(arm.tolist(), reward.tolist(), features[context])
    ours = contextual.LinUCB(features, 2, 1, width=0.5)
    ours.learn(np.zeros(60, dtype=int), context, arm, reward.astype(float))
    expected = [[row[0], row[1]] for row in mab.predict_expectations(features)]
    assert ours.scores()[0] == pytest.approx(np.array(expected))


def test_linucb_by_hand():
    """Three messages to younger women, all clicked: 3 / 7 for each word, a wider margin for older women."""
    model = contextual.LinUCB(np.array([[1.0, 1.0], [0.0, 1.0]]), 1, 1)
    three = np.zeros(3, dtype=int)
    model.learn(three, three, three, np.ones(3))
    forecast, margin = np.array([6, 3]) / 7, 0.5 * np.sqrt(np.array([2, 4]) / 7)
    assert model.scores()[0, :, 0] == pytest.approx(forecast + margin)
    assert [f"{v:.2f}" for v in (*forecast, *margin)] == ["0.86", "0.43", "0.27", "0.38"]


def test_ucb1_by_hand():
    """Of 100 messages 80 with 12 rewards and 20 with 2: means of .15 and .10, margins of .34 and .68."""
    found = rules.UCB1().scores(np.array([[80.0, 20.0]]), np.array([[12.0, 2.0]]))[0]
    assert found == pytest.approx([0.15 + 0.339, 0.10 + 0.679], abs=0.001)


def groups():
    """Two kinds of readers who want the opposite, and share what they think of the third arm."""
    values = pd.DataFrame(
        {"x": [0.5, 0.1], "y": [0.1, 0.5], "z": 0.2}, index=["young, lately", "old, not lately"]
    )
    return values, pd.Series(0.5, values.index)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_knows_the_reader_loses_less(seed):
    """One bandit for all loses for ever where groups differ; one for each, and LinUCB, stop losing."""
    lost = play.at_the_end(contextual.compared(*groups(), 4000, seed=seed))["mean"]
    assert lost["one for all"] > 3 * lost["one for each group"]
    assert lost["LinUCB"] < lost["one for all"] / 3


def test_words_of_groups():
    """What stands between commas is what is known."""
    found = contextual.words(["women, lately", "men, lately"])
    assert found.columns.tolist() == ["lately", "men", "women"]
    assert found.loc["men, lately"].tolist() == [1.0, 1.0, 0.0]
