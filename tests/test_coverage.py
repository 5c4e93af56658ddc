"""Every interval that the workbook states covers the truth, in worlds where it is known; benchmarks/covering.py has more of them."""

import covering
import numpy as np
import pytest
from intervals import cases

WORLDS = 120


@pytest.mark.slow
@pytest.mark.parametrize("name", cases())
def test_an_interval_covers_the_truth(name):
    """Of 120 worlds at least 95 % less 4 standard errors; an estimate biased on purpose is off by more than chance."""
    case, found = cases()[name], covering.simulate(name, WORLDS)
    off = found["estimate"] - found["truth"]
    if case.biased:
        assert abs(off.mean()) > 3 * off.std() / np.sqrt(WORLDS)
    elif found["low"].notna().any():
        assert covering.covered(found) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / WORLDS)
    else:
        assert abs(off.mean()) < 4 * off.std() / np.sqrt(WORLDS)
