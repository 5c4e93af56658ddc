"""JSON: every usual way of writing a table, numbers as they stand, and what can't be kept as it is said."""

from pathlib import Path

import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw, whole_table

PLAIN = [["007", "1.50", ""], ["12345678901234567890", "2", "x"]]


@pytest.fixture
def read(tmp_path: Path):
    """Write text into a file and read it."""

    def reader(content: str, encoding: str = "utf-8") -> Raw:
        path = tmp_path / "file.json"
        path.write_bytes(content.encode(encoding))
        return whole_table(Pieces(path))

    return reader


def rows(raw: Raw) -> list[list[str]]:
    """Cells as lists."""
    return raw.cells.to_numpy().tolist()


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": "007", "paid": 1.50, "note": null}, {"id": 12345678901234567890, "paid": 2, "note": "x"}]',
        '{"id": "007", "paid": 1.50}\n\n{"id": 12345678901234567890, "paid": 2, "note": "x"}\n',
        '{"data": [{"id": "007", "paid": 1.50}, {"id": 12345678901234567890, "paid": 2, "note": "x"}], "next": null}',
        '{"a": {"b": [{"id": "007", "paid": 1.50}, {"id": 12345678901234567890, "paid": 2, "note": "x"}]}}',
        '{"id": {"0": "007", "1": 12345678901234567890}, "paid": {"0": 1.50, "1": 2}, "note": {"1": "x"}}',
        '{"id": ["007", 12345678901234567890], "paid": [1.50, 2], "note": ["", "x"]}',
        '{"columns": ["id", "paid", "note"], "index": [0, 1], "data": [["007", 1.50, null], [12345678901234567890, 2, "x"]]}',
        '[["id", "paid", "note"], ["007", 1.50, null], [12345678901234567890, 2, "x"]]',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_ways_of_writing_a_table(read, text: str, encoding: str) -> None:
    """A list of objects, wrapped or not, lines, columns and pandas' own ways are all read; numbers keep every figure."""
    raw = read(text, encoding)
    assert list(raw.cells) == ["id", "paid", "note"]
    assert rows(raw) == PLAIN
    assert raw.row.tolist() == [1, 2]


def test_nested_objects(read) -> None:
    """Parts of an object have names with dots; a list of words is one text, yes and no are true and false."""
    raw = read('[{"id": 1, "who": {"id": "c", "at": {"city": "Rome"}}, "tags": ["a", "b"], "ok": true}]')
    assert raw.cells.iloc[0].to_dict() == {
        "id": "1",
        "who.id": "c",
        "who.at.city": "Rome",
        "tags": "a, b",
        "ok": "true",
    }


def test_a_list_of_items(read) -> None:
    """An order's items are a row each; what it says beside is repeated, but for its amounts, and both are said."""
    raw = read(
        '{"orders": [{"id": 1, "total_price": "15", "line_items": [{"sku": "a", "price": 5}, {"sku": "b", "price": 10}],'
        ' "steps": [{"x": 1}]}, {"id": 2, "total_price": "5", "line_items": []}]}'
    )
    assert list(raw.cells) == ["id", "total_price", "steps", "line_items.sku", "line_items.price"]
    assert rows(raw) == [
        ["1", "15", '[{"x": "1"}]', "a", "5"],
        ["1", "", '[{"x": "1"}]', "b", "10"],
        ["2", "5", "", "", ""],
    ]
    assert raw.notes == [
        "its list 'orders' was read",
        "a row for each of 'line_items'; what stands beside is repeated, but for amounts, which stand on the first",
        "lists that are left as they are written: steps",
    ]


def test_a_line_that_is_not_json(read) -> None:
    """One bad line costs its row, not the file."""
    raw = read('{"id": 1}\n{"id": 2, oops}\n{"id": 3}\n')
    assert raw.trouble.tolist() == ["", "a line that is not JSON", ""]
    assert raw.surplus.tolist() == ["", '{"id": 2, oops}', ""]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"id": 1},\n {"id": 2, "mo', "isn't whole JSON: at line 2, column 12: Unterminated string"),
        ("[]", "has no records"),
        ("{}", "has no records"),
        ("[" * 100_000, "can't be read as JSON: it is nested too deeply"),
    ],
)
def test_no_json(read, text: str, said: str) -> None:
    """What is cut off is said with the place; what is empty or hostile in a sentence."""
    with pytest.raises(DataError, match=said):
        read(text)


def test_brackets_of_a_csv_are_no_json(read) -> None:
    """Names of columns in brackets, as databases write them, begin a CSV."""
    assert list(read("[id],[paid]\n1,2\n").cells) == ["[id]", "[paid]"]
