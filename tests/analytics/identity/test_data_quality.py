"""Five marks for each list of people, by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.identity import data_quality
from workbook.tables.dataset import Dataset

TODAY = pd.Timestamp("2025-12-31")


def shop(**tables) -> Dataset:
    """Make a shop of these tables."""
    return Dataset("mine", tables, pd.Timestamp("2024-01-01"), TODAY)


RECORDS = pd.DataFrame(
    {
        "record_id": ["X1", "X2", "X3", "X4"],
        "source": ["till", "till", "shop", "shop"],
        "name": ["Ann", "Ann", "Bob", None],
        "phone": ["12123456789", "12123456789", "1212345678", "12123456780"],
        "email": ["a@x.org", "a@x.org", "a@x.org", "b.x.org"],
        "birth_date": ["1990-01-02", "1990-01-02", "1991-05-06", "1900-01-01"],
        "updated_at": pd.to_datetime(["2025-12-01", "2025-12-01", "2023-01-01", None]),
        "created_at": pd.to_datetime(["2020-01-01", "2020-01-01", "2020-01-01", "2025-11-01"]),
    }
)


def test_marks_by_hand():
    """The till has a copy; the shop a blank name, a short phone, no @, a default date, a contradiction and an old record."""
    card = data_quality.scorecard(shop(source_records=RECORDS))
    assert card["records"].to_dict() == {"till": 2, "shop": 2}
    assert card.loc[
        "till", ["completeness", "uniqueness", "validity", "consistency", "timeliness"]
    ].tolist() == [1, 0.5, 1, 1, 1]
    found = card.loc["shop"]
    assert found["completeness"] == pytest.approx(7 / 8)
    assert found["uniqueness"] == 1
    assert found["validity"] == pytest.approx(1 - 3 / 6)
    assert found["consistency"] == 0  # of the one record that shares an e-mail with others
    assert found["timeliness"] == 0.5


def test_customers_are_judged_by_what_is_known_of_them():
    """Id, year of birth, joining and orders; a customer who ordered before joining contradicts."""
    customers = pd.DataFrame(
        {
            "customer_id": ["C1", "c1 ", "C2", "C3"],
            "birth_year": pd.array([1990, 1850, None, 2000], dtype="Int64"),
            "joined_on": pd.to_datetime(["2025-01-01", None, "2025-06-01", "2025-01-01"]),
        }
    )
    orders = pd.DataFrame(
        {
            "customer_id": ["C1", "C2", "C3"],
            "ordered_at": pd.to_datetime(["2025-01-01", "2025-05-01", "2024-06-01"]),
        }
    )
    card = data_quality.scorecard(shop(customers=customers, orders=orders))
    row = card.loc["customers"]
    assert row["completeness"] == pytest.approx(6 / 8)
    assert row["uniqueness"] == 0.75
    assert row["validity"] == pytest.approx(2 / 3)
    assert row["consistency"] == pytest.approx(1 / 3)
    assert row["timeliness"] == pytest.approx(2 / 3)


def test_days_of_joining_that_come_from_the_orders_say_nothing():
    """They can't contradict the orders that they are taken from, and aren't counted as filled in."""
    customers = pd.DataFrame(
        {
            "customer_id": ["C1", "C2"],
            "joined_on": pd.to_datetime(["2025-01-01", "2025-05-01"]),
            "city": ["Suzhou", None],
        }
    )
    orders = pd.DataFrame(
        {"customer_id": ["C1", "C2"], "ordered_at": pd.to_datetime(["2025-01-01 10:00", "2025-05-01 11:00"])}
    )
    row = data_quality.scorecard(shop(customers=customers, orders=orders)).loc["customers"]
    assert row["completeness"] == 0.5
    assert pd.isna(row["consistency"])


def test_a_list_of_ids_alone_has_few_marks():
    """What can't be judged is missing, and nothing fails."""
    card = data_quality.scorecard(shop(customers=pd.DataFrame({"customer_id": ["C1", "C2"]})))
    assert card.loc["customers", "uniqueness"] == 1
    assert card.loc["customers", ["completeness", "validity", "consistency", "timeliness"]].isna().all()


def test_the_weakest_mark():
    """The lowest of all lists and marks; unknown without any."""
    card = data_quality.scorecard(shop(source_records=RECORDS))
    found = data_quality.weakest(card)
    assert (found.case, found.list, found.mark, found.value.value) == ("weakest", "shop", "consistency", 0.0)
    nothing = card.assign(**dict.fromkeys(data_quality.MARKS, np.nan))
    assert data_quality.weakest(nothing).case == "unknown"
