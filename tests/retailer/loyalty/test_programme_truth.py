"""What the programme adds: an expectation of its year, by hand, and against worlds lived twice."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import twins

from workbook.retailer.core.world import make_world
from workbook.retailer.loyalty import programme_truth as part


def stayer(programme: float, missions: float = 0.0) -> tuple[SimpleNamespace, SimpleNamespace, pd.DataFrame]:
    """One member of a world who never leaves, joined ten weeks before the end of the data and buys for 100 each time."""
    world = make_world(1, 24, 1)
    sales = twins.live(world)
    sales.people = sales.people.assign(dropout=1e-12)
    sales.basket = sales.basket.assign(spend=100.0)
    joined = world.season.now - 10
    day = int(np.searchsorted(world.season.clock, joined, side="right") - 1)
    one = {"who": [0], "inner": [joined], "day": [day], "stays": [1.0], "rate": [0.2]}
    return world, sales, pd.DataFrame(one | {"programme": [programme], "missions": [missions]})


def test_what_is_added_by_hand():
    """Ten weeks at .2 a week make 2 purchases of 100, half as much again with the programme; the purchase of joining is neither's."""
    world, sales, members = stayer(1.5)
    sums = part.own_sums(members, sales, world.service)
    assert len(sums) == 731
    assert sums["revenue"].sum() == pytest.approx(100 + 300, rel=1e-6)
    assert sums["added"].sum() == pytest.approx(100, rel=1e-6)
    before = sums.iloc[: members["day"][0]]
    assert (before == 0).all(axis=None)
    assert sums["added"].min() >= 0


def test_a_programme_that_changes_nothing_adds_nothing():
    """With a factor of 1 both sides are the same, missions or not."""
    world, sales, members = stayer(1.0, missions=0.3)
    assert (part.own_sums(members, sales, world.service)["added"] == 0).all()


def test_who_may_leave_with_joining_is_expected_less():
    """Who stays with a chance of .6 is expected to buy .6 times as much after joining, with the programme and without."""
    world, sales, members = stayer(1.5)
    sums = part.own_sums(members.assign(stays=0.6), sales, world.service).sum()
    assert sums.tolist() == pytest.approx([100 + 180, 60], rel=1e-6)


def test_the_truth_knows_nothing_of_what_members_then_bought():
    """Purchases after joining are taken away, and the truth stays as it was."""
    world = make_world(400, 24, 5)
    sales = twins.live(world)
    members = part.joined_members(sales, world.service)
    after = sales.bought["nth"].to_numpy() > sales.people["member_from"].to_numpy()[sales.bought["who"]]
    again = SimpleNamespace(**(vars(sales) | {"bought": sales.bought[~after].reset_index(drop=True)}))
    first, second = (
        part.own_sums(part.joined_members(s, world.service), s, world.service) for s in (sales, again)
    )
    assert len(members) > 100
    assert after.sum() > 500
    pd.testing.assert_frame_equal(first, second)


def test_twins_have_the_same_luck():
    """Without the programme a customer joins at the same moment, and comes to each purchase after it as many times later as the
    programme makes faster; who leaves in one life leaves with the same purchase in the other.
    """
    world = make_world(400, 24, 5)
    sales = twins.live(world)
    with twins.without_programme():
        twin = twins.live(world)
    one, other = (
        part.joined_members(life, world.service).set_index("who")["inner"] for life in (sales, twin)
    )
    pd.testing.assert_series_equal(one, other)
    both = sales.bought.merge(twin.bought, on=["who", "nth"], suffixes=("", "_twin"))
    joined = both["who"].map(one)
    after = both["nth"] > sales.people["member_from"].to_numpy()[both["who"]]
    assert after.sum() > 300
    faster = sales.people["programme"].to_numpy()[both["who"]]
    ages, twins_ages = both["inner"] - joined, both["inner_twin"] - joined
    np.testing.assert_allclose(twins_ages[after], (ages * faster)[after])
    np.testing.assert_allclose(both["inner"][~after], both["inner_twin"][~after])


@pytest.mark.slow
def test_it_is_what_twins_show():
    """Over 10 worlds of 5,000 the lift of the year is that of twins without the programme, within 4 standard errors."""
    found = pd.DataFrame([vars(twins.pair(seed, 5000)) for seed in range(10)])
    off = found["truth"] - found["twin"]
    assert off.sem() < 0.004
    assert abs(off.mean()) < 4 * off.sem()
    assert found["truth"].between(0.02, 0.06).all()
    assert (
        found["truth"].std() < 0.5 * found["twin"].std()
    )  # it varies with who the customers are, not with luck
