"""What cells show, and what a run collects from it."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from hostile import ATTACKS, active, tags
from workbook.analytics.estimate import Estimate
from workbook.course.display import MIME, decide, orders_of_own_accord, record, say, show, verdict, with_truth
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError


def bundle(shown) -> dict:
    """Give what Jupyter would store, after it has gone through JSON as in a notebook's file."""
    return json.loads(json.dumps(shown._repr_mimebundle_(), allow_nan=False))


def test_sentences_become_one_paragraph():
    """Empty parts are left out, so a sentence may be made or not; the text is there for nbval too."""
    assert bundle(say("One.", "", "Two.")) == {"text/markdown": "One. Two.", "text/plain": "One. Two."}


def test_nothing_to_say_shows_nothing():
    """A cell whose sentence doesn't hold for this data has no output."""
    assert say("Only sometimes.", when=False) is None
    assert say("", "") is None


def test_a_table_without_a_value_says_so():
    """A table of missing values alone is no table to read."""
    for table in (pd.DataFrame({"a": []}), pd.DataFrame({"a": [np.nan], "b": [np.nan]})):
        assert "Nothing to show" in bundle(show(table))["text/plain"]


def test_a_truth_beside_nothing_is_not_rounded_to_nothing():
    """An estimate of exactly 0 has no decimals of its own; its truth may need some."""
    shown = bundle(record("adds", Estimate(0.0, unit="orders"), truth=0.02))
    assert shown["text/plain"] == "adds: 0.00 orders · truth 0.02 orders"


def test_an_open_end_is_said():
    """What is known of one side only is no bare number."""
    shown = bundle(record("cost", Estimate(137.0, 81.0, unit="EUR")))
    assert shown["text/plain"] == "cost: EUR 137 · 95 % interval from EUR 81 on"


def test_a_record_for_the_reader_and_for_the_run():
    """The figure is shown as text and carried beside it as data, both through papermill."""
    shown = bundle(
        record(
            "high_value_share", 0.2125, unit="share", low=0.2, high=0.22, truth=0.21, claim="rfm-retention"
        )
    )
    assert shown[MIME] == {
        "figure": {"name": "high_value_share", "value": 0.2125, "unit": "share", "low": 0.2, "high": 0.22,
                   "truth": 0.21, "claim": "rfm-retention"}
    }  # fmt: skip
    assert shown["text/plain"] == "high value share: 21 % · 95 % interval 20 to 22 % · truth 21 %"
    assert shown["text/plain"] in shown["text/html"]


@pytest.mark.parametrize("missing", [math.nan, np.nan, None, pd.NA, pd.NaT, math.inf, -math.inf])
def test_missing_numbers_become_null(missing):
    """JSON has no NaN: an unknown number is recorded as null and read as not known."""
    shown = bundle(record("x", missing, unit="money", low=missing, high=1.0, truth=missing))
    assert shown[MIME]["figure"] == {
        "name": "x", "value": None, "unit": "money", "low": None, "high": 1.0, "truth": None, "claim": None
    }  # fmt: skip
    assert (shown["text/plain"], shown["text/html"]) == ("x: (not known)", "")


@pytest.mark.parametrize("value", [3, np.int64(3), np.float32(3), True])
def test_numbers_of_any_make_are_recorded_as_floats(value):
    """What pandas counts is as good as what Python counts."""
    recorded = bundle(record("n", value, unit="orders"))[MIME]["figure"]["value"]
    assert recorded == float(value)
    assert isinstance(recorded, float)


def test_an_unknown_unit_is_told():
    """Units are few, so that a report can format them."""
    with pytest.raises(DataError, match=r"unit must be one of money, ratio, share, .*; got 'yuan'"):
        record("x", 1.0, unit="yuan")


def test_a_figure_is_escaped():
    """A name is text and never markup."""
    shown = bundle(record("<b>x</b>", 1.0, unit="ratio"))
    assert "<b>" not in shown["text/html"]
    assert "&lt;b&gt;x&lt;/b&gt;: 1.00" in shown["text/html"]


def test_truth_is_set_beside_estimates(small):
    """On synthetic data each row gets its truth by key; rows that the truth doesn't know stay empty."""
    ids = [small.customers["customer_id"].iloc[i] for i in (3, 0)]
    estimates = pd.DataFrame({"alive": [0.5, 0.6, 0.7]}, index=[*ids, "nobody"])
    found = with_truth(
        estimates, small, "customers", {"active": "truly active", "purchases_12m": "true purchases"}
    )
    truth = small.truth["customers"].set_index("customer_id").loc[ids]
    assert found["alive"].tolist() == [0.5, 0.6, 0.7]
    assert found["truly active"].tolist()[:2] == truth["active"].tolist()
    assert found["true purchases"].tolist()[:2] == truth["purchases_12m"].tolist()
    assert found.loc["nobody", ["truly active", "true purchases"]].isna().all()
    assert list(estimates.columns) == ["alive"]


def test_orders_of_own_accord_are_those_that_nothing_caused(small):
    """With a truth, orders that a trial or marketing caused are left out; without one nobody can tell, and none is."""
    caused = set(small.truth["caused_orders"]["order_id"])
    assert caused
    own = orders_of_own_accord(small)
    assert set(own["order_id"]) == set(small.orders["order_id"]) - caused
    for truth in (None, {}):
        mine = Dataset("mine", small.tables, small.start, small.end, truth=truth)
        assert len(orders_of_own_accord(mine)) == len(small.orders)


def test_truth_by_channel(small):
    """Another truth table has another key: its first column."""
    channels = pd.DataFrame({"cac": [300.0]}, index=["search"])
    found = with_truth(channels, small, "channels", {"acquisition_cost": "true CAC"})
    assert found.loc["search", "true CAC"] == 330.0


def test_without_truth_the_columns_are_there_but_empty(small):
    """Cells need no `if`: on a user's data, and at another date than the data's end, the truth is missing."""
    mine = Dataset("mine", small.tables, small.start, small.end)
    estimates = pd.DataFrame({"alive": [0.5]}, index=[small.customers["customer_id"].iloc[0]])
    names = {"active": "truly active"}
    earlier = small.end - pd.Timedelta(days=1)
    for found in (
        with_truth(estimates, mine, "customers", names),
        with_truth(estimates, small, "customers", names, as_of=earlier),
        with_truth(estimates, small.at(earlier), "customers", names),
        with_truth(estimates, small.at(earlier), "customers", names, as_of=earlier),
        with_truth(estimates, small, "stores", names),
    ):
        assert list(found.columns) == ["alive", "truly active"]
        assert found["truly active"].isna().all()
    assert with_truth(estimates, small, "customers", names, as_of=small.end)["truly active"].notna().all()


def test_truth_that_does_not_depend_on_the_day_is_there_on_any(small):
    """How often somebody buys is true on a past day too."""
    past = small.at(small.end - pd.Timedelta(days=100))
    estimates = pd.DataFrame({"rate": [0.5]}, index=[past.orders["customer_id"].iloc[0]])
    found = with_truth(estimates, past, "customers", {"purchase_rate": "true rate"}, as_of=past.today)
    assert found["true rate"].notna().all()


def test_show_leaves_out_empty_truths_and_claims_only():
    """A column of truths or claims that is empty throughout isn't shown; other empty columns are a finding."""
    table = pd.DataFrame(
        {"value": [1.0], "true value": [np.nan], "claim": [None], "returns": [np.nan], "truly": [2.0]}
    )
    shown = show(table)
    assert list(shown.frame.columns) == ["value", "returns", "truly"]
    assert "true value" not in bundle(shown)["text/html"]
    assert list(table.columns) == ["value", "true value", "claim", "returns", "truly"]


def test_show_formats_for_reading():
    """Decimals as asked for, thousands of amounts set apart, gaps blank, whole texts, no minus before a zero."""
    long = "a long remark that must be read to its end, however wide the table becomes by it, full stop"
    table = pd.DataFrame(
        {"spend": [12345.678, np.nan, -0.0], "remark": [long, None, "x"]}, index=["a", "b", "c"]
    )
    shown = bundle(show(table, digits=1))
    assert "12,345.7" in shown["text/plain"]
    assert long in shown["text/plain"]
    assert long in shown["text/html"]
    assert "NaN" not in shown["text/plain"] + shown["text/html"]
    assert "-0.0" not in shown["text/plain"] + shown["text/html"]
    assert "12,345.68" in bundle(show(table))["text/plain"]


def test_a_column_of_missing_counts_is_blank():
    """Of whole numbers none of which is known nothing is shown, as of any other gap."""
    shown = bundle(show(pd.DataFrame({"days": pd.array([None, None], dtype="Int64"), "of": [1000, 2]})))
    assert "NA" not in shown["text/plain"] + shown["text/html"]
    assert "1,000" in shown["text/plain"]


def test_a_small_negative_number_is_no_minus_zero():
    """What rounds to nothing is read as nothing."""
    assert "-0.00" not in bundle(show(pd.Series([-0.001, 7.5])))["text/plain"]


def test_show_escapes_what_comes_from_the_data():
    """A product may be called anything; in a page it is text."""
    table = pd.DataFrame({"<i>name</i>": ["<script>alert(1)</script>"]}, index=["<b>"])
    page = bundle(show(table))["text/html"]
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<i>" not in page
    assert "<b>" not in page


def test_a_decision_is_said_and_carried_to_the_report():
    """It is read in the notebook like any sentence, and a run finds it in the outputs; without reason there is none."""
    said = bundle(decide("Run it:", "the sceptic agrees."))
    assert said["text/markdown"] == "> **Decision.** Run it: the sceptic agrees."
    assert said[MIME] == {"decision": "Run it: the sceptic agrees."}
    assert decide("Run it.", when=False) is None


def test_words_are_set_left_and_numbers_right():
    """In a page; the plain text is pandas' own."""
    table = pd.DataFrame({"action": ["call", "wait"], "customers": [1200, 3], "day": ["2025-01-01", ""]})
    page = bundle(show(table))["text/html"]
    assert page.count("text-align:left") == 3
    assert '<th style="text-align:left">action</th>' in page
    assert '<td style="text-align:left">call</td>' in page
    assert "<td>1,200</td>" in page
    assert "<td>2025-01-01</td>" in page


def test_a_column_has_one_side():
    """A number or a mark among words is set left with them; what is missing doesn't make words of numbers."""
    table = pd.DataFrame(
        {"this customer": ["CNY 364", "M", None], "low": [0.5, None, 1.0]}, index=["a", "b", "c"]
    )
    page = bundle(show(table))["text/html"]
    assert '<td style="text-align:left">M</td>' in page
    assert "<th>low</th>" in page
    assert page.count("text-align:left") == 4


def test_a_series_is_shown_as_a_table():
    """One column is a table too."""
    shown = show(pd.Series([1.0, 2.0], name="share"))
    assert list(shown.frame.columns) == ["share"]
    assert set(bundle(shown)) == {"text/html", "text/plain"}


def test_a_table_without_rows_says_so():
    """An empty grid of headings would look like a mistake; the sentence is there in both forms."""
    shown = bundle(show(pd.DataFrame({"share": pd.Series(dtype=float)})))
    assert "the data has no values for this table" in shown["text/plain"]
    assert shown["text/plain"] in shown["text/html"]


def test_what_is_not_known_has_no_truth_beside_it():
    """A truth is there to hold a result against; without a result it would only give itself away."""
    assert record("lift", float("nan"), unit="ratio", truth=0.3).truth is None
    assert record("lift", 0.2, unit="ratio", truth=0.3).truth == 0.3


def test_fields_are_text_and_the_decision_is_plain():
    """A field is escaped in the notebook's sentence, and is what it was for the report, which escapes it there."""
    said = bundle(decide("Run **{arm}**: {lift:.0%}.", arm="<b>*new*", lift=0.5))
    assert said["text/markdown"] == "> **Decision.** Run **&#60;b&#62;&#42;new&#42;**: 50%."
    assert said[MIME] == {"decision": "Run **<b>*new***: 50%."}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_a_cell_shows_is_active(attack):
    """Sentences, figures and tables hold the data's texts and no elements of theirs."""
    table = pd.DataFrame({attack: [attack], "n": [1]}, index=pd.Index([attack], name=attack))
    both = pd.DataFrame({"n": [1]}, index=pd.MultiIndex.from_tuples([(attack, attack)], names=[attack, "b"]))
    shown = [bundle(s) for s in (record(attack, 1.0, unit="orders"), show(table), show(both), say(attack))]
    for form in shown[:3]:
        assert active(form["text/html"]) == []
        assert "$" not in form["text/html"]
        assert tags(form["text/html"]) <= {"div", "span", "wbr", "table", "thead", "tbody", "tr", "th", "td"}
    for form in shown:
        assert not set(form["text/plain"]) & set("\x00\x1b\x9b\u202e\u2066\r")


@pytest.mark.parametrize("name", ["product", "product_id"])
def test_a_barcode_is_shown_whole(name):
    """A product's id of 13 digits is nobody's telephone number, in a column or as the name of a row."""
    table = pd.DataFrame({name: ["4006381333931"]})
    for shown in (bundle(show(table)), bundle(show(table.set_index(name).assign(n=1)))):
        assert "4006381333931" in shown["text/html"]
        assert "4006381333931" in shown["text/plain"]


def test_a_table_shows_no_phone_number():
    """Phones and addresses are cut wherever they stand, names where a customer's id should be."""
    table = pd.DataFrame({"who": ["13800001278"], "customer_id": ["Anna Li"]}, index=["a.b@c.com"])
    shown = bundle(show(table.rename_axis("customer_id")))
    for form in ("text/plain", "text/html"):
        assert "138…78" in shown[form]
        assert "A…" in shown[form]
        assert "a…@…com" in shown[form]
        assert "Anna" not in shown[form]


def test_columns_may_have_numbers_for_names():
    """A cross table has; its counts are set apart like others."""
    assert "1,234" in bundle(show(pd.DataFrame({1: [1234], 2: [5]})))["text/html"]


def test_sentences_that_are_known_are_said():
    """A template with an unknown field is left out, the others make a paragraph; nothing at all is no output."""
    assert say("It was {n:,}.", "Of these {m}.", n=1234, m=None).text == "It was 1,234."
    assert say("It was {m}.", m=math.nan) is None
    assert say(verdict("alike", up="More.", alike="No change."), "That is {n} weeks.", n=3).text == (
        "No change. That is 3 weeks."
    )


def test_a_verdict_has_a_sentence_for_each_case():
    """An estimate chooses by its interval; a word needs its sentence, but where nothing is known none is said."""
    sentences = {"up": "It rose by {estimate:value}.", "down": "It fell.", "unclear": "Chance could do that."}
    assert verdict(Estimate(0.2, 0.1, 0.3, "change"), **sentences).text == "It rose by +20 %."
    assert verdict(Estimate(0.2, -0.1, 0.3, "change"), **sentences).text == "Chance could do that."
    assert verdict(Estimate(unit="change"), **sentences) is None
    assert verdict("up", {"estimate": Estimate(0.5, unit="share")}, **sentences).text == "It rose by 50 %."
    with pytest.raises(KeyError, match="no sentence for the case 'flat'"):
        verdict("flat", **sentences)


def test_an_estimate_is_recorded_as_it_is():
    """Value, interval and unit come from the estimate; a currency is money."""
    figure = record("lift", Estimate(12.0, 10.0, math.nan, "CNY"), truth=11.0)
    assert (figure.value, figure.low, figure.high, figure.unit, figure.truth) == (
        12.0,
        10.0,
        None,
        "money",
        11.0,
    )


def test_recorded_money_is_shown_in_its_currency():
    """A page says CNY 12; what a run keeps is money, as before."""
    shown = bundle(record("gain", Estimate(1200.0, 1000.0, 1400.0, "CNY"), truth=1100.0))
    assert shown["text/plain"] == "gain: CNY 1,200 · 95 % interval CNY 1,000 to 1,400 · truth CNY 1,100"
    assert shown[MIME]["figure"]["unit"] == "money"
    assert "currency" not in shown[MIME]["figure"]


def test_a_table_that_quotes_people_says_so():
    """Who passes a page on knows that it holds people's own words."""
    quoting = bundle(show(pd.DataFrame({"grade": [1], "text": ["I am Anna Li of 3 Mill Lane"]})))
    assert all("may name somebody" in form for form in quoting.values())
    assert not any("may name" in form for form in bundle(show(pd.DataFrame({"grade": [1]}))).values())


def test_small_numbers_are_no_zeros():
    """A column of which all is next to nothing with so many decimals has more; counts, gaps and larger ones stay as asked for."""
    table = pd.DataFrame(
        {
            "price": [0.0136, 0.0031, math.nan],
            "spend": [1.26, 0.4, 0.0],
            "sum": [31.6, 0.2, 7.0],
            "n": [1.0, 2.0, 0.0],
        }
    )
    shown = bundle(show(table, digits=0))
    assert [line.split()[1:] for line in shown["text/plain"].splitlines()[1:]] == [
        ["0.014", "1.3", "32", "1"],
        ["0.003", "0.4", "0", "2"],
        ["0.0", "7", "0"],
    ]
    assert "<td>0.014</td>" in shown["text/html"]
    assert bundle(show(table[["price"]].head(1)))["text/plain"].split() == ["price", "0", "0.014"]
