"""Rows that are one: repeated keys, logs of experiments, people whose e-mail address is written in two ways."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2025-06-30")


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import texts as files of one table."""
    monkeypatch.chdir(tmp_path)

    def bring(*texts, to="mine", names=(), **options):
        files = [Path(n) for n in names] or [Path(f"file{i}.csv") for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return import_files(ImportRequest(files, Path(to), today=TODAY, **options))

    return bring


def account(data, table):
    """The account of a table."""
    return data.facts["imports"][table]


def test_the_fullest_of_rows_with_one_key_is_kept(bring):
    """An export of a later month knows how a ticket ended; which row is kept, and that none contradicts it, is told."""
    january = "ticket,customer,opened,closed,priority\nT1,A,2025-01-02 10:00,,2\nT2,B,2025-01-03 10:00,2025-01-04 10:00,1\n"
    february = "ticket,customer,opened,closed,priority\nT1,A,2025-01-02 10:00,2025-02-02 10:00,2\nT2,B,2025-01-03 10:00,2025-01-04 10:00,1\n"
    data = bring(january, february)
    assert data.tickets["resolved_at"].tolist() == [
        pd.Timestamp("2025-01-04 10:00"),
        pd.Timestamp("2025-02-02 10:00"),
    ]
    told = account(data, "tickets")
    assert (
        "rows that repeat the ticket_id of another: 2; the fullest of each is kept, the first of equals; none contradicts the "
        "one that is kept"
    ) in told["notes"]
    assert told["rows"] == {"read": 4, "kept": 2, "rejected": 2, "doubtful": 0}


def test_rows_that_contradict_each_other_are_told_first(bring):
    """How many differ, in which columns, and one that does."""
    data = bring("ticket,customer,opened,priority\nT1,A,2025-01-02,2\nT1,B,2025-01-02,3\nT2,A,2025-01-02,1\n")
    assert data.tickets["customer_id"].tolist() == ["A", "A"]
    [doubt] = [d for d in account(data, "tickets")["doubts"] if "repeat" in d]
    assert doubt.startswith("rows that repeat the ticket_id of another: 1; ")
    assert doubt.endswith("1 contradict the one that is kept (in customer_id 1, severity 1), such as 'T1'")


def test_files_of_one_name_number_their_rows_apart(bring):
    """Rows without an id are numbered by their file; two files of one name in two folders lose no row."""
    text = "date,text\n2025-01-02,late again\n2025-01-03,broken\n"
    data = bring(text, text.replace("late", "early"), names=["a/reviews.csv", "b/reviews.csv"])
    assert len(data.complaints) == 4


def test_a_unit_in_two_arms_is_left_out_of_both(bring):
    """It saw both; how many there are is said before anything else."""
    log = "".join(f"u{i},{'control' if i % 2 else 'new'},{i % 3 == 0:d}\n" for i in range(40))
    data = bring("user_id,variant,converted\n" + log + "u0,control,1\nu1,new,1\nu2,new,0\n")
    assert "u0" not in set(data.experiments["unit_id"])
    assert "u2" in set(data.experiments["unit_id"])
    assert len(data.experiments) == 38
    told = account(data, "experiments")
    assert told["doubts"][0].startswith(
        "file0: 2 of 40 units (5.0%) are in more than one arm, and are left out of all"
    )
    assert told["reasons"]["unit in more than one arm"] == 4
    assert told["rows"]["read"] == told["rows"]["kept"] + told["rows"]["rejected"] == 43


def test_a_log_of_events_becomes_a_row_a_unit(bring):
    """Converted if any row says so, revenue summed, the first day; what repeats cell for cell counts once."""
    log = """user_id,variant,timestamp,converted,revenue
u1,a,2025-03-02 10:00,0,
u1,a,2025-03-01 09:00,1,20
u1,a,2025-03-03 09:00,1,5
u2,b,2025-03-01 10:00,0,
u2,b,2025-03-01 10:00,0,
u3,b,2025-03-01 10:00,1,
"""
    data = bring(log)
    one = data.experiments.set_index("unit_id")
    assert one["ordered"].to_dict() == {"u1": 1, "u2": 0, "u3": 1}
    assert one["revenue"].fillna(-1).to_dict() == {"u1": 25, "u2": 0, "u3": -1}
    assert one.loc["u1", "assigned_at"] == pd.Timestamp("2025-03-01")
    told = account(data, "experiments")
    assert told["reasons"]["the same as an earlier row, cell for cell"] == 1
    assert any(
        note.startswith("5 rows became 3: a unit that has several ordered if any says so")
        for note in told["notes"]
    )


@pytest.mark.parametrize("name", ["measured_on", "Measured at", "outcome_date", "window_end", "结果日期"])
def test_the_day_of_an_outcome_is_found_under_its_names(bring, name):
    """Outcomes are known from then on, and not on an earlier day."""
    data = bring(
        f"user_id,variant,assigned_at,converted,{name}\nu1,a,2025-03-01,1,2025-03-14\nu2,b,2025-03-01,0,2025-03-20\n"
    )
    assert data.experiments["measured_on"].tolist() == [
        pd.Timestamp("2025-03-14"),
        pd.Timestamp("2025-03-20"),
    ]
    assert data.experiments["ordered"].tolist() == [1, 0]


def test_the_words_of_an_event_say_whether_it_converted(bring):
    """A log may name its events instead of a flag."""
    log = "user_id,variant,timestamp,event\nu1,a,2025-03-01 10:00,view\nu1,a,2025-03-02 10:00,purchase\nu2,b,2025-03-01 10:00,view\n"
    data = bring(log)
    assert data.experiments["ordered"].tolist() == [1, 0]


@pytest.mark.parametrize(
    "words",
    [
        ("TRUE", "FALSE"),
        ("yes", "no"),
        ("Y", "N"),
        ("是", "否"),
        ("converted", "not converted"),
        ("1", "0"),
        ("2", "0"),
        ("1.0", "0.0"),
    ],
)
def test_a_flag_is_a_flag(bring, words):
    """Where the contract counts 1 and 0, a word for yes or no is read, and told."""
    data = bring(f"user_id,variant,converted\nu1,a,{words[0]}\nu2,b,{words[1]}\n")
    assert data.experiments["ordered"].tolist() == [1, 0]
    notes = [n for n in account(data, "experiments")["notes"] if n.startswith("ordered: ")]
    assert bool(notes) == (words not in [("1", "0"), ("1.0", "0.0")])


def test_costs_of_one_month_are_summed(bring):
    """Two invoices of one month, channel and purpose are both costs."""
    data = bring(
        "month,channel,purpose,cost\n2025-01-01,search,winning,5\n2025-01-01,search,winning,7\n",
        table="marketing_costs",
    )
    assert data.marketing_costs["cost"].tolist() == [12]


@pytest.mark.parametrize(
    ("table", "text", "column", "expected"),
    [
        ("tickets", "ticket,customer,opened\n1,Dot@Example.org,2025-01-01\n2,dot@example.org,2025-01-02\n3, DOT@example.ORG ,2025-01-03\n",
         "customer_id", ["Dot@Example.org"] * 3),
        ("consents", "customer,purpose,date,granted\nDot@Example.org,news,2025-01-01,yes\ndot@example.org,news,2025-01-02,no\n",
         "customer_id", ["Dot@Example.org"] * 2),
        ("experiments", "user_id,variant,converted\nA@x.org,a,0\na@X.org,a,1\n", "unit_id", ["A@x.org"]),
        ("customers", "customer_id,city\nA@x.org,Paris\na@x.org,Paris\n", "customer_id", ["A@x.org"]),
        ("tickets", "ticket,customer,opened\n1,Dot,2025-01-01\n2,dot,2025-01-02\n", "customer_id", ["Dot", "dot"]),
    ],
)  # fmt: skip
def test_addresses_that_differ_by_case_are_one_person(bring, table, text, column, expected):
    """The spelling of first appearance is kept, and it is told; other ids may differ by case."""
    data = bring(text, table=table)
    assert data.tables[table][column].tolist() == expected
    assert any("differ by case alone" in note for note in account(data, table)["notes"]) == ("@" in text)


def test_addresses_of_buyers_are_one_person(bring):
    """In orders too, from file to file; ids that are no addresses may differ by case."""
    first = "customer_id,date,amount\nDot@Example.org,2025-01-01,5\nx,2025-01-01,5\n"
    second = "customer_id,date,amount\ndot@example.org,2025-02-01,7\nX,2025-01-01,5\n"
    data = bring(first, second)
    assert data.orders.groupby("customer_id")["amount"].sum().to_dict() == {
        "Dot@Example.org": 12,
        "X": 5,
        "x": 5,
    }
    assert len(data.customers) == 3
    assert [n for n in account(data, "orders")["notes"] if "differ by case alone" in n and n.endswith(": 1")]


def test_addresses_are_those_of_the_data_set(bring):
    """A table that is added calls people as the data set does."""
    bring("customer_id,city\nDot@Example.org,Paris\n")
    data = bring("ticket,customer,opened\n1,dot@example.org,2025-01-01\n", add=True)
    assert data.tickets["customer_id"].tolist() == ["Dot@Example.org"]
    assert data.customers["customer_id"].tolist() == ["Dot@Example.org"]
    data = bring("customer_id,gender\nDOT@example.org,f\n", add=True, table="customers")
    assert data.customers[["city", "gender"]].to_numpy().tolist() == [["Paris", "f"]]
