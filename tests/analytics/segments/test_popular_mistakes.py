"""What is counted from a journal in the wrong way, and who is deleted as an outlier."""

import pandas as pd
import pytest

from workbook.analytics.segments import popular_mistakes

DAY = pd.Timestamp("2025-02-01")
ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2", "3"],
        "customer_id": ["ann", "ann", "bo"],
        "ordered_at": pd.to_datetime(["2025-01-01", "2025-01-10", "2025-01-20"]),
        "amount": [30.0, 10.0, 60.0],
    }
)
LINES = pd.DataFrame({"order_id": ["1", "1", "3"], "amount": [10.0, 20.0, 60.0]})
RETURNS = pd.DataFrame(
    {
        "order_id": ["3", "3", None],
        "customer_id": ["bo", "bo", "ann"],
        "returned_at": pd.to_datetime(["2025-01-25", "2025-01-25", "2025-01-31"]),
        "amount": [20.0, 5.0, 1.0],
    }
)
JOURNAL = popular_mistakes.journal(ORDERS, LINES, RETURNS)


def test_a_journal_by_hand():
    """A row per line, an order without lines as one, returns with a minus, in order of time."""
    assert JOURNAL["amount"].tolist() == [10, 20, 10, 60, -20, -5, -1]
    assert JOURNAL["sale"].tolist() == [True] * 4 + [False] * 3
    assert JOURNAL.loc[JOURNAL["sale"], "document"].tolist() == ["1", "1", "2", "3"]
    assert JOURNAL.loc[~JOURNAL["sale"], "document"].nunique() == 2


def test_a_journal_without_lines_or_returns():
    """Orders alone are a journal of one row each; without orders it is empty."""
    plain = popular_mistakes.journal(ORDERS, LINES.head(0), RETURNS.head(0))
    assert plain["amount"].tolist() == [30, 10, 60]
    nothing = popular_mistakes.journal(ORDERS.head(0), LINES.head(0), RETURNS.head(0))
    assert nothing.empty
    assert list(nothing) == list(plain)


def test_an_example_shows_all_of_it():
    """Ann has two lines in an order and sent something back; bo has no order of two lines."""
    assert set(popular_mistakes.example(JOURNAL)["customer_id"]) == {"ann"}


def test_what_each_misreading_does():
    """Three orders are four lines and five documents; 100 were ordered and 26 came back."""
    found = popular_mistakes.effects(JOURNAL, DAY)
    assert found["change of purchases"].tolist() == pytest.approx([1 / 3, 0, 2 / 3])
    assert found["change of spend"].tolist() == pytest.approx([0, 100 / 74 - 1, 0])


def test_who_gets_another_score():
    """Without the minus Bo spent more than Ann; by the day of a return Ann is the more recent: both change, twice."""
    found = popular_mistakes.effects(JOURNAL, DAY, bins=2)
    assert found["customers with another score"].tolist() == [0.0, 1.0, 1.0]
    worst = popular_mistakes.worst(found)
    assert (worst.mistake, worst.share.value) == ("rows with a minus dropped", 1.0)


def spends(*values):
    """What customers spent."""
    return pd.Series([float(v) for v in values])


@pytest.mark.parametrize(
    ("spend", "case"),
    [
        (spends(*[1, 2, 3, 4] * 5, 100), "rich"),
        (spends(1, 2, 3, 4), "few"),
        (spends(*[99, 100, 101] * 5, 104.5), "alike"),
        (spends(0, 0, 0), "unknown"),
    ],
)
def test_what_the_rule_deletes(spend, case):
    """Far more of the spend, hardly anybody, or about as much; nothing is known where nobody spent anything."""
    assert popular_mistakes.outliers(spend, "EUR").case == case


def test_the_rule_by_hand():
    """Quartiles 2 and 4, so 7 is the end: of six it deletes one, with 20 of 32; the other five of the best stay."""
    found = popular_mistakes.outliers(spends(1, 2, 2, 3, 4, 20), "EUR")
    assert f"{found.above}, {found.customers}, {found.spend}, {found.kept}" == "EUR 4, 17 %, 62 %, 5"
    classes = pd.Series(list("aabbbb"), dtype="category")
    by = popular_mistakes.deleted_by_class(spends(1, 2, 2, 3, 4, 20), classes)
    assert by["share that is deleted"].tolist() == [0.0, 0.25]
