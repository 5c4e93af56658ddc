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
    "the course advises": "it is the handbook that advises, to cut prices or for the rare and the frequent",
    "[Tt]raining texts (count|ask|sort)": "a way to count, to tag or to sort stands in one text",
    "Some texts use three": "the three types are the deck's alone",
    "what textbooks say|[Tt]extbooks prescribe for each": "the treatment of each tier is the handbook's",
    "The course names|as the course lists": "products and criteria of a platform are named by its text; price is our criterion",
    "The course defines": "CRM is defined by two texts of the five",
    "dimensions of the course": "the four dimensions are the deck's",
    "speed of the answer|answer takes over 24": "响应 is a response, not a person's answer",
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


# notebook; a term of the course in it; the text that has this term, and is named beside it
SAID_BY = [
    ("00_start_here", "CRM定义", "The handbook and the loyalty training"),
    ("01_customer_360", "购买频率", "deck's"),
    ("01_customer_360", "动态更新机制", "The brand deck"),
    ("01_customer_360", "给予小礼品或积分奖励", "the plan's"),
    ("02_funnel_and_lifecycle", "再开发", "The handbook"),
    ("02_funnel_and_lifecycle", "首次接触", "The handbook"),
    ("03_recommender_ab_test", "线上订单转化率", "The deck's"),
    ("03_recommender_ab_test", "基于A/B测试优化推荐算法", "The deck's"),
    ("04_roadmap_roi", "CRM部署率", "The handbook"),
    ("04_roadmap_roi", "从平均48小时缩短至15分钟", "The deck's"),
    ("04_roadmap_roi", "金蝶云", "The handbook"),
    ("01_rfm_tiers", "低频低额", "the brand deck's"),
    ("01_rfm_tiers", "适用于快时尚、运动服饰", "The deck"),
    ("02_clusters_and_personas", "追求时尚潮流年轻女性", "The plan"),
    ("02_clusters_and_personas", "节日礼品、日常补给、商务采购", "The brand deck"),
    ("02_clusters_and_personas", "折扣、灵活支付方式", "the handbook"),
    ("02_clusters_and_personas", "高频客户、低频客户", "the handbook"),
    ("02_clusters_and_personas", "高价值、潜力、休眠客户", "the brand deck's"),
    ("03_recommenders", "亚马逊推荐系统", "handbook"),
    ("03_recommenders", "LSTM网络捕捉客户行为序列", "The deck"),
    ("02_customer_lifetime_value", "LTV 对比 CAC", "The brand deck"),
    ("03_loyalty_roi", "差异化优惠券", "The brand deck"),
    ("03_loyalty_roi", "客户参与度", "The handbook"),
    ("01_privacy_compliance", "主动选择而非默认勾选", "The deck"),
    ("01_privacy_compliance", "被罚款200万欧元", "The deck"),
    ("01_privacy_compliance", "违规操作", "The handbook"),
]


@pytest.mark.parametrize(("notebook", "term", "text"), SAID_BY, ids=[term for _, term, _ in SAID_BY])
def test_a_term_stands_beside_the_text_that_has_it(notebook, term, text):
    """Where a cell names a term of the course and a text, it is the text in which the term stands."""
    [path] = (HOME / "notebooks").rglob(f"{notebook}.ipynb")
    cells = ["".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    named = [
        cell
        for cell in cells
        if term in cell and re.search("[Dd]eck|[Pp]lan|[Hh]andbook|training|course", cell)
    ]
    assert named, "the term is gone"
    assert all(text in cell for cell in named)


@pytest.mark.parametrize(
    ("notebook", "words"),
    [
        ("01_privacy_compliance", "Verizon, *2018 Data Breach Investigations Report*"),
        ("03_recommender_ab_test", "well-known fast-fashion brand"),
        ("01_rfm_tiers", "The deck, of a luxury brand"),
        ("04_roadmap_roi", "over 85 % call it the core (核心组成部分) of their digital strategy"),
        ("02_customer_lifetime_value", "No text gives a lifetime"),
        ("01_complaint_grading", "the four categories the loyalty training's"),
    ],
)
def test_whose_number_it_is_and_where_it_was_read(notebook, words):
    """A figure keeps its brand, its source and its limits."""
    assert words in TEXTS[f"{notebook}.ipynb"]


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
