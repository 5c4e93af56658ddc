"""Till against ledger, to the cent: each kind of mistake by hand, and all that were planted."""

import pandas as pd
import pytest

from workbook.analytics.reconciliation import ledger
from workbook.analytics.reconciliation.found import found_and_true

DAY = pd.Timestamp("2025-03-05 10:00")
ORDERS = pd.DataFrame({"order_id": list("abcdefghij"), "ordered_at": DAY, "amount": 100.0})
RETURNS = pd.DataFrame({"order_id": ["e", "f", "g", "j"], "amount": [30.0, 30.0, 30.0, 30.0]})


def document(
    order: str,
    amount: float = 100.0,
    refunded: float = 0.0,
    at: str = "2025-03-05 10:00",
    state: str = "shipped",
):
    """Make a row of the ledger."""
    return {
        "order_id": order,
        "amount": amount,
        "refunded": refunded,
        "invoiced_at": pd.Timestamp(at),
        "state": state,
    }


INVOICES = pd.DataFrame(
    [
        document("a", state="cancelled"), document("a"),
        document("b"), document("b"),
        document("c", 100.02),
        document("d", 1000.0),
        document("e", refunded=0.0),
        document("f", refunded=60.0),
        document("g", refunded=30.0),
        document("h", at="2025-04-02"),
        document("j", refunded=20.0),
    ]
)  # fmt: skip


def test_each_mistake_by_hand():
    """A cancelled document doesn't count; a right order has no mistake; the gap is ledger less till."""
    both = ledger.both_books(ORDERS, RETURNS, INVOICES)
    wrong = ledger.mistakes(both).set_index("order_id")
    assert wrong["kind"].to_dict() == {
        "b": "doubled invoice", "c": "cents off", "d": "amount mistyped", "e": "refund missing", "f": "refund doubled",
        "h": "booked a month late", "i": "missing invoice", "j": "refund off",
    }  # fmt: skip
    assert wrong["gap"].to_dict() == {
        "b": 100,
        "c": 0.02,
        "d": 900,
        "e": 30,
        "f": -30,
        "h": 0,
        "i": -100,
        "j": 10,
    }
    sums = ledger.books(both, ledger.mistakes(both), "EUR")
    assert (sums.case, sums.orders, sums.wrong) == ("differ", 10, 8)
    assert sums.late == sum(gap == 0 for gap in ledger.mistakes(both)["gap"])
    assert sums.gap.value == pytest.approx(910.02)
    assert sums.moved.value == pytest.approx(1170.02)


def test_a_booking_in_the_next_year_is_a_kind_of_its_own():
    """An order of December booked in January."""
    orders = ORDERS[:1].assign(ordered_at=pd.Timestamp("2024-12-10"))
    wrong = ledger.mistakes(
        ledger.both_books(orders, RETURNS[:0], pd.DataFrame([document("a", at="2025-01-03")]))
    )
    assert wrong["kind"].tolist() == ["booked in the next year"]
    sums = ledger.books(ledger.both_books(orders, RETURNS[:0], INVOICES[:0]), wrong, "")
    assert (sums.case, sums.late) == ("months", 1)


def test_a_total_shows_errors_of_one_direction_and_no_months():
    """Money that is missing in the ledger alone is a difference without a sign; a month of booking is no money."""
    wrong = pd.DataFrame({"kind": ["missing invoice", "booked a month late"], "gap": [-30.0, 0.0]})
    sums = ledger.books(ledger.both_books(ORDERS, RETURNS, INVOICES), wrong, "EUR")
    assert (sums.case, sums.gap.value, sums.moved.value, sums.late) == ("one_way", 30, 30, 1)


def test_books_without_refunds_are_compared_by_amounts():
    """What the ledger doesn't keep, such as refunds on a past day, is no mistake."""
    invoices = pd.DataFrame([document("a", refunded=float("nan"))])
    both = ledger.both_books(ORDERS[:1], RETURNS[:0], invoices)
    assert ledger.mistakes(both).empty
    assert ledger.books(both, ledger.mistakes(both), "").case == "agree"


def test_the_planted_mistakes_are_found(small):
    """All of them, by their kinds, and no other."""
    both = ledger.both_books(small.orders, small.returns, small.invoices)
    table = found_and_true(ledger.mistakes(both), small.truth["invoice_errors"], ["order_id"])
    assert table.loc["all, of any kind", "true"] > 0
    assert (table["right"] == table["true"]).all()
    assert (table["found"] == table["true"]).all()


def test_precision_and_recall_by_hand():
    """Two flagged, one at its place by its kind, one by another kind; of three true ones."""
    found = pd.DataFrame({"order_id": ["a", "b"], "kind": ["x", "x"]})
    true = pd.DataFrame({"order_id": ["a", "b", "c"], "kind": ["x", "y", "y"]})
    table = found_and_true(found, true, ["order_id"])
    assert table.loc["x", ["found", "right", "true", "precision", "recall"]].tolist() == [2, 1, 1, 0.5, 1]
    assert table.loc["y", ["found", "right", "true"]].tolist() == [0, 0, 2]
    assert table.loc["all, of any kind", ["precision", "recall"]].tolist() == pytest.approx([1, 2 / 3])
    assert pd.isna(table.loc["y", "precision"])
