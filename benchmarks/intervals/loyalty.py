"""What a programme does to purchases, with a lot and without one.

Customers of these worlds buy at a rate of their own and leave after a purchase; the keen join more often, and membership
raises the rate.
"""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.experiments import causal
from workbook.analytics.loyalty import coupon_trial, joining, membership_effects, pace, programme_year
from workbook.analytics.loyalty.loyalty_programme import Programme, net_roi_between
from workbook.analytics.loyalty.points_redeemed import redeemed_share
from workbook.retailer.core.world import World, experiment_tables, make_world
from workbook.retailer.loyalty.loyalty import make_loyalty
from workbook.retailer.loyalty.programme_truth import programme_sums, true_programme
from workbook.retailer.sales.sales import make_sales, sales_tables
from workbook.tables.dataset import Dataset

CUSTOMERS, WEEKS, LEAVES = 1200, 13.0, 0.15
FOLLOWED, MARGIN, POINTS_COST = 90, 0.5, 0.05  # days after joining, and the rest, as in the notebook
NOTEBOOK = "03_loyalty/03_loyalty_roi"


def made(rng: np.random.Generator, keen: float, *, factor: float = 1.3) -> tuple[pd.DataFrame, float]:
    """One world at a later purchase of each customer, and the true lift among those who join at it.

    ``keen`` is by how much a higher rate raises the log odds of joining beyond what the past shows of it.
    """
    rate = rng.gamma(2.0, 0.06, CUSTOMERS)
    before = rng.poisson(rate * WEEKS)
    odds = -1.6 + 0.5 * np.log1p(before) + keen * np.log(rate / 0.12)
    joins = rng.random(CUSTOMERS) < 1 / (1 + np.exp(-odds))
    stays = rng.random(CUSTOMERS) >= LEAVES
    after = rng.poisson(rate * WEEKS * stays * np.where(joins, factor, 1.0))
    spend = after * rng.lognormal(5.5, 0.6, CUSTOMERS)
    world = {"before": before, "after": after, "joins": joins, "spend": spend, "rate": rate}
    return pd.DataFrame(world), factor - 1


def as_it_stands(rng: np.random.Generator) -> Found:
    """Joiners against others, though who buys often joins."""
    w, truth = made(rng, keen=0.0)
    c = causal.compare(w["after"], w["joins"])
    return Found(c.lift, truth, c.lift_low, c.lift_high)


def equal_past(rng: np.random.Generator) -> Found:
    """The past tells all there is to know of who joins."""
    w, truth = made(rng, keen=0.0)
    c = causal.weighted(w["after"], w["joins"], np.log1p(w[["before"]]))
    return Found(c.lift, truth, c.lift_low, c.lift_high)


def past_misses(rng: np.random.Generator) -> Found:
    """Who joins knows more of the own appetite than the past shows."""
    w, truth = made(rng, keen=1.0)
    c = causal.weighted(w["after"], w["joins"], np.log1p(w[["before"]]))
    return Found(c.lift, truth, c.lift_low, c.lift_high)


def member_past(rng: np.random.Generator) -> Found:
    """Members and others matched by a past in which the programme was at work already."""
    rate = rng.gamma(2.0, 0.06, CUSTOMERS)
    member = rng.random(CUSTOMERS) < 0.4
    before, after = (rng.poisson(rate * WEEKS * np.where(member, 1.3, 1.0)) for _ in range(2))
    past = np.log1p(pd.DataFrame({"before": before}))
    c = causal.weighted(pd.Series(after), pd.Series(member), past)
    return Found(c.lift, 0.3, c.lift_low, c.lift_high)


def several_rows(rng: np.random.Generator) -> Found:
    """Each customer is here at three purchases, and joins at one of them by chance alone; the past says it all."""
    rate = np.repeat(rng.gamma(1.0, 0.12, 500), 3)
    whose = pd.Series(np.repeat(np.arange(500), 3))
    before = rng.poisson(rate * WEEKS)
    joins = rng.random(len(rate)) < 0.12 + 0.02 * np.minimum(before, 4)
    after = rng.poisson(rate * WEEKS * np.where(joins, 1.2, 1.0))
    c = causal.weighted(pd.Series(after), pd.Series(joins), past_of(before), cluster=whose)
    return Found(c.lift, 0.2, c.lift_low, c.lift_high)


def past_of(before: np.ndarray) -> pd.DataFrame:
    """The past on the scale on which it drives joining."""
    return pd.DataFrame({"before": np.minimum(before, 4.0), "square": np.minimum(before, 4.0) ** 2})


def differences(rng: np.random.Generator) -> Found:
    """Joiners start from a higher level; the trend is that of the others."""
    n = CUSTOMERS
    joins = rng.random(n) < 0.25
    level = rng.gamma(2.0, 0.5, n) * np.where(joins, 1.4, 1.0)
    before = rng.poisson(level)
    extra = np.where(joins, 0.3, 0.0)
    after = rng.poisson(level + 0.2 + extra)
    c = causal.difference_in_differences(pd.Series(before), pd.Series(after), pd.Series(joins))
    return Found(c.difference, 0.3, c.low, c.high)


def differences_relative(rng: np.random.Generator) -> Found:
    """The same world, as a lift over what would have been."""
    n = CUSTOMERS
    joins = rng.random(n) < 0.25
    level = rng.gamma(2.0, 0.5, n) * np.where(joins, 1.4, 1.0)
    before = rng.poisson(level)
    after = rng.poisson(level + 0.2 + np.where(joins, 0.3, 0.0))
    c = causal.difference_in_differences(pd.Series(before), pd.Series(after), pd.Series(joins))
    return Found(c.lift, 0.3 / 1.6, c.lift_low, c.lift_high)


def calendar(rng: np.random.Generator) -> Found:
    """Nothing changes for anybody; who joins in the days after has bought in them, by definition."""
    rate = rng.gamma(2.0, 0.5, CUSTOMERS)
    before, after = rng.poisson(rate), rng.poisson(rate)
    joins = (after > 0) & (rng.random(CUSTOMERS) < 0.2)
    c = causal.difference_in_differences(pd.Series(before), pd.Series(after), pd.Series(joins))
    return Found(c.difference, 0.0, c.low, c.high)


def by_lot(rng: np.random.Generator) -> Found:
    """A lot, and money with a long tail: margin after the coupon's cost."""
    arm = rng.random(800) < 0.5
    came = rng.random(800) < np.where(arm, 0.42, 0.36)
    left = came * (0.5 * rng.lognormal(6.0, 0.8, 800) - 20.0 * arm)
    mean = 0.5 * np.exp(6.0 + 0.32)
    left = {"coupon": (pd.Series(left[arm]), pd.Series(left[~arm]))}
    c = coupon_trial.together(left, "CNY").loc["coupon"]
    return Found(c["value"], 0.42 * (mean - 20) - 0.36 * mean, c["low"], c["high"])


def relative_by_lot(rng: np.random.Generator) -> Found:
    """A lot, and counts of orders that differ much between customers."""
    arm = rng.random(1200) < 0.5
    rate = rng.gamma(0.6, 3.0, 1200)
    orders = rng.poisson(rate * np.where(arm, 1.25, 1.0))
    c = causal.compare(pd.Series(orders), pd.Series(arm))
    return Found(c.lift, 0.25, c.lift_low, c.lift_high)


def points_by_lot(rng: np.random.Generator) -> Found:
    """A lot, and a yes or no, as in a coupon test with 250 customers an arm."""
    came = {"coupon": tuple(pd.Series(rng.random(250) < share) for share in (0.40, 0.35))}
    c = coupon_trial.together(came, "points").loc["coupon"]
    return Found(c["value"], 0.05, c["low"], c["high"])


def elastic(rng: np.random.Generator) -> Found:
    """A lot moves engagement by half, and orders by the power of it; the engaged are the keen besides."""
    arm = rng.random(2400) < 0.5
    rate = rng.gamma(1.0, 2.0, 2400)
    visits = rng.poisson(0.5 * rate * rng.lognormal(0, 0.3, 2400) * np.where(arm, 1.5, 1.0))
    orders = rng.poisson(rate * np.where(arm, 1.5**0.5, 1.0))
    found = causal.elasticity(pd.Series(orders), pd.Series(visits), pd.Series(arm))
    return Found(found.value, 0.5, found.low, found.high)


def redeemed(rng: np.random.Generator) -> Found:
    """Lanyu itself: of the points of the last 12 months, what share is redeemed in the end; the truth is what then came."""
    world = make_world(5000, 24, int(rng.integers(2**32)))
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    tables = sales_tables(sales, world.season, world.goods, block) | {"products": world.goods.products}
    made, truth = make_loyalty(sales, tables, world.timeline, block)
    share = redeemed_share(made["points"], world.season.end)
    fate = truth["points_fate"]
    year = fate[fate["month"] > world.season.end - pd.DateOffset(months=12)].sum(numeric_only=True)
    return Found(share.value, year["redeemed"] / year["given"], share.low, share.high)


def net_roi(rng: np.random.Generator) -> Found:
    """Net ROI, of a lift and a share of points that are both estimated; margin and the cost of a point are known."""
    w, truth = made(rng, keen=0.0)
    lift = causal.weighted(w["after"], w["joins"], np.log1p(w[["before"]]))
    share = rng.normal(0.4, 0.03)
    year = Programme(1e6, lift.lift, 0.5, 4e6, share, 0.05)
    between = net_roi_between(
        year, (lift.lift_low, lift.lift_high), (share - 1.96 * 0.03, share + 1.96 * 0.03)
    )
    true = Programme(1e6, truth, 0.5, 4e6, 0.4, 0.05)
    return Found(between.value, true.net_roi, between.low, between.high)


def shop_of(world: World) -> Dataset:
    """Those tables and truths of a world from which a programme's year is worked out."""
    (block,) = world.blocks()
    sales = make_sales(world.season, world.service, world.goods, block)
    till = sales_tables(sales, world.season, world.goods, block) | {"products": world.goods.products}
    trials, _ = experiment_tables(sales, world.timeline, world.claims["recommender-conversion"], block)
    ledger, truth = make_loyalty(sales, till, world.timeline, block)
    truth = truth | {"programme": true_programme(programme_sums(sales, world.service))}
    return Dataset("Lanyu", till | trials | ledger, world.season.start, world.season.end, truth=truth)


def carried(rng: np.random.Generator) -> Found:
    """Lanyu itself: net ROI of the last 12 months, by a lift of some days that is carried to the year."""
    shop = shop_of(make_world(5000, 24, int(rng.integers(2**32))))
    orders, today = shop.orders, shop.today
    since, days = joining.member_since(shop.customers, orders), joining.purchase_days(orders)
    every = joining.purchase_moments(orders, since, as_of=today, follow_days=FOLLOWED)
    began = joining.starts_for_members(shop.experiments, since)
    moments = joining.without_days(joining.outside_trials(every, shop.experiments), began, FOLLOWED)
    lift = membership_effects.at_purchases(moments)["joined later, equal past"].contrast.change
    of_year = pace.over_year(pace.life(days, since, today, FOLLOWED), lift)
    year = programme_year.last_year(shop, since, margin=MARGIN, points_cost=POINTS_COST, running_cost=0.0)
    net = programme_year.net_roi(year, of_year)
    return Found(net.value, programme_year.true_year(shop, since, year).net_roi, net.low, net.high)


CASES = (
    Case("members' lift as it stands", NOTEBOOK, as_it_stands, biased="those who buy often join"),
    Case("members' lift, weighted to an equal past", NOTEBOOK, equal_past),
    Case("members' lift, several purchases a customer", NOTEBOOK, several_rows),
    Case("members' lift, weighted by a past that misses a reason", NOTEBOOK, past_misses,
         biased="the keen join, and the past doesn't show all of their keenness"),
    Case("members' lift, weighted by a past under the programme", NOTEBOOK, member_past,
         biased="the past holds a part of the effect, which is then weighted away"),
    Case("a programme's effect, by difference-in-differences", NOTEBOOK, differences),
    Case("a programme's lift, by difference-in-differences", NOTEBOOK, differences_relative),
    Case("a programme's effect, by differences on the calendar", NOTEBOOK, calendar,
         biased="who joins in the days after has bought in them, by definition"),
    Case("a coupon's margin after cost, by lot", NOTEBOOK, by_lot),
    Case("a coupon's effect in points, by lot", NOTEBOOK, points_by_lot),
    Case("missions' lift of orders, by lot", NOTEBOOK, relative_by_lot),
    Case("the share of points redeemed, by chain ladder and Mack", NOTEBOOK, redeemed, at_most=100),
    Case("net ROI, of effect and points together", NOTEBOOK, net_roi),
    Case("net ROI of Lanyu's year, a lift of 90 days carried to it", NOTEBOOK, carried, at_most=100),
    Case("the elasticity of orders to engagement, by lot", NOTEBOOK, elastic),
)  # fmt: skip
