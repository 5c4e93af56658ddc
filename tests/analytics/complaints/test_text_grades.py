"""Models of grades from texts: learn what can be learnt, say when they can't, and never state a certainty."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import text_grades
from workbook.tables.errors import DataError

SAID = {1: ("small thing", "小事"), 2: ("second time now", "第二次了"), 3: ("a child was hurt", "孩子受伤")}
KINDS = pytest.mark.parametrize("kind", ["logistic", "stacked"])


def sample(n: int = 90, seed: int = 0, grades: tuple[int, ...] = (1, 2, 3)) -> pd.DataFrame:
    """Make texts in two languages that tell their grade, with other words around."""
    rng = np.random.default_rng(seed)
    grade = rng.choice(grades, n)
    noise = rng.choice(["hello there", "the parcel", "你好", "谢谢"], n)
    text = [f"{SAID[g][rng.integers(2)]} {w}" for g, w in zip(grade, noise, strict=True)]
    return pd.DataFrame({"text": text, "grade": grade})


@KINDS
def test_chances_are_chances_and_find_what_can_be_found(kind):
    """Rows add up to 1, none is 0 or 1, and words in either language give the grade away."""
    past, future = sample(), sample(60, seed=1)
    found = text_grades.fit(past["text"], past["grade"], kind).chances(future["text"])
    assert list(found.columns) == [1, 2, 3]
    assert found.sum(axis=1).to_numpy() == pytest.approx(1)
    assert found.min(axis=None) >= text_grades.SURE / 3 - 1e-12
    assert (found.idxmax(axis=1) == future["grade"]).mean() > 0.95


@KINDS
def test_the_same_seed_gives_the_same_chances(kind):
    """Nothing depends on the hour."""
    past = sample()
    one, two = (
        text_grades.fit(past["text"], past["grade"], kind, seed=3).chances(past["text"]) for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, two)


@KINDS
@pytest.mark.parametrize("n", [0, 1, 12])
def test_too_few_complaints_give_the_shares_of_the_past(kind, n):
    """With fewer than ten in two grades nothing is learnt, which is said, and every text gets the same chances."""
    past = sample(n)
    model = text_grades.fit(past["text"], past["grade"], kind)
    assert "fewer than two grades" in model.problem
    found = model.chances(pd.Series(["a child was hurt", "小事"]))
    counts = past["grade"].value_counts().reindex([1, 2, 3], fill_value=0) + 0.5
    assert found.iloc[0].tolist() == pytest.approx((counts / counts.sum()).tolist())
    assert found.iloc[0].equals(found.iloc[1].set_axis(found.columns))


@KINDS
def test_a_grade_too_rare_keeps_its_share(kind):
    """Two grades are learnt; the third, seen in three complaints, has the same chance whatever the text."""
    past = pd.concat([sample(80, grades=(1, 2)), sample(3, grades=(3,))], ignore_index=True)
    model = text_grades.fit(past["text"], past["grade"], kind)
    found = model.chances(pd.Series(["small thing", "second time now"]))
    assert model.learnt == (1, 2)
    assert found[3].tolist() == pytest.approx(
        [3.5 / 84.5 * (1 - text_grades.SURE) + text_grades.SURE / 3] * 2
    )
    assert found.loc[0, 1] > 0.5 > found.loc[1, 1]


@KINDS
def test_one_language_and_no_texts(kind):
    """Chinese alone has no Latin words and is learnt all the same; of no texts there are no chances."""
    past = sample(200)
    past = past[~past["text"].str.contains("[a-z]")]
    model = text_grades.fit(past["text"], past["grade"], kind)
    assert model.problem == ""
    assert model.chances(pd.Series(["孩子受伤"])).iloc[0].idxmax() == 3
    assert model.chances(past["text"].iloc[:0]).shape == (0, 3)


@KINDS
def test_texts_without_anything_in_common(kind):
    """Empty and unlike texts are no error; they tell nothing, so no chance is near certainty."""
    texts = pd.Series([chr(0x4E00 + i) for i in range(30)] + [""] * 10)
    grades = pd.Series([1, 2] * 20)
    found = text_grades.fit(texts, grades, kind).chances(pd.Series(["", "new"]))
    assert found.max(axis=None) < 0.8


def test_pieces_by_hand():
    """Runs of one to three characters, in lower case; words and pairs of words are Latin ones."""
    assert text_grades.runs("Ab客") == [text_grades.MARK, "a", "b", "客", "ab", "b客", "ab客"]
    assert text_grades.words("My App还卡 Now") == [text_grades.MARK, "my", "app", "now", "my app", "app now"]


def test_another_kind_is_refused_by_name():
    """The error names the kinds that there are."""
    with pytest.raises(DataError, match="kind must be one of logistic, stacked; got 'deep'"):
        text_grades.fit(pd.Series(["a"]), pd.Series([1]), "deep")


def noisy_world(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make past and future in which a third of the texts has words of another grade."""
    parts = []
    for n, s in ((500, seed), (400, seed + 1)):
        frame, other = sample(n, s), sample(n, s + 7)
        swapped = np.random.default_rng(s).random(n) < 0.35
        parts.append(frame.assign(text=frame["text"].where(~swapped, other["text"])))
    return parts[0], parts[1]


@KINDS
def test_chances_can_be_taken_at_their_word(kind):
    """Where words mislead in a third of cases, no model claims to be sure: mean chance and share right agree within 6 points."""
    past, future = noisy_world(11)
    found = text_grades.fit(past["text"], past["grade"], kind).chances(future["text"])
    right = (found.idxmax(axis=1) == future["grade"]).mean()
    assert abs(found.max(axis=1).mean() - right) < 0.06


@pytest.mark.parametrize(
    ("counts", "case", "rare"),
    [
        ((3, 0, 0), "nothing", ["basic"]),
        ((40, 40, 3), "rare", ["senior"]),
        ((40, 40, 0), "few", []),
        ((150, 150, 0), "enough", []),
    ],
)
def test_what_could_be_learnt_is_said(counts, case, rare):
    """Nothing, a grade too rare, few complaints, enough; a grade that doesn't occur isn't missing."""
    grades = pd.Series(np.repeat([1, 2, 3], counts))
    texts = pd.Series(["late", "torn", "hurt"]).repeat(counts).reset_index(drop=True)
    grader = text_grades.fit(texts, grades, "logistic")
    found = text_grades.learnt(grader, grades, pd.Series({1: "basic", 2: "advanced", 3: "senior"}))
    assert (found.case, found.complaints, found.rare) == (case, sum(counts), rare)
