"""An abandoned ticket is neither open nor resolved: in each figure it is counted apart."""

import numpy as np
import pandas as pd
import pytest

from analytics.desk import desk, ticket
from workbook.analytics.service import (
    hindsight,
    service_kpis,
    standards,
    ticket_life,
    ticket_outcomes,
    waiting_times,
    workload,
)

TODAY = pd.Timestamp("2025-03-10")
SURVEYS = pd.DataFrame({"ticket_id": pd.Series(dtype=str), "sent_at": pd.Series(dtype="datetime64[ns]"),
                        "answered_at": pd.Series(dtype="datetime64[ns]"), "csat": pd.Series(dtype="Int64")})  # fmt: skip
COMPLAINTS = pd.DataFrame({"ticket_id": pd.Series(dtype=str), "complained_at": pd.Series(dtype="datetime64[ns]")})  # fmt: skip
LIMIT = pd.Timedelta(seconds=20)


def call(id: str, at: str, wait: int, *, answered: bool = True, **columns: object) -> dict[str, object]:
    """Make a call that rang for so many seconds, and was then answered and settled in a minute, or given up."""
    begun = pd.Timestamp(at)
    heard = begun + pd.Timedelta(seconds=wait)
    if not answered:
        return ticket(id, at, customer_id=id, abandoned_at=heard, agent_minutes=0.0, cost=0.0) | columns
    ends = {"first_response_at": heard, "answered_at": heard, "resolved_at": heard + pd.Timedelta(minutes=1)}
    return ticket(id, at, customer_id=id, **ends) | columns


def calls() -> pd.DataFrame:
    """Five calls of one morning: answered after 5, 15 and 60 s, given up after 10 and 40 s; and one that still rings."""
    return desk(
        call("a", "2025-03-10 09:00", 5), call("b", "2025-03-10 09:10", 10, answered=False),
        call("c", "2025-03-10 09:20", 15), call("d", "2025-03-10 09:30", 40, answered=False),
        call("e", "2025-03-10 09:40", 60), ticket("f", "2025-03-10 23:59:50", customer_id="f"),
    )  # fmt: skip


@pytest.fixture
def known() -> pd.DataFrame:
    """The calls as known on the evening."""
    return waiting_times.as_known(calls(), TODAY)


def test_it_is_a_state_of_its_own(known):
    """Neither open nor resolved, whatever end the system wrote; who was answered after all didn't give up."""
    assert known["state"].tolist() == ["resolved", "abandoned", "resolved", "abandoned", "resolved", "open"]
    at = "2025-03-10 08:00"
    other = waiting_times.as_known(
        desk(
            ticket("ended", at, abandoned_at="2025-03-10 08:01", resolved_at="2025-03-10 08:01"),
            ticket("called back", at, abandoned_at="2025-03-10 08:01", answered_at="2025-03-10 09:00",
                   resolved_at="2025-03-10 09:05"),
            ticket("receipt", at, abandoned_at="2025-03-10 08:01", first_response_at="2025-03-10 08:02"),
        ),
        TODAY,
    )  # fmt: skip
    assert other["state"].tolist() == ["abandoned", "resolved", "abandoned"]
    assert other["resolved_at"].notna().tolist() == [False, True, False]
    assert other["abandoned_at"].notna().tolist() == [True, False, True]
    assert other["first_response_by"].isna().all()  # a receipt after the end reached nobody


def test_what_is_abandoned_later_is_open_now():
    """On the evening before, nobody knows that the customer will give up, nor what the call will have cost."""
    late = desk(call("a", "2025-03-10 23:59:30", 60, answered=False))
    then, later = (waiting_times.as_known(late, TODAY + pd.Timedelta(days=d)) for d in (0, 1))
    assert (then["state"].item(), later["state"].item()) == ("open", "abandoned")
    assert then["abandoned_at"].isna().all() and then["cost"].isna().all()
    assert workload.backlog(then, TODAY).tolist() == [1]
    assert workload.backlog(later, TODAY + pd.Timedelta(days=1)).tolist() == [1, 0]


@pytest.mark.parametrize("clock", waiting_times.CLOCKS)
def test_its_wait_ends_when_the_customer_gives_up(known, clock):
    """Until then it counts as a wait of so long at least, and from then on no more: it isn't waiting for ever."""
    timed = waiting_times.waits(known, clock, TODAY)
    assert timed["abandoned"].tolist() == [False, True, False, True, False, False]
    assert timed["event_observed"].tolist() == [True, False, True, False, True, False]
    assert (timed.loc[timed["abandoned"], "hours"] * 3600).round(6).tolist() == [10, 40]


def test_quantiles_by_hand(known):
    """Of 5, 10+, 10+ (rings), 15, 40+, 60: 5/6 wait after 5 s, 5/6 × 2/3 after 15 s, none after 60 s: the median is 60 s."""
    timed = waiting_times.waits(known, "answer", TODAY)
    left = waiting_times.waiting(timed, np.array([5, 15, 60]) / 3600)
    assert left == pytest.approx([5 / 6, 5 / 6 * 2 / 3, 0])
    assert waiting_times.quantile(timed).value * 3600 == pytest.approx(60)
    table = waiting_times.wait_table(timed, known["desk"]).loc["phone"]
    assert (table["tickets"], table["still waiting"], table["abandoned"]) == (6, 1, 2)


def test_service_levels_by_hand(known):
    """In 20 s: 2 of all 5, 2 of the 3 that stayed, 2 of the 4 that stayed for 20 s; the one that rings isn't due yet."""
    levels = standards.service_levels(known, "answer", LIMIT, TODAY)
    assert levels["tickets"].tolist() == [5, 3, 4]
    assert levels["value"].tolist() == pytest.approx([2 / 5, 2 / 3, 2 / 4])
    assert (levels["low"] < levels["value"]).all() and (levels["value"] < levels["high"]).all()
    assert waiting_times.within(known, "answer", LIMIT, TODAY).tolist() == [True, False, True, False, False]


def test_where_nobody_gives_up_the_three_levels_are_one():
    """Without an abandoned ticket the definitions agree."""
    levels = standards.service_levels(waiting_times.as_known(calls()[::2], TODAY), "answer", LIMIT, TODAY)
    assert levels["value"].tolist() == pytest.approx([2 / 3] * 3)


def test_a_standard_is_not_kept_by_those_who_left(known):
    """An abandoned case falls due like any other, is not kept, and is marked, so that it can be left out."""
    cases = standards.sla_cases(known, "answered in 15 minutes", TODAY)
    assert cases["kept"].tolist() == [True, False, True, False, True]
    assert cases["abandoned"].tolist() == [False, True, False, True, False]
    assert cases.loc[~cases["abandoned"], "kept"].mean() == 1


def test_kpis_by_hand():
    """Two of six gave up; of four that stayed three were settled at once, and one is open to this day."""
    later = TODAY + pd.Timedelta(days=100)
    known = waiting_times.as_known(calls().assign(cost=[6.0, 0.5, 6.0, 0.5, 6.0, np.nan]), later)
    found = service_kpis.kpis(known, SURVEYS, COMPLAINTS, later)["all"]
    assert found["abandonment rate"] == pytest.approx(2 / 6)
    assert found["problem-resolution rate"] == pytest.approx(3 / 6)
    assert found["first-contact resolution"] == pytest.approx(3 / 4)
    assert found["cost of a ticket"] == 6.0  # of those that weren't abandoned
    flags = ticket_outcomes.settled(known, COMPLAINTS, later)
    assert flags["abandoned"].sum() == 2
    assert flags["first_contact"].isna().tolist() == [False, True, False, True, False, False]


def test_where_none_is_on_record_the_rate_is_unknown(known):
    """A log without a single abandoned ticket may be one that doesn't write them down."""
    kept = known[known["state"] != "abandoned"]
    assert np.isnan(service_kpis.kpis(kept, SURVEYS, COMPLAINTS, TODAY).loc["abandonment rate", "all"])


def test_its_life_has_a_step_of_its_own(known):
    """Six came in, two left, four went to a person, three were resolved; without any the step isn't there."""
    steps = ticket_life.steps(known, SURVEYS, TODAY)["tickets"]
    assert steps[["received", "abandoned", "assigned to a person", "kept by its first owner", "resolved"]].tolist() == [6, 2, 4, 3, 3]  # fmt: skip
    assert ticket_life.steps(known, SURVEYS, TODAY).loc["abandoned", "median time"] == pytest.approx(
        25 / 3600
    )
    assert "abandoned" not in ticket_life.steps(known[::2], SURVEYS, TODAY).index
    at_once = known.assign(abandoned_at=known["opened_at"].where(known["abandoned_at"].notna()))
    assert np.isnan(ticket_life.steps(at_once, SURVEYS, TODAY).loc["abandoned", "median time"])


def test_the_backlog_lets_it_go(known):
    """Of six calls one is open in the evening; all six came in."""
    assert workload.backlog(known, TODAY).tolist() == [1]
    weeks = ((TODAY + waiting_times.DAY - known["opened_at"].min()) / waiting_times.DAY) / 7
    assert workload.arrivals(known, TODAY).to_numpy().sum() * weeks == pytest.approx(6)


def test_hindsight_counts_it_as_gone():
    """A report of the past has it neither among the open nor among the closed."""
    weeks = hindsight.hindsight(calls(), TODAY, TODAY + pd.Timedelta(days=5))
    assert weeks.loc[0, ["tickets", "still open"]].tolist() == [6, 1]
    assert weeks.loc[0, "median, resolved only"] * 3600 == pytest.approx(75)  # 65, 75 and 120 s
