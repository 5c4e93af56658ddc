"""Showing one category: decided on a past day, judged by what was bought since."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import targeting as tg

TODAY = pd.Timestamp("2025-12-31")
THEN, SINCE = pd.Timestamp("2025-06-01 10:00"), pd.Timestamp("2025-10-01 10:00")


def lines(rows: list[tuple[str, pd.Timestamp, str, float]]) -> pd.DataFrame:
    """Lines of customers: when, which category, for how much."""
    return pd.DataFrame(rows, columns=["customer_id", "ordered_at", "category", "amount"]).astype(
        {"amount": float}
    )


LINES = lines(
    [
        ("a", THEN, "coat", 100.0),
        ("b", THEN, "bag", 30),
        ("b", THEN, "coat", 20),
        ("c", THEN, "bag", 60),
        ("a", SINCE, "coat", 7),
        ("b", SINCE, "bag", 5),
        ("b", SINCE, "coat", 3),
        ("c", SINCE, "bag", 11),
    ]
)
LABELS = pd.Series({"a": "A", "b": "A", "c": "B"}, name="cluster")


def test_each_rule_by_hand():
    """Coats for all; coats for A and bags for B; each customer's own."""
    found = tg.target(LINES, LABELS, TODAY)
    assert found.rules.loc["b"].to_dict() == {tg.ALL: "coat", tg.CLUSTER: "coat", tg.OWN: "bag"}
    assert found.categories.to_dict() == {"A": "coat", "B": "bag"}
    assert found.hits.sum().to_dict() == {tg.ALL: 10, tg.CLUSTER: 21, tg.OWN: 23}
    by_rule = tg.by_rule(found, "CNY")
    assert by_rule["per_customer"].tolist() == pytest.approx([10 / 3, 7, 23 / 3])
    assert by_rule.loc[tg.CLUSTER, "value"] == pytest.approx(11 / 3)


def test_what_came_later_decides_nothing():
    """The rules are the same whatever is bought since."""
    other = LINES.assign(category=np.where(LINES["ordered_at"] == SINCE, "shoe", LINES["category"]))
    pd.testing.assert_frame_equal(
        tg.target(other, LABELS, TODAY).rules, tg.target(LINES, LABELS, TODAY).rules
    )
    assert tg.target(other, LABELS, TODAY).hits.to_numpy().sum() == 0


def test_the_true_segment_is_a_rule_of_its_own():
    """Where the truth is known, each segment's best category is shown."""
    segment = pd.Series({"a": "x", "b": "y", "c": "y"})
    found = tg.target(LINES, LABELS, TODAY, segment=segment)
    assert found.rules[tg.TRUE].tolist() == ["coat", "bag", "bag"]


def test_past_clusters_know_nothing_of_what_followed():
    """Clusters of half a year ago are the same without the lines since."""
    rng = np.random.default_rng(1)
    at = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365, 4000), unit="D")
    all_lines = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 200, 4000),
            "order_id": np.arange(4000),
            "ordered_at": at,
            "amount": 1.0,
            "dear": rng.normal(size=4000),
            "category": rng.choice(list("xyz"), 4000),
        }
    )
    then = pd.Timestamp("2026-01-01") - pd.Timedelta(days=tg.DAYS)
    only_before = all_lines[all_lines["ordered_at"] < then]
    pd.testing.assert_series_equal(
        tg.past_clusters(all_lines, TODAY, 3, 5, 1), tg.past_clusters(only_before, TODAY, 3, 5, 1)
    )


def test_who_has_no_cluster_is_a_group_of_its_own():
    """Everybody who had bought by then, but for those with a cluster; a newcomer since is nobody's."""
    more = pd.concat([LINES, lines([("d", THEN, "bag", 5), ("d", SINCE, "bag", 4), ("e", SINCE, "bag", 9)])])
    few = tg.without_cluster(more, LABELS, TODAY)
    assert few.to_dict() == {"d": "none"}
    assert tg.target(more, few, TODAY).hits.loc["d"].to_dict() == {tg.ALL: 4, tg.CLUSTER: 4, tg.OWN: 4}


def hits(clusters: float, own: float, n: int = 400) -> tg.Targeted:
    """What each way hits, with noise whose mean is nothing."""
    noise = np.random.default_rng(1).normal(size=n)
    noise = noise - noise.mean()
    found = pd.DataFrame({tg.ALL: 0.0, tg.CLUSTER: clusters + noise, tg.OWN: own + 2 * noise})
    return tg.Targeted(found, found, pd.Series(dtype=str))


@pytest.mark.parametrize(
    ("clusters", "own", "few", "case", "who"),
    [
        (5, 20, 3, "both", "everybody"),
        (5, 20, 0, "both", "many"),
        (0, 20, 3, "own", "everybody"),
        (-1, -0.8, 3, "nothing", "nothing"),  # better than the clusters, and worse than one for all
        (5, 5, 3, "clusters", "clusters"),
        (0, 0, 3, "nothing", "nothing"),
    ],
)
def test_the_case_follows_from_both_comparisons(clusters, own, few, case, who):
    """Each combination of what can be told from nothing has its word; who has few lines is judged by the own few."""
    found = tg.worth(hits(clusters, own), hits(0, few), "CNY")
    assert (found.case, found.who) == (case, who)


def test_the_case_agrees_with_the_picture():
    """Clear of one for all, though neither clear of the clusters, nor these of one for all: it is the own history."""
    noise = np.random.default_rng(1).normal(size=(2, 400))
    noise = noise - noise.mean(axis=1, keepdims=True)
    found = pd.DataFrame({tg.ALL: 0.0, tg.CLUSTER: 0.07 + noise[0], tg.OWN: 0.15 + noise[1]})
    several = tg.Targeted(found, found, pd.Series(dtype=str))
    read = tg.worth(several, hits(0, 3), "CNY")
    assert (read.clusters.verdict, read.own.verdict, read.alone.verdict) == ("unclear", "unclear", "up")
    assert (read.case, read.who) == ("own", "everybody")
    assert read.alone.value == pytest.approx(tg.by_rule(several, "CNY").loc[tg.OWN, "value"])


def test_one_customer_has_no_interval():
    """Without a second customer nothing can be compared."""
    alone = pd.DataFrame({tg.ALL: [0.0], tg.CLUSTER: [1.0], tg.OWN: [2.0]})
    one = tg.Targeted(alone, alone, pd.Series(dtype=str))
    assert tg.worth(one, hits(0, 1), "CNY").who == "unknown"
