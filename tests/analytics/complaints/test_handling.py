"""How complaints were handled: the standard and the surveys by hand."""

import pandas as pd
import pytest

from workbook.analytics.complaints import handling

LAST = pd.Timestamp("2025-01-10")
NO_SURVEYS = pd.DataFrame({"ticket_id": pd.Series(dtype=str), "csat": [], "answered_at": pd.to_datetime([])})


def sample() -> pd.DataFrame:
    """Four complaints: kept; answered late; open and overdue; open and not due yet; the second first met a machine."""
    start = pd.Timestamp("2025-01-01 12:00")
    hours = lambda *h: [start + pd.Timedelta(hours=x) if x is not None else pd.NaT for x in h]  # noqa: E731
    return pd.DataFrame(
        {
            "complained_at": [*[start] * 3, pd.Timestamp("2025-01-09 12:00")],
            "ticket_id": ["K1", "K2", None, "K4"],
            "grade": pd.array([1, 1, 1, 1], dtype="Int64"),
            "first_response_at": hours(48, 60, None, None),
            "first_response_by": ["person", "person", "person", "person"],
            "resolved_at": hours(72, 72.1, None, None),
        }
    )


def test_the_standard_by_hand():
    """On the last day three are due: one in time to the hour, one late, one open and overdue; the fourth waits."""
    found = handling.handled(sample(), NO_SURVEYS, LAST).loc["basic"]
    assert (found["complaints"], found["response due"], found["solution due"]) == (4, 3, 3)
    assert found["responded in time"] == pytest.approx(1 / 3)
    assert found["solved in time"] == pytest.approx(1 / 3)
    assert found["by a machine"] == 0


def test_a_machines_response_is_one_and_is_counted():
    """An automatic message responds in time, and the table says of how many it came from a machine."""
    machine = sample().assign(first_response_by=["machine"] + ["person"] * 3)
    found = handling.handled(machine, NO_SURVEYS, LAST).loc["basic"]
    assert found["responded in time"] == pytest.approx(1 / 3)
    assert found["by a machine"] == pytest.approx(1 / 3)


def test_satisfied_is_of_answers_after_the_complaint():
    """Of two answers to the same ticket only the one that came after the complaint counts."""
    answered = pd.to_datetime(["2024-12-31", "2025-01-05", "2025-01-05"])
    surveys = pd.DataFrame({"ticket_id": ["K1", "K1", "K2"], "csat": [5, 2, 4], "answered_at": answered})
    found = handling.handled(sample(), surveys, LAST).loc["basic"]
    assert (found["satisfied"], found["surveys"]) == (0.5, 2)


def test_what_is_not_on_record_has_no_columns():
    """Without times of responses there is no share of kept ones, without surveys no satisfaction; of nothing no table."""
    bare = handling.handled(sample().assign(first_response_at=pd.NaT), NO_SURVEYS, LAST)
    assert bare.columns.tolist() == ["complaints", "solution due", "solved in time"]
    assert handling.handled(sample().iloc[:0], NO_SURVEYS, LAST).empty


def test_nothing_given_is_changed():
    """Functions read their frames and leave them as they are."""
    cases = sample()
    before = cases.copy(deep=True)
    handling.handled(cases, NO_SURVEYS, LAST)
    assert cases.equals(before)
