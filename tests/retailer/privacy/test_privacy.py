"""Consent, requests and the processing log: what was planted is found by the rule, and nothing else is."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.privacy import consents, leaks, purposes
from workbook.retailer.privacy.privacy import (
    OUTCOMES,
    make_agreements,
    make_privacy,
    may_contact,
    privacy_rules,
    standing,
    wrong_requests,
)
from workbook.retailer.sales.season import Season, make_season
from workbook.tables.contracts import privacy, sales
from workbook.tables.dataset import validate

CONTRACTS = privacy.TABLES | {"customers": sales.Customers}
MARKETING = ["marketing email", "marketing sms", "app push"]
TIMES = {
    "consents": ["asked_at", "withdrawn_at"],
    "privacy_requests": ["received_at", "answered_at"],
    "processing_log": ["processed_at"],
}


def made_of(customers: pd.DataFrame, orders: pd.DataFrame, season: Season, share: float, block: Block):
    """The privacy tables of these customers and orders, rules included, and the truth."""
    agreements = make_agreements(customers, orders, season, block)
    tables, truth = make_privacy(customers, orders, agreements, season, {"insider-leaks": share}, block)
    return privacy_rules() | tables, truth


def make_world(n: int, months: int = 24, *, mean: float = 2.5, share: float = 0.73, number: int = 0):
    """A plain shop of ``n`` customers, half of whom stop buying early, and its privacy tables."""
    rng, season = np.random.default_rng([n, months]), make_season(months)
    ids = np.array([f"C{i:06d}" for i in range(1, n + 1)], dtype=object)
    days = (season.end - season.start).days + 1
    who = np.repeat(np.arange(n), 1 + rng.poisson(mean, n) if mean else 0)
    shrink = np.where(rng.random(n) < 0.5, 0.4, 1.0)[who]
    at = season.start + pd.to_timedelta((rng.random(len(who)) * shrink * days * 86_400).astype(int), unit="s")
    orders = pd.DataFrame({"customer_id": ids[who], "ordered_at": at.as_unit("ns")})
    orders["channel"] = rng.choice(["store", "e-shop", "app", "mini-program"], len(orders))
    customers = pd.DataFrame({"customer_id": ids})
    tables, truth = made_of(customers, orders, season, share, Block(3, number, n))
    return SimpleNamespace(
        customers=customers, orders=orders, season=season, tables=tables, violations=truth["violations"]
    )


@pytest.fixture(scope="module")
def world():
    """A shop of 4,000 customers over two years."""
    return make_world(4000)


def last_answers(consents: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """The log's rows on one person with that person's last answer to the row's purpose."""
    log = log.dropna(subset="customer_id").sort_values("processed_at")
    answers = consents.sort_values("asked_at")
    return pd.merge_asof(
        log, answers, left_on="processed_at", right_on="asked_at", by=["customer_id", "purpose"]
    )


@pytest.fixture(scope="module")
def log(world):
    """The log with what each rule needs, put together in plain pandas."""
    t = world.tables
    rows = last_answers(t["consents"], t["processing_log"])
    rows["valid"] = (
        rows["granted"].eq(True)
        & ~rows["how"].isin(["pre-ticked box", "bundled with terms"])
        & ~(rows["withdrawn_at"] <= rows["processed_at"])
    )
    requests = t["privacy_requests"]
    agreed = requests[requests["outcome"].isin(["done", "partly: tax invoices kept"])]
    for kind in ("erasure", "objection"):
        rows[kind] = rows["customer_id"].map(
            agreed[agreed["kind"] == kind].set_index("customer_id")["answered_at"]
        )
        rows[kind] = rows["processed_at"] > rows[kind]
    orders = world.orders.sort_values("ordered_at")
    rows = pd.merge_asof(
        rows,
        orders[["customer_id", "ordered_at"]],
        left_on="processed_at",
        right_on="ordered_at",
        by="customer_id",
    )
    policies = t["policies"][["published_on", "retention_days"]]
    rows = pd.merge_asof(rows, policies, left_on="processed_at", right_on="published_on")
    rows = pd.concat([rows, t["processing_log"][t["processing_log"]["customer_id"].isna()]])
    return rows.merge(
        t["purposes"].set_index("purpose").add_prefix("need_"), left_on="purpose", right_index=True
    )


def beyond(row: pd.Series) -> bool:
    """Whether a row of the log has a field that its purpose doesn't need."""
    return not set(row["fields"].split(",")) <= set(row["need_fields"].split(","))


# One rule a kind, each a condition on the rows of `log`.
RULES = {
    "marketing without consent": lambda f: (
        f["purpose"].isin(MARKETING) & ~f["granted"].eq(True) & f["customer_id"].notna()
    ),
    "marketing after withdrawal": lambda f: (
        f["purpose"].isin(MARKETING) & (f["withdrawn_at"] <= f["processed_at"])
    ),
    "marketing on an invalid consent": lambda f: (
        f["purpose"].isin(MARKETING)
        & f["granted"].eq(True)
        & f["how"].isin(["pre-ticked box", "bundled with terms"])
    ),
    "other processing without consent": lambda f: (
        f["purpose"].isin(["profiling", "service improvement"]) & ~f["valid"].eq(True)
    ),
    "shared without consent": lambda f: (f["purpose"] == "sharing with partners") & ~f["valid"].eq(True),
    "cross-border without its own basis": lambda f: (
        f["destination"].notna()
        & (f["destination"] != "CN")
        & (f["basis"] != "contract")
        & (f["transfer"].isna() | (f["need_basis"].eq("consent") & ~f["valid"].eq(True)))
    ),
    "kept beyond retention": lambda f: (
        (
            (f["processed_at"].dt.normalize() - f["ordered_at"].dt.normalize())
            > pd.to_timedelta(f["retention_days"], unit="D")
        )
        & (f["basis"] != "legal duty")
    ),
    "processed after erasure": lambda f: f["erasure"].eq(True) & (f["basis"] != "legal duty"),
    "processed after objection": lambda f: f["objection"].eq(True) & (f["need_basis"] == "consent"),
    "more fields than needed": lambda f: f.apply(beyond, axis=1),
    "role without right": lambda f: [r not in n.split(",") for r, n in zip(f["role"], f["need_roles"], strict=True)],
    "no basis stated": lambda f: f["basis"] == "none stated",
}  # fmt: skip


def planted(world, table: str, kind: str | None = None) -> set[str]:
    """Ids of a table's planted rows."""
    own = world.violations[world.violations["table"] == table]
    return set(own.loc[own["kind"].eq(kind) if kind else slice(None), "row_id"])


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_over_the_tables_finds_what_was_planted_in_the_log(world, log, kind):
    """All planted rows of a kind meet its rule (but where nobody noted the destination); no innocent row does."""
    found = set(log.loc[np.asarray(RULES[kind](log), dtype=bool), "log_id"])
    meant = planted(world, "processing_log", kind)
    unnoted = set(log.loc[log["destination"].isna(), "log_id"]) if kind.startswith("cross") else set()
    assert len(meant) > 10
    assert meant - unnoted <= found
    assert found <= planted(world, "processing_log")
    assert len(found) < 2.5 * len(meant)  # and most of what it finds is of its kind


def test_leaks_are_found_by_a_rule_of_thumb_that_errs(world):
    """Exports by people at night or to a place without business find most leaks, not all, and some that are none."""
    f = world.tables["processing_log"]
    night = ~f["processed_at"].dt.hour.between(5, 21)
    odd = f["destination"].isin(["PA", "SC", "KY", "VG"])
    found = set(
        f.loc[
            (f["action"] == "export") & f["customer_id"].isna() & (f["role"] != "system") & (night | odd),
            "log_id",
        ]
    )
    leaks = planted(world, "processing_log", "leak")
    assert 0.5 < len(found & leaks) / len(found) < 0.97
    assert 0.6 < len(found & leaks) / len(leaks) < 0.97


def test_consents_that_are_none_are_listed(world):
    """A yes by a pre-ticked box or bundled with the terms is a violation; an unticked box is not."""
    c = world.tables["consents"]
    for how, kind in (("pre-ticked box", "consent pre-ticked"), ("bundled with terms", "consent bundled")):
        assert planted(world, "consents", kind) == set(c.loc[c["granted"] & (c["how"] == how), "consent_id"])
    assert (~c["granted"] & (c["how"] == "pre-ticked box")).any()


def last_day(row: pd.Series) -> pd.Timestamp:
    """The last day on which an answer is in time, counted day by day."""
    day = row["received_at"].normalize()
    if row["law"] == "CCPA" and row["kind"] == "objection":
        return day + pd.offsets.BusinessDay(15)
    day += (
        pd.DateOffset(months=1)
        if row["law"] == "GDPR"
        else pd.Timedelta(days={"PIPL": 30, "CCPA": 45}[row["law"]])
    )
    while day.day_of_week >= 5:
        day += pd.Timedelta(days=1)
    return day


def test_late_and_unexplained_answers_are_listed(world):
    """Late is answered after the last day, or still open when it is over; an open one within it is not."""
    r = world.tables["privacy_requests"]
    due = r.apply(last_day, axis=1)
    late = (r["answered_at"] >= due + pd.Timedelta(days=1)) | (
        r["answered_at"].isna() & (due <= world.season.end)
    )
    assert planted(world, "privacy_requests", "request answered late") == set(r.loc[late, "request_id"])
    bare = r["outcome"] == "refused"
    assert planted(world, "privacy_requests", "refused without a reason") == set(r.loc[bare, "request_id"])
    assert (r["answered_at"].isna() & ~late).any()
    assert 0.03 < late.mean() < 0.25


@pytest.mark.parametrize(
    ("law", "kind", "received", "answered", "late"),
    [
        ("GDPR", "access", "2025-05-01", "2025-06-02 23:59:59", False),  # 1 June is a Sunday
        ("GDPR", "access", "2025-05-01", "2025-06-03", True),
        ("GDPR", "access", "2025-01-31", "2025-02-28 20:00", False),
        ("GDPR", "access", "2025-01-31", "2025-03-01", True),
        ("CCPA", "access", "2025-05-01", "2025-06-16 08:00", False),  # 15 June is a Sunday
        ("CCPA", "objection", "2025-05-01", "2025-05-22 23:00", False),
        ("CCPA", "objection", "2025-05-01", "2025-05-23", True),
        ("PIPL", "objection", "2025-11-20", None, True),  # 20 December is a Saturday, the 22nd is over
        ("PIPL", "access", "2025-12-01 23:00", None, True),  # 31 December ends with the data
        ("PIPL", "access", "2025-12-02", None, False),
    ],
)
def test_limits_by_hand(law, kind, received, answered, late):
    """The last day counts to its end and is no weekend; an opt-out under the CCPA has 15 business days."""
    requests = pd.DataFrame(
        {"request_id": ["a"], "law": [law], "kind": [kind], "received_at": pd.to_datetime([received]),
         "answered_at": pd.to_datetime([answered]), "outcome": ["done" if answered else None]}
    )  # fmt: skip
    wrong = wrong_requests(requests, make_season(12))
    assert wrong["kind"].tolist() == (["request answered late"] if late else [])


def test_a_consent_alone_opens_no_border(world, log):
    """Some transfers have the customer's consent and no mechanism: they are planted too."""
    crossed = log[log["log_id"].isin(planted(world, "processing_log", "cross-border without its own basis"))]
    assert (crossed["valid"].eq(True) & crossed["transfer"].isna()).any()
    assert (~crossed["valid"].eq(True) & crossed["transfer"].eq("standard contract")).any()


def test_what_a_consent_is_worth_by_hand():
    """It holds from the question to the withdrawal; the last answer counts; what was pre-ticked never holds."""
    consents = pd.DataFrame(
        [
            ("A", "app push", "2025-01-10", "active tick", True, "2025-03-01"),
            ("B", "app push", "2025-01-10", "pre-ticked box", True, None),
            ("B", "app push", "2025-02-10", "app dialog", True, None),
            ("C", "app push", "2025-01-10", "active tick", True, None),
            ("C", "app push", "2025-02-10", "app dialog", False, None),
            ("D", "profiling", "2025-01-10", "active tick", True, None),
        ],
        columns=["customer_id", "purpose", "asked_at", "how", "granted", "withdrawn_at"],
    ).astype({"asked_at": "datetime64[ns]", "withdrawn_at": "datetime64[ns]"})
    shuffled = consents.sample(frac=1, random_state=1)
    for day, expected in {
        "2025-01-09 23:59:59": ["none", "none", "none", "none", "none"],
        "2025-01-10": ["given", "invalid", "given", "none", "none"],
        "2025-02-28 23:59:59": ["given", "given", "refused", "none", "none"],
        "2025-03-01": ["withdrawn", "given", "refused", "none", "none"],
    }.items():
        who, at = pd.Series(list("ABCDE")), pd.Series([pd.Timestamp(day)] * 5)
        assert standing(shuffled, who, at, "app push").tolist() == expected
        np.testing.assert_array_equal(
            may_contact(shuffled, who, at, "app push"), [e == "given" for e in expected]
        )
    assert not may_contact(consents, who, at, "no such purpose").any()
    assert may_contact(consents, who[:0], at[:0], "app push").shape == (0,)


def test_may_contact_agrees_with_a_plain_join(world, log):
    """The quick search gives what a join by time gives."""
    rows = log[log["purpose"] == "marketing sms"].dropna(subset="customer_id")
    got = may_contact(world.tables["consents"], rows["customer_id"], rows["processed_at"], "marketing sms")
    np.testing.assert_array_equal(got, rows["valid"].to_numpy(dtype=bool))


def test_the_tables_keep_their_contracts(world):
    """Types, keys and references hold, and each violation names a row."""
    validate(world.tables | {"customers": world.customers}, CONTRACTS)
    validate({"violations": world.violations}, privacy.TRUTH)
    for table, key in (
        ("consents", "consent_id"),
        ("privacy_requests", "request_id"),
        ("processing_log", "log_id"),
    ):
        assert planted(world, table) <= set(world.tables[table][key])


def test_violations_are_few_and_innocents_look_like_them(world, log):
    """2–4 % of the log is wrong; night jobs, transfers with a basis and sends before a withdrawal are in order."""
    good = log[~log["log_id"].isin(planted(world, "processing_log"))]
    assert 0.02 < 1 - len(good) / len(log) < 0.04
    assert ((good["role"] == "system") & (good["processed_at"].dt.hour < 5)).sum() > 300
    assert (good["destination"].notna() & (good["destination"] != "CN")).sum() > 200
    assert (good["withdrawn_at"] > good["processed_at"]).sum() > 300
    assert (good["erasure"].eq(True) & (good["basis"] == "legal duty")).sum() >= 1
    assert good.duplicated(good.columns.difference(["log_id", "processed_at"])).any()


def test_inside_leaks_are_as_many_as_claimed(world):
    """The share by insiders is the claim's, within 4 standard errors; only leaks say who it was."""
    leaks = make_world(20_000, 12, mean=0.5).violations.query("kind == 'leak'")
    assert abs(leaks["inside"].mean() - 0.73) < 4 * np.sqrt(0.73 * 0.27 / len(leaks))
    assert abs(len(leaks) - 240) < 4 * np.sqrt(240)
    assert (world.violations["inside"].notna() == (world.violations["kind"] == "leak")).all()


def test_no_insider_without_the_claim_and_nothing_else_changes(world):
    """With a share of 0 no leak is from inside, and all rows but leaks are the same to the bit."""
    none = make_world(4000, share=0.0)
    assert not none.violations["inside"].fillna(False).any()
    for table in ("consents", "privacy_requests"):
        pd.testing.assert_frame_equal(none.tables[table], world.tables[table])
    logs = [w.tables["processing_log"] for w in (none, world)]
    innocent = ~logs[1]["log_id"].isin(planted(world, "processing_log", "leak"))
    pd.testing.assert_frame_equal(logs[0][innocent], logs[1][innocent])


def test_policies_are_facts_and_ids_are_the_blocks_own():
    """Each block tells the same policies and purposes, and numbers its own rows."""
    one, two = make_world(60, number=0).tables, make_world(60, number=1).tables
    for table in ("policies", "purposes"):
        pd.testing.assert_frame_equal(one[table], two[table])
    for table, key in (
        ("consents", "consent_id"),
        ("privacy_requests", "request_id"),
        ("processing_log", "log_id"),
    ):
        assert not set(one[table][key]) & set(two[table][key])


@pytest.mark.parametrize(
    ("n", "months", "mean"), [(1, 1, 2.0), (1, 24, 0.0), (40, 24, 0.0), (300, 60, 2.0), (0, 6, 1.0)]
)
def test_any_size_of_world(n, months, mean):
    """One customer, no orders, a month or five years: valid tables, and no time beyond the data's days."""
    w = make_world(n, months, mean=mean)
    validate(w.tables | {"customers": w.customers}, CONTRACTS)
    validate({"violations": w.violations}, privacy.TRUTH)
    for table, columns in TIMES.items():
        times = w.tables[table][columns].melt()["value"].dropna()
        assert times.between(
            w.season.start, w.season.end + pd.Timedelta(hours=23, minutes=59, seconds=59)
        ).all()
        assert (times.dt.microsecond == 0).all()


def test_nothing_is_exported_before_there_is_anybody():
    """In a shop whose first order comes in the last month, no job and no leak is older."""
    season = make_season(24)
    at = pd.Timestamp("2025-12-01") + pd.to_timedelta(np.arange(500), unit="h")
    orders = pd.DataFrame(
        {"customer_id": [f"C{i:06d}" for i in range(500)], "ordered_at": at, "channel": "app"}
    )
    tables, truth = made_of(orders[["customer_id"]], orders, season, 1.0, Block(4, 0, 500))
    assert (tables["processing_log"]["processed_at"] >= at[0]).all()
    assert len(tables["processing_log"]) > 100
    assert truth["violations"]["row_id"].notna().all()


def test_time_runs_forward(world):
    """Nothing is withdrawn before it was given, answered before it was asked, or kept of those who are gone."""
    c, r = world.tables["consents"], world.tables["privacy_requests"]
    assert not (c["withdrawn_at"] <= c["asked_at"]).any()
    assert not (r["answered_at"] <= r["received_at"]).any()
    assert c.loc[~c["granted"], "withdrawn_at"].isna().all()
    assert (r["outcome"].isna() == r["answered_at"].isna()).all()
    gone = r[(r["kind"] == "erasure") & r["outcome"].isin(OUTCOMES[:2])]
    last = world.orders.groupby("customer_id")["ordered_at"].max()
    assert (gone["received_at"].to_numpy() > last.reindex(gone["customer_id"]).to_numpy()).all()
    theirs = c[c["customer_id"].isin(gone["customer_id"]) & c["granted"]]
    assert theirs["withdrawn_at"].notna().all()


def test_the_constants_fit_together():
    """Chances sum to one, the consents' purposes lead the register, and every role in it exists."""
    assert np.allclose(consents.HOW[consents.SITUATIONS].sum(), 1)
    assert np.isclose(leaks.LEAK_TO.sum(), 1)
    assert np.allclose(leaks.BULK[["usual", "leaks"]].sum(), 1)
    register = purposes.purposes_table()
    assert register["purpose"][: purposes.CONSENTED].tolist() == consents.PURPOSES["purpose"].tolist()
    assert set(",".join(register["roles"]).split(",")) <= set(purposes.ROLES)
