"""Logs of calls: who gave up is abandoned, with a time, and not open for ever; waits in numbers are read by their unit."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.course import catalogue, runner
from workbook.tables.importing import ImportRequest, describe, import_files
from workbook.tables.importing.records.call_logs import of_column

TODAY = pd.Timestamp("2025-06-30")
STATUS = """call_id,call_started,call_answered,call_ended,outcome
1,2025-03-03 09:00:00,2025-03-03 09:00:12,2025-03-03 09:04:00,Agent
2,2025-03-03 09:01:00,,2025-03-03 09:01:40,Hang up
3,2025-03-03 09:02:00,,2025-03-03 09:02:05,ABANDONED
4,2025-03-03 09:03:00,2025-03-03 09:03:30,2025-03-03 09:05:00,Agent
"""
YES_NO = """Call Id,Date,Time,Answered (Y/N),Resolved,Speed of answer in seconds,AvgTalkDuration
1,2025-03-03,09:00:00,Y,Y,12,0:03:48
2,2025-03-03,09:01:00,N,N,40,
3,2025-03-03,09:02:00,N,N,,
4,2025-03-03,09:03:00,Y,N,30,0:01:30
"""
CHINESE = """来电编号,来电时间,排队时长(秒),通话状态,挂断时间
1,2025-03-03 09:00:00,12,已接听,2025-03-03 09:04:00
2,2025-03-03 09:01:00,40,未接听,2025-03-03 09:01:40
3,2025-03-03 09:02:00,5,客户挂断,2025-03-03 09:02:05
4,2025-03-03 09:03:00,30,已接听,2025-03-03 09:05:00
"""
ANSWERED = [12, None, None, 30]


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text as tickets: the data set."""
    monkeypatch.chdir(tmp_path)

    def bring(text, *pairs):
        Path("calls.csv").write_text(text, encoding="utf-8")
        return import_files(
            ImportRequest([Path("calls.csv")], Path("mine"), today=TODAY, table="tickets", pairs=pairs)
        )

    return bring


def seconds(tickets, column):
    """Seconds from the opening to a time, None where there is none."""
    took = (tickets[column] - tickets["opened_at"]).dt.total_seconds()
    return [None if pd.isna(value) else value for value in took]


def account(data):
    """What the import says of the tickets."""
    return data.facts["imports"]["tickets"]


@pytest.mark.parametrize(
    ("text", "pairs", "abandoned", "resolved"),
    [
        (STATUS, (), [None, 40, 5, None], [240, None, None, 120]),
        (STATUS.replace(",outcome", ",x"), ("abandoned_at=call_ended",), [None, 40, 5, None], [240, None, None, 120]),
        (YES_NO, (), [None, 40, 0, None], [240, None, None, None]),
        (CHINESE, (), [None, 40, 5, None], [240, None, None, 120]),
    ],
    ids=["status", "told", "yes and no", "Chinese"],
)  # fmt: skip
def test_who_gave_up_is_abandoned(bring, text, pairs, abandoned, resolved):
    """By a status in words, by the end of those that nobody answered, or by answered: no; never resolved as well."""
    tickets = bring(text, *pairs).tickets
    assert seconds(tickets, "answered_at") == ANSWERED
    assert seconds(tickets, "first_response_at") == ANSWERED
    assert seconds(tickets, "abandoned_at") == abandoned
    assert seconds(tickets, "resolved_at") == resolved


def test_what_was_taken_for_given_up_is_said(bring):
    """The column that says it, how many, and first of all those whose time isn't known."""
    told = "\n".join(describe(account(bring(YES_NO))))
    assert "abandoned_at: 2 tickets that nobody answered, as Answered (Y/N) says" in told
    assert "without a time at which the customer gave up: 1; taken as given up at once" in told
    assert "resolved_at: no column for it, so it is the answer and what agent_minutes says" in told
    assert "resolved_at: 1 answered tickets that aren't resolved, as Resolved says, stay open" in told
    assert "not used" not in told


@pytest.mark.parametrize(
    ("text", "unused"),
    [(STATUS, []), (STATUS.replace("Hang up", "z").replace("ABANDONED", "z"), ["outcome"])],
)
def test_a_column_that_told_something_is_used(bring, text, unused):
    """Not so one that told nothing."""
    assert account(bring(text))["unused"] == unused


def test_what_customers_answered_is_a_table_of_its_own(bring):
    """A rating beside a call is no column of tickets: the account says how the same file brings it."""
    header, *calls = STATUS.splitlines()
    rated = [f"{call},{'4' if call.endswith('Agent') else ''}" for call in calls]
    data = bring("\n".join([f"{header},Satisfaction rating", *rated]) + "\n")
    say = "Satisfaction rating: what customers answered; the same file brings it with --add --table surveys"
    assert say in account(data)["notes"]
    options = {"table": "surveys", "add": True, "pairs": ["sent_at=call_started"]}
    more = ImportRequest([Path("calls.csv")], Path("mine"), today=TODAY, **options)
    surveys = import_files(more).surveys
    assert surveys["csat"].dropna().tolist() == [4, 4]
    answered = surveys["answered_at"].notna()  # who never answered is in no share of those who did
    assert answered.tolist() == [True, False, False, True]


def test_an_end_without_an_answer_is_a_doubt(bring):
    """Without a word on how the call went it may be a hang-up, or a ticket that needed no answer: the account asks."""
    data = bring(STATUS.replace(",outcome", ",x").replace("Hang up", "z"))
    assert data.tickets["abandoned_at"].isna().all()
    assert account(data)["doubts"][0].startswith(
        "tickets that ended without an answer: 2; they count as resolved."
    )


def test_who_was_answered_did_not_give_up(bring):
    """A caller who hangs up after the answer is an end like any other."""
    ended = STATUS.replace("09:04:00,Agent", "09:04:00,Hang up")
    assert seconds(bring(ended).tickets, "abandoned_at") == [None, 40, 5, None]


@pytest.mark.parametrize("header", ["wait (sec)", "Wait time seconds", "queue_time"])
def test_a_wait_in_numbers_is_counted_on(bring, header):
    """Seconds by the unit in the column's name, and where it has none."""
    data = bring(
        f"call_id,call_started,{header}\n1,2025-03-03 09:00:00,40\n2,2025-03-03 09:01:00,5\n",
        f"answered_at={header}",
    )
    assert seconds(data.tickets, "answered_at") == [40, 5]


def test_a_wait_without_a_unit_is_a_doubt(bring):
    """Forty may be seconds or minutes."""
    data = bring("call_id,call_started,wait_time\n1,2025-03-03 09:00:00,40\n2,2025-03-03 09:01:00,5\n")
    assert seconds(data.tickets, "answered_at") == [40, 5]
    assert "answered_at: wait_time has numbers without a unit, taken as seconds" in account(data)["doubts"]


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("outcome", ["No answer", "missed", "Agent", ""], [True, True, False, False]),
        ("answered", ["N", "no", "Y", ""], [True, True, False, False]),
        ("abandoned", ["1", "1", "0", ""], [True, True, False, False]),
        ("answered", ["N", "no", "later", ""], [False] * 4),
        ("topic", ["missed", "abandoned", "x", ""], [False] * 4),
    ],
)
def test_columns_that_say_that_nobody_answered(name, cells, expected):
    """Statuses in words and flags in yes and no; a column of anything else says nothing."""
    assert of_column(name, pd.Series(cells)).tolist() == expected


@pytest.mark.slow
def test_a_log_of_calls_runs_through_service_kpis(bring, tmp_path):
    """From the file to the report: no hang-up is open, waits are in seconds, and three service levels differ by them."""
    lines = ["call_id,call_started,call_answered,call_ended,outcome"]
    for number in range(3000):
        began = pd.Timestamp("2025-01-06 09:00") + pd.Timedelta(hours=number)
        wait = number * 7 % 60 + 1
        heard = began + pd.Timedelta(seconds=wait)
        gone = number % 3 == 0
        end = heard if gone else heard + pd.Timedelta(minutes=3)
        lines.append(f"{number},{began},{'' if gone else heard},{end},{'abandoned' if gone else 'agent'}")
    bring("\n".join(lines) + "\n")
    selected = catalogue.select(["service_kpis"], catalogue.notebooks())
    content = runner.run(selected, "mine", {"limit": "20 s"}, tmp_path / "out", progress=False)
    (ran,) = content["notebooks"]
    assert ran["status"] == "passed"
    figures = {figure["name"]: figure["value"] for figure in ran["figures"]}
    assert figures["open_on_the_last_day"] == 0
    assert figures["abandonment_rate"] == pytest.approx(1 / 3, abs=0.01)
    assert figures["median_time_to_answer"] * 3600 < 60
    text = (tmp_path / "out" / "04_service" / "01_service_kpis.ipynb").read_text(encoding="utf-8")
    assert "the customer gave up" in text
    assert "seconds" in text
    assert "0.0 hours" not in text


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Talk time", ["0:03:48", "2,5", "4"], [3.8, 2.5, 4.0]),
        ("Talk time (sec)", ["228", "150", "240"], [3.8, 2.5, 4.0]),
    ],
)
def test_an_agents_time_is_in_minutes(bring, header, cells, expected):
    """A clock's figures and seconds become minutes, also where a comma is the decimal sign."""
    rows = "".join(f"{n};0{n}.03.2025 09:00;1,5;{cell}\n" for n, cell in enumerate(cells, 1))
    data = bring(f"call_id;call_started;cost;{header}\n{rows}")
    assert data.tickets["agent_minutes"].tolist() == pytest.approx(expected)
