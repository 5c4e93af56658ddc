"""Acts of processing, each with what the other tables know about it; and checks that say which of them break a rule.

A check takes the acts and returns which of them break its rule, and why, in words. Where the data can't tell, as a column
or a table is missing, it finds nothing.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.privacy.consent import standing
from workbook.tables.dataset import Dataset
from workbook.tables.matching import is_in

# Names of purposes that tell what they are; the first that fits counts. Add your own words.
FAMILIES = (
    ("abroad", "cross-border|abroad|overseas|transfer"),
    ("sharing", "shar|partner|third part"),
    ("marketing", "marketing|advert|newsletter|e?-?mail|sms|push|campaign"),
)
# Fields that the PIPL protects more, and where the GDPR and the CCPA do; a dash: they don't. The id number is sensitive
# by the Chinese standard GB/T 35273-2020 (annex B) alone, no longer by GB/T 45574-2025; the GDPR leaves it to art. 87.
SENSITIVE = pd.DataFrame(
    [
        ("id_number", "GB/T 35273-2020", "—", "1798.140(ae)(1)(A)"),
        ("health_note", "28", "9(1)", "1798.140(ae)(2)(B)"),
        ("biometrics", "28", "9(1)", "1798.140(ae)(2)(A)"),
        ("religion", "28", "9(1)", "1798.140(ae)(1)(D)"),
        ("bank_account", "28", "—", "1798.140(ae)(1)(B), with its code"),
        ("location_track", "28", "—", "1798.140(ae)(1)(C)"),
    ],
    columns=["field", "PIPL", "GDPR", "CCPA"],
).set_index("field")
# What opens the border by PIPL 38. A separate consent (39) is not needed where another basis than consent carries it (13).
MECHANISMS = ("security assessment", "certification", "standard contract")
DUTY, GRANTED = "legal duty", ("done", "partly")
# No mechanism is needed for what a contract with the customer needs, as a parcel does (art. 5 of the provisions of 2024),
# or a legal duty (art. 35 of the regulations of 2025); nor below so many people since 1 January, sensitive data apart (art. 5).
EXEMPT_BASES, FEW_ABROAD = ("contract", DUTY), 100_000


def prepare(
    data: Dataset, as_of: pd.Timestamp, *, home: str = "", people_abroad: int = FEW_ABROAD
) -> pd.DataFrame:
    """The log up to ``as_of``, each act with what the other tables know about it.

    Parameters
    ----------
    people_abroad : whose data the firm sends abroad in a calendar year; no log can tell, as it may be of a part

    Returns
    -------
    pandas.DataFrame
        The log's columns, and needed (fields), allowed (roles), rule_basis (of the purpose), family, consented
        (whether the purpose needs consent), worth, asked_at, withdrawn_at (of the consent at that moment), abroad,
        exempt (whether a transfer needs no mechanism), last_order, keep (days), erased_at, objected_at.
    """
    log = data.processing_log
    log = log[log["processed_at"] < as_of + pd.Timedelta(days=1)].reset_index(drop=True)
    register = data.purposes.drop_duplicates("purpose").set_index("purpose")
    by = register.reindex(log["purpose"]).set_index(log.index)
    log = log.assign(needed=by["fields"], allowed=by["roles"], rule_basis=by["basis"].fillna(log["basis"]))
    asked_for = is_in(log["purpose"], data.consents["purpose"]) & by["basis"].isna()
    # Without a record of consents nobody can say that one is lacking.
    log["consented"] = (log["rule_basis"].eq("consent") | asked_for) & (len(data.consents) > 0)
    log["family"] = families(log["purpose"])
    log = log.join(standing(data.consents, log)[["worth", "asked_at", "withdrawn_at"]])
    home = home or str(next(iter(log["destination"].mode()), ""))
    log["abroad"] = log["destination"].notna() & log["destination"].ne(home)
    delicate = [text for text in log["fields"].dropna().unique() if split(text) & set(SENSITIVE.index)]
    few = ~log["fields"].isin(delicate) & (people_abroad < FEW_ABROAD)
    log["exempt"] = log["basis"].isin(EXEMPT_BASES) & ~log["consented"] | few
    log["last_order"] = last_before(data.orders.rename(columns={"ordered_at": "when"}), log)
    log["keep"] = retention(data.policies, log["processed_at"])
    granted = data.privacy_requests[data.privacy_requests["outcome"].str.startswith(GRANTED, na=False)]
    for kind, column in (("erasure", "erased_at"), ("objection", "objected_at")):
        first = granted[granted["kind"] == kind].groupby("customer_id")["answered_at"].min()
        log[column] = first.reindex(log["customer_id"]).set_axis(log.index)
    return log


def on_record(data: Dataset) -> pd.DataFrame:
    """What an audit can read: rows, customers, and the first and last day, of each table that is there.

    Returns
    -------
    pandas.DataFrame
        Index what is on record.
    """
    tables = {
        "orders": ("orders", "ordered_at"),
        "tickets": ("tickets", "opened_at"),
        "complaints": ("complaints", "complained_at"),
        "questions of consent": ("consents", "asked_at"),
        "requests about the own data": ("privacy_requests", "received_at"),
        "acts of processing": ("processing_log", "processed_at"),
    }
    rows = {}
    for name, (table, at) in tables.items():
        frame = data.table(table)
        if len(frame):
            ends = frame[at].agg(["min", "max"]).dt.strftime("%Y-%m-%d")
            rows[name] = [len(frame), frame["customer_id"].nunique(), *ends]
    columns = ["rows", "customers", "first day", "last day"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("on record")


def families(purposes: pd.Series) -> pd.Series:
    """What sort of purpose each is, by its name: abroad, sharing, marketing or other."""
    text = purposes.astype("str").fillna("")
    masks = [
        text.str.contains(pattern, case=False, regex=True).to_numpy(dtype=bool) for _, pattern in FAMILIES
    ]
    return pd.Series(np.select(masks, [name for name, _ in FAMILIES], "other"), index=purposes.index)


def last_before(events: pd.DataFrame, acts: pd.DataFrame) -> pd.Series:
    """Time of each customer's last event up to the act, by ``events`` of customer_id and when."""
    told = acts[["customer_id", "processed_at"]].dropna().rename_axis("act").reset_index()
    events = events[["customer_id", "when"]].dropna().sort_values("when")
    events = events.astype({"customer_id": told["customer_id"].dtype, "when": told["processed_at"].dtype})
    found = pd.merge_asof(
        told.sort_values("processed_at"), events, left_on="processed_at", right_on="when", by="customer_id"
    )
    return found.set_index("act")["when"].reindex(acts.index)


def retention(policies: pd.DataFrame, at: pd.Series) -> pd.Series:
    """Days that the policy in force at each time allows; missing where there is none."""
    known = policies.dropna(subset=["retention_days"]).sort_values("published_on")
    if known.empty:
        return pd.Series(np.nan, index=at.index)
    place = np.searchsorted(known["published_on"].to_numpy(), at.to_numpy(), side="right") - 1
    return pd.Series(known["retention_days"].to_numpy(dtype=float)[np.maximum(place, 0)], index=at.index)


Check = Callable[[pd.DataFrame], tuple[pd.Series, pd.Series]]


def bare(family: str, *worths: str) -> Check:
    """A check for acts of a family whose consent was worth this little at that moment."""

    def check(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
        mask = acts["consented"] & acts["customer_id"].notna() & acts["worth"].isin(worths)
        return mask & acts["family"].eq(family), acts["worth"].map(SAID) + day(
            acts["withdrawn_at"].where(acts["worth"].eq("withdrawn"))
        )

    return check


SAID = {"none": "never asked", "refused": "the answer was no", "withdrawn": "consent withdrawn on ",
        "invalid": "the consent was ticked beforehand or bundled", "given": "consent given"}  # fmt: skip


def day(times: pd.Series) -> pd.Series:
    """Times as ISO days; empty text where there is none."""
    return times.dt.strftime("%Y-%m-%d").fillna("")


def left_home(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts that took data abroad, or were meant to, and lack a mechanism (PIPL 38), a consent to it (39), or both.

    A consent to something else is none to the transfer. Whether each of many people consented can't be told.
    """
    out = acts["abroad"] | (acts["family"].eq("abroad") & acts["consented"])
    said = acts[["basis", "transfer"]]
    no_mechanism = ~said.isin(MECHANISMS).any(axis=1) & ~acts["exempt"] & said.notna().any(axis=None)
    agreed = acts["family"].eq("abroad") & acts["worth"].eq("given")
    no_consent = acts["consented"] & acts["customer_id"].notna() & ~agreed
    why = "went to " + acts["destination"].astype("str").fillna("(not noted)")
    why += no_mechanism.map({True: ", no mechanism on record", False: ""})
    why += (
        ", no consent to it: "
        + acts["worth"].map(SAID | {"given": "it was to something else"})
        + day(acts["withdrawn_at"].where(acts["worth"].eq("withdrawn")))
    ).where(no_consent, "")
    return out & (no_mechanism | no_consent), why


def kept_long(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts on people whose last order is longer ago than the policy allows, other than for a legal duty."""
    # By days: a period in days ends with the end of its last day.
    age = (acts["processed_at"].dt.normalize() - acts["last_order"].dt.normalize()).dt.days
    why = "last order " + day(acts["last_order"]) + ", kept " + age.astype("Int64").astype("str") + " days"
    return (age > acts["keep"]) & acts["rule_basis"].ne(DUTY), why


def after_erasure(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts on people whose erasure had been granted, other than for a legal duty."""
    mask = (acts["erased_at"] < acts["processed_at"]) & acts["rule_basis"].ne(DUTY)
    return mask, "erasure granted on " + day(acts["erased_at"])


def after_objection(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts that need consent, after an objection that was granted, unless consent was given anew."""
    anew = (acts["asked_at"] > acts["objected_at"]) & acts["worth"].eq("given")
    mask = (
        (acts["objected_at"] < acts["processed_at"])
        & (acts["consented"] | acts["family"].eq("marketing"))
        & ~anew
    )
    return mask, "objection granted on " + day(acts["objected_at"])


def beyond(used: pd.Series, given: pd.Series) -> pd.Series:
    """Entries of each text of ``used`` that its text of ``given`` lacks, joined by commas; empty where either is missing."""
    pairs = list(zip(used, given, strict=True))
    known = {(u, g) for u, g in pairs if isinstance(u, str) and isinstance(g, str)}
    more = {(u, g): ", ".join(sorted(split(u) - split(g))) for u, g in known}
    return pd.Series([more.get(pair, "") for pair in pairs], index=used.index, dtype="str")


def split(text: str) -> set[str]:
    """Entries of a text parted by commas."""
    return {part.strip() for part in text.split(",") if part.strip()}


def many_fields(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts that used fields which the purpose doesn't need."""
    more = beyond(acts["fields"], acts["needed"])
    return more.ne(""), "not needed: " + more


def sensitive(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts that used sensitive fields (SENSITIVE) which the purpose doesn't need; and by which laws they are."""
    more = beyond(acts["fields"], acts["needed"])
    by_law = {
        text: ", ".join(protected(field) for field in SENSITIVE.index if field in split(text))
        for text in set(more)
    }
    why = more.map(by_law)
    return why.ne(""), "sensitive: " + why


def protected(field: str) -> str:
    """A sensitive field and the laws that protect it more than others."""
    articles = SENSITIVE.loc[field]
    by = [a if a.startswith("GB") else f"{law} {a}" for law, a in articles[articles != "—"].items()]
    return f"{field} ({', '.join(by)})"


def wrong_role(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts by a role that has no business with the purpose."""
    more = beyond(acts["role"], acts["allowed"])
    return more.ne(""), more + " is not among: " + acts["allowed"].astype("str").fillna("").str.replace(
        r",\s*", ", ", regex=True
    )


def no_basis(acts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Acts for which nobody said what makes them lawful, where others do say."""
    lacking = acts["basis"].isna() & acts["basis"].notna().any() | acts["basis"].eq("none stated")
    return lacking, pd.Series("no basis on record", index=acts.index)


def exports(acts: pd.DataFrame, *, share: float = 0.3) -> pd.DataFrame:
    """Exports of many people's data by people rather than systems, with three odd signs.

    Parameters
    ----------
    acts : log_id, processed_at, actor, role, records, abroad
    share : a large export is at least this part of the largest so far, night jobs included

    Returns
    -------
    pandas.DataFrame
        Rows of ``acts`` with at night (22 to 5 o'clock), abroad, large (bool), signs (how many of these), and employee:
        whether the account is an employee's (E and digits). Whose account it was says not who used it.
    """
    records, hour = acts["records"].astype("float"), acts["processed_at"].dt.hour
    # By time, the largest job so far tells how many people the shop knew by then.
    most = records[acts["processed_at"].sort_values(kind="stable").index].cummax().reindex(acts.index)
    odd = pd.DataFrame(
        {"at night": hour.ge(22) | hour.lt(5), "abroad": acts["abroad"], "large": records >= share * most}
    )
    employee = acts["actor"].astype("str").str.fullmatch(r"E\d+", na=False)
    rows = acts.drop(columns="abroad").join(odd).assign(signs=odd.sum(axis=1), employee=employee)
    return rows[(records > 1) & acts["role"].notna() & acts["role"].ne("system")]


def odd_exports(acts: pd.DataFrame, *, signs: int = 2) -> tuple[pd.Series, pd.Series]:
    """Exports with at least so many of the odd signs of `exports`."""
    rows = exports(acts)
    marks = [rows[sign].map({True: f"{sign}, ", False: ""}) for sign in ("at night", "abroad", "large")]
    why = marks[0] + marks[1] + marks[2] + rows["records"].astype("str") + " people"
    odd = rows["signs"] >= signs
    return odd.reindex(acts.index, fill_value=False), why.reindex(acts.index)


def flagged_leaks(rows: pd.DataFrame, planted: pd.DataFrame, *, signs: int = 2) -> dict[str, Estimate]:
    """Share of insiders among exports with so many odd signs, by the account and by the truth.

    Parameters
    ----------
    rows : from `exports`
    planted : the violations of the truth: row_id, kind, inside

    Returns
    -------
    dict
        Wilson's 95 % interval with each; "by the account, all flagged" and "by the hand, true leaks only".
    """
    odd = rows[rows["signs"] >= signs]
    leaks = planted[planted["kind"] == "leak"].set_index("row_id")["inside"]
    hand = leaks.reindex(odd["log_id"]).dropna().astype(bool)
    parts = {"by the account, all flagged": odd["employee"], "by the hand, true leaks only": hand}
    return {n: Estimate(float(p.mean()), *share_interval(p), "share", len(p)) for n, p in parts.items()}


CHECKS: dict[str, Check] = {
    "unasked": bare("marketing", "none", "refused"),
    "withdrawn": bare("marketing", "withdrawn"),
    "invalid": bare("marketing", "invalid"),
    "unconsented": bare("other", "none", "refused", "withdrawn", "invalid"),
    "shared": bare("sharing", "none", "refused", "withdrawn", "invalid"),
    "abroad": left_home,
    "kept": kept_long,
    "erased": after_erasure,
    "objected": after_objection,
    "fields": many_fields,
    "sensitive": sensitive,
    "role": wrong_role,
    "no-basis": no_basis,
    "odd-export": odd_exports,
}
