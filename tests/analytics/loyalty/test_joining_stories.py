"""Two customers before any number: who is chosen, and what is said of them."""

import pandas as pd

from workbook.analytics.loyalty import joining_stories


def days(*rows: tuple[str, str]) -> pd.DataFrame:
    """Purchases of 100 each, by customer and day, numbered."""
    frame = pd.DataFrame(rows, columns=["customer_id", "day"]).astype({"day": "datetime64[ns]"})
    return frame.assign(amount=100.0, number=frame.groupby("customer_id").cumcount())


BOUGHT = days(
    ("a", "2024-01-01"), ("a", "2024-02-01"), ("a", "2024-03-01"),
    ("b", "2024-01-05"), ("b", "2024-06-01"), ("c", "2024-01-05"), ("c", "2024-02-03"), ("d", "2024-02-01"),
)  # fmt: skip
SINCE = pd.Series(
    {"a": pd.Timestamp("2024-02-01"), "b": pd.NaT, "c": pd.NaT, "d": pd.Timestamp("2024-02-01")}
)


def test_the_pair_is_alike_on_the_day_of_joining():
    """A joined at the second purchase and came again; of those who never joined c made a second one two days later."""
    assert joining_stories.pair(BOUGHT, SINCE).to_dict() == {"A": "a", "B": "c"}
    assert joining_stories.case(joining_stories.pair(BOUGHT, SINCE)) == "two"


def test_without_others_one_story_is_left_and_without_joiners_none():
    """Where nobody was as far, A stands alone; who joined at the only purchase has no story."""
    alone = joining_stories.pair(BOUGHT[BOUGHT["customer_id"] == "a"], SINCE)
    assert (alone.to_dict(), joining_stories.case(alone)) == ({"A": "a"}, "one")
    nobody = joining_stories.pair(BOUGHT[BOUGHT["customer_id"] == "d"], SINCE)
    assert joining_stories.case(nobody) == "none"
    assert joining_stories.stories(nobody, BOUGHT, SINCE, "CNY").empty


def test_stories_in_words():
    """Each purchase in order, and the one at which A joined."""
    lines = joining_stories.stories(pd.Series({"A": "a"}), BOUGHT, SINCE, "CNY")
    assert lines.index.tolist() == [("A", "1 January 2024"), ("A", "1 February 2024"), ("A", "1 March 2024")]
    assert lines["what happened"].tolist()[1] == "bought for CNY 100, and joined"


def test_b_was_as_far_at_nearly_the_same_time():
    """Of b, whose second purchase was four months later, no pair is made."""
    alone = joining_stories.pair(BOUGHT[BOUGHT["customer_id"].isin(["a", "b"])], SINCE)
    assert alone.to_dict() == {"A": "a"}
