"""Recurrent networks that read purchases one after the other and say what comes next, by the library torch.

A product is a row of numbers that is learned; a gated unit reads these rows in the order of the purchases; the product
comes next whose row fits best what was read (Hidasi et al. 2016, arXiv 1511.06939; rows for both sides: Press & Wolf
2017, doi 10.18653/v1/E17-2025). The unit is a GRU (Cho et al. 2014, doi 10.3115/v1/D14-1179) or an LSTM (Hochreiter &
Schmidhuber 1997, doi 10.1162/neco.1997.9.8.1735).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import numpy as np

from workbook.analytics.recommenders.deep.sequences import FIRST, Sequences, sequences
from workbook.analytics.recommenders.histories import Split
from workbook.analytics.recommenders.rankers import else_popular
from workbook.tables.extras import require

KINDS = ("GRU", "LSTM")
WIDTH, FORGOTTEN = 64, 0.3  # numbers of a product; share of them that is left out at random while learning
STEP, DECAY, BATCH = 0.008, 1e-5, 128  # of Adam (Kingma & Ba 2015, arXiv 1412.6980); customers at a time


def rounds(kind: str, split: Split, seed: int = 0) -> Iterator[np.ndarray]:
    """Scores of a network after each round of learning, without end, (people, products).

    The same seed gives the same scores: one thread, algorithms that repeat, and random numbers of its own.

    Parameters
    ----------
    kind : one of `KINDS`
    split : of which it reads what was bought before the cut, and nothing else

    Raises
    ------
    DataError
        if the extra `deep` isn't installed.
    """
    require("deep", "A network")
    import torch

    data = sequences(split)
    with repeatable(seed):
        net = network(kind, data.products)
    adam = torch.optim.Adam(net.parameters(), STEP, weight_decay=DECAY)
    for number in count(1):
        with repeatable(seed + number):
            learn(net, adam, data)
            scores = chances(net, data, split.rows)
        yield else_popular(scores, split)


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Let torch find the same each time, and leave its settings and random numbers as they were."""
    import torch

    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            torch.use_deterministic_algorithms(strict)


def network(kind: str, products: int) -> Any:
    """A network that has learned nothing yet."""
    from torch import nn

    unit = {"GRU": nn.GRU, "LSTM": nn.LSTM}[kind]
    rows = nn.Embedding(FIRST + products, WIDTH)
    nn.init.normal_(rows.weight, std=0.1)
    level = nn.Embedding(FIRST + products, 1)
    nn.init.zeros_(level.weight)
    parts = {"rows": rows, "unit": unit(WIDTH, WIDTH, batch_first=True), "level": level}
    return nn.ModuleDict(parts | {"some": nn.Dropout(FORGOTTEN)})


def memory(net: Any, read: np.ndarray) -> Any:
    """What the unit remembers after each line, (customers, lines, `WIDTH`); what comes later changes nothing of it."""
    import torch

    return net["unit"](net["some"](net["rows"](torch.from_numpy(read))))[0]


def fits(net: Any, remembered: Any) -> Any:
    """How well each product fits to what is remembered, (…, products)."""
    return net["some"](remembered) @ net["rows"].weight[FIRST:].T + net["level"].weight[FIRST:, 0]


def learn(net: Any, adam: Any, data: Sequences) -> None:
    """Go once through all customers, in random order, and guess each line from those before it."""
    import torch

    net.train()
    groups = data.batches(torch.randperm(len(data.read)).numpy(), BATCH)
    for number in torch.randperm(len(groups)).tolist():
        read = data.trimmed(groups[number])
        came = torch.from_numpy(read[:, 1:] - FIRST)
        asked = came >= 0
        if asked.any():
            guessed = fits(net, memory(net, read[:, :-1])[asked])
            loss = torch.nn.functional.cross_entropy(guessed, came[asked])
            adam.zero_grad()
            loss.backward()
            adam.step()


def chances(net: Any, data: Sequences, some: np.ndarray) -> np.ndarray:
    """Chance of each product to come next for some customers, (customers, products)."""
    import torch

    net.eval()
    found = np.zeros((len(some), data.products))
    with torch.no_grad():
        for begin in range(0, len(some), BATCH):
            group = some[begin : begin + BATCH]
            last = memory(net, data.trimmed(group))[np.arange(len(group)), data.lines[group] - 1]
            found[begin : begin + BATCH] = fits(net, last).softmax(dim=1).numpy()
    return found
