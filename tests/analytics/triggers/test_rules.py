"""The trigger engine: events by rule, consent, one message a day, and a cap."""

import pandas as pd
import pytest

from workbook.analytics.triggers import rules

DAYS = pd.date_range("2025-01-01", "2025-12-31")


def placed(**days: list[str]) -> pd.DataFrame:
    """Orders by customer."""
    rows = [(who, day) for who, of in days.items() for day in of]
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    return table.assign(ordered_at=pd.to_datetime(table["ordered_at"]) + pd.Timedelta(hours=12))


def when(found: pd.DataFrame, rule: str) -> list[tuple[str, str]]:
    """Customer and day of each event of a rule."""
    rows = found[found["rule"] == rule]
    return list(zip(rows["customer_id"], rows["day"].dt.strftime("%m-%d"), strict=True))


def test_each_rule_has_a_purpose_that_consents_know():
    """Purposes are those of the consents; ranks are all different."""
    assert set(rules.RULES["purpose"]) == {"app push", "marketing sms", "marketing email"}
    assert rules.RULES["priority"].is_unique


def test_events_after_orders():
    """A tutorial follows the first order only; a reminder waits for silence, and an order in between stops it."""
    found = rules.events(placed(a=["2025-01-10", "2025-02-01"], b=["2025-03-01"]), DAYS)
    assert when(found, "tutorial") == [("a", "01-13"), ("b", "03-04")]
    assert when(found, "replenishment") == [("a", "04-02"), ("b", "04-30")]
    assert when(found, "win-back") == [("a", "06-01"), ("b", "06-29")]


def test_a_greeting_goes_to_customers_of_the_last_year():
    """On a festival everybody with an order in the year before is greeted, once."""
    found = rules.events(placed(a=["2024-03-01", "2024-05-01"], b=["2023-12-01"]), DAYS)
    assert when(found, "greeting") == [("a", "01-29")]


def test_a_cart_that_was_ordered_is_not_abandoned():
    """A cart of yesterday calls for a reminder unless an order came before today; a stranger's cart has nobody to write to."""
    at = pd.to_datetime(["2025-05-01 20:00", "2025-05-03 09:00", "2025-05-05 10:00"])
    sessions = pd.DataFrame(
        {"customer_id": ["a", "a", None], "started_at": at, "stage": ["cart", "checkout", "cart"]}
    )
    found = rules.events(placed(a=["2025-01-10", "2025-05-03"]), DAYS, sessions)
    assert when(found, "abandoned cart") == [("a", "05-02")]


def test_a_birthday_needs_a_date_of_birth():
    """Without one the rule stays silent; with one it fires on the day, for customers."""
    born = pd.Series(pd.to_datetime(["1990-06-15", "1991-06-16"]), index=["a", "z"])
    orders = placed(a=["2025-01-10"])
    assert when(rules.events(orders, DAYS), "birthday") == []
    assert when(rules.events(orders, DAYS, birthdays=born), "birthday") == [("a", "06-15")]


def consents(*given: tuple[str, str]) -> pd.DataFrame:
    """Consents that hold, by customer and purpose."""
    table = pd.DataFrame(given, columns=["customer_id", "purpose"])
    return table.assign(
        consent_id=[f"N{i}" for i in range(len(table))], asked_at=pd.Timestamp("2024-01-01"), how="active tick",
        granted=True, policy_version="1", withdrawn_at=pd.NaT,
    )  # fmt: skip


def test_what_becomes_of_an_event():
    """Without consent nothing goes out; of two on one day the first by rank; and not more than the cap in 30 days."""
    due = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "a"],
            "rule": ["tutorial", "greeting", "win-back", "greeting", "greeting"],
            "day": pd.to_datetime(["2025-01-29", "2025-01-29", "2025-02-05", "2025-01-29", "2025-03-10"]),
        }
    )
    table = consents(("a", "app push"), ("a", "marketing email"), ("a", "marketing sms"))
    found = rules.decide(due, table, cap=1).set_index(["customer_id", "rule", "day"])["became"]
    assert found["a", "tutorial", "2025-01-29"] == rules.SENT
    assert found["a", "greeting", "2025-01-29"] == rules.LATER
    assert found["a", "win-back", "2025-02-05"] == rules.TOO_MANY
    assert found["a", "greeting", "2025-03-10"] == rules.SENT
    assert found["b", "greeting", "2025-01-29"] == rules.NO_CONSENT


@pytest.mark.parametrize(("cap", "sent"), [(1, 1), (2, 2), (9, 3)])
def test_the_cap_counts_thirty_days(cap, sent):
    """Of three messages within 30 days as many go out as the cap allows."""
    day = pd.Series(pd.to_datetime(["2025-01-01", "2025-01-10", "2025-01-20"]))
    assert rules.capped(pd.Series(list("aaa")), day, cap).count(rules.SENT) == sent


def test_the_account_adds_up():
    """Each event is in one column, and the last row holds all; what stops most is named."""
    log = pd.DataFrame(
        {"rule": ["greeting"] * 4, "became": [rules.SENT, rules.NO_CONSENT, rules.NO_CONSENT, rules.LATER]}
    )
    table = rules.account(log)
    assert table.loc["all"].tolist() == [4, 1, 2, 1, 0]
    found = rules.lost(table)
    assert found.case == "consent"
    assert found.sent.value == 0.25
    assert found.reason.value == pytest.approx(2 / 3)  # of the three that were stopped
    assert rules.lost(rules.account(log[:1])).case == "nothing"
    assert rules.lost(rules.account(log[:0])).case == "unknown"
