"""Importing known files: the numbers that others published about them come out to the row."""

import importlib.util
import json
from pathlib import Path

import pandas as pd
import pytest

from workbook.analytics.segments import rfm_tiers
from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files
from workbook.tables.importing.describing import describe
from workbook.tables.summary import customer_summary

TODAY = pd.Timestamp("2026-01-01")
ONLINE_RETAIL = Path(__file__).parents[3].parent / "shared" / "real-data" / "online_retail.parquet"


def cdnow(name: str) -> Path:
    """Find a file of lifetimes without importing it, which warns."""
    spec = importlib.util.find_spec("lifetimes")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "datasets" / f"{name}.txt"


@pytest.mark.slow
@pytest.mark.skipif(not ONLINE_RETAIL.exists(), reason="needs ../shared/real-data")
def test_online_retail(tmp_path) -> None:
    """UCI Online Retail imports to the row: what was taken back is a return, each other row is rejected with its reasons."""
    data = import_files(
        ImportRequest([ONLINE_RETAIL], tmp_path / "shop", mapping="online_retail", today=TODAY)
    )
    account = data.facts["imports"]["orders"]
    assert account["rows"] == {"read": 541_909, "kept": 397_884, "returns": 8_817, "rejected": 135_208}
    assert (len(data.order_lines), len(data.orders), len(data.customers)) == (397_884, 18_532, 4_338)
    assert data.orders["amount"].sum() == pytest.approx(8_911_407.904, abs=1e-6)
    assert account["duplicates"]["read"] == 5_268
    assert account["reasons"] == {
        "no customer": 135_080,
        "unit price of zero or below": 2_515,
        "a return by a customer without a purchase here": 88,
    }
    assert (data.currency, f"{data.start:%Y-%m-%d}", f"{data.end:%Y-%m-%d}") == (
        "GBP",
        "2010-12-01",
        "2011-12-09",
    )
    assert "18,532 orders of 4,338 customers, 2010-12-01 to 2011-12-09, 8,911,407.90 GBP" in describe(account)

    rejected = pd.read_csv(tmp_path / "shop" / "rejected.csv", dtype="str", keep_default_na=False)
    raw = pd.read_parquet(ONLINE_RETAIL)
    assert (len(rejected), rejected["row"].is_unique) == (135_208, True)
    came = raw.iloc[rejected["row"].astype(int) - 1].reset_index(drop=True)
    strangers = came["CustomerID"].notna() & (came["Quantity"] < 0)
    assert (strangers.sum(), came.loc[strangers, "CustomerID"].nunique()) == (88, 33)
    for reason, holds in {
        "no customer": came["CustomerID"].isna(),
        "a return by a customer without a purchase here": strangers,
        "unit price of zero or below": (came["UnitPrice"] == 0) & (came["Quantity"] != 0),
    }.items():
        assert (rejected["reasons"].str.split("; ").map(lambda r, x=reason: x in r) == holds).all(), reason
    assert (rejected["StockCode"] == came["StockCode"]).all()
    assert load_folder(tmp_path / "shop").fingerprint == data.fingerprint


@pytest.mark.slow
@pytest.mark.skipif(not ONLINE_RETAIL.exists(), reason="needs ../shared/real-data")
def test_online_retail_net_of_returns(tmp_path) -> None:
    """Who sent everything back is not among the best customers: the best-known mistake on this data."""
    data = import_files(
        ImportRequest([ONLINE_RETAIL], tmp_path / "shop", mapping="online_retail", today=TODAY)
    )
    summary = customer_summary(data.orders, data.end, returns=data.returns)
    assert (len(summary), round(summary["total_spend"].sum(), 2)) == (4_338, 8_310_477.05)
    assert summary["total_spend"].loc[["12346", "16446"]].round(2).tolist() == [0.0, 2.9]
    said = data.facts["imports"]["orders"]["conflicts"]
    assert said["orders that came back whole, no purchases for recency and frequency"] == 157
    kept = rfm_tiers.kept_summary(data.orders, data.end, data.returns, data.order_lines)
    assert (len(kept), "12346" in kept.index, kept.loc["16446", "purchases"]) == (4_327, False, 1)


@pytest.mark.slow
def test_cdnow_master(tmp_path) -> None:
    """CDNOW's master file: zero amounts kept, duplicates counted, one order per customer and day."""
    data = import_files(
        ImportRequest([cdnow("CDNOW_master")], tmp_path / "shop", mapping="cdnow", today=TODAY)
    )
    account = json.loads(json.dumps(data.facts["imports"]["orders"]))
    assert account["rows"] == {"read": 69_659, "kept": 69_659, "returns": 0, "rejected": 0}
    assert (len(data.order_lines), len(data.orders), len(data.customers)) == (69_659, 67_591, 23_570)
    assert round(data.orders["amount"].sum(), 2) == 2_500_315.63
    assert account["duplicates"] == {"read": 255, "kept": 255}
    assert (data.order_lines["amount"] == 0).sum() == 80
    assert data.lacks("products", "order_lines.quantity") == ["products"]


def test_cdnow_sample(tmp_path) -> None:
    """The same mapping reads the 1/10 sample, which has no header line and one more id."""
    data = import_files(
        ImportRequest([cdnow("CDNOW_sample")], tmp_path / "shop", mapping="cdnow", today=TODAY)
    )
    assert (len(data.customers), len(data.order_lines)) == (2_357, 6_919)
    assert data.customers["customer_id"].str.len().eq(5).all()  # the master's ids
    assert data.facts["imports"]["orders"]["files"][0]["header"] == "none"
