"""How purchases go: each rule by hand, and what is worked out beforehand against what then happens."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.retailer.core.claims import no_effects
from workbook.retailer.core.timeline import CRM_CITIES, PILOT_CITIES, Timeline
from workbook.retailer.customers.people import SERVICE_CHANNELS, A, B
from workbook.retailer.sales.assortment import CITIES
from workbook.retailer.sales.season import make_season
from workbook.retailer.service import service_effects
from workbook.retailer.service.service_effects import (
    CHANNEL,
    SATISFIED,
    SEVERITY,
    Service,
    complaint_rates,
    dropouts,
    leaving_odds,
    lift,
    make_service,
    preferences,
    satisfied_share,
    stay_odds,
)

TIMELINE = Timeline(make_season(24))
USUAL = {
    "late-response-complaints": 0.35, "response-satisfied": 0.78, "first-contact-online": 0.75,
    "prefer-phone-app": 0.65, "use-online": 0.72, "insider-leaks": 0.73,
}  # fmt: skip


def service(**claims: float) -> Service:
    """A service with these effects, written with _ for -, and no others."""
    return make_service(TIMELINE, USUAL | no_effects() | {k.replace("_", "-"): v for k, v in claims.items()})


def people(n: int, city: str, prefer: np.ndarray, seed: int = 1) -> pd.DataFrame:
    """Customers of one city."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "city": CITIES.index(city),
            "dropout": rng.beta(A, B, n),
            "prefers": rng.choice(len(prefer), n, p=prefer),
        }
    )


def lived(of: Service, city: str, inner: float, n: int = 400_000) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers of one city, and how one purchase of each at this inner time goes."""
    folk = people(n, city, of.prefer)
    went = of.experience(folk, np.arange(n), np.full(n, inner), np.random.default_rng(2))
    return folk, pd.DataFrame(went)


def within(values: pd.Series, expected: float) -> None:
    """Assert that a mean lies within 4 standard errors of what was expected."""
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values))


# --- rules


@given(st.floats(1e-6, 0.999), st.floats(0.01, 0.99), st.floats(1, 50))
def test_dropout_is_split_and_kept_on_average(chance, satisfied, odds):
    """The two chances come out at the whole by their shares, and their odds differ by the factor asked for."""
    stays, goes = (float(p[0]) for p in dropouts(np.array([chance]), satisfied, odds))
    assert satisfied * stays + (1 - satisfied) * goes == pytest.approx(chance, rel=1e-6)
    assert goes / (1 - goes) == pytest.approx(odds * stays / (1 - stays), rel=1e-6)
    assert 0 < stays <= chance * (1 + 1e-9)
    assert chance * (1 - 1e-9) <= goes < 1


def test_dropout_by_hand():
    """Half satisfied, odds 4: a third and two thirds make a half."""
    stays, goes = dropouts(np.array([0.5]), 0.5, 4.0)
    assert (stays[0], goes[0]) == pytest.approx((1 / 3, 2 / 3))


def test_a_lift_turns_part_of_the_disappointed():
    """Nothing, a half, or all of those who would be disappointed."""
    np.testing.assert_allclose(lift(np.array([0.2, 0.6, 1.0]), 0.5), [0.6, 0.8, 1.0])
    assert lift(0.3, 0.0) == 0.3
    assert lift(0.3, 1.0) == 1.0


def test_satisfaction_falls_with_each_doubling_of_the_wait():
    """An hour or less costs nothing; 8 hours are three doublings; the share stays a share however long it takes."""
    severity = np.array([1, 1, 1, 3])
    share = satisfied_share(severity, np.array([0.1, 1.0, 8.0, 8.0]))
    of = SATISFIED[severity] - service_effects.PER_DOUBLING * np.array([0, 0, 3, 3])
    np.testing.assert_allclose(share, of)
    assert satisfied_share(np.array([3]), np.array([1e12]))[0] == 0.02


@pytest.mark.parametrize("level", [0.05, 0.65, 0.95])
def test_preferences_meet_the_level(level):
    """Shares of channels make 1, those of phone and app the level, whatever the shares within the groups."""
    shares = preferences(level)
    assert list(CHANNEL["channel"]) == list(SERVICE_CHANNELS)
    assert shares.sum() == pytest.approx(1)
    assert shares[CHANNEL["channel"].isin(["phone", "app"])].sum() == pytest.approx(level)


def test_shares_of_severity_and_satisfaction_fall():
    """Most purchases raise no ticket; the graver one is, the rarer and the worse."""
    assert SEVERITY.sum() == pytest.approx(1)
    assert (np.diff(SEVERITY) < 0).all()
    assert (np.diff(SATISFIED) < 0).all()
    assert (np.diff(service_effects.HOURS) > 0).all(), "severity makes the wait longer too"


# --- complaints


def test_complaint_rates_by_hand():
    """On time: two questions and one trouble, 2 on average, so 4 % a point; late: 4.5 points and the rest for the wait."""
    kinds = pd.DataFrame(
        {
            "severity": [1, 2, 2, 3, 1],
            "hours": [1.0, 24.0, 25.0, 30.0, 99.0],
            "weight": [0.4, 0.2, 0.1, 0.1, 0.0],
        }
    )
    base, late = complaint_rates(kinds, 0.35)
    assert base == pytest.approx(0.08 / 2)
    assert late == pytest.approx(0.35 - 0.04 * 6)


@pytest.mark.parametrize("level", [0.2, 0.35, 0.6])
def test_complaints_are_as_many_as_was_asked_for(level):
    """Over all kinds of tickets 8 % complain on time, and the level late; no chance needs to be cut off at 0 or 1."""
    of = service(late_response_complaints=level)
    kinds = service_effects.ticket_kinds(of.prefer).query("severity > 0")
    chance = of.complaint_chance(
        kinds["severity"].to_numpy(), kinds["hours"].to_numpy(), np.zeros(len(kinds))
    )
    late = kinds["hours"] > 24
    assert np.average(chance[~late], weights=kinds["weight"][~late]) == pytest.approx(0.08)
    assert np.average(chance[late], weights=kinds["weight"][late]) == pytest.approx(level)
    assert ((chance > 0) & (chance < 1)).all()


def test_the_complaint_process_lowers_every_chance_alike():
    """From its start on, and not a moment before, each chance is 30 % lower."""
    of = service(complaint_rate=-0.3)
    start, severity, hours = (
        TIMELINE.inner("complaint process"),
        np.array([1, 2, 3, 3]),
        np.array([1, 30, 1, 30]),
    )
    before = of.complaint_chance(severity, hours, np.full(4, start - 1e-6))
    np.testing.assert_allclose(of.complaint_chance(severity, hours, np.full(4, start)), 0.7 * before)
    np.testing.assert_allclose(service().complaint_chance(severity, hours, np.full(4, start)), before)


def test_purchases_without_a_ticket_raise_no_complaint_here():
    """Severity 0 has no chance, whatever the hours."""
    assert service().complaint_chance(np.array([0]), np.array([99.0]), np.zeros(1))[0] == 0


@pytest.mark.parametrize("level", [0.3, 0.78, 0.95])
def test_the_speed_of_answers_is_liked_by_as_many_as_was_asked_for(level):
    """Over all kinds of tickets the share is the level, and it falls with the wait."""
    of = service(response_satisfied=level)
    kinds = service_effects.ticket_kinds(of.prefer).query("severity > 0")
    share = of.speed_share(kinds["hours"].to_numpy())
    assert np.average(share, weights=kinds["weight"]) == pytest.approx(level)
    assert (np.diff(of.speed_share(np.geomspace(0.5, 500, 20))) < 0).all()


# --- loyalty


@pytest.mark.parametrize("gain", [0.01, 0.15, 0.3])
@pytest.mark.parametrize("content", [0.75, 0.79, 0.9])
def test_leaving_odds_meet_the_elasticity(gain, content):
    """With 10 % more satisfaction the odds of staying of a typical customer are so much better."""
    odds = leaving_odds(content, gain)
    better, usual = stay_odds(1.1 * content, content, odds), stay_odds(content, content, odds)
    assert better / usual == pytest.approx(1 + gain)
    assert usual == pytest.approx(B / A), "and as they were without more satisfaction"


def test_without_gain_satisfaction_does_not_matter_for_leaving():
    """Odds of 1: who is disappointed leaves like anybody."""
    assert leaving_odds(0.79, 0.0) == 1.0
    stays, goes = dropouts(np.array([0.01, 0.2, 0.9]), 0.79, 1.0)
    np.testing.assert_allclose(stays, [0.01, 0.2, 0.9])
    np.testing.assert_allclose(goes, [0.01, 0.2, 0.9])


def test_baskets_grow_with_loyalty_alone():
    """10 % better odds of staying make baskets 5 % larger; before any change, or without the effect, they are as ever."""
    effects = {"pilot_satisfaction": 0.17, "satisfaction_loyalty": 0.15, "service_satisfaction": 0.2}
    of = service(loyalty_profit=0.05, **effects)
    folk = people(2, PILOT_CITIES[0], of.prefer).assign(
        city=[CITIES.index(PILOT_CITIES[0]), CITIES.index("Beijing")]
    )
    end, who = TIMELINE.season.now, np.arange(2)
    np.testing.assert_allclose(of.basket_factor(folk, who, np.zeros(2)), 1.0)
    loyalty = np.array([of.loyalty(of.content_in(True, 0.5)), of.loyalty(of.content_in(False, 0.5))])
    assert (loyalty > 1).all()
    np.testing.assert_allclose(
        of.basket_factor(folk, who, np.full(2, end)), 1.05 ** (np.log(loyalty) / np.log(1.1))
    )
    np.testing.assert_allclose(service(**effects).basket_factor(folk, who, np.full(2, end)), 1.0)


# --- what is worked out and what happens


EFFECTS = {"pilot_satisfaction": 0.17, "service_satisfaction": 0.2, "satisfaction_loyalty": 0.15}
END = TIMELINE.season.now - 1e-6


@pytest.mark.parametrize("city", ["Beijing", PILOT_CITIES[0]])
@pytest.mark.parametrize("inner", [0.0, TIMELINE.inner("pilot"), TIMELINE.inner("guided process"), END])
def test_content_and_dropout_are_as_worked_out(city, inner):
    """Satisfaction and leaving, worked out for a city and a time, agree with how purchases go there and then."""
    of = service(**EFFECTS)
    folk, went = lived(of, city, inner)
    pilot = city in PILOT_CITIES and inner >= TIMELINE.inner("pilot")
    content = of.content_in(pilot, 0.5 * (inner >= TIMELINE.inner("guided process")))
    within(went["share"], content)
    within(went["satisfied"], content)
    within(went["leaves"] - folk["dropout"], (of.dropout_now(folk, inner) - folk["dropout"]).mean())


def test_before_any_change_customers_leave_as_they_were_drawn():
    """Purchases follow BG/NBD at first: the chance to leave is on average each customer's own."""
    of = service(**EFFECTS)
    folk, went = lived(of, "Beijing", 0.0)
    within(went["leaves"] - folk["dropout"], 0.0)
    np.testing.assert_allclose(of.dropout_now(folk, 0.0), folk["dropout"])


def test_tickets_are_as_many_and_as_satisfied_as_worked_out():
    """Shares of severity, and satisfaction of those who ask, are those behind the parameters."""
    of = service()
    _, went = lived(of, "Beijing", END)
    for severity, share in enumerate(SEVERITY):
        within(went["severity"] == severity, share)
    within(went["share"], of.content)
    within(went.loc[went["severity"] > 0, "share"], of.content_ticket)


def test_a_purchase_without_a_ticket_waits_for_nothing():
    """No ticket: no hours and no guided process; a ticket has both at random."""
    _, went = lived(service(service_satisfaction=0.2), "Beijing", END, 20_000)
    none = went[went["severity"] == 0]
    assert (none["hours"] == 0).all()
    assert not none["guided"].any()
    asked = went[went["severity"] > 0]
    assert (asked["hours"] > 0).all()
    within(asked["guided"], 0.5)


def test_the_guided_process_starts_when_it_starts():
    """Not one ticket is guided before."""
    _, went = lived(service(), "Beijing", TIMELINE.inner("guided process") - 1e-6, 20_000)
    assert not went["guided"].any()


def test_the_crm_adds_satisfaction_but_not_to_staying():
    """In a go-live city more purchases satisfy by 20 %, and leaving is changed by crm-churn alone."""
    folk, plain = lived(service(satisfaction_loyalty=0.15), CRM_CITIES[0], END)
    _, crm = lived(service(satisfaction_loyalty=0.15, crm_satisfaction=0.2), CRM_CITIES[0], END)
    np.testing.assert_array_equal(crm["leaves"], plain["leaves"])
    assert crm["share"].mean() / plain["share"].mean() == pytest.approx(1.2, abs=0.002)
    both = service(satisfaction_loyalty=0.15, crm_satisfaction=0.2, crm_churn=-0.125)
    _, went = lived(both, CRM_CITIES[0], END)
    np.testing.assert_allclose(went["leaves"], 0.875 * plain["leaves"])
    np.testing.assert_allclose(both.dropout_now(folk, END), 0.875 * folk["dropout"])
