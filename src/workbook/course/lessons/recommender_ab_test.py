"""What the course knows of recommender_ab_test: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd


def ever_alarmed(p_values: pd.DataFrame) -> float:
    """Share of A/A tests with p below 5 % at one look or another."""
    if p_values.isna().to_numpy().all():
        raise CannotAnswer("no randomised test with enough orders is on record.")
    return float((p_values < 0.05).any(axis=1).mean())


def lift_of_old_hands(pair: pd.DataFrame) -> float:
    """Difference of the rates among those who had bought before the groups were drawn."""
    rates = pair[pair["before"] > 0].groupby("treated")["ordered"].mean()
    if len(rates) < 2:
        raise CannotAnswer("it doesn't tell for two arms who had bought before.")
    return float(rates[True] - rates[False])


def explained(pair: pd.DataFrame) -> float:
    """Squared correlation of spend before and revenue in the control arm."""
    control = pair.loc[~pair["treated"].astype(bool), ["before", "revenue"]].dropna()
    if len(control) < 3 or (control.nunique() < 2).any():
        raise CannotAnswer("it has no arm in which both spend before and revenue are known and vary.")
    return float(control.corr().iloc[0, 1] ** 2)


def break_even(case: pd.Series) -> float:
    """Points of conversion that earn the cost of a year."""
    earned = case["visitors"] * case["margin"] * case["order_value"]
    if not earned > 0 or not case["cost"] > 0:
        raise CannotAnswer("without orders, a margin and a cost, there is no point at which it breaks even.")
    return float(case["cost"] / earned)


LESSON = Lesson(
    needs=("experiments",),
    limits={
        "least_lift": (0.001, 0.9),
        "margin": (0, 1),
        "yearly_units": (0, 10**9),
        "yearly_cost": (0, 10**12),
        "draws": (2, 1000),
    },
    teaches=("A/B测试", "转化率", "网站分析工具", "个性化推荐系统"),
    exercises=(
        Exercise(
            id="ab-peeking",
            question="In what share of these tests would somebody who looks every time have seen a p below 5 % at least once?",
            expected=ever_alarmed,
            hint="p_values has a row per test and a column per look; any(axis=1) asks whether something is true anywhere in a row.",
            solution="(p_values < 0.05).any(axis=1).mean()",
            wrong=(
                Wrong("(of.iloc[:, -1] < 0.05).mean()", "This is who looks once, at the end. Asked is who looks every time."),
                Wrong("(of < 0.05).to_numpy().mean()", "This is the share of looks with a p below 5 %. Asked is the share of tests that had such a look."),
                Wrong("1 - 0.95 ** of.shape[1]", "That would be so if each look were a new test. But today's look has all of yesterday's visitors in it, so looks resemble each other."),
                Wrong("(of < 0.05).any(axis=1).sum()", "This is the number of tests. A share is asked for."),
                Wrong("(of < 0.05).all(axis=1).mean()", "These had a p below 5 % at every look. Once is enough to raise the alarm."),
                Wrong("(of > 0.05).any(axis=1).mean()", "Turned around: a p above 5 % is no alarm."),
            ),
        ),
        Exercise(
            id="ab-bought-before",
            question="Among those who had bought before the groups were drawn, by how much is the rate of the treated above that of the others?",
            expected=lift_of_old_hands,
            hint="keep the rows of pair with before above 0, then take the mean of ordered for treated and for not treated, and subtract.",
            solution='pair[pair["before"] > 0].groupby("treated")["ordered"].mean().diff().iloc[-1]',
            wrong=(
                Wrong('of.groupby("treated")["ordered"].mean().diff().iloc[-1]', "This is everybody. Asked are those who had bought before."),
                Wrong('of[~(of["before"] > 0)].groupby("treated")["ordered"].mean().diff().iloc[-1]', "These are the newcomers. Asked are those who had bought before."),
                Wrong('of[of["before"] > 0].groupby("treated")["ordered"].mean().pct_change().iloc[-1]', "This is relative to the others' rate. The difference of the two rates is asked for."),
                Wrong('-of[of["before"] > 0].groupby("treated")["ordered"].mean().diff().iloc[-1]', "The sign is turned: treated less not treated."),
                Wrong('(of["before"] > 0)[of["ordered"] == 1].groupby(of["treated"]).mean().diff().iloc[-1]',
                      "You took the orders and asked who had bought before. Those who order were not drawn at random: start from who had bought before, and ask who orders."),
            ),
        ),
        Exercise(
            id="ab-cuped",
            question="In the arm that got nothing, what share of the variance of revenue does spend before explain?",
            expected=explained,
            hint="that share is the square of the correlation of before and revenue.",
            solution='pair.loc[~pair["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2',
            wrong=(
                Wrong('of.loc[~of["treated"], ["before", "revenue"]].corr().iloc[0, 1]', "This is the correlation. What it explains of the variance is its square, which is much less."),
                Wrong('1 - of.loc[~of["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2', "This is the share that stays unexplained."),
                Wrong('1 - (1 - of.loc[~of["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2) ** 0.5', "This is by how much the interval becomes narrower: a root of the variance. Asked is the variance itself."),
                Wrong('of.loc[of["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2', "This is the treated arm. Asked is the one that got nothing."),
                Wrong('of.loc[~of["treated"] & (of["revenue"] > 0), ["before", "revenue"]].corr().iloc[0, 1] ** 2', "You left out those who didn't order. Their revenue is 0, and it counts."),
            ),
        ),
        Exercise(
            id="ab-break-even",
            question="From which lift of conversion on (as a share, such as 0.01 for one point) does the treatment earn what it costs?",
            expected=break_even,
            hint="a lift of x brings visitors × x more orders; each leaves margin × order_value. Set that equal to the cost.",
            solution='case["cost"] / (case["visitors"] * case["margin"] * case["order_value"])',
            wrong=(
                Wrong('of["cost"] / (of["visitors"] * of["order_value"])', "You let the whole order pay. The goods have to be bought first: only the margin is left."),
                Wrong('of["cost"] / (of["visitors"] * of["margin"] * of["revenue_per_visitor"])', "Revenue per visitor has the non-buyers in it. One more order brings an order's value."),
                Wrong('of["cost"] / (of["margin"] * of["order_value"])', "This is how many more orders are needed. Divide by the visitors for a lift."),
                Wrong('of["visitors"] * of["margin"] * of["order_value"] / of["cost"]', "Upside down."),
                Wrong('of["cost"] / of["visitors"]', "This is the cost per visitor. How many more of them must order to earn it?"),
            ),
        ),
    ),
)  # fmt: skip
