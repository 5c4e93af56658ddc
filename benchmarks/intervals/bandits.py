"""Policies judged by the log of another one, and what earlier messages take from the next: small worlds, and Lanyu's engine."""

from functools import lru_cache

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.bandits import choices, fatigue, off_policy, policies, switching, true_values
from workbook.retailer.core.world import make_world
from workbook.retailer.customers.personas import SEGMENTS
from workbook.retailer.marketing import messages
from workbook.retailer.marketing.message_values import true_message_fatigue, true_message_values

HERE = "02_segmentation/04_touchpoints_and_bandits"
NAMES = np.array(["a", "b", "c"], dtype=object)


def small_log(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """A log of 1,500 rows of 600 readers in two groups, whom an engine treats differently; and each row's true chances."""
    group = rng.integers(0, 2, 600)
    keen = rng.beta(4, 4, 600) * 2
    who = rng.integers(0, 600, 1500)
    chance = np.array([[0.06, 0.09, 0.12], [0.2, 0.15, 0.1]])[group[who]] * keen[who][:, None]
    rule = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])[group[who]]
    arm = (rng.random(1500)[:, None] > rule.cumsum(axis=1)).sum(axis=1)
    row = np.arange(1500)
    log = pd.DataFrame(
        {
            "customer_id": who.astype(str),
            "context": np.array(["one", "two"])[group[who]],
            "content": NAMES[arm],
            "propensity": rule[row, arm],
            "reward": (rng.random(1500) < chance[row, arm]).astype(float),
        }
    )
    return choices.choices(log), chance


def found(estimate: off_policy.Estimate, truth: float) -> Found:
    """An estimate beside its truth."""
    return Found(estimate.value, truth, estimate.low, estimate.high)


def robust(rng: np.random.Generator) -> Found:
    """The second arm for everybody, doubly robust."""
    log, chance = small_log(rng)
    return found(off_policy.doubly_robust(log, policies.always(log, "b")), float(chance[:, 1].mean()))


def by_snips(rng: np.random.Generator) -> Found:
    """The second arm for everybody, by SNIPS."""
    log, chance = small_log(rng)
    return found(off_policy.snips(log, policies.always(log, "b")), float(chance[:, 1].mean()))


def by_ips(rng: np.random.Generator) -> Found:
    """The second arm for everybody, by IPS."""
    log, chance = small_log(rng)
    return found(off_policy.ips(log, policies.always(log, "b")), float(chance[:, 1].mean()))


def gained(rng: np.random.Generator) -> Found:
    """What the best arm for each group brings more than the engine did."""
    log, chance = small_log(rng)
    best = np.where(log["group"] == "two", 0, 2)
    policy = policies.by_group(log, {"one": "c", "two": "a"}, "a")
    row, did = np.arange(len(log)), pd.Index(NAMES).get_indexer(log["content"])
    truth = float((chance[row, best] - chance[row, did]).mean())
    return found(switching.gain(log, policy), truth)


def gained_by_learning(rng: np.random.Generator) -> Found:
    """What the content for each group that one half of the readers teaches brings the other half more than the engine did."""
    log, chance = small_log(rng)
    policy = switching.learned_policy(log)
    row, did = np.arange(len(log)), pd.Index(NAMES).get_indexer(log["content"])
    expected = pd.DataFrame(chance, log.index, NAMES)
    now = pd.Series(chance[row, did], log.index)[policy.index]
    return found(switching.gain(log, policy), true_values.true_value(policy, expected) - float(now.mean()))


def by_shares(rng: np.random.Generator) -> Found:
    """The first arm for everybody, with shares of the log in place of the chances."""
    log, chance = small_log(rng)
    return found(
        off_policy.snips(off_policy.as_shares(log), policies.always(log, "a")), float(chance[:, 0].mean())
    )


def engine(rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The log of Lanyu's engine, of customers who all consent, half of whom buy now and then; and its truth."""
    return engine_of(int(rng.integers(2**32)))


@lru_cache(maxsize=8)  # as many as a test looks at
def engine_of(seed: int) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The same, of a world's seed."""
    n, rng = 2500, np.random.default_rng(seed)
    world = make_world(n, 24, seed)
    block, begin = world.blocks()[0], messages.begin(world.timeline)
    segment = rng.choice(len(SEGMENTS), n, p=SEGMENTS["share"])
    people = pd.DataFrame(
        {
            "segment": segment,
            "gender": rng.choice(["female", "male", "not said"], n),
            "birth_year": rng.integers(1960, 2005, n),
        }
    )
    at = rng.integers(begin - 60 * 86_400, begin + 120 * 86_400, n)
    orders = pd.DataFrame({"who": rng.integers(0, n, n), "ordered_at": at.astype("datetime64[s]")})
    ids = block.customer_ids()
    log = messages.make_messages(
        people, ids, orders, lambda who, at, purpose: (who + len(purpose)) % 3 > 0, world.timeline, block
    )
    known = {"customer_id": ids, "segment": SEGMENTS["segment"].to_numpy()[segment]}
    truth = {
        "customers": pd.DataFrame(known),
        "message_values": true_message_values(),
        "message_fatigue": true_message_fatigue(),
    }
    return choices.choices(log), truth


def engine_coupon(rng: np.random.Generator) -> Found:
    """Coupons for everybody, from the log of Lanyu's engine: clicks."""
    log, truth = engine(rng)
    policy = policies.always(log, "coupon")
    value = true_values.true_value(policy, true_values.true_rewards(log, truth))
    return found(off_policy.doubly_robust(log, policy), value)


def engine_margin(rng: np.random.Generator) -> Found:
    """New arrivals for everybody, from the log of Lanyu's engine: margin."""
    log, truth = engine(rng)
    policy = policies.always(log, "new arrivals")
    value = true_values.true_value(policy, true_values.true_rewards(log, truth, "margin"))
    return found(off_policy.doubly_robust(log, policy, "margin"), value)


def engine_missing(rng: np.random.Generator) -> Found:
    """Styling advice for everybody, of which the engine's log has a part only."""
    log, truth = engine(rng)
    policy = policies.always(log, "styling advice")
    value = true_values.true_value(policy, true_values.true_rewards(log, truth))
    return found(off_policy.doubly_robust(log, policy), value)


def engine_learned(rng: np.random.Generator, outcome: str = "reward") -> Found:
    """The proposal that half of the readers of Lanyu's engine teaches, judged on the other half: clicks."""
    log, truth = engine(rng)
    policy = switching.learned_policy(log, outcome)
    truly = true_values.true_gains(log, {"learned": policy}, truth)
    return found(switching.gain(log, policy, outcome), float(truly.loc["learned", outcome]))


def engine_learned_margin(rng: np.random.Generator) -> Found:
    """The proposal that half of the readers of Lanyu's engine teaches, judged on the other half: margin."""
    return engine_learned(rng, "margin")


def engine_tired(rng: np.random.Generator) -> Found:
    """The chance of a click after one message, over that after none, from the log of Lanyu's engine."""
    log, truth = engine(rng)
    factor = truth["message_fatigue"].set_index("messages_before")["factor"]
    rows = log[log["messages_before"].isin([0, 1])]
    return found(fatigue.ratio_within_groups(rows, 1), float(factor[1]))


CASES = (
    Case("one arm for everybody, doubly robust", HERE, robust),
    Case("one arm for everybody, by SNIPS", HERE, by_snips),
    Case("one arm for everybody, by IPS", HERE, by_ips),
    Case("the gain of an arm for each group", HERE, gained),
    Case("the gain of an arm for each group, learned from half of the readers", HERE, gained_by_learning),
    Case("one arm for everybody, by shares of the log", HERE, by_shares, biased="forgets to whom it went"),
    Case("Lanyu's engine: coupons for everybody, clicks", HERE, engine_coupon, at_most=400),
    Case("Lanyu's engine: new arrivals for everybody, margin", HERE, engine_margin, at_most=400),
    Case(
        "Lanyu's engine: styling advice for everybody",
        HERE,
        engine_missing,
        biased="was never sent to most",
        at_most=400,
    ),
    Case("Lanyu's engine: the learned proposal, clicks", HERE, engine_learned, at_most=600),
    Case("Lanyu's engine: the learned proposal, margin", HERE, engine_learned_margin, at_most=600),
    Case("Lanyu's engine: clicks after one message", HERE, engine_tired, at_most=400),
)
