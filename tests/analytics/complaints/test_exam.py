"""What is learnt from and what is examined on: the newest complaints, and nobody's on both sides."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import exam
from workbook.tables.errors import DataError


def test_the_newest_are_after_all_others():
    """The newest three of ten; twins of one moment are never parted; no older one is later than a newer one."""
    times = pd.Series(pd.date_range("2024-01-01", periods=10))
    assert np.flatnonzero(exam.newest(times, 0.3)).tolist() == [7, 8, 9]
    assert np.flatnonzero(exam.newest(times[::-1], 0.3)).tolist() == [0, 1, 2]
    twins = times.copy()
    twins[6:8] = times[7]
    late = exam.newest(twins, 0.3)
    assert late[6] == late[7]
    assert twins[~late].max() < twins[late].min()


def test_cases_without_a_time_are_set_aside_at_random():
    """Where none has a time so many are drawn, the same for the same seed; where some have, these decide."""
    times = pd.Series(pd.date_range("2024-01-01", periods=10))
    assert exam.set_aside(times, 0.3, 1).equals(exam.newest(times, 0.3))
    some = times.mask(times.index == 9)
    assert not exam.set_aside(some, 0.3, 1)[9]
    none = pd.Series(pd.NaT, index=range(10, 210))
    drawn = exam.set_aside(none, 0.3, 1)
    assert drawn.sum() == 60
    assert drawn.index.equals(none.index)
    assert drawn.equals(exam.set_aside(none, 0.3, 1))
    assert not drawn.equals(exam.set_aside(none, 0.3, 2))


@pytest.mark.parametrize("share", [0, 1, 1.5])
def test_a_part_is_neither_nothing_nor_all(share):
    """The share lies between zero and one."""
    with pytest.raises(DataError, match="share must lie between 0 and 1; got"):
        exam.newest(pd.Series(pd.date_range("2024-01-01", periods=3)), share)


def test_a_random_part_is_as_large_and_seeded():
    """As many as the newest, not all of them the newest, and the same for the same seed."""
    times = pd.Series(pd.date_range("2024-01-01", periods=200))
    assert (
        exam.at_random(pd.Series(pd.NaT, range(20)), 0.35, seed=4).sum() == 7
    )  # without dates so many of all
    a, b = (exam.at_random(times, 0.35, seed=4) for _ in range(2))
    assert a.equals(b)
    assert a.sum() == exam.newest(times, 0.35).sum() == 70
    assert a[:130].sum() > 20


def test_nobody_is_learnt_from_and_examined():
    """A complaint of a customer who is also in the examination isn't learnt from; unknown customers are nobody's twins."""
    customers = pd.Series(["a", "b", None, "a", None])
    late = pd.Series([False, False, False, True, True])
    assert exam.may_teach(customers, late).tolist() == [False, True, True, False, False]


def cases(*customers: str, start: str | None = "2024-01-01") -> pd.DataFrame:
    """Make a complaint a day, of these customers."""
    days = pd.Series(pd.date_range(start, periods=len(customers)) if start else pd.NaT, range(len(customers)))
    return pd.DataFrame({"customer_id": list(customers), "complained_at": days})


def test_an_examination_by_hand():
    """The newest two of five are examined on; the older one of a customer among them is left out, and said."""
    found = exam.examination(cases("a", "b", "c", "a", "d"), 0.4, 1)
    assert found.test.index.tolist() == [3, 4]
    assert found.past.index.tolist() == [1, 2]
    assert (found.case, found.learn, found.examine, found.left_out) == ("dated", 2, 2, 1)
    assert found.until == pd.Timestamp("2024-01-03")


def test_an_examination_without_dates_or_without_complaints():
    """Where no complaint has a date they are drawn; where one side is empty there is no examination."""
    assert exam.examination(cases(*"abcdefghij", start=None), 0.4, 1).case == "undated"
    assert exam.examination(cases("a", "a"), 0.5, 1).case == "empty"
    assert exam.examination(cases().astype({"complained_at": "datetime64[ns]"}), 0.5, 1).case == "empty"


def test_reminders_are_the_same_words_a_week_later():
    """Each letter stands next to its reminder."""
    found = exam.with_reminders(cases("a", "b"))
    assert found["customer_id"].tolist() == ["a", "a", "b", "b"]
    assert found["complained_at"].diff().dt.days.tolist()[1::2] == [7, 7]


def test_what_is_known_by_heart_is_worth_nothing_on_others():
    """Customers a and b each sent one text twice; a's second is examined: it is remembered, unless a's first may not teach."""
    letters = pd.DataFrame({"customer_id": list("aabb"), "text": ["x", "x", "y", "y"], "grade": [3, 3, 2, 2]})
    drawn = pd.Series([False, True, False, False])
    found = exam.by_heart(letters, drawn)
    assert found["right"].to_dict() == {"shuffled": 1.0, "apart": 0.0}
    assert found["learnt"].to_dict() == {"shuffled": 3, "apart": 2}
