"""Fellegi and Sunter's linkage (1969, doi 10.1080/01621459.1969.10501049), by Splink behind this one module.

Each field on which two records agree counts for a match by log2 of m / u: how often records of one person agree on it, over
how often those of two people do. Splink learns both from the records themselves, without an answer that is known.
"""

import contextlib
import io
import logging
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

BLOCKS = (
    "phone",
    "email",
    "name",
    "birth_date",
)  # pairs that agree on one of these are compared, others are not
RECALL = 0.6  # a first guess of how many true pairs agree on phone or e-mail exactly; where training begins
PAIRS = 1_000_000  # drawn at random for u
LEAST = 0.01  # pairs that are less likely one person aren't kept
LARGE = 2_000  # a block of more records than this says too little to compare all of its pairs


@dataclass(frozen=True, eq=False)
class Linkage:
    """What the model learnt, and how likely each pair of records is one person.

    Attributes
    ----------
    pairs : record_l, record_r, probability; those that were compared and are not out of the question
    weights : index field, agreement; m, u (shares) and bits (log2 of m / u)
    prior : chance that two records drawn at random are one person's
    """

    pairs: pd.DataFrame
    weights: pd.DataFrame
    prior: float


@contextlib.contextmanager
def silence() -> Any:
    """Let Splink and DuckDB say nothing, on any channel."""
    loud = logging.getLogger("splink")
    level = loud.level
    loud.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        loud.setLevel(level)


def comparisons() -> dict[str, Any]:
    """How each field is compared: equal, alike (a slip of the fingers), or different."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    swapped = '"birthday_l" = substr("birthday_r", 4, 2) || \'-\' || substr("birthday_r", 1, 2)'
    birth = cl.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            cll.NullLevel("birthday"),
            cll.ExactMatchLevel("birth_date"),
            cll.CustomLevel(f'"birthday_l" = "birthday_r" or {swapped}', label_for_charts="same day"),
            cll.ElseLevel(),
        ],
    )
    return {
        "phone": cl.LevenshteinAtThresholds("phone", 1),
        "email": cl.LevenshteinAtThresholds("email", 2),
        "name": cl.JaroWinklerAtThresholds("name", [0.92]).configure(term_frequency_adjustments=True),
        "birth": birth,
        "city": cl.ExactMatch("city"),
        "gender": cl.ExactMatch("gender"),
    }


def link(records: pd.DataFrame, seed: int = 1) -> Linkage:
    """Train on the records and compare all pairs that agree on one of BLOCKS.

    Parameters
    ----------
    records : as `normalising.normalised` makes them
    seed : of the pairs that are drawn

    Returns
    -------
    Linkage
        Without pairs where fewer than two of the blocks have a value in two records.
    """
    blocks = [b for b in BLOCKS if usable(records[b])]
    if len(blocks) < 2:
        return Linkage(no_pairs(), indexed([]), np.nan)
    with silence():
        return trained(without_crowds(records, blocks), blocks, seed)


def usable(values: pd.Series) -> bool:
    """Whether at least two records share a value, so that there is a pair to compare."""
    return bool(values.dropna().duplicated().any())


def no_pairs() -> pd.DataFrame:
    """An empty table of pairs."""
    return pd.DataFrame(
        {"record_l": pd.Series(dtype="str"), "record_r": pd.Series(dtype="str"), "probability": []}
    )


def without_crowds(records: pd.DataFrame, blocks: list[str]) -> pd.DataFrame:
    """The records without values that more than LARGE of them share: a placeholder tells nobody."""
    crowded = {b: records[b].map(records[b].value_counts()) > LARGE for b in blocks}
    return records.assign(**{b: records[b].mask(crowd) for b, crowd in crowded.items() if crowd.any()})


def trained(records: pd.DataFrame, blocks: list[str], seed: int) -> Linkage:
    """Learn m and u, and judge the pairs."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    compared = comparisons()
    fields = [f for f in compared if records["birthday" if f == "birth" else f].notna().any()]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        blocking_rules_to_generate_predictions=[block_on(b) for b in blocks],
        comparisons=[compared[f] for f in fields],
        retain_intermediate_calculation_columns=False,
    )
    rows = records.drop(columns="source").sort_values("record_id").astype(object)
    quiet = duckdb.connect(config={"threads": 1})  # several would add up in another order each time
    quiet.execute("SET enable_progress_bar = false")  # a slow machine would show it in the notebook
    tables = DuckDBAPI(quiet).register(rows.where(rows.notna(), None))
    linker = Linker(tables, settings, log_level=None)
    learn = linker.training
    learn.estimate_probability_two_random_records_match([block_on(b) for b in blocks[:2]], recall=RECALL)
    learn.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=seed, num_chunks=1)
    for block in blocks[:2]:
        learn.estimate_parameters_using_expectation_maximisation(block_on(block))
    found = linker.inference.predict(threshold_match_probability=LEAST).as_pandas_dataframe()
    model = linker.misc.save_model_to_json()
    return Linkage(tidy(found), weights(model), float(model["probability_two_random_records_match"]))


def tidy(found: pd.DataFrame) -> pd.DataFrame:
    """Pairs in one order, whichever way they were computed."""
    pairs = found[["record_id_l", "record_id_r", "match_probability"]]
    pairs.columns = ["record_l", "record_r", "probability"]
    return pairs.sort_values(["record_l", "record_r"], ignore_index=True).astype(
        {"record_l": "str", "record_r": "str"}
    )


def weights(model: dict[str, Any]) -> pd.DataFrame:
    """m, u and bits of each agreement that the model knows; the level of missing values says nothing and is left out."""
    rows = [
        (
            comparison["output_column_name"],
            level["label_for_charts"],
            level["m_probability"],
            level["u_probability"],
        )
        for comparison in model["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level") and "m_probability" in level and "u_probability" in level
    ]
    return indexed(rows)


def indexed(rows: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    """Rows of field, Splink's name of the agreement, m and u, as the table of weights."""
    frame = pd.DataFrame(rows, columns=["field", "agreement", "m", "u"]).astype(
        {"agreement": "str", "m": float, "u": float}
    )
    frame["agreement"] = np.select(
        [frame["agreement"].str.startswith("Exact"), frame["agreement"].str.contains("other", case=False)],
        ["equal", "different"],
        "alike",
    )
    return frame.assign(bits=np.log2(frame["m"] / frame["u"])).set_index(["field", "agreement"])


def named(bits: pd.Series) -> pd.Series:
    """Bits of each field and agreement, the strongest evidence first, index such as ``email: equal``."""
    ordered = bits.sort_values(ascending=False)
    return ordered.set_axis([f"{field}: {agreement}" for field, agreement in ordered.index]).rename("bits")


PAIRS_OF_RECORDS = {
    "any two records": (),
    "same phone": (("phone", "equal"),),
    "same phone, another name": (("phone", "equal"), ("name", "different")),
    "same phone and name": (("phone", "equal"), ("name", "equal")),
    "same name": (("name", "equal"),),
    "same name and birth date": (("name", "equal"), ("birth", "equal")),
}


def added_up(linkage: Linkage) -> pd.DataFrame:
    """From the chance of any two records to the probability of a pair: bits are added to those of the prior odds.

    Returns
    -------
    pandas.DataFrame
        Index pair; evidence and sum (bits), probability. A pair whose weights the model doesn't know is left out.
    """
    start, known = np.log2(linkage.prior / (1 - linkage.prior)), linkage.weights["bits"].dropna()
    evidence = {
        pair: sum(known[level] for level in agreed)
        for pair, agreed in PAIRS_OF_RECORDS.items()
        if np.isfinite(start) and all(level in known.index for level in agreed)
    }
    found = pd.DataFrame({"evidence": pd.Series(evidence, dtype=float)}).rename_axis("pair")
    return found.assign(sum=start + found["evidence"], probability=lambda f: 1 / (1 + 2.0 ** -f["sum"]))
