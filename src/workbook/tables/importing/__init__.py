"""A user's files → the contract: reading, mapping, parsing, judging, building, and the account of it all."""

from workbook.tables.importing.account import describe
from workbook.tables.importing.orders import Import, import_files, import_orders

__all__ = ["Import", "describe", "import_files", "import_orders"]
