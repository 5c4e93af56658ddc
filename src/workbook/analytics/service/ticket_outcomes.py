"""What became of each ticket: settled or not, asked again, a complaint, a satisfied customer."""

import pandas as pd

from workbook.analytics.service.waiting_times import DAY

SETTLE_DAYS, COMPLAIN_DAYS = 30, 60  # how long a ticket is watched for its end, and for a complaint


def settled(known: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """How each ticket stood 30 days after it came in; only those that are 30 days old.

    Returns
    -------
    pandas.DataFrame
        in_time (resolved by then), one_owner (never handed on), asked_again (a further ticket of the customer on the same
        order, or without one on the same topic), complained, self_served, abandoned; first_contact: settled at once by
        whom they came to, missing for those that served themselves, and for those abandoned before anybody could.
        Index as in ``known``.
    """
    watch = pd.Timedelta(days=SETTLE_DAYS)
    old = known[known["opened_at"] < as_of + DAY - watch]
    flags = pd.DataFrame({
        "in_time": (old["resolved_at"] - old["opened_at"] <= watch).astype("boolean"),
        "one_owner": old["hand_offs"].eq(0).astype("boolean").mask(old["hand_offs"].isna()),
        "asked_again": asked_again(known, watch).reindex(old.index).astype("boolean"),
        "complained": complained(old, complaints, watch).fillna(False),
        "self_served": old["self_served"].astype("boolean").fillna(False),
        "abandoned": old["state"].eq("abandoned").astype("boolean"),
    })  # fmt: skip
    at_once = flags["in_time"] & flags["one_owner"] & ~flags["asked_again"] & ~flags["complained"]
    owner_known = flags["one_owner"].notna() | (old["state"].eq("open") & flags["one_owner"].notna().any())
    return flags.assign(first_contact=at_once.mask(flags["self_served"] | flags["abandoned"] | ~owner_known))


def asked_again(known: pd.DataFrame, watch: pd.Timedelta) -> pd.Series:
    """Whether the customer came back about the same order (without one: the same topic) within the time watched."""
    about = ("order " + known["order_id"]).fillna("topic " + known["topic"]).fillna("anything")
    ordered = known.sort_values("opened_at", kind="stable")
    again = ordered.groupby([ordered["customer_id"], about.reindex(ordered.index)])["opened_at"].shift(-1)
    return again.reindex(known.index) - known["opened_at"] <= watch


def complained(known: pd.DataFrame, complaints: pd.DataFrame, watch: pd.Timedelta) -> pd.Series:
    """Whether each ticket turned into a complaint within the time watched; missing if no complaint names its ticket."""
    named = complaints.dropna(subset=["ticket_id"])
    if named.empty:
        return pd.Series(pd.NA, index=known.index, dtype="boolean")
    first = looked_up(named.groupby("ticket_id")["complained_at"].min(), known["ticket_id"])
    return (first - known["opened_at"] <= watch).astype("boolean")


def looked_up(times: pd.Series, ids: pd.Series) -> pd.Series:
    """Times by id, for each of ``ids``; `map` would make numbers of an empty table's times."""
    return times.reindex(ids).set_axis(ids.index)


def complaint_share(known: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Whether each ticket turned into a complaint within 60 days; only those that are 60 days old."""
    watch = pd.Timedelta(days=COMPLAIN_DAYS)
    return complained(known[known["opened_at"] < as_of + DAY - watch], complaints, watch)


def complaint_rate(orders: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Whether each order was complained about within 60 days; only those that are 60 days old, none without complaints."""
    watch = pd.Timedelta(days=COMPLAIN_DAYS)
    old = orders[orders["ordered_at"] < as_of + DAY - watch]
    named = complaints.dropna(subset=["order_id"])
    if named.empty:
        return pd.Series([], dtype=bool)
    first = looked_up(named.groupby("order_id")["complained_at"].min(), old["order_id"])
    return first - old["ordered_at"] <= watch


def satisfied(
    surveys: pd.DataFrame, as_of: pd.Timestamp, score: str = "csat", *, by: str = "ticket_id"
) -> pd.Series:
    """Whether each survey that followed a ticket says satisfied: 4 or 5 of 1 to 5; those answered by ``as_of`` only.

    Returns
    -------
    pandas.Series
        True or False, index ``by``.
    """
    came = surveys["answered_at"] < as_of + DAY
    told = surveys[came & surveys["ticket_id"].notna() & surveys[score].notna()]
    return told.set_index(by)[score].ge(4).astype(bool)
