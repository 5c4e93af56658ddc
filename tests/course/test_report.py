"""Pages that come out of a run: whole, offline, and safe whatever the data is called."""

import pytest

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
    base = {"id": "01_a/01_b", "title": "T", "status": "passed", "reason": "", "seconds": 1.5,
            "parameters": {}, "figures": [FIGURE], "checks": []}  # fmt: skip
    return base | more


def content(*notebooks, **data):
    """A run.json."""
    about = {"name": "shop", "start": "2024-01-01", "end": "2024-12-31", "synthetic": False,
             "fingerprint": "abc", "currency": "EUR", "rows": {"orders": 1200}}  # fmt: skip
    return {"data": about | data, "versions": {"python": "3"}, "notebooks": list(notebooks)}


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


def test_the_index_says_status_and_figures(tmp_path):
    """Each notebook has a card: status, reason, figures with interval; a column without any value is left out."""
    skipped = result(id="01_a/02_c", status="skipped", reason="the data has no returns", figures=[])
    page = report.index(content(skipped, result(status="skipped")), tmp_path)
    assert "2 skipped" in page
    assert "the data has no returns" in page
    assert "<td>0.250</td><td>0.200</td><td>0.300</td>" in page
    assert "truth" not in page
    assert "1,200 orders" in page


def test_money_is_told_in_the_datas_currency():
    """A figure in money shows the currency where it is known."""
    money = FIGURE | {"unit": "money", "value": 1234567.8}
    assert "<td>1,234,568</td>" in report.figures_table([money], "EUR")
    assert "<td>EUR</td>" in report.figures_table([money], "EUR")
    assert "<td>money</td>" in report.figures_table([money], "")


def test_what_comes_from_data_is_escaped(tmp_path):
    """A shop called <script> is a shop, not a script."""
    evil = "<script>alert(1)</script>"
    page = report.index(
        content(result(title=evil, status="skipped", reason=evil, parameters={"x": evil}), name=evil),
        tmp_path,
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 4


def test_decisions_stand_first_and_chapters_part_the_cards(tmp_path):
    """What is to be decided leads to its reasons; notebooks stand under their chapter; without decisions there is no heading."""
    told = result(id="02_segmentation/01_rfm", status="skipped", decisions=["Spend 5 < 6 & stop."])
    page = report.index(content(told, result(status="skipped")), tmp_path)
    assert (
        '<li>Spend 5 &lt; 6 &amp; stop. <a class="quiet" href="02_segmentation/01_rfm.html">why</a></li>'
        in page
    )
    assert page.index("To be decided") < page.index("<h2>02 Segmentation</h2>") < page.index("<h2>01 A</h2>")
    assert "To be decided" not in report.index(content(result(status="skipped")), tmp_path)
