"""One customer in words."""

from dataclasses import replace

import numpy as np
import pandas as pd

from workbook.analytics.recommenders import first_look


def test_the_example_orders_again(split):
    """One of the people; nobody where nobody ordered again."""
    assert first_look.example(split) in set(split.people)
    assert first_look.example(replace(split, people=split.people[:0])) == ""


def test_purchases_in_words(split):
    """With name and category where they are known; else with the id, and without empty columns."""
    plain = first_look.in_words(split.upcoming, None, "Anna")
    assert plain["product"].tolist() == ["bag", "scarf"]
    assert plain.index.tolist() == ["2025-03-01", "2025-03-01"]
    products = pd.DataFrame(
        {"product_id": ["bag"], "name": ["big bag"], "category": ["bags"], "style": [None]}
    )
    told = first_look.in_words(split.upcoming, products, "Anna")
    assert told["product"].tolist() == ["big bag", "scarf"]
    assert list(told.columns) == ["product", "category"]


def test_names_with_the_style():
    """Else the name; where a shop has no names the id, with the category."""
    products = pd.DataFrame({"product_id": ["a", "b"], "name": ["coat", None], "style": ["sport", None]})
    assert first_look.named(products, pd.Index(["a", "b"])).tolist() == ["sport · coat", "b"]
    assert first_look.named(None, pd.Index(["a"])).tolist() == ["a"]
    assert first_look.named(products[["product_id", "name"]], pd.Index(["a"])).tolist() == ["coat"]
    grocer = pd.DataFrame({"product_id": ["a", "b"], "category": ["milk", None]})
    assert first_look.named(grocer, pd.Index(["a", "b"])).tolist() == ["milk · a", "b"]


def test_a_list_in_words_says_what_came(split):
    """Anna's next order has the bag, not the coat; who has no list gets an empty table."""
    items = np.array([[0, 1], [2, 1]])
    found = first_look.listed(split, items, None, "Anna")
    assert found["product"].tolist() == ["bag", "coat"]
    assert found["in the next order"].tolist() == ["yes", ""]
    assert first_look.listed(split, items, None, "Zoe").empty
