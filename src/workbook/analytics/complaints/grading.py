"""Who must read a complaint: the grades, the categories, and a rule on words.

A complaint has a grade (1 basic, 2 advanced, 3 senior) and is *sent* to the desk of one: front-line staff, the regional
manager, the executives. Business rules are tables: `GRADES`, `CATEGORIES`, `WORDS`.
"""

import re

import numpy as np
import pandas as pd

GRADES = pd.DataFrame(
    [
        (1, "basic", "基础级", "front-line staff", 48, 72),
        (2, "advanced", "进阶级", "regional manager", 48, 72),
        (3, "senior", "高级别", "executives", 48, 72),
    ],
    columns=["grade", "name", "name_zh", "sent_to", "respond_hours", "resolve_hours"],
).set_index(
    "grade"
)  # grades: the deck's; hours: the handbook's, the same for all grades; a shop may set its own

# Causes of complaints in online retail, as the loyalty training sorts them.
CATEGORIES = pd.DataFrame(
    [
        ("product", "商品问题", "quality, not as described, counterfeit"),
        ("logistics", "物流问题", "late, damaged, lost"),
        ("service", "服务问题", "slow, rude, after-sales"),
        ("system", "系统问题", "site or app, payment, account"),
    ],
    columns=["category", "name_zh", "about"],
).set_index("category")

# Words that an experienced clerk would look for, not learnt from any data. English ones are beginnings of words.
WORDS = pd.DataFrame(
    [
        (3, "injury", "en", ("hospital", "injur", "burn", "blister", "rash", "stitches", "blood", "clinic", "doctor")),
        (3, "injury", "zh", ("医院", "受伤", "烫伤", "烧伤", "流血", "缝针", "红疹", "住院", "医生")),
        (3, "law", "en", ("lawyer", "court", "police", "sue", "legal", "prosecut")),
        (3, "law", "zh", ("律师", "法院", "法庭", "起诉", "报警", "派出所", "法务")),
        (3, "public", "en", ("journalist", "newspaper", "television", "viral", "regulator", "consumer council")),
        (3, "public", "zh", ("记者", "媒体", "电视台", "曝光", "热搜", "监管", "消协")),
        (3, "many", "en", ("data leak", "personal data", "whole batch", "our company", "our school")),
        (3, "many", "zh", ("泄露", "个人信息", "同一批", "我们公司", "我们学校")),
        (2, "repeated", "en", ("again", "twice", "second time", "third time", "still not", "promised")),
        (2, "repeated", "zh", ("又", "两次", "三次", "再次", "还没", "答应")),
        (2, "higher up", "en", ("manager", "supervisor", "head office", "compensat", "hotline", "written")),
        (2, "higher up", "zh", ("经理", "主管", "总部", "赔偿", "12315", "书面")),
    ],
    columns=["grade", "about", "language", "words"],
)  # fmt: skip


def language_of(texts: pd.Series) -> pd.Series:
    """Language by the letters: zh where a fifth or more of them are Chinese, else en."""
    chinese = texts.str.count(r"[\u4e00-\u9fff]")
    return pd.Series(np.where(chinese >= 0.2 * texts.str.len().clip(lower=1), "zh", "en"), index=texts.index)


def keyword_grades(texts: pd.Series, words: pd.DataFrame = WORDS) -> pd.Series:
    """Grade each text by the most serious word found in it; 1 where there is none.

    Parameters
    ----------
    texts : one a complaint
    words : grade, language and a tuple of words a row; English words match where a word begins, Chinese ones anywhere
    """
    found = pd.Series(1, index=texts.index)
    for grade, rows in words.sort_values("grade").groupby("grade"):
        parts = [("" if lang == "zh" else r"\b") + re.escape(w)
                 for lang, some in zip(rows["language"], rows["words"], strict=True) for w in some]  # fmt: skip
        found[texts.str.contains("|".join(parts), case=False, regex=True)] = int(str(grade))
    return found
