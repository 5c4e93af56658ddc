"""What a report of the newest week left out, and what came of it."""

import pandas as pd
import pytest

from workbook.analytics.service.hindsight import lines, newest_week


def weeks(tickets: int, still_open: int, *medians: float | None) -> pd.DataFrame:
    """One week's row, as `hindsight` makes it."""
    names = ["median, resolved only", "median, open ones counted", "median as it turned out"]
    row = {"tickets": tickets, "still open": still_open} | dict(zip(names, medians, strict=True))
    return pd.DataFrame([row], index=pd.Index([0], name="weeks back")).astype(dict.fromkeys(names, float))


@pytest.mark.parametrize(
    ("row", "case"),
    [
        (weeks(10, 4, 5.0, 9.0, 10.0), "flattered"),
        (weeks(10, 1, 9.5, 9.8, 10.0), "alike"),
        (weeks(10, 1, 11.0, 9.8, 10.0), "alike"),
        (weeks(10, 0, 9.0, 9.0, 9.0), "none_open"),
        (weeks(10, 9, 5.0, None, None), "unknown"),
        (weeks(10, 4, 5.0, 9.0, 10.0).drop(0), "unknown"),
    ],
)
def test_how_the_newest_week_stood(row, case):
    """Flattered is a median a tenth shorter than what came; without open tickets nothing was left out."""
    assert newest_week(row).case == case


def test_what_is_said_of_it():
    """The share that was open, and the three medians, each with its unit."""
    found = newest_week(weeks(10, 4, 5.0, 9.0, 10.0))
    assert (
        f"{found.still_open}, {found.closed}, {found.counted}, {found.came}"
        == "40 %, 5 hours, 9 hours, 10 hours"
    )


@pytest.mark.parametrize(("hours", "unit", "shown"), [(5.0, "hours", 5.0), (0.1, "minutes", 6.0)])
def test_the_picture_has_the_unit_that_fits(hours, unit, shown):
    """A desk that takes minutes isn't drawn in hundredths of hours."""
    drawn = lines(weeks(10, 4, hours, hours, hours))
    assert drawn.columns.name == f"median {unit} to the end"
    assert drawn.iloc[0].tolist() == pytest.approx([shown] * 3)
