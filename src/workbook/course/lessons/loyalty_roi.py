"""What the course knows of loyalty_roi: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.loyalty.loyalty_programme import Programme


def before_joining(early: pd.DataFrame) -> float:
    """Mean purchases of those who joined later over those of customers who never joined, in days without membership."""
    means = early.groupby("joined_later")["purchases"].mean()
    if {True, False} - set(means.index) or means[False] == 0:
        raise CannotAnswer("one of the two groups has nobody in it, or bought nothing further.")
    return float(means[True] / means[False])


def difference_in_change(late: pd.DataFrame) -> float:
    """Change of those who joined less the change of those who didn't."""
    change = (late["after"] - late["bought_before"]).groupby(late["joins"]).mean()
    if {True, False} - set(change.index):
        raise CannotAnswer("nobody joined at a later purchase, or nobody else made one.")
    return float(change[True] - change[False])


def break_even(programme: Programme) -> float:
    """Lift of revenue at which the margin on what was added pays the cost."""
    if not (programme.cost > 0 and math.isfinite(programme.break_even_lift)):
        raise CannotAnswer("the programme's cost isn't on record, or no lift would pay for it.")
    return float(programme.break_even_lift)


def coupon_roi(coupons: pd.DataFrame) -> float:
    """Added revenue of the coupon by price level over its cost."""
    means = coupons.groupby("arm")[["revenue", "cost"]].mean()
    if {"by price level", "none"} - set(means.index) or not means.loc["by price level", "cost"] > 0:
        raise CannotAnswer("there is no test with this coupon and a group without one, or it cost nothing.")
    arm = means.loc["by price level"]
    return float((arm["revenue"] - means.loc["none", "revenue"]) / arm["cost"])


LESSON = Lesson(
    needs=("orders", "orders.amount", "customers", "customers.member_since"),
    limits={
        "follow_days": (7, 365),
        "points_cost": (0, 100),
        "running_cost": (0, 1e12),
        "margin": (0, 1),
        "uptake": (0.01, 1),
    },
    teaches=("忠诚度计划", "ROI公式", "客户参与度", "差异化优惠券", "复购率"),
    exercises=(
        Exercise(
            id="roi-before-joining",
            question="In days without membership, how many times as many further purchases did a customer make who joined later, compared with one who never joined?",
            expected=before_joining,
            hint='two means of early["purchases"], one for each value of joined_later, and the one over the other.',
            solution='early.groupby("joined_later")["purchases"].mean().pipe(lambda m: m[True] / m[False])',
            wrong=(
                Wrong('of.groupby("joined_later")["purchases"].mean().pipe(lambda m: m[False] / m[True])', "Upside down: those who joined later go on top."),
                Wrong('of.groupby("joined_later")["purchases"].mean().pipe(lambda m: m[True] - m[False])', "This is the difference. How many times as many is a ratio."),
                Wrong('of.groupby("joined_later")["purchases"].mean().pipe(lambda m: m[True] / m[False] - 1)', "This is how much more. How many times as many is 1 above it."),
                Wrong('of.groupby("joined_later")["purchases"].sum().pipe(lambda m: m[True] / m[False])', "You compared sums: the larger group has more purchases because it is larger. Take a customer's mean."),
                Wrong('of.loc[of["joined_later"], "purchases"].mean()', "This is the mean of those who joined later. Asked is how it compares with that of the others."),
            ),
        ),
        Exercise(
            id="roi-difference",
            question="By how many purchases did the change of those who joined exceed the change of those who didn't?",
            expected=difference_in_change,
            hint='late["after"] - late["bought_before"] is each one\'s change; take its mean in both groups, and subtract.',
            solution='(late["after"] - late["bought_before"]).groupby(late["joins"]).mean().pipe(lambda m: m[True] - m[False])',
            wrong=(
                Wrong('(of["after"] - of["bought_before"])[of["joins"]].mean()', "This is before and after of the joiners alone. Take off how the others changed in the same time."),
                Wrong('of.groupby("joins")["after"].mean().pipe(lambda m: m[True] - m[False])', "This compares what came after alone. Where did each group start from?"),
                Wrong('(of["after"] - of["bought_before"]).groupby(of["joins"]).mean().pipe(lambda m: m[False] - m[True])', "The sign is turned: joined less not joined."),
                Wrong('(of["after"] - of["bought_before"]).groupby(of["joins"]).sum().pipe(lambda m: m[True] - m[False])', "You subtracted sums of two groups of different size. Take means."),
                Wrong('of.groupby("joins")[["bought_before", "after"]].mean().diff(axis=1)["after"].pipe(lambda m: m[True] / m[False])', "This is the ratio of the two changes; the name of the method says what to do with them."),
            ),
        ),
        Exercise(
            id="roi-break-even",
            question="By what lift must the programme raise members' revenue for net ROI to be 0?",
            expected=break_even,
            hint="of revenue, x / (1 + x) was added by a lift of x; times the margin that should equal the cost. Solve for x.",
            solution="programme.cost / (programme.revenue * programme.margin - programme.cost)",
            wrong=(
                Wrong("of.cost / (of.revenue * of.margin)", "This is the part of today's revenue that must have been added. A lift is measured against revenue *without* the programme, which is less."),
                Wrong("of.cost / of.revenue", "This is the cost as a share of revenue. Revenue doesn't pay the bill, its margin does."),
                Wrong("of.cost / (of.revenue - of.cost)", "This counts revenue, as the deck does. Asked is net ROI, which is on margin."),
                Wrong("of.cost * of.margin / (of.revenue - of.cost * of.margin)", "The margin is on the wrong side: it makes the added revenue worth less, not the cost smaller."),
                Wrong("of.net_roi", "This is the net ROI with the report's lift. Asked is the lift with which it would be 0."),
            ),
        ),
        Exercise(
            id="roi-coupon",
            question="How much revenue did the coupon by price level add for each unit of its cost?",
            expected=coupon_roi,
            hint="what the arm ordered for above the arm without a coupon, a customer, over what the coupon cost a customer.",
            solution='coupons.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: (m.loc["by price level", "revenue"] - m.loc["none", "revenue"]) / m.loc["by price level", "cost"])',
            wrong=(
                Wrong('of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: m.loc["by price level", "revenue"] / m.loc["by price level", "cost"])',
                      "You gave the coupon all of the revenue. Those without one ordered too; only what lies above them was added."),
                Wrong('of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: (m.loc["by price level", "revenue"] - m.loc["none", "revenue"]) / m.loc["by price level", "cost"] - 1)',
                      "Close: the deck's ROI has no 1 taken off. That belongs to net ROI, on margin."),
                Wrong('of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: (m.loc["same for all", "revenue"] - m.loc["none", "revenue"]) / m.loc["same for all", "cost"])',
                      "This is the other coupon, the same for all."),
                Wrong('of.groupby("arm")[["revenue", "cost"]].sum().pipe(lambda m: (m.loc["by price level", "revenue"] - m.loc["none", "revenue"]) / m.loc["by price level", "cost"])',
                      "You subtracted sums, and the arms aren't equally large. Take means of a customer."),
                Wrong('of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: m.loc["by price level", "revenue"] - m.loc["none", "revenue"])',
                      "This is what it added. Divide by what it cost."),
            ),
        ),
    ),
)  # fmt: skip
