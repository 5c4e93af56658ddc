"""Sliders over plain functions."""

from collections.abc import Callable
from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"


class Panel:
    """Widgets that call a function; where no kernel is live, a line that says where to move them."""

    def __init__(self, function: Callable[..., Any], controls: dict[str, Any]) -> None:
        import ipywidgets

        self.box = ipywidgets.interactive(function, **controls)
        for child in self.box.children:
            if hasattr(child, "continuous_update"):
                child.continuous_update = False
        self.names = [name.replace("_", " ") for name in controls]

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        note = f"Open this notebook in JupyterLab and move: {', '.join(self.names)}."
        shown = self.box._repr_mimebundle_(**options)
        bundle = dict(shown[0] if isinstance(shown, tuple) else shown)
        return bundle | {"text/plain": note, "text/html": f'<div style="color:#777">{note}</div>'}


def panel(function: Callable[..., Any], **controls: Any) -> Panel:
    """Give a plain function sliders, one a keyword: (low, high[, step]), a list of choices, or a widget.

    The function should draw or print; what it returns is shown as well. Call it once without a panel before, so that
    the picture is there without a kernel.
    """
    return Panel(function, controls)
