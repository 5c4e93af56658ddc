"""The retailer made anew with other settings, kept under output/worlds and reused."""

import hashlib
from pathlib import Path
from typing import Any

from workbook.tables.errors import DataError, choose
from workbook.tables.locations import home

SETTINGS = ("customers", "months", "seed")


def settings(given: list[str]) -> dict[str, Any]:
    """Turn ``key=value`` requests into settings of `workbook.retailer.generate`; a key may be a claim's id.

    Raises
    ------
    DataError
        for an unknown key, a value that isn't a (whole) number or out of range, or a claim that can't have it.
    """
    from workbook.retailer.core.claims import load_claims, parse
    from workbook.retailer.core.world import check_at_once, make_world

    found: dict[str, Any] = {}
    claims = []
    for request in given:
        key, _, value = request.partition("=")
        if key in load_claims().index:
            claims.append(request)
        elif key not in SETTINGS:
            raise choose("A setting of --world", key, [*SETTINGS, *parameters()])
        else:
            try:
                found[key] = int(value)
            except ValueError:
                raise DataError(f"--world {key} must be a whole number; got {value!r}.") from None
    changed = parse(claims, "--world")
    wanted = found | ({"claims": changed} if changed else {})
    check_at_once(make_world(**wanted).customers)
    return wanted


def parameters() -> list[str]:
    """Ids of the claims that are parameters of the retailer."""
    from workbook.retailer.core.claims import PARAMETERS, load_claims

    claims = load_claims()
    return list(claims.index[claims["kind"].isin(PARAMETERS)])


def world(given: list[str], store: Path) -> Path:
    """Folder of the world with these settings, made if it isn't there yet."""
    from workbook.retailer import generate
    from workbook.tables.folders import save

    wanted = settings(given)
    told = [f"{k}{wanted[k]}" for k in SETTINGS if k in wanted]
    told += [f"{k}{v:g}" for k, v in sorted(wanted.get("claims", {}).items())]
    name = "-".join(["lanyu", *told, maker()])
    folder = store / name
    made = folder / "datapackage.json"
    if not made.exists():
        try:
            save(generate(**wanted), folder, format="parquet")
        except DataError:
            if not made.exists():  # or another run was quicker with the same world
                raise
    return folder.resolve()


def maker() -> str:
    """Six digits of the generator's source, so that a world made by an older one isn't reused."""
    import workbook.retailer as package

    sources = sorted(Path(package.__path__[0]).rglob("*.py"))
    parts = [*sources, home() / "datasets" / "claims.csv"]
    return hashlib.sha256(b"".join(p.read_bytes() for p in parts)).hexdigest()[:6]
