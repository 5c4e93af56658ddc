"""The workbook: customer analytics for apparel retail, on one retailer whose truth is known.

`load` opens a data set; `say`, `show`, `decide`, `with_truth` and `record` present results; `check`, `hint` and `reveal`
are for exercises; `panel` gives a plain function sliders. The methods are in `workbook.analytics`, the pictures
in `workbook.charts`, the synthetic retailer in `workbook.retailer`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
