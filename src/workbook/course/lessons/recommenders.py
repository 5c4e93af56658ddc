"""What the course knows of recommenders: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.recommenders.comparison import Contest
    from workbook.analytics.recommenders.exposure import Leads
    from workbook.analytics.recommenders.ways import Leak

NEW_LETTERS = {"best sellers": "a", "similar products": "b", "product texts": "c", "factors": "d"}


def estimate(value: float, unit: str, n: int) -> Estimate:
    """An answer that knows its unit and how many it is of."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    return Estimate(float(value), unit=unit, n=n)


def found_by_best_sellers(recall: pd.DataFrame) -> Estimate:
    """Mean recall of the list that is the same for all."""
    if recall.empty:
        raise CannotAnswer("nobody who had bought before ordered again.")
    return estimate(recall["best sellers"].mean(), "share", len(recall))


def alike(bought: Mapping[str, int]) -> float:
    """Cosine of two products from numbers of customers."""
    return float(bought["both"] / (bought["shirt"] * bought["trousers"]) ** 0.5)


def honest_recall(trial: Leak) -> Estimate:
    """Recall of similar products that are learned from what was bought before the cut."""
    if trial.split.upcoming.empty:
        raise CannotAnswer("nobody who had bought before ordered again.")
    return trial.recall(trial.split.past)


def ndcg_of_three(hits: pd.Series) -> float:
    """NDCG of some hits if three products are relevant."""
    import numpy as np

    from workbook.analytics.recommenders.ranking import ndcg

    ideal = np.arange(len(hits)) < 3
    return float(ndcg(hits.to_numpy(), ideal))


def way_to_new(found: pd.DataFrame) -> str:
    """Letter of the way whose lists had new products most often."""
    if found.empty or not set(NEW_LETTERS) <= set(found):
        raise CannotAnswer("nobody bought a product that was new at the cut.")
    best = found[list(NEW_LETTERS)].mean()
    if not best.max() > 0:
        raise CannotAnswer("no list had a new product that was then bought.")
    return NEW_LETTERS[str(best.idxmax())]


def lift(counted: Mapping[str, int]) -> float:
    """Lift of a rule from numbers of baskets."""
    return float(counted["both"] * counted["baskets"] / (counted["shoes"] * counted["shirt"]))


def online(lead: Leads) -> str:
    """Letter of how far ahead best sellers are online, where a lead has an interval above 1."""
    if lead.case == "unknown":
        raise CannotAnswer("too little was shown and clicked.")
    if lead.online.verdict != "up":
        return "a"
    return "b" if lead.online.value < lead.offline.value else "c"


def said(contest: Contest) -> dict[str, object]:
    """What a good answer to the boss names."""
    if contest.case == "unknown":
        raise CannotAnswer("too few customers ordered again.")
    return {
        "winner": contest.winner,
        "found": contest.of,
        "base": contest.base,
        "gain": contest.gain,
        "others": contest.others or "none",
    }


LESSON = Lesson(
    needs=("orders", "order_lines", "order_lines.product_id"),
    limits={
        "test_days": (14, 365),
        "list_length": (1, 50),
    },
    teaches=(
        "个性化推荐系统",
        "客户数据分析",
        "基于用户的相似度推荐",
        "基于物品的相似度推荐",
        "混合推荐模型",
        "交叉购买率",
        "引导尝试更多品类",
        "推荐关联产品",
        "升级服务",
        "优化商品组合",
        "场景化应用",
        "动态内容推荐引擎",
        "单品类 多品类客户",
        "亚马逊推荐系统",
        "LSTM网络",
        "BERT理解商品描述",
        "多模态数据融合",
    ),
    exercises=(
        Exercise(
            id="rec-guess",
            kind="predict",
            question="What share of the products of the next order is among the ten best sellers?",
            expected=found_by_best_sellers,
            hint="the shop has many products, and no customer buys all of the best ones.",
            nearer="ten products at random would hold ten times one over the number of products.",
            solution="0.2",
        ),
        Exercise(
            id="rec-cosine",
            question="How alike are two products that 4 and 9 customers bought, 3 of them both?",
            expected=alike,
            hint="multiply the two numbers of customers and take the root. Divide the number who bought both by it.",
            nearer="the square root of 4 × 9 is 6.",
            solution="3 / (4 * 9) ** 0.5",
            wrong=(
                Wrong(
                    'of["both"] / (of["shirt"] * of["trousers"])',
                    "Below the line stands 4 × 9. Take its square root.",
                ),
                Wrong('of["both"] / of["shirt"]', "This is the share of the shirt's customers only."),
                Wrong('of["both"] / of["trousers"]', "This is the share of the trousers' customers only."),
                Wrong(
                    'of["both"] / (of["shirt"] + of["trousers"] - of["both"])',
                    "This is another measure, of Jaccard: both over either. For the cosine multiply the two numbers and take the root.",
                ),
                Wrong(
                    'of["both"] / (of["shirt"] + of["trousers"])',
                    "Multiply the two numbers and take the root; here they are added.",
                ),
            ),
        ),
        Exercise(
            id="rec-leak",
            kind="repair",
            question="Repair the test: similar products may not learn from the orders that it is asked about.",
            expected=honest_recall,
            hint="which orders are in `bought`? Those from the cut on are the answers.",
            nearer='keep the rows of `bought` whose "ordered_at" is before `cut`.',
            solution='learned_from = bought[bought["ordered_at"] < cut]\nanswer = trial.recall(learned_from)',
            wrong=(
                Wrong(
                    "of.recall(of.bought)",
                    "It still learns from all orders, those that it has to guess among them.",
                ),
                Wrong(
                    'of.recall(of.bought[of.bought["ordered_at"] >= of.split.cut])',
                    "This is the wrong side of the cut: it learns from the answers alone.",
                ),
                Wrong(
                    "of.recall(of.split.upcoming)",
                    "`split.upcoming` holds the answers: the orders that are asked about. Take what came before the cut.",
                ),
                Wrong(
                    'of.recall(of.bought[of.bought["ordered_at"] < of.split.cut - pd.Timedelta(days=90)])',
                    "Nothing leaks here, but the last 90 days before the cut may be used too: on that day the shop knows them.",
                ),
                Wrong(
                    "of.recall(of.bought.sample(frac=0.8, random_state=0))",
                    "A random part of all orders has most of the answers in it. Cut by day.",
                ),
            ),
        ),
        Exercise(
            id="rec-ndcg",
            question="What is the NDCG of a list of five with hits at ranks 1 and 3, of an order of three products?",
            expected=ndcg_of_three,
            hint="the sum for the list is 1 + 0.5. What would be the sum with all three products at the top?",
            nearer="the largest sum is 1 + 1 / log2(3) + 1 / log2(4), which is 2.13.",
            solution="(1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3) + 1 / np.log2(4))",
            wrong=(
                Wrong(
                    "(1 + 1 / np.log2(3)) / (1 + 1 / np.log2(3) + 1 / np.log2(4))",
                    "The second hit stands at rank 3, not 2: it counts 0.5.",
                ),
                Wrong("1.5", "This is the sum for the list. Divide it by the largest sum that was possible."),
                Wrong(
                    "1.5 / (1 + 1 / np.log2(3))",
                    "You divided by the best place for the two hits. The order had three products: three could have stood at the top.",
                ),
                Wrong(
                    "1.5 / 2",
                    "You divided by the number of hits. Divide by the largest sum that was possible.",
                ),
                Wrong(
                    "1.5 / 3",
                    "You divided by the number of products. Divide by the largest sum that was possible, where the second and third place count less.",
                ),
                Wrong("2 / 3", "This is the recall. NDCG asks where the hits stand, too."),
                Wrong("2 / 5", "This is the precision: hits over the length of the list."),
                Wrong(
                    "(1 + 1 / 3) / (1 + 1 / 2 + 1 / 3)",
                    "A hit at rank i counts 1 / log2(1 + i), not 1 / i.",
                ),
            ),
        ),
        Exercise(
            id="rec-new",
            kind="choose",
            question="Which way had a new product in the list most often?",
            expected=way_to_new,
            hint="what does each way need to know of a product before it can show it?",
            nearer="three of the four count purchases. Of a new product there are none.",
            solution='"c"',
            options={
                "a": "A product that nobody has bought is no best seller.",
                "b": "Similar products are those that the same people bought. Nobody has bought this one.",
                "c": "It reads what is written about a product. Here something else found more of them.",
                "d": "Factors are learned from purchases, of which a new product has none.",
            },
        ),
        Exercise(
            id="rec-lift",
            question="What is the lift of shoes → shirt?",
            expected=lift,
            hint="of the baskets with shoes, what share has a shirt? And of all baskets?",
            nearer="40 of 200 against 100 of 1,000.",
            solution="(40 / 200) / (100 / 1000)",
            wrong=(
                Wrong(
                    'of["both"] / of["shoes"]',
                    "This is the confidence. Divide it by the share of all baskets that have a shirt.",
                ),
                Wrong('of["both"] / of["baskets"]', "This is the support: the share of baskets with both."),
                Wrong('of["both"] / of["shirt"]', "This is the confidence of the rule the other way round."),
                Wrong(
                    'of["both"] / of["baskets"] - of["shoes"] * of["shirt"] / of["baskets"] ** 2',
                    "This is the difference from what chance would give. The lift is a ratio.",
                ),
                Wrong(
                    'of["both"] / of["shirt"] / (of["shirt"] / of["baskets"])',
                    "Of the baskets with *shoes*, what share has a shirt? You took the share of the baskets with a shirt that have shoes.",
                ),
                Wrong(
                    'of["both"] * of["shoes"] / of["baskets"]',
                    "This multiplies by a share. Divide one share by the other.",
                ),
                Wrong(
                    'of["shoes"] * of["shirt"] / (of["both"] * of["baskets"])',
                    "This is upside down: what chance would give, over what there is.",
                ),
            ),
        ),
        Exercise(
            id="rec-online",
            kind="choose",
            question="Are best sellers ahead of products at random online, as they are offline?",
            expected=online,
            hint="divide the row of popular by the row of random, once in the column of what was found, once in that of what was clicked.",
            nearer="the two shares of clicks have intervals. Would a ratio of 1 surprise you?",
            solution='"a"',
            options={
                "a": "Divide the two shares of clicks: best sellers are ahead, by more than chance explains.",
                "b": "Divide the two shares of clicks, and look at their intervals: is it more than chance explains, and less than the ratio of what was found?",
                "c": "Divide the two shares of clicks, then the two shares of what was found: the first ratio is the smaller one.",
            },
        ),
        Exercise(
            id="rec-tell",
            kind="write",
            question="Three sentences to your boss: shall we replace the best sellers?",
            expected=said,
            hint="name the share of the next order that both lists hold, say that the test is of the past, and say what only a test with visitors can tell.",
            nearer='begin with: "A list made for each customer holds … of the next order, best sellers …, so …"',
            model=(
                "The list by {winner} holds {found} of what customers order next, best sellers {base}: {gain} more.",
                "We know it from the next orders of customers, which no list had seen; lists that this test cannot tell from it: {others}.",
                "We do not know whether it sells anything that would not have been sold: so show it to half of the visitors, drawn at random, and compare what they buy.",
            ),
            look_for=(
                "it gives a number beside that of best sellers",
                "it says that the lists had not seen the orders",
                "it says how sure the number is",
                "it does not promise sales, and says what would show them",
            ),
        ),
    ),
    quiz=(
        Question(
            "A recommender has a recall of 25 %. Is that good?",
            ("yes", "no", "nobody can say without the baseline", "only if NDCG is higher"),
            "c",
            "Best sellers may find 5 % or 30 %: without them no number means anything.",
        ),
        Question(
            "Orders are split at random into a part for learning and a part for testing. What is wrong?",
            (
                "the parts are of different sizes",
                "it learns from orders that came after those it has to guess",
                "nothing",
                "some customers are in one part only",
            ),
            "b",
            "In the shop the future is not known. Cut by day.",
        ),
        Question(
            "A product comes into the shop today. Which way can recommend it?",
            ("similar products", "best sellers", "factors", "one that reads its description"),
            "d",
            "The others count purchases, and there are none.",
        ),
        Question(
            "The lift of bread → butter is 3. What follows?",
            (
                "three of four baskets with bread have butter",
                "butter is in a basket with bread three times as often as in any",
                "showing butter sells it",
                "bread is in every third basket",
            ),
            "b",
            "Lift compares with all baskets; it says nothing of what showing does.",
        ),
        Question(
            "A product was shown and then bought. What has the recommendation sold?",
            (
                "the product",
                "nothing",
                "what is bought more often where it is shown than where it is not",
                "its share of the basket",
            ),
            "c",
            "Many would have bought it anyway. Sessions at random tell the two apart.",
        ),
    ),
)
