"""The day that a notebook looks at, and parameters that are refused as they are typed."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from tests.course.conftest import put_lesson

from workbook.course import catalogue, settings
from workbook.tables.errors import DataError
from workbook.tables.folders import save


def test_a_parameter_without_a_range_may_be_anything(small):
    """Only names that mean the same everywhere have a range."""
    assert settings.as_of(small, colour="red", low=-99) == small.end


def test_without_a_day_it_is_the_last(small):
    """An empty as_of looks at all of the data; a day of it is that midnight."""
    first = small.orders["ordered_at"].min().normalize()
    assert settings.as_of(small) == small.end
    assert settings.as_of(small, "") == small.end
    assert settings.as_of(small, "2025-06-30", margin=0.5, bins=5, high_from=4) == pd.Timestamp("2025-06-30")
    for day in (first, small.end):
        assert settings.as_of(small, f"{day:%Y-%m-%d}") == day


def test_a_day_outside_the_data_is_told(small):
    """The days that may be chosen are said, and the one that was."""
    first = small.orders["ordered_at"].min().normalize()
    span = f"{first:%Y-%m-%d} to {small.end:%Y-%m-%d}"
    for day in (first - pd.Timedelta(days=1), small.end + pd.Timedelta(days=1)):
        with pytest.raises(DataError, match=f"^as_of must be a day from {span}; got '{day:%Y-%m-%d}'\\.$"):
            settings.as_of(small, f"{day:%Y-%m-%d}")


def test_a_notebook_that_is_not_fitted_is_told_what_its_data_lacks(plain, tmp_path, capsys):
    """One line with the command, unless the notebook says that it is fitted; Lanyu lacks nothing."""
    data = settings.load(plain, lesson="start_here", seed=1)
    told = capsys.readouterr().out
    assert len(data.orders) > 0
    command = "nothing to show here: `workbook lab start_here --data {}` makes a copy without them.\n"
    assert told == "The data has no orders.channel, so parts of this notebook have " + command.format(plain)
    more = tmp_path / "more"
    save(replace(data, tables={"orders": data.orders.assign(channel="shop")}), more)
    settings.load(more, lesson="start_here")
    told = capsys.readouterr().out
    assert told == "Parts of this notebook are about the course, or have " + command.format(more)
    settings.load(plain, lesson="start_here", fitted=True)
    settings.load(plain)
    settings.load("lanyu", lesson="start_here")
    assert capsys.readouterr().out == ""


def test_a_lessons_limits_hold_where_it_loads_its_data(plain):
    """A value beyond them is refused before anything is read, as is a lesson that isn't there."""
    with pytest.raises(DataError, match=r"^bins must be a number from 2 to 10; got 11\.$"):
        settings.load(plain, lesson="rfm_tiers", bins=11)
    with pytest.raises(DataError, match=r"^The lesson must be one of .*; got 'rfm'"):
        settings.load(plain, lesson="rfm")


@pytest.mark.parametrize("day", ["soon", "2025-02-30", "30.6.2025", "2025-06-30 12:00", 20250630])
def test_what_is_no_date_is_told(small, day):
    """A date is written as ISO has it."""
    with pytest.raises(DataError, match=r"^as_of must be a date such as 2025-06-30; got "):
        settings.as_of(small, day)


def test_data_is_loaded_as_of_a_day(small, tmp_path):
    """`wb.load` cuts every table, and refuses what `as_of` and the parameters may not be."""
    save(small, tmp_path / "shop", format="parquet")
    shop = settings.load(tmp_path / "shop", "2025-06-30", margin=0.4)
    assert shop.today == settings.as_of(shop, "2025-06-30") == pd.Timestamp("2025-06-30")
    assert shop.orders["ordered_at"].max() < pd.Timestamp("2025-07-01") <= small.orders["ordered_at"].max()
    assert settings.load(tmp_path / "shop").today == small.end
    for more, sentence in [
        (
            {"as_of": "2031-01-01"},
            r"^as_of must be a day from 2024-07-\d\d to 2025-12-31; got '2031-01-01'\.$",
        ),
        ({"as_of": "soon"}, r"^as_of must be a date such as 2025-06-30; got 'soon'\.$"),
        ({"margin": 45}, r"^margin must be a number from 0 to 1; got 45\.$"),
        ({"bins": 5, "high_from": 6}, r"^high_from must not be above bins, which is 5; got 6\.$"),
    ]:
        with pytest.raises(DataError, match=sentence):
            settings.load(tmp_path / "shop", **more)


@pytest.fixture
def notebooks(tmp_path) -> list[catalogue.Notebook]:
    """Give a notebook with a margin, bins and a number of its own."""
    source = 'data: str = "lanyu"\nmargin: float = 0.5\nbins: int = 5\nlow: int = -3\n'
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    title = {"cell_type": "markdown", "metadata": {}, "source": "# One"}
    put_lesson("one", 'needs=(), limits={"margin": (0, 1), "bins": (2, 10)}')
    content = {"cells": [title, cell], "metadata": {}, "nbformat": 4}
    (tmp_path / "01_one.ipynb").write_text(json.dumps(content), encoding="utf-8")
    return catalogue.notebooks(tmp_path)


def test_a_parameter_out_of_range_is_refused_as_it_is_typed(notebooks):
    """`workbook run -p margin=45` ends before a kernel starts, with the sentence that a notebook would say."""
    for given, sentence in [
        ("margin=45", r"^margin must be a number from 0 to 1; got 45\.0\.$"),
        ("bins=11", r"^bins must be a number from 2 to 10; got 11\.$"),
    ]:
        with pytest.raises(DataError, match=sentence):
            catalogue.typed([given], notebooks)
    assert catalogue.typed(["margin=0.45", "low=-99"], notebooks) == {"margin": 0.45, "low": -99}


def test_a_command_with_a_parameter_out_of_range_runs_nothing(monkeypatch, capsys, tmp_path):
    """The command says the sentence, ends with 2, and neither loads data nor writes anything."""
    from workbook import cli
    from workbook.course import runner

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["workbook", "run", "-p", "margin=45"])
    monkeypatch.setattr(runner, "run", lambda *args, **more: pytest.fail("it ran"))
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert "margin must be a number from 0 to 1; got 45" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1 s", 1), ("20s", 20), ("15 min", 900), ("4 h", 14_400), ("1.5 hours", 5400), ("2 d", 172_800), ("90 days", 7_776_000)],
)  # fmt: skip
def test_a_limit_is_a_time_with_its_unit(text, seconds):
    """A call centre says 20 s, an e-mail desk 2 d."""
    assert settings.time_limit("limit", text) == pd.Timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["4", "", "0.5 s", "91 d", "soon", "-3 s", "4 weeks", "2 d 4 h"])
def test_another_limit_is_told(text):
    """One sentence with the range, examples and what came; a number alone has no unit."""
    with pytest.raises(
        DataError, match=r"limit must be a time from 1 s to 90 d, such as 20 s, 15 min, 4 h or 2 d; got"
    ):
        settings.time_limit("limit", text)
