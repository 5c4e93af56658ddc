"""What the go-live adds: an expectation by hand, zero without the effect, and what twins show."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import twins

from workbook.retailer.core.timeline import CRM_CITIES, lives_in
from workbook.retailer.core.world import make_world
from workbook.retailer.project import crm_truth as part


def one_customer(world, rate=0.2, dropout=0.1):
    """A block with one customer whose purchases are worth 100 each, far from joining any programme."""
    sales = twins.live(world)
    sales.people = sales.people.assign(dropout=dropout, rate=rate, programme=1.0)
    sales.basket = sales.basket.assign(margin=100.0)
    start = world.timeline.start("crm")
    since = world.season.inner(start)
    folk = pd.DataFrame({"who": [0], "rate": [rate], "programme": [1.0], "since": [since], "joins": [0]})
    return sales, folk


def test_what_is_expected_by_hand():
    """Who buys .2 times a week and leaves with a chance of .1 is worth 100 (1 - exp(-.2 x .1 x weeks)) / .1."""
    world = make_world(1, 24, 1, claims=dict.fromkeys(("satisfaction-loyalty", "loyalty-profit"), 0.0))
    sales, folk = one_customer(world)
    moments = part.changes(world.timeline, world.timeline.start("crm"))
    weeks = np.diff(part.inner_times(world.season, moments)).sum()
    found = part.expected_margin(folk, sales, world.service, moments, 1.0).sum()
    assert found == pytest.approx(100 * -np.expm1(-0.2 * 0.1 * weeks) / 0.1, rel=1e-9)
    kept = part.expected_margin(folk, sales, world.service, moments, 0.5).sum()
    assert kept == pytest.approx(100 * -np.expm1(-0.2 * 0.05 * weeks) / 0.05, rel=1e-9)


def test_without_the_effect_nothing_is_added():
    """A claim of zero adds nothing in any month, here or elsewhere, and leaves a margin."""
    world = make_world(60, 12, 4, claims={"crm-churn": 0.0})
    sums = part.crm_sums(twins.live(world), world.service)
    assert (sums[["added", "added_known", "added_elsewhere"]] == 0).all(axis=None)
    assert (sums[["margin", "margin_elsewhere"]].sum() > 0).all()


def test_months_go_from_the_go_live_to_three_years_ahead():
    """A row per month without a gap; elsewhere nothing is counted before the data is over."""
    world = make_world(60, 12, 4)
    truth = part.true_crm(part.crm_sums(twins.live(world), world.service))
    assert truth["month"].tolist() == pd.date_range("2025-07-01", "2028-12-01", freq="MS").tolist()
    before = truth[truth["month"] <= world.season.end]
    assert (before["margin_elsewhere"] == 0).all()
    assert (truth["added"] >= 0).all()
    assert truth["added_known"].sum() < truth["added"].sum()
    assert (truth["margin_known"] <= truth["margin"]).all()


def test_the_clock_goes_on_as_the_season_has_it():
    """Inside of the season's calendar the inner times are the season's own."""
    world = make_world(1, 6, 1)
    days = pd.DatetimeIndex(world.season.days[[0, 50, 300]])
    assert part.inner_times(world.season, days) == pytest.approx([world.season.inner(d) for d in days])


def test_who_had_left_is_not_counted():
    """Customers who left before the go-live can't be kept by it."""
    world = make_world(400, 24, 5)
    sales = twins.live(world)
    here = lives_in(sales.people["city"].to_numpy(), CRM_CITIES)
    start = world.timeline.start("crm")
    folk = part.customers_from(start, here, sales, world.service)
    left = sales.bought[sales.bought["left"] & (sales.bought["inner"] < world.season.inner(start))]["who"]
    assert not set(folk["who"]) & set(left)
    assert set(folk["who"]) | set(left) >= set(np.flatnonzero(here))


def margin_after(world, sales) -> float:
    """What the customers of the go-live cities bring from the go-live to 12 months after the data, first purchases apart."""
    here = lives_in(sales.people["city"].to_numpy(), CRM_CITIES)
    bought = sales.bought[here[sales.bought["who"]] & (sales.bought["inner"] >= world.timeline.inner("crm"))]
    bought = bought[bought["nth"] > 0]
    return float(sum(part.margin(sales, world.service, bought["who"].to_numpy(), bought["inner"].to_numpy())))


@pytest.mark.slow
def test_it_is_what_twins_show():
    """Over 12 worlds of 5,000 the margin added is that of worlds lived again without the effect, within 4 standard errors."""
    rows = []
    for seed in range(12):
        with_it, without = (make_world(5000, 24, seed, claims={"crm-churn": c}) for c in (-0.125, 0.0))
        sales = twins.live(with_it)
        truth = part.crm_sums(sales, with_it.service)
        seen = truth[truth.index <= "2026-12"].sum()
        rows.append(
            SimpleNamespace(
                truth=seen["added"] / seen["margin"],
                margin=seen["margin"] / margin_after(with_it, sales),
                twin=1 - margin_after(without, twins.live(without)) / margin_after(with_it, sales),
            )
        )
    found = pd.DataFrame([vars(r) for r in rows])
    off = found["truth"] - found["twin"]
    assert abs(off.mean()) < 4 * off.sem()
    assert abs(found["margin"].mean() - 1) < 4 * found["margin"].sem()
    assert found["truth"].std() < 0.3 * found["twin"].std()


def test_the_effect_alone_changes_what_is_added():
    """Half the effect adds about half as much."""
    world = make_world(300, 24, 6)
    sales = twins.live(world)
    whole = part.crm_sums(sales, world.service)["added"].sum()
    half = part.crm_sums(sales, replace(world.service, churn=world.service.churn / 2))["added"].sum()
    assert half / whole == pytest.approx(0.5, abs=0.05)
