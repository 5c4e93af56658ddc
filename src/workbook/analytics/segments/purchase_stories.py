"""What three customers did, purchase by purchase, before any score is worked out."""

import pandas as pd

from workbook.formatting.words import money, plural

# Whose story is told: the first of these classes that anybody is in, of those who bought a few times.
TOLD = {"A": ("key value", "general value"), "B": ("key retain", "key win-back"), "C": ("general growth", "key growth")}  # fmt: skip
FEW = 4  # purchases, so that a story is read at a glance


def in_words(scored: pd.DataFrame) -> pd.Series:
    """Three customers under the names A, B and C: who comes often, who came and is silent, who came once lately.

    Parameters
    ----------
    scored : from `rfm_tiers.rfm`

    Returns
    -------
    pandas.Series
        customer_id by name; a name whose classes have nobody is left out.
    """
    chosen = {name: middle(scored, classes) for name, classes in TOLD.items()}
    return pd.Series({name: who for name, who in chosen.items() if who is not None}, dtype=object)


def middle(scored: pd.DataFrame, classes: tuple[str, ...]) -> str | None:
    """The customer in the middle by silence of the first class that has any, of those with fewest purchases up to `FEW`."""
    for name in classes:
        of = scored[scored["class"] == name]
        few = of[of["purchases"] <= max(FEW, of["purchases"].min())] if len(of) else of
        if len(few):
            return str(few["days_since_last"].sort_values(kind="stable").index[len(few) // 2])
    return None


def case(who: pd.Series) -> str:
    """Whether all stories can be told: three, or fewer."""
    return "three" if len(who) == len(TOLD) else "fewer"


def stories(
    who: pd.Series, orders: pd.DataFrame, returns: pd.DataFrame, as_of: pd.Timestamp, currency: str
) -> pd.DataFrame:
    """What customers bought and sent back, in order, and how long they have been silent.

    Parameters
    ----------
    who : customer_id by name, see `told`
    currency : of the amounts

    Returns
    -------
    pandas.DataFrame
        index customer (the name) and day, in words; what happened.
    """
    rows = [
        (name, day(at), what)
        for name, customer in who.items()
        for at, what in events(customer, orders, returns, as_of, currency)
    ]
    return pd.DataFrame(rows, columns=["customer", "day", "what happened"]).set_index(["customer", "day"])


def events(
    customer: str, orders: pd.DataFrame, returns: pd.DataFrame, as_of: pd.Timestamp, currency: str
) -> list[tuple[pd.Timestamp, str]]:
    """What one customer did, and when, in order; the last line says for how long there was nothing."""
    bought = orders[orders["customer_id"] == customer]
    back = returns[returns["customer_id"] == customer].groupby("returned_at")["amount"].sum()
    did = [(at, f"bought for {money(paid, currency)}") for at, paid in zip(bought["ordered_at"], bought["amount"], strict=True)]  # fmt: skip
    did += [(at, f"sent back for {money(paid, currency)}") for at, paid in back.items()]
    silent = (as_of - bought["ordered_at"].max().normalize()).days
    return [*sorted(did), (as_of, f"no purchase for {plural(silent, 'day')}")]


def day(at: pd.Timestamp) -> str:
    """A day as it is read."""
    return f"{at.day} {at:%B %Y}"
