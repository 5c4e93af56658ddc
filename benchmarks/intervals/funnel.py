"""The funnel, prospects, stages and pilot cities: simulated worlds, and Lanyu itself."""

from functools import lru_cache

import numpy as np
import pandas as pd

import workbook as wb
from intervals import Case, Found
from workbook.analytics.experiments import ab_tests, pilot_cities
from workbook.analytics.experiments.misreadings import true_effect
from workbook.analytics.funnel import prospects, reach, steps, web_log
from workbook.analytics.lifecycle import cohorts, transitions
from workbook.analytics.segments.lifecycle import STAGES
from workbook.analytics.triggers import increments
from workbook.retailer import generate
from workbook.retailer.core.timeline import CRM_CITIES
from workbook.retailer.service.surveys import ANSWERS, TRIGGERED
from workbook.tables.dataset import Dataset

SHOPS = 300  # whole ones, which all of these cases share
CHURN = -0.125  # the claim crm-churn, the middle of its range


@lru_cache(maxsize=2)  # as many as a test looks at
def lanyu(seed: int) -> Dataset:
    """A Lanyu of 5,000 customers; the same for all cases that ask for this seed."""
    return generate(seed=seed)


def world(rng: np.random.Generator) -> Dataset:
    """A Lanyu that several cases share: one of 100,000 seeds."""
    return lanyu(int(rng.integers(0, 100_000)))


def at_once(held: bool) -> tuple[float, float]:
    """Ends that hold any truth where several intervals all held theirs, else none."""
    return (-np.inf, np.inf) if held else (np.inf, np.inf)


def all_held(found: pd.DataFrame) -> bool:
    """Whether each interval of a table holds its truth."""
    return bool(((found["low"] <= found["true"]) & (found["true"] <= found["high"])).all())


def leak(rng: np.random.Generator) -> Found:
    """Orders that repairing Lanyu's largest leak would bring; the intervals of all leaks at once."""
    shop = world(rng)
    visits = web_log.people(shop.sessions)
    counts = steps.reached(visits)
    best = steps.benchmark(counts)
    table = steps.with_truth(steps.leaks(counts, best, visits), counts, shop.truth["funnel"], best)
    return Found(table["orders"].iloc[0], table["true"].iloc[0], *at_once(all_held(table)))


def no_leak(rng: np.random.Generator) -> Found:
    """The largest leak where there is none: Lanyu's visits with their channels dealt out again; the truth is nothing."""
    visits = web_log.people(world(rng).sessions)
    visits = visits.assign(channel=rng.permutation(visits["channel"].to_numpy()))
    counts = steps.reached(visits)
    best = steps.benchmark(counts)
    table = steps.leaks(counts, best, visits)
    if table.empty:
        return Found(0.0, 0.0, 0.0, 0.0)
    row = table.iloc[0]
    return Found(row["orders"], 0.0, row["low"], row["high"])


def offer(rng: np.random.Generator) -> Found:
    """What the first-order offer adds at Lanyu, in shares."""
    shop = world(rng)
    old = prospects.ripe(shop.prospects, shop.today)
    found = prospects.offer_effect(old)
    return Found(found.value, prospects.true_effect(old, shop.truth["prospects"]), found.low, found.high)


def cost_of_one_more(rng: np.random.Generator) -> Found:
    """What one more first order costs: 2,000 with an offer of 40 and 2,000 without, of whom 8 to 15 % order, and 3 to 6 points more."""
    base, more = rng.uniform(0.08, 0.15), rng.uniform(0.03, 0.06)
    offered = np.arange(4000) < 2000
    old = pd.DataFrame({"offered": offered, "ordered": rng.random(4000) < base + more * offered})
    found = prospects.cost_of_one_more(old, 40.0, "CNY")
    high = np.inf if found.known and np.isnan(found.high) else found.high  # the offer may bring nothing
    return Found(found.value, 40 * (base + more) / more, found.low, high)


def offer_pays(rng: np.random.Generator) -> Found:
    """What the offer earns a person of the middle third of the score, at Lanyu; the intervals of all thirds at once."""
    shop = world(rng)
    old = prospects.ripe(shop.prospects, shop.today)
    past, _ = prospects.past_and_later(old)
    scored = prospects.scored(prospects.learn(past), old)
    found = prospects.offer_by_part(scored, value=327.0, cost=40.0, truth=shop.truth["prospects"])
    row = found.iloc[1]
    return Found(row["earns"], row["true"], *at_once(all_held(found)))


def onboarding(rng: np.random.Generator) -> Found:
    """What the trial pack adds to the second purchase at Lanyu; both arms' intervals at once."""
    shop = world(rng)
    units = shop.experiments[shop.experiments["experiment"] == "onboarding"]
    found = ab_tests.effects(units, "ordered", control="none", rate=True)
    true = [true_effect(shop.truth["effects"], "onboarding", arm).value for arm in found.index]
    found = found.assign(true=true)
    row = found.loc["trial pack"]
    return Found(row["difference"], row["true"], *at_once(all_held(found)))


def triggers(rng: np.random.Generator) -> Found:
    """What a message adds, by its holdout at Lanyu: all four triggers' intervals at once."""
    shop = world(rng)
    messages = increments.triggered(shop.touchpoints, shop.campaigns, shop.orders, shop.today)
    found = increments.increments(messages, shop.truth["trigger_effects"])
    row = found.loc["abandoned cart"]
    return Found(row["adds"], row["true"], *at_once(all_held(found)))


def all_triggers(rng: np.random.Generator) -> Found:
    """What a message adds on average at Lanyu, all triggers together."""
    shop = world(rng)
    messages = increments.triggered(shop.touchpoints, shop.campaigns, shop.orders, shop.today)
    found = increments.together(messages)
    truth = shop.truth["trigger_effects"]
    return Found(found.value, truth["orders_expected"].sum() / truth["touches"].sum(), found.low, found.high)


def in_crm_cities(shop: Dataset, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of Lanyu's customers, marked by city and time of the CRM."""
    began = pilot_cities.first_day(shop.truth["events"], "crm")
    return pilot_cities.in_cities(rows, shop.customers, CRM_CITIES, began)


def watched_in(shop: Dataset) -> pd.DataFrame:
    """Purchases watched at Lanyu, marked by city and time."""
    return in_crm_cities(shop, pilot_cities.purchases_watched(shop.orders, shop.today, 120))


def asked_in(shop: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers after a ticket at Lanyu, and all tickets that those asked are drawn from, marked by city and time."""
    rows = pilot_cities.answers(shop.surveys, shop.today), pilot_cities.resolved(shop.tickets, shop.today)
    return in_crm_cities(shop, rows[0]), in_crm_cities(shop, rows[1])


def churn(rng: np.random.Generator, kind: str = "change") -> Found:
    """Change of the share that does not come back, in the CRM's cities of Lanyu, by customer."""
    shop = world(rng)
    watched = watched_in(shop)
    found = pilot_cities.difference(watched, kind)
    truth = pilot_cities.true_not_back(watched, shop.truth["customers"], CHURN, 120, kind)
    return Found(found.value, truth, found.low, found.high)


def churn_in_points(rng: np.random.Generator) -> Found:
    """The same in points."""
    return churn(rng, "points")


def elsewhere(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Rows of the cities without the CRM, four of them taken for pilot cities: nothing happened in any of them."""
    rows = rows[~rows["treated"]]
    taken = rng.choice(sorted(rows["city"].unique()), len(CRM_CITIES), replace=False)
    return rows.assign(treated=rows["city"].isin(taken))


def no_churn(rng: np.random.Generator) -> Found:
    """The relative change in cities where the CRM did nothing."""
    found = pilot_cities.difference(elsewhere(watched_in(world(rng)), rng), "change")
    return Found(found.value, 0.0, found.low, found.high)


def satisfied(rng: np.random.Generator) -> Found:
    """Factor on the odds to be satisfied after a ticket, in the CRM's cities of Lanyu, by customer."""
    shop = world(rng)
    asked, tickets = asked_in(shop)
    found = pilot_cities.difference(asked, "odds")
    truth = pilot_cities.true_satisfied(tickets, shop.truth["tickets"])
    return Found(found.value, truth, found.low, found.high)


def not_satisfied(rng: np.random.Generator) -> Found:
    """The same factor in cities where the CRM did nothing; the truth is that of the tickets, as something else may have happened."""
    shop = world(rng)
    asked, tickets = asked_in(shop)
    rows = elsewhere(asked, rng)
    found = pilot_cities.difference(rows, "odds")
    taken = rows.loc[rows["treated"], "city"].unique()
    others = tickets[~tickets["treated"]]
    truth = pilot_cities.true_satisfied(
        others.assign(treated=others["city"].isin(taken)), shop.truth["tickets"]
    )
    return Found(found.value, truth, found.low, found.high)


@lru_cache
def all_tickets() -> tuple[pd.DataFrame, float]:
    """The bundled Lanyu's tickets, marked by city and time, with the chance that each satisfies; the true factor on the odds."""
    shop = wb.load("lanyu")
    _, tickets = asked_in(shop)
    chance = shop.truth["tickets"].set_index("ticket_id")["satisfied_chance"]
    return (
        tickets.assign(chance=tickets["ticket_id"].map(chance)),
        pilot_cities.true_satisfied(tickets, shop.truth["tickets"]),
    )


def satisfied_again(rng: np.random.Generator) -> Found:
    """The same factor by tickets of one Lanyu: who is satisfied, is asked and answers is drawn anew."""
    tickets, truth = all_tickets()
    good = rng.random(len(tickets)) < tickets["chance"]
    answered = rng.random(len(tickets)) < TRIGGERED * np.where(good, *ANSWERS["triggered"])
    found = pilot_cities.difference(tickets.assign(outcome=good)[answered], "odds")
    return Found(found.value, truth, found.low, found.high)


MOVES = np.array([[0.7, 0.3, 0, 0], [0, 0.85, 0.15, 0], [0, 0.1, 0.8, 0.1], [0, 0.05, 0, 0.95]])


def markov(rng: np.random.Generator, customers: int = 500, months: int = 24) -> pd.DataFrame:
    """Customers who move by a chain, each from a month of his own on."""
    rows = []
    begins = rng.integers(0, months - 1, customers)
    stage = np.zeros(customers, dtype="int64")
    for month in range(months - 1):
        here = np.flatnonzero(begins <= month)
        after = (rng.random(len(here))[:, None] > MOVES[stage[here]].cumsum(axis=1)).sum(axis=1)
        rows.append(pd.DataFrame({"customer_id": here, "stage": stage[here], "next_stage": after}))
        stage[here] = after
    moves = pd.concat(rows, ignore_index=True)
    words = {c: pd.Categorical.from_codes(moves[c], STAGES, ordered=True) for c in ("stage", "next_stage")}
    return moves.assign(**words)


def change_of_stage(rng: np.random.Generator) -> Found:
    """Chance to fall asleep in a month, of customers who move by a chain."""
    row = transitions.changes(markov(rng)).loc["active to sleeping"]
    return Found(row["value"], MOVES[1, 2], row["low"], row["high"])


def months_until_lost(rng: np.random.Generator) -> Found:
    """Expected months until lost for the first time, of customers who move by a chain."""
    _, times = transitions.absorbing(MOVES[:3, :3])
    row = transitions.months_until_lost(markov(rng), int(rng.integers(1e6))).loc["in all, until lost"]
    return Found(row["value"], times[0], row["low"], row["high"])


def next_month(rng: np.random.Generator) -> Found:
    """Share who order again in the month after their first, of cohorts of a shop whose customers all have one chance."""
    again = rng.random(900) < 0.3
    first = pd.Timestamp("2024-01-15") + pd.to_timedelta(30.4 * rng.integers(0, 12, 900), unit="D")
    first = first.to_period("M").to_timestamp()
    one = pd.DataFrame({"customer_id": np.arange(900), "ordered_at": first + pd.Timedelta(days=3)})
    two = one[again].assign(ordered_at=one.loc[again, "ordered_at"] + pd.DateOffset(months=1))
    found = cohorts.in_next_month(pd.concat([one, two]), pd.Timestamp("2025-02-10"))
    return Found(found.value, 0.3, found.low, found.high)


def newer_cohorts(rng: np.random.Generator) -> Found:
    """By how many points more of the newer half of the cohorts come in the next month, where their chances differ by 5."""
    size = rng.integers(20, 120, 12)
    chance = np.where(np.arange(12) < 6, 0.25, 0.30)
    table = pd.DataFrame({"customers": size, 1: rng.binomial(size, chance) / size})
    found = cohorts.newer_less_older(table)
    return Found(found.value, 0.05, found.low, found.high)


def known_and_come(rng: np.random.Generator) -> Found:
    """Shares of six sources who know a brand, and of these who come, all at once; 350 to 700 are asked of each."""
    know, come = rng.uniform(0.25, 0.9, 6), rng.uniform(0.1, 0.35, 6)
    asked, reached = rng.integers(350, 700, 6), rng.integers(12_000, 145_000, 6)
    counts = {"asked": asked, "reached": reached, "aware": rng.binomial(asked, know)}
    counts["visit"] = rng.binomial(rng.binomial(reached, know), come)
    found = reach.rates(pd.DataFrame(counts))
    both = [
        (found[f"{name}_low"], true, found[f"{name}_high"])
        for name, true in (("know", know), ("comes", come))
    ]
    held = all(((low <= true) & (true <= high)).all() for low, true, high in both)
    return Found(float(found["comes"].iloc[0]), float(come[0]), *at_once(held))


NOTEBOOK = "01_digital_transformation/02_funnel_and_lifecycle"
CASES = (
    Case("orders that repaired leaks would bring, in Lanyu, all at once", NOTEBOOK, leak, at_most=SHOPS),
    Case("the largest leak where channels are alike, in Lanyu", NOTEBOOK, no_leak, at_most=SHOPS),
    Case("effect of a first-order offer, in Lanyu", NOTEBOOK, offer, at_most=SHOPS),
    Case("who knows a brand, and who comes, six sources at once", NOTEBOOK, known_and_come),
    Case(
        "profit of the offer by third of the score, in Lanyu, all three at once",
        NOTEBOOK,
        offer_pays,
        at_most=SHOPS,
    ),
    Case("onboarding, in Lanyu, both arms at once", NOTEBOOK, onboarding, at_most=SHOPS),
    Case("what a triggered message adds, in Lanyu, four triggers at once", NOTEBOOK, triggers, at_most=SHOPS),
    Case("what a triggered message adds, in Lanyu, all together", NOTEBOOK, all_triggers, at_most=SHOPS),
    Case("pilot cities: not coming back, in Lanyu", NOTEBOOK, churn, at_most=SHOPS),
    Case("pilot cities: not coming back, in points, in Lanyu", NOTEBOOK, churn_in_points, at_most=SHOPS),
    Case("pilot cities: not coming back, where the CRM did nothing", NOTEBOOK, no_churn, at_most=SHOPS),
    Case("pilot cities: odds to be satisfied, in Lanyu", NOTEBOOK, satisfied, at_most=SHOPS),
    Case(
        "pilot cities: odds to be satisfied, where the CRM did nothing",
        NOTEBOOK,
        not_satisfied,
        at_most=SHOPS,
    ),
    Case(
        "pilot cities: odds to be satisfied, Lanyu's tickets, answers drawn anew", NOTEBOOK, satisfied_again
    ),
    Case("chance of a change of stage, customers who come several times", NOTEBOOK, change_of_stage),
    Case("expected months until lost", NOTEBOOK, months_until_lost, at_most=300),
    Case("share who order again in the next month", NOTEBOOK, next_month),
    Case("cost of one more first order", NOTEBOOK, cost_of_one_more),
    Case("newer cohorts against older ones in the next month", NOTEBOOK, newer_cohorts),
)
