"""Pictures: labelled, in the workbook's style alone, and calm about data that has nothing."""

import inspect
import itertools
import re
import sys
import types
import typing

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from seaborn.utils import relative_luminance

from hostile import ATTACKS
from workbook import charts
from workbook.charts import alt_text, style, texts

FRAME = pd.DataFrame({"one": [1.0, 2.0, 3.0], "two": [2.0, 1.0, 0.0]}, index=["a", "b", "c"])
SERIES = pd.Series([1.0, 4.0, 9.0], index=[1.0, 2.0, 3.0])
SWEPT = pd.DataFrame({"at": [1.0, 1.0, 2.0], "value": [0.1, 0.2, 0.4], "truth": [0.2, 0.2, 0.3]})
CALLS = {
    "plot_bands": (FRAME, {"line": "one", "bands": {"b": ("one", "two")}, "xlabel": "x", "ylabel": "y"}),
    "plot_calibration": (FRAME, {"x": "one", "y": "two", "xlabel": "x", "ylabel": "y", "counts": "one"}),
    "plot_against_truth": (
        FRAME,
        {"value": "one", "low": "two", "high": "one", "truth": "two", "xlabel": "x"},
    ),
    "plot_intervals": (FRAME, {"mark": 2.0, "value": "one", "low": "two", "high": "one", "xlabel": "x"}),
    "plot_tornado": (FRAME, {"at_low": "one", "at_high": "two", "middle": 1.0, "xlabel": "x"}),
    "plot_control": (FRAME, {"xlabel": "x", "ylabel": "y"}),
    "plot_waiting": (FRAME, {"x": "one", "xlabel": "x", "ylabel": "y"}),
    "plot_week": (FRAME, {"xlabel": "x", "ylabel": "y", "label": "n"}),
    "plot_bars": (FRAME, {"xlabel": "x"}),
    "plot_lines": (FRAME.reset_index(drop=True), {"xlabel": "x", "ylabel": "y"}),
    "plot_histogram": (SERIES, {"xlabel": "x", "top": 1}),
    "plot_heatmap": (FRAME, {"xlabel": "x", "ylabel": "y"}),
    "plot_points": (FRAME, {"x": "one", "y": "two", "xlabel": "x", "ylabel": "y", "line": (1, 3)}),
    "plot_cloud": (SERIES, {"colour": SERIES, "label": "c", "xlabel": "x", "ylabel": "y"}),
    "plot_sweep": (SWEPT, {"xlabel": "x", "ylabel": "y", "unit": "share"}),
    "plot_timelines": (SERIES, {"xlabel": "x"}),
    "plot_forecasts": (FRAME, {"xlabel": "x", "ylabel": "y"}),
}
each_chart = pytest.mark.parametrize("name", CALLS)


@pytest.fixture(autouse=True)
def no_window(monkeypatch):
    """Draw to memory, and leave no figure behind."""
    matplotlib.use("agg")
    yield
    plt.close("all")


def test_every_chart_is_tried():
    """A new chart needs its line in CALLS."""
    assert set(charts.__all__) == set(CALLS)


@each_chart
def test_a_chart_states_its_point_and_labels_its_axes(name):
    """Title and axis labels are there, and drawing gives no warning."""
    values, options = CALLS[name]
    ax = getattr(charts, name)(values, title="What it shows", **options)
    assert ax.figure.get_suptitle() == "What it shows"
    assert ax.get_xlabel() == "x"
    ax.figure.canvas.draw()


@each_chart
def test_a_chart_of_nothing_says_so(name):
    """Empty or missing values give a figure with a sentence, not an error."""
    values, options = CALLS[name]
    for nothing in (values * np.nan, values.iloc[:0]):
        ax = getattr(charts, name)(nothing, title="What it would show", **options)
        assert "Nothing to draw" in ax.texts[0].get_text()
        assert ax.figure.get_suptitle() == ""
        assert alt_text.alternative_text(ax.figure).startswith("Nothing to draw here: ")


@each_chart
@pytest.mark.parametrize("number", [0.0, 1.0])
def test_a_chart_of_a_single_number_is_drawn(name, number):
    """One customer, one month, nothing spent: a picture all the same, and no warning."""
    _, options = CALLS[name]
    values = pd.DataFrame({"one": [number], "two": [number]}, index=["a"])
    if name == "plot_sweep":
        values = pd.DataFrame({"at": [number], "value": [number]})
    if name in ("plot_histogram", "plot_cloud", "plot_timelines"):
        values = pd.Series([number], index=[number])
    ax = getattr(charts, name)(
        values, title="One", **options | ({"colour": values} if "colour" in options else {})
    )
    ax.figure.canvas.draw()
    assert ax.figure.get_suptitle() == "One"


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ([0.1, 0.2], "share", ["10 %", "20 %"]),
        ([0.16, 0.1625, 0.165], "share", ["16.00 %", "16.25 %", "16.50 %"]),
        ([-0.165, 0, 0.165], "change", ["-16.5 %", "0.0 %", "+16.5 %"]),
        ([0, 5, 10], "change", ["×1", "×6", "×11"]),
        ([0.05, 0.07], "points", ["5", "7"]),
        ([0.5], "share", ["50 %"]),
        ([], "share", []),
    ],
)
def test_the_ticks_of_shares_have_the_decimals_that_they_need(values, unit, ticks):
    """No two ticks look the same, none is rounded, and a point is a hundredth."""
    _, ax = plt.subplots()
    charts.style.format_axis(ax.yaxis, unit)
    assert ax.yaxis.get_major_formatter().format_ticks(values) == ticks


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([10, 12.5, 15], ["10.0", "12.5", "15.0"]),
        ([0, 2500, 10_000], ["0", "2,500", "10,000"]),
        ([-0.25, 0, 0.25], ["-0.25", "0.00", "0.25"]),
        ([2_000_000_000], ["2,000,000,000"]),
        ([1e-6, 2e-6], ["0.000001", "0.000002"]),
        ([], []),
    ],
)
def test_ticks_are_written_as_they_are(values, ticks):
    """Where 12.5 is a tick it isn't 12; thousands have a comma, and no number is written with a power of ten."""
    _, ax = plt.subplots()
    charts.style.format_axis(ax.xaxis, "")
    assert ax.xaxis.get_major_formatter().format_ticks(values) == ticks


@pytest.mark.parametrize(("unit", "ticks"), [("share", ["7.5 %", "10.0 %", "12.5 %"]), ("", ["7,500", "10,000", "12,500"])])  # fmt: skip
def test_a_colour_bar_is_written_like_an_axis(unit, ticks):
    """In the unit of the table, with the decimals that its ticks need and with thousands."""
    low, middle, high = (0.075, 0.1, 0.125) if unit else (7500, 10000, 12500)
    ax = charts.plot_heatmap(pd.DataFrame({"a": [low, high]}), title="t", unit=unit)
    bar = ax.figure.axes[-1].yaxis
    assert bar.get_major_formatter().format_ticks([low, middle, high]) == ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(5.4, 3.04, ["5.4", "3.0"]), (5.0, 3.0, ["5", "3"]), (54.4, 3.04, ["54", "3"])],
)
def test_small_numbers_of_a_heat_map_have_a_digit_more(low, high, expected):
    """Means of a few euros can be told apart; counts and large amounts have no decimals."""
    ax = charts.plot_heatmap(pd.DataFrame({"a": [low, high]}), title="t")
    assert [text.get_text() for text in ax.texts] == expected


def test_an_empty_cell_is_empty():
    """No lines of a grid shine through a heat map where it has no value."""
    ax = charts.plot_heatmap(FRAME.where(FRAME > 0), title="t")
    ax.figure.canvas.draw()
    assert not any(line.get_visible() for line in [*ax.get_xgridlines(), *ax.get_ygridlines()])


@pytest.mark.parametrize(
    "name",
    ["plot_lines", "plot_waiting", "plot_bands", "plot_forecasts", "plot_sweep", "plot_bars"],
)
def test_a_legend_covers_nothing(name):
    """It stands below what is drawn, and no name in it is cut, however long the names are."""
    values, options = CALLS[name]
    values = values.rename(columns={"two": "what came of it in the end, in months with a full week"})
    if name == "plot_bands":
        options = options | {"bands": {"a band of ninety-five percent": (values.columns[1], "one")}}
    figure = getattr(charts, name)(values, title="t", **options).figure
    figure.canvas.draw()
    legend, ax = figure.legends[0].get_window_extent(), figure.axes[0].get_window_extent()
    assert legend.y1 <= ax.y0
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.x1


def test_bands_without_a_line_say_that_there_is_nothing():
    """Counts beside a difference that could not be read at any look are no picture."""
    few = pd.DataFrame({"units": [1.0, 2.0], "difference": np.nan, "low": np.nan, "high": np.nan})
    ax = charts.plot_bands(few, line="difference", bands={"b": ("low", "high")}, title="t")
    assert not ax.lines
    assert ax.texts


def test_a_control_chart_names_its_limits():
    """Both limits are one entry; on a scale of factors what is twice and half of the centre is equally far from it."""
    frame = pd.DataFrame({"v": [9.0, 10, 11], "centre": 10.0, "low": 5.0, "high": 20.0})
    ax = charts.plot_control(frame, title="t", xlabel="x", ylabel="y", log=True)
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["value", "centre", "limits"]
    low, middle, high = ax.transData.transform([(0, 5), (0, 10), (0, 20)])[:, 1]
    assert middle - low == pytest.approx(high - middle)
    ax.figure.canvas.draw()
    assert {"10", "20"} <= {label.get_text() for label in ax.get_yticklabels()}


def test_a_legend_names_what_is_drawn():
    """Where weeks are too small for limits none is named; an interval beside stated chances is."""
    frame = pd.DataFrame({"v": [9.0, 10, 11], "centre": np.nan, "low": np.nan, "high": np.nan})
    assert not charts.plot_control(frame, title="t", xlabel="x", ylabel="y").figure.legends
    chances = pd.DataFrame({"x": [0.1, 0.4], "y": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.6]})
    options = {"x": "x", "y": "y", "low": "low", "high": "high", "xlabel": "x", "ylabel": "y"}
    (legend,) = charts.plot_calibration(chances, title="t", **options).figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["as stated", "95 % interval", "as it came"]


@pytest.mark.parametrize(("values", "drawn"), [([-1.0, 1.0], True), ([1.0, 2.0], False)])
def test_there_is_a_line_at_nothing_between_gain_and_loss(values, drawn):
    """Where values lie on both sides of 0 one sees where they pass it."""
    ax = charts.plot_lines(pd.Series(values), title="t", xlabel="x", ylabel="y")
    assert any(list(line.get_ydata()) == [0, 0] for line in ax.lines) == drawn


def test_an_estimate_is_seen_under_its_truth():
    """The sign of the truth is hollow: where both are equal, both are there."""
    values, options = CALLS["plot_against_truth"]
    ax = charts.plot_against_truth(values, title="t", **options)
    assert len(ax.collections[-1].get_facecolor()) == 0
    assert len(ax.collections[-2].get_facecolor()) == 1


def test_intervals_that_miss_stand_out():
    """Of three intervals one misses the line: two colours, and the legend says which is which."""
    frame = pd.DataFrame({"value": [0.5, 0.6, 0.9], "low": [0.4, 0.5, 0.8], "high": [0.6, 0.7, 1.0]})
    ax = charts.plot_intervals(frame, mark=0.55, mark_label="all", title="t")
    inside, outside = (lines.get_segments() for lines in ax.collections[::2])
    assert [len(inside), len(outside)] == [2, 1]
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == [
        "interval contains it",
        "interval misses it",
        "all",
    ]
    assert ax.get_xlim() == (0, 1)


def test_between_seeds_leads_no_line():
    """The mean of the seeds is one for all; a setting has a mean of its own at each value."""
    for ordered, means in ((True, [0.1, 0.4]), (False, [0.25, 0.25])):
        frame = pd.DataFrame({"at": [1, 2], "value": [0.1, 0.4]})
        ax = charts.plot_sweep(frame, xlabel="x", ylabel="y", title="t", ordered=ordered)
        assert ax.lines[0].get_ydata() == pytest.approx(means)


def test_the_style_is_nobody_elses():
    """Drawing changes no setting of the notebook it is called from."""
    before = dict(matplotlib.rcParams)
    charts.plot_bars(FRAME, xlabel="x", title="t")
    assert dict(matplotlib.rcParams) == before


def test_a_long_title_is_broken():
    """A title doesn't run out of its picture."""
    ax = charts.plot_bars(FRAME, xlabel="x", title="many words " * 20)
    assert ax.figure.get_suptitle().count("\n") >= 2


def test_the_tail_is_counted_and_said():
    """What the last bar of a histogram gathers is told at the axis."""
    values = pd.Series([*range(99), 10_000], dtype=float)
    ax = charts.plot_histogram(values, xlabel="days", top=0.9)
    assert ax.get_xlabel() == "days (last bar: and 10 above)"


@pytest.mark.parametrize(("most", "first", "bars"), [(3, 1, 3), (39, 1, 39), (100, 3, 34)])
def test_a_bar_of_counts_holds_whole_numbers(most, first, bars):
    """Each bar as many: who ordered once is not in a bar with a part of those who did twice."""
    counts = pd.Series(range(1, most + 1), dtype=float)
    ax = charts.plot_histogram(counts, xlabel="orders", title="t", top=1)
    heights = [bar.get_height() for bar in ax.patches]
    assert (heights[0], len(heights)) == (first, bars)
    assert sum(heights) == most
    assert all((bar.get_x() + 0.5) % 1 == 0 for bar in ax.patches)


def test_few_values_have_no_tail():
    """Of three customers none is gathered in the last bar, and customers are counted in whole numbers."""
    ax = charts.plot_histogram(pd.Series([1.0, 2.0, 90.0]), xlabel="days", title="t")
    assert ax.get_xlabel() == "days"
    assert all(tick == int(tick) for tick in ax.get_yticks())


def test_names_are_no_formulas_and_always_drawn():
    """Names, titles and units of the data are drawn as text, outside of the style too, without a warning."""
    evil = max(ATTACKS, key=len)
    rows = pd.DataFrame({evil: range(1, len(ATTACKS) + 1), "b": 1.0}, index=ATTACKS)
    labels = {"xlabel": evil, "title": " ".join(ATTACKS)}
    axes = [
        charts.plot_bars(rows, **labels),
        charts.plot_points(rows, x=evil, y="b", ylabel=evil, **labels),
        charts.plot_sweep(pd.DataFrame({"at": ATTACKS, "value": 1.0}), ylabel=evil, **labels),
        charts.plot_lines(rows.head(9).T.reset_index(drop=True), ylabel=evil, **labels),
        charts.plot_heatmap(rows.head(9).T, ylabel=evil, label=evil, **labels),
        charts.plot_heatmap(pd.DataFrame(1.0, ATTACKS[:4], ATTACKS[:12]), ylabel=evil, label=evil, **labels),
    ]
    for ax in axes:
        ax.figure.canvas.draw()
        assert not any(text.get_parse_math() for text in ax.figure.findobj(matplotlib.text.Text))


def test_a_long_name_keeps_its_ends():
    """What tells two ids apart is more often at the end than in the middle; our own labels are never so long."""
    ax = charts.plot_bars(pd.Series([1.0], index=["a" * 80 + "-0042"]), xlabel="x", title="t")
    label = ax.get_yticklabels()[0].get_text().replace("\n", "")
    assert len(label) == texts.NAME
    assert label.endswith("…aaa-0042")
    assert texts.drawable("店" * 40) == "店" * 23 + "…" + "店" * 8


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("answered in 48 hours, by person or machine", 36, ["answered in 48 hours,", "by person or machine"]),
        ("short enough", 36, ["short enough"]),
        ("新客户与老客户的年度销售额", 14, ["新客户与老客户", "的年度销售额"]),
        ("general win-back", 9, ["general", "win-back"]),
        ("a" * 25, 10, ["a" * 9, "a" * 9, "a" * 7]),
        ("a", 0, ["a"]),
        ("", 5, [""]),
    ],
)
def test_a_long_text_is_folded_into_lines_of_one_length(text, width, lines):
    """No word is left alone on a last line; Chinese is broken anywhere, a word only where no line would hold it."""
    assert texts.fold(text, width).split("\n") == lines


def test_a_single_day_stands_in_its_season():
    """One month is a dot with two months around it, not one in the middle of years."""
    ax = charts.plot_lines(pd.Series([3.0], index=pd.to_datetime(["2024-05-01"])), xlabel="", ylabel="y")
    assert np.diff(ax.get_xlim()) == 60


@pytest.mark.parametrize("name", charts.__all__)
def test_each_chart_says_what_it_takes(name):
    """help() and type checkers see a title, what is drawn and every option, each with its type."""
    chart = getattr(charts, name)
    taken = inspect.signature(chart).parameters
    types = typing.get_type_hints(chart)
    assert taken["title"].kind is inspect.Parameter.KEYWORD_ONLY
    assert set(types) == {*taken, "return"}
    assert types["return"] is Axes
    assert not any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in taken.values())


@each_chart
def test_each_chart_has_words_for_those_who_cant_see_it(name):
    """Title, kind of chart, and the labels of its axes are in the alternative text; every chart's kind has a name."""
    values, options = CALLS[name]
    ax = getattr(charts, name)(values, title="What it shows", **options)
    said = alt_text.alternative_text(ax.figure)
    assert said.startswith("What it shows. ")
    assert "across x" in said
    assert alt_text.KINDS[name.removeprefix("plot_")] in said


def test_a_picture_of_ones_own_is_said_by_its_title():
    """Matplotlib and pandas put it over the axes, not over the figure."""
    ax = SERIES.plot(title="What it shows", xlabel="x", ylabel="y")
    assert alt_text.alternative_text(ax.figure) == "What it shows. Chart: across x; upwards y."


def test_an_alternative_text_names_rows_from_top_to_bottom():
    """Rows are read as they stand, and only so many of them."""
    ax = charts.plot_bars(pd.Series(range(10), index=list("abcdefghij")), title="Who?", xlabel="n")
    assert alt_text.alternative_text(ax.figure) == (
        "Who? Bar chart: across n; from top to bottom a: 0, b: 1, c: 2, d: 3, e: 4, f: 5, g: 6, h: 7 and 2 more."
    )


def test_an_alternative_text_says_the_value_of_each_row():
    """Of bars and estimates, as their axis writes it; none where it isn't known, or where a row has several."""
    shares = pd.Series([0.3712, np.nan, 0.2], index=["store", "app", "by post, abroad"])
    said = alt_text.alternative_text(charts.plot_bars(shares, title="t", unit="share").figure)
    assert said.endswith("from top to bottom “store: 37.1 %”, “app”, “by post, abroad: 20 %”.")
    frame = pd.DataFrame({"value": [0.1, np.nan], "low": 0.0, "high": 0.2}, index=["a", "b"])
    options = {"value": "value", "low": "low", "high": "high", "xlabel": "x", "unit": "change"}
    said = alt_text.alternative_text(charts.plot_against_truth(frame, title="t", **options).figure)
    assert said.endswith("from top to bottom a: +10 %, b.")
    assert "top to bottom a, b, c." in alt_text.alternative_text(charts.plot_bars(FRAME, title="t").figure)


def test_an_alternative_text_names_the_columns_of_a_table():
    """From left to right, as its rows from top to bottom."""
    said = alt_text.alternative_text(charts.plot_heatmap(FRAME, title="t").figure)
    assert said == "t. Table as colours: from left to right one, two; from top to bottom a, b, c."


@pytest.mark.parametrize("name", ["plot_bars", "plot_heatmap", "plot_against_truth", "plot_tornado"])
def test_rows_are_read_from_the_top(name):
    """Whichever way a chart lays its rows."""
    values, options = CALLS[name]
    said = alt_text.alternative_text(
        getattr(charts, name)(
            values, title="t", **options | {"ylabel": ""} if name == "plot_heatmap" else options
        ).figure
    )
    assert re.search(r"from top to bottom a[^,]*, b[^,]*, c", said)


def test_a_notebooks_pictures_carry_their_words():
    """In a kernel the picture comes with its alternative text, once, however often a chart is drawn."""
    shell = types.SimpleNamespace(display_formatter=DisplayFormatter())
    forms = shell.display_formatter.formatters["image/png"]
    forms.for_type(Figure, lambda figure: b"\x89PNG")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell)
        figures = [charts.plot_bars(SERIES, title=title, xlabel="n").figure for title in ("One", "Two")]
    shown = [forms(figure) for figure in figures]
    assert [png for png, _ in shown] == [b"\x89PNG"] * 2
    assert [said["alt"][:3] for _, said in shown] == ["One", "Two"]


# How colours look to who lacks one kind of cone, linear RGB to linear RGB (Machado, Oliveira and Fernandes 2009, table 1).
VIEWS = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
APART = 20  # of CIE 1976; 2.3 is just noticed where colours touch


def lab(colours, view):
    """Colours in CIE L*a*b*, a row each, as they look to somebody."""
    channels = np.array([to_rgb(c) for c in colours])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = np.clip(linear @ np.array(view).T, 0, 1) @ TO_XYZ.T / TO_XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def contrast(one, other):
    """Contrast of two colours as WCAG 2 has it, 1 to 21."""
    dark, light = sorted(map(relative_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("view", VIEWS)
def test_colours_of_lines_can_be_told_apart(view):
    """Also by those who see two kinds of colour only."""
    seen = lab(style.COLOURS, VIEWS[view])
    distances = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(distances) >= APART


def test_colours_stand_out_on_white():
    """Lines and bars by 3 : 1, texts by 4.5 : 1; the style sheet has the same colours."""
    assert min(contrast(colour, "white") for colour in (*style.COLOURS, style.GREY)) >= 3
    assert min(contrast(colour, "white") for colour in (style.INK, style.QUIET)) >= 4.5
    sheet = matplotlib.rc_params_from_file(style.STYLE, use_default_template=False)
    assert sheet["axes.prop_cycle"].by_key()["color"] == [*style.COLOURS, style.GREY]


@pytest.mark.parametrize("least", [0, -1])
def test_numbers_of_a_heat_map_can_be_read_in_every_cell(least):
    """Each number stands out from its cell by 4.5 : 1, whatever the cell's colour; an empty cell has none."""
    frame = pd.DataFrame(np.linspace(least, 1, 60).reshape(6, 10))
    frame.iloc[2, 3] = np.nan
    ax = charts.plot_heatmap(frame, title="x")
    cells = ax.collections[0].get_facecolor()
    for text in ax.texts:
        x, y = map(int, text.get_position())
        assert contrast(text.get_color(), cells[10 * y + x]) >= 4.5
    assert len(ax.texts) == 59


@pytest.mark.parametrize("view", VIEWS)
def test_the_signs_of_a_heat_map_can_be_told_apart(view):
    """What is below zero has another colour than what is as far above it, also to the colour-blind; zero has neither."""
    frame = pd.DataFrame([[-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 2.0]])
    ax = charts.plot_heatmap(frame, title="x", unit="share", label="of all")
    ax.collections[0].update_scalarmappable()
    seen = lab([tuple(colour) for colour in ax.collections[0].get_facecolor()], VIEWS[view])
    assert all(
        np.linalg.norm(seen[i] - seen[6 - i]) >= APART for i in range(2)
    )  # a quarter of the way, and half
    assert np.hypot(*seen[3, 1:]) < 5  # grey
    assert [text.get_text() for text in ax.texts][2:6] == ["-25 %", "+0 %", "+25 %", "+50 %"]
    assert "colours show of all; orange: below 0, purple: above" in alt_text.alternative_text(ax.figure)


def test_colours_part_at_zero_only_where_something_is_below():
    """A table without a number below zero goes from little to much, and without signs."""
    frame = pd.DataFrame([[0.0, 1.0], [2.0, np.nan]])
    for draw in (charts.plot_heatmap, charts.plot_week):
        names = [draw(f, title="x").collections[0].get_cmap()(0.0) for f in (frame, frame - 1)]
        assert names[0] != names[1]
    assert "+" not in "".join(text.get_text() for text in charts.plot_heatmap(frame, title="x").texts)


def test_a_cell_of_few_rows_is_pale():
    """Where a number rests on fewer than 100 rows its cell is pale, which is said, and its number stands out all the same."""
    frame = pd.DataFrame(np.linspace(0, 1, 8).reshape(2, 4))
    ax = charts.plot_heatmap(frame, title="x", label="share", n=pd.DataFrame([[99, 100, 99, 5]] * 2))
    cells = ax.collections[0].get_facecolor()
    assert (cells[:, 3] == [0.3, 1, 0.3, 0.3] * 2).all()
    on_white = cells[:, 3:] * cells[:, :3] + 1 - cells[:, 3:]
    assert all(contrast(t.get_color(), on_white[i]) >= 4.5 for i, t in enumerate(ax.texts))
    assert "colours show share; pale: fewer than 100 rows" in alt_text.alternative_text(ax.figure)


def test_chinese_names_are_drawn():
    """On a machine without Chinese fonts too, in titles that are bold as well, and nothing is said of fonts."""
    rows = pd.DataFrame({"客户": [1, 2], "spend": [2, 1]}, index=["微信小程序", "天猫旗舰店"])
    ax = charts.plot_bars(rows, title="重要价值客户", xlabel="销售额 (CNY)")
    ax.figure.canvas.draw()
    texts = {text.get_text() for text in ax.figure.findobj(matplotlib.text.Text)}
    assert {"重要价值客户", "微信小程序", "天猫旗舰店", "客户", "销售额 (CNY)"} <= texts
    assert not any("\ufffd" in text for text in texts)


def test_what_no_font_has_is_marked():
    """A character that neither font has is drawn as one, and Matplotlib has nothing to warn of."""
    ax = charts.plot_bars(pd.Series([1.0], index=["\U00013000 x"]), title="t", xlabel="n")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["\ufffd x"]


def boxes(figure):
    """Where titles, labels, ticks and legends are on a drawn picture, by text."""
    figure.canvas.draw()
    texts = [*figure.legends, figure._suptitle]
    for ax in figure.axes:
        labels = [
            ax.xaxis.label,
            ax.yaxis.label,
            *ax.get_xticklabels(),
            *ax.get_yticklabels(),
        ]
        low, high = ax.get_window_extent().expanded(1.001, 1.001).get_points()
        texts += [t for t in labels if t.get_text() and t.get_visible() and inside(t, low, high)]
    return [(getattr(t, "get_text", lambda: "legend")(), t.get_window_extent()) for t in texts]


def inside(text, low, high):
    """Whether a label belongs to what is shown: ticks beyond the ends of an axis aren't drawn."""
    (x0, y0), (x1, y1) = text.get_window_extent().get_points()
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return low[0] <= x <= high[0] or low[1] <= y <= high[1]


LONG = pd.DataFrame({"share of customers": [0.2, 0.3, 0.9], "share of spend": [0.5, 0.1, 0.2]},
                    index=["key value customers", "general growth", "all others that were here"])  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3, 8])
@pytest.mark.parametrize("name", ["plot_bars", "plot_heatmap", "plot_against_truth", "plot_tornado", "plot_intervals", "plot_forecasts"])  # fmt: skip
def test_no_label_is_cut_or_covers_another(name, rows):
    """Whatever the number of rows, all texts lie within the picture, and none on another."""
    frame = (
        pd.concat([LONG] * 3)
        .head(rows)
        .set_axis([f"{n} {i}" for i, n in enumerate([*LONG.index] * 3)][:rows])
    )
    one, two = frame.columns
    options = CALLS[name][1] | {
        "xlabel": "share of all customers",
        "title": "What is shown here, in one sentence",
    }
    columns = {"value": one, "low": two, "high": one, "truth": two, "at_low": one, "at_high": two}
    options |= {k: v for k, v in columns.items() if k in options}
    figure = getattr(charts, name)(frame, **options).figure
    found = boxes(figure)
    edge = figure.bbox.expanded(1.002, 1.002)
    assert [
        text
        for text, box in found
        if not (edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1)
    ] == []
    pairs = itertools.combinations(found, 2)
    assert [(a, b) for (a, one), (b, two) in pairs if one.padded(-1).overlaps(two.padded(-1))] == []


@pytest.mark.parametrize(
    "names", [["app", "store", "e-shop", "phone"], ["微信小程序", "天猫旗舰店", "线下门店", "抖音直播间"]]
)
def test_names_of_points_do_not_meet(names):
    """Four points that lie close together have their names on different sides; a point alone has it on the right."""
    frame = pd.DataFrame({"x": [5.0, 5.2, 5.0, 9.0], "y": [5.0, 5.3, 4.8, 1.0]}, index=names)
    ax = charts.plot_points(frame, x="x", y="y", xlabel="x", ylabel="y", title="t")
    ax.figure.canvas.draw()
    drawn = {text.get_text(): text for text in ax.texts}
    pairs = itertools.combinations([text.get_window_extent() for text in drawn.values()], 2)
    assert not any(one.overlaps(other) for one, other in pairs)
    assert drawn[names[3]].get_ha() == "left"


def test_the_name_of_a_point_covers_no_other():
    """Nor does the white ground on which it stands."""
    frame = pd.DataFrame(
        {"x": [51.0, 55.7, 45], "y": [340.0, 335, 640]}, index=["keyword rule", "model", "a"]
    )
    ax = charts.plot_points(frame, x="x", y="y", xlabel="x", ylabel="y", title="t")
    ax.figure.canvas.draw()
    grounds = [text.get_bbox_patch().get_window_extent() for text in ax.texts]
    signs = [Bbox.from_bounds(x - 4, y - 4, 8, 8) for x, y in ax.transData.transform(frame)]
    assert not any(ground.overlaps(sign) for ground, sign in itertools.product(grounds, signs))


def test_points_have_their_intervals():
    """Each interval stands at its point; one that is far wider than the values is cut off by the axis, not they by it."""
    frame = pd.DataFrame(
        {"x": [1.0, 2.0], "y": [5.0, 9.0], "low": [4.0, 1.0], "high": [6.0, 80.0]}, index=["a", "b"]
    )
    ax = charts.plot_points(frame, x="x", y="y", xlabel="x", ylabel="y", title="t")
    (drawn,) = [c for c in ax.collections if hasattr(c, "get_segments")]
    assert [segment.tolist() for segment in drawn.get_segments()] == [[[1, 4], [1, 6]], [[2, 1], [2, 80]]]
    assert 9 < ax.get_ylim()[1] < 80


@pytest.mark.parametrize("name", ["plot_lines", "plot_heatmap", "plot_histogram"])
def test_a_long_label_of_an_axis_stays_beside_its_axes(name):
    """It is broken into lines before it is as long as the picture, and so never meets the title; its words stay."""
    said = "share of all customers who came back in the month after their first order"
    values, options = CALLS[name]
    options = options | {"ylabel": said, "xlabel": f"{said}, {said[:30]}"}
    figure = getattr(charts, name)(values, title="What it shows", **options).figure
    for text, box in boxes(figure):
        assert figure.bbox.x0 <= box.x0, text
        assert box.x1 <= figure.bbox.x1, text
        assert text == "What it shows" or not box.overlaps(figure._suptitle.get_window_extent()), text
    assert f"across {said}, {said[:30]}; upwards {said}" in alt_text.alternative_text(figure)


@pytest.mark.parametrize("columns", [2, 5, 8])
@pytest.mark.parametrize("name", ["女装连衣裙", "outerwear", "knit", "view to checkout"])
def test_names_below_a_heat_map_do_not_meet(name, columns):
    """A Chinese character is twice as wide as a letter; names that would meet are folded or set upright."""
    frame = pd.DataFrame(
        1.0, index=["general win-back", "new"], columns=[f"{name}{i}" for i in range(columns)]
    )
    ax = charts.plot_heatmap(frame, title="t", xlabel="x", ylabel="y", label="n")
    ax.figure.canvas.draw()
    found = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert not any(one.overlaps(other) for one, other in itertools.pairwise(found))


def test_a_truth_without_an_estimate_is_no_picture():
    """Where the data gives no estimate, a row of true values would look like a result."""
    frame = pd.DataFrame({"value": [np.nan], "low": np.nan, "high": np.nan, "truth": 0.3}, index=["a"])
    ax = charts.plot_against_truth(
        frame, title="t", value="value", low="low", high="high", truth="truth", xlabel="x"
    )
    assert "Nothing to draw" in alt_text.alternative_text(ax.figure)


@pytest.mark.parametrize(("end", "said"), [(np.nan, "estimate"), (0.2, "estimate, 95 % interval")])
def test_the_legend_names_an_interval_where_there_is_one(end, said):
    """Of a handful of rows there is an estimate alone."""
    frame = pd.DataFrame({"value": [0.3, 0.4], "low": [end, np.nan], "high": [end, np.nan]})
    ax = charts.plot_against_truth(frame, title="t", value="value", low="low", high="high", xlabel="x")
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == [said]


def test_what_is_chosen_is_marked_on_an_axis_that_stays():
    """A panel's picture shows the same range whatever is moved, and a line where the choice is."""
    ax = charts.plot_lines(
        pd.Series([0.0, 5.0, 1.0]), title="t", xlabel="x", ylabel="y", mark=1, ends=(-2, 9)
    )
    assert ax.get_ylim() == (-2, 9)
    assert ax.lines[-1].get_xdata()[0] == 1


@pytest.mark.parametrize(("at", "side"), [(1, "left"), (9, "right")])
def test_a_mark_has_its_name_towards_the_middle(at, side):
    """So that it stays within the picture, above all lines and below the title; without a mark there is none."""
    values = pd.Series(range(11), name="y")
    ax = charts.plot_lines(values, xlabel="x", mark=at, mark_label="here", title="t")
    assert [(text.get_text(), text.get_ha()) for text in ax.texts] == [("here", side)]
    ax.figure.canvas.draw()
    name, title = ax.texts[0].get_window_extent(), ax.figure._suptitle.get_window_extent()
    assert ax.get_window_extent().y1 <= name.y0
    assert name.y1 <= title.y0
    assert not charts.plot_lines(values, xlabel="x", title="t").texts


@pytest.mark.parametrize("at", [pd.Timestamp("2025-03-09"), pd.NaT, None, np.inf])
def test_a_day_is_marked_on_an_axis_of_days(at):
    """What isn't known isn't marked."""
    values = pd.Series(range(90), index=pd.date_range("2025-01-01", periods=90), name="y")
    ax = charts.plot_lines(values, xlabel="x", mark=at, mark_label="most", title="t")
    ax.figure.canvas.draw()
    marked = isinstance(at, pd.Timestamp)
    assert [text.get_text() for text in ax.texts] == ["most"] * marked
    assert [matplotlib.dates.num2date(line.get_xdata()[0]).day for line in ax.lines[1:]] == [9] * marked


def test_places_are_marked_at_whole_numbers():
    """A line over ranks 1 to 20 has no mark at 12.5, which would be written as 12."""
    ax = charts.plot_lines(pd.Series(range(20), index=range(1, 21), name="y"), xlabel="x", title="t")
    assert all(float(at).is_integer() for at in ax.get_xticks())


COUNTS = pd.Series([1, 3, 4], index=["a", "b", "c"], name="findings")


@pytest.mark.parametrize(
    ("name", "values", "which"),
    [
        ("plot_bars", COUNTS, "x"),
        ("plot_lines", COUNTS.reset_index(drop=True), "y"),
        ("plot_histogram", pd.Series([0, 0, 0, 1, 2]), "x"),
        ("plot_heatmap", COUNTS.to_frame(), "bar"),
    ],
)
def test_there_is_no_half_of_what_is_counted(name, values, which):
    """Ticks of counts are whole; where a value isn't, ticks between are right."""
    ax = getattr(charts, name)(values, title="t")
    ax.figure.canvas.draw()
    axis = {"x": ax.xaxis, "y": ax.yaxis, "bar": ax.figure.axes[-1].yaxis}[which]
    assert "." not in "".join(label.get_text() for label in axis.get_ticklabels())
    ax = getattr(charts, name)(values / 10, title="t")
    ax.figure.canvas.draw()
    axis = {"x": ax.xaxis, "y": ax.yaxis, "bar": ax.figure.axes[-1].yaxis}[which]
    assert "." in "".join(label.get_text() for label in axis.get_ticklabels())


def test_long_numbers_do_not_meet():
    """Beside long names of rows there is little room: fewer ticks then."""
    names = [f"running cost against the plan {i}" for i in range(3)]
    frame = pd.DataFrame({"low": [-110e3, -75e3, -70e3], "high": [-38e3, -33e3, -42e3]}, index=names)
    ax = charts.plot_tornado(frame, title="t", at_low="low", at_high="high", middle=-50e3, xlabel="x")
    ax.figure.canvas.draw()
    found = [label.get_window_extent().padded(3) for label in ax.get_xticklabels()]
    assert len(found) >= 3
    assert not any(one.overlaps(other) for one, other in itertools.pairwise(found))


def test_a_value_holds_until_the_next_event():
    """Of those who wait after 30 days as many wait as after 13, if nobody is answered in between."""
    waiting = pd.Series([1.0, 0.2, 0.1], index=[0.0, 13.0, 33.0])
    assert charts.plot_lines(waiting, title="t", steps=True).lines[0].get_drawstyle() == "steps-post"
    assert charts.plot_lines(waiting, title="t").lines[0].get_drawstyle() == "default"


def test_a_point_alone_is_whole():
    """A single row stands in the middle, at a whole number, and no edge cuts its sign."""
    frame = pd.DataFrame({"score": [0.124], "ordered": [0.14]}, index=[1])
    ax = charts.plot_lines(frame, title="t", unit="share")
    assert ax.get_xlim() == (0, 2)
    assert not any(line.get_clip_on() for line in ax.lines)
