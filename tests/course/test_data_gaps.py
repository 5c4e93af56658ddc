"""What of the course a data set supports: what is missing, what it is for, and what brings it."""

import json

import pandas as pd

from workbook.course import catalogue, data_gaps, lessons, sections
from workbook.tables.dataset import UNKNOWN_DAY, Dataset
from workbook.tables.importing.mapping.targets import target

LACKS = ["tickets", "tickets.channel", "orders.amount"]


def notebook(id, lacks=(), status="skipped", reason=""):
    """A notebook's part of run.json, as far as it matters here."""
    return {
        "id": id,
        "title": f"{id}: why?",
        "status": status,
        "reason": reason,
        "seconds": 1.0,
        "lacks": list(lacks),
    }


def test_a_reason_says_each_thing_once():
    """Where a whole table lacks, its columns aren't said again."""
    assert data_gaps.lacking_in_words(LACKS) == "the data has no tickets and no orders.amount"
    assert data_gaps.lacking_in_words([]) == ""


def test_what_is_missing_is_told_with_its_meaning():
    """The data dictionary says what it is; the columns that are needed of a lacking table are named."""
    assert data_gaps.missing_lines(LACKS) == [
        "tickets: one row per ticket, a request for help, with channel",
        "orders.amount: paid for the whole order, returns not taken off",
    ]


def test_the_command_brings_what_is_missing():
    """A table is added; a column comes by importing its table again, with the column named; odd folders are quoted."""
    assert data_gaps.commands(LACKS, "my shop") == [
        "workbook data import FILE --to 'my shop' --add --table tickets",
        "workbook data import FILE --to 'my shop' --add --replace --table orders --map amount=COLUMN",
    ]


def test_the_report_has_one_table_for_all_notebooks():
    """Each notebook is a row: ran, failed with its reason, or what is missing and the command; data's texts are escaped."""
    told = {
        "data": {"name": "<mine>"},
        "notebooks": [
            notebook("a", status="passed"),
            notebook("b", status="failed", reason="<oh>"),
            notebook("c", LACKS),
        ],
    }
    page = data_gaps.overview(told)
    assert page.count("<tr>") == 4
    assert '<span class="passed">ran</span>' in page
    assert "&lt;oh&gt;" in page
    assert "request for help, with channel<br>orders.amount: paid" in page
    assert "<span>--to &#x27;&lt;mine&gt;&#x27;</span> <span>--add</span>" in page
    assert "<mine>" not in page
    short = data_gaps.overview(told | {"notebooks": [notebook("a", status="passed")]})
    assert "what is missing" not in short


def test_the_terminal_says_it_by_thing():
    """Each lacking table stands once, with who needs it and its command; the last line counts."""
    said = data_gaps.lines(
        [notebook("a", status="passed"), notebook("b", LACKS), notebook("c", LACKS[2:])], "mine"
    )
    text = "\n".join(said)
    assert text.count("orders.amount: paid") == 1
    assert "for b, c\n" in text
    assert text.count("--table tickets") == 1
    assert said[-1] == "1 of 3 notebooks ran; the data lacks something for 2."
    assert "lacks" not in "\n".join(data_gaps.lines([notebook("a", status="passed")], "mine"))


def test_undated_data_has_no_days():
    """Data that says nothing of when is called so, and shows no invented day."""
    day = pd.Timestamp("2025-01-31")
    assert data_gaps.days(Dataset("x", {}, UNKNOWN_DAY, UNKNOWN_DAY)) == (None, None)
    assert data_gaps.days(Dataset("x", {}, day, day)) == ("2025-01-31", "2025-01-31")
    assert data_gaps.period(None, None) == "not dated"
    assert data_gaps.period("2025-01-01", "2025-01-31") == "2025-01-01 to 2025-01-31"


def test_each_column_that_a_notebook_asks_for_can_be_imported():
    """The command that a page names for a column works: an import of its table knows the column."""
    for notebook in catalogue.notebooks():
        lesson = lessons.lessons().get(notebook.short)
        cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
        needs = [*(lesson.needs if lesson else ()), *sections.section_needs(cells)]
        for need in needs:
            table, _, column = need.partition(".")
            assert table == "truth" or not column or column in target(table).columns, need
