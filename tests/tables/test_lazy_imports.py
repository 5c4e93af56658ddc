"""Imports that leave something out."""

import subprocess
import sys

import pytest

from workbook.tables.lazy_imports import import_without

TAKES = "try:\n    import heavy_one\nexcept ImportError:\n    heavy_one = None\n"


@pytest.fixture(autouse=True)
def modules(tmp_path, monkeypatch):
    """A module that takes another along if it can."""
    (tmp_path / "heavy_one.py").write_text("")
    (tmp_path / "light_one.py").write_text(TAKES)
    (tmp_path / "broken_one.py").write_text("import heavy_one\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("heavy_one", "light_one", "broken_one"):
        sys.modules.pop(name, None)


def test_what_is_left_out_is_not_imported_and_can_be_later():
    """The module goes without the other one, which is there for anybody else."""
    import_without("light_one", "heavy_one")
    assert sys.modules["light_one"].heavy_one is None
    assert "heavy_one" not in sys.modules
    import heavy_one

    assert heavy_one.__name__ == "heavy_one"


def test_what_is_imported_already_stays_as_it_is():
    """Nobody loses a module that they have."""
    import light_one

    import_without("light_one", "heavy_one")
    assert light_one.heavy_one is sys.modules["heavy_one"]


def test_a_module_that_needs_it_says_so():
    """An import that fails leaves nothing blocked."""
    with pytest.raises(ImportError):
        import_without("broken_one", "heavy_one")
    assert "heavy_one" not in sys.modules


def test_a_run_imports_neither_the_grammar_of_addresses_nor_the_retailer():
    """What a worker needs is quick to import."""
    code = (
        "import sys, workbook.course.runner, nbformat\n"
        "print(*(name in sys.modules for name in ('jsonschema', 'rfc3987_syntax', 'workbook.retailer.core.world')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stdout.split() == ["True", "False", "False"], done.stderr
