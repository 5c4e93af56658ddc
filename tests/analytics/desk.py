"""A service desk small enough to check by hand."""

import pandas as pd


def ticket(ticket_id: str, opened: str, **columns: object) -> dict[str, object]:
    """Make one ticket, as the service desk keeps it."""
    usual = {
        "customer_id": "C1", "order_id": "O1", "channel": "phone", "topic": "delivery", "severity": 1,
        "first_response_at": pd.NaT, "first_response_by": "person", "answered_at": pd.NaT, "abandoned_at": pd.NaT,
        "resolved_at": pd.NaT,
        "hand_offs": 0, "agent_minutes": 5.0, "cost": 6.0, "self_served": False,
    }  # fmt: skip
    return usual | {"ticket_id": ticket_id, "opened_at": opened} | columns


def desk(*tickets: dict[str, object]) -> pd.DataFrame:
    """Make a table of tickets."""
    frame = pd.DataFrame(list(tickets))
    times = [c for c in frame if c.endswith("_at")]
    return frame.assign(**{c: pd.to_datetime(frame[c], format="ISO8601") for c in times}).astype(
        {"severity": "Int64", "hand_offs": "Int64", "self_served": "boolean"}
    )
