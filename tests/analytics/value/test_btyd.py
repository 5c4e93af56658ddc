"""The purchase and spend models: the published parameters of CDNOW, lifetimes' own numbers, and known customers."""

import importlib.util
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import betaln, gammaln

from workbook.analytics.value import activity, btyd
from workbook.analytics.value.btyd import PurchaseModel
from workbook.tables.errors import DataError
from workbook.tables.summary import customer_summary


def theirs(name: str, *columns: pd.Series, weights=None):
    """Fit with lifetimes itself, as its documentation has it."""
    model = btyd.fitter(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(*columns, weights=weights)


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """Read the 1/10 sample of CDNOW that lifetimes brings along."""
    path = Path(importlib.util.find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_sample.txt"
    names = ["master_id", "customer_id", "day", "quantity", "amount"]
    lines = pd.read_csv(path, sep=r"\s+", names=names, dtype={"customer_id": str})
    return lines.assign(ordered_at=pd.to_datetime(lines["day"].astype(str), format="%Y%m%d"))


@pytest.fixture(scope="module")
def calibration(cdnow) -> pd.DataFrame:
    """Summarise its first 39 weeks."""
    return customer_summary(cdnow, "1997-09-30", unit="days/7")


# Known answers. Published to three decimals and to two: half of the last digit is the tolerance.


def test_cdnow_bg_nbd(calibration):
    """Fader, Hardie & Lee (2005), table 2: r .243, alpha 4.414, a .793, b 2.426, log-likelihood −9582.4."""
    model = btyd.fit_purchases(calibration)
    assert model.customers == 2357
    assert model.params.to_dict() == pytest.approx(
        {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, abs=5e-4
    )
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.05)


def test_cdnow_gamma_gamma(calibration):
    """Fader & Hardie (2013): p 6.25, q 3.74, v 15.44 on the 946 who came back."""
    model = btyd.fit_spend(calibration)
    assert model.customers == 946
    assert model.params.to_dict() == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, abs=5e-3)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["days/7", "weeks", "days"])
@pytest.mark.parametrize(("kind", "name"), [("bgnbd", "BetaGeoFitter"), ("mbgnbd", "ModifiedBetaGeoFitter")])
def test_the_weighted_fit_is_the_plain_one(cdnow, unit, kind, name):
    """Distinct histories with their counts give the parameters that every customer on their own gives, to 1e-6."""
    summary = customer_summary(cdnow, "1997-09-30", unit=unit)
    plain = theirs(name, summary["frequency"], summary["recency"], summary["T"])
    ours = btyd.fit_purchases(summary, kind)
    pd.testing.assert_series_equal(ours.params, plain.params_, rtol=1e-6)


def test_the_log_likelihood_is_that_of_the_data(calibration):
    """It is the sum over customers on the data's own scale of time, from the formula of the paper."""
    model = btyd.fit_purchases(calibration)
    r, alpha, a, b = model.params
    x, t, age = (calibration[c].to_numpy() for c in btyd.HISTORY)
    stays = (
        betaln(a, b + x)
        - betaln(a, b)
        + gammaln(r + x)
        - gammaln(r)
        + r * np.log(alpha)
        - (r + x) * np.log(alpha + age)
    )
    n = np.maximum(x, 1)
    leaves = (
        betaln(a + 1, b + n - 1)
        - betaln(a, b)
        + gammaln(r + x)
        - gammaln(r)
        + r * np.log(alpha)
        - (r + x) * np.log(alpha + t)
    )
    wanted = np.where(x > 0, np.logaddexp(stays, leaves), stays).sum()
    assert model.log_likelihood == pytest.approx(wanted, rel=1e-9)


def test_predictions_are_lifetimes_own(calibration):
    """Each customer's expected purchases, chance of being alive and expected spend are those of lifetimes."""
    history = [calibration[c] for c in btyd.HISTORY]
    for kind, name in (("bgnbd", "BetaGeoFitter"), ("mbgnbd", "ModifiedBetaGeoFitter")):
        model, plain = btyd.fit_purchases(calibration, kind), theirs(name, *history)
        expected = plain.conditional_expected_number_of_purchases_up_to_time(39, *history)
        np.testing.assert_allclose(model.expected_purchases(calibration, 39), expected, rtol=1e-6)
        np.testing.assert_allclose(
            model.alive(calibration), plain.conditional_probability_alive(*history), rtol=1e-6
        )
        assert model.expected_purchases(calibration, 39).index.equals(calibration.index)
        for t in (1.0, 52.0):
            wanted = plain.expected_number_of_purchases_up_to_time(t)
            assert model.expected_repeats(t) == pytest.approx(wanted, rel=1e-6)
    back = calibration[calibration["frequency"] > 0]
    plain = theirs("GammaGammaFitter", back["frequency"], back["monetary_value"])
    expected = plain.conditional_expected_average_profit(
        calibration["frequency"], calibration["monetary_value"]
    )
    np.testing.assert_allclose(btyd.fit_spend(calibration).expected_spend(calibration), expected, rtol=1e-6)


def test_the_order_of_customers_does_not_matter(calibration):
    """Predictions belong to customers, not to rows."""
    shuffled = calibration.sample(frac=1, random_state=1)
    model = btyd.fit_purchases(shuffled)
    wanted = btyd.fit_purchases(calibration).alive(calibration)
    pd.testing.assert_series_equal(model.alive(shuffled).sort_index(), wanted, rtol=1e-9)


def test_who_paid_nothing_is_expected_to_spend_like_anybody(calibration, gamma_gamma):
    """A mean spend of zero says nothing about spending: the expectation is that of a new customer."""
    model = gamma_gamma
    rows = pd.DataFrame({"frequency": [0, 4, 4], "monetary_value": [0.0, 0.0, 300.0]})
    new, nothing, some = model.expected_spend(rows)
    p, q, v = gamma_gamma.params
    assert new == pytest.approx(p * v / (q - 1))
    assert nothing == new
    assert some == pytest.approx(p * (v + 4 * 300) / (4 * p + q - 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("a", "b"), [(0.9, 3.0), (1.0, 2.0), (0.3, 0.4), (0.05, 0.2), (2.5, 3.0)], ids=lambda v: f"{v:g}"
)
@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_expected_purchases_from_first_principles(kind, a, b, bgnbd):
    """Bayes on a grid of 1,500 rates and dropouts agrees to one in a thousand, also where lifetimes' formula divides by a − 1 = 0."""
    params = pd.Series({**bgnbd.params, "a": a, "b": b})
    history = pd.DataFrame({"frequency": [0, 2, 9], "recency": [0.0, 20.0, 45.0], "T": [30.0, 40.0, 52.0]})
    found = PurchaseModel(kind, params, np.nan, 0).expected_purchases(history, 26.0)
    middle = (np.arange(1500) + 0.5) / 1500
    rate = stats.gamma(params["r"], scale=1 / params["alpha"]).ppf(middle)[:, None]
    p = stats.beta(a, b).ppf(middle)[None, :]
    future = np.where(p > 0, -np.expm1(-rate * p * 26.0) / np.maximum(p, 1e-300), rate * 26.0)
    for customer, (x, t, age) in zip(history.index, history.to_numpy(), strict=True):
        chances = x + (kind == "mbgnbd")  # to leave, and not taken if still active
        active = rate**x * (1 - p) ** chances * np.exp(-rate * age)
        left = p * (1 - p) ** (chances - 1) * rate**x * np.exp(-rate * t) if chances else 0.0
        expected = (active * future).sum() / (active + left).sum()
        assert found[customer] == pytest.approx(expected, rel=0.001)


def test_distinct_histories_and_the_way_back():
    """Each history once with its count, and for every customer the place of theirs."""
    summary = pd.DataFrame(
        {"frequency": [0, 2, 0, 2], "recency": [0.0, 3.0, 0.0, 3.0], "T": [5.0, 9.0, 5.0, 8.0]}
    )
    rows, place = btyd.distinct(summary)
    assert rows.to_numpy().tolist() == [[0, 0, 5, 2], [2, 3, 8, 1], [2, 3, 9, 1]]
    pd.testing.assert_frame_equal(rows.loc[place, btyd.HISTORY].reset_index(drop=True), summary)


def test_the_fit_finds_the_parameters_again(simulated, bgnbd):
    """Fitted on customers of known parameters, each of these lies within 4 standard errors."""
    found = btyd.fit_purchases(simulated)
    errors = theirs("BetaGeoFitter", *(simulated[c] for c in btyd.HISTORY)).standard_errors_
    assert (errors < 0.4 * bgnbd.params).all()  # else 4 of them would prove nothing
    assert ((found.params - bgnbd.params).abs() < 4 * errors).all()


def test_the_spend_fit_finds_the_parameters_again(simulated, gamma_gamma):
    """So do those of Gamma-Gamma."""
    back = simulated[simulated["frequency"] > 0]
    found = btyd.fit_spend(simulated)
    errors = theirs("GammaGammaFitter", back["frequency"], back["monetary_value"]).standard_errors_
    assert found.customers == len(back)
    assert (errors < 0.25 * gamma_gamma.params).all()
    assert ((found.params - gamma_gamma.params).abs() < 4 * errors).all()


@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_where_the_search_begins_changes_nothing(simulated, kind):
    """From another model's parameters, or from none that lead anywhere, the fit ends where it always ends."""
    alone = btyd.fit_purchases(simulated, kind)
    for params in (alone.params * [2, 0.5, 1.5, 0.7], alone.params * np.nan):
        begun = btyd.fit_purchases(simulated, kind, PurchaseModel(kind, params, 0.0, 1))
        assert begun.params.to_list() == pytest.approx(alone.params.to_list(), rel=1e-4)
    paid = btyd.fit_spend(simulated)
    other = btyd.SpendModel("gamma-gamma", paid.params * [2, 1.2, 0.5], 0.0, 1)
    assert btyd.fit_spend(simulated, other).params.to_list() == pytest.approx(paid.params.to_list(), rel=1e-4)


@pytest.mark.slow
def test_importing_and_fitting_leave_everybodys_warnings_alone():
    """Lifetimes silences FutureWarning for the whole process, at import and at each fit; here it must not."""
    code = """
import warnings
warnings.simplefilter("error")
import pandas as pd
from workbook.analytics.value import btyd
from workbook.analytics.value import forecast
from workbook.analytics.value import lifetime_value
before = list(warnings.filters)
assert not [m for m in __import__("sys").modules if m.split(".")[0] == "lifetimes"]
h = pd.DataFrame({"frequency": range(1, 13), "recency": [float(i) for i in range(1, 13)], "T": 20.0,
                  "monetary_value": [5.0, 9, 3, 8, 7, 12, 4, 6, 6, 9, 5, 8]})
btyd.fit_purchases(h), btyd.fit_purchases(h, "mbgnbd"), btyd.fit_spend(h)
m = btyd.PurchaseModel("bgnbd", pd.Series({"r": 1.0, "alpha": 5.0, "a": 2.0, "b": 3.0}), 0.0, 12)
m.alive(h), m.expected_purchases(h, 5.0), m.expected_repeats(4.0)
assert warnings.filters == before, warnings.filters
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# Where there is no model.


@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd"])
def test_nobody_came_back(nobody_back, kind):
    """A model without repeat purchases is a sentence: its predictions are missing, and so is the grid of them."""
    bought, paid = btyd.fit_purchases(nobody_back, kind), btyd.fit_spend(nobody_back)
    assert not bought.fitted
    assert bought.problem.startswith("None of the 1,200 customers bought on a second day")
    assert (
        paid.problem == "Only 0 customers have a second purchase with an amount; fewer than 10 are too few."
    )
    for found in (
        bought.expected_purchases(nobody_back, 10),
        bought.alive(nobody_back),
        paid.expected_spend(nobody_back),
    ):
        assert found.index.equals(nobody_back.index)
        assert found.isna().all()
    assert np.isnan(bought.expected_repeats(10.0))
    assert np.isnan(bought.expected_repeats(np.array([1.0, 2.0]))).tolist() == [True, True]
    assert activity.alive_grid(bought, nobody_back).isna().all(axis=None)


@pytest.mark.slow
def test_ten_repeat_customers_are_the_least(simulated):
    """Fewer than ten repeat customers can't carry four parameters, and the sentence counts them."""
    back, once = simulated[simulated["frequency"] > 0], simulated[simulated["frequency"] == 0].head(40)
    summary = pd.concat([back.head(9), once], ignore_index=True)
    sentence = "Only 9 of the 49 customers bought on a second day; fewer than 10 can't carry a model with four parameters."
    assert btyd.fit_purchases(summary).problem == sentence
    assert btyd.fit_spend(summary).problem.startswith("Only 9 customers have a second purchase")
    assert btyd.purchase_problem(pd.concat([back.head(10), once])) == ""
    assert btyd.fit_spend(back.head(10)).customers == 10


def test_equal_spend_has_no_spread_to_fit():
    """Gamma-Gamma describes differences: without any, a sentence says so."""
    summary = pd.DataFrame({"frequency": [1] * 20, "monetary_value": 50.0})
    assert (
        btyd.fit_spend(summary).problem
        == "All repeat customers spend the same, so there is no spread to fit."
    )


def test_a_fit_that_does_not_settle_is_a_sentence(monkeypatch, capsys, simulated):
    """Where the optimiser gives up, what it prints is kept from the reader, and the model says why it has no numbers."""

    class Stubborn:
        def fit(self, *_, **__):
            print("      fun: nan")
            raise btyd.lifetimes().utils.ConvergenceError("no")

    monkeypatch.setattr(btyd, "fitter", lambda _: Stubborn())
    for model in (btyd.fit_purchases(simulated), btyd.fit_spend(simulated)):
        assert model.problem == "The fit did not settle; these customers may be too few or too alike."
        assert model.params.empty
    assert capsys.readouterr().out == ""


def test_an_unknown_kind_is_told():
    """What is allowed, what came, what was meant."""
    with pytest.raises(
        DataError, match=r"kind must be one of bgnbd, mbgnbd; got 'bgndb'\. Did you mean 'bgnbd'\?"
    ):
        btyd.fit_purchases(pd.DataFrame(), "bgndb")


def test_the_chance_to_buy_by_hand(bgnbd, histories):
    """Of an active customer with rate gamma(r + x, alpha + T), 1 − ((alpha + T) / (alpha + T + t)) to the power r + x."""
    found = bgnbd.chance_to_buy(histories, 13.0)
    alive = bgnbd.alive(histories)
    assert found["a"] == pytest.approx(1 - (35 / 48) ** 0.6)  # who bought once is active
    assert found["c"] == pytest.approx(alive["c"] * (1 - (57 / 70) ** 12.6))
    assert (found < alive).all()


def test_the_chance_to_buy_without_a_model_is_missing(nobody_back):
    """What can't be fitted predicts nothing."""
    assert btyd.fit_purchases(nobody_back).chance_to_buy(nobody_back, 13.0).isna().all()


@pytest.mark.slow
def test_cdnow_who_bought_once(calibration):
    """At CDNOW 1,411 of 2,357 bought once: by BG/NBD all of them are active, by MBG/NBD under half of them."""
    models = {k: btyd.fit_purchases(calibration, k) for k in ("bgnbd", "mbgnbd")}
    found = activity.active_shares(calibration, models)
    assert found["customers"].tolist() == [2357, 946, 1411]
    assert found.loc["bought once", "bgnbd"] == 1.0
    assert found.loc["bought once", "mbgnbd"] < 0.5


@pytest.mark.parametrize("chances", [1.0, 40.0, 600.0, 1e5])
@pytest.mark.parametrize("a", [0.3, 4.0, 2000.0])
def test_a_mean_over_a_beta_distribution(a, chances):
    """Of p, and of its square, however narrow it is, as by hand."""
    p, weight = btyd.beta_nodes(a, chances, 60)
    mean = a / (a + chances)
    assert weight.sum() == pytest.approx(1)
    assert p @ weight == pytest.approx(mean, rel=1e-6)
    assert p**2 @ weight == pytest.approx(mean * (a + 1) / (a + chances + 1), rel=1e-6)
