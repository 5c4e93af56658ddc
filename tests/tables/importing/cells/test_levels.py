"""Words for how serious something is → levels."""

import pandas as pd
import pytest

from workbook.tables.importing.cells.levels import read_levels


@pytest.mark.parametrize(
    ("column", "scale", "levels"),
    [
        ("grade", ["一般", "重要", "紧急"], [1, 2, 3]),
        ("grade", ["普通级", "较大", "重大"], [1, 2, 3]),
        ("grade", ["低", "一般", "高"], [1, 2, 3]),
        ("grade", ["Low", "Normal", "High"], [1, 2, 3]),
        ("grade", ["P1", "Normal"], [3, 1]),
        ("severity", ["普通", "重要", "紧急"], [2, 3, 3]),
        ("severity", ["Normal", "High", "Urgent"], [2, 3, 3]),
    ],
)
def test_what_is_usual_is_the_lowest_of_a_scale_of_grades_without_a_lower_one(column, scale, levels):
    """A complaint of the usual kind is for front-line staff; a priority is read as help desks count it."""
    assert read_levels(pd.Series(scale), column).tolist() == levels
