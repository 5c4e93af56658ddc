"""An audit of what was done with personal data: rules of four laws as a table, each with a check that returns rows.

A teaching aid, and no legal advice. Articles are of the texts in `law_texts.TEXTS`: the PIPL (China), the GDPR and the
ePrivacy Directive (European Union), the CCPA (sections of the California Civil Code). A dash: that law has no such
rule. Where a law speaks of the matter but a row that the check finds need not break it, the law is not in the column
``law``, and ``but`` says what it demands. The CCPA mostly lets people opt out.
"""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.privacy.consent import INVALID
from workbook.analytics.privacy.deadlines import deadlines
from workbook.analytics.privacy.law_texts import LAWS
from workbook.analytics.privacy.processing_checks import CHECKS, day, prepare
from workbook.tables.dataset import Dataset

# rule; what a breach is called; what is demanded; the laws under which a row that the check finds is a breach; where
# each law speaks of it; what a law that speaks of it demands instead; what the audit looks at; severity.
RULES = pd.DataFrame(
    [
        ("box-ticked", "consent pre-ticked", "consent is an active yes", "PIPL, GDPR",
         "14", "4(11), recital 32", "2(f)", "1798.140(h)",
         "CCPA: only where it asks for consent, as under 16 or for an incentive", "consents.how", "medium"),
        ("bundled", "consent bundled", "consent is asked for apart from the terms", "PIPL, GDPR",
         "14, 16", "7(2), 7(4)", "2(f)", "1798.140(h)",
         "CCPA: only where it asks for consent, as under 16 or for an incentive", "consents.how", "medium"),
        ("unproved", "consent unproved", "consent is informed, and can be proved", "GDPR",
         "14, 17, 69", "7(1)", "—", "—",
         "PIPL: consent is informed; no duty to prove each, but by 69 who can't prove to be without fault pays", "consents.policy_version", "low"),
        ("unasked", "marketing without consent", "no marketing by message without a yes", "PIPL, ePrivacy",
         "13", "6(1)(a), 6(1)(f)", "13(1)", "—",
         "China says it of messages in Advertising Law 43 and Consumer Protection Law 29 too; "
         "GDPR: a legitimate interest can carry marketing (recital 47); ePrivacy 13(2): own customers, similar goods, a way to object at the sale and with each message",
         "log × consents", "high"),
        ("withdrawn", "marketing after withdrawal", "a withdrawal holds from that moment", "PIPL, GDPR, ePrivacy",
         "15", "7(3)", "13(1)", "—",
         "CCPA 1798.120: a right against sale and sharing, none against a shop's own marketing", "log × consents", "high"),
        ("invalid", "marketing on an invalid consent", "a consent that is none carries nothing", "PIPL, GDPR, ePrivacy",
         "14", "4(11), 7", "2(f), 13(1)", "—", "", "log × consents", "high"),
        ("unconsented", "other processing without consent", "every act has a basis", "PIPL, GDPR",
         "13", "6(1)", "—", "—", "PIPL 13 has no legitimate interest; GDPR 6(1)(f) has", "log × consents", "medium"),
        ("shared", "shared without consent", "sharing has a consent of its own", "PIPL",
         "23", "6(1), 13(1)(e)", "—", "1798.120, .135",
         "GDPR: a basis, and recipients named; CCPA: people may opt out, under 16 they must opt in", "log × consents", "high"),
        ("abroad", "cross-border without its own basis", "transfer abroad has a mechanism, and a consent of its own", "PIPL",
         "38, 39", "44–49", "—", "—",
         "PIPL: no mechanism where a contract with the customer (provisions of 2024, art. 5) or a legal duty (regulations of 2025, art. 35) needs the transfer, "
         "nor for data of fewer than 100,000 people since 1 January, none of it sensitive (art. 5); no consent where another basis of 13 carries it; "
         "GDPR: one of adequacy (45), safeguards (46) and exceptions (49) is enough",
         "log.destination, transfer, basis", "high"),
        ("kept", "kept beyond retention", "data is kept no longer than needed", "PIPL, GDPR, CCPA",
         "19, 47", "5(1)(e)", "—", "1798.100(a)(3)", "", "log × orders × policies", "medium"),
        ("erased", "processed after erasure", "erased is erased", "PIPL, GDPR, CCPA",
         "47", "17", "—", "1798.105", "what another law makes keep stays: PIPL 47 (last paragraph), GDPR 17(3)(b) (law of the EU or a member state), CCPA 1798.105(d)",
         "log × requests", "high"),
        ("objected", "processed after objection", "an objection is heeded", "PIPL, GDPR",
         "24, 44", "21(2)–(3)", "13(2)", "1798.120",
         "GDPR 21(3): marketing stops with the objection, here it is looked at from the answer on; CCPA: against sale and sharing only",
         "log × requests", "high"),
        ("fields", "more fields than needed", "only the data that the purpose needs", "PIPL, GDPR, CCPA",
         "6", "5(1)(c)", "—", "1798.100(c)", "", "log.fields × purposes", "medium"),
        ("sensitive", "sensitive data without need", "sensitive data has strict need and a consent of its own", "PIPL",
         "28–30, 55", "9", "—", "1798.121",
         "PIPL: an id number by a standard only (GB/T 35273-2020; no longer GB/T 45574-2025); "
         "GDPR 9: special categories only, no id number, account or location; CCPA: a right to limit its use", "log.fields × purposes", "high"),
        ("role", "role without right", "only those whose task it is", "PIPL, GDPR, CCPA",
         "51", "5(1)(f), 32", "—", "1798.100(e)", "", "log.role × purposes", "medium"),
        ("no-basis", "no basis stated", "the basis is known and on record", "PIPL, GDPR",
         "13", "5(2), 6(1), 13(1)(c)", "—", "—", "", "log.basis", "medium"),
        ("register", "basis that is not in the law", "the register names a basis of the law", "PIPL",
         "13", "6(1)(f)", "—", "—", "GDPR: a legitimate interest is a basis, unless the person's interests weigh more", "purposes.basis", "medium"),
        ("late", "request answered late", "requests are answered in time", "GDPR, CCPA",
         "45–46, 50", "12(3)", "—", "1798.130(a)(2); 11 CCR 7026(f)",
         "PIPL: promptly, without a number: the 30 days are those of a standard", "privacy_requests", "medium"),
        ("unexplained", "refused without a reason", "a refusal says why", "PIPL, GDPR, CCPA",
         "50", "12(4)", "—", "1798.145(h)(2); 11 CCR 7022(f)", "", "privacy_requests", "low"),
        ("odd-export", "leak", "bulk data stays inside", "PIPL, GDPR, CCPA",
         "51, 57", "32–34", "—", "1798.100(e), .150", "a sign and no proof: somebody has to ask what it was", "log: hour, place, records", "high"),
    ],
    columns=["rule", "finding", "demands", "law", "PIPL", "GDPR", "ePrivacy", "CCPA", "but", "looks_at", "severity"],
)  # fmt: skip


def audit(
    data: Dataset, as_of: pd.Timestamp, *, home: str = "", acts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Apply every rule that the data allows, and return the rows that break one.

    Parameters
    ----------
    data : processing_log and consents; the other tables are used where they are there
    as_of : last day that counts
    home : country where transfer abroad begins (ISO 3166-1); empty for the most frequent destination
    acts : from `processing_checks.prepare`, where they are at hand already

    Returns
    -------
    pandas.DataFrame
        A row a finding: rule, finding, law (under which it is a breach; of a request, its own law alone, or PRACTICE),
        severity, table, row_id, at, why. One row of the data may break several rules.
    """
    acts = prepare(data, as_of, home=home) if acts is None else acts
    parts = [
        found for name, check in CHECKS.items() if not (found := written(name, acts, *check(acts))).empty
    ]
    parts += wrong_consents(data.consents, as_of) + wrong_requests(data.privacy_requests, as_of)
    parts.append(wrong_purposes(data.purposes))
    blank = pd.DataFrame(columns=["rule", "table", "row_id", "at", "why"]).astype({"at": "datetime64[ns]"})
    found = pd.concat([p for p in parts if len(p)]) if any(map(len, parts)) else blank
    found = RULES[["rule", "finding", "law", "severity"]].merge(found, on="rule").reset_index(drop=True)
    asked = data.privacy_requests.drop_duplicates("request_id").set_index("request_id")["law"]
    own = found["row_id"].where(found["table"] == "privacy_requests").map(asked)
    laws = [law_of_row(*pair) for pair in zip(found["law"], own, strict=True)]
    return found.assign(law=pd.Series(laws, index=found.index, dtype="str"))


PRACTICE = "practice only"  # a limit that was missed stands in no law


def law_of_row(rule_laws: str, own: object) -> str:
    """The laws of a rule; of a row that names its own law, that one, or PRACTICE where the rule isn't that law's."""
    if own not in LAWS:
        return rule_laws
    return str(own) if own in rule_laws.split(", ") else PRACTICE


def written(rule: str, acts: pd.DataFrame, mask: pd.Series, why: pd.Series) -> pd.DataFrame:
    """Findings of one rule in the log."""
    rows = acts[mask.fillna(False).astype(bool)]
    return pd.DataFrame(
        {
            "rule": rule,
            "table": "processing_log",
            "row_id": rows["log_id"],
            "at": rows["processed_at"],
            "why": why[rows.index],
        }
    )


def wrong_consents(consents: pd.DataFrame, as_of: pd.Timestamp) -> list[pd.DataFrame]:
    """Findings among the consents that were given: ticked beforehand, bundled, or on a policy nobody noted."""
    yes = consents[consents["granted"].astype(bool) & (consents["asked_at"] < as_of + pd.Timedelta(days=1))]
    noted = consents["policy_version"].notna()
    parts = [
        ("unproved", yes[yes["policy_version"].isna() & noted.any()], "nobody noted which policy was shown")
    ]
    parts += [
        (rule, yes[yes["how"] == how], why)
        for rule, (how, why) in zip(
            ("box-ticked", "bundled"), INVALID[["how", "why"]].to_numpy(), strict=True
        )
    ]
    return [
        pd.DataFrame(
            {
                "rule": rule,
                "table": "consents",
                "row_id": rows["consent_id"],
                "at": rows["asked_at"],
                "why": why,
            }
        )
        for rule, rows, why in parts
    ]


def wrong_purposes(purposes: pd.DataFrame) -> pd.DataFrame:
    """Findings in the register: a legitimate interest, which PIPL 13 doesn't have among its bases."""
    rows = purposes[
        purposes["basis"].str.contains("legitimate interest", case=False).fillna(False).astype(bool)
    ]
    return pd.DataFrame(
        {
            "rule": "register",
            "table": "purposes",
            "row_id": rows["purpose"],
            "at": pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]"),
            "why": "legitimate interest is no basis of PIPL 13",
        }
    )


def wrong_requests(requests: pd.DataFrame, as_of: pd.Timestamp) -> list[pd.DataFrame]:
    """Findings among the requests: late, or refused without a reason."""
    timed = deadlines(requests, as_of)
    late = timed[timed["state"].isin(["late", "open and overdue"])]
    bare_refusal = timed[
        timed["outcome"].str.strip().eq("refused").fillna(False) & (timed["state"] != "open")
    ]
    return [
        pd.DataFrame(
            {
                "rule": rule,
                "table": "privacy_requests",
                "row_id": rows["request_id"],
                "at": rows["received_at"],
                "why": why,
            }
        )
        for rule, rows, why in (
            (
                "late",
                late,
                "due on "
                + day(late["due"])
                + ", "
                + late["state"].where(late["state"] != "late", "answered on " + day(late["answered_at"])),
            ),
            ("unexplained", bare_refusal, "refused, and no reason on record"),
        )
    ]


@dataclass(frozen=True)
class Audited:
    """What an audit found: case high, lower (nothing of high severity), or nothing.

    Attributes
    ----------
    findings, high : all findings, and those of high severity
    late : late requests; None without any
    register : purposes whose basis PIPL 13 doesn't have
    acts : share of the logged acts that break a rule
    most, law : what most findings of high severity are, and the laws under which that is a breach
    """

    case: str
    findings: int
    high: int
    late: int | None
    register: list[str]
    acts: Estimate
    most: str
    law: str


def audited(found: pd.DataFrame, acts: pd.DataFrame) -> Audited:
    """Findings in numbers.

    Parameters
    ----------
    found : from `audit`
    acts : from `processing_checks.prepare`
    """
    high = found.loc[found["severity"] == "high", "finding"]
    most = str(high.mode().iloc[0]) if len(high) else ""
    touched = found.loc[found["table"] == "processing_log", "row_id"].nunique()
    return Audited(
        case="high" if len(high) else "lower" if len(found) else "nothing",
        findings=len(found),
        high=len(high),
        late=int(found["rule"].eq("late").sum()) or None,
        register=found.loc[found["rule"] == "register", "row_id"].tolist(),
        acts=Estimate(touched / len(acts) if len(acts) else float("nan"), unit="share", n=len(acts)),
        most=most,
        law=RULES.set_index("finding")["law"].get(most, ""),
    )


SEVERITY = ("high", "medium", "low")


def examples(found: pd.DataFrame) -> pd.DataFrame:
    """Each kind of finding with its number and its first row, those of high severity first, then by number.

    Returns
    -------
    pandas.DataFrame
        Index finding; severity, findings, law (all under which one of them is a breach), row_id and why (of the first).
    """
    of = found.groupby("finding")
    table = of[["severity", "law", "row_id", "why"]].first()
    table["law"] = of["law"].agg(lambda laws: ", ".join(dict.fromkeys(laws)))
    table.insert(1, "findings", of.size())
    place = table["severity"].map(SEVERITY.index).astype(int)
    order = pd.DataFrame({"place": place, "number": -table["findings"]})
    return table.reindex(order.sort_values(["place", "number"], kind="stable").index)


def scorecard(found: pd.DataFrame, planted: pd.DataFrame) -> pd.DataFrame:
    """Findings against what is known to be wrong, by rule.

    Parameters
    ----------
    found : from `audit`
    planted : table, row_id, kind; kinds are named as in RULES

    Returns
    -------
    pandas.DataFrame
        Indexed by finding: found, so (planted as this), otherwise (the row is planted, under another name), nowhere,
        planted, precision ((so + otherwise) / found), recall (so / planted); missing where there is nothing to divide by.
    """
    rows = planted.groupby(["table", "row_id"])["kind"].agg(set).rename("kinds").reset_index()
    marked = found.merge(rows, how="left", on=["table", "row_id"])
    somewhere = marked["kinds"].notna()
    so = pd.Series(
        [isinstance(k, set) and f in k for f, k in zip(marked["finding"], marked["kinds"], strict=True)],
        index=marked.index,
        dtype=bool,
    )
    flags = pd.DataFrame(
        {
            "finding": marked["finding"],
            "found": 1,
            "so": so,
            "otherwise": somewhere & ~so,
            "nowhere": ~somewhere,
        }
    )
    card = flags.groupby("finding").sum().reindex(RULES["finding"]).fillna(0).astype(int)
    card["planted"] = (
        planted.drop_duplicates(["table", "row_id", "kind"])["kind"]
        .value_counts()
        .reindex(card.index)
        .fillna(0)
        .astype(int)
    )
    found_any, planted_any = (
        card["found"].where(card["found"] > 0),
        card["planted"].where(card["planted"] > 0),
    )
    return card.assign(
        precision=(card["so"] + card["otherwise"]) / found_any, recall=card["so"] / planted_any
    )
