"""Conversion of one month over several denominators."""

import pandas as pd
import pytest

from workbook.analytics.experiments.conversion_rates import readings, spread

SESSIONS = pd.DataFrame(
    {
        "started_at": pd.to_datetime(["2025-01-31", "2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04"]),
        "stage": ["order", "order", "view", "cart", "visit"],
        "customer_id": ["C1", "C1", "C1", None, None],
        "visitor_id": [None, None, None, "V1", "V1"],
        "channel": ["app", "app", "e-shop", "e-shop", "e-shop"],
    }
)


def test_conversion_by_hand():
    """In February one order in four sessions, of one of two visitors, in one of two carts; January doesn't count."""
    rates = readings(SESSIONS)
    assert rates["per session"] == 0.25
    assert rates["per visitor"] == 0.5
    assert rates["per session, logged in"] == 0.5
    assert rates["per session, in the app"] == 1
    assert rates["per session with a cart"] == 0.5


def test_what_is_not_on_record_is_no_reading():
    """Without a column of channels there is no conversion of the app; without sessions there is none at all."""
    assert "per session, in the app" not in readings(SESSIONS.assign(channel=None))
    assert readings(SESSIONS.iloc[:0]).empty


def test_how_far_readings_lie_apart():
    """A tenth is alike; one reading alone can't be compared."""
    far = spread(readings(SESSIONS))
    assert (far.case, far.least.value, far.most.value) == ("apart", 0.25, 1)
    assert spread(pd.Series({"a": 0.10, "b": 0.11})).case == "alike"
    assert spread(pd.Series({"a": 0.10})).case == "unknown"
    assert pytest.approx(0.10) == spread(pd.Series({"a": 0.10, "b": 0.2})).least.value
