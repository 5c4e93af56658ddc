"""Platforms on offer, and how a committee judged them: vendors by criteria, and criteria against each other.

A score is the vendor's quality as one judge sees it: some are kinder than others, all see dimly, and a few cells stay empty. What
a judge says of two criteria is the ratio of their weights, as dimly, on Saaty's scale.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import numbered
from workbook.retailer.core.timeline import Timeline

# One row a vendor: name, hosting, price of setting up, price a year.
VENDORS = pd.DataFrame(
    [
        ("Heron", "public cloud", 18_000, 15_000),
        ("Lotus", "hybrid cloud", 26_000, 18_000),
        ("Granite", "on premises", 60_000, 9_000),
        ("Swift", "public cloud", 6_000, 8_000),
        ("Meridian", "hybrid cloud", 38_000, 27_000),
    ],
    columns=["name", "hosting", "set_up", "yearly"],
)
CRITERIA = {  # criterion: its weight for the firm, and the quality of each vendor
    "functions": (0.22, (7.4, 7.0, 6.2, 4.6, 8.3)),
    "sales and contracts": (0.10, (6.0, 7.2, 5.8, 3.8, 8.0)),
    "campaigns": (0.16, (7.8, 6.6, 4.6, 6.2, 7.6)),
    "service and tickets": (0.14, (7.0, 7.4, 5.8, 5.0, 7.2)),
    "extensibility": (0.12, (6.0, 7.8, 4.0, 5.2, 7.0)),
    "security and compliance": (0.16, (6.2, 7.6, 8.4, 4.8, 7.2)),
    "price": (0.10, (6.8, 5.8, 4.2, 9.0, 3.0)),
}
JUDGES = ("store operations", "marketing", "IT", "finance", "service desk", "legal and privacy")
KIND = 0.6  # spread of the judges' kindness, in points
DIM = 1.0  # spread of a score around what the judge means, in points
MISSING = 0.05  # share of scores that nobody gave
UNSURE = 0.35  # spread of the logarithm of a comparison
SCALE = np.concatenate([1 / np.arange(9, 1, -1), np.arange(1.0, 10)])  # Saaty's: 1/9 to 9
JUDGED = 0.22  # share of the period after which the committee met


def make_vendors(timeline: Timeline, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Vendors, their scores and comparisons of criteria; see `tables.contracts.project`."""
    met = timeline.moment(JUDGED)
    return {
        "vendors": VENDORS.assign(vendor_id=vendor_ids())[["vendor_id", *VENDORS.columns]],
        "vendor_scores": scores(rng).assign(scored_on=met),
        "criteria_judgements": comparisons(rng).assign(judged_on=met),
    }


def vendor_ids() -> pd.Series:
    """Ids of the vendors."""
    return numbered("V", len(VENDORS), 2)


def scores(rng: np.random.Generator) -> pd.DataFrame:
    """What each judge gave each vendor for each criterion, in half points from 1 to 10."""
    rows = pd.MultiIndex.from_product(
        [vendor_ids(), list(CRITERIA), JUDGES], names=["vendor_id", "criterion", "judge"]
    ).to_frame(index=False)
    quality = rows.merge(true_vendors(), on=["vendor_id", "criterion"])["quality"]
    kind = dict(zip(JUDGES, KIND * rng.standard_normal(len(JUDGES)), strict=True))
    seen = quality + rows["judge"].map(kind) + DIM * rng.standard_normal(len(rows))
    rows["score"] = (seen * 2).round().clip(2, 20) / 2
    return rows[rng.random(len(rows)) >= MISSING].reset_index(drop=True)


def comparisons(rng: np.random.Generator) -> pd.DataFrame:
    """How many times as important as another each judge finds a criterion, on Saaty's scale."""
    weights = {criterion: weight for criterion, (weight, _) in CRITERIA.items()}
    pairs = [(j, a, b, weights[a] / weights[b]) for j in JUDGES for a, b in combinations(weights, 2)]
    rows = pd.DataFrame(pairs, columns=["judge", "criterion", "against", "ratio"])
    meant = np.log(rows.pop("ratio")) + UNSURE * rng.standard_normal(len(pairs))
    nearest = np.abs(meant.to_numpy()[:, None] - np.log(SCALE)).argmin(axis=1)
    return rows.assign(times=SCALE[nearest].round(4))


def true_vendors() -> pd.DataFrame:
    """Quality of each vendor by criterion, and the criterion's weight; see `tables.contracts.project.TrueVendors`."""
    return pd.DataFrame(
        [
            (vendor, criterion, quality[i], weight)
            for i, vendor in enumerate(vendor_ids())
            for criterion, (weight, quality) in CRITERIA.items()
        ],
        columns=["vendor_id", "criterion", "quality", "weight"],
    )
