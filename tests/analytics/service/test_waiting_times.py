"""Waiting times: what was known on a day, and what still waits."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from analytics.desk import desk, ticket
from workbook.analytics.service import hindsight, pilots, waiting_times
from workbook.tables.errors import DataError

TODAY = pd.Timestamp("2025-03-10")


def waited(hours: list[float], seen: list[bool] | None = None) -> pd.DataFrame:
    """Make waiting times."""
    return pd.DataFrame({"hours": hours, "event_observed": seen or [True] * len(hours), "abandoned": False})


def test_the_future_is_blank():
    """On 10 March nobody knows what comes on 11 March: not the end, not the cost, not who will respond."""
    tickets = desk(
        ticket("a", "2025-03-09 10:00", first_response_at="2025-03-11 00:00", answered_at="2025-03-11 01:00",
               resolved_at="2025-03-12"),
        ticket("b", "2025-03-10 23:00", first_response_at="2025-03-10 23:59:59", resolved_at="2025-03-10 23:59:59"),
        ticket("c", "2025-03-11 00:00"),
    )  # fmt: skip
    before = tickets.copy()
    known = waiting_times.as_known(tickets, TODAY)
    assert known["ticket_id"].tolist() == ["a", "b"]
    assert (
        known.loc[0, [*waiting_times.CLOCKS.values(), *waiting_times.TOTALS, "first_response_by"]]
        .isna()
        .all()
    )
    assert known.loc[1, "cost"] == 6.0
    pd.testing.assert_frame_equal(tickets, before)


def test_channels_as_the_course_counts_them():
    """Chat and e-mail are online; a channel that the table doesn't know stands for itself."""
    tickets = desk(*(ticket(c, "2025-03-01", channel=c) for c in ("chat", "e-mail", "store", "WeChat")))
    assert waiting_times.as_known(tickets, TODAY)["desk"].tolist() == ["online", "online", "store", "WeChat"]


def test_many_desks_are_the_largest_and_all_others():
    """Seven channels make six desks and one for the rest; a log without a channel has one desk."""
    channel = pd.Series([*"aabbccddeeff", "g", "phone"], dtype="str")
    assert waiting_times.desks(channel).tolist() == [*"aabbccddeeff", "all others", "all others"]
    assert waiting_times.desks(channel.head(12)).tolist() == [*"aabbccddeeff"]
    assert waiting_times.desks(pd.Series(["E-Mail", "e-mail ", "Phone"])).tolist() == [
        "online",
        "online",
        "phone",
    ]
    assert waiting_times.desks(pd.Series([None, None], dtype="str")).unique().tolist() == ["not on record"]


def test_waits_by_hand():
    """An open ticket has waited until midnight; one that needed no answer isn't waiting for one."""
    known = waiting_times.as_known(
        desk(
            ticket("answered", "2025-03-10 08:00", answered_at="2025-03-10 10:30"),
            ticket("open", "2025-03-10 20:00"),
            ticket("pages", "2025-03-10 09:00", self_served=True, resolved_at="2025-03-10 09:06"),
            ticket("settled", "2025-03-10 09:00", resolved_at="2025-03-10 12:00"),
        ),
        TODAY,
    )
    answer = waiting_times.waits(known, "answer", TODAY)
    assert answer["hours"].tolist() == [2.5, 4.0]
    assert answer["event_observed"].tolist() == [True, False]
    assert waiting_times.waits(known, "resolution", TODAY)["hours"].round(1).tolist() == [16.0, 4.0, 0.1, 3.0]
    assert waiting_times.waits(
        known, "first response", TODAY
    ).empty  # never recorded: nobody knows, nobody waits
    with pytest.raises(DataError, match=r"clock must be one of .*; got 'reply'"):
        waiting_times.waits(known, "reply", TODAY)


@pytest.mark.parametrize("hours", [[3.0, 1.0, 2.0], [1.0, 5.0, 2.0, 9.0], list(np.arange(1.0, 31.0) ** 2)])
def test_without_open_tickets_the_median_is_the_usual_one(hours):
    """Odd or even in number, as pandas has it."""
    assert waiting_times.quantile(waited(hours)).value == pytest.approx(pd.Series(hours).median())


def test_an_open_ticket_counts_by_hand():
    """Of 1, 2+, 3, 4: after 1 h 3/4 wait, after 3 h 3/4 × 1/2, so the median is 3; without the open one it isn't there to see."""
    four = waited([1.0, 2.0, 3.0, 4.0], [True, False, True, True])
    assert waiting_times.quantile(four).value == 3.0
    left = waiting_times.waiting(four, np.array([0.5, 1.0, 2.5, 3.0, 4.0, 9.0]))
    assert left[:5] == pytest.approx([1, 0.75, 0.75, 0.375, 0])
    assert np.isnan(left[5])


def test_the_published_median_of_freireich():
    """Weeks in remission under 6-MP, Freireich et al. (1963): the median is 23 weeks."""
    seen = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    still = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    sample = waited([float(h) for h in seen + still], [True] * len(seen) + [False] * len(still))
    assert waiting_times.quantile(sample).value == 23.0
    assert waiting_times.waiting(sample, np.array([6.0, 10.0])) == pytest.approx([0.857, 0.753], abs=5e-4)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_interval_of_a_median_is_that_of_statsmodels(seed):
    """By Brookmeyer and Crowley on the log(-log) scale, of 80 waits of which about two of five are open."""
    rng = np.random.default_rng(seed)
    took, watched = rng.exponential(10, 80).round(2), rng.exponential(15, 80).round(2)
    hours, over = np.minimum(took, watched), took <= watched
    found = waiting_times.quantile(waited(list(hours), list(over)))
    with np.errstate(all="ignore"):
        theirs = SurvfuncRight(hours, over).quantile_ci(0.5, method="cloglog")
    assert found.ends == pytest.approx(theirs)


def test_what_too_few_have_reached_is_not_known():
    """Nine of ten open: no median; all open, or nobody there: nothing at all."""
    assert np.isnan(waiting_times.quantile(waited([1.0] * 10, [True] + [False] * 9)).value)
    for sample in (waited([1.0, 2.0], [False, False]), waited([])):
        assert waiting_times.quantile(sample).verdict == "unknown"


def test_dropping_open_tickets_flatters():
    """What is open after two hours has waited longer than what was closed within two."""
    hours = np.array([1.0, 1.5, 8.0, 9.0, 30.0])
    cut = waited(np.minimum(hours, 10).tolist(), (hours <= 10).tolist())
    assert cut.loc[cut["event_observed"], "hours"].median() < waiting_times.quantile(cut).value == 8.0


def test_a_table_by_group():
    """Each group by itself: how many, how many wait, and the same quantiles as alone."""
    sample = waited([1.0, 2.0, 3.0, 10.0, 20.0], [True, True, True, True, False])
    table = waiting_times.wait_table(sample, pd.Series(list("aaabb")))
    assert table["tickets"].tolist() == [3, 2]
    assert table["still waiting"].tolist() == [0, 1]
    assert table.loc["a", "median"] == 2.0
    assert waiting_times.wait_table(sample.iloc[:0], pd.Series(dtype=str)).empty


def test_a_change_by_hand():
    """Treated from 8 to 1, others from 8 to 4: an eighth over a half is a quarter, −75 %."""
    spread = np.exp(np.linspace(-1, 1, 41))
    groups = {(True, False): 8, (True, True): 1, (False, False): 8, (False, True): 4}
    sample = pd.concat(
        [waited((m * spread).tolist()).assign(treated=t, after=a) for (t, a), m in groups.items()],
        ignore_index=True,
    )
    found = pilots.change(sample, sample["treated"], sample["after"])
    assert found.value == pytest.approx(-0.75)
    assert found.low < found.value < found.high < 0
    swapped = pilots.change(sample, ~sample["treated"], sample["after"])
    assert 1 + swapped.value == pytest.approx(1 / (1 + found.value))
    assert 1 + swapped.low == pytest.approx(1 / (1 + found.high))
    assert not pilots.change(sample, sample["treated"] & False, sample["after"]).known


def test_within_a_limit_counts_who_could_have_kept_it():
    """Due and open is not kept; not due yet says nothing."""
    known = waiting_times.as_known(
        desk(
            ticket("kept", "2025-03-10 08:00", resolved_at="2025-03-10 09:00"),
            ticket("late", "2025-03-10 08:00", resolved_at="2025-03-10 15:00"),
            ticket("overdue", "2025-03-10 08:00"),
            ticket("not due", "2025-03-10 23:00"),
        ),
        TODAY,
    )
    assert waiting_times.within(known, "resolution", pd.Timedelta(hours=2), TODAY).tolist() == [
        True,
        False,
        False,
    ]


def test_a_report_of_the_past_beside_what_came_of_it():
    """Dropping the open ticket shows 2 hours; counting it shows at least so many; it turned out to be 30."""
    tickets = desk(
        ticket("a", "2025-03-10 08:00", resolved_at="2025-03-10 10:00"),
        ticket("b", "2025-03-10 08:00", resolved_at="2025-03-11 14:00"),
        ticket("c", "2025-03-10 08:00", resolved_at="2025-03-11 14:00"),
        ticket("d", "2025-03-02 08:00", resolved_at="2025-03-02 11:00"),
    )
    found = hindsight.hindsight(tickets, TODAY, TODAY + pd.Timedelta(days=5))
    assert found.index.tolist() == [0, 1]
    assert found["tickets"].tolist() == [3, 1]
    assert found["still open"].tolist() == [2, 0]
    assert found["median, resolved only"].tolist() == [2.0, 3.0]
    assert np.isnan(found["median, open ones counted"].iloc[0])  # only one of three is through
    assert found["median as it turned out"].tolist() == [30.0, 3.0]
    tickets.loc[tickets["ticket_id"].isin(["b", "c"]), "resolved_at"] = pd.NaT
    tickets = pd.concat([desk(ticket("new", "2025-03-13 08:00")), tickets], ignore_index=True)
    found = hindsight.hindsight(tickets, TODAY, TODAY + pd.Timedelta(days=5))
    assert found["median as it turned out"].isna().tolist() == [
        True,
        False,
    ]  # two of three are open to this day


def test_curves_of_two_clocks_and_two_parts():
    """A column a clock and part, each the share that still waits; nothing at all if there is nothing to compare."""
    known = waiting_times.as_known(
        desk(ticket("a", "2025-03-10 08:00", first_response_at="2025-03-10 08:01", answered_at="2025-03-10 12:00")), TODAY
    )  # fmt: skip
    found = pilots.waiting_curves({"before": known, "after": known}, TODAY, np.array([0.5, 3.0]))
    assert list(found) == [
        "hours", "first response, before", "first response, after", "person, before", "person, after"
    ]  # fmt: skip
    assert np.isnan(found["first response, after"]).all()  # past the longest wait nothing is known
    assert found["person, after"].tolist() == [1.0, 1.0]
    assert pilots.waiting_curves({"before": known, "after": known[:0]}, TODAY, np.array([1.0])).empty


def test_a_customers_tickets_are_one_draw():
    """Each wait four times, by the same customer: the median is the same, its interval about that of the customers."""
    hours = np.random.default_rng(1).lognormal(2, 1, 100).round(2)
    sample = waited(hours.tolist(), [True] * 90 + [False] * 10)
    rows = sample.loc[np.repeat(sample.index, 4)].reset_index(drop=True)
    known, once = rows.assign(customer_id=np.repeat(range(100), 4)), waiting_times.quantile(sample)
    found, strangers = waiting_times.quantile(known), waiting_times.quantile(rows)
    assert found.value == once.value
    assert (found.low, found.high) == pytest.approx((once.low, once.high), rel=0.1)
    assert strangers.high - strangers.low < 0.7 * (found.high - found.low)


def test_a_customer_who_is_not_known_is_one_by_himself():
    """Nor does it matter who comes once: the interval is Greenwood's."""
    sample = waited(np.arange(1.0, 61.0).tolist())
    for whose in (None, range(60)):
        found = waiting_times.quantile(
            sample.assign(customer_id=pd.Series(whose, sample.index, dtype=object))
        )
        assert found.high == pytest.approx(waiting_times.quantile(sample).high, abs=1)


def test_the_interval_covers_where_customers_come_several_times():
    """Of 400 samples of 80 customers, half of whose spread is their own, 95 % hold the median, within 4 errors; fewer else."""
    rng, held = np.random.default_rng(2), {"customers": 0, "strangers": 0}
    for _ in range(400):
        whose = np.repeat(np.arange(80), 1 + rng.poisson(3, 80))
        hours = np.exp(rng.standard_normal(80)[whose] + rng.standard_normal(len(whose)))
        sample = pd.DataFrame({"hours": hours, "event_observed": True, "customer_id": whose})
        held["customers"] += waiting_times.quantile(sample).contains(1.0)
        held["strangers"] += waiting_times.quantile(sample.drop(columns="customer_id")).contains(1.0)
    assert abs(held["customers"] / 400 - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)
    assert held["strangers"] / 400 < 0.85


def test_the_slowest_of_each_row_in_words():
    """A column a row; one that is slowest in all rows is named once."""
    grid = pd.DataFrame({"app": [3.0, 1.0], "store": [2.0, 5.0]}, index=pd.Index([1, 2], name="severity"))
    assert waiting_times.slowest(grid) == ["app at severity 1", "store at severity 2"]
    assert waiting_times.slowest(grid[["app"]]) == ["app at each severity"]
    assert waiting_times.slowest(grid[:0]) == []
