"""A column that means a day has no time of day, by whichever door a table comes in."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables import schema
from workbook.tables.folders import load_folder, open_folder, save
from workbook.tables.importing import ImportRequest, import_files

DAYS = {name: days for name, c in schema.CONTRACTS.items() if (days := schema.date_columns(c))}
TODAY = pd.Timestamp("2026-01-31")
LATE = pd.Timedelta(hours=23, minutes=59, seconds=59)


def later(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A table whose days were noted with a time of day."""
    return frame.assign(**{c: frame[c] + LATE for c in DAYS[table] if c in frame})


def test_every_column_named_on_is_a_day():
    """A name such as joined_on says that a column means a day, and the contract says so too."""
    named = {(t, c) for t, model in schema.CONTRACTS.items() for c in schema.columns(model)["column"]}
    named = {(t, c) for t, c in named if c.endswith(("_on", "_since")) or c == "month"}
    assert named < {(t, c) for t, days in DAYS.items() for c in days}


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("zone", [None, "Asia/Shanghai"])
def test_a_folder_made_by_hand_gives_the_same_days(lanyu, tmp_path, format, zone):
    """Lanyu's own tables with times in their days, with a zone or without, are the same data."""
    for name in DAYS:
        frame = later(lanyu.tables[name], name)
        if zone:
            frame = frame.assign(**{c: frame[c].dt.tz_localize(zone) for c in DAYS[name] if c in frame})
        path = tmp_path / f"{name}.{format}"
        frame.to_parquet(path) if format == "parquet" else frame.to_csv(path, index=False)
    for read in (load_folder, open_folder):
        data = read(tmp_path)
        for name, days in DAYS.items():
            for day in days:
                pd.testing.assert_series_equal(data.tables[name][day], lanyu.tables[name][day])


def test_parquet_may_hold_dates_of_its_own_kind(lanyu, tmp_path):
    """Dates as Arrow has them, and dates in words of ISO, are days."""
    stores = lanyu.stores[["store_id", "opened_on"]]
    stores.assign(opened_on=stores["opened_on"].dt.date).to_parquet(tmp_path / "stores.parquet")
    months = lanyu.marketing_costs
    months.assign(month=months["month"].dt.strftime("%Y-%m-%d 08:00")).to_parquet(
        tmp_path / "marketing_costs.parquet"
    )
    data = load_folder(tmp_path)
    assert data.stores["opened_on"].tolist() == stores["opened_on"].tolist()
    assert data.marketing_costs["month"].tolist() == months["month"].tolist()


@pytest.mark.parametrize("table", DAYS)
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_an_import_leaves_the_time_of_day_out_and_says_so(lanyu, tmp_path, table, format):
    """Every column of days of every table; what was left out is counted."""
    frame = lanyu.tables[table].head(50)
    path = tmp_path / f"{table}.{format}"
    changed = later(frame, table)
    changed.to_parquet(path) if format == "parquet" else changed.to_csv(path, index=False)
    data = import_files(ImportRequest([path], tmp_path / "mine", table=table, today=TODAY))
    notes = data.facts["imports"][table]["notes"]
    for day in (c for c in DAYS[table] if c in frame):
        assert data.tables[table][day].tolist() == frame[day].tolist()
        if n := int(frame[day].notna().sum()):
            assert f"{day}: {n} times of day are left out; it is a day" in notes


def test_two_times_of_one_day_are_one_day_in_a_key(tmp_path):
    """Two rows of one month, channel and purpose, each with its time of day, are of one key."""
    path = Path(tmp_path) / "costs.csv"
    path.write_text(
        "month,channel,purpose,cost\n2025-03-01 08:00,search,winning,5\n2025-03-01 09:00,search,winning,7\n"
    )
    data = import_files(ImportRequest([path], tmp_path / "mine", table="marketing_costs", today=TODAY))
    assert data.marketing_costs["cost"].tolist() == [12]


def test_the_period_of_a_folder_is_of_days(lanyu, tmp_path):
    """A package that gives times as its first and last day means these days."""
    save(lanyu, tmp_path / "made")
    package = tmp_path / "made" / "datapackage.json"
    text = package.read_text("utf-8").replace('"end": "2025-12-31"', '"end": "2025-12-31T18:30:00"')
    package.write_text(text, "utf-8")
    assert open_folder(tmp_path / "made").end == pd.Timestamp("2025-12-31")


def test_who_was_assigned_on_the_last_day_stays(tmp_path):
    """A test that was drawn on one day has that day as its only one, and nobody is beyond it."""
    path = Path(tmp_path) / "test.csv"
    path.write_text(
        "user_id,variant,timestamp,converted\nu1,control,2025-03-02 10:00,0\nu2,new,2025-03-02 11:00,1\n"
    )
    data = import_files(ImportRequest([path], tmp_path / "mine", today=TODAY))
    assert data.start == data.end == pd.Timestamp("2025-03-02")
    assert (data.experiments["assigned_at"] <= data.end).all()
