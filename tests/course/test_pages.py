"""Pages: whole, and whatever a text says, it is text."""

import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from seaborn.utils import relative_luminance

from hostile import ATTACKS, active
from workbook import charts
from workbook.charts import style
from workbook.course.pages import (
    POLICY,
    STYLE,
    Html,
    cleaned,
    document,
    drawn,
    escape,
    frame_table,
    items,
    picture,
    table,
)

EVIL = "<script>alert('1')</script>"


def test_all_text_is_escaped_and_markup_is_not():
    """Heads, names of rows, cells, items, titles and what a picture says; only what says that it is markup is."""
    shown = [
        table([EVIL, EVIL], [[EVIL, EVIL]], words=[EVIL]),
        frame_table(pd.DataFrame({EVIL: [EVIL]}, index=[EVIL])),
        items([EVIL]),
        picture("AAAA", EVIL),
        document(EVIL, ""),
    ]
    for page in shown:
        assert "<script" not in page
        assert "&lt;script&gt;" in page
    assert table(["", "b"], [["a", Html("<b>x</b>")]]).count("<b>x</b>") == 1
    assert escape(escape("<")) == "&lt;"
    assert "'" not in picture("AAAA", EVIL).partition("src")[0]


def test_a_table_names_its_rows_and_marks_some():
    """The first column names the rows; words are set left, numbers are not broken, marked rows are coloured."""
    page = table(["", "n", "what"], [["a", 1, "x"], ["b", 2, "y"]], words=["what"], marked=[1])
    assert '<tr><th>a</th><td class="number">1</td><td class="words">x</td></tr>' in page
    assert '<tr class="wrong"><th>b</th>' in page


def test_no_items_are_no_list():
    """An empty list would be an empty space."""
    assert items([]) == ""


def test_a_figure_is_drawn_with_what_it_shows_in_words():
    """Who can't see the picture reads what it states; the figure is closed."""
    page = drawn(charts.plot_bars(pd.Series([1.0, 2.0]), title="Half <wait>", xlabel="share"))
    assert page.startswith('<img alt="Half &lt;wait&gt;. Bar chart: across share')
    assert '" src="data:image/png;base64,iVBOR' in page
    assert plt.get_fignums() == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_on_a_page_runs_or_loads(attack):
    """Whatever stands on a page as text is text, and whatever a notebook shows as HTML is at most form."""
    rows = table([attack, attack], [[attack, attack]], words=[attack])
    shown = document(attack, f"{rows}{items([attack])}{picture('AAAA', attack)}{cleaned(attack)}")
    assert active(shown) == []
    assert f'content="{POLICY}"' in shown
    assert shown.index(POLICY) < shown.index("<title>")


def test_html_of_others_keeps_its_form():
    """Tables, styles, pictures within the page and links to the literature stay; a handler, a script and a form go."""
    form = (
        '<table class="dataframe"><tbody><tr><td style="text-align:left">a</td></tr></tbody></table>'
        '<img alt="x" src="data:image/png;base64,AA"><a href="https://doi.org/x">x</a>'
    )
    assert cleaned(form) == form
    assert cleaned("<style scoped>p {}</style><p onclick=x>a</p>") == "<p>a</p>"
    assert cleaned("a<script>x</script>") == "a"
    assert cleaned("<p>a\x1b[2Jb</p>\n\tc") == "<p>a\\x1b[2Jb</p>\n\tc"
    assert cleaned('<a href="data:text/html,x">a</a>') == "<a>a</a>"
    assert cleaned('<img src="picture.png">') == "<img>"


def test_cards_keep_their_borders_and_places():
    """What a page of cards is made of is form too."""
    form = "display:flex;flex-wrap:wrap;gap:12px;border:1px solid #87929a;border-radius:8px;padding:12px;width:230px"
    assert cleaned(f'<div style="{form}">a</div>') == f'<div style="{form}">a</div>'


def test_lines_do_not_break_within_a_percentage_or_an_option():
    """A number stays with its percent sign, an option is whole; code that may be copied keeps its characters."""
    shown = document("x", "<p>84 % of all, <code>run --to a-b -x</code></p><pre>90 % --x</pre>")
    assert (
        "<p>84\N{NO-BREAK SPACE}% of all, <code>run <span>--to</span> a-b <span>-x</span></code></p>" in shown
    )
    assert "<pre>90 % --x</pre>" in shown


def test_pictures_do_not_glare_at_night():
    """Their white is dimmed on a dark page; lines and texts still stand out, by 3 : 1 and 4.5 : 1."""
    dimmed = float(re.findall(r"dark\) { img { filter: brightness\((.*?)\)", STYLE)[0])
    assert dimmed < 0.9
    white, *shown = [
        [dimmed * c for c in to_rgb(name)] for name in ("white", *style.COLOURS, style.INK, style.QUIET)
    ]
    light = [(relative_luminance(white) + 0.05) / (relative_luminance(colour) + 0.05) for colour in shown]
    assert min(light) >= 3
    assert light[-2] >= 4.5


def test_what_is_printed_is_for_paper():
    """Colours of the night are for screens alone: paper is white."""
    assert (
        STYLE.count("prefers-color-scheme: dark")
        == STYLE.count("@media screen and (prefers-color-scheme: dark)")
        > 1
    )
