"""Files that are broken in many ways: each ends in one clear sentence, or in an account of all its rows."""

import gzip
import io
import json
import random
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2026-01-01")
HEADERS = {
    "orders": "order_id,customer_id,ordered_at,quantity,unit_price,product_name",
    "tickets": "ticket,customer_id,opened_at,resolved_at,severity,cost",
    "complaints": "id,customer_id,date,text,grade,category",
}
CELLS = (
    "A1", "007", "2025-03-01 10:00", "3/4/2025", "31.12.2024", "1.234,50", "1,234.50", "-3", "¥12", "2", "很慢", "café",
    "٢٠٢٥-٠٣-٠٢", "१२.५", "€12,50", "12.50 USD", "1 999 kr", "15. marraskuuta 2025", "3 Mai 2025", "15 lis 2025", "2568-03-02", "令和7年3月2日",
    "1735689600", "45658.5", "990201", "Jan 1, 2025 12:01:45 AM PST", "1h 20m", "Total", "?", "未知", "", "NULL", "0000-00-00", "=1+1", "@SUM(A1)", '"quoted"', "a;b", "a\tb", "line\nbreak", "x" * 5000, "1e400", "nan", "\u202e",
)  # fmt: skip
CODES = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252", "latin-1", "big5", "utf-16-be")


ABOVE = (
    ["Report 2025", ""],
    ["Exported on,2025-03-01", "Shop,Berlin"],
    ["# made, by, a, till"],
    ["Report;;;;;", "x"],
)


def broken(rng: random.Random) -> tuple[bytes, str]:
    """One file that somebody could send, and the ending of its name."""
    header = HEADERS[rng.choice(list(HEADERS))]
    sign = rng.choice([",", ";", "\t", "|", ", "])
    names = header.split(",")
    rows = [[rng.choice(CELLS) for _ in names] for _ in range(rng.randrange(12))]
    if rng.random() < 0.3:
        for row in rows[::2]:
            del row[rng.randrange(len(row)) :]
    if rng.random() < 0.3:
        for row in rows[1::3]:
            row += [rng.choice(CELLS)] * rng.randrange(1, 4)
    if rng.random() < 0.2:
        return other_format(names, rows, rng)
    quote = rng.choice(["", '"', "'"])
    lines = [sign.join(names), *(sign.join(f"{quote}{c}{quote}" for c in row) for row in rows)]
    lines = rng.choice(ABOVE) + lines if rng.random() < 0.2 else lines
    text = rng.choice(["\n", "\r\n", "\r"]).join(lines[rng.random() < 0.1 :])
    data = text.encode(rng.choice(CODES), errors="replace")
    return damaged(data, rng)


def other_format(names: list[str], rows: list[list[str]], rng: random.Random) -> tuple[bytes, str]:
    """The rows as JSON, HTML or a workbook with merged cells, as they are or cut off or changed somewhere."""
    records = [dict(zip(names, row, strict=False)) for row in rows]
    way = rng.randrange(5)
    if way == 0:
        data = json.dumps(rng.choice([records, {"orders": records}, {"a": {"b": records}, "n": 1}])).encode()
    elif way == 1:
        data = "\n".join(map(json.dumps, records)).encode()
    elif way == 2:
        items = [{"id": i, "lines": records[: rng.randrange(3)], "total": 5} for i in range(3)]
        data = json.dumps(items).encode("utf-16" if rng.random() < 0.3 else "utf-8")
    elif way == 3:
        cells = ("".join(f"<td rowspan={rng.randrange(4)}>{c}" for c in row) for row in [names, *rows])
        data = ("<table>" + "".join(f"<tr>{row}" for row in cells)).encode()
    else:
        book = Workbook()
        for row in [names, *rows]:
            book.active.append([ILLEGAL_CHARACTERS_RE.sub("", c) if c[:1] != "=" else "x" for c in row])
        book.active.merge_cells(
            start_row=rng.randrange(1, 4), end_row=rng.randrange(4, 6), start_column=1, end_column=2
        )
        book.create_sheet("two").append(names)
        sheet = io.BytesIO()
        book.save(sheet)
        data = sheet.getvalue()
    at = rng.randrange(len(data) + 1)
    return rng.choice([data, data, data[:at], data[:at] + rng.randbytes(3) + data[at:]]), "json"


def damaged(data: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Break the bytes in one of several ways."""
    way = rng.randrange(12)
    at = rng.randrange(len(data) + 1)
    if way == 0:
        return data[:at], "csv"
    if way == 1:
        return data[:at] + rng.randbytes(rng.randrange(1, 40)) + data[at:], "csv"
    if way == 2:
        return data.replace(b"0", b"\x00"), "csv"
    if way == 3:
        return data[:at] + b'"' + data[at:], "csv"
    if way == 4:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(rng.choice(["xl/workbook.xml", "orders.csv", "../../up.csv"]), data)
        return packed.getvalue()[: rng.randrange(20, 2000)], rng.choice(["xlsx", "zip"])
    if way in (10, 11):
        data = gzip.compress(data)
        return (data if way == 10 else data[:at]), "gz"
    if way == 5:
        table = pd.DataFrame({"customer_id": ["1", "2"], "ordered_at": ["2025-01-01", "x"]})
        sheet = io.BytesIO()
        table.to_excel(sheet, index=False) if rng.random() < 0.5 else table.to_parquet(sheet)
        whole = bytearray(sheet.getvalue())
        for _ in range(rng.randrange(6)):
            whole[rng.randrange(len(whole))] = rng.randrange(256)
        return bytes(whole[: rng.choice([len(whole), rng.randrange(1, len(whole))])]), "xlsx"
    return data, rng.choice(["csv", "tsv", "txt", "xls"])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_a_malformed_file_ends_in_a_sentence_or_an_account(part, tmp_path, monkeypatch):
    """No traceback, no partial data set: rows read are rows kept, returned and rejected, and the folder can be loaded."""
    monkeypatch.chdir(tmp_path)
    rng = random.Random(part)
    for number in range(30):
        data, ending = broken(rng)
        path, to = Path(f"file{number}.{ending}"), Path(f"mine{number}")
        path.write_bytes(data)
        try:
            made = import_files(ImportRequest([path], to, today=TODAY))
        except DataError as error:
            assert not to.exists()
            assert 10 < len(str(error)) < 2000
            continue
        (account,) = made.facts["imports"].values()
        rows = account["rows"]
        assert rows["read"] == rows["kept"] + rows.get("returns", 0) + rows["rejected"]
        assert load_folder(to).fingerprint == made.fingerprint
        assert not list(tmp_path.parent.glob("up.csv"))
