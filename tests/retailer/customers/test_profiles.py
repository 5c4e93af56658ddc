"""What people like: choices follow it as strongly as they are told to, and with no strength not at all."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.customers import profiles
from workbook.retailer.customers.personas import SEGMENTS, make_styles
from workbook.retailer.sales.assortment import POPULAR


def people(n: int, segment: str) -> pd.DataFrame:
    """Make people of one segment at a middling price level."""
    code = SEGMENTS.index[SEGMENTS["segment"] == segment][0]
    return pd.DataFrame({"segment": np.full(n, code), "price_level": profiles.MIDDLE})


def likings(n: int, segment: str) -> profiles.Profiles:
    """Draw what they like."""
    folk = people(n, segment)
    styles = make_styles(folk["segment"].to_numpy(), np.random.default_rng(2))
    return profiles.make_profiles(
        pd.DataFrame({"size": np.zeros(n, dtype=int)}), folk, styles, Block(1, 0, n)
    )


def test_choices_go_with_exp_of_the_score():
    """Of two things the one with a score higher by log 3 is chosen first three times in four."""
    first = profiles.choose(np.tile([0.0, np.log(3)], (20_000, 1)), np.random.default_rng(1))[:, 0]
    assert abs((first == 1).mean() - 0.75) < 4 * np.sqrt(0.75 * 0.25 / 20_000)


def test_what_is_not_there_is_never_chosen():
    """A score of minus infinity comes last."""
    order = profiles.choose(np.tile([-np.inf, 0.0, 0.0], (500, 1)), np.random.default_rng(1))
    assert (order[:, -1] == 0).all()


def test_the_best_are_the_highest_by_hand():
    """The best first, parted by a bar; one alone is the word itself."""
    liked = np.array([[0.1, 0.9, 0.5], [3.0, 2.0, 1.0]])
    assert profiles.best(liked, ("a", "b", "c"), 2).tolist() == ["b|c", "a|b"]
    assert profiles.best(liked, ("a", "b", "c"), 1).tolist() == ["b", "a"]


def test_segments_like_what_they_are_like():
    """People in sportswear like sport and outdoor more than business men do, who like the office; tastes overlap."""
    sport, business = (likings(3000, s).tags for s in ("sport", "business"))
    tag = profiles.TAGS.index
    for name, more, less in [
        ("sport", sport, business),
        ("outdoor", sport, business),
        ("office", business, sport),
    ]:
        a, b = more[:, tag(name)], less[:, tag(name)]
        assert a.mean() > b.mean() + 0.5
        assert a.min() < b.max()


def test_the_tag_of_a_style_is_liked_by_who_buys_it():
    """The liking of a style's tag goes with the log of its share in what a person buys, whoever the person is."""
    styles = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.3, 0.2, 0.4]])
    drawn = profiles.make_profiles(
        pd.DataFrame({"size": [0, 0]}), people(2, "family"), styles, Block(1, 0, 2)
    )
    np.testing.assert_allclose(
        drawn.tags[1, :4] - drawn.tags[0, :4], [np.log(0.25), 0, 0, np.log(4)], atol=1e-12
    )


def test_who_minds_prices_likes_the_sale():
    """A lower price level means a liking for what is reduced."""
    folk = people(2, "family").assign(price_level=[0.2, 0.7])
    size, styles = pd.DataFrame({"size": [0, 0]}), np.tile(POPULAR, (2, 1))
    drawn = profiles.make_profiles(size, folk, styles, Block(1, 0, 2))
    same = profiles.make_profiles(size, folk.assign(price_level=0.42), styles, Block(1, 0, 2))
    sale = profiles.TAGS.index("sale")
    np.testing.assert_allclose((drawn.tags - same.tags)[:, sale], profiles.SALE * np.array([0.22, -0.28]))
    assert (np.delete(drawn.tags - same.tags, sale, axis=1) == 0).all()


def test_true_profiles_of_the_world(small):
    """Each customer has one: a size, two colours, three tags that differ, and a content."""
    truth = small.truth["profiles"]
    assert list(truth["customer_id"]) == list(small.customers["customer_id"])
    assert truth["colours"].str.split("|").map(lambda c: len(set(c))).eq(2).all()
    assert truth["tags"].str.split("|").map(lambda c: len(set(c))).eq(3).all()
    assert set(truth["content"]) <= set(profiles.CONTENTS)
