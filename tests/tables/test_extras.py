"""What may be installed beyond the core."""

import sys
import tomllib
from pathlib import Path

import pytest

from workbook.tables import extras
from workbook.tables.errors import DataError

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_extras_are_those_of_the_project():
    """Each can be installed by its name, and none is in the core."""
    assert set(extras.EXTRAS) <= set(PROJECT["optional-dependencies"])
    assert not [name for name in PROJECT["dependencies"] if name.startswith(("torch", "distributed"))]


def test_an_extra_is_there_if_all_of_its_packages_are(monkeypatch):
    """One that is lacking is enough to leave a section out; a table is no extra."""
    monkeypatch.setattr(extras, "EXTRAS", {"deep": ("json", "email"), "dask": ("json",)})
    assert extras.not_installed(["deep", "dask", "orders"]) == []
    monkeypatch.setitem(sys.modules, "email", None)
    assert extras.not_installed(["deep", "dask", "orders"]) == ["deep"]


def test_who_needs_an_extra_is_told_how_to_install_it(monkeypatch):
    """One sentence, with the command."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(DataError, match=r'^A network needs the extra: pip install "workbook\[deep\]"\.$'):
        extras.require("deep", "A network")
