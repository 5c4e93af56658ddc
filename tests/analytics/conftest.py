"""What the tests of the models share: models of known parameters, and customers who follow them."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import forecast
from workbook.analytics.value.btyd import PurchaseModel, SpendModel


@pytest.fixture(scope="session")
def bgnbd() -> PurchaseModel:
    """Make a purchase model of known parameters."""
    params = pd.Series({"r": 0.6, "alpha": 5.0, "a": 0.9, "b": 3.0})
    return PurchaseModel("bgnbd", params, np.nan, 0)


@pytest.fixture(scope="session")
def gamma_gamma() -> SpendModel:
    """Make a spend model of known parameters."""
    return SpendModel("gamma-gamma", pd.Series({"p": 2.5, "q": 6.9, "v": 1600.0}), np.nan, 0)


@pytest.fixture(scope="session")
def simulated(bgnbd, gamma_gamma) -> pd.DataFrame:
    """Draw 6,000 customers of these models, with their future of 26 weeks; tests must not write into it."""
    rng = np.random.default_rng(11)
    drawn = forecast.simulate_histories(bgnbd.params, rng.uniform(20, 100, 6_000), 26.0, rng)
    return forecast.simulate_spend(gamma_gamma.params, drawn, rng)


@pytest.fixture
def histories() -> pd.DataFrame:
    """Give one who never came back, one with few purchases and one with many."""
    return pd.DataFrame(
        {
            "frequency": [0, 3, 12],
            "recency": [0.0, 20.0, 50.0],
            "T": [30.0, 40.0, 52.0],
            "monetary_value": [0.0, 400.0, 90.0],
        },
        index=["a", "b", "c"],
    )


@pytest.fixture
def nobody_back() -> pd.DataFrame:
    """Give 1,200 customers who bought once."""
    return pd.DataFrame({"frequency": 0, "recency": 0.0, "T": [5.0] * 1200, "monetary_value": 0.0})
