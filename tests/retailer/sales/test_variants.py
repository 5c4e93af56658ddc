"""Colours and sizes of what is sold: a buyer's own, mostly, and only those that there are."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block, stream
from workbook.retailer.customers.profiles import COLOUR_SHARE, COLOURS, Profiles
from workbook.retailer.privacy.personal_data import SIZES
from workbook.retailer.sales import variants
from workbook.retailer.sales.assortment import make_products

N = 6000
PRODUCTS = pd.DataFrame(
    {"category": ["shirt", "shoes", "bag"], "colours": ["|".join(COLOURS), "|".join(COLOURS), "black|red"]}
)


def buyers(size: int, red: float = 0.0, giver: bool = False) -> Profiles:
    """Make one buyer of each line, all alike."""
    colours = np.zeros((N, len(COLOURS)))
    colours[:, COLOURS.index("red")] = red
    return Profiles(np.full(N, size), colours, np.zeros((N, 10)), np.zeros((N, 6)), np.full(N, giver))


def bought(profiles: Profiles, product: int, male: bool = False) -> dict[str, pd.Series]:
    """Let each buyer take one piece of a product."""
    return variants.taken(
        np.arange(N), np.full(N, product), PRODUCTS, np.full(N, male), profiles, Block(1, 0, N)
    )


def near(share: float, wanted: float) -> bool:
    """Whether a share of N is within 4 standard errors of the wanted one."""
    return abs(share - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / N)


@pytest.mark.parametrize("giver", [False, True])
def test_most_lines_are_in_the_buyers_size(giver):
    """Of M buyers a share OWN_SIZE takes M, or the next size; who buys for others takes anybody's more often."""
    own = variants.OWN_SIZE_OF_GIVERS if giver else variants.OWN_SIZE
    size = bought(buyers(SIZES.index("M"), giver=giver), 0)["size"]
    other = variants.ALL_SIZES[SIZES.index("M")] / variants.ALL_SIZES.sum()
    assert near((size == "M").mean(), own * (1 - variants.BETWEEN) + (1 - own) * other)
    assert set(size) == set(SIZES)


def test_shoes_have_numbers_and_bags_one_size():
    """Women of the smallest size wear 35 or 36, men 39 or 40, if they buy for themselves; a bag has one size."""
    for male, first in ((False, 35), (True, 39)):
        size = bought(buyers(0), 1, male)["size"].astype(int)
        assert size.mode()[0] == first
        assert size.between(first, first + 5).all()
    assert set(bought(buyers(0), 2)["size"]) == {"one size"}


def test_only_colours_that_there_are():
    """A product in black and red is sold in no other colour, whatever is liked."""
    assert set(bought(buyers(0), 2)["colour"]) == {"black", "red"}


def test_colours_follow_the_buyers_liking(monkeypatch):
    """Who likes red takes it exp(TASTE × liking) times as often, against the others; with no strength as all do."""
    red = COLOUR_SHARE[COLOURS.index("red")]
    odds = red / (1 - red) * np.exp(variants.TASTE * 1.5)
    assert near((bought(buyers(0, red=1.5), 0)["colour"] == "red").mean(), odds / (1 + odds))
    monkeypatch.setattr(variants, "TASTE", 0.0)
    assert near((bought(buyers(0, red=1.5), 0)["colour"] == "red").mean(), red)


def test_sizes_say_nothing_where_nobody_buys_the_own(monkeypatch):
    """With no share in the own size, small and large buyers take the same."""
    monkeypatch.setattr(variants, "OWN_SIZE", 0.0)
    small, large = (bought(buyers(size), 0)["size"] for size in (0, 5))
    pd.testing.assert_series_equal(small, large)


def test_products_come_in_three_to_five_colours():
    """Colours are of the list, each once, and sizes go with the category."""
    products = make_products(stream(3, "products"))
    made = variants.make_variants(products, stream(3, "products.variants"))
    colours = made["colours"].str.split("|")
    assert colours.map(len).between(3, 5).all()
    assert colours.map(lambda c: len(set(c)) == len(c) and set(c) <= set(COLOURS)).all()
    assert set(made.loc[products["category"] == "shoes", "sizes"]) == {"|".join(variants.SHOES)}
    assert set(made.loc[products["category"] == "dress", "sizes"]) == {"|".join(SIZES)}


def test_lines_of_the_world_are_of_their_products(small):
    """Size and colour of each line are among those of its product."""
    lines = small.order_lines.merge(small.products, on="product_id")
    for one, many in (("size", "sizes"), ("colour", "colours")):
        inside = [a in b.split("|") for a, b in zip(lines[one], lines[many], strict=True)]
        assert all(inside)
