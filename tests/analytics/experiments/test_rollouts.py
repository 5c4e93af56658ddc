"""What a year with a treatment brings, and when it isn't worth its price."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.experiments.rollouts import (
    Terms,
    Year,
    break_even_case,
    choice,
    offer,
    risk,
    wagers,
    year,
)

PAIR = pd.DataFrame(
    {"treated": [False, False, True, True], "ordered": [0, 1, 1, 1], "revenue": [0.0, 40, 20, 30], "cost": [0, 0, 2.0, 4]}
)  # fmt: skip
ROW = pd.Series({"difference": 5.0, "error": 1.0, "control": 20.0})
TERMS = Terms(1000, 0.5, 0.0, "CNY")


def test_an_offer_is_a_tenth_in_round_figures():
    """A tenth of 23,450 to one figure is 2,000, of 0.44 it is 0.04; of nothing there is no offer."""
    assert (offer(23_450), offer(-5), offer(float("nan"))) == (2000, 0, 0)
    assert offer(0.44) == pytest.approx(0.04)


def test_a_year_is_put_together():
    """A treated unit costs 3 more. 1,000 units keep half of 20 each without the treatment, a tenth of which is offered."""
    made = year(ROW, PAIR, np.nan, TERMS)
    assert (made.units, made.a_unit, made.price) == (1000, 3.0, 1000)
    assert year(ROW.mul(0), PAIR.assign(cost=np.nan), np.nan, TERMS).a_unit == 0
    assert year(ROW, PAIR, 7.0, Terms(0, 0.5, 9.0, "CNY")).units == 365
    assert year(ROW, PAIR, np.nan, Terms(0, 0.5, 9.0, "CNY")).units == len(PAIR)


def made(effect: float, *, price: float = 1000.0, error: float = 1.0) -> Year:
    """1,000 units at a margin of one half, the control at 20 a unit."""
    return Year(1000, 0.5, effect, error, 20.0, 0.0, price, "CNY")


def test_the_offer_does_not_follow_the_result():
    """Of a treatment that does nothing the same is asked, so a test of nothing has no gain by its making."""
    assert year(ROW, PAIR, np.nan, TERMS).price == year(ROW.replace(5.0, 0.1), PAIR, np.nan, TERMS).price


def test_a_gain_that_may_well_be_a_loss_is_no_reason_to_run():
    """Expected above the price by both beliefs, and still below it in one case of three."""
    unsure = made(5, price=500, error=9.0)
    assert 0.3 < choice(unsure).risk.value < 0.4
    assert choice(unsure).case == "doubt"


def test_the_choice_follows_from_the_gain():
    """5 a unit earn 1,500 ± 980; a sceptic who expects about 2 a unit believes four fifths of it."""
    found = choice(made(5))
    assert (found.case, found.gain.value) == ("run", pytest.approx(1500))
    assert (found.gain.low, found.gain.high) == pytest.approx((1500 - 980, 1500 + 980), abs=1)
    assert found.doubted.value == pytest.approx(0.8 * 2500 - 1000)
    assert found.risk.value == pytest.approx(stats.norm.sf(3), abs=1e-6) or found.risk.value == 0.001
    assert choice(made(2.2)).case == "doubt"
    assert choice(made(1)).case == "dont"
    assert choice(made(np.nan)).case == "unknown"


def test_the_most_that_may_be_paid_is_where_the_risk_is_one_in_twenty():
    """The curve of the risk passes 5 % there; where even a gift is riskier, nothing may be paid."""
    of = made(5)
    most = choice(of).most.value
    assert of.value(most, np.inf)["loss_chance"] == pytest.approx(0.05, abs=0.0005)
    curve = risk(of)["this test alone"]
    assert np.interp(most, curve.index, curve) == pytest.approx(0.05, abs=0.01)
    assert not choice(made(1)).most.known
    assert risk(made(np.nan, error=np.nan)).empty


def test_wagers_name_their_money():
    """Columns of money say their currency, the chance says none; nothing is shown where nothing is known."""
    table = wagers(made(5))
    assert list(table.columns[:3]) == ["gain a year (CNY)", "low (CNY)", "high (CNY)"]
    assert "chance of a loss" in table
    assert wagers(made(np.nan, error=np.nan)).empty


def test_a_case_to_break_even():
    """Three orders of 90 in all are worth 30 each; the cost is that of the year, and of each unit."""
    case = break_even_case(Year(1000, 0.5, 5.0, 1.0, 20.0, 3.0, 500.0, "CNY"), PAIR)
    assert case.to_dict() == {
        "units": 1000, "margin": 0.5, "order_value": 30, "revenue_per_unit": 22.5, "cost": 3500,
    }  # fmt: skip
