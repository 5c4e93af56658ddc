"""The course's claims, of which effects and levels are parameters of the retailer."""

from collections.abc import Mapping
from functools import cache

import pandas as pd

from workbook.tables.errors import DataError, choose
from workbook.tables.locations import home

PARAMETERS = ("effect", "level")


@cache
def load_claims() -> pd.DataFrame:
    """Read datasets/claims.csv: a row per claim, index id; see docs/retailer.md for the columns."""
    claims = pd.read_csv(home() / "datasets" / "claims.csv", index_col="id", dtype={"chapter": "str"})
    return claims.fillna({"cites": ""})


def claim_values(given: Mapping[str, float] | None = None) -> dict[str, float]:
    """Give every effect and level its value: the one given, or else the course's.

    Raises
    ------
    DataError
        for a claim that isn't known, that is no parameter, or whose value is out of range.
    """
    claims = load_claims()
    for name, value in (given or {}).items():
        if name not in claims.index:
            raise choose("A claim", name, claims.index[claims["kind"].isin(PARAMETERS)])
        claim = claims.loc[name]
        if claim["kind"] not in PARAMETERS:
            reason = claim["mechanism"].removeprefix("None: ")
            raise DataError(f"The claim {name} is of kind {claim['kind']} and no parameter: {reason}")
        if not claim["least"] <= value <= claim["most"]:
            raise DataError(
                f"The claim {name} must lie from {claim['least']:g} to {claim['most']:g} "
                f"({claim['scale']}); got {value:g}."
            )
    known = claims.loc[claims["kind"].isin(PARAMETERS), "value"]
    return known.to_dict() | {name: float(value) for name, value in (given or {}).items()}


def parse(given: list[str], option: str) -> dict[str, float]:
    """Turn ``id=value`` requests into claims; whether they are allowed is `claim_values`'s to say.

    Raises
    ------
    DataError
        for a value that isn't a number.
    """
    found = {}
    for request in given:
        name, _, value = request.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise DataError(f"{option} {name} must be a number; got {value!r}.") from None
    return found


def no_effects() -> dict[str, float]:
    """Every effect at zero; levels stay as the course has them."""
    claims = load_claims()
    return dict.fromkeys(claims.index[claims["kind"] == "effect"], 0.0)
