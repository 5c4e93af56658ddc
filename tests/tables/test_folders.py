"""Data sets on disk: what is in them survives saving, and what can't be read is told in a sentence."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tables.shops import ORDERS, shop

from workbook.tables import dataset, folders, locations, schema
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError

HEADER = "order_id,customer_id,ordered_at,amount\n"


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
    folders.save(data, tmp_path / "shop", format=format)
    again = folders.load_folder(tmp_path / "shop")
    assert_same_tables(again, data)
    assert again.fingerprint == data.fingerprint
    assert (again.name, again.start, again.end, again.currency, again.facts, again.truth) == (
        "shop", data.start, data.end, "CNY", {"source": "by hand"}, None
    )  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_world_survives_saving(tmp_path, small, format):
    """The truth is saved and loaded with the tables, and says that the data is synthetic."""
    folders.save(small, tmp_path / "small", format=format)
    again = folders.load_folder(tmp_path / "small")
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
    folders.save(data, folder)
    assert_same_tables(folders.load_folder(folder), data)


def test_a_csv_written_by_hand_is_read_as_the_contract_types_it(tmp_path):
    """Ids keep their zeros, "NA" is a name and not a gap, dates may come without a time or without dashes."""
    data = folders.load_folder(folder_with(tmp_path, orders=HEADER + "007,NA,20250131,5\n"))
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
    folders.write_table(orders, folder / f"orders.{format}")
    assert list(folders.load_folder(folder).orders["ordered_at"]) == list(ORDERS["ordered_at"])


@pytest.mark.parametrize("table", ["orders", "stores"])
def test_a_date_that_is_none_is_told_with_its_text(tmp_path, table):
    """A date that can't be read is named as it came, also where a date may be absent."""
    rows = {
        "orders": {"orders": HEADER + "1,A,2025-01-01,5\n2,A,soon,5\n"},
        "stores": {"orders": HEADER + "1,A,2025-01-01,5\n", "stores": "store_id,opened_on\nS1,soon\n"},
    }[table]
    column = {"orders": "ordered_at", "stores": "opened_on"}[table]
    with pytest.raises(DataError, match=f"{table}.*{column}.*'soon'"):
        folders.load_folder(folder_with(tmp_path, **rows))


def test_a_file_is_no_data_set(tmp_path):
    """A data set is a folder."""
    path = tmp_path / "orders.csv"
    path.write_text(HEADER)
    with pytest.raises(DataError, match=r"A data set is a folder; '.*orders.csv' is none\."):
        folders.load_folder(path)


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
        folders.load_folder(folder_with(tmp_path, **files))


@pytest.mark.parametrize("files", [{"orders": ""}, {"orders__parquet": "noise"}], ids=["empty", "noise"])
def test_a_file_that_can_not_be_read_is_named(tmp_path, files):
    """Noise in a file is the file's fault, not a bug."""
    with pytest.raises(DataError, match=r"orders\.(csv|parquet) can't be read: "):
        folders.load_folder(folder_with(tmp_path, **files))


ODD_PACKAGES = [
    "{", "[]", "5", "[" * 100_000, '{"workbook": null}', '{"workbook": []}', '{"workbook": {"start": "soon"}}',
    '{"workbook": {"name": 5}}', '{"workbook": {"start": null, "end": null}}', '{"workbook": {"start": NaN}}',
    '{"workbook": {"start": "NaT"}}', '{"workbook": {"start": "2024-01-02", "end": "2024-01-01"}}',
    '{"workbook": {"start": "2024-01-01T00:00Z"}}', '{"workbook": {"start": "9999-01-01"}}', '{"workbook": {"currency": {}}}', '{"workbook": {"facts": []}}',
    '{"workbook": {"facts": {"imports": []}}}', '{"workbook": {"facts": {"imports": {"orders": 5}}}}',
]  # fmt: skip


@pytest.mark.parametrize("content", ODD_PACKAGES, ids=lambda text: text[:60])
def test_a_damaged_datapackage_is_a_sentence(tmp_path, content):
    """Whatever datapackage.json holds, the error names the file."""
    folder = folder_with(tmp_path, orders=HEADER + "1,A,2025-01-01,5\n", datapackage__json=content)
    with pytest.raises(DataError, match=r"datapackage\.json"):
        folders.load_folder(folder)


def test_a_datapackage_of_a_size_that_cant_be_meant_is_not_read(tmp_path, monkeypatch):
    """A huge file is told, and not read into memory."""
    monkeypatch.setattr(folders, "LARGEST_PACKAGE", 10)
    folder = folder_with(tmp_path, orders=HEADER + "1,A,2025-01-01,5\n", datapackage__json='{"workbook": {}}')
    with pytest.raises(DataError, match=r"datapackage\.json .* more than 10 bytes"):
        folders.load_folder(folder)


def test_a_table_in_two_files_is_refused(tmp_path):
    """Of orders.csv beside orders.parquet nobody knows which one is meant."""
    folders.save(shop(), tmp_path / "shop")
    ORDERS.to_parquet(tmp_path / "shop" / "orders.parquet")
    with pytest.raises(
        DataError, match=r"shop' holds orders\.csv and orders\.parquet, of which only one can be"
    ):
        folders.open_folder(tmp_path / "shop")


def test_without_a_datapackage_the_period_is_that_of_the_orders(tmp_path):
    """A plain folder of tables is a data set: name, first and last day come from what is there."""
    orders = HEADER + "1,A,2025-03-05 18:00,5\n2,A,2025-01-02 09:00,5\n"
    data = folders.load_folder(folder_with(tmp_path, orders=orders))
    assert (data.name, data.start, data.end, data.currency, data.synthetic) == (
        "mine", pd.Timestamp("2025-01-02"), pd.Timestamp("2025-03-05"), "", False
    )  # fmt: skip


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path):
    """The error names the option, what is allowed and what came."""
    with pytest.raises(DataError, match="--format must be one of csv, parquet; got 'xlsx'"):
        folders.save(shop(), tmp_path / "shop", format="xlsx")
    assert list(tmp_path.iterdir()) == []


def test_csv_has_the_same_bytes_on_every_system(tmp_path):
    """Lines end with one character, text is UTF-8, and so the committed files don't depend on who made them."""
    folders.save(shop(), tmp_path / "shop")
    written = (tmp_path / "shop" / "orders.csv").read_bytes()
    assert written == (
        b"order_id,customer_id,ordered_at,amount\n"
        b"007,1e5,2025-01-01 10:00:01,0.30000000000000004\n"
        b"NA,1e5,2025-01-05 00:00:00,1e-09\n"
        b"O3,null,2025-02-01 23:59:59,123456789.01\n"
    )
    about = json.loads((tmp_path / "shop" / "datapackage.json").read_text(encoding="utf-8"))["workbook"]
    assert (about["start"], about["end"], about["synthetic"]) == ("2025-01-01", "2025-02-28", False)


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
    found = folders.csv_values(values)
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
    assert folders.csv_values(values).to_csv(index=False, header=False).splitlines() == written


def test_half_a_second_is_not_lost():
    """A fraction of a second is no whole minute."""
    values = times("2025-01-01 10:00:00.5", "2025-01-01 11:00:00")
    assert pd.to_datetime(folders.csv_values(values), format="ISO8601").tolist() == values.tolist()


def test_numbers_too_large_for_an_integer_stay_as_they_are():
    """A whole number beyond 64 bits is written as the float it is."""
    assert folders.csv_values(pd.Series([1e20, 1.0])).tolist() == [1e20, 1.0]


moments = st.datetimes(pd.Timestamp("1970-01-02"), pd.Timestamp("2200-01-01")).map(
    lambda at: at.replace(microsecond=0)
)
amounts = st.one_of(st.integers(0, 10**9).map(float), st.floats(0, 1e15))
columns_of_time = st.one_of(
    st.lists(moments.map(lambda at: at.replace(second=0)), min_size=1, max_size=5),
    st.lists(moments.map(lambda at: at.replace(hour=0, minute=0, second=0)), min_size=1, max_size=5),
    st.lists(moments, min_size=1, max_size=5),
)


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
    folders.write_table(before, path)
    again = dataset.validate({"orders": folders.read_table(path, contract_)}, schema.CONTRACTS)["orders"]
    pd.testing.assert_frame_equal(again, before)


def test_a_table_may_be_a_folder_of_parquet_files(tmp_path):
    """``orders.parquet`` may be a folder with a file a block: it is read as one table, in the order of the names."""
    data = shop()
    folders.save(data, tmp_path / "shop", format="parquet")
    whole = tmp_path / "shop" / "orders.parquet"
    whole.unlink()
    whole.mkdir()
    for i, rows in enumerate((slice(0, 2), slice(2, 3))):
        data.tables["orders"][rows].to_parquet(whole / f"part-{i:04d}.parquet", index=False)
    again = folders.load_folder(tmp_path / "shop")
    assert_same_tables(again, data)
    assert again.fingerprint == data.fingerprint
    (whole / "part-0001.parquet").write_text("noise")
    with pytest.raises(DataError, match=r"orders\.parquet can't be read: "):
        folders.load_folder(tmp_path / "shop")


def test_a_table_is_read_when_it_is_first_used(tmp_path, monkeypatch):
    """Opening a folder costs nothing but the first table; each further one is read once, with those it refers to."""
    folders.save(shop(), tmp_path / "shop")
    read, real = [], folders.read_table
    monkeypatch.setattr(
        folders, "read_table", lambda path, contract: read.append(path.stem) or real(path, contract)
    )
    data = folders.open_folder(tmp_path / "shop")
    assert read == ["customers"]
    assert data.order_lines["amount"].tolist() == [0.1, 0.2, 1e-9]
    assert len(data.orders) == len(data.order_lines) == 3
    assert sorted(read) == ["customers", "order_lines", "orders", "products"]
    assert data.fingerprint == folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint


def test_a_broken_table_is_told_whenever_it_is_used(tmp_path):
    """A folder opens although a table is broken; using that table is an error each time, also by reference."""
    folders.save(shop(), tmp_path / "shop")
    path = tmp_path / "shop" / "order_lines.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("007,1,P1", "007,1,P9"), encoding="utf-8")
    data = folders.open_folder(tmp_path / "shop")
    assert len(data.orders) == 3
    for _ in range(2):
        with pytest.raises(DataError, match=r"order_lines\.product_id: 1 row names no row of products"):
            _ = data.order_lines
    with pytest.raises(DataError, match=r"order_lines\.product_id"):
        folders.load_folder(tmp_path / "shop")


TICKET = "contact_id,customer_id,opened_at\n007,1e5,2025-01-01 10:00\n"


def old_edition(tmp_path, **more):
    """Write a folder as an earlier edition had it."""
    return folder_with(
        tmp_path,
        contacts=TICKET,
        surveys="survey_id,customer_id,contact_id,sent_at\nS1,1e5,007,2025-01-02\n",
        complaints="complaint_id,customer_id,contact_id,complained_at\nB1,1e5,007,2025-01-03\n",
        **more,
    )


def test_a_table_by_its_earlier_name_is_read_and_said(tmp_path):
    """Tickets were called contacts: such a folder is read as it would be now, ids to the letter, and the notes say so."""
    folder = old_edition(tmp_path)
    (folder / "truth").mkdir()
    (folder / "truth" / "contacts.csv").write_text(
        "contact_id,satisfied,satisfied_chance,complaint_chance_on_time,complaint_chance_late\n007,True,0.5,0.1,0.3\n"
    )
    data = folders.load_folder(folder)
    assert set(data.tables) == {"tickets", "surveys", "complaints"}
    for frame in (data.tickets, data.surveys, data.complaints, data.truth["tickets"]):
        assert frame["ticket_id"].tolist() == ["007"]
    assert data.notes == (
        "contacts.csv is read as tickets, the table's present name.",
        "contacts.csv: contact_id is read as ticket_id, its present name.",
        "surveys.csv: contact_id is read as ticket_id, its present name.",
        "complaints.csv: contact_id is read as ticket_id, its present name.",
        "contacts.csv is read as tickets, the table's present name.",
        "contacts.csv: contact_id is read as ticket_id, its present name.",
    )
    lazy = folders.open_folder(folder)
    assert_same_tables(lazy, data)
    assert "tickets" in locations.has(folder)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_saved_again_it_has_the_present_names(tmp_path, format):
    """What was read under earlier names is written under the present ones, and nothing is left to say."""
    data = folders.load_folder(old_edition(tmp_path))
    folders.save(data, tmp_path / "new", format=format)
    again = folders.load_folder(tmp_path / "new")
    assert_same_tables(again, data)
    assert again.notes == ()
    assert (tmp_path / "new" / f"tickets.{format}").exists()


def test_parquet_of_an_earlier_edition_is_read_too(tmp_path):
    """The same from Parquet, whose account of the import goes by the earlier name as well."""
    folder = tmp_path / "mine"
    folder.mkdir()
    pd.DataFrame(
        {"contact_id": ["007"], "customer_id": ["1e5"], "opened_at": [pd.Timestamp("2025-01-01")]}
    ).to_parquet(folder / "contacts.parquet", index=False)
    about = {"resources": [{"name": "contacts", "rows": 1, "schema": {"fields": [{"name": "contact_id"}]}}],
             "workbook": {"facts": {"imports": {"contacts": {"rows": {"read": 2, "rejected": 1}}}}}}  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(about), encoding="utf-8")
    data = folders.load_folder(folder)
    assert data.tickets["ticket_id"].tolist() == ["007"]
    assert data.facts["imports"] == {"tickets": {"rows": {"read": 2, "rejected": 1}}}
    assert locations.has(folder) == {"tickets", "tickets.ticket_id"}


def test_of_both_names_the_present_one_counts(tmp_path):
    """Where both files are there the present one is read, and the other isn't passed over in silence."""
    data = folders.load_folder(
        folder_with(
            tmp_path, contacts=TICKET, tickets="ticket_id,customer_id,opened_at\nT1,a,2025-01-01 10:00\n"
        )
    )
    assert data.tickets["ticket_id"].tolist() == ["T1"]
    assert data.notes == (
        "contacts.csv isn't read: tickets is the table's present name, and tickets.csv is there.",
    )


def test_what_is_kept_is_read_once(small, tmp_path, monkeypatch):
    """Kept tables are the same, notes too; what is written into one data set isn't in the next; changed files are read."""
    folders.save(small, tmp_path / "shop")
    plain = folders.load_folder(tmp_path / "shop")
    monkeypatch.setattr(folders, "kept", {})
    folders.keep(tmp_path / "shop")
    read, really = [], folders.read_table
    monkeypatch.setattr(
        folders, "read_table", lambda path, *rest: read.append(path.stem) or really(path, *rest)
    )
    first = folders.open_folder(tmp_path / "shop")
    assert first.notes == plain.notes
    for name, frame in plain.tables.items():
        pd.testing.assert_frame_equal(first.tables[name], frame)
    assert sorted(first.truth) == sorted(plain.truth)
    orders = first.orders
    orders["amount"] = 0.0
    orders.loc[0, "channel"] = "elsewhere"
    pd.testing.assert_frame_equal(folders.open_folder(tmp_path / "shop").orders, plain.orders)
    assert read == []
    folders.save(
        dataclasses.replace(small, tables={"orders": small.orders.head(3)}, truth=None),
        tmp_path / "shop",
        replace=True,
    )
    assert len(folders.open_folder(tmp_path / "shop").orders) == 3
    assert read == ["orders"]


def test_large_data_is_not_kept(small, tmp_path, monkeypatch):
    """A process that may need three tables doesn't hold forty of them."""
    folders.save(small, tmp_path / "shop")
    monkeypatch.setattr(folders, "kept", {})
    monkeypatch.setattr(folders, "LARGEST_KEPT", 1000)
    folders.keep(tmp_path / "shop")
    assert folders.kept == {}
