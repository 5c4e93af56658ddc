"""What comes first: the worst leak or those who sleep, by what each would add."""

import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.funnel import first_step as part
from workbook.analytics.funnel.steps import Worst
from workbook.tables.dataset import Dataset

END = pd.Timestamp("2025-12-31")


def leak(low: float, high: float, case: str = "same") -> Worst:
    """A leak whose repair is worth so much."""
    return Worst(case, "web", "view to cart", worth=Estimate((low + high) / 2, low, high, "CNY"))


def writing(low: float, high: float) -> Estimate:
    """What writing to all of the sleeping would add, in money."""
    return Estimate((low + high) / 2, low, high, "CNY")


@pytest.mark.parametrize(
    ("found", "added", "case"),
    [
        (leak(50, 80), writing(-20, 40), "repair"),
        (leak(50, 80), writing(90, 120), "write"),
        (leak(50, 80), writing(-20, 60), "open"),
        (leak(50, 80), Estimate(), "repair_only"),
        (leak(50, 80, "other"), Estimate(3.0), "repair_only"),
        (leak(-5, 80, "unclear"), writing(5, 10), "write_only"),
        (Worst("none"), writing(-5, 10), "untested"),
        (Worst("none"), Estimate(), "untested"),
    ],
)
def test_what_each_adds_decides(found, added, case):
    """One comes first where its interval lies wholly above the other's; an effect that nobody tested is no reason."""
    assert part.weighed(found, added) == case


def orders(*rows: tuple[str, str]) -> pd.DataFrame:
    """Orders of 100 each."""
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    return table.assign(
        order_id=table.index.astype(str), ordered_at=pd.to_datetime(table["ordered_at"]), amount=100.0
    )


def test_orders_alone_name_no_first_step():
    """Without a log and without a holdout the sleeping are counted, and what writing adds is not known."""
    shop = Dataset("mine", {"orders": orders(("a", "2025-05-01"), ("b", "2025-12-01"))}, END, END)
    found = part.first_step(shop, 50.0)
    assert (found.case, found.sleeping.value) == ("untested", 1)
    assert found.table.index.tolist() == ["write once to each of 1 who sleep"]
    assert found.table["orders"].isna().all()


def test_the_bundled_shop_repairs_first(lanyu):
    """Both sides are those of their sections, in orders and in money, with their truth; a part of the gap outweighs writing."""
    found = part.first_step(lanyu, 100.0)
    assert found.case == "repair"
    assert found.leak.worth.value == pytest.approx(100 * found.leak.orders.value)
    assert found.writing.high == pytest.approx(100 * found.each.high * found.sleeping.value)
    assert found.part.value == pytest.approx(found.writing.high / found.leak.worth.low)
    assert found.table["true"].tolist() == pytest.approx(
        [found.true_leak, found.true_each * found.sleeping.value]
    )
    assert found.table["low"].iloc[0] > found.table["high"].iloc[1]
