"""What the course knows of customer_360: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.identity.resolution import Counted

MARKS = ("completeness", "uniqueness", "validity", "consistency", "timeliness")
PLAIN_SUM = "Gaps in both directions hide each other in a plain sum. Take the sign off each gap, then add up."


def estimate(value: float, unit: str, n: int | None = None) -> Estimate:
    """A number with its unit."""
    from workbook.analytics.estimate import (
        Estimate,
    )  # pandas takes a second that `workbook list` doesn't have

    return Estimate(float(value), unit=unit, n=n)


def people_by_contact(people: pd.Series) -> Estimate:
    """People that phone or e-mail finds."""
    return estimate(people.nunique(), "customers", len(people))


def may_be_profiled(asked: pd.DataFrame) -> Estimate:
    """Share of those asked whose consent holds."""
    if asked.empty:
        raise CannotAnswer("nobody was asked for a profile.")
    holds = asked["granted"] & asked["active"] & asked["noted"] & ~asked["withdrawn"]
    return estimate(holds.mean(), "share", len(asked))


def lowest_mark(card: pd.DataFrame) -> str:
    """Letter of the lowest mark."""
    least = card[list(MARKS)].min()
    if least.isna().all():
        raise CannotAnswer("no list has a mark.")
    return "abcde"[MARKS.index(str(least.idxmin()))]


def email_bits(weights: pd.DataFrame) -> Estimate:
    """Bits that an equal e-mail counts."""
    if ("email", "equal") not in weights.index or weights.loc[("email", "equal"), ["m", "u"]].isna().any():
        raise CannotAnswer("too few records share an e-mail to learn what that means.")
    return estimate(weights.loc[("email", "equal"), "bits"], "ratio")


def bought_once(of: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> Estimate:
    """Money of the orders of customers whose person is known, each once."""
    orders, owned, _ = of
    if owned.empty:
        raise CannotAnswer("no record names an order.")
    return estimate(orders[orders["customer_id"].isin(owned["customer_id"])]["amount"].sum(), "money")


def booked_wrongly(wrong: pd.DataFrame) -> Estimate:
    """Money that is booked wrongly, whichever way."""
    if wrong.empty:
        raise CannotAnswer("the books agree.")
    return estimate(wrong["gap"].abs().sum(), "money")


def worth_of_tag(judged: pd.DataFrame) -> Estimate:
    """How much more often the own tag is bought than by anybody."""
    from workbook.analytics.estimate import Estimate

    found = Estimate.of(judged.iloc[0]) if len(judged) else Estimate()
    if not found.known:
        raise CannotAnswer("nobody with a tag has bought since.")
    return found


def number_of_people(count: Counted) -> dict[str, object]:
    """What the model answer says: the count, its threshold, and what is known of its errors; missing where nobody knows."""
    fields = ("people", "at", "side", "why", "true", "wrong", "missed")
    found: dict[str, object] = dict.fromkeys(fields, float("nan"))
    if count.case == "unknown":
        return found
    side, why = larger_error(count)
    found |= {"people": count.people, "at": count.at, "side": side, "why": why}
    return found | (
        {"true": count.true} if count.true.known else {"wrong": count.wrong, "missed": count.missed}
    )


def larger_error(count: Counted) -> tuple[str, str]:
    """On which side a count of people is off, and by which of its two errors."""
    if count.case == "even":  # the model doesn't see records of one person that agree on nothing
        return "little off, or too high", ""
    if count.case == "right":
        return "about right", "the two errors, people who stand there twice or are taken for another, cancel"
    off = count.off.value if count.true.known else count.missed - count.wrong
    if off > 0:
        return "too high", "more people stand there twice than are taken for another"
    return "too low", "more people are taken for another than stand there twice"


LESSON = Lesson(
    needs=("customers",),
    limits={
        "wrong_merge": (0.01, 1e6),
        "missed_merge": (0.01, 1e6),
        "half_life": (1, 3650),
        "judged_days": (14, 730),
    },
    teaches=(
        "数据生态系统",
        "客户360度视图",
        "全渠道数据接入",
        "打破数据孤岛",
        "年龄 消费能力 偏好标签",
        "购买频率 风格偏好",
        "到店频次 互动行为",
        "社交媒体互动 内容偏好",
        "客户标签体系",
        "数据质量管理工具",
        "客户触点数据采集",
        "导购一对一沟通",
        "尺码体型、偏好颜色",
        "小礼品或积分奖励",
        "POS ERP 社交媒体",
        "统一的客户视图",
        "多维度标签体系",
        "动态更新机制",
        "线上线下数据互通",
        "客服系统集成",
        "ERP订单状态同步",
        "库存信息同步",
        "发票数据同步",
        "多渠道互动",
        "清洗、去重、整合",
        "线上CRM系统",
        "数据孤岛 行为复杂化",
        "客户订单、支付记录",
        "完整性、准确性、时效性",
        "客户数据管理CDM平台",
        "客户信息管理",
    ),
    exercises=(
        Exercise(
            id="c360-guess",
            kind="predict",
            question="How many people does the rule same phone or same e-mail find?",
            expected=people_by_contact,
            hint="every record is one person at most; how often is a customer in a list on average?",
            nearer="with two to three records per person, divide the number of rows by that.",
            solution="5_000",
        ),
        Exercise(
            id="c360-may",
            question="What share of those who were asked may be profiled today?",
            expected=may_be_profiled,
            hint="of those who were asked (the rows of asked), not of all customers; four conditions at once: granted, active and noted, and not withdrawn; & joins them, ~ turns one round.",
            nearer='(asked["granted"] & asked["active"] & asked["noted"] & ~asked["withdrawn"]) is True for a consent that holds; take its mean.',
            solution='(asked["granted"] & asked["active"] & asked["noted"] & ~asked["withdrawn"]).mean()',
            wrong=(
                Wrong(
                    'of["granted"].mean()',
                    "This counts every yes: also from boxes that were ticked beforehand, and yeses that were taken back.",
                ),
                Wrong(
                    '(of["granted"] & ~of["withdrawn"]).mean()',
                    "Nearly: a box that was ticked beforehand is no consent, and one must be able to show what they agreed to.",
                ),
                Wrong(
                    '(of["granted"] & of["active"] & ~of["withdrawn"]).mean()',
                    "Nearly: of some of these it is not on record which policy they saw.",
                ),
                Wrong(
                    '(of["granted"] & of["active"] & of["noted"]).mean()',
                    "Some of these have taken their yes back.",
                ),
            ),
        ),
        Exercise(
            id="c360-mark",
            kind="choose",
            question="In which mark is the lowest single cell of the picture?",
            expected=lowest_mark,
            hint="which of these depends on what customers are willing to say, or on when somebody last looked?",
            nearer="two marks are far below the others: one is about empty fields, the other about age.",
            solution='"a"',
            options={
                "a": "Empty fields are common, but is there a list that nobody has touched for long?",
                "b": "Exact copies are few: most doubles are spelled differently, and this mark does not see them.",
                "c": "Most of what is written has the right form.",
                "d": "Records that share an e-mail rarely contradict each other.",
                "e": "Old records are common, but is there one list with even more empty fields? One cell is asked for, not the mean of a mark.",
            },
        ),
        Exercise(
            id="c360-bits",
            question="How many bits does an equal e-mail count?",
            expected=email_bits,
            hint="m over u says how many times likelier the agreement is for one person; bits are its logarithm to the base 2.",
            nearer='take m and u from linkage.weights.loc[("email", "equal")] and put np.log2 before m / u.',
            solution='np.log2(linkage.weights.loc[("email", "equal"), "m"] / linkage.weights.loc[("email", "equal"), "u"])',
            wrong=(
                Wrong(
                    'of.loc[("email", "equal"), "m"] / of.loc[("email", "equal"), "u"]',
                    "This is m / u itself: how many times likelier. Bits are its logarithm to the base 2.",
                ),
                Wrong(
                    'np.log(of.loc[("email", "equal"), "m"] / of.loc[("email", "equal"), "u"])',
                    "This is the natural logarithm. A bit doubles the odds: take the base 2.",
                ),
                Wrong(
                    'np.log10(of.loc[("email", "equal"), "m"] / of.loc[("email", "equal"), "u"])',
                    "This is the logarithm to the base 10. A bit doubles the odds: take the base 2.",
                ),
                Wrong('of.loc[("email", "different"), "bits"]', "This is what a different e-mail counts."),
                Wrong(
                    'of.loc[("phone", "equal"), "bits"]',
                    "This is what an equal phone counts. Take the row of the e-mail.",
                ),
            ),
        ),
        Exercise(
            id="c360-twice",
            kind="repair",
            question="Repair the sum: each order counts once.",
            expected=bought_once,
            hint="a customer has several records, so the merge repeats each order. Which customers, not which records, are asked for.",
            nearer='keep the orders whose customer_id is in owned["customer_id"], with .isin, and add up their amount.',
            solution='joined = shop.orders[shop.orders["customer_id"].isin(owned["customer_id"])]\nanswer = joined["amount"].sum()',
            wrong=(
                Wrong(
                    'of[0].merge(of[2].merge(of[1], on="person"), on="customer_id")["amount"].sum()',
                    "Each order still counts as often as its customer has records.",
                ),
                Wrong(
                    'of[0].merge(of[1], on="customer_id")["amount"].sum()',
                    "Nearly: a customer who was split into two people still has each order twice.",
                ),
                Wrong(
                    'of[0].merge(of[2].merge(of[1], on="person"), on="customer_id").drop_duplicates("amount")["amount"].sum()',
                    "Two orders can have the same amount: whatever makes rows equal, an amount is no key of an order.",
                ),
                Wrong(
                    'of[0]["amount"].sum()',
                    "These are the orders of all customers, also of those whose person nobody knows.",
                ),
            ),
        ),
        Exercise(
            id="c360-gap",
            question="How much money is booked wrongly in all, if mistakes must not hide each other?",
            expected=booked_wrongly,
            hint="some gaps are above zero, some below; in a plain sum they hide each other.",
            nearer='take the size of each gap with .abs() before you add them up: wrong["gap"].abs() …',
            solution='wrong["gap"].abs().sum()',
            wrong=(
                Wrong('of["gap"].sum()', PLAIN_SUM),
                Wrong('abs(of["gap"].sum())', PLAIN_SUM),
                Wrong(
                    'of.groupby("kind")["gap"].sum().abs().sum()',
                    "Within a kind gaps in both directions still hide each other. Take the sign off each order's gap.",
                ),
                Wrong('of["gap"].clip(lower=0).sum()', "These are the gaps in one direction only."),
                Wrong("len(of)", "This is the number of orders. Money is asked for."),
            ),
        ),
        Exercise(
            id="c360-tags",
            kind="predict",
            question="How much more often are the next purchases of the own tag than anybody's?",
            expected=worth_of_tag,
            hint="0 means that the tag is worthless, 1 that the own tag is bought twice as often; people like several things.",
            nearer="it is above 0 and below 2, as a rule.",
            solution="1.0",
        ),
        Exercise(
            id="c360-tell",
            kind="write",
            question="Three sentences to your boss: how many customers do we have?",
            expected=number_of_people,
            hint="name the rule or threshold, both kinds of errors, and the consent.",
            nearer='begin with: "At the threshold of … our records make … people, but as a count of customers this is …"',
            model=(
                "At a threshold of {at} a merge is cheapest for us, and there our records make {people} people.",
                "As a number of customers this is {side}, as {why}: in truth there are {true:value}.",
                "As a number of customers this is probably {side}: the model itself expects {missed} pairs that it missed and {wrong} that it merged wrongly.",
                "We may keep the records right for all of them, and build a profile only of those whose consent holds.",
            ),
            look_for=(
                "it says by which rule or threshold the number was found",
                "it names both errors, merged wrongly and missed, and which of them is larger",
                "it does not call the number exact",
                "it says what the result may be used for",
            ),
        ),
    ),
    quiz=(
        Question(
            "Two systems share no key. What is the first question before you link them?",
            (
                "for which purpose, and who agreed to it",
                "which library to use",
                "which threshold to take",
                "how many rows there are",
            ),
            "a",
            "A purpose decides which fields you need, and whether a consent is needed.",
        ),
        Question(
            "A list is 100 % complete, valid and unique. What do you know?",
            (
                "that it is right",
                "that it is up to date",
                "that its form is right",
                "that nobody is in it twice",
            ),
            "c",
            "A well formed phone can be another person's, and one person can be in it twice under two spellings: unique rows are not unique people.",
        ),
        Question(
            "You raise the threshold of a linkage. What happens?",
            (
                "precision and recall rise",
                "precision rises, recall falls",
                "precision falls, recall rises",
                "both fall",
            ),
            "b",
            "Fewer pairs are merged: fewer wrong ones, and fewer right ones.",
        ),
        Question(
            "An agreement has m = .8 and u = .1. How many bits does it count?",
            ("0.8", "8", "7", "3"),
            "d",
            ".8 / .1 is 8, and 2 to the power of 3 is 8.",
        ),
        Question(
            "Four in ten profiles name a size, and 12 % of these name a large one. How many of all customers wear a large size?",
            ("12 %", "at most 12 %", "that is not known yet: who is silent may differ", "30 %"),
            "c",
            "Whether somebody says a size may depend on the size. Look at what is bought.",
        ),
    ),
)
