"""Zones behind times: which are of one place, and which are told as of several."""

import pandas as pd
import pytest

from workbook.tables.importing.cells.zones import one_place, several_places, zones_of


def test_zones_behind_times() -> None:
    """A zone stands behind a time of day; Z is UTC, and what shows none is named so."""
    times = pd.Series(["2025-03-01T10:00:00Z", "2025-03-01 10:00 -0500", "2025-03-01 10:00", "2025-03-01"])
    assert zones_of(times) == {"+00:00", "-0500", "none"}


@pytest.mark.parametrize(
    ("zones", "several", "one"),
    [
        (["-0500", "-0400"], False, True),
        (["+05:30", "+06:00"], False, True),
        (["+00:00", "+02:00"], True, False),
        (["-01:00", "+01:00"], True, False),
        (["+01:00", "none"], True, False),
        (["+01:00"], False, False),
        ([], False, False),
    ],
)
def test_summer_is_no_other_place(zones: list[str], several: bool, one: bool) -> None:
    """Zones within an hour are one place's in summer and in winter, which is noted; others are a doubt, and so is no zone."""
    assert (bool(several_places(zones)), bool(one_place(zones))) == (several, one)
