"""Five marks for each list of people: completeness, uniqueness, validity, consistency, timeliness; each a share from 0 to 1."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.identity import normalising
from workbook.tables.dataset import Dataset

CONTACT = ("name", "phone", "email", "gender", "birth_date", "city")  # what a list of people is for
YEAR = pd.Timedelta(days=365)
OLDEST = 105  # years that a person may be old
MARKS = ("completeness", "uniqueness", "validity", "consistency", "timeliness")


def scorecard(shop: Dataset) -> pd.DataFrame:
    """One row per list of people (each system of ``source_records``, and ``customers``): records, and the five MARKS.

    A mark is missing where the list has nothing to judge by.
    """
    records = shop.table("source_records")
    rows = {}
    if len(records):
        plain = normalising.normalised(records)
        bad = invalid(records, plain, shop.today)
        odd = contradicts(plain)
        for source, part in records.groupby("source", sort=False):
            at = part.index
            rows[source] = {"records": len(part)} | marks(part, bad.loc[at], odd[at], shop.today)
    if len(shop.customers):
        rows["customers"] = {"records": len(shop.customers)} | marks_of_customers(shop)
    return pd.DataFrame(rows).T.rename_axis("list").astype({"records": int})


def marks(part: pd.DataFrame, bad: pd.DataFrame, odd: pd.Series, today: pd.Timestamp) -> dict[str, float]:
    """The marks of one system's records."""
    fields = [c for c in CONTACT if c in part and part[c].notna().any()]
    touched = part[["updated_at", "created_at"]].bfill(axis=1).iloc[:, 0]
    return {
        "completeness": mean(part[fields].notna()),
        "uniqueness": 1 - mean(part.drop(columns="record_id").duplicated()),
        "validity": 1 - mean(bad),
        "consistency": 1 - mean(odd),
        "timeliness": mean((today - touched[touched.notna()]) < YEAR),
    }


def mean(flags: pd.DataFrame | pd.Series) -> float:
    """Share of True among all cells that are known; missing where there is none."""
    values = np.asarray(flags, dtype=float)
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan


def invalid(records: pd.DataFrame, plain: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Which phones, e-mails and birth dates can't be right; missing where nothing is written.

    A phone is right if it has as many digits as most have, an e-mail if it has an @ and a dot behind it, a birth date if there is
    such a day, of somebody who can be alive, and no system's default.
    """
    digits = plain["phone"].str.len()
    usual = digits.mode().max() if digits.notna().any() else np.nan
    born = pd.to_datetime(plain["birth_date"], format="%Y-%m-%d", errors="coerce")
    alive = born.between(today - OLDEST * YEAR, today) | (
        plain["birth_date"].isna() & plain["birthday"].notna()
    )
    wrong = {
        "phone": digits != usual,
        "email": ~plain["email"].str.contains(r"@[^@]+\.[^@]+$", na=False),
        "birth_date": ~alive,
    }
    return pd.DataFrame(
        {c: flag.astype(float).where(records[c].notna()) for c, flag in wrong.items() if c in records},
        index=records.index,
    )


def contradicts(plain: pd.DataFrame) -> pd.Series:
    """Whether a record has another birthday than most records with its e-mail; missing where there is none to compare with."""
    known = plain.dropna(subset=["email", "birthday"])
    count = known.groupby(["email", "birthday"]).size().rename("n").reset_index()
    first = count.sort_values(["n", "birthday"], ascending=[False, True], kind="stable").drop_duplicates(
        "email"
    )
    usual = first.set_index("email")["birthday"]
    several = known["email"].duplicated(keep=False)
    odd = known["birthday"] != known["email"].map(usual)
    return odd.where(several).astype(float).reindex(plain.index)


def marks_of_customers(shop: Dataset) -> dict[str, float]:
    """The marks of the list of customers, which names nobody: by what it says of them and by their orders.

    Days of joining that all are days of a first order come from the orders, so they can't contradict them, and aren't counted.
    """
    people = shop.customers
    orders = (
        shop.orders.groupby("customer_id")["ordered_at"].agg(["min", "max"]).reindex(people["customer_id"])
    )
    joined = people.get("joined_on", pd.Series(pd.NaT, index=people.index)).to_numpy()
    first = orders["min"].dt.normalize().to_numpy()
    known = pd.notna(joined) & pd.notna(first)
    derived = bool((first == joined)[known].all())
    silent = {"customer_id", "member_since", *(["joined_on"] if derived else [])}
    told = [c for c in people if c not in silent and people[c].notna().any()]
    born = people["birth_year"].astype("float64") if "birth_year" in people else pd.Series(dtype=float)
    age = shop.today.year - born.dropna()
    ids = people["customer_id"].str.strip().str.casefold()
    return {
        "completeness": mean(people[told].notna()) if told else np.nan,
        "uniqueness": 1 - mean(ids.duplicated()),
        "validity": mean(age.between(0, OLDEST)),
        "consistency": np.nan if derived else mean((first >= joined)[known]),
        "timeliness": mean((shop.today - orders["max"].dropna()) < YEAR),
    }


@dataclass(frozen=True)
class Weakest:
    """The lowest mark of a scorecard: of which list, which mark, and its value; case weakest or unknown."""

    case: str
    list: str
    mark: str
    value: Estimate


def weakest(card: pd.DataFrame) -> Weakest:
    """The lowest mark of all."""
    marks = card[list(MARKS)].rename_axis("list").reset_index().melt("list", var_name="mark").dropna()
    if marks.empty:
        return Weakest("unknown", "", "", Estimate())
    row = marks.loc[marks["value"].idxmin()]
    return Weakest("weakest", row["list"], row["mark"], Estimate(float(row["value"]), unit="share"))
