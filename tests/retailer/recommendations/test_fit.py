"""How well something fits: a customer like everybody fits as everybody does."""

import numpy as np
import pytest

from workbook.retailer.recommendations.fit import Fit, draw_from, usual
from workbook.retailer.sales.assortment import CATEGORIES, PER_STEP, POPULAR, SEASONS, STEPS


@pytest.fixture
def average() -> Fit:
    """One customer who wants what people on the whole want."""
    steps = np.array([[0.06, 0.16, 0.24, 0.23, 0.16, 0.09, 0.04, 0.02]])
    return Fit(CATEGORIES["taste"].to_numpy()[None], steps, POPULAR[None])


def test_what_people_on_the_whole_look_for_is_shared_out():
    """In each month the places have all of it; in June dresses have twice their usual weight, coats a tenth."""
    assert usual().sum(axis=1) == pytest.approx(np.ones(12))
    by_category = usual()[5].reshape(len(CATEGORIES), -1).sum(axis=1)
    wanted = CATEGORIES["taste"] * SEASONS[:, 5]
    assert by_category == pytest.approx((wanted / wanted.sum()).to_numpy())


def test_who_is_like_everybody_fits_everything_alike(average):
    """The lift of every place in every month is 1."""
    place = np.tile(np.arange(usual().shape[1]), 12)
    month = np.repeat(np.arange(12), usual().shape[1])
    assert average.lift(np.zeros_like(place), month, place) == pytest.approx(np.ones(len(place)))


def test_lift_by_hand(average):
    """Who buys nothing but shirts, of the first step and style, is so many times likelier to look for them."""
    only = Fit(np.eye(8)[[0]], np.eye(STEPS)[[0]], np.eye(PER_STEP)[[0]])
    zero = np.array([0])
    assert only.lift(zero, zero, zero) == pytest.approx(1 / usual()[0, 0])
    assert only.lift(zero, zero, zero + 1) == pytest.approx(0.0)
    assert set(only.draw(np.zeros(50, dtype=int), np.zeros(50, dtype=int), np.random.default_rng(1))) == {0}


def test_columns_come_as_often_as_their_chances_say():
    """Each row draws from its own chances, whatever they sum to; what has none never comes."""
    chances = np.array([[1.0, 0.0, 3.0], [0.0, 2.0, 2.0]])
    row = np.repeat([0, 1], 20_000)
    found = draw_from(chances, row, np.random.default_rng(2))
    shares = np.array([np.bincount(found[row == r], minlength=3) / 20_000 for r in (0, 1)])
    assert np.abs(shares - [[0.25, 0, 0.75], [0, 0.5, 0.5]]).max() < 4 * np.sqrt(0.25 / 20_000)
    assert shares[0, 1] == shares[1, 0] == 0
