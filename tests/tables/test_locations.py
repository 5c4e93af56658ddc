"""Where the workbook lies, and how a data set is named."""

import re
from pathlib import Path

import pandas as pd
import pytest

from workbook.tables import folders, locations, schema
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Give a workbook's folder with one bundled data set, and make it the home."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "datasets").mkdir()
    orders = pd.DataFrame(
        {"order_id": ["1"], "customer_id": ["a"], "ordered_at": [pd.Timestamp("2025-01-01")], "amount": [5.0]}
    )
    day = pd.Timestamp("2025-01-01")
    tables = {"orders": orders, "returns": schema.empty(schema.CONTRACTS["returns"])}
    folders.save(Dataset("tiny", tables, day, day), tmp_path / "datasets" / "tiny")
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    return tmp_path


def test_home_is_the_projects_folder(monkeypatch):
    """Without a setting, the notebooks and data beside the source are used."""
    monkeypatch.delenv("WORKBOOK_HOME", raising=False)
    assert locations.home() == Path(__file__).resolve().parents[2]
    assert "lanyu" in locations.bundled()


def test_an_environment_variable_moves_home(elsewhere):
    """WORKBOOK_HOME overrides where notebooks and data are looked for."""
    assert locations.home() == elsewhere.resolve()
    assert locations.bundled() == ["tiny"]
    assert locations.load("tiny").orders["amount"].tolist() == [5.0]


def test_a_home_without_notebooks_says_what_to_do(tmp_path, monkeypatch):
    """An installation that isn't editable has no notebooks: the error says how to mend that."""
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    with pytest.raises(
        DataError, match=r"must hold notebooks/ and datasets/; .* doesn't. Install it with .*--editable"
    ):
        locations.home()


def test_a_data_set_is_a_bundled_name_or_a_folder(elsewhere, tmp_path, monkeypatch):
    """A bundled name comes first; a folder, also a relative one, becomes absolute."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    assert locations.data_folder("tiny") == elsewhere.resolve() / "datasets" / "tiny"
    assert locations.data_folder("mine") == (tmp_path / "mine").resolve()
    assert locations.data_folder(tmp_path / "mine") == (tmp_path / "mine").resolve()


def test_a_data_set_that_is_not_there_is_told(elsewhere, tmp_path, monkeypatch):
    """A misspelt name gets the nearest one, a path its own sentence; both say which folder was looked in."""
    monkeypatch.chdir(tmp_path)
    looked = re.escape(f"Folders are looked for in {str(tmp_path)!r}.")
    with pytest.raises(
        DataError, match=rf"The data set must be one of .*tiny; got 'tinny'\. Did you mean 'tiny'\? {looked}"
    ):
        locations.data_folder("tinny")
    with pytest.raises(
        DataError,
        match=rf"There is no folder 'no/where'; a data set is a bundled name or a folder\. {looked}",
    ):
        locations.data_folder("no/where")
    with pytest.raises(DataError, match=r"There is no folder '.*nowhere'; .* or a folder\.$"):
        locations.data_folder(tmp_path / "nowhere")


def test_has_reads_the_package_alone(elsewhere):
    """What a data set has is read from datapackage.json; a table without rows counts as lacking."""
    folder = elsewhere / "datasets" / "tiny"
    (folder / "orders.csv").unlink()
    assert locations.has(folder) == {
        "orders", "orders.order_id", "orders.customer_id", "orders.ordered_at", "orders.amount",
    }  # fmt: skip


def orders_alone(folder, package):
    """Make a folder with one order and, if given, a datapackage.json with this text."""
    folder.mkdir()
    (folder / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,2025-01-01\n")
    if package is not None:
        (folder / "datapackage.json").write_text(package)
    return folder


@pytest.mark.parametrize("package", [None, "{}", '{"resources": [{"name": "orders"}]}'])
def test_has_falls_back_on_the_tables(tmp_path, package):
    """Where no package says what there is, or it is somebody else's, the tables themselves are asked."""
    folder = orders_alone(tmp_path / "mine", package)
    assert locations.has(folder) == {"orders", "orders.order_id", "orders.customer_id", "orders.ordered_at"}


@pytest.mark.parametrize("package", ["{", "[]", '{"resources": null}', '{"resources": [1]}'])
def test_has_never_stumbles_over_a_damaged_package(tmp_path, package):
    """Whatever datapackage.json holds: the tables are asked, or the error names the file."""
    try:
        assert "orders.ordered_at" in locations.has(orders_alone(tmp_path / "mine", package))
    except DataError as error:
        assert "datapackage.json" in str(error)
