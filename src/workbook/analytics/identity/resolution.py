"""From pairs to people: records that are linked, over others too, are one person; and how right that is.

Pairwise precision and recall count pairs of records; B-cubed asks each record how many of its companions are right (Bagga and
Baldwin 1998).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from workbook.analytics.estimate import Estimate
from workbook.tables.dataset import Dataset


def people(record_ids: pd.Series, pairs: pd.DataFrame) -> pd.Series:
    """Number of the person of each record, index record_id: whoever is linked directly or over others is one.

    Parameters
    ----------
    record_ids : all records
    pairs : record_l, record_r of those that are linked
    """
    place = pd.Index(record_ids)
    left, right = (place.get_indexer(pairs[c]) for c in ("record_l", "record_r"))
    graph = coo_array((np.ones(len(pairs)), (left, right)), shape=(len(place), len(place)))
    _, label = connected_components(graph, directed=False)
    return pd.Series(label, index=place.rename("record_id"), name="person")


def equal_pairs(records: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Links between records that agree on all of some columns: each to the next of its group; missing values agree with nothing.

    Returns
    -------
    pandas.DataFrame
        record_l, record_r: enough of the pairs that each group hangs together.
    """
    known = records.dropna(subset=list(columns))
    after = known.groupby(list(columns), sort=False)["record_id"].shift(-1)
    linked = after.notna()
    return pd.DataFrame({"record_l": known["record_id"][linked], "record_r": after[linked]}).reset_index(
        drop=True
    )


def pairs_in(groups: pd.Series | pd.DataFrame) -> int:
    """Number of pairs of rows that share a group."""
    size = groups.value_counts().to_numpy(dtype="int64")
    return int((size * (size - 1) // 2).sum())


def scores(found: pd.Series, true: pd.Series) -> pd.Series:
    """Pairwise and B-cubed precision, recall and F of one grouping against another.

    Parameters
    ----------
    found, true : group of each record, by record

    Returns
    -------
    pandas.Series
        pairs, right (pairs), true pairs; precision, recall, F; B-cubed precision, recall, F. Missing where there is no pair.
    """
    both = pd.DataFrame({"found": found, "true": true.reindex(found.index)})
    said, there, right = pairs_in(both["found"]), pairs_in(both["true"]), pairs_in(both)
    precision, recall = ratio(right, said), ratio(right, there)
    size = both.groupby(["found", "true"])["found"].transform("size")
    b_precision = float((size / both.groupby("found")["found"].transform("size")).mean())
    b_recall = float((size / both.groupby("true")["true"].transform("size")).mean())
    return pd.Series(
        {
            "pairs": said,
            "right": right,
            "true pairs": there,
            "precision": precision,
            "recall": recall,
            "F": f_score(precision, recall),
            "B-cubed precision": b_precision,
            "B-cubed recall": b_recall,
            "B-cubed F": f_score(b_precision, b_recall),
        }
    )


RULES: dict[str, list[tuple[str, ...]]] = {
    "same phone": [("phone",)],
    "same e-mail": [("email",)],
    "same name": [("name",)],
    "same name and birth date": [("name", "birth_date")],
    "same phone or e-mail": [("phone",), ("email",)],
    "phone and name, or e-mail": [("phone", "name"), ("email",)],
}


def true_people(shop: Dataset) -> pd.Series | None:
    """Customer behind each record, index record_id; None where nobody knows."""
    if shop.truth is None or "identities" not in shop.truth:
        return None
    true = shop.truth["identities"].set_index("record_id")["customer_id"]
    return true[true.index.isin(shop.source_records["record_id"])]


def by_rules(records: pd.DataFrame, true: pd.Series | None = None) -> pd.DataFrame:
    """People that each of RULES finds, and where the truth is known how right that is.

    Returns
    -------
    pandas.DataFrame
        Index rule; people; with a truth precision, recall, F and B-cubed F. A rule that links nothing is left out.
    """
    rows = {}
    for name, rules in RULES.items():
        links = pd.concat([equal_pairs(records, *columns) for columns in rules], ignore_index=True)
        found = people(records["record_id"], links)
        score = (
            {} if true is None else scores(found, true)[["precision", "recall", "F", "B-cubed F"]].to_dict()
        )
        if len(links):
            rows[name] = {"people": found.nunique()} | score
    return whole_people(rows, "rule")


def whole_people(rows: Mapping[Any, Mapping[str, float]], name: str) -> pd.DataFrame:
    """A row each, numbered by ``name``, with whole numbers of people."""
    frame = pd.DataFrame(rows).T.rename_axis(name)
    return frame.astype({"people": int}) if len(frame) else frame


def ratio(part: float, whole: float) -> float:
    """A share; missing of nothing."""
    return part / whole if whole else np.nan


def f_score(precision: float, recall: float) -> float:
    """Harmonic mean of precision and recall."""
    return ratio(2 * precision * recall, precision + recall)


@dataclass(frozen=True)
class Costs:
    """What a pair of records costs that is merged wrongly, and one that is missed."""

    wrong_merge: float
    missed_merge: float

    def of(self, wrong: float, missed: float) -> float:
        """Cost of so many pairs."""
        return wrong * self.wrong_merge + missed * self.missed_merge


def ends_by_place(record_ids: pd.Series, pairs: pd.DataFrame) -> pd.DataFrame:
    """record_l, record_r as places among the records: numbers are found faster than ids at each threshold."""
    place = pd.Index(record_ids)
    return pd.DataFrame({c: place.get_indexer(pairs[c]) for c in ("record_l", "record_r")})


def people_by_place(record_ids: pd.Series, true: pd.Series) -> pd.Series:
    """Number of the true person of each record, by the record's place; missing where nobody knows."""
    codes = pd.Series(pd.factorize(true.reindex(record_ids))[0])
    return codes.where(codes >= 0)


CUTS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)


def by_threshold(
    record_ids: pd.Series, pairs: pd.DataFrame, costs: Costs, true: pd.Series | None = None
) -> pd.DataFrame:
    """People, and the pairs that are expected to be merged wrongly and to be missed, with their cost, for each threshold of CUTS;
    where the truth is known also scores and the true cost.

    The expectation takes the model at its word: a merged pair with probability p is wrong with 1 - p, one that is left apart is
    missed with p; a pair that is merged over others only, and was never likely enough to be kept, is taken as wrong.
    """
    rows = {}
    places, likely = pd.Series(range(len(record_ids))), pairs["probability"].to_numpy()
    ends = ends_by_place(record_ids, pairs)
    of = None if true is None else people_by_place(record_ids, true)
    for cut in CUTS:
        found = people(places, ends[likely >= cut])
        person = found.to_numpy()
        together, inside = person[ends["record_l"]] == person[ends["record_r"]], pairs_in(found)
        wrong, missed = inside - likely[together].sum(), likely[~together].sum()
        rows[cut] = {
            "people": found.nunique(),
            "wrong": wrong,
            "missed": missed,
            "expected cost": costs.of(wrong, missed),
        }
        if of is not None:
            score = scores(found, of)
            wrong, missed = score["pairs"] - score["right"], score["true pairs"] - score["right"]
            rows[cut] |= {
                "true cost": costs.of(wrong, missed),
                **score[["precision", "recall", "F", "B-cubed F"]],
            }
    return whole_people(rows, "threshold")


def whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """The table of `by_threshold` with pairs and money in whole numbers, as it is read."""
    whole = [c for c in ("wrong", "missed", "expected cost", "true cost") if c in table]
    return table.assign(**table[whole].round().astype(int)) if len(table) else table


@dataclass(frozen=True)
class Chosen:
    """The threshold that the expected cost chooses; case chosen, or with a truth best (it costs least), near (within a tenth of
    the least cost) or far; unknown where no threshold links anything.

    Attributes
    ----------
    threshold, people : chosen, and how many people it makes of the records; ``at`` is the threshold as it is read
    records : how many there are
    expected, cost : expected and true cost at it, in money
    best_at, least : threshold that the truth would choose, as it is read, and its cost
    extra : what the choice costs more than the best one
    """

    case: str
    threshold: float
    at: str
    people: int
    records: int
    expected: Estimate
    cost: Estimate
    best_at: str
    least: Estimate
    extra: Estimate


NEAR = 0.1


def choose(table: pd.DataFrame, records: int, currency: str) -> Chosen:
    """Take the threshold of the least expected cost, and see what the truth says of it."""
    if records == 0 or table["people"].eq(records).all():
        nothing = Estimate(unit=currency or "money")
        return Chosen("unknown", 1.0, "1", records, records, nothing, nothing, "", nothing, nothing)
    at = float(table["expected cost"].idxmin())
    unit, row = currency or "money", table.loc[at]
    known = "true cost" in table
    best = float(table["true cost"].idxmin()) if known else np.nan
    least = float(table["true cost"].min()) if known else np.nan
    cost = float(row["true cost"]) if known else np.nan
    verdict = "best" if cost == least else "near" if cost <= least * (1 + NEAR) else "far"
    case = verdict if known else "chosen"
    return Chosen(
        case=case,
        threshold=at,
        at=f"{at:g}",
        people=int(row["people"]),
        records=records,
        expected=Estimate(float(row["expected cost"]), unit=unit),
        cost=Estimate(cost, unit=unit),
        best_at=f"{best:g}",
        least=Estimate(least, unit=unit),
        extra=Estimate(cost - least, unit=unit),
    )


@dataclass(frozen=True)
class Counted:
    """How good a count of people the cheapest threshold makes; case high, low or right against the truth, or nearest if
    it is off and no other threshold counts better; where nobody knows it many, few or even, as the model expects more missed pairs, more wrong ones, or about as many; unknown where nothing
    is linked.

    Attributes
    ----------
    people, at : that it makes, and the threshold as it is read
    true : people behind the records in truth, missing where nobody knows
    off : how far the count is off, as a share of the truth
    nearest, nearest_at : people at the threshold whose count is nearest to the truth, and that threshold
    nearest_cost : what that one costs in truth
    wrong, missed : pairs that the model expects to be merged wrongly, and to be missed
    """

    case: str
    people: int
    at: str
    true: Estimate
    off: Estimate
    nearest: int
    nearest_at: str
    nearest_cost: Estimate
    wrong: int
    missed: int


CLOSE = 0.02  # of the people: a count that is no further off is called right


def counted(table: pd.DataFrame, choice: Chosen, true: pd.Series | None = None) -> Counted:
    """Compare the people of the cheapest threshold with the truth, or with what the model itself expects to be wrong.

    Parameters
    ----------
    table, choice : of `by_threshold` and `choose`
    true : person of each of the records
    """
    there = true.nunique() if true is not None else np.nan
    known = true is not None
    nearest = nearest_count(table["people"], there, choice.threshold) if known else choice.threshold
    wrong, missed = (table[c].get(choice.threshold, 0.0) for c in ("wrong", "missed"))
    off = choice.people / there - 1 if there else np.nan
    cost = float(table["true cost"].get(nearest, np.nan)) if known else np.nan
    return Counted(
        case=side(choice, off, missed - wrong, nearest),
        people=choice.people,
        at=choice.at,
        true=Estimate(float(there), unit="customers"),
        off=Estimate(off, unit="change"),
        nearest=int(table["people"].get(nearest, choice.people)),
        nearest_at=f"{nearest:g}",
        nearest_cost=Estimate(cost, unit=choice.expected.unit),
        wrong=round(wrong),
        missed=round(missed),
    )


def nearest_count(people: pd.Series, there: float, chosen: float) -> float:
    """The threshold whose people are nearest to those that are there; the chosen one if no other is nearer."""
    off = (people - there).abs()
    return chosen if off.get(chosen) == off.min() else float(off.idxmin())


def side(choice: Chosen, off: float, surplus: float, nearest: float) -> str:
    """Case of `Counted`: by the truth, or else by how many more pairs the model expects to be missed than merged wrongly."""
    if choice.case == "unknown":
        return "unknown"
    if np.isfinite(off):
        apart = "nearest" if nearest == choice.threshold else "high" if off > 0 else "low"
        return "right" if abs(off) <= CLOSE else apart
    return "even" if abs(surplus) <= CLOSE * choice.people else "many" if surplus > 0 else "few"


TIMES = 3.0  # of the least cost: what costs more is not drawn, or nothing else could be seen


def cost_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Costs by the threshold as it is read, those that can be drawn together."""
    costs = table[[c for c in ("expected cost", "true cost") if c in table]].astype(float)
    drawn = costs[costs["expected cost"] <= TIMES * costs["expected cost"].min()]
    return drawn.set_axis([f"{cut:g}" for cut in drawn.index])
