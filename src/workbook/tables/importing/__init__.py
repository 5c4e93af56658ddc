"""A user's files → the contract.

In the order of the stages, each of which knows those before it alone: ``readers`` turn a file of any format into raw
cells, ``mapping`` says which of its columns is which of ours, ``cells`` reads texts as ids, numbers, times and flags,
``orders`` and ``records`` judge rows and make tables of them, ``import_report`` says where each row went, ``describing``
puts that into lines, ``preview`` shows what would come, ``adding`` puts a table into a data set that is there, and
``importer`` is the way through all of them.
"""

from workbook.tables.importing.describing import describe
from workbook.tables.importing.importer import import_files
from workbook.tables.importing.orders.import_orders import import_orders
from workbook.tables.importing.records.import_records import import_records
from workbook.tables.importing.request import ImportRequest
from workbook.tables.importing.tally import Import

__all__ = ["Import", "ImportRequest", "describe", "import_files", "import_orders", "import_records"]
