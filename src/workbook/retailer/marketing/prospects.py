"""People who register before they order anything, and the offer for a first order that half of them get.

Those who order within 30 days are customers of the world; for each channel people are drawn one after the other until
as many have ordered as the world won. So customers are the same whatever is done to prospects, and what is known of
prospects goes with their chance as the rates have it.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from workbook.retailer.core.epoch_seconds import DAY, at_shop_hour, second, seconds, times
from workbook.retailer.core.streams import Block, Part
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.customers.people import CHANNELS
from workbook.retailer.sales.assortment import CITIES

WITHIN, SOON = 30.0, 8.0  # days within which an order counts as of a prospect, and mean days until it comes
# By the channel that wins (row of CHANNELS): share of its customers who register first, chance to order within 30 days
# of somebody in the middle, and how much more than others its people respond to an offer.
WINS = pd.DataFrame(
    [
        ("store walk-in", 0.35, 0.13, 0.7),
        ("search", 0.80, 0.12, 0.9),
        ("livestream", 0.60, 0.06, 1.8),
        ("social content", 0.80, 0.08, 1.2),
        ("referral", 0.85, 0.22, 0.4),
    ],
    columns=["channel", "registers", "converts", "responds"],
)
KEEN = 1.0  # spread of the log odds to order between the people of one channel
# What shows how keen somebody is: log odds of the app, of the newsletter and logarithm of pages per unit of keenness.
SHOWS = {"app": 0.9, "newsletter": 0.4, "pages": 0.55}
APP, NEWSLETTER, PAGES = -0.9, -0.3, 1.2  # the same for somebody in the middle
OFFER = 0.04  # chance of an order that the offer brings, of those who would not order anyway
OFFERED = 0.5  # share who get it, at random
UNTRACKED, UNSAID = 0.08, 0.12  # share without pages, and without a city
NEAR = 5.0  # days around which the others register on the days of those who order


def make_prospects(
    folk: pd.DataFrame, ids: pd.Series, first: pd.Series, timeline: Timeline, block: Block
) -> Part:
    """Everybody who registered since the offer began, and their true chances; see `tables.contracts.digital`.

    Parameters
    ----------
    folk, ids : customers of a block
    first : time of each one's first order
    """
    rng = block.rng("prospects")
    begin, end = second(timeline.start("first-order offer")), second(timeline.season.end) + DAY
    won = pd.concat([registered(folk, first, rng), to_come(timeline, block, rng)], ignore_index=True)
    won = won[(won["at"] >= begin) & (won["at"] < end)]
    people = pd.concat([of_channel(c, won[won["channel"] == c], rng) for c in range(len(WINS))])
    people = people.assign(at=spread(people, begin, end, rng)).sort_values("at", ignore_index=True)
    return tables_of(people, folk, ids, timeline, block, rng)


def registered(folk: pd.DataFrame, first: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Customers who registered before they ordered: who, channel, at and ordered (s)."""
    channel = folk["channel"].to_numpy()
    some = rng.random(len(folk)) < WINS["registers"].to_numpy()[channel]
    ordered = seconds(first)[some]
    return pd.DataFrame(
        {
            "who": np.flatnonzero(some),
            "channel": channel[some],
            "at": before(ordered, rng),
            "ordered": ordered,
        }
    )


def to_come(timeline: Timeline, block: Block, rng: np.random.Generator) -> pd.DataFrame:
    """Those who will order for the first time in the days after the data's end, as many as before it; who is -1."""
    season = timeline.season
    last = season.inner(season.end + pd.Timedelta(days=1 + int(WITHIN)))
    share = CHANNELS["share"].to_numpy() * WINS["registers"].to_numpy()
    number = rng.poisson(share * block.customers * (last - season.now) / season.now)
    ordered = seconds(season.to_time(rng.uniform(season.now, last, number.sum()), rng))
    channel = np.repeat(np.arange(len(WINS)), number)
    return pd.DataFrame({"who": -1, "channel": channel, "at": before(ordered, rng), "ordered": ordered})


def before(ordered: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """When those who ordered had registered (s)."""
    part = rng.random(len(ordered)) * -np.expm1(-WITHIN / SOON)
    return ordered - np.maximum(600, (-np.log1p(-part) * SOON * DAY).astype("int64"))


def of_channel(channel: int, won: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """People of one channel, drawn until as many have ordered as it won; those take the rows of ``won``."""
    drawn = [draw(channel, 0, rng)]
    while (lacks := len(won) - sum(d["converts"].sum() for d in drawn)) > 0:
        drawn.append(draw(channel, int(lacks / WINS.loc[channel, "converts"]) + 20, rng))
    people = pd.concat(drawn, ignore_index=True)
    orders = np.flatnonzero(people["converts"])[: len(won)]
    people = people[: orders[-1] + 1] if len(orders) else people[:0]
    place = np.full(len(people), -1)
    place[orders] = rng.permutation(len(won))
    rows = won.reset_index(drop=True).reindex(place)
    return people.assign(**{c: rows[c].array for c in ("who", "at", "ordered")})


def draw(channel: int, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw people who register: what is known of them, whether they get the offer, their chances, and who orders."""
    _, _, converts, responds = WINS.loc[channel]
    keen = rng.standard_normal(n)
    without = expit(logit(converts) + KEEN * keen)
    brings = np.minimum(OFFER * responds * rng.gamma(2.0, 0.5, n), 0.9)
    offered = rng.random(n) < OFFERED
    with_offer = without + (1 - without) * brings
    return pd.DataFrame(
        {
            "channel": channel,
            "pages": 1 + rng.poisson(np.exp(PAGES + SHOWS["pages"] * keen)),
            "app": rng.random(n) < expit(APP + SHOWS["app"] * keen),
            "newsletter": rng.random(n) < expit(NEWSLETTER + SHOWS["newsletter"] * keen),
            "offered": offered,
            "without_offer": without,
            "with_offer": with_offer,
            "converts": rng.random(n) < np.where(offered, with_offer, without),
        }
    )


def spread(people: pd.DataFrame, begin: int, end: int, rng: np.random.Generator) -> np.ndarray:
    """When each registers (s): those who do not order around the days of those of their channel who do."""
    at = people["at"].to_numpy(dtype="float64", copy=True)
    for channel in range(len(WINS)):
        here = (people["channel"] == channel).to_numpy()
        some, none = at[here & ~np.isnan(at)], here & np.isnan(at)
        if none.any():
            near = some[rng.integers(0, len(some), none.sum())] + rng.normal(0, NEAR * DAY, none.sum())
            near = np.where(near < begin, 2 * begin - near, near)
            near = np.where(near >= end, 2 * end - 1 - near, near).clip(begin, end - 1)
            at[none] = at_shop_hour(near.astype("int64"), rng)
    return at.clip(begin, end - 1).astype("int64")


def tables_of(
    people: pd.DataFrame, folk: pd.DataFrame, ids: pd.Series, timeline: Timeline, block: Block,
    rng: np.random.Generator,
) -> Part:  # fmt: skip
    """Table and truth of people in order."""
    who = people["who"].fillna(-1).astype("int64").to_numpy()
    city = np.where(who >= 0, np.append(folk["city"], 0)[who], rng.integers(0, len(CITIES), len(people)))
    ordered = people["ordered"].where(people["ordered"] < second(timeline.season.end) + DAY)
    prospects = pd.DataFrame(
        {
            "prospect_id": block.ids("J", len(people)),
            "registered_at": times(people["at"]),
            "source": WINS["channel"].to_numpy()[people["channel"].to_numpy(dtype="int64")],
            "city": pd.Series(np.array(CITIES)[city]).mask(rng.random(len(people)) < UNSAID),
            "pages": people["pages"].astype("Int64").mask(rng.random(len(people)) < UNTRACKED),
            "app": people["app"].astype(bool),
            "newsletter": people["newsletter"].astype(bool),
            "offered": people["offered"].astype(bool),
            "converted_on": pd.to_datetime(ordered, unit="s").dt.normalize(),
            "customer_id": ids.reindex(who).array,
        }
    )
    truth = people[["without_offer", "with_offer"]].round(4)
    truth.insert(0, "prospect_id", prospects["prospect_id"])
    return {"prospects": prospects}, {"prospects": truth}
