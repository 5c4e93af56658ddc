"""The kernels in which the notebooks are tested can only be reached by who tests them, like those of ``workbook run``."""

from contextlib import ExitStack

import nbval.kernel
import pytest

from workbook.course.kernels import private, scratch_folder
from workbook.course.warm_kernels import warm_kernels


def pytest_configure(config: pytest.Config) -> None:
    """Give nbval a folder for its kernels' channels, and kernels that start warm, until the tests end."""
    used = ExitStack()
    folder = used.enter_context(scratch_folder())
    nbval.kernel.KernelManager = private(nbval.kernel.KernelManager, folder)
    used.enter_context(warm_kernels())
    config.add_cleanup(used.close)
