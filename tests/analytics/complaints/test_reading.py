"""Complaints that people read: six to begin with, and those on which methods differ."""

import pandas as pd

from workbook.analytics.complaints import reading


def filed(*rows: tuple[int, str]) -> pd.DataFrame:
    """Make complaints with grade and text, one a day."""
    return pd.DataFrame(
        {
            "complaint_id": [f"B{i}" for i in range(len(rows))],
            "complained_at": pd.date_range("2025-01-01", periods=len(rows)),
            "grade": pd.array([grade for grade, _ in rows], dtype="Int64"),
            "text": pd.Series([text for _, text in rows], dtype=str),
            "language": [None] * len(rows),
        }
    )


SMALL, LAWYER, TWICE = (
    f"{words}, and so it goes on for a while." for words in ("A button", "My lawyer", "Twice")
)


def test_only_complaints_with_text_and_grade_in_order():
    """The oldest first; without text or grade nothing can be learnt; a language is known by its letters."""
    cases = filed((1, "早"), (2, "late"), (3, "x"))
    cases.loc[2, "text"] = None
    found = reading.graded(cases[::-1])
    assert found["complaint_id"].tolist() == ["B0", "B1"]
    assert found["language"].tolist() == ["zh", "en"]


def test_six_are_two_of_each_grade():
    """Of each grade the newest that the rule grades right, and the newest that it doesn't, in order of time."""
    rows = [(1, SMALL), (1, SMALL), (1, LAWYER), (2, TWICE), (2, SMALL), (3, LAWYER), (3, SMALL)]
    found = reading.six(reading.graded(filed(*rows)))
    assert found.index.tolist() == list("ABCDEF")
    assert found["complaint_id"].tolist() == ["B1", "B2", "B3", "B4", "B5", "B6"]


def test_six_that_are_read_at_a_glance_come_first():
    """English ones of moderate length before newer ones in Chinese, very short or very long."""
    rows = [(1, SMALL), (1, "short"), (1, "x" * 400), (1, "太慢了" * 20)]
    assert reading.six(reading.graded(filed(*rows)))["complaint_id"].tolist() == ["B0"]


def test_of_a_grade_that_is_not_there_none_is_taken():
    """Two grades give four at most, no complaints none."""
    assert len(reading.six(reading.graded(filed((1, SMALL), (2, TWICE))))) == 2
    assert reading.six(reading.graded(filed())).empty


def test_the_telling_ones_by_hand():
    """Loud, quiet and missed; whoever is sorted right by both is none of these."""
    cases = reading.graded(filed((1, "a"), (3, "b"), (3, "c"), (3, "d")))
    rule, model = pd.Series([3, 2, 1, 3]), pd.Series([2, 3, 2, 3])
    found = reading.telling(cases, rule, model)
    assert found.index.tolist() == ["loud", "quiet", "missed"]
    assert found["text"].tolist() == ["a", "b", "c"]
    counted = reading.kinds(cases, rule, model)
    assert (counted.loud, counted.quiet, counted.missed, counted.together) == (1, 1, 1, 3)


def test_a_kind_that_does_not_occur_is_not_spoken_of():
    """Without senior cases there are no quiet and no missed ones."""
    cases = reading.graded(filed((1, "a"), (1, "b")))
    counted = reading.kinds(cases, pd.Series([3, 1]), pd.Series([1, 1]))
    assert (counted.loud, counted.quiet, counted.missed) == (1, None, None)
    nobody = pd.Series([1, 1])
    assert reading.telling(cases, nobody, nobody).empty
    assert reading.kinds(cases, nobody, nobody).together is None
