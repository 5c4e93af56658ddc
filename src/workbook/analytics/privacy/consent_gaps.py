"""Consents joined to what was done: the ways to join them, and what a shop that keeps to them does not send."""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.privacy.consent import INVALID, holding, last_answers, standing, unclear

YEAR = 365  # days


def needing_consent(acts: pd.DataFrame, family: str = "") -> pd.DataFrame:
    """Acts on one person each whose purpose needs consent, of a family of purposes or of all.

    Those that rest on a yes of unclear worth are left out, see `on_unclear`.

    Parameters
    ----------
    acts : from `processing_checks.prepare`
    """
    of = acts[acts["consented"].astype(bool) & acts["customer_id"].notna() & acts["worth"].ne("unclear")]
    return of[of["family"] == family] if family else of


def on_unclear(acts: pd.DataFrame, family: str) -> int:
    """How many acts of a family of purposes rest on a yes of which nobody can say whether it is a consent."""
    of = acts["consented"].astype(bool) & acts["customer_id"].notna() & acts["worth"].eq("unclear")
    return int((of & acts["family"].eq(family)).sum())


def newest_answer(consents: pd.DataFrame, acts: pd.DataFrame) -> pd.DataFrame:
    """The newest answer of each act's customer to its purpose, though it may be later than the act; index of ``acts``.

    Columns of the consents, and yes: whether it is one that isn't withdrawn.
    """
    keys = ["customer_id", "purpose"]
    newest = consents.sort_values("asked_at", kind="stable").drop_duplicates(keys, keep="last")
    last = acts[keys].merge(newest, how="left", on=keys).set_index(acts.index)
    yes = last["granted"].eq(True).fillna(False).astype(bool)
    return last.assign(yes=yes & last["withdrawn_at"].isna())


def ways_to_join(consents: pd.DataFrame, acts: pd.DataFrame) -> pd.DataFrame:
    """Whether each act was covered by a consent, in the right way and in four popular ones.

    Parameters
    ----------
    consents : the table
    acts : customer_id, purpose, processed_at

    Returns
    -------
    pandas.DataFrame
        True or False, index of ``acts``: at_the_moment (the last answer before the act, a consent, not withdrawn then),
        boxes_counted (the same with ticked and bundled ones), newest_row (the newest answer is a yes without withdrawal),
        newest_consent (the same without ticked and bundled ones), any_purpose (some consent to anything held then).
    """
    worth = standing(consents, acts)["worth"]
    last = newest_answer(consents, acts)
    anything = acts.assign(purpose="any")
    of_any = [
        standing(own.assign(purpose="any"), anything)["worth"].eq("given")
        for _, own in consents.groupby("purpose")
    ]
    return pd.DataFrame(
        {
            "at_the_moment": worth.eq("given"),
            "boxes_counted": worth.isin(["given", "invalid"]),
            "newest_row": last["yes"],
            "newest_consent": last["yes"] & ~last["how"].isin(INVALID["how"]),
            "any_purpose": pd.concat(of_any, axis=1).any(axis=1) if of_any else False,
        },
        index=acts.index,
    )


@dataclass(frozen=True)
class JoinCompared:
    """What a join with the newest answers makes of acts: case differ, same, or unknown where there is none.

    Attributes
    ----------
    acts, without : acts, and those that no consent covered at the moment
    seeming : acts that the newest answers don't cover
    accused : share of the seeming ones that were covered when they happened
    passed : acts without a consent that the newest answers cover
    share : of the acts that no consent covered
    """

    case: str
    acts: int
    without: int
    seeming: int
    accused: Estimate
    passed: int
    share: Estimate


def join_compared(ways: pd.DataFrame) -> JoinCompared:
    """How far the newest answers lead astray.

    Parameters
    ----------
    ways : from `ways_to_join`
    """
    bad, seems = ~ways["at_the_moment"], ~ways["newest_consent"]
    wrongly = (seems & ~bad)[seems]
    case = "unknown" if ways.empty else "same" if (bad == seems).all() else "differ"
    return JoinCompared(
        case=case,
        acts=len(ways),
        without=int(bad.sum()),
        seeming=int(seems.sum()),
        accused=Estimate(float(wrongly.mean()), unit="share", n=len(wrongly)),
        passed=int((bad & ~seems).sum()),
        share=Estimate(float(bad.mean()), unit="share", n=len(bad)),
    )


def gaps(consents: pd.DataFrame, acts: pd.DataFrame, as_of: pd.Timestamp, days: int = YEAR) -> pd.DataFrame:
    """What marketing sends without a consent, and whom it could ask again.

    Parameters
    ----------
    consents : the table
    acts : from `processing_checks.prepare`
    days : messages of so many days

    Returns
    -------
    pandas.DataFrame
        Index purpose: may_write (customers whose consent holds), messages (logged, of the days), without_consent (of them),
        ask_again (customers whose yes is none, or can't be proved, and isn't withdrawn), and value, low, high, n: the share
        that says yes where it is asked for properly (Wilson, 95 %, by customer).
    """
    answers = last_answers(consents, as_of).set_index("purpose")
    sent = needing_consent(acts, "marketing")
    sent = sent[sent["processed_at"] >= as_of - pd.Timedelta(days=days - 1)]
    purposes = pd.Index(sent["purpose"].dropna().unique(), name="purpose")
    void = answers["granted"] & ~(answers["active"] & answers["noted"]) & ~answers["withdrawn"]
    asked = consents[~consents["how"].isin(INVALID["how"]) & ~unclear(consents["how"])]
    table = pd.DataFrame(
        {
            "may_write": holding(answers).groupby(level=0).sum(),
            "messages": sent.groupby("purpose").size(),
            "without_consent": sent["worth"].ne("given").groupby(sent["purpose"]).sum(),
            "ask_again": void.groupby(level=0).sum(),
        }
    ).reindex(purposes)
    said = [yes_share(asked[asked["purpose"] == purpose]) for purpose in purposes]
    shares = pd.DataFrame(said, index=purposes, columns=["value", "low", "high", "n"])
    return table.fillna(0).astype(int).join(shares).sort_values("messages", ascending=False)


def yes_share(asked: pd.DataFrame) -> list[float]:
    """Share of yes among answers with its interval, and how many there are."""
    yes = asked["granted"].astype(bool)
    return [float(yes.mean()), *share_interval(yes, cluster=asked["customer_id"]), len(asked)]


@dataclass(frozen=True)
class GapMoney:
    """Money of a year that breaches bring, and that asking again would.

    Case more or less (asking brings, than the breaches), none (no message without a consent), or unknown
    without messages or their value.
    The ends of ``asking`` are sums of the purposes' ends, which is rather too wide.
    """

    case: str
    breaches: Estimate
    asking: Estimate


def gap_money(table: pd.DataFrame, message_value: float, currency: str) -> GapMoney:
    """What messages without consent bring in, beside those that could be sent lawfully if people were asked again.

    Parameters
    ----------
    table : from `gaps`
    message_value : what a message brings, an assumption
    currency : of it
    """
    unit = currency or "money"
    each = table["messages"] / table["may_write"].where(table["may_write"] > 0)
    value, low, high = (
        float((table["ask_again"] * table[end] * each).sum() * message_value)
        for end in ("value", "low", "high")
    )
    breaches = Estimate(float(table["without_consent"].sum() * message_value), unit=unit)
    case = "more" if value > breaches.value else "less"
    if table.empty or not message_value:
        case = "unknown"
    elif not table["without_consent"].sum():
        case = "none"
    return GapMoney(case, breaches, Estimate(value, low, high, unit))
