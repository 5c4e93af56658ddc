"""The quiz at a notebook's end: five questions, answered from memory."""

from collections.abc import Sequence

from workbook.course import lessons
from workbook.course.display import Said
from workbook.course.exercises.answers import plain
from workbook.course.exercises.checking import Checked, display_now, forget
from workbook.course.exercises.exercise import Question
from workbook.formatting.safe import OURS, markdown

LETTERS = "abcdefgh"
DOTS = ".…"


def quiz(name: str, answers: str | Sequence[str]) -> None:
    """Ask the questions of a notebook's quiz, or mark the answers.

    Parameters
    ----------
    name : the notebook's short name
    answers : a letter a question; dots for those that are not answered yet
    """
    questions = lessons.lesson(name).quiz
    given = letters_of(answers)
    if not set(given) - set(DOTS):
        display_now(asked(questions))
    elif not suits(given, questions):
        display_now(not_marked(questions, answers))
    else:
        display_now(marked(name, questions, given))
        forget("answers", answers)


def letters_of(answers: str | Sequence[str]) -> str:
    """Answers as small letters and dots, however they are separated."""
    text = answers if isinstance(answers, str) else "".join(map(str, answers))
    return plain(text).replace("…", ".")


def suits(given: str, questions: Sequence[Question]) -> bool:
    """Whether there is a dot or a letter of its options for each question."""
    allowed = [DOTS + LETTERS[: len(question.options)] for question in questions]
    return len(given) == len(questions) and all(map(str.__contains__, allowed, given))


def not_marked(questions: Sequence[Question], answers: object) -> Said:
    """What answers look like, with the questions once more."""
    said = f"Answers are {len(questions)} letters, one for each question; a dot stands for no answer. You wrote {answers!s:.40}."
    questions_again = asked(questions)
    return Said(f"{said}\n{questions_again.text}", f"{markdown(said)}\n\n{questions_again.marked}")


def asked(questions: Sequence[Question]) -> Said:
    """All questions with their options."""
    lines = []
    for number, question in enumerate(questions, 1):
        lines.append(f"**{number}. {question.asks}**")
        lines += [f"{letter}) {option}" for letter, option in zip(LETTERS, question.options, strict=False)]
    return Said("\n".join(lines), "  \n".join(markdown(line, ours=OURS) for line in lines))


def marked(name: str, questions: Sequence[Question], given: str) -> Checked:
    """How many are right, and why each answer is what it is; what isn't answered yet stays open."""
    right = sum(g == q.right for g, q in zip(given, questions, strict=True))
    notes = [
        f"{number}: {note(letter, question)}"
        for number, (letter, question) in enumerate(zip(given, questions, strict=True), 1)
    ]
    status = "right" if right == len(questions) else "wrong"
    message = f"{right} of {len(questions)} right."
    return Checked(f"{name}-quiz", "quiz", status, message, value=given, notes=tuple(notes))


def note(letter: str, question: Question) -> str:
    """What is said of one answer."""
    if letter in DOTS:
        return "not answered yet."
    option = question.options[LETTERS.index(question.right)]
    return f"{'right' if letter == question.right else 'it is'} {question.right}) {option.rstrip('.')}. {question.why}"


def right_letters(name: str) -> str:
    """The right answers to a notebook's quiz."""
    return "".join(question.right for question in lessons.lesson(name).quiz)
