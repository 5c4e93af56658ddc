"""Pages that come out of a run: whole, offline, and safe whatever the data is called."""

import base64
import io
import json
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from workbook import charts
from workbook.course import report

FIGURE = {
    "name": "share_of_x",
    "value": 0.25,
    "unit": "share",
    "low": 0.2,
    "high": 0.3,
    "truth": None,
    "claim": None,
}


def result(**more):
    """A notebook's part of run.json."""
    base = {"id": "01_a/01_b", "title": "T", "status": "passed", "reason": "", "seconds": 1.5, "parameters": {},
            "seed": 1, "lacks": [], "figures": [FIGURE], "checks": [], "decisions": []}  # fmt: skip
    return base | more


def skipped(**more):
    """One whose data lacks something."""
    return result(**({"status": "skipped", "reason": "the data has no returns", "lacks": ["returns"]} | more))


def content(*notebooks, **data):
    """A run.json."""
    about = {"name": "shop", "start": "2024-01-01", "end": "2024-12-31", "synthetic": False, "world": None,
             "fingerprint": "abc", "currency": "EUR", "rows": {"orders": 1200}, "notes": []}  # fmt: skip
    how = {"on": "2025-01-05", "command": "workbook run --data shop"}
    return {"data": about | data, "versions": {"python": "3"}, "made": how, "notebooks": list(notebooks)}


def png(mark, width=880, height=420):
    """The beginning of a picture of this size."""
    size = width.to_bytes(4) + height.to_bytes(4)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + mark.encode()).decode()


def ran(out, *pictures, id="01_a/01_b", tagged=(), alt=()):
    """Write an executed notebook: a cell a picture, some of them tagged for the report, some with words."""
    said = {picture: {"image/png": {"alt": words}} for picture, words in dict(alt).items()}
    cells = [
        {
            "metadata": {"tags": ["report"]} if picture in tagged else {},
            "outputs": [{"data": {"image/png": picture}, "metadata": said.get(picture, {})}],
        }
        for picture in pictures
    ]
    path = out / f"{id}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells}))
    return path


@pytest.mark.slow
def test_a_page_has_no_script_and_no_link_out():
    """A page opens without a network: pictures are in it, and it loads nothing."""
    import nbformat  # takes seconds, and every worker collects every module

    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Title\n\nText with `code` and a | b"),
            nbformat.v4.new_code_cell(
                "1 + 1", outputs=[nbformat.v4.new_output("execute_result", {"text/plain": "2"})]
            ),
        ]
    )
    page = report.page(notebook, "Title")
    assert page.startswith("<!doctype html>")
    for outside in ("<script", "http://", "https://", "<link"):
        assert outside not in page


@pytest.mark.slow
def test_every_picture_of_a_page_has_words():
    """Its own where somebody gave it some, as our charts do; another one says that it has none."""
    import nbformat

    v4, form = nbformat.v4, {"image/png": "AAAA"}
    own = v4.new_output("display_data", form, metadata={"image/png": {"alt": "Bars"}})
    cell = v4.new_code_cell("draw()", outputs=[own, v4.new_output("display_data", form)])
    page = report.page(v4.new_notebook(cells=[cell]), "T")
    assert re.findall(r'<img [^>]*alt="([^"]*)"', page) == ["Bars", report.UNSAID]


@pytest.mark.slow
def test_a_page_folds_what_is_not_read_first():
    """Code that only speaks is left out, its output stays; each section for the curious is opened by its own heading."""
    import nbformat

    v4 = nbformat.v4
    said = v4.new_output("display_data", {"text/plain": "what it said"})
    cells = [
        v4.new_markdown_cell("# T"),
        v4.new_code_cell("speaks = 1", outputs=[said], metadata={"tags": ["narration"]}),
        v4.new_markdown_cell("### For the curious: one"),
        v4.new_code_cell("inside = 1"),
        v4.new_markdown_cell("said\n\n### For the curious: <two>\n\nmore\n\n## After"),
        v4.new_code_cell("outside = 1"),
    ]
    page = report.page(v4.new_notebook(cells=cells), "T")
    assert "speaks" not in page
    assert "what it said" in page
    one, two = re.findall(r"<details>(.*?)</details>", page, flags=re.DOTALL)
    assert one.startswith("<summary>For the curious: one</summary>")
    assert "inside" in one
    assert "said" in one
    assert two.startswith("<summary>For the curious: &lt;two&gt;</summary>")
    assert "more" in two
    rest = page.rpartition("</details>")[2]
    assert "After" in rest
    assert "outside" in rest


def test_figures_are_read_with_their_units():
    """A share is a percentage, an interval says its unit once or with each sign, and an empty column is left out."""
    told = report.figures_table(
        [FIGURE, FIGURE | {"name": "customers", "unit": "customers", "value": 5000, "low": None}], ""
    )
    assert "<th>share of x</th>" in told
    assert ">25 %</td>" in told
    assert ">20 to 30 %</td>" in told
    assert "<th>customers</th>" in told
    assert ">5,000</td>" in told
    assert "truth" not in told
    assert "course" not in told
    assert report.figures_table([], "EUR") == ""


def test_money_is_told_in_the_datas_currency():
    """A figure in money shows the currency where it is known."""
    money = FIGURE | {"unit": "money", "value": 1234567.8, "low": 1e6, "high": 2e6}
    assert ">EUR 1,234,568</td>" in report.figures_table([money], "EUR")
    assert ">EUR 1,000,000 to 2,000,000</td>" in report.figures_table([money], "EUR")
    assert ">1,234,568</td>" in report.figures_table([money], "")


def test_claim_estimate_and_truth_stand_side_by_side():
    """A figure that bears on a claim is read as the claim is, whatever unit it was recorded in."""
    lift = FIGURE | {
        "value": 0.494,
        "low": 0.33,
        "high": 0.68,
        "unit": "ratio",
        "truth": 0.3,
        "claim": "rfm-retention",
    }
    told = report.reading(lift, "CNY")
    assert told == {
        "figure": "share of x",
        "estimate": "+49 %",
        "95 % interval": "+33 to +68 %",
        "truth": "+30 %",
        "the course says": "+30 %",
    }


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("crm-churn", "-15 to -10 %"),
        ("clv-analytics", "+20 to +30 %"),
        ("first-contact-online", "over 75 %"),
        ("rfm-retention", "+30 %"),
    ],
)
def test_a_bound_is_said_as_a_bound(claim, said):
    """Where the course says "over", or gives a range, the report does too."""
    figure = FIGURE | {"value": 0.1, "unit": "ratio", "claim": claim}
    assert report.reading(figure, "CNY")["the course says"].replace("−", "-") == said


def test_the_cover_says_what_the_data_is(tmp_path):
    """Name, period, fingerprint, when it was made, and how much ran; undated data is called so."""
    page = report.cover(content(skipped(), skipped()))
    for part in (
        "shop",
        "2024-01-01 to 2024-12-31",
        "abc",
        "imported",
        "2025-01-05",
        "None of 2 notebooks ran",
    ):
        assert part in page
    assert "not dated" in report.cover(content(skipped(), start=None, end=None))


def test_how_it_was_made_is_on_the_page(tmp_path):
    """The command, the seed, what the notebooks were given, the versions and the rows."""
    page = report.index(content(skipped(parameters={"bins": 4})), tmp_path)
    for part in (
        "<code>workbook run <span>--data</span> shop</code>", "draws: 1.", "01_a/01_b was given bins = 4.", "orders 1,200", "python 3",
    ):  # fmt: skip
        assert part in page
    world = {"customers": 20, "seed": 3, "claims": {}}
    assert "The retailer was made with customers 20, seed 3." in report.how_made(
        content(synthetic=True, world=world)
    )


def test_what_comes_from_data_is_escaped(tmp_path):
    """A shop called <script> is a shop, not a script; nor is a figure, a reason, a setting, a decision or a currency."""
    evil = "<script>alert(1)</script>"
    ran(tmp_path, png("AAAA"))
    figure = FIGURE | {"name": evil, "unit": "money"}
    failed = result(
        title=evil, status="failed", reason=evil, parameters={"x": evil}, figures=[figure], decisions=[evil]
    )
    told = content(failed, skipped(title=evil), name=evil, currency=evil, fingerprint=evil, rows={evil: 1})
    page = report.index(told | {"made": {"on": evil, "command": evil}, "versions": {evil: evil}}, tmp_path)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 15


def test_decisions_stand_first_and_lead_to_their_reasons(tmp_path):
    """What is to be decided leads to the section on the page that gives its reasons; notebooks stand under their chapter."""
    told = result(id="02_segmentation/01_rfm", title="RFM: who?", decisions=["Spend 5 < 6 & stop."])
    ran(tmp_path, id="02_segmentation/01_rfm")
    ran(tmp_path)
    page = report.index(content(told, result()), tmp_path)
    assert (
        '<li>Spend 5 &lt; 6 &amp; stop. <a class="quiet" href="#02_segmentation/01_rfm">RFM</a></li>' in page
    )
    assert '<h3 id="02_segmentation/01_rfm">RFM: who?</h3>' in page
    assert page.index("To be decided") < page.index("<h2>02 Segmentation</h2>") < page.index("<h2>01 A</h2>")
    assert '<a href="02_segmentation/01_rfm.html">02_segmentation/01_rfm.html</a>' in page
    assert "To be decided" not in report.index(content(result()), tmp_path)


def test_every_link_of_the_page_leads_somewhere(tmp_path):
    """A notebook that was left out has no page, and no link to one."""
    ran(tmp_path)
    page = report.index(content(result(decisions=["Do it."]), skipped(id="01_a/02_c")), tmp_path)
    assert set(re.findall('href="([^"]*)"', page)) == {"#01_a/01_b", "01_a/01_b.html"}
    assert page.count('id="01_a/01_b"') == 1


def test_a_failure_is_said_where_its_results_are(tmp_path):
    """Who reads the figures of a notebook that stopped is told that it stopped, and why."""
    ran(tmp_path)
    page = report.index(content(result(status="failed", reason="ValueError: no rows")), tmp_path)
    assert "This notebook failed: ValueError: no rows. " in page
    assert "None of 1 notebook ran; 1 failed." in page


def pictures(path):
    """Pictures that the report shows, without their words."""
    return [png for png, _ in report.pictures(path)]


def test_the_report_shows_tagged_pictures(tmp_path):
    """The author says which pictures matter; without a word the first and the last are shown, and one alone once."""
    a, b, c = map(png, "abc")
    assert pictures(ran(tmp_path, a, b, c, tagged=(b,))) == [b]
    assert pictures(ran(tmp_path, a, b, c)) == [a, c]
    assert pictures(ran(tmp_path, a)) == [a]
    assert pictures(ran(tmp_path)) == []


def test_what_the_data_does_not_say_is_named_and_has_no_row():
    """A figure without a value isn't a row of blanks; its name stands below the table, or alone."""
    unknown = FIGURE | {"name": "lift_<of>_x", "value": None, "low": None, "high": None}
    shown = report.figures_table([FIGURE, unknown], "CNY")
    assert shown.count("<tr>") == 2
    assert shown.endswith('<p class="quiet">This data does not say: lift &lt;of&gt; x.</p>')
    assert report.figures_table([unknown], "CNY").startswith('<p class="quiet">')
    assert report.figures_table([], "CNY") == ""


def test_the_reports_pictures_have_words(tmp_path):
    """What a picture shows is said for those who can't see it; one without words is numbered."""
    a, b = map(png, "ab")
    ran(tmp_path, a, b, alt={a: "Half wait over 8 < 9 hours."})
    page = report.index(content(result()), tmp_path)
    assert 'alt="Half wait over 8 &lt; 9 hours."' in page
    assert 'Picture 2."' in page


def test_a_picture_of_nothing_is_not_in_the_report(tmp_path):
    """Where the data has nothing to draw, the line that says so stays in the notebook."""
    a, line = png("a"), png("line", height=66)
    assert pictures(ran(tmp_path, a, line, tagged=(a, line))) == [a]
    assert pictures(ran(tmp_path, line, tagged=(line,))) == []
    charts.plot_bars(pd.Series(dtype=float), xlabel="x", title="Nothing")
    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    plt.close("all")
    assert not report.shows_something(base64.b64encode(buffer.getvalue()).decode())


def test_a_decision_says_what_nobody_gave(tmp_path):
    """Costs of the notebook's own stand under what follows from them, and nowhere else."""
    ran(tmp_path)
    asked = result(decisions=["Stop."], assumed={"margin": 0.5, "yearly_cost": 100000.0})
    page = report.index(content(asked), tmp_path)
    assert "as the notebook has them: margin = 0.5, yearly_cost = 100,000." in page
    assert "as the notebook has them" not in report.index(content(asked | {"decisions": []}), tmp_path)
    assert "as the notebook has them" not in report.index(content(asked | {"assumed": {}}), tmp_path)
