"""Two customers, purchase by purchase: one who joined the programme, and one who was just as far and didn't."""

import pandas as pd

from workbook.formatting.words import money

FEW = 6  # purchases, so that a story is read at a glance
NEAR = pd.Timedelta(days=31)  # between the days on which two were just as far


def pair(days: pd.DataFrame, since: pd.Series) -> pd.Series:
    """A member and a customer who never joined, alike on the day of joining.

    Parameters
    ----------
    days : from `joining.purchase_days`
    since : day of joining by customer; missing for others

    Returns
    -------
    pandas.Series
        customer_id by name. A: of those who joined at a later purchase, and bought again, the one in the middle by day of
        joining. B: who never joined, and made the purchase of the same number on the nearest day, within a
        month. A name without a customer
        is left out.
    """
    day_of = since.reindex(days["customer_id"]).to_numpy()
    here = days.assign(joined=day_of, left=days.groupby("customer_id").cumcount(ascending=False))
    few = here.groupby("customer_id")["day"].transform("size") <= FEW
    joins = here[(here["day"] == here["joined"]) & (here["number"] > 0) & (here["left"] > 0) & few]
    if joins.empty:
        return pd.Series(dtype=object)
    a = joins.sort_values(["day", "customer_id"]).iloc[len(joins) // 2]
    others = here[here["joined"].isna() & (here["number"] == a["number"]) & few]
    apart = (others["day"] - a["day"]).abs()
    nearest = apart[apart <= NEAR].sort_values(kind="stable").index[:1]
    found = [a["customer_id"], *others.loc[nearest, "customer_id"]]
    return pd.Series(found, index=["A", "B"][: len(found)], dtype=object)


def case(who: pd.Series) -> str:
    """How many stories there are: two, one, or none."""
    return {2: "two", 1: "one"}.get(len(who), "none")


def stories(who: pd.Series, days: pd.DataFrame, since: pd.Series, currency: str) -> pd.DataFrame:
    """What customers bought, day by day, and at which purchase one joined: index customer and day, in words; what happened."""
    rows = []
    for name, customer in who.items():
        bought = days[days["customer_id"] == customer]
        for day, paid in zip(bought["day"], bought["amount"], strict=True):
            joined = ", and joined" if day == since.get(customer) else ""
            rows.append((name, f"{day.day} {day:%B %Y}", f"bought for {money(paid, currency)}{joined}"))
    columns = ["customer", "day", "what happened"]
    return pd.DataFrame(rows, columns=columns).set_index(["customer", "day"])
