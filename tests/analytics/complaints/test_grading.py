"""Grades of complaints: the rule's words, costs and decisions by hand, the queue, the ceiling, the standard."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.complaints import grading
from workbook.tables.errors import DataError

MATRIX = grading.costs(3000, 150)


def chances(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Make chances of the three grades, a row a complaint."""
    return pd.DataFrame(rows, columns=[1, 2, 3], dtype=float)


def test_the_gravest_word_decides():
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


def test_a_rules_chances_are_shares_of_the_past():
    """Verdict 3 was senior in 2 of 3 cases: with one case of each added, 3 of 6; unseen verdicts get thirds."""
    past_said, past = pd.Series([3, 3, 3, 1]), pd.Series([3, 3, 1, 1])
    found = grading.keyword_chances(pd.Series([3, 1, 2], index=[5, 6, 7]), past_said, past)
    assert found.loc[5].tolist() == pytest.approx([2 / 6, 1 / 6, 3 / 6])
    assert found.loc[6].tolist() == pytest.approx([2 / 4, 1 / 4, 1 / 4])
    assert found.loc[7].tolist() == pytest.approx([1 / 3] * 3)


def test_costs_are_nought_on_the_right_desk_and_grow_with_the_parameters():
    """The two parameters are in their corners, the diagonal is free, and a missed senior is dearest."""
    assert (np.diag(MATRIX) == 0).all()
    assert (MATRIX.loc[3, 1], MATRIX.loc[1, 3]) == (3000, 150)
    assert MATRIX.loc[3, 1] == MATRIX.max().max()
    assert (grading.costs(6000, 300) == 2 * MATRIX).all(axis=None)


@pytest.mark.parametrize("value", [0, -1, np.nan])
def test_a_cost_must_be_above_nought(value):
    """Free mistakes need no decision: the error names the parameter and what came."""
    with pytest.raises(DataError, match=r"senior_missed must be above 0; got"):
        grading.costs(value, 150)
    with pytest.raises(DataError, match=r"needless_alarm must be above 0; got"):
        grading.costs(3000, value)


def test_the_desk_of_least_expected_cost_by_hand():
    """Basic for sure stays; a senior chance above 150 / 3150 goes up if nothing lies between; equals go to the lower desk."""
    corner = MATRIX.copy()
    corner.loc[:, 2] = 1e9
    even = 150 / 3150
    asked = chances((1, 0, 0), (1 - even - 0.001, 0, even + 0.001), (1 - even + 0.001, 0, even - 0.001))
    assert grading.decide(asked, corner).tolist() == [1, 3, 1]
    assert grading.decide(chances((1, 0, 0)), MATRIX * 0).tolist() == [1]
    # 0.6 basic, 0.3 advanced, 0.1 senior: 0.3 × 300 + 0.1 × 3000; 0.6 × 45 + 0.1 × 900; 0.6 × 150 + 0.3 × 120
    assert grading.expected_costs(chances((0.6, 0.3, 0.1)), MATRIX).iloc[0].tolist() == pytest.approx(
        [390, 117, 126]
    )


def test_each_case_costs_what_the_table_says():
    """A missing grade or desk has no cost, and the index stays."""
    grade = pd.Series([3, 1, 2, None], index=list("abcd"), dtype="Int64")
    found = grading.case_costs(grade, pd.Series([1, 3, 2, 1], index=list("abcd")), MATRIX)
    assert found.tolist()[:3] == [3000, 150, 0]
    assert np.isnan(found["d"])


def test_log_loss_by_hand():
    """Minus the logarithm of the chance of what came."""
    found = grading.log_losses(chances((0.5, 0.25, 0.25), (0.1, 0.1, 0.8)), pd.Series([1, 3]))
    assert found.tolist() == pytest.approx([-np.log(0.5), -np.log(0.8)])


def test_the_newest_are_after_all_others():
    """The newest three of ten; twins of one moment are never parted; no older one is later than a newer one."""
    times = pd.Series(pd.date_range("2024-01-01", periods=10))
    assert np.flatnonzero(grading.newest(times, 0.3)).tolist() == [7, 8, 9]
    assert np.flatnonzero(grading.newest(times[::-1], 0.3)).tolist() == [0, 1, 2]
    twins = times.copy()
    twins[6:8] = times[7]
    marked = grading.newest(twins, 0.3)
    assert marked[6] == marked[7]
    assert twins[~marked].max() < twins[marked].min()


def test_cases_without_a_time_are_set_aside_at_random():
    """Where none has a time so many are drawn, the same for the same seed; where some have, these decide."""
    times = pd.Series(pd.date_range("2024-01-01", periods=10))
    assert grading.set_aside(times, 0.3, 1).equals(grading.newest(times, 0.3))
    some = times.mask(times.index == 9)
    assert not grading.set_aside(some, 0.3, 1)[9]
    none = pd.Series(pd.NaT, index=range(10, 210))
    drawn = grading.set_aside(none, 0.3, 1)
    assert drawn.sum() == 60
    assert drawn.index.equals(none.index)
    assert drawn.equals(grading.set_aside(none, 0.3, 1))
    assert not drawn.equals(grading.set_aside(none, 0.3, 2))


@pytest.mark.parametrize("share", [0, 1, 1.5])
def test_a_part_is_neither_nothing_nor_all(share):
    """The share lies between nought and one."""
    with pytest.raises(DataError, match="share must lie between 0 and 1; got"):
        grading.newest(pd.Series(pd.date_range("2024-01-01", periods=3)), share)


def test_a_random_part_is_as_large_and_seeded():
    """As many as the newest, not all of them the newest, and the same for the same seed."""
    times = pd.Series(pd.date_range("2024-01-01", periods=200))
    a, b = (grading.at_random(times, 0.35, seed=4) for _ in range(2))
    assert a.equals(b)
    assert a.sum() == grading.newest(times, 0.35).sum() == 70
    assert a[:130].sum() > 20


def test_the_interval_of_a_mean_is_students_where_nothing_is_skewed():
    """Symmetric values have no skewness to transform away."""
    values = pd.Series([-3.0, -1, 0, 1, 3])
    found = grading.mean_interval(values)
    expected = stats.t.interval(0.95, 4, 0, values.sem())
    assert found == pytest.approx((0, *expected))


def test_the_interval_of_lopsided_costs_reaches_further_up():
    """Values with a few large ones: the upper arm is the longer; mirrored values give the mirrored interval."""
    values = pd.Series([0.0] * 95 + [3000.0] * 5)
    mean, low, high = grading.mean_interval(values)
    assert mean == 150
    assert 0 < mean - low < high - mean
    assert grading.mean_interval(-values) == pytest.approx((-mean, -high, -low))


def test_no_interval_without_spread_or_cases():
    """Two values, or all alike, tell nothing about their scatter."""
    assert grading.mean_interval(pd.Series([5.0, 7.0]))[0] == 6
    assert np.isnan(grading.mean_interval(pd.Series([5.0, 7.0]))[1:]).all()
    assert np.isnan(grading.mean_interval(pd.Series([4.0] * 9))[1:]).all()
    assert np.isnan(grading.mean_interval(pd.Series([], dtype=float))).all()


def test_complaints_of_one_customer_are_one_draw():
    """Each cost four times, by the same customer: the interval is that of the customers, not of four times as many rows."""
    each = pd.Series(np.random.default_rng(1).exponential(100, 50))
    rows, whose = each.repeat(4).reset_index(drop=True), pd.Series(np.repeat(range(50), 4))
    assert grading.mean_interval(rows, cluster=whose) == pytest.approx(grading.mean_interval(each))
    assert grading.mean_interval(each, cluster=pd.Series(range(50))) == pytest.approx(
        grading.mean_interval(each)
    )
    assert np.isnan(grading.mean_interval(rows, cluster=pd.Series([1] * 200))[1:]).all()


def test_nobody_teaches_who_is_marked():
    """A complaint of a customer who also has a marked one isn't learnt from; unknown customers are nobody's twins."""
    customers = pd.Series(["a", "b", None, "a", None])
    marked = pd.Series([False, False, False, True, True])
    assert grading.may_teach(customers, marked).tolist() == [False, True, True, False, False]


def test_slips_are_neighbours_and_as_many_as_said():
    """A slip goes one grade up or down, at the ends to the only one; their share is the error, within 4 standard errors."""
    grade = pd.Series(np.tile([1, 2, 3], 4000))
    filed = grading.slipped(grade, 0.12, seed=1)
    assert (filed - grade).abs().max() == 1
    assert set(filed) == {1, 2, 3}
    assert abs((filed != grade).mean() - 0.12) < 4 * np.sqrt(0.12 * 0.88 / 12_000)
    assert grading.slipped(grade, 0, seed=1).equals(grade)


def test_each_data_set_has_slips_of_its_own():
    """The same seed slips alike on the same data, and elsewhere on other data, or one odd draw would be every shop's."""
    grade = pd.Series(np.tile([1, 2, 3], 100))
    filed = grading.slipped(grade, 0.12, seed=[1, 0xABC])
    assert filed.equals(grading.slipped(grade, 0.12, seed=[1, 0xABC]))
    assert not filed.equals(grading.slipped(grade, 0.12, seed=[1, 0xABD]))


def test_the_ceiling_by_hand():
    """Two who are right in 9 of 10 and else give the same neighbour agree in 0.81 + 0.01: from 82 % back to 90 %."""
    right, low, high = grading.ceiling(pd.Series([True] * 82 + [False] * 18))
    assert right == pytest.approx(0.9)
    assert low < right < high
    assert grading.ceiling(pd.Series([True] * 50))[0] == 1


def test_half_agreement_has_no_ceiling():
    """Who agrees by half or less may as well have thrown a coin."""
    assert np.isnan(grading.ceiling(pd.Series([True] * 5 + [False] * 5))).all()
    assert np.isnan(grading.ceiling(pd.Series([], dtype=bool))).all()


def sample() -> pd.DataFrame:
    """Four complaints: kept; answered late; open and overdue; open and not due yet; the second first met a machine."""
    start = pd.Timestamp("2025-01-01 12:00")
    hours = lambda *h: [start + pd.Timedelta(hours=x) if x is not None else pd.NaT for x in h]  # noqa: E731
    return pd.DataFrame(
        {
            "complained_at": [*[start] * 3, pd.Timestamp("2025-01-09 12:00")],
            "grade": pd.array([1, 1, 1, 1], dtype="Int64"),
            "first_response_at": hours(48, 60, None, None),
            "first_response_by": ["person", "person", "person", "person"],
            "resolved_at": hours(72, 72.1, None, None),
        }
    )


def test_the_standard_by_hand():
    """On the last day three are due: one in time to the hour, one late, one open and overdue; the fourth waits."""
    found = grading.sla(sample(), pd.Timestamp("2025-01-10")).loc[1]
    assert (found["complaints"], found["answer_due"], found["resolve_due"]) == (4, 3, 3)
    assert found["answered_in_time"] == pytest.approx(1 / 3)
    assert found["resolved_in_time"] == pytest.approx(1 / 3)


def test_machines_are_left_out_of_answers_only():
    """When a person answered isn't on record where a machine came first; the end is."""
    found = grading.sla(
        sample().assign(first_response_by=["machine"] + ["person"] * 3), pd.Timestamp("2025-01-10")
    ).loc[1]
    assert (found["answer_due"], found["resolve_due"]) == (2, 3)
    assert found["answered_in_time"] == 0


def test_what_is_not_on_record_is_not_broken():
    """Without times of answers there is no share of kept ones, and of no complaints no table."""
    bare = sample().assign(first_response_at=pd.NaT)
    assert "answered_in_time" not in grading.sla(bare, pd.Timestamp("2025-01-10"))
    assert grading.sla(sample().iloc[:0], pd.Timestamp("2025-01-10")).empty


def test_nothing_given_is_changed():
    """Functions read their frames and leave them as they are."""
    cases = sample()
    before = cases.copy(deep=True)
    grading.sla(cases, pd.Timestamp("2025-01-10"))
    assert cases.equals(before)
