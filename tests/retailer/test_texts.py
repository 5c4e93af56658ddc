"""Texts: hard enough to be worth classifying, fair enough to be classified, and never silly at the edges."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from workbook.retailer.sales.assortment import make_products
from workbook.retailer.texts import (
    complaint_texts,
    complaints_en,
    complaints_zh,
    events_en,
    events_zh,
    noisy_labels,
    post_texts,
    posts_en,
    posts_zh,
    product_descriptions,
)
from workbook.retailer.texts.complaints import CATEGORIES, CAUSES, GRADES
from workbook.retailer.texts.garments import KINDS
from workbook.retailer.texts.grammar import menu
from workbook.retailer.texts.posts import PLATFORMS, SENTIMENTS, TOPICS

pytestmark = pytest.mark.slow

SUB_SHARES = {  # a plausible mix of causes within each category
    "product": (0.5, 0.38, 0.12),
    "logistics": (0.5, 0.3, 0.2),
    "service": (0.3, 0.2, 0.2, 0.3),
    "system": (0.4, 0.3, 0.3),
}
# What an analyst would write down after an afternoon with the list of causes and a few dozen complaints.
KEYWORDS = {
    "product": "质量 掉色 起球 线头 开线 面料 做工 尺码 色差 假货 正品 详情页 产品 | quality, fabric, seam, stitch, "
    "split, came apart, fake, genuine, label, size, colour, descri, wrong item",
    "logistics": "快递 物流 发货 包裹 签收 驿站 丢件 箱 送达 没收到 没到 | deliver, parcel, courier, shipping, "
    "driver, carton, tracking, depot, box, late, never came, lost",
    "service": "客服 态度 退货 退换 换货 售后 店员 导购 店长 没人理 修 | customer service, staff, rude, hotline, "
    "repair, return, assistant, warranty, answer, exchange, agent, queue",
    "system": "app 闪退 支付 扣 登录 登不 账号 验证码 积分 密码 系统 打不开 | app, crash, payment, login, log in, "
    "password, sign in, charged, website, points, checkout, account",
}
FOUND = {  # English words from their beginning, Chinese ones anywhere
    category: re.compile("|".join([*chinese.split(), *(rf"\b{word.strip()}" for word in english.split(","))]))
    for category, words in KEYWORDS.items()
    for chinese, english in [words.split("|")]
}
STRONG = ("lawyer", "manager", "refund", "urgent", "allergic", "曝光", "投诉", "律师")


def make_cases(n: int, seed: int = 1) -> pd.DataFrame:
    """Make complaints in a plausible mix: grades 62, 28, 10 %, three quarters Chinese."""
    rng = np.random.default_rng(seed)
    category = rng.choice(CATEGORIES, n, p=(0.40, 0.25, 0.23, 0.12))
    cause = np.empty(n, dtype=object)
    for name, subs in CAUSES.items():
        rows = category == name
        cause[rows] = rng.choice(subs, rows.sum(), p=SUB_SHARES[name])
    return pd.DataFrame(
        {
            "category": category,
            "sub_cause": cause,
            "grade": rng.choice(GRADES, n, p=(0.62, 0.28, 0.10)),
            "language": rng.choice(("zh", "en"), n, p=(0.75, 0.25)),
            "garment": rng.choice(KINDS, n),
            "days": rng.integers(0, 40, n),
            "amount": rng.lognormal(6, 0.6, n).round(2),
        }
    )


def make_posts(n: int, seed: int = 1) -> pd.DataFrame:
    """Make posts, each topic and sentiment as likely."""
    rng = np.random.default_rng(seed)
    columns = {
        "topic": TOPICS,
        "sentiment": SENTIMENTS,
        "platform": PLATFORMS,
        "language": ("en", "zh"),
        "garment": KINDS,
    }
    return pd.DataFrame({name: rng.choice(values, n) for name, values in columns.items()})


def right(texts: pd.Series, truth: pd.Series) -> float:
    """Accuracy of a sound classifier on texts it hasn't seen."""
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=3, sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear", dual=True, random_state=0)),
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return float((cross_val_predict(model, texts, truth, cv=folds) == truth).mean())


def by_keywords(text: str) -> str:
    """Return the category with most keywords in the text; the commonest, product, where none leads."""
    low = text.lower()
    return max(KEYWORDS, key=lambda category: len(FOUND[category].findall(low)))


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    """Make 3,000 complaints."""
    return make_cases(3000)


@pytest.fixture(scope="module")
def said(cases) -> pd.Series:
    """Write what they say."""
    return complaint_texts(cases, np.random.default_rng(2))


def test_complaints_differ_and_are_short(cases, said):
    """Two thirds at least are distinct, none is over 220 characters, and lengths are those of a complaint form."""
    assert said.index.equals(cases.index)
    assert said.nunique() >= 2000
    assert said.str.len().between(2, 220).all()
    mean = said.str.len().groupby(cases["language"]).mean()
    assert 42 < mean["zh"] < 58
    assert 98 < mean["en"] < 128


def test_no_slot_stays_open(said):
    """Every slot is filled, and no text has doubled or dangling punctuation of the joining."""
    assert not said.str.contains(r"[{}]|，，|。。|？，|^[，。]").any()


def test_category_can_be_learnt_but_not_by_keywords(cases, said):
    """A classifier finds 80 to 90 % of the categories; an analyst's keywords find at least 8 points fewer."""
    learnt = right(said, cases["category"])
    assert 0.80 <= learnt <= 0.90
    assert (said.map(by_keywords) == cases["category"]).mean() <= learnt - 0.08


def test_grade_can_be_learnt_within_limits(cases, said):
    """A classifier finds 78 to 90 % of the grades."""
    assert 0.78 <= right(said, cases["grade"]) <= 0.90


def test_no_token_gives_a_senior_case_away(cases, said):
    """No run of 1 to 4 characters found in 15 texts or more belongs to grade 3 in over 90 % of them."""
    counts = CountVectorizer(analyzer="char", ngram_range=(1, 4), binary=True, min_df=15).fit_transform(said)
    senior = np.asarray(counts[(cases["grade"] == 3).to_numpy()].sum(axis=0)).ravel()
    assert (senior / np.asarray(counts.sum(axis=0)).ravel()).max() <= 0.9


def test_strong_words_are_used_in_all_grades():
    """A lawyer, an allergy or exposure is mentioned in every grade: in jest, as a threat, or coldly."""
    cases = make_cases(20_000, seed=3)
    texts = complaint_texts(cases, np.random.default_rng(4)).str.lower()
    for word in STRONG:
        assert cases["grade"][texts.str.contains(word)].nunique() == 3, word


def test_a_situation_shows_what_happened():
    """Grades, causes and numbers are in the text: days and yuan as given, lines of the case's own cause."""
    case = {
        "category": "logistics",
        "sub_cause": "late",
        "grade": 1,
        "language": "en",
        "garment": "shoes",
        "days": 1,
    }
    cases = pd.DataFrame([{**case, "amount": 399.4}] * 300)
    texts = complaint_texts(cases, np.random.default_rng(5))
    assert texts.str.contains("1 day ").any()
    assert not texts.str.contains("1 days|399.4").any()
    assert texts.str.contains("399").any()


def test_texts_are_the_same_for_a_seed(cases, said):
    """One seed, one text; another seed, other texts."""
    again = complaint_texts(cases, np.random.default_rng(2))
    pd.testing.assert_series_equal(again, said)
    other = complaint_texts(cases, np.random.default_rng(9))
    assert (other != said).mean() > 0.9


def test_no_rows_and_one_row():
    """An empty frame gives an empty Series of text, one row its text under its own label."""
    cases = make_cases(5)
    assert complaint_texts(cases.iloc[:0], np.random.default_rng(0)).empty
    assert complaint_texts(cases.iloc[3:4], np.random.default_rng(0)).index.tolist() == [3]
    assert post_texts(make_posts(5).iloc[:0], np.random.default_rng(0)).empty


def test_unknown_values_are_named():
    """A cause that nobody wrote lines for is refused, with those allowed."""
    cases = make_cases(2).assign(sub_cause="boredom")
    with pytest.raises(ValueError, match=r"sub_cause must be one of .* got \[\"'boredom'\"\]"):
        complaint_texts(cases, np.random.default_rng(0))


def test_a_misspelt_line_is_refused():
    """A line under a place that doesn't exist would never be said: it is an error."""
    with pytest.raises(ValueError, match="place must be one of"):
        menu([("lats", "1", "words")], {"late": ("late", "*")}, "1")
    with pytest.raises(ValueError, match="marks must be among"):
        menu([("late", "4", "words")], {"late": ("late", "*")}, "123")


def test_no_line_is_written_twice():
    """Each line is said under one place only; twins would tell nothing new."""
    for lists in (
        (events_en.EVENTS, complaints_en.CONSEQUENCES, complaints_en.DEMANDS),
        (events_zh.EVENTS, complaints_zh.CONSEQUENCES, complaints_zh.DEMANDS),
        (posts_en.POSTS,),
        (posts_zh.POSTS,),
    ):
        words = [line[-1] for lines in lists for line in lines]
        assert len(words) == len(set(words))


def test_posts_differ_and_none_is_plain():
    """Posts are short and various, and their sentiment is neither hopeless nor given away."""
    posts = make_posts(3000)
    texts = post_texts(posts, np.random.default_rng(1))
    assert texts.nunique() > 2000
    assert texts.str.len().between(3, 160).all()
    assert not texts.str.contains("[{}]").any()
    assert 0.70 < right(texts, posts["sentiment"]) < 0.90


def test_posts_of_the_crisis_name_the_knitwear():
    """Posts of the crisis are about knitwear whatever the garment of the row; only they are about rashes."""
    posts = make_posts(6000, seed=2)
    texts = post_texts(posts, np.random.default_rng(1)).str.lower()
    about = texts.str.contains("毛衣|针织衫|jumper|knit|cardigan|dye|rash")
    assert about[posts["topic"] == "crisis"].mean() > 0.95
    rash = texts.str.contains(r"疹|rash|\bitch|痒")
    assert not rash[posts["topic"] != "crisis"].any()


def test_posts_have_their_platforms_manner():
    """Weibo closes its Chinese hashtags; WeChat hardly has any."""
    posts = make_posts(4000).assign(language="zh")
    texts = post_texts(posts, np.random.default_rng(1))
    tagged = texts.str.contains("#")
    assert texts[tagged & (posts["platform"] == "Weibo")].str.contains(r"#\w+#").all()
    assert tagged[posts["platform"] == "WeChat"].mean() < 0.1


def test_products_are_described_briefly_in_both_languages():
    """All 256 products have a sentence of at most 90 and 40 characters, most of their own."""
    products = make_products(np.random.default_rng(0))
    described = product_descriptions(products, np.random.default_rng(1))
    assert described.columns.tolist() == ["description", "description_zh"]
    assert described.index.equals(products.index)
    assert described["description"].str.len().between(20, 90).all()
    assert described["description_zh"].str.len().between(8, 40).all()
    assert described["description"].nunique() > 200
    assert described["description_zh"].nunique() > 200


def test_a_product_of_another_shop_is_described_too():
    """A name without known words still gets a sentence."""
    strange = pd.DataFrame({"name": ["Thing"], "category": ["toy"], "style": ["odd"]})
    assert "toy" in product_descriptions(strange, np.random.default_rng(0))["description"][0].lower()


def test_noisy_grades_are_neighbours():
    """A wrong grade is one beside the right one; the share wrong is the error, within 4 standard errors."""
    true = pd.Series(np.random.default_rng(0).choice(GRADES, 20_000), name="grade")
    ticked = noisy_labels(true, np.random.default_rng(1), 0.1, near=True)
    assert abs(ticked - true).max() == 1
    assert ticked.dtype == true.dtype
    assert abs((ticked != true).mean() - 0.1) < 4 * np.sqrt(0.1 * 0.9 / len(true))


def test_noisy_categories_are_any_other():
    """A wrong category is any of the other three, each as often; no error leaves all as it was."""
    true = pd.Series(["product"] * 12_000)
    ticked = noisy_labels(true, np.random.default_rng(1), 0.3, near=False)
    counts = ticked[ticked != true].value_counts()
    assert set(counts.index) == set(CATEGORIES) - {"product"}
    assert counts.min() > 0.3 * 12_000 / 3 - 4 * np.sqrt(12_000 * 0.1 * 0.9)
    pd.testing.assert_series_equal(noisy_labels(true, np.random.default_rng(1), 0.0, near=False), true)
