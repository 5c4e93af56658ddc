"""Surveys: who is asked, who answers, and that both depend on the mood."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.service import surveys as part
from workbook.tables import schema
from workbook.tables.dataset import validate

HALF_A_YEAR = pd.Timedelta(days=182)


@pytest.fixture(scope="module")
def sent(served) -> pd.DataFrame:
    """Give the surveys with the mood of those who were asked, and how many each got in the half year before."""
    parts = [
        part.after_tickets(served.hidden, served.tickets, served.block),
        part.each_quarter(served.sales, served.world.service, served.block),
    ]
    mood = pd.concat(parts, ignore_index=True)
    mood = mood.assign(customer_id=served.sales.ids.take(mood["who"]).array)
    keys = ["customer_id", "sent_at", "kind"]
    found = served.surveys.merge(mood[[*keys, "satisfied"]], on=keys, how="left", validate="one_to_one")
    pairs = found[["survey_id", "customer_id", "sent_at"]].merge(
        found[["customer_id", "sent_at"]], on="customer_id", suffixes=("", "_before")
    )
    gap = pairs["sent_at"] - pairs["sent_at_before"]
    pairs = pairs[(gap > pd.Timedelta(0)) & (gap < HALF_A_YEAR)]
    earlier = pairs["survey_id"].value_counts().reindex(found["survey_id"], fill_value=0).to_numpy()
    return found.assign(earlier=np.minimum(earlier, 3))


def test_surveys_keep_their_contract(served):
    """Keys, references and scales hold."""
    tables = served.tables | {"tickets": served.tickets, "surveys": served.surveys}
    validate({n: tables[n] for n in ("surveys", "tickets", "orders", "customers")}, schema.CONTRACTS)


def test_answers_are_there_where_somebody_answered(served):
    """A survey has all answers with a time of answering, and none without; that time is not past the end."""
    answered = served.surveys["answered_at"].notna()
    assert 0.2 < answered.mean() < 0.6
    for question in ("nps", "csat", *part.DIMENSIONS):
        assert (served.surveys[question].notna() == answered).all()
    seen = served.surveys[answered]
    assert (seen["answered_at"] >= seen["sent_at"].dt.floor("s")).all()
    over = served.world.season.end + pd.Timedelta(days=1)
    assert (served.surveys[["sent_at", "answered_at"]].max() < over).all()


def test_speed_is_asked_after_a_ticket_only(served):
    """Who asked for nothing can't say how fast the answer was; who did, says it with the rest."""
    triggered = served.surveys["kind"] == "triggered"
    assert (served.surveys["speed"].notna() == (triggered & served.surveys["answered_at"].notna())).all()
    assert (served.surveys["ticket_id"].notna() == triggered).all()


def test_a_triggered_survey_follows_its_ticket(served):
    """It goes to who asked, within a day or so of the resolution, for TRIGGERED of those that were resolved."""
    asked = served.surveys.dropna(subset="ticket_id").merge(
        served.tickets, on="ticket_id", suffixes=("", "_asked"), validate="one_to_one"
    )
    assert (asked["customer_id"] == asked["customer_id_asked"]).all()
    wait = asked["sent_at"] - asked["resolved_at"]
    assert wait.between(pd.Timedelta(hours=1), pd.Timedelta(hours=25)).all()
    week = served.world.season.end - pd.Timedelta(days=7)
    early = served.tickets[served.tickets["resolved_at"] < week]
    share = early["ticket_id"].isin(asked["ticket_id"]).mean()
    assert abs(share - part.TRIGGERED) < 4 * np.sqrt(part.TRIGGERED * (1 - part.TRIGGERED) / len(early))


@pytest.mark.parametrize("kind", ["triggered", "quarterly"])
@pytest.mark.parametrize("good", [True, False])
@pytest.mark.parametrize("earlier", [0, 1])
def test_who_answers_depends_on_the_mood(served, sent, kind, good, earlier):
    """The disappointed answer more often, as ANSWERS says, and every survey of late makes it rarer; 4 standard errors."""
    month = served.world.season.end - pd.Timedelta(days=30)  # late ones had no time to answer
    some = sent[(sent["kind"] == kind) & (sent["satisfied"] == good) & (sent["earlier"] == earlier)]
    some = some[some["sent_at"] < month]
    share = part.ANSWERS[kind][0 if good else 1] * part.FATIGUE**earlier
    assert len(some) > 80
    error = np.sqrt(share * (1 - share) / len(some))
    assert abs(some["answered_at"].notna().mean() - share) < 4 * error


def test_quarterly_surveys_go_to_customers_of_the_last_year(served):
    """Nobody is asked before the first purchase, nor after a year without one; the share is QUARTERLY."""
    asked = served.surveys[served.surveys["kind"] == "quarterly"]
    orders = served.tables["orders"].sort_values("ordered_at")
    last = pd.merge_asof(
        asked.assign(day=asked["sent_at"].dt.normalize().astype(orders["ordered_at"].dtype)).sort_values(
            "day"
        ),
        orders[["customer_id", "ordered_at"]],
        left_on="day",
        right_on="ordered_at",
        by="customer_id",
    )
    assert last["ordered_at"].notna().all()
    # A year of the inner clock; the calendar's differs by the season and by what follows a sale.
    assert (last["day"] - last["ordered_at"]).max() < pd.Timedelta(days=365 + 45)
    day = last["day"].max()
    recent = orders[orders["ordered_at"].between(day - pd.Timedelta(days=365), day)]
    could = recent["customer_id"].nunique()
    error = np.sqrt(part.QUARTERLY * (1 - part.QUARTERLY) / could)
    assert abs((last["day"] == day).sum() / could - part.QUARTERLY) < 4 * error
    assert last["day"].nunique() == 8  # quarters of two years


def test_the_mood_is_that_of_the_last_purchase(served, sent):
    """A quarterly survey meets the customer as the last purchase left him."""
    bought = served.sales.bought.sort_values("inner")
    asked = sent[sent["kind"] == "quarterly"]
    day = (asked["sent_at"].dt.normalize() - served.world.season.start).dt.days.to_numpy()
    asked = asked.assign(
        who=pd.Index(served.sales.ids).get_indexer(asked["customer_id"]),
        inner=served.world.season.clock[day],
    ).sort_values("inner")
    last = pd.merge_asof(
        asked.drop(columns="satisfied"), bought[["who", "inner", "satisfied"]], on="inner", by="who",
        allow_exact_matches=False,
    )  # fmt: skip
    assert (last["satisfied"].to_numpy() == asked["satisfied"].to_numpy()).all()


def test_the_satisfied_say_so(served, sent):
    """CSAT of 4 and 5 is that of the satisfied, 1 to 3 of the others; the NPS question parts them less cleanly."""
    told = sent.dropna(subset="answered_at")
    assert ((told["csat"] >= 4) == told["satisfied"]).all()
    nps = told.groupby("satisfied")["nps"].mean()
    assert 2 < nps[True] - nps[False] < 4
    assert (told.loc[~told["satisfied"].astype(bool), "nps"] >= 9).any()


def test_recent_by_hand():
    """Surveys of the same customer within 182 days before count, up to three; order of rows doesn't matter."""
    days = [0, 10, 20, 30, 40, 5, 200, 230]
    sent = pd.DataFrame(
        {
            "who": [1, 1, 1, 1, 1, 2, 2, 3],
            "sent_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(days, unit="D"),
        }
    )
    assert part.recent(sent).tolist() == [0, 1, 2, 3, 3, 0, 0, 0]
    mixed = sent.sample(frac=1, random_state=1)
    assert part.recent(mixed).tolist() == [[0, 1, 2, 3, 3, 0, 0, 0][i] for i in mixed.index]
