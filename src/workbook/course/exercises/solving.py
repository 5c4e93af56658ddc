"""Notebooks with their exercises solved, as the tests run them."""

import ast

from workbook.course.exercises.checking import find
from workbook.course.exercises.quiz import right_letters


def solve(source: str) -> str:
    """Put the solution into an exercise's cell.

    Of most exercises it, or the model of a text, takes the place of the ``...`` of a top-level ``answer = ...``; of a repair,
    of the lines that bind the same names; of a quiz, of the dots. All are found in the syntax tree, and so is the exercise,
    which is the one that the cell checks. Any other cell is returned as it is.
    """
    tree = ast.parse(source)
    called = called_with(tree)
    if called is None:
        return source
    function, name = called
    if function == "quiz":
        return replaced(source, assigned(tree, "answers"), repr(right_letters(name)))
    exercise = find(name)
    if exercise.kind == "repair":
        return repaired(source, tree, exercise.solution)
    blank = assigned(tree, "answer")
    if not (isinstance(blank, ast.Constant) and blank.value is ...):
        return source
    return replaced(source, blank, exercise.solution or repr(" ".join(exercise.model)))


def called_with(tree: ast.AST) -> tuple[str, str] | None:
    """``check`` or ``quiz``, and the name that it is called with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = ast.unparse(node.func).split(".")[-1]
            if function in ("check", "quiz"):
                return function, str(ast.literal_eval(node.args[0]))
    return None


def assigned(tree: ast.Module, name: str) -> ast.expr | None:
    """What a name is set to by a statement of a cell's own level."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return node.value
    return None


def replaced(source: str, node: ast.expr | None, text: str) -> str:
    """A source with other text in the place of an expression."""
    if node is None:
        return source
    lines = source.encode().splitlines(keepends=True)  # as Python counts: in bytes
    row, start, end = node.lineno - 1, node.col_offset, node.end_col_offset
    lines[row] = lines[row][:start] + text.encode() + lines[row][end:]
    return b"".join(lines).decode()


def repaired(source: str, tree: ast.Module, solution: str) -> str:
    """A cell with the solution's lines in place of those that bind the same names."""
    names = {ast.unparse(n.targets[0]) for n in ast.parse(solution).body if isinstance(n, ast.Assign)}
    gone = [n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) in names]
    lines = source.splitlines()
    begin, end = min(n.lineno for n in gone) - 1, max(n.end_lineno or n.lineno for n in gone)
    return "\n".join([*lines[:begin], solution, *lines[end:]])
