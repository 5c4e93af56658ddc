"""RFM scores, classes, tiers and moves: the same for the same customers, whatever the order of rows."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.analytics.segments import rfm_tiers
from workbook.analytics.segments.rfm_tiers import CLASS_NAMES, CLASSES
from workbook.tables.errors import DataError
from workbook.tables.returned import came_back_whole

SUMMARY = pd.DataFrame(
    {
        "days_since_last": [5, 10, 20, 40, 80, 160, 200, 250, 300, 400],
        "purchases": [9, 1, 4, 1, 1, 7, 2, 1, 1, 1],
        "total_spend": [900.0, 20.0, 400.0, 30.0, 500.0, 700.0, 50.0, 60.0, 10.0, 40.0],
        "frequency": 0,
    },
    index=pd.Index(list("abcdefghij"), name="customer_id"),
)
tied = st.lists(st.integers(0, 6), min_size=1, max_size=40)  # few different values, so many ties
bins = st.integers(2, 10)


def test_scores_by_hand():
    """Ten different values in five bins: two a score, the best of them 5; fewer days are better."""
    days = SUMMARY["days_since_last"]
    assert rfm_tiers.quantile_scores(days, more_is_better=False).tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert rfm_tiers.quantile_scores(days).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_crowd_of_ties_gets_the_score_of_its_middle():
    """Six of ten customers bought once: their mean rank is 3.5 of 10, so all of them score 2."""
    scores = rfm_tiers.quantile_scores(SUMMARY["purchases"])
    assert scores.tolist() == [5, 2, 4, 2, 2, 5, 4, 2, 2, 2]


@given(tied, bins, st.booleans())
def test_equal_values_get_equal_scores(values, n, more):
    """No score depends on where a customer stands in the file."""
    values = pd.Series(values)
    scores = rfm_tiers.quantile_scores(values, n, more_is_better=more)
    assert scores.groupby(values).nunique().eq(1).all()


@given(tied, bins, st.randoms())
def test_shuffling_customers_changes_no_score(values, n, random):
    """Scores belong to customers: after a shuffle everybody has the score of before."""
    values = pd.Series(values)
    shuffled = values.sample(frac=1, random_state=random.randrange(1000))
    scores = rfm_tiers.quantile_scores(shuffled, n)
    pd.testing.assert_series_equal(scores.sort_index(), rfm_tiers.quantile_scores(values, n))


@given(tied, bins, st.booleans())
def test_scores_follow_the_values_and_stay_in_range(values, n, more):
    """A better value never scores less, and every score is one of 1 to bins."""
    values = pd.Series(values)
    scores = rfm_tiers.quantile_scores(values, n, more_is_better=more)
    by_value = scores.groupby(values).first().sort_index(ascending=more)
    assert by_value.is_monotonic_increasing
    assert scores.between(1, n).all()


@given(tied, bins)
def test_directions_are_mirror_images(values, n):
    """Less is better is more is better of the opposite."""
    values = pd.Series(values)
    less, opposite = (
        rfm_tiers.quantile_scores(values, n, more_is_better=False),
        rfm_tiers.quantile_scores(-values, n),
    )
    pd.testing.assert_series_equal(less, opposite)


@given(st.integers(1, 40), bins)
def test_distinct_values_fill_the_bins_evenly(per_bin, n):
    """Without ties quantiles are what the word says: each score has the same number of customers."""
    scores = rfm_tiers.quantile_scores(pd.Series(range(per_bin * n)), n)
    assert scores.value_counts().to_dict() == dict.fromkeys(range(1, n + 1), per_bin)


def test_a_missing_value_has_no_score():
    """Who can't be measured isn't scored, and counts for nobody else's rank."""
    scores = rfm_tiers.quantile_scores(pd.Series([1.0, np.nan, 2.0, 3.0, 4.0, 5.0]))
    assert scores.isna().tolist() == [False, True, False, False, False, False]
    assert scores.dropna().tolist() == [1, 2, 3, 4, 5]


def test_one_bin_scores_nothing():
    """With fewer than two scores nothing is told apart."""
    with pytest.raises(DataError, match=r"bins must be a whole number from 2 on; got 1\."):
        rfm_tiers.quantile_scores(SUMMARY["purchases"], 1)


def test_cuts_at_their_edges():
    """A value equal to a cut is on its better side, in both directions."""
    days = pd.Series([0, 29, 30, 31, 89, 90, 91, 1000])
    assert rfm_tiers.cut_scores(days, (30, 90), more_is_better=False).tolist() == [3, 3, 3, 2, 2, 2, 1, 1]
    assert rfm_tiers.cut_scores(days, (30, 90)).tolist() == [1, 1, 2, 2, 2, 3, 3, 3]


def test_cuts_leave_gaps_as_gaps():
    """A missing value has no score by cuts either, in any dtype; without cuts all score alike."""
    for dtype in ("float64", "Int64"):
        values = pd.Series([1, None, 100], dtype=dtype)
        assert rfm_tiers.cut_scores(values, (50,)).isna().tolist() == [False, True, False]
    assert rfm_tiers.cut_scores(pd.Series([1, 2]), ()).tolist() == [1, 1]


@pytest.mark.parametrize("cuts", [(90, 30), (30, 30, 90)])
def test_cuts_must_rise(cuts):
    """Cuts out of order would score nonsense in silence."""
    with pytest.raises(DataError, match="cuts must rise without repeats; got"):
        rfm_tiers.cut_scores(pd.Series([1]), cuts)


def test_the_classes_cover_every_combination_once():
    """R, F and M are each high or low: eight classes, each with names, a Chinese name and an action."""
    combinations = set(CLASSES[["R_high", "F_high", "M_high"]].itertuples(index=False, name=None))
    assert combinations == set(itertools.product([True, False], repeat=3))
    assert len(CLASSES) == len(set(CLASS_NAMES)) == CLASSES["class_zh"].nunique() == 8
    assert CLASSES["action"].str.len().gt(0).all()


def test_the_teaching_types_are_the_courses():
    """Gold mine is all high, potential a high R alone, sleeping all low; at-risk is everybody with a low R."""
    types = CLASSES[CLASSES["teaching_type"] != ""].set_index("teaching_type")
    assert types[["R_high", "F_high", "M_high"]].to_numpy().tolist() == [
        [True, True, True], [True, False, False], [False, False, False]
    ]  # fmt: skip
    assert list(types.index) == ["gold mine", "potential", "sleeping"]
    assert (CLASSES["label"].eq("at-risk") == ~CLASSES["R_high"]).all()


def test_every_combination_of_scores_has_its_class():
    """All 125 triples of scores, high from 4 on, are named by the row of CLASSES that fits."""
    scored = pd.DataFrame(itertools.product(range(1, 6), repeat=3), columns=["R", "F", "M"]).astype("Int64")
    named = rfm_tiers.name_classes(scored, high_from=4)
    names = {
        (r.R_high, r.F_high, r.M_high): (r[4], r.label)
        for r in CLASSES.rename(columns={"class": "name"}).itertuples()
    }
    wanted = [names[r >= 4, f >= 4, m >= 4] for r, f, m in itertools.product(range(1, 6), repeat=3)]
    assert list(zip(named["class"], named["label"], strict=True)) == wanted
    assert named["class"].nunique() == 8


def test_rfm_by_hand():
    """Customer a is recent, frequent and spends much; f did so long ago; b came once, lately, for little."""
    scored = rfm_tiers.rfm(SUMMARY)
    assert scored.loc["a", ["R", "F", "M", "class", "label"]].tolist() == [5, 5, 5, "key value", "high-value"]
    assert scored.loc["f", ["R", "F", "M", "class", "label"]].tolist() == [3, 5, 5, "key retain", "at-risk"]
    assert scored.loc["b", ["R", "F", "M", "class", "label"]].tolist() == [
        5,
        2,
        1,
        "general growth",
        "potential",
    ]
    assert scored.loc["j", ["R", "F", "M", "class"]].tolist() == [1, 2, 2, "general win-back"]
    assert list(scored.columns) == [
        "days_since_last",
        "purchases",
        "total_spend",
        "R",
        "F",
        "M",
        "class",
        "label",
    ]
    assert scored["class"].cat.categories.tolist() == CLASS_NAMES


def test_rfm_leaves_its_input_alone():
    """A caller's frame is never written into, and the result can be written into."""
    before = SUMMARY.copy()
    scored = rfm_tiers.rfm(SUMMARY)
    scored["purchases"] = 0
    pd.testing.assert_frame_equal(SUMMARY, before)
    assert scored.index.equals(SUMMARY.index)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(-3, 9)), min_size=1, max_size=30))
def test_rfm_names_every_customer(rows):
    """Whatever the ties: every complete customer is in exactly the class that the three scores say."""
    summary = pd.DataFrame(rows, columns=["days_since_last", "purchases", "total_spend"])
    scored = rfm_tiers.rfm(summary)
    assert scored["class"].notna().all()
    names = CLASSES.set_index("class")
    for letter in "RFM":
        high = scored["class"].astype(str).map(names[f"{letter}_high"])
        assert (high == (scored[letter] >= 4)).all()


def test_customers_who_are_all_alike_share_one_class():
    """When nobody differs, nobody is sorted: the middle score for all, and one class."""
    alike = pd.DataFrame({"days_since_last": [30] * 25, "purchases": 1, "total_spend": 99.0})
    scored = rfm_tiers.rfm(alike)
    assert (scored[["R", "F", "M"]] == 3).all(axis=None)
    assert scored["class"].unique().tolist() == ["general win-back"]


def test_rfm_refuses_what_makes_no_sense():
    """A threshold out of range is named with what is allowed."""
    for high_from in (1, 6):
        with pytest.raises(DataError, match=rf"high_from must lie between 2 and bins \(5\); got {high_from}"):
            rfm_tiers.rfm(SUMMARY, high_from=high_from)


def test_a_class_profile_by_hand():
    """Shares of customers and of spend add up to 1; a class without customers is a row with 0."""
    profile = rfm_tiers.class_profile(rfm_tiers.rfm(SUMMARY))
    assert list(profile.index) == CLASS_NAMES
    assert profile.loc["key value", ["customers", "share"]].tolist() == [2, 0.2]
    assert profile.loc["key value", "spend_share"] == pytest.approx(1300 / 2710)
    assert profile.loc["key value", ["median_days", "median_purchases", "median_spend"]].tolist() == [
        12.5,
        6.5,
        650.0,
    ]
    assert profile["customers"].sum() == 10
    assert profile[["share", "spend_share"]].sum().tolist() == pytest.approx([1, 1])


def test_tiers_by_hand():
    """Of ten customers the lower five are low, the next three middle, the best two high."""
    tiers = rfm_tiers.value_tiers(SUMMARY["total_spend"])
    ranked = tiers.loc[SUMMARY["total_spend"].sort_values().index]
    assert ranked.tolist() == ["low"] * 5 + ["middle"] * 3 + ["high"] * 2
    assert tiers.cat.ordered
    assert tiers.index.equals(SUMMARY.index)


@pytest.mark.parametrize("n", [3, 4, 7, 8, 10])
def test_equal_tiers_have_equal_numbers(n):
    """N tiers of one share each hold the same number of customers, though shares don't add up in binary."""
    tiers = rfm_tiers.value_tiers(pd.Series(range(5 * n)), [1 / n] * n, [f"tier {i}" for i in range(n)])
    assert tiers.value_counts().tolist() == [5] * n


@given(tied)
def test_equal_values_share_a_tier(values):
    """A tier is a matter of value and not of place in the file, and more value is never a lower tier."""
    values = pd.Series(values)
    codes = rfm_tiers.value_tiers(values).cat.codes
    assert codes.groupby(values).nunique().eq(1).all()
    assert codes.groupby(values).first().is_monotonic_increasing


def test_who_has_no_value_has_no_tier():
    """A missing value is in no tier."""
    assert rfm_tiers.value_tiers(pd.Series([1.0, np.nan, 3.0])).isna().tolist() == [False, True, False]


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.5, 0.3, 0.3), (1.2, -0.4, 0.2)])
def test_shares_must_divide_everybody(shares):
    """One share above 0 for each name, adding up to 1."""
    with pytest.raises(DataError, match=r"shares must be above 0, add up to 1, one for each of \['low', "):
        rfm_tiers.value_tiers(SUMMARY["total_spend"], shares)


def test_classes_at_several_dates(small):
    """A column is what `rfm` said on that day; who had kept nothing yet is missing."""
    dates = [small.start - pd.Timedelta(days=1), small.end - pd.DateOffset(months=6), small.end]
    found = rfm_tiers.rfm_at(small.orders, small.returns, dates, small.order_lines)
    assert list(found.columns) == dates
    assert found[dates[0]].isna().all()
    for date in dates[1:]:
        wanted = rfm_tiers.rfm(rfm_tiers.kept_summary(small.orders, date, small.returns, small.order_lines))
        assert found[date].dropna().to_dict() == wanted["class"].to_dict()
    kept = small.orders[~came_back_whole(small.orders, small.returns, small.order_lines)]
    assert set(found.index) >= set(kept["customer_id"])
    assert set(found[dates[2]].dropna().index) == set(kept["customer_id"]) < set(small.orders["customer_id"])
    late = ~found.index.isin(
        small.orders.loc[small.orders["ordered_at"] < dates[1] + pd.Timedelta(days=1), "customer_id"]
    )
    assert late.any()
    assert found.loc[late, dates[1]].isna().all()


def test_before_the_first_order_nobody_has_a_class(small):
    """A date before the data begins is no error: it has no customers."""
    found = rfm_tiers.rfm_at(small.orders, small.returns, [small.start - pd.DateOffset(years=1)])
    assert found.shape[1] == 1
    assert found.isna().all(axis=None)


def test_migration_by_hand():
    """Rows are where customers were, columns where they are; who is new has a row of their own."""
    before = pd.Series(["key value", "key value", "key growth", None], index=list("abcd"))
    after = pd.Series(
        ["key retain", "key value", "key value", "general growth", "key growth"], index=list("abcde")
    )
    moves = rfm_tiers.migration(before, after)
    assert moves.shape == (9, 8)
    assert list(moves.index) == [*CLASS_NAMES, "new"]
    wanted = pd.DataFrame(0, index=moves.index, columns=moves.columns)
    for start, end in (
        ("key value", "key value"),
        ("key value", "key retain"),
        ("key growth", "key value"),
        ("new", "key growth"),
        ("new", "general growth"),
    ):
        wanted.loc[start, end] = 1
    pd.testing.assert_frame_equal(
        moves, wanted, check_names=False, check_index_type=False, check_column_type=False
    )


def test_who_stayed():
    """Two of three who had a class have it still; who is new had none."""
    before = pd.Series(["key value", "key value", "key growth"], index=list("abc"))
    after = pd.Series(["key value", "key growth", "key growth", "key growth"], index=list("abcd"))
    moves = rfm_tiers.migration(before, after)
    assert (rfm_tiers.stayed(moves).value, rfm_tiers.stayed(moves).n) == (pytest.approx(2 / 3), 3)
    assert not rfm_tiers.stayed(moves * 0).known


def test_migration_counts_everybody_once(small):
    """Rows add up to the classes before, columns to the classes after."""
    dates = [small.end - pd.DateOffset(months=6), small.end]
    classes = rfm_tiers.rfm_at(small.orders, small.returns, dates)
    moves = rfm_tiers.migration(classes[dates[0]], classes[dates[1]])
    before, after = (classes[d].value_counts().reindex(CLASS_NAMES) for d in dates)
    assert moves.sum(axis=1).drop("new").tolist() == before.tolist()
    assert moves.loc["new"].sum() == classes[dates[0]].isna().sum()
    assert moves.sum().tolist() == after.tolist()


def test_pareto_by_hand():
    """The best quarter of four customers is one of them, who brings 60 %; one customer is the least."""
    values = pd.Series([10.0, 60.0, 10.0, 20.0])
    assert rfm_tiers.pareto(values, 0.25) == pytest.approx(0.6)
    assert rfm_tiers.pareto(values, 0.5) == pytest.approx(0.8)
    assert rfm_tiers.pareto(values, 0.01) == pytest.approx(0.6)
    assert rfm_tiers.pareto(values, 1.0) == pytest.approx(1.0)


KEPT = pd.DataFrame(
    {
        "order_id": ["1", "2", "3"],
        "customer_id": ["A", "A", "B"],
        "ordered_at": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-02-01"]),
        "amount": [10.0, 90.0, 50.0],
    }
)
BACK = pd.DataFrame(
    {
        "customer_id": ["A", "B", "A"],
        "order_id": ["2", "3", None],
        "returned_at": pd.to_datetime(["2025-02-03", "2025-02-20", "2025-02-03"]),
        "amount": [90.0, 50.0, 4.0],
    }
)


def test_an_order_that_came_back_whole_is_no_purchase():
    """It counts neither for recency nor for frequency; spend is net of all returns; who kept nothing is in no class."""
    found = rfm_tiers.kept_summary(KEPT, pd.Timestamp("2025-02-28"), BACK)
    assert found[["purchases", "days_since_last", "total_spend"]].to_dict("index") == {
        "A": {"purchases": 1, "days_since_last": 58, "total_spend": 6.0}
    }


def test_what_comes_back_later_is_not_known_yet():
    """On the day before it came back an order was a purchase; no orders at all are an empty table."""
    found = rfm_tiers.kept_summary(KEPT, pd.Timestamp("2025-02-19"), BACK)
    assert found["purchases"].to_dict() == {"A": 1, "B": 1}
    alone = rfm_tiers.kept_summary(KEPT[KEPT["order_id"] == "3"], pd.Timestamp("2025-02-28"), BACK)
    assert len(alone) == 0


def test_scores_that_changed():
    """One of four got another score; the order of rows doesn't matter."""
    found = rfm_tiers.changed(pd.Series([1, 2, 3, 4]), pd.Series([4, 3, 2, 2], index=[3, 2, 1, 0]))
    assert (found.value, found.n) == (0.25, 4)


def test_shapes_by_hand():
    """Six of ten bought once, half have been silent for 120 days, the best two brought 1,600 of 2,710."""
    found = rfm_tiers.shapes(SUMMARY)
    assert (found.once.value, found.half_silent.value) == (0.6, 120)
    assert found.best_fifth.value == pytest.approx(1600 / 2710)


def test_a_portion_of_the_whole():
    """The class that is named, or the one that spends most; of nobody's spend, the first."""
    profile = rfm_tiers.class_profile(rfm_tiers.rfm(SUMMARY))
    richest = rfm_tiers.portion(profile)
    assert richest.name == profile["spend_share"].idxmax()
    assert rfm_tiers.portion(profile, "key value").customers.value == 0.2
    assert rfm_tiers.portion(profile.assign(spend_share=np.nan)).name == CLASS_NAMES[0]


def test_high_m_and_low_r():
    """Key retain and key win-back together."""
    profile = rfm_tiers.class_profile(rfm_tiers.rfm(SUMMARY))
    wanted = profile.loc[["key retain", "key win-back"], "customers"].sum()
    assert rfm_tiers.high_m_low_r(profile) == wanted > 0


def test_shares_of_classes_are_those_of_scoring_again():
    """What moves where scores are high from moves the classes, not the scores."""
    scored = rfm_tiers.rfm(SUMMARY, bins=5, high_from=4)
    for high_from in (2, 3, 5):
        again = rfm_tiers.class_profile(rfm_tiers.rfm(SUMMARY, bins=5, high_from=high_from))["share"]
        pd.testing.assert_series_equal(
            rfm_tiers.class_shares(scored, high_from), again, check_names=False, check_dtype=False
        )
