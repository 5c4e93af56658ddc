"""What changed at the retailer, where and when: the same share of any period, however long the world."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbook.retailer.sales.assortment import CITIES
from workbook.retailer.sales.season import Season

PILOT_CITIES = ("Hangzhou", "Nanjing")
CRM_CITIES = ("Shanghai", "Guangzhou", "Chengdu", "Wuhan")
# When each thing begins, and how long it lasts, as shares of the period; 0 lasts to the end.
EVENTS = pd.DataFrame(
    [
        ("pilot", 0.375, 0.0, "Service pilot in Hangzhou and Nanjing: a machine responds first."),
        ("crm", 0.50, 0.0, "CRM goes live in Shanghai, Guangzhou, Chengdu and Wuhan."),
        ("personal offers", 0.50, 0.0, "Half of all customers, drawn at random, get offers made from their data."),
        ("guided process", 0.58, 0.0, "Half of all requests, drawn at random, are handled by a guided process."),
        ("complaint process", 0.625, 0.0, "A new process takes up complaints before they are made."),
        ("first-order offer", 0.625, 0.0, "Half of those who register, drawn at random, get an offer for a first order."),
        ("missions", 0.66, 0.0, "Half of the members, drawn at random, get missions: games and check-ins."),
        ("onboarding", 0.66, 0.25, "New customers get a tutorial, a trial pack or nothing, at random, after the first order."),
        ("faulty batch", 0.70, 0.05, "A batch of one product is on the shelves whose seams give way."),
        ("class treatment", 0.75, 0.0, "High-value customers are treated by RFM class, but for a holdout."),
        ("coupon test", 0.77, 0.0, "Coupons of two kinds, or none, at random."),
        ("win-back test", 0.79, 0.0, "Silent customers get a call, a coupon or nothing, at random."),
        ("recommender", 0.81, 0.08, "Visitors of the marketplace shop see recommendations, at random."),
        ("crisis", 0.86, 0.04, "Posts about knitwear that sheds colour and irritates the skin spread."),
    ],
    columns=["event", "from", "lasts", "what"],
)  # fmt: skip
BEGINS = dict(zip(EVENTS["event"], EVENTS["from"], strict=True))


@dataclass(frozen=True)
class Timeline:
    """The events of one world, on its calendar and on its inner clock."""

    season: Season

    @cached_property
    def clock(self) -> dict[str, float]:
        """First moment of each event on the inner clock, in weeks."""
        return {event: self.season.inner(self.start(event)) for event in EVENTS["event"]}

    def moment(self, share: float) -> pd.Timestamp:
        """Return the midnight at this share of the period."""
        days = (self.season.end - self.season.start).days + 1
        return self.season.start + pd.Timedelta(days=int(share * days))

    def start(self, event: str) -> pd.Timestamp:
        """First moment of an event."""
        return self.moment(BEGINS[event])

    def stop(self, event: str) -> pd.Timestamp:
        """Moment at which an event is over; the end of the data for one that lasts."""
        row = EVENTS.set_index("event").loc[event]
        if not row["lasts"]:
            return self.season.end + pd.Timedelta(days=1)
        return max(self.start(event) + pd.Timedelta(days=1), self.moment(row["from"] + row["lasts"]))

    def inner(self, event: str) -> float:
        """First moment of an event on the inner clock, in weeks."""
        return self.clock[event]

    def table(self) -> pd.DataFrame:
        """What happened when; see `tables.contracts.truth.TrueEvents`."""
        return pd.DataFrame(
            {
                "event": EVENTS["event"],
                "starts_at": [self.start(e) for e in EVENTS["event"]],
                "ends_at": [self.stop(e) for e in EVENTS["event"]],
                "what": EVENTS["what"],
            }
        )


def lives_in(city: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Whether each city code is one of the named cities."""
    return np.isin(city, [CITIES.index(name) for name in names])
