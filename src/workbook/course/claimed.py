"""What the course claims, beside what was estimated and, on the synthetic retailer, what is true."""

from dataclasses import dataclass

import pandas as pd

from workbook.retailer.core.claims import PARAMETERS, load_claims
from workbook.tables.dataset import Dataset
from workbook.tables.errors import choose


@dataclass(frozen=True)
class Claim:
    """One of the course's claims.

    Attributes
    ----------
    id, statement, document, cites, kind, bound, scale : as in datasets/claims.csv
    value : the course's
    truth : its true value in this world; missing on real data and for claims that are no parameter
    """

    id: str
    statement: str
    document: str
    cites: str
    kind: str
    bound: str
    scale: str
    value: float
    truth: float

    def beside(self, estimate: float, low: float = float("nan"), high: float = float("nan")) -> pd.DataFrame:
        """One row: the claim, the estimate with its interval, the truth."""
        row = {"claim": self.value, "estimate": estimate, "low": low, "high": high, "truth": self.truth}
        return pd.DataFrame([row], index=pd.Index([self.id], name=self.scale))


def claim(name: str, data: Dataset) -> Claim:
    """Return a claim by its id, with its truth in the world of ``data``.

    Raises
    ------
    DataError
        for an id that isn't in datasets/claims.csv.
    """
    claims = load_claims()
    if name not in claims.index:
        raise choose("A claim", name, claims.index)
    row = claims.loc[name]
    known = data.synthetic and row["kind"] in PARAMETERS
    truth = data.facts.get("claims", {}).get(name, row["value"]) if known else float("nan")
    return Claim(
        name, row["statement"], row["document"], row["cites"], row["kind"], row["bound"], row["scale"],
        value=float(row["value"]), truth=float(truth),
    )  # fmt: skip
