"""What the course knows of rfm_tiers: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.segments.popular_mistakes import Outliers

NEW_DAYS = 90
SAME = 0.1  # of the larger gain


def estimate(value: float, unit: str, n: int) -> Estimate:
    """An answer that knows its unit and how many it is of."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    return Estimate(float(value), unit=unit, n=n)


def mean_purchases(journal: pd.DataFrame) -> Estimate:
    """Mean number of orders of a customer, from a journal of lines and returns."""
    sales = journal[journal["sale"]]
    orders = sales.groupby("customer_id")["document"].nunique()
    if len(journal) == orders.sum():
        raise CannotAnswer(
            "each order has one line and nothing came back, so there is nothing to be repaired."
        )
    return estimate(orders.mean(), "purchases", len(orders))


def outliers_are(found: Outliers) -> str:
    """Letter of what the rule of the quartiles deletes."""
    if found.case == "unknown":
        raise CannotAnswer("nobody has spent anything.")
    return {"few": "a", "alike": "b", "rich": "c"}[found.case]


def scores_of_six(purchases: pd.Series) -> str:
    """Scores 1 to 3 of six customers, one after the other."""
    from workbook.analytics.segments.rfm_tiers import quantile_scores

    return "".join(str(score) for score in quantile_scores(purchases, 3))


def recent_and_new(rfm: pd.DataFrame) -> Estimate:
    """Share of those with the best R whose first purchase is recent too."""
    best = rfm[rfm["R"] == rfm["R"].max()]
    return estimate((best["days_since_first"] <= NEW_DAYS).mean(), "share", len(best))


def at_risk_customers(rfm: pd.DataFrame) -> Estimate:
    """Number of customers with a low R whose spend is high."""
    return estimate(rfm["class"].isin(["key retain", "key win-back"]).sum(), "customers", len(rfm))


def came_back(future: pd.DataFrame) -> Estimate:
    """Share of key retain customers that came back."""
    if "key retain" not in future.index:
        raise CannotAnswer("three months ago nobody was in this class.")
    row = future.loc["key retain"]
    return estimate(row["value"], "share", int(row["n"]))


def retention_lift(trial: pd.DataFrame) -> Estimate:
    """Relative lift of the share of the treated who came back over that of the holdout."""
    share = trial.groupby("arm")["came_back"].mean().reindex(["treated", "holdout"])
    if trial.empty or not share["holdout"] > 0:
        raise CannotAnswer("there is no holdout here of which anybody came back.")
    return estimate(share["treated"] / share["holdout"] - 1, "change", len(trial))


def better_to_call(gains: pd.DataFrame) -> str:
    """Letter of those of whom one customer more brings more."""
    if len(gains) < 2:
        raise CannotAnswer("too few customers of one kind were in a trial that is over.")
    high, low = gains.loc["high R", "gain"], gains.loc["low R", "gain"]
    alike = abs(high - low) < SAME * max(abs(high), abs(low))
    return "c" if alike else "a" if high > low else "b"


LESSON = Lesson(
    needs=("orders", "orders.amount"),
    limits={
        "bins": (2, 10),
        "high_from": (2, 10),
        "margin": (0, 1),
    },
    not_above={"high_from": "bins"},
    teaches=(
        "客户分层原理",
        "RFM 8类",
        "最近购买时间R",
        "购买频次F",
        "消费金额M",
        "高、中、低价值客户",
        "中价值客户",
        "定期回访",
        "生命周期分层",
        "动态管理",
        "避免一刀切",
        "金矿型客户",
        "潜力型客户",
        "睡眠型客户",
        "流失风险客户",
        "促销活动和优惠券",
        "适用于快时尚、运动服饰",
        "高端品牌提供个性化服务",
        "客户留存率高出行业",
    ),
    exercises=(
        Exercise(
            id="rfm-repair",
            kind="repair",
            question="Repair the mean number of purchases: orders, not rows.",
            expected=mean_purchases,
            hint="two kinds of rows are no purchase of their own: a second line of the same order, and a return. `sale` is False for a return, `document` is the order.",
            nearer='count the different documents among the rows of sales: journal[journal["sale"]].groupby("customer_id")["document"].nunique().',
            solution='purchases = journal[journal["sale"]].groupby("customer_id")["document"].nunique()\nanswer = purchases.mean()',
            wrong=(
                Wrong(
                    'of.groupby("customer_id").size().mean()',
                    "This still counts the rows: lines and returns.",
                ),
                Wrong(
                    'of.groupby("customer_id")["document"].nunique().mean()',
                    "Nearly: each order counts once now. But what came back is still counted as if it had been bought.",
                ),
                Wrong(
                    'of[of["sale"]].groupby("customer_id").size().mean()',
                    "Nearly: the returns are gone. But two lines of one order still count as two purchases.",
                ),
                Wrong(
                    'of[of["sale"]]["document"].nunique()',
                    "This is the number of all orders. Asked is how many a customer has on average.",
                ),
            ),
        ),
        Exercise(
            id="rfm-outliers",
            kind="choose",
            question="What leaves with the outliers?",
            expected=outliers_are,
            hint="where do the customers lie whom the rule calls too large, on the left of the picture or in its long tail?",
            nearer="the title of the picture says how much the best fifth brings. The rule deletes from the top of that fifth.",
            solution='"c"',
            options={
                "a": "Look at the tail of the picture: it is not empty.",
                "b": "The rule doesn't delete at random: it takes those who spent most.",
                "c": "The tail is thin here: they have not so much more than others.",
            },
        ),
        Exercise(
            id="rfm-score-six",
            question="Which scores from 1 to 3 do the six customers have?",
            expected=scores_of_six,
            hint="the three who bought once take the ranks 1, 2 and 3 together, so each of them has rank 2.",
            nearer="the ranks are 2, 2, 2, 4, 5, 6. Divide by 6, take that times 3, and round up.",
            solution='"111233"',
            wrong=(
                Wrong(
                    '"".join(str(int(np.ceil(3 * r))) for r in of.rank(method="first", pct=True))',
                    "Here equal customers got different scores: the third who bought once is no better than the first.",
                ),
                Wrong(
                    '"".join(str(int(np.ceil(3 * r))) for r in of.rank(pct=True, ascending=False))',
                    "This is the other way round: who bought most should have the highest score.",
                ),
                Wrong(
                    '"".join(str(int(np.ceil(3 * r))) for r in of.rank(method="max", pct=True))',
                    "You gave the three who bought once the last of their ranks, 3. Take the mean of 1, 2 and 3.",
                ),
                Wrong(
                    '" ".join("111233")',
                    "These are the scores. Write the digits without spaces.",
                ),
            ),
        ),
        Exercise(
            id="rfm-at-risk",
            question="How many customers have a high M and a low R?",
            expected=at_risk_customers,
            hint='high is from high_from on, low is everything below it: compare rfm["R"] and rfm["M"] with high_from, and join the two with &.',
            nearer='(rfm["R"] < high_from) & (rfm["M"] >= high_from) is True for each of them; the sum of True and False is a number.',
            solution='((rfm["R"] < high_from) & (rfm["M"] >= high_from)).sum()',
            wrong=(
                Wrong(
                    '((of["R"] <= 2) & of["class"].isin(["key retain", "key win-back"])).sum()',
                    "A low score is each one below `high_from`, the middle ones too. You took R of 1 and 2 only.",
                ),
                Wrong(
                    '(of["class"] == "key retain").sum()',
                    "You asked for a high F too. Here F may be high or low.",
                ),
                Wrong(
                    '(of["class"] == "key win-back").sum()',
                    "You asked for a low F too. Here F may be high or low.",
                ),
                Wrong(
                    'of["label"].eq("at-risk").sum()',
                    "These are all with a low R. Here only those with a high M are asked for.",
                ),
                Wrong(
                    'of["class"].isin(["key retain", "key win-back"]).mean()',
                    "This is their share of customers. Their number is asked for.",
                ),
                Wrong(
                    'of.loc[of["class"].isin(["key retain", "key win-back"]), "total_spend"].sum()',
                    "This is what they spent. The number of customers is asked for.",
                ),
                Wrong(
                    'of["class"].isin(["key value", "key growth"]).sum()',
                    "These have a high R: they were here more recently.",
                ),
            ),
        ),
        Exercise(
            id="rfm-recent-is-not-new",
            question=f"Of those with the highest R, what share bought for the first time in the last {NEW_DAYS} days?",
            expected=recent_and_new,
            hint=f'take best = rfm[rfm["R"] == rfm["R"].max()], and look at days_since_first <= {NEW_DAYS}.',
            nearer=f'(best["days_since_first"] <= {NEW_DAYS}) is True for who is new; the mean of True and False is a share.',
            solution=f'(rfm.loc[rfm["R"] == rfm["R"].max(), "days_since_first"] <= {NEW_DAYS}).mean()',
            wrong=(
                Wrong(
                    f'(of.loc[of["R"] == of["R"].max(), "days_since_last"] <= {NEW_DAYS}).mean()',
                    "This looks at the last purchase. Being new is about the first.",
                ),
                Wrong(
                    f'(of["days_since_first"] <= {NEW_DAYS}).mean()',
                    "This is the share among all customers, not among those with the highest R.",
                ),
                Wrong(
                    f'(of.loc[of["R"] == 1, "days_since_first"] <= {NEW_DAYS}).mean()',
                    "These have the lowest R. In this workbook a high score is a good one.",
                ),
                Wrong(
                    f'((of["R"] == of["R"].max()) & (of["days_since_first"] <= {NEW_DAYS})).mean()',
                    "You divided by all customers; the question is about those with the highest R.",
                ),
            ),
        ),
        Exercise(
            id="rfm-guess",
            kind="predict",
            question="Of the key retain customers of three months ago, what share has come back?",
            expected=came_back,
            hint="they bought often and much, and then they fell silent.",
            nearer="of all customers, how many buy in a quarter of a year?",
            solution="0.5",
        ),
        Exercise(
            id="rfm-lift",
            question="By how much did the treatment raise the share that came back, relative to the holdout?",
            expected=retention_lift,
            hint='take shares = trial.groupby("arm")["came_back"].mean(); the lift is one over the other, less one.',
            nearer='shares["treated"] / shares["holdout"] - 1.',
            solution='trial.groupby("arm")["came_back"].mean()["treated"] / trial.groupby("arm")["came_back"].mean()["holdout"] - 1',
            wrong=(
                Wrong(
                    'of.loc[of["arm"] == "treated", "came_back"].mean() - of.loc[of["arm"] == "holdout", "came_back"].mean()',
                    "This is the difference in points. Relative means: divided by the share of the holdout.",
                ),
                Wrong(
                    'of.loc[of["arm"] == "treated", "came_back"].mean() / of.loc[of["arm"] == "holdout", "came_back"].mean()',
                    "This is the one share over the other. A ratio of 1 is no lift: take 1 off.",
                ),
                Wrong(
                    'of.loc[of["arm"] == "holdout", "came_back"].mean() / of.loc[of["arm"] == "treated", "came_back"].mean() - 1',
                    "This is the holdout against the treated: the wrong way round.",
                ),
                Wrong(
                    'of.loc[of["arm"] == "treated", "came_back"].mean()',
                    "This is the share of the treated. Some of them would have come back anyway.",
                ),
                Wrong(
                    'of.loc[of["arm"] == "treated", "came_back"].sum() / of.loc[of["arm"] == "holdout", "came_back"].sum() - 1',
                    "You compared numbers of customers, but the groups are of different sizes. Compare shares.",
                ),
                Wrong(
                    'of.loc[of["arm"] == "treated", "came_back"].mean() / of["came_back"].mean() - 1',
                    "This compares the treated with everybody in the trial, themselves included.",
                ),
            ),
        ),
        Exercise(
            id="rfm-call",
            kind="choose",
            question="Of whom does treating one customer more bring more?",
            expected=better_to_call,
            hint="who comes back anyway can't be won: a high share that comes by itself leaves little to be added.",
            nearer="if 70 of 100 come by themselves, at most 30 can be added; if 15 do, at most 85.",
            solution='"b"',
            options={
                "a": "Many of them come by themselves. How many are left of whom a call could bring one?",
                "b": "There is more to be won here, but in this trial it added too little, or their orders are too small.",
                "c": "A lift is one number for all of them together; what it adds in points differs.",
            },
        ),
        Exercise(
            id="rfm-tell",
            kind="write",
            question="Three sentences to your boss: whom do we call, and how do we know?",
            expected=lambda shares: shares,
            hint="name the customers by what they did and not by their class, say what a call adds, and say what isn't known.",
            nearer='begin with: "I would call those who spent much and have been silent for …, because …"',
            model=(
                "I would call first the customers of whom a call adds most, and a trial with a holdout has to say who they are: of those who spent much and have been silent for long, {silent:value} came back by themselves, of the best customers {best:value}, and neither number says what a call adds.",
                "Part of each class is left alone, at random, so that next quarter we know again what the calls brought.",
                "What we do not know is whether a letter would do as well.",
            ),
            look_for=(
                "it says in days and money who is meant, not only the name of a class",
                "it asks what the call adds, not who comes back",
                "it keeps a holdout, chosen at random",
                "it gives a number with its interval, or says that there is none yet",
                "it says what is not known",
            ),
        ),
    ),
    quiz=(
        Question(
            "A customer bought three shirts and a coat in one order and sent a shirt back. How many purchases are that?",
            ("five", "four", "one", "none"),
            "c",
            "One order is one purchase, however many lines it has; what came back is taken off the money.",
        ),
        Question(
            "You sort the file by name and score again. Some customers change their class. Why?",
            (
                "their data has changed",
                "ties were broken by the order of rows",
                "there are too few classes",
                "names carry information",
            ),
            "b",
            "Equal customers must have equal scores, whatever row they stand in.",
        ),
        Question(
            "A customer has the highest R. What do you know?",
            (
                "the last purchase is more recent than most others'",
                "the customer is new",
                "the customer is loyal",
                "the next purchase is near",
            ),
            "a",
            "R is about the last purchase only, and relative to the other customers.",
        ),
        Question(
            "Treated customers came back more often than all the others. What does that show?",
            (
                "that the treatment works",
                "that the others should be treated too",
                "that classes know the future",
                "nothing yet: they were chosen because they buy more",
            ),
            "d",
            "Compare with those who could have been treated and were left alone at random.",
        ),
        Question(
            "What says whom to call?",
            (
                "the class with the best name",
                "value of an order, chance that it comes anyway, and what the call changes",
                "the share that comes back by itself",
                "the spend so far",
            ),
            "b",
            "A call is worth what it adds; a class describes the past.",
        ),
    ),
)
