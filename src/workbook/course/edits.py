"""Changes of a notebook's code that are made in its syntax tree, so that whatever else a cell says stays as it is."""

import ast
import json
from typing import Any

from workbook.course import sections


def said_to_be_fitted(notebook: Any) -> Any:
    """Say in the cell that loads the data that the notebook is fitted to it, so that ``wb.load`` advises nothing."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = with_keyword(sections.text(cell))
    return notebook


def with_keyword(source: str) -> str:
    """``wb.load(data, lesson="x")`` as ``wb.load(data, lesson="x", fitted=True)``."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # the kernel says it better
        return source
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        own = {keyword.arg: keyword.value for keyword in call.keywords}
        if ast.unparse(call.func) == "wb.load" and "lesson" in own and "fitted" not in own:
            return inserted(source, own["lesson"], ", fitted=True")
    return source


def inserted(source: str, node: ast.expr, text: str, *, instead: bool = False) -> str:
    """Source with a text behind an expression, or instead of it."""
    lines = source.encode().splitlines(keepends=True)  # the syntax tree counts in bytes
    row, end = (node.end_lineno or 1) - 1, node.end_col_offset or 0
    start = node.col_offset if instead else end
    lines[row] = lines[row][:start] + text.encode() + lines[row][end:]
    return b"".join(lines).decode()


def with_parameter(notebook: Any, name: str, value: str) -> Any:
    """Set a text among the parameters of a notebook that is one's own already; its comment stays."""
    cell = next(cell for cell in notebook["cells"] if "parameters" in sections.tags(cell))
    for node in ast.parse(sections.text(cell)).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name and node.value:
            quoted = json.dumps(value, ensure_ascii=False)
            cell["source"] = inserted(sections.text(cell), node.value, quoted, instead=True)
    return notebook
