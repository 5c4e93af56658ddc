"""Partitions: known answers on data whose groups are known, and what each criterion says of them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score

from workbook.analytics.segments import partitions as pa


@pytest.fixture(scope="module")
def blobs() -> pd.DataFrame:
    """Three groups far apart, of 60, 50 and 40."""
    rng = np.random.default_rng(3)
    centres = np.repeat([[0, 0], [20, 0], [0, 20]], [60, 50, 40], axis=0)
    return pd.DataFrame(centres + rng.normal(size=(150, 2)), columns=["x", "y"])


@pytest.fixture(scope="module")
def iris() -> tuple[np.ndarray, np.ndarray]:
    """Measures and species of Fisher's irises."""
    return load_iris(return_X_y=True)


@pytest.mark.parametrize(
    ("k", "inertia", "silhouette"), [(2, 152.348, 0.6810), (3, 78.8514, 0.5528), (4, 57.2285, 0.4981)]
)
def test_k_means_of_irises_is_as_published(iris, k, inertia, silhouette):
    """Within sums of squares and silhouettes as R's kmeans has them."""
    model = pa.k_means(iris[0], k, 1, 20)
    assert model.inertia_ == pytest.approx(inertia, abs=2e-3)
    assert pa.silhouette(iris[0], model.labels_, 1) == pytest.approx(silhouette, abs=1e-4)


def test_agreement_with_the_species_is_as_published(iris):
    """ARI .7302 for k-means with three clusters, .7312 for Ward on standardised measures' raw form."""
    species = pd.Series(iris[1])
    labels = pd.Series(pa.k_means(iris[0], 3, 1, 20).labels_)
    assert pa.agreement(labels, species) == pytest.approx(0.7302, abs=1e-4)
    assert pa.agreement(pa.ward(pd.DataFrame(iris[0]), 3, 1), species) == pytest.approx(0.7312, abs=1e-4)


@pytest.mark.parametrize(
    ("one", "other", "ari"),
    [
        ([0, 0, 1, 2], [0, 0, 1, 1], 0.57142857),
        ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2], 0.2424),
    ],
)
def test_agreement_of_typed_partitions(one, other, ari):
    """The adjusted Rand index of examples small enough to count."""
    assert pa.agreement(pd.Series(one), pd.Series(other)) == pytest.approx(ari, abs=1e-4)


def test_agreement_is_of_those_whom_both_know():
    """Customers of one partition alone don't count."""
    one, other = pd.Series([0, 0, 1], index=list("abc")), pd.Series([1, 1, 0, 0], index=list("abcd"))
    assert pa.agreement(one, other) == 1


def test_three_far_groups_are_found(blobs):
    """Silhouette and gap pick three, where halves agree fully; each group is one cluster, A the largest."""
    found = pa.criteria(blobs, 6, 1)
    assert pa.choices(found)[["silhouette", "gap"]].tolist() == [3, 3]
    assert found.loc[3, "stability"] == 1 > found.loc[6, "stability"]
    labels = pa.fit(blobs, 3, 1).labels
    assert labels.value_counts().to_dict() == {"A": 60, "B": 50, "C": 40}
    assert adjusted_rand_score(labels, np.repeat([0, 1, 2], [60, 50, 40])) == 1


def test_gap_takes_the_first_that_the_next_does_not_beat():
    """By hand: at 3 the gap is .9, and the next is no better than its error."""
    found = pd.DataFrame(
        {"gap": [0.5, 0.9, 0.92, 0.95], "error": [0.01, 0.01, 0.05, 0.01]}, index=[2, 3, 4, 5]
    )
    assert pa.gap_choice(found) == 3


def test_a_list_is_scaled_like_those_who_were_clustered(blobs):
    """Customers of one group are put into their cluster by the old scale, and all over the place by their own."""
    fitted = pa.fit(blobs, 3, 1)
    listed = blobs[fitted.labels == "B"]
    assert (fitted.cluster_of(pa.scale(listed, like=blobs)) == "B").all()
    assert (fitted.cluster_of(pa.scale(listed, like=listed)) != "B").mean() > 0.3


def test_everybody_is_put_into_the_own_cluster_again(blobs):
    """The scale and the centres give back the labels that were fitted."""
    fitted = pa.fit(blobs, 3, 1)
    assert fitted.cluster_of(pa.scale(blobs, like=blobs)).tolist() == fitted.labels.tolist()


def test_few_customers_have_few_clusters():
    """Ten in each at least, on average, and never more clusters than different customers."""
    assert list(pa.possible(35, 8)) == [2, 3]
    assert list(pa.possible(5, 8)) == [2]
    two = pd.DataFrame({"x": [0.0, 0.0, 1.0], "y": [0.0, 0.0, 2.0]})
    assert sorted(pa.fit(two, 6, 1).labels) == ["A", "A", "B"]


def test_agreement_grows_with_lines():
    """With two kinds who buy two goods, many lines show the kind and one line doesn't always."""
    rng = np.random.default_rng(1)
    n = rng.choice([1, 30], 400)
    kind = np.arange(400) % 2
    who = np.repeat(np.arange(400), n)
    dress = rng.random(len(who)) < np.where(kind[who], 0.7, 0.3)
    lines = pd.DataFrame(
        {
            "customer_id": who,
            "order_id": np.arange(len(who)),
            "category": np.where(dress, "dress", "shirt"),
            "dear": 0.0,
        }
    )
    found = pa.agreement_by_lines(lines, pd.Series(kind), 1, (1, 20))
    assert found.loc[20, "k-means"] > 0.9 > found.loc[1, "k-means"]
    assert found["customers"].tolist() == [400, (n == 30).sum()]
    asked = pa.agreement_by_lines(lines, pd.Series(kind), 1, (1, 40, 50))
    assert asked.index.tolist() == [1, 30]  # nobody has 40


def test_letters_stay_with_their_customers():
    """Clusters under other names get the letters of the customers they have in common, and a new group gets a new letter."""
    cards = pd.Series(list("AAAABBBCC"), index=range(9), name="cluster")
    later = pd.Series(list("CCCCAAABB"), index=range(9))
    assert pa.aligned(later, cards).tolist() == cards.tolist()
    longer = pd.Series(list("BBBBAAACCDD"), index=range(11))
    assert pa.aligned(longer, cards).tolist() == list("AAAABBBCCDD")
    strangers = pd.Series(list("AAB"), index=list("xyz"))
    assert pa.aligned(strangers, cards).tolist() == list("DDE")


def test_as_many_as_possible_keep_their_letter(blobs):
    """Clusters of a part of the customers, made afresh, agree with the cards; whatever the sizes there."""
    cards = pa.fit(blobs, 3, 1).labels
    part = blobs.iloc[30:]  # of the largest group half is gone
    again = pa.fit(part, 3, 5).labels
    assert pa.kept(pa.aligned(again, cards), cards).value == 1 > pa.kept(again, cards).value
    assert pa.kept(again, cards).n == 120


def test_the_number_that_was_asked_for():
    """By hand: 3 is the most stable; 2 is less so; 9 was not tried."""
    found = pd.DataFrame({"stability": [0.5, 0.8]}, index=[2, 3])
    assert pa.asked_for(found, 2) == pa.Asked("less", 2, 0.5, 3, 0.8)
    assert pa.asked_for(found, 3).case == "best"
    assert pa.asked_for(found, 9).case == "untried"


def test_where_each_kind_is():
    """By hand: two of three x are in A, which has one y; both y's cluster is by number."""
    labels, kind = pd.Series(list("AABBA")), pd.Series(list("xxxyy"))
    found = pa.where_found(labels, kind)
    assert found.loc["x"].tolist() == ["A", pytest.approx(2 / 3), pytest.approx(2 / 3)]
    assert found.loc["y", "of the kind"] == 0.5
