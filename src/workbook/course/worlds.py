"""The retailer made anew with other settings, kept under output/worlds and reused."""

import hashlib
from pathlib import Path

from workbook.tables.errors import DataError, choose

SETTINGS = ("customers", "months", "seed")


def settings(given: list[str]) -> dict[str, int]:
    """Turn ``key=value`` requests into settings of `workbook.retailer.generate`.

    Raises
    ------
    DataError
        for an unknown key or a value that isn't a whole number.
    """
    found = {}
    for request in given:
        key, _, value = request.partition("=")
        if key not in SETTINGS:
            raise choose("A setting of --world", key, SETTINGS)
        try:
            found[key] = int(value)
        except ValueError:
            raise DataError(f"--world {key} must be a whole number; got {value!r}.") from None
    return found


def world(given: list[str], store: Path) -> Path:
    """Folder of the world with these settings, made if it isn't there yet."""
    from workbook.retailer import generate
    from workbook.tables.dataset import save

    wanted = settings(given)
    name = "-".join(["lanyu", *(f"{k}{wanted[k]}" for k in SETTINGS if k in wanted), maker()])
    folder = store / name
    if not (folder / "datapackage.json").exists():
        save(generate(**wanted), folder, format="parquet")
    return folder.resolve()


def maker() -> str:
    """Six digits of the generator's source, so that a world made by an older one isn't reused."""
    import workbook.retailer as package

    sources = sorted(Path(package.__path__[0]).glob("*.py"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()[:6]
