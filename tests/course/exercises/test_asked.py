"""Exercises on what the notebooks really hand over: the solution is right, and each usual mistake is told by its own words."""

import json
import math
import re

import numpy as np
import pytest

from executed import NOTEBOOKS, Asked, asked, loaded
from workbook.analytics.estimate import Estimate
from workbook.analytics.project import kept_customers
from workbook.course.display import orders_of_own_accord
from workbook.course.exercises.answers import exact, guessed, kind, value_of
from workbook.course.exercises.checking import judge
from workbook.course.exercises.exercise import CannotAnswer
from workbook.course.exercises.rivals import IMPOSSIBLE, columns, evaluate
from workbook.course.exercises.typed import read_number
from workbook.course.lessons import lessons as all_lessons
from workbook.formatting.quantities import PARTS

WITH_EXERCISES = [n for n in NOTEBOOKS.values() if n.lesson.exercises]
each_notebook = pytest.mark.parametrize("notebook", WITH_EXERCISES, ids=[n.id for n in WITH_EXERCISES])
OPEN = ("predict", "write")  # kinds that have no wrong answer


@pytest.fixture(params=["lanyu", "other"])
def data(request, other):
    """The bundled data, and another retailer's."""
    return "lanyu" if request.param == "lanyu" else other


def test_ids_are_unique():
    """An id names one exercise in the whole course."""
    given = [exercise.id for one in all_lessons().values() for exercise in one.exercises]
    assert len(given) == len(set(given))


@pytest.mark.slow
@each_notebook
def test_solutions_are_right(notebook, data):
    """Each exercise of the lesson is asked in the notebook, and what `reveal` shows is right there, or can't be told."""
    found = asked(notebook.id, data)
    assert sorted(found) == sorted(e.id for e in notebook.lesson.exercises)
    for one in found.values():
        status = judge(one.exercise, one.answer, one.of).status
        assert status in (("recorded",) if one.exercise.kind in OPEN else ("right", "not_applicable")), (
            one.exercise.id
        )
    statuses = [judge(o.exercise, o.answer, o.of).status for o in found.values()]
    least = 0 if data == "lanyu" else 1  # five hundred customers are few for a chart by week
    assert statuses.count("not_applicable") <= least


INVITED = re.compile(r"share \((0\.\d+)\) or (?:in |a )?percent \(\"(\d+ %)\"\)")


@pytest.mark.slow
@each_notebook
def test_an_answer_is_read_as_the_lesson_invites_it(notebook, data):
    """An answer may be given as a page writes it, "10 %" or "CNY 1,234" or "+3.5 points": it is the same answer as its number."""
    for one in asked(notebook.id, data).values():
        expected = expected_of(one)
        if not isinstance(expected, Estimate) or expected.read.unit != expected.unit:
            continue
        text = f"{expected:value}".removeprefix("under ").removeprefix("over ")
        number = read_number(text).value / (100 if expected.unit in PARTS else 1)
        found = judge(one.exercise, text, one.of)
        assert found.message == judge(one.exercise, number, one.of).message, (one.exercise.id, text)
        assert found.status == "recorded" or "Right" in found.message or "one figure more" in found.message


@each_notebook
def test_what_a_notebook_invites_is_one_number(notebook):
    """Where a question offers both forms of a guess, its two examples are read as the same, in the unit of a share and of a change."""
    cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
    for share, percent in INVITED.findall("\n".join("".join(cell["source"]) for cell in cells)):
        for unit in ("share", "change"):
            right = Estimate(0.5, unit=unit)
            assert guessed(float(share), right) == guessed(percent, right) == guessed(share + "", right)
            assert guessed(percent, right).lstrip("+") == percent


def expected_of(one):
    """The right answer of what was asked; None where the data can't answer."""
    try:
        return one.exercise.expected(one.of)
    except CannotAnswer:
        return None


@pytest.mark.slow
@each_notebook
def test_dots_wait_for_an_answer(notebook, data):
    """The cell as it is delivered gives nothing away."""
    for one in asked(notebook.id, data).values():
        assert judge(one.exercise, ..., one.of).status in ("unanswered", "not_applicable")


@pytest.mark.slow
@each_notebook
def test_usual_mistakes_have_their_own_words(notebook, data):
    """A mistake is wrong with what is said of it or of another that gives the same; where it gives the right answer, it is right."""
    for one in asked(notebook.id, data).values():
        try:
            expected = one.exercise.expected(one.of)
        except Exception:  # the data can't answer it, which another test is about
            continue
        for mistake in one.exercise.wrong:
            answer = evaluate(mistake.expression, one.of)
            checked = judge(one.exercise, answer, one.of)
            if answer is IMPOSSIBLE or exact(answer, expected):
                continue
            untouched = one.exercise.kind == "repair" and checked.status == "unanswered"
            says = {w.says for w in one.exercise.wrong}
            assert untouched or checked.message.removeprefix("Not yet. ") in says, (
                one.exercise.id,
                mistake.expression,
            )
            if data == "lanyu" and not untouched:
                assert checked.message == f"Not yet. {mistake.says}"


@pytest.mark.slow
@each_notebook
def test_what_is_nearly_a_mistake_is_not_accepted(notebook, data):
    """A usual mistake that is computed from rounded figures, or written with three of them, is not taken for the right answer."""
    for one in closed(notebook.id, data):
        expected = one.exercise.expected(one.of)
        for mistake in one.exercise.wrong:
            value = value_of(evaluate(mistake.expression, one.of))
            if kind(value) == "a number" and not exact(value, expected) and math.isfinite(value):
                for answer in {value, float(f"{value:.3g}"), float(f"{value:.4g}")}:
                    told = judge(one.exercise, answer, one.of).status
                    assert told != "right" or nearer(answer, expected, value), (one.exercise.id, answer)


@pytest.mark.slow
@each_notebook
def test_other_rows_of_the_same_table_are_not_accepted(notebook, data):
    """Where the right answer stands in a column of what is handed over, no other value of that column is right."""
    for one in closed(notebook.id, data):
        expected = value_of(one.exercise.expected(one.of))
        if kind(expected) != "a number":
            continue
        for _, values in columns(one.of):
            if not np.isclose(values, expected, rtol=1e-9, atol=0).any():
                continue
            for other in values[~np.isclose(values, expected, rtol=1e-9, atol=0)].dropna().unique():
                assert judge(one.exercise, other, one.of).status != "right", (one.exercise.id, other)


def closed(id: str, data: str) -> list[Asked]:
    """What a notebook asks that has one right answer, and has it in this data."""
    found = [one for one in asked(id, data).values() if one.exercise.kind in ("compute", "repair")]
    return [one for one in found if judge(one.exercise, ..., one.of).status != "not_applicable"]


def nearer(answer: float, expected: object, mistake: float) -> bool:
    """Whether a rounded mistake is the right answer itself, or nearer to it than to the mistake."""
    return abs(answer - float(value_of(expected))) < abs(answer - mistake)


@pytest.mark.slow
def test_lifetime_value_is_of_the_orders_that_its_truth_counts(data):
    """Forecast and truth are of the same orders: what a trial or marketing brought is in neither."""
    shop = loaded(data)
    summary = asked("03_loyalty/02_customer_lifetime_value", data)["ltv-frequency"].of
    assert summary["purchases"].sum() == len(orders_of_own_accord(shop)) < len(shop.orders)


@pytest.mark.slow
def test_a_budget_is_of_the_orders_that_its_truth_counts(data):
    """The benefit of the system is true of orders of customers' own accord, so sales and model are of these."""
    shop = loaded(data)
    budget = asked("01_digital_transformation/04_roadmap_roi", data)["roadmap-offer"].of
    live = "Shanghai, Guangzhou, Chengdu, Wuhan"
    sales = {}
    for name, orders in {"own": orders_of_own_accord(shop), "all": shop.orders}.items():
        without = kept_customers.not_in(shop.customers, orders, live)
        sales[name] = kept_customers.base(shop, orders, without, 0.5).sales
    assert budget.sales == pytest.approx(sales["own"])
    assert sales["own"] < sales["all"]
