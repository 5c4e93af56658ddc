"""One customer's story, from shops of a few rows."""

import pandas as pd

from workbook.analytics.lifecycle import customer_story
from workbook.tables.dataset import Dataset


def shop(**tables):
    """Make a shop that is looked at on the last day of 2025."""
    end = pd.Timestamp("2025-12-31")
    return Dataset("mine", {name: pd.DataFrame(rows) for name, rows in tables.items()}, end, end, "EUR")


def order(customer, day, **more):
    """Make an order."""
    return {"order_id": f"{customer}{day}", "customer_id": customer, "ordered_at": pd.Timestamp(day)} | more


def ticket(customer, day, **more):
    """Make a ticket."""
    return {"ticket_id": day, "customer_id": customer, "opened_at": pd.Timestamp(day)} | more


def test_what_happened_by_hand():
    """Each table's rows in order of time, with what is on record of them and nothing else."""
    back = {"return_id": "R", "customer_id": "a", "returned_at": pd.Timestamp("2025-01-09"), "amount": 12.5}
    found = customer_story.story(
        shop(
            orders=[
                order("a", "2025-01-05 10:00", amount=40.0, channel="store"),
                order("a", "2025-02-01", amount=7.0),
            ],
            returns=[back],
            tickets=[ticket("a", "2025-01-07", channel="phone", topic="delivery")],
        )
    )
    assert list(found.events.itertuples(name=None)) == [
        ("2025-01-05", "bought (store), EUR 40", "orders"),
        ("2025-01-07", "asked for help (phone): delivery", "tickets"),
        ("2025-01-09", "brought something back, EUR 12.50", "returns"),
        ("2025-02-01", "bought, EUR 7", "orders"),
    ]
    assert (found.customer_id, found.orders, found.tables, found.silent, found.case) == (
        "a",
        2,
        3,
        333,
        "silent",
    )


def test_orders_without_amounts():
    """Only orders have to be there, and only who and when."""
    found = customer_story.story(shop(orders=[order("a", "2025-12-30")]))
    assert found.events["what happened"].tolist() == ["bought"]
    assert (found.case, found.silent) == ("recent", 1)


def test_whose_story_is_told():
    """Who is silent for long goes first; of these a short story, and then one from more tables."""
    many = [order("b", f"2024-01-{day:02}") for day in range(1, 15)]  # too many to read
    few = [order("c", "2024-01-01"), order("d", "2024-01-01"), order("d", "2024-01-02")]
    fresh = [order("e", "2025-12-30")] * 1
    tickets = [ticket("c", "2024-02-01"), ticket("e", "2025-12-30")]
    told = customer_story.story(shop(orders=[*many, *few, *fresh], tickets=tickets))
    assert told.customer_id == "c"
    without = customer_story.story(shop(orders=[*many, *few, *fresh]))
    assert without.customer_id == "d"
