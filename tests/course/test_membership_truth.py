"""What membership truly does to each customer's rate."""

from dataclasses import replace

import pytest

from workbook.course.membership_truth import membership_truth
from workbook.retailer.customers.people import PROGRAMME


def test_a_members_rate_is_the_one_with_membership(small):
    """The truth has a member's rate as it is, with membership; that of others without."""
    rates = membership_truth(small)
    known = small.truth["customers"].set_index("customer_id")["purchase_rate"]
    member = small.customers.set_index("customer_id")["member_since"].notna().reindex(known.index)
    assert rates["with_it"][member].to_numpy() == pytest.approx(known[member].to_numpy())
    assert rates["without"][~member].to_numpy() == pytest.approx(known[~member].to_numpy())


def test_membership_raises_the_rate_as_the_programme_is_made(small):
    """By a tenth on average, more for the engaged."""
    rates = membership_truth(small)
    factor = rates["with_it"] / rates["without"]
    assert factor.mean() == pytest.approx(1 + PROGRAMME, abs=0.02)
    engagement = small.truth["customers"].set_index("customer_id")["engagement"]
    assert factor.corr(engagement) > 0.9


def test_it_holds_on_any_day(small):
    """On a day on which fewer had joined the rates are the same."""
    past = small.at(small.start + (small.end - small.start) / 2)
    rates = membership_truth(past)
    whole = membership_truth(small).loc[rates.index]
    assert rates.to_numpy() == pytest.approx(whole.to_numpy())


def test_real_data_has_none(small):
    """Without a truth there are no rows."""
    assert membership_truth(replace(small, truth=None)).empty
