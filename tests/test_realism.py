"""docs/retailer.md tells the truth about Lanyu, and Lanyu looks like a retailer."""

import importlib.util
import pkgutil
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from workbook.retailer.core.claims import load_claims
from workbook.tables.schema import CONTRACTS, TRUTH

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "retailer.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def realism():
    """Import docs/realism.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("realism", DOCS / "realism.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["realism"] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["realism"]


@pytest.fixture(scope="module")
def found(realism, lanyu) -> pd.DataFrame:
    """Lanyu's figures."""
    return realism.figures(lanyu)


def mechanisms() -> list[list[str]]:
    """Cells of each row of the table of mechanisms."""
    table = PAGE.partition("| mechanism |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    assert len(rows) > 15
    return rows


def named(cell: str) -> list[str]:
    """Everything in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def test_tables_are_what_the_script_makes(realism, lanyu):
    """Figures, dates and claims on the page are those of the bundled data, to the digit; else run docs/realism.py."""
    for name in ("figures", "events", "claims"):
        assert f"<!-- {name}: made by docs/realism.py -->" in PAGE
    assert realism.renewed(PAGE, lanyu) == PAGE


def test_figures_are_plausible(found):
    """Each figure lies where a real shop's could."""
    outside = found[~found["lanyu"].between(found["least"], found["most"])]
    assert outside.empty, outside[["figure", "lanyu", "least", "most"]].to_string()


def test_figures_are_compared(found, realism):
    """Most figures stand beside one from elsewhere, all say what differs, and each source is known and used."""
    assert (found["elsewhere"] != "—").sum() >= 14
    assert found["difference"].str.len().gt(0).all()
    used = {source for figure in realism.FIGURES for _, source in figure.elsewhere}
    assert used == set(realism.SOURCES)


@pytest.mark.parametrize("row", mechanisms(), ids=lambda row: row[0])
def test_mechanisms_have_parameters(row):
    """Each mechanism names claims that are parameters, or constants that can be imported."""
    claims = load_claims()
    parameters = claims.index[claims["kind"].isin(["effect", "level"])]
    assert named(row[1])
    for name in named(row[1]):
        if "." in name:
            pkgutil.resolve_name(f"workbook.retailer.{':'.join(name.rsplit('.', 1))}")
        else:
            assert name in parameters


@pytest.mark.parametrize("row", mechanisms(), ids=lambda row: row[0])
def test_mechanisms_show_in_tables(row):
    """Tables in which a mechanism shows, and those of its truth, are under contract."""
    assert named(row[2])
    assert set(named(row[2])) <= set(CONTRACTS)
    assert {name.removeprefix("truth/") for name in named(row[3])} <= set(TRUTH)


def test_each_claim_that_is_a_parameter_has_a_mechanism():
    """No effect and no level of the course is left without one."""
    claims = load_claims()
    parameters = set(claims.index[claims["kind"].isin(["effect", "level"])])
    assert parameters <= {name for row in mechanisms() for name in named(row[1])}


def test_columns_of_the_claims_are_explained():
    """The page says what each column of datasets/claims.csv means."""
    told = PAGE.partition("## The claims of the course")[2].partition("##")[0]
    assert {"id", *load_claims().columns} <= set(named(told))


def test_pictures_are_there_and_small(realism):
    """Each picture that the script draws is shown on the page, and takes under 60 kB."""
    assert set(re.findall(r"\]\(retailer/(\w+)\.png\)", PAGE)) == set(realism.DRAWN)
    for name in realism.DRAWN:
        assert (DOCS / "retailer" / f"{name}.png").stat().st_size < 60_000


def test_links_of_the_page_lead_somewhere():
    """Files that the page names are there."""
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (DOCS / target).exists(), target
