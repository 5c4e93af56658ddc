"""Names that notebooks bind and use, cell by cell, and which cells can do without which others."""

import ast
import symtable
from dataclasses import dataclass

from workbook.course import sections

SINGLE = ("course", "exercise")  # tags of cells that are left out one by one


@dataclass(frozen=True)
class Names:
    """What a code cell does with the notebook's names, and what must be there for the cell to be."""

    place: str
    needs: frozenset[str]
    bound: frozenset[str]
    used: frozenset[str]
    written: frozenset[str]


def names(cells):
    """The names of each code cell of a notebook, in order."""
    for part in sections.parts(cells):
        if part.cell["cell_type"] == "code":
            needs = {need for heading in part.under for need in heading.needs}
            needs |= set(SINGLE) & set(sections.tags(part.cell))
            place = part.cell.get("id", "") or part.source[:30]
            yield Names(
                place, frozenset(needs), *map(frozenset, bound_and_used(part.source)), written(part.source)
            )


def bound_and_used(source):
    """Names that a cell binds in the notebook, and names that it takes from there, from inside of functions too."""
    lines = ast.parse(source).body
    every = [touched(ast.unparse(line)) for line in lines]
    anywhere = {name for bound, _ in every for name in bound}
    before, used = set(), set()
    for line, (bound, taken) in zip(lines, every, strict=True):
        # A function takes what is there when it is called; a loop binds its names before it uses them.
        own = anywhere if isinstance(line, ast.FunctionDef) else set() if isinstance(line, ASSIGNS) else bound
        used |= taken - before - own
        before |= bound
    return anywhere, used


ASSIGNS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def touched(line):
    """Names that a statement binds, and names that it takes."""
    top = symtable.symtable(line, "cell", "exec")
    bound = {
        s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()
    }
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    used |= {
        node.target.id
        for node in ast.walk(ast.parse(line))
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    for table in inner(top):
        outer = [s for s in table.get_symbols() if s.is_global()]
        bound |= {s.get_name() for s in outer if s.is_assigned() or s.is_imported()}
        used |= {s.get_name() for s in outer if s.is_referenced()}
    return bound, used


def inner(table):
    """Functions, lambdas, comprehensions and classes of a cell."""
    for child in table.get_children():
        yield child
        yield from inner(child)


def written(source):
    """Names into whose values a cell writes, as in ``frame["x"] = 1``, ``frame.x = 1`` or ``del frame["x"]``."""
    places = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Subscript | ast.Attribute)]
    changed = [n.value for n in places if isinstance(n.ctx, ast.Store | ast.Del)]
    while any(isinstance(n, ast.Subscript | ast.Attribute) for n in changed):
        changed = [n.value if isinstance(n, ast.Subscript | ast.Attribute) else n for n in changed]
    return frozenset(n.id for n in changed if isinstance(n, ast.Name))


def lost(cells):
    """Sentences on cells that would fail, or find something else, where another cell is left out."""
    found = list(names(cells))
    for one in found:
        for other in found:
            if one.needs <= other.needs:
                continue
            for name in sorted(one.bound & other.used):
                yield f"{name} of cell {one.place}, which may be left out, is used in cell {other.place}"
    always = {name: one for one in reversed(found) for name in one.bound}
    for one in found:
        for name in sorted(one.written & always.keys()):
            if one.needs - always[name].needs:
                yield f"{name} of cell {always[name].place} is written into by cell {one.place}, which may be left out"
