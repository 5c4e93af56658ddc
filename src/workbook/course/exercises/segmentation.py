"""Exercises of chapter 02, on ``of`` = a row per customer with what the notebook has worked out."""

import pandas as pd

from workbook.course.exercises import CannotAnswer, Exercise, Wrong

NEW_DAYS = 90


def one_timers(rfm: pd.DataFrame) -> float:
    """Share of customers with a single purchase."""
    return float((rfm["purchases"] == 1).mean())


def key_value_spend(rfm: pd.DataFrame) -> float:
    """Share of spend of the class key value."""
    total = rfm["total_spend"].sum()
    if not total > 0:
        raise CannotAnswer("nothing was spent, net of returns.")
    return float(rfm.loc[rfm["class"] == "key value", "total_spend"].sum() / total)


def recent_and_new(rfm: pd.DataFrame) -> float:
    """Share of those with the best R whose first purchase is recent too."""
    best = rfm[rfm["R"] == rfm["R"].max()]
    return float((best["days_since_first"] <= NEW_DAYS).mean())


def at_risk_customers(rfm: pd.DataFrame) -> int:
    """Number of customers with a low R whose spend is high."""
    return int(rfm["class"].isin(["key retain", "key win-back"]).sum())


EXERCISES = (
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
        id="rfm-high-value-share",
        question="What share of all spend (net of returns) comes from the class key value?",
        expected=key_value_spend,
        hint='add up total_spend where rfm["class"] == "key value", and divide by all total_spend.',
        solution='rfm.loc[rfm["class"] == "key value", "total_spend"].sum() / rfm["total_spend"].sum()',
        wrong=(
            Wrong('(of["class"] == "key value").mean()', "This is their share of customers. Their share of spend is asked for."),
            Wrong('of.loc[of["class"].isin(["key value", "key growth", "key retain", "key win-back"]), "total_spend"].sum()'
                  ' / of["total_spend"].sum()',
                  "This is all four key classes together."),
            Wrong('of.loc[of["class"] == "key value", "total_spend"].mean() / of["total_spend"].mean()',
                  "You divided two averages: this is how many times an average customer they spend."),
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
            Wrong('of["class"].isin(["key value", "key growth"]).sum()', "These have a high R: they were here recently."),
        ),
    ),
)  # fmt: skip
