"""HTML and Excel's XML: what systems export under the name of .xls is read as the table that it shows."""

from pathlib import Path

import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw, whole_table

HTML = """<html><head><meta charset="{charset}"><style>td {{ color: red }}</style></head><body><h1>Sales</h1>
<table><tr><th>id<th>city<th>paid</tr>
<tr><td rowspan="2">1 &amp; 2</td><td>Łódź</td><td>5</td></tr>
<tr><td>Kraków<br>north</td><td>6</td></tr><tr><td colspan=2>3</td><td>7</td></table></body></html>"""
SHEET = """<Worksheet ss:Name="{name}"><Table>
<Row><Cell><Data ss:Type="String">id</Data></Cell><Cell><Data ss:Type="String">note</Data></Cell><Cell><Data>paid</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">{id}</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">5.50</Data></Cell></Row>
</Table></Worksheet>"""
XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    "{sheets}</Workbook>"
)


@pytest.fixture
def read(tmp_path: Path):
    """Write bytes into a file and read it."""

    def reader(content: bytes) -> Raw:
        path = tmp_path / "file.xls"
        path.write_bytes(content)
        return whole_table(Pieces(path))

    return reader


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2", "cp1250"])
def test_a_page(read, charset: str) -> None:
    """A page's table is read in the encoding that it names, cells over rows filled down, over columns left blank."""
    raw = read(HTML.format(charset=charset).encode(charset))
    assert raw.cells.to_numpy().tolist() == [
        ["1 & 2", "Łódź", "5"],
        ["1 & 2", "Kraków\nnorth", "6"],
        ["3", "", "7"],
    ]
    assert list(raw.cells) == ["id", "city", "paid"]
    assert raw.notes == ["cells merged over several rows, filled down: 1"]


def test_excels_xml(read) -> None:
    """Sheets of one shape are one table; a cell that is passed over is blank."""
    sheets = "".join(SHEET.format(name=name, id=i) for name, i in {"Jan": "007", "Feb": "008"}.items())
    raw = read(XML.format(sheets=sheets).encode())
    assert raw.cells.to_numpy().tolist() == [["007", "", "5.50"], ["008", "", "5.50"]]
    assert raw.notes == ["sheets read one below the other, their rows numbered through: Jan, Feb"]


@pytest.mark.parametrize(
    "text", ["<html><body>Please log in</body></html>", "<?xml version='1.0'?><x><y>1</y></x>", "<table>"]
)
def test_no_table(read, text: str) -> None:
    """A page without a table, such as a form to log in, is said to be one."""
    with pytest.raises(
        DataError, match="is a web page or XML without a table; export the data as CSV or Excel"
    ):
        read(text.encode())
