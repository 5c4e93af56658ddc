"""Who the customers are: the distributions that the module promises, tested with fixed seeds."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.retailer.core.streams import Block, stream
from workbook.retailer.customers import people, personas
from workbook.retailer.sales.assortment import CATEGORIES, STEPS
from workbook.retailer.sales.season import make_season

N = 20_000
LEAST = 1e-4  # a true hypothesis fails such a test once in ten thousand seeds; the seed is fixed


@pytest.fixture(scope="module")
def folk() -> pd.DataFrame:
    """Draw many customers."""
    return people.make_people(make_season(24), Block(5, 0, N))


def of_channel(folk: pd.DataFrame, column: str) -> np.ndarray:
    """Each customer's factor of the channel."""
    return people.CHANNELS[column].to_numpy()[folk["channel"]]


def test_purchase_rates_are_gamma(folk):
    """Rate over the channel's factor ~ Gamma(R, ALPHA)."""
    plain = folk["rate"] / of_channel(folk, "rate")
    assert stats.kstest(plain, stats.gamma(people.R, scale=1 / people.ALPHA).cdf).pvalue > LEAST


def test_dropout_is_beta(folk):
    """Dropout is Beta(A, B), its odds changed by the channel's factor."""
    odds = folk["dropout"] / (1 - folk["dropout"]) / of_channel(folk, "dropout")
    assert stats.kstest(odds / (1 + odds), stats.beta(people.A, people.B).cdf).pvalue > LEAST


def test_rate_and_dropout_are_independent(folk):
    """BG/NBD takes for granted that how often and how long have nothing to do with each other."""
    plain = folk[["rate", "dropout"]].groupby(folk["channel"]).rank(pct=True)
    assert abs(plain.corr().loc["rate", "dropout"]) < 4 / np.sqrt(N)


def test_first_purchases_come_evenly_on_the_inner_clock(folk):
    """Customers are won all through the period, in the season's rhythm; rows are by that time."""
    assert folk["first"].is_monotonic_increasing
    assert stats.kstest(folk["first"], stats.uniform(0, make_season(24).now).cdf).pvalue > LEAST


def test_channels_have_their_shares(folk):
    """Each channel wins its share of customers (chi-square)."""
    counts = folk["channel"].value_counts().sort_index()
    assert people.CHANNELS["share"].sum() == pytest.approx(1)
    assert stats.chisquare(counts, N * people.CHANNELS["share"]).pvalue > LEAST


def test_tastes_are_shares(folk):
    """What a customer buys of each category adds up to everything."""
    np.testing.assert_allclose(people.make_tastes(folk, stream(5, "tastes")).sum(axis=1), 1)
    assert CATEGORIES["taste"].sum() == pytest.approx(1)


def test_tastes_scatter_around_the_segments(folk):
    """Against the assortment, a segment buys what it likes, and all segments together what the shop stocks."""
    rows = folk[["segment"]].assign(gender="female")
    tastes = people.make_tastes(rows, stream(5, "tastes")) / CATEGORIES["taste"].to_numpy()
    mean = pd.DataFrame(tastes).groupby(folk["segment"].to_numpy()).mean()
    likes = personas.LIKES / (personas.LIKES @ CATEGORIES["taste"].to_numpy())[:, None]
    assert stats.spearmanr(mean, likes, axis=None).statistic > 0.97
    assert (np.abs(tastes.mean(axis=0) - 1) < 0.2).all()


def test_men_buy_other_things(folk):
    """Hardly a dress, more shirts; shares still add up to 1."""
    same = folk.assign(segment=0)
    tastes = people.make_tastes(same, stream(5, "tastes"))
    np.testing.assert_allclose(tastes.sum(axis=1), 1)
    mean = pd.DataFrame(tastes, columns=CATEGORIES["category"]).groupby(folk["gender"].to_numpy()).mean()
    assert mean.loc["male", "dress"] < 0.1 * mean.loc["female", "dress"]
    assert mean.loc["male", "shirt"] > 1.3 * mean.loc["female", "shirt"]


def test_a_higher_price_level_picks_higher_steps():
    """Steps are binomial: chances add up to 1, and the mean step is the level's share of all steps."""
    levels = np.array([0.02, 0.3, 0.98])
    chances = people.step_chances(levels)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    np.testing.assert_allclose(chances @ np.arange(STEPS), levels * (STEPS - 1))


def test_a_customer_has_the_channels_worth(folk):
    """Referral customers buy more often and stay longer than those of a livestream."""
    by = folk.assign(channel=of_channel(folk, "channel")).groupby("channel")[["rate", "dropout"]].mean()
    assert by.loc["referral", "rate"] > by.loc["livestream", "rate"]
    assert by.loc["referral", "dropout"] < by.loc["livestream", "dropout"]


def test_membership_raises_rates_by_a_tenth_on_average():
    """Whatever a tenth more engagement does, the programme's mean factor is the same; and the claim sets the slope."""
    engaged = np.exp(np.random.default_rng(3).normal(-(people.ENGAGED**2) / 2, people.ENGAGED, 200_000))
    for tenth in (0.0, 0.05, 0.10):
        assert people.programme_factor(engaged, tenth).mean() == pytest.approx(
            1 + people.PROGRAMME, rel=0.005
        )
    one, more = people.programme_factor(np.array([1.0, 1.1]), 0.05)
    assert more / one == pytest.approx(1.05)
