"""Data sets: what breaks a contract is told in a sentence."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tables.shops import ORDERS, shop

from workbook.tables import contract, dataset, schema
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError


@given(st.permutations(range(3)), st.permutations(range(4)))
def test_the_order_of_rows_and_columns_does_not_matter_to_the_fingerprint(rows, columns):
    """A fingerprint is of the content: the same rows in another order are the same data."""
    day = pd.Timestamp("2025-02-28")
    turned = ORDERS.iloc[rows, columns].reset_index(drop=True)
    assert (
        Dataset("a", {"orders": turned}, day, day).fingerprint
        == Dataset("b", {"orders": ORDERS}, day, day).fingerprint
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [("order_id", "O4"), ("customer_id", "null"), ("amount", 123456789.02),
     ("ordered_at", pd.Timestamp("2025-02-01 23:59:58"))],
)  # fmt: skip
def test_one_changed_cell_changes_the_fingerprint(column, value):
    """Two data sets that differ in one cell are different data."""
    changed = ORDERS.copy()
    changed.loc[0, column] = value
    lines = shop().tables["order_lines"].assign(order_id=["O3", "O3", "NA"])
    assert (
        shop(orders=changed, order_lines=lines).fingerprint
        != shop(orders=ORDERS, order_lines=lines).fingerprint
    )


def test_rows_count_and_stay_whole_in_the_fingerprint():
    """A row twice is not a row once, two rows that swap a value are others, and a gap is not a zero."""
    orders = pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0]})
    prints = {
        dataset.content_hash(f)
        for f in (
            orders,
            orders.iloc[[0]],
            orders.iloc[[0, 0]],
            orders.assign(b=[2.0, 1.0]),
            orders.assign(b=[0.0, 2.0]),
            orders.assign(b=[np.nan, 2.0]),
            orders.rename(columns={"b": "c"}),
            orders.iloc[:0],
        )
    }
    assert len(prints) == 8


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (ORDERS.drop(columns="customer_id"), "orders: the column 'customer_id' is missing."),
        (ORDERS.assign(colour="red"), "orders: column 'colour' is not in the contract."),
        (ORDERS.assign(amount=[-1.0, -2.0, 3.0]), r"orders.amount: 2 .* \(?0\)?.*such as -1\.0\.$"),
        (ORDERS.assign(customer_id=["1e5", None, "null"]), r"orders.customer_id: 1 .*empty"),
        (ORDERS.assign(order_id=["007", "007", "NA"]), r"orders.order_id: 2 .*unique.*such as '007'\.$"),
        (
            ORDERS.assign(customer_id="C9"),
            "orders.customer_id: 3 rows name no row of customers, such as 'C9'.",
        ),
    ],
    ids=["missing column", "unknown column", "wrong value", "gap", "repeated key", "lost reference"],
)
def test_each_broken_rule_has_its_sentence(changed, sentence):
    """The error names table, column, rule, how many rows, and one example."""
    with pytest.raises(DataError, match=sentence):
        shop(orders=changed)


def test_a_repeated_key_of_two_columns_is_told():
    """Order and line together name an order line."""
    lines = pd.DataFrame({"order_id": ["007", "007", "NA"], "line": [1, 1, 1]})
    with pytest.raises(DataError, match=r"order_lines: 1 row repeats the key \(order_id, line\)\."):
        shop(order_lines=lines)


@given(
    st.lists(st.sampled_from("xyz"), max_size=3),
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.integers(0, 2), st.sampled_from(["p", "q", None])), max_size=5
    ),
)
def test_keys_and_references_are_the_same_in_codes_and_in_words(orders, lines):
    """Whether a key comes twice, or something isn't there, is found from numbers as from texts."""
    words = {
        "products": pd.DataFrame({"product_id": ["p"]}),
        "orders": pd.DataFrame(
            {"order_id": orders, "customer_id": "c", "ordered_at": pd.Timestamp("2025-01-01")}
        ),
        "order_lines": pd.DataFrame(lines, columns=["order_id", "line", "product_id"]),
    }
    numbers = {text: number for number, text in enumerate("pqxyzc")}
    ids = ["order_id", "customer_id", "product_id"]
    codes = {
        name: frame.assign(**{c: frame[c].map(numbers).fillna(-1).astype("int64") for c in ids if c in frame})
        for name, frame in words.items()
    }
    assert problems(words) == problems(words, codes=codes)
    assert problems(words) == problems(words, codes={n: codes[n] for n in ("orders", "order_lines")})


def problems(tables, **options):
    """What is wrong with some tables; "" if nothing is."""
    try:
        dataset.validate(tables, schema.CONTRACTS, **options)
    except DataError as error:
        return str(error)
    return ""


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=4))
def test_rows_that_rise_are_told_from_others(rows):
    """Rows rise if each comes after the one before; what isn't a number is never taken for rising."""
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="int64")
    assert dataset.rising(frame) == (rows == sorted(set(rows)))
    assert not dataset.rising(frame.astype("str"))


def test_references_to_a_table_that_is_not_there_are_let_be():
    """Orders alone are a data set; who the customers are need not be known."""
    assert dataset.validate({"orders": ORDERS}, schema.CONTRACTS)["orders"].shape == (3, 4)


def test_every_missing_and_every_unknown_column_is_named():
    """Who mends one column at a time runs the command as often as there are columns."""
    with pytest.raises(DataError) as told:
        shop(orders=ORDERS.drop(columns=["customer_id", "ordered_at"]).assign(colour=1, size=2))
    for column in ("customer_id", "ordered_at", "colour", "size"):
        assert repr(column) in str(told.value)


def test_many_broken_rules_are_told_in_short():
    """Five sentences are enough to begin mending; the rest are counted."""
    lines = pd.DataFrame(
        {"order_id": ["007"], "line": [0], "quantity": [0.0], "unit_price": [-1.0], "amount": [-1.0]}
    )
    with pytest.raises(DataError, match=r"^([^;]+; ){4}[^;]+ \(and 2 more problems\)\.$"):
        shop(
            orders=ORDERS.assign(amount=-1.0, customer_id=None),
            order_lines=lines,
            products=pd.DataFrame({"product_id": ["P1"], "unit_cost": [-1.0]}),
        )


def test_a_word_in_a_number_column_is_one_plain_sentence():
    """The reader learns column, count and the word itself, and nothing of Python's inner life."""
    with pytest.raises(DataError) as told:
        shop(orders=ORDERS.assign(amount=[1, "cheap", 2]))
    text = str(told.value)
    assert text.count("orders.amount") == 1
    assert "'cheap'" in text
    assert "TypeError" not in text


def test_a_table_has_every_column_of_its_contract():
    """Code may name any column of a contract; what the data lacks is there, but empty."""
    orders = shop().orders
    assert list(orders.columns) == list(schema.columns(schema.CONTRACTS["orders"])["column"])
    assert orders["channel"].isna().all()
    assert orders["amount"].tolist() == ORDERS["amount"].tolist()
    customers = shop().customers
    assert customers["joined_on"].dtype == contract.Time
    assert customers["joined_on"].isna().all()


def test_a_lacking_table_is_empty_with_the_right_types():
    """A table that isn't there has all of its columns and no row, so it can be merged and grouped."""
    returns = shop().table("returns")
    pd.testing.assert_frame_equal(returns, schema.empty(schema.CONTRACTS["returns"]))
    assert len(returns.merge(shop().orders, on=["order_id", "customer_id"])) == 0


def test_table_does_not_change_what_is_stored():
    """Filling in columns happens on a copy."""
    data = shop()
    orders = data.table("orders")
    orders["amount"] = 0.0
    assert list(data.tables["orders"].columns) == list(ORDERS.columns)
    assert data.orders["amount"].tolist() == ORDERS["amount"].tolist()


def test_a_misspelt_table_suggests_the_nearest():
    """As a name, a misspelt table is the request's fault; as an attribute, it is the code's."""
    with pytest.raises(DataError, match=r"A table must be one of .*; got 'ordres'\. Did you mean 'orders'\?"):
        shop().table("ordres")
    with pytest.raises(
        AttributeError, match="A data set has no 'ordres'; its tables are customers, products"
    ):
        _ = shop().ordres
    with pytest.raises(DataError, match="A table must be one of"):
        shop().lacks("ordres.amount")


def test_lacks_names_tables_and_columns_without_any_value():
    """A column that holds nothing but gaps can answer nothing, so it counts as lacking; so does an empty table."""
    data = shop(returns=schema.empty(schema.CONTRACTS["returns"]))
    needs = ("orders", "orders.amount", "orders.channel", "customers.birth_year", "products.unit_cost",
             "returns", "returns.amount", "stores", "stores.city")  # fmt: skip
    assert data.lacks(*needs) == ["orders.channel", "returns", "returns.amount", "stores", "stores.city"]
    assert data.lacks("stores.city", "orders.channel", "stores.name") == ["stores", "stores.city", "orders.channel", "stores.name"]  # fmt: skip
    assert shop(customers=pd.DataFrame({"customer_id": ["1e5", "null"], "city": None})).lacks(
        "customers", "customers.city"
    ) == ["customers.city"]


def test_an_overview_has_a_row_for_each_table_that_is_there():
    """Rows, and what a row is, in the order of the tables."""
    found = shop().overview()
    assert found.index.name == "table"
    assert found["rows"].to_dict() == {"customers": 2, "products": 2, "orders": 3, "order_lines": 3}
    assert (found["one row per"].str.len() > 0).all()
    assert not found["one row per"].str.startswith("One row per").any()
    assert not found["one row per"].str.endswith(".").any()
    assert not found["one row per"].str.contains(r"\s\s|\n").any()
    assert list(Dataset("none", {}, pd.NaT, pd.NaT).overview().columns) == ["rows", "one row per"]


def test_truth_refers_to_the_data_beside_it():
    """A truth table may name rows of the data that is already validated, and a row that isn't there is told."""
    lost = pd.DataFrame({"order_id": ["007", "O9"], "cause": "missions"})
    beside = shop().tables
    good = dataset.validate({"caused_orders": lost.head(1)}, schema.TRUTH, beside)
    assert list(good) == ["caused_orders"]  # what is beside isn't given back
    with pytest.raises(
        DataError, match=r"caused_orders\.order_id: 1 row names no row of orders, such as 'O9'\."
    ):
        dataset.validate({"caused_orders": lost}, schema.TRUTH, beside)
    assert len(dataset.validate({"caused_orders": lost}, schema.TRUTH)["caused_orders"]) == 2


def test_truth_refers_to_the_data_also_where_it_has_a_table_of_that_name():
    """The truth has a table of tickets too: what it refers to is that of the data."""
    truth = pd.DataFrame(
        {"ticket_id": ["K1", "K2"], "satisfied": True, "satisfied_chance": 0.5, "complaint_chance_on_time": 0.1,
         "complaint_chance_late": 0.2}
    )  # fmt: skip
    data = pd.DataFrame(
        {"ticket_id": ["K1", "K3"], "customer_id": "1e5", "opened_at": pd.Timestamp("2025-01-01")}
    )
    assert len(dataset.validate({"tickets": truth.head(1)}, schema.TRUTH, {"tickets": data})["tickets"]) == 1
    with pytest.raises(DataError, match=r"tickets\.ticket_id: 1 row names no row of tickets, such as 'K2'\."):
        dataset.validate({"tickets": truth}, schema.TRUTH, {"tickets": data})
