"""One customer's story: whose it is, what happened, and which acts were allowed."""

import pandas as pd
import pytest

from workbook.analytics.privacy import legal_rules, privacy_stories, processing_checks
from workbook.tables.dataset import Dataset

END = pd.Timestamp("2025-06-30")


def shop(log, consents, requests=(), purposes=()):
    """Make a shop of rows: (customer, day, purpose), (customer, day, purpose, yes, withdrawn), (customer, asked, answered)."""
    acts = pd.DataFrame(log, columns=["customer_id", "processed_at", "purpose"]).astype(
        {"processed_at": "datetime64[ns]"}
    )
    acts = acts.assign(log_id=pd.Series([f"G{i}" for i in range(len(acts))], dtype="str"), action="send", role=None, fields=None, destination="CN",
                       basis=None, transfer=None, records=1, actor=None)  # fmt: skip
    asked = pd.DataFrame(consents, columns=["customer_id", "asked_at", "purpose", "granted", "withdrawn_at"])
    asked = asked.astype({"asked_at": "datetime64[ns]", "withdrawn_at": "datetime64[ns]"})
    asked = asked.assign(
        consent_id=[f"N{i}" for i in range(len(asked))], how="active tick", policy_version="1"
    )
    wanted = pd.DataFrame(list(requests), columns=["customer_id", "received_at", "answered_at"])
    wanted = wanted.astype({"received_at": "datetime64[ns]", "answered_at": "datetime64[ns]"})
    wanted = wanted.assign(
        request_id=[f"Z{i}" for i in range(len(wanted))], kind="erasure", law="PIPL", outcome="done"
    )
    register = pd.DataFrame(list(purposes), columns=["purpose", "basis"]).assign(fields=None, roles=None)
    tables = {"processing_log": acts, "consents": asked, "privacy_requests": wanted, "purposes": register}
    return Dataset("mine", tables, pd.Timestamp("2024-01-01"), END)


def story(data):
    """The story that the notebook tells of a shop."""
    acts = processing_checks.prepare(data, END)
    return privacy_stories.case(data, acts, legal_rules.audit(data, END, acts=acts))


ANN = [("ann", "2025-01-02", "sms"), ("ann", "2025-03-02", "sms"), ("ann", "2025-03-03", "email"), ("ann", "2025-03-04", "service"),
       ("ann", "2025-05-02", "service"), ("ann", "2025-05-03", "invoicing")]  # fmt: skip
PURPOSES = [("sms", "consent"), ("email", "consent"), ("service", "contract"), ("invoicing", "legal duty")]
ASKED = [("ann", "2025-01-01", "sms", True, "2025-02-01"), ("bob", "2025-01-01", "sms", True, None)]


def test_each_act_is_judged_on_its_day():
    """Before the withdrawal, after it, never asked, by contract, after an erasure, and for a legal duty after it."""
    found = story(shop(ANN, ASKED, [("ann", "2025-04-01", "2025-05-01")], PURPOSES))
    assert found.acts["allowed"].tolist() == [True, False, False, True, False, True]
    assert found.acts["newest"].tolist() == [False, False, False, True, True, True]
    assert found.acts["any_yes"].tolist() == [True, True, False, True, True, True]
    assert found.acts["consent_only"].tolist() == [True, False, False, False, False, False]
    assert found.acts["not_erased"].tolist() == [True, True, True, True, False, False]
    assert found.verdicts.to_dict() == {
        "A": "allowed",
        "B": "consent withdrawn on 2025-02-01",
        "C": "never asked",
        "D": "allowed",
        "E": "erasure granted on 2025-05-01",
        "F": "allowed",
    }


def test_a_story_is_told_in_order():
    """Questions with their answers, withdrawals, requests, and acts with their letter and basis."""
    told = story(shop(ANN[:2], ASKED, [("ann", "2025-04-01", None)], PURPOSES)).events
    assert list(told.index) == ["2025-01-01", "2025-01-02", "2025-02-01", "2025-03-02", "2025-04-01"]
    assert told["act"].tolist() == ["", "A", "", "B", ""]
    assert told["what happened"].tolist() == [
        "shop asks for sms (active tick): yes",
        "send for sms, basis: consent",
        "customer takes back: sms",
        "send for sms, basis: consent",
        "customer asks: erasure",
    ]


def test_who_has_acts_of_both_kinds_makes_the_case():
    """Bob's acts were all allowed, and a basis that only some laws have makes no fair question."""
    bob = [("bob", f"2025-02-0{day}", "sms") for day in (1, 2, 3)]
    cao = [
        ("cao", "2025-02-01", "fraud check"),
        ("cao", "2025-02-02", "sms"),
        ("cao", "2025-02-03", "fraud check"),
    ]
    purposes = [*PURPOSES, ("fraud check", "legitimate interest")]
    found = story(shop([*bob, *cao, *ANN[:4]], ASKED, (), purposes))
    assert found.acts["allowed"].tolist() == [True, False, False, True]
    assert story(shop(bob, ASKED, (), PURPOSES)).acts["allowed"].all()


@pytest.mark.parametrize("log", [[], [(None, "2025-02-01", "sms")]])
def test_without_acts_on_anybody_there_is_no_story(log):
    """A log that names nobody tells nothing of anybody."""
    found = story(shop(log, ASKED, (), PURPOSES))
    assert found.events.empty
    assert found.acts.empty


def test_a_long_story_ends_with_the_letters():
    """Of more than 26 acts the first are told."""
    found = story(shop([("bob", "2025-02-01", "sms")] * 40, ASKED, (), PURPOSES))
    assert "".join(found.acts.index) == privacy_stories.LETTERS
