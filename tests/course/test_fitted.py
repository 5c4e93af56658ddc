"""Notebooks fitted to a data set: what stays, what goes, and what is said in its place."""

import ast
import copy

import pandas as pd
import pytest
from tests.course.conftest import put_notebook
from tests.course.test_sections import code, md

from workbook.course import catalogue, edits, fitted
from workbook.course.fitted import fitted as fit
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError

DAY = pd.Timestamp("2025-01-31")
ORDERS = pd.DataFrame({"order_id": ["1"], "customer_id": ["a"], "ordered_at": [DAY]})
MINE = Dataset("mine", {"orders": ORDERS}, DAY, DAY)
TRUE = Dataset(
    "lanyu", {"orders": ORDERS}, DAY, DAY, truth={"customers": pd.DataFrame({"customer_id": ["a"]})}
)


def sources(cells, data=MINE, *, exercises=True):
    """What the cells of a fitted notebook say."""
    return [cell["source"] for cell in fit({"cells": cells}, data, exercises=exercises)["cells"]]


SURVEYS = md("## What they answered\n\ntext", ["surveys"])


def test_a_section_without_its_table_becomes_one_line():
    """It names the heading, what is missing and the command that brings it; what comes after the section stays."""
    cells = [md("# T"), SURVEYS, code("surveys"), md("### Deeper"), code("more"), md("## Next"), code("x")]
    line = (
        "*Left out: What they answered.* The data has no surveys; "
        "`workbook data import FILE --to mine --add --table surveys` brings it."
    )
    assert sources(cells) == ["# T", line, "## Next", "x"]


def test_a_section_stays_where_its_tables_are():
    """A need that is met changes nothing, and neither does the rest of the notebook."""
    cells = [
        md("# T"),
        md("## Orders", ["orders"]),
        code("x"),
        md("## Amounts", ["orders.amount"]),
        code("y"),
    ]
    with_amounts = ORDERS.assign(amount=1.0)
    data = Dataset("mine", {"orders": with_amounts}, DAY, DAY)
    assert sources(cells, data) == ["# T", "## Orders", "x", "## Amounts", "y"]
    assert [s[:10] for s in sources(cells)] == ["# T", "## Orders", "x", "*Left out:"]
    assert (
        "`workbook data import FILE --to mine --add --replace --table orders --map amount=COLUMN`"
        in sources(cells)[-1]
    )


def test_a_nested_section_goes_alone_or_with_its_outer_one():
    """Where the outer one stays the inner one has its own line; where the outer one goes there is one line in all."""
    inner = [md("### Tickets", ["tickets"]), code("tickets"), md("### Other"), code("other")]
    kept = sources([md("## Orders", ["orders"]), *inner])
    assert [s[:20] for s in kept] == ["## Orders", "*Left out: Tickets.*", "### Other", "other"]
    assert len(sources([SURVEYS, *inner])) == 1
    curious = [md("## For the curious"), code("a"), md("### Tickets", ["tickets"]), code("b"), md("## C")]
    assert [s[:20] for s in sources(curious)] == ["## For the curious", "a", "*Left out: Tickets.*", "## C"]


def test_a_cell_that_ends_a_section_keeps_what_comes_after():
    """What stands before a heading in the same cell belongs to the section that is left out; the rest stays, in that cell."""
    cells = [SURVEYS, code("surveys"), md("So they answered.\n\n## Next\n\nmore", id="x"), code("x")]
    assert sources(cells)[1:] == ["## Next\n\nmore", "x"]


def test_several_things_are_brought_by_several_commands():
    """Each table has its command; a column goes with its table."""
    (line,) = sources([md("## A", ["surveys", "tickets", "tickets.channel"])])
    assert "The data has no surveys and no tickets; `" in line
    assert "--table surveys` and `workbook" in line
    assert line.endswith("--table tickets` bring them.")


def test_truth_is_a_need_that_nothing_brings():
    """A section that opens the truth stays on the synthetic retailer only, and only if that part of it is known."""
    cells = [
        md("## Behind the curtain", ["truth"]),
        md("## Customers", ["truth.customers"]),
        md("## C", ["truth.channels"]),
    ]
    line = "*Left out: {}.* Nobody knows the truth behind this data."
    assert sources(cells) == [line.format(name) for name in ("Behind the curtain", "Customers", "C")]
    unknown = "*Left out: C.* The truth of it isn't known on this day."
    assert sources(cells, TRUE) == ["## Behind the curtain", "## Customers", unknown]


def test_a_synthetic_shop_is_not_asked_for_a_column():
    """It has the columns that it can have, so no command would bring one; a table that somebody took away can be brought."""
    cells = [md("## Amounts", ["orders.amount"]), SURVEYS]
    amounts, surveys = sources(cells, TRUE)
    assert (
        amounts
        == "*Left out: Amounts.* The data has no orders.amount; data of a shop of your own may have it."
    )
    assert "workbook data import FILE --to lanyu --add --table surveys" in surveys
    assert fitted.section_lacks({"cells": cells}, TRUE) == ["surveys"]
    assert fitted.section_lacks({"cells": cells}, MINE) == ["orders.amount", "surveys"]


def test_what_came_later_is_left_out_of_a_past_day():
    """A section is judged by the tables as of the day; nothing has to be brought for what comes later."""
    orders = pd.DataFrame({"order_id": ["1"], "customer_id": ["a"], "ordered_at": [DAY]})
    returns = pd.DataFrame({"order_id": ["1"], "product_id": ["p"], "returned_at": [DAY], "amount": 1.0})
    data = Dataset("mine", {"orders": orders, "returns": returns}, DAY - pd.Timedelta(days=30), DAY)
    cells = [md("## What comes back", ["returns"]), code("returns")]
    assert len(sources(cells, data)) == 2
    (line,) = sources(cells, data.at("2025-01-30"))
    assert line == "*Left out: What comes back.* The data has no returns up to 30 January 2025."


@pytest.mark.parametrize("data", [MINE, TRUE, None])
def test_a_section_whose_extra_is_not_installed_becomes_one_line(monkeypatch, data):
    """It says how to install it, whatever the data; where it is installed the section stays."""
    cells = [md("# T"), md("## Networks", ["deep", "orders"]), code("x"), md("## Next")]
    monkeypatch.setattr(fitted, "not_installed", lambda names: [])
    assert sources(cells, data) == ["# T", "## Networks", "x", "## Next"]
    monkeypatch.setattr(fitted, "not_installed", lambda names: [n for n in names if n == "deep"])
    line = '*Left out: Networks.* It needs more than the core: `pip install "workbook[deep]"` installs it.'
    assert sources(cells, data) == ["# T", line, "## Next"]


def test_what_the_data_lacks_is_said_before_what_is_not_installed(monkeypatch):
    """Installing would not help."""
    monkeypatch.setattr(fitted, "not_installed", lambda names: ["deep"])
    (line,) = sources([md("## Networks", ["deep", "surveys"])])
    assert line.startswith("*Left out: Networks.* The data has no surveys; ")


def test_an_extra_is_nothing_that_data_lack(monkeypatch):
    """Neither a run's report nor the advice of `wb.load` asks to import it."""
    monkeypatch.setattr(fitted, "not_installed", lambda names: ["deep"])
    assert fitted.section_lacks({"cells": [md("## Networks", ["deep", "orders"])]}, MINE) == []


@pytest.mark.parametrize(
    ("data", "exercises", "left"),
    [
        (MINE, True, ["# T", "question", "answer = ...", "x"]),
        (MINE, False, ["# T", "x"]),
        (TRUE, True, ["# T", "intro", "claim", "question", "answer = ...", "x"]),
    ],
)
def test_cells_for_the_course_and_exercises_go_one_by_one(data, exercises, left):
    """Code and Markdown alike: what is the course's own goes with anybody's data, exercises where they aren't wanted."""
    cells = [
        md("# T"),
        md("intro", tags=["course"]),
        code("claim", "course"),
        md("question", tags=["exercise"]),
    ]
    cells += [code("answer = ...", "exercise"), code("x")]
    assert sources(cells, data, exercises=exercises) == left


def test_the_notebook_itself_is_not_written_into():
    """It is a copy; a second fitting of the same finds the same."""
    page = {"cells": [SURVEYS, code("x"), md("## B")], "metadata": {"a": 1}}
    before = copy.deepcopy(page)
    one, again = (fit(page, MINE, exercises=True) for _ in range(2))
    assert page == before
    assert one == again
    one["metadata"]["a"] = one["cells"][0]["metadata"]["b"] = 2
    assert page == before


def test_a_command_of_an_odd_folder_is_code():
    """Backticks, spaces and unseen characters of a folder's name end neither the code nor the line."""
    (cell,) = fit({"cells": [SURVEYS]}, MINE, exercises=True, folder="my `shop`\n")["cells"]
    assert "``workbook data import FILE --to 'my `shop`\\n' --add --table surveys``" in cell["source"]
    assert "\n" not in cell["source"]


# The code of a notebook that is changed.


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('shop = wb.load(data, as_of, lesson="x", seed=seed)', 'shop = wb.load(data, as_of, lesson="x", fitted=True, seed=seed)'),
        ('w = "客"; s = wb.load(d,\n  lesson="x")  # c', 'w = "客"; s = wb.load(d,\n  lesson="x", fitted=True)  # c'),
        ('wb.load(d, lesson="x", fitted=True)', 'wb.load(d, lesson="x", fitted=True)'),
        ("wb.load(data)", "wb.load(data)"), ('load(d, lesson="x")', 'load(d, lesson="x")'), ("x = (", "x = ("),
    ],
)  # fmt: skip
def test_a_fitted_notebook_says_so_where_it_loads_its_data(before, after):
    """Its `wb.load` has nothing to advise; nothing else in the cell changes."""
    assert edits.with_keyword(before) == after


def test_only_a_notebook_that_may_differ_says_that_it_is_fitted():
    """On synthetic data with all tables it is run as it stands."""
    cells = [code('wb.load(data, lesson="x")')]
    assert sources(cells, TRUE) == ['wb.load(data, lesson="x")']
    assert sources(cells) == ['wb.load(data, lesson="x", fitted=True)']
    assert sources([*cells, SURVEYS], TRUE)[0] == 'wb.load(data, lesson="x", fitted=True)'


def test_a_parameter_is_set_and_its_comment_stays():
    """Whatever is in the text, the cell is Python and means that text."""
    page = {"cells": [code("x"), code('data: str = "lanyu"  # 数据\nseed: int = 1', "parameters")]}
    path = 'C:\\shops\\"客户" mine'
    source = edits.with_parameter(page, "data", path)["cells"][1]["source"]
    assert source.endswith("  # 数据\nseed: int = 1")
    assert ast.literal_eval(ast.parse(source).body[0].value) == path


# What is advised to who sets `data` by hand.


@pytest.fixture
def advised(tmp_path, monkeypatch):
    """A notebook that needs returns, and surveys in a section."""
    path = tmp_path / "notebooks" / "01_a" / "01_advised.ipynb"
    put_notebook(path, ["orders", "returns"], section=["surveys", "truth"])
    monkeypatch.setattr(catalogue, "home", lambda: tmp_path)


def test_who_sets_data_by_hand_is_told_what_it_lacks(advised):
    """One line: what is missing, and the command that makes a copy that fits."""
    assert fitted.advice("advised", MINE, "my shop") == (
        "The data has no returns and no surveys, so parts of this notebook have nothing to show here: "
        "`workbook lab advised --data 'my shop'` makes a copy without them."
    )


def test_nothing_is_advised_where_all_is_there(advised):
    """The synthetic retailer with its tables needs no other copy; one's own data with all tables still has no truth."""
    tables = {name: pd.DataFrame({"x": [1]}) for name in ("orders", "returns", "surveys")}
    assert fitted.advice("advised", Dataset("lanyu", tables, DAY, DAY, truth={})) == ""
    assert fitted.advice("advised", Dataset("mine", tables, DAY, DAY)).startswith(
        "Parts of this notebook are about the course"
    )
    with pytest.raises(DataError, match=r"got 'advise'\. Did you mean 'advised'"):
        fitted.advice("advise", MINE)


def test_a_question_left_out_has_one_mark():
    """A heading that asks ends with its own mark, any other with a full stop."""
    assert [fitted.stopped(text) for text in ("In time?", "Tickets")] == ["In time?", "Tickets."]
