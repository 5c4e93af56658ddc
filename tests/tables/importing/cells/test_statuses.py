"""The status of an order, in the words of several languages and systems."""

import tomllib
from importlib import resources

import pandas as pd
import pytest

from workbook.tables.importing.cells.statuses import bare_letters, read_statuses, says_cancelled


@pytest.mark.parametrize(
    ("texts", "meaning"),
    [
        (
            [
                "paid",
                "Completed",
                "wc-processing",
                "Shipped - Delivered to Buyer",
                "已发货",
            ],
            "purchase",
        ),
        (["teilweise storniert", "部分取消"], "purchase"),
        (["partially_refunded", "Partially refunded (EUR 5)", "部分退款"], "partly refunded"),
        (
            [
                "cancelled",
                "CANCELED",
                "Canceled by customer",
                "storniert",
                "annulée",
                "交易关闭",
                "キャンセル済み",
            ],
            "cancelled",
        ),
        (["pending", "on-hold", "checkout-draft", "Awaiting payment", "待付款", "impayé"], "unpaid"),
        (["failed", "Declined", "支付失败"], "failed"),
        (["refunded", "Fully refunded", "Shipped - Returned to Seller", "退款成功"], "refunded"),
        (["", "  "], ""),
        (["Bavaria", "17", "closed"], "unknown"),
    ],
)
def test_statuses(texts: list[str], meaning: str) -> None:
    """A word is known whatever its case, accents and signs; a part of a word decides only where the whole isn't known."""
    assert read_statuses(pd.Series(texts, dtype="str")).tolist() == [meaning] * len(texts)


def test_each_word_means_one_thing() -> None:
    """A word is written as it is compared, and listed once."""
    source = (resources.files("workbook.tables.importing.cells") / "statuses.toml").read_text("utf-8")
    known = tomllib.loads(source)
    parts = " ".join(some["words"] for some in known["parts"])
    for every in (" ".join(known["words"].values()).split(), parts.split()):
        assert len(every) == len(set(every))
        assert [word for word in every if bare_letters(word) != word] == []
    assert {some["means"] for some in known["parts"]} < set(known["words"])


def test_cancelled() -> None:
    """A time, a yes or a reason cancels an order; nothing, a no and a dash don't."""
    texts = pd.Series(
        ["2025-01-05 10:00", "yes", "TRUE", "customer", "已取消", "", "no", "False", "0", "-", "否"],
        dtype="str",
    )
    assert says_cancelled(texts).tolist() == [True] * 5 + [False] * 6
