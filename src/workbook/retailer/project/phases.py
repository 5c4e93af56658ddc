"""The three phases of the project: what was planned, when it was delivered, and what it was charged.

Each deliverable turns out harder or easier than planned. That makes it longer and more expensive at once; the rest of both is its
own. The go-live comes on the day on which the CRM begins to act, so the project starts early enough for that.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import numbered
from workbook.retailer.core.timeline import Timeline

# One row a deliverable, in order: phase, name, length as a share of the period, cost in CNY.
PLAN = pd.DataFrame(
    [
        ("data foundations", "Inventory of channels", 0.02, 8_000),
        ("data foundations", "Tills and e-shop connected", 0.03, 14_000),
        ("data foundations", "App and mini-program connected", 0.03, 11_000),
        ("data foundations", "One record per customer", 0.03, 15_000),
        ("data foundations", "Rules of data quality", 0.02, 7_000),
        ("data foundations", "Consents moved", 0.02, 5_000),
        ("system go-live", "Platform chosen", 0.03, 6_000),
        ("system go-live", "Platform set up", 0.03, 26_000),
        ("system go-live", "Customer records and classes", 0.03, 14_000),
        ("system go-live", "Service desk and tickets", 0.02, 12_000),
        ("system go-live", "Campaigns and triggers", 0.02, 11_000),
        ("system go-live", "Leads and contract approval", 0.02, 9_000),
        ("system go-live", "Staff of four cities trained", 0.02, 16_000),
        ("system go-live", "Go-live in four cities", 0.01, 4_000),
        ("optimisation", "Reports and dashboards", 0.06, 11_000),
        ("optimisation", "Forms in low code", 0.06, 10_000),
        ("optimisation", "Orders and stock from the ERP", 0.07, 17_000),
        ("optimisation", "Classes and forecasts", 0.08, 15_000),
        ("optimisation", "Second training", 0.07, 11_000),
        ("optimisation", "Ready for the other cities", 0.08, 8_000),
    ],
    columns=["phase", "name", "length", "cost"],
)
GO_LIVE = "Go-live in four cities"
PAUSE = 0.02  # share of the period between go-live and the third phase
OVERRUN = 0.22  # expected cost beyond the plan, as a share of it
DELAY = 0.20  # expected time beyond the plan
SPREAD = 0.28  # of the logarithms of cost and time against the plan
TOGETHER = 0.6  # correlation of the two
LONGEST = 0.48  # share of the period that the way to the go-live may take
KINDS = pd.Series({"consulting": 0.35, "own staff": 0.30, "software": 0.20, "training": 0.15})
RUNNING = 1_500  # CNY a month from the go-live on
EVERY = 30  # days between bookings


def make_phases(timeline: Timeline, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deliverables and bookings up to the data's end; see `tables.contracts.project`."""
    work = worked(timeline, rng)
    end = timeline.season.end
    bookings = pd.concat([booked(work, rng), running(timeline)]).sort_values(
        ["booked_on", "deliverable_id", "kind"], ignore_index=True
    )
    bookings = bookings[bookings["booked_on"] <= end].reset_index(drop=True)
    bookings.insert(0, "booking_id", numbered("B", len(bookings), 4))
    seen = work.assign(
        started_on=work["started_on"].where(work["started_on"] <= end),
        delivered_on=work["delivered_on"].where(work["delivered_on"] <= end),
    )
    return seen.drop(columns="spent"), bookings


def worked(timeline: Timeline, rng: np.random.Generator) -> pd.DataFrame:
    """Deliverables one after the other, as planned and as they went: with ``spent``, what each is charged in the end."""
    hard = rng.standard_normal(len(PLAN))
    longer, dearer = against_plan(DELAY, hard, rng), against_plan(OVERRUN, hard, rng)
    pause = np.where(PLAN["name"].shift() == GO_LIVE, PAUSE, 0.0)
    first = int(np.flatnonzero(PLAN["name"] == GO_LIVE)[0]) + 1  # deliverables up to the go-live
    length = PLAN["length"].to_numpy() * longer
    length[:first] *= min(1.0, LONGEST / length[:first].sum())
    days = (timeline.season.end - timeline.season.start).days + 1
    start = timeline.start("crm") - pd.to_timedelta(np.rint(length[:first].sum() * days), unit="D")
    frame = pd.DataFrame(
        {
            "deliverable_id": numbered("D", len(PLAN), 2),
            "phase": PLAN["phase"],
            "name": PLAN["name"],
            "planned_on": start,
        }
    )
    for (begins, ends), lasts in {
        ("planned_start", "planned_end"): PLAN["length"].to_numpy(),
        ("started_on", "delivered_on"): length,
    }.items():
        over = np.rint(np.cumsum(lasts + pause) * days)
        begun = np.rint((np.cumsum(lasts + pause) - lasts) * days)
        frame[begins] = start + pd.to_timedelta(begun, unit="D")
        frame[ends] = start + pd.to_timedelta(over, unit="D")
    return frame.assign(planned_cost=PLAN["cost"].astype(float), spent=PLAN["cost"] * dearer)


def against_plan(beyond: float, hard: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ratios to the plan that are ``1 + beyond`` in expectation and higher where the work is harder."""
    own = rng.standard_normal(len(hard))
    z = np.sqrt(TOGETHER) * hard + np.sqrt(1 - TOGETHER) * own
    return (1 + beyond) * np.exp(SPREAD * z - SPREAD**2 / 2)


def booked(work: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What each deliverable is charged by kind of cost, about once a month while it lasts and a little after."""
    shares = rng.dirichlet(KINDS.to_numpy() * 12, len(work))
    lasts = (work["delivered_on"] - work["started_on"]).dt.days.to_numpy()
    times = np.maximum(1, lasts // EVERY)
    rows = work.loc[np.repeat(work.index, times * len(KINDS)), ["deliverable_id", "started_on"]]
    at, kind = (np.concatenate(x) for x in zip(*[np.divmod(np.arange(t * len(KINDS)), len(KINDS)) for t in times],
                                               strict=True))  # fmt: skip
    n = np.repeat(times, times * len(KINDS))
    share = shares[np.repeat(np.arange(len(work)), times * len(KINDS)), kind]
    amount = np.repeat(work["spent"].to_numpy(), times * len(KINDS)) * share / n
    days = np.repeat(lasts, times * len(KINDS)) * (at + 1) / n + rng.integers(0, 15, len(rows))
    return pd.DataFrame(
        {
            "deliverable_id": rows["deliverable_id"].array,
            "kind": KINDS.index.to_numpy()[kind],
            "booked_on": (rows["started_on"].array + pd.to_timedelta(np.rint(days), unit="D")),
            "amount": amount.round(2),
        }
    )


def running(timeline: Timeline) -> pd.DataFrame:
    """What the system costs each month from the go-live on."""
    days = pd.date_range(timeline.start("crm"), timeline.season.end, freq="ME")
    return pd.DataFrame(
        {"deliverable_id": None, "kind": "licences and support", "booked_on": days, "amount": float(RUNNING)}
    )
