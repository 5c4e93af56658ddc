"""What the tests of runs share: two small notebooks, and orders to run them on."""

import json
import sys
from pathlib import Path

import pytest

from workbook.course import catalogue, lessons
from workbook.retailer import generate
from workbook.tables.dataset import Dataset
from workbook.tables.folders import save

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# A small notebook"},
        {
            "cell_type": "code",
            "metadata": {"tags": ["parameters"]},
            "source": 'data: str = "lanyu"  # data\nas_of: str = ""  # date\nfail: bool = False  # whether to fail',
        },
        {
            "cell_type": "code",
            "metadata": {},
            "source": "import workbook as wb\nshop = wb.load(data)\nassert not fail, 'as asked'\n"
            "display(wb.record('orders', len(shop.orders), unit='orders'))\n"
            "wb.check('start-orders-per-customer', ..., of=shop)",
        },
    ],
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture(scope="session", autouse=True)
def more_lessons(tmp_path_factory):
    """A folder in which lessons are found too."""
    folder = tmp_path_factory.mktemp("lessons")
    lessons.__path__.append(str(folder))
    yield folder
    lessons.__path__.remove(str(folder))


def put_lesson(name, text):
    """Write a lesson; text is what its notebook needs and so on, as Python."""
    (Path(lessons.__path__[-1]) / f"{name}.py").write_text(
        f"from workbook.course.lessons.lesson import Lesson\n\nLESSON = Lesson({text})\n"
    )
    sys.modules.pop(f"{lessons.__name__}.{name}", None)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder with two small notebooks, one of which needs returns."""
    root = tmp_path_factory.mktemp("notebooks")
    for name, needs in (("01_a/01_small", ["orders"]), ("01_a/02_needy", ["orders", "returns"])):
        put_notebook(root / f"{name}.ipynb", needs)
    return catalogue.notebooks(root)


def put_notebook(path, needs, last="pass", section=()):
    """Write the small notebook, with a last cell of its own, a section with needs, and its lesson."""
    put_lesson(catalogue.short(path.stem), f"needs={tuple(needs)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.loads(json.dumps(NOTEBOOK))
    content["cells"].append({"cell_type": "code", "metadata": {}, "source": last})
    if section:
        about = {"workbook": {"needs": list(section)}}
        content["cells"].append({"cell_type": "markdown", "metadata": about, "source": "## More"})
        content["cells"].append({"cell_type": "code", "metadata": {}, "source": "shop.no_such_table"})
    for number, cell in enumerate(content["cells"]):
        cell["id"] = f"cell-{number}"
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Orders and nothing else."""
    world = generate(customers=30, months=3, seed=2)
    folder = tmp_path_factory.mktemp("plain") / "plain"
    orders = world.orders[["order_id", "customer_id", "ordered_at", "amount"]]
    save(Dataset("plain", {"orders": orders}, world.start, world.end, "CNY"), folder)
    return folder
