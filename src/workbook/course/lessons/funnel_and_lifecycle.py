"""What the course knows of funnel_and_lifecycle: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.funnel.first_step import FirstStep
    from workbook.analytics.lifecycle.cohorts import Window

# Wrong ways to a share of those who fall asleep, of rows.
FALLS_WRONG = (
    (
        '((rows["stage"] == "active") & (rows["next_stage"] == "sleeping")).mean()',
        "You divided by all customers. The denominator is those who are active.",
    ),
    (
        '(rows.loc[rows["next_stage"] == "sleeping", "stage"] == "active").mean()',
        "This looks backwards: of those who sleep, how many were active a month before.",
    ),
    (
        '(rows["next_stage"] == "sleeping").mean()',
        "This is of all customers, whatever their stage. Asked is of the active.",
    ),
    (
        '(rows.loc[rows["stage"] == "active", "next_stage"] == "active").mean()',
        "This is the share of the active who stay active.",
    ),
)
LEAKS = {
    "a": ("e-shop", "checkout to order"),
    "b": ("mini-program", "view to cart"),
    "c": ("mini-program", "cart to checkout"),
    "d": ("e-shop", "visit to view"),
}


def share_of(hits: pd.Series, without: str) -> Estimate:
    """The share of True, if there are any rows."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    if hits.empty:
        raise CannotAnswer(without)
    return Estimate(float(hits.mean()), unit="share", n=len(hits))


def wakes(moves: pd.DataFrame) -> Estimate:
    """Share of the sleeping who are active a month later."""
    asleep = moves[moves["stage"] == "sleeping"]
    return share_of(asleep["next_stage"] == "active", "nobody has been asleep for a month yet.")


def carts_ordered(visits: pd.DataFrame) -> Estimate:
    """Share of the e-shop's carts that end in an order."""
    carts = visits[(visits["channel"] == "e-shop") & visits["stage"].isin(["cart", "checkout", "order"])]
    return share_of(carts["stage"] == "order", "no visit to an e-shop filled a cart.")


def largest_leak(counts: pd.DataFrame) -> str:
    """Letter of the leak on offer whose repair brings most orders."""
    from workbook.analytics.funnel import steps

    best = steps.benchmark(counts)
    found = steps.leaks(counts, best).set_index(["channel", "step"])["orders"] if best else {}
    there = {letter: found[leak] for letter, leak in LEAKS.items() if leak in getattr(found, "index", ())}
    if len(there) < 2:
        raise CannotAnswer("fewer than two of these are leaks in this data.")
    return max(there, key=lambda letter: there[letter])


def cost_of_one_more(old: pd.DataFrame) -> Estimate:
    """Cost of one additional first order."""
    from workbook.analytics.estimate import Estimate

    offered, plain = (old.loc[old["offered"].astype(bool) == side, "ordered"] for side in (True, False))
    if offered.empty or plain.empty or not offered.mean() > plain.mean():
        raise CannotAnswer("the offer brought no more orders here, so there is no cost of one more.")
    cost = float(old["cost"].iloc[0])
    return Estimate(float(offered.mean() * cost / (offered.mean() - plain.mean())), unit="money", n=len(old))


def in_next_month(late: Window) -> Estimate:
    """Share who ordered in the month after their first, of the cohorts that belong."""
    from workbook.analytics.lifecycle.cohorts import in_next_month

    found = in_next_month(late.orders, late.ends)
    if not found.known:
        raise CannotAnswer("the records are too short for a cohort that is new and whose next month is over.")
    return found


def falls_asleep(moves: pd.DataFrame) -> Estimate:
    """Share of the active of the last six months who are asleep a month later."""
    recent = moves[moves["month"].isin(sorted(moves["month"].unique())[-6:])]
    active = recent[recent["stage"] == "active"]
    return share_of(active["next_stage"] == "sleeping", "nobody has been active for a month yet.")


def reminder_adds(messages: pd.DataFrame) -> Estimate:
    """Orders that a cart reminder adds, by its holdout."""
    from workbook.analytics.estimate import Estimate

    carts = messages[messages["kind"] == "abandoned cart"]
    mean = carts.groupby("held_out")["orders"].mean()
    if len(mean) < 2:
        raise CannotAnswer("no reminder of a cart was held out.")
    return Estimate(float(mean[False] - mean[True]), unit="orders", n=len(carts))


def beyond_elsewhere(watched: pd.DataFrame) -> Estimate:
    """Difference in differences of the share that does not come back, in shares."""
    from workbook.analytics.experiments.pilot_cities import difference

    found = difference(watched)
    if not found.known:
        raise CannotAnswer("one of the four groups has hardly any purchases.")
    return found


def known_of(step: FirstStep) -> dict[str, object]:
    """What a model answer can say of the leak and of the sleepers."""
    leak = {
        "place": f"{step.leak.step} in the {step.leak.channel}" if step.leak.channel else "",
        "best": step.leak.best,
    }
    return (
        leak
        | {name: getattr(step, name) for name in ("each", "sleeping", "part", "days")}
        | {"worth": step.leak.worth}
    )


LESSON = Lesson(
    needs=("orders",),
    limits={
        "margin": (0, 1),
        "offer_cost": (0, 1_000_000),
        "cap": (1, 100),
        "watch_days": (30, 365),
    },
    teaches=(
        "复购率",
        "客户生命周期管理",
        "自动化营销",
        "自动化营销模块",
        "客户获取",
        "浏览轨迹",
        "避免一刀切",
        "新客户",
        "活跃客户",
        "沉睡客户",
        "流失客户",
        "唤醒优惠",
        "首单优惠",
        "新手引导教程",
        "低门槛试用装",
        "全渠道行为追踪",
        "触点转化效率",
        "漏斗模型优化",
        "统一标准",
        "弃购提醒",
        "使用教程推送",
        "营销活动管理",
        "营销活动自动化",
        "潜在客户评估",
        "潜在客户",
        "持续关怀",
        "网站分析工具",
        "客户满意度提升幅度",
        "客户流失率降低",
        "成长期",
        "成熟期",
        "衰退期",
        "客户关系强度",
        "再开发",
        "初次接触",
        "首次接触",
        "促销活动",
        "会员卡",
        "生日优惠",
        "节日礼品",
        "生命周期管理模块",
        "营销自动化",
    ),
    exercises=(
        Exercise(
            id="funnel-guess",
            kind="predict",
            question="What is the chance that a sleeping customer is active again one month later?",
            expected=wakes,
            hint="think of a shop where you have bought nothing for half a year.",
            solution="0.1",
        ),
        Exercise(
            id="funnel-cart",
            question="Of the visits to the e-shop that filled a cart, or went further, what share ended in an order?",
            expected=carts_ordered,
            hint='keep the rows whose channel is "e-shop" and whose stage is cart, checkout or order; the mean of True and False is a share.',
            nearer='with carts = visits[(visits["channel"] == "e-shop") & visits["stage"].isin(["cart", "checkout", "order"])], take (carts["stage"] == "order").mean().',
            solution='(visits.loc[(visits["channel"] == "e-shop") & visits["stage"].isin(["cart", "checkout", "order"]), "stage"] == "order").mean()',
            wrong=(
                Wrong(
                    '(of.loc[of["channel"] == "e-shop", "stage"] == "order").mean()',
                    "This is over all visits to the e-shop. Asked is of those that filled a cart.",
                ),
                Wrong(
                    '(of.loc[of["stage"].isin(["cart", "checkout", "order"]), "stage"] == "order").mean()',
                    "This is of the carts of all channels. Asked is the e-shop.",
                ),
                Wrong(
                    '(of.loc[of["channel"] == "e-shop", "stage"] == "order").sum() / (of.loc[of["channel"] == "e-shop", "stage"] == "cart").sum()',
                    "`stage` is the *furthest* stage: a visit that ordered had a cart too. All three stages belong into the denominator.",
                ),
                Wrong(
                    '(of.loc[of["channel"] == "e-shop", "stage"] == "cart").mean()',
                    "This is the share of visits that ended with the cart. Asked is what share of carts became an order.",
                ),
            ),
        ),
        Exercise(
            id="funnel-leak",
            kind="choose",
            question="Which repair brings the most orders?",
            expected=largest_leak,
            hint="three things count: how many people arrive at the step, how far its share is below that of the best channel, and how many of those who pass go on to an order.",
            nearer="read the picture: in which of the four is the number furthest below that of the best channel? Then look in the table at how many arrive there.",
            solution='"b"',
            options={
                "a": "Few arrive at the checkout, and those who pass it have ordered. Does another gap have more people in front of it?",
                "b": "Compare the size of the gap and the number of people with those of the other three.",
                "c": "The gap to the best channel is small here.",
                "d": "Many people arrive here, but of those who pass few go on to an order.",
            },
        ),
        Exercise(
            id="funnel-offer",
            question="What does one additional first order cost?",
            expected=cost_of_one_more,
            hint="an offered person costs offer_cost times the share who order with it. The offer adds the difference of the two shares.",
            nearer="share = old.groupby('offered')['ordered'].mean(); then share[True] * offer_cost / (share[True] - share[False]).",
            solution="old.loc[old['offered'], 'ordered'].mean() * offer_cost / (old.loc[old['offered'], 'ordered'].mean() - old.loc[~old['offered'], 'ordered'].mean())",
            wrong=(
                Wrong(
                    'of["cost"].iloc[0]',
                    "This is what a *used* offer costs. Most who use it would have ordered anyway.",
                ),
                Wrong(
                    'of["cost"].iloc[0] / (of.loc[of["offered"], "ordered"].mean() - of.loc[~of["offered"], "ordered"].mean())',
                    "You let every offered person cost money. The offer costs only where it is used.",
                ),
                Wrong(
                    'of.loc[of["offered"], "ordered"].sum() * of["cost"].iloc[0] / (of.loc[of["offered"], "ordered"].sum() - of.loc[~of["offered"], "ordered"].sum())',
                    "You compared counts. The halves are not equally large, so compare shares.",
                ),
                Wrong(
                    'of["cost"].iloc[0] / of.loc[of["offered"], "ordered"].mean()',
                    "This divides by all orders with the offer. Only a part of them came because of it.",
                ),
                Wrong(
                    'of.loc[of["offered"], "ordered"].mean() * of["cost"].iloc[0]',
                    "This is what an offered person costs on average. Divide it by how much likelier the offer makes an order.",
                ),
            ),
        ),
        Exercise(
            id="funnel-cohorts",
            kind="repair",
            question="Repair the share who ordered again in the next month: the first cohort and the last ones do not belong.",
            expected=in_next_month,
            hint="the line of fair chooses the cohorts: leave out the smallest number, and those whose next month, cohort + 1, comes after last_whole.",
            nearer='keep the rows with rows["cohort"] > rows["cohort"].min() and rows["cohort"] + 1 <= last_whole.',
            solution=(
                'fair = rows[(rows["cohort"] > rows["cohort"].min()) & (rows["cohort"] + 1 <= last_whole)]\n'
                'firsts = fair.loc[fair["age"] == 0, "customer_id"]\n'
                'answer = firsts.isin(fair.loc[fair["age"] == 1, "customer_id"]).mean()'
            ),
            wrong=(
                Wrong(
                    "of.again(drop_first=False, drop_last=False).value",
                    "All cohorts are still in it: the first, in which many bought before the records begin, and the last, whose next month is not over.",
                ),
                Wrong(
                    "of.again(drop_last=False).value",
                    "The first cohort is gone. But customers of the last months have not had a whole month to come back.",
                ),
                Wrong(
                    "of.again(drop_first=False).value",
                    "The months that are not over are gone. But the first cohort is still in it, and many of it are not new.",
                ),
                Wrong(
                    "(lambda fair: fair.loc[fair['age'] == 0, 'customer_id'].isin(fair.loc[fair['age'] == 1, 'customer_id']).mean())"
                    "(of.rows[(of.rows['cohort'] > of.rows['cohort'].min()) & (of.rows['cohort'] < of.rows['cohort'].max())])",
                    "One cohort too many is left: that of last_whole itself, whose next month has only begun.",
                ),
            ),
        ),
        Exercise(
            id="funnel-falls-asleep",
            question="Of the active customers of the last six months, what share is sleeping one month later?",
            expected=falls_asleep,
            hint='of recent keep the rows whose stage is "active"; the mean of next_stage == "sleeping" is the share.',
            nearer='active = recent[recent["stage"] == "active"]; then (active["next_stage"] == "sleeping").mean().',
            solution='(recent.loc[recent["stage"] == "active", "next_stage"] == "sleeping").mean()',
            wrong=(
                Wrong(
                    '(of.loc[of["stage"] == "active", "next_stage"] == "sleeping").mean()',
                    "This is over all months. Asked is of the last six, which are in recent.",
                ),
                *(
                    Wrong(f"(lambda rows: {wrong})({rows})", says)
                    for rows in ("of", 'of[of["month"].isin(sorted(of["month"].unique())[-6:])]')
                    for wrong, says in FALLS_WRONG
                ),
            ),
        ),
        Exercise(
            id="funnel-adds",
            question="How many orders does one reminder of an abandoned cart add?",
            expected=reminder_adds,
            hint='of the kind "abandoned cart" take the mean of orders of the messages that were sent, and of those that were held out.',
            nearer='carts = messages[messages["kind"] == "abandoned cart"]; the mean of orders where held_out is False, less the mean where it is True.',
            solution='messages.loc[(messages["kind"] == "abandoned cart") & ~messages["held_out"], "orders"].mean() - messages.loc[(messages["kind"] == "abandoned cart") & messages["held_out"], "orders"].mean()',
            wrong=(
                Wrong(
                    'of.loc[(of["kind"] == "abandoned cart") & ~of["held_out"], "orders"].mean()',
                    "These orders *follow* a reminder. Those who got none ordered too: take that off.",
                ),
                Wrong(
                    'of.loc[of["kind"] == "abandoned cart", "orders"].mean()',
                    "This is the mean of all, sent and held out together. Compare the two.",
                ),
                Wrong(
                    'of.loc[~of["held_out"], "orders"].mean() - of.loc[of["held_out"], "orders"].mean()',
                    'This is of all triggers together. Asked is the kind "abandoned cart".',
                ),
                Wrong(
                    'of.loc[(of["kind"] == "abandoned cart") & ~of["held_out"], "orders"].sum() - of.loc[(of["kind"] == "abandoned cart") & of["held_out"], "orders"].sum()',
                    "Ten times as many were sent as held out, so sums say nothing. Compare means.",
                ),
            ),
        ),
        Exercise(
            id="funnel-did",
            question="By how much did the share that does not come back change in the cities, beyond the change elsewhere?",
            expected=beyond_elsewhere,
            hint="four shares, sum over size: the change in the cities (after less before), less the change elsewhere; three decimals.",
            nearer='share = watched.groupby(["treated", "after"])["outcome"].mean(); then (share[True, True] - share[True, False]) - (share[False, True] - share[False, False]).',
            solution='(watched.groupby(["treated", "after"])["outcome"].mean().loc[True].diff().iloc[-1] - watched.groupby(["treated", "after"])["outcome"].mean().loc[False].diff().iloc[-1])',
            wrong=(
                Wrong(
                    'of[of["treated"] & of["after"]]["outcome"].mean() - of[of["treated"] & ~of["after"]]["outcome"].mean()',
                    "This is before against after in the cities alone. What changed everywhere is in it.",
                ),
                Wrong(
                    'of[of["treated"] & of["after"]]["outcome"].mean() - of[~of["treated"] & of["after"]]["outcome"].mean()',
                    "This compares the cities with others after the change. They may have differed before.",
                ),
                Wrong(
                    "(lambda m: m[False, True] - m[False, False])(of.groupby(['treated', 'after'])['outcome'].mean())",
                    "This is the change elsewhere. Asked is the change in the cities, less this one.",
                ),
                Wrong(
                    "(lambda m: (m[True, True] - m[True, False] - m[False, True] + m[False, False]) / m[True, False])(of.groupby(['treated', 'after'])['outcome'].mean())",
                    "This is relative to the share before. Asked is the difference of the shares itself.",
                ),
                Wrong(
                    "(lambda m: m[True, True] / m[True, False] * m[False, False] / m[False, True] - 1)(of.groupby(['treated', 'after'])['outcome'].mean())",
                    "This is relative to the share that was to be expected. Asked is the difference of the shares itself.",
                ),
            ),
        ),
        Exercise(
            id="funnel-tell",
            kind="write",
            question="Three sentences to your boss: where do we lose customers, and what first?",
            expected=known_of,
            hint="say what is to be done first, and where; a number with its interval; what would have come without it; and what is not known.",
            nearer='begin with: "We repair … in … first: it would add at most …"',
            model=(
                "First we repair {place}, for half of the visits, drawn at random: as good as in the {best}, it would add {worth} of margin on the visits of {days:value}.",
                "A message to the silent adds {each} by its holdout; the others that follow it would have come anyway.",
                "The {sleeping:value} who sleep have not left: they are silent.",
                "We do not know what our next step adds, a repair or a message, before half of the people, drawn at random, have gone without it.",
            ),
            look_for=(
                "it says what is done first, and where",
                "it gives a number with its uncertainty",
                "it says what would have come anyway",
                "it does not call silence leaving",
                "it says what is not known, and what would bring it",
            ),
        ),
    ),
    quiz=(
        Question(
            "A step of the funnel has the smallest share that goes on. Is it the one to repair first?",
            (
                "yes, always",
                "not always: it depends on how many pass there and how far it is below what is possible",
                "no, the last step comes first",
                "only if it is on the e-shop",
            ),
            "b",
            "The worth is the gap, times those who arrive, times how many of those who pass go on.",
        ),
        Question(
            "An offer costs 40 where it is used; 18 of 100 use it, and 13 of 100 order without it. What does one more order cost?",
            ("40", "about 222", "800", "144"),
            "d",
            "100 offered people cost 18 times 40, which is 720, and bring 5 more orders.",
        ),
        Question(
            "Why is the first cohort of most data sets left out?",
            (
                "many of its customers bought before the records begin",
                "it is too old",
                "it is the smallest",
                "its last month is not over",
            ),
            "a",
            "Regulars who were won long before look new on the first page of the records, and they come back more often.",
        ),
        Question(
            "Of 200 carts half, drawn at random, got a reminder: 110 orders followed these, 104 the others. What is the estimate of what one reminder added?",
            (
                "1.1 orders",
                "1.04 orders",
                "0.06 orders",
                "nothing, as the carts without a reminder had orders too",
            ),
            "c",
            "The difference of the means, 1.10 less 1.04: an estimate, and its interval is wide with so few carts.",
        ),
        Question(
            "In the four cities churn fell by 3 points, elsewhere by 2. What is the effect by difference in differences?",
            (
                "3 points less",
                "1 point less, if all cities would otherwise have changed alike",
                "5 points less",
                "1 point less, without any assumption",
            ),
            "b",
            "The change here less the change elsewhere; that they would have changed alike is believed, and can only be refuted.",
        ),
    ),
)
