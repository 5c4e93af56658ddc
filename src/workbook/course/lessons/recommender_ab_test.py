"""What the course knows of recommender_ab_test: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.experiments.misreadings import Pair

TIMES = {"a": 2, "b": 4, "c": 8}  # of exercise 2


def estimate(value: float, unit: str, n: int | None = None, against: float | None = None) -> Estimate:
    """An estimate without an interval."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` does not have
    )

    return Estimate(float(value), unit=unit, n=n, against=against)


def two_ahead(leads: pd.Series) -> Estimate:
    """Share of draws in which one ten is ahead by two orders or more."""
    from workbook.analytics.experiments.small_samples import at_least

    if leads.empty:
        raise CannotAnswer("there are fewer than twenty units.")
    return at_least(leads, 2)


def times_as_many(times: float) -> str:
    """Letter of how many times as many units half of a lift takes."""
    if times != times:
        raise CannotAnswer("from this rate there is no such lift.")
    return min(TIMES, key=lambda letter: abs(times - TIMES[letter]))


def chance_of_split(counts: pd.DataFrame) -> float:
    """Chance that a split is at least as uneven, if all goes as planned."""
    from scipy import stats

    if len(counts) < 2:
        raise CannotAnswer("no test with two arms can be read.")
    return float(stats.chisquare(counts["units"], counts["planned"]).pvalue)


def lift_of_earlier_buyers(fair: pd.DataFrame) -> Estimate:
    """Difference of the rates among those who had bought before the arms were made."""
    earlier = fair[fair["before"] > 0]
    rates = earlier.groupby("treated")["ordered"].mean()
    if len(rates) < 2:
        raise CannotAnswer("it does not say of both arms who had bought before.")
    return estimate(rates[True] - rates[False], "points", len(earlier))


def reach_of_all(of: Mapping[str, pd.DataFrame]) -> Estimate:
    """How far the difference may be off on either side, by all units: 1.96 standard errors."""
    arms = of["all"].groupby("treated")["ordered"].agg(["size", "mean"])
    if len(arms) < 2 or not 0 < of["all"]["ordered"].mean() < 1:
        raise CannotAnswer("no test with two arms that vary can be read.")
    error = (arms["mean"] * (1 - arms["mean"]) / arms["size"]).sum() ** 0.5
    return estimate(1.96 * error, "points")


def ever_alarmed(p_values: pd.DataFrame) -> Estimate:
    """Share of A/A tests with p below 5 % at one look or another."""
    if p_values.isna().to_numpy().all():
        raise CannotAnswer("no test at random with enough orders is on record.")
    hits = (p_values < 0.05).any(axis=1)
    return estimate(hits.mean(), "share", len(hits))


def surely_ahead(pair: Pair) -> Estimate:
    """Lower end of the interval of a difference."""
    if not pair.known:
        raise CannotAnswer("no test with two arms is on record.")
    return estimate(pair.found.low, "points", len(pair.rows))


def not_ruled_out(pair: Pair) -> Estimate:
    """Upper end of the interval of a difference."""
    if not pair.known:
        raise CannotAnswer("no test with two arms is on record.")
    return estimate(pair.found.high, "points", len(pair.rows))


def as_far_apart(of: Mapping[str, np.ndarray | float]) -> Estimate:
    """Share of tests without an effect in which the arms are at least as far apart."""
    import numpy as np

    nothing, apart = np.asarray(of["nothing"]), of["apart"]
    if apart != apart:
        raise CannotAnswer("no test with two arms is on record.")
    return estimate((np.abs(nothing) >= abs(float(apart))).mean(), "share", len(nothing))


def by_its_own_time(windows: pd.DataFrame) -> Estimate:
    """Difference of the shares that ordered in the time of the trial."""
    if windows.empty:
        raise CannotAnswer("no trial on customers began on one day within a year.")
    return estimate(windows.loc["the time of the trial", "value"], "points")


def explained(fair: pd.DataFrame) -> Estimate:
    """Squared correlation of spend before and revenue in the control arm."""
    control = fair.loc[~fair["treated"].astype(bool), ["before", "revenue"]].dropna()
    if len(control) < 3 or (control.nunique() < 2).any():
        raise CannotAnswer("it has no arm in which both spend before and revenue are known and vary.")
    return estimate(control.corr().iloc[0, 1] ** 2, "share")


def break_even(case: pd.Series) -> Estimate:
    """Points of a rate that earn the cost of a year."""
    earned = case["units"] * case["margin"] * case["order_value"]
    if not earned > 0 or not case["cost"] > 0:
        raise CannotAnswer("without orders, a margin and a cost there is no lift at which it breaks even.")
    return estimate(case["cost"] / earned, "points")


ARMS = '(lambda a: (a["mean"] * (1 - a["mean"]) / a["size"]).sum())(of["{}"].groupby("treated")["ordered"].agg(["size", "mean"]))'

LESSON = Lesson(
    needs=(),
    limits={
        "least_lift": (0.001, 0.9),
        "margin": (0, 1),
        "yearly_units": (0, 10**9),
        "yearly_cost": (0, 10**12),
        "draws": (2, 1000),
    },
    teaches=("线上订单转化率", "A/B测试优化推荐算法", "网站分析工具"),
    exercises=(
        Exercise(
            id="ab-guess",
            kind="predict",
            question="In what share of such draws is one ten ahead by two orders or more?",
            expected=two_ahead,
            hint="toss a coin ten times, and ten times again: how often do the two results differ by two or more?",
            solution="0.2",
        ),
        Exercise(
            id="ab-half-lift",
            kind="choose",
            question="How many units does half of a lift take?",
            expected=times_as_many,
            hint="the noise of a share falls with the root of the number of units.",
            nearer="the lift stands in the formula of the size as its square: (1/2)² is 1/4.",
            solution='"b"',
            options={
                "a": "Twice as many units make the noise smaller by a root of two only, and it has to be half.",
                "b": "From such a rate the noise itself changes with the lift: look at the table.",
                "c": "That is too many: the lift is squared, not cubed.",
            },
        ),
        Exercise(
            id="ab-split",
            kind="repair",
            question="Repair the check of the split: how likely is a split at least so uneven, if all goes as planned?",
            expected=chance_of_split,
            hint="some percent of a few units are luck, and of many units they are not. A percentage cannot tell the two apart; a test of chi squared can.",
            nearer='stats.chisquare(of_log["units"], of_log["planned"]).pvalue is that chance.',
            solution='answer = stats.chisquare(of_log["units"], of_log["planned"]).pvalue',
            wrong=(
                Wrong(
                    '(of["units"] / of["planned"] - 1).abs().max()',
                    "This is still how far an arm is off its plan. It does not know how many units there are.",
                ),
                Wrong(
                    '(of["units"] - of["planned"]).abs().max()',
                    "This is by how many units an arm is off its plan. Asked is how likely that is.",
                ),
                Wrong(
                    '((of["units"] - of["planned"]) ** 2 / of["planned"]).sum()',
                    "This is chi squared itself. Asked is the chance of so large a value: its pvalue.",
                ),
                Wrong(
                    '1 - __import__("scipy.stats").stats.chisquare(of["units"], of["planned"]).pvalue',
                    "Turned around: this is the chance of a split that is more even than this one.",
                ),
            ),
        ),
        Exercise(
            id="ab-bought-before",
            question="Among those who had bought before the test, by how much is the rate of the treated above that of the others?",
            expected=lift_of_earlier_buyers,
            hint="keep the rows of fair with before above 0; then take the mean of ordered for treated and for not treated, and subtract.",
            nearer='rates = fair[fair["before"] > 0].groupby("treated")["ordered"].mean(), and then rates[True] - rates[False].',
            solution='fair[fair["before"] > 0].groupby("treated")["ordered"].mean().diff().iloc[-1]',
            wrong=(
                Wrong(
                    'of.groupby("treated")["ordered"].mean().diff().iloc[-1]',
                    "This is everybody. Asked are those who had bought before.",
                ),
                Wrong(
                    'of[~(of["before"] > 0)].groupby("treated")["ordered"].mean().diff().iloc[-1]',
                    "These are those who had not bought before. Asked are the others.",
                ),
                Wrong(
                    'of[of["before"] > 0].groupby("treated")["ordered"].mean().pct_change().iloc[-1]',
                    "This is relative to the rate of the others. The difference of the two rates is asked for.",
                ),
                Wrong(
                    'of[of["before"] > 0].groupby("treated")["ordered"].mean().iloc[-1]',
                    "This is the rate of the treated alone. Subtract that of the others.",
                ),
                Wrong(
                    '(of["before"] > 0)[of["ordered"] == 1].groupby(of["treated"]).mean().diff().iloc[-1]',
                    "You took the orders and asked who had bought before. Those who order were not put into arms at random: start from who had bought before, and ask who orders.",
                ),
            ),
        ),
        Exercise(
            id="ab-all-data",
            kind="repair",
            question="Repair how far the difference may be off: nobody who came is thrown away.",
            expected=reach_of_all,
            hint="one line chooses which rows are read. `fair` has all of them.",
            nearer="put rows = fair in place of rows = cut.",
            solution='rows = fair\nn_of = rows.groupby("treated")["ordered"].agg(["size", "mean"])\nanswer = 1.96 * (n_of["mean"] * (1 - n_of["mean"]) / n_of["size"]).sum() ** 0.5',
            wrong=(
                Wrong(
                    f"1.96 * {ARMS.format('cut')} ** 0.5",
                    "The units that were thrown away are still missing.",
                ),
                Wrong(
                    f"{ARMS.format('all')} ** 0.5",
                    "All units are in, but this is one standard error. On either side of an interval of 95 % there are 1.96 of them.",
                ),
                Wrong(
                    f"2 * 1.96 * {ARMS.format('all')} ** 0.5",
                    "All units are in, but this is the whole width. Asked is how far it may be off on either side.",
                ),
                Wrong(
                    f"1.96 * {ARMS.format('all')}",
                    "All units are in, but the root is missing: this is a variance.",
                ),
            ),
        ),
        Exercise(
            id="ab-peeking",
            question="In what share of these tests would somebody who looks each time have seen a p below 5 % at least once?",
            expected=ever_alarmed,
            hint="p_values has one row per test and one column per look; any(axis=1) asks whether something is true anywhere in a row.",
            nearer="(p_values < 0.05).any(axis=1) is True for a test with an alarm; the mean of True and False is a share.",
            solution="(p_values < 0.05).any(axis=1).mean()",
            wrong=(
                Wrong(
                    "(of.iloc[:, -1] < 0.05).mean()",
                    "This is who looks once, at the end. Asked is who looks each time.",
                ),
                Wrong(
                    "(of < 0.05).to_numpy().mean()",
                    "This is the share of looks with a p below 5 %. Asked is the share of tests that had such a look.",
                ),
                Wrong(
                    "1 - 0.95 ** of.shape[1]",
                    "That would be so if each look were a new test. But today's look has all of yesterday's units in it, so looks resemble each other.",
                ),
                Wrong(
                    "(of < 0.05).all(axis=1).mean()",
                    "These had a p below 5 % at each look. Once is enough for a false alarm.",
                ),
                Wrong("(of > 0.05).any(axis=1).mean()", "Turned around: a p above 5 % is no alarm."),
            ),
        ),
        Exercise(
            id="ab-overlap",
            kind="repair",
            question="Repair the reading of two intervals: what is the lower end of the interval of the difference?",
            expected=surely_ahead,
            hint="the cell compares the ends of two intervals. Take the interval of the difference in place of them.",
            nearer='misreadings.in_points(hidden.rows)["low"] is its lower end.',
            solution='answer = misreadings.in_points(hidden.rows)["low"]',
            wrong=(
                Wrong(
                    "(lambda a: a['low'].max() - a['high'].min())(__import__('workbook.analytics.experiments.misreadings', fromlist=['x']).each_arm(of.rows))",
                    "This is still the gap between the intervals of two shares.",
                ),
                Wrong(
                    "of.found.value",
                    "This is the difference itself. Asked is the lower end of its interval.",
                ),
                Wrong("of.found.high", "This is the upper end of the interval."),
                Wrong(
                    "of.found.value - 1.96 * of.rows.groupby('treated')['ordered'].sem(ddof=0).pow(2).sum() ** 0.5",
                    "Nearly: by hand, with 1.96 standard errors, this is what comes out. The ends of Newcombe's interval are a little different; take those of in_points.",
                ),
                Wrong("of.p", "This is p. Asked is the lower end of the interval."),
            ),
        ),
        Exercise(
            id="ab-null",
            kind="repair",
            question="Repair the reading of a p above 5 %: what is the largest lift that this test cannot rule out?",
            expected=not_ruled_out,
            hint="an interval says what cannot be ruled out, from its lower end to its upper end.",
            nearer="undecided.found.high is the upper end of the interval.",
            solution="answer = undecided.found.high",
            wrong=(
                Wrong(
                    "of.found.value * (of.p < 0.05)",
                    "The effect is still counted as nothing where p is above 5 %.",
                ),
                Wrong(
                    "of.found.value",
                    "Nearly: the effect is not counted as nothing now. But a larger one cannot be ruled out either.",
                ),
                Wrong("of.found.low", "This is the smallest lift that cannot be ruled out."),
                Wrong("of.p", "This is p. Asked is a lift."),
            ),
        ),
        Exercise(
            id="ab-bootstrap",
            kind="repair",
            question="Repair the probability: in what share of tests without any effect are the arms at least as far apart?",
            expected=as_far_apart,
            hint="`nothing` has the differences of tests in which nothing works; `apart` is the one that was seen.",
            nearer="compare abs(nothing) with abs(apart): at least as far apart is >=, and the mean of True and False is a share.",
            solution="answer = (abs(nothing) >= abs(apart)).mean()",
            wrong=(
                Wrong(
                    '(of["again"] > 0).mean()',
                    "This is still the share of bootstraps in which the treated arm is ahead.",
                ),
                Wrong(
                    '(of["nothing"] >= of["apart"]).mean()',
                    "Nearly: these are the tests in which the treated arm is as far ahead. Asked is in either direction.",
                ),
                Wrong(
                    '(abs(of["nothing"]) < abs(of["apart"])).mean()',
                    "Turned around: these are the tests in which the arms are closer to each other.",
                ),
                Wrong('(of["nothing"] > 0).mean()', "This asks whether the treated arm is ahead at all."),
                Wrong(
                    '1 - (of["again"] > 0).mean()',
                    "This is the share of bootstraps in which the treated arm is not ahead. Bootstraps do not know a test without an effect.",
                ),
                Wrong(
                    '(abs(of["again"]) >= abs(of["apart"])).mean()',
                    "You took the bootstraps. The tests without an effect are in `nothing`.",
                ),
            ),
        ),
        Exercise(
            id="ab-window",
            kind="repair",
            question="Repair the outcome: orders count from the first day of the trial on, until its time is over.",
            expected=by_its_own_time,
            hint="the line with .dt.year lets in orders from before the trial. Two conditions are needed, joined by &.",
            nearer='inside = (shop.orders["ordered_at"] >= start) & (shop.orders["ordered_at"] < over_on).',
            solution=(
                'inside = (shop.orders["ordered_at"] >= start) & (shop.orders["ordered_at"] < over_on)\n'
                'came = late.rows["unit_id"].isin(shop.orders.loc[inside, "customer_id"])\n'
                'by_group = came.groupby(late.rows["treated"]).mean().reindex([False, True])\n'
                "answer = by_group[True] - by_group[False]"
            ),
            wrong=(
                Wrong(
                    'of.loc["the calendar year", "value"]',
                    "Orders from before the trial are still counted.",
                ),
                Wrong(
                    'of.loc["from the first day to today", "value"]',
                    "Nearly: nothing from before is counted now. But orders after the end of the trial are; they must lie before over_on.",
                ),
                Wrong(
                    'of.loc["the time of the trial", "treated"]',
                    "This is the share of the treated. Subtract that of the others.",
                ),
            ),
        ),
        Exercise(
            id="ab-cuped",
            question="In the control arm, what share of the variance of revenue does spend before explain?",
            expected=explained,
            hint="that share is the square of the correlation of before and revenue.",
            nearer='fair.loc[~fair["treated"], ["before", "revenue"]].corr() has the correlation off its diagonal; square it.',
            solution='fair.loc[~fair["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2',
            wrong=(
                Wrong(
                    'of.loc[~of["treated"], ["before", "revenue"]].corr().iloc[0, 1]',
                    "This is the correlation. What it explains of the variance is its square, which is much less.",
                ),
                Wrong(
                    '1 - of.loc[~of["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2',
                    "This is the share that stays unexplained.",
                ),
                Wrong(
                    '1 - (1 - of.loc[~of["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2) ** 0.5',
                    "This is by how much the interval becomes narrower: a root of the variance. Asked is the variance itself.",
                ),
                Wrong(
                    'of.loc[of["treated"], ["before", "revenue"]].corr().iloc[0, 1] ** 2',
                    "This is the treated arm. Asked is the control.",
                ),
                Wrong(
                    'of.loc[~of["treated"] & (of["revenue"] > 0), ["before", "revenue"]].corr().iloc[0, 1] ** 2',
                    "You left out those who did not order. Their revenue is 0, and it counts.",
                ),
            ),
        ),
        Exercise(
            id="ab-break-even",
            question="From which lift of the rate on (as a share, such as 0.01 for one point) does the treatment earn what it costs?",
            expected=break_even,
            hint="a lift of x brings units × x more orders; each leaves margin × order_value. Set that equal to the cost.",
            nearer='divide case["cost"] by units × margin × order_value.',
            solution='case["cost"] / (case["units"] * case["margin"] * case["order_value"])',
            wrong=(
                Wrong(
                    'of["cost"] / (of["units"] * of["order_value"])',
                    "You let the whole order pay. The goods have to be bought first: only the margin is left.",
                ),
                Wrong(
                    'of["cost"] / (of["units"] * of["margin"] * of["revenue_per_unit"])',
                    "Revenue per unit has those in it who buy nothing. One more order brings an order's value.",
                ),
                Wrong(
                    'of["cost"] / (of["margin"] * of["order_value"])',
                    "This is how many more orders are needed. Divide by the units for a lift.",
                ),
                Wrong(
                    'of["units"] * of["margin"] * of["order_value"] / of["cost"]',
                    "Upside down.",
                ),
                Wrong(
                    'of["cost"] / of["units"]',
                    "This is the cost per unit. How many more of them must order to earn it?",
                ),
            ),
        ),
        Exercise(
            id="ab-tell",
            kind="write",
            question='Three sentences to a boss who has read that a recommender "raised conversion by 53 %".',
            expected=lambda planned: planned,
            hint="what is 53 %, compared with when; how would you find out; and what must come out for a yes?",
            nearer='begin with: "53 % is 15 % before and 23 % after, which is 8 points; what else changed in between is …"',
            model=(
                "53 % is 15 % before against 23 % after, that is 8 points, and whatever else changed in between is in it, so it cannot show that the recommender did it.",
                "I would show recommendations to half of our visitors, chosen at random, until {needed:,.0f} have come, which are needed to find {points} points, and look once.",
                "If the interval of the difference lies above the smallest lift that earns its cost, the arms are as planned and nothing else got worse, we buy it, and go on leaving a few visitors without it.",
            ),
            look_for=(
                "it says what the 53 % are: relative, before and after, and how many points that is",
                "it names a comparison at the same time, made at random",
                "it fixes the size, or the smallest lift worth having, and the day of the look before",
                "it decides by an interval and by money, not by p alone",
                "it says what stays unknown, or what must not get worse",
            ),
        ),
    ),
    quiz=(
        Question(
            "Conversion was 15 % last month and is 23 % now, since the new page. What do you know of the page?",
            (
                "it raised conversion by 8 points",
                "it raised conversion by 53 %",
                "nothing yet: all that changed in between is in the numbers",
                "it works, if the difference is significant",
            ),
            "c",
            "No formula takes the season out of before and after. Two groups at the same time do.",
        ),
        Question(
            "A test was planned half and half, and its split is one that hardly ever comes about so. What do you do?",
            (
                "read on, since the arms are large",
                "find out who is missing before anything is read",
                "weight the smaller arm up",
                "drop units of the larger arm at random",
            ),
            "b",
            "Who is missing was not chosen at random, so neither weights nor dropping repair it.",
        ),
        Question(
            "p is .23, the interval of the lift reaches from -3 to +14 points. What is true?",
            (
                "the treatment does nothing",
                "the treatment works with a probability of 77 %",
                "the treatment is worth 5 points",
                "the test cannot tell, and a large lift is not ruled out",
            ),
            "d",
            "Not shown to work is not shown not to work.",
        ),
        Question(
            "The intervals of two shares overlap a little. The difference of the two",
            (
                "can still lie apart from zero: look at its own interval",
                "cannot lie apart from zero",
                "is zero",
                "is larger than zero with a probability of one half",
            ),
            "a",
            "Two shares rarely err in opposite directions at once, so the interval of the difference is narrower than both together.",
        ),
        Question(
            "You want to look at the result each day and stop when it is clear. What do you need?",
            (
                "nothing: p below 5 % is p below 5 %",
                "a limit that is right for all looks together",
                "a larger test",
                "a second person who looks too",
            ),
            "b",
            "A limit for one look is crossed in many tests of nothing when one looks each day.",
        ),
    ),
)
