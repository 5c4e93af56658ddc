"""Social posts: every day's talk, days with more of it, and a crisis that an alert must tell from them."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.sales.season import make_season
from workbook.retailer.social import social
from workbook.tables.contracts import social as contracts
from workbook.tables.dataset import validate

TIMELINE = Timeline(make_season(24))
START, STOP = TIMELINE.start("crisis"), TIMELINE.stop("crisis")


def make(customers: int, seed: int, number: int = 0, timeline: Timeline = TIMELINE) -> pd.DataFrame:
    """Make the posts of one block with their truth."""
    tables, truth = social.make_social(timeline, Block(seed, number, customers))
    posts = validate(tables, contracts.TABLES)["posts"]
    true = validate(truth, contracts.TRUTH, {"posts": posts})["posts"]
    assert (posts["post_id"] == true["post_id"]).all()
    return posts.merge(true, on="post_id", validate="1:1")


@pytest.fixture(scope="module")
def posts() -> pd.DataFrame:
    """Make the posts about a world of 20,000 customers."""
    return make(20_000, 3)


@pytest.mark.parametrize(("customers", "months"), [(0, 24), (1, 1), (1, 60), (300, 1), (300, 60)])
def test_small_worlds_keep_their_contracts(customers, months):
    """Few people or one month are posted about like any other, within the data's days."""
    season = make_season(months)
    made = make(customers, 4, timeline=Timeline(season))
    assert made["posted_at"].between(season.start, season.end + pd.Timedelta(days=1), inclusive="left").all()


def test_posts_are_by_time_and_within_the_data(posts):
    """A feed is in order, and ends with the data."""
    assert posts["posted_at"].is_monotonic_increasing
    assert posts["post_id"].is_monotonic_increasing
    season = TIMELINE.season
    assert posts["posted_at"].between(season.start, season.end + pd.Timedelta(days=1), inclusive="left").all()
    assert posts["text"].str.len().between(1, 300).all()


def test_the_same_block_gives_the_same_posts():
    """Posts are their world: made twice they are equal."""
    pd.testing.assert_frame_equal(make(500, 8), make(500, 8))


def test_posts_grow_with_customers_and_months():
    """About 0.8 posts a customer in two years, half as many in one."""
    year = Timeline(make_season(12))
    assert 0.7 < len(make(10_000, 5)) / 10_000 < 0.95
    assert 0.33 < len(make(10_000, 5, timeline=year)) / 10_000 < 0.5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_crisis_is_about_a_ninth_of_all(seed):
    """10 to 12 % of posts on average; a process that feeds on itself varies."""
    crisis = make(10_000, seed)["crisis"]
    assert 0.085 < crisis.mean() < 0.145


def test_the_crisis_begins_slowly_peaks_and_fades(posts):
    """Few posts in two days, a peak after the influencer's, e-fold decay, nothing outside its days."""
    crisis = posts[posts["crisis"]]
    assert crisis["posted_at"].between(START, STOP, inclusive="left").all()
    assert crisis["posted_at"].min() < START + pd.Timedelta(days=1)
    days = (
        (crisis["posted_at"] - START).dt.days.value_counts().reindex(range((STOP - START).days), fill_value=0)
    )
    turn = social.TURN * len(days)
    assert days[:2].sum() < 0.03 * days.sum()
    assert turn - 1.5 < days.idxmax() < turn + 3
    assert days[-7:].sum() < 0.05 * days.sum()
    assert days[days.idxmax() + 8] < 0.5 * days.max()


def test_an_influencer_posts_once_and_is_seen():
    """There is one influencer in a world, in its first block, whose post is angry and widely seen."""
    first, second = make(3000, 6), make(3000, 6, number=1)
    big = first[first["followers"] == social.INFLUENCER]
    assert len(big) == 1
    assert big[["sentiment", "crisis"]].to_numpy().tolist() == [[-1, True]]
    assert big["views"].iloc[0] > first["views"].quantile(0.999)
    assert not (second["followers"] == social.INFLUENCER).any()


def test_the_mood_sags_on_other_topics_too(posts):
    """During the crisis other posts are less happy by what SAG moves, within 4 standard errors."""
    others = posts[~posts["crisis"] & (posts["topic"] != "style")]
    during = others["posted_at"].between(START + social.SLOW * (STOP - START), STOP)
    inside, outside = others.loc[during, "sentiment"], others.loc[~during, "sentiment"]
    happy = (others.loc[~during, "sentiment"] > 0).mean()
    drop, error = outside.mean() - inside.mean(), np.hypot(inside.sem(), outside.sem())
    assert abs(drop - 2 * social.SAG * happy) < 4 * error + 0.04  # bursts mix the topics a little
    assert drop > 0


def test_innocent_days_are_louder_than_the_crisis_at_first(posts):
    """An alert on volume alone that hears the crisis in its first four days rings on other days too."""
    loud = posts["posted_at"].dt.normalize().value_counts()
    early = loud[(loud.index >= START) & (loud.index < START + pd.Timedelta(days=4))].max()
    innocent = loud[(loud.index < START) | (loud.index >= STOP)]
    assert (innocent > early).sum() >= 5
    assert innocent.max() < loud.max()


def test_people_post_when_they_are_awake(posts):
    """The hours of ordinary posts follow HOUR, within 4 standard errors."""
    plain = posts[~posts["crisis"]]
    share = plain["posted_at"].dt.hour.value_counts(normalize=True).reindex(range(24), fill_value=0)
    due = social.HOUR / social.HOUR.sum()
    assert (abs(share - due) < 4 * np.sqrt(due * (1 - due) / len(plain))).all()


def test_waking_keeps_day_and_order():
    """Times move within their day and don't overtake one another."""
    at = np.sort(np.random.default_rng(1).random(1000) * 3)
    moved = social.waking(at)
    assert (np.floor(moved) == np.floor(at)).all()
    assert (np.diff(moved) >= 0).all()


def test_a_few_accounts_have_most_followers(posts):
    """One account in a hundred has half of all followers, and what is liked was seen."""
    followers = posts["followers"].sort_values(ascending=False)
    assert followers.head(len(followers) // 100).sum() > followers.sum() / 2
    seen = posts.dropna(subset=["views"])
    assert (seen["likes"] <= seen["views"]).all()
    assert np.corrcoef(np.log1p(seen["followers"]), np.log1p(seen["views"].astype(float)))[0, 1] > 0.3
    assert 0 < posts["views"].isna().mean() < 0.03


def test_posts_of_the_last_days_have_not_been_seen_by_all(posts):
    """Views are counted until the data's end, so that the last day's posts have less than half of theirs."""
    last = posts["posted_at"] >= TIMELINE.season.end
    assert posts.loc[last, "views"].median() < 0.6 * posts.loc[~last, "views"].median()


def test_blocks_share_the_days(posts):
    """The same days are loud in another block of the world, though its posts are others."""
    other = make(20_000, 3, number=1)
    days = pd.date_range(TIMELINE.season.start, TIMELINE.season.end)
    a, b = (f["posted_at"].dt.normalize().value_counts().reindex(days, fill_value=0) for f in (posts, other))
    assert np.corrcoef(a, b)[0, 1] > 0.8
    assert not set(posts["post_id"]) & set(other["post_id"])
    assert (a != b).any()
