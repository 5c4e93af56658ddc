"""Doubts about an import: what is odd is said in a sentence with its numbers, what is usual isn't, and no row changes."""

import numpy as np
import pandas as pd
import pytest

from workbook.tables.importing import import_orders
from workbook.tables.importing.describing import describe
from workbook.tables.importing.import_warnings import (
    ENOUGH_ORDERS,
    collective_customers,
    early_orders,
    far_out,
    telling_columns,
)
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.readers.pieces import Pieces

TODAY = pd.Timestamp("2025-06-30")


@pytest.fixture
def doubted(tmp_path):
    """Import texts (a file each); gives the doubts and what the reader is told."""

    def load(*contents: str) -> tuple[list[str], str]:
        paths = [tmp_path / f"{'abc'[i]}.csv" for i in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_text(content, encoding="utf-8")
        result = import_orders([Pieces(p) for p in paths], Mapping(), name="shop", today=TODAY)
        account = result.data.facts["imports"]["orders"]
        assert account["rows"]["kept"] == sum(c.count("\n") - 1 for c in contents)
        return account["doubts"], "\n".join(describe(account))

    return load


def lines(start: int, stop: int) -> str:
    """Make a file of so many orders, a customer and a day each."""
    days = pd.date_range("2024-01-01", periods=stop).strftime("%Y-%m-%d")
    return "customer,order,date,amount\n" + "".join(
        f"A{i},{i},{days[i]},{10 + i % 7}\n" for i in range(start, stop)
    )


def test_nothing_odd(doubted) -> None:
    """A plain file raises no doubt, and the account has no heading for it."""
    found, said = doubted(lines(0, 120), lines(120, 240))
    assert found == []
    assert "Look at this first" not in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Qty 2", "by name a quantity: Qty 2; say --map quantity=…"),
        ("Items", "by name a quantity: Items; say --map quantity=…"),
        ("List price", "by name a price: List price; say --map unit_price=…"),
        ("原价（元）", "by name a price: 原价（元）; say --map unit_price=…"),
        ("Gross revenue", "by name an amount: Gross revenue; say --map amount=…"),
        ("应付金额", "by name an amount: 应付金额; say --map amount=…"),
        ("Discount %", "by name a discount: Discount %; amounts may be those before it"),
        ("优惠券", "by name a discount: 优惠券; amounts may be those before it"),
        ("Order status", "by name a status: Order status; rows that were cancelled or returned may count"),
        ("退款状态", "by name a status: 退款状态; rows that were cancelled or returned may count"),
        ("Guest ID", "by name a customer: Guest ID; say --map customer_id=…"),
        ("会员号", "by name a customer: 会员号; say --map customer_id=…"),
    ],
)
def test_columns_that_tell_something(name: str, said: str) -> None:
    """A column that isn't used although its name says that it matters is told, with what follows."""
    [sentence] = telling_columns(["Remark", name])
    assert sentence.startswith("not used, but ")
    assert said in sentence


@pytest.mark.parametrize(
    "name", ["Remark", "Customer name", "United States", "Size", "Paid at", "Colour", "column 3", "会员等级"]
)
def test_columns_that_tell_nothing(name: str) -> None:
    """Not every column is worth a warning."""
    assert list(telling_columns([name])) == []


def test_a_column_is_told_once_and_many_are_counted() -> None:
    """A unit price is no amount too, and of many columns the first few are named."""
    found = list(telling_columns([f"discount {i}" for i in range(7)] + ["total price"]))
    assert found[0].startswith("not used, but by name a price: total price;")
    assert "discount 3, discount 4 and 2 more;" in found[1]
    assert len(found) == 2


def test_beside_a_discount_a_code_changes_nothing() -> None:
    """Where the discount is taken off, or the currency known, another column by such a name is no doubt; a second amount is."""
    names = ["Discount Code", "Presentment Currency", "Subtotal"]
    assert len(list(telling_columns(names))) == 3
    (left,) = telling_columns(names, {"discount", "currency", "amount"})
    assert left.startswith("not used, but by name an amount: Subtotal;")


def test_unused_columns_of_every_file(doubted) -> None:
    """A column that only a later file has is told too; one that is used isn't."""
    found, said = doubted(lines(0, 9), "customer,order,date,amount,voucher\nB,77,2024-03-01,5,X1\n")
    assert [f.partition(";")[0] for f in found] == ["not used, but by name a discount: voucher"]
    assert "Look at this first:\n  - not used, but by name a discount: voucher" in said


def test_a_file_given_twice(doubted) -> None:
    """Rows of a file that an earlier one has are counted against the file where they come first."""
    assert doubted(lines(0, 40), lines(40, 80), lines(30, 60))[0] == [
        "c.csv: 10 of its 30 rows are in a.csv too, cell for cell, and count twice; was a file given twice, or do "
        "the files overlap?",
        "c.csv: 20 of its 30 rows are in b.csv too, cell for cell, and count twice; was a file given twice, or do "
        "the files overlap?",
    ]
    assert "b.csv: 40 of its 40 rows are in a.csv too" in doubted(lines(0, 40), lines(0, 40))[0][0]
    assert doubted(lines(0, 100), lines(99, 200))[0] == []  # 1 of 101 may be chance


def test_rows_that_repeat_within_a_file(doubted) -> None:
    """Up to 5 % may be true; more is told, for the file that it is in."""
    first = lines(0, 100)
    some, many = ("".join(first.splitlines(keepends=True)[1 : 1 + n]) for n in (5, 6))
    assert doubted(first + some)[0] == []
    assert doubted(lines(200, 250), first + many)[0] == [
        "b.csv: 6 of its 106 rows (6%) repeat an earlier one exactly; was it exported twice?"
    ]


def nameless(n: int, different: int) -> str:
    """Make lines without an id, of so many different ones; they come unequally often."""
    place = np.random.default_rng(1).integers(0, different, n)
    return "customer,date,amount\n" + "".join(f"A{i},2024-01-01,{10 + i}\n" for i in place)


def test_equal_rows_that_nothing_names_may_be_several_events(doubted) -> None:
    """Without an id equal rows are counted, and it is said how to tell them apart; nobody is said to have exported twice."""
    untold = (
        "No column names a row, so they may be several events that are alike, or one that was written again; they count as several. "
        "If a column tells them apart, say --map order_id=…"
    )
    found = doubted(nameless(200, 40))[0]
    n = 200 - pd.Series(nameless(200, 40).splitlines()[1:]).nunique()
    assert found == [f"a.csv: {n} of its 200 rows ({n / 200:.0%}) are equal to an earlier one. {untold}"]
    two = doubted(nameless(30, 60), nameless(20, 60))[0]
    assert any("rows are equal to one of a.csv. " + untold in said for said in two)
    assert not any("twice" in said for said in [*found, *two])


def test_a_file_without_ids_that_was_given_twice_is_told(doubted) -> None:
    """If nearly all different rows come equally often it is no chance, in one file or in two."""
    one = "customer,date,amount\n" + "".join(f"A{i},2024-01-{1 + i % 28:02},{10 + i}\n" for i in range(40))
    again = one + one.partition("\n")[2]
    assert doubted(again)[0] == [
        "a.csv: 40 of its 80 rows (50%) repeat an earlier one exactly; was it exported twice?"
    ]
    assert "b.csv: 40 of its 40 rows are in a.csv too, cell for cell" in doubted(one, one)[0][0]


def test_a_customer_who_is_many() -> None:
    """An id with more than a tenth of all orders is told with its share, if there are enough orders."""
    others = [f"c{i}" for i in range(88)]
    assert list(collective_customers(pd.Series(["GUEST"] * 12 + others), {})) == [
        "customer 'GUEST' has 12% of all orders: it may be a collective account, such as guests or a till, or stand for nobody, "
        'and figures by customer would be misread; [values.customer_id] with "GUEST" = "" in a file for --mapping leaves its rows out'
    ]
    assert (
        list(collective_customers(pd.Series(["GUEST"] * 10 + ["c"] * 2 + others), {})) == []
    )  # a tenth, not more
    assert list(collective_customers(pd.Series(["GUEST"] * (ENOUGH_ORDERS - 1)), {})) == []


def test_an_id_that_stands_for_nobody_is_told_at_any_size(doubted) -> None:
    """A placeholder with most rows is told, also if these are few, or one order a day; a third of few rows is not."""
    rows = [f"2025-01-05 10:0{n},{'0' if n % 5 < 3 else n}" for n in range(10)]
    assert doubted("date,id\n" + "\n".join(rows) + "\n")[0] == [
        "customer '0' has 60% of all rows: it may be a collective account, such as guests or a till, or stand for nobody, and "
        'figures by customer would be misread; [values.customer_id] with "0" = "" in a file for --mapping leaves its rows out',
    ]
    rows = [f"2025-01-05 10:0{n},{'0' if n % 3 < 1 else n}" for n in range(9)]
    assert doubted("date,id\n" + "\n".join(rows) + "\n")[0] == []


def sold(lines: pd.DataFrame):
    """Give the columns of order lines one by one."""
    return lambda table, column: lines.get(column, pd.Series(dtype="float64"))


def test_numbers_out_of_all_proportion() -> None:
    """Beyond 1,000 times the median they are counted, with the largest, returns included; NaN and 0 are nothing."""
    frame = pd.DataFrame({"amount": [10.0] * 7 + [10_000, -10_001, 99_999.5], "quantity": [1.0] * 9 + [1001]})
    assert list(far_out(sold(frame))) == [
        "amounts of more than 1,000 times the median line (10): 2, the largest 99,999.5; are they slips of the "
        "keyboard?",
        "quantities of more than 1,000 times the median line (1): 1, the largest 1,001; are they slips of the "
        "keyboard?",
    ]
    for usual in ([10.0, 10_000.0, np.nan], [0.0, 0.0, 5.0], [np.nan], []):
        assert list(far_out(sold(pd.DataFrame({"amount": usual}, dtype=float)))) == []
    assert list(far_out(sold(pd.DataFrame({"customer_id": ["A"]})))) == []


def on(*early: str, rest: int) -> pd.Series:
    """Make times of orders: these days, and so many days from 2024 on."""
    days = pd.date_range("2024-01-01", periods=rest, freq="h")
    return pd.Series([*days, *map(pd.Timestamp, early)])


def test_a_mistyped_year() -> None:
    """Under one in a hundred orders more than three years before the rest is told with its days."""
    assert list(early_orders(on("2004-02-01", "2014-02-01", rest=300))) == [
        "orders more than 3 years before all others: 2, from 2004-02-01 on, while the rest begin on 2024-01-01; is "
        "the year mistyped?"
    ]
    assert list(early_orders(on("2004-02-01", rest=99))) == []  # one in a hundred is not under it
    assert list(early_orders(on("2021-02-01", rest=300))) == []
    assert list(early_orders(on(rest=1))) == []


def test_doubts_stand_in_the_account(doubted) -> None:
    """All that is odd about a file is printed under one heading, and every row is kept."""
    guests = "".join(f"GUEST,G{i},2024-05-01,{20 + i % 5}\n" for i in range(60))
    text = lines(0, 200).replace("2024-01-04", "2004-01-04").replace("2024-01-09,11", "2024-01-09,99999999")
    found, said = doubted(text + guests)
    assert [sentence.split()[0] for sentence in found] == ["customer", "amounts", "orders"]
    assert "Look at this first:\n  - customer 'GUEST' has 23% of all orders" in said
    assert said.index("Look at this first:") < said.index("Can't be computed:")


def test_an_account_of_an_earlier_version(tmp_path) -> None:
    """A data set that was imported before there were doubts is still described."""
    (tmp_path / "a.csv").write_text(lines(0, 9), encoding="utf-8")
    result = import_orders([Pieces(tmp_path / "a.csv")], Mapping(), name="shop", today=TODAY)
    account = dict(result.data.facts["imports"]["orders"])
    before = describe(account)
    del account["doubts"]
    assert describe(account) == before
