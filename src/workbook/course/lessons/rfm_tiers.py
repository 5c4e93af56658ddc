"""What the course knows of rfm_tiers: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

NEW_DAYS = 90


def one_timers(rfm: pd.DataFrame) -> float:
    """Share of customers with a single purchase."""
    return float((rfm["purchases"] == 1).mean())


def recent_and_new(rfm: pd.DataFrame) -> float:
    """Share of those with the best R whose first purchase is recent too."""
    best = rfm[rfm["R"] == rfm["R"].max()]
    return float((best["days_since_first"] <= NEW_DAYS).mean())


def at_risk_customers(rfm: pd.DataFrame) -> int:
    """Number of customers with a low R whose spend is high."""
    return int(rfm["class"].isin(["key retain", "key win-back"]).sum())


def retention_lift(trial: pd.DataFrame) -> float:
    """Relative lift of the share of the treated who came back over that of the holdout."""
    share = trial.groupby("arm")["came_back"].mean().reindex(["treated", "holdout"])
    if trial.empty or not share["holdout"] > 0:
        raise CannotAnswer("there is no holdout here of which anybody came back.")
    return float(share["treated"] / share["holdout"] - 1)


LESSON = Lesson(
    needs=("orders", "orders.amount"),
    limits={
        "bins": (2, 10),
        "high_from": (2, 10),
    },
    not_above={"high_from": "bins"},
    teaches=("客户分层原理", "RFM 8类", "最近购买时间R", "购买频次F", "消费金额M", "高、中、低价值客户", "动态管理", "金矿型客户", "潜力型客户", "睡眠型客户", "流失风险客户", "促销活动和优惠券"),
    exercises=(
        Exercise(
            id="rfm-one-timers",
            question="What share of customers has bought just once?",
            expected=one_timers,
            hint="compare the column purchases with 1; the mean of True and False is a share.",
            solution='(rfm["purchases"] == 1).mean()',
            wrong=(
                Wrong('(of["purchases"] == 1).sum()', "This is their number. A share is asked for."),
                Wrong('(of["purchases"] == 1).sum() / of["purchases"].sum()',
                      "You divided by the number of purchases. The question is about customers."),
                Wrong('(of["purchases"] > 1).mean()', "These are the ones who came back."),
            ),
        ),
        Exercise(
            id="rfm-recent-is-not-new",
            question=f"Of those with the highest R, what share bought for the first time in the last {NEW_DAYS} days?",
            expected=recent_and_new,
            hint=f'take best = rfm[rfm["R"] == rfm["R"].max()], and look at days_since_first <= {NEW_DAYS}.',
            solution=f'(rfm.loc[rfm["R"] == rfm["R"].max(), "days_since_first"] <= {NEW_DAYS}).mean()',
            wrong=(
                Wrong(f'(of.loc[of["R"] == of["R"].max(), "days_since_last"] <= {NEW_DAYS}).mean()',
                      "This looks at the last purchase. Being new is about the first."),
                Wrong(f'(of["days_since_first"] <= {NEW_DAYS}).mean()', "This is the share among all customers, not among those with the highest R."),
                Wrong(f'(of.loc[of["R"] == 1, "days_since_first"] <= {NEW_DAYS}).mean()',
                      "These have the lowest R. In this workbook a high score is a good one: recent is 5."),
                Wrong(f'((of["R"] == of["R"].max()) & (of["days_since_first"] <= {NEW_DAYS})).mean()',
                      "You divided by all customers; the question is about those with the highest R."),
                Wrong(f'((of["R"] == of["R"].max()) & (of["days_since_first"] <= {NEW_DAYS})).sum()', "This is their number. A share is asked for."),
                Wrong(f'(of.loc[of["R"] == of["R"].max(), "days_since_first"] > {NEW_DAYS}).mean()',
                      "This is the share of those who first bought before that: they are recent, but not new."),
            ),
        ),
        Exercise(
            id="rfm-at-risk",
            question="How many customers once spent much and have not been seen for long?",
            expected=at_risk_customers,
            hint="two of the eight classes have a low R and a high M, whatever their F.",
            solution='rfm["class"].isin(["key retain", "key win-back"]).sum()',
            wrong=(
                Wrong('(of["class"] == "key retain").sum()', "There is a second class with low R and high M: think of a single large purchase long ago."),
                Wrong('(of["class"] == "key win-back").sum()', "There is a second class with low R and high M: one with many purchases."),
                Wrong('of["label"].eq("at-risk").sum()', "The label at-risk has everybody with a low R; here only those who spent much are asked for."),
                Wrong('of["class"].isin(["key retain", "key win-back"]).mean()', "This is their share of customers. Their number is asked for."),
                Wrong('of.loc[of["class"].isin(["key retain", "key win-back"]), "total_spend"].sum()', "This is what they spent. The number of customers is asked for."),
                Wrong('(~of["class"].isin(["key retain", "key win-back"])).sum()', "These are all the others."),
                Wrong('of["class"].isin(["key value", "key growth"]).sum()', "These have a high R: they were here recently."),
            ),
        ),
        Exercise(
            id="rfm-lift",
            question="By how much did the treatment raise the share that came back, relative to the holdout?",
            expected=retention_lift,
            hint='take shares = trial.groupby("arm")["came_back"].mean(); the lift is one over the other, less one.',
            solution='trial.groupby("arm")["came_back"].mean()["treated"] / trial.groupby("arm")["came_back"].mean()["holdout"] - 1',
            wrong=(
                Wrong('of.loc[of["arm"] == "treated", "came_back"].mean() - of.loc[of["arm"] == "holdout", "came_back"].mean()',
                      "This is the difference in points. Relative means: divided by the share of the holdout."),
                Wrong('of.loc[of["arm"] == "treated", "came_back"].mean() / of.loc[of["arm"] == "holdout", "came_back"].mean()',
                      "This is the one share over the other. A ratio of 1 is a lift of nothing: take 1 off."),
                Wrong('of.loc[of["arm"] == "holdout", "came_back"].mean() / of.loc[of["arm"] == "treated", "came_back"].mean() - 1',
                      "This is the holdout against the treated: the wrong way round."),
                Wrong('of.loc[of["arm"] == "treated", "came_back"].mean()', "This is the share of the treated. Some of them would have come back anyway."),
                Wrong('of.loc[of["arm"] == "treated", "came_back"].sum() / of.loc[of["arm"] == "holdout", "came_back"].sum() - 1',
                      "You compared numbers of customers, but the groups are of different sizes. Compare shares."),
                Wrong('of.loc[of["arm"] == "treated", "came_back"].mean() / of["came_back"].mean() - 1',
                      "This compares the treated with everybody in the trial, themselves included."),
            ),
        ),
    ),
)  # fmt: skip
