"""Gift cards, tips, shipping and the like among order lines: counted and told, and left out only if a mapping says so."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files
from workbook.tables.importing.orders import lines as order_lines
from workbook.tables.importing.orders.no_goods import KINDS, plain_words

TODAY = pd.Timestamp("2025-06-30")
SHOPIFY = """Name,Email,Paid at,Total,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Payment Method
#1,a@x.com,2025-01-01,85.00,1,T-shirt,25.00,TS,cash
#1,a@x.com,,,1,Gift Card,50.00,,
#1,a@x.com,,,2,Tip,5.00,,
#2,b@x.com,2025-01-02,50.00,1,Gift Card,50.00,,cash
#3,a@x.com,2025-01-03,60.00,1,Jeans,60.00,JE,gift_card
#4,c@x.com,2025-01-04,33.00,1,T-shirt,25.00,TS,cash
#4,c@x.com,,,1,Bottle deposit,8.00,,
"""
PRICES = """customer,order,date,product,quantity,price
a,1,2025-01-01,T-shirt,1,25
a,1,2025-01-01,Gift card,1,50
b,2,2025-01-02,Gift card,1,50
"""


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text of orders by some rules; gives the data set and its account."""
    monkeypatch.chdir(tmp_path)

    def bring(text, rules=""):
        Path("shop.csv").write_text(text, encoding="utf-8")
        Path("rules.toml").write_text(f"[rules]\n{rules}\n", encoding="utf-8")
        request = ImportRequest(
            [Path("shop.csv")], Path("mine"), today=TODAY, mapping="rules.toml", replace=True
        )
        import_files(request)
        data = load_folder(Path("mine"))
        return data, data.facts["imports"]["orders"]

    return bring


def test_lines_that_are_no_goods_are_told_with_numbers_and_sums(bring):
    """Nothing is removed; what they come to is said first, and how to leave them out."""
    data, account = bring(SHOPIFY)
    assert data.tables["orders"]["amount"].tolist() == [85.0, 50.0, 60.0, 33.0]
    said = next(doubt for doubt in account["doubts"] if "no goods" in doubt)
    assert "gift cards ('Gift Card'; lines: 2, sum: 100.00)" in said
    assert "tips ('Tip'; lines: 1, sum: 10.00)" in said
    assert "deposits ('Bottle deposit'; lines: 1, sum: 8.00)" in said
    assert "a gift card that is sold counts again when it is spent" in said
    assert "leave_out" in said
    assert any(
        "orders paid with a gift card or store credit, wholly or in part: 1, with lines for 60.00" in doubt
        for doubt in account["doubts"]
    )


@pytest.mark.parametrize("whole", [True, False], ids=["in memory", "on disk"])
def test_a_mapping_leaves_them_out(bring, monkeypatch, whole):
    """They are rejected with a reason and taken off their order's total; an order of nothing else is none."""
    if not whole:
        monkeypatch.setattr(order_lines, "MOST", 2)
    data, account = bring(SHOPIFY, 'leave_out = "gift card|^tip$|deposit"')
    orders = data.tables["orders"].sort_values("order_id")
    assert orders[["order_id", "amount"]].to_numpy().tolist() == [["#1", 25.0], ["#3", 60.0], ["#4", 25.0]]
    assert sorted(data.tables["customers"]["customer_id"]) == ["a@x.com", "c@x.com"]
    assert account["rows"] == {"read": 7, "kept": 3, "returns": 0, "rejected": 4}
    assert account["reasons"] == {order_lines.LEFT_OUT: 4}
    rejected = pd.read_csv("mine/rejected.csv")
    assert rejected["Lineitem name"].tolist() == ["Gift Card", "Tip", "Gift Card", "Bottle deposit"]
    assert not any("no goods by their names" in doubt for doubt in account["doubts"])


def test_a_line_of_its_own_price_takes_off_itself(bring):
    """Where no total is given an order is what its other lines come to."""
    data, _ = bring(PRICES, 'leave_out = "Gift Card"')
    assert data.tables["orders"]["amount"].tolist() == [25.0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("E-Gift Card 50", "gift cards"), ("礼品卡", "gift cards"), ("Geschenkgutschein", "gift cards"), ("Dotcomgiftshop Gift Voucher £20.00", "gift cards"),
     ("Tip", "tips"), ("Trinkgeld", "tips"), ("Donation to WWF", "donations"), ("Bottle deposit", "deposits"), ("Pfand 0,25", "deposits"),
     ("POSTAGE", "shipping"), ("运费", "shipping"), ("Service fee", "fees"), ("Amazon Fee", "fees"), ("Route Package Protection", "insurance"),
     ("Manual", "adjustments"), ("Wing tip shoes", ""), ("Gift card holder", ""), ("Delivery bag", ""), ("Gift bag", ""), ("Manual coffee grinder", "")],
)  # fmt: skip
def test_names_of_what_is_no_goods(name, kind):
    """Goods whose names have such a word in them are goods."""
    plain = plain_words(pd.Series([name]))
    assert next((k for k, pattern in KINDS.items() if plain.str.contains(pattern).any()), "") == kind
