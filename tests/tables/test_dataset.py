"""Data sets: what is in them survives saving, and what breaks a contract is told in a sentence."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.tables import contract, dataset, schema
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError

ORDERS = pd.DataFrame(
    {
        "order_id": ["007", "NA", "O3"],
        "customer_id": ["1e5", "1e5", "null"],
        "ordered_at": pd.to_datetime(["2025-01-01 10:00:01", "2025-01-05 00:00:00", "2025-02-01 23:59:59"]),
        "amount": [0.1 + 0.2, 1e-9, 123456789.01],
    }
)
HEADER = "order_id,customer_id,ordered_at,amount\n"


def shop(**changes) -> Dataset:
    """Bring a small shop under contract, with all that is hard to write down: gaps, commas, quotes, odd ids."""
    tables = {
        "customers": pd.DataFrame(
            {
                "customer_id": ["1e5", "null"],
                "birth_year": pd.array([1980, None], dtype="Int64"),
                "city": ['Xi\'an, "old" town', None],
            }
        ),
        "products": pd.DataFrame(
            {"product_id": ["P1", "P2"], "name": ["衬衫\nslim", "None"], "unit_cost": [np.nan, 3.3]}
        ),
        "orders": ORDERS,
        "order_lines": pd.DataFrame(
            {"order_id": ["007", "007", "NA"], "line": [1, 2, 1], "product_id": ["P1", "P2", None],
             "quantity": [1.0, 2.0, np.nan], "amount": [0.1, 0.2, 1e-9]}
        ),
    }  # fmt: skip
    tables = dataset.validate({**tables, **changes}, schema.CONTRACTS)
    return Dataset(
        "shop",
        tables,
        pd.Timestamp("2025-01-01"),
        pd.Timestamp("2025-02-28"),
        currency="CNY",
        facts={"source": "by hand"},
    )


def folder_with(tmp_path, **files):
    """Write files into a new folder; ``orders`` is orders.csv."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in files.items():
        path = folder / (name.replace("__", ".") if "__" in name else f"{name}.csv")
        path.write_text(text, encoding="utf-8")
    return folder


def assert_same_tables(one: Dataset, other: Dataset) -> None:
    """Assert that two data sets have the same tables, types included."""
    assert set(one.tables) == set(other.tables)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name])


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_saved_and_loaded_it_is_the_same(tmp_path, format):
    """Nothing is lost or changed by saving: ids that look like numbers or gaps, real gaps, the last digit."""
    data = shop()
    dataset.save(data, tmp_path / "shop", format=format)
    again = dataset.load_folder(tmp_path / "shop")
    assert_same_tables(again, data)
    assert again.fingerprint == data.fingerprint
    assert (again.name, again.start, again.end, again.currency, again.facts, again.truth) == (
        "shop", data.start, data.end, "CNY", {"source": "by hand"}, None
    )  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_world_survives_saving(tmp_path, small, format):
    """The truth is saved and loaded with the tables, and says that the data is synthetic."""
    dataset.save(small, tmp_path / "small", format=format)
    again = dataset.load_folder(tmp_path / "small")
    assert_same_tables(again, small)
    assert again.fingerprint == small.fingerprint
    assert again.synthetic
    for name, frame in small.truth.items():
        pd.testing.assert_frame_equal(again.truth[name], frame)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(st.tuples(texts, st.floats(0, 1e12)), min_size=1, max_size=6, unique_by=lambda row: row[0]))
def test_any_text_and_any_number_survive_csv(tmp_path_factory, rows):
    """Whatever an id or a name looks like, CSV gives it back to the letter, and amounts to the last bit."""
    ids, amounts = zip(*rows, strict=True)
    orders = pd.DataFrame(
        {"order_id": ids, "customer_id": ids, "ordered_at": pd.Timestamp("2025-01-01"), "amount": amounts}
    )
    data = Dataset(
        "x",
        dataset.validate({"orders": orders}, schema.CONTRACTS),
        pd.Timestamp("2025-01-01"),
        pd.Timestamp("2025-01-01"),
    )
    folder = tmp_path_factory.mktemp("csv") / "x"
    dataset.save(data, folder)
    assert_same_tables(dataset.load_folder(folder), data)


def test_a_csv_written_by_hand_is_read_as_the_contract_types_it(tmp_path):
    """Ids keep their zeros, "NA" is a name and not a gap, dates may come without a time or without dashes."""
    data = dataset.load_folder(folder_with(tmp_path, orders=HEADER + "007,NA,20250131,5\n"))
    row = data.orders.iloc[0]
    assert (row["order_id"], row["customer_id"]) == ("007", "NA")
    assert (row["ordered_at"], row["amount"]) == (pd.Timestamp("2025-01-31"), 5.0)
    assert (data.name, data.start, data.end) == (
        "mine",
        pd.Timestamp("2025-01-31"),
        pd.Timestamp("2025-01-31"),
    )


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_zone_is_dropped_and_the_wall_time_kept(tmp_path, format):
    """Times are local wall time: 05:00+08:00 is five in the morning here, not nine in the evening before."""
    folder = tmp_path / "mine"
    folder.mkdir()
    orders = ORDERS.assign(ordered_at=ORDERS["ordered_at"].dt.tz_localize("Asia/Shanghai"))
    dataset.write_table(orders, folder / f"orders.{format}")
    assert list(dataset.load_folder(folder).orders["ordered_at"]) == list(ORDERS["ordered_at"])


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
    with pytest.raises(DataError, match=r"order_lines: 1 rows repeat the key \(order_id, line\)\."):
        shop(order_lines=lines)


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


@pytest.mark.parametrize("table", ["orders", "stores"])
def test_a_date_that_is_none_is_told_with_its_text(tmp_path, table):
    """A date that can't be read is named as it came, also where a date may be absent."""
    rows = {
        "orders": {"orders": HEADER + "1,A,2025-01-01,5\n2,A,soon,5\n"},
        "stores": {"orders": HEADER + "1,A,2025-01-01,5\n", "stores": "store_id,opened_on\nS1,soon\n"},
    }[table]
    column = {"orders": "ordered_at", "stores": "opened_on"}[table]
    with pytest.raises(DataError, match=f"{table}.*{column}.*'soon'"):
        dataset.load_folder(folder_with(tmp_path, **rows))


def test_a_file_is_no_data_set(tmp_path):
    """A data set is a folder."""
    path = tmp_path / "orders.csv"
    path.write_text(HEADER)
    with pytest.raises(DataError, match=r"A data set is a folder; '.*orders.csv' is none\."):
        dataset.load_folder(path)


@pytest.mark.parametrize(
    ("files", "holds"),
    [({}, "nothing"), ({"sales": "x"}, "sales.csv"), ({"orders": HEADER}, "orders.csv")],
    ids=["empty folder", "other files", "no order"],
)
def test_a_folder_without_a_row_is_no_data_set(tmp_path, files, holds):
    """What makes a folder a data set is one row of a table; the error says what is there instead."""
    with pytest.raises(
        DataError, match=f"isn't a data set: it needs at least one table with a row.*it holds {holds}"
    ):
        dataset.load_folder(folder_with(tmp_path, **files))


@pytest.mark.parametrize("files", [{"orders": ""}, {"orders__parquet": "noise"}], ids=["empty", "noise"])
def test_a_file_that_can_not_be_read_is_named(tmp_path, files):
    """Noise in a file is the file's fault, not a bug."""
    with pytest.raises(DataError, match=r"orders\.(csv|parquet) can't be read: "):
        dataset.load_folder(folder_with(tmp_path, **files))


@pytest.mark.parametrize("content", ["{", "[]", '{"workbook": null}', '{"workbook": {"start": "soon"}}'])
def test_a_damaged_datapackage_is_a_sentence(tmp_path, content):
    """Whatever datapackage.json holds, the error names the file."""
    folder = folder_with(tmp_path, orders=HEADER + "1,A,2025-01-01,5\n", datapackage__json=content)
    with pytest.raises(DataError, match=r"datapackage\.json"):
        dataset.load_folder(folder)


def test_without_a_datapackage_the_period_is_that_of_the_orders(tmp_path):
    """A plain folder of tables is a data set: name, first and last day come from what is there."""
    orders = HEADER + "1,A,2025-03-05 18:00,5\n2,A,2025-01-02 09:00,5\n"
    data = dataset.load_folder(folder_with(tmp_path, orders=orders))
    assert (data.name, data.start, data.end, data.currency, data.synthetic) == (
        "mine", pd.Timestamp("2025-01-02"), pd.Timestamp("2025-03-05"), "", False
    )  # fmt: skip


def test_an_exception_leaves_nothing_behind(tmp_path):
    """A folder appears whole or not at all."""
    with pytest.raises(RuntimeError), dataset.whole_folder(tmp_path / "new") as scratch:
        (scratch / "orders.csv").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_exception_leaves_the_old_data_set_as_it_was(tmp_path):
    """Replacing begins when the new one is complete."""
    dataset.save(shop(), tmp_path / "shop")
    with pytest.raises(RuntimeError), dataset.whole_folder(tmp_path / "shop", replace=True) as scratch:
        (scratch / "orders.csv").write_text("half")
        raise RuntimeError
    assert dataset.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["shop"]


def test_an_existing_data_set_is_replaced_only_on_demand(tmp_path):
    """Without --replace nothing is overwritten; with it nothing of the old one stays."""
    dataset.save(shop(), tmp_path / "shop")
    with pytest.raises(DataError, match=r"shop' exists already; name a new folder, or say --replace\."):
        dataset.save(shop(), tmp_path / "shop", format="parquet")
    dataset.save(shop(), tmp_path / "shop", format="parquet", replace=True)
    assert not list((tmp_path / "shop").glob("*.csv"))
    assert dataset.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint


def test_what_is_no_data_set_is_never_replaced(tmp_path):
    """--replace on the wrong folder must not cost anybody their files."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(
        DataError, match=r"thesis' isn't a data set, so it is not replaced; name a new folder\."
    ):
        dataset.save(shop(), tmp_path / "thesis", replace=True)
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match=r"'shop' can't be made in '.*file': .*\."):
        dataset.save(shop(), tmp_path / "file" / "shop")
    with pytest.raises(DataError, match="file' exists already"):
        dataset.save(shop(), tmp_path / "file", replace=True)
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "thesis"]


def test_an_empty_folder_may_be_filled(tmp_path):
    """Somebody who made the folder beforehand did nothing wrong."""
    (tmp_path / "shop").mkdir()
    dataset.save(shop(), tmp_path / "shop")
    assert dataset.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path):
    """The error names the option, what is allowed and what came."""
    with pytest.raises(DataError, match="--format must be one of csv, parquet; got 'xlsx'"):
        dataset.save(shop(), tmp_path / "shop", format="xlsx")
    assert list(tmp_path.iterdir()) == []


def test_csv_has_the_same_bytes_on_every_system(tmp_path):
    """Lines end with one character, text is UTF-8, and so the committed files don't depend on who made them."""
    dataset.save(shop(), tmp_path / "shop")
    written = (tmp_path / "shop" / "orders.csv").read_bytes()
    assert written == (
        b"order_id,customer_id,ordered_at,amount\n"
        b"007,1e5,2025-01-01 10:00:01,0.30000000000000004\n"
        b"NA,1e5,2025-01-05 00:00:00,1e-09\n"
        b"O3,null,2025-02-01 23:59:59,123456789.01\n"
    )
    about = json.loads((tmp_path / "shop" / "datapackage.json").read_text(encoding="utf-8"))["workbook"]
    assert (about["start"], about["end"], about["synthetic"]) == ("2025-01-01", "2025-02-28", False)


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
    assert shop(customers=pd.DataFrame({"customer_id": ["1e5", "null"], "city": None})).lacks(
        "customers", "customers.city"
    ) == ["customers.city"]


def times(*texts: str) -> pd.Series:
    """Give ISO texts as times, or gaps."""
    return pd.Series(pd.to_datetime(list(texts), format="ISO8601"))


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (pd.Series([1.0, -2.0, 0.0]), [1, -2, 0]),
        (pd.Series([1.0, np.nan]), [1, pd.NA]),
        (pd.Series([1.0, 2.5]), [1.0, 2.5]),
        (pd.Series([1e-9]), [1e-9]),
        (pd.Series([1.0, np.inf]), [1.0, np.inf]),
        (pd.Series([np.nan, np.nan]), [pd.NA, pd.NA]),
        (pd.Series(["1.0", "a"]), ["1.0", "a"]),
        (pd.Series([True, False]), [True, False]),
    ],
    ids=["whole", "whole with a gap", "mixed", "tiny", "infinite", "gaps", "texts", "yes and no"],
)
def test_whole_numbers_lose_their_decimals(values, wanted):
    """A column of whole floats is written without .0, gaps stay gaps, and one fraction keeps all as they are."""
    found = dataset.brief(values)
    assert all(a is b or a == b for a, b in zip(found.tolist(), wanted, strict=True))
    assert (found.dtype == "Int64") == (values.dtype == float and values.dropna().isin([1, -2, 0]).all())


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (times("2025-01-01 10:00", "2025-01-02 00:00"), ["2025-01-01 10:00", "2025-01-02 00:00"]),
        (times("2025-01-01", "2025-01-02"), ["2025-01-01", "2025-01-02"]),
        (times("2025-01-01 10:00", "2025-01-02 10:00:01"), ["2025-01-01 10:00:00", "2025-01-02 10:00:01"]),
        (times("2025-01-01 10:00", None), ["2025-01-01 10:00", '""']),
        (times("2025-01-01", None), ["2025-01-01", '""']),
    ],
    ids=["minutes", "days", "mixed", "minutes with a gap", "days with a gap"],
)
def test_whole_minutes_lose_their_seconds(values, written):
    """Times to the minute are written so, days as dates, and one second keeps those of all."""
    assert dataset.brief(values).to_csv(index=False, header=False).splitlines() == written


def test_half_a_second_is_not_lost():
    """A fraction of a second is no whole minute."""
    values = times("2025-01-01 10:00:00.5", "2025-01-01 11:00:00")
    assert pd.to_datetime(dataset.brief(values), format="ISO8601").tolist() == values.tolist()


def test_numbers_too_large_for_an_integer_stay_as_they_are():
    """A whole number beyond 64 bits is written as the float it is."""
    assert dataset.brief(pd.Series([1e20, 1.0])).tolist() == [1e20, 1.0]


moments = st.datetimes(pd.Timestamp("1970-01-02"), pd.Timestamp("2200-01-01")).map(
    lambda at: at.replace(microsecond=0)
)
columns_of_time = st.one_of(
    st.lists(moments.map(lambda at: at.replace(second=0)), min_size=1, max_size=5),
    st.lists(moments.map(lambda at: at.replace(hour=0, minute=0, second=0)), min_size=1, max_size=5),
    st.lists(moments, min_size=1, max_size=5),
)
amounts = st.one_of(st.integers(0, 10**9).map(float), st.floats(0, 1e15))


@settings(max_examples=30)
@given(columns_of_time, st.data())
def test_what_is_written_in_brief_is_read_as_it_was(tmp_path_factory, at, data):
    """Written, read and brought under contract again, a table is equal: days, minutes, seconds, whole and not."""
    orders = pd.DataFrame(
        {
            "order_id": [f"O{i}" for i in range(len(at))],
            "customer_id": "A",
            "ordered_at": pd.to_datetime(at),
            "amount": data.draw(st.lists(amounts, min_size=len(at), max_size=len(at))),
        }
    )
    contract_ = schema.CONTRACTS["orders"]
    before = dataset.validate({"orders": orders}, schema.CONTRACTS)["orders"]
    path = tmp_path_factory.mktemp("brief") / "orders.csv"
    dataset.write_table(before, path)
    again = dataset.validate({"orders": dataset.read_table(path, contract_)}, schema.CONTRACTS)["orders"]
    pd.testing.assert_frame_equal(again, before)


def test_an_overview_has_a_row_for_each_table_that_is_there():
    """Rows, and what a row is, in the order of the tables."""
    found = shop().overview()
    assert found.index.name == "table"
    assert found["rows"].to_dict() == {"customers": 2, "products": 2, "orders": 3, "order_lines": 3}
    assert (found["one row per"].str.len() > 0).all()
    assert not found["one row per"].str.startswith("One row per").any()
    assert not found["one row per"].str.endswith(".").any()
    assert list(Dataset("none", {}, pd.NaT, pd.NaT).overview().columns) == ["rows", "one row per"]


def test_truth_refers_to_the_data_beside_it():
    """A truth table may name rows of the data that is already validated, and a row that isn't there is told."""
    lost = pd.DataFrame({"order_id": ["007", "O9"], "cause": "missions"})
    beside = shop().tables
    good = dataset.validate({"caused_orders": lost.head(1)}, schema.TRUTH, beside)
    assert list(good) == ["caused_orders"]  # what is beside isn't given back
    with pytest.raises(
        DataError, match=r"caused_orders\.order_id: 1 rows name no row of orders, such as 'O9'\."
    ):
        dataset.validate({"caused_orders": lost}, schema.TRUTH, beside)
    assert len(dataset.validate({"caused_orders": lost}, schema.TRUTH)["caused_orders"]) == 2


def test_truth_refers_to_the_data_also_where_it_has_a_table_of_that_name():
    """The truth has a table of contacts too: what it refers to is that of the data."""
    truth = pd.DataFrame(
        {"contact_id": ["K1", "K2"], "satisfied": True, "satisfied_chance": 0.5, "complaint_chance_on_time": 0.1,
         "complaint_chance_late": 0.2}
    )  # fmt: skip
    data = pd.DataFrame(
        {"contact_id": ["K1", "K3"], "customer_id": "1e5", "opened_at": pd.Timestamp("2025-01-01")}
    )
    assert (
        len(dataset.validate({"contacts": truth.head(1)}, schema.TRUTH, {"contacts": data})["contacts"]) == 1
    )
    with pytest.raises(
        DataError, match=r"contacts\.contact_id: 1 rows name no row of contacts, such as 'K2'\."
    ):
        dataset.validate({"contacts": truth}, schema.TRUTH, {"contacts": data})


def test_a_table_may_be_a_folder_of_parquet_files(tmp_path):
    """``orders.parquet`` may be a folder with a file a block: it is read as one table, in the order of the names."""
    data = shop()
    dataset.save(data, tmp_path / "shop", format="parquet")
    whole = tmp_path / "shop" / "orders.parquet"
    whole.unlink()
    whole.mkdir()
    for i, rows in enumerate((slice(0, 2), slice(2, 3))):
        data.tables["orders"][rows].to_parquet(whole / f"part-{i:04d}.parquet", index=False)
    again = dataset.load_folder(tmp_path / "shop")
    assert_same_tables(again, data)
    assert again.fingerprint == data.fingerprint
    (whole / "part-0001.parquet").write_text("noise")
    with pytest.raises(DataError, match=r"orders\.parquet can't be read: "):
        dataset.load_folder(tmp_path / "shop")
