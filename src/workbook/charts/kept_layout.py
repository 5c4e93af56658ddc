"""The layout of a panel's first picture, kept for those that follow, which then stand still and take half of the time.

Matplotlib draws a picture twice: it looks first where everything has its place. With the same labels that is the same place.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib import rc_context, rcParams
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox


@dataclass(frozen=True)
class Layout:
    """Where the axes and texts of a figure stand, in shares of it, and what of it is shown, in inches."""

    axes: tuple[Bbox, ...]
    texts: tuple[tuple[float, float], ...]
    shown: Bbox


QUICK = {"compress_level": 1}  # of a picture that is shown once: half of the time, a seventh more bytes
Layouts = dict[tuple[Any, ...], Layout]
keeping: ContextVar[Layouts | None] = ContextVar("keeping", default=None)
layouts_of: WeakKeyDictionary[Figure, Layouts] = WeakKeyDictionary()


@contextmanager
def kept_in(layouts: Layouts) -> Iterator[None]:
    """Let figures that are made meanwhile share their layouts, one for each set of labels."""
    token = keeping.set(layouts)
    try:
        yield
    finally:
        keeping.reset(token)


def remember(figure: Figure) -> None:
    """Remember with which others a new figure shares its layouts, if it does."""
    if (layouts := keeping.get()) is not None:
        layouts_of[figure] = layouts


def drawn(drawing: Callable[..., Any], figure: Figure) -> Any:
    """A figure as Jupyter's own formatter draws it, in a layout that is there already if its labels are the same.

    Parameters
    ----------
    drawing : the formatter, which takes ``bbox_inches`` and ``pil_kwargs`` too
    figure : one that isn't drawn yet
    """
    layouts = layouts_of.get(figure)
    if layouts is None:
        return drawing(figure)
    labels = labels_of(figure)
    if labels not in layouts:
        picture = drawing(figure)
        layouts[labels] = layout_of(figure)
        return picture
    lay_out(figure, layouts[labels])
    fits = texts_fit(figure, layouts[labels].shown)
    return drawing(figure, pil_kwargs=QUICK, **({"bbox_inches": layouts[labels].shown} if fits else {}))


def labels_of(figure: Figure) -> tuple[Any, ...]:
    """All that a layout depends on: size, ends of axes, and texts around them; of a title, how many lines it has."""
    found: list[Any] = [*figure.get_size_inches(), len(figure.texts), figure.get_suptitle().count("\n")]
    for ax in figure.axes:
        found += [ax.get_xlabel(), ax.get_ylabel(), *ax.get_xlim(), *ax.get_ylim()]
        for axis in (ax.xaxis, ax.yaxis):
            if isinstance(
                axis.get_major_locator(), FixedLocator
            ):  # names, where others are numbers between the ends
                found += [label.get_text() for label in axis.get_majorticklabels()]
    return (*found, *(text.get_text() for legend in figure.legends for text in legend.get_texts()))


def layout_of(figure: Figure) -> Layout:
    """The layout of a figure that has been drawn, with the margin that Jupyter's formatter gives it."""
    shown = figure.get_tightbbox().padded(rcParams["savefig.pad_inches"])
    axes = (ax.get_position(original=True).frozen() for ax in figure.axes)
    return Layout(tuple(axes), tuple(text.get_position() for text in figure.texts), shown)


def lay_out(figure: Figure, layout: Layout) -> None:
    """Put everything in its place, so that nothing is looked for."""
    # "none" would be a place for one, for which Matplotlib draws once more.
    with rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)
    for ax, place in zip(figure.axes, layout.axes, strict=True):
        ax.set_position(place)
    for text, point in zip(figure.texts, layout.texts, strict=True):
        text.set_position(point)


def texts_fit(figure: Figure, shown: Bbox) -> bool:
    """Whether the texts that may differ from picture to picture, title and annotations, lie in what is shown, in inches."""
    texts = [*figure.texts, *(text for ax in figure.axes for text in ax.texts)]
    boxes = [text.get_window_extent().transformed(figure.dpi_scale_trans.inverted()) for text in texts]
    if not boxes:
        return True
    (left, bottom), (right, top) = Bbox.union(boxes).get_points()
    return shown.x0 <= left and right <= shown.x1 and shown.y0 <= bottom and top <= shown.y1
