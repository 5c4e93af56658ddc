"""What membership truly does to each customer's rate of purchases, in a synthetic world."""

import pandas as pd

from workbook.course.claimed import claim
from workbook.retailer.customers.people import programme_factor
from workbook.tables.dataset import Dataset, whole

COLUMNS = ["without", "with_it", "dropout"]


def membership_truth(shop: Dataset) -> pd.DataFrame:
    """Each customer's true rate of purchases without and with membership, and the chance of leaving.

    They hold on any day, whoever had joined by then.

    Returns
    -------
    pandas.DataFrame
        index customer_id: without, with_it (purchases a week while active), dropout (chance of leaving after a purchase); no
        rows where nobody knows the truth.
    """
    people = (shop.truth or {}).get("customers")
    if people is None:
        return pd.DataFrame(columns=COLUMNS, dtype=float)
    known = people.set_index("customer_id")
    tenth = claim("engagement-repurchase", shop).truth
    factor = pd.Series(programme_factor(known["engagement"], tenth), known.index)
    joined = whole(shop.tables)["customers"].set_index("customer_id")["member_since"].notna()
    without = known["purchase_rate"] / factor.where(joined.reindex(known.index).fillna(False), 1.0)
    return pd.DataFrame(
        {"without": without, "with_it": without * factor, "dropout": known["dropout_probability"]}
    )
