"""Grades of complaints: the rule's words, and languages by their letters."""

import pandas as pd

from workbook.analytics.complaints import grading


def test_the_most_serious_word_decides():
    """No word is grade 1; a word of grade 3 beats one of grade 2; both languages, and any case."""
    texts = pd.Series(
        [
            "A loose button.",
            "Twice, and AGAIN.",
            "My lawyer and your manager.",
            "线头",
            "让经理来",
            "经理和律师",
        ]
    )
    assert grading.keyword_grades(texts).tolist() == [1, 2, 3, 1, 2, 3]


def test_english_words_match_at_their_beginning_only():
    """An issue holds no "sue", "injured" begins with "injur", and Chinese has no beginnings."""
    words = pd.DataFrame({"grade": [3, 3], "language": ["en", "zh"], "words": [("sue", "injur"), ("律师",)]})
    texts = pd.Series(["an issue", "I sue you", "injured", "找律师"])
    assert grading.keyword_grades(texts, words).tolist() == [1, 3, 3, 3]


def test_the_rule_keeps_the_index_and_takes_no_rows():
    """Grades stand beside their texts; of nothing there are none."""
    texts = pd.Series(["court", "fine"], index=[7, 3])
    assert grading.keyword_grades(texts).to_dict() == {7: 3, 3: 1}
    assert grading.keyword_grades(texts.iloc[:0]).empty


def test_every_word_has_a_grade_above_basic_and_both_languages():
    """What is looked for in one language is looked for in the other."""
    assert set(grading.WORDS["grade"]) == {2, 3}
    assert (
        grading.WORDS.groupby(["grade", "about"])["language"].agg(set).map(lambda s: s == {"en", "zh"}).all()
    )
    every = grading.WORDS["words"].explode()
    assert every.is_unique
    assert every.str.strip().ne("").all()


def test_language_by_letters():
    """A Chinese sentence with an English word in it is Chinese, an English one English, an empty one English."""
    texts = pd.Series(["App还老卡，refund，谢谢", "Never came.", ""])
    assert grading.language_of(texts).tolist() == ["zh", "en", "en"]


def test_every_category_has_its_name_in_both_languages():
    """Product, logistics, service and system, as data of the contract call them."""
    assert grading.CATEGORIES["name_zh"].to_dict() == {
        "product": "商品问题",
        "logistics": "物流问题",
        "service": "服务问题",
        "system": "系统问题",
    }
