"""The quiz at a notebook's end: five questions, answered from memory."""

from collections.abc import Sequence

from workbook.course import lessons
from workbook.course.display import Said
from workbook.course.exercises.checking import Checked, display_now, forget
from workbook.course.exercises.exercise import Question
from workbook.formatting.safe import OURS, markdown

LETTERS = "abcdefgh"
DOTS = ".…"


def quiz(name: str, answers: str) -> None:
    """Ask the questions of a notebook's quiz, or mark the answers.

    Parameters
    ----------
    name : the notebook's short name
    answers : a letter a question; dots for those that are not answered yet
    """
    questions = lessons.lesson(name).quiz
    if set(answers) <= set(DOTS + " "):
        display_now(asked(questions))
    else:
        display_now(marked(name, questions, answers.replace(" ", "").casefold()))
        forget("answers", answers)


def asked(questions: Sequence[Question]) -> Said:
    """All questions with their options."""
    lines = []
    for number, question in enumerate(questions, 1):
        lines.append(f"**{number}. {question.asks}**")
        lines += [f"{letter}) {option}" for letter, option in zip(LETTERS, question.options, strict=False)]
    return Said("\n".join(lines), "  \n".join(markdown(line, ours=OURS) for line in lines))


def marked(name: str, questions: Sequence[Question], answers: str) -> Checked:
    """How many are right, and why each answer is what it is."""
    given = answers.ljust(len(questions), ".")
    right = sum(g == q.right for g, q in zip(given, questions, strict=False))
    notes = [
        f"{number}: {'right' if letter == question.right else f'it is {question.right}'}. {question.why}"
        for number, (letter, question) in enumerate(zip(given, questions, strict=False), 1)
    ]
    status = "right" if right == len(questions) else "wrong"
    message = f"{right} of {len(questions)} right. {' '.join(notes)}"
    return Checked(f"{name}-quiz", "quiz", status, message, value=answers)


def right_letters(name: str) -> str:
    """The right answers to a notebook's quiz."""
    return "".join(question.right for question in lessons.lesson(name).quiz)
