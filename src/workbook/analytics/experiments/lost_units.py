"""A test whose split is broken: what units that nobody counted do to its result."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests
from workbook.analytics.experiments.misreadings import side_by_side
from workbook.analytics.experiments.on_record import two_arms

UNKNOWN = Estimate()

COPIES = ("nobody lost", "some lost")
ONE_IN = 7  # of the treated who didn't order, so many leave before they are counted
FEWEST = 100  # units; a copy of fewer shows nothing


def losing(units: pd.DataFrame, arm: str, seed: int) -> pd.DataFrame:
    """A copy of a test in which one in `ONE_IN` of an arm who don't order leaves before being counted."""
    idle = units.index[(units["arm"] == arm) & (units["ordered"] == 0)]
    gone = np.random.default_rng(seed).choice(idle, len(idle) // ONE_IN, replace=False)
    return units.drop(gone)


def read_both(units: pd.DataFrame, log: pd.DataFrame, control: str, arm: str) -> pd.DataFrame:
    """The lift by the test as it was and by the copy that lost units, as `misreadings.side_by_side` has it."""
    copies = dict(zip(COPIES, (units, log), strict=True))
    return side_by_side({name: two_arms(copy, control, arm) for name, copy in copies.items()})


@dataclass(frozen=True)
class Loss:
    """What the loss did: case stop, look or as_planned (what the check of the split says to it), or unknown; and points added."""

    case: str
    added: Estimate = UNKNOWN


def loss(both: pd.DataFrame, log: pd.DataFrame, planned: str) -> Loss:
    """Whether a check of the split sees that units were lost.

    Parameters
    ----------
    both : from `read_both`
    log : the copy that lost units
    planned : the planned split, as `ab_tests.sample_ratio` takes it
    """
    lifts = both["value"].reindex(list(COPIES))
    added = Estimate(float(lifts.iloc[1] - lifts.iloc[0]), unit="points")
    if len(log) < FEWEST or not added.known:
        return Loss("unknown")
    return Loss(ab_tests.sample_ratio(log["arm"], planned).case, added)
