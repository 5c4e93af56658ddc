"""How a purchase goes, and what follows: the hinge on which service, satisfaction, leaving and baskets hang.

A purchase may raise a ticket, of some severity; the answer takes a while; in the end the customer is
satisfied or not. Who is not leaves more easily. Severity makes the wait longer *and* satisfaction lower, so that
the wait looks worse than it is.

Dropout as people are drawn (Beta) is the dropout at the satisfaction of the retailer before it changed anything.
`dropouts` splits it into that of satisfied and of disappointed purchases, so that it comes out the same on average:
purchases then follow BG/NBD exactly, and only a change of satisfaction changes leaving.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, ndtri

from workbook.retailer.core.timeline import CRM_CITIES, PILOT_CITIES, Timeline, lives_in
from workbook.retailer.customers.people import SERVICE_CHANNELS, A, B

SEVERITY = np.array(
    [0.45, 0.33, 0.15, 0.07]
)  # share of purchases: no ticket, a question, a trouble, a grave one
SATISFIED = np.array(
    [0.90, 0.86, 0.74, 0.58]
)  # share satisfied by severity if the answer came within an hour
PER_DOUBLING = 0.030  # points of that share lost each time the hours of waiting double
HOURS = np.array([1.0, 7.0, 24.0, 48.0])  # median hours to a person's answer, by severity
SPREAD = 1.25  # of the hours' logarithm
CHANNEL = pd.DataFrame(  # by channel: share of those who prefer it within its group, hours against the median
    {
        "channel": SERVICE_CHANNELS,
        "share": [0.53, 0.47, 0.45, 0.20, 0.35],
        "hours": [0.35, 1.0, 0.8, 2.5, 0.2],
    }
)
KEEPS_CHANNEL = 0.7  # chance to ask through the preferred channel; else through any
COMPLAINS = np.array([0.0, 1.0, 4.0, 8.0])  # how much likelier a complaint gets with severity
LATE = 24.0  # hours
GRID = ndtri((np.arange(200) + 0.5) / 200)  # quantiles of a normal, to average over


def preferences(phone_or_app: float) -> np.ndarray:
    """Shares of customers who prefer each channel of CHANNEL."""
    first = CHANNEL["channel"].isin(["phone", "app"])
    return (CHANNEL["share"] * np.where(first, phone_or_app, 1 - phone_or_app)).to_numpy()


def satisfied_share(severity: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Share of such tickets that end in satisfaction, before any programme."""
    wait = np.log2(np.maximum(hours, 1.0))
    return np.clip(SATISFIED[severity] - PER_DOUBLING * wait, 0.02, 0.98)


def lift(share: np.ndarray | float, turned: np.ndarray | float) -> np.ndarray | float:
    """Turn this part of the disappointed: the lift can't go past all of them."""
    return share + turned * (1 - share)


def dropouts(chance: np.ndarray, satisfied: float, odds: float) -> tuple[np.ndarray, np.ndarray]:
    """Split a dropout chance into that after a satisfying and after a disappointing purchase.

    Their odds differ by the factor ``odds``, and they come out at ``chance`` when a share ``satisfied`` satisfies.
    """
    linear = satisfied + (1 - satisfied) * odds - chance * (1 + odds)
    square = odds * (1 - chance)
    root = (np.sqrt(linear**2 + 4 * square * chance) - linear) / (2 * square)
    return root / (1 + root), root * odds / (1 + root * odds)


@dataclass(frozen=True)
class Service:
    """What the retailer's service does to its customers, with the claims as parameters.

    Attributes
    ----------
    content : share of all purchases that satisfy before any change
    content_ticket : the same of those with a ticket
    pilot, guided, crm : part of the disappointed who are turned by each
    odds : of leaving after a disappointing purchase against a satisfying one
    loyal : exponent from the odds of staying to the size of baskets
    churn : relative change of dropout in go-live cities
    base, late : chance that a ticket of severity 1 becomes a complaint; what a late answer adds
    """

    timeline: Timeline
    claims: Mapping[str, float]
    prefer: np.ndarray
    content: float
    content_ticket: float
    pilot: float
    guided: float
    crm: float
    odds: float
    loyal: float
    churn: float
    base: float
    late: float
    speed: float

    def experience(
        self, people: pd.DataFrame, who: np.ndarray, inner: np.ndarray, rng: np.random.Generator
    ) -> dict[str, np.ndarray]:
        """Let each of these purchases go as it may.

        Returns
        -------
        dict of arrays
            severity (0: no ticket), asked (code of CHANNEL), hours (to a person's answer), guided, share (chance of
            being satisfied), satisfied, leaves (chance to leave for good).
        """
        n = len(who)
        severity = np.searchsorted(np.cumsum(SEVERITY)[:-1], rng.random(n), side="right")
        anywhere = np.searchsorted(np.cumsum(self.prefer)[:-1], rng.random(n), side="right")
        asked = np.where(rng.random(n) < KEEPS_CHANNEL, people["prefers"].to_numpy()[who], anywhere)
        hours = HOURS[severity] * CHANNEL["hours"].to_numpy()[asked] * np.exp(SPREAD * rng.standard_normal(n))
        hours[severity == 0] = 0.0
        guided = (rng.random(n) < 0.5) & (inner >= self.timeline.inner("guided process")) & (severity > 0)
        city = people["city"].to_numpy()[who]
        pilot = lives_in(city, PILOT_CITIES) & (inner >= self.timeline.inner("pilot")) & (severity > 0)
        crm = lives_in(city, CRM_CITIES) & (inner >= self.timeline.inner("crm"))
        own = lift(lift(satisfied_share(severity, hours), self.pilot * pilot), self.guided * guided)
        share = lift(own, self.crm * crm)
        mood = rng.random(n)
        stays, goes = dropouts(people["dropout"].to_numpy()[who], self.content, self.odds)
        # What the CRM adds to satisfaction is left out here: its whole effect on leaving is crm-churn.
        leaves = np.where(mood < own, stays, goes) * (1 + self.churn * crm)
        return {
            "severity": severity,
            "asked": asked,
            "hours": hours,
            "guided": guided,
            "share": share,
            "satisfied": mood < share,
            "leaves": leaves,
        }

    def content_in(self, pilot: bool, guided: float) -> float:
        """Share of purchases that satisfy, apart from the CRM, where these changes are at work."""
        turned = 1 - (1 - self.pilot * pilot) * (1 - self.guided * guided)
        asks = 1 - SEVERITY[0]
        return self.content + asks * turned * (1 - self.content_ticket)

    def dropout_now(self, people: pd.DataFrame, inner: float) -> np.ndarray:
        """Each customer's chance to leave after a purchase at this inner time, averaged over how purchases go."""
        city = people["city"].to_numpy()
        guided = 0.5 * (inner >= self.timeline.inner("guided process"))
        pilot = lives_in(city, PILOT_CITIES) & (inner >= self.timeline.inner("pilot"))
        content = np.where(pilot, self.content_in(True, guided), self.content_in(False, guided))
        stays, goes = dropouts(people["dropout"].to_numpy(), self.content, self.odds)
        crm = lives_in(city, CRM_CITIES) & (inner >= self.timeline.inner("crm"))
        return (content * stays + (1 - content) * goes) * (1 + self.churn * crm)

    def basket_factor(self, people: pd.DataFrame, who: np.ndarray, inner: np.ndarray) -> np.ndarray:
        """How much larger baskets are for loyalty's sake: loyalty is the odds of staying, as service makes them."""
        later = inner >= self.timeline.inner("guided process")
        pilot = lives_in(people["city"].to_numpy()[who], PILOT_CITIES) & (
            inner >= self.timeline.inner("pilot")
        )
        factor = np.array([[self.loyalty(self.content_in(p, g)) for g in (0.0, 0.5)] for p in (False, True)])
        return factor[pilot.astype(int), later.astype(int)] ** self.loyal

    def loyalty(self, content: float) -> float:
        """Odds of staying at this share of satisfying purchases, against those before any change."""
        return stay_odds(content, self.content, self.odds) / stay_odds(self.content, self.content, self.odds)

    def complaint_chance(self, severity: np.ndarray, hours: np.ndarray, inner: np.ndarray) -> np.ndarray:
        """Chance that a ticket becomes a complaint."""
        plain = self.base * COMPLAINS[severity] + self.late * (hours > LATE) * (severity > 0)
        begun = inner >= self.timeline.inner("complaint process")
        return np.clip(plain, 0, 1) * np.where(begun, 1 + self.claims["complaint-rate"], 1.0)

    def speed_share(self, hours: np.ndarray) -> np.ndarray:
        """Chance of being satisfied with the speed of an answer."""
        return expit(self.speed - 0.8 * np.log2(np.maximum(hours, 0.25)))


def stay_odds(content: float, usual: float, odds: float) -> float:
    """Odds of staying of a typical customer when this share of purchases satisfies."""
    typical = np.array([A / (A + B)])
    stays, goes = dropouts(typical, usual, odds)
    leaves = float((content * stays + (1 - content) * goes)[0])
    return (1 - leaves) / leaves


def make_service(timeline: Timeline, claims: Mapping[str, float]) -> Service:
    """Work out the service's parameters from the claims, by averages over all kinds of tickets."""
    prefer = preferences(claims["prefer-phone-app"])
    kinds = ticket_kinds(prefer)
    asked = kinds["severity"] > 0
    weight = kinds["weight"]
    content = float(np.average(kinds["share"], weights=weight))
    content_ticket = float(np.average(kinds["share"][asked], weights=weight[asked]))
    base, late = complaint_rates(kinds[asked], claims["late-response-complaints"])
    hours = kinds["hours"][asked].to_numpy()

    def speed(intercept: float) -> float:
        told = expit(intercept - 0.8 * np.log2(np.maximum(hours, 0.25)))
        return float(np.average(told, weights=weight[asked])) - claims["response-satisfied"]

    return Service(
        timeline=timeline,
        claims=claims,
        prefer=prefer,
        content=content,
        content_ticket=content_ticket,
        pilot=claims["pilot-satisfaction"] / (1 - content_ticket),
        guided=claims["service-satisfaction"] * content_ticket / (1 - content_ticket),
        crm=claims["crm-satisfaction"] * content / (1 - content),
        odds=leaving_odds(content, claims["satisfaction-loyalty"]),
        loyal=float(np.log1p(claims["loyalty-profit"]) / np.log(1.1)),
        churn=claims["crm-churn"],
        base=base,
        late=late,
        speed=float(brentq(speed, -20, 40)),
    )


def ticket_kinds(prefer: np.ndarray) -> pd.DataFrame:
    """All kinds of purchases before any change: severity, hours, share satisfied, weight."""
    grid = pd.MultiIndex.from_product(
        [range(len(SEVERITY)), range(len(CHANNEL)), GRID], names=["severity", "asked", "z"]
    ).to_frame(index=False)
    severity, asked = grid["severity"].to_numpy(), grid["asked"].to_numpy()
    hours = HOURS[severity] * CHANNEL["hours"].to_numpy()[asked] * np.exp(SPREAD * grid["z"].to_numpy())
    hours = np.where(severity == 0, 0.0, hours)
    return pd.DataFrame(
        {
            "severity": severity,
            "hours": hours,
            "share": satisfied_share(severity, hours),
            "weight": SEVERITY[severity] * prefer[asked] / len(GRID),
        }
    )


ON_TIME = 0.08  # complaint rate of tickets answered within 24 hours; the course is silent, so it is ours


def complaint_rates(kinds: pd.DataFrame, late_rate: float) -> tuple[float, float]:
    """Base chance and addition for a late answer that give the rates observed on time and late."""
    late = kinds["hours"] > LATE
    severity = COMPLAINS[kinds["severity"]]
    on_time = np.average(severity[~late], weights=kinds["weight"][~late])
    too_late = np.average(severity[late], weights=kinds["weight"][late])
    base = ON_TIME / on_time
    return float(base), float(late_rate - base * too_late)


def leaving_odds(content: float, gain: float) -> float:
    """Odds ratio of leaving at which 10 % more satisfaction raises the odds of staying by ``gain``."""
    if gain == 0:
        return 1.0

    def miss(log_odds: float) -> float:
        odds = float(np.exp(log_odds))
        return stay_odds(1.1 * content, content, odds) / stay_odds(content, content, odds) - 1 - gain

    return float(np.exp(brentq(miss, 1e-9, 8)))
