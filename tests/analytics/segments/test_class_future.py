"""What a class knew: customers sorted on a past day, and who came since."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import compare_rates, share_interval
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
    assert class_future.decides(found, 4).case == "unknown"
    assert class_future.by_basket(found, 4).empty


def test_shares_by_class():
    """Half of twenty came back, with Wilson's interval; a class of nineteen is left out, so that no picture shows what no title may name."""
    half = since(
        **{"class": ["key value"] * 20 + ["key growth"] * 19}, came_back=[True, False] * 10 + [False] * 19
    )
    found = class_future.by_class(half)
    assert found.index.tolist() == ["key value"]
    assert found.loc["key value"].tolist() == [20, 0.5, *share_interval(pd.Series([True, False] * 10))]
    assert class_future.class_share(found, "key value").value == 0.5
    assert not class_future.class_share(found, "key growth").known


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


def test_the_intervals_of_letters_hold_at_once():
    """Two letters tell somebody from somebody, so each interval is one of 97.5 %."""
    found = class_future.by_letter(LETTERS, 4)
    high = LETTERS["R"] == 5
    alone = compare_rates(LETTERS.loc[high, "came_back"], LETTERS.loc[~high, "came_back"], 0.975)
    assert found.loc["R", ["low", "high"]].tolist() == alone[5:7]


def of_letters(shares, each=200):
    """Customers with a high and with a low score of R, each with a high and with a low one of F; of each of the four so many come back."""
    rows = [
        {"R": R, "F": F, "M": 1, "came_back": i < round(share * each)}
        for (R, F), share in zip([(5, 5), (5, 1), (1, 5), (1, 1)], shares, strict=True)
        for i in range(each)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("shares", "case", "letter"),
    [
        ((0.8, 0.7, 0.3, 0.2), "first", "R"),
        ((0.55, 0.50, 0.48, 0.45), "close", "R"),
        ((0.2, 0.8, 0.3, 0.9), "first", "F"),
        ((0.5, 0.5, 0.5, 0.5), "close", "R"),
    ],
)
def test_which_letter_decides(shares, case, letter):
    """The largest difference, in either direction, is first if it is larger than the next one by more than chance."""
    found = class_future.decides(of_letters(shares), 4)
    assert (found.case, found.letter) == (case, letter)


def test_overlapping_intervals_hide_no_difference():
    """R is .20 apart and F .06, with intervals that overlap; of the same 800 customers the difference is .14, and sure."""
    frame = of_letters((0.62, 0.56, 0.42, 0.36))
    letters = class_future.by_letter(frame, 4)
    assert letters.loc["R", "low"] < letters.loc["F", "high"]
    found = class_future.decides(frame, 4)
    assert found.case == "first"
    assert found.ahead.value == pytest.approx(0.14)
    assert found.ahead.low > 0


def test_one_letter_alone_is_no_first():
    """Where all have the same F and M there is nothing to compare R with; nor of so few that chance does all."""
    assert class_future.decides(of_letters((0.8, 0.7, 0.3, 0.2)).assign(F=1), 4).case == "unknown"
    assert class_future.decides(of_letters((1, 1, 0, 0), each=2), 4).case == "unknown"


def test_few_or_many():
    """Half or more is many."""
    cases = [class_future.too_late(Estimate(value, unit="share")) for value in (0.2, 0.5, np.nan)]
    assert cases == ["few", "many", "unknown"]


def test_the_ends():
    """The classes of which the least and the largest share came back; one class has no two ends."""
    classes = pd.DataFrame({"n": [40, 30], "value": [0.4, 0.2], "low": 0.0, "high": 1.0}, index=["a", "b"])
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


def of_baskets(small, large, each=200):
    """Three thirds by mean purchase: of the small and of the large baskets these shares of a high and of a low R come back."""
    rows = [
        {"R": R, "F": 1, "M": 1, "purchases": 1, "total_spend": spend, "came_back": i < round(share * each)}
        for spend, pair in zip((1.0, 10.0, 100.0), (small, (0.9, 0.1), large), strict=True)
        for R, share in zip((5, 1), pair, strict=True)
        for i in range(each)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("large", "value", "verdict"),
    [((0.3, 0.2), -0.3, "down"), ((0.9, 0.2), 0.3, "up"), ((0.6, 0.2), 0.0, "unclear")],
)
def test_what_r_tells_of_large_baskets(large, value, verdict):
    """High and low R are .4 apart with small baskets; how much farther with large ones, with an interval. The middle third has no say."""
    found = class_future.large_less_small(of_baskets((0.6, 0.2), large), 4)
    assert found.value == pytest.approx(value)
    assert found.verdict == verdict
    assert found.n == 800


def test_baskets_whose_intervals_overlap_may_differ():
    """.40 and .27 apart: the intervals overlap, and the difference leaves out zero."""
    frame = of_baskets((0.6, 0.2), (0.47, 0.2), each=350)
    table = class_future.by_basket(frame, 4)
    assert table.loc["large baskets", "high"] > table.loc["small baskets", "low"]
    assert class_future.large_less_small(frame, 4).verdict == "down"


def test_few_baskets_tell_nothing():
    """Two customers of a kind are no comparison."""
    assert not class_future.large_less_small(of_baskets((1, 0), (1, 0), each=2), 4).known
