"""The segments: their shares, and that they show in what the tables show, but not without mistakes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from workbook.retailer.core.world import generate
from workbook.retailer.customers import personas
from workbook.retailer.customers.personas import SEGMENTS
from workbook.retailer.sales.assortment import CATEGORIES, POPULAR, STYLES


def test_the_tables_fit_each_other():
    """A row for each segment in each table, a column for each category and style; shares add up to one."""
    assert SEGMENTS["share"].sum() == pytest.approx(1)
    assert personas.LIKES.shape == (len(SEGMENTS), len(CATEGORIES))
    assert personas.STYLED.shape == (len(SEGMENTS), len(STYLES))
    assert personas.AWAKE.shape == (len(SEGMENTS), 4)
    assert list(personas.WHO) == SEGMENTS["segment"].tolist()


def test_all_segments_together_are_the_shops_customers():
    """Averaged over customers, styles are as popular as the assortment has them, and levels don't shift."""
    share = SEGMENTS["share"].to_numpy()
    styles = personas.make_styles(np.arange(len(SEGMENTS)).repeat(5000), np.random.default_rng(1))
    np.testing.assert_allclose(styles.sum(axis=1), 1)
    np.testing.assert_allclose(
        share @ styles.reshape(len(SEGMENTS), 5000, -1).mean(axis=1), POPULAR, atol=0.08
    )
    assert abs(share @ SEGMENTS["price_level"]) < 0.01
    assert abs(share @ SEGMENTS["online"]) < 0.01


@pytest.mark.parametrize("segment", range(len(SEGMENTS)))
def test_a_segment_is_as_its_row_has_it(segment):
    """Women among those who say, and ages from 18, within 4 standard errors."""
    n, rng = 20_000, np.random.default_rng(segment)
    row = SEGMENTS.loc[segment]
    said = pd.Series(personas.genders(np.full(n, segment), rng)).value_counts(normalize=True)
    women = said["female"] / (said["female"] + said["male"])
    assert abs(women - row["women"]) < 4 * np.sqrt(row["women"] * (1 - row["women"]) / n) + 1e-9
    age = personas.ages(np.full(n, segment), rng)
    assert age.min() >= 18
    assert abs(age.mean() - 18 - row["age_shape"] * row["age_years"]) < 4 * age.std() / np.sqrt(n)


@pytest.mark.slow
def test_segments_show_in_the_tables_but_not_without_mistakes():
    """A classifier that knows the truth of others gets most customers with some orders right, and never all."""
    shop = generate(3000, seed=4)
    lines = shop.order_lines.merge(shop.products, on="product_id").merge(shop.orders, on="order_id")
    often = lines.groupby("customer_id")["order_id"].nunique().loc[lambda s: s >= 4].index
    lines = lines[lines["customer_id"].isin(often)]
    shares = [
        pd.crosstab(lines["customer_id"], lines[c], normalize="index")
        for c in ("category", "style", "channel")
    ]
    known = shop.customers.set_index("customer_id").loc[often]
    traits = pd.concat([*shares, known["birth_year"].fillna(1990), pd.get_dummies(known["gender"])], axis=1)
    truth = shop.truth["customers"].set_index("customer_id").loc[often, "segment"]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    score = cross_val_score(model, traits.set_axis(traits.columns.astype(str), axis=1), truth, cv=5).mean()
    assert 0.6 < score < 0.95


def test_segments_that_are_not_apart_are_alike(monkeypatch):
    """With APART at zero no column says anything of the segment: a world without segments."""
    monkeypatch.setattr(personas, "APART", 0.0)
    segment = np.repeat(np.arange(len(SEGMENTS)), 4000)
    rng = np.random.default_rng(4)
    women = pd.Series(personas.genders(segment, rng) == "female").groupby(segment).mean()
    assert women.max() - women.min() < 0.04
    age = pd.Series(personas.ages(segment, rng)).groupby(segment).mean()
    assert age.max() - age.min() < 1.5
    styles = pd.DataFrame(personas.make_styles(segment, rng)).groupby(segment).mean()
    assert (styles.max() - styles.min()).max() < 0.02
    assert (personas.waking_hours(segment) == personas.waking_hours(segment)[0]).all()


def test_segments_apart_as_usual_are_as_the_tables_say():
    """At one the mixture with all customers adds nothing, not even a rounding error."""
    assert (personas.by_segment(personas.LIKES) == personas.LIKES).all()
