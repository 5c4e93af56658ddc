"""Income, occupation and education: they follow age, segment and price level; the gaps depend on what would be said."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.customers import demography, personas
from workbook.retailer.customers.demography import INCOMES, JOBS, SCHOOLS, WORKS_AS, make_work
from workbook.retailer.customers.personas import SEGMENTS

N = 30_000


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Make customers of all segments and ages."""
    rng = np.random.default_rng(1)
    segment = rng.choice(len(SEGMENTS), N, p=SEGMENTS["share"])
    return pd.DataFrame({"segment": segment, "price_level": 0.45, "birth_year": rng.integers(1950, 2008, N)})


def test_the_tables_fit_each_other():
    """A row for each segment; a share of those who say it for each name, and one more name than limits."""
    assert WORKS_AS.shape == (len(SEGMENTS), len(JOBS))
    assert WORKS_AS.sum(axis=1) == pytest.approx(np.ones(len(SEGMENTS)))
    assert demography.EARNS.shape == (len(SEGMENTS), 1)
    for names, limits in ((INCOMES, demography.INCOME_FROM), (SCHOOLS, demography.SCHOOL_FROM)):
        assert len(names) == len(limits) + 1
    for _, names, said in demography.WORK:
        assert len(names) == len(said)


def test_income_rises_with_age_and_price_level(people):
    """The older and those who buy dearer things are in higher bands, and education goes with income."""
    block = Block(1, 0, N)
    band = make_work(people, block)["income_band"]
    assert band[people["birth_year"] < 1980].mean() > band[people["birth_year"] > 2000].mean() + 0.3
    assert make_work(people.assign(price_level=0.9), block)["income_band"].mean() > band.mean() + 0.3
    work = make_work(people, block)
    assert work["education"].corr(work["income_band"]) > 0.3


def test_occupations_fit_the_age(people):
    """Nobody studies from 26 on, manages before 27 or is retired before 55."""
    job, age = make_work(people, Block(1, 0, N))["occupation"], 2025 - people["birth_year"]
    assert age[job == JOBS.index("student")].max() < 26
    assert age[job == JOBS.index("manager")].min() >= 27
    assert age[job == JOBS.index("retired")].min() >= 55


def test_when_segments_are_not_apart_segments_earn_and_work_alike(people, monkeypatch):
    """With APART at zero income and occupation say nothing of the segment."""
    monkeypatch.setattr(personas, "APART", 0.0)
    work = make_work(people, Block(1, 0, N))
    for column in ("income_band", "occupation"):
        shares = pd.crosstab(people["segment"], work[column], normalize="index")
        assert (shares.max() - shares.min()).max() < 0.04


def test_who_earns_most_says_it_least():
    """The share of each band that is known is INCOME_SAID, so that the known ones earn less than all."""
    work = pd.DataFrame({c: np.arange(40_000) % 4 for c in ("income_band", "occupation", "education")})
    said = demography.said_of_work(work, Block(1, 0, len(work)))["income_band"]
    shares = said.notna().groupby(work["income_band"]).mean()
    assert shares.to_numpy() == pytest.approx(demography.INCOME_SAID, abs=0.02)
    assert set(said.dropna()) == set(INCOMES)
    true = demography.true_work(work)["income_band"]
    assert true[said.notna()].equals(said.dropna())
