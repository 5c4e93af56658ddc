"""What the course knows of customer_lifetime_value: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd


def repeat_days(summary: pd.DataFrame) -> float:
    """Mean BG/NBD frequency."""
    return float(summary["frequency"].mean())


def ltv_to_cac(channels: pd.DataFrame) -> str:
    """Channel with the best ratio of value before acquisition cost to acquisition cost."""
    ratio = (channels["value"] / channels["cac"]).dropna()
    if ratio.empty:
        raise CannotAnswer("it has no marketing costs by channel, or no model of value.")
    return str(ratio.idxmax())


def forecast_miss(backtest: pd.DataFrame) -> float:
    """Relative error of the forecast in total: (forecast − what came) / what came."""
    came = backtest["holdout_purchases"].sum()
    if backtest["forecast"].isna().all():
        raise CannotAnswer("no model could be fitted on the first part of it.")
    if came == 0:
        raise CannotAnswer("nobody came back in the holdout.")
    return float(backtest["forecast"].sum() / came - 1)


def likely_gone(summary: pd.DataFrame) -> float:
    """Share of customers who have probably left."""
    if summary["alive"].isna().all():
        raise CannotAnswer("no model could be fitted to it.")
    return float((summary["alive"] < 0.5).mean())


LESSON = Lesson(
    needs=("orders", "orders.amount"),
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
            id="ltv-frequency",
            question="What is the mean frequency of a customer in the BG/NBD sense?",
            expected=repeat_days,
            hint="in BG/NBD the first purchase doesn't count, and a day counts once; summary has a column for it.",
            solution='summary["frequency"].mean()',
            wrong=(
                Wrong('of["purchases"].mean()', "This is RFM's frequency: all orders, the first one included."),
                Wrong('of["purchases"].mean() - 1', "Nearly: but two orders on one day are one purchase here."),
                Wrong('of["frequency"].sum()', "This is the number of all repeat purchases. Asked is the mean of a customer."),
                Wrong('(of["frequency"] > 0).mean()', "This is the share of customers who came back at all. Asked is how often one comes back."),
                Wrong('of["frequency"].median()', "This is the median. The mean is asked for."),
                Wrong('of.loc[of["frequency"] > 0, "frequency"].mean()', "You left out those who never came back. Their frequency is 0, and it counts."),
            ),
        ),
        Exercise(
            id="ltv-forecast-miss",
            question="By what share did the forecast miss what came, in total? Above zero means that it promised too much.",
            expected=forecast_miss,
            hint="(forecast − what came) / what came, each summed over all customers first.",
            solution='backtest["forecast"].sum() / backtest["holdout_purchases"].sum() - 1',
            wrong=(
                Wrong('1 - of["forecast"].sum() / of["holdout_purchases"].sum()', "The sign is turned: too high a forecast should be above zero."),
                Wrong('of["forecast"].sum() / of["holdout_purchases"].sum()', "This is the ratio; subtract 1 to get the miss."),
                Wrong('of["forecast"].sum() - of["holdout_purchases"].sum()', "This is the miss in purchases. For a share, divide it by what came."),
                Wrong('(of["forecast"] - of["holdout_purchases"]).abs().sum() / of["holdout_purchases"].sum()',
                      "You added up each customer's miss, whichever its direction. In total, too much here and too little there cancel."),
                Wrong('1 - of["holdout_purchases"].sum() / of["forecast"].sum()',
                      "You divided by the forecast. Measured against what came, the miss doesn't depend on how bold the forecast was."),
            ),
        ),
        Exercise(
            id="ltv-likely-gone",
            question="What share of customers has, by the model, more probably left than not?",
            expected=likely_gone,
            hint="summary has the chance of still being a customer in the column alive.",
            solution='(summary["alive"] < 0.5).mean()',
            wrong=(
                Wrong('(of["alive"] > 0.5).mean()', "These are probably still customers."),
                Wrong('of["alive"].mean()', "This is the mean chance of still being a customer. Asked is for what share that chance is below one half."),
                Wrong('1 - of["alive"].mean()', "This is the expected share of those who left. Asked is the share of customers for whom leaving is the likelier."),
                Wrong('(of["alive"] < 0.5).sum()', "This is their number. A share is asked for."),
            ),
        ),
        Exercise(
            id="ltv-best-channel",
            question="Which channel brings the most value for each unit of acquisition cost?",
            expected=ltv_to_cac,
            hint='channels["value"] is the value before acquisition cost, channels["cac"] what winning one customer costs.',
            solution='(channels["value"] / channels["cac"]).idxmax()',
            wrong=(
                Wrong('of["value"].idxmax()', "This channel's customers are worth the most, whatever they cost. Which measure matters depends on what is scarce: customers to win, or money."),
                Wrong('of["cac"].idxmin()', "This channel is the cheapest, whatever its customers are worth."),
                Wrong('(of["value"] / of["cac"]).max()', "This is the ratio itself. Asked is the name of the channel that has it."),
                Wrong('(of["value"] / of["cac"]).idxmin()', "Upside down: this one brings the least."),
            ),
        ),
    ),
)  # fmt: skip
