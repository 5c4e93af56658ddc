"""A user's files → the contract: reading, mapping, parsing, judging, building, and the account of it all."""

from workbook.tables.importing.account import describe
from workbook.tables.importing.files import import_files
from workbook.tables.importing.orders import import_orders
from workbook.tables.importing.records import import_records
from workbook.tables.importing.rows import Import

__all__ = ["Import", "describe", "import_files", "import_orders", "import_records"]
