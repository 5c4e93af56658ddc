"""The synthetic retailer Lanyu (岚屿): `generate` makes its tables and the truth behind them."""

from workbook.retailer.world import generate

__all__ = ["generate"]
