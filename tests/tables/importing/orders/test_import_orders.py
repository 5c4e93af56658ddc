"""Importing: every row is kept or rejected with all its reasons, the account adds up, and errors leave nothing."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbook.tables import schema
from workbook.tables.dataset import validate
from workbook.tables.errors import DataError
from workbook.tables.folders import Tables, load_folder
from workbook.tables.importing import Import, ImportRequest, import_files, import_orders
from workbook.tables.importing.describing import describe
from workbook.tables.importing.mapping.columns import parse_pairs
from workbook.tables.importing.mapping.mapping import Mapping, Rules
from workbook.tables.importing.orders import lines
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces

TODAY = pd.Timestamp("2025-06-30 12:00")


@pytest.fixture
def load(tmp_path):
    """Import texts (a file each) without writing anything but them."""

    def loader(*contents: str | bytes, pairs=(), rules=None, options=None, columns=None) -> Import:
        paths = [tmp_path / f"{'abc'[i]}.csv" for i in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        mapping = Mapping(columns=columns or {}, file=options or FileOptions(), rules=Rules(**(rules or {})))
        raws = [Pieces(path, mapping.file) for path in paths]
        return import_orders(raws, mapping, parse_pairs(pairs), name="shop", today=TODAY)

    return loader


def account(result: Import) -> dict:
    """The account, as it comes back from JSON."""
    return json.loads(json.dumps(result.data.facts["imports"]["orders"]))


def reasons(result: Import) -> dict[int, str]:
    """Row number in the file → reasons."""
    return dict(zip(result.rejected["row"], result.rejected["reasons"], strict=True))


def test_tables_by_hand(load) -> None:
    """Lines become customers, orders, numbered lines, products and stores, as one would do it by hand."""
    result = load(
        "customer,order,date,qty,price,sku,product name,store,country\n"
        "B,2,2025-01-02 10:00,1,5,X,shirt,S1,CN\n"
        "A,1,2025-01-01 09:00,2,2.5,Y,sock,,CN\n"
        "B,2,2025-01-02 10:00,3,1,Y,socks,S1,CN\n"
        "A,3,2025-01-05 09:00,1,4,X,shirt,S2,FR\n"
    )
    data = result.data
    assert data.orders[["order_id", "customer_id", "amount"]].to_numpy().tolist() == [
        ["1", "A", 5.0],
        ["2", "B", 8.0],
        ["3", "A", 4.0],
    ]
    assert data.orders["store_id"].fillna("").tolist() == ["", "S1", "S2"]
    assert data.order_lines[["order_id", "line", "product_id", "amount"]].to_numpy().tolist() == [
        ["1", 1, "Y", 5.0],
        ["2", 1, "X", 5.0],
        ["2", 2, "Y", 3.0],
        ["3", 1, "X", 4.0],
    ]
    assert data.customers.set_index("customer_id")["country"].to_dict() == {"A": "CN", "B": "CN"}
    assert data.customers["joined_on"].tolist() == [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-02")]
    assert data.products.set_index("product_id")["name"].to_dict() == {"X": "shirt", "Y": "sock"}
    assert data.stores["store_id"].tolist() == ["S1", "S2"]
    assert (data.start, data.end) == (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-05"))
    assert (data.truth, data.synthetic, len(result.rejected)) == (None, False, 0)
    assert account(result)["conflicts"] == {
        "customers with two countries, the earliest taken": 1,
        "products with two names, the earliest taken": 1,
    }


def test_only_customer_and_date(load) -> None:
    """A customer and a date are enough: one order per customer and day, and what is missing is said."""
    result = load("member id,date\nA,2025-01-01 10:00\nA,2025-01-01 09:00\nA,2025-01-02\n")
    assert result.data.orders[["order_id", "ordered_at"]].to_numpy().tolist() == [
        ["A-20250101", pd.Timestamp("2025-01-01 09:00")],
        ["A-20250102", pd.Timestamp("2025-01-02")],
    ]
    assert "amount" not in result.data.tables["orders"]
    said = "\n".join(describe(account(result)))
    for words in ("anything in money", "what was bought", "comparisons of stores", "taken as one order"):
        assert words in said


def test_every_reason_of_every_row(load) -> None:
    """A row is rejected for all its reasons at once, in a fixed order, beside its cells as they came."""
    result = load(
        "customer,order,date,qty,price\n"
        "A,1,2025-01-01,1,5\n"
        ",2,soon,x,5\n"
        "NULL,C3,2025-07-01,-1,-5\n"
        "A,4,1970-01-01,0,\n"
        "A,5,,2\n"
        "A,6,,2,y\n"
        "A,7,2025-06-30 23:59,2,0\n"
        "A,8,2025-01-01,6901234567890,5\n",
        rules={"cancelled": "^C"},
    )
    assert reasons(result) == {
        3: "no customer; date can't be read; quantity is no plausible number",
        4: "no customer; date in the future; quantity below zero (a return); unit price of zero or below; "
        "order cancelled",
        5: "date before 1970-01-02, a placeholder; quantity of zero; no amount",
        6: "wrong number of fields",
        7: "no date; unit price is no plausible number",
        9: "quantity is no plausible number",
    }
    assert result.rejected.iloc[1].tolist()[3:] == ["NULL", "C3", "2025-07-01", "-1", "-5"]
    counted = account(result)
    assert counted["rows"] == {"read": 8, "kept": 2, "returns": 0, "rejected": 6}
    assert counted["reasons"]["no customer"] == 2
    assert "rows of amount zero: 1, kept as purchases (zero_amount in a mapping decides)" in counted["notes"]


def test_amount_goes_before_price(load) -> None:
    """What was paid counts, not quantity × price; a blank amount is rejected, whatever the price."""
    result = load(
        "customer,date,qty,price,amount\nA,2025-01-01,2,5,9\nA,2025-01-01,2,5,\nA,2025-01-01,,5,-1\n"
    )
    assert result.data.orders["amount"].tolist() == [9.0]
    assert reasons(result) == {3: "no amount", 4: "amount below zero (a return)"}


def test_price_alone(load) -> None:
    """A price without a quantity is that of one piece, and that is said."""
    result = load("customer,date,price\nA,2025-01-01,5\nA,2025-01-01,\nA,2025-01-01,2\n")
    assert result.data.orders["amount"].tolist() == [7.0]
    assert (
        "neither quantity nor amount: every row is taken as one piece at its price"
        in account(result)["notes"]
    )


@pytest.mark.parametrize(("rule", "kept"), [("keep", 2), ("reject", 1)])
@pytest.mark.parametrize("columns", ["date,amount", "date,price"])
def test_zero_is_the_mappings_to_say(load, rule: str, kept: int, columns: str) -> None:
    """Whether an amount of zero is a purchase is the mapping's to say."""
    result = load(f"customer,{columns}\nA,2025-01-01,0\nA,2025-01-02,5\n", rules={"zero_amount": rule})
    assert len(result.data.orders) == kept


def test_free_of_price_but_paid_for(load) -> None:
    """Where the amount is given, a price of zero says nothing about it."""
    text = "customer,date,price,amount\nA,2025-01-01,0,5\nA,2025-01-02,5,0\n"
    assert reasons(load(text, rules={"zero_amount": "reject"})) == {3: "amount of zero"}


def test_returns(load) -> None:
    """By the rule "returns" lines below zero become returns: positive, with their order where it is known."""
    result = load(
        "customer,order,date,qty,price,sku\n"
        "A,1,2025-01-01,2,5,X\n"
        "A,1,2025-01-03,-1,5,X\n"
        "A,C2,2025-01-04,-1,5,Z\n"
        "B,C3,2025-01-04,-1,5,X\n"
        "A,C4,2025-01-05,1,5,X\n"
        ",C5,2025-01-05,-1,5,X\n",
        rules={"negatives": "returns", "cancelled": "^C"},
    )
    back = result.data.returns
    assert back[["return_id", "customer_id", "quantity", "amount"]].to_numpy().tolist() == [
        ["1-1", "A", 1.0, 5.0],
        ["C2-1", "A", 1.0, 5.0],
    ]
    assert back["order_id"].fillna("").tolist() == ["1", ""]
    assert set(result.data.products["product_id"]) == {"X", "Z"}
    assert reasons(result) == {
        5: "a return by a customer without a purchase here",
        6: "order cancelled",
        7: "no customer",
    }
    assert account(result)["rows"] == {"read": 6, "kept": 1, "returns": 2, "rejected": 3}
    assert result.data.orders["amount"].tolist() == [10.0]


def test_orders_that_disagree(load) -> None:
    """An order with two times has the earliest; one with two customers becomes two; both are counted."""
    result = load(
        "customer,order,date,amount\n"
        "A,1,2025-01-01 10:05,1\n"
        "A,1,2025-01-01 10:04,2\n"
        "B,1,2025-01-01 10:06,4\n"
        "B,1/B,2025-01-02,8\n"
        "C,,2025-01-02,16\n"
    )
    assert result.data.orders[["order_id", "customer_id", "amount"]].to_numpy().tolist() == [
        ["1", "A", 3.0],
        ["1/B/", "B", 4.0],
        ["1/B", "B", 8.0],
        ["C-20250102", "C", 16.0],
    ]
    assert result.data.orders["ordered_at"][0] == pd.Timestamp("2025-01-01 10:04")
    counted = account(result)
    assert counted["conflicts"] == {
        "orders with two times, the earliest taken": 1,
        "orders with two customers, split in two": 1,
    }
    assert any("rows without an order id: 1" in note for note in counted["notes"])


def test_duplicates_are_kept_and_counted(load) -> None:
    """Exact duplicates may be true: they count as purchases, and are counted, over several files too."""
    text = "customer,date,amount\nA,2025-01-01,1\nA,2025-01-01,1\n,2025-01-01,1\n"
    result = load(text, text)
    assert account(result)["duplicates"] == {"read": 4, "kept": 3}
    assert result.data.orders["amount"].tolist() == [4.0]


def test_several_files(load) -> None:
    """Files are read each in its own way and put together; rejected rows say which file they are from."""
    one = "customer;date;amount\nA;31/01/2025;1,50\n;31/01/2025;1,50\n"
    two = "amount,date,customer,city\n2.50,01/31/2025,张三,上海\n2.50,,张三,上海\n".encode("gb18030")
    result = load(one, two)
    assert result.data.orders["amount"].tolist() == [1.5, 2.5]
    assert set(result.data.orders["ordered_at"]) == {pd.Timestamp("2025-01-31")}
    assert result.rejected[["file", "row"]].to_numpy().tolist() == [["a.csv", 3], ["b.csv", 3]]
    assert [f["encoding"] for f in account(result)["files"]] == ["utf-8", "gb18030"]
    with pytest.raises(DataError, match=r"b.csv lacks the column 'amount' that a.csv has"):
        load(one, "date,customer\n2025-01-01,A\n")


def test_mixed_day_and_month(load) -> None:
    """Where dates mix both orders, most decide; the rest is rejected, not guessed, and the reader is warned before all else."""
    dates = ["13/01/2025", "14/01/2025", "02/15/2025", "03/04/2025"]
    result = load("customer,date\n" + "".join(f"A,{d}\n" for d in dates))
    assert result.data.orders["ordered_at"].dt.strftime("%m%d").tolist() == ["0113", "0114", "0403"]
    assert reasons(result) == {4: "date can't be read"}
    assert "dates mix day/month and month/day" in "\n".join(account(result)["doubts"])
    assert "dates mix" not in "\n".join(account(result)["notes"])


def test_told_date_format_and_decimal(load) -> None:
    """A mapping's date_format and decimal go before all evidence."""
    options = FileOptions(date_format="%m/%d/%Y", decimal=",")
    result = load("customer;date;amount\nA;03/04/2025;1.234\n", options=options)
    assert result.data.orders["ordered_at"][0] == pd.Timestamp("2025-03-04")
    assert result.data.orders["amount"][0] == 1234.0


def test_hundred_more_columns(load) -> None:
    """Columns that mean nothing to us do no harm and are named as not used."""
    extra = ",".join(f"extra {i}" for i in range(100))
    result = load(f"customer,{extra},date\nA,{',' * 99},2025-01-01\n,{',' * 99},2025-01-01\n")
    assert len(account(result)["unused"]) == 100
    assert result.rejected.shape == (1, 105)
    assert "not used: extra 0, extra 1" in "\n".join(describe(account(result)))


def test_chinese_file(load) -> None:
    """A Chinese export in GB 18030 needs no help at all."""
    text = (
        "会员卡号,小票号,下单时间,商品编码,商品名称,数量,单价（元）,实付金额,门店\n"
        '="00123",S1,2025年3月1日 10:05,A1,连衣裙,1,￥299.00,"￥1,199.00",上海店\n'
        '="00123",S2,2025/3/2 下午3:20,A2,衬衫,1,￥199.00,￥199.00,上海店\n'
    )
    result = load(text.encode("gb18030"))
    assert result.data.customers["customer_id"].tolist() == ["00123"]
    assert result.data.orders["amount"].tolist() == [1199.0, 199.0]
    assert result.data.orders["ordered_at"][1] == pd.Timestamp("2025-03-02 15:20")
    assert result.data.stores["store_id"].tolist() == ["上海店"]
    assert account(result)["files"][0]["encoding"] == "gb18030"


def test_order_total_on_every_line(load) -> None:
    """An order's total repeated on its lines would count several times: the reader is warned."""
    lines = "".join(f"A,{i},2025-01-01,{10 + i}\n" * 2 for i in range(10))
    assert "once a line" in account(load(f"customer,order,date,amount\n{lines}"))["notes"][-1]


def test_stand_in_for_a_product(load) -> None:
    """Without a product id its name, or its category, tells products apart, and that is said."""
    result = load("customer,date,category\nA,2025-01-01,shirts\n")
    assert result.data.products["product_id"].tolist() == ["shirts"]
    assert "no product id: products are told apart by their category" in account(result)["notes"]


GOOD = "customer,date,amount\nA,2025-01-01,5\n"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("", {}, "is empty"),
        (
            "name,amount\nA,5\n",
            {},
            "no column was found for customer_id and ordered_at; its columns are name .'A'., amount .'5'.",
        ),
        (
            GOOD,
            {"pairs": ["amount=total"]},
            "column for amount must be one of amount, customer, date; got 'total'",
        ),
        (
            "customer,date\n,2025-01-01\nA,soon\n,soon\n",
            {},
            r"No row of x.csv can be used; of 3 rows: no customer \(2\)",
        ),
        (np.random.default_rng(5).bytes(3000), {}, "isn't a table"),
        (
            "Call me Ishmael. Some years ago - never mind how long\nprecisely - having little money in\n",
            {},
            "x.csv",
        ),
        (None, {}, "is a folder"),
        (GOOD, {"mapping": "cdnwo"}, "Did you mean 'cdnow'"),
        (GOOD, {"mapping": "online_retail"}, "column for customer_id must be one of amount, customer, date"),
        (GOOD, {"format": "xlsx"}, "--format must be one of csv, parquet; got 'xlsx'"),
        (
            GOOD,
            {"currency": "yuan"},
            "--currency must be an ISO code of three letters, such as CNY; got 'yuan'",
        ),
        (GOOD, {"currency": "¥"}, "ISO code of three letters, such as CNY; got '¥'"),
        (
            GOOD,
            {"date_format": "yyyy-mm-dd"},
            r"--date-format must give year, month and day .* got 'yyyy-mm-dd'",
        ),
    ],
)
def test_errors_leave_nothing_behind(tmp_path, content, options: dict, said: str) -> None:
    """What can't be imported is told in a sentence, and no folder is left, not even the one above."""
    path = tmp_path / "x.csv"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError, match=said):
        import_files(ImportRequest([path], tmp_path / "new" / "shop", today=TODAY, **options))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_folder(tmp_path, format: str) -> None:
    """The folder holds a valid data set with its account, and rejected.csv; it is replaced only when told."""
    path = tmp_path / "x.csv"
    path.write_text(GOOD + ",2025-01-01,7\n", encoding="utf-8")
    options = {"format": format, "currency": "CNY", "today": TODAY}
    made = import_files(ImportRequest([path], tmp_path / "shop", **options))
    read = load_folder(tmp_path / "shop")
    assert (read.fingerprint, read.name, read.currency) == (made.fingerprint, "shop", "CNY")
    assert read.facts["imports"]["orders"] == made.facts["imports"]["orders"]
    rejected = list(csv.reader((tmp_path / "shop" / "rejected.csv").read_text("utf-8").splitlines()))
    assert rejected == [
        ["file", "row", "reasons", "customer", "date", "amount"],
        ["x.csv", "3", "no customer", "", "2025-01-01", "7"],
    ]
    with pytest.raises(DataError, match="exists already"):
        import_files(ImportRequest([path], tmp_path / "shop", **options))
    import_files(ImportRequest([path], tmp_path / "shop", replace=True, **options))


def test_told_on_the_command_goes_first(tmp_path) -> None:
    """The format of dates and the currency that are told go before the mapping's; the currency is kept in capitals."""
    path, toml = tmp_path / "x.csv", tmp_path / "my.toml"
    path.write_text("customer,date\nA,03/04/2025\n", encoding="utf-8")
    toml.write_text('currency = "usd"\n[file]\ndate_format = "%d/%m/%Y"\n', encoding="utf-8")
    plain = import_files(ImportRequest([path], tmp_path / "one", mapping=toml, today=TODAY))
    told = import_files(
        ImportRequest(
            [path], tmp_path / "two", mapping=toml, currency="eur", date_format="%m/%d/%Y", today=TODAY
        )
    )
    assert (plain.currency, plain.start) == ("USD", pd.Timestamp("2025-04-03"))
    assert (told.currency, told.start) == ("EUR", pd.Timestamp("2025-03-04"))
    assert told.facts["imports"]["orders"]["files"][0]["dates"] == "%m/%d/%Y"


@pytest.mark.parametrize(
    "header",
    [
        "occasion,Payment method,Shipping Method",
        "需求场景,支付方式,配送方式",
        "Kaufanlass,Zahlungsart,Versandart",
    ],
)
def test_what_an_order_is_for_and_how_it_is_paid_and_delivered(load, header) -> None:
    """Found by usual names; of an order once, its first known; a scene in other words is the contract's, others stay."""
    result = load(
        f"customer,order,date,amount,{header}\n"
        "A,1,2025-01-01,5,,Visa,DHL\n"
        "A,1,2025-01-01,3,礼品,Visa,DHL\n"
        "B,2,2025-01-02,5,Everyday,cash,\n"
        "C,3,2025-01-03,5,wedding,,DHL\n"
    )
    found = result.data.orders[["scene", "payment", "delivery"]].fillna("").to_numpy().tolist()
    assert found == [["gift", "Visa", "DHL"], ["everyday", "cash", ""], ["wedding", "", "DHL"]]


def test_they_stand_on_an_orders_first_line(load) -> None:
    """A shop system that fills them once an order loses none of them, and the amount is not taken for the way to pay."""
    result = load(
        "order,customer,date,amount,payment,delivery\n"
        "1,A,2025-01-01,5,card,store\n"
        "1,,,3,,\n"
        "2,B,2025-01-02,4,cash,store\n"
    )
    assert result.data.orders["payment"].tolist() == ["card", "cash"]
    assert result.data.orders["amount"].tolist() == [8.0, 4.0]


def test_a_column_is_brought_later(tmp_path) -> None:
    """The same orders imported again, with the columns named, have the scene; customers stay as they are."""
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer,date,amount,why,how\nA,2025-01-01,5,Gift,van\nB,2025-01-02,6,,\n", encoding="utf-8"
    )
    first = import_files(ImportRequest([path], tmp_path / "shop", today=TODAY))
    assert not {"scene", "delivery"} & set(first.tables["orders"])
    pairs = ["scene=why", "delivery=how"]
    again = ImportRequest(
        [path], tmp_path / "shop", table="orders", pairs=pairs, add=True, replace=True, today=TODAY
    )
    import_files(again)
    read = load_folder(tmp_path / "shop")
    assert read.orders["scene"].fillna("").tolist() == ["gift", ""]
    assert read.orders["delivery"].fillna("").tolist() == ["van", ""]
    pd.testing.assert_frame_equal(read.tables["customers"], first.tables["customers"])


DATES = {
    "2025-01-03": "",
    "2024/2/29 23:59": "",
    "20250630": "",
    "": "no date",
    "2025-02-29": "unreadable",
    "soon": "unreadable",
    "2025-07-01": "future",
    "1970-01-01": "placeholder",
}
NUMBER = st.sampled_from(["", "x", "0", "-2", "1", "3", "2.50", "-0.99", "1,250.00"])
ROW = st.tuples(
    st.sampled_from(["", " ", "NULL", "客户1", "007", "7"]),
    st.sampled_from(["", "C1", "1", "2"]),
    st.sampled_from([*DATES, *list(DATES)[:3] * 3]),
    NUMBER,
    NUMBER,
    NUMBER,
    st.sampled_from(["", "", "", "short", "long"]),
)


def plain_number(text: str) -> float | None:
    """A number as plain Python reads it; None where there is none."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def plainly(row: tuple, with_amount: bool, rules: dict) -> tuple[str, float]:
    """What should become of a row, and its amount, one row at a time and in the plainest words."""
    customer, order, date, *numbers, shape = row
    quantity, price, amount = map(plain_number, numbers)
    if shape:
        return "rejected", 0.0
    bad = customer.strip() in ("", "NULL") or DATES[date] != "" or "x" in numbers[: 3 if with_amount else 2]
    if not with_amount:
        amount = None if quantity is None or price is None else quantity * price
    bad = bad or amount is None or quantity == 0
    negative = any(n is not None and n < 0 for n in (quantity, price, amount))
    if rules["zero_amount"] == "reject":
        bad = bad or (amount == 0 if with_amount else price == 0)
    if rules["negatives"] == "reject":
        bad = bad or negative
        negative = False
    bad = bad or (order.startswith("C") and not negative)
    return ("rejected", 0.0) if bad else ("returns" if negative else "kept", abs(amount))


def line_by_line(rows: list[tuple], with_amount: bool) -> bool:
    """Whether no line leaves to the one above what holds for their order: see test_shop_exports for those that do."""
    same = [(a, b) for a, b in pairwise(rows) if a[1] == b[1] != ""]
    return all(b[0].strip(" NUL") and b[2] and not (with_amount and b[5] in ("", a[5])) for a, b in same)


def mostly_numbers(rows: list[tuple], i: int) -> bool:
    """Whether a column is kept: one that mostly holds something else is left out."""
    filled = [row[i] for row in rows if row[i]]
    return 2 * sum(cell != "x" for cell in filled) >= len(filled)


@pytest.mark.slow
@given(
    rows=st.lists(ROW, min_size=1, max_size=15),
    with_amount=st.booleans(),
    extra=st.integers(0, 3),
    separator=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-8-sig", "utf-16"]),
    negatives=st.sampled_from(["reject", "returns"]),
    zero=st.sampled_from(["keep", "reject"]),
)
def test_the_account_adds_up(
    tmp_path_factory, rows, with_amount, extra, separator, encoding, negatives, zero
) -> None:
    """Whatever the table, each row goes where plain reading sends it, the money adds up, and twice is the same."""
    width = 6 if with_amount else 5
    # A row without a single filled cell is no row; the account notes how many were passed over.
    assume(extra or all("".join(row[:width]).strip() for row in rows))
    assume(line_by_line(rows, with_amount) and all(mostly_numbers(rows, i) for i in range(3, width)))
    rules = {"cancelled": "^C", "negatives": negatives, "zero_amount": zero}
    header = [
        "会员号",
        "订单号",
        "日期",
        "数量",
        "单价",
        *(["金额"] if with_amount else []),
        *["备注"] * extra,
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(header)
    for row in rows:
        cells = [*row[:width], *["好"] * extra]
        writer.writerow(cells[:-1] if row[-1] == "short" else [*cells, "多"] if row[-1] == "long" else cells)
    path: Path = tmp_path_factory.mktemp("orders") / "orders.csv"
    path.write_bytes(text.getvalue().encode(encoding))

    plain = [plainly(row, with_amount, rules) for row in rows]
    buyers = {row[0].strip() for row, (fate, _) in zip(rows, plain, strict=True) if fate == "kept"}
    fates = [
        "rejected" if fate == "returns" and row[0].strip() not in buyers else fate
        for row, (fate, _) in zip(rows, plain, strict=True)
    ]
    ragged = sum(bool(row[-1]) for row in rows) > 0.5 * len(rows)  # then nothing shows the separator
    mapping = Mapping(rules=Rules(**rules), file=FileOptions(separator=separator if ragged else ""))
    if not buyers:
        with pytest.raises(DataError, match="No row of"):
            import_orders([Pieces(path, mapping.file)], mapping, name="shop", today=TODAY)
        return
    result, again = (
        import_orders([Pieces(path, mapping.file)], mapping, name="shop", today=TODAY) for _ in range(2)
    )
    counts = account(result)["rows"]
    assert counts == {"read": len(rows)} | {f: fates.count(f) for f in ("kept", "returns", "rejected")}
    assert list(result.rejected["row"]) == [i + 2 for i, f in enumerate(fates) if f == "rejected"]
    assert (result.rejected["reasons"] != "").all()
    paid = {f: sum(a for g, (_, a) in zip(fates, plain, strict=True) if g == f) for f in ("kept", "returns")}
    assert result.data.orders["amount"].sum() == pytest.approx(paid["kept"])
    assert result.data.order_lines["amount"].sum() == pytest.approx(paid["kept"])
    assert result.data.returns["amount"].sum() == pytest.approx(paid["returns"])
    validate(result.data.tables, schema.CONTRACTS)
    assert again.data.fingerprint == result.data.fingerprint
    assert again.data.facts == result.data.facts
    pd.testing.assert_frame_equal(again.rejected, result.rejected)


CELL = st.one_of(
    st.sampled_from(["A", "1", "2025-01-01", "01/02/2025", "2,5", "-3", "", "1e9", "¥5", "nan", "(2)"]),
    st.text(max_size=6),
)
WILD = st.tuples(
    *(st.one_of(st.just(good), st.just(good), CELL) for good in ("A", "1", "2025-01-01", "1", "5", "X", "CN"))
)


@pytest.mark.slow
@given(
    rows=st.lists(WILD, min_size=1, max_size=8),
    negatives=st.sampled_from(["reject", "returns"]),
)
def test_whatever_stands_in_the_cells(tmp_path_factory, rows, negatives) -> None:
    """No cell, however odd, breaks an import: it ends with an account that adds up, or with a DataError."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["customer", "order", "date", "qty", "price", "sku", "country"])
    writer.writerows(rows)
    path: Path = tmp_path_factory.mktemp("wild") / "orders.csv"
    path.write_bytes(text.getvalue().encode("utf-8", errors="replace"))
    mapping = Mapping(rules=Rules(negatives=negatives))
    try:
        result = import_orders([Pieces(path)], mapping, name="shop", today=TODAY)
    except DataError:
        return
    counts = account(result)["rows"]
    assert counts["read"] == counts["kept"] + counts["returns"] + counts["rejected"]
    assert counts["rejected"] == len(result.rejected)
    amount = result.data.tables["orders"].get("amount")
    assert amount is None or np.isfinite(amount).all()  # a column of hardly any number is left out
    assert describe(account(result))


@pytest.mark.slow
def test_pieces_of_a_file_change_nothing(tmp_path) -> None:
    """In pieces, a file gives the same tables, account and rejected rows: also where only its end shows how dates are
    written, who bought what came back, and which order two customers share.
    """
    rng = np.random.default_rng(5)
    days = [f"{m}/{d}/2024" for m, d in [*((m, d) for m in range(1, 13) for d in range(1, 13)), (1, 31)]]
    rows = [
        f"C{rng.integers(40)},{i // 2},{day},{rng.choice([1, 2, -1, 0, ''])},{rng.choice(['5', '1.5', 'x'])},P{rng.integers(9)},"
        f'"name, {rng.integers(30)}",S{rng.integers(3)}'
        for i, day in enumerate(rng.permuted(days[:-1]).tolist() * 3 + days[-1:])
    ]
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer,order,date,qty,price,sku,product name,store\n" + "\n".join([*rows, rows[0]]) + "\n"
    )
    mapping = Mapping(rules=Rules(negatives="returns"))
    one, many = (
        import_orders([Pieces(path, size=size)], mapping, name="shop", today=TODAY) for size in (10**9, 700)
    )
    assert len(list(Pieces(path, size=700))) > 20
    assert account(one)["files"][0]["dates"] == "month/day/year"
    assert account(many) == account(one)
    assert many.data.fingerprint == one.data.fingerprint
    pd.testing.assert_frame_equal(many.rejected, one.rejected)


MESSY = {
    "customer": ["A", "B", "C", "D", ""],
    "order": ["1", "2", "3", "1/B", "A-20250101", ""],
    "date": ["2025-01-01", "2025-01-01 10:00", "2025-01-02", "2025-02-03", "x"],
    "qty": ["1", "2", "-1", "0"],
    "price": ["5", "2.5", ""],
    "sku": ["X", "Y", ""],
    "product name": ["shirt", "sock", ""],
    "store": ["S1", "S2", ""],
    "country": ["CN", "FR", ""],
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_lines_beyond_memory_change_nothing(tmp_path, monkeypatch, seed) -> None:
    """More lines than memory should hold end in the same data set: whatever lines far apart say of one order, customer
    or product, and however orders are named.
    """
    rng = np.random.default_rng(seed)
    left_out = {1: "order", 2: "sku", 3: "price"}.get(seed % 4)
    columns = {name: texts for name, texts in MESSY.items() if name != left_out}
    rows = pd.DataFrame({name: rng.choice(texts, 60) for name, texts in columns.items()})
    rows.to_csv(tmp_path / "orders.csv", index=False)
    ways = {"format": ["csv", "parquet"][seed // 4], "today": TODAY, "mapping": tmp_path / "rules.toml"}
    (tmp_path / "rules.toml").write_text(f'[rules]\nnegatives = "{["reject", "returns"][seed // 2 % 2]}"\n')
    whole = import_files(ImportRequest([tmp_path / "orders.csv"], tmp_path / "one" / "shop", **ways))
    monkeypatch.setattr(lines, "MOST", 5)
    monkeypatch.setattr(Pieces.__init__, "__defaults__", (None, 400))
    many = import_files(ImportRequest([tmp_path / "orders.csv"], tmp_path / "many" / "shop", **ways))
    assert isinstance(many.tables, Tables) and not isinstance(whole.tables, Tables)
    assert many.fingerprint == whole.fingerprint
    assert many.facts == json.loads(json.dumps(whole.facts))
    one, other = (
        {p.name: p.read_bytes() for p in (tmp_path / name / "shop").iterdir() if p.is_file()}
        for name in ("one", "many")
    )
    for same in ("rejected.csv", "datapackage.json"):
        assert other[same] == one[same]
    assert {name.partition(".")[0] for name in one} == {
        p.stem for p in (tmp_path / "many" / "shop").iterdir()
    }


def test_dates_of_a_spreadsheet_need_no_format(tmp_path):
    """What was told is of cells that hold text; a cell that holds a date is one."""
    rows = {
        "customer": ["A", "B", "C"],
        "date": [pd.Timestamp("2025-03-04"), pd.Timestamp("2025-03-05 10:30"), "06.03.2025"],
        "amount": [1, 2, 3],
    }
    pd.DataFrame(rows).to_excel(tmp_path / "orders.xlsx", index=False)
    data = import_files(
        ImportRequest(
            [tmp_path / "orders.xlsx"],
            tmp_path / "mine",
            date_format="%d.%m.%Y",
            today=pd.Timestamp("2025-06-30"),
        )
    )
    assert data.orders["ordered_at"].dt.day.tolist() == [4, 5, 6]
    assert data.facts["imports"]["orders"]["rows"]["rejected"] == 0


def test_day_and_time_in_two_columns(load) -> None:
    """A till's day and time of day are one time; rejected rows show both as they came."""
    result = load(
        "customer,date,time,amount\nA,31.01.2025,9:05,1\nB,01.02.2025,,2\nC,,10:00,3\nD,02.02.2025,25:00,3\n"
    )
    assert result.data.orders["ordered_at"].tolist() == [
        pd.Timestamp("2025-01-31 09:05"),
        pd.Timestamp("2025-02-01"),
    ]
    assert reasons(result) == {4: "date can't be read", 5: "date can't be read"}
    assert result.rejected.iloc[0].tolist()[3:] == ["C", "", "10:00", "3"]
    assert account(result)["unused"] == []
