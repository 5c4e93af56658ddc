"""What a triggered message adds, by those whom the trigger left alone at random."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.triggers import increments as part

DAY = pd.Timedelta(days=1)


def shop() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Three messages of a trigger, one held out, one of a newsletter; and orders."""
    touches = pd.DataFrame(
        {
            "customer_id": ["a", "b", "a", "a"],
            "touched_at": pd.to_datetime(["2025-01-01 10:00", "2025-01-02 10:00", "2025-03-01 10:00", "2025-01-05 00:00"]),
            "campaign_id": ["t", "t", "t", "n"],
            "held_out": [False, True, False, False],
        }
    )  # fmt: skip
    campaigns = pd.DataFrame({"campaign_id": ["t", "n"], "kind": ["birthday", "newsletter"]})
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "ordered_at": pd.to_datetime(
                ["2025-01-01 09:00", "2025-01-05", "2025-01-15 10:00", "2025-01-20"], format="mixed"
            ),
        }
    )
    return touches, campaigns, orders


def test_orders_of_the_days_after_count():
    """An order counts if it comes after the message and within 14 days; a trigger without a holdout is left out."""
    found = part.triggered(*shop(), pd.Timestamp("2025-12-31"))
    assert found["kind"].tolist() == ["birthday"] * 3
    assert found["orders"].tolist() == [2, 0, 0]
    assert found["held_out"].tolist() == [False, False, True]


def test_an_order_counts_for_the_last_message_before_it():
    """Two messages of one kind within 14 days share no order: what comes after the second is counted there alone."""
    touches, campaigns, orders = shop()
    close = touches.assign(
        touched_at=touches["touched_at"].where(touches.index != 2, pd.Timestamp("2025-01-08"))
    )
    found = part.triggered(close, campaigns, orders, pd.Timestamp("2025-12-31"))
    assert found[["customer_id", "orders"]].to_numpy().tolist() == [["a", 1], ["a", 1], ["b", 0]]


def test_a_message_whose_days_are_not_over_is_left_out():
    """On 1 March two weeks of that day's message are to come."""
    assert len(part.triggered(*shop(), pd.Timestamp("2025-03-01"))) == 2


def messages(effect: float, n: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Messages of two triggers to customers who come several times; a tenth of customers held out."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, n // 3, n)
    own = rng.gamma(1, 0.3, n // 3)
    held = (rng.random(n // 3) < 0.1)[who]
    orders = rng.poisson(own[who]) + (rng.random(n) < effect) * ~held
    kind = np.where(rng.random(n) < 0.5, "birthday", "win-back")
    return pd.DataFrame({"customer_id": who.astype(str), "kind": kind, "held_out": held, "orders": orders})


def test_the_difference_by_hand():
    """Means of 2 and 1 orders differ by 1; with fewer than ten customers in a group there is no interval."""
    found = part.difference(pd.Series([2, 2, 1]), pd.Series([True, True, False]), pd.Series(list("abc")))
    assert found[0] == 1
    assert np.isnan(found[1])
    assert np.isnan(part.difference(pd.Series([1, 2]), pd.Series([True, True]), pd.Series(list("ab")))).all()


def test_without_effect_little_is_found():
    """With nothing added, the simultaneous intervals of two triggers both hold 0 in 92 to 98 % of 200 worlds."""
    held = sum(
        (part.increments(messages(0.0, 900, s))[["low", "high"]].prod(axis=1) < 0).all() for s in range(200)
    )
    assert 0.92 <= held / 200 <= 0.99


def test_an_effect_is_found_and_the_truth_is_joined():
    """A large effect shows for both triggers, and all together; the truth is orders expected over messages sent."""
    table = messages(0.4)
    truth = pd.DataFrame(
        {"kind": ["birthday", "win-back"], "touches": [100, 50], "orders_expected": [40.0, 20.0]}
    )
    found = part.increments(table, truth)
    assert (found["low"] > 0).all()
    assert found["true"].tolist() == [0.4, 0.4]
    assert part.together(table).contains(0.4)
    credit = part.credit(table, found)
    assert credit.case == "shown"
    assert credit.held_out == table["held_out"].sum()
    assert part.credit(table[:0], found[:0]).case == "unknown"


def test_a_holdout_that_is_large_enough():
    """Half an order more at a spread of one needs 63 in each group, as the textbook's two-sample formula has it."""
    table = pd.DataFrame({"orders": [0, 2] * 500})
    spread = table["orders"].std()
    assert part.holdout_needed(table, 0.5 * spread).value == pytest.approx(63)
    assert not part.holdout_needed(table, 0.0).known


def test_hillstroms_holdout():
    """The published counts of the MineThatData e-mail challenge (Hillstrom 2008): lifts of visits, and z of the women's mail."""
    sent = {"men": (3894, 21307), "women": (3238, 21387)}
    none = (2262, 21306)
    for name, lift in {"men": 0.07659, "women": 0.04523}.items():
        hits, n = sent[name]
        rows = pd.DataFrame(
            {
                "orders": np.r_[
                    np.repeat([1, 0], [hits, n - hits]), np.repeat([1, 0], [none[0], none[1] - none[0]])
                ]
            }
        )
        rows["held_out"] = np.arange(len(rows)) >= n
        rows["customer_id"] = rows.index.astype(str)
        value, low, high = part.difference(rows["orders"], ~rows["held_out"], rows["customer_id"])
        assert value == pytest.approx(lift, abs=5e-6)
        if name == "women":
            assert (low, high) == (pytest.approx(0.0389, abs=1e-4), pytest.approx(0.0516, abs=1e-4))


def test_a_holdout_dealt_again_finds_nothing(lanyu):
    """Lanyu's messages, with the customers who are held out drawn again: an interval holds nothing in 95 of 100 draws."""
    messages = part.triggered(lanyu.touchpoints, lanyu.campaigns, lanyu.orders, lanyu.today)
    rng, draws, held = np.random.default_rng(1), 150, []
    for _, of in messages.groupby("kind"):
        whose = pd.Series(pd.factorize(of["customer_id"])[0])
        for _ in range(draws):
            lot = rng.random(whose.max() + 1) < 0.1
            _, low, high = part.difference(of["orders"], pd.Series(~lot[whose]), whose)
            held.append(low <= 0 <= high)
    assert abs(np.mean(held) - 0.95) < 3 * np.sqrt(0.05 * 0.95 / len(held))
