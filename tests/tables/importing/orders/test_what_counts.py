"""What of a file counts, and how often: an order's total, a return by its name, a test order, a currency in a header."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.importing.mapping.mapping import Mapping, Rules
from workbook.tables.importing.orders.import_orders import import_orders
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.tally import Import

RETURNS = Rules(negatives="returns")


@pytest.fixture
def load(tmp_path):
    """Import a text."""

    def loader(text: str, rules: Rules | None = None) -> Import:
        path: Path = tmp_path / "orders.csv"
        path.write_text(text, "utf-8")
        mapping = Mapping(rules=rules or Rules())
        return import_orders(
            [Pieces(path, mapping.file)], mapping, name="shop", today=pd.Timestamp("2026-01-01")
        )

    return loader


def said(result: Import, what: str) -> str:
    """The notes or the doubts of an account, as one text."""
    return " ".join(result.data.facts["imports"]["orders"][what])


def items(total: str, orders: int) -> str:
    """Orders of two products each, with the order's total on both lines, and no price."""
    rows = [f"{i},c{i},2025-01-05,{sku},{50 + i}" for i in range(orders) for sku in ("a", "b")]
    return "\n".join([f"Order,Customer,Date,SKU,{total}", *rows])


@pytest.mark.parametrize(
    ("total", "orders", "once"),
    [("Order total", 1, True), ("订单金额", 2, True), ("Total", 12, True), ("Total", 4, False)],
)
def test_an_orders_total_without_prices_counts_once(load, total: str, orders: int, once: bool) -> None:
    """A total that its name, or many orders of different products, show to be the order's counts once; otherwise it is doubted."""
    result = load(items(total, orders))
    paid = sum(50 + i for i in range(orders))
    assert result.data.orders["amount"].sum() == pytest.approx(paid if once else 2 * paid)
    assert ("counts once: what" in said(result, "notes")) == once
    assert ("once a line" in said(result, "doubts")) == (not once)


def test_a_line_that_is_called_a_return(load) -> None:
    """A return that only its type tells from a sale is one, whatever its sign; what a type says of goods is none."""
    head = "Order,Customer,Date,SKU,Qty,Amount,Type\n"
    rows = "1,c,2025-01-05,a,2,20,{0}\n2,c,2025-01-09,a,1,10,{1}\n3,c,2025-01-10,a,1,-10,{1}\n"
    result = load(head + rows.format("Sale", "Return"), RETURNS)
    assert result.data.orders["amount"].tolist() == [20]
    assert result.data.tables["returns"]["amount"].tolist() == [10, 10]
    assert "lines whose Type is 'Return' take something back" in said(result, "notes")
    assert len(load(head + rows.format("销售", "退货")).rejected) == 2
    assert len(load(head + rows.format("shirt", "hat")).rejected) == 1


def test_test_orders_are_none(load) -> None:
    """An order that a flag or its status calls a test is no purchase."""
    text = "Order,Customer,Date,Amount,Is test,Status\n1,a,2025-01-05,1,no,paid\n2,b,2025-01-05,2,yes,paid\n3,c,2025-01-05,4,no,Test\n"
    result = load(text)
    assert result.data.orders["amount"].tolist() == [1]
    assert result.rejected["reasons"].tolist() == ["a test order", "a test order"]


@pytest.mark.parametrize(
    ("header", "currency"), [("Total (EUR)", "EUR"), ("金额（元）", ""), ("Total (gross)", "")]
)
def test_a_currency_in_a_header(load, header: str, currency: str) -> None:
    """Where no cell shows the currency, the name of the amounts may; a sign of several is doubted as in a cell."""
    result = load(f"Customer,Date,{header}\na,2025-01-05,10\n")
    assert result.data.currency == currency
    assert ("say --currency" in said(result, "doubts")) == (header == "金额（元）")


def test_the_currency_of_a_price_has_a_name_of_its_own(load) -> None:
    """Prices in two currencies aren't added up because the column isn't called currency alone."""
    result = load(
        "Customer,Date,Price,Price currency\na,2025-01-05,10,EUR\nb,2025-01-05,20,EUR\nc,2025-01-05,30,USD\n"
    )
    assert (result.data.orders["amount"].sum(), result.data.currency) == (30, "EUR")


def test_a_decimal_comma_may_show_in_a_refund_alone(load) -> None:
    """The sign is found from all money of a file; a refund that is no number counts as nothing, and that is said."""
    result = load('Order,Customer,Date,Total,Refund\n1,a,2025-01-05,50,"12,50"\n2,b,2025-01-05,60,ask Ann\n')
    assert result.data.tables["returns"]["amount"].tolist() == [12.5]
    assert "cells of Refund that are no numbers ('ask Ann') count as nothing" in said(result, "doubts")


def test_clocks_of_different_zones_are_told(load) -> None:
    """An hour of one clock beside that of another is misread; summer and winter of one place are not."""
    rows = "Customer,Date,Amount\na,2025-01-05 10:00 {0},1\nb,2025-07-05 10:00 {1},1\n"
    assert "different zones" in said(load(rows.format("-0800", "+0000")), "doubts")
    assert "different zones" not in said(load(rows.format("-0500", "-0400")), "doubts")


def test_points_that_may_part_thousands_are_told(load) -> None:
    """1.234 is a thousand and more, or one and a quarter; where no number shows which, that is a doubt."""
    rows = "Customer;Date;Amount\na;2025-01-05;{0}\nb;2025-01-05;2.500\n"
    assert "numbers such as 1.234 are read as 1.234" in said(load(rows.format("1.234")), "doubts")
    assert load(rows.format("1.234.567")).data.orders["amount"].sum() == 1_237_067
    assert load(rows.format("1.5")).data.orders["amount"].sum() == 4.0


def test_a_column_by_our_name_that_holds_no_numbers(load) -> None:
    """It is said what it holds, rather than that it isn't used."""
    result = load("Customer,Date,Amount\na,2025-01-05,see below\nb,2025-01-05,later\n")
    assert "most cells of Amount are no numbers ('see below', 'later')" in said(result, "doubts")


@pytest.mark.parametrize(
    ("order", "items"),
    [
        (
            '"id": 1, "created_at": "2025-01-05T10:00:00-05:00", "total_price": "27.00", "customer": {"id": "c"}',
            '"line_items": [{"sku": "a", "quantity": 2, "price": "10"}, {"sku": "b", "quantity": 1, "price": "7"}]',
        ),
        (
            '"id": 1, "date_created": "2025-01-05T10:00:00", "total": "27.00", "customer_id": "c"',
            '"line_items": [{"sku": "a", "quantity": 2, "price": 10}, {"sku": "b", "quantity": 1, "price": 7}]',
        ),
        (
            '"increment_id": "1", "created_at": "2025-01-05 10:00:00", "grand_total": 27, "customer_id": "c"',
            '"items": [{"sku": "a", "qty_ordered": 2, "price": 10}, {"sku": "b", "qty_ordered": 1, "price": 7}]',
        ),
    ],
    ids=["Shopify", "WooCommerce", "Magento"],
)
def test_items_within_an_order(load, order: str, items: str) -> None:
    """The items of an order of a shop's own JSON are its lines, with their pieces and prices; its total counts once."""
    data = load(f"[{{{order}, {items}}}]").data
    assert data.orders["amount"].tolist() == [27]
    lines = data.tables["order_lines"]
    assert lines[["product_id", "quantity", "unit_price", "amount"]].values.tolist() == [
        ["a", 2, 10, 20],
        ["b", 1, 7, 7],
    ]
