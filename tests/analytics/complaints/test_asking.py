"""Asking people about doubtful complaints: costs by hand, and a share that is chosen before it is judged."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import asking, desk_costs
from workbook.analytics.estimate import Estimate

MATRIX = desk_costs.costs(3000, 150)


def chances(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Make chances of the three grades, a row a complaint."""
    return pd.DataFrame(rows, columns=[1, 2, 3], dtype=float)


def lone() -> pd.DataFrame:
    """Costs under which no desk but that of the likeliest grade is ever chosen."""
    found = MATRIX.copy()
    found.loc[[1, 2], 3] = 1e9
    found.loc[[1, 3], 2] = 1e9
    return found


SAID, GRADE = chances((0.999, 0.001, 0), (0.7, 0.25, 0.05)), pd.Series([1, 3])


def test_the_doubtful_are_asked_first():
    """Two complaints: the sure one free, the other wrong by 3,000. Nobody asked 1,500; the doubtful one 5; both 10."""
    curve = asking.ask_curve(SAID, GRADE, lone(), reading=10, agreement=1)
    assert curve.loc[[0.0, 0.5, 1.0]].tolist() == pytest.approx([1500, 5, 10])


def test_people_who_slip_are_charged_for_it():
    """A slip is a neighbour: of basic 45, of advanced 300 or 120, of senior 900; a tenth of that if 90 % agree."""
    assert asking.person_costs(pd.Series([1, 2, 3]), MATRIX, 0.9).tolist() == pytest.approx([4.5, 21, 90])
    assert asking.person_costs(pd.Series([1, 2, 3]), MATRIX, 1).tolist() == [0, 0, 0]


def test_the_curve_and_the_plan_are_the_same():
    """What the curve says of a share is what its complaints cost, to the last complaint."""
    rng = np.random.default_rng(1)
    said, grade = chances(*rng.dirichlet([3, 2, 1], 37)), pd.Series(rng.choice([1, 2, 3], 37))
    curve = asking.ask_curve(said, grade, MATRIX, reading=30, agreement=0.8)
    for share in (0.0, 0.33, 1.0):
        asked = asking.Asking("somebody", Estimate(share, unit="share"), *[Estimate()] * 3)
        costs = asking.with_people(said, grade, MATRIX, asked, reading=30, agreement=0.8)
        assert costs.mean() == pytest.approx(curve[share])


def test_a_queue_of_nothing_is_unknown():
    """No complaints, no costs, and nobody is asked."""
    curve = asking.ask_curve(chances(), pd.Series([], dtype=int), MATRIX, reading=10, agreement=1)
    assert curve.isna().all()
    assert asking.doubtful(chances(), MATRIX, Estimate(unit="share")).empty


def test_an_unknown_share_asks_nobody():
    """Where no share could be chosen, the model decides alone."""
    assert not asking.doubtful(SAID, MATRIX, Estimate(unit="share")).any()
    assert asking.doubtful(SAID, MATRIX, Estimate(0.5, unit="share")).tolist() == [False, True]


def curves(past: list[float], test: list[float]) -> pd.DataFrame:
    """Make costs of three shares."""
    return pd.DataFrame({"past": past, "test": test}, index=[0.0, 0.5, 1.0])


def test_the_share_is_chosen_before_and_judged_after():
    """Cheapest before is a half; afterwards a half costs 90 instead of 100, though all would have cost 50."""
    found = asking.chosen_before(curves([80, 60, 70], [100, 90, 50]))
    assert (found.case, found.share.value) == ("somebody", 0.5)
    assert (found.alone.value, found.asked.value, found.hindsight.value) == (100, 90, 50)


def test_nobody_to_ask_and_nothing_to_choose_from():
    """Where asking costs more from the first one on, nobody is asked; without complaints nothing is known."""
    assert asking.chosen_before(curves([1, 2, 3], [1, 2, 3])).case == "nobody"
    assert asking.chosen_before(curves([np.nan] * 3, [1, 2, 3])).case == "unknown"


@pytest.mark.parametrize(
    ("difference", "advice"),
    [
        ((-5, -9, -1), "ask"),
        ((-4, -9, 1), "try_it"),
        ((-4, np.nan, np.nan), "try_it"),
        ((1, -3, 5), "leave"),
        ((5, 1, 9), "leave"),
    ],
)
def test_advice_follows_what_people_changed(difference, advice):
    """Shown to save money: ask; saved some, which chance could do: try it; saved none: leave it; chosen none: nobody."""
    somebody = asking.chosen_before(curves([80, 60, 70], [100, 90, 50]))
    assert asking.advice(somebody, Estimate(*difference, against=0)) == advice
    nobody = asking.chosen_before(curves([1, 2, 3], [1, 2, 3]))
    assert asking.advice(nobody, Estimate(*difference, against=0)) == "nobody"


def test_by_the_true_grade_peoples_slips_are_those_of_the_file():
    """The doubtful one is senior and filed as advanced: a person costs 10 and 900; the model alone leaves it with staff."""
    asked = asking.Asking("somebody", Estimate(0.5, unit="share"), *[Estimate()] * 3)
    costs = MATRIX.copy()
    costs.loc[1, [2, 3]] = 1e9
    found = asking.by_truth(SAID, GRADE, pd.Series([1, 2]), costs, asked, reading=10)
    assert found["model alone"].tolist() == [0, 3000]
    assert found["with people"].tolist() == [0, 910]
    assert found["people alone"].tolist() == [10, 910]


def test_days_without_a_doubtful_complaint_are_days():
    """Three days, one without any complaint: two, none, one."""
    asks = pd.DataFrame(
        {
            "complained_at": pd.to_datetime(["2025-01-01 09:00", "2025-01-01 23:59", "2025-01-03 00:00"]),
            "ask": [True, True, True],
        }
    )
    assert asking.a_day(asks).tolist() == [2, 0, 1]
    assert asking.a_day(asks.assign(complained_at=pd.NaT)).empty
