"""States of help desks: spam and duplicates are counted apart, an end without a time and unknown words are told."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2025-06-30")


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text as a table; gives the table, and what is said first."""
    monkeypatch.chdir(tmp_path)

    def bring(text, table="tickets"):
        Path("desk.csv").write_text(text, encoding="utf-8")
        import_files(ImportRequest([Path("desk.csv")], Path("mine"), today=TODAY, table=table, replace=True))
        data = load_folder(Path("mine"))
        return data.table(table), data.facts["imports"][table]["doubts"]

    return bring


def tickets(*states: str, column: str = "status", solved: str = "") -> str:
    """Make a log with a ticket a state."""
    rows = [f"{i},u{i},2025-03-0{1 + i % 9},{solved},{state}" for i, state in enumerate(states)]
    return (
        "\n".join(
            [
                f"ticket_id,requester,created_at,solved_at,{column}",
                "99,u99,2025-03-01,2025-03-02,Solved",
                *rows,
            ]
        )
        + "\n"
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Deleted", "deleted"), ("SPAM", "spam"), ("Merged", "merged"), ("Closed - duplicate", "duplicate"), ("Cancelled", "cancelled"),
     ("已合并", "merged"), ("垃圾邮件", "spam"), ("已取消", "cancelled")],
)  # fmt: skip
@pytest.mark.parametrize("solved", ["", "2025-03-20"])
def test_a_ticket_that_was_not_dealt_with_is_known_as_such(bring, word, kind, solved):
    """With a time of its end or without one it is discarded, is said first, and costs no row."""
    table, doubts = bring(tickets(word, "Open", solved=solved))
    assert table["discarded_as"].fillna("").tolist() == ["", kind, ""]
    assert doubts[0].startswith(f"tickets that ended without being dealt with: 1, {kind!r} (1);")


def test_a_reason_to_close_tells_too(bring):
    """Some systems say closed, and why in a column of its own."""
    table, _ = bring(tickets("Duplicate", "Fixed", column="Resolution", solved="2025-03-20"))
    assert table["discarded_as"].fillna("").tolist() == ["", "duplicate", ""]


def test_a_state_that_says_over_without_a_time_is_told(bring):
    """Such tickets would be open for ever, in silence."""
    table, doubts = bring(tickets("Closed", "Closed", "Open"))
    assert table["resolved_at"].notna().tolist() == [True, False, False, False]
    assert doubts == [
        "status says that rows are over, and no time when: 2, 'Closed' (2); they count as open for ever. "
        "--map resolved_at=… names the column of their end"
    ]


def test_unknown_states_are_named_with_their_numbers(bring):
    """A word that isn't known isn't guessed; a column none of whose words is known says something else."""
    doubts = bring(tickets("Parked", "Parked", "Open"))[1]
    assert doubts == [
        "status: what 'Parked' (2) means isn't known; such rows are open until a time says that they ended"
    ]
    text = "ticket_id,requester,created_at,solved_at,state\n1,u1,2025-03-01,,Texas\n2,u2,2025-03-01,2025-03-02,Ohio\n"
    assert bring(text)[1] == []


def test_complaints_that_were_taken_back_or_filed_twice_are_told(bring):
    """They were made, so they count; but their number is known."""
    rows = "1,u1,It broke,2025-03-01,2025-03-02,Upheld\n2,u2,It tore,2025-03-01,2025-03-02,Withdrawn\n3,u3,Late,2025-03-01,,Not upheld\n"
    table, doubts = bring(
        "complaint_id,customer_id,text,complained_at,resolved_at,status\n" + rows, "complaints"
    )
    assert len(table) == 3
    assert doubts == [
        "complaints that were 'cancelled' (1): they count like all others",
        "status says that rows are over, and no time when: 1, 'Not upheld' (1); they count as open for ever. "
        "--map resolved_at=… names the column of their end",
    ]


def test_a_state_that_no_table_uses_is_told(bring):
    """A return that was rejected counts like the others, so the words and their numbers are said first."""
    text = "return_id,customer_id,returned_at,amount,status\n1,a,2025-01-02,5,Received\n2,b,2025-01-02,5,Rejected\n"
    table, doubts = bring(text, "returns")
    assert len(table) == 2
    assert doubts == [
        "not used, but by name a state: status, with 'Received' (1), 'Rejected' (1); rows count whatever it says. If some "
        "shouldn't, leave them out of a copy"
    ]


def test_an_end_that_the_contract_does_not_know_is_named(bring):
    """A lead is won or lost: other words cost their rows, and are named."""
    text = "lead_id,created_at,closed_at,status\n1,2025-01-02,2025-02-01,Won\n2,2025-01-02,2025-02-01,Junk\n"
    doubts = bring(text, "leads")[1]
    assert any(
        "should be one of won, lost, and one row has something else ('Junk'): rejected" in said
        for said in doubts
    )
