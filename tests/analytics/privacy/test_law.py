"""What each law says, and what it doesn't: the rules hold under the laws that have them, and under no other."""

import pandas as pd
import pytest

from workbook.analytics.privacy import deadlines, erasure, exposure, law_texts, legal_rules, processing_checks
from workbook.tables.dataset import Dataset

END = pd.Timestamp("2025-06-30")
RULES = legal_rules.RULES.set_index("rule")


def shop(
    acts: list[dict], *, given: bool = False, basis: str = "consent", purpose: str = "to partners abroad"
):
    """A shop that logged these acts on one customer, who was asked for one purpose of that basis in the register."""
    log = pd.DataFrame(acts).assign(log_id=lambda f: [f"G{i}" for i in range(len(f))])
    usual = {"processed_at": pd.Timestamp("2025-03-01"), "customer_id": "a", "purpose": purpose, "basis": basis,
             "transfer": None, "destination": "CN", "fields": None, "role": None, "records": 1, "actor": None}  # fmt: skip
    log = log.assign(
        **{k: log.get(k, pd.Series(v, index=log.index)) for k, v in usual.items()}
    ).infer_objects()
    consents = pd.DataFrame(
        {"consent_id": ["N1"], "customer_id": ["a"], "purpose": [purpose], "asked_at": pd.to_datetime(["2025-01-01"]),
         "how": ["active tick"], "granted": [given], "policy_version": ["1"], "withdrawn_at": pd.to_datetime([None])}
    )  # fmt: skip
    register = pd.DataFrame(
        {"purpose": [purpose], "basis": [basis], "fields": ["name"], "roles": ["marketing"]}
    )
    tables = {"processing_log": log, "consents": consents, "purposes": register}
    return Dataset("mine", tables, pd.Timestamp("2025-01-01"), END)


def why(data: Dataset, rule: str) -> list[str]:
    """What a rule says of the rows it finds; home is China."""
    found = legal_rules.audit(data, END, home="CN")
    return found.loc[found["rule"] == rule, "why"].tolist()


# 1. Transfer abroad


@pytest.mark.parametrize(
    ("given", "transfer", "said"),
    [
        (True, "standard contract", []),
        (True, "certification", []),
        (True, "security assessment", []),
        (True, None, ["went to SG, no mechanism on record"]),
        (False, "standard contract", ["went to SG, no consent to it: the answer was no"]),
        (False, None, ["went to SG, no mechanism on record, no consent to it: the answer was no"]),
    ],
)
def test_abroad_needs_a_mechanism_and_a_consent_of_its_own(given, transfer, said):
    """PIPL 38 and 39 both apply: neither a consent nor a standard contract is enough alone."""
    data = shop([{"destination": "SG", "transfer": transfer}], given=given)
    assert why(data, "abroad") == said


def test_a_contract_is_no_mechanism_but_a_parcel_is_exempt():
    """What the customer's contract needs may leave; a purpose that needs consent isn't made lawful by naming a contract."""
    abroad = [{"destination": "SG"}]
    assert why(shop(abroad, basis="contract", purpose="delivery"), "abroad") == []
    claimed = shop([{"destination": "SG", "basis": "contract"}], given=True)
    assert why(claimed, "abroad") == ["went to SG, no mechanism on record"]


def test_a_legal_duty_opens_the_border_and_a_word_for_it_does_not():
    """Regulations of 2025, art. 35: a duty needs no mechanism; a purpose that needs consent isn't made one by its log."""
    abroad = [{"destination": "SG", "basis": "legal duty"}]
    assert why(shop(abroad, basis="legal duty", purpose="customs"), "abroad") == []
    assert why(shop(abroad, given=True), "abroad") == ["went to SG, no mechanism on record"]


@pytest.mark.parametrize(
    ("fields", "people", "said"),
    [
        ("orders,sizes", 99_999, []),
        ("orders,sizes", 100_000, ["went to SG, no mechanism on record"]),
        (None, 99_999, []),
        ("orders, health_note", 1, ["went to SG, no mechanism on record"]),
    ],
)
def test_few_people_and_nothing_sensitive_need_no_mechanism(fields, people, said):
    """Provisions of 2024, art. 5: fewer than 100,000 people since 1 January, sensitive data apart."""
    data = shop([{"destination": "SG", "fields": fields}], given=True)
    acts = processing_checks.prepare(data, END, home="CN", people_abroad=people)
    found = legal_rules.audit(data, END, acts=acts)
    assert found.loc[found["rule"] == "abroad", "why"].tolist() == said


def test_few_people_still_have_to_agree():
    """The provisions take away the mechanism of PIPL 38, and leave the consent of 39."""
    data = shop([{"destination": "SG", "fields": "orders"}])
    acts = processing_checks.prepare(data, END, home="CN", people_abroad=10)
    found = legal_rules.audit(data, END, acts=acts)
    assert found.loc[found["rule"] == "abroad", "why"].tolist() == [
        "went to SG, no consent to it: the answer was no"
    ]


def test_a_consent_to_something_else_is_none_to_the_transfer():
    """Who agreed to a newsletter didn't agree that the address goes abroad."""
    data = shop([{"destination": "SG", "transfer": "standard contract"}], given=True, purpose="newsletter")
    assert why(data, "abroad") == ["went to SG, no consent to it: it was to something else"]


def test_of_many_people_only_the_mechanism_can_be_judged():
    """A row on many people names nobody whose consent could be looked up."""
    many = {"customer_id": None, "destination": "SG"}
    data = shop([many | {"transfer": "standard contract"}, many], given=False)
    assert why(data, "abroad") == ["went to SG, no mechanism on record"]


def test_a_log_that_notes_neither_basis_nor_mechanism_tells_nothing_of_them():
    """Where nothing was ever noted, its absence in one row says nothing."""
    data = shop([{"destination": "SG", "basis": None}], given=True)
    assert why(data, "abroad") == []


# 2. Limits


def due(law: str, kind: str, received: str, holidays: tuple[str, ...] = ()) -> str:
    """The last day on which an answer is in time."""
    asked = pd.DataFrame({"law": [law], "kind": [kind], "received_at": pd.to_datetime([received])})
    return str(deadlines.last_day(asked, holidays)[0].date())


@pytest.mark.parametrize(
    ("law", "kind", "received", "last"),
    [
        ("CCPA", "access", "2025-03-03 09:00", "2025-04-17"),  # 45 days
        ("CCPA", "erasure", "2025-03-03 23:59", "2025-04-17"),  # the hour doesn't matter
        ("CCPA", "objection", "2025-03-03", "2025-03-24"),  # 15 business days are three weeks
        ("CCPA", "objection", "2025-03-01", "2025-03-21"),  # a Saturday: Monday is the first of them
        ("GDPR", "objection", "2025-03-03", "2025-04-03"),
        ("GDPR", "access", "2025-01-31", "2025-02-28"),
        ("GDPR", "access", "2025-04-14", "2025-05-14"),
        ("GDPR", "access", "2025-04-10", "2025-05-12"),  # 10 May is a Saturday
        ("PIPL", "access", "2025-03-03", "2025-04-02"),
        ("PIPL", "objection", "2025-03-07", "2025-04-07"),  # 6 April is a Sunday
    ],
)
def test_each_law_has_its_own_limit(law, kind, received, last):
    """45 days are for know, correct and delete; an opt-out under the CCPA has 15 business days."""
    assert due(law, kind, received) == last


def test_a_public_holiday_moves_the_last_day():
    """Regulation 1182/71 art. 3(4): the next working day; it is no business day either."""
    assert due("GDPR", "access", "2025-04-01", ("2025-05-01",)) == "2025-05-02"
    assert due("GDPR", "access", "2025-04-01", ("2025-05-01", "2025-05-02")) == "2025-05-05"
    assert due("CCPA", "objection", "2025-05-12", ("2025-05-26",)) == "2025-06-03"


def test_the_last_day_counts_to_its_end():
    """An answer late in the evening of the last day is in time; one a minute after midnight is not."""
    asked = pd.DataFrame(
        {"law": "GDPR", "kind": "access", "received_at": pd.Timestamp("2025-03-03 09:00"),
         "answered_at": pd.to_datetime(["2025-04-03 23:59", "2025-04-04 00:00", None])}
    )  # fmt: skip
    states = [
        deadlines.deadlines(asked, pd.Timestamp(day))["state"].tolist()
        for day in ("2025-04-02", "2025-04-04")
    ]
    assert states == [["open", "open", "open"], ["in time", "late", "open and overdue"]]


def test_a_retention_period_ends_with_its_last_day():
    """Kept one day: an act at any hour of the next day is within the period."""
    orders = pd.DataFrame(
        {"order_id": ["1"], "customer_id": ["a"], "ordered_at": pd.to_datetime(["2025-02-27 08:00"])}
    )
    policies = pd.DataFrame(
        {"version": ["1"], "published_on": pd.to_datetime(["2020-01-01"]), "retention_days": [1]}
    )
    data = shop(
        [{"processed_at": pd.Timestamp(t)} for t in ("2025-02-28 23:00", "2025-03-01 00:00")], given=True
    )
    whole = Dataset("mine", data.tables | {"orders": orders, "policies": policies}, data.start, END)
    assert why(whole, "kept") == ["last order 2025-02-27, kept 2 days"]


def test_a_late_answer_breaks_the_law_of_its_own_request():
    """A missed month is a breach under the GDPR; the 30 days of a standard are no law; whoever noted no law is judged by all."""
    asked = pd.DataFrame(
        {"request_id": ["Z1", "Z2", "Z3"], "customer_id": ["a", "b", "c"], "kind": "access", "law": ["GDPR", "PIPL", None],
         "received_at": pd.Timestamp("2025-01-02"), "answered_at": pd.Timestamp("2025-03-03"), "outcome": "refused"}
    )  # fmt: skip
    data = shop([{}], given=True)
    found = legal_rules.audit(
        Dataset("mine", data.tables | {"privacy_requests": asked}, data.start, END), END
    )
    laws = {rule: found.loc[found["rule"] == rule, "law"].tolist() for rule in ("late", "unexplained")}
    assert laws["late"] == ["GDPR", "practice only", "GDPR, CCPA"]
    assert laws["unexplained"] == ["GDPR", "PIPL", "PIPL, GDPR, CCPA"]
    assert (
        legal_rules.examples(found).loc["request answered late", "law"] == "GDPR, practice only, GDPR, CCPA"
    )


def test_an_extension_is_told_within_the_first_period():
    """GDPR 12(3): two more months; CCPA 1798.130(a)(2): 45 more days, once; an opt-out has none."""
    more = deadlines.LIMITS.set_index("request", append=True)["more"]
    assert "two more months" in more["GDPR", ""]
    assert "another 45 days once" in more["CCPA", ""]
    assert "no more time" in more["CCPA", "objection"]


# 3 to 6. Which law


def test_a_rule_names_the_laws_that_have_it():
    """Each law that a finding breaks has an article for it, in its own column; a law without an article isn't named."""
    for rule, row in RULES.iterrows():
        laws = row["law"].split(", ")
        assert set(laws) <= set(law_texts.LAWS), rule
        assert (row[laws] != "—").all(), rule


def test_the_right_against_sale_is_none_against_own_marketing():
    """CCPA 1798.120 and .135 are about sale and sharing; a withdrawal or an objection to a shop's own mail breaks no rule of it."""
    for rule in ("withdrawn", "objected"):
        assert "CCPA" not in RULES.loc[rule, "law"]
        assert "sale and sharing" in RULES.loc[rule, "but"]
    assert RULES.loc["withdrawn", "CCPA"] == "—"


def test_only_the_pipl_wants_a_consent_of_its_own_for_sharing():
    """PIPL 23; the GDPR wants a basis, the CCPA lets people opt out, and opt in under 16."""
    assert RULES.loc["shared", "law"] == "PIPL"
    assert RULES.loc["shared", "PIPL"] == "23"
    assert "under 16" in RULES.loc["shared", "but"]


def test_marketing_on_a_legitimate_interest_is_not_marketing_without_consent():
    """Recital 47 of the GDPR knows it; for messages the rule is art. 13 of the ePrivacy Directive with its soft opt-in."""
    assert RULES.loc["unasked", "law"] == "PIPL, ePrivacy"
    assert RULES.loc["unasked", "ePrivacy"] == "13(1)"
    assert "13(2)" in RULES.loc["unasked", "but"]
    assert why(shop([{}], basis="consent", purpose="marketing email"), "unasked") == ["the answer was no"]
    assert why(shop([{}], basis="legitimate interest", purpose="marketing email"), "unasked") == []


def test_the_articles_of_basis_and_sensitive_data():
    """GDPR 30 doesn't list the basis; art. 9 has special categories only; CCPA 1798.121 is a right to limit."""
    assert RULES.loc["no-basis", "GDPR"] == "5(2), 6(1), 13(1)(c)"
    assert "1798.145(h)(2)" in RULES.loc["unexplained", "CCPA"]
    assert RULES.loc["sensitive", "law"] == "PIPL"
    protects = processing_checks.SENSITIVE
    assert protects.index[protects["GDPR"] != "—"].tolist() == ["health_note", "biometrics", "religion"]


def test_a_sensitive_field_says_by_which_law_it_is():
    """An id number is no special category of the GDPR, a health note is one everywhere."""
    data = shop(
        [{"fields": "name,health_note"}, {"fields": "id_number,account_id_number"}, {"fields": "name,size"}]
    )
    assert why(data, "sensitive") == [
        "sensitive: health_note (PIPL 28, GDPR 9(1), CCPA 1798.140(ae)(2)(B))",
        "sensitive: id_number (GB/T 35273-2020, CCPA 1798.140(ae)(1)(A))",
    ]


def test_only_the_gdpr_wants_each_consent_proved():
    """GDPR 7(1); under the PIPL a consent has to be informed, and who can't prove to be without fault pays (69)."""
    assert RULES.loc["unproved", "law"] == "GDPR"
    assert "by 69" in RULES.loc["unproved", "but"]


def test_china_has_rules_for_messages_beside_the_pipl():
    """Advertising Law 43 and Consumer Protection Law 29: no advertisement by message without consent or request."""
    assert "Advertising Law 43 and Consumer Protection Law 29" in RULES.loc["unasked", "but"]


# 7. Erasure


def test_what_is_kept_for_tax_is_kept_by_the_law_that_says_so():
    """Chinese tax goes by PIPL 47, last paragraph; GDPR 17(3)(b) knows the law of the Union and its members only."""
    reasons = erasure.TREATMENT.set_index("table")["why"]
    assert "PIPL 47" in reasons["orders"]
    assert not reasons.str.contains("17(3)(b)", regex=False).any()
    assert "PIPL 56" in reasons["processing_log"]


def test_a_name_without_a_key_proves_nothing():
    """Consents and requests are kept under a drawn name for counts, and no reason calls them a proof."""
    kept = erasure.TREATMENT[erasure.TREATMENT["action"] == "pseudonymise"]
    assert not kept["why"].str.contains("proof of|proof that").any()
    assert (
        kept.set_index("table").loc["consents", "why"] == "counts stay right; without a key it proves nothing"
    )


# 8. Money, and the texts


def test_damages_after_a_leak_by_hand():
    """CCPA 1798.150: 100 to 750 USD for each consumer and incident."""
    found = exposure.leak_damages(pd.Series([1, 1000]))
    assert found[["least", "most"]].to_numpy().tolist() == [[100, 750], [100_000, 750_000]]


def test_every_law_has_the_version_and_the_date_of_its_text():
    """Who reads a rule in three years must see which text it was read from."""
    texts = law_texts.TEXTS
    assert set(texts["law"]) == set(law_texts.LAWS)
    assert texts.notna().all(axis=None)
    named = {"Cross-Border Data Flows": "2024-03-22", "Network Data Security Management": "2025-01-01", "Advertising Law": "2021-04-29",
             "Rights and Interests": "2014-03-15", "Tax Collection Law": "2016-02-06", "GB/T 45574-2025": "2025-11-01"}  # fmt: skip
    for part, day in named.items():
        [row] = texts[texts["title"].str.contains(part)].itertuples()
        assert str(row.in_force.date()) == day, part
    held = texts.set_index("title")["in_force"].dt.strftime("%Y-%m-%d")
    assert held[held.index.str.contains("2016/679")].item() == "2018-05-25"
    assert held[held.index.str.contains("Information Protection Law")].item() == "2021-11-01"
    assert held[held.index.str.contains("California Consumer Privacy Act")].item() == "2023-01-01"
    assert (
        texts.set_index("title").filter(like="2002/58/EC", axis=0)["version"]
        == "as amended by Directive 2009/136/EC"
    ).all()
