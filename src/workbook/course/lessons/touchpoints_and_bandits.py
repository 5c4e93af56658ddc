"""What the course knows of touchpoints_and_bandits: limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from workbook.analytics.estimate import Estimate

PLANS = {"a": "coupon", "b": "styling advice", "c": "user outfits"}


def estimate(value: float, unit: str, n: int | None = None) -> Estimate:
    """An answer that knows its unit and how many it is of."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    return Estimate(float(value), unit=unit, n=n)


def rewarded(log: pd.DataFrame) -> Estimate:
    """Share of messages with a reward."""
    if log.empty:
        raise CannotAnswer("nobody knows yet what any message brought.")
    return estimate(log["success"].mean(), "share", len(log))


def if_everybody_got_it(rows: pd.DataFrame) -> Estimate:
    """Mean reward of a content if everybody got it, by weights that are made to sum to 1."""
    weight = rows["fair"] / rows["propensity"]
    if not weight.sum():
        raise CannotAnswer("there is no row of this content.")
    unit = "share" if rows["reward"].isin([0, 1]).all() else "ratio"
    return estimate((weight * rows["reward"]).sum() / weight.sum(), unit, len(rows))


def never_tried(log: pd.DataFrame) -> str:
    """Letter of the plan of which some messages were never sent to such readers."""
    from workbook.analytics.bandits import off_policy, policies

    there = {letter: name for letter, name in PLANS.items() if (log["content"] == name).any()}
    found = [k for k, name in there.items() if off_policy.unsupported(log, policies.always(log, name))]
    if len(found) != 1:
        raise CannotAnswer("it isn't so that just one of these contents was kept from some group.")
    return found[0]


def test_cost(of: Mapping[str, Any]) -> Estimate:
    """Rewards that a test with equal parts loses in expectation."""
    chances = of["chances"]
    if len(chances) < 2:
        raise CannotAnswer("there are not two contents for which the log can answer.")
    return estimate(of["messages"] * (chances.max() - chances.mean()), "rewards")


def who_loses_less(regrets: Mapping[str, pd.DataFrame]) -> str:
    """Letter of the bandit that loses less where tastes change."""
    from workbook.analytics.bandits.play import forgetting

    return {"pays": "a", "costs": "b", "alike": "c"}[forgetting(regrets).case]


def best_when_rested(q: np.ndarray) -> str:
    """Letter of the best plan where nobody tires."""
    return "a" if (q[1, :-1] > q[0, :-1]).all() else "d" if (q[1] <= q[0]).all() else "c"


def best_and_value(of: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The content with the best mean, its mean, and what it would bring if everybody got it."""
    from workbook.analytics.estimate import Estimate

    stand, values = of["stand"], of["values"]
    judged = values[(values["never"] == 0) & values["low"].notna()]
    there = [n for n in stand.index if n in judged.index]
    if not there:
        raise CannotAnswer("the log can answer for no content.")
    name = there[0]
    return {
        "name": name,
        "mean": Estimate(float(stand.loc[name, "reward"]), unit=of["unit"]),
        "value": Estimate.of(values.loc[name], of["unit"]),
    }


LESSON = Lesson(
    needs=("message_log", "message_log.reward"),
    limits={
        "rounds": (200, 100_000),
        "test_messages": (10, 100_000),
        "epsilon": (0, 1),
        "next_week": (0.5, 0.99),
    },
    not_above={"test_messages": "rounds"},
    teaches=(
        "场景设计",
        "渠道选择",
        "内容定制",
        "Q-learning",
        "多臂老虎机",
        "探索与利用",
        "动态调整推荐权重",
        "差异化沟通",
        "沟通频率适度",
        "场景化应用",
        "动态内容推荐引擎",
        "平台特性定制化运营",
        "短视频教程",
        "话题挑战",
        "自然流量",
        "个性化沟通策略",
        "触达优化",
    ),
    exercises=(
        Exercise(
            id="bandits-guess",
            kind="predict",
            question="Of all messages of the log, what share had a reward?",
            expected=rewarded,
            hint="think of your own inbox: of how many newsletters do you click on anything?",
            solution="0.1",
        ),
        Exercise(
            id="bandits-repair",
            kind="repair",
            question="What would the content with the most rewards bring, if everybody got it?",
            expected=if_everybody_got_it,
            hint="a row that had a small chance to be sent to such a reader must count for more: its weight is the new chance over the old one, fair / propensity.",
            nearer='with weight = rows["fair"] / rows["propensity"], take the sum of weight times reward, and divide it by the sum of weight.',
            solution='weight = rows["fair"] / rows["propensity"]\nanswer = (weight * rows["reward"]).sum() / weight.sum()',
            wrong=(
                Wrong(
                    'of["reward"].mean()',
                    "This is still the mean of those who happened to get it.",
                ),
                Wrong(
                    '(of["reward"] * of["fair"] / of["propensity"]).mean()',
                    "You weighted the rows, and divided by their number. Divide by the sum of the weights.",
                ),
                Wrong(
                    '(of["reward"] / of["propensity"]).sum() / (1 / of["propensity"]).sum()',
                    "Nearly: a weight is the new chance over the old one, and you took 1 as the new one. Scene and channel are still drawn: their chance is in the column fair.",
                ),
                Wrong(
                    '(of["reward"] * of["propensity"]).sum() / of["propensity"].sum()',
                    "The other way round: a row with a small chance speaks for many that were sent something else. Divide by the chance.",
                ),
            ),
        ),
        Exercise(
            id="bandits-cannot",
            kind="choose",
            question="Which plan can this log not judge?",
            expected=never_tried,
            hint="an empty cell of the heat map is a message that nobody of this group ever got.",
            nearer="one of the contents has a share above 0 in the column never.",
            solution='"b"',
            options={
                "a": "Every group has got this content now and then: the weights repair the rest.",
                "b": "Every group has got this content now and then: the weights repair the rest.",
                "c": "Few got it, so the interval is wide. But every group got it now and then, and that is enough.",
                "d": "What the engine does now is just what the log shows: its mean is the answer.",
            },
        ),
        Exercise(
            id="bandits-test-cost",
            question="How many rewards does a test with equal parts cost, against sending the best content all the time?",
            expected=test_cost,
            hint="on average a message of the test has the mean chance of all contents; one of the best has the highest.",
            nearer="the highest of the chances less their mean is what one message loses; the test has test_messages of them.",
            solution="test_messages * (chances.max() - chances.mean())",
            wrong=(
                Wrong(
                    'of["messages"] * (of["chances"].max() - of["chances"].min())',
                    "This sends the worst content only. A test sends each equally often.",
                ),
                Wrong(
                    'of["messages"] * of["chances"].mean()',
                    "This is what the test earns. Asked is what it loses against the best.",
                ),
                Wrong(
                    'of["messages"] * of["chances"].max()',
                    "This is what the best would earn. The test earns something too.",
                ),
                Wrong(
                    'of["chances"].max() - of["chances"].mean()',
                    "This is what one message loses. The test has more.",
                ),
                Wrong(
                    'of["messages"] * (of["chances"].max() - of["chances"]).sum()',
                    "You added the gaps up as if each message were sent once with every content. Take their mean.",
                ),
            ),
        ),
        Exercise(
            id="bandits-change",
            kind="choose",
            question="Where tastes change half-way, which bandit loses less?",
            expected=who_loses_less,
            hint="when the change comes, one of them has thousands of messages that say the opposite.",
            nearer="the one that remembers all must first outweigh what it saw in the first half.",
            solution='"a"',
            options={
                "a": "It does go on exploring all the time, and here that costs more than the change.",
                "b": "Until the change it does better. But then thousands of old messages speak for what has become the worst.",
                "c": "They see the same messages, and weigh old ones differently: after the change that decides.",
            },
        ),
        Exercise(
            id="bandits-rested",
            kind="choose",
            question="Which plan is best if no message tires anybody?",
            expected=best_when_rested,
            hint="if a message takes nothing from the next ones, what speaks for waiting?",
            nearer="each message then brings its few yuan more than it costs, in every week.",
            solution='"a"',
            options={
                "a": "Here a message brings less than it costs: hold its chance of an order times the margin against its cost.",
                "b": "Waiting a week helps only if the next message gains by it.",
                "c": "Recent buyers bring more, but the others bring more than the cost in the table above, too.",
                "d": "The chance of an order times what it leaves is more than a message costs: see the table above.",
            },
        ),
        Exercise(
            id="bandits-tell",
            kind="write",
            question="Three sentences to your boss: send coupons?",
            expected=best_and_value,
            hint="what the mean in the log compares; what everybody would bring, with its interval; what you do next.",
            nearer='begin with: "The mean of a content says what its readers did, and the engine chose its readers."',
            model=(
                "{name} has the best mean, {mean}, but the engine chose who got it.",
                "Sent to everybody it would bring {value}.",
                "I want a tenth of the messages at random, with the chances on record, and the margin as the measure.",
            ),
            look_for=(
                "it says that the mean is of those who got it",
                "it gives what everybody would bring, with its interval",
                "it says what the log cannot tell",
                "it asks for the next step: chances on record, a part at random",
                "it says whether clicks or money count",
            ),
        ),
    ),
    quiz=(
        Question(
            "The content with the best mean in a log went mostly to those who had bought lately. What do you know?",
            (
                "that it is the best content",
                "that it should go to everybody",
                "that recent buyers click more on everything, or on it; the mean does not say which",
                "that the log is wrong",
            ),
            "c",
            "The mean mixes the content with its readers. Weights by the chance of the choice take them apart.",
        ),
        Question(
            "A row had a propensity of 0.05. For how many rows does it speak?",
            ("one", "five", "twenty", "a twentieth"),
            "c",
            "One over its chance: nineteen rows like it were sent something else.",
        ),
        Question(
            "A content was never sent to silent customers. How do you learn what it would do to them?",
            (
                "send it to some of them, at random",
                "weigh the other rows more",
                "use the doubly robust way",
                "take the mean of the recent buyers",
            ),
            "a",
            "What was never tried is in no log. A model can guess, and its interval does not know how wrong the guess is.",
        ),
        Question(
            "What is the regret of a rule?",
            (
                "the number of messages that were not clicked",
                "what it lost against always playing the best arm",
                "its cost in money",
                "the share of messages sent at random",
            ),
            "b",
            "Even the best arm is not always clicked; that is no regret.",
        ),
        Question(
            "Why can it be best not to write this week?",
            (
                "because messages cost much",
                "because nobody clicks in quiet weeks",
                "because readers prefer weekends",
                "because a message takes something from the next ones",
            ),
            "d",
            "The value of an action is what it brings now and what can follow.",
        ),
    ),
)
