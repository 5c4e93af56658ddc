"""Kaplan and Meier's curve beside statsmodels, and its error where rows are not independent."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from workbook.analytics.service.survival import survival


def sample(n: int = 200) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Times with ties, whether they were observed, and whose they are."""
    rng = np.random.default_rng(0)
    return (
        pd.Series(rng.exponential(10, n).round()),
        pd.Series(rng.random(n) < 0.7),
        pd.Series(rng.integers(0, 80, n)),
    )


def test_the_curve_and_its_error_are_those_of_statsmodels():
    """Share left and Greenwood's error, to rounding, at the same times."""
    times, over, _ = sample()
    found, theirs = survival(times, over), SurvfuncRight(times.to_numpy(), over.to_numpy(dtype=int))
    assert found.index.tolist() == theirs.surv_times.tolist()
    assert found["left"].to_numpy() == pytest.approx(theirs.surv_prob)
    error = (found["error"] * found["left"]).to_numpy()
    there = theirs.surv_prob > 0
    assert error[there] == pytest.approx(theirs.surv_prob_se[there])


def test_customers_who_come_once_have_greenwoods_error():
    """But for n / (n − 1), which an estimate from n clusters has."""
    times, over, _ = sample()
    found = survival(times, over, pd.Series(range(200)))
    expected = survival(times, over)["error"] * np.sqrt(200 / 199)
    assert found["error"].iloc[:-1].to_numpy() == pytest.approx(expected.iloc[:-1].to_numpy())


def test_the_error_of_clusters_is_what_taking_rows_along_moves():
    """How far the curve moves with each row's weight, by a small step, summed by customer and squared."""
    times, over, whose = sample()
    found = survival(times, over, whose)
    at, step = float(found.index[5]), 1e-6

    def left(weights: np.ndarray) -> float:
        total = 0.0
        for moment in np.unique(times[over & (times <= at)]):
            watched, ended = weights[times >= moment].sum(), weights[(times == moment) & over].sum()
            total += np.log(1 - ended / watched)
        return total

    one = np.ones(200)
    moved = np.array([(left(one + step * (np.arange(200) == i)) - left(one)) / step for i in range(200)])
    sums = np.bincount(pd.factorize(whose)[0], moved)
    assert found["error"].iloc[5] == pytest.approx(
        np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)), rel=1e-4
    )
