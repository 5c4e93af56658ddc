"""What the course knows of start_here: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.tables.dataset import Dataset

HALF, SAME = 0.5, 1e-9


def orders_per_customer(data: Dataset) -> float:
    """Mean number of orders of a customer who ordered."""
    return len(data.orders) / data.orders["customer_id"].nunique()


def came_back(customers: pd.DataFrame) -> Estimate:
    """Share who came back in time, of those watched long enough; not where the popular mistake gives the same."""
    from workbook.analytics.lifecycle.repurchase import repurchase_rate

    found = repurchase_rate(customers)
    if not found.known:
        raise CannotAnswer("nobody has been watched for long enough.")
    if abs(customers["came_back"].mean() - found.value) < SAME:
        raise CannotAnswer("with these customers the mistake makes no difference.")
    return found


def half_of_them(customers: pd.DataFrame) -> Estimate:
    """Days within which half of those who came back in time had done so."""
    from workbook.analytics.lifecycle.repurchase import pace

    found = pace(customers).half
    if not found.known:
        raise CannotAnswer("nobody came back in time.")
    return found


def side_of_half(share: Estimate) -> str:
    """Letter of what an interval says about more or fewer than half."""
    if not share.has_interval:
        raise CannotAnswer("nobody could be asked.")
    return "a" if share.low > HALF else "b" if share.high < HALF else "c"


def truly_left(silent: pd.DataFrame) -> Estimate:
    """Share who have truly left, of those who have been silent for long."""
    from workbook.analytics.lifecycle.repurchase import share
    from workbook.analytics.lifecycle.silence import looks_lost

    lost = looks_lost(silent)
    if lost.empty:
        raise CannotAnswer("nobody has been silent for so long.")
    return share(lost["truly left"])


LESSON = Lesson(
    needs=("orders",),
    limits={"repurchase_days": (7, 730)},
    teaches=("CRM定义", "客户至上", "数据驱动", "持续改进", "全渠道协同"),
    exercises=(
        Exercise(
            id="start-orders-per-customer",
            question="How many orders has a customer placed on average?",
            expected=orders_per_customer,
            hint="divide the number of orders by the number of different customers in the orders.",
            nearer='len(shop.orders) counts the orders, and shop.orders["customer_id"].nunique() the customers.',
            solution='len(shop.orders) / shop.orders["customer_id"].nunique()',
            wrong=(
                Wrong(
                    'len(of.order_lines) / of.orders["customer_id"].nunique()',
                    "You counted order lines. Somebody who buys a shirt and shoes together has bought once.",
                ),
                Wrong(
                    'of.orders["customer_id"].nunique() / len(of.orders)',
                    "Upside down: this is customers for each order.",
                ),
                Wrong(
                    "len(of.orders)",
                    "This is the number of all orders. Divide it by the number of different customers.",
                ),
                Wrong(
                    '(of.orders["customer_id"].value_counts() > 1).mean()',
                    "This is the share of customers with more than one order. Asked is how many orders a customer has.",
                ),
                Wrong(
                    'of.orders["customer_id"].value_counts().median()',
                    "This is the median: half of all customers have no more. The average is asked for.",
                ),
            ),
        ),
        Exercise(
            id="start-repair",
            kind="repair",
            question="Repair the repurchase rate: the same days for everybody, and nobody who had no time to come back.",
            expected=came_back,
            hint="there are two mistakes: who is counted, and what counts as coming back. Each has a column that repairs it.",
            nearer="keep the rows of customers where long_enough is True, then take the mean of in_time in place of came_back.",
            solution='watched = customers[customers["long_enough"]]\nanswer = watched["in_time"].mean()',
            wrong=(
                Wrong('of["came_back"].mean()', "Both mistakes are still in it."),
                Wrong(
                    'of["in_time"].mean()',
                    "Nearly: all have the same days now. But whoever came last week has had no time to come back, and is still counted.",
                ),
                Wrong(
                    'of.loc[of["long_enough"], "came_back"].mean()',
                    "Nearly: all were watched long enough. But some came back only after a year or more; use in_time, which gives all the same days.",
                ),
                Wrong(
                    '(of["in_time"] & of["long_enough"]).mean()',
                    "The numerator is right, but you divided by all customers. The denominator is those watched long enough.",
                ),
                Wrong(
                    'of["in_time"].sum() / of["long_enough"].sum()',
                    "In the numerator you counted customers who weren't watched long enough. Both sides must be of the same customers.",
                ),
            ),
        ),
        Exercise(
            id="start-guess",
            kind="predict",
            question="Of those who came back in time, half did so within how many days?",
            expected=half_of_them,
            hint="how long is it until you buy again in a shop that you like?",
            nearer="any number of days will do, such as 60.",
            solution="60",
        ),
        Exercise(
            id="start-interval",
            kind="choose",
            question="What does this interval allow you to say?",
            expected=side_of_half,
            hint="look at both ends of the interval, not at the value: on which side of 50 % do they lie?",
            nearer="if one end lies below 50 % and the other above it, both remain possible.",
            solution='"a" if asked.low > 0.5 else "b" if asked.high < 0.5 else "c"',
            options={
                "a": "Look at the lower end: it doesn't lie above 50 %.",
                "b": "Look at the upper end: it doesn't lie below 50 %.",
                "c": "Look at both ends: they lie on one side of 50 %.",
                "d": "Other customers would have given another share. The value is a guess, the interval says how good it is.",
            },
        ),
        Exercise(
            id="start-gone",
            kind="predict",
            question="Of the customers who have been silent for over 180 days, what share has truly left?",
            expected=truly_left,
            hint="think of a shop where you haven't bought for half a year. Would you say that you have left it?",
            nearer='any share will do, such as 0.5 or "50 %".',
            solution="0.8",
        ),
    ),
    quiz=(
        Question(
            "A customer bought a shirt and shoes in one go, and brought the shirt back. How many orders is this?",
            ("none", "one", "two", "it depends on the price"),
            "b",
            "An order is what one customer bought at one moment; its lines and returns stand in tables of their own.",
        ),
        Question(
            "Who ever came back, of all customers ever won: what happens to this share as a shop gets older?",
            (
                "it falls, since old customers leave",
                "it stays, if the customers stay the same",
                "nobody can say",
                "it rises, though nobody became more faithful",
            ),
            "d",
            "Everybody has had more time to come back; that is why a rate needs a fixed number of days.",
        ),
        Question(
            "You ask four times as many customers. The interval becomes about",
            ("half as wide", "a quarter as wide", "as wide as before", "twice as wide"),
            "a",
            "The width goes with one over the square root of the number asked.",
        ),
        Question(
            "A text says over 75 %. Your estimate is 74 %, with an interval from 73 to 76 %. What follows?",
            (
                "the text is wrong",
                "the text is right",
                "the data can't tell",
                "the data are wrong",
            ),
            "c",
            "The interval reaches from below the claim to above it.",
        ),
        Question(
            "A customer has been silent for half a year. Has this customer left?",
            (
                "yes",
                "one can only estimate it",
                "no",
                "yes, if an average customer buys each month",
            ),
            "b",
            "Customers don't say goodbye, and each has a rhythm of their own.",
        ),
    ),
)
