"""What the course knows of customer_lifetime_value: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.value.acquisition import BudgetMove

R_SQUARED = (
    '__import__("workbook.analytics.value.popular_values", fromlist=["r_squared"]).r_squared'  # in mistakes
)


def estimate(value: float, unit: str, n: int) -> Estimate:
    """An answer that knows its unit and how many it is of."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    return Estimate(float(value), unit=unit, n=n)


def quick_ones_chance(of_two: pd.DataFrame) -> Estimate:
    """Chance that the first of two customers, who used to come often, is one still."""
    if of_two.empty or of_two["value"].isna().any():
        raise CannotAnswer("it has no two such customers, or too few customers for a model.")
    return estimate(of_two["value"].iloc[0], "share", 0)


def repeat_days(summary: pd.DataFrame) -> Estimate:
    """Mean BG/NBD frequency."""
    return estimate(summary["frequency"].mean(), "ratio", len(summary))


def likely_gone(chances: pd.DataFrame) -> Estimate:
    """Share of customers who have probably left."""
    if chances["active"].isna().all():
        raise CannotAnswer("no model could be fitted to it.")
    return estimate((chances["active"] < 0.5).mean(), "share", len(chances))


def chance_to_buy(quarter: pd.DataFrame) -> Estimate:
    """Share of customers who should buy in a quarter."""
    if quarter.empty or quarter["to_buy"].isna().all():
        raise CannotAnswer("it is shorter than half a year, or no model could be fitted to it.")
    return estimate(quarter["to_buy"].mean(), "share", len(quarter))


def forecast_miss(hidden: pd.DataFrame) -> Estimate:
    """Relative error of the forecast of a hidden part, in total: forecast / what came − 1."""
    if hidden.empty or hidden["BG/NBD"].isna().all():
        raise CannotAnswer("no model could be fitted on the first part of it.")
    came = hidden["came"].sum()
    if came == 0:
        raise CannotAnswer("nobody came back in the hidden part.")
    return estimate(hidden["BG/NBD"].sum() / came - 1, "change", len(hidden))


def value_once(summary: pd.DataFrame) -> Estimate:
    """Mean of the copied formula with the profit as a share."""
    from workbook.analytics.value.popular_values import money_once, repeat_rate

    if repeat_rate(summary) == 1:
        raise CannotAnswer("all customers bought twice or more often, so the formula divides by zero.")
    return estimate(money_once(summary).mean(), "money", len(summary))


def honest_r_squared(by_month: pd.DataFrame) -> Estimate:
    """R² of the three months that are not known after nine."""
    from workbook.analytics.value.popular_values import summands

    found = summands(by_month)
    if found.case == "unknown":
        raise CannotAnswer("it covers less than a year, or has too few customers.")
    return found.honest


def looking_ahead(tenures: pd.DataFrame) -> Estimate:
    """Mean value over the years ahead, discounted, of what is left."""
    value = tenures["a_year"] * tenures["years"] * tenures["kept"]
    return estimate(value.mean(), "money", len(tenures))


def ltv_to_cac(channels: pd.DataFrame) -> str:
    """Channel with the best ratio of value before acquisition cost to acquisition cost."""
    ratio = (channels["value"] / channels["cac"].where(channels["cac"] > 0)).dropna()
    if ratio.empty:
        raise CannotAnswer("it has no marketing costs by channel, or no model of value.")
    return str(ratio.idxmax())


def counted_twice(ratios: pd.DataFrame) -> str:
    """Letter of how far the ratio falls that counts the cost twice."""
    if ratios.empty:
        raise CannotAnswer("it has no marketing costs by channel.")
    gap = ratios["LTV / CAC"] - ratios["(LTV − CAC) / CAC"]
    return "a" if ((gap - 1).abs() < 1e-6).all() else "c"


def best_share(move: BudgetMove) -> Estimate:
    """Share of the worse channel's budget that is best moved."""
    if move.case == "unknown":
        raise CannotAnswer("it has no two channels with a cost and a value.")
    return estimate(move.percent / 100, "share", 0)


LESSON = Lesson(
    needs=("orders",),
    limits={
        "months": (1, 120),
        "margin": (0, 1),
        "annual_discount": (0, 1),
        "lifetime_years": (0.1, 50),
        "draws": (2, 1000),
    },
    teaches=("LTV公式", "CLV", "CAC", "LTV 对比 CAC", "预测CLV", "客户价值分析 CVA", "优化资源配置"),
    exercises=(
        Exercise(
            id="ltv-guess",
            kind="predict",
            question="How likely is it that A is still a customer?",
            expected=quick_ones_chance,
            hint="compare the silence with the usual wait between two purchases of A.",
            nearer="how often would you expect a wait that is so many times the usual one?",
            solution="0.5",
        ),
        Exercise(
            id="ltv-frequency",
            question="What is the mean frequency of a customer in the language of the models?",
            expected=repeat_days,
            hint="in the models the first purchase does not count, and a day counts once; summary has a column for it.",
            nearer='take the column frequency of summary, all customers, those with 0 too: summary["frequency"], and its mean.',
            solution='summary["frequency"].mean()',
            wrong=(
                Wrong(
                    'of["purchases"].mean()',
                    "This is the frequency of RFM: all orders, the first one included.",
                ),
                Wrong(
                    'of["purchases"].mean() - 1',
                    "Nearly: but two orders on one day are one purchase here.",
                ),
                Wrong(
                    'of["frequency"].sum()',
                    "This is the number of all repeat purchases. Asked is the mean of a customer.",
                ),
                Wrong(
                    '(of["frequency"] > 0).mean()',
                    "This is the share of customers who came back at all. Asked is how often one comes back.",
                ),
                Wrong('of["frequency"].median()', "This is the median. The mean is asked for."),
                Wrong(
                    'of.loc[of["frequency"] > 0, "frequency"].mean()',
                    "You left out those who never came back. Their frequency is 0, and it counts.",
                ),
            ),
        ),
        Exercise(
            id="ltv-likely-gone",
            question="What share of customers has, by the model, more probably left than not?",
            expected=likely_gone,
            hint="who has more probably left than not is active with a chance below one half.",
            nearer='(chances["active"] < 0.5) is True for each of them; the mean of True and False is a share.',
            solution='(chances["active"] < 0.5).mean()',
            wrong=(
                Wrong('(of["active"] >= 0.5).mean()', "These are probably still customers."),
                Wrong(
                    'of["active"].mean()',
                    "This is the mean chance of being active. Asked is for what share that chance is below one half.",
                ),
                Wrong(
                    '1 - of["active"].mean()',
                    "This is the expected share of those who left. Asked is the share of customers for whom leaving is the more probable.",
                ),
                Wrong('(of["active"] < 0.5).sum()', "This is their number. A share is asked for."),
            ),
        ),
        Exercise(
            id="ltv-chance",
            kind="repair",
            question="What share of the customers should buy in the quarter? Repair the cell.",
            expected=chance_to_buy,
            hint="an expectation adds up several purchases of the same customer; asked is whether there is one at all.",
            nearer="quarter has a column with the chance to buy at least once. Its mean is the share that should buy.",
            solution='chance = quarter["to_buy"]\nanswer = chance.mean()',
            wrong=(
                Wrong(
                    'of["expected"].clip(upper=1).mean()',
                    "This still reads the expectation as a chance.",
                ),
                Wrong(
                    'of["expected"].mean()',
                    "This is the mean number of purchase days. It is no chance, and can be above 1.",
                ),
                Wrong(
                    'of["active"].mean()',
                    "This is the chance of being active. Who is active need not buy within a quarter.",
                ),
                Wrong(
                    '(of["expected"] > 0.5).mean()',
                    "This sorts customers by their expectation. A share of customers who buy does not follow from it.",
                ),
                Wrong(
                    '(of["to_buy"] > 0.5).mean()',
                    "This counts who probably buys. Those with smaller chances buy too, only less often: take the mean of the chances.",
                ),
                Wrong(
                    'of["bought"].mean()',
                    "This is what came. It is what the forecast will be held against, not the forecast.",
                ),
            ),
        ),
        Exercise(
            id="ltv-forecast-miss",
            kind="repair",
            question="By what share does BG/NBD miss what came in the hidden part, in total? Above zero means that it promised too much.",
            expected=forecast_miss,
            hint="both numbers of the cell are from the days that the model was fitted on. hidden has the forecast of the other days, and what came.",
            nearer='promised is the sum of the column "BG/NBD", real the sum of "came".',
            solution='promised = hidden["BG/NBD"].sum()\nreal = hidden["came"].sum()\nanswer = promised / real - 1',
            wrong=(
                Wrong(
                    'of["fitted"].sum() / of["frequency"].sum() - 1',
                    "This is still judged on the days that the model was fitted on.",
                ),
                Wrong(
                    'of["fitted"].sum() / of["came"].sum() - 1',
                    "You changed what came only. What was promised must be the forecast of the same days.",
                ),
                Wrong(
                    'of["BG/NBD"].sum() / of["frequency"].sum() - 1',
                    "You changed the forecast only. It must be held against what came in the hidden part.",
                ),
                Wrong(
                    'of["BG/NBD"].sum() / of["came"].sum()',
                    "This is the ratio; subtract 1 to get the miss.",
                ),
                Wrong(
                    '1 - of["BG/NBD"].sum() / of["came"].sum()',
                    "The sign is turned: too high a forecast should be above zero.",
                ),
                Wrong(
                    'of["BG/NBD"].sum() - of["came"].sum()',
                    "This is the miss in purchase days. For a share, divide it by what came.",
                ),
                Wrong(
                    '(of["BG/NBD"] - of["came"]).abs().sum() / of["came"].sum()',
                    "You added up the miss of each customer, whichever its direction. In total, too much here and too little there make up for each other.",
                ),
                Wrong(
                    'of["pace goes on"].sum() / of["came"].sum() - 1',
                    "This is the pace that goes on. Asked is BG/NBD.",
                ),
            ),
        ),
        Exercise(
            id="ltv-squared",
            kind="repair",
            question="Repair the formula so that its result is money.",
            expected=value_once,
            hint="total_spend is money, and 1 − a share has no unit. What is the unit of value, and of profit, and of their product?",
            nearer="value is money already. What it is multiplied by must be a share: ten percent, and not ten percent of an amount.",
            solution="profit = 0.10\nanswer = (value * profit).mean()",
            wrong=(
                Wrong(
                    '(of["total_spend"] / (1 - (of["purchases"] > 1).mean()) * of["total_spend"] * 0.10).mean()',
                    "This is still money times money.",
                ),
                Wrong(
                    '(of["total_spend"] / (1 - (of["purchases"] > 1).mean())).mean()',
                    "This is money, but revenue. Ten percent of it are the profit.",
                ),
                Wrong(
                    '(of["total_spend"] * 0.10).mean()',
                    "This is money, but only the profit of what was spent so far: value has been dropped.",
                ),
                Wrong(
                    'np.sqrt((of["total_spend"] / (1 - (of["purchases"] > 1).mean()) * of["total_spend"] * 0.10).mean())',
                    "The root of money squared has the unit of money, and means nothing. Repair the factor.",
                ),
                Wrong(
                    '(of["total_spend"] / (1 - (of["purchases"] > 1).mean())).mean() * of["total_spend"].mean() * 0.10',
                    "This takes the mean first, and is still money times money.",
                ),
                Wrong(
                    '(of["total_spend"] / (1 - (of["purchases"] > 1).mean()) * 0.10).sum()',
                    "This is the sum of all customers. The mean is asked for.",
                ),
            ),
        ),
        Exercise(
            id="ltv-tenure",
            kind="repair",
            question="Repair the value by tenure: ahead, discounted, of what is left.",
            expected=looking_ahead,
            hint="tenure is the past. Two other columns say how many years lie ahead, and which share is left of what is spent.",
            nearer='a_year times years times kept, each a column of tenures; tenures["years"] is discounted already.',
            solution='each = tenures["a_year"] * tenures["years"] * tenures["kept"]\nanswer = each.mean()',
            wrong=(
                Wrong(
                    '(of["a_year"] * of["tenure"]).mean()',
                    "This is still what was spent so far.",
                ),
                Wrong(
                    '(of["a_year"] * of["years"]).mean()',
                    "It looks ahead and is discounted. But it is revenue: multiply by what is kept.",
                ),
                Wrong(
                    '(of["a_year"] * of["tenure"] * of["kept"]).mean()',
                    "It is what is left now, but of the past: the years must lie ahead.",
                ),
                Wrong(
                    '(of["a_year"] * of["years"] * of["kept"]).sum()',
                    "This is the sum of all customers. The mean is asked for.",
                ),
                Wrong(
                    'of["a_year"].mean() * of["tenure"].mean()',
                    "A product of means, and still of the past.",
                ),
            ),
        ),
        Exercise(
            id="ltv-summands",
            kind="repair",
            question="How much is explained of what is not known yet after nine months (R²)? Repair the target.",
            expected=honest_r_squared,
            hint="the target is a sum of twelve months, and nine of them are given to the model as features.",
            nearer="after nine months, months 10 to 12 are unknown: by_month.iloc[:, 9:] are these three columns.",
            solution="target = by_month.iloc[:, 9:].sum(axis=1)\nanswer = popular_values.r_squared(features, target)",
            wrong=(
                Wrong(
                    f"{R_SQUARED}(of.iloc[:, :9], of.sum(axis=1))",
                    "The target still contains the nine months that the model is given.",
                ),
                Wrong(
                    f"{R_SQUARED}(of.iloc[:, :9], of.iloc[:, :9].sum(axis=1))",
                    "R² is 1: the target is a sum of the features, so nothing is predicted at all. What is asked for must not be among what is given.",
                ),
                Wrong(
                    f"{R_SQUARED}(of.iloc[:, :9], of.iloc[:, 8:].sum(axis=1))",
                    "Nearly: month 9 is still in both. Columns are counted from 0.",
                ),
                Wrong(
                    f"{R_SQUARED}(of.iloc[:, :9], of.iloc[:, 10:].sum(axis=1))",
                    "These are months 11 and 12. Columns are counted from 0, so month 10 is the column 9.",
                ),
            ),
        ),
        Exercise(
            id="ltv-best-channel",
            question="Which channel brings the most value for each unit of acquisition cost?",
            expected=ltv_to_cac,
            hint='channels["value"] is the value before acquisition cost, channels["cac"] what winning one customer costs. Divide.',
            nearer='(channels["value"] / channels["cac"]) is a number for each channel; idxmax() gives the name of the largest.',
            solution='(channels["value"] / channels["cac"]).idxmax()',
            wrong=(
                Wrong(
                    'of["value"].idxmax()',
                    "The customers of this channel are worth most, whatever they cost. Which measure matters depends on what is scarce: customers to win, or money.",
                ),
                Wrong(
                    'of["cac"].idxmin()',
                    "This channel is the cheapest, whatever its customers are worth.",
                ),
                Wrong(
                    '(of["value"] / of["cac"]).max()',
                    "This is the ratio itself. Asked is the name of the channel that has it.",
                ),
                Wrong('(of["value"] / of["cac"]).idxmin()', "Upside down: this one brings the least."),
            ),
        ),
        Exercise(
            id="ltv-twice",
            kind="choose",
            question="How much lower is (LTV − CAC) / CAC than LTV / CAC?",
            expected=counted_twice,
            hint="write the first ratio as two fractions.",
            nearer="(LTV − CAC) / CAC = LTV / CAC − CAC / CAC. How much is the second one?",
            solution='"a"',
            options={
                "a": "Work it out for one channel.",
                "b": "Take LTV 800 and CAC 200: 4, and 600 / 200 = 3. Is that half?",
                "c": "Take two channels with different costs, and work out both ratios for each.",
            },
        ),
        Exercise(
            id="ltv-move",
            kind="predict",
            question="At a crowding of 0.7, what share of the worse channel's budget is best moved?",
            expected=best_share,
            hint="the first customers that are not won any more are the most expensive ones.",
            nearer="it is neither nothing nor all, unless the channels are nearly alike.",
            solution="0.5",
        ),
        Exercise(
            id="ltv-tell",
            kind="write",
            question="Three sentences to your boss: what is a customer worth, and what may one cost?",
            expected=lambda ahead: ahead,
            hint="say by which formula, over which time, and on which margin; then how sure; then what is not known.",
            nearer='begin with: "Over the next twelve months we expect … purchase days, and in the same test a year ago we missed by …"',
            model=(
                "In the next {months} months our customers will bring about {days:value} with a purchase, and with the miss of our own test {days:interval}.",
                "On margin that is {worth:value} ({worth:interval}) before discounting; what a single customer is worth is not known to anybody.",
                "A new customer may cost up to the value of a customer of that channel, with the cost counted once.",
                "We do not know what the next customer of a channel costs, so we move the budget in small steps and measure.",
            ),
            look_for=(
                "it names the formula, the time and the margin",
                "it gives an interval, and says what widened it",
                "it does not promise what a single customer will do",
                "it compares the value before the cost with the cost, by channel",
                "it says what is not known, such as the cost of the next customer",
            ),
        ),
    ),
    quiz=(
        Question(
            "Two customers have been silent for half a year. One used to come every week, the other twice a year. Who is more probably still a customer?",
            (
                "the one who came every week",
                "the one who came twice a year",
                "both alike",
                "nobody can say anything",
            ),
            "b",
            "Silence counts against the own rhythm: for the second it is one usual wait.",
        ),
        Question(
            "A model expects 0.6 purchase days of a customer in a quarter. What does that mean?",
            (
                "the customer buys with a chance of 60 %",
                "the customer has left with a chance of 40 %",
                "0.6 on average over many such customers, some of whom buy several times",
                "the customer buys for sure within two quarters",
            ),
            "c",
            "An expectation adds up several purchases of one customer; the chance to buy at all is another number.",
        ),
        Question(
            "A formula multiplies spend by ten percent of spend. What do you say first?",
            (
                "ten percent is too much",
                "its unit is money squared, so it is no value",
                "it needs a discount",
                "it needs more data",
            ),
            "b",
            "Check the unit before the assumptions.",
        ),
        Question(
            "A prediction of the yearly value from nine of its twelve months has a very high R². What does it show?",
            (
                "that the next months are known",
                "that nine months are enough",
                "that the model should be used",
                "little: nine summands of the target were given",
            ),
            "d",
            "Predict the three months that are not known yet, and judge that.",
        ),
        Question(
            "An interval covers 95 % if the model is right. What else do you need?",
            (
                "a test on past days, whose miss widens it",
                "more simulated worlds",
                "a second formula",
                "nothing",
            ),
            "a",
            "Chance cannot say whether the model is right; the past can.",
        ),
    ),
)
