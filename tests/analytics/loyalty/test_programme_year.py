"""A programme's year from a shop's tables, by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.loyalty import programme_year
from workbook.tables.dataset import Dataset

SINCE = pd.Series({"a": pd.Timestamp("2024-03-01"), "b": pd.NaT})
ORDERS = pd.DataFrame(
    [("1", "a", "2023-06-01", 70), ("2", "a", "2024-02-01", 50), ("3", "a", "2024-03-01", 100), ("4", "a", "2024-05-01", 300), ("5", "b", "2024-05-01", 900)],
    columns=["order_id", "customer_id", "ordered_at", "amount"],
).astype({"ordered_at": "datetime64[ns]", "amount": float})  # fmt: skip
POINTS = pd.DataFrame(
    [("a", "2023-06-01", "earn", 999), ("a", "2024-03-01", "earn", 400), ("a", "2024-04-01", "take back", -100)],
    columns=["customer_id", "posted_at", "kind", "points"],
).astype({"posted_at": "datetime64[ns]"})  # fmt: skip
FAIR = Estimate(0.1, -0.05, 0.3, "change", 300)


def shop(**tables: pd.DataFrame) -> Dataset:
    """A shop with these tables, and orders, that ends with 2024."""
    days = pd.Timestamp("2023-01-01"), pd.Timestamp("2024-12-31")
    return Dataset("by hand", {"orders": ORDERS, **tables}, *days, currency="CNY")


def year(
    margin: float = 0.5, points_cost: float = 0.1, running_cost: float = 0.0, **tables
) -> programme_year.Year:
    """The year of that shop."""
    return programme_year.last_year(
        shop(**tables), SINCE, margin=margin, points_cost=points_cost, running_cost=running_cost
    )


def test_revenue_is_of_members_after_the_day_of_joining():
    """Of 2024 the order of 300; not that of joining, which would have come anyway, nor b's, nor those of 2023."""
    assert year().programme.revenue == 300
    assert programme_year.year_start(pd.Timestamp("2024-12-31")) == pd.Timestamp("2024-01-01")


def test_points_given_in_the_year_are_counted_and_not_those_taken():
    """400 were given; none has expired, so that all count as redeemed: at 0.1 they cost 40."""
    found = year(points=POINTS)
    assert (found.case, found.programme.points, found.programme.redeemed) == ("young", 400, 1.0)
    assert found.programme.cost == pytest.approx(40)


def test_what_a_cost_is_made_of():
    """Nothing on record, running cost alone, points that cost nothing, points followed to their end."""
    assert year().case == "none"
    assert year(running_cost=5.0).case == "running"
    assert year(points=POINTS, points_cost=0.0).case == "none"
    programme = year(points=POINTS).programme
    assert programme_year.cost_case(programme, Estimate(0.4, unit="share")) == "followed"


def test_the_margin_is_worked_out_where_costs_are_known():
    """A piece sold for 100 that cost 30 leaves 70 %; without order lines it is the one that is given."""
    lines = pd.DataFrame(
        {"order_id": ["3"], "line": [1], "product_id": ["p"], "quantity": [1], "amount": [100.0]}
    )
    products = pd.DataFrame({"product_id": ["p"], "unit_cost": [30.0]})
    assert year(order_lines=lines, products=products).programme.margin == pytest.approx(0.7)
    assert year(margin=0.4).programme.margin == 0.4


def test_money_and_ratios_by_hand():
    """A lift of a fifth added 50 of 300; half of it is margin; 40 of cost lose 15: ROI 1.25, net ROI -0.375."""
    made = year(points=POINTS)
    amounts = programme_year.money(made, {"x": 0.2, "gone": np.nan})
    assert amounts.columns.tolist() == ["x"]
    assert amounts["x"].tolist() == pytest.approx([300, 50, 25, 40, -15])
    assert programme_year.ratios(made, {"x": 0.2}).loc["x"].tolist() == pytest.approx([0.2, 1.25, -0.375])


def test_the_account_has_a_unit_in_each_row():
    """Money is in the currency, shares are shares; without a ledger its rows are gone."""
    table = programme_year.account(year(points=POINTS), "CNY")
    assert table.loc["margin on it", "unit"] == "share"
    assert table.loc["cost of the programme"].tolist() == [pytest.approx(40), "CNY"]
    assert "points given" not in programme_year.account(year(running_cost=5.0), "CNY").index


def test_break_even_on_revenue_and_on_margin():
    """A cost of 40 is 40 / 260 on revenue and 40 / 110 on a margin of one half."""
    on_revenue, on_margin = programme_year.break_even(year(points=POINTS))
    assert (on_revenue.value, on_margin.value) == (pytest.approx(40 / 260), pytest.approx(40 / 110))
    assert not programme_year.break_even(year())[0].known


@pytest.mark.parametrize(
    ("low", "high", "case"), [(0.5, 0.9, "up"), (-0.2, 0.1, "down"), (-0.2, 0.9, "unclear")]
)
def test_what_a_year_brought(low, high, case):
    """Above the lift of 0.36 that breaks even it pays, below it loses, on both sides nobody knows."""
    found = programme_year.earned(
        year(points=POINTS), Estimate(2.0), Estimate((low + high) / 2, low, high, "change"), "CNY"
    )
    assert found.case == case
    assert found.by_report.value == pytest.approx(300 * 2 / 3 / 40)
    assert found.fair.low == pytest.approx((found.net.low + 1) / 0.5)


def test_without_a_cost_the_most_that_it_may_cost_is_said():
    """At a lift of a tenth the margin on what was added is 300 / 11 / 2; without a lift nothing is known."""
    found = programme_year.earned(year(), Estimate(2.0), FAIR, "CNY")
    assert found.case == "no_cost"
    assert found.most.value == pytest.approx(300 / 11 / 2)
    assert found.most.low < 0 < found.most.value < found.most.high
    sure = programme_year.earned(year(), Estimate(2.0), Estimate(0.1, 0.05, 0.3, "change"), "CNY")
    assert (sure.case, sure.most.verdict) == ("may_cost", "up")
    assert programme_year.earned(year(), Estimate(2.0), Estimate(unit="change"), "CNY").case == "unknown"


def test_each_input_moves_alone():
    """The lift has its interval, the margin moves by five points; what has no range of its own is left out."""
    made = year(points=POINTS)
    ranges = programme_year.inputs(made, FAIR)
    assert set(ranges) == {"lift", "points_cost", "margin", "running_cost"}
    assert ranges["running_cost"] == (0, pytest.approx(40))
    table = programme_year.swings(made, FAIR)
    assert programme_year.widest(table) == table.index[0]
    assert table.loc["margin", "at_high"] == pytest.approx(replace(made.with_lift(0.1), margin=0.55).net_roi)
    assert programme_year.widest(programme_year.swings(year(), FAIR)) == ""


def test_the_line_of_net_roi_crosses_at_break_even():
    """Below the lift that breaks even it is under the other line, above it over it."""
    made = programme_year.with_costs(year(points=POINTS), 0.05, 0.5)
    line, (_, need) = programme_year.net_roi_line(made), programme_year.break_even(made)
    below = line[line.index < 100 * need.value]
    assert (below["net ROI"] < below["break-even"]).all()
    assert line["net ROI"].iloc[-1] > 0


def test_the_truth_of_a_year():
    """Of 1,100 expected three quarters came after joining, and 100 are the programme's: 100 / 725; of 400 points 100 will be redeemed."""
    truth = {
        "programme": pd.DataFrame(
            {
                "day": pd.to_datetime(["2023-12-31", "2024-01-01"]),
                "revenue": [5.0, 1100.0],
                "added": [5.0, 100.0],
            }
        ),
        "points_fate": pd.DataFrame(
            {"month": pd.to_datetime(["2024-03-01"]), "given": [400], "redeemed": [100]}
        ),
    }
    known = replace(shop(points=POINTS), truth=truth)
    true = programme_year.true_year(known, SINCE, year(points=POINTS))
    assert (true.lift, true.redeemed) == (pytest.approx(100 / 725), 0.25)
    table = programme_year.beside_truth(year(points=POINTS), {"x": 0.2}, true)
    assert table.loc["truth", "lift"] == pytest.approx(100 / 725)
    assert np.isnan(programme_year.true_lift(shop(), SINCE))


@pytest.mark.parametrize(("lift", "case"), [(0.5, "pays"), (0.2, "praised"), (0.05, "loses")])
def test_what_two_formulas_say_of_the_truth(lift, case):
    """Of a cost of 40 and a margin of one half: 50 added are praised on revenue and are a loss."""
    assert programme_year.two_truths(year(points=POINTS).with_lift(lift)) == case


def test_without_a_truth_no_formula_says_anything():
    """A lift that isn't known praises nothing."""
    assert (
        programme_year.two_truths(programme_year.true_year(shop(), SINCE, year(points=POINTS))) == "unknown"
    )


def test_whether_the_interval_holds_the_truth():
    """It does, it doesn't, or there is none."""
    made = year(points=POINTS)
    net = programme_year.net_roi(made, FAIR)
    assert programme_year.held(net, made.with_lift(0.1)) == "holds"
    assert programme_year.held(net, made.with_lift(5.0)) == "misses"
    assert programme_year.held(Estimate(), made.with_lift(0.1)) == "unknown"
