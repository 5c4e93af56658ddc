"""What customers are worth and cost: sums by hand, models of known parameters, and a whole shop."""

import numpy as np
import pandas as pd
import pytest

import workbook as wb
from workbook.analytics.value import btyd, lifetime_value
from workbook.analytics.value.btyd import PurchaseModel
from workbook.retailer.sales.buying import purchase_times


def test_margin_value_by_hand(bgnbd, gamma_gamma, histories):
    """Purchases of each month, discounted to today, times spend and margin, summed for three months."""
    model, money, month = bgnbd, gamma_gamma, 365.25 / 7 / 12
    reached = [model.expected_purchases(histories, m * month) for m in (1, 2, 3)]
    expected = (
        (
            reached[0] / 1.1 ** (1 / 12)
            + (reached[1] - reached[0]) / 1.1 ** (2 / 12)
            + (reached[2] - reached[1]) / 1.1 ** (3 / 12)
        )
        * money.expected_spend(histories)
        * 0.4
    )
    found = lifetime_value.margin_value(model, money, histories, months=3, margin=0.4, annual_discount=0.1)
    pd.testing.assert_series_equal(found, expected)


def test_margin_value_without_discount_is_a_product(bgnbd, gamma_gamma, histories):
    """Undiscounted, months don't matter: purchases of the whole time × spend."""
    found = lifetime_value.margin_value(bgnbd, gamma_gamma, histories, months=12)
    whole = bgnbd.expected_purchases(histories, 365.25 / 7) * gamma_gamma.expected_spend(histories)
    pd.testing.assert_series_equal(found, whole)
    assert (lifetime_value.margin_value(bgnbd, gamma_gamma, histories, annual_discount=0.1) < found).all()


def test_margin_value_in_days_is_that_in_weeks(bgnbd, gamma_gamma, histories):
    """The unit of time is the summary's; the value is not."""
    in_days = histories.assign(recency=histories["recency"] * 7, T=histories["T"] * 7)
    params = bgnbd.params * pd.Series({"r": 1, "alpha": 7, "a": 1, "b": 1})
    days = PurchaseModel("bgnbd", params, np.nan, 0)
    found = lifetime_value.margin_value(days, gamma_gamma, in_days, annual_discount=0.1, weeks_per_unit=1 / 7)
    pd.testing.assert_series_equal(
        found, lifetime_value.margin_value(bgnbd, gamma_gamma, histories, annual_discount=0.1)
    )


@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_without_one_of_the_models_there_is_no_value(nobody_back, bgnbd, gamma_gamma, kind):
    """Missing is missing, whichever of the two couldn't be fitted."""
    bought, paid = btyd.fit_purchases(nobody_back, kind), btyd.fit_spend(nobody_back)
    for found in (
        lifetime_value.margin_value(bought, paid, nobody_back),
        lifetime_value.margin_value(bgnbd, paid, nobody_back),
        lifetime_value.margin_value(bought, gamma_gamma, nobody_back),
    ):
        assert found.index.equals(nobody_back.index)
        assert found.isna().all()


def test_the_courses_formulas():
    """LTV = order value × purchases a year × years − acquisition cost; CLV = frequency × spend × retention."""
    assert lifetime_value.course_ltv(300.0, 4, 2.5, 250.0) == 2750.0
    assert lifetime_value.course_ltv(300.0, 4, 2.5) == 3000.0
    assert lifetime_value.course_clv(4, 300.0, 0.6) == 720.0
    found = lifetime_value.course_clv(pd.Series([1, 2]), pd.Series([10.0, 20.0]), 0.5)
    assert found.tolist() == [5.0, 20.0]


def test_retention_by_hand():
    """Of three who bought in 2024 one bought in 2025; the periods' edges belong to the earlier one."""
    orders = pd.DataFrame(
        [("a", "2023-12-31"), ("b", "2024-01-01"), ("c", "2024-06-01"), ("d", "2024-12-31 22:00"), ("c", "2025-12-31 23:59"),
         ("a", "2025-05-01"), ("b", "2026-01-01")],
        columns=["customer_id", "ordered_at"],
    ).assign(ordered_at=lambda f: pd.to_datetime(f["ordered_at"], format="ISO8601"))  # fmt: skip
    assert lifetime_value.retention_rate(orders, pd.Timestamp("2025-12-31")) == pytest.approx(1 / 3)
    assert lifetime_value.retention_rate(orders, pd.Timestamp("2025-12-31"), months=6) == 0.0
    assert np.isnan(lifetime_value.retention_rate(orders, pd.Timestamp("2020-12-31")))


LINES = pd.DataFrame(
    {
        "order_id": ["1", "1", "2", "3", "3"],
        "line": [1, 2, 1, 1, 2],
        "product_id": ["P1", "P2", "P1", "P3", None],
        "quantity": [2.0, 1.0, 1.0, 1.0, 1.0],
        "amount": [100.0, 80.0, 50.0, 70.0, 30.0],
    },
    index=[10, 11, 12, 13, 14],
)


PRODUCTS = pd.DataFrame({"product_id": ["P1", "P2", "P3"], "unit_cost": [20.0, 30.0, np.nan]})


RETURNS = pd.DataFrame({"order_id": ["1", "1", "3", None], "line": pd.array([2, 2, 1, None], dtype="Int64")})


def test_what_came_back_is_not_spent():
    """An order counts what was kept of it: who sends all back has spent nothing, and no more than all can come back."""
    orders = pd.DataFrame(
        {"order_id": ["1", "2", "3", "4"], "amount": [100.0, 80.0, 50.0, 20.0]}, index=[9, 8, 7, 6]
    )
    returns = pd.DataFrame(
        {"order_id": ["1", "1", "2", "3", None, "5"], "amount": [60.0, 10.0, 80.0, 90.0, 40.0, 7.0]}
    )
    found = lifetime_value.net_of_returns(orders, returns)
    assert found["amount"].to_dict() == {9: 30.0, 8: 0.0, 7: 0.0, 6: 20.0}
    assert orders["amount"].sum() == 250.0
    pd.testing.assert_frame_equal(lifetime_value.net_of_returns(orders, returns.iloc[:0]), orders)


def test_who_sends_all_back_is_worth_what_a_new_customer_is(small):
    """A huge second order makes its customer the best, if it is kept; if it came back whole, nothing is known of what they spend."""
    summary = wb.customer_summary(small.orders, small.today)
    who = summary.query("purchases == 2 and frequency == 1").index[0]
    second = (small.orders["customer_id"] == who) & small.orders.duplicated("customer_id")
    huge = small.orders.assign(amount=small.orders["amount"].mask(second, 1e6))
    kept = lifetime_value.net_of_returns(huge, huge.loc[second, ["order_id", "amount"]])
    gross, net = (wb.customer_summary(orders, small.today) for orders in (huge, kept))
    assert btyd.fit_spend(gross).expected_spend(gross).idxmax() == who
    expected = btyd.fit_spend(net).expected_spend(net)
    assert expected[who] == pytest.approx(expected[net["frequency"] == 0].iloc[0])


def test_line_margins_by_hand():
    """Amount less cost; nothing for what came back, however often it says so; missing where no cost is known."""
    found = lifetime_value.line_margins(LINES, PRODUCTS, RETURNS)
    expected = pd.Series([60.0, 0.0, 30.0, np.nan, np.nan], index=LINES.index)
    pd.testing.assert_series_equal(found, expected, check_names=False)
    nothing_back = lifetime_value.line_margins(LINES, PRODUCTS, RETURNS.iloc[:0])
    assert nothing_back.tolist()[:3] == [60.0, 50.0, 30.0]


def test_margin_share_by_hand():
    """Margin over the order value of the lines whose cost is known; a guess where none is."""
    margins = lifetime_value.line_margins(LINES, PRODUCTS, RETURNS)
    assert lifetime_value.margin_share(LINES, margins, 0.5) == pytest.approx(90 / 230)
    assert lifetime_value.margin_share(LINES, margins * np.nan, 0.5) == 0.5
    assert lifetime_value.margin_share(LINES.iloc[:0], margins.iloc[:0], 0.5) == 0.5


def test_what_is_kept_says_on_what_it_rests():
    """From the data where a cost is known, else assumed, and then with the figure that was assumed."""
    known = lifetime_value.kept_share(LINES, PRODUCTS, RETURNS, 0.5)
    assert (known.case, known.share.value, known.says) == (
        "known",
        pytest.approx(90 / 230),
        "margin from the data",
    )
    assumed = lifetime_value.kept_share(LINES, PRODUCTS.iloc[:0], RETURNS, 0.35)
    assert (assumed.case, assumed.share.value, assumed.says) == ("assumed", 0.35, "assumed margin of 35 %")


def test_retention_is_known_or_not():
    """None at all is known: nobody came back."""
    assert [lifetime_value.retention_case(r) for r in (0.0, 0.4, np.nan)] == ["known", "known", "unknown"]


def test_customer_profits_by_hand():
    """A customer's margin is that of all orders; who has no order of known cost has none."""
    orders = pd.DataFrame({"order_id": ["1", "2", "3", "4"], "customer_id": ["a", "a", "b", "c"]})
    profits = lifetime_value.customer_profits(
        orders, LINES, lifetime_value.line_margins(LINES, PRODUCTS, RETURNS)
    )
    assert profits["a"] == 90.0
    assert profits[["b", "c"]].isna().all()


def test_margins_of_a_whole_shop_in_plain_pandas(small):
    """What lines bring is what was paid less what the pieces cost, over all lines that stayed sold."""
    margins = lifetime_value.line_margins(small.order_lines, small.products, small.returns)
    lines = small.order_lines.merge(small.products, on="product_id").set_index(["order_id", "line"])
    stayed = ~lines.index.isin(small.returns.set_index(["order_id", "line"]).index)
    earned = (lines["amount"] - lines["quantity"] * lines["unit_cost"])[stayed]
    assert 0 < stayed.sum() < len(lines)
    assert margins.sum() == pytest.approx(earned.sum())
    profits = lifetime_value.customer_profits(small.orders, small.order_lines, margins)
    customer = small.orders.set_index("order_id")["customer_id"]
    wanted = earned.groupby(customer.reindex(earned.index.get_level_values(0)).to_numpy()).sum()
    np.testing.assert_allclose(profits, wanted.reindex(profits.index).fillna(0.0), atol=1e-6)


def test_expected_value_against_simulation():
    """Margin over a time of somebody whose rate and dropout are known, with and without the first purchase."""
    n, weeks = 20_000, 80.0
    rate, dropout, margin = (pd.Series([v]) for v in (0.15, 0.2, 70.0))
    folk = pd.DataFrame({"first": np.zeros(n), "rate": 0.15, "dropout": 0.2})
    bought = purchase_times(folk, weeks, np.random.default_rng(13)).groupby("who").size() * 70.0
    error = bought.std() / np.sqrt(n)
    assert (
        abs(bought.mean() - lifetime_value.expected_value(rate, dropout, margin, weeks, first=True).iloc[0])
        < 4 * error
    )
    assert (
        abs(bought.mean() - 70 - lifetime_value.expected_value(rate, dropout, margin, weeks).iloc[0])
        < 4 * error
    )


def test_expected_value_of_somebody_who_never_leaves():
    """Without dropout it is rate × time × margin; the contract allows a dropout of 0, and rounding makes some."""
    found = lifetime_value.expected_value(
        pd.Series([0.1, 0.1]), pd.Series([0.0, 1e-9]), pd.Series([10.0, 10.0]), 52.0
    )
    assert found.tolist() == pytest.approx([52.0, 52.0])


@pytest.mark.parametrize(
    ("as_of", "months", "days"), [("2025-12-31", 12, 365), ("2024-12-31", 12, 366), ("2025-03-31", 1, 31)]
)
def test_the_last_year_has_as_many_days_as_a_year(as_of, months, days):
    """The last twelve months are 365 days, 366 with a 29 February, whatever the time of day; later orders don't count."""
    every_day = pd.date_range("2023-01-01", "2026-06-30", freq="D") + pd.Timedelta(hours=13)
    orders = pd.DataFrame({"ordered_at": every_day})
    found = lifetime_value.last_days(orders, pd.Timestamp(as_of), months)
    assert len(found) == days
    assert found["ordered_at"].max().normalize() == pd.Timestamp(as_of)
    midnight = orders.assign(ordered_at=every_day.normalize())
    assert len(lifetime_value.last_days(midnight, pd.Timestamp(as_of), months)) == days
