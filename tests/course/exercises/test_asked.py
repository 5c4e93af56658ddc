"""Exercises on what the notebooks really hand over: the solution is right, and each usual mistake is told by its own words."""

import pytest

from executed import NOTEBOOKS, asked
from workbook.course.exercises.answers import exact
from workbook.course.exercises.checking import IMPOSSIBLE, evaluate, judge
from workbook.course.lessons import lessons as all_lessons

WITH_EXERCISES = [n for n in NOTEBOOKS.values() if n.lesson.exercises]
each_notebook = pytest.mark.parametrize("notebook", WITH_EXERCISES, ids=[n.id for n in WITH_EXERCISES])
OPEN = ("predict", "write")  # kinds that have no wrong answer


@pytest.fixture(params=["lanyu", "other"])
def data(request, other):
    """The bundled data, and another retailer's."""
    return "lanyu" if request.param == "lanyu" else str(other)


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
