"""The moments at which customers join a programme, by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.loyalty import joining

ORDERS = pd.DataFrame(
    [
        ("a", "2024-01-01 10:00", 100), ("a", "2024-01-11 10:00", 50), ("a", "2024-01-11 20:00", 30),
        ("a", "2024-01-21 10:00", 40), ("a", "2024-02-20 10:00", 60),
        ("b", "2024-01-05 09:00", 200), ("b", "2024-01-20 09:00", 10),
    ],
    columns=["customer_id", "ordered_at", "amount"],
).astype({"ordered_at": "datetime64[ns]", "amount": float})  # fmt: skip
SINCE = pd.Series({"a": pd.Timestamp("2024-01-21"), "b": pd.NaT})
TODAY = pd.Timestamp("2024-02-29")


def moments(**options) -> pd.DataFrame:
    """The moments of ORDERS with 20 days around each."""
    return joining.purchase_moments(ORDERS, SINCE, **({"as_of": TODAY, "follow_days": 20} | options))


def test_orders_of_one_day_are_one_purchase():
    """Two orders on 11 January are one purchase of 80, the second of that customer."""
    days = joining.purchase_days(ORDERS)
    assert days["amount"].tolist() == [100, 80, 40, 60, 200, 10]
    assert days["number"].tolist() == [0, 1, 2, 3, 0, 1]


def test_moments_by_hand():
    """Open to join: a's purchases up to that of joining, all of b's; later ones of a member are left out."""
    found = moments().set_index(["customer_id", "day"])
    assert found.index.get_level_values(0).tolist() == ["a", "a", "a", "b", "b"]
    assert found["joins"].tolist() == [False, False, True, False, False]
    assert found["purchases_so_far"].tolist() == [0, 1, 2, 0, 1]
    assert found["days_as_customer"].tolist() == [0, 10, 20, 0, 15]
    assert found["days_since_previous"].tolist() == [0, 10, 10, 0, 15]
    assert found["spend_so_far"].tolist() == [0, 100, 90, 0, 200]
    assert found["bought_before"].tolist() == [0, 1, 2, 0, 1]
    assert found["after"].tolist() == [2, 1, 0, 1, 0]
    assert found["spend_after"].tolist() == [120, 40, 0, 10, 0]
    assert found["came_back"].tolist() == [True, True, False, True, False]


def test_a_moment_that_cannot_be_followed_is_left_out():
    """As of 31 January, 20 days can be seen after 11 January at the latest, and nothing after that day is known."""
    found = moments(as_of=pd.Timestamp("2024-01-31"))
    assert found["day"].max() == pd.Timestamp("2024-01-11")
    assert moments(as_of=pd.Timestamp("2024-01-02")).empty


def test_the_last_day_of_the_window_counts():
    """A purchase exactly ``follow_days`` later is within, one day more is not."""
    assert moments(follow_days=10)["after"].tolist() == [1, 1, 0, 0, 0]
    assert moments(follow_days=9)["after"].tolist() == [0, 0, 0, 0, 0]


def test_windows_that_run_into_something_else_are_left_out():
    """Something begins on 16 January: out are those bought before it and followed to it or beyond."""
    kept = joining.without_days(moments(), [pd.Timestamp("2024-01-16")], 20)
    assert kept["day"].min() == pd.Timestamp("2024-01-20")
    assert len(joining.without_days(moments(), [pd.Timestamp("2023-01-01")], 20)) == 5
    assert len(joining.without_days(moments(), [], 20)) == 5


def test_a_landmark_by_hand():
    """On 20 January both have bought twice; a joins and buys in the days after, b does neither."""
    people = joining.landmark(ORDERS, SINCE, day=pd.Timestamp("2024-01-20"), follow_days=10)
    assert people["purchases_so_far"].tolist() == [2, 2]
    assert people["days_since_previous"].tolist() == [9, 0]
    assert people["bought_before"].tolist() == [1, 1]
    assert people["after"].tolist() == [1, 0]
    assert people["member"].tolist() == [False, False]
    assert people["joins_later"].tolist() == [True, False]
    later = joining.landmark(ORDERS, SINCE, day=pd.Timestamp("2024-01-21"), follow_days=10)
    assert later["member"].tolist() == [True, False]


def test_the_history_is_that_before():
    """Columns are those of HISTORY, on a logarithmic scale; the landmark has them too."""
    found = joining.as_history(moments())
    assert found.columns.tolist() == joining.HISTORY
    assert found["purchases_so_far"].tolist() == pytest.approx(np.log([1, 2, 3, 1, 2]))
    people = joining.landmark(ORDERS, SINCE, day=TODAY, follow_days=10)
    assert joining.as_history(people).notna().all(axis=None)


def test_no_orders_no_moments():
    """A shop without orders has no moment, and no error."""
    assert joining.purchase_moments(ORDERS[:0], SINCE, as_of=TODAY, follow_days=20).empty
    assert joining.landmark(ORDERS[:0], SINCE, day=TODAY, follow_days=20).empty


DAYS = joining.purchase_days(ORDERS)


def test_since_when_each_customer_is_a_member():
    """Customers without an order are left out, those who are in no list are no members."""
    customers = pd.DataFrame(
        {"customer_id": ["a", "z"], "member_since": pd.to_datetime(["2024-01-21", "2024-01-01"])}
    )
    found = joining.member_since(customers, ORDERS)
    assert found.index.tolist() == ["a", "b"]
    assert found["a"] == pd.Timestamp("2024-01-21")
    assert pd.isna(found["b"])


@pytest.mark.parametrize(
    ("since", "case"), [([1, 2], "all"), ([1, None], "some"), ([None, None], "none"), ([], "unknown")]
)
def test_whom_one_can_compare(since, case):
    """Members and others, one kind alone, or nobody."""
    assert joining.membership(pd.Series(since, dtype=float)) == case


def test_comparable_purchases():
    """A joins at the third purchase: the second and third can be compared, first ones have no past, a fourth nobody joined at."""
    found = joining.comparable(moments())
    assert found[["customer_id", "number"]].to_numpy().tolist() == [["a", 1], ["a", 2], ["b", 1]]
    assert joining.comparable(moments().assign(joins=False)).empty


def test_what_was_bought_before_joining():
    """In the 15 days after the first purchase a came once more and b came once more; a joined after them."""
    early = joining.first_days(DAYS, SINCE, TODAY, 15)
    assert early["joined_later"].to_dict() == {"a": True, "b": False}
    assert early["purchases"].to_dict() == {"a": 1, "b": 1}
    assert joining.times_as_many(early).value == 1


def test_who_joined_in_the_first_days_is_left_out():
    """Within 20 days a has joined; as of 10 January nobody can be followed for 10 days."""
    assert joining.first_days(DAYS, SINCE, TODAY, 20).index.tolist() == ["b"]
    assert joining.first_days(DAYS, SINCE, pd.Timestamp("2024-01-10"), 10).empty
    assert not joining.times_as_many(joining.first_days(DAYS, SINCE, TODAY, 20)).known


def test_further_purchases_end_at_their_mean():
    """The curve is cumulative, and its last value is the group's mean; a group without anybody is missing."""
    early = joining.first_days(DAYS, SINCE, TODAY, 15)
    curves = joining.further_purchases(DAYS, early, 15)
    assert curves.loc[[0, 9, 10, 15], "joined later"].tolist() == [0, 0, 1, 1]
    assert curves.loc[[14, 15], "never joined"].tolist() == [0, 1]
    assert joining.further_purchases(DAYS, early[early["joined_later"]], 15)["never joined"].isna().all()


def test_before_and_after_by_hand():
    """A joined on 21 January: twice before, then on the day, once after; of the four ways the last one is right."""
    around = joining.around_joining(DAYS, SINCE, TODAY, 30)
    assert around["gap"].tolist() == [-20, -10, 0, 30]
    assert not around["joined_at_first"].any()
    found = joining.before_and_after(around)
    assert found["before"].tolist() == [2, 2, 2, 2]
    assert found["after"].tolist() == [2, 1, 2, 1]
    assert found["change"].iloc[-1] == -0.5


def test_who_joined_at_the_first_purchase_has_no_before():
    """Then the purchases after have nothing to be compared with; the same holds for those who joined before any purchase."""
    for day in ("2024-01-01", "2023-12-25"):
        around = joining.around_joining(DAYS, pd.Series({"a": pd.Timestamp(day)}), TODAY, 15)
        assert around["joined_at_first"].all()
        assert joining.before_and_after(around)["change"].isna().all()


def test_who_cannot_be_followed_has_no_after():
    """As of 10 February a's 30 days after 21 January aren't over."""
    assert joining.around_joining(DAYS, SINCE, pd.Timestamp("2024-02-10"), 30).empty


def test_a_trial_for_members_is_recognised():
    """One whose units all were members when it began, not one that had others in it."""
    began = pd.Timestamp("2024-02-01")
    trials = pd.DataFrame(
        [("missions", "a", began), ("coupons", "a", began), ("coupons", "b", began)],
        columns=["experiment", "unit_id", "assigned_at"],
    )
    assert joining.starts_for_members(trials.query("experiment == 'coupons'"), SINCE).tolist() == []
    found = joining.starts_for_members(trials, SINCE)
    assert [pd.Timestamp(day) for day in found] == [began]


def test_purchases_that_a_trial_may_have_brought_are_left_out():
    """A coupon was used by a in the trial of 5 to 11 January: its purchases of these days are out, the others stay, and so do all
    of b, for whom the trial cost nothing.
    """
    ends = {"assigned_at": pd.Timestamp("2024-01-05"), "measured_on": pd.Timestamp("2024-01-11")}
    trial = pd.DataFrame({"unit_id": ["a", "b"], "cost": [20.0, 0.0]}).assign(**ends)
    kept = joining.outside_trials(moments(), trial)
    gone = moments()[moments()["customer_id"].eq("a") & moments()["day"].between(*ends.values())]
    assert len(gone) > 0
    assert len(kept) == len(moments()) - len(gone)
    assert not kept.merge(gone, on=["customer_id", "day"]).size
    assert kept.index.equals(pd.RangeIndex(len(kept)))
    unknown = joining.outside_trials(moments(), trial.assign(cost=np.nan))
    pd.testing.assert_frame_equal(unknown, moments())
    assert (joining.left_out(moments(), kept), joining.left_out(kept, kept)) == ("some", "none")


def test_only_purchases_on_the_days_of_some_orders():
    """Two of a's days have one of these orders, one of them twice; a row is kept once."""
    at = pd.to_datetime(["2024-01-01 10:00", "2024-01-01 12:00", "2024-01-11 00:00"])
    some = pd.DataFrame({"customer_id": ["a", "a", "a"], "ordered_at": at})
    kept = joining.on_days_of(moments(), some)
    assert kept["customer_id"].tolist() == ["a", "a"]
    assert kept["day"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-11")]
    assert list(kept) == list(moments())
