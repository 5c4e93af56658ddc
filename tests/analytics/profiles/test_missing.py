"""Who says a size, and why it stands there, by hand."""

import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.profiles import dimensions, missing
from workbook.tables.dataset import Dataset

RECORDS = pd.DataFrame(
    {
        "record_id": ["X1", "X2", "X3", "X4", "X5", "X6"],
        "customer_id": ["C1", "C2", "C3", "C4", "C5", None],
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
    """Who says a size and who does not are compared by what they buy; who bought nothing is in no share; the truth is of the same people."""
    bought = pd.Series({"C1": "M", "C2": "XL", "C3": "S", "C4": "XXL", "C9": "XL"})
    true = pd.Series({"C1": "XL", "C2": "XL", "C3": "S", "C4": "XXL", "C5": "XL"})
    table = missing.large_sizes(RECORDS, missing.reasons(RECORDS, CHANGES), bought, true)
    assert table["n"].to_dict() == {
        "said unasked": 2, "said for a reward": 1, "filled in for a gift": 0, "left empty": 1,
    }  # fmt: skip
    assert table.loc["said unasked", ["says", "value", "true"]].tolist() == [0.5, 0.5, 1]
    assert table.loc["said for a reward", ["says", "value", "true"]].tolist() == [1, 0, 0]
    assert table.loc["left empty", ["value", "true"]].tolist() == [1, 1]
    assert pd.isna(table.loc["left empty", "says"])
    assert "true" not in missing.large_sizes(RECORDS, missing.reasons(RECORDS, CHANGES), bought)


def test_who_says_a_size_in_one_profile_has_not_left_it_empty():
    """A customer with two profiles is silent only if both are."""
    two = pd.DataFrame({"customer_id": ["C1", "C1"], "source": ["app", "e-shop"], "size": ["M", None]})
    table = missing.large_sizes(two, pd.Series(["own", None]), pd.Series({"C1": "M"}))
    assert table["n"].tolist() == [1, 0, 0, 0]
    assert missing.silence(table).case == "unknown"


def row(value: float, n: int) -> dict[str, object]:
    """Make a row of the table with Wilson's interval."""
    return missing.share_large(pd.Series(["XL"] * round(value * n) + ["M"] * (n - round(value * n))))


@pytest.mark.parametrize(
    ("said", "silent", "case"),
    [(row(0.1, 100), row(0.3, 100), "more"), (row(0.3, 100), row(0.1, 100), "less"), (row(0.2, 100), row(0.25, 100), "alike"),
     (row(0, 0), row(0.2, 100), "unknown")],
)  # fmt: skip
def test_silence_is_seen_where_the_difference_has_a_sign(said, silent, case):
    """More, less, or no difference that these numbers could show: by the interval of the difference, not by two that overlap."""
    assert missing.silence(pd.DataFrame({"said unasked": said, "left empty": silent}).T).case == case


def test_the_gap_is_newcombes():
    """56 of 70 against 48 of 80, as published (Newcombe 1998, table II): .2, from .0524 to .3339."""
    gap = missing.gap_of_shares(Estimate.of(row(0.8, 70)), Estimate.of(row(0.6, 80)))
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_large_sizes_are_kept_silent_at_lanyu(lanyu):
    """Those who left the size empty wear large sizes more often than those who say it, in truth and by what they buy."""
    owner = true_owner(lanyu)
    records = lanyu.source_records.assign(customer_id=lanyu.source_records["record_id"].map(owner))
    why = missing.reasons(records, lanyu.profile_changes)
    table = missing.large_sizes(
        records, why, dimensions.usual_size(lanyu, missing.SIZES), missing.true_sizes(lanyu)
    )
    assert table.loc["left empty", "true"] > table.loc["said unasked", "true"] + 0.03
    assert missing.silence(table).case == "more"
    plain = Dataset("mine", dict(lanyu.tables), lanyu.start, lanyu.end)
    assert missing.true_sizes(plain) is None


def true_owner(shop: Dataset) -> pd.Series:
    """Customer behind each record, in truth."""
    return shop.truth["identities"].set_index("record_id")["customer_id"]
