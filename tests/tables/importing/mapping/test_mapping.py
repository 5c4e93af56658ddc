"""Mappings: what is guessed from a header, what is told goes first, and nothing unknown passes."""

import re

import pandas as pd
import pyarrow as pa
import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing import ImportRequest, import_files
from workbook.tables.importing.mapping import targets
from workbook.tables.importing.mapping.columns import find_columns, parse_pairs
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found, Mapping
from workbook.tables.importing.mapping.mapping_file import from_toml, load_mapping, ready_mappings
from workbook.tables.importing.mapping.targets import plain_name, target
from workbook.tables.importing.readers.dictionary_encoding import coded


def found(header: list[str], *pairs: str, mapping: Mapping | None = None) -> dict[str, str]:
    """Column → theirs, from a header and --map pairs."""
    return {f.column: f.theirs for f in find_columns(header, True, mapping or Mapping(), parse_pairs(pairs))}


def rows(*values: dict[str, str]) -> pd.DataFrame:
    """The first rows of a file."""
    return pd.DataFrame(values, dtype="str")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            [
                "Invoice",
                "StockCode",
                "Description",
                "Quantity",
                "InvoiceDate",
                "Price",
                "Customer ID",
                "Country",
            ],
            {
                "customer_id": "Customer ID",
                "order_id": "Invoice",
                "ordered_at": "InvoiceDate",
                "quantity": "Quantity",
                "unit_price": "Price",
                "product_id": "StockCode",
                "product_name": "Description",
                "country": "Country",
            },
        ),
        (
            ["MEMBER_NO", "order-date", "Total Amount (USD)", "Store", "Sales Channel"],
            {
                "customer_id": "MEMBER_NO",
                "ordered_at": "order-date",
                "amount": "Total Amount (USD)",
                "store_id": "Store",
                "channel": "Sales Channel",
            },
        ),
        (
            [
                "household_id",
                "store_id",
                "basket_id",
                "product_id",
                "quantity",
                "sales_value",
                "coupon_disc",
                "week",
                "transaction_timestamp",
            ],
            {
                "customer_id": "household_id",
                "order_id": "basket_id",
                "ordered_at": "transaction_timestamp",
                "quantity": "quantity",
                "amount": "sales_value",
                "product_id": "product_id",
                "store_id": "store_id",
            },
        ),
        (
            [
                "会员卡号",
                "小票号",
                "下单时间",
                "数量",
                "单价（元）",
                "实付金额",
                "商品编码",
                "品类",
                "门店",
                "城市",
            ],
            {
                "customer_id": "会员卡号",
                "order_id": "小票号",
                "ordered_at": "下单时间",
                "quantity": "数量",
                "unit_price": "单价（元）",
                "amount": "实付金额",
                "product_id": "商品编码",
                "category": "品类",
                "store_id": "门店",
                "city": "城市",
            },
        ),
    ],
)
def test_common_names_are_guessed(header: list[str], expected: dict[str, str]) -> None:
    """Common spellings in English and Chinese are known, whatever their case, spaces or unit."""
    assert found(header) == expected


def test_every_spelling_is_written_as_it_is_compared() -> None:
    """A spelling that `plain_name` would change could never be found, nor one that two columns claim be trusted."""
    spellings = [s for text in targets.ORDERS.values() for s in text.split()]
    assert [s for s in spellings if plain_name(s) != s] == []
    twice = sorted(s for s in set(spellings) if spellings.count(s) > 1)
    assert twice == ["id", "payment"]  # the customer's, or else the order's; how much, or else how


def test_several_candidates() -> None:
    """Where two columns fit, the first by priority is taken, and the others are named."""
    at = find_columns(["date", "user", "order_date", "time"], True, Mapping(), {})[1]
    assert (at.theirs, at.how, at.also) == ("order_date", "guessed", ("date", "time"))


def test_told_goes_first() -> None:
    """--map beats the mapping, which beats the guess; with columns in a mapping nothing is guessed beside them."""
    header = ["user", "buyer", "date", "amount", "country"]
    given = Mapping(columns={"customer_id": "user", "ordered_at": "date", "amount": -2})
    assert found(header, "customer_id=buyer", mapping=given) == {
        "customer_id": "buyer",
        "ordered_at": "date",
        "amount": "amount",
    }
    assert found(header, "customer_id=buyer")["country"] == "country"


def test_positions_and_leaving_out() -> None:
    """A number is a position, from the end if negative, unless a column has that name; nothing leaves it out."""
    header = ["user", "date", "7", "amount"]
    assert found(header, "amount=-1", "customer_id=0", "quantity=7") == {
        "customer_id": "user",
        "ordered_at": "date",
        "quantity": "7",
        "amount": "amount",
    }
    assert "amount" not in found(header, "amount=")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["customer_id:user"], "--map must be column=THEIRS; got 'customer_id:user'"),
        (["custmer_id=user"], "A column to map must be one of .* Did you mean 'customer_id'"),
        (
            ["amount=amuont"],
            "column for amount must be one of amount, date, user; got 'amuont'. Did you mean 'amount'",
        ),
        (["amount=3"], "amount must be from 0 to 2 .* got 3"),
        (
            ["ordered_at="],
            "no column was found for ordered_at; its columns are user, date, amount. Say --map",
        ),
    ],
)
def test_wrong_map(pairs: list[str], said: str) -> None:
    """A wrong --map says what is allowed and the nearest name."""
    with pytest.raises(DataError, match=said):
        found(["user", "date", "amount"], *pairs)


def test_no_header_no_guess() -> None:
    """Without a header nothing is guessed; the first row is shown, so that one can count."""
    with pytest.raises(
        DataError,
        match=r"first row \(positions from 0\) is A1, 20250101. Say --map customer_id=POSITION --map ordered_at=1,",
    ):
        find_columns(
            ["column 0", "column 1"], False, Mapping(), {}, rows({"column 0": "A1", "column 1": "20250101"})
        )


def test_no_column_found_shows_what_there_is() -> None:
    """Where no name is known, each column is shown with a value, and the first of two that hold days is proposed for a time."""
    sample = rows(
        {"Kundin": "K1", "am": "", "bis": "", "x" * 64: "3"},
        {"Kundin": "K2", "am": "05.01.2025", "bis": "06.01.2025", "x" * 64: "4"},
    )
    with pytest.raises(DataError) as error:
        find_columns(list(sample), True, Mapping(), parse_pairs(["customer_id=Kundin"]), sample)
    assert str(error.value).startswith(
        "no column was found for ordered_at; its columns are Kundin ('K1'), am ('05.01.2025'), bis ('06.01.2025'), "
        + "x" * 39
        + "… ('3'). Say --map ordered_at=am,"
    )


@pytest.mark.parametrize("names", ["day clock of sale", "DAY Clock_of_Sale", "0 1"])
def test_several_columns_told_as_one(names: str) -> None:
    """Names one behind the other are several columns, unless a column has that very name."""
    header = ["day", "clock of sale", "user"]
    if names == "0 1":
        with pytest.raises(
            DataError, match="the column for ordered_at must be one of clock of sale, day, user"
        ):
            find_columns(header, True, Mapping(), parse_pairs([f"ordered_at={names}"]))
        return
    at = find_columns(header, True, Mapping(), parse_pairs([f"ordered_at={names}"]))[1]
    assert (at.theirs, at.columns) == ("day clock of sale", ("day", "clock of sale"))
    assert find_columns([*header, names], True, Mapping(), parse_pairs([f"ordered_at={names}"]))[
        1
    ].columns == (names,)


def test_day_and_time_of_day_are_proposed_as_one() -> None:
    """A day without a clock goes with the column of clocks; a clock with the row's day; a full time stays alone."""
    sample = rows({"date": "990201", "user": "A", "time": "7:02:47 PM", "solved": "8:10"})
    assert {f.column: f.columns for f in find_columns(list(sample), True, Mapping(), {}, sample)} == {
        "customer_id": ("user",),
        "ordered_at": ("date", "time"),
    }
    tickets = find_columns(list(sample), True, Mapping(), {}, sample, target("tickets"))
    assert {f.column: f.columns for f in tickets if f.column.endswith("_at")} == {
        "opened_at": ("date", "time"),
        "resolved_at": ("date", "solved"),
    }
    for whole in ("2025-01-05 10:00", "soon"):
        other = sample.assign(date=whole)
        assert find_columns(list(other), True, Mapping(), {}, other)[1].columns == ("date",)


def test_joined_cells() -> None:
    """Cells are joined with a space; midnight that a spreadsheet put behind a day gives way to the clock."""
    texts = pa.table(
        {
            "d": coded(["5.1.2025", "2025-01-06 00:00:00", "5.1.2025", ""]),
            "t": coded(["9:00", "9:00", "", "9:00"]),
        }
    )
    cells = cells_of(texts, Found("ordered_at", "d t", "told", (), ("d", "t")))
    assert cells.to_pylist() == ["5.1.2025 9:00", "2025-01-06 9:00", "5.1.2025", "9:00"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"colums": {}}, "a key of the mapping must be one of .* Did you mean 'columns'"),
        ({"file": {"seperator": ";"}}, r"a key of \[file\] must be one of .* Did you mean 'separator'"),
        ({"file": {"header": "yes"}}, r"\[file\] header must be true or false; got 'yes'"),
        ({"file": {"decimal": ";"}}, r"\[file\] decimal must be one of ,, \.; got ';'"),
        (
            {"rules": {"negatives": "return"}},
            r"must be one of reject, returns; got 'return'. Did you mean 'returns'",
        ),
        ({"rules": {"cancelled": "["}}, "cancelled isn't a regular expression"),
        (
            {"currency": "euros"},
            "my.toml: currency must be an ISO code of three letters, such as CNY; got 'euros'",
        ),
        ({"rules": "none"}, "rules must be a table of keys; got 'none'"),
        (
            {"columns": {"unit_prise": "P"}},
            "A column to map must be one of .* got 'unit_prise'. Did you mean 'unit_price'",
        ),
        ({"values": {"grade": "2"}}, r"\[values\] grade must be a table of keys, theirs = ours; got '2'"),
        ({"values": {"grade": {"0": []}}}, r"\[values.grade\] 0 must be a text or a number; got \[\]"),
        (
            {"values": {"grad": {"0": 1}}},
            "A column to map must be one of .* got 'grad'. Did you mean 'grade'",
        ),
        ({"columns": {"amount": 1.5}}, r"\[columns\] amount must be a name or a position; got 1.5"),
    ],
)
def test_wrong_toml(content: dict, said: str) -> None:
    """Nothing unknown in a mapping file passes silently."""
    with pytest.raises(DataError, match=said):
        from_toml(content, "my.toml")


def test_ready_mappings() -> None:
    """The ready mappings are in the package and sound; another name is told the nearest."""
    assert ready_mappings() == ["cdnow", "online_retail"]
    assert {load_mapping(name).currency for name in ready_mappings()} == {"GBP", "USD"}
    with pytest.raises(DataError, match=r"--mapping must be one of .*cdnow, online_retail; got 'cdnwo'"):
        load_mapping("cdnwo")


def test_a_mapping_file_that_is_not_there(tmp_path, monkeypatch) -> None:
    """The folder that was looked in is named, also that of a relative path."""
    monkeypatch.chdir(tmp_path)
    for name, folder in {"my.toml": tmp_path, "shops/my.toml": tmp_path / "shops"}.items():
        with pytest.raises(
            DataError, match=re.escape(f"got {name!r}. Files are looked for in {str(folder)!r}.")
        ):
            load_mapping(name)


@pytest.mark.parametrize("code", ["EUR", "eur", " Eur ", ""])
def test_a_currency_is_stored_in_capitals(code: str) -> None:
    """Lower case is as good as capitals; no currency is none."""
    assert from_toml({"currency": code}, "my.toml").currency == code.strip().upper()


@pytest.mark.parametrize(
    "date_format",
    ["%d.%m.%Y", "%Y%m%d %H:%M:%S", "%d/%m/%y", "%j %Y", "%d. %B %Y", "%d.%m.%Y %H:%M %z", "%d.%m.%Y %Z", ""],
)
def test_formats_of_dates(date_format: str) -> None:
    """Whatever gives a day of a year is a format of dates."""
    assert from_toml({"file": {"date_format": date_format}}, "my.toml").file.date_format == date_format


@pytest.mark.parametrize("date_format", ["dd.mm.yyyy", "%d.%m.", "%H:%M", "%Q", "%", "%d.%d.%Y"])
def test_no_formats_of_dates(date_format: str) -> None:
    """What gives no day of a year is told so, with an example."""
    with pytest.raises(
        DataError,
        match=rf"date_format must give year, month and day .* such as %d\.%m\.%Y; got '{date_format}'",
    ):
        from_toml({"file": {"date_format": date_format}}, "my.toml")


def test_mapping_file(tmp_path) -> None:
    """A TOML file is read whatever editor wrote it, and bad TOML says where."""
    path = tmp_path / "my.toml"
    path.write_text(
        '\ufeff[columns]\ncustomer_id = "客户"\n[rules]\nnegatives = "returns"\n', encoding="utf-8"
    )
    read = load_mapping(path)
    assert (read.name, read.columns, read.rules.negatives) == ("my.toml", {"customer_id": "客户"}, "returns")
    path.write_text("columns = ", encoding="utf-8")
    with pytest.raises(DataError, match=r"'my.toml' isn't TOML: Invalid value"):
        load_mapping(path)


def test_what_their_values_mean(tmp_path) -> None:
    """What [values] has for a cell stands in its place before it is read; other cells stay; a kept mapping has it again."""
    path = tmp_path / "stars.toml"
    path.write_text(
        '[values.grade]\n5 = 1\n3 = 2\n1 = 3\n"没评" = ""\n[values.category]\nq = "quality"\n',
        encoding="utf-8",
    )
    (tmp_path / "x.csv").write_text("review,stars,category\nfine,5,q\nso so,3,Q\nbad,1,q\n,没评,q\n", "utf-8")
    options = {"pairs": ["grade=stars"], "mapping": path, "save_mapping": tmp_path / "kept.toml"}
    today = pd.Timestamp("2025-06-30")
    data = import_files(ImportRequest([tmp_path / "x.csv"], tmp_path / "mine", today=today, **options))
    assert data.complaints["grade"].fillna(0).tolist() == [1, 2, 3, 0]
    assert data.complaints["category"].tolist() == ["quality", "Q", "quality", "quality"]
    again = load_mapping(tmp_path / "kept.toml")
    assert again.values == load_mapping(path).values
    kept = {"mapping": tmp_path / "kept.toml"}
    data = import_files(ImportRequest([tmp_path / "x.csv"], tmp_path / "next", today=today, **kept))
    assert data.complaints["grade"].fillna(0).tolist() == [1, 2, 3, 0]


def test_an_id_that_stands_for_nobody(tmp_path) -> None:
    """Whose rows the account asks about can be left out: a value that means nothing is no customer."""
    (tmp_path / "x.csv").write_text("customer,date,amount\n0,2025-01-05,5\nA,2025-01-05,7\n0,2025-01-06,5\n")
    (tmp_path / "my.toml").write_text('[values.customer_id]\n"0" = ""\n')
    request = ImportRequest(
        [tmp_path / "x.csv"],
        tmp_path / "mine",
        today=pd.Timestamp("2025-06-30"),
        mapping=tmp_path / "my.toml",
    )
    data = import_files(request)
    assert data.orders["customer_id"].tolist() == ["A"]
    assert data.facts["imports"]["orders"]["reasons"] == {"no customer": 2}


def test_their_values_in_orders(tmp_path) -> None:
    """Orders are read in the same way, numbers and returns too."""
    path = tmp_path / "x.csv"
    path.write_text("customer,date,amount,channel\nA,2025-01-05,free,1\nB,2025-01-06,7,2\n")
    mapping = tmp_path / "my.toml"
    mapping.write_text('[values.channel]\n1 = "store"\n2 = "online"\n[values.amount]\nfree = 0\n')
    request = ImportRequest([path], tmp_path / "mine", today=pd.Timestamp("2025-06-30"), mapping=mapping)
    orders = import_files(request).orders
    assert orders["channel"].tolist() == ["store", "online"]
    assert orders["amount"].tolist() == [0, 7]
