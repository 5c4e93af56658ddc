"""A list beside orders: no id is erased, the column that has the known ids is taken, and coverage is told."""

import pandas as pd
import pytest

from workbook.tables.dataset import validate
from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, describe, import_files
from workbook.tables.schema import CONTRACTS

TODAY = pd.Timestamp("2025-06-30")
ORDERS = "customer,order,date,sku,store,amount\n" + "".join(
    f"C{n % 4},{n},2025-01-0{1 + n % 9},10{n % 8},S{n % 2},5\n" for n in range(16)
)


@pytest.fixture
def bring(tmp_path):
    """Import a text, into a data set that has the orders above."""

    def load(text: str, **options):
        path = tmp_path / f"{options.get('table') or 'x'}.csv"
        path.write_text(text)
        return import_files(ImportRequest([path], tmp_path / "mine", today=TODAY, **options))

    load(ORDERS)
    return load


def test_products_that_the_list_lacks_stay(bring) -> None:
    """A product list with half of the products: the others keep their ids, and are rows of their own."""
    data = bring(
        "sku,name,category\n100,shirt,tops\n101,sock,feet\n999,hat,heads\n", add=True, table="products"
    )
    assert set(data.order_lines["product_id"]) == {f"10{n}" for n in range(8)}
    assert data.order_lines["product_id"].notna().all()
    names = data.products.set_index("product_id")["name"].dropna().to_dict()
    assert names == {"100": "shirt", "101": "sock", "999": "hat"}
    assert len(data.products) == 9
    said = data.facts["imports"]["products"]["doubts"]
    assert said == [
        "of 8 products that other tables name, 2 (25%) are in this list, and '102' is one that isn't"
    ]


@pytest.mark.parametrize("replace", [False, True])
def test_a_list_that_is_put_in_place_of_another_erases_nothing(bring, replace) -> None:
    """Also in place of a list that was there: what is named elsewhere stays, with what the new one doesn't tell."""
    bring("sku,name,category\n100,shirt,tops\n101,sock,feet\n", add=True, table="products")
    data = bring("sku,name\n101,stocking\n102,cap\n", add=True, replace=replace, table="products")
    rows = data.products.set_index("product_id")
    assert len(rows) == 8
    assert rows["name"].dropna().to_dict() == {"101": "stocking", "102": "cap"} | (
        {} if replace else {"100": "shirt"}
    )
    assert rows.loc["100", "category"] == "tops"
    assert data.order_lines["product_id"].notna().all()


def test_the_column_that_has_the_known_ids(bring) -> None:
    """Of two columns of codes the one whose values were sold is taken, not the one with the likelier name."""
    rows = "".join(f"10{n},{500 + n},thing {n}\n" for n in range(8))
    data = bring("article_id,product_code,prod_name\n" + rows, add=True, table="products")
    account = data.facts["imports"]["products"]
    assert account["columns"][0]["theirs"] == "article_id"
    assert ["product_id", "article_id", "ids", "that", "are", "known", "here"] in [
        one.split() for one in describe(account)
    ]
    assert account["doubts"] == [
        "product_id: article_id is taken, which has 8 of the 8 ids known here; product_code, by its name the likelier, has 0"
    ]
    assert data.products["name"].notna().all()
    assert account["notes"][-1] == "of 8 products that other tables name, 8 (100%) are in this list"


def test_what_was_told_is_not_looked_into(bring) -> None:
    """--map goes before what the values say; nothing is erased all the same."""
    rows = "".join(f"10{n},{500 + n},thing {n}\n" for n in range(8))
    data = bring(
        "article_id,product_code,prod_name\n" + rows,
        add=True,
        table="products",
        pairs=["product_id=product_code"],
    )
    assert data.order_lines["product_id"].notna().all()
    assert len(data.products) == 16
    assert "0 (0%) are in this list" in data.facts["imports"]["products"]["doubts"][-1]


def test_a_column_without_a_name_that_is_known(bring) -> None:
    """Where no name is known, the values find the customer."""
    rows = "".join(f"C{n},{n % 2},Town {n}\n" for n in range(4))
    data = bring("klantcijfer,vip,city\n" + rows, add=True, table="customers")
    assert data.customers.set_index("customer_id")["city"].to_dict() == {
        f"C{n}": f"Town {n}" for n in range(4)
    }


def test_few_values_in_common_are_chance(bring) -> None:
    """An age that is an id too makes no column of ids."""
    with pytest.raises(DataError, match="no column was found for customer_id"):
        bring("person,age\nX1,1\nX2,2\nX3,3\nX4,3\n", add=True, table="customers")


def test_customers_and_stores_likewise(bring) -> None:
    """Who bought and isn't in the list stays; a store too."""
    data = bring("customer_id,gender\nC1,f\n", add=True, table="customers")
    assert set(data.customers["customer_id"]) == {"C0", "C1", "C2", "C3"}
    data = bring("store_id,store name\nS1,Main Street\n", add=True, table="stores")
    assert data.stores.set_index("store_id")["name"].fillna("").to_dict() == {"S0": "", "S1": "Main Street"}


def test_what_may_lead_nowhere() -> None:
    """Only a reference that may be empty, to what can't be made of its id, may name what isn't there."""
    customers = pd.DataFrame({"customer_id": ["A"]})
    orders = pd.DataFrame({"order_id": ["1"], "customer_id": ["A"], "ordered_at": [TODAY]})
    back = pd.DataFrame({"return_id": ["r"], "customer_id": ["A"], "returned_at": [TODAY], "order_id": ["9"]})
    validate({"customers": customers, "orders": orders, "returns": back}, CONTRACTS)
    lines = pd.DataFrame({"order_id": ["9"], "line": [1], "amount": [1.0]})
    with pytest.raises(DataError, match=r"order_lines\.order_id: 1 row names no row of orders"):
        validate({"orders": orders, "order_lines": lines}, CONTRACTS)
    with pytest.raises(DataError, match=r"returns\.customer_id: 1 row names no row of customers"):
        validate({"customers": customers, "returns": back.assign(customer_id="B")}, CONTRACTS)


def test_the_folder_holds_the_same(bring, tmp_path) -> None:
    """What was written is what is read."""
    data = bring("sku,name\n100,shirt\n", add=True, table="products")
    assert load_folder(tmp_path / "mine").fingerprint == data.fingerprint
