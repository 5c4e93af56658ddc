"""What new customers cost and bring by channel, and a budget moved between two of them: sums by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import acquisition, btyd


def test_acquisition_costs_by_hand():
    """Cost over new customers by channel; nobody won makes no division by zero but a missing cost."""
    costs = pd.DataFrame(
        [("ads", "winning", 100.0), ("ads", "winning", 200.0), ("ads", "keeping", 60.0), ("walk-in", "keeping", 10.0),
         ("fair", "winning", 500.0)],
        columns=["channel", "purpose", "cost"],
    )  # fmt: skip
    customers = pd.DataFrame({"acquisition_channel": ["ads"] * 3 + ["walk-in"] + ["word of mouth", None]})
    found = acquisition.acquisition_costs(costs, customers)
    wanted = pd.DataFrame(
        [("ads", 3, 300.0, 60.0, 100.0, 120.0), ("fair", 0, 500.0, 0.0, np.nan, np.nan), ("walk-in", 1, 0.0, 10.0, 0.0, 10.0)],
        columns=["channel", "new_customers", "winning", "keeping", "cac", "cac_all"],
    ).set_index("channel")  # fmt: skip
    pd.testing.assert_frame_equal(found, wanted)


def test_no_costs_are_no_table_of_costs():
    """A data set without marketing costs has no channel to name."""
    blank = pd.DataFrame(
        {"channel": pd.Series(dtype="str"), "purpose": pd.Series(dtype="str"), "cost": pd.Series(dtype=float)}
    )
    found = acquisition.acquisition_costs(blank, pd.DataFrame({"acquisition_channel": ["ads"]}))
    assert found.empty
    assert list(found.columns) == ["new_customers", "winning", "keeping", "cac", "cac_all"]


@pytest.fixture(scope="module")
def two_channels(simulated) -> tuple[pd.DataFrame, pd.Series]:
    """Give 600 customers of two channels and five of a third, with a first purchase that is worth 100 more."""
    summary = simulated.head(605)[["frequency", "recency", "T", "monetary_value"]]
    summary = summary.assign(
        total_spend=summary["frequency"] * summary["monetary_value"] + np.arange(605.0) % 2 * 200
    )
    channel = pd.Series(["ads"] * 300 + ["search"] * 300 + ["fair"] * 5, index=summary.index)
    channel.iloc[7] = None
    return summary, channel


def test_channel_values_by_hand(two_channels):
    """Each channel by models of its own: margin × (first purchase + repeats × spend)."""
    summary, channel = two_channels
    found = acquisition.channel_values(summary, channel, weeks=104.0, margin=0.4)
    part = summary[channel == "search"]
    repeats = btyd.fit_purchases(part).expected_repeats(104.0)
    p, q, v = btyd.fit_spend(part).params
    row = found.loc["search"]
    assert row["customers"] == 300
    assert row["first_spend"] == pytest.approx(100.0)
    assert row["repeats"] == pytest.approx(repeats)
    assert row["spend"] == pytest.approx(p * v / (q - 1))
    assert row["value"] == pytest.approx(0.4 * (100 + repeats * p * v / (q - 1)))
    assert row["value_discounted"] == pytest.approx(row["value"])
    assert found["customers"].to_dict() == {"ads": 299, "fair": 5, "search": 300}


def test_a_channel_too_small_for_a_model_has_no_value(two_channels):
    """A sixth customer doesn't make a forecast: missing, not zero."""
    found = acquisition.channel_values(*two_channels, weeks=104.0, margin=0.4)
    assert found.loc["fair", ["repeats", "spend", "value", "value_discounted"]].isna().all()
    assert found.loc["fair", "first_spend"] == pytest.approx(80.0)


def test_the_interval_of_a_channel_is_that_of_customers_drawn_again(two_channels, monkeypatch):
    """The error of the logarithm is what drawing the customers again shows; both channels' intervals hold together."""
    monkeypatch.setattr(acquisition, "FEWEST", 100)  # which is enough for the error, if not for the interval
    summary, channel = two_channels
    found = acquisition.channel_values(summary, channel, weeks=104.0, margin=0.4)
    rng, part = np.random.default_rng(5), summary[channel == "search"]
    again = []
    for _ in range(40):
        drawn = part.iloc[rng.integers(0, len(part), len(part))].reset_index(drop=True)
        again.append(
            acquisition.channel_values(drawn, pd.Series("search", drawn.index), weeks=104.0, margin=0.4)
        )
    spread = np.log(pd.concat(again)["value"]).std()
    row = found.loc["search"]
    assert row["error"] == pytest.approx(spread, rel=0.35)
    assert np.log(row["high"] / row["value"]) == pytest.approx(2.2414 * row["error"], rel=1e-3)  # of 97.5 %
    assert row["low"] * row["high"] == pytest.approx(row["value"] ** 2)
    assert found.loc["fair", ["error", "low", "high"]].isna().all()


def test_a_value_of_few_customers_has_no_interval(two_channels):
    """With fewer than 350 of them who came back it would hold too seldom; the value is stated all the same."""
    summary, channel = two_channels
    found = acquisition.channel_values(summary[channel == "search"], channel, weeks=104.0, margin=0.4)
    assert found["value"].notna().all()
    assert found[["error", "low", "high"]].isna().all(axis=None)


def test_a_budget_stays_where_the_best_may_be_the_worst():
    """Three times as much moves money if the values are known to a few percent, and none if they are guesses, or if nothing says how sure."""
    sure = acquisition.best_move(CHANNELS)
    assert (sure.case, sure.times.value) == ("all", pytest.approx(3.0))
    assert sure.times.low == pytest.approx(
        3.0 * np.exp(-2.3940 * np.hypot(0.05, 0.05)), rel=1e-3
    )  # three pairs
    assert acquisition.best_move(CHANNELS.assign(error=0.5)).case == "unclear"
    assert acquisition.best_move(CHANNELS.assign(error=np.nan)).case == "unclear"


@pytest.mark.slow
def test_discounting_a_channel_by_hand(two_channels):
    """Money counts from the middle of its quarter; the first purchase is today's."""
    summary, channel = two_channels
    year = 365.25 / 7
    found = acquisition.channel_values(summary, channel, weeks=year, margin=1.0, annual_discount=0.2).loc[
        "ads"
    ]
    part = summary[channel == "ads"]
    reached = [btyd.fit_purchases(part).expected_repeats(q * year / 4) for q in range(5)]
    later = sum((b - a) / 1.2 ** (y / 8) for a, b, y in zip(reached, reached[1:], (1, 3, 5, 7), strict=False))
    assert found["value_discounted"] == pytest.approx(found["first_spend"] + later * found["spend"])


CHANNELS = pd.DataFrame(
    {
        "value": [300.0, 100.0, 250.0],
        "cac": [100.0, 100.0, 125.0],
        "winning": [1000.0, 500.0, 1250.0],
        "new_customers": [10, 5, 10],
        "error": [0.05, 0.05, 0.05],
    },
    index=["best", "worst", "middle"],
)


def test_moving_a_budget_by_hand():
    """A fifth of 500 goes from 1 : 1 to 3 : 1: one customer of 100 less, one of 300 more."""
    assert acquisition.move_budget(CHANNELS, 0.2) == pytest.approx(200.0)
    assert acquisition.move_budget(CHANNELS, 0.0) == 0.0


def test_a_crowded_channel_gets_dearer():
    """With crowding, a tenth more budget wins less than a tenth more customers, and a fifth less loses under a fifth."""
    assert acquisition.move_budget(CHANNELS, 0.2, crowding=0.5) == pytest.approx(
        10 * (1.1**0.5 - 1) * 300 - 5 * (1 - 0.8**0.5) * 100
    )
    assert acquisition.move_budget(CHANNELS, 0.2, crowding=1.0) == pytest.approx(0.0)
    assert acquisition.move_budget(CHANNELS, 1.0, crowding=0.5) == pytest.approx(
        10 * (1.5**0.5 - 1) * 300 - 5 * 100
    )


# What five channels of a shop are worth and cost, the least and the most value for one unit of cost among them.
FIVE = pd.DataFrame(
    {
        "value": [1737.8, 4113.0, 2713.9, 3328.9, 2809.0],
        "cac": [153.6, 293.6, 318.1, 435.5, 188.3],
        "new_customers": [1050, 536, 1152, 580, 1682],
        "error": [0.06, 0.09, 0.06, 0.09, 0.05],
    },
    index=["livestream", "referral", "search", "social content", "store walk-in"],
).assign(winning=lambda c: c["cac"] * c["new_customers"])


@pytest.mark.parametrize(
    ("crowding", "percent", "case"), [(0.0, 100, "all"), (0.5, 61, "some"), (0.7, 47, "some")]
)
def test_the_best_move_is_the_top_of_the_curve(crowding, percent, case):
    """The decision is read off the picture's own numbers: the further the sooner a channel gets dearer, the less to move."""
    move = acquisition.best_move(FIVE, crowding=crowding)
    curve = acquisition.budget_curve(FIVE, crowding=crowding)
    assert (move.case, move.worst, move.best) == (case, "social content", "store walk-in")
    assert move.percent == percent == curve.idxmax()
    assert (
        move.gain
        == curve.max()
        == pytest.approx(acquisition.move_budget(FIVE, percent / 100, crowding=crowding))
    )
    assert (move.worst_ratio, move.best_ratio) == pytest.approx((3328.9 / 435.5, 2809.0 / 188.3))


def test_where_more_money_wins_nobody_nothing_is_moved():
    """Fully crowded, no move gains anything; without two channels nothing is known."""
    assert acquisition.best_move(FIVE, crowding=1.0).case == "none"
    alone = acquisition.best_move(FIVE.head(1))
    assert (alone.case, alone.worst, alone.best) == ("unknown", "", "")
    assert acquisition.budget_curve(FIVE.head(1)).isna().all()


def test_a_budget_needs_two_channels():
    """Channels without a value or a cost can't be compared."""
    assert np.isnan(acquisition.move_budget(CHANNELS.assign(value=[300.0, np.nan, np.nan]), 0.2))
    assert np.isnan(acquisition.move_budget(CHANNELS.iloc[:0], 0.2))


def test_a_channel_that_costs_nothing_takes_no_budget():
    """Word of mouth has no price to raise: money moves between the channels that are paid for."""
    free = pd.DataFrame(
        {"value": [400.0], "cac": [0.0], "winning": [0.0], "new_customers": [50]}, index=["word of mouth"]
    )
    assert acquisition.move_budget(pd.concat([CHANNELS, free]), 0.2) == pytest.approx(200.0)


def test_a_cost_counted_twice_lowers_each_ratio_by_one():
    """LTV 400 over CAC 100 is 4; (400 − 100) / 100 is 3; a channel that costs nothing has no ratio."""
    channels = CHANNELS.assign(cac=[100.0, 50.0, 0.0])
    found = acquisition.value_to_cost(channels, average_order=100.0, per_year=2.0, years=2.0)
    assert found["LTV / CAC"].tolist() == [4.0, 8.0]
    assert found["(LTV − CAC) / CAC"].tolist() == [3.0, 7.0]
    assert found["value / CAC"].tolist() == [3.0, 2.0]


def test_the_best_channel_by_hand():
    """The most value for one unit of cost, and the most valuable customers, may be two channels; one alone is no comparison."""
    found = acquisition.best_channel(FIVE)
    assert (found.case, found.ratio, found.value) == ("close", "store walk-in", "referral")
    assert found.best_ratio == pytest.approx(2809.0 / 188.3)
    assert found.close == (
        "referral",
    )  # 14.9 : 1 against 14.0 : 1; livestream's 11.3 is further off than 2.8 errors
    assert acquisition.best_channel(FIVE.assign(error=0.001)).case == "other"
    assert acquisition.best_channel(CHANNELS).case == "same"
    assert acquisition.best_channel(FIVE.head(1)).case == "unknown"


def test_an_axis_holds_every_curve():
    """Without crowding a whole move gains most; where nothing can be moved there is no axis."""
    low, high = acquisition.gain_range(FIVE)
    for crowding in (0.0, 0.3, 0.7):
        assert acquisition.budget_curve(FIVE, crowding=crowding).max() < high
    assert low < 0
    assert acquisition.gain_range(FIVE.head(1)) is None


def test_heads_name_their_unit():
    """Customers are counted, costs are in money, and each head says which."""
    table = FIVE.assign(cac_all=1.0, low=1.0, high=3.0, value_discounted=2.0)
    found = acquisition.in_words(table, "EUR")
    assert list(found)[:2] == ["new customers", "CAC, winning only (EUR)"]
    assert found["value (EUR)"].tolist() == FIVE["value"].tolist()


def test_the_truth_of_a_channel_is_of_three_years():
    """Beside a value over two years it would be another thing."""
    channels = FIVE.assign(**{"true value": 9.0, "true CAC": 1.0})
    assert acquisition.beside_truth(channels, 3.0, "EUR")["true value (EUR)"].tolist() == [9.0] * 5
    assert acquisition.beside_truth(channels, 2.0, "EUR")["true value (EUR)"].isna().all()
