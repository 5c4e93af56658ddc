"""What customers agreed to under which policy, and whether it holds.

A consent holds from the moment it is given until it is withdrawn or the customer is asked again. One that was
taken by a box ticked beforehand, or along with the terms of sale, never holds (GDPR art. 4 and 7; PIPL art. 14).
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, NEVER, at_shop_hour, end_of, keyed, seconds
from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.sales.season import Season

# One row a version: whether boxes come ticked, whether sharing and transfer abroad are asked for on their own,
# days after the last order until a customer's data is no longer used, language.
POLICIES = pd.DataFrame(
    [
        ("1.0", "2016-05-01", "first policy of the e-shop", True, False, False, 1825, "zh"),
        ("2.0", "2019-03-01", "app and loyalty programme added", True, False, False, 1825, "zh"),
        ("3.0", "2021-11-01", "PIPL: sharing is asked for on its own", True, True, False, 1095, "zh"),
        ("3.1", "2024-06-01", "boxes no longer come ticked", False, True, False, 1095, "zh, en"),
        ("4.0", "2025-03-01", "transfer abroad asked for on its own; a year kept", False, True, True, 365, "zh, en"),
    ],
    columns=["version", "published_on", "changed", "pre_ticked", "separate_sharing",
             "separate_cross_border", "retention_days", "language"],
)  # fmt: skip
# One row a purpose: share of new customers asked (of the app's users for its push messages), how willing they
# are against the average, withdrawals a year.
PURPOSES = pd.DataFrame(
    [
        ("marketing email", 0.66, 1.25, 0.16),
        ("marketing sms", 0.70, 1.20, 0.24),
        ("app push", 0.80, 1.15, 0.20),
        ("profiling", 0.32, 0.90, 0.07),
        ("sharing with partners", 0.20, 0.65, 0.10),
        ("cross-border analytics", 0.20, 0.75, 0.06),
        ("service improvement", 0.20, 1.30, 0.04),
    ],
    columns=["purpose", "asked", "willing", "withdrawn"],
)
PUSH, SHARING, ABROAD = 2, 4, 5  # rows of PURPOSES
# One row a way of asking: chance of a yes; and by situation, how often it is the way.
HOW = pd.DataFrame(
    [
        ("active tick", 0.46, 0.00, 0.10, 0.30, 0.54, 0.50),
        ("app dialog", 0.40, 0.00, 0.22, 0.00, 0.43, 0.00),
        ("spoken in store", 0.60, 0.00, 0.00, 0.50, 0.00, 0.48),
        ("pre-ticked box", 0.92, 0.00, 0.62, 0.15, 0.00, 0.00),
        ("bundled with terms", 1.00, 1.00, 0.06, 0.05, 0.03, 0.02),
    ],
    columns=["how", "yes", "not asked apart", "ticked, online", "ticked, store", "online", "store"],
)
SITUATIONS = list(HOW.columns[2:])
PRE_TICKED, BUNDLED = "pre-ticked box", "bundled with terms"
INVALID = (PRE_TICKED, BUNDLED)
AT_FIRST_ORDER = 0.75  # share of questions asked with the first order
LATER = 90.0  # mean days until the others are asked
ASKED_AGAIN = 0.45  # share of invalid consents asked for once more when the policy is mended
UNPROVED = 0.12  # share of spoken consents on which nobody noted the policy
AGREED = ("done", "partly: tax invoices kept")  # outcomes of a request that was granted
WORTH = ("none", "refused", "withdrawn", "invalid", "given")
WORKING_HOURS = np.array([0, 0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 8, 7, 7, 8, 8, 8, 8, 7, 7, 6, 4, 2, 0.5])


def make_consents(
    customers: pd.DataFrame, buys: pd.DataFrame, season: Season, stopped: pd.Series, block: Block
) -> pd.DataFrame:
    """Every question and its answer, by time; see `tables.contracts.privacy.Consents`."""
    asked = ask(len(customers), buys, block.rng("privacy.asked"))
    asked = withdraw(answer(asked, block.rng("privacy.answers")), block.rng("privacy.withdrawals"))
    asked = ask_again(asked, block.rng("privacy.again"))
    stop = seconds(stopped.reindex(customers["customer_id"]))
    here = asked["at"] <= np.minimum(
        end_of(season), stop[asked["who"]] - DAY
    )  # nobody asks those who are gone
    asked = asked[here].sort_values(["at", "who", "purpose"], ignore_index=True)
    out = np.where(
        asked["granted"], np.maximum(np.minimum(asked["out"], stop[asked["who"]]), asked["at"] + 60), NEVER
    )
    noted = (HOW["how"].to_numpy()[asked["how"]] != "spoken in store") | (
        block.rng("privacy.noted").random(len(asked)) >= UNPROVED
    )
    return pd.DataFrame(
        {
            "consent_id": block.ids("N", len(asked)),
            "customer_id": customers["customer_id"].array.take(asked["who"]),
            "purpose": texts(list(PURPOSES["purpose"]), asked["purpose"].to_numpy()),
            "asked_at": as_time(asked["at"].to_numpy(), season),
            "how": texts(list(HOW["how"]), asked["how"].to_numpy()),
            "granted": asked["granted"],
            "policy_version": texts(
                list(POLICIES["version"]), np.where(noted, policy_at(asked["at"].to_numpy()), -1)
            ),
            "withdrawn_at": as_time(out, season),
        }
    )


def ask(n: int, buys: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Who is asked for what, when (s), and whether online: mostly with the first order."""
    first = buys.drop_duplicates("who").set_index("who").reindex(range(n))
    in_app = buys.loc[buys["app"], ["who", "at"]].drop_duplicates("who").set_index("who")["at"]
    start = np.repeat(first["at"].fillna(NEVER // 2).to_numpy()[:, None], len(PURPOSES), axis=1)
    start[:, PUSH] = in_app.reindex(range(n)).fillna(NEVER // 2).to_numpy()
    who, purpose = np.nonzero((rng.random(start.shape) < PURPOSES["asked"].to_numpy()) & (start < NEVER // 2))
    at = start[who, purpose].astype(np.int64)
    wait = (rng.exponential(LATER, len(who)) * DAY).astype(np.int64)
    later = some_day(at + wait, at + wait, rng)
    soon = (rng.random(len(who)) < AT_FIRST_ORDER) | (later <= at)
    online = first["online"].fillna(True).to_numpy(dtype=bool)[who] | (purpose == PUSH)
    at = np.where(soon, at + rng.integers(10, 400, len(who)), later)
    return pd.DataFrame({"who": who, "purpose": purpose, "at": at, "online": online})


def answer(asked: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add how each was asked (row of HOW), as the policy in force had it, and whether the answer was yes."""
    rule = POLICIES.loc[
        policy_at(asked["at"].to_numpy()), ["pre_ticked", "separate_sharing", "separate_cross_border"]
    ]
    ticked, sharing, abroad = rule.to_numpy(dtype=bool).T
    apart = np.select([asked["purpose"] == SHARING, asked["purpose"] == ABROAD], [sharing, abroad], True)
    case = np.where(apart, np.where(ticked, 1, 3) + ~asked["online"].to_numpy(dtype=bool), 0)
    how = draw_rows(HOW[SITUATIONS].to_numpy().T[case], rng)
    yes = HOW["yes"].to_numpy()[how]
    free = ~HOW["how"].isin(INVALID).to_numpy()[how]
    yes = np.where(free, yes * PURPOSES["willing"].to_numpy()[asked["purpose"]], yes)
    return asked.assign(how=how, granted=rng.random(len(asked)) < yes)


def withdraw(asked: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add when (s) each yes is withdrawn, at the purpose's own rate."""
    years = rng.exponential(1 / PURPOSES["withdrawn"].to_numpy()[asked["purpose"]])
    at = asked["at"].to_numpy()
    day = at + (years * 365 * DAY).astype(np.int64)
    return asked.assign(out=np.maximum(some_day(day, day, rng), at + 60))


def ask_again(asked: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Ask some of those whose consent doesn't hold once more, after the policy that mends it."""
    mended = seconds(pd.to_datetime(POLICIES.set_index("version").loc[["3.1", "4.0"], "published_on"]))
    due = mended[(asked["purpose"] == ABROAD).astype(int)]
    at = some_day(due + 5 * DAY, due + 60 * DAY, rng)
    bad = asked["granted"] & HOW["how"].isin(INVALID).to_numpy()[asked["how"]]
    chosen = bad & (asked["at"] < due) & (asked["out"] > at) & (rng.random(len(asked)) < ASKED_AGAIN)
    again = asked[chosen].assign(at=at[chosen], online=True)
    asked = asked.assign(out=np.where(chosen, NEVER, asked["out"]))
    dialog = draw_rows(np.tile([0.4, 0.6], (len(again), 1)), rng)
    yes = HOW["yes"].to_numpy()[dialog] * PURPOSES["willing"].to_numpy()[again["purpose"]]
    again = again.assign(how=dialog, granted=rng.random(len(again)) < yes)
    return pd.concat([asked, withdraw(again, rng)], ignore_index=True)


def last_before(of: np.ndarray, since: np.ndarray, who: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Row of the last event of each ``who`` up to ``at`` (s), or -1; ``of`` and ``since`` say whose and when."""
    key = keyed(of, np.asarray(since))
    order = np.argsort(key, kind="stable")
    place = np.searchsorted(key[order], keyed(who, at), side="right") - 1
    row = np.append(order, -1)[place]
    return np.where((row >= 0) & (np.append(of, -1)[row] == who), row, -1)


def worth(answers: pd.DataFrame, row: np.ndarray, at: np.ndarray) -> np.ndarray:
    """What an answer (row of ``answers``, -1 for none) is worth at a time (s), as a row of WORTH."""
    none = {"granted": False, "out": NEVER, "invalid": False}
    granted, out, invalid = (np.append(answers[k].to_numpy(), v)[row] for k, v in none.items())
    return np.select([row < 0, ~granted, out <= at, invalid], [0, 1, 2, 3], 4)


def standing(consents: pd.DataFrame, customer_id: pd.Series, at: pd.Series, purpose: str) -> np.ndarray:
    """What the last answer before ``at`` is worth: none, refused, withdrawn, invalid or given.

    Parameters
    ----------
    consents : the table, in any order
    customer_id, at : whom and when; of one length
    purpose : one of the consents' purposes
    """
    own = consents[consents["purpose"] == purpose]
    codes, people = pd.factorize(own["customer_id"])
    answers = pd.DataFrame(
        {
            "granted": own["granted"].to_numpy(dtype=bool),
            "out": seconds(own["withdrawn_at"]),
            "invalid": own["how"].isin(INVALID).to_numpy(),
        }
    )
    when = seconds(at)
    row = last_before(codes, seconds(own["asked_at"]), pd.Index(people).get_indexer(customer_id), when)
    return np.array(WORTH, dtype=object)[worth(answers, row, when)]


def may_contact(consents: pd.DataFrame, customer_id: pd.Series, at: pd.Series, purpose: str) -> np.ndarray:
    """Whether the customer's consent to ``purpose`` holds at that time: freely given and not withdrawn."""
    return standing(consents, customer_id, at, purpose) == "given"


def as_time(at: np.ndarray, season: Season) -> pd.Series:
    """Seconds since 1970 as times; empty where they lie beyond the data's end."""
    shown = np.where(at <= end_of(season), at, np.iinfo(np.int64).min)
    return pd.Series(shown.astype("datetime64[s]").astype("datetime64[ns]"))


def texts(values: Iterable[str], codes: np.ndarray) -> pd.Series:
    """The text of each code; none for a code below zero."""
    return pd.Series(pd.array(values, dtype="str").take(codes, allow_fill=True))


def some_day(low: np.ndarray, high: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A day between two times (s), at an hour when people work; may miss the interval by hours."""
    at = (low + rng.random(len(low)) * np.maximum(high - low, 0)).astype(np.int64)
    return at_shop_hour(at, rng, WORKING_HOURS)


def purchases(customers: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Orders by time as who (row of customers), at (s), online and app (bool)."""
    who = pd.Index(customers["customer_id"]).get_indexer(orders["customer_id"])
    frame = pd.DataFrame(
        {
            "who": who,
            "at": seconds(orders["ordered_at"]),
            "online": (orders["channel"] != "store").to_numpy(),
            "app": (orders["channel"] == "app").to_numpy(),
        }
    )
    return frame[who >= 0].sort_values("at", kind="stable", ignore_index=True)


def policy_at(at: np.ndarray) -> np.ndarray:
    """Row of POLICIES in force at each time (s)."""
    published = seconds(pd.to_datetime(POLICIES["published_on"]))
    return np.maximum(np.searchsorted(published, at, side="right") - 1, 0)
