"""The marketing plan: what each channel does and costs, which campaigns run when, and what triggers a contact."""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, seconds
from workbook.retailer.core.streams import numbered
from workbook.retailer.core.timeline import Timeline

# One row a channel: purpose of the consent that a contact needs (none: people come across it by themselves), orders
# that a touch causes on average before fatigue, chance of a click (none: not known), least and highest cost in CNY,
# and what is paid for: each touch or each click.
CHANNELS = pd.DataFrame(
    [
        ("e-mail", "marketing email", 0.0110, 0.050, 0.01, 0.01, "touch"),
        ("SMS", "marketing sms", 0.0045, 0.040, 0.05, 0.05, "touch"),
        ("app push", "app push", 0.0030, 0.035, 0.00, 0.00, "touch"),
        ("search ad", "", 0.0005, 0.300, 2.00, 4.00, "click"),
        ("social ad", "", 0.0080, 0.030, 0.30, 0.80, "touch"),
        ("influencer", "", 0.0380, np.nan, 0.80, 2.00, "touch"),
        ("user content", "", 0.0240, np.nan, 0.00, 0.00, "touch"),
        ("livestream", "", 0.0150, np.nan, 0.50, 1.20, "touch"),
    ],
    columns=["channel", "purpose", "effect", "click", "least", "most", "paid"],
)
OUTBOUND = tuple(CHANNELS.loc[CHANNELS["purpose"] != "", "channel"])
SEND_HOUR = {"e-mail": 10, "SMS": 18, "app push": 20}

QUARTERS = "01-01 04-01 07-01 10-01"
SALES = "06-11 11-04 12-08"  # the days before 18 June, 11 November, 12 December
COLLECTIONS = "03-01 05-20 08-25 10-25"
# One row a plan: kind, channel, name, target, days it lasts, waves, reach of a wave (contacts a customer won so
# far), and the days of the year on which it starts.
PLAN = pd.DataFrame(
    [
        ("newsletter", "e-mail", "Newsletter", "subscribers, recent buyers first", 22, 2, 0.050,
         "01-05 02-05 03-05 04-05 05-05 06-05 07-05 08-05 09-05 10-05 11-05 12-05"),
        ("sale", "e-mail", "Sale days", "subscribers, recent buyers first", 8, 3, 0.050, SALES),
        ("sale", "SMS", "Sale days", "buyers of the last months", 8, 2, 0.050, SALES),
        ("sale", "app push", "Sale days", "app users", 8, 3, 0.025, SALES),
        ("sale", "livestream", "Sale days live", "viewers of the host", 8, 0, 0.0, SALES),
        ("sale", "influencer", "Sale days with hosts", "followers of the host", 12, 0, 0.0, "06-06 11-01"),
        ("holiday", "SMS", "Holiday greeting", "buyers of the last months", 3, 1, 0.050, "01-18 04-28 09-24"),
        ("new collection", "app push", "New collection", "app users", 14, 2, 0.025, COLLECTIONS),
        ("new collection", "influencer", "New collection", "followers of style bloggers", 28, 0, 0.0, COLLECTIONS),
        ("always on", "social ad", "Feed ads", "lookalikes of our buyers", 92, 0, 0.0, QUARTERS),
        ("always on", "search ad", "Brand search", "searches for our name", 92, 0, 0.0, QUARTERS),
        ("livestream", "livestream", "Live from the studio", "viewers of the shop's room", 5, 0, 0.0,
         "03-15 04-25 08-15 09-20"),
        ("challenge", "user content", "Outfit challenge", "customers who post their outfits", 30, 0, 0.0, "04-10 09-10"),
    ],
    columns=["kind", "channel", "name", "target", "days", "waves", "reach", "starts"],
)  # fmt: skip
# One row a trigger, on from a share of the period until the end: orders that a contact causes before fatigue.
TRIGGERS = pd.DataFrame(
    [
        ("abandoned cart", "e-mail", "Cart reminder", "left a cart a day ago", 0.045),
        ("abandoned cart", "app push", "Cart reminder", "left a cart a day ago", 0.045),
        ("birthday", "SMS", "Birthday coupon", "members on their birthday", 0.030),
        ("replenishment", "e-mail", "Time for basics", "bought two months ago", 0.018),
        ("win-back", "SMS", "We miss you", "silent for four months", 0.022),
    ],
    columns=["kind", "channel", "name", "target", "effect"],
)
COLUMNS = ["campaign_id", "name", "kind", "channel", "started_on", "ended_on", "target"]
SWITCHED_ON = 0.2  # share of the period after which the triggers run


def campaign_plan(timeline: Timeline) -> pd.DataFrame:
    """Every campaign by its first day; see `tables.contracts.digital.Campaigns`. The same for all blocks."""
    return planned(timeline)[COLUMNS]


def planned(timeline: Timeline) -> pd.DataFrame:
    """Give the campaigns with their waves and reach, which the shop doesn't write down."""
    season = timeline.season
    plan = PLAN.assign(start=PLAN["starts"].str.split()).explode("start")
    years = pd.DataFrame({"year": np.arange(season.start.year - 1, season.end.year + 1)})
    plan = plan.merge(years, how="cross")
    start = pd.to_datetime(plan["year"].astype(str) + "-" + plan["start"])
    plan = plan.assign(started_on=start, ended_on=start + pd.to_timedelta(plan["days"] - 1, unit="D"))
    plan = plan.assign(name=plan["name"] + start.dt.strftime(" %b %Y"))
    on = timeline.moment(SWITCHED_ON)
    triggers = TRIGGERS.assign(started_on=on, ended_on=season.end, waves=0, reach=0.0)
    plan = pd.concat([plan, triggers], ignore_index=True)
    plan = plan[(plan["started_on"] <= season.end) & (plan["ended_on"] >= season.start)]
    plan = plan.sort_values(["started_on", "kind", "channel"], ignore_index=True)
    gap = plan["days"] / plan["waves"].clip(lower=1)
    return plan.assign(
        campaign_id=numbered("K", len(plan), 3),
        first=plan["started_on"],
        gap=gap,
        started_on=plan["started_on"].clip(lower=season.start),
        ended_on=plan["ended_on"].clip(upper=season.end),
    )


def wave_times(plan: pd.DataFrame) -> pd.DataFrame:
    """Start of each wave (s), in order, of one channel's campaigns that are in the data: at, kind, campaign, reach."""
    number = np.repeat(plan.index.to_numpy(), plan["waves"])
    nth = np.concatenate([np.arange(w) for w in plan["waves"]] or [np.arange(0)]).astype("int64")
    rows = plan.loc[number]
    day = rows["first"] + pd.to_timedelta((nth * rows["gap"]).astype("int64"), unit="D")
    at = seconds(day) + rows["channel"].map(SEND_HOUR).fillna(0).to_numpy().astype("int64") * 3600
    waves = pd.DataFrame(
        {"at": at, "kind": rows["kind"].array, "campaign": number, "reach": rows["reach"].array}
    )
    waves = waves[(day >= rows["started_on"]).to_numpy() & (day <= rows["ended_on"]).to_numpy()]
    return waves.sort_values("at", kind="stable")


def running(runs: pd.DataFrame, at: np.ndarray) -> np.ndarray:
    """Campaign (row of the plan) of one channel that runs at each time, or -1."""
    start, stop = seconds(runs["started_on"]), seconds(runs["ended_on"]) + DAY
    row = np.searchsorted(start, at, side="right") - 1
    inside = (row >= 0) & (at < np.append(stop, 0)[row])
    return np.where(inside, np.append(runs.index.to_numpy(), -1)[row], -1)
