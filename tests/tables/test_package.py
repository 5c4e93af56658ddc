"""What is written about the contracts for others agrees with them."""

import json
import re

import pandas as pd
import pytest

from workbook.tables import contract, folders, package, schema
from workbook.tables.dataset import Dataset
from workbook.tables.locations import home

ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2"],
        "customer_id": ["a", "b"],
        "ordered_at": pd.to_datetime(["2025-01-01", "2025-01-02"]),
        "store_id": ["S1", None],
        "amount": [5.0, 6.0],
    }
)
TABLES = {
    "customers": pd.DataFrame({"customer_id": ["a", "b"]}),
    "stores": pd.DataFrame({"store_id": ["S1"]}),
    "orders": ORDERS,
}


def described(tables) -> dict:
    """Resources of a data package by name."""
    return {
        r["name"]: r
        for r in package.datapackage(
            "shop", {n: (list(f.columns), len(f)) for n, f in tables.items()}, "csv"
        )["resources"]
    }


def test_orders_are_described_in_full():
    """A resource tells file, rows, fields with type, unit and what may not be missing, key and references."""
    orders = described(TABLES)["orders"]
    fields = {f["name"]: f for f in orders["schema"]["fields"]}
    assert (orders["path"], orders["format"], orders["rows"]) == ("orders.csv", "csv", 2)
    assert orders["description"] == "One row per order: what one customer bought at one moment."
    assert list(fields) == list(ORDERS.columns)
    assert [f["type"] for f in fields.values()] == ["string", "string", "datetime", "string", "number"]
    assert [n for n, f in fields.items() if f.get("constraints") == {"required": True}] == [
        "order_id", "customer_id", "ordered_at",
    ]  # fmt: skip
    assert fields["amount"]["unit"] == contract.MONEY
    assert "unit" not in fields["order_id"]
    assert orders["schema"]["primaryKey"] == ["order_id"]
    assert orders["schema"]["foreignKeys"] == [
        {"fields": "customer_id", "reference": {"resource": "customers", "fields": "customer_id"}},
        {"fields": "store_id", "reference": {"resource": "stores", "fields": "store_id"}},
    ]


def test_references_stay_within_the_package():
    """A foreign key names a resource of the same package, or a validator refuses the whole."""
    assert described({"orders": ORDERS})["orders"]["schema"]["foreignKeys"] == []


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_file_describes_what_lies_beside_it(tmp_path, small, format):
    """Each resource of the saved package is a file with these columns, rows and unique keys."""
    folders.save(small, tmp_path / "small", format=format)
    content = json.loads((tmp_path / "small" / "datapackage.json").read_text(encoding="utf-8"))
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}[format]
    names = [r["name"] for r in content["resources"]]
    assert names == list(small.tables)
    for resource in content["resources"]:
        frame = read(tmp_path / "small" / resource["path"])
        assert [f["name"] for f in resource["schema"]["fields"]] == list(frame.columns)
        assert resource["rows"] == len(frame)
        assert not frame.duplicated(resource["schema"]["primaryKey"]).any()
        assert {k["reference"]["resource"] for k in resource["schema"]["foreignKeys"]} <= set(names)


def test_the_columns_keep_the_order_of_the_file():
    """A reader takes fields by position, so they come in the order of the file and not of the contract."""
    turned = ORDERS[ORDERS.columns[::-1]]
    assert [f["name"] for f in described({"orders": turned})["orders"]["schema"]["fields"]] == list(turned)


def test_the_name_can_stand_in_an_address():
    """Frictionless takes lower case, digits and dashes for a package's name."""
    assert package.datapackage("My Shop 2.0", {}, "csv")["name"] == "my-shop-2-0"


def test_the_package_of_a_data_set_says_what_it_is(tmp_path):
    """Beside what Frictionless knows, the file keeps period, currency and facts for `load_folder`."""
    data = Dataset(
        "shop", TABLES, pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-31"), "EUR", facts={"rows": 2}
    )
    folders.save(data, tmp_path / "shop")
    assert json.loads((tmp_path / "shop" / "datapackage.json").read_text(encoding="utf-8"))["workbook"] == {
        "name": "shop", "start": "2025-01-01", "end": "2025-01-31", "currency": "EUR", "synthetic": False,
        "facts": {"rows": 2},
    }  # fmt: skip


def test_the_dictionary_on_disk_is_the_generated_one():
    """datasets/README.md is made from the contracts; after a change of these, `make data` makes it anew."""
    assert (home() / "datasets" / "README.md").read_text(encoding="utf-8") == package.dictionary()


def test_the_dictionary_names_every_column_once_per_table():
    """No table and no column of a contract is missing from the dictionary."""
    sections = re.split(r"^## ", package.dictionary(), flags=re.MULTILINE)[1:]
    told = {s.splitlines()[0]: re.findall(r"^\| `(\w+)`", s, flags=re.MULTILINE) for s in sections}
    contracts = schema.CONTRACTS | {f"truth/{n}": c for n, c in schema.TRUTH.items()}
    assert told == {n: list(schema.columns(c)["column"]) for n, c in contracts.items()}


def test_a_line_of_the_dictionary_in_full():
    """Column, type, unit, may lack, may be empty, reference, from when it is known, meaning."""
    lines = package.dictionary().splitlines()
    assert (
        "| `store_id` | string |  | yes | yes | `stores.store_id` |  | store identifier; empty for an order online |"
        in lines
    )
    assert (
        "| `cost` | number | money (the data set's currency) | yes | yes |  | `abandoned_at` or `resolved_at` | cost of handling |"
        in lines
    )
    assert (
        "One row per order: what one customer bought at one moment. Key: `order_id`. A row is known from `ordered_at`."
        in lines
    )


def test_identifiers_say_that_they_are_some():
    """The meaning of a column ending in _id names an identifier, and none is only a question: who, which order."""
    for table, form in {**schema.CONTRACTS, **schema.TRUTH}.items():
        for column, meaning in schema.columns(form).set_index("column")["meaning"].items():
            assert not re.match(r"(who|whom|whose|which)\b", meaning), (table, column)
            if column.endswith("_id"):
                assert re.search(r"identifier|_id", meaning), (table, column)
