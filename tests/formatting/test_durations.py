"""Times are read in the unit that fits their size, one for each row, table or figure."""

import math

import pandas as pd
import pytest

from workbook.course.display import record
from workbook.formatting.durations import duration, in_time_unit, rows_in_time_units

SECOND, MINUTE = 1 / 3600, 1 / 60


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (15 * SECOND, "15 seconds"),
        (0.4 * SECOND, "0.4 seconds"),
        (SECOND, "1 second"),
        (119 * SECOND, "119 seconds"),
        (2 * MINUTE, "2 minutes"),
        (90 * MINUTE, "90 minutes"),
        (7.33, "7.3 hours"),
        (48.0, "48 hours"),
        (96.0, "4 days"),
        (-30 * SECOND, "-30 seconds"),
        (0.0, "0 hours"),
        (math.nan, "(not known)"),
        (pd.Timedelta(seconds=20), "20 seconds"),
        (pd.Timedelta(days=2), "48 hours"),
    ],
)
def test_a_time_is_read_in_the_unit_that_fits(time, expected):
    """A call answered in seconds doesn't take 0.0 hours, and a week isn't 168 of them."""
    assert duration(time) == expected


def test_one_table_has_one_unit():
    """The middle one decides; a zero or a gap has no say."""
    seconds = pd.DataFrame({"median": [15.0, 0.0, math.nan], "p90": [90.0, 400.0, 20.0]})
    times, unit = in_time_unit(seconds * SECOND)
    assert unit == "seconds"
    pd.testing.assert_frame_equal(times, seconds)
    assert in_time_unit(pd.Series([5.0, 200.0, 300.0]))[1] == "days"


def test_each_row_has_its_own_unit():
    """First responses in seconds stand above resolutions in days; a share stays a share."""
    frame = pd.DataFrame(
        {
            "unit": ["hours", "share", "hours"],
            "phone": [15 * SECOND, 0.25, 120.0],
            "all": [20 * SECOND, 0.5, 240.0],
        }
    )
    found = rows_in_time_units(frame, ["phone", "all"])
    assert found["unit"].tolist() == ["seconds", "share", "days"]
    assert found["phone"].tolist() == pytest.approx([15, 0.25, 5])
    assert found["all"].tolist() == pytest.approx([20, 0.5, 10])
    bare = frame[["all"]].assign(all=[20 * SECOND, math.nan, 240.0])
    assert rows_in_time_units(bare, ["all"])["unit"].tolist() == ["seconds", "", "days"]


def test_a_recorded_time_is_kept_in_hours_and_read_in_its_unit():
    """Runs can be compared, since all are kept alike; interval and truth are read in the value's unit."""
    shown = record("wait", 15 * SECOND, unit="hours", low=12 * SECOND, high=150 * SECOND, truth=20 * SECOND)
    assert (shown.value, shown.unit) == (15 * SECOND, "hours")
    assert shown._repr_mimebundle_()["text/plain"] == (
        "wait: 15 seconds · 95 % interval 12 to 150 seconds · truth 20 seconds"
    )
