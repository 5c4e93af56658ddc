"""Consents joined to acts in the right way and in popular ones, and what is not sent for want of a consent."""

import pandas as pd
import pytest

from workbook.analytics.privacy import consent, consent_gaps
from workbook.analytics.privacy.processing_checks import CHECKS

END = pd.Timestamp("2025-06-30")


def times(*days):
    """Make times of texts; None is missing."""
    return pd.to_datetime(pd.Series(list(days)))


# a said yes and took it back on 1 April; b never said anything of sms, and yes to e-mail; c's box came ticked; d said no, then
# yes in May; e said yes in the store, and nobody noted to what.
CONSENTS = pd.DataFrame(
    {
        "consent_id": ["N1", "N2", "N3", "N4", "N5", "N6"],
        "customer_id": list("abcdde"),
        "purpose": ["sms", "email", "sms", "sms", "sms", "sms"],
        "asked_at": times("2025-01-01", "2025-01-01", "2025-01-01", "2025-01-01", "2025-05-01", "2025-01-01"),
        "how": ["active tick", "active tick", "pre-ticked box", "active tick", "active tick", "active tick"],
        "granted": [True, True, True, False, True, True],
        "policy_version": ["4", "4", "4", "4", "4", None],
        "withdrawn_at": times("2025-04-01", None, None, None, None, None),
    }
)
ACTS = pd.DataFrame(
    {
        "log_id": ["G1", "G2", "G3", "G4", "G5"],
        "customer_id": list("aabcd"),
        "purpose": ["sms"] * 5,
        "processed_at": times("2025-03-01", "2025-04-02", "2025-03-01", "2025-03-01", "2025-03-01"),
        "family": "marketing",
        "consented": True,
        "worth": ["given", "withdrawn", "none", "invalid", "refused"],
    }
)


def test_ways_to_join_by_hand():
    """Each popular way is wrong of other acts: the newest row, a ticked box, a consent to something else."""
    ways = consent_gaps.ways_to_join(CONSENTS, ACTS)
    assert ways["at_the_moment"].tolist() == [True, False, False, False, False]
    assert ways["boxes_counted"].tolist() == [True, False, False, True, False]
    assert ways["newest_row"].tolist() == [False, False, False, True, True]
    assert ways["newest_consent"].tolist() == [False, False, False, False, True]
    assert ways["any_purpose"].tolist() == [True, False, True, False, False]


def test_a_join_with_the_newest_answers_accuses_and_lets_pass():
    """Of four acts without a consent and four that seem so, one is accused wrongly and one passes."""
    found = consent_gaps.join_compared(consent_gaps.ways_to_join(CONSENTS, ACTS))
    assert (found.case, found.acts, found.without, found.seeming, found.passed) == ("differ", 5, 4, 4, 1)
    assert found.accused.value == 0.25
    assert found.share.value == 0.8


def test_a_join_of_nothing_is_unknown_and_one_alike_is_said_so():
    """Without acts nothing can be compared; where nothing changed later the newest answers say the same."""
    ways = consent_gaps.ways_to_join(CONSENTS, ACTS)
    assert consent_gaps.join_compared(ways[:0]).case == "unknown"
    assert consent_gaps.join_compared(ways.iloc[[1, 2, 3]]).case == "same"


def test_only_acts_on_one_person_that_need_consent_are_joined():
    """An act on many people, or one that a contract carries, needs nobody's yes."""
    acts = ACTS.assign(consented=[True, False, True, True, True])
    acts.loc[2, "customer_id"] = None
    assert consent_gaps.needing_consent(acts)["log_id"].tolist() == ["G1", "G4", "G5"]
    assert consent_gaps.needing_consent(acts, "sharing").empty


def test_gaps_by_hand():
    """One may be written to, two are to be asked again, and two of three who were asked properly said yes."""
    found = consent_gaps.gaps(CONSENTS, ACTS, END)
    row = found.loc["sms"]
    assert found.index.tolist() == ["sms"]
    assert (row["may_write"], row["messages"], row["without_consent"], row["ask_again"]) == (1, 5, 4, 2)
    assert (row["value"], row["n"]) == (0.75, 4)
    assert row["low"] < row["value"] < row["high"]


def test_messages_of_other_years_are_not_counted():
    """The gap is of so many days up to the day that counts."""
    assert consent_gaps.gaps(CONSENTS, ACTS, END, days=90)["messages"].tolist() == [1]
    assert consent_gaps.gaps(CONSENTS, ACTS, END, days=5).empty


@pytest.mark.parametrize(
    ("change", "case", "breaches", "asking"),
    [({}, "more", 2.0, 3.75), ({"ask_again": 1}, "less", 2.0, 1.875), ({"without_consent": 0}, "none", 0.0, 3.75)],
)  # fmt: skip
def test_money_of_the_gap(change, case, breaches, asking):
    """Four messages at 0.5; two customers × 5 messages each × 3/4 at 0.5."""
    table = consent_gaps.gaps(CONSENTS, ACTS, END).assign(**change)
    found = consent_gaps.gap_money(table, 0.5, "EUR")
    assert (found.case, found.breaches.value, found.asking.value) == (case, breaches, asking)
    assert found.asking.unit == "EUR"
    assert consent_gaps.gap_money(table[:0], 0.5, "").case == "unknown"
    assert consent_gaps.gap_money(table, 0, "").case == "unknown"


def test_last_answers_by_hand():
    """Of each customer and purpose the last answer counts, with each question about it answered for itself."""
    found = consent.last_answers(CONSENTS, END).set_index("customer_id")
    flags = found[["granted", "active", "noted", "withdrawn"]].astype(int).agg(list, axis=1)
    assert flags.to_dict() == {
        "a": [1, 1, 1, 1],
        "b": [1, 1, 1, 0],
        "c": [1, 0, 1, 0],
        "d": [1, 1, 1, 0],
        "e": [1, 1, 0, 0],
    }
    assert consent.holding(found)[lambda holds: holds].index.tolist() == ["b", "d"]
    assert (
        not consent.last_answers(CONSENTS, pd.Timestamp("2025-04-30"))
        .set_index("customer_id")
        .loc["d", "granted"]
    )


def test_all_yeses_in_numbers():
    """Five yeses, one of a ticked box, two that hold."""
    found = consent.kept(consent.funnel(CONSENTS, END))
    assert (found.case, found.granted, found.never, found.standing) == ("some_never", 5, 1, 2)
    assert found.share.value == 0.4
    assert consent.kept(consent.funnel(CONSENTS[:2], END)).case == "all_active"
    assert consent.kept(consent.funnel(CONSENTS[3:4], END)).case == "unknown"


def test_answers_under_each_policy():
    """Two versions of which one was never asked under, which is left out; the share is of the yeses."""
    policies = pd.DataFrame(
        {"version": ["3", "4"], "published_on": times("2020-01-01", "2024-01-01"), "changed": ["x", "y"]}
    )
    found = consent.by_policy(CONSENTS, policies)
    assert found.index.tolist() == ["4"]
    assert found.loc["4", ["questions", "yes", "active"]].tolist() == [5, 4, 0.75]


@pytest.fixture
def unknown_ways():
    """Four customers of whom two said yes in ways that nobody knows, and messages to all."""
    consents = pd.DataFrame({
        "customer_id": list("abcd"), "purpose": "marketing email", "asked_at": times(*["2024-01-01"] * 4),
        "how": ["active tick", "implied", None, "implied"], "granted": [True, True, True, False], "policy_version": None,
        "withdrawn_at": times(None, None, "2024-06-01", None),
    })  # fmt: skip
    acts = pd.DataFrame({
        "customer_id": list("abcd"), "purpose": "marketing email", "processed_at": times(*["2024-03-01"] * 4),
        "family": "marketing", "consented": True,
    })  # fmt: skip
    return consents, acts.assign(worth=consent.standing(consents, acts)["worth"])


def test_a_yes_of_unknown_worth_is_counted_apart(unknown_ways):
    """Neither a valid consent nor a breach: it is in no figure, and its ways are named with their numbers."""
    consents, acts = unknown_ways
    assert acts["worth"].tolist() == ["given", "unclear", "unclear", "refused"]
    steps = consent.funnel(consents, END)
    assert steps.loc["marketing email"].tolist() == [2, 1, 1, 1, 1]
    told = consent.unclear_yeses(consents, END)
    assert (told.case, told.yeses, told.of) == ("some", 2, 3)
    assert sorted(told.ways) == ["implied (1)", "not noted (1)"]
    marketing = consent_gaps.needing_consent(acts, "marketing")
    found = consent_gaps.join_compared(consent_gaps.ways_to_join(consents, marketing))
    assert (found.acts, found.without) == (2, 1)
    assert consent_gaps.on_unclear(acts, "marketing") == 2
    told = acts.assign(withdrawn_at=pd.NaT)
    accused = [CHECKS[rule](told)[0].tolist() for rule in ("unasked", "withdrawn", "invalid")]
    assert accused == [[False, False, False, True], [False] * 4, [False] * 4]


def test_without_any_way_on_record_nobody_is_taken_off(unknown_ways):
    """A log that notes no way at all can't be judged by it, and that is said."""
    consents = unknown_ways[0].assign(how=None)
    assert consent.funnel(consents, END).loc["marketing email", ["granted", "valid"]].tolist() == [3, 3]
    assert consent.unclear_yeses(consents, END).case == "unnoted"
