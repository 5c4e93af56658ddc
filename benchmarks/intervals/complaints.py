"""Complaints: costs of decisions, calibration, agreement, and how well two samples can be told apart."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from intervals import Case, Found
from workbook.analytics import roc
from workbook.analytics.complaints import calibration, second_reader
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import paired
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.skewed_means import skewed_mean

GRADING = "05_complaints/01_complaint_grading"


def noisy(grade: np.ndarray, error: float, rng: np.random.Generator) -> pd.Series:
    """Grades as people file them: now and then one of the neighbours."""
    return second_reader.slipped(pd.Series(grade), error, int(rng.integers(2**32)))


def mean_cost(rng: np.random.Generator) -> Found:
    """Cost of a complaint: most cost nothing or a needless alarm, a few seniors are missed; 690 of them."""
    missed = rng.uniform(0.015, 0.04)
    chance = np.array([0.55, 0.43 - missed, 0.02 + missed / 2, missed / 2])
    value = np.array([0.0, 120.0, 900.0, 3000.0])
    return estimated(skewed_mean(pd.Series(rng.choice(value, 690, p=chance))), float(chance @ value))


def regulars_cost(rng: np.random.Generator) -> Found:
    """Costs of 200 customers' complaints, about three each; who has one expensive case has more of them."""
    own = rng.gamma(0.5, 1, 200)
    whose = np.repeat(np.arange(200), 1 + rng.poisson(2, 200))
    cost = pd.Series(rng.gamma(1.0, 100, len(whose)) * own[whose])
    return estimated(skewed_mean(cost, cluster=pd.Series(whose)), 50.0)


def cost_difference(rng: np.random.Generator) -> Found:
    """Two methods on the same 690 complaints: mostly alike, at times one misses a senior case that the other sees."""
    a, b, c = rng.uniform(0.005, 0.015), rng.uniform(0.005, 0.015), rng.uniform(0.03, 0.1)
    value = np.array([0.0, 45.0, -120.0, 900.0, -900.0, 3000.0, -3000.0])
    chance = np.array([1 - 2 * a - 2 * b - 2 * c, c, c, a, b, a, b])
    return estimated(
        paired.mean_difference(pd.Series(rng.choice(value, 690, p=chance)), draws=1000), float(chance @ value)
    )


def no_difference(cases: int) -> Callable[[np.random.Generator], Found]:
    """Two methods that cost the same, on so many complaints; every difference is as likely the other way round."""

    def world(rng: np.random.Generator) -> Found:
        often = rng.uniform(0.3, 0.7)
        size = rng.choice(
            [0.0, 120.0, 900.0, 3000.0], cases, p=[1 - often, 0.7 * often, 0.2 * often, 0.1 * often]
        )
        differences = pd.Series(size * rng.choice([-1, 1], cases))
        return estimated(paired.mean_difference(differences, draws=1000, seed=int(rng.integers(2**32))), 0.0)

    return world


def estimated(estimate: Estimate, truth: float) -> Found:
    """Put an estimate with its interval beside the truth."""
    return Found(estimate.value, truth, estimate.low, estimate.high)


def calibration_bin(rng: np.random.Generator) -> Found:
    """Share in the uppermost of eight bins, of 690 chances that are only roughly right."""
    chance = pd.Series(rng.beta(0.4, 2.5, 690))
    true = chance ** rng.uniform(0.7, 1.4)
    top = calibration.calibration_table(chance, pd.Series(rng.random(690) < true)).iloc[-1]
    return Found(top["share"], true[calibration.bins_of(chance) == 8].mean(), top["low"], top["high"])


def perfect_chances(rng: np.random.Generator) -> Found:
    """Calibration error of 690 perfect chances: it should be zero."""
    chance = pd.Series(rng.beta(0.4, 2.5, 690))
    return Found(calibration.calibration_error(chance, pd.Series(rng.random(690) < chance)), 0.0)


def auc(rng: np.random.Generator) -> Found:
    """150 against 300 scores, normal, the one side higher by zero to one standard deviation."""
    shift = rng.uniform(0, 1)
    side = pd.Series(np.arange(450) < 150)
    score = pd.Series(rng.normal(shift * side, 1.0))
    return estimated(roc.auc(score, side), float(stats.norm.cdf(shift / np.sqrt(2))))


def auc_of_regulars(rng: np.random.Generator) -> Found:
    """Texts of 150 customers, three each; half of what moves a score is the customer's."""
    shift = rng.uniform(0, 1)
    whose = np.repeat(np.arange(150), 3)
    side = pd.Series(whose < 50)
    score = pd.Series(
        shift * side + (rng.standard_normal(150)[whose] + rng.standard_normal(450)) / np.sqrt(2)
    )
    return estimated(
        roc.auc(score, side, cluster=pd.Series(whose)), float(stats.norm.cdf(shift / np.sqrt(2)))
    )


def filed_right(rng: np.random.Generator) -> Found:
    """Two people grade 200 complaints apart; both slip to a neighbour in 5 to 20 % of cases."""
    error = rng.uniform(0.05, 0.2)
    grade = rng.choice([1, 2, 3], 200, p=[0.54, 0.33, 0.13])
    agree = noisy(grade, error, rng) == noisy(grade, error, rng)
    return estimated(second_reader.share_right(agree), 1 - error)


def accuracy(rng: np.random.Generator) -> Found:
    """Share of 690 complaints whose grade, as filed, a method gets right."""
    chance = rng.uniform(0.5, 0.85)
    hits = pd.Series(rng.random(690) < chance)
    return Found(hits.mean(), chance, *share_interval(hits))


def accuracy_as_filed(rng: np.random.Generator) -> Found:
    """A method that is right in three of four cases, marked by labels of which one in eight is wrong."""
    grade = rng.choice([1, 2, 3], 690, p=[0.54, 0.33, 0.13])
    said = noisy(grade, 0.25, rng)
    return Found(float((said == noisy(grade, 0.12, rng)).mean()), 0.75)


CASES = (
    Case("mean cost of a complaint, by Hall", GRADING, mean_cost),
    Case("mean cost, customers who complain several times", GRADING, regulars_cost),
    Case("difference of costs on the same complaints, by sign flips", GRADING, cost_difference),
    *[Case(f"no difference of costs on {n} complaints, by sign flips", GRADING, no_difference(n)) for n in (110, 200, 690)],
    Case("share in a bin of the calibration curve, by Wilson", GRADING, calibration_bin),
    Case("accuracy of grades, by Wilson", GRADING, accuracy),
    Case("area under the curve, by DeLong", GRADING, auc),
    Case("area under the curve, several texts a customer", GRADING, auc_of_regulars),
    Case("share of filed grades that are right, from two people's agreement", GRADING, filed_right),
    Case("calibration error of perfect chances", GRADING, perfect_chances,
         biased="distances don't cancel; the notebook sets what chance alone gives beside it"),
    Case("accuracy against filed grades", GRADING, accuracy_as_filed,
         biased="filed grades are wrong at times, and a right answer then counts as wrong"),
)  # fmt: skip
