"""Four dimensions: only of those who agreed, only what is there."""

import pandas as pd

from workbook.analytics.profiles import dimensions
from workbook.tables.dataset import Dataset, validate
from workbook.tables.schema import CONTRACTS

END = pd.Timestamp("2025-12-31")


def shop(**more) -> Dataset:
    """Make a shop of three customers with four orders."""
    tables = {
        "customers": pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "birth_year": [1990, 1980, 1970]}),
        "products": pd.DataFrame(
            {"product_id": ["P1", "P2"], "category": ["shirt", "shoes"], "style": ["sport", "street"]}
        ),
        "stores": pd.DataFrame({"store_id": ["S1"]}),
        "orders": pd.DataFrame(
            {
                "order_id": ["O1", "O2", "O3", "O4"],
                "customer_id": ["C1", "C1", "C2", "C3"],
                "ordered_at": pd.to_datetime(["2025-03-01", "2023-01-01", "2025-05-01", "2025-06-01"]),
                "store_id": ["S1", None, None, None],
                "amount": [100.0, 50.0, 30.0, 20.0],
            }
        ),
        "order_lines": pd.DataFrame(
            {
                "order_id": ["O1", "O2", "O3", "O4"],
                "line": 1,
                "product_id": ["P1", "P1", "P2", "P2"],
                "quantity": 1.0,
                "unit_price": [100.0, 50.0, 30.0, 20.0],
                "amount": [100.0, 50.0, 30.0, 20.0],
                "size": ["M", "M", "38", "39"],
                "colour": ["red", "blue", "blue", "blue"],
            }
        ),
    } | more
    return Dataset("mine", validate(tables, CONTRACTS), pd.Timestamp("2023-01-01"), END)


CONSENTS = pd.DataFrame(
    {
        "consent_id": ["N1", "N2", "N3"],
        "customer_id": ["C1", "C2", "C3"],
        "purpose": ["profiling", "profiling", "marketing email"],
        "granted": [True, True, True],
        "how": ["app dialog", "pre-ticked box", "app dialog"],
        "asked_at": pd.to_datetime(["2023-01-01"] * 3),
    }
)


def test_only_those_who_agreed_are_joined():
    """A box that was ticked beforehand and a yes to another purpose are none; without consents on record all are taken."""
    assert dimensions.allowed(shop(consents=CONSENTS)).tolist() == ["C1"]
    assert dimensions.allowed(shop()).tolist() == ["C1", "C2", "C3"]


def test_a_profile_is_opened_only_where_consent_holds():
    """Also what is nobody's stays closed; where the shop has no consents on record, nothing does."""
    records = pd.DataFrame({"record_id": ["X1", "X2", "X3"]})
    owner = pd.Series({"X1": "C1", "X2": "C2"})
    asked = shop(consents=CONSENTS)
    found = dimensions.opened(records, owner, dimensions.allowed(asked), asked)
    assert found[["record_id", "customer_id"]].to_numpy().tolist() == [["X1", "C1"]]
    assert len(dimensions.opened(records, owner, dimensions.allowed(shop()), shop())) == 3


def test_the_usual_size_is_the_one_bought_most():
    """Of sizes in these words; a shoe's number is none."""
    assert dimensions.usual_size(shop(), ("S", "M")).to_dict() == {"C1": "M"}


def test_one_customers_view_by_hand():
    """Age, money, size, colour, tag; what is sold; where; how often: from the tables, and nothing of anybody else."""
    likes = pd.DataFrame({"customer_id": ["C1", "C1", "C1"], "content": ["offers", "outfits", "outfits"]})
    made = shop()
    table = dimensions.dimensions(made, pd.Index(["C1"]), 180, likes)
    assert table.index.tolist() == ["C1"]
    assert dimensions.fullest(table) == "C1"
    assert (
        dimensions.view(table, "C1", "EUR").loc[("customer", "spent on an order"), "this customer"]
        == "EUR 75"
    )
    view = dimensions.view(table, "C1")["this customer"]
    assert view["customer"].to_dict() == {
        "age": "35",
        "spent on an order": "75",
        "size": "M",
        "colour": "blue",
        "tag": "sport",
    }
    assert view["product"].to_dict() == {"style": "sport", "category": "shirt"}
    assert view["behaviour"].to_dict() == {
        "orders in a year": "1",
        "likes": "3",
        "content liked most": "outfits",
    }


def test_a_view_says_of_how_many_each_thing_is_known():
    """What one customer's view has not is empty there, with the share of customers who have it."""
    likes = pd.DataFrame({"customer_id": ["C1"], "content": ["offers"]})
    table = dimensions.dimensions(shop(), pd.Index(["C1", "C2"]), 180, likes)
    view = dimensions.view(table, "C2")
    assert view.loc[("behaviour", "content liked most")].tolist() == ["", 0.5]
    assert view.columns.tolist() == ["this customer", "share known, of 2"]
    assert view.loc[("customer", "age"), "share known, of 2"] == 1


def test_nobody_has_no_view():
    """Where nobody agreed, the fullest customer is nobody, of whom nothing is known."""
    table = dimensions.dimensions(shop(), pd.Index([], dtype="str"), 180)
    assert dimensions.fullest(table) == ""
    assert dimensions.view(table, "").empty


def test_what_the_shop_does_not_have_is_left_out():
    """Without likes, visits and sizes there is no such row, and nothing fails."""
    made = shop()
    bare = made.tables["order_lines"].drop(columns=["size", "colour"])
    made = Dataset("mine", dict(made.tables) | {"order_lines": bare}, made.start, made.end)
    table = dimensions.dimensions(made, pd.Index(["C1", "C2"]), 180)
    names = [what for _, what in table]
    assert "age" in names
    assert not {"size", "colour", "visits", "likes"} & set(names)


def test_likes_are_those_of_customers_who_agreed():
    """A follow is no like; a record that is nobody's, or of somebody who did not agree, tells nothing."""
    activity = pd.DataFrame(
        {
            "record_id": ["X1", "X1", "X2", "X3"],
            "kind": ["follow", "like", "like", "like"],
            "content": [None, "offers", "outfits", "offers"],
        }
    )
    owner = pd.Series({"X1": "C1", "X2": "C2", "X3": None})
    assert dimensions.liked(activity, owner, pd.Index(["C1"])).to_numpy().tolist() == [["C1", "offers"]]
