"""Pictures of a panel: they stand still, take half of the time, and look as if each was laid out by itself."""

import base64
import io
from functools import partial

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.core.pylabtools import print_figure
from matplotlib.figure import Figure
from PIL import Image

from workbook import charts
from workbook.charts import kept_layout
from workbook.course.panels import standing_still

drawing = partial(print_figure, fmt="png", base64=True)
SHARES = pd.Series([0.5, 0.2, 0.1], index=["key value", "growth", "all others"], name="share")


@pytest.fixture(autouse=True)
def no_window():
    """Draw to memory, and leave no figure behind."""
    matplotlib.use("agg")
    yield
    plt.close("all")


def pixels(picture):
    """What a picture looks like, however it is packed."""
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        return np.asarray(image.convert("RGB"))


def bars(factor=1.0, title="What it shows", names=SHARES.index):
    """A picture that a panel could draw."""
    return charts.plot_bars((SHARES * factor).set_axis(names), unit="share", title=title, ends=(0, 1)).figure


def lines(factor=1.0, title="What it shows", names=SHARES.index):
    """Another, with two lines, a mark and a legend within the axes."""
    both = pd.DataFrame({"a": SHARES.to_numpy() * factor, "b": 1 - SHARES.to_numpy()})
    return charts.plot_lines(
        both, xlabel="weeks", mark=factor, mark_label="here", title=title, ends=(0, 1)
    ).figure


def pictures(draw, *changes):
    """One picture after the other, as a panel draws them."""
    panel = standing_still(draw)
    return [pixels(kept_layout.drawn(drawing, panel(**change))) for change in changes]


@pytest.mark.parametrize("draw", [bars, lines])
def test_the_next_picture_is_what_it_would_be_alone(draw):
    """To the pixel, so nothing is cut and nothing has moved."""
    changes = [{"factor": 1.0}, {"factor": 0.5}, {"factor": 1.5, "title": "Another one"}]
    alone = [pixels(drawing(draw(**change))) for change in changes]
    assert all(map(np.array_equal, pictures(draw, *changes), alone))


def test_the_next_picture_is_drawn_once(monkeypatch):
    """Matplotlib draws a picture once to lay it out, and once to show it."""
    drawn, draw = [], Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: drawn.append(self) or draw(self, renderer))
    pictures(bars, {"factor": 1.0}, {"factor": 0.5}, {"factor": 0.2})
    assert [drawn.count(figure) for figure in dict.fromkeys(drawn)] == [2, 1, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"names": ["a name that takes much more room", "b", "c"]},
        {"title": "A title of " * 12 + "several lines"},
    ],
    ids=["long names", "a long title"],
)
def test_other_labels_have_a_layout_of_their_own(change):
    """What needs more room has it."""
    assert np.array_equal(pictures(bars, {}, change)[1], pixels(drawing(bars(**change))))


def test_a_title_that_is_wider_than_the_picture_before_is_not_cut():
    """Its last letter is there, whatever letters it is made of."""
    _, wide = pictures(bars, {"title": "i"}, {"title": "WM" * 36})
    assert (wide[:, -3:] == 255).all()


def test_a_picture_of_nobodys_panel_has_its_own_layout():
    """Outside of panels nothing is kept."""
    assert bars() not in kept_layout.layouts_of
