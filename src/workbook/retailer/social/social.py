"""What people post about the retailer: every day's talk, days with more of it, and one crisis.

When there is how much to talk about is the same in all blocks of a world; each block draws its share of the posts.
A crisis feeds on itself: posts draw posts (a branching process, Hawkes 1971, doi 10.1093/biomet/58.1.83).
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block, Part, stream
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.sales.assortment import CATEGORIES
from workbook.retailer.sales.season import SALES, Season, busyness
from workbook.retailer.texts import post_texts

DAY = 86_400  # seconds

POSTS = 0.0252  # a month, customer of ours and ordinary day's talk
HOUR = np.array([4, 2, 1, 0.6, 0.5, 0.8, 2, 4, 5, 6, 6, 7, 9, 8, 6, 6, 6, 6, 8, 10, 12, 13, 11, 7])
WEEKDAY = np.array([0.94, 0.93, 0.95, 0.97, 1.03, 1.10, 1.08])  # Monday to Sunday
SEASONAL = 0.35  # power of the shop's busyness in the day's talk
MOODY = 0.22  # spread of the logarithm of a day's talk
# One row a platform: share of posts, of those on livestreams, of those of the crisis; share in English; median of
# followers and power of their tail (Pareto); views of somebody without followers, views a follower, likes a view.
PLATFORMS = pd.DataFrame(
    [
        ("WeChat", 0.20, 0.08, 0.12, 0.04, 160, 1.6, 20, 0.18, 0.035),
        ("Douyin", 0.28, 0.66, 0.24, 0.05, 300, 0.95, 420, 0.30, 0.030),
        ("Xiaohongshu", 0.30, 0.16, 0.36, 0.12, 240, 1.05, 150, 0.25, 0.055),
        ("Weibo", 0.22, 0.10, 0.28, 0.10, 350, 0.90, 60, 0.10, 0.012),
    ],
    columns=[
        "platform",
        "share",
        "live",
        "crisis",
        "english",
        "followers",
        "tail",
        "views",
        "reach",
        "likes",
    ],
)
INFLUENCER_ON = 1  # row of PLATFORMS
MOST_FOLLOWERS = 8_000_000
SPREAD = 1.0  # of the logarithm of views
SEEN_IN = 1.2  # days until 63 % of the views have come
UNREAD = 0.015  # share of posts whose views and likes could not be read
# One row a topic: share of ordinary posts; of them the share unhappy, happy.
TOPICS = pd.DataFrame(
    [
        ("style", 0.34, 0.10, 0.62),
        ("quality", 0.18, 0.34, 0.44),
        ("price", 0.16, 0.28, 0.38),
        ("service", 0.12, 0.42, 0.36),
        ("delivery", 0.10, 0.46, 0.28),
        ("livestream", 0.10, 0.18, 0.48),
        ("crisis", 0.00, 0.82, 0.04),
    ],
    columns=["topic", "share", "unhappy", "happy"],
)
STYLE, QUALITY, PRICE, SERVICE, DELIVERY, LIVESTREAM, CRISIS = range(len(TOPICS))
SAG = 0.10  # share of the happy posts on other topics that turn unhappy while the crisis lasts
# One row a kind of innocent burst: how many a year (0: on the days of SALES), days, posts in it as ordinary days'
# talk (mean), the topic of most of it, share unhappy and happy of these, days after the beginning until it starts.
BURSTS = pd.DataFrame(
    [
        ("livestream", 7.0, 1.2, 3.5, LIVESTREAM, 0.16, 0.52, 0),
        ("outfit that spreads", 2.5, 4.0, 6.0, STYLE, 0.05, 0.80, 0),
        ("sale", 0.0, 0.9, 2.5, PRICE, 0.25, 0.45, 0),
        ("parcels late after the sale", 0.0, 2.0, 6.0, DELIVERY, 0.62, 0.14, 3),
    ],
    columns=["burst", "a_year", "days", "size", "topic", "unhappy", "happy", "after"],
)
BIG_SALE = 3.0  # busyness of the SALES that are talked about
IN_BURSTS = 0.14  # posts in bursts against everyday's, about
ON_TOPIC = 0.8  # share of a burst's posts that are about its topic
# The crisis.
CRISIS_SHARE = 0.115  # of all posts, on average
CHILDREN = 0.5  # posts that a post draws, on average
WAIT = 0.010  # of the crisis' length: mean time until it draws one
FIRST, SLOW, TURN = (
    0.004,
    0.07,
    0.26,
)  # of its length: first post, end of the slow onset, post of the influencer
IN_ONSET, BEFORE = (
    0.012,
    0.20,
)  # share of what comes by itself in the onset, and between that and the influencer
RISE = 4.0  # logarithm of how much faster it comes between the two
DECAY = 0.14  # of its length: time in which what comes by itself falls to 1/e after the influencer
INFLUENCER = 2_600_000  # followers
HEATED = 1.8  # factor on views of posts on the crisis
KNITWEAR = "knitwear"


def make_social(timeline: Timeline, block: Block) -> Part:
    """Make one block's posts.

    Returns
    -------
    tables : posts; see `tables.contracts.social`
    truth : posts
    """
    talk = pd.concat([everyday(timeline, block), bursts(timeline.season, block), crisis(timeline, block)])
    talk = talk.sort_values("at", kind="stable", ignore_index=True)
    posts = accounts(as_posted(talk, block), timeline.season, block)
    posts.insert(0, "post_id", block.ids("Y", len(posts), 7))
    posts["text"] = post_texts(posts, block.rng("social.texts"))
    truth = posts[["post_id", "topic", "sentiment"]].assign(crisis=posts["topic"] == TOPICS["topic"][CRISIS])
    shown = ["post_id", "posted_at", "platform", "language", "followers", "views", "likes", "text"]
    return {"posts": posts[shown]}, {"posts": truth}


def talk_a_day(block: Block) -> float:
    """Posts of the block on an ordinary day."""
    return POSTS * 12 / 365 * block.customers


def days_of(season: Season) -> pd.DatetimeIndex:
    """Days of the data."""
    return season.days[season.days <= season.end]


def rows(
    at: np.ndarray, topic: np.ndarray | int, unhappy: np.ndarray | float, happy: np.ndarray | float
) -> pd.DataFrame:
    """Posts to be: at (days since the beginning of the data), topic (code), chances to be unhappy and happy."""
    return pd.DataFrame({"at": at, "topic": topic, "unhappy": unhappy, "happy": happy, "influencer": False})


def everyday(timeline: Timeline, block: Block) -> pd.DataFrame:
    """Each day's talk, which moves with the week, the season and a mood that all blocks share."""
    season, rng = timeline.season, block.rng("social.everyday")
    days = days_of(season)
    calm = busyness(days) / np.array([SALES.get((d.month, d.day), 1.0) for d in days])
    moods = stream(block.seed, "social.moods").lognormal(-(MOODY**2) / 2, MOODY, len(days))
    many = rng.poisson(talk_a_day(block) * WEEKDAY[days.day_of_week] * calm**SEASONAL * moods)
    at = np.repeat(np.arange(len(days)), many) + rng.random(many.sum())
    topic = rng.choice(len(TOPICS), len(at), p=TOPICS["share"])
    start, stop = (
        days_since(season, moment) for moment in (timeline.start("crisis"), timeline.stop("crisis"))
    )
    happy = TOPICS["happy"].to_numpy()[topic]
    sag = np.where((at >= start + SLOW * (stop - start)) & (at < stop), SAG, 0.0)
    return rows(at, topic, TOPICS["unhappy"].to_numpy()[topic] + sag * happy, happy * (1 - sag))


def days_since(season: Season, moment: pd.Timestamp) -> float:
    """Days from the beginning of the data to a moment."""
    return (moment - season.start) / pd.Timedelta(days=1)


def bursts(season: Season, block: Block) -> pd.DataFrame:
    """Posts of days on which there is more to talk about, and no harm in it."""
    plan, rng = planned(season, block.seed), block.rng("social.bursts")
    many = rng.poisson(plan["size"] * talk_a_day(block))
    of = BURSTS.iloc[np.repeat(plan["burst"], many)]
    later = rng.exponential(1.0, len(of)) * of["days"].to_numpy()
    at = np.repeat(plan["day"].to_numpy(), many) + np.floor(later) + rng.random(len(of))
    on_topic = rng.random(len(of)) < ON_TOPIC
    topic = np.where(on_topic, of["topic"], rng.choice(len(TOPICS), len(of), p=TOPICS["share"]))
    mood = {m: np.where(on_topic, of[m], TOPICS[m].to_numpy()[topic]) for m in ("unhappy", "happy")}
    made = rows(at, topic, mood["unhappy"], mood["happy"])
    return made[made["at"] < len(days_of(season))]


def planned(season: Season, seed: int) -> pd.DataFrame:
    """Bursts of the whole world: burst (row of BURSTS), day (since the beginning), size (ordinary days' talk)."""
    rng, days = stream(seed, "social.plan"), days_of(season)
    many = rng.poisson(BURSTS["a_year"] * len(days) / 365)
    by_chance = pd.DataFrame(
        {"burst": np.repeat(np.arange(len(BURSTS)), many), "day": rng.integers(0, len(days), many.sum())}
    )
    peak = np.flatnonzero([SALES.get((d.month, d.day), 0) >= BIG_SALE for d in days])
    on_sales = pd.DataFrame(
        [(k, day + BURSTS["after"][k]) for k in np.flatnonzero(BURSTS["a_year"] == 0) for day in peak],
        columns=["burst", "day"],
    ).astype("int64")
    plan = pd.concat([by_chance, on_sales], ignore_index=True)
    return plan.assign(size=BURSTS["size"].to_numpy()[plan["burst"]] * rng.gamma(4.0, 0.25, len(plan)))


def crisis(timeline: Timeline, block: Block) -> pd.DataFrame:
    """Posts of the crisis: some that come by themselves, the influencer's, and what these draw in turn."""
    season, rng = timeline.season, block.rng("social.crisis")
    start, stop = (
        days_since(season, moment) for moment in (timeline.start("crisis"), timeline.stop("crisis"))
    )
    usual = talk_a_day(block) * len(days_of(season)) * (1 + IN_BURSTS)
    mean = usual * CRISIS_SHARE / (1 - CRISIS_SHARE) * (1 - CHILDREN)
    when = own_times(rng.poisson(mean), rng)
    # The first post and the influencer's are there once, however many blocks there are.
    known = [FIRST, TURN] if block.number == 0 else []
    when = with_children(np.concatenate([known, when]), rng)
    unhappy, happy = TOPICS.loc[CRISIS, ["unhappy", "happy"]]
    made = rows(start + when * (stop - start), CRISIS, unhappy, happy)
    if known:
        made.loc[:1, "unhappy"] = 1.0
        made.loc[1, "influencer"] = True
    return made[when < 1]


def own_times(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw when posts come by themselves, as shares of the crisis: slowly, then ever faster, then ever less."""
    phase = rng.choice(3, n, p=[IN_ONSET, BEFORE, 1 - IN_ONSET - BEFORE])
    luck = rng.random(n)
    faster = np.log1p(luck * np.expm1(RISE)) / RISE
    less = -np.log1p(luck * np.expm1(-(1 - TURN) / DECAY)) * DECAY
    return np.choose(phase, [luck * SLOW, SLOW + faster * (TURN - SLOW), TURN + less])


def with_children(when: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Add what posts draw, and what that draws, until nothing more comes; the given times come first."""
    rounds = [when]
    while len(when):
        when = np.repeat(when, rng.poisson(CHILDREN, len(when)))
        when = when + rng.exponential(WAIT, len(when))
        rounds.append(when)
    return np.concatenate(rounds)


def as_posted(talk: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Say it in words of the tables: topic, sentiment, garment."""
    mood = block.rng("social.sentiment").random(len(talk))
    garment = block.rng("social.garments").choice(
        CATEGORIES["category"].to_numpy(dtype=object), len(talk), p=CATEGORIES["taste"]
    )
    return talk.assign(
        topic=TOPICS["topic"].to_numpy(dtype=object)[talk["topic"]],
        sentiment=(mood >= 1 - talk["happy"]).astype("int64") - (mood < talk["unhappy"]).astype("int64"),
        garment=np.where(talk["topic"] == CRISIS, KNITWEAR, garment),
    )


def accounts(talk: pd.DataFrame, season: Season, block: Block) -> pd.DataFrame:
    """Add who posts, when, and how many see and like it: posted_at, platform, language, followers, views, likes."""
    rng, n, big = block.rng("social.accounts"), len(talk), talk["influencer"].to_numpy(dtype=bool)
    where = np.select(
        [big, talk["topic"] == "livestream", talk["topic"] == "crisis"],
        [
            np.full(n, INFLUENCER_ON),
            *(rng.choice(len(PLATFORMS), n, p=PLATFORMS[c]) for c in ("live", "crisis")),
        ],
        rng.choice(len(PLATFORMS), n, p=PLATFORMS["share"]),
    )
    of = PLATFORMS.iloc[where].reset_index(drop=True)
    tail = (2 * (1 - rng.random(n))) ** (-1 / of["tail"].to_numpy())
    followers = of["followers"].to_numpy() * tail * rng.lognormal(0, 0.6, n)
    followers = np.where(big, INFLUENCER, np.minimum(followers, MOST_FOLLOWERS)).astype("int64")
    at = waking(talk["at"].to_numpy())
    seen = views(talk, of, followers, len(days_of(season)) - at, block.rng("social.views"))
    likes = np.minimum(rng.poisson(seen * of["likes"].to_numpy() * rng.lognormal(-0.18, 0.6, n)), seen)
    unread = block.rng("social.unread").random(n) < UNREAD
    return talk.assign(
        posted_at=season.start + pd.to_timedelta((at * DAY).astype("int64"), unit="s"),
        platform=of["platform"],
        language=np.where(rng.random(n) < of["english"], "en", "zh"),
        followers=followers,
        views=pd.Series(seen, dtype="Int64").mask(unread),
        likes=pd.Series(likes, dtype="Int64").mask(unread),
    )


def waking(at: np.ndarray) -> np.ndarray:
    """Move times within their day, in their order, so that they are as frequent as people are awake."""
    hours = np.concatenate([[0], np.cumsum(HOUR)]) / HOUR.sum()
    day = np.floor(at)
    return day + np.minimum(np.interp(at - day, hours, np.arange(25) / 24), 1 - 1 / DAY)


def views(
    talk: pd.DataFrame, of: pd.DataFrame, followers: np.ndarray, age: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Times that each post was seen, in its first week and by the end of the data.

    Parameters
    ----------
    of : its platform's row
    age : days that it has been there at the end of the data
    """
    reach = of["views"].to_numpy() + of["reach"].to_numpy() * followers
    heat = np.where(talk["topic"] == "crisis", HEATED, 1.0) * rng.lognormal(
        -(SPREAD**2) / 2, SPREAD, len(talk)
    )
    heat = np.where(talk["influencer"], HEATED, heat)
    return (reach * heat * -np.expm1(-np.minimum(age, 7) / SEEN_IN)).astype("int64")
