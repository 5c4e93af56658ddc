"""Before writing: all rows are judged, nothing is written, and what was found can be kept as a mapping."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, describe, import_files

TODAY = pd.Timestamp("2025-06-30")
FILES = {
    "tickets": (
        "Ticket ID;Created time;Contact ID;Priority;Handling cost\n"
        "T1;13/02/2025 10:00;Ann;High;1.234,50\nT2;14/02/2025;Bob;odd;2,50\nT3;;Bob;low;3,50\nT4;15/02/2025;Bob;low;3,50\n"
        + "".join(f"T{i};15/02/2025;Bob;low;3,50\n" for i in range(5, 10))
    ),
    "orders": "Member no,Order date,Order no,Amount\nA,2025-01-05,1,10\nB,2025-01-06,2,20\nB,soon,3,20\n",
    "complaints": "date,time,review,level\n2025-01-05,10:00,late again,basic\n2025-01-06,11:30,broken,senior\n",
    "experiments": "user_id,variant,converted\nu1,a,yes\nu2,b,no\n",
}


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text as a file of its table's name."""
    monkeypatch.chdir(tmp_path)

    def bring(table, to="mine", **options):
        Path(f"{table}.csv").write_text(FILES[table], encoding="utf-8")
        return import_files(ImportRequest([Path(f"{table}.csv")], Path(to), today=TODAY, **options))

    return bring


@pytest.mark.parametrize("table", FILES)
def test_a_dry_run_writes_nothing_and_brings_the_same(bring, table):
    """Not even the folder, nor those above it; and the account is that of the import itself."""
    dry = bring(table, to="new/mine", dry_run=True)
    assert [p.name for p in Path().iterdir()] == [f"{table}.csv"]
    real = bring(table, to="new/mine")
    assert dry.fingerprint == real.fingerprint
    account = dry.facts["imports"][table]
    assert {k: v for k, v in account.items() if k != "preview"} == real.facts["imports"][table]


@pytest.mark.parametrize("table", FILES)
def test_what_was_found_is_kept_as_a_mapping(bring, table):
    """The mapping that is saved, and the one that is shown, bring the same rows again without a guess."""
    first = bring(table, save_mapping=Path("kept.toml"))
    again = bring(table, to="again", mapping="kept.toml")
    assert again.fingerprint == first.fingerprint
    shown = bring(table, to="third", dry_run=True).facts["imports"][table]["preview"]["mapping"]
    assert tomllib.loads(shown) == tomllib.loads(Path("kept.toml").read_text("utf-8"))
    assert tomllib.loads(shown)["table"] == table


def test_a_dry_run_beside_a_data_set_leaves_it_as_it_is(bring):
    """What is to be added is judged beside what is there, which stays."""
    before = bring("orders").fingerprint
    dry = bring("tickets", dry_run=True, add=True)
    assert "tickets" in dry.tables
    assert load_folder(Path("mine")).fingerprint == before
    assert not (Path("mine") / "rejected-tickets.csv").exists()


def test_a_dry_run_shows_what_would_come(bring):
    """Counts, first rows, how full each column is, and how its cells are read; what looks odd stands first."""
    account = bring("tickets", dry_run=True).facts["imports"]["tickets"]
    lines = describe(account)
    text = "\n".join(lines)
    assert lines[0] == "Look at this first:"
    assert "ready: 7, doubtful: 1, rejected: 1" in lines
    assert "taken for tickets, by its columns" in text
    seen = {c["column"]: c for c in account["preview"]["columns"]}
    assert seen["opened_at"]["filled"] == pytest.approx(8 / 9)
    assert seen["opened_at"]["samples"][0] == "13/02/2025 10:00 → 2025-02-13 10:00"
    assert seen["severity"]["samples"] == ["High → 3", "odd → (empty)", "low → 1"]
    assert seen["cost"]["samples"][0] == "1.234,50 → 1234.5"
    assert (
        account["preview"]["rows"]["tickets"][1][:2] == ["Ann", "T1"]
        or "T1" in account["preview"]["rows"]["tickets"][1]
    )
    order = [
        text.index(part)
        for part in ("Look at this", "in the file", "9 rows read", "The first rows", "The mapping")
    ]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("table", "options", "column", "value"),
    [
        ("tickets", {"sets": ["channel=phone"]}, "channel", "phone"),
        ("tickets", {"sets": ["severity=high"]}, "severity", 3),
        ("tickets", {"sets": ["hand_offs=2"]}, "hand_offs", 2),
        ("orders", {"sets": ["channel=store"]}, "channel", "store"),
        ("experiments", {"sets": ["experiment=spring", "assigned_at=2025-03-01 10:00"]}, "assigned_at", pd.Timestamp("2025-03-01")),
    ],
)  # fmt: skip
def test_a_column_is_set_to_one_value(bring, table, options, column, value):
    """It is read as its cells would be, goes before a guess, and stays in the mapping that is kept."""
    data = bring(table, save_mapping=Path("kept.toml"), **options)
    assert set(data.tables[table][column]) == {value}
    told = next(c for c in data.facts["imports"][table]["columns"] if c["column"] == column)
    assert told["how"] == "set"
    assert bring(table, to="again", mapping="kept.toml").fingerprint == data.fingerprint


def test_a_list_of_one_purpose_is_told_which(bring):
    """A newsletter's list has no column for the purpose; its words for a consent are known."""
    words = [
        "SUBSCRIBED",
        "UNSUBSCRIBED",
        "Never Subscribed",
        "cleaned",
        "pending",
        "opted_in",
        "Double Opt-In",
        "已订阅",
        "退订",
    ]
    rows = "".join(f"p{i}@x.org,{word},2025-01-0{i + 1}\n" for i, word in enumerate(words))
    Path("list.csv").write_text("Email Address,Status,Optin time\n" + rows, encoding="utf-8")
    data = import_files(
        ImportRequest(
            [Path("list.csv")],
            Path("mine"),
            today=TODAY,
            sets=[
                "purpose=newsletter",
            ],
        )
    )
    assert data.consents["granted"].tolist() == [True, False, False, False, False, True, True, True, False]
    assert set(data.consents["purpose"]) == {"newsletter"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sets": ["channel"]}, "--set must be column=VALUE; got 'channel'"),
        ({"sets": ["colour=red"]}, "A column to map must be one of"),
        ({"save_mapping": Path("no/kept.toml")}, "--save-mapping must be a new file that ends in .toml"),
        ({"save_mapping": Path("tickets.csv")}, "--save-mapping must be a new file that ends in .toml"),
    ],
)  # fmt: skip
def test_wrong_requests_are_told(bring, options, message):
    """One sentence, and nothing is left behind."""
    with pytest.raises(DataError, match=message):
        bring("tickets", **options)
    assert not Path("mine").exists()
