"""Who brought whom: few people bring many, and who still buys and lives near by brings more."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.loyalty.points_earned import BONUS

NAMED = 0.95  # share of referred customers who say by whom
HUBS, LARGEST = 0.85, 300.0  # power of the tail of how much people talk (Pareto), and its upper end
HEAVY = 0.5  # power of the purchase rate in it
TALKS = {"left": 0.1, "no member": 0.35, "elsewhere": 0.3}  # against members who still buy, of the same city
TRIES = 40  # candidates drawn for each referred customer


def make_referrals(folk: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Find who brought each referred customer, among those who were there on an earlier day.

    Candidates are drawn by how much they talk, and taken by how they stand with the shop on that day, until one is.

    Returns
    -------
    pandas.DataFrame
        referred, referrer (rows of customers), joined (seconds), reward (points); by the former.
    """
    rng, n = block.rng("loyalty.referrals"), len(folk)
    by_day = np.argsort(folk["joined"].to_numpy(), kind="stable")
    talks = np.minimum((1 - rng.random(n)) ** (-1 / HUBS), LARGEST) * folk["rate"].to_numpy() ** HEAVY
    reach = np.concatenate([[0], np.cumsum(talks[by_day])])
    referred = np.flatnonzero(folk["referred"].to_numpy() & (rng.random(n) < NAMED))
    before = np.searchsorted(folk["joined"].to_numpy()[by_day], folk["joined"].to_numpy()[referred])
    referrer = np.full(len(referred), -1)
    for _ in range(TRIES):
        luck = rng.random((2, len(referred)))
        drawn = np.searchsorted(reach, luck[0] * reach[before], side="right") - 1
        candidate = by_day[np.clip(drawn, 0, n - 1)]
        takes = (referrer < 0) & (before > 0) & (luck[1] < referrer_weights(folk, candidate, referred))
        referrer = np.where(takes, candidate, referrer)
    found = pd.DataFrame({"referred": referred, "referrer": referrer})[referrer >= 0]
    joined = folk["joined"].to_numpy()[found["referred"]]
    member = folk["since"].to_numpy()[found["referrer"]] < joined
    return found.assign(joined=joined, reward=np.where(member, BONUS["referral bonus"], 0)).reset_index(
        drop=True
    )


def referrer_weights(folk: pd.DataFrame, referrer: np.ndarray, referred: np.ndarray) -> np.ndarray:
    """How likely each referrer is the one, against a member who still buys and lives in the same city."""
    day = folk["joined"].to_numpy()[referred]
    city = folk["city"].to_numpy()
    return (
        np.where(folk["left"].to_numpy()[referrer] < day, TALKS["left"], 1.0)
        * np.where(folk["since"].to_numpy()[referrer] < day, 1.0, TALKS["no member"])
        * np.where(city[referrer] == city[referred], 1.0, TALKS["elsewhere"])
    )


def referrals_table(referrals: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Who brought whom; see `tables.contracts.loyalty.Referrals`."""
    return pd.DataFrame(
        {
            "referred_id": ids.take(referrals["referred"]).array,
            "referrer_id": ids.take(referrals["referrer"]).array,
            "referred_on": referrals["joined"].to_numpy().astype("datetime64[s]"),
            "reward": referrals["reward"],
        }
    )
