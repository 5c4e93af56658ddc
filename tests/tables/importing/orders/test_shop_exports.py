"""Exports of shop systems, marketplaces and tills: what is an order's counts once, and what was no purchase doesn't count."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.folders import load_folder
from workbook.tables.importing import Import, ImportRequest, import_files, import_orders
from workbook.tables.importing.mapping.columns import parse_pairs
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.orders import lines
from workbook.tables.importing.readers.pieces import Pieces

TODAY = pd.Timestamp("2025-06-30 12:00")
HEADER = (
    "Name,Email,Financial Status,Paid at,Subtotal,Shipping,Taxes,Total,Discount Amount,Lineitem quantity,Lineitem name,"
    "Lineitem price,Refunded Amount,Cancelled at,Id,Source\n"
)
SHOP = HEADER + (
    "#1,ann@x.org,partially_refunded,2025-01-05 10:00:00 +0100,155.00,10.00,0.00,165.00,10.00,2,Shirt,40.00,40.00,,881,web\n"
    "#1,ann@x.org,,,,,,,,1,Jacket,85.00,,,,\n"
    "#2,bob@x.org,paid,2025-01-06 11:00:00 +0100,60.00,5.00,0.00,65.00,0.00,1,Sock,10.00,0.00,,882,web\n"
    "#2,bob@x.org,,,,,,,,1,Hat,50.00,,,,\n"
    "#3,cat@x.org,voided,2025-01-07 10:00:00 +0100,20.00,0.00,0.00,20.00,0.00,1,Hat,20.00,0.00,,883,pos\n"
    "#4,dan@x.org,pending,,20.00,0.00,0.00,20.00,0.00,1,Hat,20.00,0.00,,884,pos\n"
    "#5,eve@x.org,paid,2025-01-08 10:00:00 +0100,20.00,0.00,0.00,20.00,0.00,1,Hat,20.00,0.00,2025-01-09 09:00:00 +0100,885,web\n"
    "#5,eve@x.org,,,,,,,,1,Sock,0.00,,,,\n"
    "#6,fay@x.org,refunded,2025-01-09 10:00:00 +0100,70.00,0.00,0.00,70.00,0.00,1,Sock,10.00,,,886,web\n"
    "#6,fay@x.org,,,,,,,,3,Hat,20.00,,,,\n"
)


@pytest.fixture
def load(tmp_path):
    """Import a text."""

    def loader(text: str, *pairs: str, size: int = 10**6, mapping: Mapping | None = None) -> Import:
        path = tmp_path / "shop.csv"
        path.write_text(text, encoding="utf-8")
        return import_orders(
            [Pieces(path, size=size)], mapping or Mapping(), parse_pairs(pairs), name="shop", today=TODAY
        )

    return loader


def paid(result: Import) -> dict[str, float]:
    """Order → what was paid for it."""
    return dict(zip(result.data.orders["order_id"], result.data.orders["amount"].round(2), strict=True))


def reasons(result: Import) -> dict[int, str]:
    """Row number in the file → reasons."""
    return dict(zip(result.rejected["row"], result.rejected["reasons"], strict=True))


def account(result: Import) -> dict:
    """The account."""
    return result.data.facts["imports"]["orders"]


def test_a_line_per_item(load) -> None:
    """Order-level cells stand on the first line: each counts once, the lines are quantity × price less the discount."""
    result = load(SHOP)
    data = result.data
    assert paid(result) == {"#1": 165.0, "#2": 65.0, "#6": 70.0}
    lines = data.order_lines
    assert lines["amount"].round(4).tolist() == [75.1515, 79.8485, 10, 50, 10, 60]  # of Ann's, 155/165
    assert (lines["quantity"] * lines["unit_price"]).tolist() == pytest.approx(lines["amount"].tolist())
    back = data.returns[["return_id", "customer_id", "order_id", "amount"]]
    assert back.to_numpy().tolist() == [
        ["#1-refund", "ann@x.org", "#1", 40.0],
        ["#6-refund", "fay@x.org", "#6", 70.0],
    ]
    assert data.returns["returned_at"].tolist() == data.orders["ordered_at"].iloc[[0, 2]].tolist()
    assert data.orders["channel"].tolist() == ["web"] * 3
    assert reasons(result) == {
        6: "order cancelled",
        7: "no date; order not paid",
        8: "order cancelled",
        9: "order cancelled",
    }
    assert account(result)["rows"] == {"read": 10, "kept": 6, "returns": 0, "rejected": 4}


def test_what_was_done_is_told(load) -> None:
    """The account says which cells were taken down, what a total is made of, and what became of refunds."""
    said = account(load(SHOP))
    assert said["conflicts"]["refunds of orders, taken as returns"] == 2
    assert said["conflicts"]["of these without a day of their own, dated as the order"] == 2
    assert said["notes"][:3] == [
        "shop.csv: filled on an order's first line only, and taken for its other lines too: Paid at, Source, Financial Status, "
        "Cancelled at, Total, Refunded Amount, Discount Amount, Shipping, Taxes",
        "shop.csv: Total is the whole order's and counts once: what its lines come to − Discount Amount + Shipping",
        "shop.csv: Discount Amount is taken off an order's lines in proportion to what they cost",
    ]


def test_rejected_rows_stay_as_they_came(load) -> None:
    """What was taken down to a line is not in the rejected rows: they can be mended and put back."""
    result = load(SHOP)
    assert result.rejected.loc[result.rejected["row"] == 9, "Paid at"].tolist() == [""]


@pytest.mark.parametrize("size", [800, 2000])
def test_an_order_in_two_pieces(load, size) -> None:
    """Where a file is read in pieces, an order's further lines may lie in the next one."""
    text = SHOP.splitlines()
    many = (
        "\n".join([*text[:5], *(line.replace("#2", f"#{n}") for n in range(20, 60) for line in text[3:5])])
        + "\n"
    )
    whole, pieces = load(many), load(many, size=size)
    assert pieces.data.fingerprint == whole.data.fingerprint
    assert len(whole.data.orders) == 42
    assert len(whole.rejected) == len(pieces.rejected) == 0


def test_lines_on_disk(tmp_path, monkeypatch) -> None:
    """More lines than memory should hold come to the same orders, lines and refunds."""
    (tmp_path / "shop.csv").write_text(SHOP)
    one = import_files(ImportRequest([tmp_path / "shop.csv"], tmp_path / "one", today=TODAY))
    monkeypatch.setattr(lines, "MOST", 2)
    import_files(ImportRequest([tmp_path / "shop.csv"], tmp_path / "many", today=TODAY))
    many = load_folder(tmp_path / "many")
    assert many.fingerprint == one.fingerprint
    assert many.facts["imports"]["orders"]["conflicts"] == one.facts["imports"]["orders"]["conflicts"]


def test_a_name_on_the_first_line_only(load) -> None:
    """An order's name may stand on its first line alone, as its customer and date do."""
    result = load(
        "order,customer,date,item,qty,price\n7,A,2025-01-05,X,1,5\n,,,Y,2,4\n8,B,2025-01-06,X,1,5\n,,,Z,1,1\n,,,Y,1,4\n"
    )
    assert paid(result) == {"7": 13.0, "8": 10.0}
    assert len(result.rejected) == 0


def test_cells_that_are_blank_here_and_there_are_not_taken_down(load) -> None:
    """A line without a customer among lines that all name theirs is rejected as before: nothing shows whose it is."""
    rows = [f"{n // 2},{'' if n == 3 else 'A'},2025-01-05,5" for n in range(200)]
    result = load("order,customer,date,amount\n" + "\n".join(rows) + "\n")
    assert reasons(result) == {5: "no customer"}


def test_a_blank_store_alone_shows_nothing(load) -> None:
    """That an order's second line names no store or customer may be chance, where date and amount stand on each."""
    result = load(
        "order,customer,date,amount,store\n1,A,2025-01-05,5,S1\n1,,2025-01-05,6,\n2,B,2025-01-06,5,S1\n"
    )
    assert reasons(result) == {3: "no customer"}
    rows = "".join(f"{n},A,2025-01-05,5\n{n},,2025-01-05,6\n" for n in range(3))
    assert len(load("order,customer,date,amount\n" + rows).rejected) == 0  # three orders are no chance


def test_the_total_on_each_line(load) -> None:
    """A total that is repeated on each line, and is what the lines come to, counts once."""
    result = load(
        "order,customer,date,sku,qty,price,total\n"
        "1,A,2025-01-05,X,2,5,16\n1,A,2025-01-05,Y,1,6,16\n2,B,2025-01-06,X,1,5,11\n2,B,2025-01-06,Y,1,6,11\n3,B,2025-01-09,Y,1,6,6\n"
    )
    assert paid(result) == {"1": 16.0, "2": 11.0, "3": 6.0}
    assert result.data.order_lines["amount"].tolist() == [10.0, 6.0, 5.0, 6.0, 6.0]


def test_the_amount_of_each_line(load) -> None:
    """Lines of one order that cost the same are no total: each line's amount is its quantity × price."""
    result = load(
        "order,customer,date,sku,qty,price,total\n1,A,2025-01-05,X,1,5,5\n1,A,2025-01-05,Y,1,5,5\n2,B,2025-01-06,X,2,5,10\n"
    )
    assert paid(result) == {"1": 10.0, "2": 10.0}


def test_a_total_without_prices(load) -> None:
    """A total on an order's first line is shared among its lines by their quantities."""
    result = load(
        "order,customer,date,sku,qty,total\n1,A,2025-01-05,X,3,20\n1,,,Y,1,\n2,B,2025-01-06,X,1,9\n2,,,Y,2,\n"
    )
    assert paid(result) == {"1": 20.0, "2": 9.0}
    assert result.data.order_lines["amount"].tolist() == [15.0, 5.0, 3.0, 6.0]


def test_no_total(load) -> None:
    """Without a total an order is what its lines come to, less its discount, and its shipping."""
    result = load(
        "order,customer,date,sku,qty,price,discount,shipping\n1,A,2025-01-05,X,1,10,5,3\n1,,,Y,1,10,,\n2,B,2025-01-06,X,1,10,0,0\n2,,,Y,1,10,,\n"
    )
    assert paid(result) == {"1": 18.0, "2": 20.0}
    assert result.data.order_lines["amount"].tolist() == [7.5, 7.5, 10.0, 10.0]


def test_taxes_in_the_prices_or_on_top(load) -> None:
    """Whether a tax is in the prices is seen from the order's own sums."""
    head = "order,customer,date,sku,qty,price,tax,total\n"
    inside = "1,A,2025-01-05,X,1,10,3.2,20\n1,,,Y,1,10,,\n2,B,2025-01-06,X,1,10,3.2,20\n2,,,Y,1,10,,\n"
    on_top = inside.replace(",20\n", ",23.2\n")
    assert paid(load(head + inside)) == {"1": 20.0, "2": 20.0}
    assert paid(load(head + on_top)) == {"1": 23.2, "2": 23.2}
    assert "what its lines come to + tax" in "".join(account(load(head + on_top))["notes"])


def test_totals_that_are_no_sum_of_lines(load) -> None:
    """A total that its lines don't add up to counts as it stands, and that is the first thing said."""
    result = load(
        "order,customer,date,sku,qty,price,total\n1,A,2025-01-05,X,1,10,30\n1,,,Y,1,10,\n2,B,2025-01-06,X,1,10,20\n2,,,Y,1,10,\n"
    )
    assert paid(result) == {"1": 30.0, "2": 20.0}
    assert account(result)["doubts"][0] == (
        "shop.csv: total is what the lines come to in 50% of orders of several lines; it counts as it stands"
    )


def test_a_line_per_order(load) -> None:
    """A shop system that writes a line per order: its status decides, its refund is a return."""
    result = load(
        "Order ID,Order Date,Order Status,Customer Email,Order Total,Shipping Total,Refund Total,Items\n"
        "1,2025-01-05 10:00,wc-completed,a@x.org,50.00,5.00,0,Shirt x 1\n"
        "2,2025-01-06 10:00,wc-processing,b@x.org,30.00,0,10.00,Sock x 2; Hat x 1\n"
        "3,2025-01-07 10:00,wc-cancelled,b@x.org,30.00,0,0,Sock x 2\n"
        "4,2025-01-08 10:00,wc-on-hold,b@x.org,30.00,0,0,Sock x 2\n"
        "5,2025-01-09 10:00,wc-failed,b@x.org,30.00,0,0,Sock x 2\n"
        "6,2025-01-10 10:00,wc-refunded,c@x.org,30.00,0,0,Sock x 2\n"
    )
    assert paid(result) == {"1": 50.0, "2": 30.0, "6": 30.0}
    assert dict(zip(result.data.returns["order_id"], result.data.returns["amount"], strict=True)) == {
        "2": 10.0,
        "6": 30.0,
    }
    assert reasons(result) == {4: "order cancelled", 5: "order not paid", 6: "payment failed"}


def test_a_payment_provider(load) -> None:
    """Payments: who, when, how much; a refund is taken off."""
    result = load(
        "id,Description,Created (UTC),Amount,Amount Refunded,Currency,Customer ID,Status,Refunded date (UTC)\n"
        "ch_1,Order 1,2025-01-05 10:00,50.00,0.00,eur,cus_1,Paid,\n"
        "ch_2,Order 2,2025-01-06 10:00,70.00,20.00,eur,cus_1,Paid,2025-02-01 08:00\n"
        "ch_3,Order 3,2025-01-06 10:00,70.00,0.00,eur,cus_2,Failed,\n",
        "refunded_at=Refunded date (UTC)",
    )
    assert paid(result) == {"ch_1": 50.0, "ch_2": 70.0}
    back = result.data.returns
    assert (back["amount"].tolist(), back["returned_at"].tolist()) == (
        [20.0],
        [pd.Timestamp("2025-02-01 08:00")],
    )
    assert result.data.currency == "EUR"
    assert reasons(result) == {4: "payment failed"}


def test_a_marketplace(load) -> None:
    """A marketplace's report: a line per item, each with its own amount, status and customer."""
    result = load(
        "amazon-order-id,purchase-date,order-status,sku,quantity,currency,item-price,buyer-email\n"
        "302-1,2025-01-05T10:00:00+00:00,Shipped,X,1,EUR,20.00,a@m.org\n"
        "302-1,2025-01-05T10:00:00+00:00,Shipped,Y,1,EUR,5.00,a@m.org\n"
        "302-2,2025-01-06T10:00:00+00:00,Cancelled,X,1,EUR,20.00,b@m.org\n"
    )
    assert paid(result) == {"302-1": 25.0}
    assert reasons(result) == {4: "order cancelled"}


@pytest.mark.parametrize("yes", ["yes", "TRUE", "1", "是", "2025-01-09"])
def test_cancelled_as_a_flag_or_a_time(load, yes: str) -> None:
    """Whether an order was cancelled may be a yes or no, or the time when it was."""
    result = load(f"order,customer,date,amount,cancelled\n1,A,2025-01-05,5,{yes}\n2,A,2025-01-06,7,\n")
    assert (paid(result), reasons(result)) == ({"2": 7.0}, {2: "order cancelled"})


def test_status_in_chinese(load) -> None:
    """Statuses of Chinese marketplaces are known."""
    result = load(
        "订单编号,买家会员名,订单创建时间,买家实际支付金额,订单状态\n1,甲,2025-01-05 10:00,50,交易成功\n2,乙,2025-01-05 11:00,60,交易关闭\n"
        "3,丙,2025-01-05 12:00,70,等待买家付款\n"
    )
    assert paid(result) == {"1": 50.0}
    assert reasons(result) == {3: "order cancelled", 4: "order not paid"}


def test_a_status_that_is_not_known(load) -> None:
    """Orders of a status that isn't known count, and their words with their numbers are the first thing said."""
    rows = "1,A,2025-01-05,5,paid\n2,A,2025-01-06,7,Q7\n3,A,2025-01-07,7,closed\n4,A,2025-01-08,7,Q7\n"
    result = load("order,customer,date,amount,status\n" + rows)
    assert paid(result) == {"1": 5.0, "2": 7.0, "3": 7.0, "4": 7.0}
    assert account(result)["doubts"] == [
        "status: what 'Q7' (2), 'closed' (1) means isn't known; such orders count as purchases"
    ]


@pytest.mark.parametrize(
    ("header", "rows", "told"),
    [
        ("", "1,A,2025-01-05,5,paid\n2,A,2025-01-06,7,partially_refunded\n", True),
        (",refunded amount", "1,A,2025-01-05,5,paid,\n2,A,2025-01-06,7,partially_refunded,3\n", False),
    ],
    ids=["no sum", "a sum"],
)
def test_refunded_in_part(load, header: str, rows: str, told: bool) -> None:
    """What came back of an order is known from its sum alone; without it the order counts in full, and that is said."""
    result = load(f"order,customer,date,amount,status{header}\n{rows}")
    say = "status: 'partially_refunded' (1) says that a part was refunded, and no column how much; such orders count in full"
    assert (say in account(result)["doubts"]) == told
    assert paid(result) == {"1": 5.0, "2": 7.0}


def test_refunded_without_amounts(load) -> None:
    """Where no amounts are, an order that was paid back can't be set off: it is no purchase."""
    result = load("order,customer,date,status\n1,A,2025-01-05,paid\n2,A,2025-01-06,refunded\n")
    assert reasons(result) == {3: "order refunded"}


@pytest.mark.parametrize("told_so", [True, False])
def test_a_column_that_holds_no_numbers(load, told_so: bool) -> None:
    """An optional column that can't be read is left out, not its rows; of one that was told that is said."""
    text = "order,customer,date,amount,worth\n1,A,2025-01-05,5,high\n2,A,2025-01-06,7,low\n"
    result = load(text, *(["amount=worth"] if told_so else ["quantity="]))
    assert len(result.data.orders) == 2
    assert ("amount" in result.data.tables["orders"]) is not told_so
    if told_so:
        assert account(result)["doubts"][0] == (
            "shop.csv: amount: most cells of worth are no numbers ('high', 'low'); the column is left out, --map amount=… "
            "names another"
        )


def test_a_refund_of_each_line(load) -> None:
    """Where lines show different refunds each is its own, and they add up."""
    result = load(
        "order,customer,date,sku,qty,price,refund amount\n1,A,2025-01-05,X,1,10,10\n1,A,2025-01-05,Y,1,8,4\n2,A,2025-01-06,X,1,10,0\n"
    )
    assert result.data.returns[["order_id", "amount"]].to_numpy().tolist() == [["1", 14.0]]


def test_files_of_one_shop(tmp_path) -> None:
    """Two months' exports are each read in their own layout."""
    paths: list[Path] = []
    for i, text in enumerate((SHOP, SHOP.replace("#", "#9"))):
        paths.append(tmp_path / f"{i}.csv")
        paths[-1].write_text(text)
    result = import_orders([Pieces(p) for p in paths], Mapping(), name="shop", today=TODAY)
    assert sum(paid(result).values()) == 600.0
    assert result.data.returns["amount"].sum() == 220.0
