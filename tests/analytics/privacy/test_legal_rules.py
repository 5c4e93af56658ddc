"""The audit: rules of the table, each found in a log small enough to read; consents; requests; money."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.privacy import consent, deadlines, exposure, legal_rules, processing_checks
from workbook.tables.dataset import Dataset

END = pd.Timestamp("2025-06-30")


def times(*days):
    """Make times of texts; None is missing."""
    return pd.to_datetime(pd.Series(list(days)))


CONSENTS = pd.DataFrame(
    {
        "consent_id": ["N1", "N2", "N3", "N4", "N5"],
        "customer_id": ["a", "a", "b", "c", "d"],
        "purpose": ["marketing sms", "marketing sms", "marketing sms", "marketing sms", "sharing with partners"],
        "asked_at": times("2025-01-01", "2025-03-01", "2025-01-01", "2025-01-01", "2025-01-01"),
        "how": ["active tick", "active tick", "pre-ticked box", "active tick", "bundled with terms"],
        "granted": [True, False, True, True, True],
        "policy_version": ["4.0", "4.0", "4.0", None, "4.0"],
        "withdrawn_at": times(None, None, None, "2025-04-01", None),
    }
)  # fmt: skip
PURPOSES = pd.DataFrame(
    {
        "purpose": ["marketing sms", "sharing with partners", "service", "invoicing"],
        "basis": ["consent", "consent", "contract", "legal duty"],
        "fields": ["name,phone", "name,phone", "name,orders", "name,orders"],
        "roles": ["system,marketing", "marketing", "service agent", "finance"],
    }
)
LOG = pd.DataFrame(
    [
        ("G01", "2025-02-01", "system", "marketing sms", "a", "name,phone", "CN", "consent"),  # consent holds
        ("G02", "2025-04-01", "system", "marketing sms", "a", "phone,name", "CN", "consent"),  # last answer was no
        ("G03", "2025-02-01", "system", "marketing sms", "b", "name", "CN", "consent"),  # ticked beforehand
        ("G04", "2025-03-31", "system", "marketing sms", "c", "name", "CN", "consent"),  # withdrawn only later
        ("G05", "2025-04-01", "system", "marketing sms", "c", "name", "CN", "consent"),  # withdrawn just now
        ("G06", "2025-04-01", "marketing", "sharing with partners", "d", "name", "CN", "consent"),  # bundled
        ("G07", "2025-04-01", "service agent", "service", "a", "orders,health_note", "CN", "contract"),
        ("G08", "2025-04-01", "analyst", "service", "a", "orders", "CN", "contract"),
        ("G09", "2025-04-01", "service agent", "service", "a", "orders", "SG", "legitimate interest"),
        ("G10", "2025-04-01", "service agent", "service", "a", "orders", "SG", "legitimate interest"),
        ("G11", "2025-04-01", "service agent", "service", "a", "orders", "CN", "none stated"),
        ("G12", "2025-06-01", "service agent", "service", "e", "orders", "CN", "contract"),  # 400 days on
        ("G13", "2025-06-01", "finance", "invoicing", "e", "orders", "CN", "legal duty"),  # a duty stays
        ("G14", "2025-07-01", "analyst", "service", "a", "orders", "CN", "contract"),  # after the end
    ],
    columns=["log_id", "processed_at", "role", "purpose", "customer_id", "fields", "destination", "basis"],
).assign(processed_at=lambda f: pd.to_datetime(f["processed_at"]), actor="E001", records=1,
         transfer=lambda f: f["log_id"].map({"G10": "standard contract"}))  # fmt: skip
ORDERS = pd.DataFrame(
    {
        "order_id": list("12345"),
        "customer_id": list("abcde"),
        "ordered_at": times("2025-01-01", "2025-01-01", "2025-01-01", "2025-01-01", "2024-04-27"),
    }
)
POLICIES = pd.DataFrame(
    {
        "version": ["3.0", "4.0"],
        "published_on": times("2020-01-01", "2025-02-01"),
        "retention_days": [1000, 365],
    }
)
REQUESTS = pd.DataFrame(
    {
        "request_id": ["Z1", "Z2", "Z3", "Z4", "Z5", "Z6"],
        "customer_id": list("fghijk"),
        "kind": ["access"] * 6,
        "law": ["GDPR", "GDPR", "CCPA", "PIPL", "PIPL", None],
        "received_at": times("2025-01-31", "2025-01-31", "2025-01-01", "2025-05-30", "2025-06-20", "2025-02-01"),
        "answered_at": times("2025-02-28", "2025-03-01", "2025-02-15", None, None, "2025-02-10"),
        "outcome": ["done", "done", "refused: identity not proved", None, None, "refused"],
    }
)  # fmt: skip


def shop(**tables):
    """Make a shop of these tables beside its orders."""
    return Dataset("mine", {"orders": ORDERS} | tables, pd.Timestamp("2024-04-27"), END)


WHOLE = shop(
    consents=CONSENTS, purposes=PURPOSES, processing_log=LOG, policies=POLICIES, privacy_requests=REQUESTS
)


def rows(found, rule):
    """Give the ids that a rule found."""
    return found.loc[found["rule"] == rule, "row_id"].tolist()


def test_the_rules_of_the_table_find_their_rows():
    """Each rule returns exactly the rows that break it, and nothing after the day that counts."""
    found = legal_rules.audit(WHOLE, END)
    expected = {
        "box-ticked": ["N3"], "bundled": ["N5"], "unproved": ["N4"], "unasked": ["G02"], "invalid": ["G03"],
        "withdrawn": ["G05"], "shared": ["G06"], "fields": ["G07"], "sensitive": ["G07"], "role": ["G08"],
        "abroad": ["G09"], "no-basis": ["G11"], "kept": ["G12"], "late": ["Z2", "Z4"], "unexplained": ["Z6"],
    }  # fmt: skip
    assert {rule: rows(found, rule) for rule in found["rule"].unique()} == expected
    assert found["why"].str.len().gt(8).all()
    assert found.set_index("row_id").loc["G05", "why"] == "consent withdrawn on 2025-04-01"
    assert found.set_index("row_id").loc["G08", "why"] == "analyst is not among: service agent"


def test_every_rule_has_articles_and_somebody_who_checks_it():
    """A rule without an article is an opinion; one that nothing checks is decoration."""
    rules = legal_rules.RULES.set_index("rule")
    assert rules.index.is_unique
    assert rules["finding"].is_unique
    assert rules["severity"].isin(["high", "medium", "low"]).all()
    assert rules[["PIPL", "GDPR", "CCPA"]].ne("").all(axis=None)
    assert rules["PIPL"].str.match(r"\d").all()
    assert rules["GDPR"].str.match(r"\d").all()
    assert rules["CCPA"].str.match(r"1798\.\d|—$").all()
    assert set(processing_checks.CHECKS) < set(rules.index)
    beside = {"box-ticked", "bundled", "unproved", "register", "late", "unexplained"}
    assert set(rules.index) == set(processing_checks.CHECKS) | beside


@pytest.mark.parametrize("table", ["purposes", "policies", "privacy_requests", "consents"])
def test_without_a_table_its_rules_are_silent(table):
    """What isn't there accuses nobody by those rules that look at it, and the others go on."""
    found = legal_rules.audit(shop(**{k: v for k, v in WHOLE.tables.items() if k != table}), END)
    silent = {
        "purposes": ["fields", "sensitive", "role"],
        "policies": ["kept"],
        "privacy_requests": ["late", "unexplained"],
        "consents": ["box-ticked", "bundled", "unasked", "withdrawn", "invalid", "shared"],
    }
    assert not found["rule"].isin(silent[table]).any()
    assert rows(found, "no-basis") == ["G11"]


def test_a_log_with_its_required_columns_alone_accuses_nobody():
    """An id and a time say nothing about what was done."""
    bare = shop(processing_log=LOG[["log_id", "processed_at"]],
                consents=CONSENTS[["consent_id", "customer_id", "purpose", "asked_at", "granted"]])  # fmt: skip
    assert legal_rules.audit(bare, END).empty
    assert legal_rules.audit(shop(), END).columns.tolist() == [
        "rule", "finding", "law", "severity", "table", "row_id", "at", "why",
    ]  # fmt: skip


def test_after_erasure_and_objection():
    """What was granted counts from its answer; a legal duty goes on after erasure, and a new yes after an objection."""
    granted = pd.DataFrame(
        {"request_id": ["Z1", "Z2", "Z3"], "customer_id": ["e", "c", "a"], "kind": ["erasure", "objection", "erasure"],
         "law": "PIPL", "received_at": times("2025-05-01", "2025-02-01", "2025-01-01"),
         "answered_at": times("2025-05-20", "2025-02-10", "2025-01-02"),
         "outcome": ["partly: tax invoices kept", "done", "refused: identity not proved"]}
    )  # fmt: skip
    data = shop(processing_log=LOG, purposes=PURPOSES, consents=CONSENTS, privacy_requests=granted)
    found = legal_rules.audit(data, END)
    assert rows(found, "erased") == ["G12"]
    assert rows(found, "objected") == ["G04", "G05"]
    anew = pd.concat(
        [CONSENTS, CONSENTS.iloc[[3]].assign(consent_id="N9", asked_at=pd.Timestamp("2025-03-01"))]
    )
    found = legal_rules.audit(shop(**data.tables | {"consents": anew}), END)
    assert rows(found, "objected") == ["G05"]


def test_home_is_where_most_data_stays_unless_said():
    """Seen from Singapore, everything that went to China went abroad."""
    assert rows(legal_rules.audit(WHOLE, END), "abroad") == ["G09"]
    abroad = rows(legal_rules.audit(WHOLE, END, home="SG"), "abroad")
    assert "G09" not in abroad
    assert {"G03", "G11"} <= set(abroad)


def test_exports_are_judged_by_their_signs():
    """Night, abroad and large are counted; systems and single persons are no exports."""
    log = pd.DataFrame(
        {
            "log_id": list("abcde"),
            "processed_at": times("2025-01-01 23:00", "2025-01-02 10:00", "2025-01-03 04:59", "2025-01-04 05:00", "2025-01-05 23:30"),
            "actor": ["E001", "backup", "courier 1", "E002", "E003"],
            "role": ["analyst", "system", "courier", "analyst", "analyst"],
            "records": [100, 1000, 299, 300, 1],
            "abroad": [True, True, False, False, True],
        }
    )  # fmt: skip
    found = processing_checks.exports(log).set_index("log_id")
    # The first is the largest so far; later, 1,000 are known, and 300 of them are a large part.
    assert found["signs"].to_dict() == {"a": 3, "c": 1, "d": 1}
    assert found["employee"].to_dict() == {"a": True, "c": False, "d": True}
    mask, why = processing_checks.odd_exports(log)
    assert mask.tolist() == [True, False, False, False, False]
    assert why[0] == "at night, abroad, large, 100 people"


def test_the_scorecard_counts_by_hand():
    """Found so, found under another name, found nowhere; precision over all found, recall over all planted."""
    found = pd.DataFrame({"finding": ["leak"] * 4, "table": "processing_log", "row_id": list("abcd")})
    planted = pd.DataFrame(
        {"table": "processing_log", "row_id": [*list("abce"), "f"], "kind": ["leak", "leak", "role without right", "leak", "leak"]}
    )  # fmt: skip
    card = legal_rules.scorecard(found, planted).loc["leak"]
    assert card[["found", "so", "otherwise", "nowhere", "planted"]].tolist() == [4, 2, 1, 1, 4]
    assert card["precision"] == 0.75
    assert card["recall"] == 0.5
    assert np.isnan(legal_rules.scorecard(found.iloc[:0], planted).loc["leak", "precision"])
    assert np.isnan(legal_rules.scorecard(found, planted).loc["kept beyond retention", "recall"])


def test_the_audit_finds_what_is_planted(small):
    """In another world every planted row that its tables show is found; only leaks can pass for work."""
    card = legal_rules.scorecard(legal_rules.audit(small, small.end), small.truth["violations"])
    clear = card.drop(["leak", "request answered late"]).dropna(subset=["recall"])
    assert (clear["recall"] == 1).all()
    assert clear["planted"].sum() > 50
    assert 0 < card.loc["leak", "recall"] < 1


# Consents


def test_a_consent_is_judged_at_the_moment():
    """A withdrawal counts from its own second on, and taints nothing before; the last answer counts."""
    found = consent.standing(CONSENTS, LOG)
    said = dict(zip(LOG["log_id"], found["worth"], strict=True))
    assert {k: said[k] for k in ("G01", "G02", "G03", "G04", "G05", "G06", "G07")} == {
        "G01": "given", "G02": "refused", "G03": "invalid", "G04": "given", "G05": "withdrawn", "G06": "invalid", "G07": "none",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "on_15_march"),
    [
        ([("2025-01-05", True, "2025-03-01"), ("2025-02-05", True, None)], "withdrawn"),
        ([("2025-02-05", True, None), ("2025-01-05", True, "2025-03-01")], "withdrawn"),
        ([("2025-01-05", True, "2025-03-01"), ("2025-03-05", True, None)], "given"),
        ([("2025-01-05", True, "2025-04-01"), ("2025-02-05", True, None)], "given"),
        ([("2025-01-05", True, "2025-03-01"), ("2025-03-01", True, None)], "withdrawn"),
        ([("2025-02-05", True, "2025-01-01")], "withdrawn"),
        ([("2025-01-05", True, "2025-03-01"), ("2025-03-05", False, None)], "refused"),
    ],
)
def test_what_was_said_last_counts(rows, on_15_march):
    """A withdrawal ends every yes before it, of whichever row; a yes after it is a new one."""
    asked, granted, withdrawn = zip(*rows, strict=True)
    consents = pd.DataFrame(
        {"customer_id": "a", "purpose": "newsletter", "asked_at": times(*asked), "how": "active tick",
         "granted": granted, "policy_version": "1", "withdrawn_at": times(*withdrawn)}
    )  # fmt: skip
    day = pd.Timestamp("2025-03-15")
    act = pd.DataFrame({"customer_id": ["a", "b"], "purpose": "newsletter", "processed_at": day})
    assert consent.standing(consents, act)["worth"].tolist() == [on_15_march, "none"]
    assert consent.funnel(consents, day).loc["newsletter", "standing"] == (on_15_march == "given")


def test_a_yes_knows_when_it_was_taken_back_later():
    """Beside an act that was lawful stands the withdrawal that came after it, of another row too."""
    consents = pd.DataFrame(
        {"customer_id": "a", "purpose": "newsletter", "asked_at": times("2025-01-05", "2025-02-05"),
         "how": "active tick", "granted": True, "withdrawn_at": times("2025-03-01", None)}
    )  # fmt: skip
    act = pd.DataFrame(
        {"customer_id": ["a"], "purpose": "newsletter", "processed_at": [pd.Timestamp("2025-02-10")]}
    )
    [found] = consent.standing(consents, act).to_dict("records")
    assert (found["worth"], found["withdrawn_at"]) == ("given", pd.Timestamp("2025-03-01"))


def test_the_funnel_by_hand():
    """Each step is a part of the one before; the last answer of each customer counts."""
    found = consent.funnel(CONSENTS, END)
    assert found.loc["marketing sms"].tolist() == [3, 2, 1, 0, 0]
    assert found.loc["sharing with partners"].tolist() == [1, 1, 0, 0, 0]
    noted = consent.funnel(CONSENTS.assign(policy_version="4.0"), pd.Timestamp("2025-03-31"))
    assert noted.loc["marketing sms"].tolist() == [3, 2, 1, 1, 1]
    assert consent.funnel(CONSENTS.iloc[:0], END).empty


# Requests


def test_a_month_is_a_calendar_month_and_open_is_not_late():
    """31 January + one month is 28 February, 15 February 2025 a Saturday; an open request is overdue when its last day is over."""
    found = deadlines.deadlines(REQUESTS, END).set_index("request_id")
    assert found["state"].to_dict() == {
        "Z1": "in time", "Z2": "late", "Z3": "in time", "Z4": "open and overdue", "Z5": "open", "Z6": "in time",
    }  # fmt: skip
    assert found.loc["Z1", "due"] == pd.Timestamp("2025-02-28")
    assert found.loc["Z3", "due"] == pd.Timestamp("2025-02-17")
    assert found.loc["Z4", "due"] == pd.Timestamp("2025-06-30")
    assert found["limit"].tolist() == ["law", "law", "law", "practice", "practice", "assumed"]
    assert deadlines.lateness(REQUESTS, END).tolist() == [False, True, False, True, False]


def test_what_was_answered_later_is_still_open_on_the_day():
    """Nobody knows on a day what will be answered after it."""
    found = deadlines.deadlines(REQUESTS, pd.Timestamp("2025-02-05"))
    assert found["state"].tolist() == ["open", "open", "open", "open"]


def test_unrecorded_answers_make_nobody_late():
    """Where no answer is on record at all, lateness can't be told."""
    blank = REQUESTS.assign(answered_at=pd.NaT)
    assert deadlines.deadlines(blank, END)["state"].eq("open").all()
    assert deadlines.lateness(blank, END).empty
    assert deadlines.unanswered(blank, END).empty


def test_kaplan_and_meier_by_hand():
    """One of four answered after 10 days; one of the two still watched after 20: 3/4 and 3/8 are left."""
    asked = pd.DataFrame(
        {"received_at": times("2025-06-01", "2025-06-21", "2025-06-01", "2025-06-01"),
         "answered_at": times("2025-06-11", None, "2025-06-21", None)}
    )  # fmt: skip
    found = deadlines.unanswered(asked, END)
    # The second is watched for 10 days only, and leaves the count after the first answer.
    assert found.to_dict() == pytest.approx({0.0: 1.0, 10.0: 0.75, 20.0: 0.375})


# Money


def test_caps_of_a_small_and_a_large_shop():
    """Below 500 million EUR the fixed 20 million is the higher; above, 4 % are."""
    rates = {"CNY": 1.0, "EUR": 8.0}
    little, much = (exposure.caps(t, "EUR", rates) for t in (1e6, 1e9))
    assert little["cap"].tolist() == [20e6, 50e6]
    assert little["in_shop"].tolist() == [20e6, 6.25e6]
    assert much["cap"].tolist() == pytest.approx([40e6, 400e6])
    assert exposure.caps(np.nan, "", rates)["cap"].tolist() == [20e6, 50e6]
    assert exposure.caps(1e6, "XYZ", rates)["in_shop"].isna().all()


def test_losses_follow_their_assumptions():
    """The mean is cases × mean fine; nine fines of ten lie in the range; none is above the cap."""
    losses = exposure.simulate_losses(0.2, 100.0, 100.0001, np.inf, 1, draws=40_000)
    assert losses.mean() == pytest.approx(20, rel=0.05)
    assert (losses > 0).mean() == pytest.approx(1 - np.exp(-0.2), abs=0.01)
    single = exposure.simulate_losses(0.001, 10.0, 1000.0, np.inf, 2, draws=2_000_000)
    fines = single[single > 0]
    assert ((fines > 10) & (fines < 1000)).mean() == pytest.approx(0.9, abs=0.03)
    assert exposure.simulate_losses(0.001, 10.0, 1000.0, 50.0, 2, draws=1_000_000).max() <= 100.0
    assert (exposure.simulate_losses(0, 10.0, 1000.0, 50.0, 2) == 0).all()


def test_due_for_deletion_counts_whole_days():
    """A last order exactly so many days ago is still within the time."""
    last = times("2025-06-29 23:00", "2025-06-28 01:00", None)
    assert exposure.due(last, 1, END).tolist() == [False, True, False]


def test_acts_at_hand_need_not_be_prepared_again():
    """The audit is the same with acts that were prepared before."""
    at_hand = processing_checks.prepare(WHOLE, END)
    pd.testing.assert_frame_equal(legal_rules.audit(WHOLE, END, acts=at_hand), legal_rules.audit(WHOLE, END))
    assert legal_rules.audit(WHOLE, END, acts=at_hand[:0])["table"].ne("processing_log").all()


def test_a_register_names_bases_that_the_law_has():
    """PIPL 13 has no legitimate interest: each purpose that names one is found, however it is written, and under no other law."""
    register = PURPOSES.assign(basis=["consent", "Legitimate interests", None, "legal duty"])
    found = legal_rules.audit(shop(processing_log=LOG, consents=CONSENTS, purposes=register), END)
    assert rows(found, "register") == ["sharing with partners"]
    one = found[found["rule"] == "register"].iloc[0]
    assert (one["law"], one["table"], one["finding"]) == (
        "PIPL",
        "purposes",
        "basis that is not in the law",
    )


def test_findings_in_numbers():
    """Fourteen acts up to the day, of which eight break a rule; the most frequent of the severe comes first."""
    acts = processing_checks.prepare(WHOLE, END)
    found = legal_rules.audit(WHOLE, END, acts=acts)
    outcome = legal_rules.audited(found, acts)
    touched = found.loc[found["table"] == "processing_log", "row_id"].nunique()
    assert (outcome.case, outcome.findings, outcome.late, outcome.register) == ("high", len(found), 2, [])
    assert outcome.high == int(found["severity"].eq("high").sum())
    assert outcome.acts.value == touched / 13
    assert legal_rules.audited(found[:0], acts).case == "nothing"
    assert legal_rules.audited(found[:0], acts).late is None
    assert legal_rules.audited(found[found["severity"] == "low"], acts[:0]).case == "lower"


def test_examples_begin_with_the_severe():
    """By severity, then by number, each with its first row."""
    found = pd.DataFrame(
        {"finding": ["x", "y", "y", "z"], "severity": ["low", "high", "high", "high"], "row_id": ["1", "2", "3", "4"],
         "law": "PIPL", "why": ["a", "b", "c", "d"]}
    )  # fmt: skip
    table = legal_rules.examples(found)
    assert table.index.tolist() == ["y", "z", "x"]
    assert table.loc["y"].tolist() == ["high", 2, "PIPL", "2", "b"]
    assert legal_rules.examples(found[:0]).empty


def test_late_requests_and_whose_clock():
    """Which kind of limit was missed decides what may be written of it."""
    timed = deadlines.deadlines(REQUESTS, END)
    found = deadlines.late_requests(timed)
    assert timed["time_is_up"].tolist() == [True, True, True, True, False, True]
    assert (found.case, found.due, found.late, found.by_law, found.share.value) == ("several", 5, 2, 1, 0.4)
    of_nobody = timed[1:2].assign(limit="assumed")
    cases = {
        "practice": timed[3:4],
        "law": timed[:3],
        "in_time": timed[:1],
        "none_due": timed[4:5],
        "assumed": of_nobody,
    }
    assert {name: deadlines.late_requests(part).case for name, part in cases.items()} == {n: n for n in cases}


def test_who_still_waits_after_some_days():
    """The curve's last step up to that day."""
    curve = pd.Series([1.0, 0.75, 0.375], index=[0.0, 10.0, 20.0])
    assert [deadlines.still_waiting(curve, day) for day in (0, 10, 19, 30)] == [1.0, 0.75, 0.75, 0.375]
    assert np.isnan(deadlines.still_waiting(curve[:0], 5))


def test_what_is_on_record():
    """Rows, customers and days of each table that is there."""
    found = processing_checks.on_record(shop(consents=CONSENTS))
    assert found.loc["questions of consent"].tolist() == [5, 4, "2025-01-01", "2025-03-01"]
    assert found.index.tolist() == ["orders", "questions of consent"]


def test_leaks_by_account_and_by_hand():
    """Of three flagged exports two are employees'; of the two true leaks one was an insider's; one sign is not flagged."""
    exports = pd.DataFrame(
        {"log_id": ["G1", "G2", "G3", "G4"], "signs": [2, 3, 2, 1], "employee": [True, True, False, True]}
    )
    planted = pd.DataFrame(
        {"row_id": ["G1", "G2", "G4", "G1"], "kind": ["leak", "leak", "leak", "role without right"],
         "inside": pd.array([True, False, True, None], dtype="boolean")}
    )  # fmt: skip
    account, hand = processing_checks.flagged_leaks(exports, planted).values()
    assert (account.value, account.n) == (2 / 3, 3)
    assert (hand.value, hand.n) == (0.5, 2)


def test_due_by_days_falls_from_all_to_none():
    """Everybody whose last order is longer ago; at the end nobody."""
    last = times("2025-06-20", "2025-06-10")
    found = exposure.due_by_days(last, END, longest=30, step=10)
    assert found.to_dict() == {0: 1.0, 10: 0.5, 20: 0.0, 30: 0.0}


def test_one_fine_fits_worlds_a_hundredfold_apart():
    """Half of the fines reach their median; a fine that is usual in one world is one of many in another, and both have it."""
    worlds = exposure.worlds_of_an_anecdote(500.0, (5.0, 500.0), 10.0)
    assert worlds.index.tolist() == ["5", "500"]
    assert worlds.loc["500", "share"] == pytest.approx(0.5)
    assert worlds.loc["500", "one_in"] == pytest.approx(2)
    assert worlds["mean_fine"]["500"] / worlds["mean_fine"]["5"] == pytest.approx(100)
    # ln(100) is twice ln(10), which is 1.645 standard deviations: beyond 3.29 of them lies 1 in 2,000
    assert worlds.loc["5", "one_in"] == pytest.approx(1996, rel=0.01)


def test_turnover_of_a_year_is_net_of_its_returns():
    """Orders and returns of the year up to the day, its last day included."""
    orders = pd.DataFrame(
        {
            "ordered_at": times("2024-06-30 12:00", "2024-07-01 00:00", "2025-06-30 23:00"),
            "amount": [1.0, 10.0, 100.0],
        }
    )
    back = pd.DataFrame({"returned_at": times("2025-01-01", "2024-01-01"), "amount": [3.0, 50.0]})
    assert exposure.turnover_of_a_year(orders, back, END) == 107.0
    assert np.isnan(exposure.turnover_of_a_year(orders.assign(amount=np.nan), back, END))


def test_caps_are_read_beside_a_turnover():
    """Below all caps, above one, or unknown; columns that aren't known are left out."""
    rates = {"CNY": 1.0, "EUR": 8.0}
    assert exposure.cap_case(exposure.caps(1e6, "CNY", rates), 1e6) == "below"
    assert exposure.cap_case(exposure.caps(1e12, "CNY", rates), 1e12) == "above"
    assert exposure.cap_case(exposure.caps(1e6, "XYZ", rates), 1e6) == "unknown"
    assert "cap in CNY" in exposure.readable(exposure.caps(1e6, "CNY", rates), "CNY")
    assert not [c for c in exposure.readable(exposure.caps(1e6, "", rates), "") if "your" in c]


def test_assumed_years_by_how_often():
    """The rarer a case, the fewer the years with one; without a turnover nothing is said."""
    found = exposure.assumed_years(1e6, 1)
    assert found["years in 1,000 with a fine"].is_monotonic_increasing
    assert found["years in 1,000 with a fine"].tolist() == pytest.approx([10, 49, 221], abs=5)
    assert exposure.assumed_years(1e6, 1, "CNY").columns[1] == "mean loss (CNY)"
    assert exposure.assumed_years(np.nan, 1).empty
