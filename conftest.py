"""Which cells nbval runs: not those of a section whose extra isn't installed; and what is tested first."""

from workbook.course.fitted import fitted


def pytest_collection_modifyitems(config, items):
    """Deselect what `fitted` leaves out of a notebook."""
    pages = {item.parent for item in items if hasattr(item, "cell")}
    kept = {page: {cell["id"] for cell in fitted(page.nb, None, exercises=True)["cells"]} for page in pages}
    gone = [item for item in items if item.parent in kept and item.cell["id"] not in kept[item.parent]]
    config.hook.pytest_deselected(items=gone)
    items[:] = [item for item in items if item not in gone]
    # What takes long goes first, so that no worker is left with it in the end.
    long = {item.path for item in items if hasattr(item, "cell") or item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)
