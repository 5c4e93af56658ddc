"""Logs of products as web shops write them: what was looked at, and what was recommended."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2025-06-30")


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text, whose table nobody names."""
    monkeypatch.chdir(tmp_path)

    def bring(text):
        Path("log.csv").write_text(text, encoding="utf-8")
        import_files(ImportRequest([Path("log.csv")], Path("mine"), today=TODAY, replace=True))
        return load_folder(Path("mine")).tables

    return bring


@pytest.mark.parametrize(
    "header",
    [
        "session_id,product_id",
        "Session,SKU",
        "ga_session_id,item_id",
        "visit_id,Viewed Product",
        "会话id,商品id",
    ],
)
def test_views_by_any_name(bring, header):
    """Whatever session and product are called, the file is a log of views; a product looked at twice counts once."""
    views = bring(f"{header}\nW1,P1\nW1,P1\nW2,P1\n")["item_views"]
    assert views.to_numpy().tolist() == [["W1", "P1"], ["W2", "P1"]]


@pytest.mark.parametrize(
    "header",
    [
        "session_id,product_id,policy,propensity,clicked,bought",
        "Session,Recommended Item,Algorithm,Probability,Is Clicked,Purchased",
        "visit_id,sku,strategy,pscore,click,converted",
        "会话id,推荐商品,推荐策略,展示概率,是否点击,是否购买",
    ],
)
def test_recommendations_by_any_name(bring, header):
    """Session, product, policy, chance and what came of it are found by their names."""
    shown = bring(f"{header}\nW1,P1,random,0.25,1,0\nW2,P2,popular,0.5,0,1\n")["recommendations"]
    assert shown["product_id"].tolist() == ["P1", "P2"]
    assert shown["policy"].tolist() == ["random", "popular"]
    assert shown["propensity"].tolist() == [0.25, 0.5]
    assert shown["clicked"].tolist() == [True, False]
    assert shown["bought"].tolist() == [False, True]


def test_a_chance_that_is_none_costs_its_row(bring):
    """A product is not shown with a chance of 0 or above 1: such a row can't be weighted."""
    shown = bring("session_id,product_id,propensity,clicked\nW1,P1,0,1\nW2,P1,1.5,0\nW3,P1,0.1,1\n")
    assert shown["recommendations"]["session_id"].tolist() == ["W3"]


def test_an_order_with_its_session_is_an_order(bring):
    """A session beside order, customer and time makes no log of views of a list of orders."""
    tables = bring(
        "order_id,customer_id,order_date,session_id,sku,quantity,unit_price\nO1,C1,2025-03-01,W1,P1,1,9.90\n"
    )
    assert "item_views" not in tables
    assert tables["orders"]["order_id"].tolist() == ["O1"]
