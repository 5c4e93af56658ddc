"""A trigger engine as a table of rules: who has done what, whom may we write to, and who has been written to enough."""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.privacy.consent import standing

# One row a rule: what has to have happened so many days ago, by which channel the message goes, for which purpose a consent
# is needed, and which rule goes first where a customer has several on one day (1 first).
RULES = pd.DataFrame(
    [
        ("abandoned cart", "弃购提醒", "left a cart and did not order", 1, "app push", "app push", 1),
        ("tutorial", "使用教程", "ordered for the first time", 3, "app push", "app push", 2),
        ("birthday", "生日优惠", "has a birthday", 0, "SMS", "marketing sms", 3),
        ("replenishment", "补货提醒", "last order", 60, "e-mail", "marketing email", 4),
        ("win-back", "唤醒优惠", "last order", 120, "SMS", "marketing sms", 5),
        ("greeting", "节日问候", "a festival", 0, "e-mail", "marketing email", 6),
    ],
    columns=["rule", "chinese", "event", "days", "channel", "purpose", "priority"],
)
# Days of the Chinese calendar on which a greeting goes out, to customers of the last year.
FESTIVALS = pd.DatetimeIndex(
    ["2024-02-10", "2024-06-10", "2024-09-17", "2025-01-29", "2025-05-31", "2025-10-06"]
)
YEAR = pd.Timedelta(days=365)  # after an order in which somebody gets a greeting
SEND_AT = pd.Timedelta(hours=9)  # of the day
CAP_DAYS = 30  # days over which messages are counted
SENT, NO_CONSENT, TOO_MANY, LATER = "sent", "no consent", "over the cap", "another rule came first"


def events(
    orders: pd.DataFrame,
    days: pd.DatetimeIndex,
    sessions: pd.DataFrame | None = None,
    birthdays: pd.Series | None = None,
) -> pd.DataFrame:
    """Which rules call for a message on which of some days: customer_id, rule and day, a row each, in order.

    Parameters
    ----------
    orders : customer_id, ordered_at
    days : one after the other
    sessions : customer_id, started_at, stage; without them no cart is known
    birthdays : date of birth by customer; without them no birthday is known
    """
    bought = pd.DataFrame({"customer_id": orders["customer_id"], "on": orders["ordered_at"].dt.normalize()})
    bought = bought.drop_duplicates().sort_values(["customer_id", "on"], ignore_index=True)
    bought["next"] = bought.groupby("customer_id")["on"].shift(-1)
    first = bought.drop_duplicates("customer_id")
    found = [
        left_carts(sessions, orders),
        later(first, "tutorial"),
        on_birthdays(first, birthdays, days),
        *(later(silent(bought, rule), rule) for rule in ("replenishment", "win-back")),
        greetings(bought, days),
    ]
    rows = pd.concat(found, ignore_index=True)
    rows = rows[rows["day"].isin(days)].merge(RULES[["rule", "priority"]], on="rule")
    rows = rows.sort_values(["day", "customer_id", "priority"], ignore_index=True)
    return rows[["customer_id", "rule", "day"]]


def later(bought: pd.DataFrame, rule: str) -> pd.DataFrame:
    """A message of a rule its days after each of these purchases."""
    after = pd.to_timedelta(RULES.set_index("rule")["days"][rule], unit="D")
    return pd.DataFrame({"customer_id": bought["customer_id"], "rule": rule, "day": bought["on"] + after})


def silent(bought: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Purchases that no other has followed within the days of a rule."""
    after = pd.to_timedelta(RULES.set_index("rule")["days"][rule], unit="D")
    return bought[~(bought["next"] <= bought["on"] + after)]


def left_carts(sessions: pd.DataFrame | None, orders: pd.DataFrame) -> pd.DataFrame:
    """A message on the day after a cart was left by somebody who has not ordered by then."""
    if sessions is None:
        return pd.DataFrame({"customer_id": [], "rule": [], "day": pd.DatetimeIndex([])})
    carts = sessions[sessions["stage"].isin(["cart", "checkout"]) & sessions["customer_id"].notna()]
    carts = carts[["customer_id", "started_at"]].sort_values("started_at")
    placed = orders[["customer_id", "ordered_at"]].sort_values("ordered_at")
    placed = placed.astype({"ordered_at": carts["started_at"].dtype})
    next_one = pd.merge_asof(
        carts, placed, left_on="started_at", right_on="ordered_at", by="customer_id", direction="forward"
    )
    day = next_one["started_at"].dt.normalize() + pd.Timedelta(days=1)
    open_still = ~(next_one["ordered_at"] < day)
    found = pd.DataFrame({"customer_id": next_one["customer_id"], "rule": "abandoned cart", "day": day})
    return found[open_still].drop_duplicates()


def on_birthdays(first: pd.DataFrame, birthdays: pd.Series | None, days: pd.DatetimeIndex) -> pd.DataFrame:
    """A message on each birthday of somebody who has ordered before."""
    born = pd.Series(dtype="datetime64[ns]") if birthdays is None else birthdays.dropna()
    people = pd.DataFrame({"customer_id": born.index, "date": born.dt.strftime("%m-%d").to_numpy()})
    calendar = pd.DataFrame({"day": days, "date": days.strftime("%m-%d")})
    rows = people.merge(calendar, on="date").merge(first[["customer_id", "on"]], on="customer_id")
    return rows[rows["on"] < rows["day"]].assign(rule="birthday")[["customer_id", "rule", "day"]]


def greetings(bought: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """A greeting on each festival to those who ordered in the year before it."""
    rows = [
        pd.DataFrame({"customer_id": bought.loc[(bought["on"] < day) & (bought["on"] >= day - YEAR), "customer_id"].unique(), "rule": "greeting", "day": day})
        for day in FESTIVALS[FESTIVALS.isin(days)]
    ]  # fmt: skip
    return (
        pd.concat(rows)
        if rows
        else pd.DataFrame({"customer_id": [], "rule": [], "day": pd.DatetimeIndex([])})
    )


def decide(due: pd.DataFrame, consents: pd.DataFrame, cap: int) -> pd.DataFrame:
    """What becomes of each event: sent, no consent, another rule came first, over the cap.

    Parameters
    ----------
    due : from `events`
    consents : the table
    cap : messages to one customer in `CAP_DAYS` days, at most

    Returns
    -------
    pandas.DataFrame
        customer_id, rule, day, channel, and became.
    """
    rows = due.merge(RULES[["rule", "channel", "purpose", "priority"]], on="rule")
    rows = rows.sort_values(["customer_id", "day", "priority"], ignore_index=True)
    asked = rows.assign(processed_at=rows["day"] + SEND_AT)[["customer_id", "purpose", "processed_at"]]
    may = standing(consents, asked)["worth"].eq("given").to_numpy()
    rows["became"] = NO_CONSENT
    rows.loc[may, "became"] = capped(rows.loc[may, "customer_id"], rows.loc[may, "day"], cap)
    return rows[["customer_id", "rule", "day", "channel", "became"]]


def capped(customer: pd.Series, day: pd.Series, cap: int) -> list[str]:
    """Send at most one message a day and ``cap`` in `CAP_DAYS` days to each customer; rows by customer, day and priority."""
    became, who, sent = [], None, list[pd.Timestamp]()
    for one, at in zip(customer, day, strict=True):
        sent = [s for s in sent if s > at - pd.Timedelta(days=CAP_DAYS)] if one == who else []
        who = one
        if at in sent:
            became.append(LATER)
        elif len(sent) >= cap:
            became.append(TOO_MANY)
        else:
            became.append(SENT)
            sent.append(at)
    return became


def account(log: pd.DataFrame) -> pd.DataFrame:
    """Events by rule and by what became of them; a row per rule, and all together."""
    order = [SENT, NO_CONSENT, LATER, TOO_MANY]
    table = pd.crosstab(log["rule"], log["became"]).reindex(columns=order, fill_value=0)
    table = table.reindex([r for r in RULES["rule"] if r in table.index])
    table.loc["all"] = table.sum()
    table.insert(0, "events", table.sum(axis=1))
    return table.rename_axis(index="rule", columns=None)


@dataclass(frozen=True)
class Lost:
    """What stops most messages: no consent, another rule, or the cap.

    Attributes
    ----------
    case : consent, cap, other_rule, nothing, or unknown without an event
    sent : share of events that were followed by a message
    reason : of the others, the share that the most frequent reason stopped
    """

    case: str
    sent: Estimate = Estimate()  # noqa: RUF009
    reason: Estimate = Estimate()  # noqa: RUF009


def lost(table: pd.DataFrame) -> Lost:
    """Read the last row of `account`."""
    all_of_them = table.loc["all"]
    if not all_of_them["events"]:
        return Lost("unknown")
    reasons = all_of_them[[NO_CONSENT, LATER, TOO_MANY]]
    names = {NO_CONSENT: "consent", LATER: "other_rule", TOO_MANY: "cap"}
    n, stopped = int(all_of_them["events"]), int(reasons.sum())
    sent = Estimate(float(all_of_them[SENT] / n), unit="share", n=n)
    if not stopped:
        return Lost("nothing", sent)
    return Lost(
        names[reasons.idxmax()], sent, Estimate(float(reasons.max() / stopped), unit="share", n=stopped)
    )
