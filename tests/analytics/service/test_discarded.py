"""Tickets that ended without being dealt with: in no figure, and counted beside them."""

import pandas as pd

from analytics.desk import desk, ticket
from workbook.analytics.service import service_kpis, standards, waiting_times, workload

END = pd.Timestamp("2025-01-31")
TICKETS = desk(
    ticket("quick", "2025-01-01 08:00", answered_at="2025-01-01 09:00", resolved_at="2025-01-01 10:00", discarded_as=None),
    ticket("slow", "2025-01-01 08:00", answered_at="2025-01-02 09:00", resolved_at="2025-01-02 10:00", discarded_as=None),
    ticket("spam", "2025-01-01 08:00", discarded_as="spam"),
    ticket("merged", "2025-01-01 08:00", answered_at="2025-01-01 08:30", resolved_at="2025-01-01 08:31", discarded_as="merged"),
    ticket("late spam", "2025-01-31 23:00", discarded_as="spam"),
)  # fmt: skip
HOURS = pd.Timedelta(hours=2)


def test_nobody_waits_for_a_discarded_ticket():
    """It is neither open nor resolved, whatever the system wrote as its end, and in no figure."""
    known = waiting_times.as_known(TICKETS, END)
    assert known["ticket_id"].tolist() == ["quick", "slow"]
    assert workload.backlog(known, END).iloc[-1] == 0
    nothing = pd.DataFrame(columns=["ticket_id", "customer_id", "answered_at", "complained_at", "csat"])
    figures = service_kpis.kpis(known, nothing.astype({"answered_at": "datetime64[ns]"}), nothing, END)
    assert figures.loc["resolution, median", "all"] == 14.0  # the middle of 2 and 26 hours
    without = TICKETS[TICKETS["discarded_as"].isna()].drop(columns="discarded_as")
    pd.testing.assert_frame_equal(known.drop(columns="discarded_as"), waiting_times.as_known(without, END))


def test_they_are_counted_beside_the_figures():
    """How many of how many, by kind; without any nothing is said."""
    told = waiting_times.discarded(TICKETS, END)
    assert (told.case, told.tickets, told.of, told.kinds) == ("some", 3, 5, ["spam (2)", "merged (1)"])
    assert waiting_times.discarded(TICKETS.drop(columns="discarded_as"), END).case == "none"


def test_a_service_level_with_them_and_without():
    """One of two was answered in time; with two more that fell due and nobody served it is one of four."""
    found = standards.with_discarded(TICKETS, "answer", HOURS, END)
    assert found["tickets"].tolist() == [2, 4]
    assert found["value"].tolist() == [0.5, 0.25]
    same = standards.with_discarded(TICKETS.head(2), "answer", HOURS, END)
    assert same["value"].tolist() == [0.5, 0.5]
