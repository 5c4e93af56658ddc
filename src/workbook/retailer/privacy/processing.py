"""The processing log: who did what with whose data, for which purpose and on what basis; and what was wrong in it.

Rows are first proposed (with orders, under consents, after requests, and for no good reason at all), then judged
by the rules; what breaks none is kept, of what breaks one a few rows are. So a rule finds what was planted.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, end_of, seconds
from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.privacy import consents as c
from workbook.retailer.privacy.leaks import bulk, leaked
from workbook.retailer.privacy.purposes import (
    BASES,
    BASIS,
    CODE,
    CONSENTED,
    CROSSED,
    ERASED,
    EXTRA,
    FIELDS,
    INVALID,
    KINDS,
    LAPSED,
    LEAK,
    MECHANISMS,
    NO_CONSENT,
    NO_MECHANISM,
    OBJECTED,
    OTHER,
    PLACES,
    PURPOSES,
    ROLE,
    ROLES,
    SHARED,
    WITHDRAWN,
    actor_names,
    allowed,
    field_texts,
    forbidden,
)
from workbook.retailer.sales.season import Season

# Rows for each order: purpose, share of orders, earliest and latest days after it.
WITH_ORDERS = (
    ("order handling", 0.12, 0.0, 0.02),
    ("delivery", 0.12, 0.05, 2.0),  # of orders online
    ("invoicing", 0.05, 1.0, 330.0),
    ("service", 0.06, 1.0, 40.0),
    ("fraud check", 0.04, 0.1, 1.0),
)
GIVEN = c.WORTH.index("given")
AT_ANY_HOUR = ("order handling", "fraud check")  # done by systems; the others in working hours
UNDER_CONSENT = np.array([0.8, 0.8, 1.2, 0.8, 0.7, 0.9, 0.5])  # rows a year for each consent that holds
STRAYS = 1.7  # proposals for each customer without asking whether there is consent
ABROAD = 0.05  # share of parcels that go abroad
TWICE = 0.003  # share of rows that the log holds twice
UNNOTED = 0.01  # share of rows whose destination nobody noted


def make_log(
    customers: pd.DataFrame,
    buys: pd.DataFrame,
    consents: pd.DataFrame,
    requests: pd.DataFrame,
    season: Season,
    claims: Mapping[str, float],
    block: Block,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The log by time, and its violations: table, row_id, kind, inside, note."""
    ids, end = pd.Index(customers["customer_id"]), end_of(season)
    answers = coded(consents, ids)
    asked = pd.DataFrame({"who": ids.get_indexer(requests["customer_id"]), "kind": requests["kind"],
                          "at": seconds(requests["answered_at"]), "outcome": requests["outcome"]})  # fmt: skip
    proposed = pd.concat(
        [
            with_orders(buys, block.rng("privacy.log.orders")),
            under_consent(answers, end, block.rng("privacy.log.consents")),
            with_requests(asked, end, block.rng("privacy.log.requests")),
            strays(len(ids), end, buys, block.rng("privacy.log.strays")),
        ],
        ignore_index=True,
    )
    judged = judge(proposed[proposed["at"] <= end], answers, asked, buys)
    named = plant(kept(judged, len(ids), block.rng("privacy.plant")), len(ids), block)
    first = np.sort(buys.drop_duplicates("who")["at"].to_numpy())
    jobs = bulk(len(ids), first, season, block.rng("privacy.bulk"))
    leaks = leaked(len(ids), first, season, float(claims["insider-leaks"]), block.rng("privacy.leaks"))
    log = pd.concat([named, jobs, leaks], ignore_index=True)
    log = log[log["at"] <= end].sort_values(["at", "who"], kind="stable", ignore_index=True)
    table = written(log, ids, season, block)
    return table, wrong(table, log)


def coded(consents: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Consents with numbers instead of names and times: who, purpose, at, out, granted, invalid."""
    purpose = pd.Index(c.PURPOSES["purpose"]).get_indexer(consents["purpose"])
    return pd.DataFrame(
        {
            "who": ids.get_indexer(consents["customer_id"]),
            "purpose": purpose,
            "at": seconds(consents["asked_at"]),
            "out": seconds(consents["withdrawn_at"]),
            "granted": consents["granted"].to_numpy(),
            "invalid": consents["how"].isin(c.INVALID).to_numpy(),
        }
    )


def proposals(
    who: np.ndarray, at: np.ndarray, purpose: np.ndarray | int, *, fair: bool, till: np.ndarray | bool = False
) -> pd.DataFrame:
    """Rows to be judged; what is not ``fair`` was proposed without asking for consent, ``till`` is in a store."""
    return pd.DataFrame({"who": who, "at": at, "purpose": purpose, "fair": fair, "till": till})


def with_orders(buys: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What an order sets going: who, at, purpose."""
    parts = []
    for purpose, share, low, high in WITH_ORDERS:
        chance = share * (buys["online"] if purpose == "delivery" else 1.0)
        of = buys[rng.random(len(buys)) < chance]
        at = of["at"].to_numpy() + (rng.uniform(low, high, len(of)) * DAY).astype(np.int64) + 30
        if purpose not in AT_ANY_HOUR:
            at = np.maximum(c.some_day(at, at, rng), of["at"].to_numpy() + 60)
        till = ~of["online"].to_numpy(dtype=bool)
        parts.append(proposals(of["who"].to_numpy(), at, CODE[purpose], fair=True, till=till))
    return pd.concat(parts, ignore_index=True)


def under_consent(answers: pd.DataFrame, end: int, rng: np.random.Generator) -> pd.DataFrame:
    """What is done because a customer agreed, from then until the withdrawal."""
    yes = answers[answers["granted"] & ~answers["invalid"]]
    years = (np.minimum(yes["out"], end) - yes["at"]).clip(lower=0).to_numpy() / DAY / 365
    row = np.repeat(np.arange(len(yes)), rng.poisson(years * UNDER_CONSENT[yes["purpose"]]))
    yes = yes.iloc[row]
    at = c.some_day(yes["at"].to_numpy(), np.minimum(yes["out"], end).to_numpy(), rng)
    nightly = (yes["purpose"] == CODE["profiling"]).to_numpy() & (rng.random(len(yes)) < 0.7)
    at = np.where(nightly, at // DAY * DAY + rng.integers(3600, 5 * 3600, len(yes)), at)
    return proposals(yes["who"].to_numpy(), at, yes["purpose"].to_numpy(), fair=True)


def with_requests(asked: pd.DataFrame, end: int, rng: np.random.Generator) -> pd.DataFrame:
    """The answer to each request, and what forgetful systems go on doing after it."""
    done = asked[asked["at"] <= end]
    answering = proposals(
        done["who"].to_numpy(), done["at"].to_numpy() - rng.integers(60, 600, len(done)),
        CODE["privacy request"], fair=True,
    )  # fmt: skip
    after = done.loc[done.index.repeat(np.where(done["kind"].isin(["erasure", "objection"]), 3, 0))]
    low = after["at"].to_numpy()
    either = np.array(
        [[CODE["service"], CODE["fraud check"], CODE["marketing sms"], CODE["profiling"]], [0, 1, 2, 3]]
    )
    purpose = either[(after["kind"] == "objection").to_numpy(dtype=int), rng.integers(0, 4, len(after))]
    at = c.some_day(low, np.full(len(low), end), rng)
    return pd.concat([answering, proposals(after["who"].to_numpy(), at, purpose, fair=False)])


def strays(n: int, end: int, buys: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What is done to anybody at any time since the first order, for a purpose that needs consent."""
    first = buys.drop_duplicates("who")
    of = first.iloc[rng.integers(0, max(len(first), 1), rng.poisson(STRAYS * n) * bool(len(first)))]
    at = c.some_day(of["at"].to_numpy() + DAY, np.full(len(of), end), rng)
    return proposals(of["who"].to_numpy(), at, rng.integers(0, CONSENTED, len(of)), fair=False)


def judge(rows: pd.DataFrame, answers: pd.DataFrame, asked: pd.DataFrame, buys: pd.DataFrame) -> pd.DataFrame:
    """Add the kind (row of KINDS) of rule that each proposed row breaks, -1 for none; drop what is unclear."""
    who, at, purpose = (rows[k].to_numpy() for k in ("who", "at", "purpose"))
    key = answers["who"] * CONSENTED + answers["purpose"]
    value = c.worth(answers, c.last_before(key, answers["at"], who * CONSENTED + purpose, at), at)
    value = np.where(purpose < CONSENTED, value, GIVEN)
    bare, bare_kind = value != GIVEN, without_consent(purpose, value)
    duty = (PURPOSES["basis"] == "legal duty").to_numpy()[purpose]
    erased = (granted(asked, "erasure", who) < at) & ~duty
    objected = (granted(asked, "objection", who) < at) & (purpose < CONSENTED)
    bought = c.last_before(buys["who"], buys["at"], who, at)
    kept_for = c.POLICIES["retention_days"].to_numpy()[c.policy_at(at)]
    lapsed = (at // DAY - np.append(buys["at"], 0)[bought] // DAY > kept_for) & ~duty  # its last day counts
    kind = np.select([erased, objected, bare, lapsed], [ERASED, OBJECTED, bare_kind, LAPSED], -1)
    # Consent may lack by accident, as on the day it is given; and two faults in one row teach less than one.
    unclear = bare & ~erased & ~objected & (lapsed | rows["fair"].to_numpy())
    return rows.assign(kind=kind)[(bought >= 0) & ~unclear]


def without_consent(purpose: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Kind of fault where the consent to a purpose is worth this little (row of consents.WORTH)."""
    kind = np.array([NO_CONSENT, NO_CONSENT, NO_CONSENT, OTHER, SHARED, CROSSED, OTHER])[purpose % CONSENTED]
    marketing = kind == NO_CONSENT
    taken_back, invalid = value == c.WORTH.index("withdrawn"), value == c.WORTH.index("invalid")
    return np.select([marketing & taken_back, marketing & invalid], [WITHDRAWN, INVALID], kind)


def granted(asked: pd.DataFrame, kind: str, who: np.ndarray) -> np.ndarray:
    """When (s) the request of this kind of each ``who`` was granted; infinite if none was."""
    agreed = asked[(asked["kind"] == kind) & asked["outcome"].isin(c.AGREED)]
    return agreed.groupby("who")["at"].min().reindex(who).fillna(np.inf).to_numpy()


def kept(judged: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """All rows that break nothing, and of the others as many as are to be planted."""
    faulty = judged[judged["kind"] >= 0]
    faulty = faulty.iloc[rng.permutation(len(faulty))]
    wanted = rng.poisson(KINDS["rate"] * n / 1000)
    chosen = faulty[faulty.groupby("kind").cumcount().to_numpy() < wanted[faulty["kind"]]]
    return pd.concat([judged[judged["kind"] < 0], chosen], ignore_index=True)


def plant(rows: pd.DataFrame, n: int, block: Block) -> pd.DataFrame:
    """Fill in role, action, place, basis and fields of rows on one person, and spoil some of the clean ones."""
    rows = detailed(rows, block.rng("privacy.details"))
    rows = unopened(rows, n, block.rng("privacy.mechanisms"))
    rng = block.rng("privacy.spoilt")
    clean = rng.permutation(np.flatnonzero((rows["kind"] == -1) & (rows["purpose"] >= CONSENTED)))
    wanted = rng.poisson(KINDS["rate"].to_numpy()[[FIELDS, ROLE, BASIS]] * n / 1000)
    fields, role, basis, _ = np.split(clean, np.minimum(np.cumsum(wanted), len(clean)))
    kind, roles, bases, variant = (rows[k].to_numpy().copy() for k in ("kind", "role", "basis", "variant"))
    kind[fields], kind[role], kind[basis] = FIELDS, ROLE, BASIS
    variant[fields] = 3 + rng.integers(0, len(EXTRA), len(fields))
    bases[basis] = BASES.index("none stated")
    roles[role] = draw_rows(forbidden()[rows["purpose"].to_numpy()[role]], rng)
    rows = rows.assign(kind=kind, role=roles, basis=bases, variant=variant)
    twice = rows[(rows["kind"] == -1) & (rng.random(len(rows)) < TWICE)]
    return pd.concat([rows, twice.assign(at=twice["at"] + rng.integers(0, 3, len(twice)))])


def unopened(rows: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Take the mechanism off some transfers whose customers did consent: a consent alone opens no border."""
    abroad = (rows["kind"] == -1) & (rows["purpose"] == CODE["cross-border analytics"])
    bare = rng.permutation(np.flatnonzero(abroad))[: rng.poisson(NO_MECHANISM * n / 1000)]
    kind, mechanism = rows["kind"].to_numpy().copy(), rows["mechanism"].to_numpy().copy()
    kind[bare], mechanism[bare] = CROSSED, -1
    return rows.assign(kind=kind, mechanism=mechanism)


def detailed(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add role, place, basis (codes), variant of the fields and number of persons."""
    purpose, n = rows["purpose"].to_numpy(), len(rows)
    abroad, parcel = purpose == CODE["cross-border analytics"], purpose == CODE["delivery"]
    place = np.where(abroad, 1 + (rng.random(n) < 0.25), 0)
    place = np.where(parcel & (rng.random(n) < ABROAD), rng.integers(3, 5, n), place)
    basis = pd.Index(BASES).get_indexer(PURPOSES["basis"])[purpose]
    pretext = (rows["kind"].to_numpy() == CROSSED) & (rng.random(n) < 0.5)
    role, handling = draw_rows(allowed()[purpose], rng), purpose == CODE["order handling"]
    role = np.where(handling & (role < 2), rows["till"], role)  # staff at the till, a system for the e-shop
    return rows.assign(
        role=role,
        place=place,
        basis=np.where(pretext, BASES.index("legitimate interest"), basis),
        mechanism=np.where(abroad, 0, -1),
        variant=rng.choice(3, n, p=[0.6, 0.25, 0.15]),
        records=1,
        inside=False,
        export=False,
    )


def written(log: pd.DataFrame, ids: pd.Index, season: Season, block: Block) -> pd.DataFrame:
    """The log as the systems wrote it; see `tables.contracts.privacy.ProcessingLog`."""
    rng, n = block.rng("privacy.written"), len(log)
    purpose, role = log["purpose"].to_numpy(dtype=np.int64), log["role"].to_numpy(dtype=np.int64)
    actors, start = actor_names()
    accounts = np.maximum(list(ROLES.values()), 1)[role]
    actor = np.where(role == 0, purpose, start[role] + (rng.random(n) * accounts).astype(np.int64))
    actions = [*PURPOSES["action"], "read", "export"]
    read = (rng.random(n) < 0.15) & (purpose >= CONSENTED)
    action = np.where(log["export"], len(actions) - 1, np.where(read, len(actions) - 2, purpose))
    place = np.where(rng.random(n) < UNNOTED, -1, log["place"])
    return pd.DataFrame(
        {
            "log_id": block.ids("G", n),
            "processed_at": c.as_time(log["at"].to_numpy(), season),
            "actor": c.texts(actors, actor),
            "role": c.texts(list(ROLES), role),
            "action": c.texts(actions, action),
            "purpose": c.texts(list(PURPOSES["purpose"]), purpose),
            "customer_id": c.texts(ids.array, log["who"].to_numpy()),
            "records": log["records"].to_numpy(),
            "fields": c.texts(field_texts(), purpose * 5 + log["variant"].to_numpy()),
            "destination": c.texts(list(PLACES), place),
            "basis": c.texts(list(BASES), log["basis"].to_numpy()),
            "transfer": c.texts(MECHANISMS, log["mechanism"].to_numpy(dtype=np.int64)),
        }
    )


def wrong(table: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Violations in the log, with who was at fault where it was a leak."""
    bad = np.flatnonzero(log["kind"] >= 0)
    kind, leak = log["kind"].to_numpy()[bad], (log["kind"] == LEAK).to_numpy()[bad]
    inside = log["inside"].to_numpy(dtype=bool)[bad]
    party = log["party"].fillna(False).to_numpy(dtype=bool)[bad]
    how = np.select(
        [inside, party], ["by an insider", "through a partner's account"], "with stolen credentials"
    )
    return pd.DataFrame(
        {
            "table": "processing_log",
            "row_id": table["log_id"].array.take(bad),
            "kind": KINDS["kind"].to_numpy()[kind],
            "inside": pd.array(inside, dtype="boolean"),
            "note": np.where(leak, how, KINDS["note"].to_numpy()[kind]),
        }
    ).assign(inside=lambda f: f["inside"].where(leak))
