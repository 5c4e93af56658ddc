"""Tickets: each request for help, from the first word to the end, as the service desk keeps it.

Whether a purchase raises a ticket, how grave it is and how long the answer takes was drawn when the purchase was made
(`experience`): what follows here only dresses it. A ticket about an order is handled as was usual when that order
was placed. Some tickets are about no order at all.
"""

from typing import Any

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import at_shop_hour, seconds, times
from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.core.timeline import PILOT_CITIES, lives_in
from workbook.retailer.customers.people import SERVICE_CHANNELS
from workbook.retailer.sales.sales import Sales
from workbook.retailer.service.service_effects import Service

GENERAL = 0.10  # occasions to ask without an order, as a share of tickets about one
TOPICS = pd.DataFrame(  # share of tickets by severity
    [
        ("size and fit", 0.24, 0.05, 0.02),
        ("delivery", 0.22, 0.25, 0.20),
        ("return or exchange", 0.20, 0.22, 0.14),
        ("quality", 0.04, 0.22, 0.34),
        ("payment", 0.07, 0.10, 0.12),
        ("account or app", 0.11, 0.09, 0.05),
        ("staff", 0.02, 0.07, 0.13),
        ("points and coupons", 0.10, 0.00, 0.00),
    ],
    columns=["topic", 1, 2, 3],
)
WAIT_TO_ASK = np.array([0.0, 1.2, 2.5, 4.0])  # mean days from the order to the ticket, by severity
# Tickets by hour of the day: after opening, over lunch and in the evening.
HOUR = np.array([1.2, 0.6, 0.3, 0.2, 0.2, 0.4, 1, 2.5, 5, 8, 9, 8, 7, 7.5, 7, 6, 6, 6, 6.5, 8, 9, 8, 5, 2.5])
RESOLVE = np.array([0.0, 1.5, 18.0, 60.0])  # median hours from the answer to the end, by severity
HAND_OFFS = np.array([0.0, 0.12, 0.5, 1.1])  # mean number of times it is handed on
GUIDED_HAND_OFFS = 0.6  # factor under the guided process
MINUTES = np.array([0.0, 5.0, 13.0, 32.0])  # median minutes of an agent
PER_MINUTE = 0.9  # CNY for a minute of an agent
PER_TICKET = np.array([1.6, 0.4, 0.5, 0.3, 2.5])  # CNY for a ticket by channel, as in CHANNEL
SELF_SERVED = (
    0.6  # chance that a question of someone online who would be answered soon is answered by the help pages
)
HELP_PAGES = 0.2  # CNY for that
MACHINE = 0.05  # share of other tickets that a machine responds to first


def make_tickets(sales: Sales, service: Service, block: Block) -> pd.DataFrame:
    """All tickets up to the end of the data, by time, with what the service desk knows and what it doesn't.

    Returns
    -------
    pandas.DataFrame
        who, order (row of sales.orders, -1 without), opened_at, severity, asked, hours, guided, pilot, inner, share,
        satisfied.
    """
    season = service.timeline.season
    first = sales.orders["visit"][: sales.seen].drop_duplicates()
    about = sales.bought.iloc[first].assign(
        order=first.index, after=sales.orders["ordered_at"][first.index].array
    )
    about = about[about["severity"] > 0]
    general = general_tickets(sales, service, int(GENERAL * len(about)), block)
    keep = ["who", "order", "after", "severity", "asked", "hours", "guided", "inner", "share", "satisfied"]
    found = pd.concat([about[keep], general[keep]], ignore_index=True)
    rng = block.rng("contacts.opened")
    days = rng.gamma(1.5, WAIT_TO_ASK[found["severity"]] / 1.5)
    opened = at_waking_hours(found["after"] + pd.to_timedelta(days * 86_400, unit="s"), rng)
    opened = opened.clip(lower=found["after"] + pd.Timedelta(minutes=10))
    pilot = lives_in(sales.people["city"].to_numpy()[found["who"]], PILOT_CITIES) & (
        found["inner"] >= service.timeline.inner("pilot")
    )
    found = found.assign(opened_at=opened, pilot=pilot)
    found = found[opened < season.end + pd.Timedelta(days=1)]
    return found.sort_values(["opened_at", "who"], ignore_index=True)


def at_waking_hours(at: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Move times to the hours of their day at which people ask for help."""
    return pd.Series(times(at_shop_hour(seconds(at), rng, HOUR)), index=at.index)


def general_tickets(sales: Sales, service: Service, n: int, block: Block) -> pd.DataFrame:
    """Tickets about no order, from anyone who has bought by then."""
    season, rng = service.timeline.season, block.rng("contacts.general")
    who = rng.integers(0, len(sales.people), n)
    first = sales.people["first"].to_numpy()[who]
    inner = first + rng.random(n) * (season.now - first)
    went = service.experience(sales.people, who, inner, rng)
    at = season.to_time(inner, rng)
    found = pd.DataFrame(went).assign(who=who, inner=inner, order=-1, after=at)
    return found[found["severity"] > 0]


def tickets_table(
    hidden: pd.DataFrame, sales: Sales, service: Service, order_ids: pd.Series, block: Block
) -> pd.DataFrame:
    """What the service desk keeps of each ticket; see `tables.contracts.service.Tickets`."""
    n, severity = len(hidden), hidden["severity"].to_numpy()
    opened, over = hidden["opened_at"], service.timeline.season.end + pd.Timedelta(days=1)
    asked, hours = hidden["asked"].to_numpy(), hidden["hours"].to_numpy()
    alone = served_by_pages(hidden, sales, block.rng("contacts.self"))
    machine = hidden["pilot"] | (block.rng("contacts.machine").random(n) < MACHINE)
    first = np.where(machine, hours * (1 + service.claims["pilot-response"]), hours)
    hands = block.rng("contacts.hands").poisson(
        HAND_OFFS[severity] * np.where(hidden["guided"], GUIDED_HAND_OFFS, 1.0)
    )
    hands[alone] = 0
    more = RESOLVE[severity] * (1 + 0.5 * hands) * block.rng("contacts.resolved").lognormal(0, 0.8, n)
    minutes = MINUTES[severity] * (1 + 0.4 * hands) * block.rng("contacts.minutes").lognormal(0, 0.5, n)
    minutes = np.where(alone, 0.0, minutes)
    cost = np.where(alone, HELP_PAGES, minutes * PER_MINUTE + PER_TICKET[asked])
    return pd.DataFrame(
        {
            "ticket_id": block.ids("K", n),
            "customer_id": sales.ids.take(hidden["who"]).array,
            "order_id": order_ids.reindex(hidden["order"]).array,
            "opened_at": opened,
            "channel": SERVICE_CHANNELS[asked],
            "topic": topics(severity, block.rng("contacts.topic")),
            "severity": severity,
            "process": np.where(hidden["guided"], "guided", "standard"),
            "first_response_at": until(opened, np.where(alone, 0.01, first), over),
            "first_response_by": np.where(machine | alone, "machine", "person"),
            "answered_at": until(opened, hours, over).mask(alone),
            "resolved_at": until(opened, np.where(alone, 0.1, hours + more), over),
            "hand_offs": hands,
            "agent_minutes": minutes.round(1),
            "cost": cost.round(2),
            "self_served": alone,
        }
    )


def served_by_pages(hidden: pd.DataFrame, sales: Sales, rng: np.random.Generator) -> np.ndarray:
    """Whether the help pages answered."""
    online = sales.people["uses_online"].to_numpy()[hidden["who"]]
    easy = (hidden["severity"] == 1) & (hidden["hours"] < 2) & hidden["asked"].isin([1, 2])
    return (easy & online & (rng.random(len(hidden)) < SELF_SERVED)).to_numpy()


def until(opened: pd.Series, hours: Any, over: pd.Timestamp) -> pd.Series:
    """Time so many hours later; missing if that is after the end of the data."""
    at = (opened + pd.to_timedelta(np.asarray(hours) * 3600, unit="s")).dt.ceil("s")
    return at.where(at < over)


def topics(severity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw what each ticket is about."""
    return TOPICS["topic"].to_numpy()[draw_rows(TOPICS[[1, 2, 3]].to_numpy().T[severity - 1], rng)]


def true_tickets(hidden: pd.DataFrame, tickets: pd.DataFrame, service: Service) -> pd.DataFrame:
    """What became of each ticket, and what the wait did to it; see `tables.contracts.service.TrueTickets`."""
    severity, inner = hidden["severity"].to_numpy(), hidden["inner"].to_numpy()
    soon, late = np.zeros(len(hidden)), np.full(len(hidden), np.inf)
    return pd.DataFrame(
        {
            "ticket_id": tickets["ticket_id"],
            "satisfied": hidden["satisfied"],
            "satisfied_chance": hidden["share"].round(3),
            "complaint_chance_on_time": service.complaint_chance(severity, soon, inner).round(3),
            "complaint_chance_late": service.complaint_chance(severity, late, inner).round(3),
        }
    )
