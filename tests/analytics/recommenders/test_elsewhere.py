"""Real shops beside the one at hand."""

import pandas as pd
import pytest

from workbook.analytics.recommenders import elsewhere, ways


def test_what_an_order_repeats(split):
    """Anna's next order has the bag, which she had bought, and a scarf; Ben's has shoes, which he had not."""
    assert elsewhere.repeated(split) == pytest.approx((1 / 2 + 0) / 2)


def test_shops_side_by_side(split):
    """Each way in its order here; what was not measured elsewhere is missing there."""
    recall = pd.DataFrame({"hybrid": [0.2, 0.4], "dice": [0.0, 0.1]}, split.people)
    found = elsewhere.beside(split, recall)
    assert found.index.tolist() == ["hybrid", "dice", elsewhere.EVERYTHING]
    assert found["this shop"].tolist() == pytest.approx([0.3, 0.05, 0.25])
    assert found.loc["hybrid", "gifts"] == 0.153
    assert found.loc["dice", ["gifts", "groceries"]].isna().all()


def test_real_shops_have_every_way_of_the_code(split):
    """A way that is added asks for the two to be measured; the grocer has no words to read."""
    texts = pd.Series({"bag": "red", "coat": "wool", "shoes": "red wool"}).rename_axis("product_id")
    scores = ways.ways(split, texts)
    assert set(elsewhere.FOUND.index) == {*scores, elsewhere.EVERYTHING}
    assert elsewhere.FOUND["groceries"].isna().sum() == 1
    assert elsewhere.FOUND.drop(elsewhere.EVERYTHING).idxmax().eq(ways.BEFORE).all()
