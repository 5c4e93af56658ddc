"""Checks of made-up exercises: what is said, and what is kept, for each kind."""

import json
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.course.display import MIME
from workbook.course.exercises import checking
from workbook.course.exercises.checking import exercise_edition, forget, judge
from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.exercises.quiz import asked, letters_of, marked, not_marked, suits
from workbook.tables.errors import DataError

HITS = pd.Series([True] * 20 + [False] * 80)
SHARE = Exercise(
    id="x",
    question="What share?",
    expected=lambda of: Estimate(float(of.mean()), unit="share", n=len(of)),
    hint="take the mean.",
    solution="hits.mean()",
    wrong=(Wrong("of.sum() / 99", "You divided by 99."), Wrong("0.204", "A named one that is nearly right.")),
)
REPAIR = Exercise(
    id="r",
    question="Repair it.",
    expected=lambda of: float(of.mean()),
    hint="all values count.",
    solution="answer = hours.mean()",
    wrong=(
        Wrong("of[of < 5].mean()", "The long ones are still left out."),
        Wrong("of.median()", "This is the median."),
    ),
    kind="repair",
)
CHOICE = Exercise(
    id="c",
    question="Which?",
    expected=lambda of: "b",
    hint="look.",
    solution='"b"',
    kind="choose",
    options={"a": "Too short.", "b": "Too long.", "c": "Neither."},
)


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (..., "unanswered", "Not answered yet: put your answer in place of the dots."),
        (0.2, "right", "Right: 20 %."),
        (0.2004, "right", "Right: 20 %."),
        (0.196, "wrong", "Not yet. Hint: take the mean."),
        (20 / 99, "wrong", "Not yet. You divided by 99."),
        (0.204, "wrong", "Not yet. A named one that is nearly right."),
        (20, "wrong", "percent"),
        (0.8, "wrong", "the share of the others"),
        (0.5, "wrong", "Not yet. Hint: take the mean."),
        (0.23, "wrong", "Not yet. Hint: take the mean."),
        ("20 %", "right", "Right: 20 %."),
        ("0.2", "right", "Right: 20 %."),
        ("20,0 %", "right", "Right: 20 %."),
        ("20 days", "wrong", "Not yet. The answer is wanted as a share or in %; this is in days."),
        ("a fifth", "wrong", "Not yet. The answer should be a number; this is text."),
    ],
)
def test_a_number_is_judged(answer, status, says):
    """Right, a named mistake before rounding, what was confused, another sort, or the hint."""
    found = judge(SHARE, answer, HITS)
    assert (found.status, found.id, found.kind) == (status, "x", "compute")
    assert says in found.message


@pytest.mark.parametrize(("answer", "says"), [(0.005, "Round it less"), (0.006, "Hint"), (0.0052, "Hint")])
def test_one_figure_is_too_few_and_it_is_said_so(answer, says):
    """Who rounds the right answer to one figure is not sent back to the hint."""
    exercise = Exercise("f", "?", lambda of: 0.005337, "h", "1")
    assert says in judge(exercise, answer, None).message


BITS = pd.DataFrame({"bits": [12.52, 12.6016, -3.1]}, index=["phone", "e-mail", "city"])


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [(12.6016, "right", "Right"), (12.58, "right", "Right"), (12.6, "right", "Right"), (12.513, "wrong", "Hint"),
     (12.557, "wrong", "Hint"), (12.562, "right", "Right"), (13, "wrong", "one figure more"), ("12.52", "wrong", "usual way")],
)  # fmt: skip
def test_an_answer_is_of_what_it_is_nearest_to(answer, status, says):
    """Between the right value and a usual mistake the nearer one counts; in too few figures to tell, one more is asked for."""
    exercise = Exercise("b", "?", lambda of: 12.6016, "h", "1", (Wrong("12.52", "This is the usual way."),))
    found = judge(exercise, answer, None)
    assert found.status == status
    assert says in found.message


def test_what_is_a_rounding_of_both_is_not_told_to_be_the_mistake():
    """In five figures 10,043 may be the right 10,043.06 or a mistake's 10,043.02; with one more it is the one or the other."""
    exercise = Exercise("g", "?", lambda of: 10043.06, "h", "1", (Wrong("10043.02", "Signs hide."),))
    assert "one figure more" in judge(exercise, 10043, None).message
    assert judge(exercise, 10043.1, None).status == "right"
    assert judge(exercise, 10043.02, None).message == "Not yet. Signs hide."


@pytest.mark.parametrize("of", [BITS, BITS["bits"], (BITS, 3), {"bits": BITS}])
def test_another_row_of_the_same_table_is_not_accepted(of):
    """The value of a neighbour that rounds alike is told from the right one, wherever the table is among what is handed over."""
    close = Exercise("b", "?", lambda of: 12.6016, "h", "1")
    near = BITS.assign(bits=[12.62, 12.6016, -3.1])
    assert judge(close, 12.6192, near).message == "Not yet. Hint: h"
    told = judge(close, 12.62, near).message
    assert told == "Not yet. This is the value of another row: phone."
    assert "one figure more" in judge(close, 12.6, near).message
    assert judge(close, 12.602, near).status == "right"
    assert judge(close, 12.6016, of).status == "right"
    assert judge(close, 12.52, of).status == "wrong"


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (36_571.87, True),
        (36_572, True),
        (36_571.9, True),
        (37_059, False),
        (36_600, True),
        (36_571.2, False),
        ("x", False),
    ],
)
def test_a_mistake_is_named_only_where_the_answer_is_its_value(answer, named):
    """A value that lies near a usual mistake's by chance gets the hint: only its figures make it that mistake."""
    money = Exercise(
        "m",
        "?",
        lambda of: Estimate(51_459.3, unit="money"),
        "look.",
        "1",
        (Wrong("36571.87", "This is discounted."),),
    )
    assert ("This is discounted." in judge(money, answer, None).message) is named


def test_a_repair_speaks_in_the_unit_of_its_answer():
    """An untouched cell's value is written as the right one would be, without powers of ten."""
    offer = Exercise(
        "o", "?", lambda of: Estimate(51_459.3, unit="CNY"), "h", "1", (Wrong("10531232.75", "!"),), "repair"
    )
    assert "The cell gives CNY 10,531,233, as" in judge(offer, 10_531_232.75, None).message
    assert judge(offer, 51_459.3, None).message == "Right: CNY 51,459."


def test_a_count_for_a_share_is_recognised():
    """With 250 cases the count is no percent."""
    assert "their number" in judge(SHARE, 50, pd.Series([True] * 50 + [False] * 200)).message


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (2.0, "unanswered", "The cell gives 2, as it does with the mistake in it."),
        (5.0, "right", "Right: 5."),
        (3.0, "wrong", "This is the median."),
    ],
)
def test_a_repair_is_untouched_repaired_or_wrong(answer, status, says):
    """A cell that runs with its mistake isn't answered yet."""
    found = judge(REPAIR, answer, pd.Series([1.0, 3.0, 11.0]))
    assert found.status == status
    assert says in found.message


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [("b", "right", "Right"), (" B) ", "right", "Right"), ("(b)", "right", "Right"), ("b) too long", "right", "Right"), ("b too", "wrong", "a, b, c"), ("a", "wrong", "Too short."), ("x", "wrong", "a, b, c"),
     (..., "unanswered", "Not answered yet")],
)  # fmt: skip
def test_a_choice_has_a_sentence_for_each_letter(answer, status, says):
    """A wrong letter is told why; anything else, which letters there are."""
    found = judge(CHOICE, answer, None)
    assert found.status == status
    assert says in found.message


def test_a_guess_is_never_wrong():
    """It is kept, and set beside what came out."""
    found = judge(Exercise(**{**vars(SHARE), "kind": "predict"}), "40 %", HITS)
    assert (found.status, found.message) == ("recorded", "You said 40 %; it is 20 %.")


def test_a_text_or_picture_is_kept_beside_a_model():
    """A few words are no text yet; then a model and what to look for are shown."""
    write = Exercise(
        "w",
        "Say it.",
        lambda of: {"x": of},
        "h",
        kind="write",
        model=("So.", "Not said: {x}."),
        look_for=("the clock", "whose"),
    )
    assert judge(write, "quick", None).status == "unanswered"
    found = judge(write, "half of our customers wait for less than seven hours", None)
    assert (found.status, found.value[:4]) == ("recorded", "half")
    assert found.message == "Kept. A model answer: So. Look for: the clock; whose."
    assert judge(write, SimpleNamespace(savefig=print), None).status == "recorded"


def test_what_a_run_keeps():
    """Kind, value, mistake, hints and edition are beside the status, as JSON can hold them; texts are escaped."""
    checking.HINTS["x"] = 2
    shown = json.loads(json.dumps(judge(SHARE, 20 / 99, HITS)._repr_mimebundle_(), allow_nan=False))
    assert shown[MIME]["check"] == {
        "id": "x", "kind": "compute", "status": "wrong", "value": 20 / 99, "mistake": "of.sum() / 99", "hints": 2,
        "edition": exercise_edition(SHARE),
    }  # fmt: skip
    assert 'role="status"' in shown["text/html"]
    page = judge(Exercise(**{**vars(SHARE), "hint": "a < b"}), -9, HITS)._repr_mimebundle_()["text/html"]
    assert "a &lt; b" in page


def test_an_edition_changes_with_the_question():
    """Marks of two editions aren't marks of one exercise."""
    assert exercise_edition(SHARE) != exercise_edition(
        Exercise(**{**vars(SHARE), "question": "What other share?"})
    )


class Unwilling:
    """An answer that doesn't let itself be compared."""

    __hash__ = None

    def __eq__(self, other):
        raise RuntimeError

    def __bool__(self):
        raise RuntimeError


ODD = [None, float("nan"), float("inf"), -1, 10**400, Fraction(10**400), Decimal("0.3"), 1j, "", "…", b"x", [], {}, (), set(),
       object(), object, print, Unwilling(), np.nan, np.array(0.3), np.array([[1, 2]]), np.datetime64("2025-01-01"), np.bool_(True),
       pd.NA, pd.NaT, pd.Timestamp("2025-11-01"), pd.DataFrame({"a": [1]}), pd.Series(dtype=float), pd.Series([...])]  # fmt: skip


@pytest.mark.parametrize("answer", ODD, ids=lambda a: type(a).__name__)
@pytest.mark.parametrize("exercise", [SHARE, REPAIR, CHOICE], ids=lambda e: e.id)
def test_no_answer_raises(answer, exercise):
    """Whatever is handed over, it is wrong, it can be kept, and the cell goes on."""
    found = judge(exercise, answer, pd.Series([1.0, 3.0, 11.0]))
    assert found.status == "wrong"
    json.dumps(found._repr_mimebundle_(), allow_nan=False)


def test_a_mistake_that_the_data_makes_impossible_matches_nothing():
    """Where a mistake can't even be made, nobody is told of having made it, also not who answers nothing."""
    odd = Exercise(
        "x", "?", lambda of: 1.0, "h", "1.0", (Wrong('of["no"]', "never made"), Wrong("1 / 0", "nor this"))
    )
    for answer in (None, 2.0, "text"):
        assert "never made" not in judge(odd, answer, {}).message


def test_data_without_an_answer_says_so():
    """Where the data can't answer, no answer is wrong, and the reason is given."""

    def unable(of):
        raise CannotAnswer("it is raining.")

    for answer in (..., 0.3, None):
        found = judge(Exercise("x", "?", unable, "h", "1"), answer, None)
        assert (found.status, found.message) == (
            "not_applicable",
            "This data can't answer the question: it is raining.",
        )


def test_an_unknown_exercise_is_an_error():
    """A misspelt id is the notebook's mistake, so it is an error, with the nearest id."""
    with pytest.raises(DataError, match=r"got 'rfm-atrisk'\. Did you mean 'rfm-at-risk'\?"):
        checking.check("rfm-atrisk", 1, of=None)


def test_hints_come_nearer(capsys):
    """The first hint, then the second; the solution only on request."""
    checking.HINTS.clear()
    for _ in range(3):
        checking.hint("service-overdue")
    first, second, third = capsys.readouterr().out.splitlines()
    assert first != second == third
    checking.reveal("service-overdue")
    assert capsys.readouterr().out == 'answer = cases.loc[cases["due"], "kept"].mean()\n'


WRITE = Exercise(
    "w",
    "Say it.",
    lambda of: {"x": of},
    "h",
    kind="write",
    model=("So.", "It is {x}."),
    look_for=("the clock",),
)


@pytest.mark.parametrize(
    ("exercise", "answer", "of"),
    [(WRITE, "half of our customers wait for less than seven hours", 3.5), (CHOICE, "b", None),
     (Exercise(**{**vars(SHARE), "kind": "predict"}), "40 %", HITS)],
)  # fmt: skip
def test_what_reveals_an_exercise_is_what_its_check_says(exercise, answer, of, monkeypatch, capsys):
    """A model answer, a letter and what was guessed at follow from the data: both show the same, the cell as delivered suffices."""
    monkeypatch.setattr(checking, "SOLVED", {})
    monkeypatch.setattr(checking, "find", lambda id: exercise)
    monkeypatch.setattr(checking, "display_now", lambda checked: None)
    checking.reveal(exercise.id)
    assert capsys.readouterr().out == f"{checking.FIRST}\n"
    checking.check(exercise.id, ..., of=of)
    checking.reveal(exercise.id)
    shown = capsys.readouterr().out.strip().removeprefix("answer = ").strip('"')
    told = judge(exercise, answer, of).message
    assert shown.casefold().rstrip(".") in told.casefold()
    assert len(shown) > 20 or exercise.kind != "write"


def test_a_choice_is_revealed_by_the_data(monkeypatch, capsys):
    """Where the letter depends on the data, the right one here is shown, not that of the bundled data; or that there is none."""

    def letter(of):
        if not of:
            raise CannotAnswer("there is nothing.")
        return of

    exercise = Exercise(**{**vars(CHOICE), "expected": letter})
    monkeypatch.setattr(checking, "SOLVED", {})
    monkeypatch.setattr(checking, "find", lambda id: exercise)
    monkeypatch.setattr(checking, "display_now", lambda checked: None)
    for of, shown in (("c", 'answer = "c"'), ("", "This data can't answer the question: there is nothing.")):
        checking.check("c", ..., of=of)
        checking.reveal("c")
        assert capsys.readouterr().out == f"{shown}\n"


def test_a_guess_has_no_solution_to_begin_with():
    """The second hint of a guess is not the beginning of a number that somebody made up."""
    guess = Exercise("g", "?", lambda of: 0.2, "count.", "0.1", kind="predict")
    assert guess.hints == ("count.", "count.")
    assert (
        Exercise("g", "?", lambda of: 0.2, "count.", "a.sum()").hints[1] == "the solution begins with a.s …"
    )


def test_an_answer_is_read_once(monkeypatch):
    """It is taken out of the notebook's names, so that a later exercise can't be marked by it; another value stays."""
    answer = [1]
    shell = SimpleNamespace(user_ns={"answer": answer, "other": 2})
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    forget("answer", answer)
    forget("other", 3)
    assert shell.user_ns == {"other": 2}


QUESTIONS = (
    Question("One?", ("yes", "no"), "a", "So it is."),
    Question("Two?", ("yes", "no"), "b", "Not so."),
)


def test_a_quiz_is_asked_and_marked():
    """Dots show the questions; letters are marked, each with its reason, and what isn't answered stays open."""
    assert asked(QUESTIONS).text.splitlines() == [
        "**1. One?**",
        "a) yes",
        "b) no",
        "**2. Two?**",
        "a) yes",
        "b) no",
    ]
    assert marked("n", QUESTIONS, "ab").status == "right"
    found = marked("n", QUESTIONS, "b.")
    assert (found.status, found.id, found.kind) == ("wrong", "n-quiz", "quiz")
    shown = found._repr_mimebundle_()
    assert shown["text/plain"].splitlines()[0].endswith("0 of 2 right.")
    assert shown["text/plain"].splitlines()[1:] == ["1: it is a) yes. So it is.", "2: not answered yet."]
    assert "<br>2: not" in shown["text/html"]


def test_answers_to_a_quiz_however_they_are_written():
    """Separated, in capitals, as a list; what is no letter a question isn't marked, and nothing is given away."""
    for written in ("ab", "A, b", ["a", "b"], ("A", "B")):
        assert suits(letters_of(written), QUESTIONS)
    for written in ("a", "abc", "az", "12", ["a", 7], ""):
        assert not suits(letters_of(written), QUESTIONS)
    said = not_marked(QUESTIONS, "zz").text
    assert said.startswith(
        "Answers are 2 letters, one for each question; a dot stands for no answer. You wrote zz."
    )
    assert "So it is" not in said
