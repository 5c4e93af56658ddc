"""Every interval that the workbook states covers the truth, in worlds where it is known; benchmarks/covering.py has more of them."""

from itertools import count

import covering
import numpy as np
import pandas as pd
import pytest
from intervals import Case, Found, cases, forecasts, profiles
from scipy import stats

WORLDS = 60
FEWER = 15  # where each world takes several fits, or a large one for the truth; benchmarks/covering.py has 1,000 of them
ONE = 1  # where each is a whole shop; it has 100 of them
REACH = 4 / stats.norm.ppf(0.975)  # arms of an interval in 4 standard errors
SHOPS = [case for case in cases().values() if case.at_most < 1000]
PARTS = [case for case in SHOPS if case.at_most >= 400]  # of a shop, each in a tenth of a second
HALF, POWER = 0.5, 0.8  # an interval that covers so few worlds is found with this chance


def bound(worlds):
    """The least share of worlds that an interval of 95 % may cover: 4 standard errors below."""
    return 0.95 - 4 * np.sqrt(0.95 * 0.05 / worlds)


def power(worlds, share):
    """Chance that an interval which truly covers this share of worlds covers no more of some than the bound."""
    return stats.binom.cdf(np.floor(bound(worlds) * worlds), worlds, share)


ENOUGH = next(worlds for worlds in count(2) if power(worlds, HALF) >= POWER)


def number_of_worlds(case):
    """How many worlds of a case are tried."""
    if case in SHOPS:
        return ENOUGH if case in PARTS else ONE
    return FEWER if case in (*forecasts.CASES, *profiles.CASES) else WORLDS


def test_so_few_worlds_can_tell():
    """Of 8 worlds 5 must be covered: one half is found in 85.5 % of cases, and 95 % is blamed in less than 1 %."""
    assert ENOUGH == 8
    assert power(ENOUGH, HALF) == pytest.approx(219 / 256)
    assert power(ENOUGH, 0.95) < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", cases())
def test_an_interval_covers_the_truth(name):
    """Of all worlds at least 95 % less 4 standard errors; an estimate biased on purpose is off by more than chance.

    Where a world is a whole shop, the truth of one lies within 4 standard errors; a bias is left to the benchmark.
    """
    case = cases()[name]
    worlds = number_of_worlds(case)
    found = covering.simulate(name, worlds)
    off = found["estimate"] - found["truth"]
    if worlds == ONE:
        assert case.biased or within_reach(Found(**found.iloc[0]))
    elif case.biased:
        assert abs(off.mean()) > 3 * off.std() / np.sqrt(worlds)
    elif found["low"].notna().any():
        assert covering.covered(found) > bound(worlds)
    else:
        assert abs(off.mean()) < 4 * off.std() / np.sqrt(worlds)


def within_reach(one):
    """Whether the truth of one world lies within 4 standard errors of its estimate, by the interval's arm on that side."""
    low, high = one.low - one.estimate, one.high - one.estimate
    return low * REACH <= one.truth - one.estimate <= high * REACH


def test_one_world_can_tell():
    """Twice the arm of an interval of 95 % holds the truth but once in 16,000 worlds; an estimate that is off by 6 errors is found."""
    assert stats.norm.sf(4) * 2 == pytest.approx(1 / 15_787, rel=0.001)
    assert within_reach(Found(0, 3.9, -1.96, 1.96))
    assert not within_reach(Found(0, 6, -1.96, 1.96))
    assert not within_reach(Found(0, -3, -1, 5))


def test_cases_of_whole_shops_share_them(monkeypatch):
    """Cases of one notebook go world by world, with the same draws: the shop that they make of them is made once for all."""
    seen = []

    def world(name):
        def one(rng):
            seen.append((name, int(rng.integers(1000))))
            return Found(0, 0)

        return one

    known = {n: Case(n, "here", world(n), at_most=most) for n, most in (("a", 2), ("b", 2), ("c", 1000))}
    monkeypatch.setattr(covering, "cases", lambda: known)
    assert covering.jobs(known) == [["a", "b"], ["c"]]
    found = covering.together(["a", "b"], 40)
    assert [name for name, _ in seen] == ["a", "b", "a", "b"]
    assert seen[0][1] == seen[1][1] != seen[2][1] == seen[3][1]
    assert len(found["a"]) == len(found["b"]) == 2


def test_a_row_by_hand():
    """Of three worlds with an interval two cover the truth; the fourth has none, which is said and not counted."""
    worlds = [Found(2, 1, 0, 3), Found(2, 1, 1, 3), Found(2, 1, 1.5, 3), Found(np.nan, 1)]
    found = pd.DataFrame([vars(world) for world in worlds])
    assert covering.covered(found) == pytest.approx(2 / 3)
    line = covering.row(Case("it", "here", lambda _: worlds[0]), found)
    assert line == "| it | here | 66.7% (stated in 75%) | +1 | 1 | 0 | **not met** |"


def test_a_row_says_how_few_worlds_it_rests_on():
    """A case whose worlds take long says their number, where it isn't that of the others, and leaves open what chance may be."""
    case = Case("it", "here", lambda _: Found(2, 1, 0, 3), at_most=2)
    found = pd.DataFrame([vars(case.world(None)) for _ in range(2)])
    assert covering.row(case, found) == "| it | here | 100.0% (2 worlds) | +1 | 1 | 0 | open |"


def test_what_says_at_least_may_cover_more():
    """An interval that promises 95 % or more isn't blamed for 100 %, but for 70 % it is, as any other."""
    found = pd.DataFrame([vars(Found(2, 1, 0, 3))] * 1000)
    case = Case("it", "here", lambda _: Found(2, 1, 0, 3), at_least=True)
    assert covering.row(case, found) == "| it | here | 100.0% (stated as at least) | +1 | 1 | 0 | met |"
    assert covering.judged(0.7, 1000, few=False, most=1.0) == "**not met**"


def test_what_chance_may_be_is_open_and_no_more():
    """Of 85 worlds 84 may cover where 97 % should, by chance; 85 may not, nor 70; of a thousand 98 % is too many."""
    assert covering.judged(84 / 85, 85, few=True) == "open"
    assert covering.judged(70 / 85, 85, few=True) == "**not met**"
    assert covering.judged(0.98, 1000, few=False) == "**not met**"
    assert covering.judged(0.95, 85, few=True) == "met"


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=[pytest.mark.slow] * (c in SHOPS), id=c.name) for c in forecasts.CASES],
)
def test_a_forecast_is_beside_what_then_came(case):
    """A world of a forecast depends on its generator alone; the forecast lies in its interval and near the truth."""
    one, again = (case.world(np.random.default_rng([3, i])) for i in (1, 1))
    assert one == again
    assert one.low < one.estimate < one.high
    assert one.estimate == pytest.approx(one.truth, rel=0.5)


def test_customers_too_few_to_fit_have_no_interval():
    """Where no model could be fitted a world has a truth, and neither an estimate nor an interval."""
    expected, came = pd.Series([np.nan, np.nan]), pd.Series([2, 3])
    found = forecasts.found(expected, pd.Series(dtype=float), came)
    assert found.truth == 5
    assert np.isnan([found.estimate, found.low, found.high]).all()
