"""Pages that everybody can use: on a phone and a screen, light and dark, by whatever reads them aloud."""

from dataclasses import replace

import nbformat
import pandas as pd
import pytest

from browser import browser, serious
from workbook.course import catalogue, data_report, report, sweep_page
from workbook.tables.locations import load

pytestmark = pytest.mark.slow
CHECKED = ("orders", "order_lines", "customers", "tickets", "complaints")  # each table has the same elements
KINDS = ("00_start_here", "01_privacy_compliance", "check", "sweep")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """All pages that the workbook writes, from what is stored: notebooks, check of data, sweep."""
    return list(written(tmp_path_factory.mktemp("pages")))


def written(out):
    """Write them, one after the other."""
    ids = [n.id for n in catalogue.notebooks()]
    for n in catalogue.notebooks():
        path = out / f"{n.id}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.read(n.path, as_version=4)
        path.write_text(report.page(notebook, n.title, n.id, ids), encoding="utf-8")
        yield path
    rows = [{"id": f"{i}", "notebook": "m", "status": "passed", "reason": "", "seed": i, "figure": "roi", "value": 0.1 * i,
             "unit": "ratio", "low": 0.0, "high": 1.0, "truth": 0.2, "claim": None} for i in range(1, 4)]  # fmt: skip
    shop = load("lanyu")
    others = {
        "check.html": data_report.page(replace(shop, tables={name: shop.table(name) for name in CHECKED})),
        "sweep.html": sweep_page.page(
            pd.DataFrame(rows), {f"{i}": {"seed": i} for i in range(1, 4)}, "workbook sweep"
        ),
    }
    for name, text in others.items():
        (out / name).write_text(text, encoding="utf-8")
        yield out / name


def test_nothing_is_wider_than_its_page(stored):
    """On a phone and on a screen: wide tables move within themselves."""
    with browser() as started:
        page = started.new_context().new_page()
        for path in stored:
            page.goto(path.as_uri())
            for width in (390, 1366):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name


def test_what_leads_elsewhere_is_not_printed(stored):
    """On paper no link can be followed; what is for the curious is printed, folded or not."""
    with browser() as started:
        page = started.new_context().new_page()
        page.goto(stored[0].as_uri())
        shown = "all => all.map(one => one.checkVisibility())"
        assert page.locator("nav").evaluate_all(shown) == [True, True]
        page.emulate_media(media="print")
        assert page.locator("nav").evaluate_all(shown) == [False, False]
        assert page.locator("details img").first.evaluate("one => one.getBoundingClientRect().height") > 0


def test_pages_can_be_used_by_everybody(stored):
    """One page of each kind has no serious finding of axe-core, light and dark."""
    colours_alone = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    looked_at = [path for path in stored if path.stem in KINDS]
    assert len(looked_at) == len(KINDS)
    with browser() as started:
        page = started.new_context(bypass_csp=True).new_page()
        for path in looked_at:
            page.goto(path.as_uri())
            for colours, rules in (("light", {}), ("dark", colours_alone)):
                page.emulate_media(color_scheme=colours)
                assert serious(page, **rules) == [], (path.name, colours)
