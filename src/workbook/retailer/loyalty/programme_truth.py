"""What the programme truly added, day by day: an expectation from everybody's rates, of those who had joined by then.

Purchases after joining come at the rate times the programme's factor, and each is an occasion to leave; without the programme
they would come at the rate alone. The day of joining itself can't be its work, and is on both sides. So are the orders that
marketing and trials bring, but for those of missions, which multiply a member's rate as it is.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from workbook.retailer.core.timeline import EVENTS, Timeline
from workbook.retailer.marketing.experiments import mission_lift
from workbook.retailer.marketing.history import window
from workbook.retailer.sales.buying import SECOND_ORDER
from workbook.retailer.sales.sales import Sales, basket_factor
from workbook.retailer.service.service_effects import Service


def programme_sums(sales: Sales, service: Service) -> pd.DataFrame:
    """Revenue that is expected of members each day of the data, to be added over blocks; see `true_programme`.

    Returns
    -------
    pandas.DataFrame
        index day: revenue, and added by the programme
    """
    members = joined_members(sales, service)
    sums = own_sums(members, sales, service)
    return sums.assign(revenue=sums["revenue"] + brought(members, sales, service.timeline))


def own_sums(members: pd.DataFrame, sales: Sales, service: Service) -> pd.DataFrame:
    """The same of what members buy by themselves and for missions, with the purchase of joining."""
    season = service.timeline.season
    days = pd.date_range(season.start, season.end, name="day")
    with_it, without = (
        np.fromiter(own_revenue(members, sales, service, faster), float, len(days))
        for faster in (members["programme"].to_numpy(), np.ones(len(members)))
    )
    joining = spend(sales, service, members["who"], members["inner"].to_numpy())
    first = np.bincount(members["day"], joining, len(days))
    return pd.DataFrame({"revenue": with_it + first, "added": with_it - without}, index=days)


def true_programme(sums: pd.DataFrame) -> pd.DataFrame:
    """What members are expected to spend each day; see `tables.contracts.loyalty.TrueProgramme`."""
    return sums.round(2).rename_axis("day").reset_index()


def joined_members(sales: Sales, service: Service) -> pd.DataFrame:
    """Who joined in the data: who, inner (weeks) and day of joining, stays (chance to be active after it), rate,
    programme, missions (by how much these raise the rate while they last).
    """
    people, bought, season = sales.people, sales.bought, service.timeline.season
    joins = bought["nth"].to_numpy() == people["member_from"].to_numpy()[bought["who"]]
    joins &= (bought["inner"] < season.now).to_numpy()
    at = bought.loc[joins, ["who", "inner", "nth"]].reset_index(drop=True)
    leaves = bought.loc[joins, "leaves"].to_numpy()
    at["stays"] = np.where(at["nth"] > 0, 1 - leaves, 1.0)  # nobody leaves with the first purchase
    at["day"] = np.searchsorted(season.clock, at["inner"], side="right") - 1
    given = np.zeros(len(people))
    for trial in sales.trials:
        if trial.name == "missions":
            who = trial.units.loc[trial.units["arm"] == "missions", "who"]
            given[who] = mission_lift(service.claims["engagement-repurchase"])
    of = people.loc[at["who"], ["rate", "programme"]].reset_index(drop=True)
    return at.join(of).assign(missions=given[at["who"]])


def own_revenue(members: pd.DataFrame, sales: Sales, service: Service, faster: np.ndarray) -> Iterator[float]:
    """Expected revenue of each day after joining, where membership multiplies rates by ``faster``."""
    timeline, clock = service.timeline, service.timeline.season.clock
    begun = {timeline.start(event) for event in EVENTS["event"]} | {timeline.season.start}
    first, over = (timeline.season.inner(t) for t in window(timeline, "missions"))
    who, rate = members["who"].to_numpy(), members["rate"].to_numpy() * faster
    active, inner = members["stays"].to_numpy(), members["inner"].to_numpy()
    for day, (start, stop) in enumerate(pairwise(clock)):
        if timeline.season.days[day] > timeline.season.end:
            return
        if timeline.season.days[day] in begun:
            leaves = service.dropout_now(sales.people, start)[who]
            worth = spend(sales, service, members["who"], start)
        weeks = np.clip(stop - inner, 0, stop - start)
        gone = -np.expm1(-rate * leaves * weeks)
        bought = active * gone / leaves
        active = active * (1 - gone)
        missions = members["missions"].to_numpy() * (first <= start < over) / (1 + SECOND_ORDER)
        yield float((bought * worth * (1 + missions)).sum())


def brought(members: pd.DataFrame, sales: Sales, timeline: Timeline) -> np.ndarray:
    """Expected revenue of each day from orders that marketing and trials bring to members, missions left out."""
    season = timeline.season
    rows = pd.concat([sales.campaigns.added, *(t.added(timeline) for t in sales.trials)], ignore_index=True)
    since = np.full(len(sales.people), np.inf)
    since[members["who"]] = members["day"]
    day = ((rows["start"] - season.start) / pd.Timedelta(days=1)).to_numpy()
    last = ((rows["stop"] - season.start) / pd.Timedelta(days=1)).to_numpy()
    rows, day, last = (x[day > since[rows["who"]]] for x in (rows, day, last))
    each = (rows["orders"] * sales.basket["spend"].to_numpy()[rows["who"]]).to_numpy() / (1 + SECOND_ORDER)
    days = (season.end - season.start).days + 1
    begins, ends = (np.minimum(x.round().astype("int64"), days) for x in (day, last))
    a_day = each / (last - day)
    return np.cumsum(np.bincount(begins, a_day, days + 1) - np.bincount(ends, a_day, days + 1))[:days]


def spend(sales: Sales, service: Service, who: pd.Series, inner: float | np.ndarray) -> np.ndarray:
    """Expected amount of one purchase of each of these customers at an inner time, the season's mix averaged out."""
    now = service.timeline.season.now
    visits = pd.DataFrame({"who": who.to_numpy()})
    then, at_end = (basket_factor(visits.assign(inner=t), sales.people, service) for t in (inner, now))
    return sales.basket["spend"].to_numpy()[who] * then / at_end
