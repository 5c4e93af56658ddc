"""The course's own words, under the text that says them, and what is ours called ours; sentences on methods that were wrong."""

import json
import re
from pathlib import Path

import pytest

from workbook.analytics.complaints.grading import GRADES
from workbook.tables.locations import home

HOME = home()
NEVER = {
    "一般投诉|升级投诉|重大投诉|一般 升级 重大": "the deck's grades are 基础级, 进阶级, 高级别",
    r"\*\*sleeping\*\* \(沉睡": "the deck's type is 睡眠型; 沉睡 is the plan's stage of life",
    "also trained|staff are trained": "no text says that the pilot trained staff",
    "the course's lifetime": "no text gives a lifetime",
    "more than one course text": "only the deck calls a high R new",
    "the course advises to": "the handbook advises to cut prices",
    "[Aa] machine answers first": "the pilot responds; the answer is a person's",
    "time to answer a complaint": "the deck's 48 hours are to a response (响应)",
    "(Other|other) reports put": "a figure names its source",
    "a thousand violations": "what one violation of the CCPA is, is unsettled",
    "six-chapter corporate": "the course is five texts",
    "The hours are the course's": "48 and 72 hours for complaints are the handbook's",
    "The course's ROI breaks even|which breaks even at 1": "the deck names no limit of its ROI; 1 is our reading",
    "The course claims that": "a claim is named by its text",
    "[Rr]eal shops have seasons": "a forecast and a truth of different orders differ by that, not by seasons",
    "missing from both": "the handbook's formula of one period has retention",
    "lets nobody leave(?! before)": "in the deck's formula all leave, when the lifetime ends",
    "no method can match": "a method can, where slips follow from the text; without that it can't be expected to",
    "You then know your ceiling": "two people's agreement tells it only if both are equally careful",
    "intervals overlap, so": "two intervals may overlap where their difference is sure",
    "so few sessions cannot say": "a log may be large",
}


def texts() -> dict[str, str]:
    """What people read: cells of notebooks (without outputs), lessons, analytics, pages of documentation, claims."""
    found = {}
    for path in (HOME / "notebooks").rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path.name] = "\n".join("".join(cell["source"]) for cell in cells)
    plain = [*(HOME / "docs").glob("*.md"), HOME / "README.md", HOME / "datasets" / "claims.csv"]
    plain += [
        p
        for top in ("analytics", "course", "retailer")
        for p in (HOME / "src" / "workbook" / top).rglob("*.py")
    ]
    return found | {str(Path(p).relative_to(HOME)): p.read_text(encoding="utf-8") for p in plain}


TEXTS = texts()


@pytest.mark.parametrize("pattern", NEVER, ids=list(NEVER.values()))
def test_no_text_is_given_what_it_does_not_say(pattern):
    """A sentence that was wrong about the course, or about a method, doesn't come back."""
    assert [name for name, text in TEXTS.items() if re.search(pattern, text)] == []


def test_the_three_grades_are_the_decks():
    """Basic to the front line, advanced to the regional manager, senior to the executives."""
    assert GRADES["name_zh"].tolist() == ["基础级", "进阶级", "高级别"]
    assert GRADES["sent_to"].tolist() == ["front-line staff", "regional manager", "executives"]


def test_the_five_texts_are_named_where_the_workbook_begins():
    """Who opens the first notebook, or the page of the retailer, learns what "the course" is."""
    for name in ("00_start_here.ipynb", "docs/retailer.md", "docs/glossary.md", "README.md"):
        assert all(text in TEXTS[name] for text in ("deck", "plan", "brand", "loyalty", "handbook")), name


@pytest.mark.parametrize(
    ("term", "says"),
    [
        ("churn rate", "The handbook divides by all customers"),
        ("engagement frequency", "The handbook counts orders and enquiries too"),
        ("decline (handbook)", "Spend falls"),
        ("LTV (course)", "the brand deck compares"),
        ("ROI (course)", "our reading"),
        ("sleeping", "The plan's stage"),
        ("general win-back", "睡眠型"),
    ],
)
def test_the_glossary_says_where_the_course_differs(term, says):
    """A metric of the workbook that the course counts in another way says how the course counts it."""
    rows = [line for line in TEXTS["docs/glossary.md"].splitlines() if line.startswith(f"| {term} ")]
    assert [says in row for row in rows] == [True]
