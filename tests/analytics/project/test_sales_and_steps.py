"""Leads, customers who stay, the own go-live and the next step: by hand, and against the model that they rest on."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import causal
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.project import kept_customers, pipeline, rollout_evidence, steps
from workbook.analytics.value import btyd

TODAY = pd.Timestamp("2025-12-31")
LEADS = pd.DataFrame(
    {
        "lead_id": ["L1", "L2", "L3", "L4"],
        "created_at": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01", "2025-12-01"]),
        "source": ["website", "referral", "website", "website"],
        "assigned_at": pd.to_datetime(
            ["2025-01-01 10:00", "2025-02-01 02:00", "2025-03-01 04:00", "2025-12-01 02:00"]
        ),
        "contacted_at": pd.to_datetime(
            ["2025-01-02 00:00", "2025-02-01 04:00", "2025-03-01 08:00", "2025-12-01 04:00"]
        ),
        "closed_at": pd.to_datetime(["2025-02-01", "2025-03-01", "2025-09-01", None]),
        "outcome": ["lost", "won", "won", None],
        "salesperson": ["x", "y", "x", "y"],
    }
)
STAGES = pd.DataFrame(
    {
        "lead_id": ["L1", "L2", "L2", "L3", "L3", "L4"],
        "stage": ["offer", "offer", "contract", "offer", "contract", "offer"],
        "entered_at": pd.to_datetime(["2025-01-05", "2025-02-05", "2025-02-09", "2025-03-05", "2025-05-01", "2025-12-05"]),
    }
)  # fmt: skip


def test_a_funnel_counts_leads_that_had_their_time():
    """Of a young shop's newest leads those that are over are mostly lost: they are left out with the open ones."""
    soon_lost = LEADS.assign(closed_at=LEADS["closed_at"].fillna(pd.Timestamp("2025-12-06")))
    soon_lost["outcome"] = soon_lost["outcome"].fillna("lost")
    for leads in (LEADS, soon_lost):
        table = pipeline.funnel(pipeline.with_outcomes(leads, TODAY), STAGES)
        assert table["leads"].to_dict() == {"lead": 3, "offer": 3, "contract": 2, "won": 2}
        assert table.loc["offer", "go on"] == pytest.approx(2 / 3)
        assert np.isnan(table.loc["won", "go on"])


def test_a_lead_that_is_open_after_its_time_is_not_won():
    """Within 90 days one of three was won; the one of half a year came later, and the young one is left out."""
    ripe = pipeline.with_outcomes(LEADS, TODAY)
    assert ripe["lead_id"].tolist() == ["L1", "L2", "L3"]
    assert ripe["won"].tolist() == [False, True, False]
    assert ripe["hours"].tolist() == [24, 4, 8]


def many_leads(effect: float, n: int, seed: int) -> pd.DataFrame:
    """Leads of two sources: the good one is called first and won more often; a doubling of the wait changes the log odds by ``effect``."""
    rng = np.random.default_rng(seed)
    good = rng.random(n) < 0.4
    hours = np.exp(rng.normal(np.where(good, 1.0, 2.5), 0.8))
    odds = np.where(good, 0.2, -1.2) + effect * np.log2(np.maximum(hours, 1))
    won = rng.random(n) < 1 / (1 + np.exp(-odds))
    return pd.DataFrame({"source": np.where(good, "referral", "website"), "hours": hours, "won": won})


def test_good_sources_are_called_first():
    """Without any effect of the wait the plain slope is below zero, and that among leads of the same source is not."""
    found = pipeline.response(many_leads(0.0, 4000, 1))
    assert found.plain.verdict == "down"
    assert found.fair.verdict == "unclear"
    assert pipeline.response(many_leads(-0.3, 4000, 1)).fair.contains(-0.3)
    assert pipeline.response(many_leads(-0.3, 10, 1)).case == "unknown"


def test_a_lead_that_nobody_talked_to_waited_longest():
    """Of three leads of a source one was never talked to: the middle one waited 4 hours, not 2 and a half; of two, nobody knows."""
    ripe = pd.DataFrame({"source": ["a"] * 3 + ["b"] * 2, "won": True, "hours": [1, 4, np.nan, 1, np.nan]})
    table = pipeline.by_source(ripe)["hours to the first talk, median"]
    assert table["a"] == 4
    assert np.isnan(table["b"])


def test_log_odds_are_read_as_odds():
    """A slope of log 1/2 halves the odds: -50 %; the ends of the interval go with it."""
    half = Estimate(np.log(0.5), np.log(0.25), 0.0, "ratio", 9, against=0.0)
    found = pipeline.odds_change(half)
    assert (found.value, found.low, found.high) == pytest.approx((-0.5, -0.75, 0.0))
    table = pipeline.Response("down", half, half, 9).odds
    assert table.loc["leads of the same kind"].tolist() == pytest.approx([-50, -75, 0])


def test_leads_are_counted_in_each_way():
    """All leads, those that are over, and those that were watched long enough are different numbers, and so is who won."""
    ripe = pipeline.with_outcomes(LEADS, TODAY)
    table = pipeline.counted(LEADS, ripe)
    assert table["leads"].tolist() == [len(LEADS), LEADS["outcome"].notna().sum(), len(ripe)]
    assert table["won"].tolist()[2] == ripe["won"].sum()


def test_a_slope_is_the_log_odds_ratio():
    """Of a yes-or-no input it is the log of the odds ratio of the table 30/10, 20/20: log 3."""
    x = pd.DataFrame({"x": [1.0] * 40 + [0.0] * 40})
    won = pd.Series([True] * 30 + [False] * 10 + [True] * 20 + [False] * 20)
    found = pipeline.slope(won, x)
    assert found.value == pytest.approx(np.log(3), abs=1e-4)
    error = np.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 20)
    assert found.high - found.value == pytest.approx(1.96 * error, rel=0.001)


def test_what_the_mix_of_leads_explains():
    """One salesperson with good leads and one with bad ones who win as all do: no difference is left."""
    ripe = pd.DataFrame(
        {
            "salesperson": ["x"] * 40 + ["y"] * 40,
            "source": ["good"] * 40 + ["bad"] * 40,
            "won": [True, False] * 20 + [True, False, False, False] * 10,
        }
    )
    assert pipeline.expected_by_mix(ripe).to_dict() == {"x": 0.5, "y": 0.25}
    assert pipeline.league(ripe)["won"].to_dict() == {"x": 0.5, "y": 0.25}
    assert pipeline.differ(ripe) == pytest.approx(1.0)
    both = pipeline.league(ripe).loc["x", ["low", "high"]].tolist()
    assert both == list(share_interval(ripe.loc[ripe["salesperson"] == "x", "won"], 0.975))  # of two at once
    none = ripe.head(0).astype({"source": "str", "salesperson": "str"})
    assert pipeline.league(none).empty
    assert pipeline.expected_by_mix(none).empty
    assert np.isnan(pipeline.differ(none))


def approvals(factor: float) -> pd.DataFrame:
    """Thirty contracts of two steps each; those of the second half take ``factor`` times as long."""
    rows = []
    for i in range(30):
        asked = pd.Timestamp("2025-01-01") + pd.Timedelta(days=i)
        for step, usual in (("finance", 10.0), ("legal", 40.0)):
            hours = usual * (factor if i >= 15 else 1.0) * (1.1 if i % 2 else 0.9)
            rows.append((f"L{i}", step, asked, asked + pd.Timedelta(hours=hours)))
    return pd.DataFrame(rows, columns=["lead_id", "step", "asked_at", "decided_at"])


@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_approval_times_against_themselves(factor):
    """Steps are compared with themselves: half the time is a ratio of .5, no change one of 1."""
    since = pd.Timestamp("2025-01-16")
    found = pipeline.approval_change(approvals(factor), since, TODAY)
    assert found.value == pytest.approx(factor, rel=0.05)
    assert found.contains(factor)
    table = pipeline.approvals_by_step(approvals(factor), since, TODAY)
    assert table.loc["legal", "hours, after"] / table.loc["legal", "hours, before"] == pytest.approx(
        factor, rel=0.25
    )


def test_waits_before_and_after():
    """Median hours to a salesperson and to the first talk, on either side of a day."""
    table = pipeline.waits(LEADS, pd.Timestamp("2025-06-01"), TODAY)
    assert table.loc["before", "hours to a salesperson"] == 4
    assert table.loc["after", "hours to the first talk"] == 4


def test_who_still_waits_for_a_talk_counts():
    """Five leads came in at noon of the last day; two were talked to after an hour, three wait: nobody knows the median but that it is longer."""
    came = pd.Timestamp("2025-12-31 12:00")
    talked = [came + pd.Timedelta(hours=1)] * 2 + [pd.NaT] * 3
    leads = pd.DataFrame(
        {"created_at": came, "assigned_at": came, "contacted_at": talked, "closed_at": pd.NaT}
    )
    leads = leads.astype({"contacted_at": "datetime64[ns]", "closed_at": "datetime64[ns]"})
    table = pipeline.waits(leads, came, pd.Timestamp("2025-12-31"))
    assert np.isnan(table.loc["after", "hours to the first talk"])
    assert table.loc["after", ["leads", "hours to a salesperson"]].tolist() == [5, 0]


@pytest.mark.parametrize(("day", "known"), [("2025-02-09", False), ("2025-02-28", True)])
def test_the_newest_approvals_that_are_decided_are_the_quick_ones(day, known):
    """Every second contract takes 20 hours, the others 200, on either side of a day; soon after it only the quick are over."""
    asked = pd.Series(pd.date_range("2025-01-01 00:00", periods=40, freq="D"))
    hours = pd.Series(np.where(np.arange(40) % 2, 20.0, 200.0))
    rows = pd.DataFrame({"lead_id": np.arange(40).astype(str), "step": "legal", "asked_at": asked})
    rows["decided_at"] = asked + pd.to_timedelta(hours, unit="h")
    since, today = pd.Timestamp("2025-01-31"), pd.Timestamp(day)
    rows["decided_at"] = rows["decided_at"].where(rows["decided_at"] < today + pd.Timedelta(days=1))
    found = pipeline.approval_change(rows, since, today)
    assert found.known == known
    assert not known or found.contains(1)
    table = pipeline.approvals_by_step(rows, since, today).loc["legal"]
    assert table["hours, before"] == 110
    assert table["hours, after"] > 100


def test_an_approval_that_nobody_decides_counts_as_long_as_it_is_watched():
    """Of the later contracts every third is never decided: without them nothing would have changed, with them it takes longer."""
    rows = approvals(1.0)
    late = (rows["asked_at"] >= "2025-01-16") & rows["lead_id"].str[1:].astype(int).mod(3).eq(0)
    found = pipeline.approval_change(
        rows.assign(decided_at=rows["decided_at"].mask(late)), pd.Timestamp("2025-01-16"), TODAY
    )
    assert found.value > 1.5


def test_stories_of_leads():
    """One that was won and one that was lost, with days since they came in."""
    table = pipeline.stories(LEADS, STAGES)
    assert table.index.get_level_values("lead").unique().tolist() == ["A", "B"]
    assert table.loc["A", "what happened"].iloc[-1] == "won"


def histories() -> pd.DataFrame:
    """Some customers' histories, in weeks."""
    return pd.DataFrame(
        {"frequency": [0, 3, 3, 10], "recency": [0.0, 40.0, 10.0, 50.0], "T": [30.0, 52.0, 52.0, 52.0]},
        index=list("abcd"),
    )


PARAMS = pd.Series({"r": 0.65, "alpha": 5.2, "a": 0.72, "b": 3.2})
MODEL = btyd.PurchaseModel("bgnbd", PARAMS, 0.0, 100)


def test_leaving_as_it_is_gives_the_models_own_forecast():
    """With leaving unchanged, what is expected is what BG/NBD expects."""
    at = np.array([13.0, 52.0])
    found = MODEL.purchases_if_active(histories(), at, 1.0) * MODEL.alive(histories()).to_numpy()[:, None]
    for i, t in enumerate(at):
        assert found[:, i] == pytest.approx(MODEL.expected_purchases(histories(), t).to_numpy(), rel=1e-6)


def test_nobody_who_never_leaves_is_lost():
    """With leaving nearly impossible an active customer buys at the expected rate: (r + x) / (alpha + T) a week."""
    found = MODEL.purchases_if_active(histories(), np.array([10.0]), 1e-9)[:, 0]
    rate = (PARAMS["r"] + histories()["frequency"]) / (PARAMS["alpha"] + histories()["T"])
    assert found == pytest.approx(10 * rate.to_numpy(), rel=1e-4)


def base() -> kept_customers.Base:
    """A base of these customers, each purchase worth 100."""
    return kept_customers.Base("fitted", histories(), MODEL, pd.Series(100.0, histories().index), 1000.0, 0.5)


def test_rarer_leaving_pays_later():
    """Nothing is added by leaving as it is; rarer leaving adds more in each year than the one before, and begins small."""
    table = kept_customers.years_of(base(), 2, -0.125)
    assert table["share"].is_monotonic_increasing
    assert 0 < table["share"].iloc[0] < 0.125
    assert (kept_customers.years_of(base(), 2, 0.0)["added"].abs() < 1e-9).all()
    monthly = kept_customers.added_by_month(base(), 12, -0.125)
    assert monthly["from customers who stay"].sum() == pytest.approx(table["added"].iloc[0])
    assert monthly.iloc[0, 0] > 5 * monthly.iloc[0, 1]


def test_who_is_without_the_system():
    """Customers of named cities have it; without cities, or where none is named, everybody is without."""
    customers = pd.DataFrame({"customer_id": ["a", "b"], "city": ["Wuhan", "Suzhou"]})
    orders = pd.DataFrame({"customer_id": ["a", "b", "c"]})
    assert kept_customers.not_in(customers, orders, "Wuhan, Chengdu").tolist() == ["b", "c"]
    assert kept_customers.not_in(customers, orders, " ").tolist() == ["a", "b", "c"]
    assert kept_customers.not_in(customers[["customer_id"]], orders, "Wuhan").tolist() == ["a", "b", "c"]


def test_the_true_lift_is_of_those_who_were_there():
    """Added over what would have come without, in the first 12 months from the go-live."""
    months = pd.date_range("2025-01-01", periods=14, freq="MS")
    benefit = pd.DataFrame({"month": months, "margin_known": 11.0, "added_known": [1.0] * 12 + [9.0] * 2})
    assert rollout_evidence.true_lift(benefit, months[0], pd.Timestamp("2026-06-30")) == pytest.approx(0.1)
    assert np.isnan(rollout_evidence.true_lift(benefit.head(0), months[0], TODAY))


def test_a_go_live_that_does_nothing_is_found_as_often_as_it_should(lanyu):
    """Lanyu's customers with cities dealt again: whoever lives in the four, the interval holds no change in 95 of 100 deals."""
    began = pd.Timestamp("2025-01-01")
    margins = rollout_evidence.margins_around(lanyu, began)
    rng, deals = np.random.default_rng(1), 500
    lives = pd.Series(np.arange(len(margins)) % 10 < 4)
    found = [
        causal.difference_in_differences(
            margins["before"], margins["after"], pd.Series(rng.permutation(lives))
        ).change.contains(0.0)
        for _ in range(deals)
    ]
    assert abs(np.mean(found) - 0.95) < 3 * np.sqrt(0.05 * 0.95 / deals)


def test_the_sum_behind_a_measured_change():
    """100 to 90 here, 80 to 60 elsewhere: -10 less -20 is 10 added, over the 80 that would have come: +12.5 %."""
    means = pd.DataFrame(
        {"before": [80.0, 100.0], "after": [60.0, 90.0]}, index=["other cities", "go-live cities"]
    )
    means = means.assign(change=means["after"] - means["before"])
    lift = Estimate(0.125, unit="change")
    found = rollout_evidence.Evidence("unclear", lift, 1.0, (5, 5), means).parts
    assert found == {"here": -10, "elsewhere": -20, "added": 10, "without": 80, "lift": lift}
    assert np.isnan(rollout_evidence.Evidence("unknown", lift, 1.0, (0, 0), pd.DataFrame()).parts["added"])


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(-0.1, 0.2, "unclear"), (-0.1, 0.02, "excluded"), (0.01, 0.2, "up"), (-0.2, -0.1, "down")],
)
def test_what_a_measured_change_says_of_a_claim(low, high, word):
    """Zero outside decides; else it matters whether the claim of .05 lies inside."""
    lift = Estimate((low + high) / 2, low, high, "change")
    found = rollout_evidence.Evidence(lift.verdict, lift, 1.0, (5, 5), pd.DataFrame())
    assert rollout_evidence.against_claim(found, 0.05) == word


def trials() -> pd.DataFrame:
    """A trial with a cost in which the treated bring 20 more, one without revenue, and one that is tiny."""
    rng = np.random.default_rng(1)
    n = 400
    arm = np.where(np.arange(n) < 200, "coupon", "none")
    revenue = 100 + 20 * (arm == "coupon") + rng.normal(0, 10, n)
    big = pd.DataFrame(
        {"experiment": "big", "unit_id": range(n), "arm": arm, "ordered": 1, "revenue": revenue}
    )
    big["cost"] = np.where(arm == "coupon", 4.0, 0.0)
    return pd.concat(
        [big, big.assign(experiment="silent", revenue=np.nan), big.iloc[::40].assign(experiment="tiny")]
    )


def test_steps_by_hand():
    """Half of 20 is margin: 10 added, 6 left after a cost of 4; what is sure has its name."""
    table = steps.steps(trials(), 0.5)
    assert table["trial"].tolist() == ["big"]
    row = table.iloc[0]
    assert (row["added"], row["left"]) == pytest.approx((10, 6), abs=1.0)
    name, left = steps.first_step(table)
    assert name == "big (coupon)"
    assert left.verdict == "up"
    assert steps.sure(table) == ["big (coupon)"]
    assert steps.shown(table, "EUR")["cost, EUR"].tolist() == [4.0]
    dated = trials().assign(
        assigned_at=pd.Timestamp("2025-01-01 09:00"), measured_on=pd.Timestamp("2025-01-30")
    )
    assert steps.shown(steps.steps(dated, 0.5), "EUR")["days"].tolist() == [30]


def test_intervals_of_two_steps_hold_at_once():
    """Beside a second trial each interval is one of 97.5 %."""
    two = pd.concat([trials(), trials().assign(experiment=lambda t: t["experiment"] + " again")])
    one, of_two = (steps.steps(t, 0.5).set_index("trial").loc["big"] for t in (trials(), two))
    wider = stats.norm.ppf(1 - 0.0125) / stats.norm.ppf(1 - 0.025)
    assert of_two["left_high"] - of_two["left_low"] == pytest.approx(
        wider * (one["left_high"] - one["left_low"]), rel=0.01
    )


def test_no_trial_no_step():
    """Without units there is no first step."""
    empty = steps.steps(trials().head(0), 0.5)
    assert steps.first_step(empty)[0] == ""
    assert steps.sure(empty) == []
    assert steps.shown(empty, "EUR").empty


def test_who_still_comes_by_hand():
    """Of a, b and c, who bought in the first ten of thirty days, two came in the next ten and one in the last; d came too late."""
    days = {"a": [0, 9, 10, 29], "b": [3, 19], "c": [5], "d": [12, 25]}
    rows = [
        (who, pd.Timestamp("2025-06-01 18:00") + pd.Timedelta(days=d)) for who, on in days.items() for d in on
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    middle, last = kept_customers.later_thirds(orders, pd.Timestamp("2025-06-30"))
    assert (middle.value, last.value, last.n) == (pytest.approx(2 / 3), pytest.approx(1 / 3), 3)


def test_a_model_in_which_nobody_leaves_says_so():
    """With hardly any dropout everybody counts as active, however silent; whether that is so, the orders say."""
    faithful = btyd.PurchaseModel("bgnbd", pd.Series({**PARAMS, "a": 0.001, "b": 9.0}), 0.0, 100)
    came, fewer = Estimate(0.6, unit="share"), Estimate(0.5, unit="share")
    assert kept_customers.base_case(faithful, histories(), came, came) == "nobody_leaves"
    assert kept_customers.base_case(faithful, histories(), came, fewer) == "overlooked"
    assert kept_customers.base_case(faithful, histories(), Estimate(), Estimate()) == "overlooked"
    assert kept_customers.base_case(MODEL, histories(), came, fewer) == "fitted"
    some = kept_customers.Base(
        "fitted",
        histories().assign(days_since_last=[200, 10, 300, 5]),
        MODEL,
        pd.Series(100.0, histories().index),
        1.0,
        0.5,
    )
    found = kept_customers.silence(some)
    assert found["silent"].value == 0.5
    assert found["active"].value == pytest.approx(some.active / 4)


def test_without_a_model_no_money():
    """Where too few buy again, every month is missing, and the number of active customers is not stated."""
    none = btyd.PurchaseModel("bgnbd", pd.Series(dtype=float), np.nan, 4, "too few")
    some = kept_customers.Base(
        "not_fitted", histories(), none, pd.Series(100.0, histories().index), 1000.0, 0.5
    )
    assert np.isnan(some.by_month(3)).all()
    assert len(kept_customers.described(some, "CNY")) == 3
    assert kept_customers.years_of(some, 2, -0.1)["added"].isna().all()
