"""What the course knows of loyalty_roi: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.loyalty.loyalty_programme import Programme
    from workbook.analytics.loyalty.points_redeemed import Fate

TESTED = "by price level"  # the coupon that is asked about


def known(found: Estimate, without: str) -> Estimate:
    """An estimate, if the data can tell."""
    if not found.known:
        raise CannotAnswer(without)
    return found


def estimate(value: float, unit: str, n: int) -> Estimate:
    """An answer that knows its unit and how many it is of."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    return Estimate(float(value), unit=unit, n=n)


def before_joining(early: pd.DataFrame) -> Estimate:
    """How many times as many purchases those made who joined later, in days without membership."""
    from workbook.analytics.loyalty.joining import times_as_many

    return known(times_as_many(early), "one of the two groups has nobody in it, or bought nothing further.")


def before_and_after(around: pd.DataFrame) -> Estimate:
    """Change of members' purchases, of those who have a before, without the purchase of joining."""
    later = around[~around["joined_at_first"]]
    before, after = (later["gap"] < 0).sum(), (later["gap"] > 0).sum()
    if before == 0:
        raise CannotAnswer("nobody who joined at a later purchase can be followed.")
    return estimate(after / before - 1, "change", len(later))


def equal_past(both: pd.DataFrame) -> Estimate:
    """Lift of purchases after joining, over others at the purchase of the same number."""
    if both.empty:
        raise CannotAnswer("nobody joined at a later purchase, or nobody else made one.")
    weight = both["joined", "size"]
    joined, others = ((both[who, "mean"] * weight).sum() for who in ("joined", "others"))
    if not others > 0:
        raise CannotAnswer("those who did not join bought nothing further.")
    return estimate(joined / others - 1, "change", int(weight.sum()))


def difference_in_change(late: pd.DataFrame) -> Estimate:
    """Change of those who joined less the change of those who did not."""
    change = (late["after"] - late["bought_before"]).groupby(late["joins"]).mean()
    if {True, False} - set(change.index):
        raise CannotAnswer("nobody joined at a later purchase, or nobody else made one.")
    return estimate(change[True] - change[False], "ratio", len(late))


def final_share(fate: Fate) -> str:
    """Letter of how the share redeemed in the end compares with that of points used or expired so far."""
    if fate.case == "unknown":
        raise CannotAnswer("no points have expired yet, so nobody knows how long they live.")
    return {"too_low": "a", "alike": "b", "too_high": "c"}[fate.case]


def break_even(programme: Programme) -> Estimate:
    """Lift of revenue at which the margin on what was added pays the cost."""
    if not (programme.cost > 0 and programme.break_even_lift < float("inf")):
        raise CannotAnswer("the programme's cost is not on record, or no lift would pay for it.")
    return estimate(programme.break_even_lift, "change", int(programme.points))


def coupon_roi(coupons: pd.DataFrame) -> Estimate:
    """Added revenue of the coupon by price level over its cost."""
    from workbook.analytics.loyalty.coupon_trial import roi

    return known(
        roi(coupons, TESTED),
        "there is no test with this coupon and a group without one, or it cost nothing.",
    )


LESSON = Lesson(
    needs=("orders", "orders.amount", "customers", "customers.member_since"),
    limits={
        "follow_days": (7, 365),
        "points_cost": (0, 100),
        "running_cost": (0, 1e12),
        "margin": (0, 1),
        "uptake": (0.01, 1),
    },
    teaches=("忠诚度计划", "ROI公式", "客户参与度", "差异化优惠券", "复购率", "提高LTV"),
    exercises=(
        Exercise(
            id="roi-guess",
            kind="predict",
            question="In days without membership, how many times as many further purchases did a customer make who joined later, compared with one who never joined?",
            expected=before_joining,
            hint="1 would mean that the two are alike before anybody joins.",
            nearer="think of who stands at the till often enough to be asked to join.",
            solution="1.2",
        ),
        Exercise(
            id="roi-repair",
            kind="repair",
            question="Repair the change of members' purchases: without the purchase of joining, and of those only who have a before.",
            expected=before_and_after,
            hint="two things are wrong. The purchase at which somebody joined would have come anyway. And who joined at the first purchase has no purchases before it, by definition.",
            nearer='later = around[~around["joined_at_first"]] keeps those who have a before; a gap above 0 lies after the day of joining.',
            solution='later = around[~around["joined_at_first"]]\nbefore = (later["gap"] < 0).sum()\nafter = (later["gap"] > 0).sum()\nanswer = after / before - 1',
            wrong=(
                Wrong(
                    '(of["gap"] >= 0).sum() / (of["gap"] < 0).sum() - 1',
                    "This still has both mistakes in it.",
                ),
                Wrong(
                    '(of["gap"] > 0).sum() / (of["gap"] < 0).sum() - 1',
                    "Nearly: the day of joining is out. But those who joined at their first purchase are still in, and they have no before.",
                ),
                Wrong(
                    '(of.loc[~of["joined_at_first"], "gap"] >= 0).sum() / (of.loc[~of["joined_at_first"], "gap"] < 0).sum() - 1',
                    "Nearly: only those who have a before are counted. But the purchase at which they joined still counts as one that came after.",
                ),
                Wrong(
                    '(of.loc[~of["joined_at_first"], "gap"] > 0).sum() / (of.loc[~of["joined_at_first"], "gap"] < 0).sum()',
                    "This is after over before. A change has 1 taken off.",
                ),
                Wrong(
                    '(of.loc[~of["joined_at_first"], "gap"] > 0).sum() / (of.loc[~of["joined_at_first"], "gap"] <= 0).sum() - 1',
                    "Now the purchase of joining counts as one before. It belongs to neither side.",
                ),
            ),
        ),
        Exercise(
            id="roi-equal-past",
            question="What lift do the rows give together, each number counted as often as somebody joined at it?",
            expected=equal_past,
            hint='both["joined", "size"] says how often each number counts, in both columns of means.',
            nearer='with weight = both["joined", "size"], take (both["joined", "mean"] * weight).sum() and the same of "others"; the one over the other, less 1.',
            solution='(both["joined", "mean"] * both["joined", "size"]).sum() / (both["others", "mean"] * both["joined", "size"]).sum() - 1',
            wrong=(
                Wrong(
                    '(of["joined", "mean"] * of["joined", "size"]).sum() / (of["others", "mean"] * of["joined", "size"]).sum()',
                    "This is the one over the other. A lift has 1 taken off.",
                ),
                Wrong(
                    'of["joined", "mean"].mean() / of["others", "mean"].mean() - 1',
                    "Here each number counts the same, though hardly anybody joined at the last ones.",
                ),
                Wrong(
                    '(of["joined", "mean"] * of["joined", "size"]).sum() / of["joined", "size"].sum() / ((of["others", "mean"] * of["others", "size"]).sum() / of["others", "size"].sum()) - 1',
                    "You counted the others by their own sizes, so their numbers are not those of the joiners any more: that is the plain comparison again.",
                ),
                Wrong(
                    '((of["joined", "mean"] - of["others", "mean"]) * of["joined", "size"]).sum() / of["joined", "size"].sum()',
                    "This is the difference in purchases. A lift is relative to what would have come anyway.",
                ),
                Wrong(
                    '(of["others", "mean"] * of["joined", "size"]).sum() / (of["joined", "mean"] * of["joined", "size"]).sum() - 1',
                    "Upside down: those who joined go on top.",
                ),
            ),
        ),
        Exercise(
            id="roi-difference",
            question="By how many purchases did the change of those who joined exceed the change of those who did not?",
            expected=difference_in_change,
            hint='late["after"] - late["bought_before"] is the change of each one; take its mean in both groups, and subtract.',
            nearer='change = (late["after"] - late["bought_before"]).groupby(late["joins"]).mean(), then change[True] - change[False].',
            solution='(late["after"] - late["bought_before"]).groupby(late["joins"]).mean().pipe(lambda m: m[True] - m[False])',
            wrong=(
                Wrong(
                    '(of["after"] - of["bought_before"])[of["joins"]].mean()',
                    "This is before and after of the joiners alone. Take off how the others changed in the same time.",
                ),
                Wrong(
                    'of.groupby("joins")["after"].mean().pipe(lambda m: m[True] - m[False])',
                    "This compares what came after alone. Where did each group start from?",
                ),
                Wrong(
                    '(of["after"] - of["bought_before"]).groupby(of["joins"]).mean().pipe(lambda m: m[False] - m[True])',
                    "The sign is turned: joined less not joined.",
                ),
                Wrong(
                    '(of["after"] - of["bought_before"]).groupby(of["joins"]).sum().pipe(lambda m: m[True] - m[False])',
                    "You subtracted sums of two groups of different size. Take means.",
                ),
                Wrong(
                    '(of["after"] - of["bought_before"]).groupby(of["joins"]).mean().pipe(lambda m: m[True] / m[False])',
                    "This is the ratio of the two changes; the name of the method says what to do with them.",
                ),
            ),
        ),
        Exercise(
            id="roi-fate",
            kind="choose",
            question="How does the share of points that is redeemed in the end compare with the share among those used or expired so far?",
            expected=final_share,
            hint="which happens earlier in the life of a point: that it is redeemed, or that it expires?",
            nearer="points given last month can be redeemed already. None of them can have expired.",
            solution='"c"',
            options={
                "a": "Then points would have to expire early and be redeemed late. Points expire last.",
                "b": "It would, if redeemed and expired points were equally old. Look at when each can happen.",
                "c": "Here old points decide, and the two shares agree, or points expire before they are redeemed.",
            },
        ),
        Exercise(
            id="roi-break-even",
            question="By what lift must the programme raise the revenue of members for net ROI to be 0?",
            expected=break_even,
            hint="of revenue, x / (1 + x) was added by a lift of x; times the margin, that should equal the cost. Solve for x.",
            nearer="programme.cost over what is left: programme.revenue * programme.margin - programme.cost.",
            solution="programme.cost / (programme.revenue * programme.margin - programme.cost)",
            wrong=(
                Wrong(
                    "of.cost / (of.revenue * of.margin)",
                    "This is the part of today's revenue that must have been added. A lift is measured against revenue *without* the programme, which is less.",
                ),
                Wrong(
                    "of.cost / of.revenue",
                    "This is the cost as a share of revenue. Revenue does not pay the bill, its margin does.",
                ),
                Wrong(
                    "of.cost / (of.revenue - of.cost)",
                    "This counts revenue, as the deck does. Asked is net ROI, which is on margin.",
                ),
                Wrong(
                    "of.cost * of.margin / (of.revenue - of.cost * of.margin)",
                    "The margin is on the wrong side: it makes the added revenue worth less, not the cost smaller.",
                ),
            ),
        ),
        Exercise(
            id="roi-coupon",
            question="How much revenue did the coupon by price level add for each unit of its cost?",
            expected=coupon_roi,
            hint="what a customer of this arm ordered for, less what one without a coupon ordered for, over what the coupon cost a customer.",
            nearer='means = coupons.groupby("arm")[["revenue", "cost"]].mean(); take the two revenues from it, subtract, and divide by the cost of the arm.',
            solution='coupons.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: (m.loc["by price level", "revenue"] - m.loc["none", "revenue"]) / m.loc["by price level", "cost"])',
            wrong=(
                Wrong(
                    'of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: m.loc["by price level", "revenue"] / m.loc["by price level", "cost"])',
                    "You gave the coupon all of the revenue. Those without one ordered too; only what lies above them was added.",
                ),
                Wrong(
                    'of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: (m.loc["by price level", "revenue"] - m.loc["none", "revenue"]) / m.loc["by price level", "cost"] - 1)',
                    "Close: the ROI of the deck has no 1 taken off. That belongs to net ROI, on margin.",
                ),
                Wrong(
                    'of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: (m.loc["same for all", "revenue"] - m.loc["none", "revenue"]) / m.loc["same for all", "cost"])',
                    "This is the other coupon, the same for all.",
                ),
                Wrong(
                    'of.groupby("arm")[["revenue", "cost"]].sum().pipe(lambda m: (m.loc["by price level", "revenue"] - m.loc["none", "revenue"]) / m.loc["by price level", "cost"])',
                    "You subtracted sums, and the arms are not equally large. Take means of a customer.",
                ),
                Wrong(
                    'of.groupby("arm")[["revenue", "cost"]].mean().pipe(lambda m: m.loc["by price level", "revenue"] - m.loc["none", "revenue"])',
                    "This is what it added. Divide by what it cost.",
                ),
            ),
        ),
        Exercise(
            id="roi-tell",
            kind="write",
            question="Does our programme pay?",
            expected=lambda year: year,
            hint="name the lift with its interval, whom it compares, and the lift at which the programme breaks even.",
            nearer="begin with: Members buy more than others, but …",
            model=(
                "Members buy more than others, but they did so before they joined, so the ROI of the report is not the programme's.",
                "Compared at the same kind of purchase with customers of an equal past, and carried to the year, the lift is {lift}.",
                "On margin the programme breaks even at a lift of {even:value}, and net ROI is {net}.",
                "I do not know why people join, what a point really costs, and whether the effect lasts; an invitation of every second customer, at random, would tell us if there are customers enough.",
            ),
            look_for=(
                "the comparison group is named",
                "the effect stands with its interval, and next to the lift that breaks even",
                "margin, not revenue",
                "what is assumed, or not known: the reasons for joining, the cost of a point, the running cost",
                "a next step that would settle it",
            ),
        ),
    ),
    quiz=(
        Question(
            asks="Members buy twice as often as others. What does that show of the programme?",
            options=(
                "That it doubles purchases",
                "Nothing yet: members may have bought more before they joined",
                "That it should be extended to everybody",
            ),
            right="b",
            why="Customers choose to join, and those who buy often are likelier to.",
        ),
        Question(
            asks="Why is the purchase at which somebody joins on neither side of before and after?",
            options=(
                "Because it is often larger than others",
                "Because it earns the first points",
                "Because nobody joins without it, so it is there by definition",
            ),
            right="c",
            why="It would have come anyway; counted as after, it makes any programme look good.",
        ),
        Question(
            asks="You match members with others who bought as often last year. What is wrong with it?",
            options=(
                "The past of members was made under the programme, so its work is taken out with the difference",
                "Nothing: equal is equal",
                "A year is too short",
            ),
            right="a",
            why="The past must be the past before joining.",
        ),
        Question(
            asks="Added revenue is 1.5 times the cost, and the margin is 50 %. Does the programme pay?",
            options=("Yes: ROI is above 1", "No: net ROI is −0.25", "It breaks even"),
            right="b",
            why="1.5 × 0.5 − 1 = −0.25: goods have to be paid too.",
        ),
        Question(
            asks="What does an interval of net ROI from −0.6 to +4 ask you to do?",
            options=(
                "Report the middle",
                "Stop the programme",
                "Say that you do not know yet, and plan a test at random",
            ),
            right="c",
            why="An interval from loss to gain is a result: it says what a test would be worth.",
        ),
    ),
)
