"""One customer's consents, requests and what was done with the data, in order: a case to be judged by hand."""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.privacy.consent_gaps import needing_consent, newest_answer
from workbook.tables.dataset import Dataset

# What can be seen from a story; a customer with a breach of another kind makes no fair case.
SEEN = ("unasked", "withdrawn", "invalid", "unconsented", "shared", "erased", "objected")
JUDGED = ("allowed", "newest", "any_yes", "consent_only", "not_erased")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FEWEST, MOST = 3, 8  # acts that make a case which is read at a glance


@dataclass(frozen=True, eq=False)
class Case:
    """A customer's story.

    Attributes
    ----------
    events : index day; letter (of acts), what happened
    acts : index letter; allowed (no rule of the PIPL is broken), and what popular ways to judge make of it: newest (by the
        newest answer), any_yes (by any yes that was ever given), consent_only (nothing is lawful without a consent),
        not_erased (all is until the data is erased)
    verdicts : of each act what is wrong with it, or "allowed"; index letter
    """

    events: pd.DataFrame
    acts: pd.DataFrame
    verdicts: pd.Series


def case(shop: Dataset, acts: pd.DataFrame, found: pd.DataFrame) -> Case:
    """The story of a customer of whose acts some were allowed and some not, where there is one; else of another.

    Parameters
    ----------
    shop : as of its day
    acts : from `processing_checks.prepare`
    found : from `legal_rules.audit`
    """
    judged = judge(shop.consents, acts[acts["customer_id"].notna()], found)
    chosen = chosen_customer(judged, shop)
    own = judged[judged["customer_id"] == chosen].sort_values("processed_at", kind="stable")
    own = own.head(len(LETTERS))
    own = own.assign(letter=list(LETTERS[: len(own)]))
    by_letter = own.set_index("letter")
    verdicts = by_letter["why"].where(~by_letter["allowed"].astype(bool), "allowed")
    return Case(events(shop, chosen, own), by_letter[list(JUDGED)].astype(bool), verdicts)


def judge(consents: pd.DataFrame, acts: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Acts with what the rules and the popular ways to judge say of them.

    Returns
    -------
    pandas.DataFrame
        The acts, with `JUDGED`, seen (all that is wrong with it shows in a story), held_then (lawful, and its consent is
        withdrawn today), and why.
    """
    breaches = found[(found["table"] == "processing_log") & found["law"].str.contains("PIPL")]
    by_act = breaches.groupby("row_id").agg(rules=("rule", set), why=("why", "; ".join))
    acts = acts.join(by_act, on="log_id")
    rules = [r if isinstance(r, set) else set() for r in acts["rules"]]
    asked = needing_consent(acts)
    newest = newest_answer(consents, asked)["yes"]
    odd = acts["rule_basis"].str.contains("legitimate interest", case=False).fillna(False).astype(bool)
    yes = consents.loc[consents["granted"].astype(bool), ["customer_id", "purpose"]].drop_duplicates()
    ever = pd.MultiIndex.from_frame(asked[["customer_id", "purpose"]]).isin(pd.MultiIndex.from_frame(yes))
    return acts.assign(
        allowed=[not r for r in rules],
        seen=pd.Series([r <= set(SEEN) for r in rules], acts.index, dtype=bool) & ~odd,
        held_then=acts["worth"].eq("given") & acts["withdrawn_at"].notna() & acts["rules"].isna(),
        newest=newest.reindex(acts.index, fill_value=True),
        any_yes=pd.Series(ever, asked.index).reindex(acts.index, fill_value=True),
        consent_only=acts["worth"].eq("given") & acts["rules"].isna(),
        not_erased=~(acts["erased_at"] < acts["processed_at"]),
        kinds=[" ".join(sorted(r)) for r in rules],
    )


def chosen_customer(judged: pd.DataFrame, shop: Dataset) -> str:
    """Who makes the best case: acts of both kinds, all to be seen, neither few nor many; "" where the log names nobody.

    Then an act that was lawful until its consent was withdrawn, a request, breaches of several kinds, more acts, and fewer
    questions.
    """
    of = judged.groupby("customer_id")
    per = pd.DataFrame({"acts": of.size(), "allowed": of["allowed"].sum(), "seen": of["seen"].all()})
    ranks = {
        "both": per["allowed"].between(1, per["acts"] - 1),
        "seen": per["seen"],
        "short": per["acts"].between(FEWEST, MOST),
        "then": of["held_then"].any(),
        "request": per.index.isin(shop.privacy_requests["customer_id"]),
        "kinds": of["kinds"].nunique(),
        "acts": per["acts"].clip(upper=MOST),
        "questions": -shop.consents["customer_id"].value_counts().reindex(per.index).fillna(0),
    }
    best = pd.DataFrame(ranks, index=per.index).sort_index()
    best = best.sort_values(list(ranks), ascending=False, kind="stable")
    return str(best.index[0]) if len(best) else ""


def events(shop: Dataset, customer: str, acts: pd.DataFrame) -> pd.DataFrame:
    """What happened, in order."""
    asked = shop.consents[shop.consents["customer_id"] == customer]
    wanted = shop.privacy_requests[shop.privacy_requests["customer_id"] == customer]
    bases = shop.purposes.drop_duplicates("purpose").set_index("purpose")["basis"]
    rows = [(row.asked_at, "", question(row)) for row in asked.itertuples()]
    back = asked.dropna(subset="withdrawn_at")
    rows += [(row.withdrawn_at, "", f"customer takes back: {row.purpose}") for row in back.itertuples()]
    rows += [(row.received_at, "", f"customer asks: {row.kind}") for row in wanted.itertuples()]
    answered = wanted.dropna(subset="answered_at")
    rows += [
        (row.answered_at, "", f"shop answers: {row.kind}, {row.outcome}") for row in answered.itertuples()
    ]
    rows += [(row.processed_at, row.letter, act(row, bases.get(row.purpose))) for row in acts.itertuples()]
    told = pd.DataFrame(rows, columns=["day", "act", "what happened"]).sort_values("day", kind="stable")
    return told.assign(day=pd.to_datetime(told["day"]).dt.strftime("%Y-%m-%d")).set_index("day")


def question(row) -> str:  # type: ignore[no-untyped-def]
    """A question of consent with its answer."""
    how = f" ({row.how})" if isinstance(row.how, str) else ""
    return f"shop asks for {row.purpose}{how}: {'yes' if row.granted else 'no'}"


def act(row, basis: object) -> str:  # type: ignore[no-untyped-def]
    """An act of processing, with the basis that the register names."""
    known = basis if isinstance(basis, str) else "consent" if row.consented else ""
    return f"{row.action if isinstance(row.action, str) else 'act'} for {row.purpose}" + (
        f", basis: {known}" if known else ""
    )
