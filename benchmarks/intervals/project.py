"""A project's cost, its users, its leads and its effect on margin, in worlds of Lanyu whose truth is known."""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.estimate import Estimate
from workbook.analytics.project import adoption, pipeline, progress, rollout_evidence
from workbook.retailer import generate
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.project import adoption as users
from workbook.retailer.project import leads, phases
from workbook.retailer.sales.season import make_season

NOTEBOOK = "01_digital_transformation/04_roadmap_roi"
TIMELINE = Timeline(make_season(24))
CITIES = "Shanghai, Guangzhou, Chengdu, Wuhan"
LAST_WEEK = 51


def found(estimate: Estimate, truth: float) -> Found:
    """What one world came to."""
    return Found(estimate.value, truth, estimate.low, estimate.high)


def overrun(rng: np.random.Generator) -> Found:
    """Finished deliverables against their plan, in Lanyu's project."""
    deliverables, costs = phases.make_phases(TIMELINE, rng)
    made = progress.progress(deliverables, costs, TIMELINE.season.end)
    return found(progress.overrun(made), 1 + phases.OVERRUN)


def ceiling(rng: np.random.Generator) -> Found:
    """The ceiling from a year of Lanyu's log."""
    log = users.make_adoption(TIMELINE, rng)
    return found(adoption.fit(log, int(rng.integers(1e6))).ceiling, users.CEILING)


def half_a_year(rng: np.random.Generator) -> Found:
    """The share of staff in the last week, forecast from the first half year of Lanyu's log."""
    log = users.make_adoption(TIMELINE, rng)
    first = log[log["week"] < log["week"].min() + adoption.KNOWN_WEEKS * adoption.WEEK]
    curve = adoption.fit(first, int(rng.integers(1e6)))
    truth = adoption.logistic(np.array(float(LAST_WEEK)), users.CEILING, users.SPEED, users.MIDPOINT)
    return found(curve.share(float(LAST_WEEK)), float(truth))


def ripe_leads(rng: np.random.Generator) -> pd.DataFrame:
    """Lanyu's leads that were watched for long enough."""
    tables, _ = leads.make_leads(TIMELINE, rng)
    return pipeline.with_outcomes(tables["leads"], TIMELINE.season.end)


def wait_of_equals(rng: np.random.Generator) -> Found:
    """What a doubling of the wait for the first talk costs, among leads of the same kind."""
    return found(pipeline.response(ripe_leads(rng)).fair, leads.PER_DOUBLING)


def wait_as_it_stands(rng: np.random.Generator) -> Found:
    """The same as the leads stand, though good sources are called first."""
    return found(pipeline.response(ripe_leads(rng)).plain, leads.PER_DOUBLING)


def stage(rng: np.random.Generator) -> Found:
    """The share of offers that go on to a negotiation, of leads that were watched for long enough."""
    tables, truth = leads.make_leads(TIMELINE, rng)
    ripe = pipeline.with_outcomes(tables["leads"], TIMELINE.season.end)
    at = list(leads.STAGES["stage"]).index("offer")
    parts = np.cumsum(leads.STAGES["part"].to_numpy())
    chance = truth.set_index("lead_id")["win_chance"].reindex(ripe["lead_id"]).to_numpy()
    expected = (chance ** parts[at + 1]).sum() / (chance ** parts[at]).sum()
    row = pipeline.funnel(ripe, tables["lead_stages"]).loc["offer"]
    return Found(row["go on"], float(expected), row["low"], row["high"])


def approvals(rng: np.random.Generator) -> Found:
    """Time of an approval in the system against before."""
    tables, _ = leads.make_leads(TIMELINE, rng)
    change = pipeline.approval_change(
        tables["contract_approvals"], TIMELINE.start("crm"), TIMELINE.season.end
    )
    return found(change, leads.WORKFLOW)


def go_live(rng: np.random.Generator) -> Found:
    """The margin of a year in the go-live cities against the others, on Lanyu itself."""
    shop = generate(customers=1500, seed=int(rng.integers(2**31)))
    assert shop.truth is not None
    began = TIMELINE.start("crm")
    truth = rollout_evidence.true_lift(shop.truth["crm_benefit"], began, shop.today)
    return found(rollout_evidence.evidence(shop, CITIES, began).lift, truth)


CASES = [
    Case("cost of finished deliverables against their plan", NOTEBOOK, overrun),
    Case("ceiling of adoption after a year", NOTEBOOK, ceiling),
    Case("adoption in the last week, forecast from half a year", NOTEBOOK, half_a_year),
    Case("log odds of winning per doubling of the wait, leads of the same kind", NOTEBOOK, wait_of_equals),
    Case(
        "log odds of winning per doubling of the wait, as the leads stand",
        NOTEBOOK,
        wait_as_it_stands,
        biased="on purpose: good sources are called first",
    ),
    Case("share of offers that go on", NOTEBOOK, stage),
    Case("approval time in the system against before", NOTEBOOK, approvals),
    Case("margin of a year in the go-live cities, on Lanyu", NOTEBOOK, go_live, at_most=300),
]
