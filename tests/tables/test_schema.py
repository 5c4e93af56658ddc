"""The contracts themselves: complete, consistent with each other, and strict."""

import pandas as pd
import pytest

from workbook.tables import contract, schema

EVERY = [*schema.CONTRACTS.items(), *((f"truth/{n}", c) for n, c in schema.TRUTH.items())]
each_contract = pytest.mark.parametrize("contract", [c for _, c in EVERY], ids=[n for n, _ in EVERY])


@each_contract
def test_every_column_says_what_it_means(contract):
    """The contract is the dictionary's only source, so no column may go without a meaning."""
    columns = schema.columns(contract)
    assert columns["meaning"].str.len().gt(0).all()
    assert schema.columns(contract)["type"].isin(["string", "number", "integer", "boolean", "datetime"]).all()


@each_contract
def test_every_table_says_what_a_row_is(contract):
    """The first thing to know about a table is what one row of it stands for."""
    assert contract.__doc__.startswith("One row per ")


@each_contract
def test_a_key_is_made_of_required_columns_without_gaps(contract):
    """A key that could be missing would name nothing."""
    columns = schema.columns(contract).set_index("column")
    key = columns.loc[schema.key(contract)]
    assert key["required"].all()
    assert not key["empty"].any()


@each_contract
def test_a_reference_points_to_the_whole_key_of_a_table(contract):
    """Whatever a column refers to must exist, and name one row."""
    for refers in schema.columns(contract).query("refers != ''")["refers"]:
        table, column = refers.split(".")
        assert schema.key(schema.CONTRACTS[table]) == [column]


@each_contract
def test_an_empty_table_keeps_its_contract(contract):
    """`empty` stands in for a table that isn't there, so it must have the types that a loaded one has."""
    blank = schema.empty(contract)
    pd.testing.assert_frame_equal(contract.validate(blank), blank)
    assert list(blank.columns) == list(schema.columns(contract)["column"])


def test_columns_of_orders_are_told_in_full():
    """One table by hand: required and optional, gaps allowed or not, unit, reference, from when it is known."""
    told = schema.columns(schema.CONTRACTS["orders"]).set_index("column").drop(columns="meaning")
    money = "money (the data set's currency)"
    wanted = pd.DataFrame(
        [
            ("order_id", "string", "", True, False, "", ("the row",)),
            ("customer_id", "string", "", True, False, "customers.customer_id", ("the row",)),
            ("ordered_at", "datetime", "local time", True, False, "", ("ordered_at",)),
            ("channel", "string", "", False, True, "", ("the row",)),
            ("store_id", "string", "", False, True, "stores.store_id", ("the row",)),
            ("amount", "number", money, False, False, "", ("the row",)),
            ("scene", "string", "", False, True, "", ("the row",)),
            ("payment", "string", "", False, True, "", ("the row",)),
            ("delivery", "string", "", False, True, "", ("the row",)),
        ],
        columns=["column", "type", "unit", "required", "empty", "refers", "known_from"],
    ).set_index("column")
    pd.testing.assert_frame_equal(told, wanted)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [("str", "string"), ("Int64", "integer"), ("int64", "integer"), ("float64", "number"),
     ("bool", "boolean"), ("datetime64[ns]", "datetime"), ("datetime64[s]", "datetime")],
)  # fmt: skip
def test_types_have_frictionless_names(dtype, name):
    """A pandas dtype is told to others by the name that Frictionless has for it."""
    assert schema.type_name(pd.Series(dtype=dtype).dtype) == name


def test_a_number_as_an_id_becomes_text():
    """Ids are text, however they come: 7 and "7" must be the same customer."""
    orders = pd.DataFrame(
        {
            "order_id": [1, 2],
            "customer_id": [7, 8],
            "ordered_at": pd.to_datetime(["2025-01-01", "2025-01-02"]),
        }
    )
    kept = schema.CONTRACTS["orders"].validate(orders)
    assert list(kept["customer_id"]) == ["7", "8"]
    assert str(kept["ordered_at"].dtype) == contract.Time
