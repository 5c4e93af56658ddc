"""Points followed from the month in which they were given to their end, by hand."""

import pandas as pd
import pytest

from workbook.analytics.loyalty import points_redeemed
from workbook.retailer.core.world import make_world
from workbook.retailer.loyalty.loyalty import make_loyalty
from workbook.retailer.sales.sales import make_sales, sales_tables

MONTH = {"2024-01": 648, "2024-02": 649, "2024-03": 650, "2025-01": 660}


def ledger(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Entries of a ledger."""
    frame = pd.DataFrame(rows, columns=["customer_id", "posted_at", "kind", "points"])
    return frame.astype({"posted_at": "datetime64[ns]", "points": "int64"})


def test_the_oldest_points_go_first_by_hand():
    """500 are redeemed of 300 of January and 400 of February: all of January's, 200 of February's; b's are b's own."""
    points = ledger(
        ("a", "2024-01-05", "earn", 300), ("a", "2024-02-05", "earn", 400), ("a", "2024-03-01", "redeem", -500),
        ("a", "2024-03-02", "take back", -50), ("b", "2024-01-07", "earn", 90), ("b", "2025-01-31", "expire", -90),
    )  # fmt: skip
    assert points_redeemed.fates(points).to_numpy().tolist() == [
        [MONTH["2024-01"], MONTH["2024-03"], "redeem", 300],
        [MONTH["2024-01"], MONTH["2025-01"], "expire", 90],
        [MONTH["2024-02"], MONTH["2024-03"], "redeem", 200],
        [MONTH["2024-02"], MONTH["2024-03"], "take back", 50],
    ]


def test_what_is_overdrawn_is_charged_to_the_next_points():
    """500 redeemed of 300 take 200 of the 250 that come a month later; who never gets any more leaves the rest unpaid."""
    rows = [
        ("a", "2024-01-05", "earn", 300),
        ("a", "2024-01-06", "redeem", -500),
        ("a", "2024-02-01", "earn", 250),
    ]
    found = points_redeemed.fates(ledger(*rows))
    assert found["points"].tolist() == [300, 200]
    assert found["given"].tolist() == [MONTH["2024-01"], MONTH["2024-02"]]
    assert points_redeemed.fates(ledger(*rows[:2]))["points"].tolist() == [300]


def test_no_entries_no_fate():
    """A programme without a ledger has nothing to follow, and no share."""
    assert points_redeemed.fates(ledger()).empty
    assert not points_redeemed.redeemed_share(ledger(), pd.Timestamp("2024-12-31")).known


def programme(months: int, start: str = "2023-01-10") -> pd.DataFrame:
    """Each month 100 points to somebody new: 20 are redeemed in it, 30 half a year later, 50 expire after a year."""
    rows = []
    for number, day in enumerate(pd.date_range(start, periods=months, freq=pd.DateOffset(months=1))):
        who = f"c{number}"
        rows += [(who, day, "earn", 100), (who, day + pd.Timedelta(hours=1), "redeem", -20)]
        rows += [
            (who, day + pd.DateOffset(months=6), "redeem", -30),
            (who, day + pd.DateOffset(months=12), "expire", -50),
        ]
    return ledger(*rows)


def test_the_triangle_by_hand():
    """After 24 months there are eight quarters of 300 points: 60 redeemed at once, 150 from the second quarter after on."""
    end = pd.Timestamp("2024-12-31")
    points = programme(24)
    triangle, given = points_redeemed.redeemed_by_age(points[points["posted_at"] <= end], end)
    assert triangle.shape == (8, 5)
    assert triangle.iloc[0].tolist() == [60, 60, 150, 150, 150]
    assert triangle.iloc[-1].tolist()[0] == 60
    assert triangle.notna().sum(axis=1).tolist() == [5, 5, 5, 5, 4, 3, 2, 1]
    assert given.tolist() == [300] * 8
    assert triangle.index[0] == pd.Timestamp("2023-01-01")


@pytest.mark.parametrize("day", ["2024-12-31", "2025-01-30", "2024-12-31 00:00"])
def test_the_share_is_that_of_the_whole_life(day):
    """Where each month goes like the one before the share is exactly .5, while closed points alone would say more."""
    end = pd.Timestamp(day)
    points = programme(24)
    points = points[points["posted_at"] < end.normalize() + pd.Timedelta(days=1)]
    found = points_redeemed.redeemed_share(points, end)
    assert found.value == pytest.approx(0.5)
    assert found.high - found.low < 1e-6
    assert found.n == 12
    sums = points.groupby("kind")["points"].sum()
    assert sums["redeem"] / (sums["redeem"] + sums["expire"]) > 0.55


def test_before_points_have_expired_nobody_knows():
    """A programme of ten months, or one whose points never expire, has no share that could be stated."""
    early = programme(10)
    end = pd.Timestamp("2023-10-31")
    assert not points_redeemed.redeemed_share(early[early["posted_at"] <= end], end).known
    forever = programme(24).query("kind != 'expire'")
    assert not points_redeemed.redeemed_share(forever, pd.Timestamp("2024-12-31")).known


@pytest.mark.slow
def test_lanyus_ledger_has_the_fate_that_its_truth_says():
    """What has happened by the end to points that were all mature then is what the truth says of them, to the point."""
    world = make_world(600, 24, 3)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    tables = sales_tables(sales, world.season, world.goods, block) | {"products": world.goods.products}
    made, truth = make_loyalty(sales, tables, world.timeline, block)
    found = points_redeemed.fates(made["points"])
    mature = found[found["given"] < MONTH["2025-01"]].groupby("kind")["points"].sum()
    fate = truth["points_fate"]
    assert (fate["given"] == fate[["redeemed", "taken_back", "expired"]].sum(axis=1)).all()
    sums = fate[fate["month"] < "2025-01-01"].sum(numeric_only=True)
    assert mature.to_dict() == {
        "redeem": sums["redeemed"],
        "take back": sums["taken_back"],
        "expire": sums["expired"],
    }


def test_points_used_or_expired_by_hand():
    """Of 60 redeemed and 40 expired 60 % were redeemed; what was taken back is neither; before any has expired nobody knows."""
    rows = [
        ("a", "2024-01-05", "earn", 150),
        ("a", "2024-02-01", "redeem", -60),
        ("a", "2024-03-01", "take back", -50),
    ]
    expired = ("a", "2025-01-31", "expire", -40)
    assert points_redeemed.used_or_expired(ledger(*rows, expired)).value == pytest.approx(0.6)
    assert not points_redeemed.used_or_expired(ledger(*rows)).known
    taken = points_redeemed.taken(ledger(*rows, expired))
    assert taken.to_dict() == {"expire": 40, "redeem": 60, "take back": 50}


def test_the_quick_answer_is_too_high():
    """In two years of a programme half of all points is redeemed in the end, and more of those whose fate is known."""
    points, day = programme(24), pd.Timestamp("2024-12-31")
    found = points_redeemed.fate(points[points["posted_at"] <= day], day)
    assert found.share.value == pytest.approx(0.5)
    assert found.closed.value > 0.5
    assert found.factor.value == pytest.approx(found.closed.value / 0.5)
    assert found.rest.value == pytest.approx(0.5)
    assert found.case == "too_high"


def test_before_points_have_expired_no_fate_is_known():
    """Of a programme of eight months there are lines to be drawn, and no answer."""
    points, day = programme(8), pd.Timestamp("2023-08-31")
    assert points_redeemed.fate(points, day).case == "unknown"
    lines = points_redeemed.by_age(points, day)
    assert lines.index.tolist() == [3, 6]
    assert lines.columns.tolist() == ["from March 2023", "from June 2023"]
    assert points_redeemed.by_age(ledger(), day).empty


def test_lines_by_age_end_where_the_life_ends():
    """The oldest quarter has come to one half, the newest to a fifth so far."""
    lines = points_redeemed.by_age(programme(24), pd.Timestamp("2024-12-31"))
    ends = points_redeemed.oldest_and_newest(lines)
    assert (ends["old"].value, ends["young"].value) == (pytest.approx(0.5), pytest.approx(0.2))
    assert not points_redeemed.oldest_and_newest(lines.iloc[:, :0])["old"].known
