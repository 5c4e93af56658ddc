"""Whose orders a person owns, who shares a phone, and the case at the beginning."""

import pandas as pd
import pytest

from workbook.analytics.identity import normalising, people_found

RECORDS = pd.DataFrame(
    {
        "record_id": ["X1", "X2", "X3", "X4", "X5"],
        "source": ["till", "shop", "app", "till", "shop"],
        "source_key": ["O1", "E1", "O2", "O3", "E2"],
        "name": ["王小美", "Wang Xiaomei", "王大明", "李娜", "张伟"],
        "phone": ["12123456789", "121-2345-6789", "12123456789", "12123456780", None],
    }
)
ORDERS = pd.DataFrame({"order_id": ["O1", "O2", "O3"], "customer_id": ["C1", "C2", "C1"]})
PLAIN = normalising.normalised(RECORDS)
PEOPLE = pd.Series([0, 0, 1, 2, 3], index=RECORDS["record_id"])


def test_the_case_is_the_phone_with_most_systems_and_spellings():
    """Three records of three systems share one phone; nothing is shown where no phone is shared."""
    assert people_found.puzzle(RECORDS, PLAIN)["record_id"].tolist() == ["X1", "X2", "X3"]
    assert people_found.puzzle(RECORDS[3:], PLAIN[3:]).empty


def test_owners_by_the_orders_that_records_name():
    """A record whose key is an order gives its person the order's customer."""
    owned = people_found.owners(RECORDS, PEOPLE, ORDERS)
    assert owned.to_numpy().tolist() == [[0, "C1"], [1, "C2"], [2, "C1"]]
    tied = people_found.tied(owned, PEOPLE, ORDERS)
    assert (tied.share.value, tied.share.n) == (0.75, 4)
    assert tied.customers.value == 1
    assert tied.double == 0
    assert people_found.owner_of(owned, PEOPLE).dropna().to_dict() == {
        "X1": "C1",
        "X2": "C1",
        "X3": "C2",
        "X4": "C1",
    }


def test_a_key_may_be_the_customers_own_id():
    """A list that knows the shop's customers by their ids names them itself."""
    listed = RECORDS.assign(source_key=["C1", "E1", None, "O3", "C2"])
    owned = people_found.owners(listed, PEOPLE, ORDERS)
    assert owned.to_numpy().tolist() == [[0, "C1"], [2, "C1"], [3, "C2"]]


def test_a_person_with_orders_of_two_customers_is_a_wrong_merge():
    """It is counted, and nobody's likes are given to it."""
    merged = pd.Series([0, 0, 0, 2, 3], index=RECORDS["record_id"])
    owned = people_found.owners(RECORDS, merged, ORDERS)
    assert people_found.tied(owned, merged, ORDERS).double == 1
    assert people_found.owner_of(owned, merged)["X1":"X3"].isna().all()


def test_a_household_shares_a_phone():
    """Two people behind one phone, with a part of the name in common."""
    shared = people_found.shared_phones(PLAIN, PEOPLE)
    assert shared.to_dict("index") == {"12123456789": {"people": 2, "records": 3, "relatives": True}}
    found = people_found.households(shared)
    assert (found.case, found.phones, found.people, found.relatives.value) == ("shared", 1, 2, 1.0)
    nobody = people_found.households(
        people_found.shared_phones(PLAIN, pd.Series(range(5), index=RECORDS["record_id"]))[:0]
    )
    assert nobody.case == "none"
    assert not nobody.relatives.known


def test_nothing_is_tied_to_nothing():
    """Without orders shares are unknown."""
    owned = people_found.owners(RECORDS, PEOPLE, ORDERS[:0])
    tied = people_found.tied(owned, PEOPLE, ORDERS[:0])
    assert tied.share.value == 0
    assert not tied.customers.known
    assert tied.share.value == pytest.approx(0)
