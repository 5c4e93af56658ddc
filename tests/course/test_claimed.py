"""Claims of the course beside what is true in the world at hand."""

from dataclasses import replace

import numpy as np
import pytest

from workbook.course.claimed import claim
from workbook.retailer.core.claims import PARAMETERS, load_claims
from workbook.tables.errors import DataError


def test_an_unknown_claim_suggests_the_nearest(small):
    """Who misspells an id learns the id."""
    with pytest.raises(DataError, match=r"got 'rfm-retension'\. Did you mean 'rfm-retention'\?"):
        claim("rfm-retension", small)


def test_every_claim_has_a_truth_if_it_is_a_parameter(small):
    """In an unchanged world effects and levels are true as the course has them; of the other kinds there is no truth."""
    for name, row in load_claims().iterrows():
        found = claim(name, small)
        assert (found.id, found.statement, found.kind) == (name, row["statement"], row["kind"])
        assert (found.scale, found.value) == (row["scale"], row["value"])
        if row["kind"] in PARAMETERS:
            assert found.truth == found.value
        else:
            assert np.isnan(found.truth)


def test_a_gap_has_no_truth(small):
    """What compares firms can't be true or false of one."""
    assert claim("repurchase-gap", small).kind == "gap"
    assert np.isnan(claim("repurchase-gap", small).truth)
    odd = replace(small, facts=small.facts | {"claims": {"repurchase-gap": 0.5}})
    assert np.isnan(claim("repurchase-gap", odd).truth)


def test_a_changed_claim_is_the_truth(small):
    """In a world where another value holds, that is the truth; the course's claim stays what it is."""
    other = replace(small, facts=small.facts | {"claims": {"rfm-retention": 0.1, "use-online": 0.0}})
    assert (claim("rfm-retention", other).value, claim("rfm-retention", other).truth) == (0.30, 0.1)
    assert claim("crm-churn", other).truth == -0.125


def test_real_data_has_no_truth(small):
    """Of real data nobody knows what is true, whatever its account says."""
    real = replace(small, truth=None, facts={"claims": {"rfm-retention": 0.1}})
    assert np.isnan(claim("rfm-retention", real).truth)
    assert claim("rfm-retention", real).value == 0.30
    assert np.isnan(claim("rfm-retention", replace(small, truth=None, facts={})).truth)


def test_claim_estimate_and_truth_stand_in_one_row(small):
    """The row is named by the claim, its index by the scale; an interval that wasn't worked out is empty."""
    row = claim("rfm-retention", small).beside(0.25, 0.1, 0.4)
    assert row.index.tolist() == ["rfm-retention"]
    assert row.index.name == "relative"
    assert row.iloc[0].to_dict() == {"claim": 0.30, "estimate": 0.25, "low": 0.1, "high": 0.4, "truth": 0.30}
    assert claim("rfm-retention", small).beside(0.25)[["low", "high"]].isna().all(axis=None)
