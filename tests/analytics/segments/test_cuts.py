"""Cuts: parts by what is recorded, the gaps as a part of their own; and how much a cut says of clusters."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import cuts

ORDERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c"],
        "amount": [10.0, 30.0, 50.0, 70.0],
        "scene": ["gift", None, "everyday", "gift"],
        "ordered_at": pd.to_datetime(
            ["2025-01-01 09:00", "2025-01-02 09:30", "2025-01-02 20:00", "2025-01-03 20:00"]
        ),
    }
)


def test_parts_of_customers():
    """By hand: a is an office worker with two orders, b and c didn't say."""
    work = pd.Series({"a": "office", "b": None, "c": None}, name="occupation")
    found = cuts.parts(work, ORDERS)
    assert found.loc["office"].tolist() == [1, pytest.approx(1 / 3), 2, 20]
    assert found.loc[cuts.NOT_KNOWN].tolist() == [2, pytest.approx(2 / 3), 1, 60]


def test_parts_of_orders():
    """Shares are of the known ones: two gifts of three."""
    found = cuts.order_parts(ORDERS, "scene")
    assert found.loc["gift", "share of known"] == pytest.approx(2 / 3)
    assert found.loc[cuts.NOT_KNOWN, "orders"] == 1
    assert found.loc["gift", "median order"] == 40


def test_ages_come_in_bands():
    """Whole years by the year of birth; what nobody has is left out."""
    about = cuts.described(
        pd.DataFrame({"customer_id": list("abc"), "birth_year": [2005, 1990, None], "city": None}),
        pd.Timestamp("2025-06-01"),
    )
    assert about["age"].fillna("-").tolist() == ["under 25", "35 to 49", "-"]
    assert "city" not in about


def test_a_perfect_link_and_none():
    """Cramér's V is 1 where the cut is the cluster, and near 0 where it is drawn at random."""
    rng = np.random.default_rng(1)
    labels = pd.Series(rng.choice(list("ABC"), 600))
    about = pd.DataFrame(
        {"same": labels, "none": rng.choice(list("xyz"), 600), "half": labels.where(labels.index < 300)}
    )
    found = cuts.strength(about, labels)
    assert found.loc["same", "cramers_v"] == pytest.approx(1, abs=0.01)
    assert found.loc["none", "cramers_v"] < 0.08
    assert found.loc["half", "known"] == 0.5
    assert cuts.best(found).name in ("same", "half")
    assert cuts.best(found.loc[["none"]]).case == "none"


def test_a_handful_of_customers_says_nothing():
    """Fourteen customers in six clusters are too few, however well four answers fit them."""
    labels = pd.Series(list("ABCDEF") + list("ABCDEFAB"))
    about = pd.DataFrame({"answer": labels.map(dict(zip("ABCDEF", "wxyzwx", strict=True)))})
    found = cuts.strength(about, labels)
    assert found.loc["answer", "cramers_v"] > 0.5
    assert np.isnan(found.loc["answer", "p"])
    assert cuts.best(found) == cuts.Best("none")


def test_the_best_of_several_pays_for_their_number():
    """A p of .03 is enough for one that was looked at alone, and not for the best of two."""
    found = pd.DataFrame({"cramers_v": [0.3, 0.1], "p": [0.03, 0.6], "known": 1.0}, index=["city", "age"])
    assert cuts.best(found[:1]).name == "city"
    assert cuts.best(found).case == "none"


def test_recorded_and_true_gifts():
    """Recorded: two of three known; true: the mean over orders of each customer's share."""
    assert cuts.recorded_share(ORDERS).value == pytest.approx(2 / 3)
    needs = pd.DataFrame({"customer_id": list("abc"), "gift": [0.1, 0.2, 0.6]})
    assert cuts.true_share(ORDERS, needs) == pytest.approx(0.25)
    assert not cuts.recorded_share(ORDERS.assign(scene=None)).known


def test_hours_of_each_cluster():
    """Shares of a cluster's orders add up to one; dates without times have no hours."""
    found = cuts.bought_when(ORDERS, pd.Series({"a": "A", "b": "B", "c": "B"}))
    assert found.sum().tolist() == [1, 1]
    assert found.loc[9, "A"] == found.loc[20, "B"] == 1
    dates = ORDERS.assign(ordered_at=ORDERS["ordered_at"].dt.normalize())
    assert cuts.bought_when(dates, pd.Series({"a": "A"})).empty


def test_two_counts_say_nothing_of_a_link():
    """Two customers in two clusters, or one value for all: there is nothing to be corrected."""
    for table in ([[1.0, 0], [0, 1]], [[3.0, 4]]):
        assert np.isnan(cuts.cramers_v(np.array(table)))


def test_parts_keep_their_order():
    """Categories that have an order come in it, without those that nobody is in; who is in none isn't counted."""
    many = pd.Series(pd.Categorical(["few", "one"], ["one", "few", "many"]), index=["a", "b"], name="bought")
    assert cuts.parts(many, ORDERS)["customers"].to_dict() == {"one": 1, "few": 1}


def test_the_choice_furthest_from_all():
    """By hand: x takes cards in both orders, all of them in three of four; y cash in half, all in a quarter."""
    orders = pd.DataFrame({"customer_id": list("aabbc"), "payment": ["card", "card", "card", "cash", "cash"]})
    who = pd.Series({"a": "x", "b": "y"}, name="group")
    assert cuts.furthest(who, orders, "payment").case == "none"  # a customer each
    many = pd.concat([orders.assign(customer_id=orders["customer_id"] + str(i)) for i in range(40)])
    whose = pd.Series({f"{name}{i}": group for name, group in who.items() for i in range(40)}, name="group")
    shares = cuts.chosen_by(whose, many, "payment")
    assert shares.loc["all"].to_dict() == {"card": 0.75, "cash": 0.25}
    found = cuts.furthest(whose, many, "payment")
    assert (found.case, found.group, found.share - found.of_all) == ("found", "x", 0.25)
    assert cuts.furthest(whose, many[many["payment"] == "card"], "payment").case == "none"


@pytest.mark.parametrize(("hits", "case"), [(63, "alike"), (66, "found")])
def test_the_furthest_of_several_choices_pays_for_their_number(hits, case):
    """Two groups and two choices are four looks: 2.5 standard errors are wanted, not 1.96; a group of 100 lies 2.0 from all, or 2.6."""
    first = np.arange(100) < hits
    second = np.arange(1000) < 520
    orders = pd.DataFrame(
        {
            "customer_id": [f"a{i}" for i in range(100)] + [f"b{i}" for i in range(1000)],
            "payment": np.where(np.concatenate([first, second]), "card", "cash"),
        }
    )
    who = pd.Series(["a"] * 100 + ["b"] * 1000, orders["customer_id"].to_numpy(), name="group")
    assert cuts.furthest(who, orders, "payment").case == case


def test_what_may_be_chance_is_no_difference(monkeypatch):
    """Of groups that are drawn by lot one is called different in about one of twenty worlds; of a customer each never."""
    called = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        customers = pd.Index([f"c{i}" for i in range(240)])
        taste = rng.random(240) < 0.4
        orders = pd.DataFrame(
            {"customer_id": customers.repeat(4), "payment": np.where(taste, "card", "cash").repeat(4)}
        )
        who = pd.Series(rng.choice(list("xyz"), 240), customers, name="group")
        called += cuts.furthest(who, orders, "payment").case == "found"
    assert called <= 8
    monkeypatch.setattr(cuts, "FEWEST", 1)
    two = pd.DataFrame({"customer_id": ["a", "b"], "payment": ["card", "cash"]})
    assert cuts.furthest(pd.Series({"a": "x", "b": "y"}), two, "payment").case == "alike"


def test_the_busiest_hours_of_clusters():
    """The earliest and the latest are named; where all are the same hour it is said so."""
    shares = pd.DataFrame({"A": [0.1, 0.6, 0.3], "B": [0.1, 0.3, 0.6], "C": [0.5, 0.5, 0.0]})
    assert cuts.busiest(shares) == cuts.Busiest("differ", "C", 0, "B", 2)
    assert cuts.busiest(shares[["A"]]).case == "same"
    assert cuts.busiest(pd.DataFrame()).case == "unknown"
