"""What stands for pictures, and vectors of two languages, by hand; the encoder itself is in test_deep.py."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from workbook.analytics.recommenders.deep import sentences

PRODUCTS = pd.DataFrame(
    {
        "product_id": ["a", "b", "c"],
        "category": ["coat", "coat", "bag"],
        "style": ["sport", "classic", "classic"],
        "colours": ["red|blue", "red", "green"],
    }
)


def test_looks_are_alike_by_category_style_and_colours():
    """Two coats share a third for the category, and the root of a half of a third for one of two colours; nothing else."""
    rows = sentences.looks(PRODUCTS).toarray()
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1])
    assert rows[0] @ rows[1] == pytest.approx((1 + np.sqrt(0.5)) / 3)
    assert rows[1] @ rows[2] == pytest.approx(1 / 3)
    assert rows[0] @ rows[2] == pytest.approx(0)


def test_looks_of_a_shop_that_says_little():
    """A column that isn't there, or a product without a category, is no error and like nothing."""
    some = PRODUCTS.drop(columns=["style", "colours"]).assign(category=["coat", None, "coat"])
    rows = sentences.looks(some).toarray()
    assert rows @ rows.T == pytest.approx(np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]]))
    assert sentences.looks(PRODUCTS[["product_id"]]).toarray().tolist() == [[0], [0], [0]]


def test_how_often_the_nearest_is_the_same():
    """The first finds itself, the second the first, which is of its category; the third finds the second, of its style."""
    one = csr_array(np.array([[1.0, 0, 0], [1, 0, 0], [0, 1, 0]]))
    other = csr_array(np.eye(3))
    found = sentences.across_languages(PRODUCTS, one, other)
    assert found.to_dict() == pytest.approx({"product": 1 / 3, "category": 2 / 3, "style": 2 / 3})


def test_some_products_can_be_described_in_another_language():
    """Their rows are exchanged, the others stay."""
    one, other = csr_array(np.eye(2)), csr_array(2 * np.eye(2))
    assert sentences.replaced(one, other, pd.Series([False, True])).toarray().tolist() == [[1, 0], [0, 2]]
