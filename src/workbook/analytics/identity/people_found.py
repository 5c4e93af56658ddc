"""What the people who were found tell: whose orders they own, with whom they share a phone, and which is worth a look."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.tables.matching import is_in

CASE = 5  # records that a person for the opening has at least, if there is one
MOST = 9  # and at most, so that they are read at a glance


def puzzle(records: pd.DataFrame, plain: pd.DataFrame) -> pd.DataFrame:
    """Records that share a phone, from as many systems and under as many spellings as can be: the case at the beginning.

    Parameters
    ----------
    records, plain : as the table, and as `normalising.normalised` makes them
    """
    group = plain["phone"].map(plain["phone"].value_counts())
    few = records[group.between(2, MOST)]
    if few.empty:
        return few
    by = few.assign(phone=plain["phone"], key=plain["name"]).groupby("phone")
    told = pd.DataFrame(
        {
            "systems": by["source"].nunique(),
            "keys": by["key"].nunique(),
            "names": by["name"].nunique(),
            "n": by.size(),
        }
    )
    order = told.sort_values(["systems", "keys", "names", "n"], ascending=False, kind="stable")
    return few[plain["phone"].reindex(few.index) == order.index[0]]


def owners(records: pd.DataFrame, people: pd.Series, orders: pd.DataFrame) -> pd.DataFrame:
    """Records whose key is an order, or a customer's own id, with the person and the customer.

    Parameters
    ----------
    people : person of each record, by record_id

    Returns
    -------
    pandas.DataFrame
        person, customer_id; a row each pair.
    """
    of_order = orders.drop_duplicates("order_id").set_index("order_id")["customer_id"]
    key = records["source_key"]
    owner = key.map(of_order).astype("str").fillna(key.where(is_in(key, orders["customer_id"])))
    found = pd.DataFrame(
        {"person": people.reindex(records["record_id"]).to_numpy(), "customer_id": owner.to_numpy()}
    )
    return found.dropna(subset="customer_id").drop_duplicates().reset_index(drop=True)


def owner_of(owned: pd.DataFrame, people: pd.Series) -> pd.Series:
    """Customer of each record, index record_id, by its person; missing where a person owns no order, or orders of two customers."""
    alone = owned.drop_duplicates("person", keep=False).set_index("person")["customer_id"]
    return people.map(alone).rename("customer_id")


@dataclass(frozen=True)
class Tied:
    """How many people can be tied to orders, and what contradicts itself; case double (some people own orders of two
    customers), single (none does) or none (nobody can be tied).

    Attributes
    ----------
    share : of people with a customer's order on record
    customers : of all customers, the share that a person was found for
    double : people who own orders of two customers or more: merged wrongly, or one person with two customer numbers
    """

    case: str
    share: Estimate
    customers: Estimate
    double: int


def tied(owned: pd.DataFrame, people: pd.Series, orders: pd.DataFrame) -> Tied:
    """Count what `owners` found."""
    many, there = people.nunique(), orders["customer_id"].nunique()
    double = int((owned["person"].value_counts() > 1).sum())
    return Tied(
        case="double" if double else "single" if len(owned) else "none",
        share=Estimate(owned["person"].nunique() / many if many else np.nan, unit="share", n=many),
        customers=Estimate(
            owned["customer_id"].nunique() / there if there else np.nan, unit="share", n=there
        ),
        double=double,
    )


def answered(case: pd.DataFrame, people: pd.Series, true: pd.Series | None = None) -> pd.DataFrame:
    """The case of the beginning with the person that was found behind each record, and the true one where it is known.

    Returns
    -------
    pandas.DataFrame
        source, name, found and, with a truth, true: letters in the order of the records.
    """
    given = {"found": people} | ({} if true is None else {"true": true})
    return case[["source", "name"]].assign(
        **{name: lettered(case["record_id"].map(persons)) for name, persons in given.items()}
    )


def lettered(persons: pd.Series) -> pd.Series:
    """Persons as A, B, C in the order in which they come."""
    codes, _ = pd.factorize(persons)
    return pd.Series([chr(ord("A") + code) if code >= 0 else "" for code in codes], index=persons.index)


VERDICTS = ("birthdays differ", "birthdays agree", "cannot tell")


def shared_phones(plain: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Phones on which records of several people were found, and what their birthdays say: two people, or one who was split.

    The birthday of a person who was found is the commonest of their records; one with day and month exchanged is the same.

    Returns
    -------
    pandas.DataFrame
        Index phone; people, birthdays (how many of the people have one), verdict (one of VERDICTS).
    """
    known = plain.assign(
        person=people.reindex(plain["record_id"]).to_numpy(), birthday=one_order(plain["birthday"])
    )
    usual = commonest(known, "person", "birthday")
    owners = known.dropna(subset="phone")[["phone", "person"]].drop_duplicates()
    by = owners.assign(birthday=owners["person"].map(usual)).groupby("phone")
    found = by.agg(
        people=("person", "size"), birthdays=("birthday", "count"), different=("birthday", "nunique")
    )
    found = found[found["people"] > 1]
    said = np.select([found["different"] > 1, found["birthdays"] > 1], VERDICTS[:2], VERDICTS[2])
    return found.drop(columns="different").assign(verdict=said)


def one_order(birthdays: pd.Series) -> pd.Series:
    """Birthdays with the smaller of month and day first, so that 03-11 and 11-03 are the same."""
    turned = birthdays.str[3:] + "-" + birthdays.str[:2]
    return birthdays.where(birthdays <= turned, turned)


def commonest(frame: pd.DataFrame, by: str, column: str) -> pd.Series:
    """The commonest value of a column in each group, of equally common ones the first of the alphabet."""
    count = frame.dropna(subset=column).groupby([by, column]).size().rename("n").reset_index()
    ordered = count.sort_values(["n", column], ascending=[False, True], kind="stable")
    return ordered.drop_duplicates(by).set_index(by)[column]


def by_verdict(shared: pd.DataFrame, plain: pd.DataFrame, true: pd.Series | None = None) -> pd.DataFrame:
    """Phones of `shared_phones` by verdict, and with a truth how many of them have two people or more in truth.

    Returns
    -------
    pandas.DataFrame
        Index verdict; phones, people, shared in truth.
    """
    truly = pd.Series(np.nan, index=shared.index)
    if true is not None:
        owner = plain["record_id"].map(true)
        behind = owner.groupby(plain["phone"]).nunique()
        truly = behind.gt(1).reindex(shared.index).astype(float)
    by = shared.assign(truly=truly).groupby("verdict")
    found = by.agg(
        phones=("people", "size"), people=("people", "sum"), truly=("truly", lambda t: t.sum(min_count=1))
    )
    found = found.reindex([v for v in VERDICTS if v in found.index])
    return found.astype({"truly": "Int64"}).rename(columns={"truly": "shared in truth"})


@dataclass(frozen=True)
class Households:
    """What is known of phones that several found people share; case shared, with a truth known, or none.

    Attributes
    ----------
    phones, unclear : shared phones, and those of them of which the birthdays tell nothing
    truly, split : phones with two people or more in truth, and with one who was split; none where nobody knows
    """

    case: str
    phones: int
    unclear: int
    truly: int | None
    split: int | None


def households(table: pd.DataFrame) -> Households:
    """Sum up `by_verdict`."""
    phones, unclear = int(table["phones"].sum()), int(table["phones"].get(VERDICTS[2], 0))
    if table.empty or table["shared in truth"].isna().any():
        case = "none" if table.empty else "shared"
        return Households(case, phones, unclear, None, None)
    truly = int(table["shared in truth"].sum())
    return Households("known", phones, unclear, truly, phones - truly)
