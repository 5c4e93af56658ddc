"""Limits that keep a notebook readable: ``python tests/limits.py`` prints where each notebook stands.

A cell tagged narration only says, records or decides; all others are visible, and are analysis or a picture.
"""

import ast
import json
from collections import Counter

import pandas as pd

import bindings
from workbook.course import catalogue, sections

NARRATION, WIDTH, LINES, FORMATTED = 0.3, 88, 12, 0.1  # shares of cells; columns; lines of a visible cell


def code_cells(notebook):
    """Code cells of a notebook."""
    cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def narration(cells):
    """Cells that only say, record or decide."""
    return [cell for cell in cells if sections.NARRATION in sections.tags(cell)]


def visible(cells):
    """Cells whose code is read."""
    return [cell for cell in cells if sections.NARRATION not in sections.tags(cell)]


def has(cell, *kinds):
    """Whether a cell's code has an expression or statement of these kinds."""
    return any(isinstance(node, kinds) for node in ast.walk(ast.parse(sections.text(cell))))


def branches(cell):
    """Whether a cell decides what is said: by an if, or a ternary."""
    return has(cell, ast.If, ast.IfExp)


def formatted(cell):
    """Whether a cell puts a sentence together by an f-string."""
    return has(cell, ast.JoinedStr)


def in_strings(cells):
    """Share of the code's characters that stand in string literals, quotes included."""
    texts = [sections.text(cell) for cell in cells]
    inside = sum(
        len(ast.get_source_segment(text, node)) for text in texts for node in strings(ast.parse(text))
    )
    return inside / max(sum(map(len, texts)), 1)


def strings(node):
    """String literals of a syntax tree; an f-string is one, whatever is in it."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from strings(child)


def silent(cells):
    """Visible cells that show nothing, though they are neither the parameters nor set-up nor an exercise."""
    shown = [cell for cell in visible(cells) if not {"parameters", "set-up"} & set(sections.tags(cell))]
    return [cell for cell in shown if not cell["outputs"] and not only_sets_up(cell)]


def only_sets_up(cell):
    """Whether a cell imports, and perhaps loads the data with the parameters, and does nothing else."""
    body = ast.parse(sections.text(cell)).body
    others = [line for line in body if not isinstance(line, ast.Import | ast.ImportFrom)]
    *before, loads = others or [None]
    given = all(
        isinstance(line, ast.Assign) and ast.unparse(line.value).startswith("dict(") for line in before
    )
    return len(others) < len(body) and (loads is None or (given and "= wb.load(" in ast.unparse(loads)))


def bound_twice(cells):
    """Names that more than one cell binds, exercises apart; a name is imported as often as one likes."""
    counted = Counter(
        name
        for cell in cells
        if "exercise" not in sections.tags(cell)
        for name in bindings.bound_and_used(without_imports(sections.text(cell)))[0]
    )
    return sorted(name for name, times in counted.items() if times > 1)


def without_imports(source):
    """The code without its imports."""
    body = [line for line in ast.parse(source).body if not isinstance(line, ast.Import | ast.ImportFrom)]
    return ast.unparse(ast.Module(body, []))


def wide(cell):
    """Whether a line of a cell is wider than it is read."""
    return any(len(line) > WIDTH for line in sections.text(cell).splitlines())


def long(cell):
    """Whether a cell has more lines than are read at a glance."""
    return len(sections.text(cell).splitlines()) > LINES


def measured(cells):
    """Where a notebook stands: each limit's name and figure."""
    seen, told = visible(cells), narration(cells)
    return {
        "code cells": len(cells),
        "narration": len(told) / max(len(cells), 1),
        "narration with logic": sum(branches(cell) or formatted(cell) for cell in told),
        "wide": sum(map(wide, seen)),
        "long": sum(map(long, seen)),
        "with f-string": sum(map(formatted, seen)) / max(len(seen), 1),
        "with if": sum(map(branches, seen)),
        "in strings": in_strings(seen),
        "silent": len(silent(cells)),
        "bound twice": len(bound_twice(cells)),
    }


def broken(cells):
    """Limits that a notebook doesn't keep."""
    found = measured(cells)
    most = {"narration": NARRATION, "with f-string": FORMATTED}
    free = ("code cells", "in strings")
    return {name: figure for name, figure in found.items() if name not in free and figure > most.get(name, 0)}


if __name__ == "__main__":
    rows = {catalogue.short(n.id): measured(code_cells(n)) for n in catalogue.notebooks()}
    print(pd.DataFrame(rows).T.to_string(float_format=lambda value: f"{value:.2f}".removesuffix(".00")))
