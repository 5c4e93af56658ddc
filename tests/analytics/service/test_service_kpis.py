"""Service KPIs by hand: how tickets end, what they cost, and which standards were kept."""

import numpy as np
import pandas as pd
import pytest

from analytics.desk import desk, ticket
from workbook.analytics.service import service_kpis, standards, ticket_life, ticket_outcomes, workload
from workbook.analytics.service.waiting_times import as_known
from workbook.tables.errors import DataError

TODAY = pd.Timestamp("2025-06-30")
NO_SURVEYS = pd.DataFrame({"ticket_id": pd.Series(dtype=str), "sent_at": pd.Series(dtype="datetime64[ns]"),
                           "answered_at": pd.Series(dtype="datetime64[ns]"), "csat": pd.Series(dtype="Int64")})  # fmt: skip


def complaints(**at: str) -> pd.DataFrame:
    """Make complaints by the ticket that each came from."""
    times = pd.to_datetime(pd.Series(at, dtype=str))
    return pd.DataFrame({"ticket_id": list(at), "order_id": "O1", "complained_at": times.to_numpy()})


def test_settled_at_first_contact_by_hand():
    """In time, one owner, not asked again, no complaint: whoever misses one of the four isn't settled at once."""
    known = as_known(
        desk(
            ticket("good", "2025-05-01", order_id="1", resolved_at="2025-05-02"),
            ticket("late", "2025-05-01", order_id="2", resolved_at="2025-06-02"),
            ticket("handed", "2025-05-01", order_id="3", resolved_at="2025-05-02", hand_offs=1),
            ticket("again", "2025-05-01", order_id="4", resolved_at="2025-05-02"),
            ticket("second", "2025-05-20", order_id="4", resolved_at="2025-05-21"),
            ticket("angry", "2025-05-01", order_id="5", resolved_at="2025-05-02"),
            ticket("pages", "2025-05-01", order_id="6", resolved_at="2025-05-01", self_served=True),
            ticket("young", "2025-06-20", order_id="7", resolved_at="2025-06-20"),
        ),
        TODAY,
    )
    flags = ticket_outcomes.settled(known, complaints(angry="2025-05-03"), TODAY).set_axis(
        known["ticket_id"][:7]
    )
    assert "young" not in flags.index
    at_once = flags["first_contact"]
    assert at_once.dropna().to_dict() == {
        "good": True, "late": False, "handed": False, "again": False, "second": True, "angry": False,
    }  # fmt: skip
    assert at_once.isna().to_dict()["pages"]


def test_without_an_order_the_topic_counts():
    """Two questions on delivery are one matter; one on payment is another."""
    known = as_known(
        desk(
            ticket("a", "2025-05-01", order_id=None),
            ticket("b", "2025-05-05", order_id=None, topic="payment"),
            ticket("c", "2025-05-09", order_id=None),
            ticket("d", "2025-05-09", order_id=None, customer_id="C2"),
        ),
        TODAY,
    )
    assert ticket_outcomes.asked_again(known, pd.Timedelta(days=30)).tolist() == [True, False, False, False]
    assert not ticket_outcomes.asked_again(known, pd.Timedelta(days=7)).any()


def test_complaints_are_waited_for_sixty_days():
    """The one that comes on day 61 is too late, the ticket of yesterday too young; without complaints nobody knows."""
    known = as_known(desk(*(ticket(c, "2025-03-01") for c in "abc"), ticket("new", "2025-06-29")), TODAY)
    came = complaints(a="2025-03-05", b="2025-05-02")
    assert ticket_outcomes.complaint_share(known, came, TODAY).tolist() == [True, False, False]
    assert ticket_outcomes.complaint_share(known, complaints(), TODAY).isna().all()
    orders = pd.DataFrame(
        {
            "order_id": ["O1", "O2", "O3"],
            "ordered_at": pd.to_datetime(["2025-03-01", "2025-03-02", "2025-06-01"]),
        }
    )
    assert ticket_outcomes.complaint_rate(orders, came, TODAY).tolist() == [True, False]
    assert ticket_outcomes.complaint_rate(orders, complaints(), TODAY).empty


def cases() -> pd.DataFrame:
    """Four questions and a grave case, all of one day, with a machine that responds at once."""
    at, machine = (
        "2025-06-28 08:00",
        {"first_response_at": "2025-06-28 08:01", "first_response_by": "machine"},
    )
    return as_known(
        desk(
            ticket("quick", at, **machine, answered_at="2025-06-28 08:10", resolved_at="2025-06-28 09:00"),
            ticket("slow", at, **machine, answered_at="2025-06-28 12:00", resolved_at="2025-06-28 20:00"),
            ticket("open", at, **machine),
            ticket("new", "2025-06-30 23:50", first_response_at="2025-06-30 23:51"),
            ticket("grave", at, **machine, severity=3, answered_at="2025-06-29 20:00"),
        ),
        TODAY,
    )


@pytest.mark.parametrize(
    ("reading", "machine", "kept"),
    [
        ("answered in 15 minutes", False, {"quick": True, "slow": False, "open": False, "grave": False}),
        ("answered in 15 minutes", True, {"quick": True, "slow": True, "open": True, "grave": True}),
        ("handled in 24 hours", False, {"quick": True, "slow": True, "open": False, "grave": True}),
    ],
)
def test_both_readings_by_hand(reading, machine, kept):
    """A grave case has its own limit; open and overdue is not kept; what isn't due yet doesn't count."""
    known = cases()
    found = standards.sla_cases(known, reading, TODAY, machine_counts=machine)
    assert found["kept"].set_axis(known["ticket_id"][found.index]).to_dict() == kept


def test_closed_cases_alone_flatter():
    """The overdue one vanishes: two of three become two of two."""
    found = standards.sla_cases(cases().query("severity < 3"), "handled in 24 hours", TODAY)
    assert found["kept"].mean() == pytest.approx(2 / 3)
    assert found.loc[found["closed"], "kept"].mean() == 1


def test_the_standards_cover_every_case_once():
    """Each standard has a rule for all cases, or one for major cases and one for the others; another one is an error."""
    for _, rules in standards.STANDARDS.groupby("standard"):
        assert sorted(rules["cases"]) in (["all tickets"], ["complaints"], ["major", "not major"])
    with pytest.raises(DataError, match=r"reading must be one of .*; got 'handled in 24 hour'"):
        standards.sla_cases(cases(), "handled in 24 hour", TODAY)


def test_unknown_severity_is_not_major():
    """A desk that doesn't grade is held to the common limit."""
    known = cases().assign(severity=pd.NA).astype({"severity": "Int64"})
    found = standards.sla_cases(known, "handled in 24 hours", TODAY)
    assert found["kept"].sum() == 2
    assert len(found) == 4


def test_kpis_are_the_plain_means_and_medians():
    """Recomputed in pandas on a window in which everything is known."""
    rng = np.random.default_rng(4)
    n = 200
    opened = pd.Timestamp("2025-02-01") + pd.to_timedelta(rng.uniform(0, 40 * 24, n), unit="h")
    hours = rng.lognormal(1, 1, n)
    tickets = desk(*(ticket(str(i), str(opened[i]), customer_id=str(i), channel=["chat", "phone"][i % 2],
                             cost=float(i), answered_at=opened[i] + pd.Timedelta(hours=hours[i]),
                             resolved_at=opened[i] + pd.Timedelta(hours=2 * hours[i])) for i in range(n)))  # fmt: skip
    sent = pd.to_datetime(["2025-03-20"] * 3)
    surveys = pd.DataFrame(
        {
            "ticket_id": ["0", "2", "4"],
            "sent_at": sent,
            "answered_at": sent,
            "csat": pd.array([5, 4, 3], "Int64"),
        }
    )
    found = service_kpis.kpis(as_known(tickets, TODAY), surveys, complaints(**{"1": "2025-03-20"}), TODAY)
    assert list(found.index) == list(service_kpis.KPIS["kpi"])
    assert list(found.columns) == ["online", "phone", "all"]
    assert found.loc["answer of a person, median", "all"] == pytest.approx(np.median(hours))
    assert found.loc["resolution, median", "phone"] == pytest.approx(np.median(2 * hours[1::2]))
    assert found.loc["cost of a ticket", "online"] == pytest.approx(np.arange(0, n, 2).mean())
    assert found.loc["CSAT", "online"] == pytest.approx(2 / 3)
    assert np.isnan(found.loc["CSAT", "phone"])
    assert found.loc["complaint share of tickets", "all"] == pytest.approx(1 / n)
    assert found.loc["first-contact resolution", "phone"] == pytest.approx(0.99)
    assert np.isnan(found.loc["first response, median", "all"])


def test_nobody_asked():
    """A desk without tickets has empty tables, and no error."""
    none = as_known(desk(ticket("a", "2025-07-05")), TODAY)
    assert service_kpis.kpis(none, NO_SURVEYS, complaints(), TODAY).isna().all(axis=None)
    assert ticket_life.steps(none, NO_SURVEYS, TODAY)["tickets"].sum() == 0
    assert workload.backlog(none, TODAY).empty
    assert standards.sla_cases(none, "handled in 24 hours", TODAY).empty


def test_a_tickets_life_by_hand():
    """Each step counts who took it, and its median hours from the opening."""
    known = as_known(
        desk(
            ticket("a", "2025-05-01 08:00", first_response_at="2025-05-01 09:00", answered_at="2025-05-01 10:00",
                   resolved_at="2025-05-01 12:00"),
            ticket("b", "2025-06-30 08:00", order_id="2", first_response_at="2025-06-30 11:00"),
        ),
        TODAY,
    )  # fmt: skip
    sent = pd.DataFrame(
        {"ticket_id": ["a", "a"], "sent_at": pd.to_datetime(["2025-05-02 08:00", "2025-07-01 00:00"])}
    )
    steps = ticket_life.steps(known, sent, TODAY)
    assert steps["tickets"].to_dict() == {
        "received": 2, "first response": 2, "assigned to a person": 2, "kept by its first owner": 1, "handed on": 0,
        "answered by a person": 1, "resolved": 1, "followed up": 1, "closed": 1,
    }  # fmt: skip
    assert steps.loc[
        ["first response", "answered by a person", "resolved", "followed up"], "median time"
    ].tolist() == [2, 2, 4, 24]


def test_backlog_and_arrivals_add_up():
    """Open is what came less what went; an average week holds all tickets of seven days."""
    known = as_known(
        desk(
            ticket("a", "2025-06-24 08:00", resolved_at="2025-06-26"),
            ticket("b", "2025-06-25 08:00"),
            ticket("c", "2025-06-26 20:00"),
        ),
        TODAY,
    )
    assert workload.backlog(known, TODAY).tolist() == [1, 2, 2, 2, 2, 2, 2]
    week = workload.arrivals(known, TODAY)
    assert week.shape == (7, 24)
    assert week.loc["Tue", 8] > 0
    assert week.to_numpy().sum() == pytest.approx(3 / ((7 * 24 - 8) / 24 / 7))
