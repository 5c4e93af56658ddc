"""What the people who were found tell: whose orders they own, with whom they share a phone, and which is worth a look."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

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
    owner = key.map(of_order).astype("str").fillna(key.where(key.isin(orders["customer_id"])))
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
    """How many people can be tied to orders, and what contradicts itself.

    Attributes
    ----------
    share : of people with a customer's order on record
    customers : of all customers, the share that a person was found for
    double : people who own orders of two customers or more: each is a wrong merge that shows itself
    """

    share: Estimate
    customers: Estimate
    double: int


def tied(owned: pd.DataFrame, people: pd.Series, orders: pd.DataFrame) -> Tied:
    """Count what `owners` found."""
    many, there = people.nunique(), orders["customer_id"].nunique()
    double = int((owned["person"].value_counts() > 1).sum())
    return Tied(
        share=Estimate(owned["person"].nunique() / many if many else np.nan, unit="share", n=many),
        customers=Estimate(
            owned["customer_id"].nunique() / there if there else np.nan, unit="share", n=there
        ),
        double=double,
    )


def shared_phones(plain: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Phones on which records of several people are: people, records, and whether one of their names is alike.

    Returns
    -------
    pandas.DataFrame
        Index phone; people, records, relatives (two of them have a part of the name in common).
    """
    known = plain.assign(person=people.reindex(plain["record_id"]).to_numpy()).dropna(subset="phone")
    told = known.groupby("phone").agg(people=("person", "nunique"), records=("person", "size"))
    several = known[known["phone"].isin(told.index[told["people"] > 1])].dropna(subset="name")
    words = several.assign(part=several["name"].str.split(" ")).explode("part")
    alike = words.groupby(["phone", "part"])["person"].nunique().groupby("phone").max() > 1
    found = told[told["people"] > 1]
    return found.assign(relatives=alike.reindex(found.index, fill_value=False))


@dataclass(frozen=True)
class Households:
    """Phones that several people share; case shared or none."""

    case: str
    phones: int
    people: int
    relatives: Estimate


def households(shared: pd.DataFrame) -> Households:
    """Sum up `shared_phones`."""
    n = len(shared)
    alike = float(shared["relatives"].mean()) if n else np.nan
    return Households(
        "shared" if n else "none", n, int(shared["people"].sum()), Estimate(alike, unit="share", n=n)
    )
