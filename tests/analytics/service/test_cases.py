"""The words by which sentences are chosen: each case of each function, on frames checked by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.desk import desk, ticket
from workbook.analytics.estimate import Estimate
from workbook.analytics.service import (
    pilots,
    service_kpis,
    standards,
    ticket_life,
    waiting_times,
    weekly_charts,
    workload,
)

TODAY = pd.Timestamp("2025-06-30")
NAN = float("nan")


@pytest.mark.parametrize(
    ("hours", "case", "factor"),
    [([1, 2, 30], "pulled", 5.5), ([1, 2, 3], "alike", 1.0), ([], "unknown", NAN), ([0, 0], "unknown", NAN)],
)
def test_mean_and_median(hours, case, factor):
    """A mean beyond 1.2 medians is pulled; without times, or with none but 0, nothing is said."""
    found = waiting_times.mean_and_median(pd.Series(hours, dtype=float))
    assert found.case == case
    assert found.factor.value == pytest.approx(factor, nan_ok=True)


def test_which_clock_a_person_stops():
    """The answer where it is on record, else the end."""
    frame = pd.DataFrame({"answered_at": pd.to_datetime(["2025-06-01", None])})
    assert waiting_times.person_clock(frame) == "answer"
    assert waiting_times.person_clock(frame.iloc[1:]) == "resolution"


def test_tickets_whose_wait_is_over():
    """Open ones are left out, and so are ends before their beginning."""
    known = waiting_times.as_known(
        desk(
            ticket("a", "2025-06-01 08:00", resolved_at="2025-06-01 11:00"),
            ticket("open", "2025-06-01 08:00"),
            ticket("odd", "2025-06-01 08:00", resolved_at="2025-06-01 07:00"),
        ),
        TODAY,
    )
    found = waiting_times.ended(known, "resolution")
    assert dict(zip(found["ticket_id"], found["hours"], strict=True)) == {"a": 3.0}


def test_the_share_that_was_handed_on():
    """Of the tickets with a person; unknown where hand-offs aren't on record."""
    steps = pd.DataFrame({"tickets": pd.array([8, 2], "Int64")}, index=["assigned to a person", "handed on"])
    assert ticket_life.handed_on(steps).value == 0.25
    assert not ticket_life.handed_on(steps.assign(tickets=pd.array([8, None], "Int64"))).known
    assert not ticket_life.handed_on(steps.assign(tickets=pd.array([0, 0], "Int64"))).known


def test_the_peak_of_a_backlog():
    """The first day of the highest number, and the last one's."""
    found = workload.peak(pd.Series([1, 3, 3, 2], pd.date_range("2025-01-01", periods=4)))
    assert (found.day, found.most, found.last) == (pd.Timestamp("2025-01-02"), 3, 2)
    assert workload.peak(pd.Series(dtype=int)).most is None


def test_the_busiest_hour_is_not_midnight_of_dates():
    """Where all tickets have no hour, none is the busiest."""
    week = pd.DataFrame(0.0, index=["Mon"], columns=range(24))
    assert workload.busiest_hour(week) is None
    week[9] = 2.0
    assert workload.busiest_hour(week) == 9


@pytest.mark.parametrize(
    ("values", "case", "most"),
    [
        ({"a": 2.0, "b": 5.0, "all": 3.0}, "several", "b"),
        ({"a": 2.0, "all": 2.0}, "one", ""),
        ({"all": NAN, "a": NAN}, "unknown", ""),
    ],
)
def test_the_ends_of_the_scale(values, case, most):
    """Among desks, not the column of all; one desk has nothing beside it."""
    found = service_kpis.ends(pd.DataFrame([values], index=["k"]), "k", "hours")
    assert (found.case, found.most) == (case, most)


def test_cases_against_one_limit():
    """Due after the limit, kept if resolved within it; whoever gave up is left out."""
    known = waiting_times.as_known(
        desk(
            ticket("kept", "2025-06-29 08:00", resolved_at="2025-06-29 11:00"),
            ticket("late", "2025-06-28 08:00", resolved_at="2025-06-29 11:00"),
            ticket("overdue", "2025-06-28 08:00"),
            ticket("new", "2025-06-30 08:00"),
            ticket("gone", "2025-06-28 08:00", abandoned_at="2025-06-28 08:01"),
        ),
        TODAY,
    )
    found = standards.due_within(known, pd.Timedelta(hours=24), TODAY)
    assert found["due"].tolist() == [True, True, True, False]
    assert found["kept"].tolist() == [True, False, False, False]
    assert found["resolved"].tolist() == [True, True, False, False]


def chart(*signal: bool, value: float = 0.5) -> pd.DataFrame:
    """A chart of so many weeks."""
    return pd.DataFrame(
        {"value": value, "centre": value, "signal": signal},
        pd.date_range("2025-01-06", periods=len(signal), freq="7D"),
    )


@pytest.mark.parametrize(
    ("table", "case", "weeks"),
    [
        (chart(True, False, True, True), "signals", 2),
        (chart(True, True, False, False), "quiet", 0),
        (chart(False, False, False, value=NAN), "unknown", None),
        (chart(False, False, False).assign(centre=NAN), "too_few", None),
        (chart(True, True), "all_baseline", None),
    ],
)
def test_what_a_chart_says_after_its_baseline(table, case, weeks):
    """Two weeks are the baseline: what signals there doesn't count."""
    found = weekly_charts.after_baseline(table, 2)
    assert (found.case, found.weeks) == (case, weeks)


@pytest.mark.parametrize(("noise", "case"), [(0.12, "beyond"), (0.0, "chance")])
def test_whether_weeks_differ_beyond_chance(noise, case):
    """Weeks whose chance changes lie further apart than their numbers explain."""
    rng = np.random.default_rng(3)
    chance = np.repeat((0.5 + noise * rng.standard_normal(60)).clip(0, 1), 200)
    opened = pd.Series(np.repeat(pd.date_range("2024-01-01", periods=60, freq="7D"), 200))
    hours = np.where(rng.random(12_000) < chance, 1.0, 9.0)
    frame = desk(*(ticket(str(n), str(at)) for n, at in enumerate(opened[:1])))
    frame = (
        frame.loc[[0] * 12_000]
        .reset_index(drop=True)
        .assign(opened_at=opened, answered_at=opened + pd.to_timedelta(hours, "h"))
    )
    known = waiting_times.as_known(frame, pd.Timestamp("2025-03-30"))
    plain = weekly_charts.both_clocks(
        known, pd.Timedelta(hours=4), pd.Timestamp("2025-03-30"), 40, between=False
    )
    assert weekly_charts.beyond_chance(plain, 40).case == case
    assert weekly_charts.beyond_chance({"answer": plain["answer"][:0]}, 40).case == "unknown"
    compared = weekly_charts.limits_compared(known, pd.Timedelta(hours=4), pd.Timestamp("2025-03-30"), 40)
    assert compared.loc["answer", "p-chart"] >= compared.loc["answer", "p′-chart"]


def test_medians_by_week_as_a_chart():
    """A week's median in the unit that fits, with limits from the first weeks; one of four tickets has no value."""
    opened = pd.Series(np.repeat(pd.date_range("2024-01-01", periods=12, freq="7D"), 5)).iloc[:-1]
    hours = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 12)[:-1] * np.repeat([1.0, 1.2] * 6, 5)[:-1]
    frame = desk(*(ticket(str(n), str(at)) for n, at in enumerate(opened)))
    known = waiting_times.as_known(
        frame.assign(resolved_at=frame["opened_at"] + pd.to_timedelta(hours, "h")), TODAY
    )
    found = weekly_charts.weekly_medians(known, TODAY, 8)
    assert found["value"].iloc[:2].tolist() == pytest.approx([3.0, 3.6])
    assert np.isnan(found["value"].iloc[-1])
    assert not found["signal"].any()
    assert (found["low"] < found["value"])[:-1].all()
    assert found.columns.name == "median hours to the end"
    quick = frame["opened_at"] + pd.to_timedelta(hours / 60, "h")
    found = weekly_charts.weekly_medians(
        waiting_times.as_known(frame.assign(resolved_at=quick), TODAY), TODAY, 8
    )
    assert found["value"].iloc[:2].tolist() == pytest.approx([3.0, 3.6])
    assert found.columns.name == "median minutes to the end"


CHANGES = {
    "down": Estimate(-0.9, -0.95, -0.8, "change"),
    "unclear": Estimate(0.1, -0.1, 0.3, "change"),
    "unknown": Estimate(unit="change"),
}


@pytest.mark.parametrize(
    ("first", "person", "case"),
    [
        ("down", "unclear", "receipt_only"),
        ("down", "down", "both"),
        ("unclear", "unclear", "other"),
        ("down", "unknown", "unknown"),
    ],
)
def test_what_a_pilot_changed(first, person, case):
    """A first response that came sooner, and a person's answer of which nothing can be said."""
    assert pilots.receipt_only({"first response": CHANGES[first], "answer": CHANGES[person]}) == case


def test_a_pilot_and_its_report():
    """Tickets by city and day; the project's mean over complaints of these cities, and who responded."""
    customers = pd.DataFrame({"customer_id": ["C1", "C2"], "city": ["Hangzhou", "Beijing"]})
    known = waiting_times.as_known(
        desk(
            ticket("a", "2025-06-01"), ticket("b", "2025-06-10"), ticket("c", "2025-06-10", customer_id="C2")
        ),
        TODAY,
    )
    pilot = pilots.pilot(known, customers, "Hangzhou, Nanjing", pd.Timestamp("2025-06-05"))
    assert pilot.tickets["pilot"].tolist() == [True, True, False]
    assert {name: part["ticket_id"].tolist() for name, part in pilot.parts.items()} == {
        "before": ["a"],
        "after": ["b"],
    }
    times = pd.to_datetime(["2025-06-01 08:00", "2025-06-10 08:00"])
    told = pd.DataFrame(
        {"customer_id": "C1", "complained_at": times, "first_response_at": times + pd.to_timedelta([48, 0.25], "h"),
         "first_response_by": ["person", "machine"]}
    )  # fmt: skip
    found = pilots.project_report(told, customers, pilot)
    assert found["mean hours"].tolist() == [48.0, 0.25]
    assert found["by a machine"].tolist() == [0.0, 1.0]
    assert {change.verdict for change in pilots.changes(pilot, TODAY).values()} == {"unknown"}
