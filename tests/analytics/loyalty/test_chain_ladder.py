"""Chain ladder against published figures, and by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.loyalty.chain_ladder import chain_ladder

# Taylor & Ashe (1983), as in Mack (1993), table 1: cumulative claims by accident year.
TAYLOR_ASHE = [
    [357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463],
    [352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085],
    [290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315],
    [310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268],
    [443160, 1136350, 2128333, 2897821, 3402672, 3873311],
    [396132, 1333217, 2180715, 2985752, 3691712],
    [440832, 1288463, 2419861, 3483130],
    [359480, 1421128, 2864498],
    [376686, 1363294],
    [344014],
]
# The Reinsurance Association of America's triangle, as in Mack (1994) and R's package ChainLadder.
RAA = [
    [5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834],
    [106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704],
    [3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466],
    [5655, 11555, 15766, 21266, 23425, 26083, 27067],
    [1092, 9565, 15836, 22169, 25955, 26180],
    [1513, 6445, 11702, 12935, 15852],
    [557, 4020, 10946, 12314],
    [1351, 6947, 13112],
    [3133, 5395],
    [2063],
]
PUBLISHED = {
    "Taylor-Ashe": (
        TAYLOR_ASHE,
        [3.4906, 1.7473, 1.4574, 1.1739, 1.1038, 1.0863, 1.0539, 1.0766, 1.0177],
        [0, 94634, 469511, 709638, 984889, 1419459, 2177641, 3920301, 4278972, 4625811],
        [0, 75535, 121699, 133549, 261406, 411010, 558317, 875328, 971258, 1363155],
        2447095,
    ),
    "RAA": (
        RAA,
        [2.9994, 1.6235, 1.2709, 1.1717, 1.1134, 1.0419, 1.0333, 1.0169, 1.0092],
        [0, 154, 617, 1636, 2747, 3649, 5435, 10907, 10650, 16339],
        [0, 206, 623, 747, 1469, 2002, 2209, 5358, 6333, 24566],
        26909,
    ),
}


def triangle(rows: list[list[float]]) -> pd.DataFrame:
    """Rows of shrinking length as a triangle."""
    return pd.DataFrame([pd.Series(row, dtype=float) for row in rows])


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_triangles(name):
    """Factors, what is still to come and Mack's standard errors are the published ones, each cohort and all together."""
    rows, factors, to_come, errors, total = PUBLISHED[name]
    ladder = chain_ladder(triangle(rows))
    assert ladder.factors.round(4).tolist() == factors
    last = np.array([row[-1] for row in rows])
    assert (ladder.ultimate - last).round().tolist() == to_come
    assert [round(ladder.error([cohort])) for cohort in range(10)] == errors
    assert round(ladder.error(range(10))) == total


def test_a_triangle_by_hand():
    """300 of 200 makes a factor of 1.5; sigma squared is (100 × 0.1² + 100 × 0.1²) / 1 = 2, the error √(2 × (100 + 100² / 200))."""
    ladder = chain_ladder(triangle([[100, 140], [100, 160], [100]]))
    assert ladder.factors.tolist() == [1.5]
    assert ladder.spread.tolist() == pytest.approx([2.0])
    assert ladder.ultimate.tolist() == [140, 160, 150]
    assert ladder.error([2]) == pytest.approx(np.sqrt(300))
    assert ladder.error([0, 1]) == 0
    assert ladder.triangle.isna().sum().sum() == 1  # what was handed over is left as it was


def test_cohorts_that_share_factors_err_together():
    """Two cohorts of the same age are less sure together than two independent ones: √(2 × (200 + 200² / 200)) > √(2 × 300)."""
    ladder = chain_ladder(triangle([[100, 140], [100, 160], [100], [100]]))
    assert ladder.error([2, 3]) == pytest.approx(np.sqrt(800))


def test_what_cannot_be_known_is_missing():
    """Nothing at an age gives no factor to the next; one cohort alone no error, unless Mack's rule can carry it on."""
    assert np.isnan(chain_ladder(triangle([[0, 5], [3]])).ultimate[1])
    alone = chain_ladder(triangle([[100, 150], [100]]))
    assert alone.ultimate[1] == 150
    assert np.isnan(alone.error([1]))
