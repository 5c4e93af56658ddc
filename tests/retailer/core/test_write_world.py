"""Worlds on disk: what is written block by block is the world that is made in one piece."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbook.retailer.core import streams, world, write_world
from workbook.retailer.core.world import generate
from workbook.tables import folders, schema
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.summary import customer_summary

pytestmark = pytest.mark.slow

SETTING = {"customers": 100, "months": 6, "seed": 4}


@pytest.fixture(scope="module")
def small_blocks():
    """Let blocks have 60 customers, so that 100 are two of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "SIZE", 60)
        patch.setattr(world, "SIZE", 60)
        yield


@pytest.fixture(scope="module")
def told() -> list:
    """Give room for what `write_block` told of each block."""
    return []


@pytest.fixture(scope="module")
def written(small_blocks, told, tmp_path_factory) -> tuple[Path, dict[str, int]]:
    """Write a world of two blocks; give its folder, and the rows that `make` told."""
    folder, write_block = tmp_path_factory.mktemp("worlds") / "two", write_world.write_block

    def remember(*args):
        told.append(write_block(*args))
        return told[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write_world, "write_block", remember)
        return folder, write_world.make(folder, **SETTING, format="parquet", jobs=1)


@pytest.fixture(scope="module")
def loaded(written) -> Dataset:
    """Load and validate it."""
    return folders.load_folder(written[0])


@pytest.fixture(scope="module")
def made(small_blocks) -> Dataset:
    """Make the same world in one piece."""
    return generate(**SETTING)


def test_what_is_written_block_by_block_is_the_world(loaded, made):
    """Loaded again it is what generate makes: every table and truth table, types included, and the facts."""
    assert (loaded.start, loaded.end, loaded.currency, loaded.facts) == (
        made.start, made.end, made.currency, made.facts
    )  # fmt: skip
    assert set(loaded.tables) == set(made.tables)
    assert set(loaded.truth) == set(made.truth)
    for name, frame in made.tables.items():
        pd.testing.assert_frame_equal(loaded.tables[name], frame, obj=name)
    for name, frame in made.truth.items():
        pd.testing.assert_frame_equal(loaded.truth[name], frame, obj=f"truth/{name}")
    assert loaded.fingerprint == made.fingerprint


def test_blocks_share_no_id(loaded):
    """Customers are as many as were asked for, and no key of any table comes twice."""
    assert len(loaded.customers) == SETTING["customers"]
    for name, frame in loaded.tables.items():
        assert not frame.duplicated(schema.key(schema.CONTRACTS[name])).any(), name
    for name, frame in loaded.truth.items():
        assert not frame.duplicated(schema.key(schema.TRUTH[name])).any(), name
    assert loaded.orders["customer_id"].nunique() == SETTING["customers"]


def test_a_table_that_grows_is_a_folder_with_a_file_a_block(written):
    """Orders are two files; what all blocks share is one."""
    folder, _ = written
    parts = [p.name for p in sorted((folder / "orders.parquet").iterdir())]
    assert parts == ["part-0000.parquet", "part-0001.parquet"]
    assert (folder / "products.parquet").is_file()
    assert (folder / "marketing_costs.parquet").is_file()
    assert (folder / "truth" / "customers.parquet").is_dir()
    assert pd.read_parquet(folder / "customers.parquet" / "part-0001.parquet").shape[0] == 40


def test_all_parts_of_a_table_have_the_same_types(written):
    """A block in which a column happens to be empty types it as the others do, so any engine reads them as one."""
    for folder in [p for p in written[0].rglob("*.parquet") if p.is_dir()]:
        one, *others = (pq.read_schema(p).remove_metadata() for p in sorted(folder.iterdir()))
        assert all(other.equals(one) for other in others), folder.name


def test_an_empty_part_has_the_types_of_a_full_one():
    """Where a block has no row, or only gaps, its columns are written as those of the others are."""
    full = pd.DataFrame(
        {"order_id": ["O1"], "customer_id": ["C1"], "ordered_at": [pd.Timestamp("2025-01-01")], "store_id": ["S1"],
         "amount": [1]}
    )  # fmt: skip
    gaps = full.assign(store_id=None, amount=1.5)
    contract = schema.CONTRACTS["orders"]
    parts = [
        write_world.conform(f, contract) for f in (full, gaps, full.head(0), gaps.head(0).astype("object"))
    ]
    types = [pa.Schema.from_pandas(p, preserve_index=False).remove_metadata() for p in parts]
    assert all(t.equals(types[0]) for t in types)
    assert types[0].field("amount").type == pa.float64()
    assert parts[1]["amount"].tolist() == [1.5]
    assert parts[1]["store_id"].isna().all()


def test_orders_are_summarised_from_their_folder(written, loaded):
    """A world too large for memory is summarised by DuckDB, to the same numbers."""
    end = loaded.end
    found = customer_summary(written[0] / "orders.parquet", end)
    pd.testing.assert_frame_equal(found, customer_summary(loaded.orders, end), rtol=1e-9, atol=1e-9)


def test_the_rows_are_told_as_they_are(written, loaded):
    """datapackage.json and what `make` gives back have the rows and columns of all blocks together."""
    folder, rows_told = written
    rows = {name: len(frame) for name, frame in loaded.tables.items()}
    assert rows_told == rows
    resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert {r["name"]: r["rows"] for r in resources} == rows
    assert [r["name"] for r in resources] == [n for n in schema.CONTRACTS if n in rows]
    for r in resources:
        assert [f["name"] for f in r["schema"]["fields"]] == list(loaded.tables[r["name"]].columns)


def test_a_small_world_is_one_file_a_table(tmp_path):
    """A world of one block, or one in CSV, is made in one piece and written like any data set."""
    rows = write_world.make(tmp_path / "one", customers=10, months=1, seed=1, format="parquet")
    assert (tmp_path / "one" / "orders.parquet").is_file()
    data = folders.load_folder(tmp_path / "one")
    assert rows == {name: len(frame) for name, frame in data.tables.items()}


def test_a_world_is_called_as_its_folder_is(tmp_path, written, loaded):
    """Whoever makes one for a table of trainees finds its name on every page, not that of the bundled one."""
    write_world.make(tmp_path / "table3", customers=10, months=1, seed=1)
    assert folders.load_folder(tmp_path / "table3").name == "table3"
    assert loaded.name == written[0].name == "two"


def test_csv_is_one_file_also_of_several_blocks(tmp_path, monkeypatch, loaded, made):
    """CSV has no folders: two blocks go into one file, and the content is the same."""
    monkeypatch.setattr(write_world, "generate", lambda *setting: made)
    write_world.make(tmp_path / "two", **SETTING)
    assert all(p.is_file() for p in (tmp_path / "two").glob("*.csv"))
    assert folders.load_folder(tmp_path / "two").fingerprint == loaded.fingerprint


@pytest.fixture
def breaks_half_way(monkeypatch, small_blocks):
    """Let the second block fail when the first is written."""

    def write(made, number, folder):
        if number:
            raise RuntimeError("the disk is full")
        (folder / "orders.parquet").mkdir()
        (folder / "orders.parquet" / "part-0000.parquet").write_text("half")
        return {}, {}

    monkeypatch.setattr(write_world, "write_block", write)


def test_nothing_is_left_behind_when_it_fails_half_way(tmp_path, breaks_half_way):
    """A world is there whole or not at all."""
    with pytest.raises(RuntimeError, match="disk is full"):
        write_world.make(tmp_path / "two", **SETTING, format="parquet", jobs=1)
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_when_it_fails_half_way(tmp_path, breaks_half_way):
    """A data set that was to be replaced is still there, as it was."""
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,A,2025-01-01\n")
    (tmp_path / "two" / "datapackage.json").write_text("{}")
    with pytest.raises(RuntimeError, match="disk is full"):
        write_world.make(tmp_path / "two", **SETTING, format="parquet", jobs=1, replace=True)
    assert [p.name for p in tmp_path.iterdir()] == ["two"]
    assert len(folders.load_folder(tmp_path / "two").orders) == 1


def test_settings_are_checked_before_anything_is_written(tmp_path, written):
    """A wrong setting, or a folder that is there, is told, and no folder appears."""
    with pytest.raises(DataError, match="customers must be a whole number from 1 on; got 0"):
        write_world.make(tmp_path / "two", customers=0, format="parquet")
    with pytest.raises(DataError, match="two' exists already; name a new folder, or say --replace"):
        write_world.make(written[0], **SETTING, format="parquet", jobs=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("progress", [False, True])
def test_progress_is_shown_only_on_demand(tmp_path, capfd, monkeypatch, written, told, progress):
    """A program that calls it sees no bar unless it asks for one."""
    monkeypatch.setattr(write_world, "write_block", lambda made, number, folder: told[number])
    write_world.make(tmp_path / "two", **SETTING, format="parquet", jobs=1, progress=progress)
    said = capfd.readouterr()
    assert said.out == ""
    assert ("2/2" in said.err) == progress
    assert progress or said.err == ""
