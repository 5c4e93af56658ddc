"""Standards side by side: what the choice of one makes of the same desk."""

import pandas as pd
import pytest

from analytics.desk import desk, ticket
from workbook.analytics.service import standards
from workbook.analytics.service.waiting_times import as_known

TODAY = pd.Timestamp("2025-06-30")
MACHINE = {"first_response_at": "2025-06-01 08:01", "first_response_by": "machine"}


def complaints(**columns: object) -> pd.DataFrame:
    """Two complaints of one moment: one that a person answered after two days and a bit, one of a machine."""
    times = {"complained_at": ["2025-06-01 08:00"] * 2, "first_response_at": ["2025-06-03 09:00", "2025-06-01 08:01"],
             "resolved_at": ["2025-06-04 07:00", None]}  # fmt: skip
    frame = pd.DataFrame(
        {"complaint_id": ["a", "b"], "customer_id": "C1", "first_response_by": ["person", "machine"]}
    )
    return frame.assign(**{c: pd.to_datetime(pd.Series(t)) for c, t in times.items()}, **columns)


def test_all_standards_by_hand():
    """One ticket that a machine acknowledged and a person answered after 20 hours; two complaints, one never answered."""
    known = as_known(desk(ticket("a", "2025-06-01 08:00", **MACHINE, answered_at="2025-06-02 04:00")), TODAY)
    kept = standards.standards_kept(known, complaints(), TODAY)
    assert kept["value"].to_dict() == {
        ("reaction in 24 hours", "a person"): 1,
        ("reaction in 24 hours", "person or machine"): 1,
        ("answered in 15 minutes", "a person"): 0,
        ("answered in 15 minutes", "person or machine"): 1,
        ("complaint answered in 48 hours", "a person"): 0,
        ("complaint answered in 48 hours", "person or machine"): 0.5,
        ("complaint solved in 72 hours", "a person"): 0.5,
    }
    assert kept["document"].unique().tolist() == ["brand", "handbook"]
    assert kept["due"].tolist() == [1] * 4 + [2] * 3


def test_where_nothing_fell_due_nothing_is_kept():
    """A desk without a due case has no row; a spread of nothing is unknown."""
    kept = standards.standards_kept(
        as_known(desk(ticket("a", "2025-06-30 23:59")), TODAY), complaints()[:0], TODAY
    )
    assert kept.empty
    assert standards.spread(kept).case == "unknown"


@pytest.mark.parametrize(("other", "case"), [(0.51, "alike"), (0.9, "apart")])
def test_how_far_standards_are_apart(other, case):
    """Two points are no difference; the strictest and the mildest are named."""
    index = pd.MultiIndex.from_tuples([("strict", "a person"), ("mild", "person or machine")])
    kept = pd.DataFrame({"value": [0.5, other], "low": 0.4, "high": 0.95, "due": 9}, index)
    found = standards.spread(kept)
    assert (found.case, found.strictest, found.mildest) == (
        case,
        "strict by a person",
        "mild by person or machine",
    )
    assert found.most.value == other


def test_part_of_the_cases_is_not_passed_off_as_all():
    """Where no answer of a person is on record, a standard that times it for major cases isn't computed of the others alone."""
    end = {"resolved_at": "2025-06-01 12:00", "first_response_at": "2025-06-01 09:00"}
    tickets = desk(
        ticket("a", "2025-06-01 08:00", severity=1, **end), ticket("b", "2025-06-01 08:00", severity=3, **end)
    )
    kept = standards.standards_kept(as_known(tickets, TODAY), complaints()[:0], TODAY)
    assert ("handled in 24 hours", "a person") not in kept.index
    assert kept.loc[("handled in 24 hours", "person or machine"), "due"] == 2
