"""Three tickets as a story: who did what, and how long after the beginning."""

import pandas as pd

from analytics.desk import desk, ticket
from workbook.analytics.service import ticket_life
from workbook.analytics.service.waiting_times import as_known

TODAY = pd.Timestamp("2025-06-30")
MACHINE = {"first_response_at": "2025-06-28 08:01", "first_response_by": "machine"}


def test_three_lives_by_hand():
    """An ordinary ticket, a slow one whose first response was a machine's, and one that isn't over at the day's end."""
    at = "2025-06-28 08:00"
    known = as_known(
        desk(
            *(
                ticket(f"quick {n}", at, resolved_at="2025-06-28 09:00", answered_at="2025-06-28 09:00")
                for n in range(8)
            ),
            ticket(
                "slow",
                at,
                **MACHINE,
                answered_at="2025-06-29 08:00",
                resolved_at="2025-06-29 09:00",
                hand_offs=2,
            ),
            ticket("open", "2025-06-30 12:00", channel=None),
        ),
        TODAY,
    )
    found = ticket_life.stories(known, TODAY)["what happened"]
    assert list(found.loc["A"]) == ["came in by phone about delivery", "a person answered", "resolved"]
    assert found.loc["B"].to_dict() == {
        "at once": "came in by phone about delivery", "60 seconds": "a machine responded", "24 hours": "a person answered",
        "25 hours": "resolved, handed on 2 times",
    }  # fmt: skip
    assert found.loc["C"].to_dict() == {"at once": "came in about delivery", "12 hours": "still open"}


def test_a_desk_with_hardly_a_ticket():
    """Without two tickets that are over, what there is is told; without any nothing is."""
    gave_up = as_known(desk(ticket("a", "2025-06-28 08:00", abandoned_at="2025-06-28 08:00:40")), TODAY)
    found = ticket_life.stories(gave_up, TODAY)["what happened"]
    assert found.loc["A"].to_dict() == {
        "at once": "came in by phone about delivery",
        "40 seconds": "the customer gave up",
    }
    assert ticket_life.stories(gave_up[:0], TODAY).empty


def test_what_nobody_noted_is_unknown():
    """An export without hand-offs, self-service and answers of people doesn't say to whom tickets were assigned."""
    tickets = desk(ticket("a", "2025-06-01 08:00", resolved_at="2025-06-01 12:00"))
    tickets[["hand_offs", "self_served"]] = pd.NA
    taken = ticket_life.steps(
        as_known(tickets, TODAY), pd.DataFrame({"sent_at": pd.to_datetime([]), "ticket_id": []}), TODAY
    )
    assert pd.isna(taken.loc["assigned to a person", "tickets"])
    assert taken.loc["resolved", "tickets"] == 1
    assert not ticket_life.handed_on(taken).known
