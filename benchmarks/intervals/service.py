"""Waiting times with open tickets among them, and standards kept."""

from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

import workbook as wb
from intervals import Case, Found
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.service import pilots, standards, waiting_times

NOTEBOOK = "04_service/01_service_kpis"
TODAY = pd.Timestamp("2025-06-30")


def waited(rng: np.random.Generator, n: int, median: float, days: float) -> pd.DataFrame:
    """Hours of n tickets that came in over so many days, up to now: so far for those still waiting."""
    hours = median * np.exp(1.4 * rng.standard_normal(n))
    age = rng.uniform(0, 24 * days, n)
    return pd.DataFrame({"hours": np.minimum(hours, age), "event_observed": hours <= age})


def median(rng: np.random.Generator) -> Found:
    """120 tickets of the last four days, median 5 to 30 hours: up to half are still open."""
    truth = rng.uniform(5, 30)
    return found(waiting_times.quantile(waited(rng, 120, truth, 4)), truth)


def regulars(rng: np.random.Generator, middle: float) -> pd.DataFrame:
    """150 customers with about three tickets each; half of the spread of the waits is the customer's."""
    many = 1 + rng.poisson(2 * rng.gamma(1, 1, 150))
    whose = np.repeat(np.arange(150), many)
    hours = middle * np.exp(rng.standard_normal(150)[whose] + rng.standard_normal(len(whose)))
    age = rng.uniform(0, 24 * 10, len(whose))
    return pd.DataFrame(
        {"hours": np.minimum(hours, age), "event_observed": hours <= age, "customer_id": whose}
    )


def median_of_regulars(rng: np.random.Generator) -> Found:
    """The median wait of customers who come several times."""
    truth = rng.uniform(5, 30)
    return found(waiting_times.quantile(regulars(rng, truth)), truth)


@lru_cache
def lanyu() -> dict[str, pd.DataFrame]:
    """Waits for a person at Lanyu, and tickets that fell due in four hours: all of them, by customer."""
    shop = wb.load("lanyu")
    known = waiting_times.as_known(shop.tickets, shop.today)
    kept = waiting_times.within(known, "answer", pd.Timedelta(hours=4), shop.today)
    due = pd.DataFrame({"kept": kept, "customer_id": known.loc[kept.index, "customer_id"]})
    return {"waits": waiting_times.waits(known, "answer", shop.today), "due": due}


def customers_of(rows: pd.DataFrame, rng: np.random.Generator, many: int = 300) -> pd.DataFrame:
    """Draw so many customers with all their rows; who is drawn twice counts as two."""
    places = rows.groupby("customer_id").indices
    names = list(places)
    drawn = [places[names[i]] for i in rng.integers(0, len(names), many)]
    whose = np.repeat(np.arange(many), [len(d) for d in drawn])
    return rows.iloc[np.concatenate(drawn)].assign(customer_id=whose).reset_index(drop=True)


def median_at_lanyu(rng: np.random.Generator) -> Found:
    """300 customers of Lanyu with all their tickets; true is the median of all customers'."""
    truth = waiting_times.quantile(lanyu()["waits"]).value
    return found(waiting_times.quantile(customers_of(lanyu()["waits"], rng)), truth)


def share_at_lanyu(rng: np.random.Generator) -> Found:
    """300 customers of Lanyu: the share answered within four hours; true is that of all customers."""
    due = customers_of(lanyu()["due"], rng)
    ends = share_interval(due["kept"], cluster=due["customer_id"])
    return Found(due["kept"].mean(), lanyu()["due"]["kept"].mean(), *ends)


def closed_only(rng: np.random.Generator) -> Found:
    """The same without the open ones."""
    truth = rng.uniform(5, 30)
    sample = waited(rng, 120, truth, 4)
    return Found(sample.loc[sample["event_observed"], "hours"].median(), truth)


def change(rng: np.random.Generator) -> Found:
    """150 to 400 tickets in each of four groups; all cities change by a factor, those with the pilot by another too."""
    everywhere, truth = rng.uniform(0.7, 1.4), rng.uniform(-0.9, 0.5)
    groups = []
    for treated in (True, False):
        for after in (True, False):
            middle = (
                (1.3 if treated else 1.0) * (everywhere if after else 1) * (1 + truth * (treated and after))
            )
            group = waited(rng, int(rng.integers(150, 400)), 8 * middle, 20)
            groups.append(group.assign(treated=treated, after=after))
    sample = pd.concat(groups, ignore_index=True)
    return found(pilots.change(sample, sample["treated"], sample["after"]), truth)


def found(estimate: Estimate, truth: float) -> Found:
    """Put an estimate with its interval beside the truth."""
    return Found(estimate.value, truth, estimate.low, estimate.high)


def cases(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """150 tickets of the last four days against "handled in 24 hours", and the true share that keeps it."""
    middle = rng.uniform(8, 40)
    wait = pd.to_timedelta(middle * np.exp(1.4 * rng.standard_normal(150)), unit="h")
    opened = TODAY + pd.Timedelta(days=1) - pd.to_timedelta(rng.uniform(0, 96, 150), unit="h")
    empty = dict.fromkeys(["answered_at", "first_response_at", "abandoned_at"], pd.NaT)
    tickets = pd.DataFrame({"opened_at": opened, "resolved_at": opened + wait, "severity": 1, "channel": "phone",
                             "hand_offs": 0, "agent_minutes": 1.0, "cost": 1.0, "self_served": False, "customer_id": range(150),
                             "first_response_by": "person"} | empty)  # fmt: skip
    due = standards.sla_cases(waiting_times.as_known(tickets, TODAY), "handled in 24 hours", TODAY)
    return due, float(stats.norm.cdf(np.log(24 / middle) / 1.4))


def kept(rng: np.random.Generator) -> Found:
    """All cases that fell due, the open overdue ones among them."""
    due, truth = cases(rng)
    return Found(due["kept"].mean(), truth, *share_interval(due["kept"]))


def kept_of_closed(rng: np.random.Generator) -> Found:
    """Closed cases only."""
    due, truth = cases(rng)
    return Found(due.loc[due["closed"], "kept"].mean(), truth)


CASES = (
    Case("a median wait, open tickets counted", NOTEBOOK, median),
    Case("a median wait, customers who come several times", NOTEBOOK, median_of_regulars),
    Case("a median wait at Lanyu", NOTEBOOK, median_at_lanyu),
    Case("a service level at Lanyu", NOTEBOOK, share_at_lanyu),
    Case("a median wait, closed tickets only", NOTEBOOK, closed_only, biased="the slow ones are still open"),
    Case("the change of a median wait, difference in differences", NOTEBOOK, change),
    Case("a service level, open overdue cases counted", NOTEBOOK, kept),
    Case(
        "a service level, closed cases only",
        NOTEBOOK,
        kept_of_closed,
        biased="overdue cases vanish until closed",
    ),
)
