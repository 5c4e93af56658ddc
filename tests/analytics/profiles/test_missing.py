"""Who says a size, and why it stands there, by hand."""

import pandas as pd
import pytest

from workbook.analytics.profiles import missing
from workbook.tables.dataset import Dataset

RECORDS = pd.DataFrame(
    {
        "record_id": ["X1", "X2", "X3", "X4", "X5", "X6"],
        "source": ["app", "app", "app", "e-shop", "app", "POS"],
        "size": ["M", "XL", "XXL", None, "S", "XL"],
    }
)
CHANGES = pd.DataFrame(
    {
        "record_id": ["X1", "X2", "X3", "X5", "X1"],
        "field": ["size", "size", "size", "size", "favourite_colour"],
        "reason": ["own", "own", "reward", None, "gift"],
    }
)


def test_reasons_by_hand():
    """The log's reason of that field; not logged where the field is there and the log says nothing; missing where it is empty."""
    why = missing.reasons(RECORDS, CHANGES)
    assert why.tolist()[:3] == ["own", "own", "reward"]
    assert pd.isna(why[3])
    assert why.tolist()[4:] == ["not logged", "not logged"]


def test_shares_of_large_sizes_by_hand():
    """One of two unasked is large, the rewarded one is; bought are shirts' sizes only; the truth is of the same people."""
    lines = pd.DataFrame({"size": ["XL", "M", "38", "one size"]})
    true = pd.Series(["XL", "XL", "S", "XXL", "M", "M"], index=RECORDS["record_id"])
    table = missing.large_sizes(RECORDS, missing.reasons(RECORDS, CHANGES), lines, true)
    assert table["value"].to_dict() == pytest.approx(
        {
            "said unasked": 0.5,
            "said for a reward": 1.0,
            "filled in for a gift": float("nan"),
            "left empty": float("nan"),
            "bought": 0.5,
        },
        nan_ok=True,
    )
    assert table.loc["left empty", "true"] == 1
    assert table.loc["said for a reward", "true"] == 0
    assert "true" not in missing.large_sizes(RECORDS, missing.reasons(RECORDS, CHANGES), lines)


def row(value: float, low: float, high: float) -> dict[str, object]:
    """Make a row of the table."""
    return {"value": value, "low": low, "high": high, "n": 100, "unit": "share"}


@pytest.mark.parametrize(
    ("said", "bought", "case"),
    [(row(0.1, 0.08, 0.12), row(0.2, 0.18, 0.22), "less"), (row(0.3, 0.28, 0.32), row(0.2, 0.18, 0.22), "more"),
     (row(0.19, 0.15, 0.23), row(0.2, 0.18, 0.22), "alike"), (row(float("nan"), 0, 1), row(0.2, 0.1, 0.3), "unknown")],
)  # fmt: skip
def test_silence_is_seen_where_intervals_part(said, bought, case):
    """Less, more, or no difference that these numbers could show."""
    table = pd.DataFrame({"said unasked": said, "bought": bought, "said for a reward": row(0.2, 0.1, 0.3)}).T
    assert missing.silence(table).case == case


def test_large_sizes_are_kept_silent_at_lanyu(lanyu):
    """Those who left the size empty wear large sizes more often than those who say it, in truth."""
    why = missing.reasons(lanyu.source_records, lanyu.profile_changes)
    table = missing.large_sizes(lanyu.source_records, why, lanyu.order_lines, missing.true_sizes(lanyu))
    assert table.loc["left empty", "true"] > table.loc["said unasked", "true"] + 0.03
    assert missing.silence(table).case == "less"
    plain = Dataset("mine", dict(lanyu.tables), lanyu.start, lanyu.end)
    assert missing.true_sizes(plain) is None
