"""The kernels in which the notebooks are tested can only be reached by who tests them, like those of ``workbook run``."""

import nbval.kernel
import pytest

from workbook.course.kernels import private, scratch_folder


def pytest_configure(config: pytest.Config) -> None:
    """Give nbval a folder for its kernels' channels, until the tests end."""
    folder = scratch_folder()
    nbval.kernel.KernelManager = private(nbval.kernel.KernelManager, folder.__enter__())
    config.add_cleanup(lambda: folder.__exit__(None, None, None))
