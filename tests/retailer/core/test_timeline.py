"""What changed at the retailer: each event has its place in any period."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.timeline import CRM_CITIES, EVENTS, PILOT_CITIES, Timeline, lives_in
from workbook.retailer.sales.assortment import CITIES
from workbook.retailer.sales.season import make_season
from workbook.tables import schema
from workbook.tables.dataset import validate

DAY = pd.Timedelta(days=1)


@pytest.mark.parametrize("months", [1, 24, 60])
def test_events_lie_inside_the_period(months):
    """Whatever the length of the world, each event begins within it, ends after it began, and no later than the data."""
    timeline = Timeline(make_season(months))
    told = validate({"events": timeline.table()}, schema.TRUTH)["events"]
    assert told["event"].tolist() == EVENTS["event"].tolist()
    assert told["starts_at"].between(timeline.season.start, timeline.season.end).all()
    assert (told["ends_at"] > told["starts_at"]).all()
    assert (told["ends_at"] <= timeline.season.end + DAY).all()
    assert (told["starts_at"] == told["starts_at"].dt.normalize()).all()


@pytest.mark.parametrize("months", [1, 24, 60])
def test_an_event_begins_at_its_share_of_the_period(months):
    """The same share of a short and of a long world is gone by, to the day, on the calendar and on the inner clock."""
    timeline = Timeline(make_season(months))
    days = (timeline.season.end - timeline.season.start).days + 1
    for event, share in zip(EVENTS["event"], EVENTS["from"], strict=True):
        gone = (timeline.start(event) - timeline.season.start).days
        assert 0 <= share * days - gone < 1
        assert timeline.inner(event) == timeline.season.clock[gone]


def test_what_lasts_has_no_end_within_the_data():
    """A change that lasts is over with the data; the others are over before."""
    timeline = Timeline(make_season(24))
    over = np.array([timeline.stop(e) == timeline.season.end + DAY for e in EVENTS["event"]])
    assert (over == (EVENTS["lasts"] == 0)).all()
    assert timeline.stop("crisis") - timeline.start("crisis") == 29 * DAY  # 0.04 of 731 days


def test_cities_are_known_and_differ():
    """Pilot and go-live cities are cities of the retailer, none is both, and some are neither."""
    assert set(PILOT_CITIES) | set(CRM_CITIES) < set(CITIES)
    assert not set(PILOT_CITIES) & set(CRM_CITIES)
    codes = np.arange(len(CITIES))
    assert [CITIES[c] for c in codes[lives_in(codes, PILOT_CITIES)]] == [
        c for c in CITIES if c in PILOT_CITIES
    ]
