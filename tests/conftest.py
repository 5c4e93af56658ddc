"""What all tests share: two worlds, and how hard hypothesis tries."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from workbook.course.warm_kernels import warm_kernels
from workbook.retailer import generate
from workbook.tables.dataset import Dataset
from workbook.tables.folders import save
from workbook.tables.locations import data_folder, load

# Elsewhere every run tries new examples; in CI the same ones, so that a red run can be run again.
settings.register_profile("here", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Let kernels start warm, where notebooks are run; workers of xdist find those of the process that started them."""
    gc.set_threshold(
        100_000, 20
    )  # each search for garbage looks through all that seven thousand tests have made
    warm = warm_kernels("not slow" not in config.option.markexpr, data=data_folder("lanyu"))
    warm.__enter__()
    config.add_cleanup(lambda: warm.__exit__(None, None, None))


@pytest.fixture(autouse=True)
def same_environment() -> Iterator[None]:
    """Put back what a test, or a library in it such as Dask, has set: with another environment kernels start cold."""
    before = dict(os.environ)
    yield
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def small() -> Dataset:
    """Make a world of 400 customers; tests must not write into it."""
    return generate(customers=400, months=18, seed=11)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save another retailer's data for notebooks: 500 customers, another seed."""
    folder = tmp_path_factory.mktemp("retailers") / "other"
    save(generate(customers=500, seed=11), folder, format="parquet")
    return folder


@pytest.fixture(scope="session")
def lanyu() -> Dataset:
    """Load the bundled data set; tests must not write into it."""
    return load("lanyu")
