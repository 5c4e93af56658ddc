"""Pictures of results: each function draws one figure in the workbook's style and returns its Axes.

Titles come from the caller, because they state what the data shows. Frames that are empty or hold only missing
values give a figure that says so. `style` holds what all share, `basic` the forms that every chapter uses; the other
modules are for one topic each.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
