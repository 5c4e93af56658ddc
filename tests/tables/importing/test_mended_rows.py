"""Mended rows: each takes the place of the row that it was, in whatever form its file came."""

import pandas as pd
import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing import ImportRequest, import_files
from workbook.tables.importing.readers.pieces import Pieces

TODAY = pd.Timestamp("2025-06-30")
ROWS = [
    ("A", "1", "2025-01-01", "5,5"),
    ("", "2", "2025-01-02", "=7"),
    ("B", "3", "gibberish", "8"),
    ("B", "4", "2025-01-04", "9"),
]


def text(rows, separator=";"):
    """Rows of orders as a file has them."""
    return "".join(f"{separator.join(row)}\n" for row in [("customer", "order", "date", "amount"), *rows])


def bring(folder, *files, **options):
    """Import into ``folder/mine``; give the account and what was rejected."""
    data = import_files(
        ImportRequest(
            [folder / f for f in files],
            folder / "mine",
            today=TODAY,
            replace=(folder / "mine").exists(),
            **options,
        )
    )
    return data.facts["imports"]["orders"], pd.read_csv(folder / "mine" / "rejected.csv", dtype=str)


@pytest.fixture
def shop(tmp_path):
    """A folder with orders.csv, imported; two of its rows were rejected."""
    (tmp_path / "orders.csv").write_text(text(ROWS))
    account, rejected = bring(tmp_path, "orders.csv")
    assert account["rows"] == {"read": 4, "kept": 2, "returns": 0, "rejected": 2}
    assert rejected["row"].tolist() == ["3", "4"]
    return tmp_path


def mended(shop, to="again.csv", **cells):
    """Write a copy of rejected.csv with the first row changed."""
    rejected = pd.read_csv(shop / "mine" / "rejected.csv", dtype=str, keep_default_na=False)
    rejected.loc[0, list(cells)] = list(cells.values())
    rejected.to_csv(shop / to, index=False)
    return rejected


@pytest.mark.parametrize("size", [10, 10**6])
def test_a_mended_row_takes_its_place(shop, size, monkeypatch):
    """It counts once, and what is still wrong is rejected under its own number, however the file is read."""
    monkeypatch.setattr(Pieces.__init__, "__defaults__", (None, size))
    mended(shop, customer="C", amount="7")
    account, rejected = bring(shop, "orders.csv", "again.csv")
    assert account["rows"] == {"read": 4, "kept": 3, "returns": 0, "rejected": 1}
    assert account["result"]["amount"] == 21.5
    assert [f["name"] for f in account["files"]] == ["orders.csv"]
    assert account["notes"] == ["orders.csv: rows that were mended: 1"]
    assert rejected[["file", "row"]].to_numpy().tolist() == [["orders.csv", "4"]]


def test_mending_may_go_on(shop):
    """The rows that were left out the second time are mended like the first ones."""
    mended(shop, customer="C", amount="7")
    bring(shop, "orders.csv", "again.csv")
    mended(shop, "second.csv", date="2025-01-03")
    account, rejected = bring(shop, "orders.csv", "again.csv", "second.csv")
    assert account["rows"]["kept"] == 4
    assert rejected.empty


def test_what_was_not_mended_stays_as_it_was(shop):
    """A rejected.csv that nobody touched changes nothing; nor does one saved by a spreadsheet."""
    first = (shop / "mine" / "rejected.csv").read_bytes()
    (shop / "again.csv").write_bytes(first)
    account, _ = bring(shop, "orders.csv", "again.csv")
    assert account["rows"]["kept"] == 2
    assert account["notes"] == []
    assert (shop / "mine" / "rejected.csv").read_bytes() == first
    pd.read_csv(shop / "again.csv", dtype=str).to_excel(shop / "rejected (mended).xlsx", index=False)
    bring(shop, "orders.csv", "rejected (mended).xlsx")
    assert (shop / "mine" / "rejected.csv").read_bytes() == first


def test_a_row_of_the_wrong_width_is_taken_once_it_was_mended(tmp_path):
    """Its cells stand in columns in rejected.csv, rightly or not: unless it was changed it is still wrong."""
    (tmp_path / "orders.csv").write_text(
        text([("A", "1", "2025-01-01", "5"), ("D", "5", "2025-01-05", "6", "x")])
    )
    account, rejected = bring(tmp_path, "orders.csv")
    assert rejected["reasons"].tolist() == ["wrong number of fields"]
    unchanged = (tmp_path / "mine" / "rejected.csv").read_text()
    (tmp_path / "again.csv").write_text(unchanged)
    account, rejected = bring(tmp_path, "orders.csv", "again.csv")
    assert rejected["reasons"].tolist() == ["wrong number of fields"]
    (tmp_path / "again.csv").write_text(unchanged.replace('"6"', '"6.5"'))
    account, rejected = bring(tmp_path, "orders.csv", "again.csv")
    assert account["rows"]["rejected"] == 0


def test_other_tables_are_mended_too(tmp_path):
    """Not orders alone."""
    (tmp_path / "tickets.csv").write_text(
        "ticket,customer,opened,resolved\n1,A,2025-01-01 10:00,2025-01-01 11:00\n2,A,never,2025-01-01 11:00\n"
    )
    import_files(ImportRequest([tmp_path / "tickets.csv"], tmp_path / "mine", today=TODAY))
    rejected = tmp_path / "mine" / "rejected-tickets.csv"
    (tmp_path / "again.csv").write_text(rejected.read_text().replace("never", "2025-01-01 10:30"))
    data = import_files(
        ImportRequest(
            [tmp_path / "tickets.csv", tmp_path / "again.csv"], tmp_path / "mine", today=TODAY, replace=True
        )
    )
    assert len(data.tickets) == 2


def test_mended_rows_need_their_file(shop):
    """Alone they would take the place of all that was right."""
    mended(shop, customer="C")
    with pytest.raises(
        DataError, match=r"again\.csv holds rows that were left out of orders\.csv; name that file too"
    ):
        bring(shop, "again.csv")
    assert len(pd.read_parquet(shop / "mine" / "orders.parquet")) == 2


def test_a_file_that_was_changed_meanwhile_is_told(shop):
    """Numbers of rows that no longer fit must not put a row in another one's place."""
    mended(shop, customer="C")
    (shop / "orders.csv").write_text(
        text([("Q", "9", "2025-02-01", "1"), ("R", "8", "2025-03-03", "2"), *ROWS[2:]])
    )
    with pytest.raises(DataError, match=r"Row 3 of orders\.csv is not the one that was mended"):
        bring(shop, "orders.csv", "again.csv")
    (shop / "orders.csv").write_text(text(ROWS[:1]))
    with pytest.raises(DataError, match=r"orders\.csv has no row 3, which was mended"):
        bring(shop, "orders.csv", "again.csv")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r.drop(columns="amount"), "lack its column 'amount'"),
        (lambda r: r.assign(row="x"), "the column row must name each row of orders.csv once"),
        (lambda r: r.assign(row="3"), "the column row must name each row of orders.csv once"),
    ],
)
def test_what_can_not_be_put_back_is_told(shop, change, says):
    """A column or a number that was lost while mending."""
    change(mended(shop, customer="C")).to_csv(shop / "again.csv", index=False)
    with pytest.raises(DataError, match=says):
        bring(shop, "orders.csv", "again.csv")
