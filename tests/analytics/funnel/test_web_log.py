"""A web log is cleaned before anything is counted."""

import pandas as pd
import pytest

from workbook.analytics.funnel import web_log


def log() -> pd.DataFrame:
    """A machine with four sessions, a person whose row stands there twice, and two others."""
    return pd.DataFrame(
        {
            "session_id": list("abcdefgh"),
            "visitor_id": ["m", "m", "m", "m", "p", "p", "q", None],
            "started_at": pd.to_datetime(["2025-01-01"] * 4 + ["2025-01-02"] * 2 + ["2025-01-03"] * 2)
            + pd.to_timedelta([1, 2, 3, 4, 5, 5, 6, 7], unit="h"),
            "stage": ["visit"] * 4 + ["order", "order", "view", "order"],
        }
    )


def test_a_row_that_repeats_another_is_doubled():
    """Only the later one of two rows that differ by nothing but their id is taken out."""
    assert web_log.doubled(log()).tolist() == [False] * 5 + [True, False, False]


def test_a_device_with_many_sessions_is_a_machine():
    """More than so many sessions of one device are no person; who is logged in has no device and is one."""
    assert web_log.machines(log(), most=3).tolist() == [True] * 4 + [False] * 4
    assert not web_log.machines(log(), most=4).any()
    assert not web_log.machines(log().drop(columns="visitor_id")).any()


def test_the_days_of_a_log_count_both_ends():
    """From the first to the third of January are three days."""
    assert web_log.days(log()).value == 3


def test_people_are_counted_once():
    """What is left are people, each session once, and conversion is theirs."""
    people = web_log.people(log(), most=3)
    assert people["session_id"].tolist() == ["e", "g", "h"]
    assert web_log.conversion(people).value == pytest.approx(2 / 3)
    assert not web_log.conversion(log()[:0]).known


def test_dirt_is_held_against_the_truth():
    """Precision is of what was taken out, recall of what should have been; without truth only counts are given."""
    flags = pd.DataFrame({"session_id": ["a", "b", "x", "f"], "kind": ["bot", "bot", "bot", "doubled"]})
    found = web_log.dirt(log(), flags, most=3)
    assert found["rows"].tolist() == [1, 4]
    assert found["precision"].tolist() == [1, 0.5]
    assert found["recall"].tolist() == [1, 1]
    assert list(web_log.dirt(log(), None)) == ["rows", "share of the log"]
