"""Prospects: customers of the world are those who ordered, and chances are what the rates say."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.marketing import prospects as part
from workbook.retailer.sales.season import make_season
from workbook.tables.contracts.digital import TABLES, TRUTH
from workbook.tables.contracts.sales import Customers
from workbook.tables.dataset import validate

DAY = pd.Timedelta(days=1)
N = 30_000


def made(n: int = N, months: int = 24) -> pd.DataFrame:
    """Prospects of a world of ``n`` customers with their true chances, as one frame."""
    timeline, block, rng = Timeline(make_season(months)), Block(3, 0, n), np.random.default_rng(4)
    folk = pd.DataFrame({"channel": rng.integers(0, len(part.WINS), n), "city": rng.integers(0, 12, n)})
    first = pd.Series(timeline.season.to_time(np.sort(rng.uniform(0, timeline.season.now, n)), rng))
    ids = block.customer_ids()
    tables, truth = part.make_prospects(folk, ids, first, timeline, block)
    customers = pd.DataFrame({"customer_id": ids})
    good = validate(tables | {"customers": customers}, TABLES | {"customers": Customers})
    validate(truth, TRUTH, good)
    first_on = pd.Series(first.to_numpy(), index=ids.to_numpy()).dt.normalize()
    rows = tables["prospects"].merge(truth["prospects"], on="prospect_id")
    return rows.assign(first_on=rows["customer_id"].map(first_on), end=timeline.season.end)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Make the prospects of a large world; tests must not write into it."""
    return made()


def test_who_converted_is_a_customer(rows):
    """A prospect has a customer's id if and only if an order came, on that customer's first day, within 30 days."""
    assert (rows["customer_id"].notna() == rows["converted_on"].notna()).all()
    won = rows[rows["customer_id"].notna()]
    assert won["customer_id"].is_unique
    assert (won["converted_on"] == won["first_on"]).all()
    assert (won["converted_on"] - won["registered_at"].dt.normalize()).between(0 * DAY, 30 * DAY).all()
    assert (won["converted_on"] <= won["end"]).all()


def test_as_many_order_as_their_chances_say(rows):
    """By channel and by offer the share who ordered is the mean true chance, within 4 standard errors."""
    ripe = rows[rows["registered_at"] < rows["end"] - 30 * DAY]
    chance = ripe["with_offer"].where(ripe["offered"], ripe["without_offer"])
    groups = ripe.assign(chance=chance, came=ripe["converted_on"].notna()).groupby(["source", "offered"])
    for _, group in groups:
        error = np.sqrt((group["chance"] * (1 - group["chance"])).sum()) / len(group)
        assert abs(group["came"].mean() - group["chance"].mean()) < 4 * error


def test_the_last_month_is_not_ripe(rows):
    """Of those who registered in the last days fewer have ordered yet than of those before."""
    late = rows["registered_at"] >= rows["end"] - 10 * DAY
    came = rows["converted_on"].notna()
    assert came[late].mean() < 0.7 * came[~late].mean()


def test_the_offer_is_drawn_at_random(rows):
    """What is known on the first day does not differ between those with the offer and those without."""
    for column in ("app", "newsletter"):
        share = rows.groupby("offered")[column].agg(["mean", "sem"])
        assert abs(share["mean"].diff().iloc[1]) < 4 * np.hypot(*share["sem"])
    assert abs(rows["offered"].mean() - part.OFFERED) < 4 * np.sqrt(0.25 / len(rows))


def test_the_keen_show_it(rows):
    """App, newsletter and many pages go with a higher chance; some pages and cities are not known."""
    assert rows.groupby("app")["without_offer"].mean().diff().iloc[1] > 0.03
    assert rows.groupby("newsletter")["without_offer"].mean().diff().iloc[1] > 0.01
    assert np.corrcoef(rows["pages"].fillna(4).astype(float), rows["without_offer"])[0, 1] > 0.3
    assert rows["pages"].isna().mean() == pytest.approx(part.UNTRACKED, abs=0.02)
    assert rows["city"].isna().mean() == pytest.approx(part.UNSAID, abs=0.02)


def test_an_offer_of_zero_does_nothing(monkeypatch):
    """Without an effect both chances are the same, and both arms order equally often but for noise."""
    monkeypatch.setattr(part, "OFFER", 0.0)
    rows = made()
    assert (rows["with_offer"] == rows["without_offer"]).all()
    share = rows.assign(came=rows["converted_on"].notna()).groupby("offered")["came"].agg(["mean", "sem"])
    assert abs(share["mean"].diff().iloc[1]) < 4 * np.hypot(*share["sem"])


def test_where_nobody_differs_nothing_shows(monkeypatch):
    """With all equally keen, what people do on the first day says nothing of their chance."""
    monkeypatch.setattr(part, "KEEN", 0.0)
    rows = made(3000)
    assert rows.groupby("source")["without_offer"].nunique().eq(1).all()


@pytest.mark.parametrize(("n", "months"), [(1, 1), (3, 24), (40, 2)])
def test_any_size_of_world_will_do(n, months):
    """Few customers or one month make few prospects, or none, and no failure."""
    assert len(made(n, months)) >= 0


def test_without_registration_there_are_no_prospects(monkeypatch):
    """Where nobody registers before the first order the table is empty."""
    monkeypatch.setattr(part, "WINS", part.WINS.assign(registers=0.0))
    assert made(2000).empty
