"""Whose orders a person owns, who shares a phone, and the case at the beginning."""

import pandas as pd

from workbook.analytics.identity import normalising, people_found, resolution

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
    assert (tied.case, tied.double) == ("single", 0)
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
    tied = people_found.tied(owned, merged, ORDERS)
    assert (tied.case, tied.double) == ("double", 1)
    assert people_found.owner_of(owned, merged)["X1":"X3"].isna().all()


BORN = pd.DataFrame(
    {
        "record_id": ["A1", "A2", "B1", "B2", "C1", "C2", "D1", "D2", "E1"],
        "phone": ["1", "1", "2", "2", "3", "3", "4", "4", "5"],
        "birthday": ["03-11", "12-08", "03-11", "11-03", "03-11", None, "06-01", "06-02", "01-01"],
    }
)
PERSONS = pd.Series([0, 1, 2, 3, 4, 5, 6, 6, 7], index=BORN["record_id"])


def test_birthdays_tell_a_household_from_a_person_who_was_split():
    """Two different ones are two people; the same one, also with day and month exchanged, is one; a missing one says nothing."""
    shared = people_found.shared_phones(BORN, PERSONS)
    assert shared["verdict"].to_dict() == {
        "1": "birthdays differ",
        "2": "birthdays agree",
        "3": "cannot tell",
    }
    assert shared["birthdays"].tolist() == [2, 2, 1]
    table = people_found.by_verdict(shared, BORN)
    assert table["phones"].tolist() == [1, 1, 1]
    assert table["shared in truth"].isna().all()
    assert vars(people_found.households(table)) == {
        "case": "shared", "phones": 3, "unclear": 1, "truly": None, "split": None,
    }  # fmt: skip


def test_the_truth_of_shared_phones():
    """How many have two people in truth, and how many one who was split; a verdict that no phone has is left out."""
    true = pd.Series(list("abccddeef"), index=BORN["record_id"])
    shared = people_found.shared_phones(BORN, PERSONS)
    table = people_found.by_verdict(shared[shared["verdict"] != "cannot tell"], BORN, true)
    assert table["shared in truth"].to_dict() == {"birthdays differ": 1, "birthdays agree": 0}
    found = people_found.households(table)
    assert (found.case, found.truly, found.split, found.unclear) == ("known", 1, 1, 0)
    nobody = people_found.households(people_found.by_verdict(shared[:0], BORN, true))
    assert (nobody.case, nobody.phones) == ("none", 0)


def test_birthdays_find_most_households_that_are_some(small):
    """Against the truth of a small world: phones whose birthdays differ are shared far more often than those whose agree."""
    plain, true = normalising.normalised(small.source_records), resolution.true_people(small)
    strict = resolution.people(plain["record_id"], resolution.equal_pairs(plain, "phone", "name"))
    table = people_found.by_verdict(people_found.shared_phones(plain, strict), plain, true)
    share = table["shared in truth"] / table["phones"]
    assert share["birthdays differ"] > 3 * share["birthdays agree"]


def test_the_case_is_answered_in_letters():
    """Persons are letters in the order of the records; the truth is there only where it is known."""
    people = pd.Series([7, 7, 3, 9, 9], index=RECORDS["record_id"])
    true = pd.Series(list("bcccb"), index=RECORDS["record_id"])
    assert people_found.answered(RECORDS, people, true)["found"].tolist() == list("AABCC")
    assert people_found.answered(RECORDS, people, true)["true"].tolist() == list("ABBBA")
    assert "true" not in people_found.answered(RECORDS, people)


def test_nothing_is_tied_to_nothing():
    """Without orders shares are unknown."""
    owned = people_found.owners(RECORDS, PEOPLE, ORDERS[:0])
    tied = people_found.tied(owned, PEOPLE, ORDERS[:0])
    assert (tied.case, tied.share.value) == ("none", 0)
    assert not tied.customers.known
