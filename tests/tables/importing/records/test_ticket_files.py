"""Tickets as help desks export them: who is the customer, which column is a moment, durations, priorities."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2025-06-30")


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text as a file of tickets."""
    monkeypatch.chdir(tmp_path)

    def bring(text, **options):
        Path("tickets.csv").write_text(text, encoding="utf-8")
        return import_files(
            ImportRequest([Path("tickets.csv")], Path("mine"), today=TODAY, replace=True, **options)
        )

    return bring


@pytest.mark.parametrize(
    ("header", "ticket", "customer"),
    [
        ("Ticket ID,Created time,Contact ID", "Ticket ID", "Contact ID"),
        ("Case Number,Date opened,Contact ID", "Case Number", "Contact ID"),
        ("Contact ID,Created time,Customer ID", "Contact ID", "Customer ID"),
        ("contact_id,opened_at,customer_id", "contact_id", "customer_id"),
        ("id,created_at,requester", "id", "requester"),
        ("Contact ID,Created time,Topic", "", "Contact ID"),
    ],
)
def test_a_contact_is_a_person(bring, header, ticket, customer):
    """Unless the customer has another name: then it is the ticket; a ticket without a name is numbered."""
    data = bring(f"{header}\nX1,2025-03-01 10:00,Y1\n", table="tickets")
    found = {c["column"]: c["theirs"] for c in data.facts["imports"]["tickets"]["columns"]}
    assert (found.get("ticket_id", ""), found["customer_id"]) == (ticket, customer)


def four_hundred(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.Series]:
    """A help desk's export of 400 tickets of 202 people, of which 6 are open; and how many hours each took."""
    opened = pd.Timestamp("2025-03-01") + pd.to_timedelta(rng.integers(0, 60 * 24 * 60, 400), unit="min")
    hours = pd.Series(rng.integers(1, 40, 400)).mask(pd.Series(range(400)) < 6)
    frame = pd.DataFrame(
        {
            "Ticket ID": range(1000, 1400),
            "Created time": opened,
            "Contact ID": [f"C{i % 202}" for i in range(400)],
            "Priority": rng.choice(["Low", "Medium", "High", "Urgent"], 400),
            "Resolution time (in hrs)": hours.astype("Int64"),
            "Solved at": opened + pd.to_timedelta(hours, unit="h"),
        }
    )
    return frame, hours


@pytest.mark.parametrize("none", ["?", "NA", "-", "n/a", "None", ""])
@pytest.mark.parametrize("without", ["", "Solved at", "Resolution time (in hrs)"])
def test_a_moment_goes_before_a_duration(bring, none, without):
    """Of two columns the one whose cells are moments is taken; where there is none, hours are counted on from the opening."""
    frame, hours = four_hundred(np.random.default_rng(1))
    data = bring(frame.drop(columns=without or []).to_csv(index=False, na_rep=none))
    tickets = data.tickets
    assert (len(tickets), tickets["customer_id"].nunique()) == (400, 202)
    assert tickets["resolved_at"].isna().sum() == 6
    took = (tickets["resolved_at"] - tickets["opened_at"]) / pd.Timedelta(hours=1)
    pd.testing.assert_series_equal(took, hours.astype("float64"), check_names=False)
    assert data.facts["imports"]["tickets"]["rows"]["rejected"] == 0


@pytest.mark.parametrize(
    ("header", "cell", "minutes"),
    [
        ("Resolution time (h)", "1.5", 90),
        ("Resolution time in hrs", "2", 120),
        ("Resolution Time in Minutes", "90", 90),
        ("resolution_time_minutes", "90", 90),
        ("Time to resolve (days)", "1", 1440),
        ("Resolution time", "1h 30m", 90),
        ("Resolution time", "1:30:00", 90),
        ("解决时长（分钟）", "30", 30),
    ],
)
def test_a_duration_has_the_unit_of_its_header(bring, header, cell, minutes):
    """Plain numbers are hours or minutes as the column's name says."""
    data = bring(f"ticket,customer,opened,{header}\n1,A,2025-03-01 10:00,{cell}\n", table="tickets")
    [took] = data.tickets["resolved_at"] - data.tickets["opened_at"]
    assert took == pd.Timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "options",
    [{}, {"date_format": "%y%m%d"}, {"pairs": ["opened_at=date opened", "resolved_at=date closed"]}],
)
def test_six_figures_and_a_clock_are_a_time(bring, options):
    """A call centre's log has its day as 990201 and its times in columns of their own."""
    data = bring(
        "call,customer,date,opened,closed\n1,A,990201,7:02:47,7:12:00\n2,B,990213,12:30:01,12:31:00\n",
        table="tickets",
        **options,
    )
    assert data.tickets["opened_at"].tolist() == [
        pd.Timestamp("1999-02-01 07:02:47"),
        pd.Timestamp("1999-02-13 12:30:01"),
    ]
    if "pairs" in options:
        assert data.tickets["resolved_at"].iloc[0] == pd.Timestamp("1999-02-01 07:12:00")
