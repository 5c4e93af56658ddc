"""Sliders over plain functions."""

import gc
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from workbook.charts.kept_layout import Layouts, kept_in
from workbook.tables.errors import DataError

WIDE = "32rem"  # of a slider, so that its steps can be hit


class Panel:
    """Widgets that call a function; where no kernel is live, a line that says where to move them."""

    def __init__(self, function: Callable[..., Any], controls: dict[str, Any]) -> None:
        import ipywidgets

        starts = {name: start(function, name) for name in controls}
        self.box = ipywidgets.interactive(
            standing_still(function),
            **{name: stepped(control, starts[name]) for name, control in controls.items()},
        )
        self.names = [name.replace("_", " ") for name in controls]
        for child, name in zip(self.box.children, self.names, strict=False):  # the last one shows the result
            child.description = name
            child.style.description_width = "initial"  # a long name isn't cut
            child.layout.width = WIDE
            if hasattr(child, "continuous_update"):
                child.continuous_update = False
        gc.collect(1)
        gc.freeze()  # to look through all that a notebook has loaded would hold up a picture for a fifth of a second

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        note = f"Run this cell in JupyterLab, then move: {', '.join(self.names)}."
        shown = self.box._repr_mimebundle_(**options)
        bundle = dict(shown[0] if isinstance(shown, tuple) else shown)
        return bundle | {"text/plain": note, "text/html": f'<div style="opacity:.75">{note}</div>'}


def standing_still(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose pictures share one layout, so that nothing but what they show moves."""
    layouts: Layouts = {}

    @wraps(function)
    def draw(**values: Any) -> Any:
        with kept_in(layouts):
            return function(**values)

    return draw


def start(function: Callable[..., Any], name: str) -> Any:
    """Where a slider starts: at the default of its function, of which the picture above it was made.

    Raises
    ------
    DataError
        if the function has none.
    """
    default = inspect.signature(function).parameters[name].default
    if default is inspect.Parameter.empty:
        raise DataError(
            f"A panel starts where its function does; give {name} a default in {function.__name__}."
        )
    return default


def stepped(control: Any, value: Any) -> Any:
    """A list of choices as a slider, which keeps the focus while arrow keys move it; all else as it is.

    A start that isn't one of the choices comes before them.
    """
    import ipywidgets

    if not isinstance(control, list):
        return control
    choices = control if value in control else [value, *control]
    return ipywidgets.SelectionSlider(options=choices, value=value)


def panel(function: Callable[..., Any], **controls: Any) -> Panel:
    """Give a plain function sliders, one a keyword: (low, high[, step]), a list of choices, or a widget.

    The function should draw or print; what it returns isn't shown. Call it once without a panel before, so that
    the picture is there without a kernel; the sliders start at the function's defaults.
    """
    return Panel(function, controls)
