"""What the course knows of clusters_and_personas: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate


def estimate(value: float, unit: str, n: int | None) -> Estimate:
    """An estimate without an interval."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    return Estimate(float(value), unit=unit, n=n)


def shrunk_share(few: pd.Series) -> Estimate:
    """Share of two dresses among two lines, averaged with four lines of everybody."""
    return estimate((few["dresses"] + 4 * few["of_all"]) / (few["lines"] + 4), "share", None)


def listed_in_largest(given: dict[str, Any]) -> Estimate:
    """Share of a list that is in the largest cluster, by the scale that the clusters were made with."""
    from workbook.analytics.segments.partitions import scale

    fitted, listed = given["fitted"], given["listed"]
    found = fitted.cluster_of(scale(listed, like=fitted.traits)) == "A"
    return estimate(found.mean(), "share", len(found))


def all_name_a_number(dealt: pd.DataFrame) -> str:
    """Letter of what criteria say of a shop without tastes: each of them has a best number of clusters, two at least."""
    if dealt.empty:
        raise CannotAnswer("there are too few customers for clusters.")
    return "b"


def rules_right(rules: pd.DataFrame) -> Estimate:
    """Share of customers whom the rules put into their cluster."""
    n = int(rules["customers"].sum())
    return estimate((rules["customers"] * rules["right"]).sum() / n, "share", n)


def like_it(found: pd.DataFrame) -> Estimate:
    """Share of customers who are like their card in all traits counted."""
    from workbook.analytics.segments.persona_cards import near_the_mean

    return near_the_mean(found)


def gifts_recorded(orders: pd.DataFrame) -> Estimate:
    """Share of gifts among orders whose scene is known."""
    known = orders["scene"].dropna()
    if known.empty:
        raise CannotAnswer("no order has a scene.")
    return estimate((known == "gift").mean(), "share", len(known))


def as_given(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of the model answer."""
    return fields


LESSON = Lesson(
    needs=("orders",),
    limits={"kinds": (2, 12), "least_lines": (1, 50)},
    teaches=(
        "客户数据分析",
        "客户分层原理",
        "价格敏感度",
        "生活方式与价值观",
        "购买动机",
        "追求时尚潮流年轻女性",
        "注重品质舒适的商务男士",
        "休眠客户",
        "节日礼品",
        "年龄、职业、地域",
        "确定目标客户群体",
        "企业客户",
        "按客户行为特征划分",
        "K-means",
        "层次聚类",
        "决策树分析法",
        "教育程度",
        "地理特征",
        "心理特征",
        "质量优先",
        "情感需求",
        "高频客户",
        "单品类",
        "灵活支付方式",
        "便捷渠道",
        "情感关怀",
        "客户画像",
        "消费时段",
        "回归分析",
        "定量分析法",
    ),
    exercises=(
        Exercise(
            id="persona-few-lines",
            question="What is the share of dresses of a customer with two lines, averaged with four lines of everybody?",
            expected=shrunk_share,
            hint="two real lines, both dresses, and four lines of an average customer, each of which is a dress to the share of all.",
            nearer="(2 + 4 × the share of all) / (2 + 4).",
            solution='(few["dresses"] + 4 * few["of_all"]) / (few["lines"] + 4)',
            wrong=(
                Wrong(
                    'of["dresses"] / of["lines"]',
                    "This takes two lines for a taste. The four lines of everybody are missing.",
                ),
                Wrong(
                    'of["of_all"]',
                    "This is the share of everybody. The two lines of the customer count too.",
                ),
                Wrong(
                    '(of["dresses"] / of["lines"] + of["of_all"]) / 2',
                    "You averaged the two shares as if both rested on equally many lines: it is two lines against four.",
                ),
                Wrong(
                    '(of["dresses"] + of["of_all"]) / (of["lines"] + 4)',
                    "Each of the four lines of everybody is a dress to that share: take it four times.",
                ),
                Wrong(
                    '(of["dresses"] + 4 * of["of_all"]) / 4',
                    "You divided by the four lines of everybody alone: there are six lines, two of them the customer's.",
                ),
                Wrong(
                    '(4 * of["dresses"] / of["lines"] + of["lines"] * of["of_all"]) / (of["lines"] + 4)',
                    "The weights are the wrong way round: the customer has two lines, everybody four.",
                ),
            ),
        ),
        Exercise(
            id="persona-scaler",
            kind="repair",
            question="Repair the scale: what share of the list is in cluster A?",
            expected=listed_in_largest,
            hint="the list was scaled by its own mean, so that a list of one kind of buyers looks like average customers. By whose mean were the clusters made?",
            nearer="in the line that scales the list, put `like=traits` in place of `like=listed`.",
            solution='listed_z = partitions.scale(listed, like=traits)\nanswer = (fitted.cluster_of(listed_z) == "A").mean()',
            wrong=(
                Wrong(
                    '(of["fitted"].cluster_of((of["listed"] - of["listed"].mean()) / of["listed"].std(ddof=0).replace(0, 1)) == "A").mean()',
                    "The list is still scaled by its own mean and spread, as if these were average customers.",
                ),
                Wrong(
                    '(of["fitted"].cluster_of(of["listed"]) == "A").mean()',
                    "Here the list isn't scaled at all, but the centres are in standard deviations.",
                ),
                Wrong(
                    '(of["fitted"].labels == "A").mean()',
                    "This is the share of A among all customers, not on the list.",
                ),
                Wrong(
                    'of["fitted"].labels[of["fitted"].labels == "A"].index.isin(of["listed"].index).mean()',
                    "This is the share of cluster A that is on the list; asked is the share of the list that is in A.",
                ),
            ),
        ),
        Exercise(
            id="persona-no-tastes",
            kind="choose",
            question="In a shop where nobody has a taste, what do the criteria say?",
            expected=all_name_a_number,
            hint="each criterion is a row of numbers, and one of them is always the best.",
            nearer="the table starts at two clusters. Can a best row of it say that there is one?",
            solution='"b"',
            options={
                "a": "A criterion compares two clusters with three and so on. None of them has a row for one.",
                "b": "Look again at what each criterion can say.",
                "c": "K-means can part any cloud, so all of them can be computed.",
                "d": "A silhouette is positive as soon as customers are nearer to their own centre than to others, and k-means sees to that.",
            },
        ),
        Exercise(
            id="persona-rules",
            question="What share of all customers do the rules put into the right cluster?",
            expected=rules_right,
            hint="a rule for many customers counts more than one for few.",
            nearer='(rules["customers"] * rules["right"]).sum() is the number who are right; divide by all customers.',
            solution='(rules["customers"] * rules["right"]).sum() / rules["customers"].sum()',
            wrong=(
                Wrong('of["right"].mean()', "This counts each rule once, however few customers it is for."),
                Wrong('of["right"].max()', "This is the best rule alone."),
                Wrong('of["right"].median()', "This is the rule in the middle; customers are to be counted."),
            ),
        ),
        Exercise(
            id="persona-like-it",
            kind="predict",
            question="What share of cluster A lies in the middle half of its card in all five traits?",
            expected=like_it,
            hint="one half is within in the first trait.",
            nearer="if the traits had nothing to do with each other, it would be 1/2 × 1/2 × 1/2 × 1/2 × 1/2.",
            solution="0.1",
        ),
        Exercise(
            id="persona-gifts",
            question="Of the orders whose scene is known, what share is a gift?",
            expected=gifts_recorded,
            hint="drop the orders without a scene, and compare the rest with the word gift.",
            nearer='orders["scene"].dropna() leaves the known ones; the mean of == "gift" is a share.',
            solution='(orders["scene"].dropna() == "gift").mean()',
            wrong=(
                Wrong(
                    '(of["scene"] == "gift").mean()',
                    "You divided by all orders, but most of them have no scene: they could be gifts too.",
                ),
                Wrong('of["scene"].notna().mean()', "This is the share of orders whose scene is known."),
                Wrong('(of["scene"].dropna() == "everyday").mean()', "This is the share of everyday orders."),
                Wrong(
                    'of.loc[of["scene"] == "gift", "amount"].sum() / of.loc[of["scene"].notna(), "amount"].sum()',
                    "This is the share of what was paid; each order counts once, however much it cost.",
                ),
                Wrong(
                    '(of.loc[of["scene"].isin(["gift", "business"]), "scene"] == "gift").mean()',
                    "The everyday orders are missing: their scene is known too.",
                ),
            ),
        ),
        Exercise(
            id="persona-tell",
            kind="write",
            question="Three sentences to your boss: what may the cards be used for?",
            expected=as_given,
            hint="say whether there are groups, how far a card is from a real person, and what the choice of a message should rest on.",
            nearer='begin with: "The cards describe …, but …"',
            model=(
                "The cards describe what groups of customers buy, where and when: use them for pictures and for the assortment.",
                "They are no persons: {like:value} of the largest group are like their card in five traits.",
                "What one customer is shown should follow from what that customer bought, and a trial with a random part left alone has to say whether it sells more.",
            ),
            look_for=(
                "it says what a card is good for, and what it is not",
                "it gives a number for how few are like their card",
                "it compares the group with the customer's own history",
                "it asks for a trial before money is spent",
            ),
        ),
    ),
    quiz=(
        Question(
            "K-means was asked for five clusters and found five. What does that show?",
            (
                "that there are five groups",
                "nothing yet",
                "that five is better than four",
                "that nobody belongs to two groups",
            ),
            "b",
            "It finds as many as it is asked for, in any data.",
        ),
        Question(
            "Which comparison can say that there are no clusters?",
            (
                "the largest silhouette",
                "the smallest distance to the centres",
                "the same criteria on data without groups",
                "a second run of k-means",
            ),
            "c",
            "A criterion alone always has a best row; only data without groups say how good it gets by chance.",
        ),
        Question(
            "New customers are to be put into old clusters. By whose mean are they scaled?",
            (
                "their own",
                "that of the customers the clusters were made of",
                "that of both together",
                "none is needed",
            ),
            "b",
            "Scaled by their own mean, any list looks average.",
        ),
        Question(
            "Half of a cluster is within the card's middle half in each of five traits. How many are within in all five?",
            ("about half", "about a tenth or less", "a quarter", "that depends on k-means"),
            "b",
            "Each trait leaves about a half, and the halves are not the same people: 0.5 five times over is 3 %.",
        ),
        Question(
            "Scenes are recorded more often for gifts. The share of gifts among the known orders is …",
            ("too high", "too low", "right", "right if there are many orders"),
            "a",
            "What is missing is not missing at random, and more orders don't repair that.",
        ),
    ),
)
