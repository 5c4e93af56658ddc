"""Three customers' purchases in words."""

import pandas as pd

from workbook.analytics.segments import purchase_stories

SCORED = pd.DataFrame(
    {
        "class": ["key value", "key value", "key win-back", "general growth"],
        "purchases": [3, 40, 1, 1],
        "days_since_last": [5, 1, 300, 9],
    },
    index=["ann", "often", "bo", "cy"],
)


def test_whose_story_is_told():
    """Of a class those with few purchases; where nobody is in the first class, the next one; else the name is left out."""
    assert purchase_stories.in_words(SCORED).to_dict() == {"A": "ann", "B": "bo", "C": "cy"}
    only = purchase_stories.in_words(SCORED.loc[["often"]])
    assert only.to_dict() == {"A": "often"}
    assert [purchase_stories.case(who) for who in (purchase_stories.in_words(SCORED), only)] == [
        "three",
        "fewer",
    ]


def test_the_middle_of_three_by_silence():
    """Of three with few purchases the one whose silence lies between the others'."""
    frame = pd.DataFrame(
        {"class": "key value", "purchases": 2, "days_since_last": [90, 1, 30]}, index=list("abc")
    )
    assert purchase_stories.middle(frame, ("key value",)) == "c"


def test_a_story_in_order():
    """What was bought and sent back, by day, and the silence since the last purchase, which a return doesn't end."""
    orders = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bo"],
            "ordered_at": pd.to_datetime(["2025-03-02 10:00", "2025-01-01 09:00", "2025-01-05 12:00"]),
            "amount": [50.0, 1200.0, 1.0],
        }
    )
    returns = pd.DataFrame(
        {"customer_id": ["ann"], "returned_at": pd.to_datetime(["2025-03-09"]), "amount": [20.0]}
    )
    told = purchase_stories.stories(
        pd.Series({"A": "ann"}), orders, returns, pd.Timestamp("2025-03-12"), "EUR"
    )
    assert told.reset_index().to_numpy().tolist() == [
        ["A", "1 January 2025", "bought for EUR 1,200"],
        ["A", "2 March 2025", "bought for EUR 50"],
        ["A", "9 March 2025", "sent back for EUR 20"],
        ["A", "12 March 2025", "no purchase for 10 days"],
    ]
