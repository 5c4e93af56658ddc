"""What the go-live truly adds, month by month: an expectation from the rates of the customers in its cities.

A lower chance to leave after a purchase keeps customers, and who is kept goes on buying: the benefit begins at nothing and
builds up. Who was active on the day of the go-live, and who came afterwards, is taken as it was; from then on all is
expectation, with the claim `crm-churn` and without. Marketing and trials are on neither side, nor is who comes after the data.
What a go-live in the other cities on the day after the data's end would add is reckoned in the same way.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import gammainc

from workbook.retailer.core.timeline import CRM_CITIES, EVENTS, Timeline, lives_in
from workbook.retailer.sales.sales import Sales, basket_factor
from workbook.retailer.sales.season import Season, busyness
from workbook.retailer.service.service_effects import Service

AHEAD = 36  # months after the data


def crm_sums(sales: Sales, service: Service) -> pd.DataFrame:
    """Margin that is expected each month, to be added over blocks; see `true_crm`.

    Returns
    -------
    pandas.DataFrame
        index month: margin, added; the same with _known, of customers won before the go-live, and with _elsewhere
    """
    timeline = service.timeline
    here = lives_in(sales.people["city"].to_numpy(), CRM_CITIES)
    over = timeline.season.end + pd.Timedelta(days=1)
    begins = timeline.start("crm")
    first = customers_from(begins, here, sales, service)
    known = first[first["since"] == timeline.inner("crm")]
    other = customers_from(over, ~here, sales, service)
    all_of_them = {"": (first, begins), "_known": (known, begins), "_elsewhere": (other, over)}
    each = [monthly(*some, sales, service).add_suffix(name) for name, some in all_of_them.items()]
    return pd.concat(each, axis=1).fillna(0.0)


def true_crm(sums: pd.DataFrame) -> pd.DataFrame:
    """What the go-live adds; see `tables.contracts.project.TrueBenefit`."""
    return sums.set_axis(sums.index.to_timestamp().rename("month")).round(2).reset_index()


def monthly(folk: pd.DataFrame, start: pd.Timestamp, sales: Sales, service: Service) -> pd.DataFrame:
    """Expected margin of these customers each month with a CRM from a day on, and what of it the CRM adds."""
    moments = changes(service.timeline, start)
    with_it, without = (
        expected_margin(folk, sales, service, moments, 1 + churn) for churn in (service.churn, 0.0)
    )
    sums = pd.DataFrame({"margin": with_it, "added": with_it - without})
    return sums.groupby(moments[:-1].to_period("M").rename("month")).sum()


def changes(timeline: Timeline, start: pd.Timestamp) -> pd.DatetimeIndex:
    """Midnights from a start to the end of AHEAD months after the data at which a month or an event begins."""
    last = timeline.season.end + pd.Timedelta(days=1) + pd.DateOffset(months=AHEAD)
    events = [timeline.start(event) for event in EVENTS["event"]]
    moments = pd.DatetimeIndex([start, *pd.date_range(start, last, freq="MS"), *events, last])
    return moments[(moments >= start) & (moments <= last)].unique().sort_values()


def inner_times(season: Season, moments: pd.DatetimeIndex) -> np.ndarray:
    """Inner weeks at midnights, those beyond the season's calendar included."""
    days = pd.date_range(season.start, max(moments[-1], season.days[-1]))
    usual = busyness(pd.date_range("2025-01-01", "2025-12-31")).mean()
    clock = np.concatenate([[0.0], np.cumsum(busyness(days) / usual / 7)])
    return clock[(moments - season.start).days]


def customers_from(start: pd.Timestamp, here: np.ndarray, sales: Sales, service: Service) -> pd.DataFrame:
    """Who of some customers is active at a moment, or comes later in the data: who, since (inner weeks), joins (purchases
    from then until joining the programme), rate, programme.
    """
    people, bought, season = sales.people, sales.bought, service.timeline.season
    moment = season.inner(start)
    before = (bought["nth"].to_numpy() >= 0) & (bought["inner"] < moment).to_numpy()
    times = np.bincount(bought["who"], weights=before, minlength=len(people))
    gone = np.zeros(len(people), dtype=bool)
    gone[bought.loc[before & bought["left"].to_numpy(), "who"]] = True
    here = here & ~gone
    folk = people.loc[here, ["rate", "programme"]].rename_axis("who").reset_index()
    since = np.maximum(people["first"].to_numpy()[here], moment)
    done = np.maximum(times[here], 1)  # the purchase with which somebody comes is one
    joins = np.maximum(people["member_from"].to_numpy()[here] + 1 - done, 0)
    return folk.assign(since=since, joins=joins)


def expected_margin(
    folk: pd.DataFrame, sales: Sales, service: Service, moments: pd.DatetimeIndex, crm: float
) -> np.ndarray:
    """Expected margin between each two moments, where a CRM makes leaving ``crm`` times as likely."""
    who, rate, margins = folk["who"].to_numpy(), folk["rate"].to_numpy(), []
    joins, since = folk["joins"].to_numpy(), folk["since"].to_numpy()
    as_it_was, timeline = replace(service, churn=0.0), service.timeline
    inner = inner_times(timeline.season, moments)
    begun = np.searchsorted(
        np.sort([timeline.inner(event) for event in EVENTS["event"]]), inner, side="right"
    )
    active = np.ones(len(folk))
    for at, (start, stop) in enumerate(pairwise(inner)):
        if at == 0 or begun[at] != begun[at - 1]:  # only events change what a purchase brings, and who leaves
            leaves = as_it_was.dropout_now(sales.people, start)[who] * crm
            brings = margin(sales, service, who, start)
        weeks = np.clip(stop - since, 0, stop - start)
        bought = rate * (1 - leaves) * np.clip((start + stop) / 2 - since, 0, None)
        member = np.where(joins > 0, gammainc(np.maximum(joins, 1e-9), bought), 1.0)
        faster = rate * (1 + (folk["programme"].to_numpy() - 1) * member)
        gone = -np.expm1(-faster * leaves * weeks)
        margins.append(float((active * gone / leaves * brings).sum()))
        active = active * (1 - gone)
    return np.array(margins)


def margin(sales: Sales, service: Service, who: np.ndarray, inner: float) -> np.ndarray:
    """Expected margin of one purchase of each of these customers at an inner time, the season's mix averaged out."""
    now = service.timeline.season.now
    visits = pd.DataFrame({"who": who})
    then, at_end = (basket_factor(visits.assign(inner=t), sales.people, service) for t in (inner, now))
    return sales.basket["margin"].to_numpy()[who] * then / at_end
