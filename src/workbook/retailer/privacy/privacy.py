"""What customers may ask of the retailer that holds their data, and what it did with it.

`consents` says what they agreed to, `processing` what was done; here are their requests, and all of it together.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, end_of
from workbook.retailer.core.streams import Block, Part, draw_rows
from workbook.retailer.privacy import processing
from workbook.retailer.privacy.consents import (
    AGREED,
    INVALID,
    POLICIES,
    PRE_TICKED,
    as_time,
    make_consents,
    may_contact,
    purchases,
    some_day,
    standing,
    texts,
)
from workbook.retailer.privacy.purposes import purposes_table
from workbook.retailer.sales.season import Season

__all__ = ["make_privacy", "may_contact", "standing"]

REQUESTS = 0.045  # share of customers who ever ask
KINDS = {"access": 0.28, "erasure": 0.32, "correction": 0.14, "portability": 0.05, "objection": 0.21}
LAWS = {"PIPL": 0.90, "GDPR": 0.06, "CCPA": 0.04}  # whose protection the customer enjoys
USUAL = {"PIPL": 30, "GDPR": 30, "CCPA": 45}  # days that the desk plans for an answer
OPT_OUT, OPT_OUT_USUAL = (
    15,
    20,
)  # business days for an opt-out under the CCPA, and the days that the desk plans
LATE = 0.12  # share of requests answered too late
TOO_LATE = 12.0  # mean days beyond the limit
OUTCOMES = (*AGREED, "refused: identity not proved", "refused")
ERASED, OTHERS = (0.48, 0.40, 0.08, 0.04), (0.88, 0.0, 0.08, 0.04)  # chances of OUTCOMES

NOTES = {
    "consent pre-ticked": "PIPL 14, GDPR 4(11)",
    "consent bundled": "PIPL 14, GDPR 7(2)",
    "request answered late": "past the limit: PIPL 45–46, GDPR 12(3), CCPA 1798.130",
    "refused without a reason": "a refusal says why: PIPL 50, GDPR 12(4)",
}


def privacy_rules() -> dict[str, pd.DataFrame]:
    """Policies and purposes, which are the same in every world."""
    policies = POLICIES.assign(published_on=POLICIES["published_on"].astype("datetime64[ns]"))
    return {"policies": policies, "purposes": purposes_table()}


def make_agreements(
    customers: pd.DataFrame, orders: pd.DataFrame, season: Season, block: Block
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Requests and consents of customers, by what they buy of their own accord; see `make_privacy`."""
    buys = purchases(customers, orders)
    requests = make_requests(customers, buys, season, block)
    return requests, make_consents(customers, buys, season, stopped(requests), block)


def make_privacy(
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    agreements: tuple[pd.DataFrame, pd.DataFrame],
    season: Season,
    claims: Mapping[str, float],
    block: Block,
) -> Part:
    """Make the processing log, and list what is wrong with it, with the consents and with the requests.

    Parameters
    ----------
    customers, orders : the tables
    agreements : requests and consents, from `make_agreements`

    Returns
    -------
    tuple of two dicts
        consents, privacy_requests, processing_log; and the truth: violations.
    """
    requests, consents = agreements
    buys = purchases(customers, orders)
    log, found = processing.make_log(customers, buys, consents, requests, season, claims, block)
    found = pd.concat([wrong_consents(consents), wrong_requests(requests, season), found], ignore_index=True)
    tables = {
        "consents": consents,
        "privacy_requests": requests,
        "processing_log": log,
    }
    return tables, {"violations": found}


def stopped(requests: pd.DataFrame) -> pd.Series:
    """When an objection or an erasure was granted, by customer; then all consents end too."""
    agreed = requests["kind"].isin(["objection", "erasure"]) & requests["outcome"].isin(AGREED)
    return requests[agreed].set_index("customer_id")["answered_at"]


def make_requests(customers: pd.DataFrame, buys: pd.DataFrame, season: Season, block: Block) -> pd.DataFrame:
    """Every request, by time; see `tables.contracts.privacy.PrivacyRequests`."""
    rng, end = block.rng("privacy.requests"), end_of(season)
    who = np.flatnonzero(rng.random(len(customers)) < REQUESTS)
    kind = rng.choice(len(KINDS), len(who), p=list(KINDS.values()))
    # Who wants to be forgotten has bought for the last time; the others may ask any day after the first order.
    since = buys.groupby("who")["at"].agg(["min", "max"]).reindex(who).fillna(end).to_numpy(dtype=np.int64)
    low = np.where(kind == 1, since[:, 1], since[:, 0]) + DAY
    asked = pd.DataFrame({"who": who, "kind": kind, "at": some_day(low, np.full(len(who), end - DAY), rng)})
    asked = asked[(low < end - DAY) & (asked["at"] <= end)].sort_values(["at", "who"], ignore_index=True)
    law, answered = answer_times(asked["at"].to_numpy(), asked["kind"].to_numpy(), rng)
    outcome = draw_rows(np.array([OTHERS, ERASED])[(asked["kind"] == 1).to_numpy(dtype=int)], rng)
    return pd.DataFrame(
        {
            "request_id": block.ids("Z", len(asked)),
            "customer_id": customers["customer_id"].array.take(asked["who"]),
            "kind": texts(list(KINDS), asked["kind"].to_numpy()),
            "law": texts(list(LAWS), law),
            "received_at": as_time(asked["at"].to_numpy(), season),
            "answered_at": as_time(answered, season),
            "outcome": texts(list(OUTCOMES), np.where(answered <= end, outcome, -1)),
        }
    )


def answer_times(at: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Law (row of LAWS) and time of the answer (s): mostly within the limit, sometimes well beyond it."""
    law = rng.choice(len(LAWS), len(at), p=list(LAWS.values()))
    opt_out = (law == list(LAWS).index("CCPA")) & (kind == list(KINDS).index("objection"))
    limit = np.where(opt_out, OPT_OUT_USUAL, np.array(list(USUAL.values()))[law])
    days = limit * rng.beta(1.3, 2.2, len(at))
    late = rng.random(len(at)) < LATE
    days = np.where(late, limit + 0.5 + rng.exponential(TOO_LATE, len(at)), days)
    day = at + (days * DAY).astype(np.int64)
    return law, np.maximum(some_day(day, day, rng), at + 600)


def wrong_consents(consents: pd.DataFrame) -> pd.DataFrame:
    """Violations among consents: a yes that was none."""
    own = consents[consents["granted"] & consents["how"].isin(INVALID)]
    ticked = (own["how"] == PRE_TICKED).to_numpy()
    kind = np.where(ticked, "consent pre-ticked", "consent bundled")
    return violations("consents", own["consent_id"], kind)


def wrong_requests(requests: pd.DataFrame, season: Season) -> pd.DataFrame:
    """Violations among requests: late (answered or still open), or refused without a reason."""
    last, end = last_days(requests), season.end.normalize()
    answered = requests["answered_at"].dt.normalize()
    late = requests["request_id"][answered.gt(last) | (answered.isna() & last.le(end))]
    bare = requests["request_id"][(requests["outcome"] == "refused").to_numpy(dtype=bool)]
    kind = np.repeat(["request answered late", "refused without a reason"], [len(late), len(bare)])
    return violations("privacy_requests", pd.concat([late, bare]), kind)


def last_days(requests: pd.DataFrame) -> pd.Series:
    """The last day on which an answer is in time: a month (GDPR), 30 days (PIPL), 45 or 15 business days (CCPA).

    The day of the request doesn't count; a last day on a weekend moves to Monday. Public holidays are not looked at.
    """
    came = requests["received_at"].dt.normalize()
    days = came + pd.to_timedelta(requests["law"].map({"PIPL": 30, "CCPA": 45}).fillna(0), unit="D")
    days = days.mask(requests["law"].eq("GDPR"), came + pd.DateOffset(months=1))
    opt_out = requests["law"].eq("CCPA") & requests["kind"].eq("objection")
    plain, start = (x.to_numpy().astype("datetime64[D]") for x in (days, came))
    worked = np.busday_offset(start, OPT_OUT, roll="backward")
    ends = np.where(opt_out, worked, np.busday_offset(plain, 0, roll="forward"))
    return pd.Series(ends.astype("datetime64[ns]"), index=requests.index)


def violations(table: str, row_id: pd.Series, kind: np.ndarray) -> pd.DataFrame:
    """Rows of the truth; ``inside`` is for leaks alone."""
    return pd.DataFrame(
        {
            "table": table,
            "row_id": row_id.array,
            "kind": kind,
            "inside": pd.array([pd.NA] * len(kind), dtype="boolean"),
            "note": [NOTES[k] for k in kind],
        }
    )
