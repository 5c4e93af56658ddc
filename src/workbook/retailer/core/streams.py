"""Random streams by name, so that a new part of the world leaves the others unchanged to the bit."""

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SIZE = 50_000  # customers of a whole block
STRIDE = 2_000_000  # ids kept for each table of a block
Part = tuple[
    dict[str, pd.DataFrame], dict[str, pd.DataFrame]
]  # what a part of the world makes: tables, and truth


def stream(seed: int, key: str, block: int = 0) -> np.random.Generator:
    """Return the generator of the part called ``key``: the same for the same seed, whoever else draws."""
    name = zlib.crc32(key.encode())
    return np.random.default_rng([seed, name, block] if block else [seed, name])


@dataclass(frozen=True)
class Block:
    """Some of a world's customers, made without looking at the others: a large world is made block by block.

    Attributes
    ----------
    seed : of the world
    number : of the block, from 0
    customers : in this block
    """

    seed: int
    number: int
    customers: int

    def rng(self, key: str) -> np.random.Generator:
        """Return this block's generator for the part called ``key``."""
        return stream(self.seed, key, self.number)

    def ids(self, letter: str, n: int, width: int = 6) -> pd.Series:
        """Ids for ``n`` rows of a table, which no other block uses."""
        return numbered(letter, n, width, first=self.number * STRIDE + 1)

    def customer_ids(self) -> pd.Series:
        """Ids of the block's customers: C000001 and on."""
        return numbered("C", self.customers, 6, first=self.number * SIZE + 1)


def draw_rows(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one column for each row, by the weights of that row."""
    return pick_rows(weights, rng.random(len(weights)))


def pick_rows(weights: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The column of each row in whose part of the row's weights, laid end to end from 0 to 1, a number lies."""
    total = np.cumsum(weights, axis=1)
    return (at[:, None] * total[:, -1:] >= total[:, :-1]).sum(axis=1)


def numbered(letter: str, n: int, width: int, first: int = 1) -> pd.Series:
    """Ids ``first`` and on with a letter before and zeros in front."""
    digits = pc.utf8_lpad(pa.array(np.arange(first, first + n)).cast(pa.string()), width, "0")
    return pd.Series(pc.binary_join_element_wise(letter, digits, ""), dtype="str")
