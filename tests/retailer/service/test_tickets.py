"""Tickets: a ticket's times, hands and costs make sense, and two changes show in it."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.timeline import PILOT_CITIES, lives_in
from workbook.retailer.service import tickets as part
from workbook.retailer.service.service_effects import SEVERITY
from workbook.tables import schema
from workbook.tables.dataset import validate

TIMES = ["opened_at", "first_response_at", "answered_at", "resolved_at"]


def near(hits: pd.Series, share: float) -> None:
    """Assert that a share is met within 4 standard errors."""
    assert abs(hits.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(hits))


@pytest.fixture(scope="module")
def tickets(served) -> pd.DataFrame:
    """Give the tickets with the city and the event that matter to them."""
    city = served.sales.people["city"].to_numpy()[served.hidden["who"]]
    return served.tickets.assign(pilot_city=lives_in(city, PILOT_CITIES))


def test_tickets_keep_their_contract(served):
    """Keys and references hold: each ticket is somebody's, and its order one of the data."""
    tables = served.tables | {"tickets": served.tickets}
    validate({n: tables[n] for n in ("tickets", "orders", "customers")}, schema.CONTRACTS)
    validate({"tickets": served.true_tickets}, schema.TRUTH, {"tickets": served.tickets})


def test_no_ticket_shows_what_is_yet_to_come(served, tickets):
    """What would happen after the last day is empty, and some of the last days' tickets are still open."""
    over = served.world.season.end + pd.Timedelta(days=1)
    assert (tickets[TIMES].max() < over).all()
    assert tickets["opened_at"].min() >= served.world.season.start
    assert tickets["opened_at"].is_monotonic_increasing
    open_ = tickets["resolved_at"].isna()
    assert 0 < open_.mean() < 0.02
    assert tickets.loc[open_, "opened_at"].min() > over - pd.Timedelta(days=180)


def test_the_first_response_comes_before_the_answer_and_that_before_the_end(tickets):
    """Times of a ticket are in order; one that isn't there yet leaves the later ones empty too."""
    for one, later in [(0, 1), (1, 2), (2, 3), (1, 3)]:
        both = tickets[[TIMES[one], TIMES[later]]].dropna()
        assert (both[TIMES[one]] <= both[TIMES[later]]).all()
    served_by_people = tickets[~tickets["self_served"]]
    assert served_by_people.loc[served_by_people["answered_at"].isna(), "resolved_at"].isna().all()
    assert served_by_people.loc[served_by_people["first_response_at"].isna(), "answered_at"].isna().all()


def test_a_machine_answers_first_in_the_pilot_and_hardly_elsewhere(served, tickets):
    """In pilot cities a machine answers all from the start on; elsewhere, and before, about one in twenty."""
    tickets = tickets[~tickets["self_served"]]
    machine = tickets["first_response_by"] == "machine"
    # A ticket about an order is handled as was usual when the order was placed, so the edge is blurred.
    start, month = served.world.timeline.start("pilot"), pd.Timedelta(days=30)
    pilot = tickets["pilot_city"]
    assert machine[pilot & (tickets["opened_at"] >= start + month)].all()
    near(machine[pilot & (tickets["opened_at"] < start)], part.MACHINE)
    near(machine[~pilot], part.MACHINE)
    wait = tickets["first_response_at"] - tickets["opened_at"]
    assert wait[pilot & machine].median() < 0.1 * wait[~machine].median()


def test_tickets_come_at_the_hours_when_people_ask(tickets):
    """Hours of the day follow HOUR, a chi-square test at 1 in 10,000 away from it; the night is quiet."""
    long_ago = tickets[tickets["order_id"].isna()]  # others can't come before their order
    hour = long_ago["opened_at"].dt.hour.value_counts().reindex(range(24), fill_value=0)
    expected = part.HOUR / part.HOUR.sum() * len(long_ago)
    assert ((hour - expected) ** 2 / expected).sum() < 62  # of 23 degrees of freedom
    at_night = tickets["opened_at"].dt.hour.between(1, 5).mean()
    assert at_night < 0.02


def test_half_of_the_tickets_are_guided_from_its_start_on(served, tickets):
    """The guided process takes half at random, within 4 standard errors, and none before its start."""
    guided = tickets["process"] == "guided"
    begun = served.hidden["inner"] >= served.world.timeline.inner("guided process")
    near(guided[begun], 0.5)
    assert not guided[~begun].any()
    assert not guided[tickets["opened_at"] < served.world.timeline.start("guided process")].any()


def test_a_guided_ticket_is_handed_on_less_often(tickets):
    """At the same severity the guided process hands on GUIDED_HAND_OFFS as often, within 4 standard errors."""
    for severity in (2, 3):
        hands = tickets.loc[tickets["severity"] == severity].groupby("process")["hand_offs"]
        error = np.sqrt((hands.var() / hands.size()).sum())
        factor = pd.Series({"guided": part.GUIDED_HAND_OFFS, "standard": 1.0})
        off = hands.mean() - part.HAND_OFFS[severity] * factor
        assert abs(off).max() < 4 * error


def test_what_the_help_pages_answer_costs_next_to_nothing(served, tickets):
    """Self-served tickets have no agent, no minutes and the price of a page; only easy ones of people online."""
    alone = tickets[tickets["self_served"]]
    assert len(alone) > 100
    assert (alone["cost"] == part.HELP_PAGES).all()
    assert (alone[["agent_minutes", "hand_offs"]] == 0).all(axis=None)
    assert alone["answered_at"].isna().all()
    assert (alone["first_response_by"] == "machine").all()
    assert (alone["severity"] == 1).all()
    assert served.sales.people["uses_online"].to_numpy()[served.hidden["who"]][tickets["self_served"]].all()
    others = tickets[~tickets["self_served"]]
    assert (others["agent_minutes"] > 0).mean() > 0.999
    assert (others["cost"] > part.HELP_PAGES).all()


def test_a_ticket_names_an_order_of_the_same_customer(served, tickets):
    """The order of a ticket is the customer's own and older than the ticket; few tickets are about none."""
    about = tickets.dropna(subset="order_id").merge(
        served.tables["orders"], on="order_id", suffixes=("", "_ordered")
    )
    assert len(about) == tickets["order_id"].notna().sum()
    assert (about["customer_id"] == about["customer_id_ordered"]).all()
    assert (about["opened_at"] > about["ordered_at"]).all()
    assert not about["order_id"].duplicated().any()
    # General occasions raise a ticket as often as purchases do, so they are a share of all tickets.
    expected = part.GENERAL * (1 - SEVERITY[0])
    assert abs((len(tickets) - len(about)) / len(about) - expected) < 0.01


def test_who_asks_in_general_has_bought_before(served, tickets):
    """A ticket about no order comes from a customer, after the first purchase."""
    general = tickets[tickets["order_id"].isna()]
    first = served.tables["orders"].groupby("customer_id")["ordered_at"].min()
    assert (general["opened_at"].to_numpy() >= first[general["customer_id"]].dt.normalize().to_numpy()).all()


def test_graver_tickets_take_longer_and_cost_more(tickets):
    """Severity lengthens the way to the end and the minutes of agents: a lesson can stratify by it."""
    tickets = tickets[~tickets["self_served"]]
    took = (tickets["resolved_at"] - tickets["opened_at"]).groupby(tickets["severity"]).median()
    assert took.is_monotonic_increasing
    assert tickets.groupby("severity")["agent_minutes"].median().is_monotonic_increasing


def test_the_truth_knows_each_ticket(served):
    """Chances lie between 0 and 1, a late answer never lowers that of a complaint, and moods come as often as told."""
    truth = served.true_tickets
    assert truth["ticket_id"].tolist() == served.tickets["ticket_id"].tolist()
    chances = truth.filter(like="chance")
    assert chances.shape[1] == 3
    assert ((chances > 0) & (chances < 1)).all(axis=None)
    assert (truth["complaint_chance_late"] >= truth["complaint_chance_on_time"]).all()
    off = truth["satisfied"] - truth["satisfied_chance"]
    assert abs(off.mean()) < 4 * off.std() / np.sqrt(len(off))


def test_until_leaves_out_what_is_past_the_end():
    """A time of so many hours later, rounded up to the second; missing from the end of the data on."""
    opened = pd.Series(pd.to_datetime(["2025-12-31 20:00"] * 4))
    at = part.until(opened, [0.0, 1.0001, 3.9997, 4.0], pd.Timestamp("2026-01-01"))
    assert at[:3].tolist() == [
        opened[0],
        pd.Timestamp("2025-12-31 21:00:01"),
        pd.Timestamp("2025-12-31 23:59:59"),
    ]
    assert pd.isna(at[3])
