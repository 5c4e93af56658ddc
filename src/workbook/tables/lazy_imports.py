"""Imports that leave out what takes long and is not needed."""

import sys
from importlib import import_module


def import_without(module: str, left_out: str) -> None:
    """Import a module as if a package that it would take along weren't installed; that can still be imported later."""
    if module in sys.modules or left_out in sys.modules:
        return
    sys.modules[left_out] = None  # type: ignore[assignment]
    try:
        import_module(module)
    finally:
        del sys.modules[left_out]
