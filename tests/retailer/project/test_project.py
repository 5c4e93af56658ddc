"""The project and the business customers: what the parameters promise, what zero removes, and that it does not grow."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from workbook.retailer.core.streams import stream
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.project import adoption, leads, phases, vendors
from workbook.retailer.project.project import make_project
from workbook.retailer.sales.season import make_season

TIMELINE = Timeline(make_season(24))
LONG = Timeline(make_season(240))


def rng(number: int = 0) -> np.random.Generator:
    """Give a stream of random numbers."""
    return stream(number, "test")


def test_it_does_not_grow_and_is_the_same_again():
    """A world has one project, from its seed and its months alone; another seed has another."""
    first, again = make_project(TIMELINE, 1), make_project(TIMELINE, 1)
    for one, other in zip(first, again, strict=True):
        for name, frame in one.items():
            pd.testing.assert_frame_equal(frame, other[name])
    assert not first[0]["adoption"].equals(make_project(TIMELINE, 2)[0]["adoption"])
    assert sum(len(f.to_csv(index=False)) for side in first for f in side.values()) < 400_000


@pytest.mark.parametrize("months", [1, 2, 12])
def test_short_worlds_have_a_project_too(months):
    """Every table is there, with what had come by then."""
    timeline = Timeline(make_season(months))
    tables, _ = make_project(timeline, 3)
    over = timeline.season.end + pd.Timedelta(days=1)
    assert len(tables) == 9
    assert (tables["project_costs"]["booked_on"] < over).all()
    assert (tables["leads"]["created_at"] < over).all()


def many_phases() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Work of 200 projects."""
    worked = [phases.worked(TIMELINE, rng(i)) for i in range(200)]
    work = pd.concat(worked)
    cost = work["spent"] / work["planned_cost"]
    days = (work["delivered_on"] - work["started_on"]).dt.days
    planned = (work["planned_end"] - work["planned_start"]).dt.days
    return pd.DataFrame({"cost": cost, "time": days / planned}), work


def test_cost_and_time_exceed_the_plan_as_stated():
    """Over many projects both ratios have the expectation that the truth states, and go together."""
    ratios, _ = many_phases()
    assert ratios["cost"].mean() == pytest.approx(1 + phases.OVERRUN, abs=0.02)
    assert ratios["time"].mean() == pytest.approx(1 + phases.DELAY, abs=0.03)
    assert 0.4 < ratios.corr(method="spearman").iloc[0, 1] < 0.7


def test_a_plan_that_is_kept_is_kept_to_the_cent_and_the_day():
    """With no overrun, no delay and no spread every deliverable costs and takes what was planned."""
    with patch.multiple(phases, OVERRUN=0.0, DELAY=0.0, SPREAD=0.0):
        work = phases.worked(TIMELINE, rng())
        bookings = phases.booked(work, rng())
    assert work["spent"].tolist() == work["planned_cost"].tolist()
    assert work["delivered_on"].tolist() == work["planned_end"].tolist()
    by = bookings.groupby("deliverable_id")["amount"].sum().to_numpy()
    assert by == pytest.approx(work["planned_cost"].to_numpy(), abs=0.05)


def test_the_go_live_comes_on_its_day():
    """Whatever the delays, the go-live is the day on which the CRM begins to act."""
    for seed in range(20):
        work = phases.worked(TIMELINE, rng(seed)).set_index("name")
        assert abs(work.loc[phases.GO_LIVE, "delivered_on"] - TIMELINE.start("crm")) <= pd.Timedelta(days=1)
        assert work["started_on"].min() >= TIMELINE.season.start


def test_nothing_later_than_the_data_is_booked_or_delivered():
    """What would come after the data's end is empty or absent, and what is absent has not been paid either."""
    deliverables, bookings = phases.make_phases(TIMELINE, rng(2))
    assert (deliverables["delivered_on"].dropna() <= TIMELINE.season.end).all()
    assert (bookings["booked_on"] <= TIMELINE.season.end).all()
    later = deliverables.loc[deliverables["started_on"].isna(), "deliverable_id"]
    assert not bookings["deliverable_id"].isin(later).any()


def share(timeline: Timeline, seeds: int) -> pd.Series:
    """Share of staff who use the system in each week, over several projects."""
    rows = pd.concat(adoption.make_adoption(timeline, rng(i)) for i in range(seeds))
    by = rows.groupby("week")[["used", "staff"]].sum()
    return by["used"] / by["staff"]


def test_adoption_follows_the_curve():
    """Over many projects the share of staff is the logistic curve of the truth, week by week."""
    found = share(TIMELINE, 60).to_numpy()
    curve = adoption.CEILING / (1 + np.exp(-adoption.SPEED * (np.arange(len(found)) - adoption.MIDPOINT)))
    assert np.abs(found - curve).max() < 0.03


def test_a_system_that_nobody_takes_up_is_not_used():
    """A ceiling of zero leaves a log without a user."""
    with patch.object(adoption, "CEILING", 0.0):
        assert adoption.make_adoption(TIMELINE, rng())["used"].sum() == 0


def test_weeks_of_a_team_are_alike():
    """The same people are counted again: a team's share of the last weeks varies far less than that of teams."""
    rows = adoption.make_adoption(TIMELINE, rng(1))
    late = rows[rows["week"] > rows["week"].max() - pd.Timedelta(days=70)]
    late = late.assign(share=late["used"] / late["staff"]).pivot_table("share", "team", "week")
    assert late.std(axis=1).mean() < 0.75 * late.mean(axis=1).std()


def test_judges_who_see_clearly_give_the_quality():
    """Without kindness and dimness a score is the quality, to half a point; a comparison the ratio, on Saaty's scale."""
    with patch.multiple(vendors, KIND=0.0, DIM=0.0, UNSURE=0.0, MISSING=0.0):
        tables = vendors.make_vendors(TIMELINE, rng())
    scores = tables["vendor_scores"].merge(vendors.true_vendors(), on=["vendor_id", "criterion"])
    assert (scores["score"] - scores["quality"]).abs().max() <= 0.25 + 1e-9
    assert len(scores) == 5 * 7 * 6
    pair = tables["criteria_judgements"].query("criterion == 'functions' and against == 'price'")
    assert pair["times"].unique().tolist() == [2.0]


def test_weights_of_criteria_add_up():
    """The weights are shares of one whole."""
    assert sum(weight for weight, _ in vendors.CRITERIA.values()) == pytest.approx(1)


@pytest.fixture(scope="module")
def pipeline() -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Leads of 20 years, with their truth."""
    return leads.make_leads(LONG, rng(5))


def test_as_many_are_won_as_the_chances_say(pipeline):
    """The share of closed leads that are won is the mean of their chances."""
    tables, truth = pipeline
    closed = tables["leads"]["outcome"].notna()
    won = (tables["leads"]["outcome"] == "won")[closed]
    assert won.mean() == pytest.approx(
        truth["win_chance"][closed].mean(), abs=4 * won.std() / len(won) ** 0.5
    )


def test_the_chance_is_by_source_size_and_response(pipeline):
    """A doubling of the hours to the first talk costs what the truth says, and nothing else is lost with time."""
    tables, truth = pipeline
    rows = tables["leads"].dropna(subset="contacted_at")
    hours = (rows["contacted_at"] - rows["created_at"]) / pd.Timedelta(hours=1)
    gap = logit(truth["win_chance"]) - logit(truth["win_chance_fast"])
    expected = leads.PER_DOUBLING * np.log2(hours.clip(lower=1))
    assert np.abs(gap[rows.index] - expected).max() < 0.06  # chances are kept to 4 digits, times to minutes


def test_without_the_effect_waiting_costs_nothing():
    """At zero a lead that waits is as good as one that doesn't."""
    with patch.object(leads, "PER_DOUBLING", 0.0):
        _, truth = leads.make_leads(TIMELINE, rng(1))
    assert truth["win_chance"].tolist() == truth["win_chance_fast"].tolist()


def test_stages_come_in_order_and_each_loses_some(pipeline):
    """Nobody skips a stage, and each stage is reached by fewer than the one before it."""
    tables, _ = pipeline
    order = leads.STAGES["stage"].tolist()
    counts = tables["lead_stages"]["stage"].value_counts().reindex(order)
    assert counts.is_monotonic_decreasing
    assert counts.is_unique
    at = (
        tables["lead_stages"]
        .assign(nth=lambda f: f["stage"].map(order.index))
        .sort_values(["lead_id", "nth"])
    )
    same = at["lead_id"] == at["lead_id"].shift()
    assert (at["nth"].diff()[same] == 1).all()
    assert (at["entered_at"].diff()[same] >= pd.Timedelta(0)).all()


def test_won_leads_were_approved_and_have_a_value(pipeline):
    """A contract is won with the last decision, which somebody took."""
    tables, _ = pipeline
    won = tables["leads"].query("outcome == 'won'").set_index("lead_id")
    decided = tables["contract_approvals"].groupby("lead_id")["decided_at"].max()
    assert (won["closed_at"] == decided.reindex(won.index)).all()
    assert (won["value"] > 0).all()
    assert tables["leads"].query("outcome != 'won'")["value"].isna().all()


def waits(tables, step) -> pd.Series:
    """Hours of one step of approval, before and after the go-live, asked long enough before the end to be decided."""
    rows = tables["contract_approvals"].query("step == @step").dropna(subset="decided_at")
    hours = (rows["decided_at"] - rows["asked_at"]) / pd.Timedelta(hours=1)
    return hours.groupby(rows["asked_at"] >= LONG.start("crm")).median()


def test_approval_takes_half_the_time_in_the_system(pipeline):
    """The median hours of a step halve with the go-live, and stay with a factor of 1."""
    hours = waits(pipeline[0], "finance")
    assert hours[True] / hours[False] == pytest.approx(leads.WORKFLOW, abs=0.08)
    with patch.object(leads, "WORKFLOW", 1.0):
        hours = waits(leads.make_leads(LONG, rng(5))[0], "finance")
    assert hours[True] / hours[False] == pytest.approx(1.0, abs=0.15)


def good_share(tables, after: bool) -> float:
    """Share of good leads that the first two salespeople got, before the go-live or after."""
    rows = tables["leads"][tables["leads"]["source"].isin(leads.GOOD)]
    rows = rows[(rows["created_at"] >= LONG.start("crm")) == after]
    return rows["salesperson"].isin(leads.SALESPEOPLE[:2]).mean()


def test_good_leads_go_to_two_people_while_people_assign(pipeline):
    """Two of six get most of the good leads by hand, a third of them from the system, and a third where nobody is favoured."""
    assert good_share(pipeline[0], after=False) == pytest.approx(0.6 + 0.4 / 3, abs=0.05)
    assert good_share(pipeline[0], after=True) == pytest.approx(1 / 3, abs=0.05)
    with patch.object(leads, "FAVOURED", 0.0):
        tables, _ = leads.make_leads(LONG, rng(5))
    assert good_share(tables, after=False) == pytest.approx(1 / 3, abs=0.05)
