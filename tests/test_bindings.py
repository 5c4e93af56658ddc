"""Nothing that stays in a notebook rests on what may be left out of it."""

import json

import pytest

import bindings
from workbook.course import catalogue

NOTEBOOKS = {n.id: n for n in catalogue.notebooks()}


@pytest.mark.parametrize("id", NOTEBOOKS)
def test_no_name_of_a_part_that_may_be_left_out_is_used_outside_of_it(id):
    """A name bound in a section with needs, in a cell for the course or in an exercise stays there."""
    cells = json.loads(NOTEBOOKS[id].path.read_text(encoding="utf-8"))["cells"]
    assert list(bindings.lost(cells)) == []


@pytest.mark.parametrize(
    ("source", "bound", "used"),
    [
        ("x = y", "x", "y"), ("x, *z = y", "x z", "y"), ("x: y = 1", "x", "y"), ("x += 1", "x", "x"), ("x = x + 1", "x", "x"), ("x = 1\ny = x", "x y", ""), ("y = x\nx = 1", "x y", "x"),
        ("def f(): return x\nx = 1", "f x", ""), ("x[0] = y", "", "x y"),
        ("import a.b as c, d.e", "c d", ""), ("from a import b", "b", ""), ("for x in y: z", "x", "y z"),
        ("with a as x: pass", "x", "a"), ("def f(a=b, *c): return a + c + d", "f", "b d"), ("f = lambda a: a + b", "f", "b"),
        ("[a for a in b if c]", "", "b c"), ("{a: (q := a) for a in b}", "q", "b"),
        ("def f():\n    x = 1\n    def g():\n        return x + y\n    return g", "f", "y"),
        ("def f():\n    global x\n    x = 1", "f x", ""), ("class A:\n    z = y\n    def m(self): return w", "A", "y w"),
        ("try: a\nexcept E as e: pass", "e", "a E"), ("@d\ndef f(): pass", "f", "d"), ("f'{x:{w}}'", "", "x w"),
    ],
)  # fmt: skip
def test_names_of_a_cell(source, bound, used):
    """What a cell binds in the notebook, and what it takes from it, also within functions and comprehensions."""
    assert bindings.bound_and_used(source) == (set(bound.split()), set(used.split()))


def code(source, *tags):
    """Make a code cell."""
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source}


def head(text, *needs):
    """Make a heading's cell."""
    return {"cell_type": "markdown", "metadata": {"workbook": {"needs": needs}}, "source": text}


SURVEYS = head("## Surveys", "surveys")


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ([SURVEYS, code("x = 1"), head("## Next"), code("x")], "x"),
        ([SURVEYS, code("x = 1"), head("## Next"), code("def f(): return [x for _ in y]")], "x"),
        ([code("x = 0"), SURVEYS, code("x = 1"), head("## Next"), code("y = x")], "x"),
        ([code("x = 0"), SURVEYS, code("x = 1"), head("## Next"), code("x = x + 1")], "x"),
        ([code("x = 0"), SURVEYS, code("x = 1"), head("## Next"), code("x += 1")], "x"),
        ([code("x = 1", "course"), code("x")], "x"),
        ([code("answer = 1", "exercise"), code("answer")], "answer"),
        ([SURVEYS, code("x = 1"), head("## T", "truth"), code("x")], "x"),
        ([code("t = 1"), SURVEYS, code("t['x'] = 1"), head("## Next"), code("t")], "t"),
        ([code("t = 1"), code("t.x.y = 1", "course")], "t"),
    ],
)
def test_what_would_get_lost_is_told(cells, name):
    """Used or written into: the sentence has the name."""
    assert [told.split()[0] for told in bindings.lost(cells)] == [name]


@pytest.mark.parametrize(
    "cells",
    [
        [SURVEYS, code("x = 1"), head("### Deeper"), code("x"), head("## Next"), code("y = [x for x in z]")],
        [code("x = 1"), SURVEYS, code("y = x")],
        [SURVEYS, code("x = 1"), head("## More surveys", "surveys", "tickets"), code("x")],
        [code("x = 1", "course"), code("x", "course")],
        [code("answer = 1", "exercise"), code("answer", "exercise")],
        [
            SURVEYS,
            code("answer = 1\nanswer", "exercise"),
            head("## Next"),
            code("answer = 2\nanswer", "exercise"),
        ],
        [SURVEYS, code("t = 1\nt['x'] = 2"), code("t")],
    ],
)
def test_what_goes_together_may_share_names(cells):
    """A cell that is only there where another one is may use its names."""
    assert list(bindings.lost(cells)) == []
