"""What a class knew: customers sorted on a past day, and who came since."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.segments import class_future, rfm_tiers


def since(**columns):
    """Customers of a past day with what became of them."""
    frame = pd.DataFrame(columns)
    return frame.assign(**{"class": pd.Categorical(frame["class"], rfm_tiers.CLASS_NAMES)}) if "class" in frame else frame  # fmt: skip


def test_who_came_back_since(small):
    """Scores are those of the past day; whoever ordered on a later day came back, and that day itself is past."""
    past = small.end - pd.DateOffset(months=3)
    found = class_future.came_back_since(small.at(small.end), past)
    then = rfm_tiers.rfm(rfm_tiers.kept_summary(small.orders, past, small.returns, small.order_lines))
    pd.testing.assert_frame_equal(found[list(then)], then)
    later = small.orders.loc[small.orders["ordered_at"].dt.normalize() > past, "customer_id"]
    assert set(found.index[found["came_back"]]) == set(found.index) & set(later)
    assert 0 < found["came_back"].mean() < 1


def test_before_the_first_order_there_is_nothing(small):
    """No customers, all columns, and no error in what is worked out of them."""
    found = class_future.came_back_since(small.at(small.end), small.start - pd.DateOffset(years=1))
    assert found.empty
    assert class_future.by_class(found).empty
    assert class_future.decides(class_future.by_letter(found, 4)).case == "unknown"
    assert class_future.by_basket(found, 4).empty


def test_shares_by_class():
    """One of two came back; classes without customers are left out; the interval is Wilson's."""
    found = class_future.by_class(since(**{"class": ["key value", "key value", "key growth"]}, came_back=[True, False, True]))  # fmt: skip
    assert found.index.tolist() == ["key value", "key growth"]
    assert found.loc["key value"].tolist() == [2, 0.5, *share_interval(pd.Series([True, False]))]
    assert class_future.class_share(found, "key growth").value == 1
    assert not class_future.class_share(found, "key retain").known


LETTERS = since(
    R=[5] * 10 + [1] * 10, F=([5] * 5 + [1] * 5) * 2, M=[3] * 20, came_back=[True] * 8 + [False] * 2 + [True] * 2 + [False] * 8,
)  # fmt: skip


def test_letter_by_letter():
    """Of high R 8 of 10 came, of low 2; of high F 7, of low 3; M tells nobody from anybody."""
    found = class_future.by_letter(LETTERS, 4)
    assert found.index.tolist() == ["R", "F"]
    assert found["value"].tolist() == pytest.approx([0.6, 0.4])
    assert found.loc["F", ["high score", "low score"]].tolist() == pytest.approx([0.7, 0.3])
    assert (found["low"] < found["value"]).all()
    assert (found["value"] < found["high"]).all()


@pytest.mark.parametrize(
    ("values", "case", "letter"),
    [((0.3, 0.1), "alone", "R"), ((0.3, 0.2), "first", "R"), ((0.1, -0.3), "alone", "F"), ((0.3,), "unknown", "")],
)  # fmt: skip
def test_which_letter_decides(values, case, letter):
    """Twice as far apart as the next, in either direction, is alone; with one letter nothing can be compared."""
    letters = pd.DataFrame({"value": values, "low": 0.0, "high": 0.5}, index=list("RF")[: len(values)])
    found = class_future.decides(letters)
    assert (found.case, found.letter) == (case, letter)


def test_few_or_many():
    """Half or more is many."""
    cases = [class_future.too_late(Estimate(value, unit="share")) for value in (0.2, 0.5, np.nan)]
    assert cases == ["few", "many", "unknown"]


def test_the_ends_are_of_classes_large_enough():
    """A class of three doesn't count; with one class left there are no two ends."""
    classes = pd.DataFrame(
        {"n": [40, 30, 3], "value": [0.4, 0.2, 0.0], "low": 0.0, "high": 1.0}, index=["a", "b", "c"]
    )
    found = class_future.ends(classes)
    assert (found["least"], found["most"], found["least_share"].value) == ("b", "a", 0.2)
    assert class_future.ends(classes.drop("a"))["least"] == ""


def test_by_basket():
    """Three thirds by mean purchase; in each the share that bought once, and what R tells."""
    frame = since(R=[5, 1] * 3, F=1, M=1, purchases=[1, 2] * 3, total_spend=[1.0, 2.0, 10.0, 20.0, 100.0, 200.0], came_back=[True, False] * 3)  # fmt: skip
    found = class_future.by_basket(frame, 4)
    assert found.index.tolist() == ["small baskets", "middle", "large baskets"]
    assert (
        found[["customers", "bought once", "came back", "value"]].to_numpy().tolist()
        == [[2, 0.5, 0.5, 1]] * 3
    )
