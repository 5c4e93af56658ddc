"""What the course knows of start_here: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    from workbook.tables.dataset import Dataset


def average_order(data: Dataset) -> float:
    """Mean amount of an order."""
    if data.lacks("orders.amount"):
        raise CannotAnswer("its orders have no amounts.")
    return float(data.orders["amount"].mean())


def orders_per_customer(data: Dataset) -> float:
    """Mean number of orders of a customer who ordered."""
    return len(data.orders) / data.orders["customer_id"].nunique()


def busiest_month(data: Dataset) -> str:
    """Month with the most orders, as 2025-11."""
    return str(data.orders["ordered_at"].dt.strftime("%Y-%m").mode().iloc[0])


LESSON = Lesson(
    needs=("orders",),
    teaches=("CRM定义",),
    exercises=(
        Exercise(
            id="start-average-order",
            question="What is the average order worth?",
            expected=average_order,
            hint="one row of shop.orders is one order, and its column amount is what was paid.",
            solution='shop.orders["amount"].mean()',
            wrong=(
                Wrong('of.order_lines["amount"].mean()', "This is the average line of an order; an order can have several."),
                Wrong('of.orders["amount"].sum() / of.orders["customer_id"].nunique()',
                      "This is the spend of an average customer, over all of that customer's orders."),
                Wrong('(of.orders["amount"].sum() - of.returns["amount"].sum()) / len(of.orders)',
                      "You took off what came back. Asked is what an order is worth as it was placed."),
                Wrong('of.orders["amount"].sum()', "This is the worth of all orders together. Divide it by their number."),
                Wrong('of.orders["amount"].median()', "This is the median: half of all orders are below it. The average is asked for."),
            ),
        ),
        Exercise(
            id="start-orders-per-customer",
            question="How many orders does a customer place on average?",
            expected=orders_per_customer,
            hint="divide the number of orders by the number of different customers in the orders.",
            solution='len(shop.orders) / shop.orders["customer_id"].nunique()',
            wrong=(
                Wrong('len(of.order_lines) / of.orders["customer_id"].nunique()',
                      "You counted order lines. Somebody who buys a shirt and shoes together has bought once."),
                Wrong('of.orders["customer_id"].nunique() / len(of.orders)', "Upside down: this is customers for each order."),
                Wrong('len(of.orders)', "This is the number of all orders. Divide it by the number of different customers."),
                Wrong('(of.orders["customer_id"].value_counts() > 1).mean()', "This is the share of customers with more than one order. Asked is how many orders a customer has."),
                Wrong('of.orders["customer_id"].value_counts().median()', "This is the median: half of all customers have no more. The average is asked for."),
            ),
        ),
        Exercise(
            id="start-busiest-month",
            question="In which month were most orders placed?",
            expected=busiest_month,
            hint='shop.orders["ordered_at"].dt.strftime("%Y-%m") gives each order\'s month as text.',
            solution='shop.orders["ordered_at"].dt.strftime("%Y-%m").mode()[0]',
            wrong=(
                Wrong('of.orders["ordered_at"].dt.strftime("%Y-%m-%d").mode()[0]', "This is the busiest day. Asked is the month."),
                Wrong('of.orders["ordered_at"].dt.strftime("%Y-%m").value_counts().idxmin()', "This is the quietest month."),
                Wrong('of.orders["ordered_at"].dt.strftime("%m").mode()[0]', "This is a month of the calendar, all years together. Asked is one month of one year, such as 2025-03."),
                Wrong('of.orders["ordered_at"].dt.strftime("%Y-%m").value_counts().max()', "This is how many orders the month has. Asked is which month it is, such as 2025-03."),
            ),
        ),
    ),
)  # fmt: skip
